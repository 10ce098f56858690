package render_test

import (
	"math"
	"testing"

	"github.com/go-gl/mathgl/mgl64"
	"pgregory.net/rapid"

	"github.com/glasstwin/glasstwin/render"
	"github.com/glasstwin/glasstwin/scene/geom"
)

func anyCamera(t *rapid.T) render.Camera {
	x := rapid.Float64Range(-50, 50)
	return render.Camera{
		Target: geom.Vec3{x.Draw(t, "x"), x.Draw(t, "y"), x.Draw(t, "z")},
		Yaw:    rapid.Float64Range(-4, 4).Draw(t, "yaw"), Pitch: rapid.Float64Range(-0.2, math.Pi/2).Draw(t, "pitch"),
		Distance: rapid.Float64Range(0, 60).Draw(t, "distance"), FovY: rapid.SampledFrom([]float64{0, 0.5, 1.2}).Draw(t, "field"),
	}
}

func near(a, b geom.Vec3, tolerance float64) bool { return a.Sub(b).Len() <= tolerance }

func TestTheTargetIsInTheMiddle(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := anyCamera(t)
		c.Distance += 0.5
		f := render.Frame{Width: 641, Height: 361, Camera: c}
		x, y, ahead := f.Project(c.Target)
		if math.Abs(x-320.5) > 1e-6 || math.Abs(y-180.5) > 1e-6 || math.Abs(ahead-c.Distance) > 1e-6 {
			t.Fatalf("target seen at %g, %g, %g m ahead", x, y, ahead)
		}
	})
}

func TestRayProjectAndMatricesAgree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := anyCamera(t)
		f := render.Frame{Width: 1280, Height: 720, Camera: c}
		px, py := rapid.Float64Range(0, 1280).Draw(t, "px"), rapid.Float64Range(0, 720).Draw(t, "py")
		from, along := f.Ray(px, py)
		p := from.Add(along.Mul(rapid.Float64Range(0.5, 80).Draw(t, "far")))
		x, y, ahead := f.Project(p)
		if math.Abs(x-px) > 1e-5 || math.Abs(y-py) > 1e-5 || ahead <= 0 {
			t.Fatalf("a point on the ray through %g, %g is seen at %g, %g", px, py, x, y)
		}
		clip := c.Projection(f.Width, f.Height, 0.1, 200).Mul4(c.Look())
		ndc := mgl64.TransformCoordinate(p, clip)
		if math.Abs((ndc[0]+1)/2*1280-px) > 1e-5 || math.Abs((1-ndc[1])/2*720-py) > 1e-5 {
			t.Fatalf("the matrices put %g, %g at %v", px, py, ndc)
		}
	})
}

func TestYawAndPitchMeanWhatTheWindowMeans(t *testing.T) {
	for name, c := range map[string]struct {
		camera     render.Camera
		eye, ahead geom.Vec3
	}{
		"at rest along -Z":        {render.Camera{Distance: 5}, geom.Vec3{0, 0, 5}, geom.Vec3{0, 0, -1}},
		"a quarter turn left":     {render.Camera{Distance: 5, Yaw: math.Pi / 2}, geom.Vec3{5, 0, 0}, geom.Vec3{-1, 0, 0}},
		"pitch stands above":      {render.Camera{Distance: 5, Pitch: math.Pi / 2}, geom.Vec3{0, 5, 0}, geom.Vec3{0, -1, 0}},
		"a person at the target":  {render.Camera{Target: geom.Vec3{1, 1.65, 2}}, geom.Vec3{1, 1.65, 2}, geom.Vec3{0, 0, -1}},
		"a person looking around": {render.Camera{Yaw: -math.Pi / 2}, geom.Vec3{}, geom.Vec3{1, 0, 0}},
	} {
		if !near(c.camera.Eye(), c.eye, 1e-9) || !near(c.camera.Ahead(), c.ahead, 1e-9) {
			t.Errorf("%s: eye %v looking %v, want %v looking %v", name, c.camera.Eye(), c.camera.Ahead(), c.eye, c.ahead)
		}
	}
}

func TestClipHoldsTheBox(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := anyCamera(t)
		box := geom.EmptyBox().Add(geom.Vec3{-5, 0, -7}).Add(geom.Vec3{12, 4, 3})
		lo, hi := c.Clip(box)
		if !(lo > 0 && hi > lo) {
			t.Fatalf("clips %g to %g", lo, hi)
		}
		for _, p := range []geom.Vec3{box.Min, box.Max, box.Center()} {
			if d := p.Sub(c.Eye()).Dot(c.Ahead()); d > hi {
				t.Fatalf("%v lies %g m ahead, beyond %g", p, d, hi)
			}
		}
	})
}

func TestFromStandsWhereItIsTold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.Float64Range(-5, 5)
		eye, target := geom.Vec3{x.Draw(t, "x"), x.Draw(t, "y"), x.Draw(t, "z")}, geom.Vec3{x.Draw(t, "a"), x.Draw(t, "b"), 6}
		c := render.From(eye, target)
		if !near(c.Eye(), eye, 1e-9) || !near(c.Ahead(), target.Sub(eye).Normalize(), 1e-9) {
			t.Fatalf("stands at %v looking %v", c.Eye(), c.Ahead())
		}
	})
}

func TestASmallThingIsNotCutAway(t *testing.T) {
	c := render.Camera{Distance: 0.03}
	if lo, _ := c.Clip(geom.Box{Min: geom.Vec3{-0.01, -0.01, -0.01}, Max: geom.Vec3{0.01, 0.01, 0.01}}); lo > 0.02 {
		t.Errorf("what is 2 cm ahead is cut away: it begins at %g m", lo)
	}
}
