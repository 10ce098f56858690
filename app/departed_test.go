package app

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/glasstwin/glasstwin/twin"
)

// A step or a rise that stays is dated to within its noise, whatever the course
// before; a door that is opened for a minute is no change.
func TestDeparted(t *testing.T) {
	onset := time.Date(2026, 6, 3, 10, 20, 0, 0, time.UTC)
	rapid.Check(t, func(t *rapid.T) {
		swing := rapid.Float64Range(0, 2).Draw(t, "swing")
		slope := rapid.Float64Range(1, 4).Draw(t, "slope") // of a minute
		late := time.Duration(rapid.IntRange(-4, 10).Draw(t, "late")) * time.Minute
		var points []twin.Point
		for at := onset.Add(-40 * time.Minute); at.Before(onset.Add(30 * time.Minute)); at = at.Add(15 * time.Second) {
			v := -18 + swing*math.Sin(float64(at.Unix())/60)
			if d := at.Sub(onset.Add(late)); d > 0 {
				v += 1 + slope*d.Minutes()
			}
			if d := onset.Add(-12 * time.Minute).Sub(at); d > 0 && d < time.Minute {
				v += 30
			}
			points = append(points, twin.Point{At: at, Value: v})
		}
		got, ok := Departed(points, onset)
		if want := onset.Add(late); !ok || got.Before(want.Add(-time.Minute)) || got.After(want.Add(8*time.Minute)) {
			t.Fatalf("departed at %s (%v), it did at %s", got, ok, want)
		}
	})
	if _, ok := Departed(nil, onset); ok {
		t.Error("nothing departed")
	}
}

// Nine in ten readings of a steady signal lie within the bounds of what would
// have been.
func TestWhatWouldHaveBeenHoldsNineInTen(t *testing.T) {
	site := &twin.Site{Assets: []twin.Asset{{ID: "a"}}, Signals: []twin.Signal{{ID: "a/t", Asset: "a", Name: "t", Unit: "°C", Expected: time.Hour}}}
	st := twin.NewState(site)
	start := time.Date(2026, 6, 3, 9, 0, 0, 0, time.UTC)
	onset, end := start.Add(40*time.Minute), start.Add(80*time.Minute)
	value := func(at time.Time) float64 {
		return -18 + math.Sin(float64(at.Unix())/97) + 0.3*math.Sin(float64(at.Unix())*1.7)
	}
	for at := start; at.Before(end); at = at.Add(10 * time.Second) {
		st.Apply(twin.Sample{Signal: "a/t", At: at, Value: value(at), Quality: twin.Good})
	}
	inside, all := 0, 0
	for _, p := range continued(st, "a/t", start, onset, end) {
		all++
		if v := value(p.At); v >= p.Low && v <= p.High {
			inside++
		}
	}
	if share := float64(inside) / float64(all); all < 50 || share < 0.85 || share > 0.95 {
		t.Errorf("%d of %d lie inside (%.3f)", inside, all, share)
	}
}
