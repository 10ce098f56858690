package offscreen

import (
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/render"
	"github.com/glasstwin/glasstwin/render/gl"
	"github.com/glasstwin/glasstwin/twin/generate/hall"
)

// TestTheLightOfHiddenWallsIsKept: a camera that goes round a store has its walls
// hidden in turn; the light of each is worked out once, and is at hand when the same
// walls are hidden again.
func TestTheLightOfHiddenWallsIsKept(t *testing.T) {
	sc, f := hallOf(t, hall.Plan{Triangles: 20_000, Seed: 1})
	var walls []string
	seen := map[string]bool{"": true}
	for _, e := range sc.Entities() {
		if !seen[e] {
			seen[e] = true
			walls = append(walls, e)
		}
	}
	if len(walls) < 4 {
		t.Fatalf("%d entities", len(walls))
	}
	r := open(t, sc, gl.Options{})
	defer r.Close()
	draw := func(hidden string) (stats render.Stats) {
		t.Helper()
		f.Hidden = map[string]bool{hidden: true}
		stats, err := r.Draw(f)
		if err != nil {
			t.Fatal(err)
		}
		return stats
	}
	for _, w := range walls[:3] {
		for began := time.Now(); draw(w).Pending; time.Sleep(5 * time.Millisecond) {
			if time.Since(began) > 20*time.Second {
				t.Fatalf("the light without %s is worked out for ever", w)
			}
		}
	}
	for _, w := range walls[:3] {
		if draw(w).Pending {
			t.Errorf("the light without %s is worked out again", w)
		}
	}
}
