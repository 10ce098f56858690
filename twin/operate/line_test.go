package operate

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/glasstwin/glasstwin/twin"
)

func TestALineLosesNobody(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		stand, join := rapid.Float64Range(0, 60).Draw(t, "stand"), rapid.Float64Range(0, 6).Draw(t, "join")
		steps := rapid.IntRange(1, 12).Draw(t, "steps") // so that nearly nobody stands beyond what is told apart
		l := newLine(stand)
		for range steps {
			l.step(join, 0)
		}
		sum := 0.0
		for _, p := range l.share {
			sum += p
		}
		if want := stand + join*float64(steps); math.Abs(sum-1) > 1e-9 || math.Abs(l.mean()-want) > 0.02 {
			t.Fatalf("shares of %g, %g people in the mean; want 1 and %g", sum, l.mean(), want)
		}
	})
}

// Of as many as a till just serves, chance alone makes a queue that who reckons with
// the mean does not see.
func TestChanceMakesAQueue(t *testing.T) {
	slack, tight := newLine(0), newLine(0)
	for range 240 {
		slack.step(0.3, 0.7)
		tight.step(0.65, 0.7)
	}
	if a, b := slack.beyond(3), tight.beyond(3); a > 0.05 || b < 1 || b > 10 {
		t.Errorf("%g people beyond three at a till that serves twice as many, %g at one that just serves them", a, b)
	}
}

// The roster opens and shuts tills at its hours for nothing: who knows of it does not
// send anybody for the few minutes until then.
func TestTheRosterIsReckonedWith(t *testing.T) {
	gone := queue{inside: 8, usual: 7, waiting: 1, tills: 3, opened: 2, coming: 50, stay: 0.13, serves: 85, again: 5 * time.Minute}
	soon, later, wide := gone, gone, gone
	soon.next, soon.changes = 1, 4*time.Minute
	later.next, later.changes = 1, 90*time.Minute
	wide.next, wide.changes, wide.coming = 3, 4*time.Minute, 170
	for _, c := range []struct {
		name string
		q    queue
		want float64
	}{
		{"nothing is known of a roster", gone, -2},
		{"it shuts them in four minutes", soon, 0},
		{"it shuts them in an hour and a half", later, -2},
		{"it opens two in four minutes", wide, 0},
	} {
		if got := c.q.cheapest(0, 15, 26, 7, 2*time.Hour); got != c.want {
			t.Errorf("%s: %g more tills, want %g", c.name, got, c.want)
		}
	}
}

// What came lately tells more of who comes than what came before, and a party nothing.
func TestWhoComesIsToldByTheLatest(t *testing.T) {
	site := &twin.Site{ID: "shop"}
	for id, names := range map[twin.AssetID][]string{"counter-1": {"in", "occupancy"}, "staff-1": {"tills-planned-next", "tills-change-in"}} {
		site.Assets = append(site.Assets, twin.Asset{ID: id, Class: map[twin.AssetID]string{"counter-1": "people-counter", "staff-1": "staff-terminal"}[id]})
		for _, name := range names {
			site.Signals = append(site.Signals, twin.Signal{ID: twin.SignalOf(id, name), Asset: id, Name: name})
		}
	}
	o := &Operator{site: site, state: twin.NewState(site)}
	onset, in := dawn.Add(time.Hour), 0.0
	for m := 0; m <= 100; m++ { // one a minute, then a party, then two a minute
		switch {
		case m <= 60:
			in++
		case m <= 64:
			in += 9
		default:
			in += 2
		}
		now := dawn.Add(time.Duration(m) * time.Minute)
		o.state.Advance(now)
		for id, v := range map[twin.SignalID]float64{"counter-1/in": in, "counter-1/occupancy": 6, "staff-1/tills-planned-next": 3, "staff-1/tills-change-in": 25} {
			o.state.Apply(twin.Sample{Signal: id, At: now, Value: v, Quality: twin.Good})
		}
	}
	q := o.queueOf(onset)
	if q.coming < 90 || q.coming > 122 || !(q.unsure > 0.15 && q.unsure < 0.4) {
		t.Errorf("%g people an hour come, unsure by %g", q.coming, q.unsure)
	}
	if q.next != 3 || q.changes != 25*time.Minute {
		t.Errorf("the roster has %g tills open in %s, want 3 in 25m", q.next, q.changes)
	}
}

// The roster has shut what was opened, and more was opened after that: that is the
// twin's own, and given back.
func TestWhatIsOpenedAfterTheRosterShutTillsIsGivenBack(t *testing.T) {
	h, eyes := &hall{values: map[twin.SignalID]float64{}, now: dawn}, &teller{}
	site := &twin.Site{ID: "shop", Modes: map[twin.ActionClass]twin.Mode{"open-tills": twin.Auto}}
	for id, names := range map[twin.AssetID][]string{"checkout-1": {"open", "queue-length"}, "checkout-2": {"open", "queue-length"}, "staff-1": {"available"}} {
		site.Assets = append(site.Assets, twin.Asset{ID: id, Class: map[bool]string{true: "staff-terminal", false: "checkout"}[id == "staff-1"]})
		for _, name := range names {
			site.Signals = append(site.Signals, twin.Signal{ID: twin.SignalOf(id, name), Asset: id, Name: name, Writable: name == "open", Range: [2]float64{0, 50}})
			h.values[twin.SignalOf(id, name)] = 0
		}
	}
	slices.SortFunc(site.Assets, func(a, b twin.Asset) int { return strings.Compare(string(a.ID), string(b.ID)) })
	h.values["checkout-1/open"], h.values["checkout-2/open"], h.values["checkout-1/queue-length"], h.values["staff-1/available"] = 0, 1, 45, 1
	watch := DefaultWatch()
	watch.Runs = 2
	o, err := New(Config{Site: site, Plant: h, Journal: &diary{}, Perceiver: eyes, Watch: &watch})
	if err != nil {
		t.Fatal(err)
	}
	if err := o.Resume(t.Context()); err != nil {
		t.Fatal(err)
	}
	run := func(minutes int) {
		for range minutes {
			h.minute(t, o)
		}
	}
	eyes.list = []Perception{{
		Situation: twin.Situation{Class: "queue-surge", Asset: "checkout-1", Onset: dawn, Severity: 0.5},
		Diagnosis: twin.Diagnosis{Causes: []twin.Cause{{Class: "queue-surge", Part: "queue", Probability: 0.9}}},
	}}
	run(6)
	if h.values["checkout-1/open"] != 1 {
		t.Fatalf("opened %+v", h.wrote)
	}
	h.values["checkout-1/open"] = 1
	h.values["checkout-2/open"] = 0 // by the roster: the queue goes on
	run(10)
	if h.values["checkout-2/open"] != 1 {
		t.Fatalf("opened %+v", h.wrote)
	}
	h.values["checkout-1/open"] = 0 // by the roster: what is held of the first answer is no more
	eyes.list, h.values["checkout-1/queue-length"] = nil, 0
	run(40)
	if h.values["checkout-2/open"] != 0 {
		t.Errorf("the till that was opened last stays open: %+v", h.wrote)
	}
}
