package gl

import (
	"image"
	"math"
	"slices"
	"unsafe"

	gl41 "github.com/go-gl/gl/v4.1-core/gl"

	"github.com/glasstwin/glasstwin/render"
	"github.com/glasstwin/glasstwin/render/overlay"
)

// Limits of what is written over a picture: more than can be read.
const (
	cardsMost   = 64
	legendsMost = 4
)

// screen is the pass of cards, their leaders and legends, over the finished
// picture in its own pixels.
type screen struct {
	stationery stationery
	card       program
	stroke     program
	strokes    uint32 // vertex array
	lines      stream
	points     []stroke
	papers     []paper // drawn cards, kept while their content stays
	turn       int     // frames drawn

	layout overlay.Layout
	cards  []overlay.Card
	labels []overlay.Label // labels of the frame, those of arrows included
	chosen []int           // paper of each label; -1: none
	scales []overlay.Scale
	legend []overlay.Rect
	shown  []int // paper of each legend
}

// paper is a card or legend in the graphics memory.
type paper struct {
	label         overlay.Label
	legend        overlay.Scale // its Title is "" for a label
	scale         float64
	dark          bool
	texture       uint32
	width, height int
	used          int // turn
}

// stroke is a corner of a round-ended line, in pixels from the top left.
type stroke struct {
	at, from, to [2]float32
	half         float32
	color        [4]float32 // of the screen, premultiplied
}

func (s *screen) prepare(l *loader, o Options) (err error) {
	if s.stationery.regular, s.stationery.bold, err = typefaces(o); err != nil {
		return err
	}
	if s.card, err = l.link("card.vert", "card.frag", "", "place", "extent"); err != nil {
		return err
	}
	if s.stroke, err = l.link("stroke.vert", "stroke.frag", "", "extent"); err != nil {
		return err
	}
	gl41.GenVertexArrays(1, &s.strokes)
	return nil
}

// collect gathers the labels of a frame and places them. It makes the cards
// that are not there yet, unless only places are wanted (picking).
func (s *screen) collect(f *render.Frame) {
	s.labels, s.cards, s.chosen = s.labels[:0], s.cards[:0], s.chosen[:0]
	s.legend, s.shown = s.legend[:0], s.shown[:0]
	s.turn++
	scale := scaleOf(f)
	s.scales = s.scales[:0]
	for i := range f.Overlays.Heatmaps {
		if h := &f.Overlays.Heatmaps[i]; heatWhole(h) {
			s.scales = append(s.scales, h.Scale())
		}
	}
	for i := range f.Overlays.Volumes {
		if v := &f.Overlays.Volumes[i]; i < volumesMost && v.Whole() {
			s.scales = append(s.scales, v.Scale())
		}
	}
	for i := range f.Overlays.Flows {
		if w := &f.Overlays.Flows[i]; len(w.Lines) > 0 && w.High > 0 {
			s.scales = append(s.scales, w.Scale())
		}
	}
	for i := range f.Overlays.Clouds {
		if c := &f.Overlays.Clouds[i]; c.Measured && i < cloudsMost && cloudWhole(c) {
			s.scales = append(s.scales, c.Scale)
		}
	}
	y := float64(f.Height) - 14*scale
	for i, x := range s.scales {
		if i >= legendsMost || x.Title == "" {
			continue
		}
		k := s.legendPaper(x, scale, f.Dark)
		p := &s.papers[k]
		w, t := float64(p.width)-2*cardMargin*scale, float64(p.height)-2*cardMargin*scale
		y -= t
		if y < 0 || w > float64(f.Width)-28*scale {
			break
		}
		s.legend = append(s.legend, overlay.Rect{X: 14 * scale, Y: y, Width: w, Height: t})
		s.shown = append(s.shown, k)
		y -= 8 * scale
	}
	for i := range f.Overlays.Labels {
		if len(s.labels) < cardsMost {
			s.labels = append(s.labels, f.Overlays.Labels[i])
		}
	}
	for i := range f.Overlays.Arrows {
		if a := &f.Overlays.Arrows[i]; a.Label != "" && len(s.labels) < cardsMost {
			s.labels = append(s.labels, overlay.Label{Anchor: a.Middle(), Title: a.Label, Accent: a.Color})
		}
	}
	for i := range s.labels {
		l := &s.labels[i]
		k := s.labelPaper(l, scale, f.Dark)
		p := &s.papers[k]
		x, y, ahead := f.Project(l.Anchor)
		s.cards = append(s.cards, overlay.Card{
			AnchorX: x, AnchorY: y, Priority: l.Priority, Behind: !(ahead > 0.05) || math.IsNaN(x+y),
			Width: float64(p.width) - 2*cardMargin*scale, Height: float64(p.height) - 2*cardMargin*scale,
		})
		s.chosen = append(s.chosen, k)
	}
	s.layout.Place(s.cards, s.legend, float64(f.Width), float64(f.Height), 8*scale, 26*scale)
}

func scaleOf(f *render.Frame) float64 {
	if f.Scale > 0.2 && f.Scale < 8 {
		return f.Scale
	}
	return 1
}

// labelPaper finds or draws the card of a label.
func (s *screen) labelPaper(l *overlay.Label, scale float64, dark bool) int {
	for i := range s.papers {
		p := &s.papers[i]
		if p.texture != 0 && p.legend.Title == "" && p.scale == scale && p.dark == dark && p.label.Title == l.Title &&
			p.label.Accent == l.Accent && p.label.Faded == l.Faded && slices.Equal(p.label.Lines, l.Lines) {
			p.used = s.turn
			return i
		}
	}
	own := *l
	own.Lines = slices.Clone(l.Lines)
	return s.keep(paper{label: own, scale: scale, dark: dark}, s.stationery.card(l, scale, dark))
}

func (s *screen) legendPaper(x overlay.Scale, scale float64, dark bool) int {
	for i := range s.papers {
		p := &s.papers[i]
		if p.texture != 0 && p.scale == scale && p.dark == dark && p.legend == x {
			p.used = s.turn
			return i
		}
	}
	return s.keep(paper{legend: x, scale: scale, dark: dark}, s.stationery.legend(x, scale, dark))
}

// keep uploads a drawn card in the place of the one that was not used for
// longest, or in a new one.
func (s *screen) keep(p paper, img *image.RGBA) int {
	at := -1
	for i := range s.papers {
		if s.papers[i].used != s.turn && (at < 0 || s.papers[i].used < s.papers[at].used) {
			at = i
		}
	}
	const spare = 16 // cards kept for a reader who turns back
	if at < 0 || len(s.papers) < cardsMost+legendsMost+spare {
		at = len(s.papers)
		s.papers = append(s.papers, paper{})
	}
	p.texture, p.used = s.papers[at].texture, s.turn
	p.width, p.height = img.Rect.Dx(), img.Rect.Dy()
	gl41.ActiveTexture(gl41.TEXTURE0 + unitImage)
	if p.texture == 0 {
		gl41.GenTextures(1, &p.texture)
	}
	gl41.BindTexture(gl41.TEXTURE_2D, p.texture)
	gl41.TexImage2D(gl41.TEXTURE_2D, 0, gl41.RGBA8, int32(p.width), int32(p.height), 0, gl41.RGBA, gl41.UNSIGNED_BYTE, data(img.Pix))
	gl41.TexParameteri(gl41.TEXTURE_2D, gl41.TEXTURE_MIN_FILTER, gl41.NEAREST)
	gl41.TexParameteri(gl41.TEXTURE_2D, gl41.TEXTURE_MAG_FILTER, gl41.NEAREST)
	s.papers[at] = p
	return at
}

// draw writes cards and legends into the bound framebuffer.
func (s *screen) draw(f *render.Frame, stats *render.Stats) {
	if len(s.labels)+len(s.legend) == 0 {
		return
	}
	gl41.Disable(gl41.DEPTH_TEST)
	gl41.Disable(gl41.CULL_FACE)
	gl41.Enable(gl41.BLEND)
	gl41.BlendFunc(gl41.ONE, gl41.ONE_MINUS_SRC_ALPHA)
	s.leaders(f, stats)
	gl41.UseProgram(s.card.id)
	gl41.Uniform2f(s.card.uniforms["extent"], float32(f.Width), float32(f.Height))
	margin := cardMargin * scaleOf(f)
	for i, spot := range s.legend {
		s.show(&s.papers[s.shown[i]], spot, margin, stats)
	}
	for i, spot := range s.layout.Spots {
		if spot.Width > 0 {
			s.show(&s.papers[s.chosen[i]], spot, margin, stats)
		}
	}
	gl41.Disable(gl41.BLEND)
}

func (s *screen) show(p *paper, spot overlay.Rect, margin float64, stats *render.Stats) {
	gl41.ActiveTexture(gl41.TEXTURE0 + unitImage)
	gl41.BindTexture(gl41.TEXTURE_2D, p.texture)
	x, y := math.Round(spot.X-margin), math.Round(spot.Y-margin)
	gl41.Uniform4f(s.card.uniforms["place"], float32(x), float32(y), float32(p.width), float32(p.height))
	gl41.DrawArrays(gl41.TRIANGLE_STRIP, 0, 4)
	stats.Draws++
}

// leaders draws the lines from cards to their anchors.
func (s *screen) leaders(f *render.Frame, stats *render.Stats) {
	s.points = s.points[:0]
	scale := scaleOf(f)
	for i, spot := range s.layout.Spots {
		if spot.Width == 0 {
			continue
		}
		c, l := &s.cards[i], &s.labels[i]
		x := math.Min(math.Max(c.AnchorX, spot.X+8*scale), spot.X+spot.Width-8*scale)
		y := math.Min(math.Max(c.AnchorY, spot.Y), spot.Y+spot.Height)
		n := l.Accent.Screen()
		own := [4]float32{float32(n.R) / 255, float32(n.G) / 255, float32(n.B) / 255, 1}
		if l.Faded || l.Accent[3] == 0 {
			own = [4]float32{0.5, 0.54, 0.58, 1}
		}
		halo := [4]float32{0.9, 0.9, 0.9, 0.9}
		if f.Dark {
			halo = [4]float32{0.03, 0.04, 0.05, 0.8}
		}
		s.line(x, y, c.AnchorX, c.AnchorY, 1.9*scale, halo)
		s.line(x, y, c.AnchorX, c.AnchorY, 0.9*scale, own)
		s.line(c.AnchorX, c.AnchorY, c.AnchorX, c.AnchorY, 5.2*scale, [4]float32{1, 1, 1, 1})
		s.line(c.AnchorX, c.AnchorY, c.AnchorX, c.AnchorY, 3.6*scale, own)
	}
	if len(s.points) == 0 {
		return
	}
	gl41.UseProgram(s.stroke.id)
	gl41.Uniform2f(s.stroke.uniforms["extent"], float32(f.Width), float32(f.Height))
	gl41.BindVertexArray(s.strokes)
	s.lines.put(gl41.ARRAY_BUFFER, data(s.points), bytes(s.points))
	const stride = int32(unsafe.Sizeof(stroke{}))
	for i, n := range [...]int32{2, 2, 2, 1, 4} {
		offset := [...]uintptr{0, 8, 16, 24, 28}[i]
		gl41.EnableVertexAttribArray(uint32(i))
		gl41.VertexAttribPointerWithOffset(uint32(i), n, gl41.FLOAT, false, stride, offset)
	}
	gl41.DrawArrays(gl41.TRIANGLES, 0, int32(len(s.points)))
	stats.Draws++
}

func (s *screen) line(x0, y0, x1, y1, half float64, c [4]float32) {
	a, b := [2]float32{float32(x0), float32(y0)}, [2]float32{float32(x1), float32(y1)}
	pad := half + 1.5
	dx, dy := x1-x0, y1-y0
	length := math.Hypot(dx, dy)
	if length < 1e-6 {
		dx, dy, length = 1, 0, 1
	}
	dx, dy = dx/length*pad, dy/length*pad
	corner := func(x, y, along, side float64) stroke {
		return stroke{at: [2]float32{float32(x + along*dx - side*dy), float32(y + along*dy + side*dx)}, from: a, to: b, half: float32(half), color: c}
	}
	p, q, r, t := corner(x0, y0, -1, -1), corner(x0, y0, -1, 1), corner(x1, y1, 1, 1), corner(x1, y1, 1, -1)
	s.points = append(s.points, p, q, r, p, r, t)
}

// under returns the label whose card covers a pixel.
func (s *screen) under(x, y float64) (*overlay.Label, bool) {
	for i := len(s.layout.Spots) - 1; i >= 0; i-- {
		r := s.layout.Spots[i]
		if r.Width > 0 && x >= r.X && y >= r.Y && x < r.X+r.Width && y < r.Y+r.Height {
			return &s.labels[i], true
		}
	}
	return nil, false
}

func (s *screen) free() {
	for i := range s.papers {
		gl41.DeleteTextures(1, &s.papers[i].texture)
	}
	gl41.DeleteVertexArrays(1, &s.strokes)
	s.lines.free()
}
