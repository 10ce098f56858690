package operate

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/twin"
)

// teller tells what a test has it tell.
type teller struct{ list []Perception }

func (t *teller) Perceive(context.Context, *twin.State, time.Time) ([]Perception, error) {
	return t.list, nil
}

// hall is a plant of values that stay where they are put.
type hall struct {
	values map[twin.SignalID]float64
	wrote  []twin.Write
	now    time.Time
}

func (h *hall) Write(_ context.Context, w Warrant) error {
	if err := w.Check(time.Now()); err != nil {
		return err
	}
	h.wrote = append(h.wrote, w.Writes()...)
	for _, x := range w.Writes() {
		h.values[x.Signal] = x.Value
	}
	return nil
}

func (h *hall) Read(_ context.Context, ids []twin.SignalID) (out []twin.Sample, _ error) {
	for _, id := range ids {
		out = append(out, twin.Sample{Signal: id, At: h.now, Value: h.values[id], Quality: twin.Good})
	}
	return out, nil
}

// diary is a journal in memory.
type diary struct {
	chain  twin.Chain
	events []twin.Event
}

func (d *diary) Append(_ context.Context, e twin.Event) (twin.Event, error) {
	e = d.chain.Seal(e, time.Now())
	d.events = append(d.events, e)
	return e, nil
}

func (d *diary) Events(_ context.Context, from uint64, fn func(twin.Event) error) error {
	for _, e := range d.events[from-1:] {
		if err := fn(e); err != nil {
			return err
		}
	}
	return nil
}

// A surge at the tills is told at one of them, answered at others, by as many as
// staff are free, and ends when it is told no more. How sure one must be of it is
// its perceiver's to say: the bound of a cabinet's diagnosis is higher.
func TestASituationOfASiteIsAnswered(t *testing.T) {
	h := &hall{values: map[twin.SignalID]float64{"staff-1/available": 2}, now: dawn}
	site := &twin.Site{ID: "shop", Modes: map[twin.ActionClass]twin.Mode{"open-tills": twin.Auto}}
	add := func(id twin.AssetID, class string, names ...string) {
		site.Assets = append(site.Assets, twin.Asset{ID: id, Class: class})
		for _, name := range names {
			site.Signals = append(site.Signals, twin.Signal{ID: twin.SignalOf(id, name), Asset: id, Name: name, Writable: name == "open", Range: [2]float64{0, 50}})
		}
	}
	for _, id := range []twin.AssetID{"checkout-1", "checkout-2", "checkout-3", "checkout-4"} {
		add(id, "checkout", "open", "queue-length")
		h.values[twin.SignalOf(id, "open")], h.values[twin.SignalOf(id, "queue-length")] = 0, 0
	}
	h.values["checkout-1/open"], h.values["checkout-1/queue-length"] = 1, 45
	add("staff-1", "staff-terminal", "available")
	p := Perception{
		Situation: twin.Situation{Class: "queue-surge", Asset: "checkout-1", Onset: dawn, Severity: 0.5},
		Diagnosis: twin.Diagnosis{Causes: []twin.Cause{{Class: "queue-surge", Part: "queue", Probability: 0.7}}},
		Effects:   []twin.AssetID{"checkout-2"},
	}
	eyes, journal := &teller{}, &diary{}
	watch := DefaultWatch()
	watch.Runs = 2
	o, err := New(Config{Site: site, Plant: h, Journal: journal, Perceiver: eyes, Watch: &watch})
	if err != nil {
		t.Fatal(err)
	}
	if err := o.Resume(t.Context()); err != nil {
		t.Fatal(err)
	}
	minute := func() {
		h.now = h.now.Add(time.Minute)
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
	}
	minute()
	if len(o.Cases()) != 0 {
		t.Fatal("a case of nothing")
	}
	eyes.list = []Perception{p}
	minute()
	if len(o.Cases()) != 0 {
		t.Error("told once, it was raised already")
	}
	minute()
	cases := o.Cases()
	if len(cases) != 1 || cases[0].Situation.Class != "queue-surge" || len(cases[0].Members) != 1 {
		t.Fatalf("%+v", cases)
	}
	if len(h.wrote) != 2 || h.wrote[0].Signal != "checkout-2/open" || h.wrote[1].Signal != "checkout-3/open" {
		t.Fatalf("two people were free, written: %+v", h.wrote)
	}
	if n := len(cases[0].Proposal.Ranking); n < 2 || cases[0].Proposal.Ranking[n-1].Class != "" {
		t.Errorf("doing nothing was not weighed: %+v", cases[0].Proposal.Ranking)
	}
	eyes.list = nil
	for range 40 {
		minute()
	}
	c := o.Cases()[0]
	if c.Ended.IsZero() || c.Outcome == nil || c.Outcome.Result != twin.Verified {
		t.Errorf("it ended %s with %+v", c.Ended, c.Outcome)
	}
	if len(h.wrote) != 2 {
		t.Errorf("written %d times", len(h.wrote))
	}
}

// A sensor that errs is not cured by moving the plant: such a table is not read.
func TestNoTableCuresASensorByThePlant(t *testing.T) {
	text := "- action: a\n  answers: [{fault: sensor-drift}]\n  writes: [{signal: set-point, value: 3, hold: true}]\n  shows: [x]\n"
	if _, err := ReadActions("t.yaml", strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), "sensor") {
		t.Errorf("read with %v", err)
	}
	for _, r := range DefaultRemedies() {
		if w, ok := curesByPlant(r); ok {
			t.Errorf("%s answers %s by writing %s", r.Class, r.Fault, w)
		}
	}
}
