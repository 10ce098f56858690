package perceive

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/twin"
)

// A lane that somebody walks through every few minutes, and then nobody: the visits
// that were to be expected since grow, and so does the surprise.
func TestVisitsToALaneAreCountedAndMissed(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	corners := [4]float64{10, -15, 12, -7}
	till := [4]float64{0, -4, 2, -2}
	w := &watched{inMiddle: -1}
	walked := 0
	minute := func(through bool) {
		var seen []twin.Sample
		for look := range 12 {
			v := []float64{5 + rng.Float64(), -10, 1, -3, 20, -9}
			if through && look >= 4 && look < 7 {
				v = append(v, 11, -9.5-1.5*float64(look-4))
			}
			seen = append(seen, twin.Sample{At: time.Unix(int64(5*look), 0), Vector: v})
		}
		w.unseen()
		n := len(w.came) - 1
		w.came[n], w.shopping[n] = w.visit(corners, [][4]float64{till}, seen)
		w.about, w.visitors = w.about+w.shopping[n], w.visitors+w.came[n]
		if through {
			walked++
		}
	}
	value := func(name string) float64 {
		declared, r := &row{declare: true}, &row{}
		w.visits(declared)
		w.visits(r)
		for i, c := range declared.columns {
			if c.Name == name {
				return r.values[i]
			}
		}
		t.Fatalf("there is no feature %q", name)
		return 0
	}
	for k := range 120 {
		minute(k%6 == 5)
	}
	if w.visitors != float64(walked) {
		t.Errorf("%g visits were counted of %d", w.visitors, walked)
	}
	if got := w.shopping[len(w.shopping)-2]; got != 2 {
		t.Errorf("%g people are taken to be shopping, want 2: who waits at a till is not", got)
	}
	if v := value("visits expected since the last to the middle"); v != 0 {
		t.Errorf("%g visits are expected since one that was just there", v)
	}
	last := 0.0
	for k := range 30 {
		minute(false)
		since, surprise := value("visits expected since the last to the middle"), value("surprise that nobody came to the middle since")
		if !(since > last) || surprise > since || surprise < 0.7*since {
			t.Fatalf("after %d minutes without a visit %g were expected and the surprise is %g", k+1, since, surprise)
		}
		last = since
	}
	if got := value("since the last visit to the middle"); got != 30 {
		t.Errorf("%g minutes since the last visit, want 30", got)
	}
	if math.Abs(value("visits to the middle, 10 min")) > 0 {
		t.Error("visits were counted while nobody came")
	}
}
