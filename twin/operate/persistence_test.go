package operate

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/twin"
)

// series are minutes of a signal that returns to 5 and is thrown off.
func series(rng *rand.Rand, n int, keeps, thrown float64) []float64 {
	out := make([]float64, n)
	for i := 1; i < n; i++ {
		out[i] = keeps*out[i-1] + thrown*rng.NormFloat64()
	}
	for i := range out {
		out[i] += 5
	}
	return out
}

// The bounds of a signal that goes on by itself hold what comes about as often as
// they say, 95 of 100 times, for what forgets at once and for what forgets in hours.
func TestBoundsHoldWhatComes(t *testing.T) {
	for _, keeps := range []float64{0, 0.7, 0.95, 0.99} {
		rng := rand.New(rand.NewPCG(7, 11))
		const times, known, ahead = 2000, 90, 30
		held := 0
		for range times {
			all := series(rng, 400+known+ahead, keeps, 0.8)[400:]
			var x []block
			for i, v := range all[:known] {
				x = append(x, block{dawn.Add(time.Duration(i) * time.Minute), v})
			}
			h, ok := identify(x)
			if !ok {
				t.Fatal("an hour and a half is too short")
			}
			if _, low, high := h.after(all[known-1], ahead*time.Minute); low <= all[known-1+ahead] && all[known-1+ahead] <= high {
				held++
			}
		}
		if share := float64(held) / times; share < 0.87 || share > 0.97 {
			t.Errorf("keeping %g a minute: %.3f of what came lay within", keeps, share)
		} else {
			t.Logf("keeping %g a minute: %.3f of what came lay within", keeps, share)
		}
	}
}

func TestWhatWasSeenShortlyStaysWithinIt(t *testing.T) {
	id := twin.SignalOf("hall", "people")
	site := &twin.Site{Assets: []twin.Asset{{ID: "hall"}}, Signals: []twin.Signal{{ID: id, Asset: "hall", Name: "people", Range: [2]float64{0, 9}}}}
	o, err := New(Config{Site: site, Plant: &hall{}, Journal: &diary{}, Perceiver: &teller{}})
	if err != nil {
		t.Fatal(err)
	}
	if err := o.Resume(t.Context()); err != nil {
		t.Fatal(err)
	}
	now := dawn
	see := func(v float64) {
		now = now.Add(time.Minute)
		o.Observe([]twin.Sample{{Signal: id, At: now, Value: v, Quality: twin.Good}})
		if err := o.Tick(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if p := o.byItself(id, dawn, time.Hour); p[12].Value != 0 || p[12].Low != 0 || p[12].High != 0 {
		t.Errorf("of what was never seen: %+v", p[12])
	}
	for _, v := range []float64{3, 7, 4, 4} {
		see(v)
	}
	p := o.byItself(id, now, time.Hour)
	if p[0].Low != p[0].High || p[12].Low > 4 || p[12].High < 4 || p[12].Low < 3 || p[12].High > 7 {
		t.Errorf("begins %+v, ends %+v", p[0], p[12])
	}
	rng := rand.New(rand.NewPCG(3, 5))
	for range 80 {
		see(min(max(4+4*rng.NormFloat64(), 0), 9))
	}
	p = o.byItself(id, now, time.Hour)
	for i, x := range p {
		if x.Low < 0 || x.High > 9 || x.Low > x.Value || x.Value > x.High || math.IsNaN(x.Value) {
			t.Errorf("point %d: %+v", i, x)
		}
	}
	if p[12].High-p[12].Low < 6 {
		t.Errorf("it strays over its whole range, and is foretold within %.1f to %.1f", p[12].Low, p[12].High)
	}
}
