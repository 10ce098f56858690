package operate

import (
	"context"
	"slices"
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

// minute lets a minute pass: all values come, and the operator looks at them.
func (h *hall) minute(t *testing.T, o *Operator) {
	t.Helper()
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
		h.minute(t, o)
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
	h.values["checkout-1/queue-length"], h.values["checkout-3/queue-length"] = 0, 3
	for range 40 {
		minute()
	}
	c := o.Cases()[0]
	if !c.Ended.IsZero() || len(h.wrote) != 3 || h.wrote[2].Signal != "checkout-2/open" || h.wrote[2].Value != 0 {
		t.Errorf("people stand at the third till alone: it ended %s, written %+v", c.Ended, h.wrote)
	}
	h.values["checkout-3/queue-length"] = 0
	for range 40 {
		minute()
	}
	c = o.Cases()[0]
	if c.Ended.IsZero() || c.Outcome == nil || c.Outcome.Result != twin.Verified || !c.Proposal.Back {
		t.Errorf("it ended %s with %+v", c.Ended, c.Outcome)
	}
	if len(h.wrote) != 4 || h.wrote[3].Signal != "checkout-3/open" || h.wrote[3].Value != 0 {
		t.Errorf("written: %+v", h.wrote)
	}
	if r := o.Records(); len(r) == 0 || slices.IndexFunc(r, func(x twin.Record) bool { return x.Class == "open-tills" && x.Proposals == 1 && x.Verified == 1 }) < 0 {
		t.Errorf("to shut tills again counts as if it had proved something: %+v", r)
	}
}

// What somebody else has set since is his: the twin gives none of it back. And what
// is asked of a person is written only when he agrees, opened or shut.
func TestWhatIsNeededNoMoreIsLeftToWhoeverChangedIt(t *testing.T) {
	for _, mode := range []twin.Mode{twin.Auto, twin.Approve} {
		h, eyes, journal := &hall{values: map[twin.SignalID]float64{}, now: dawn}, &teller{}, &diary{}
		site := &twin.Site{ID: "shop", Modes: map[twin.ActionClass]twin.Mode{"open-tills": mode}}
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
		add("staff-1", "staff-terminal", "available")
		h.values["checkout-1/open"], h.values["checkout-1/queue-length"], h.values["staff-1/available"] = 1, 45, 2
		watch := DefaultWatch()
		watch.Runs = 2
		o, err := New(Config{Site: site, Plant: h, Journal: journal, Perceiver: eyes, Watch: &watch})
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
		approve := func(wrote int) {
			if mode != twin.Approve {
				return
			}
			if len(h.wrote) != wrote {
				t.Fatalf("%+v was written before anybody agreed", h.wrote)
			}
			if err := o.Approve(t.Context(), o.Cases()[0].Proposal.ID, "mina"); err != nil {
				t.Fatal(err)
			}
			run(1)
		}
		eyes.list = []Perception{{
			Situation: twin.Situation{Class: "queue-surge", Asset: "checkout-1", Onset: dawn, Severity: 0.5},
			Diagnosis: twin.Diagnosis{Causes: []twin.Cause{{Class: "queue-surge", Part: "queue", Probability: 0.9}}},
		}}
		run(5)
		approve(0)
		if len(h.wrote) != 2 {
			t.Fatalf("%s: opened %+v", mode, h.wrote)
		}
		eyes.list, h.values["checkout-1/queue-length"] = nil, 0
		if mode == twin.Auto {
			run(5)
			h.values["checkout-3/open"] = 0 // by who is in charge of the tills
			run(60)
			if len(h.wrote) != 2 || o.Cases()[0].Ended.IsZero() {
				t.Errorf("after somebody else has shut one: %+v", h.wrote)
			}
			continue
		}
		run(40)
		approve(2)
		if len(h.wrote) != 4 || h.values["checkout-2/open"] != 0 || h.values["checkout-3/open"] != 0 {
			t.Errorf("shut: %+v", h.wrote)
		}
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

// wary tells drifts, too.
type wary struct {
	teller
	drifts []twin.DriftNote
}

func (w *wary) Drifts() []twin.DriftNote { return w.drifts }

// What a site is perceived from may be unlike training: that takes the autonomy of
// what answers the situations concerned, once for each drift, over restarts too.
func TestADriftOfASiteTakesAutonomyOnce(t *testing.T) {
	h, journal, eyes := &hall{values: map[twin.SignalID]float64{"checkout-1/open": 1}, now: dawn}, &diary{}, &wary{}
	site := &twin.Site{ID: "shop", Modes: map[twin.ActionClass]twin.Mode{"open-tills": twin.Auto, "close-door": twin.Auto},
		Assets:  []twin.Asset{{ID: "checkout-1", Class: "checkout"}},
		Signals: []twin.Signal{{ID: "checkout-1/open", Asset: "checkout-1", Name: "open"}}}
	var o *Operator
	boot := func() {
		var err error
		if o, err = New(Config{Site: site, Plant: h, Journal: journal, Perceiver: eyes}); err != nil {
			t.Fatal(err)
		}
		if err := o.Resume(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	run := func(minutes int) {
		t.Helper()
		for range minutes {
			h.now = h.now.Add(time.Minute)
			o.Observe([]twin.Sample{{Signal: "checkout-1/open", At: h.now, Value: 1, Quality: twin.Good}})
			if err := o.Tick(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	}
	is := func(when string, began, lowered, ended int, tills twin.Mode) {
		t.Helper()
		n := map[twin.EventKind]int{}
		for _, e := range journal.events {
			n[e.Kind]++
		}
		if n[twin.DriftBegan] != began || n[twin.AutonomyLowered] != lowered || n[twin.DriftEnded] != ended || o.Modes()["open-tills"] != tills || o.Modes()["close-door"] != twin.Auto {
			t.Fatalf("%s: %v, %v", when, n, o.Modes())
		}
	}
	boot()
	run(5)
	is("as ever", 0, 0, 0, twin.Auto)
	eyes.drifts = []twin.DriftNote{{Asset: "checkout-1", Kind: twin.DriftDead, Signals: []twin.SignalID{"checkout-1/open"}, Situations: []string{"queue-surge"}, Since: h.now, Minutes: 40, Why: "it stands still"}}
	run(10)
	is("in a drift", 1, 1, 0, twin.Approve)
	note := bodyAs[twin.AutonomyNote](t, journal.events[len(journal.events)-2])
	if note.Class != "open-tills" || note.Asset != "checkout-1" || note.Seen != 40 || !strings.Contains(note.Why, "it stands still") {
		t.Errorf("%+v", note)
	}
	if w := o.Watched(); len(w) != 1 || w[0].Drift != "it stands still" {
		t.Errorf("%+v", w)
	}
	if err := o.SetMode(t.Context(), "open-tills", twin.Auto, "kim"); err != nil {
		t.Fatal(err)
	}
	run(10)
	boot()
	run(10)
	is("set to automatic by a person, over a restart", 1, 1, 0, twin.Auto)
	eyes.drifts = nil
	run(10)
	is("shortly after a restart", 1, 1, 0, twin.Auto)
	run(30)
	is("over", 1, 1, 1, twin.Auto)
	eyes.drifts = []twin.DriftNote{{Asset: "checkout-1", Kind: twin.DriftDead, Situations: []string{"queue-surge"}, Since: h.now}}
	run(10)
	is("a new one", 2, 2, 1, twin.Approve)
}
