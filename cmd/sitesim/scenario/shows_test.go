package scenario

import (
	"math"
	"testing"
)

// TestAStuckValveShows: before the decision each drawn one stands elsewhere than
// it would in the same run without the situation.
func TestAStuckValveShows(t *testing.T) { shows(t, "stuck-valve", "Valve", 3, 1) }

// TestADegradedHeatPumpShows: before the decision each drawn one has worked, and given
// less or more heat than a fine one would; on seeds of which some would have it stand
// still all the while.
func TestADegradedHeatPumpShows(t *testing.T) { shows(t, "heat-pump-degraded", "HeatPower", 100, 170) }

func shows(t *testing.T, class, reading string, by float64, first uint64) {
	t.Helper()
	for seed := first; seed < first+20; seed++ {
		p, err := Draw(Options{Template: "home", Seed: seed, Situation: class})
		if err != nil {
			t.Fatal(err)
		}
		well := *p
		well.Situations = nil
		ill, healthy, most := NewPlay(p), NewPlay(&well), 0.0
		for _, now := ill.Times(); now.Before(p.decision()); _, now = ill.Times() {
			ill.Step()
			healthy.Step()
			for i, q := range ill.Points() {
				if q.Device == p.Situations[0].Device && q.Name == reading {
					most = max(most, math.Abs(q.Get()-healthy.Points()[i].Get()))
				}
			}
		}
		if most < by {
			t.Errorf("seed %d: %s of %s is off by %.1f at most", seed, reading, p.Situations[0].Device, most)
		}
	}
}
