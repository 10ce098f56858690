package offscreen_test

import (
	"math"
	"testing"

	"github.com/glasstwin/glasstwin/render"
	"github.com/glasstwin/glasstwin/render/likeness"
	"github.com/glasstwin/glasstwin/render/overlay"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// scanned is a scan of the floor and the crate of cabinet: the floor sags
// towards a corner, and a ball lies on it that the scene does not hold.
func scanned(step float64) *overlay.Points {
	p := &overlay.Points{Entities: []string{"floor", "crate-1"}, Spacing: step}
	add := func(at geom.Vec3, mm float64, of uint16) {
		p.Positions = append(p.Positions, float32(at[0]), float32(at[1]), float32(at[2]))
		p.Values = append(p.Values, float32(mm))
		p.Nearest = append(p.Nearest, of)
		p.Colors = append(p.Colors, uint8(120+40*math.Sin(7*at[0])), uint8(110+40*math.Sin(5*at[2])), 90)
	}
	for x := -2.8; x < 2.8; x += step {
		for z := -2.3; z < 2.3; z += step {
			sag := -60 * math.Max(0, x-0.5) / 2.3 * math.Max(0, z+1) / 3.3
			add(geom.Vec3{x, sag / 1000, z}, sag, 1)
		}
	}
	for a := -0.3; a < 0.3; a += step {
		for b := 0.0; b < 0.5; b += step {
			add(geom.Vec3{1.5 + a, b, 0.45 + 0.03*b}, 30*b, 2)
			add(geom.Vec3{1.5 + a, 0.5, b - 0.05}, 0, 2)
		}
	}
	for a := 0.0; a < 2*math.Pi; a += step / 0.3 {
		for b := -math.Pi / 2; b < math.Pi/2; b += step / 0.3 {
			add(geom.Vec3{-1.45 + 0.3*math.Cos(b)*math.Cos(a), 0.3 + 0.3*math.Sin(b), -0.5 + 0.3*math.Cos(b)*math.Sin(a)}, 300+300*math.Sin(b), 1)
		}
	}
	order := overlay.Spread(p.Positions)
	out := &overlay.Points{Entities: p.Entities, Spacing: p.Spacing}
	for _, i := range order {
		out.Positions = append(out.Positions, p.Positions[3*i:3*i+3]...)
		out.Values, out.Nearest = append(out.Values, p.Values[i]), append(out.Nearest, p.Nearest[i])
		out.Colors = append(out.Colors, p.Colors[3*i:3*i+3]...)
	}
	return out
}

var deviation = overlay.Scale{Title: "Scan against twin", Unit: "mm", Low: -50, High: 50, Palette: overlay.Diverging,
	Ends: [2]string{"behind surface", "in front"}, Note: "12 mm median · 75 % within 50 mm"}

func TestGoldenScan(t *testing.T) {
	r := open(t, cabinet())
	base := render.Frame{Width: 480, Height: 320, Camera: render.Camera{Target: geom.Vec3{0.2, 0.75, 0}, Yaw: 0.45, Pitch: 0.38, Distance: 5.4}}
	plain := picture(t, r, base)
	points := scanned(0.03)
	uncoloured := *points
	uncoloured.Colors = nil
	over := func(clouds ...overlay.Cloud) func(*render.Frame) {
		return func(f *render.Frame) { f.Overlays.Clouds = clouds }
	}
	colours := overlay.Cloud{Points: points, Reach: 0.08}
	measured := overlay.Cloud{Points: points, Measured: true, Scale: deviation, Reach: 0.08}
	for _, x := range []struct {
		name   string
		change func(*render.Frame)
	}{
		{"scan", over(colours)},
		{"scan-deviation", over(measured)},
		{"scan-deviation-draft", func(f *render.Frame) { over(measured)(f); f.Draft = true }},
		{"scan-uncoloured", over(overlay.Cloud{Points: &uncoloured, Plain: overlay.RGBA{0.02, 0.16, 0.26, 1}, Reach: 0.08})},
		{"scan-hidden", func(f *render.Frame) { over(measured)(f); f.Hidden = map[string]bool{"crate-1": true} }},
		{"scan-dark", func(f *render.Frame) { over(measured)(f); f.Dark = true }},
	} {
		f := base
		x.change(&f)
		img, stats, err := r.Image(f)
		if err != nil {
			t.Fatal(err)
		}
		if stats.Points != points.Len() {
			t.Errorf("%s: %d of %d points were drawn", x.name, stats.Points, points.Len())
		}
		golden(t, x.name, img)
		if d, err := likeness.Compare(img, plain); err != nil || d.Worst < 4 {
			t.Errorf("%s: it looks like the plain picture: %s %v", x.name, d.Compare, err)
		}
	}
	again := picture(t, r, base)
	if d, err := likeness.Compare(again, plain); err != nil || d.Worst > 0.5 {
		t.Errorf("something of the scan is left: %s %v", d.Compare, err)
	}
}

func TestACloudWhoseListsDoNotFitIsNotDrawn(t *testing.T) {
	r := open(t, cabinet())
	f := render.Frame{Width: 64, Height: 48, Camera: render.Camera{Distance: 5}}
	for name, c := range map[string]overlay.Cloud{
		"none":         {},
		"empty":        {Points: &overlay.Points{}},
		"cut":          {Points: &overlay.Points{Positions: []float32{1, 2, 3, 4}}},
		"no scale":     {Points: &overlay.Points{Positions: []float32{1, 2, 3}, Values: []float32{1}}, Measured: true},
		"lost":         {Points: &overlay.Points{Positions: []float32{1, 2, 3}, Nearest: []uint16{7}}},
		"few measured": {Points: &overlay.Points{Positions: make([]float32, 6), Values: []float32{1}}, Measured: true, Scale: deviation},
	} {
		f.Overlays.Clouds = []overlay.Cloud{c}
		if _, stats, err := r.Image(f); err != nil || stats.Points != 0 {
			t.Errorf("%s: %d points were drawn (%v)", name, stats.Points, err)
		}
	}
}

func TestDrawingAScanAllocatesNothing(t *testing.T) {
	sc, f := store(t, 160, 90)
	r := open(t, sc)
	f.Overlays.Clouds = []overlay.Cloud{{Points: scanned(0.05), Measured: true, Scale: deviation}}
	draw := func() {
		if _, err := r.Draw(f); err != nil {
			t.Fatal(err)
		}
	}
	if _, _, err := r.Image(f); err != nil { // which waits for all that is made beside the drawing
		t.Fatal(err)
	}
	draw()
	draw()
	if n := testing.AllocsPerRun(5, draw); n > 8 { // the call across threads takes a few
		t.Errorf("%.0f allocations a frame", n)
	}
}

// A million points over the demo store, still and while the camera moves.
func BenchmarkDrawScan(b *testing.B) {
	for _, x := range []struct {
		name  string
		scan  bool
		draft bool
	}{{"none", false, false}, {"1M", true, false}, {"none-draft", false, true}, {"1M-draft", true, true}} {
		b.Run(x.name, func(b *testing.B) {
			sc, f := store(b, 1280, 720)
			r := open(b, sc)
			f.Draft = x.draft
			if x.scan {
				p := &overlay.Points{Spacing: 0.025}
				for i := range 1_000_000 { // over the floor, in an order without a pattern
					u, v := math.Mod(float64(i)*0.7548776662, 1), math.Mod(float64(i)*0.5698402910, 1) // Roberts 2018
					p.Positions = append(p.Positions, float32(25*u), float32(0.3*math.Sin(40*u)), float32(-19*v))
					p.Values = append(p.Values, float32(100*(u-0.5)))
				}
				f.Overlays.Clouds = []overlay.Cloud{{Points: p, Measured: true, Scale: deviation, Reach: 0.08}}
			}
			for range 2 { // shaders are compiled at their first use
				if _, err := r.Draw(f); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportAllocs()
			b.ResetTimer()
			points := 0
			for range b.N {
				f.Camera.Yaw += 0.01
				stats, err := r.Draw(f)
				if err != nil {
					b.Fatal(err)
				}
				points = stats.Points
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "frames/s")
			b.ReportMetric(float64(points), "points")
		})
	}
}

func TestPickSeesTheScan(t *testing.T) {
	r := open(t, cabinet())
	f := render.Frame{Width: 480, Height: 320, Camera: render.Camera{Target: geom.Vec3{0.2, 0.75, 0}, Yaw: 0.45, Pitch: 0.38, Distance: 5.4}}
	f.Overlays.Clouds = []overlay.Cloud{{Points: scanned(0.03), Measured: true, Scale: deviation, Reach: 0.08}}
	ask := func(f render.Frame, p geom.Vec3) render.Hit {
		x, y, _ := f.Project(p)
		hit, _ := r.Pick(f, int(x), int(y))
		return hit
	}
	top := geom.Vec3{-1.45, 0.6, -0.5} // of the ball, which only the scan holds
	if hit := ask(f, top); hit.Entity != "floor" || hit.Point.Sub(top).Len() > 0.1 {
		t.Errorf("at the ball: %+v", hit)
	}
	hidden := f
	hidden.Hidden = map[string]bool{"floor": true}
	if hit := ask(hidden, top); hit.Entity == "floor" {
		t.Errorf("at the ball, whose floor is hidden: %+v", hit)
	}
	if hit := ask(f, geom.Vec3{0, 1.1, 0.3}); hit.Entity != "freezer-1" {
		t.Errorf("at the freezer, which stands before the scan: %+v", hit)
	}
}
