package operate

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/twin"
)

// history feeds a world's journal with proposals that ended so.
func (w *world) history(class twin.ActionClass, by string, results ...twin.Result) {
	for _, r := range results {
		id := twin.ProposalID("past/" + string(rune('a'+len(w.events)%26)) + time.Duration(len(w.events)).String())
		w.add(twin.ProposalMade, twin.Proposal{ID: id, Class: class, Sure: 0.9})
		w.add(twin.DecisionMade, twin.Decision{Proposal: id, Approved: true, By: by})
		w.add(twin.OutcomeRecorded, twin.Outcome{Proposal: id, Result: r})
	}
}

func (w *world) add(kind twin.EventKind, body any) {
	e, err := twin.NewEvent(kind, w.now, body)
	if err != nil {
		w.t.Fatal(err)
	}
	w.events = append(w.events, w.chain.Seal(e, w.now))
}

func repeat(r twin.Result, n int) []twin.Result {
	out := make([]twin.Result, n)
	for i := range out {
		out[i] = r
	}
	return out
}

func (w *world) notes(kind twin.EventKind) []twin.AutonomyNote {
	var out []twin.AutonomyNote
	for _, e := range w.events {
		if e.Kind == kind {
			out = append(out, bodyAs[twin.AutonomyNote](w.t, e))
		}
	}
	return out
}

func TestAPromotionIsOfferedWhenItIsEarned(t *testing.T) {
	ctx := context.Background()
	for n, want := range map[int]bool{34: false, 35: true} {
		w := newWorld(t, twin.Approve, "freezer-1")
		w.site.Earning = &twin.Earning{Strict: true}
		w.history("close-door", "kim", repeat(twin.Verified, n)...)
		w.run(time.Minute)
		offers := w.notes(twin.AutonomyOffered)
		if (len(offers) == 1) != want {
			t.Fatalf("%d right of %d: offers %+v", n, n, offers)
		}
		err := w.operator.SetMode(ctx, "close-door", twin.Auto, "kim")
		if !want {
			if !errors.Is(err, ErrUnearned) || !strings.Contains(err.Error(), "34 of 34") {
				t.Errorf("got %v", err)
			}
			continue
		}
		if o := offers[0]; o.From != twin.Approve || o.To != twin.Auto || o.Trials != 35 || o.Low < 0.9 || o.Threshold != 0.9 || math.Abs(o.Brier-0.01) > 1e-9 {
			t.Errorf("%+v", o)
		}
		w.boot() // it is not offered twice
		w.run(time.Minute)
		if len(w.notes(twin.AutonomyOffered)) != 1 {
			t.Errorf("offered again after a restart")
		}
		if err != nil {
			t.Error(err)
		}
		for _, r := range w.operator.Records() {
			if r.Class == "close-door" && (r.Mode != twin.Auto || r.Offered != "" || r.Trials != 0 || r.Verified != 35) {
				t.Errorf("after it was accepted: %+v", r)
			}
		}
	}
}

// A store is not told what charging a car has earned: it has none. What is known of a
// class, or was set by the site, is told all the same.
func TestOnlyWhatASiteHasSomethingForIsListed(t *testing.T) {
	w := newWorld(t, twin.Approve, "freezer-1")
	clear(w.site.Modes)
	able := ableAt(w.site, DefaultRemedies())
	if !able("close-door") || able("charge-at-night") || able("battery-auto") || able("shade") {
		t.Error("a freezer's door can be closed; there is no car, no battery and no blind")
	}
	if !able("of a site's own") {
		t.Error("what no table of actions knows is not left out")
	}
	var l Ledger
	modes := map[twin.ActionClass]twin.Mode{"close-door": twin.Approve, "charge-at-night": twin.Approve}
	if got := l.Records(modes, able); len(got) != 1 || got[0].Class != "close-door" {
		t.Errorf("%+v", got)
	}
	l.account("charge-at-night")
	if got := l.Records(modes, able); len(got) != 2 {
		t.Errorf("what is known of is left out: %+v", got)
	}
}

// What a person denied counts against a class; what failed to be carried out, or
// nobody answered, does not.
func TestWhatCounts(t *testing.T) {
	var l Ledger
	w := newWorld(t, twin.Approve, "freezer-1")
	w.history("a", "kim", twin.Verified, twin.Failed, twin.Expired, twin.NoEffect, twin.Refused, twin.Stopped)
	w.add(twin.ProposalMade, twin.Proposal{ID: "x", Class: "a"})
	w.add(twin.DecisionMade, twin.Decision{Proposal: "x", By: "kim"})
	w.add(twin.OutcomeRecorded, twin.Outcome{Proposal: "unheard of", Result: twin.Verified})
	w.add(twin.ShadowJudged, twin.ShadowNote{Class: "a", Needed: true})
	w.add(twin.ShadowJudged, twin.ShadowNote{Class: "a", Regret: 0.5})
	w.add(twin.ShadowJudged, twin.ShadowNote{Class: "a", Unknown: true, Regret: 9})
	for _, e := range w.events {
		if err := l.Apply(e); err != nil {
			t.Fatal(err)
		}
	}
	r := l.of("a")
	if r.Proposals != 7 || r.Approved != 6 || r.Denied != 1 || r.Expired != 1 || r.Verified != 1 || r.NoEffect != 1 || r.Failed != 3 ||
		r.Trials != 5 || r.Right != 2 || r.Shadowed != 2 || r.Needless != 1 || r.Regret != 0.25 || math.Abs(r.Brier-(0.01+0.81)/2) > 1e-9 {
		t.Errorf("%+v", r)
	}
}

// A class that does harm by itself, or drifts, asks for approval again at once.
func TestAutonomyIsLost(t *testing.T) {
	for name, c := range map[string]struct {
		by      string
		results []twin.Result
		why     string
	}{
		"harm":                       {Auto, append(repeat(twin.Verified, 100), twin.Worse), "made it worse"},
		"harm that a person decided": {"kim", append(repeat(twin.Verified, 100), twin.Worse), ""},
		"one without effect":         {Auto, append(repeat(twin.Verified, 20), twin.NoEffect), ""},
		"drift":                      {Auto, append(repeat(twin.Verified, 40), repeat(twin.NoEffect, 5)...), "of the newest 12"},
		"too few to tell":            {Auto, repeat(twin.NoEffect, 5), ""},
	} {
		w := newWorld(t, twin.Auto, "freezer-1")
		w.history("close-door", c.by, c.results...)
		w.run(time.Minute)
		notes := w.notes(twin.AutonomyLowered)
		if c.why == "" {
			if len(notes) != 0 || w.operator.Modes()["close-door"] != twin.Auto {
				t.Errorf("%s: %+v", name, notes)
			}
			continue
		}
		if len(notes) != 1 || !strings.Contains(notes[0].Why, c.why) || notes[0].RecentOf != driftOver || w.operator.Modes()["close-door"] != twin.Approve {
			t.Errorf("%s: %+v, %s", name, notes, w.operator.Modes()["close-door"])
			continue
		}
		w.boot()
		w.run(time.Minute)
		if len(w.notes(twin.AutonomyLowered)) != 1 || w.operator.Modes()["close-door"] != twin.Approve {
			t.Errorf("%s: a restart lowered it again, or forgot it", name)
		}
	}
}

// A model that is fed what it was not trained on takes the autonomy of what rests
// on it, once it lasts, once for each time, and never at the start of a program.
func TestDriftTakesTheAutonomyOfWhatRestsOnTheModel(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t, twin.Auto, "freezer-1")
	w.odd = "air above goods is missing"
	w.run(20 * time.Minute)
	if n := w.notes(twin.AutonomyLowered); len(n) != 0 {
		t.Fatalf("lowered before anything was known: %+v", n)
	}
	w.odd = ""
	w.run(10 * time.Minute)
	w.odd = "a regime never seen"
	w.run(3 * time.Minute)
	if n := w.notes(twin.AutonomyLowered); len(n) != 0 {
		t.Fatalf("lowered at once: %+v", n)
	}
	w.run(10 * time.Minute)
	notes := w.notes(twin.AutonomyLowered)
	if len(notes) != 3 || notes[1].Class != "close-door" || notes[0].From != twin.Auto || notes[0].To != twin.Approve || notes[0].Asset != "freezer-1" ||
		notes[0].Seen != driftRuns || !strings.Contains(notes[0].Why, "a regime never seen") {
		t.Fatalf("%+v", notes)
	}
	for class, m := range w.operator.Modes() { // of what answers a door that stands ajar
		answers := class == "close-door" || class == "boost-capacity" || class == "lower-set-point"
		if answers != (m == twin.Approve) {
			t.Errorf("%s is set to %s", class, m)
		}
	}
	if err := w.operator.SetMode(ctx, "close-door", twin.Auto, "kim"); err != nil {
		t.Fatal(err)
	}
	w.run(20 * time.Minute)
	if n := w.notes(twin.AutonomyLowered); len(n) != 3 {
		t.Errorf("lowered again against the word of a person: %+v", n)
	}
	w.odd = ""
	w.run(10 * time.Minute)
	w.odd = "a regime never seen"
	w.run(10 * time.Minute)
	if n := w.notes(twin.AutonomyLowered); len(n) != 4 {
		t.Errorf("a new drift lowered %d times in all, want 4", len(n))
	}
}

// The whole way: an action that harms a cabinet takes the class's autonomy.
func TestHarmOnTheCabinetTakesAutonomy(t *testing.T) {
	w := newWorld(t, twin.Auto, "freezer-1")
	w.user = nil
	w.warmUp()
	w.cabinets[0].worn, w.cabinets[0].worsened = true, true
	w.run(shift)
	if got := w.results(); len(got) == 0 || got[0] != twin.Worse || w.operator.Modes()["boost-capacity"] != twin.Approve || w.operator.Modes()["close-door"] != twin.Auto {
		t.Errorf("outcomes %v, modes %v", got, w.operator.Modes())
	}
	w.settled()
}

// In shadow mode it is seen afterwards whether an action was needed.
func TestShadowsAreJudged(t *testing.T) {
	for name, c := range map[string]struct {
		goes   bool
		needed bool
	}{"a door that stays open": {false, true}, "a door that a customer shuts": {true, false}} {
		w := ajar(t, twin.Shadow)
		for len(w.events) == 0 || !strings.Contains(w.kinds(), string(twin.DecisionMade)) {
			w.run(sampleEvery)
		}
		w.cabinets[0].ajar = !c.goes
		w.boot()
		w.run(2 * time.Hour)
		var notes []twin.ShadowNote
		for _, e := range w.events {
			if e.Kind == twin.ShadowJudged {
				notes = append(notes, bodyAs[twin.ShadowNote](t, e))
			}
		}
		if len(notes) == 0 || notes[0].Needed != c.needed || (notes[0].Regret > 0) == c.needed || len(w.wrote) != 0 {
			t.Errorf("%s: %+v", name, notes)
		}
	}
}

func TestReadRecordsOfAJournal(t *testing.T) {
	w := newWorld(t, twin.Auto, "freezer-1")
	w.history("close-door", Auto, append(repeat(twin.Verified, 3), twin.Worse)...)
	w.run(time.Minute)
	if err := w.operator.Stop(context.Background(), "lee"); err != nil {
		t.Fatal(err)
	}
	got, stopped, err := ReadRecords(w.site, func(fn func(twin.Event) error) error {
		for _, e := range w.events {
			if err := fn(e); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil || stopped == nil || stopped.By != "lee" {
		t.Fatalf("%v %v", stopped, err)
	}
	want := w.operator.Records()
	for i := range want {
		a, b := got[i], want[i]
		a.Brier, b.Brier = max(a.Brier, -1), max(b.Brier, -1) // NaN is not itself
		if math.IsNaN(a.Brier) != math.IsNaN(b.Brier) {
			t.Errorf("Brier %v and %v", a.Brier, b.Brier)
		}
		a.Brier, b.Brier = 0, 0
		if a != b {
			t.Errorf("read %+v\nlive %+v", a, b)
		}
	}
}
