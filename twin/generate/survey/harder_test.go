package survey_test

import (
	"context"
	"os"
	"testing"

	"github.com/glasstwin/glasstwin/twin/generate/survey"
)

// Scans that are worse than a surveyor's lose openings and objects before they
// lose rooms and walls. There are 36 rooms, so one more or less is 3 %.
func TestWorseScans(t *testing.T) {
	if os.Getenv("GLASSTWIN_LONG") == "" {
		t.Skip("set GLASSTWIN_LONG=1: it takes a minute")
	}
	for _, c := range []struct {
		name  string
		worse func(*scanning)
		rooms float64 // share that must be found
	}{
		{"noise of 20 mm", func(s *scanning) { s.noise = 0.02 }, 0.85},
		{"a quarter of the rays", func(s *scanning) { s.rays = 25_000 }, 0.75},
		{"outliers and people", func(s *scanning) { s.outliers, s.ghosts = 0.03, 4 }, 0.95},
		{"tilted by up to 10°", func(s *scanning) { s.tilt, s.stated = 0.17, false }, 0.9},
	} {
		t.Run(c.name, func(t *testing.T) {
			var all []score
			for seed := uint64(141); seed <= 147; seed++ {
				h := author(seed, 1)
				how := usualScan(seed)
				c.worse(&how)
				cloud, to := h.scan(seed, how)
				s, err := survey.Reconstruct(context.Background(), cloud, survey.Options{Classes: furniture})
				if err != nil {
					t.Fatal(err)
				}
				all = append(all, h.compare(s, to))
			}
			sum := join(all)
			t.Log(sum)
			if v := ratio(sum.roomsFound, sum.rooms); v < c.rooms {
				t.Errorf("%.2f of the rooms were found, the limit is %.2f", v, c.rooms)
			}
			if sum.tilt > 0.2 {
				t.Errorf("up is off by %.2f°", sum.tilt)
			}
		})
	}
}
