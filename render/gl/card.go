package gl

import (
	"image"
	"image/color"
	"image/draw"
	"math"
	"strconv"

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
	cardText    = 250 // width of the longest line
	cardLines   = 6
	legendWidth = 216
	legendBar   = 11
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
	accent := screenColor(l.Accent)
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

// legend draws the scale of a heatmap.
func (s *stationery) legend(h *overlay.Heatmap, scale float64, dark bool) *image.RGBA {
	k := inkOf(dark, false)
	height := math.Ceil((2*cardPadY + lineStep + legendBar + 22) * scale)
	img := sheet(legendWidth*scale, height, scale, k)
	m := cardMargin * scale
	x, y := m+cardPadX*scale, m+(cardPadY+lineStep-5)*scale
	room := (legendWidth - 2*cardPadX) * scale
	unit := h.Unit
	unitWidth := s.regular.width(unit, lineSize*scale)
	for _, t := range s.bold.wrap(h.Title, titleSize*scale*0.94, room-unitWidth-8*scale, 1) {
		s.bold.write(img, t, x, y, titleSize*scale*0.94, k.title)
	}
	s.regular.write(img, unit, x+room-unitWidth, y, lineSize*scale, k.text)
	top := y + 8*scale
	table := h.Palette.Table(max(2, int(room)))
	for i, c := range table {
		column(img, x+float64(i), top, legendBar*scale, screenColor(c))
	}
	values, decimals := overlay.Ticks(h.Low, h.High, 4)
	for _, v := range values {
		at := x + (v-h.Low)/math.Max(1e-12, h.High-h.Low)*room
		column(img, at, top+legendBar*scale, 3*scale, k.text)
		text := strconv.FormatFloat(v, 'f', decimals, 64)
		w := s.regular.width(text, 11*scale)
		left := math.Min(math.Max(at-w/2, x), x+room-w)
		s.regular.write(img, text, left, top+(legendBar+15)*scale, 11*scale, k.text)
	}
	return img
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

// screenColor is a linear colour as a screen takes it (IEC 61966-2-1), opaque.
func screenColor(c overlay.RGBA) color.NRGBA {
	code := func(x float32) uint8 {
		v := clamp01(float64(x))
		if v <= 0.0031308 {
			v *= 12.92
		} else {
			v = 1.055*math.Pow(v, 1/2.4) - 0.055
		}
		return uint8(v*255 + 0.5)
	}
	return color.NRGBA{code(c[0]), code(c[1]), code(c[2]), 255}
}
