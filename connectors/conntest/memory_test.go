package conntest

import (
	"context"
	"fmt"
	"math"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/glasstwin/glasstwin/twin"
)

func smallSite() *twin.Site {
	s := &twin.Site{ID: "small", Kind: "store", Assets: []twin.Asset{{ID: "freezer-1"}, {ID: "camera-1"}}}
	add := func(asset twin.AssetID, name string, kind twin.SignalKind, lo, hi float64, writable bool) {
		id := twin.SignalOf(asset, name)
		s.Signals = append(s.Signals, twin.Signal{ID: id, Asset: asset, Name: name, Kind: kind, Range: [2]float64{lo, hi}, Writable: writable, Expected: 5 * time.Minute})
		s.Bindings = append(s.Bindings, twin.Binding{Signal: id, Plant: "memory", Address: string(id)})
	}
	add("freezer-1", "air-temperature", twin.Analog, -60, 60, false)
	add("freezer-1", "set-point", twin.Analog, -30, -10, true)
	add("freezer-1", "door-open", twin.Boolean, 0, 1, false)
	add("freezer-1", "door-close-command", twin.Boolean, 0, 1, true)
	add("freezer-1", "control-sensor", twin.Enum, 0, 1, true)
	add("camera-1", "positions", twin.Positions, -40, 40, false)
	return s
}

// bench is a memory plant with faults.
func bench(p *Plant) *Bench {
	return &Bench{
		Site: p.site,
		Open: func(s Sinks) (Link, error) { return p.NewLink(s), nil },
		Cut:  func(testing.TB) { p.Kill() }, Mend: func(testing.TB) { p.Revive() },
		Lost: time.Second, Back: 2 * time.Second,
		Step: memoryStep, Stir: func(testing.TB, uint64) { p.Step() },
		Hold:    twin.Write{Signal: "freezer-1/set-point", Value: -22, Before: -20},
		Command: twin.Write{Signal: "freezer-1/door-close-command", Value: 1},
		Fixed:   "freezer-1/air-temperature",
		Beyond:  twin.Write{Signal: "freezer-1/set-point", Value: 5, Hold: true},
		Taken:   func(_ testing.TB, id twin.SignalID) int { return p.Taken(id) },
	}
}

func TestTheMemoryLinkKeepsTheLaws(t *testing.T) {
	for seed := range uint64(3) {
		f := Faults{Seed: seed, Drop: 0.1, Double: 0.1, Reorder: 0.1}
		if seed == 0 {
			f = Faults{}
		}
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			Run(t, func(*testing.T) *Bench { return bench(NewPlant(smallSite(), f)) })
		})
	}
}

// TestNothingIsLostOrDoubled: whatever the line does, what arrives is every
// step of the plant since the link was first up, once, in order.
func TestNothingIsLostOrDoubled(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := Faults{
			Seed: rapid.Uint64().Draw(t, "seed"),
			Drop: rapid.Float64Range(0, 0.3).Draw(t, "drop"), Double: rapid.Float64Range(0, 0.3).Draw(t, "double"),
			Reorder: rapid.Float64Range(0, 0.3).Draw(t, "reorder"), Cut: rapid.Float64Range(0, 0.05).Draw(t, "cut"),
		}
		p := NewPlant(smallSite(), f)
		var mu sync.Mutex
		var came []time.Time
		link := p.NewLink(Sinks{
			Receive: func(s []twin.Sample) error {
				mu.Lock()
				defer mu.Unlock()
				came = append(came, s[0].At)
				return nil
			},
			Changed: func(context.Context, bool, string) error { return nil },
		})
		ctx, cancel := context.WithCancel(context.Background())
		var running sync.WaitGroup
		running.Go(func() { _ = link.Run(ctx) })
		defer running.Wait()
		defer cancel()
		newest := func() time.Time {
			mu.Lock()
			defer mu.Unlock()
			if len(came) == 0 {
				return time.Time{}
			}
			return came[len(came)-1]
		}
		for i := 0; i < 60 || newest().IsZero(); i++ {
			p.Step()
			time.Sleep(100 * time.Microsecond)
		}
		target := p.now
		for end := time.Now().Add(Patience(5 * time.Second)); newest().Before(target); { // the last ones may be dropped: only what follows tells
			p.Step()
			time.Sleep(time.Millisecond)
			if time.Now().After(end) {
				t.Fatalf("waited for %s, heard until %s", target, newest())
			}
		}
		mu.Lock()
		defer mu.Unlock()
		for i := 1; i < len(came); i++ {
			if d := came[i].Sub(came[i-1]); d != memoryStep {
				t.Fatalf("after the step of %s came that of %s", came[i-1], came[i])
			}
		}
	})
}

func TestValuesThatNoSignalCanBeAreBad(t *testing.T) {
	p := NewPlant(smallSite(), Faults{})
	r := newTrial(bench(p))
	r.start(t)
	r.await(t, "every signal", heard, r.allLive)
	for id, v := range map[twin.SignalID]any{
		"freezer-1/air-temperature": math.NaN(), "freezer-1/door-open": "ajar", "freezer-1/set-point": true,
		"camera-1/positions": []float64{1, 2, 3},
	} {
		p.Set(id, v)
		r.await(t, "a bad value", heard, func() bool { return r.state.Latest(id).Quality == twin.Bad })
	}
	if r.state.Latest("freezer-1/control-sensor").Quality != twin.Good {
		t.Error("one bad value spoilt another")
	}
}

func TestTheLawsNotice(t *testing.T) {
	r := newTrial(bench(NewPlant(smallSite(), Faults{})))
	at := time.Date(2026, 6, 3, 10, 0, 0, 0, time.UTC)
	x := twin.Sample{Signal: "freezer-1/air-temperature", At: at, Value: 1, Quality: twin.Good}
	late, gap := x, x
	late.At, gap.At = at.Add(-time.Second), at.Add(time.Minute)
	for _, s := range []twin.Sample{x, x, late, gap} {
		if err := r.receive([]twin.Sample{s}); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.changed(t.Context(), false, ""); err != nil {
		t.Fatal(err)
	}
	// doubled, refused; late, refused; a gap against the late one; lost without a reason
	if len(r.flaws) < 5 {
		t.Errorf("only these flaws were noticed: %q", r.flaws)
	}
}

func TestASilentPlantIsLost(t *testing.T) {
	p := NewPlant(smallSite(), Faults{})
	r := newTrial(bench(p))
	r.start(t)
	r.await(t, "every signal", heard, r.allLive)
	p.Freeze(true)
	r.await(t, "the silence to be told", time.Second, func() bool { return !r.up })
	p.Freeze(false)
	r.await(t, "the link to be back", time.Second, func() bool { return r.up })
}
