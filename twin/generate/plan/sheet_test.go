package plan_test

import (
	"errors"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/image/vector"

	"github.com/glasstwin/glasstwin/scene/codec/dxf"
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

// TestGoldenSheets draws what was understood of plans, from above, and compares
// with the golden pictures; UPDATE=1 rewrites them.
func TestGoldenSheets(t *testing.T) {
	for name, row := range map[string]struct {
		drawing func(t *testing.T) *dxf.Drawing
		options plan.Options
	}{
		"house":   {func(t *testing.T) *dxf.Drawing { return build(1001, styleOf(1001, false, true)).drawing(t) }, plan.Options{}},
		"gallery": {func(t *testing.T) *dxf.Drawing { return shared(t, "Gallery.dxf") }, plan.Options{}},
		"office": {func(t *testing.T) *dxf.Drawing { return shared(t, "ISO-Office.dxf") },
			plan.Options{Answers: map[string]string{"layer:walkablearea": "ignored", "gaps": "door"}}},
	} {
		t.Run(name, func(t *testing.T) {
			got := drawn(understand(t, row.drawing(t), row.options), 640)
			path := filepath.Join("testdata", "sheets", name+".png")
			if os.Getenv("UPDATE") == "1" {
				if err := write(path, got); err != nil {
					t.Fatal(err)
				}
				return
			}
			want, err := read(path)
			if err != nil {
				t.Fatalf("%v: UPDATE=1 writes it", err)
			}
			if share := differing(got, want); share > sheetMost {
				out := filepath.Join(t.ArtifactDir(), name+".png")
				if err := write(out, got); err != nil {
					t.Error(err)
				}
				t.Errorf("%.2f %% of the picture is not as in %s; look at %s", 100*share, path, out)
			}
		})
	}
}

// sheetMost is the share of pixels that may differ: processors round edges
// otherwise.
const sheetMost = 0.0005

// differing is the share of pixels that differ by more than rounding does.
func differing(a, b image.Image) float64 {
	if a.Bounds() != b.Bounds() {
		return 1
	}
	const rounding = 0x0300 // of 0xffff
	n := 0
	for y := a.Bounds().Min.Y; y < a.Bounds().Max.Y; y++ {
		for x := a.Bounds().Min.X; x < a.Bounds().Max.X; x++ {
			r, g, bl, _ := a.At(x, y).RGBA()
			r2, g2, bl2, _ := b.At(x, y).RGBA()
			if max(r, r2)-min(r, r2) > rounding || max(g, g2)-min(g, g2) > rounding || max(bl, bl2)-min(bl, bl2) > rounding {
				n++
			}
		}
	}
	return float64(n) / float64(a.Bounds().Dx()*a.Bounds().Dy())
}

func write(path string, img image.Image) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	return errors.Join(png.Encode(f, img), f.Close())
}

func read(path string) (image.Image, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return png.Decode(f)
}

// drawn is a draft from above: rooms, walls, fixtures, doors with the way that
// they swing, and windows.
func drawn(d *plan.Draft, width int) *image.RGBA {
	s := newSheet(d, width)
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
	return s.img
}
