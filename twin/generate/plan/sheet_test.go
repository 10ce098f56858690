package plan_test

import (
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/image/vector"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin/generate/plan"
)

// sheet draws a draft from above.
type sheet struct {
	img    *image.RGBA
	box    geom.Box
	factor float64
}

func newSheet(d *plan.Draft, width int) *sheet {
	s := &sheet{box: geom.EmptyBox()}
	for _, w := range d.Walls {
		s.box = s.box.Add(geom.Vec3{w.From[0], 0, w.From[1]}).Add(geom.Vec3{w.To[0], 0, w.To[1]})
	}
	s.box.Min, s.box.Max = s.box.Min.Sub(geom.Vec3{1, 0, 1}), s.box.Max.Add(geom.Vec3{1, 0, 1})
	s.factor = float64(width) / s.box.Size()[0]
	s.img = image.NewRGBA(image.Rect(0, 0, width, int(s.factor*s.box.Size()[2])))
	s.fill([]geom.Vec2{{s.box.Min[0], s.box.Min[2]}, {s.box.Max[0], s.box.Min[2]}, {s.box.Max[0], s.box.Max[2]}, {s.box.Min[0], s.box.Max[2]}}, color.White)
	return s
}

func (s *sheet) fill(ps []geom.Vec2, c color.Color) {
	r := vector.NewRasterizer(s.img.Rect.Dx(), s.img.Rect.Dy())
	for i, p := range ps {
		x, y := float32((p[0]-s.box.Min[0])*s.factor), float32((p[1]-s.box.Min[2])*s.factor)
		if i == 0 {
			r.MoveTo(x, y)
		} else {
			r.LineTo(x, y)
		}
	}
	r.ClosePath()
	r.Draw(s.img, s.img.Rect, image.NewUniform(c), image.Point{})
}

func (s *sheet) line(a, b geom.Vec2, wide float64, c color.Color) {
	d := b.Sub(a)
	if d.Len() == 0 {
		return
	}
	n := geom.Vec2{-d[1], d[0]}.Mul(wide / 2 / d.Len())
	s.fill([]geom.Vec2{a.Add(n), b.Add(n), b.Sub(n), a.Sub(n)}, c)
}

// draw writes the draft to a picture in the folder named by PICTURES, if any.
func draw(t *testing.T, d *plan.Draft, name string) {
	t.Helper()
	dir := os.Getenv("PICTURES")
	if dir == "" {
		return
	}
	s := newSheet(d, 1400)
	for i, r := range d.Rooms {
		hue := []color.RGBA{{214, 230, 245, 255}, {226, 240, 217, 255}, {255, 242, 204, 255}, {248, 215, 218, 255}, {230, 220, 245, 255}, {217, 240, 240, 255}}[i%6]
		s.fill(r.Outline, hue)
	}
	for _, w := range d.Walls {
		s.line(w.From, w.To, w.Thickness, color.RGBA{70, 70, 70, 255})
	}
	for _, f := range d.Fixtures {
		a, b := f.Box.Min, f.Box.Max
		s.line(geom.Vec2{a[0], a[2]}, geom.Vec2{b[0], b[2]}, 0.03, color.RGBA{160, 80, 200, 255})
	}
	for _, o := range d.Doors {
		c := color.RGBA{220, 120, 0, 255}
		if o.Kind == plan.Passage {
			c = color.RGBA{240, 200, 40, 255}
		}
		s.line(o.From, o.To, 0.3, c)
		if o.Kind == plan.Swing {
			s.line(o.From, o.From.Add(o.Swing.Mul(o.Width())), 0.06, color.RGBA{200, 0, 0, 255})
		}
	}
	for _, o := range d.Windows {
		s.line(o.From, o.To, 0.3, color.RGBA{0, 120, 220, 255})
	}
	f, err := os.Create(filepath.Join(dir, name+".png"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := png.Encode(f, s.img); err != nil {
		t.Fatal(err)
	}
}
