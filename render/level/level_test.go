package level_test

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/glasstwin/glasstwin/render/level"
)

func TestChoose(t *testing.T) {
	errors := []float64{0.001, 0.01, 0.1}
	for _, c := range []struct {
		name  string
		now   int
		metre float64
		want  int
	}{
		{"near", 0, 2000, 0},
		{"from near to far", 0, 100, 1},
		{"far", 0, 10, 2},
		{"very far", 0, 1, 3},
		{"just over: the coarse one is not taken yet", 0, 450, 0},
		{"just over: the coarse one stays", 1, 450, 1},
		{"too near for what was drawn", 3, 2000, 0},
		{"before the viewer's eye", 2, math.Inf(1), 0},
		{"level of another mesh", 9, 10, 2},
	} {
		if got := level.Choose(c.now, errors, c.metre, 0.5); got != c.want {
			t.Errorf("%s: level %d, want %d", c.name, got, c.want)
		}
	}
	if got := level.Choose(0, nil, 1, 0.5); got != 0 {
		t.Errorf("a mesh without levels is drawn at level %d", got)
	}
}

// TestNoErrorIsSeenAndNothingFlickers: what is chosen keeps the error, choosing
// again changes nothing, and a small step of the camera there and back neither.
func TestNoErrorIsSeenAndNothingFlickers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		errors := rapid.SliceOfN(rapid.Float64Range(1e-5, 1), 0, 6).Draw(t, "errors")
		slices.Sort(errors)
		metre := rapid.Float64Range(0.1, 1e5).Draw(t, "metre")
		now := level.Choose(rapid.IntRange(0, 7).Draw(t, "before"), errors, metre, level.Still)
		if now > 0 && errors[now-1]*metre > level.Still {
			t.Fatalf("level %d has an error of %g pixels", now, errors[now-1]*metre)
		}
		if again := level.Choose(now, errors, metre, level.Still); again != now {
			t.Fatalf("level %d, then %d", now, again)
		}
		near := metre * rapid.Float64Range(1, 1.3).Draw(t, "nearer")
		there := level.Choose(now, errors, near, level.Still)
		if back := level.Choose(level.Choose(there, errors, metre, level.Still), errors, near, level.Still); back != there {
			t.Fatalf("level %d, and %d after a step there and back", there, back)
		}
	})
}
