// Package floorplan draws what stands where from above, as planners draw it:
// rooms, footprints with their fronts, areas, lines with their lengths, and
// names. It is told what to draw and in which colours; it must never know a rule,
// a widget or a site. Start reading at Picture, then Draw.
//
// Plan points are x and z of the site's frame, metres; -z is up in the picture.
package floorplan

import (
	"image"
	"image/color"
	"math"

	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"

	"github.com/glasstwin/glasstwin/scene/geom"
)

// View is which part of the floor is seen.
type View struct {
	Middle        geom.Vec2 // of the picture
	Scale         float64   // pixels of one metre
	Width, Height int       // pixels
}

// Pixel is where a plan point is seen, from the top left.
func (v View) Pixel(p geom.Vec2) (x, y float64) {
	return (p[0]-v.Middle[0])*v.Scale + float64(v.Width)/2, (p[1]-v.Middle[1])*v.Scale + float64(v.Height)/2
}

// Plan is the plan point that is seen at a pixel.
func (v View) Plan(x, y float64) geom.Vec2 {
	return geom.Vec2{(x-float64(v.Width)/2)/v.Scale + v.Middle[0], (y-float64(v.Height)/2)/v.Scale + v.Middle[1]}
}

// Limits of a scale: a hall on a stamp, and a price label.
const (
	scaleLeast = 2
	scaleMost  = 800
)

// Zoomed is the view with one point held where it is seen.
func (v View) Zoomed(by, x, y float64) View {
	at := v.Plan(x, y)
	v.Scale = min(scaleMost, max(scaleLeast, v.Scale*by))
	now := v.Plan(x, y)
	v.Middle = v.Middle.Add(at.Sub(now))
	return v
}

// Fit is the view that shows all of some loops with a little air.
func Fit(width, height int, loops ...[]geom.Vec2) View {
	lo, hi := geom.Vec2{math.Inf(1), math.Inf(1)}, geom.Vec2{math.Inf(-1), math.Inf(-1)}
	for _, l := range loops {
		for _, p := range l {
			for k := range 2 {
				lo[k], hi[k] = min(lo[k], p[k]), max(hi[k], p[k])
			}
		}
	}
	if lo[0] > hi[0] {
		return View{Scale: 40, Width: width, Height: height}
	}
	const air = 1.1
	s := min(float64(width)/max(0.1, hi[0]-lo[0]), float64(height)/max(0.1, hi[1]-lo[1])) / air
	return View{Middle: lo.Add(hi).Mul(0.5), Scale: min(scaleMost, max(scaleLeast, s)), Width: width, Height: height}
}

// Picture is what is drawn, the first first.
type Picture struct {
	Rooms  [][]geom.Vec2
	Heat   Heat
	Things []Thing
	Areas  []Area
	Lines  []Line
	Dots   []Dot
	Texts  []Text
	Legend *Legend // nil: none
}

// Thing is a footprint: its corners run so that the side from the third to the
// fourth is its front.
type Thing struct {
	Corners [4]geom.Vec2
	Fill    color.NRGBA
	Edge    color.NRGBA
	Wide    float64 // pixels of its edge; 0: 1
	Dashed  bool    // it stands there no more, or hangs overhead
	Front   bool    // its front is marked
	Name    string  // drawn where there is room for it
}

// Area is a part of the floor.
type Area struct {
	Corners []geom.Vec2
	Fill    color.NRGBA
	Edge    color.NRGBA
}

// Line is a straight line, with a text at its middle.
type Line struct {
	A, B   geom.Vec2
	Color  color.NRGBA
	Wide   float64 // pixels; 0: 1
	Ticks  bool    // at its ends, as of a dimension
	Dashed bool
	Head   bool // an arrow's, at B
	Text   string
}

// Dot is a place, or a handle.
type Dot struct {
	At     geom.Vec2
	Radius float64 // pixels
	Fill   color.NRGBA
}

// Text is written at a place, on a ground of its own.
type Text struct {
	At     geom.Vec2
	Text   string
	Ink    color.NRGBA
	Ground color.NRGBA
}

// Look is how everything else is drawn.
type Look struct {
	Outside, Floor, Wall, Grid, Ink color.NRGBA
	Face                            font.Face // nil: nothing is written
	Metre                           float64   // between the lines of the grid; 0: none
}

// Light and Dark are looks that go with light and dark windows.
func Light(face font.Face) Look {
	return Look{rgb(0xE9ECF0), rgb(0xFDFDFD), rgb(0x3A4450), rgb(0xEEF1F4), rgb(0x1B2430), face, 1}
}

// Dark is Light for a dark window.
func Dark(face font.Face) Look {
	return Look{rgb(0x0F1215), rgb(0x1E2329), rgb(0x9AA6B2), rgb(0x272D35), rgb(0xE4E8ED), face, 1}
}

func rgb(hex uint32) color.NRGBA {
	return color.NRGBA{R: uint8(hex >> 16), G: uint8(hex >> 8), B: uint8(hex), A: 0xFF}
}

// Face reads a font for a size in pixels.
func Face(ttf []byte, size float64) (font.Face, error) {
	f, err := opentype.Parse(ttf)
	if err != nil {
		return nil, err
	}
	return opentype.NewFace(f, &opentype.FaceOptions{Size: size, DPI: 72, Hinting: font.HintingVertical})
}

// Draw draws a picture.
func Draw(p Picture, v View, look Look) *image.RGBA {
	c := &canvas{img: image.NewRGBA(image.Rect(0, 0, v.Width, v.Height)), view: v, look: look}
	c.whole(look.Outside)
	for _, r := range p.Rooms {
		c.fill(r, look.Floor)
	}
	c.grid(p.Rooms)
	c.heat(p.Heat)
	for _, r := range p.Rooms {
		c.edge(r, look.Wall, 2, false)
	}
	for _, t := range p.Things {
		c.thing(t)
	}
	for _, a := range p.Areas {
		c.fill(a.Corners, a.Fill)
		c.edge(a.Corners, a.Edge, 1.5, false)
	}
	for _, l := range p.Lines {
		c.line(l)
	}
	for _, d := range p.Dots {
		c.dot(d)
		x, y := v.Pixel(d.At)
		r := d.Radius + 1
		c.laid = append(c.laid, image.Rect(int(x-r), int(y-r), int(x+r)+1, int(y+r)+1))
	}
	for _, l := range p.Lines { // a handle would cover a length
		c.length(l)
	}
	for _, t := range p.Texts {
		x, y := v.Pixel(t.At)
		c.card(x, c.below(x, y, t.Text), t.Text, t.Ink, t.Ground)
	}
	c.legend(p.Legend)
	return c.img
}

type canvas struct {
	img  *image.RGBA
	view View
	look Look
	z    vector.Rasterizer
	laid []image.Rectangle // of texts and handles
}

func (c *canvas) whole(with color.NRGBA) {
	r, g, b, a := with.R, with.G, with.B, with.A
	for i := 0; i < len(c.img.Pix); i += 4 {
		c.img.Pix[i], c.img.Pix[i+1], c.img.Pix[i+2], c.img.Pix[i+3] = r, g, b, a
	}
}

// polygon fills a loop of pixels. The rasteriser works on the box around it only.
func (c *canvas) polygon(points [][2]float64, with color.NRGBA) {
	if len(points) < 3 || with.A == 0 {
		return
	}
	lo, hi := points[0], points[0]
	for _, p := range points {
		for k := range 2 {
			lo[k], hi[k] = min(lo[k], p[k]), max(hi[k], p[k])
		}
	}
	box := image.Rect(int(math.Floor(lo[0])), int(math.Floor(lo[1])), int(math.Ceil(hi[0])), int(math.Ceil(hi[1]))).Intersect(c.img.Bounds())
	if box.Empty() {
		return
	}
	c.z.Reset(box.Dx(), box.Dy())
	at := func(p [2]float64) (float32, float32) {
		return float32(p[0] - float64(box.Min.X)), float32(p[1] - float64(box.Min.Y))
	}
	c.z.MoveTo(at(points[0]))
	for _, p := range points[1:] {
		c.z.LineTo(at(p))
	}
	c.z.ClosePath()
	c.z.Draw(c.img, box, image.NewUniform(with), image.Point{})
}

func (c *canvas) pixels(loop []geom.Vec2) [][2]float64 {
	out := make([][2]float64, len(loop))
	for i, p := range loop {
		out[i][0], out[i][1] = c.view.Pixel(p)
	}
	return out
}

func (c *canvas) fill(loop []geom.Vec2, with color.NRGBA) { c.polygon(c.pixels(loop), with) }

func (c *canvas) edge(loop []geom.Vec2, with color.NRGBA, wide float64, dashed bool) {
	px := c.pixels(loop)
	for i, p := range px {
		c.stroke(p, px[(i+1)%len(px)], with, wide, dashed)
	}
}

// dash is the length of a dash and of the gap after it, pixels.
const dash = 5

func (c *canvas) stroke(a, b [2]float64, with color.NRGBA, wide float64, dashed bool) {
	dx, dy := b[0]-a[0], b[1]-a[1]
	long := math.Hypot(dx, dy)
	if long < 1e-6 || long > 1e5 || with.A == 0 {
		return
	}
	dx, dy = dx/long, dy/long
	nx, ny := -dy*wide/2, dx*wide/2
	piece := func(from, to float64) {
		p, q := [2]float64{a[0] + dx*from, a[1] + dy*from}, [2]float64{a[0] + dx*to, a[1] + dy*to}
		c.polygon([][2]float64{{p[0] + nx, p[1] + ny}, {q[0] + nx, q[1] + ny}, {q[0] - nx, q[1] - ny}, {p[0] - nx, p[1] - ny}}, with)
	}
	if !dashed {
		piece(0, long)
		return
	}
	for at := 0.0; at < long; at += 2 * dash {
		piece(at, min(long, at+dash))
	}
}

func (c *canvas) grid(rooms [][]geom.Vec2) {
	step := c.look.Metre
	if step <= 0 || step*c.view.Scale < 8 {
		return
	}
	for _, r := range rooms {
		lo, hi := geom.Vec2{math.Inf(1), math.Inf(1)}, geom.Vec2{math.Inf(-1), math.Inf(-1)}
		for _, p := range r {
			for k := range 2 {
				lo[k], hi[k] = min(lo[k], p[k]), max(hi[k], p[k])
			}
		}
		if len(r) != 4 || hi[0]-lo[0] > 500 || hi[1]-lo[1] > 500 {
			continue // only upright rooms: a line must not leave its room
		}
		for x := math.Ceil(lo[0]/step) * step; x < hi[0]; x += step {
			c.line(Line{A: geom.Vec2{x, lo[1]}, B: geom.Vec2{x, hi[1]}, Color: c.look.Grid})
		}
		for z := math.Ceil(lo[1]/step) * step; z < hi[1]; z += step {
			c.line(Line{A: geom.Vec2{lo[0], z}, B: geom.Vec2{hi[0], z}, Color: c.look.Grid})
		}
	}
}

func (c *canvas) thing(t Thing) {
	c.fill(t.Corners[:], t.Fill)
	c.edge(t.Corners[:], t.Edge, max(1, t.Wide), t.Dashed)
	if t.Front {
		a, b := t.Corners[2], t.Corners[3]
		in := t.Corners[1].Sub(a)
		if l := in.Len(); l > 0 {
			in = in.Mul(min(0.07, 0.25*l) / l)
		}
		c.stroke(c.pixels([]geom.Vec2{a.Add(in)})[0], c.pixels([]geom.Vec2{b.Add(in)})[0], t.Edge, 2.5, false)
	}
	if t.Name == "" || c.look.Face == nil {
		return
	}
	x, y := c.view.Pixel(t.Corners[0].Add(t.Corners[2]).Mul(0.5))
	wide, high := c.measure(t.Name)
	px := c.pixels(t.Corners[:])
	lo, hi := px[0], px[0]
	for _, p := range px {
		for k := range 2 {
			lo[k], hi[k] = min(lo[k], p[k]), max(hi[k], p[k])
		}
	}
	if hi[0]-lo[0] > wide+4 && hi[1]-lo[1] > high {
		c.write(x-wide/2, y+high/3, t.Name, c.look.Ink)
	}
}

func (c *canvas) line(l Line) {
	px := c.pixels([]geom.Vec2{l.A, l.B})
	wide := max(1, l.Wide)
	if l.Head {
		px[1] = c.head(px[0], px[1], l.Color, wide)
	}
	c.stroke(px[0], px[1], l.Color, wide, l.Dashed)
	if l.Ticks {
		dx, dy := px[1][0]-px[0][0], px[1][1]-px[0][1]
		if long := math.Hypot(dx, dy); long > 1 {
			nx, ny := -dy/long*4, dx/long*4
			for _, p := range px {
				c.stroke([2]float64{p[0] - nx, p[1] - ny}, [2]float64{p[0] + nx, p[1] + ny}, l.Color, wide, false)
			}
		}
	}
}

// length writes what a line says at its middle, or below what is there.
func (c *canvas) length(l Line) {
	if l.Text != "" {
		x, y := c.view.Pixel(l.A.Add(l.B).Mul(0.5))
		c.card(x, c.below(x, y, l.Text), l.Text, l.Color, c.look.Floor)
	}
}

// head draws the head of an arrow and returns where its shaft ends.
func (c *canvas) head(a, b [2]float64, with color.NRGBA, wide float64) [2]float64 {
	dx, dy := b[0]-a[0], b[1]-a[1]
	span := math.Hypot(dx, dy)
	if span < 1 {
		return b
	}
	long := min(span, 6+1.6*wide)
	half := long * 0.55
	dx, dy = dx/span, dy/span
	foot := [2]float64{b[0] - dx*long, b[1] - dy*long}
	c.polygon([][2]float64{b, {foot[0] - dy*half, foot[1] + dx*half}, {foot[0] + dy*half, foot[1] - dx*half}}, with)
	return foot
}

func (c *canvas) dot(d Dot) {
	x, y := c.view.Pixel(d.At)
	const sides = 20
	ring := func(r float64, with color.NRGBA) {
		pts := make([][2]float64, sides)
		for i := range pts {
			s, cs := math.Sincos(2 * math.Pi * float64(i) / sides)
			pts[i] = [2]float64{x + r*cs, y + r*s}
		}
		c.polygon(pts, with)
	}
	ring(d.Radius+1.5, c.look.Floor)
	ring(d.Radius, d.Fill)
}

func (c *canvas) measure(text string) (wide, high float64) {
	if c.look.Face == nil {
		return 0, 0
	}
	return float64(font.MeasureString(c.look.Face, text)) / 64, float64(c.look.Face.Metrics().Height) / 64
}

func (c *canvas) write(x, y float64, text string, ink color.NRGBA) {
	d := font.Drawer{Dst: c.img, Src: image.NewUniform(ink), Face: c.look.Face, Dot: fixed.Point26_6{X: fixed.Int26_6(x * 64), Y: fixed.Int26_6(y * 64)}}
	d.DrawString(text)
}
