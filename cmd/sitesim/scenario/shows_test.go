package scenario

import (
	"math"
	"testing"
)

// TestAStuckValveShows: before the decision each drawn one stands elsewhere than
// it would in the same run without the situation.
func TestAStuckValveShows(t *testing.T) {
	for seed := range uint64(20) {
		p, err := Draw(Options{Template: "home", Seed: seed + 1, Situation: "stuck-valve"})
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
				if q.Device == p.Situations[0].Device && q.Name == "Valve" {
					most = max(most, math.Abs(q.Get()-healthy.Points()[i].Get()))
				}
			}
		}
		if most < 3 {
			t.Errorf("seed %d: the valve of %s is off by %.1f %% at most", seed+1, p.Situations[0].Device, most)
		}
	}
}
