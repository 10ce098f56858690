package offscreen_test

import (
	"image"
	"math"
	"testing"

	"github.com/glasstwin/glasstwin/render"
	"github.com/glasstwin/glasstwin/render/gl"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// differing counts the pixels of two pictures that differ by more than a step of
// rounding.
func differing(a, b *image.RGBA) (n int) {
	for i := 0; i < len(a.Pix); i += 4 {
		for k := range 3 {
			if d := int(a.Pix[i+k]) - int(b.Pix[i+k]); d > 2 || d < -2 {
				n++
				break
			}
		}
	}
	return n
}

// TestWhatWallsHideIsNotMissed: leaving out what is hidden changes no picture,
// wherever one stands, and spares a good part of the triangles.
func TestWhatWallsHideIsNotMissed(t *testing.T) {
	sc, f := store(t, 480, 270)
	f.Hidden = nil
	f.Selected = "freezer-2" // its outline is seen through walls
	var pictures [2][]*image.RGBA
	var triangles [2]int
	for k, o := range []gl.Options{{}, {Unhidden: true}} {
		r := openWith(t, sc, o)
		for i := range 16 {
			at := geom.Vec3{2 + 21*math.Mod(0.618*float64(i), 1), 1.65, -2 - 15*math.Mod(0.414*float64(i), 1)}
			f.Camera = render.Camera{Target: at, Yaw: 2.4 * float64(i), Pitch: 0.05, FovY: 0.95}
			away := f // levels of detail begin anew
			away.Camera.Target[1], away.Camera.Pitch = 500, -1.5
			if _, err := r.Draw(away); err != nil {
				t.Fatal(err)
			}
			img, stats, err := r.Image(f)
			if err != nil {
				t.Fatal(err)
			}
			pictures[k], triangles[k] = append(pictures[k], img), triangles[k]+stats.Triangles
		}
	}
	for i := range pictures[0] {
		if n := differing(pictures[0][i], pictures[1][i]); n > 480*270/20000 {
			t.Errorf("from place %d, %d pixels differ", i, n)
		}
	}
	t.Logf("%d of %d triangles were drawn", triangles[0], triangles[1])
	if triangles[0] > triangles[1]*9/10 {
		t.Errorf("%d of %d triangles were drawn: too little was left out", triangles[0], triangles[1])
	}
}
