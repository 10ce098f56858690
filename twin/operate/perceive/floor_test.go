package perceive

import (
	"math"
	"testing"
)

// A coach lets its people in within minutes; a busy day brings more all the time.
func TestAPartyIsToldFromABusyHour(t *testing.T) {
	come := func(usual float64, last ...float64) series {
		var s series
		in := 100.0
		for range 80 {
			in += usual
			s = append(s, in)
		}
		for _, n := range last {
			in += n
			s = append(s, in)
		}
		return s
	}
	for _, c := range []struct {
		name        string
		in          series
		least, most float64
		party       float64
	}{
		{"as usual", come(1), 0, 0.5, 0},
		{"half as many again for a while", come(2, 3, 3, 3, 3, 3, 3), 0, 2, 6},
		{"a coach", come(1, 9, 8, 9, 8), 10, 30, 30},
		{"a coach on a busy day", come(2.5, 10, 9, 9, 9), 6, 20, 27},
		{"a coach seven minutes ago", come(1, 9, 8, 9, 8, 1, 1, 1, 1, 1, 1, 1), 0, 0.5, 0},
		{"nobody knows", series{math.NaN(), math.NaN()}, math.NaN(), math.NaN(), math.NaN()},
	} {
		chance, party := together(c.in, 0)
		if math.IsNaN(c.least) {
			if !math.IsNaN(chance) || !math.IsNaN(party) {
				t.Errorf("%s: %g, %g", c.name, chance, party)
			}
			continue
		}
		if !(chance >= c.least && chance <= c.most) || math.Abs(party-c.party) > 2 {
			t.Errorf("%s: chance of 10^-%.1f, a party of %.1f; want 10^-%g to 10^-%g and %g", c.name, chance, party, c.least, c.most, c.party)
		}
	}
}
