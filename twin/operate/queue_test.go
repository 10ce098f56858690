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
			w := q.waits(float64(more), 2*time.Hour)
			if math.IsNaN(w) || w < 0 || w > before+1e-9 {
				t.Fatalf("with %d more tills %g person-hours are waited, with one less %g", more, w, before)
			}
			before = w
		}
		if n := q.cheapest(3, 15, 0, 2*time.Hour); n != 0 {
			t.Fatalf("%g tills are opened though waiting costs nothing", n)
		}
		if n := q.cheapest(3, 0, 26, 2*time.Hour); q.waits(n, 2*time.Hour) > q.waits(3, 2*time.Hour)+1e-9 {
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
		if got := c.q.cheapest(c.most, 15, 26, 2*time.Hour); got != c.want {
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
