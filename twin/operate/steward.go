package operate

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/glasstwin/glasstwin/twin"
)

// Steward carries out what a plan of its own asks for at its hours, as heating does by
// a forecast: no answer to a fault, and so no case of an Operator. Each step leaves the
// same trail all the same: proposed with its reason, guarded, decided, intended before
// it is written, written under a warrant once, and its end. It is for one goroutine.
type Steward struct {
	plant   Plant
	journal Journal
	class   twin.ActionClass
	now     func() time.Time // this machine's, for warrants
	steps   int
}

// Stride is one step of a plan.
type Stride struct {
	Asset  twin.AssetID
	At     time.Time // the plant's
	Writes []twin.Write
	Why    string // for a person
	Cost   twin.Cost
	Guards []twin.GuardResult // what was asked before; one that was not passed lets nothing be written
}

// NewSteward returns a steward of a class of actions; now is this machine's clock, nil:
// time.Now.
func NewSteward(plant Plant, journal Journal, class twin.ActionClass, now func() time.Time) *Steward {
	if now == nil {
		now = time.Now
	}
	return &Steward{plant: plant, journal: journal, class: class, now: now}
}

// ErrUnguarded is returned for a step that no guard was asked about.
var ErrUnguarded = errors.New("no guard was asked about it")

// Take carries a step out, and returns how it ended. An error is of the journal, or of
// a step that nobody could carry out; what the plant did not take is an outcome.
func (s *Steward) Take(ctx context.Context, x Stride) (twin.Outcome, error) {
	if len(x.Writes) == 0 || len(x.Guards) == 0 {
		return twin.Outcome{}, fmt.Errorf("%s at %s: %w", s.class, x.Asset, ErrUnguarded)
	}
	s.steps++
	at := twin.CaseID(fmt.Sprintf("%s@%s", x.Asset, x.At.UTC().Format("20060102T150405Z")))
	p := twin.Proposal{ID: twin.ProposalID(fmt.Sprintf("%s/%d", s.class, s.steps)), Case: at, Class: s.class, Asset: x.Asset, Because: x.Why,
		Writes: x.Writes, Cost: x.Cost, Made: x.At, Expires: x.At.Add(proposalLife)}
	tell := func(kind twin.EventKind, actor string, body any) error {
		e, err := twin.NewEvent(kind, x.At, body)
		if err != nil {
			return err
		}
		e.Case, e.Asset, e.Actor = at, x.Asset, actor
		_, err = s.journal.Append(ctx, e)
		return err
	}
	out := twin.Outcome{Proposal: p.ID, Case: at, Observed: x.Writes[0].Value, Result: twin.Verified, Detail: "it was written and read back"}
	end := func() (twin.Outcome, error) { return out, tell(twin.OutcomeRecorded, "", out) }
	ok, why := passed(x.Guards)
	if err := errors.Join(tell(twin.ProposalMade, "", p), tell(twin.GuardsChecked, "", x.Guards)); err != nil {
		return twin.Outcome{}, err
	}
	if !ok {
		out.Result, out.Detail = twin.Refused, why
		return end()
	}
	d := twin.Decision{Proposal: p.ID, Case: at, Approved: true, By: Auto, Reason: "by its plan, and every guard was passed", At: x.At}
	if err := tell(twin.DecisionMade, Auto, d); err != nil {
		return twin.Outcome{}, err
	}
	if err := tell(twin.ActionIntended, Auto, p); err != nil {
		return twin.Outcome{}, err // nothing was written
	}
	wait, cancel := context.WithTimeout(ctx, writeMax)
	defer cancel()
	w := Warrant{proposal: p.ID, writes: x.Writes, guards: x.Guards, by: Auto, until: s.now().Add(warrantLife)}
	if err := s.plant.Write(wait, w); err != nil {
		out.Result, out.Detail = twin.Failed, strings.TrimSpace("the write failed: "+err.Error())
		return end()
	}
	if err := tell(twin.ActionWritten, Auto, p); err != nil {
		return out, err
	}
	return end()
}
