package app_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/app"
	"github.com/glasstwin/glasstwin/twin"
)

var noon = time.Date(2026, 5, 12, 12, 0, 0, 0, time.UTC)

func event(t *testing.T, minute int, kind twin.EventKind, body any) twin.Event {
	t.Helper()
	e, err := twin.NewEvent(kind, noon.Add(time.Duration(minute)*time.Minute), body)
	if err != nil {
		t.Fatal(err)
	}
	e.Case, e.Asset = "case-1", "freezer-2"
	return e
}

// story is a case from beginning to end.
func story(t *testing.T) []twin.Event {
	return []twin.Event{
		event(t, 0, twin.SituationRaised, twin.Situation{Case: "case-1", Asset: "freezer-2", Class: "cabinet-abnormal"}),
		event(t, 0, twin.DiagnosisMade, twin.Diagnosis{Case: "case-1", Causes: []twin.Cause{{Class: "door-ajar", Probability: 0.97}}}),
		event(t, 0, twin.ModeChanged, twin.ModeNote{Class: "close-door", To: twin.Approve}),
		event(t, 1, twin.ProposalMade, twin.Proposal{ID: "p1", Case: "case-1", Class: "close-door"}),
		event(t, 1, twin.GuardsChecked, []twin.GuardResult{{Guard: "fresh", Passed: true}}),
		event(t, 2, twin.DecisionMade, twin.Decision{Proposal: "p1", Approved: true, By: "mira"}),
		event(t, 2, twin.ActionIntended, twin.Proposal{ID: "p1"}),
		event(t, 2, twin.ActionWritten, twin.Proposal{ID: "p1"}),
		event(t, 14, twin.OutcomeRecorded, twin.Outcome{Proposal: "p1", Result: twin.Verified}),
		event(t, 15, twin.SituationEnded, twin.Situation{Case: "case-1"}),
	}
}

func TestFoldFollowsACaseThroughItsStages(t *testing.T) {
	want := []app.Stage{
		app.Detected, app.Diagnosed, app.Diagnosed, app.Proposed, app.Proposed,
		app.Proposed, app.Acting, app.Acting, app.Closed, app.Closed,
	}
	var f app.Fold
	for i, e := range story(t) {
		if err := f.Apply(e); err != nil {
			t.Fatal(err)
		}
		if got := f.Cases()[0].Stage; got != want[i] {
			t.Errorf("after %s: stage %s, want %s", e.Kind, got, want[i])
		}
	}
	c := f.Cases()[0]
	if c.Mode != twin.Approve || c.Decision.By != "mira" || c.Outcome.Result != twin.Verified {
		t.Errorf("folded to %+v", c)
	}
	if want := noon.Add(15 * time.Minute); !c.EndedAt.Equal(want) {
		t.Errorf("ended at %s, want %s", c.EndedAt, want)
	}
	if got := len(f.Marks()); got != 5 {
		t.Errorf("%d marks on the time line, want 5", got)
	}
}

func TestFoldClosesWhatWasNotDone(t *testing.T) {
	for name, last := range map[string]func(*testing.T) twin.Event{
		"denied": func(t *testing.T) twin.Event {
			return event(t, 2, twin.DecisionMade, twin.Decision{Reason: "stocktaking"})
		},
		"refused": func(t *testing.T) twin.Event {
			return event(t, 2, twin.OutcomeRecorded, twin.Outcome{Result: twin.Refused})
		},
		"expired": func(t *testing.T) twin.Event {
			return event(t, 2, twin.OutcomeRecorded, twin.Outcome{Result: twin.Expired})
		},
	} {
		var f app.Fold
		for _, e := range append(story(t)[:5], last(t)) {
			if err := f.Apply(e); err != nil {
				t.Fatal(err)
			}
		}
		if got := f.Cases()[0].Stage; got != app.Abandoned {
			t.Errorf("%s: stage %s, want %s", name, got, app.Abandoned)
		}
	}
}

func TestFoldRefusesABodyThatDoesNotRead(t *testing.T) {
	var f app.Fold
	e := event(t, 0, twin.SituationRaised, twin.Situation{Case: "case-1"})
	e.Body = json.RawMessage(`{"Severity":"high"}`)
	if err := f.Apply(e); err == nil {
		t.Fatal("taken")
	}
	if n := len(f.Cases()); n != 0 {
		t.Errorf("%d cases after a refused event, want none", n)
	}
}

func TestACaseIsToldWithTheDiagnosisThatWasActedOn(t *testing.T) {
	all := story(t)
	cured := event(t, 10, twin.DiagnosisMade, twin.Diagnosis{Case: "case-1", Causes: []twin.Cause{{Class: "none", Probability: 0.99}}})
	var f app.Fold
	for i, e := range append(all[:8:8], cured, all[8], cured) {
		if err := f.Apply(e); err != nil {
			t.Fatal(err)
		}
		if got := f.Cases()[0].Diagnosis; i > 0 && got.Causes[0].Class != "door-ajar" {
			t.Errorf("after event %d it is told as %s", i, got.Causes[0].Class)
		}
	}
	failed := event(t, 11, twin.OutcomeRecorded, twin.Outcome{Proposal: "p1", Result: twin.NoEffect})
	f = app.Fold{}
	for _, e := range append(all[:8:8], failed, cured) {
		if err := f.Apply(e); err != nil {
			t.Fatal(err)
		}
	}
	if got := f.Cases()[0].Diagnosis.Causes[0].Class; got != "none" {
		t.Errorf("after a remedy that did not help it is still told as %s", got)
	}
}
