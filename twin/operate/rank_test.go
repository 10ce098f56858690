package operate

import (
	"context"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/twin"
)

// Several answers are weighed, doing nothing among them, and the journal tells
// of each why it is not the one.
func TestTheRankingTellsWhyNot(t *testing.T) {
	w, _ := proposed(t, func(*twin.Site) {})
	p := w.cases()[0].Proposal
	if p.Class != "close-door" || len(p.Ranking) < 3 {
		t.Fatalf("%s of %+v", p.Class, p.Ranking)
	}
	best, nothing := p.Ranking[0], false
	if best.Class != "close-door" || best.Why != "" || best.Score <= 0 || best.Benefit != p.Benefit || !(best.End.Low <= best.End.Value && best.End.Value <= best.End.High) {
		t.Errorf("the best is %+v", best)
	}
	for _, x := range p.Ranking[1:] {
		if x.Why == "" || x.Score > best.Score {
			t.Errorf("%+v is not told why not", x)
		}
		switch x.Class {
		case "":
			nothing = true
			if x.Score != 0 || x.Benefit != 0 || x.Cost.Money != 0 || x.End.Value < -16 || !strings.Contains(x.Why, "close-door is predicted to be better") {
				t.Errorf("doing nothing is %+v", x)
			}
		case "boost-capacity":
			if x.Benefit <= 0 || x.Benefit >= best.Benefit || x.Cost.Energy != 6 || math.Abs(x.Cost.Money-1.2) > 1e-9 {
				t.Errorf("boosting is %+v", x)
			}
		case "lower-set-point":
			if !strings.Contains(x.Why, "does not apply") {
				t.Errorf("a set point that cannot be written: %+v", x)
			}
		}
	}
	if !nothing {
		t.Error("doing nothing was not weighed")
	}
}

// Where the best is forbidden, the next that is safe is proposed.
func TestTheNextThatIsSafe(t *testing.T) {
	w, _ := proposed(t, func(s *twin.Site) {
		s.Guards = []twin.Guard{{ID: "hands-off", Applies: []twin.ActionClass{"close-door"}, Expr: "false", Message: "hands off that door"}}
	})
	p := w.cases()[0].Proposal
	if p.Class != "boost-capacity" {
		t.Fatalf("%s: %+v", p.Class, p.Ranking)
	}
	if x := p.Ranking[0]; x.Class != "close-door" || !strings.Contains(x.Why, "hands off that door") {
		t.Errorf("%+v", x)
	}
}

// Risk and cost that outweigh what is gained mean that nothing is proposed.
func TestDoingNothingCanBeBest(t *testing.T) {
	w := newWorld(t, twin.Approve, "freezer-1")
	w.site.Prices = &twin.Prices{Electricity: 100, Goods: 10}
	w.warmUp()
	w.cabinets[0].worn = true
	w.run(2 * time.Hour)
	if c := w.cases()[0]; c.Proposal != nil || !strings.Contains(c.Why, "worth less than doing nothing") || len(c.Weighed) == 0 {
		t.Errorf("%+v %q", c.Proposal, c.Why)
	}
}

// What a site has seen of an action corrects what the table says of it.
func TestAShareIsLearned(t *testing.T) {
	r := Remedy{Fault: "f", Class: "a", Share: Share{0, 0.5, 1}}
	b := newBook()
	if s := b.shareNow(r); s != r.Share {
		t.Errorf("before anything was seen: %+v", s)
	}
	now := dawn
	for range 12 {
		c := &dossier{CaseRecord: CaseRecord{Proposal: &twin.Proposal{ID: "p", Class: "a", Because: "f"}}}
		was, off := -20.0, 10.0
		tau := timeConstant{10 * time.Minute, 10 * time.Minute, 10 * time.Minute}
		idle := make([]twin.Point, pointsAhead)
		for i := range idle {
			idle[i] = twin.Point{Value: was + off, Low: was + off, High: was + off}
		}
		s := b.shareNow(r)
		e := twin.Effect{Share: s.Likely, Forecast: decay(now, time.Hour, 0, course{was, 0.2}, off, tau, s, idle)}
		e.Low, e.High, e.Worse = was-off, was+remainder(s.Likely)*off, was+3*off
		c.Proposal.Predicted = e
		// It really takes away a fifth.
		after := 40 * time.Minute
		b.learn(c, twin.Outcome{Proposal: "p", Result: twin.NoEffect, After: after, Observed: was + off - 0.2*off*(1-math.Exp(-(after-effectSmooth/2).Minutes()/10))})
	}
	if s := b.shareNow(r); math.Abs(s.Likely-0.26) > 0.03 || s.Least > 0.25 || s.Most > 0.45 || !(s.Least <= s.Likely && s.Likely <= s.Most) {
		t.Errorf("after twelve times of a fifth: %+v", s)
	}
}

func TestReadActionsNamesWhatIsWrong(t *testing.T) {
	good := "- action: a\n  answers: [{fault: f}]\n  writes: [{signal: s, value: 1}]\n  shows: [x]\n"
	if list, err := ReadActions("t.yaml", strings.NewReader(good)); err != nil || len(list) != 1 || list[0].share() != whole {
		t.Fatalf("%+v %v", list, err)
	}
	for _, c := range []struct{ text, says string }{
		{"a: b", "a list"},
		{"- action: a\n", "say what it answers"},
		{strings.Replace(good, "action: a", "action: all", 1), "a name of its own"},
		{strings.Replace(good, "{fault: f}", "{fault: f, share: [1, 0.5, 1]}", 1), "in order"},
		{strings.Replace(good, "{fault: f}", "{fault: f, share: [1]}", 1), "three numbers"},
		{good + "  risk: 2\n", "not from 0 to 1"},
		{good + "  power: -1\n", "0 or more"},
		{strings.Replace(good, ", value: 1", "", 1), "without a value"},
		{"- {", "t.yaml"},
		{strings.Repeat("#", actionsTextMax+1), "split it"},
	} {
		if _, err := ReadActions("t.yaml", strings.NewReader(c.text)); err == nil || !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), "t.yaml") {
			t.Errorf("%.60q: got %v, want %q", c.text, err, c.says)
		}
	}
	bad := Remedy{Class: "a", Fault: "f", Writes: []RemedyWrite{{Signal: "s", Compute: "befor + 1"}}}
	if _, err := compileRemedies([]Remedy{bad}); err == nil || !strings.Contains(err.Error(), "befor") {
		t.Errorf("got %v", err)
	}
}

func FuzzReadActions(f *testing.F) {
	f.Add("- action: a\n  answers: [{fault: f, share: [0, 0.5, 1]}]\n  writes: [{signal: s, value: before - 2, hold: true}]\n  shows: [x]\n")
	f.Add("- &a {action: x}\n- *a\n")
	f.Fuzz(func(t *testing.T, text string) {
		list, err := ReadActions("t.yaml", strings.NewReader(text))
		if err != nil {
			return
		}
		if made, err := compileRemedies(list); err == nil {
			for _, r := range made {
				for _, w := range r.Writes {
					if w.program == nil {
						continue
					}
					if v, err := compute(w.program, valueEnv{Before: 3, Usual: math.Abs, Sum: func(string, string) float64 { return 1 }}); err == nil && (math.IsNaN(v) || math.IsInf(v, 0)) {
						t.Errorf("%q writes %v", text, v)
					}
				}
			}
		}
	})
}

// A value computed from what stands there follows from what others set, and does
// not creep from what the twin itself wrote.
func TestComputedValues(t *testing.T) {
	w := newWorld(t, twin.Approve, "freezer-1")
	w.boot()
	w.operator.Observe(w.readings(0))
	w.operator.takeInbox()
	list, err := compileRemedies([]Remedy{{Class: "boost-capacity", Fault: "f", Writes: []RemedyWrite{{Signal: "capacity-boost", Compute: "before + 0.25", Hold: true}}}})
	if err != nil {
		t.Fatal(err)
	}
	c := &dossier{CaseRecord: CaseRecord{Situation: twin.Situation{Asset: "freezer-1"}}}
	got, err := w.operator.writesOf(context.Background(), list[0], c)
	if err != nil || got[0].Value != 0.25 || got[0].Before != 0 {
		t.Fatalf("%+v %v", got, err)
	}
	w.operator.book.held["freezer-1/capacity-boost"] = held{value: 0}
	if got, err := w.operator.writesOf(context.Background(), list[0], c); err == nil {
		t.Errorf("it would creep: %+v", got)
	}
}
