package gl

import (
	"image"
	"image/color"
	"image/draw"
	"math"
	"strconv"
	"strings"

	"github.com/glasstwin/glasstwin/render/overlay"
)

// stationery draws cards and legends on the CPU, where text is set best. It is
// asked only when a card's content changes.
type stationery struct {
	regular, bold *typeface
}

// Measures of a card, in pixels at scale 1.
const (
	cardMargin  = 9 // room for its shadow
	cardPadX    = 12
	cardPadY    = 9
	cardAccent  = 4
	cardCorner  = 7
	titleSize   = 14
	lineSize    = 12.5
	lineStep    = 17.5
	smallSize   = 11
	smallStep   = 15
	cardText    = 250 // width of the longest line
	cardLines   = 6
	legendWidth = 216
	legendBar   = 11
	tickApart   = 6 // between two values that are named: closer ones read as one
)

// ink is the colours of cards in a light or a dark window.
type ink struct{ paper, rim, title, text color.NRGBA }

func inkOf(dark, faded bool) ink {
	k := ink{color.NRGBA{255, 255, 255, 246}, color.NRGBA{205, 212, 220, 255}, color.NRGBA{22, 30, 41, 255}, color.NRGBA{70, 82, 96, 255}}
	if dark {
		k = ink{color.NRGBA{27, 32, 38, 242}, color.NRGBA{66, 76, 88, 255}, color.NRGBA{238, 242, 246, 255}, color.NRGBA{178, 189, 201, 255}}
	}
	if faded {
		k.paper.A = 190
		k.title = k.text
	}
	return k
}

// card draws a label; an accent without coverage is left out.
func (s *stationery) card(l *overlay.Label, scale float64, dark bool) *image.RGBA {
	k := inkOf(dark, l.Faded)
	title := s.bold.wrap(l.Title, titleSize*scale, cardText*scale, 2)
	var lines []string
	for _, text := range l.Lines {
		if len(lines) < cardLines {
			lines = append(lines, s.regular.wrap(text, lineSize*scale, cardText*scale, min(3, cardLines-len(lines)))...)
		}
	}
	wide := 0.0
	for _, t := range title {
		wide = math.Max(wide, s.bold.width(t, titleSize*scale))
	}
	for _, t := range lines {
		wide = math.Max(wide, s.regular.width(t, lineSize*scale))
	}
	steps := float64(len(title))*(lineStep+1.5) + float64(len(lines))*lineStep
	width := math.Ceil(wide + (2*cardPadX+cardAccent)*scale)
	height := math.Ceil((steps + 2*cardPadY - 3) * scale)
	img := sheet(width, height, scale, k)
	accent := l.Accent.Screen()
	if l.Faded {
		accent = k.rim
	}
	m := cardMargin * scale
	if l.Accent[3] > 0 {
		stripe(img, m, m, cardAccent*scale, height, cardCorner*scale, accent)
	}
	x, y := m+(cardPadX+cardAccent)*scale, m+cardPadY*scale
	for _, t := range title {
		y += (lineStep + 1.5) * scale
		s.bold.write(img, t, x, y-5.5*scale, titleSize*scale, k.title)
	}
	for _, t := range lines {
		y += lineStep * scale
		s.regular.write(img, t, x, y-5*scale, lineSize*scale, k.text)
	}
	return img
}

// legend draws a scale.
func (s *stationery) legend(x overlay.Scale, scale float64, dark bool) *image.RGBA {
	k := inkOf(dark, false)
	room := (legendWidth - 2*cardPadX) * scale
	note := s.regular.wrap(x.Note, smallSize*scale, room, 2)
	height := 2*cardPadY + lineStep + legendBar + 22
	ended := x.Ends != [2]string{}
	if ended {
		height += smallStep
	}
	height += float64(len(note)) * smallStep
	img := sheet(legendWidth*scale, math.Ceil(height*scale), scale, k)
	m := cardMargin * scale
	left, y := m+cardPadX*scale, m+(cardPadY+lineStep-5)*scale
	unitWidth := s.regular.width(x.Unit, lineSize*scale)
	for _, t := range s.bold.wrap(x.Title, titleSize*scale*0.94, room-unitWidth-8*scale, 1) {
		s.bold.write(img, t, left, y, titleSize*scale*0.94, k.title)
	}
	s.regular.write(img, x.Unit, left+room-unitWidth, y, lineSize*scale, k.text)
	top := y + 8*scale
	for i, c := range x.Palette.Table(max(2, int(room))) {
		column(img, left+float64(i), top, legendBar*scale, c.Screen())
	}
	values, texts := ticksOf(x)
	at, begins := make([]float64, len(values)), make([]float64, len(values))
	named := 1 // every how many of them
	for i, v := range values {
		at[i] = left + (v-x.Low)/math.Max(1e-12, x.High-x.Low)*room
		w := s.regular.width(texts[i], smallSize*scale)
		begins[i] = math.Min(math.Max(at[i]-w/2, left), left+room-w)
		if i > 0 && begins[i]-begins[i-1] < s.regular.width(texts[i-1], smallSize*scale)+tickApart*scale {
			named = 2
		}
	}
	for i := range values {
		wide := math.Max(1, math.Round(scale))
		for x := range int(wide) {
			column(img, math.Min(at[i]+float64(x)-math.Floor(wide/2), left+room-wide+float64(x)), top+legendBar*scale, 3*scale, k.text)
		}
		if i%named == 0 {
			s.regular.write(img, texts[i], begins[i], top+(legendBar+15)*scale, smallSize*scale, k.text)
		}
	}
	y = top + (legendBar+15)*scale
	if ended {
		y += smallStep * scale
		s.regular.write(img, x.Ends[0], left, y, smallSize*scale, k.text)
		s.regular.write(img, x.Ends[1], left+room-s.regular.width(x.Ends[1], smallSize*scale), y, smallSize*scale, k.text)
	}
	for _, t := range note {
		y += smallStep * scale
		s.regular.write(img, t, left, y, smallSize*scale, k.title)
	}
	return img
}

// ticksOf are the values that a legend names. One that has ends names these and
// its middle: a sign there means a side, and more lies beyond.
func ticksOf(x overlay.Scale) (values []float64, texts []string) {
	write := func(v float64, decimals int) string {
		return strings.Replace(strconv.FormatFloat(v, 'f', decimals, 64), "-", "−", 1)
	}
	if x.Ends != [2]string{} {
		values = []float64{x.Low, (x.Low + x.High) / 2, x.High}
		_, decimals := overlay.Ticks(x.Low, x.High, 2)
		return values, []string{"≤ " + write(values[0], decimals), write(values[1], decimals), "≥ +" + write(values[2], decimals)}
	}
	values, decimals := overlay.Ticks(x.Low, x.High, 4)
	for _, v := range values {
		texts = append(texts, write(v, decimals))
	}
	return values, texts
}

// sheet is an empty card with its shadow, premultiplied.
func sheet(width, height, scale float64, k ink) *image.RGBA {
	m := cardMargin * scale
	img := image.NewRGBA(image.Rect(0, 0, int(math.Ceil(width+2*m)), int(math.Ceil(height+2*m))))
	paper, rim := color.RGBAModel.Convert(k.paper).(color.RGBA), color.RGBAModel.Convert(k.rim).(color.RGBA)
	for y := range img.Rect.Dy() {
		for x := range img.Rect.Dx() {
			px, py := float64(x)+0.5-m, float64(y)+0.5-m
			d := roundBox(px, py, width, height, cardCorner*scale)
			fall := roundBox(px, py-2*scale, width, height, cardCorner*scale)
			shade := math.Pow(math.Max(0, 1-math.Max(0, fall)/(0.75*m)), 2) * 0.24
			c := color.RGBA{A: uint8(shade * 255)}
			c = over(paper, c, clamp01(0.5-d))
			c = over(rim, c, clamp01(0.5-math.Abs(d+0.5*scale)+0.5*(scale-1))*0.8)
			img.SetRGBA(x, y, c)
		}
	}
	return img
}

// roundBox is the distance to a rectangle with round corners; inside is
// negative.
func roundBox(x, y, width, height, corner float64) float64 {
	qx, qy := math.Abs(x-width/2)-width/2+corner, math.Abs(y-height/2)-height/2+corner
	return math.Hypot(math.Max(qx, 0), math.Max(qy, 0)) + math.Min(math.Max(qx, qy), 0) - corner
}

// stripe is the coloured left edge of a card, within its round corners.
func stripe(img *image.RGBA, x, y, width, height, corner float64, c color.NRGBA) {
	own := color.RGBAModel.Convert(c).(color.RGBA)
	for py := int(y); py < int(math.Ceil(y+height)); py++ {
		for px := int(x); px < int(math.Ceil(x+width)); px++ {
			d := roundBox(float64(px)+0.5-x, float64(py)+0.5-y, 4*corner+width, height, corner)
			img.SetRGBA(px, py, over(own, img.RGBAAt(px, py), clamp01(0.5-d)*clamp01(x+width-float64(px))))
		}
	}
}

func column(img *image.RGBA, x, y, height float64, c color.NRGBA) {
	r := image.Rect(int(x), int(y), int(x)+1, int(y+height))
	draw.Draw(img, r, image.NewUniform(c), image.Point{}, draw.Over)
}

// over lays a premultiplied colour, covering by part, over another.
func over(top, under color.RGBA, part float64) color.RGBA {
	a := part * float64(top.A) / 255
	mix := func(t, u uint8) uint8 { return uint8(math.Min(255, float64(t)*part+float64(u)*(1-a)+0.5)) }
	return color.RGBA{mix(top.R, under.R), mix(top.G, under.G), mix(top.B, under.B), mix(top.A, under.A)}
}

func clamp01(x float64) float64 { return math.Min(1, math.Max(0, x)) }
