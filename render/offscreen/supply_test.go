package offscreen

import (
	"image"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/render"
	"github.com/glasstwin/glasstwin/render/gl"
	"github.com/glasstwin/glasstwin/render/likeness"
	"github.com/glasstwin/glasstwin/twin/generate/hall"
)

// settled draws a frame until nothing of it is on its way, and counts how often.
func settled(t *testing.T, r *Renderer, f render.Frame) (img *image.RGBA, stats render.Stats, frames int) {
	t.Helper()
	var err error
	for began := time.Now(); frames == 0 || stats.Pending; frames++ {
		if time.Since(began) > 30*time.Second {
			t.Fatal("something is on its way for ever")
		}
		r.do(func() {
			if stats, err = r.draw(f); err == nil {
				img = r.read()
			}
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return img, stats, frames
}

func alike(t *testing.T, what string, got, want *image.RGBA) {
	t.Helper()
	d, err := likeness.Compare(got, want)
	if err != nil {
		t.Fatal(err)
	}
	if !d.Alike() {
		t.Errorf("%s: it looks like another store: %s", what, d.Compare)
	}
}

// TestMeshesComeAsTheyAreWanted: with little taken in a frame, boxes stand for what
// is not there, more comes with each frame, and in the end the picture is that of a
// renderer that took in everything at once.
func TestMeshesComeAsTheyAreWanted(t *testing.T) {
	sc, f := hallOf(t, hall.Plan{Triangles: 400_000, Seed: 1})
	all, few := open(t, sc, gl.Options{}), open(t, sc, gl.Options{FrameMost: 8 << 10})
	defer all.Close()
	defer few.Close()
	want, whole, _ := settled(t, all, f)
	var first render.Stats
	few.do(func() { first, _ = few.draw(f) })
	if !first.Pending || first.Triangles >= whole.Triangles/2 || first.Triangles == 0 {
		t.Errorf("the first frame has %d of %d triangles, pending %v", first.Triangles, whole.Triangles, first.Pending)
	}
	got, stats, frames := settled(t, few, f)
	t.Logf("%d, then %d of %d triangles after %d frames", first.Triangles, stats.Triangles, whole.Triangles, frames)
	if frames < 5 || stats.Memory.Geometry == 0 {
		t.Errorf("everything came within %d frames", frames)
	}
	alike(t, "settled", got, want)
}

// TestWhatIsFarMakesRoom: in a memory that does not hold everything, what one looks
// at comes and what was seen before goes, and comes back.
func TestWhatIsFarMakesRoom(t *testing.T) {
	sc, f := hallOf(t, hall.Plan{Triangles: 400_000, Seed: 1})
	f.Camera.Distance, f.Camera.Target[1] = 0, 1.6
	all := open(t, sc, gl.Options{})
	defer all.Close()
	_, whole, _ := settled(t, all, f)
	all.do(func() { all.picture.Complete() }) // what is compared with does not depend on how fast it was
	most := whole.Memory.Geometry / 3
	short := open(t, sc, gl.Options{GeometryMost: most, FrameMost: 256 << 10})
	defer short.Close()
	for turn := range 3 {
		g := f
		g.Camera.Yaw += 3.1 * float64(turn)
		want, _, _ := settled(t, all, g)
		got, stats, _ := settled(t, short, g)
		if stats.Memory.Geometry > most {
			t.Errorf("%d bytes of %d are taken", stats.Memory.Geometry, most)
		}
		t.Logf("turn %d: %d KB, %d meshes coarser", turn, stats.Memory.Geometry>>10, stats.Coarser)
		alike(t, "turned", got, want)
	}
}
