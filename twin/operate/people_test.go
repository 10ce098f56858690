package operate

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/twin"
)

func spaced(r *RuleError) string { return fmt.Sprint(r.Path, " ", r.Line) }

// proposed lets a door stand open until something is proposed that nobody
// answers.
func proposed(t *testing.T, change func(*twin.Site)) (*world, twin.ProposalID) {
	t.Helper()
	w := newWorld(t, twin.Approve, "freezer-1")
	change(w.site)
	w.user = nil
	w.warmUp()
	w.cabinets[0].ajar = true
	for range 120 {
		w.run(sampleEvery)
		if c := w.cases(); len(c) > 0 && c[0].Stage == Proposed {
			return w, c[0].Proposal.ID
		}
	}
	t.Fatalf("nothing was proposed: %s", w.kinds())
	return nil, ""
}

func TestWhoMayDoWhat(t *testing.T) {
	ctx := context.Background()
	w, id := proposed(t, func(s *twin.Site) {
		s.Users = []twin.User{{Name: "mina", Approve: []twin.ActionClass{"boost-capacity"}}, {Name: "kim", Approve: []twin.ActionClass{twin.Everything}, Modes: true}}
	})
	before := len(w.events)
	err := w.operator.Approve(ctx, id, "mina")
	if !errors.Is(err, ErrRight) || !strings.Contains(err.Error(), "mina may not approve close-door; kim may") {
		t.Errorf("got %v", err)
	}
	if err := w.operator.Approve(ctx, id, "stranger"); !errors.Is(err, ErrRight) {
		t.Errorf("a stranger: %v", err)
	}
	if err := w.operator.SetMode(ctx, "close-door", twin.Auto, "mina"); !errors.Is(err, ErrRight) {
		t.Errorf("a mode: %v", err)
	}
	if len(w.events) != before {
		t.Errorf("what was refused stands in the journal: %s", w.kinds())
	}
	if err := w.operator.Approve(ctx, id, "kim"); err != nil {
		t.Error(err)
	}
	w.run(time.Minute)
	if len(w.wrote) != 1 || w.wrote[0].by != "kim" {
		t.Errorf("written %+v", w.wrote)
	}
}

func TestTwoMustApprove(t *testing.T) {
	ctx := context.Background()
	both := func(s *twin.Site) { s.TwoPerson = []twin.ActionClass{"close-door"} }
	w, id := proposed(t, both)
	if err := w.operator.Approve(ctx, id, "mina"); err != nil {
		t.Fatal(err)
	}
	for _, again := range []string{"mina", " mina "} {
		if err := w.operator.Approve(ctx, id, again); !errors.Is(err, ErrSame) {
			t.Errorf("the same person again: %v", err)
		}
	}
	w.run(2 * time.Minute)
	if c := w.cases()[0]; len(w.wrote) != 0 || c.First == nil || c.First.By != "mina" {
		t.Fatalf("one approval: written %v, %+v", w.wrote, c.First)
	}
	w.boot() // the first approval is in the journal
	w.run(time.Minute)
	if err := w.operator.Approve(ctx, id, "kim"); err != nil {
		t.Fatal(err)
	}
	w.run(time.Minute)
	d := w.cases()[0].Decision
	if len(w.wrote) != 1 || d.By != "mina" || d.With != "kim" {
		t.Errorf("written %+v by %+v", w.wrote, d)
	}

	// The first approval ends after a while; the second person is then the first.
	w, id = proposed(t, both)
	if err := w.operator.Approve(ctx, id, "mina"); err != nil {
		t.Fatal(err)
	}
	w.run(twin.ApprovalLife + time.Minute)
	if err := w.operator.Approve(ctx, id, "kim"); err != nil {
		t.Fatal(err)
	}
	w.run(time.Minute)
	if c := w.cases()[0]; len(w.wrote) != 0 || c.First == nil || c.First.By != "kim" {
		t.Errorf("written %v after a stale approval; %+v", w.wrote, c.First)
	}

	// Set to auto it still waits for two people.
	w = newWorld(t, twin.Auto, "freezer-1")
	both(w.site)
	w.user = nil
	w.warmUp()
	w.cabinets[0].ajar = true
	w.run(time.Hour)
	if len(w.wrote) != 0 {
		t.Errorf("written by itself: %+v", w.wrote)
	}
}

// Two windows approve the same proposal at the same moment, many times: it is
// decided once and written once.
func TestApprovedFromTwoWindowsAtOnce(t *testing.T) {
	w, id := proposed(t, func(*twin.Site) {})
	var wait sync.WaitGroup
	var mu sync.Mutex
	taken, refused := 0, 0
	for i := range 16 {
		wait.Go(func() {
			err := w.operator.Approve(context.Background(), id, fmt.Sprintf("window-%d", i))
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				taken++
			case errors.Is(err, ErrDecided):
				refused++
			default:
				t.Error(err)
			}
		})
	}
	wait.Wait()
	w.run(time.Hour)
	if taken != 1 || refused != 15 || len(w.wrote) != 1 {
		t.Errorf("%d were taken, %d refused, written %+v", taken, refused, w.wrote)
	}
	w.settled()
}

// People are called where nothing is safe, once.
func TestPeopleAreCalled(t *testing.T) {
	w := newWorld(t, twin.Auto, "freezer-1")
	w.site.Guards = []twin.Guard{{ID: "never", Expr: "false", Message: "not on this site"}}
	w.user = nil
	w.warmUp()
	w.cabinets[0].ajar = true
	w.run(2 * time.Hour)
	called := 0
	for _, e := range w.events {
		if e.Kind == twin.Escalated {
			called++
			if x := bodyAs[twin.Escalation](t, e); !strings.Contains(x.Why, "no action is safe now") || x.Severity <= 0 {
				t.Errorf("%+v", x)
			}
		}
	}
	if called != 1 || len(w.wrote) != 0 || w.cases()[0].Escalated == nil {
		t.Errorf("called %d times, written %v: %s", called, w.wrote, w.kinds())
	}
}
