package offscreen

import (
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/render/gl"
	"github.com/glasstwin/glasstwin/render/likeness"
	"github.com/glasstwin/glasstwin/twin/generate/hall"
)

// TestThePictureSettles: a first frame that waited for nothing tells that more is
// on its way, and once nothing is, the picture is that of a renderer that waited for
// everything.
func TestThePictureSettles(t *testing.T) {
	sc, f := hallOf(t, hall.Plan{Triangles: 400_000, Seed: 1})
	f.Camera.Target[1], f.Camera.Distance = 1.5, 0 // inside, where the light differs most
	f.Samples = 2
	eager, patient := open(t, sc, gl.Options{}), open(t, sc, gl.Options{})
	defer eager.Close()
	defer patient.Close()
	want, _, err := patient.Image(f)
	if err != nil {
		t.Fatal(err)
	}
	stats, err := eager.Draw(f)
	if err != nil {
		t.Fatal(err)
	}
	if !stats.Pending {
		t.Error("the first frame has everything")
	}
	for began := time.Now(); stats.Pending; {
		if time.Since(began) > 20*time.Second {
			t.Fatal("something is on its way for ever")
		}
		time.Sleep(5 * time.Millisecond)
		if stats, err = eager.Draw(f); err != nil {
			t.Fatal(err)
		}
	}
	eager.do(func() { eager.picture.Complete() }) // levels of detail are no part of what is told
	got, _, err := eager.Image(f)
	if err != nil {
		t.Fatal(err)
	}
	d, err := likeness.Compare(got, want)
	if err != nil {
		t.Fatal(err)
	}
	if d.Mean > 0.1 || d.Worst > 1 {
		t.Errorf("it settles on another picture: %s", d.Compare)
	}
}
