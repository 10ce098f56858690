package operate

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/glasstwin/glasstwin/twin"
)

func TestMoreTillsNeverMakePeopleWaitLonger(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q := queue{
			inside: rapid.Float64Range(0, 80).Draw(t, "inside"), waiting: rapid.Float64Range(0, 40).Draw(t, "waiting"), tills: float64(rapid.IntRange(1, 4).Draw(t, "tills")),
			usual: rapid.Float64Range(0, 20).Draw(t, "usual"), behind: rapid.Float64Range(0, 30).Draw(t, "behind"),
			coming: rapid.Float64Range(0, 200).Draw(t, "coming"), stay: rapid.Float64Range(stayLeast, stayMost).Draw(t, "stay"), serves: rapid.Float64Range(servesLeast, servesMost).Draw(t, "serves"),
		}
		before := math.Inf(1)
		for more := range 5 {
			w, _, _ := q.waits(float64(more), 2*time.Hour)
			if math.IsNaN(w) || w < 0 || w > before+1e-9 {
				t.Fatalf("with %d more tills %g person-hours are waited, with one less %g", more, w, before)
			}
			before = w
		}
		if n := q.cheapest(3, 15, 0, 0, 2*time.Hour); n != 0 {
			t.Fatalf("%g tills are opened though waiting costs nothing", n)
		}
		waited := func(more float64) float64 { w, _, _ := q.waits(more, 2*time.Hour); return w }
		if n := q.cheapest(3, 0, 26, 0, 2*time.Hour); waited(n) > waited(3)+1e-9 {
			t.Fatalf("%g tills are opened though a till costs nothing and more would shorten the waiting", n)
		}
	})
}

func TestAPartyIsForeseenBeforeItStandsAtTheTills(t *testing.T) {
	calm := queue{inside: 6, usual: 6, waiting: 1, tills: 1, coming: 45, stay: 0.13, serves: 85}
	coach := calm
	coach.inside, coach.behind = 30, 12
	for _, c := range []struct {
		name string
		q    queue
		most float64
		want float64
	}{
		{"as usual", calm, 3, 0},
		{"a coach is coming in", coach, 3, 2},
		{"one hand is free", coach, 1, 1},
		{"no hand is free", coach, 0, 0},
	} {
		if got := c.q.cheapest(c.most, 15, 26, 7, 2*time.Hour); got != c.want {
			t.Errorf("%s: %g more tills, want %g", c.name, got, c.want)
		}
	}
}

func TestAQueueIsReadOfASite(t *testing.T) {
	site := &twin.Site{ID: "shop"}
	add := func(id twin.AssetID, class string, names ...string) {
		site.Assets = append(site.Assets, twin.Asset{ID: id, Class: class})
		for _, name := range names {
			site.Signals = append(site.Signals, twin.Signal{ID: twin.SignalOf(id, name), Asset: id, Name: name})
		}
	}
	add("counter-1", "people-counter", "in", "out", "occupancy")
	add("checkout-1", "checkout", "open", "queue-length")
	add("checkout-2", "checkout", "open", "queue-length")
	o := &Operator{site: site, state: twin.NewState(site)}
	onset := dawn.Add(90 * time.Minute)
	in := 0.0
	for m := 0; m <= 92; m++ { // one a minute comes and stays six minutes, then twenty at once
		now := dawn.Add(time.Duration(m) * time.Minute)
		in++
		inside := 6.0
		if now.After(onset) {
			in += 10
			inside += 10 * float64(m-90)
		}
		o.state.Advance(now)
		for id, v := range map[twin.SignalID]float64{"counter-1/in": in, "counter-1/out": max(0, float64(m-6)), "counter-1/occupancy": inside,
			"checkout-1/open": 1, "checkout-2/open": 0, "checkout-1/queue-length": 1, "checkout-2/queue-length": 0} {
			o.state.Apply(twin.Sample{Signal: id, At: now, Value: v, Quality: twin.Good})
		}
	}
	q := o.queueOf(onset)
	if q.inside != 26 || math.Abs(q.usual-6) > 0.5 || q.waiting != 1 || q.tills != 1 || math.Abs(q.coming-60) > 1 || math.Abs(q.stay-0.1) > 0.02 || q.behind < 7 || q.behind > 13 {
		t.Errorf("%+v", q)
	}
}

// Who opens tills while a party is coming in opens one too many or too few: its size
// is told when nobody follows. That is waited for, but not for long.
func TestTillsWaitUntilAPartyIsIn(t *testing.T) {
	for _, c := range []struct {
		name       string
		in         func(minute int) float64 // people who came in this minute, since the onset
		from, last int                      // minutes after the onset within which tills are opened
		line       float64
		tills      int
	}{
		{"a handful", func(m int) float64 { return map[int]float64{1: 5, 2: 4}[m] }, 4, 5, 7, 1},
		{"a small party", func(m int) float64 { return map[int]float64{1: 8, 2: 8, 3: 6}[m] }, 5, 6, 12, 2}, // for a while: they are shut when it has gone
		{"a large party", func(m int) float64 { return map[int]float64{1: 12, 2: 12, 3: 12, 4: 12}[m] }, 6, 7, 12, 2},
		{"people without end", func(int) float64 { return 8 }, 6, 7, 12, 2},
		{"a queue that nobody is seen to join", func(int) float64 { return 0 }, 1, 3, 40, 2},
	} {
		h := &hall{values: map[twin.SignalID]float64{"staff-1/available": 2}, now: dawn}
		site := &twin.Site{ID: "shop", Modes: map[twin.ActionClass]twin.Mode{"open-tills": twin.Auto}}
		add := func(id twin.AssetID, class string, names ...string) {
			site.Assets = append(site.Assets, twin.Asset{ID: id, Class: class})
			for _, name := range names {
				site.Signals = append(site.Signals, twin.Signal{ID: twin.SignalOf(id, name), Asset: id, Name: name, Writable: name == "open", Range: [2]float64{0, 50}})
				h.values[twin.SignalOf(id, name)] = 0
			}
		}
		for _, id := range []twin.AssetID{"checkout-1", "checkout-2", "checkout-3"} {
			add(id, "checkout", "open", "queue-length")
		}
		add("counter-1", "people-counter", "in", "out", "occupancy")
		add("staff-1", "staff-terminal", "available")
		h.values["checkout-1/open"], h.values["staff-1/available"], h.values["counter-1/occupancy"] = 1, 2, 6
		eyes := &teller{}
		o, err := New(Config{Site: site, Plant: h, Journal: &diary{}, Perceiver: eyes})
		if err != nil {
			t.Fatal(err)
		}
		if err := o.Resume(t.Context()); err != nil {
			t.Fatal(err)
		}
		onset := dawn.Add(90 * time.Minute)
		opened := -1
		for m := 1; m <= 105; m++ { // one a minute comes and stays six minutes
			h.now = dawn.Add(time.Duration(m) * time.Minute)
			h.values["counter-1/in"]++
			h.values["counter-1/out"] = max(0, float64(m-6))
			since := m - 90
			if since > 0 {
				h.values["counter-1/in"] += c.in(since)
				h.values["counter-1/occupancy"] += c.in(since)
				h.values["checkout-1/queue-length"] = c.line
				eyes.list = []Perception{{
					Situation: twin.Situation{Class: "queue-surge", Asset: "checkout-1", Onset: onset, Severity: 0.5},
					Diagnosis: twin.Diagnosis{Causes: []twin.Cause{{Class: "queue-surge", Part: "queue", Probability: 0.9}}},
				}}
			}
			var all []twin.Sample
			for id, v := range h.values {
				all = append(all, twin.Sample{Signal: id, At: h.now, Value: v, Quality: twin.Good})
			}
			o.Observe(all)
			for range 6 {
				if err := o.Tick(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			if len(h.wrote) > 0 && opened < 0 {
				opened = since
			}
		}
		if opened < c.from || opened > c.last || len(h.wrote) != c.tills {
			t.Errorf("%s: after %d min %d tills were opened, want %d after %d to %d", c.name, opened, len(h.wrote), c.tills, c.from, c.last)
		}
	}
}
