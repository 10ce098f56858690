// Package casefile makes a case into a page that can be printed and sent: what was
// seen and why, with its picture, what was done about it, what came of it, and
// the hash by which anybody can prove it against the journal. It takes everything
// from the journal and the history, so that the same journal gives the same
// bytes on any day; it must never ask a clock, nor read on after the case's last
// event. What it says it has from app/phrase. Start reading at Find, then PDF.
package casefile

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/glasstwin/glasstwin/app"
	"github.com/glasstwin/glasstwin/twin"
)

// Journal hands out the events of a site in their order.
type Journal interface {
	Events(ctx context.Context, from uint64, fn func(twin.Event) error) error
}

// Record is a case as of its last event.
type Record struct {
	app.Case
	Steps []Step // every event of the case, the first first

	// Events is how many events of the journal the record rests on, and Hash that of
	// the newest: it seals all of them.
	Events uint64
	Hash   string

	Shown time.Time // when its picture is taken: what is explained was just found
	Until time.Time // up to when its evidence is shown
}

// Step is one event of a case.
type Step struct {
	Seq   uint64
	At    time.Time // plant's time
	Kind  twin.EventKind
	Actor string // "": the twin itself
	Hash  string
}

// ErrNone is returned for a case that the journal does not hold.
var ErrNone = errors.New("the journal holds no such case: `glasstwin journal show` lists them")

// stepsMax bounds what is told of one case; a situation that lasts for days is
// diagnosed anew every few minutes.
const stepsMax = 5000

// errEnough ends reading where the case ends.
var errEnough = errors.New("enough")

// Find reads a case, the newest when no id is given, and proves that no event
// up to its last was changed, dropped or reordered.
func Find(ctx context.Context, j Journal, id twin.CaseID) (*Record, error) {
	last := map[twin.CaseID]uint64{}
	var newest twin.CaseID
	err := j.Events(ctx, 1, func(e twin.Event) error {
		if e.Case != "" {
			last[e.Case] = e.Seq
		}
		if e.Kind == twin.SituationRaised {
			newest = e.Case
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the journal: %w", err)
	}
	if id == "" {
		id = newest
	}
	end, ok := last[id]
	if !ok {
		return nil, fmt.Errorf("case %q: %w", id, ErrNone)
	}
	r, err := readUntil(ctx, j, id, end)
	if err != nil {
		return nil, fmt.Errorf("read the journal: %w", err)
	}
	return r, nil
}

// readUntil folds the events up to one, and checks their chain.
func readUntil(ctx context.Context, j Journal, id twin.CaseID, end uint64) (*Record, error) {
	r := &Record{}
	var chain twin.Chain
	var fold app.Fold
	err := j.Events(ctx, 1, func(e twin.Event) error {
		if err := chain.Check(e); err != nil {
			return err
		}
		if err := fold.Apply(e); err != nil {
			return err
		}
		if e.Case == id {
			r.take(e)
		}
		if e.Seq == end {
			return errEnough
		}
		return nil
	})
	if err != nil && !errors.Is(err, errEnough) {
		return nil, err
	}
	for _, c := range fold.Cases() {
		if c.Situation.Case == id {
			r.Case = c
		}
	}
	r.Events, r.Hash = chain.Last()
	r.look()
	return r, nil
}

func (r *Record) take(e twin.Event) {
	if len(r.Steps) < stepsMax {
		r.Steps = append(r.Steps, Step{e.Seq, e.At, e.Kind, e.Actor, e.Hash})
	}
}

// look sets the moments that are shown: the picture is of when the answer was
// proposed, or else of when an explanation was first there; the evidence reaches
// to the outcome. What came in later is not shown: it need not be there yet.
func (r *Record) look() {
	r.Shown = r.Situation.Detected
	explained := false
	for _, s := range r.Steps {
		switch {
		case s.Kind == twin.Explained && !explained:
			r.Shown, explained = s.At, true
		case s.Kind == twin.ProposalMade && r.Proposal != nil && !s.At.After(r.Proposal.Made.Add(time.Minute)):
			r.Shown = s.At
		case s.Kind == twin.OutcomeRecorded:
			r.Until = s.At
		}
	}
	if r.Until.IsZero() && len(r.Steps) > 0 {
		r.Until = r.Steps[len(r.Steps)-1].At
	}
}
