package offscreen

import (
	"slices"
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

// TestTheLightOfWhatWillBeHiddenIsForeseen: while a camera rests, the light is made
// for the walls that will be hidden when it turns, without the picture's changing;
// while it moves none is begun.
func TestTheLightOfWhatWillBeHiddenIsForeseen(t *testing.T) {
	sc, f := hallOf(t, hall.Plan{Triangles: 20_000, Seed: 1})
	walls := slices.Compact(slices.Sorted(slices.Values(sc.Entities())))
	walls = slices.DeleteFunc(walls, func(e string) bool { return e == "" })
	if len(walls) < 4 {
		t.Fatalf("%d entities", len(walls))
	}
	without := func(w string) map[string]bool { return map[string]bool{w: true} }
	r := open(t, sc, gl.Options{})
	defer r.Close()
	draw := func() render.Stats {
		t.Helper()
		stats, err := r.Draw(f)
		if err != nil {
			t.Fatal(err)
		}
		return stats
	}
	f.Hidden = without(walls[0])
	for began := time.Now(); draw().Pending; time.Sleep(5 * time.Millisecond) {
		if time.Since(began) > 20*time.Second {
			t.Fatal("the light is worked out for ever")
		}
	}
	f.Likely = []map[string]bool{without(walls[0]), without(walls[1]), without(walls[2])}
	f.Since = render.Nothing
	known := func() (n int) {
		r.do(func() { n = r.picture.LightsKnown() })
		return n
	}
	for began, samples := time.Now(), draw().Samples; known() < 3; time.Sleep(5 * time.Millisecond) {
		stats := draw()
		if stats.Pending || stats.Samples < samples {
			t.Fatalf("the picture is made anew for light that it does not show: %+v after %d samples", stats, samples)
		}
		if samples = stats.Samples; time.Since(began) > 20*time.Second {
			t.Fatalf("the light of %d of 3 is known", known())
		}
	}
	f.Likely, f.Since = nil, render.Everything
	for _, w := range walls[1:3] {
		f.Hidden = without(w)
		if draw().Pending {
			t.Errorf("the light without %s was foreseen, and is worked out again", w)
		}
	}
	f.Hidden, f.Draft = without(walls[3]), true
	for range 20 {
		if !draw().Pending {
			t.Fatal("light is worked out while the camera moves")
		}
		time.Sleep(10 * time.Millisecond)
	}
	f.Draft = false
	for began := time.Now(); draw().Pending; time.Sleep(5 * time.Millisecond) {
		if time.Since(began) > 20*time.Second {
			t.Fatal("the light that was not begun while the camera moved never comes")
		}
	}
}
