package offscreen

import (
	"errors"
	"os"
	"testing"

	"github.com/glasstwin/glasstwin/render"
	"github.com/glasstwin/glasstwin/render/gl"
	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin/generate"
	"github.com/glasstwin/glasstwin/twin/generate/hall"
)

func hallOf(t testing.TB, plan hall.Plan) (*scene.Scene, render.Frame) {
	t.Helper()
	cat, err := generate.Catalogue()
	if err != nil {
		t.Fatal(err)
	}
	sc, index, _, err := hall.Scene(t.Context(), cat, plan)
	if err != nil {
		t.Fatal(err)
	}
	f := render.Frame{Width: 320, Height: 180, Joints: make([]float64, len(sc.Joints))}
	if f.Camera, err = render.View("overview", render.PlacesOf(sc, index.Floor), 16.0/9); err != nil {
		t.Fatal(err)
	}
	return sc, f
}

func open(t testing.TB, sc *scene.Scene, o gl.Options) *Renderer {
	t.Helper()
	r, err := Open(sc, o)
	if errors.Is(err, ErrNoDisplay) && os.Getenv("CI") != "true" {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestASteadyFrameAllocatesNothing: while the camera moves round a store, no
// frame leaves work for the garbage collector.
func TestASteadyFrameAllocatesNothing(t *testing.T) {
	sc, f := hallOf(t, hall.Plan{Triangles: 60_000, Seed: 1})
	r := open(t, sc, gl.Options{})
	defer r.Close()
	for _, draft := range []bool{false, true} {
		f.Draft = draft
		f.Overlays.Labels = nil
		f.Selected = "washing-machine-1"
		var err error
		frame := func() {
			f.Camera.Yaw += 0.01
			if _, e := r.draw(f); e != nil {
				err = e
			}
		}
		var n float64
		r.do(func() {
			r.picture.Complete()
			for range 5 {
				frame()
			}
			n = testing.AllocsPerRun(10, frame)
		})
		if err != nil {
			t.Fatal(err)
		}
		if n > 0 {
			t.Errorf("draft %v: a frame allocates %g times", draft, n)
		}
	}
}

// BenchmarkFrame draws a store of a million triangles.
func BenchmarkFrame(b *testing.B) {
	sc, f := hallOf(b, hall.Plan{Triangles: 1_000_000, Seed: 1})
	r := open(b, sc, gl.Options{})
	defer r.Close()
	f.Draft, f.Camera.Target = true, geom.Vec3{12, 1, 15}
	b.ReportAllocs()
	for b.Loop() {
		f.Camera.Yaw += 0.01
		if _, err := r.Draw(f); err != nil {
			b.Fatal(err)
		}
	}
}
