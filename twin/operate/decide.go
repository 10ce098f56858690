package operate

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/glasstwin/glasstwin/twin"
)

// Auto is the name under which the operator itself decides.
const Auto = "auto"

// Errors of a decision that cannot be taken.
var (
	ErrUnknown  = errors.New("there is no such proposal")
	ErrNameless = errors.New("a decision needs the name of whoever takes it")
	ErrDecided  = errors.New("it has been decided already")
	ErrExpired  = errors.New("it has expired: wait for a new proposal")
	ErrMode     = errors.New("its mode does not let a person approve it")
	ErrGuarded  = errors.New("a guard forbids it")
	ErrStopped  = errors.New("the site is stopped: a person must release it first")
	ErrRight    = errors.New("no right to do this")
	ErrSame     = errors.New("two persons must approve it, and this one has already")
	ErrUnearned = errors.New("it has not earned it yet")
)

// Approve lets a proposal be carried out, in the name of by, at the next Tick.
// Nothing but the first decision on a proposal counts. Of a class that needs two
// the first approval waits for one by somebody else; it ends as a decision does.
func (o *Operator) Approve(ctx context.Context, id twin.ProposalID, by string) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	defer o.publish()
	if err := o.approve(ctx, id, by); err != nil {
		return fmt.Errorf("approve proposal %s: %w", id, err)
	}
	return nil
}

func (o *Operator) approve(ctx context.Context, id twin.ProposalID, by string) error {
	o.takeInbox()
	by = strings.TrimSpace(by)
	c, err := o.undecided(id, by)
	if err != nil {
		return err
	}
	p := *c.Proposal
	if !o.state.Now().Before(p.Expires) {
		return ErrExpired
	}
	if o.book.stop != nil {
		return ErrStopped
	}
	if m := o.book.modes[p.Class]; m != twin.Approve && m != twin.Auto {
		return fmt.Errorf("%w: %s is set to %s", ErrMode, p.Class, m)
	}
	if err := o.mustBeAllowed(by, twin.MayApprove, p.Class); err != nil {
		return err
	}
	ok, why, err := o.recheck(ctx, c)
	if err != nil {
		return err
	}
	if !ok {
		return fmt.Errorf("%w: %s", ErrGuarded, why)
	}
	d := twin.Decision{Proposal: p.ID, Case: c.Situation.Case, Approved: true, By: by, At: o.plantNow()}
	if !slices.Contains(o.site.TwoPerson, p.Class) {
		return o.emit(ctx, twin.DecisionMade, c, by, d)
	}
	switch first := o.firstOf(c); {
	case first == nil:
		return o.emit(ctx, twin.ApprovalGiven, c, by, d)
	case first.By == by:
		return ErrSame
	default:
		d.By, d.With = first.By, by
		return o.emit(ctx, twin.DecisionMade, c, by, d)
	}
}

// firstOf is the first of two approvals, if it still holds.
func (o *Operator) firstOf(c *dossier) *twin.Decision {
	if c.First == nil || c.First.Proposal != c.Proposal.ID || o.state.Now().Sub(c.First.At) >= twin.ApprovalLife || !o.site.May(c.First.By, twin.MayApprove, c.Proposal.Class) {
		return nil
	}
	return c.First
}

// mustBeAllowed refuses whoever lacks a right, and names those who have it.
func (o *Operator) mustBeAllowed(by string, r twin.Right, class twin.ActionClass) error {
	if o.site.May(by, r, class) {
		return nil
	}
	who := "nobody"
	if list := o.site.Trusted(r, class); len(list) > 0 {
		who = strings.Join(list, ", ")
	}
	switch r {
	case twin.MayModes:
		return fmt.Errorf("%w: %s may not change modes; %s may", ErrRight, by, who)
	case twin.MayRelease:
		return fmt.Errorf("%w: %s may not release a stop; %s may", ErrRight, by, who)
	}
	return fmt.Errorf("%w: %s may not approve %s; %s may", ErrRight, by, class, who)
}

// Deny refuses a proposal, with the reason. The case stays until the situation
// ends; the same class of action is not proposed in it again.
func (o *Operator) Deny(ctx context.Context, id twin.ProposalID, by, reason string) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	defer o.publish()
	c, err := o.undecided(id, by)
	if err == nil {
		err = o.decide(ctx, c, false, by, reason)
	}
	if err != nil {
		return fmt.Errorf("deny proposal %s: %w", id, err)
	}
	return nil
}

// undecided finds the case of a proposal that still waits for a decision.
func (o *Operator) undecided(id twin.ProposalID, by string) (*dossier, error) {
	if !o.resumed {
		return nil, ErrNotResumed
	}
	if by = strings.TrimSpace(by); by == "" || by == Auto {
		return nil, ErrNameless
	}
	c, ok := o.book.proposal[id]
	switch {
	case !ok:
		return nil, ErrUnknown
	case c.Proposal.ID != id:
		return nil, fmt.Errorf("%w: proposal %s took its place", ErrDecided, c.Proposal.ID)
	case c.Decision != nil:
		return nil, fmt.Errorf("%w by %s", ErrDecided, c.Decision.By)
	case c.Outcome != nil && c.Outcome.Result == twin.Expired:
		return nil, ErrExpired
	case c.Stage != Proposed:
		return nil, fmt.Errorf("%w: the case is %s", ErrDecided, c.Stage)
	}
	return c, nil
}

func (o *Operator) decide(ctx context.Context, c *dossier, yes bool, by, reason string) error {
	return o.emit(ctx, twin.DecisionMade, c, by, twin.Decision{
		Proposal: c.Proposal.ID, Case: c.Situation.Case, Approved: yes, By: by, Reason: reason, At: o.plantNow(),
	})
}

// pursue takes a proposal that has no outcome yet a step further.
func (o *Operator) pursue(ctx context.Context, c *dossier) error {
	p := *c.Proposal
	mode := o.book.modes[p.Class]
	switch {
	case c.Guards == nil:
		return o.emit(ctx, twin.GuardsChecked, c, "", o.check(c))
	case c.Decision != nil && o.book.stop != nil:
		return o.conclude(ctx, c, twin.Refused, "halted by "+o.book.stop.By+" before it was written")
	case c.Decision != nil && o.state.Now().Sub(c.Decision.At) >= twin.ApprovalLife:
		return o.conclude(ctx, c, twin.Expired, fmt.Sprintf("it was approved, and could not be carried out within %s; an approval holds no longer", twin.ApprovalLife))
	case c.Decision != nil:
		return o.act(ctx, c)
	case !o.state.Now().Before(p.Expires):
		return o.conclude(ctx, c, twin.Expired, "nobody decided in time")
	case !p.Back && o.passedByItself(c):
		return o.conclude(ctx, c, twin.Expired, "the situation went by before anyone decided")
	case mode == twin.Shadow:
		return o.decide(ctx, c, false, Auto, "shadow mode: it would have been done")
	case mode == twin.Auto && !c.byUserOnly && !slices.Contains(o.site.TwoPerson, p.Class):
		ok, _, err := o.recheck(ctx, c)
		if err != nil || !ok {
			return err // it waits; the guards may be passed later
		}
		return o.decide(ctx, c, true, Auto, "auto mode, and every guard was passed")
	}
	return nil
}

// passedByItself tells that temperature and model both say that all is well.
func (o *Operator) passedByItself(c *dossier) bool {
	v := o.vigilOf(c.Situation.Asset)
	if o.perceiver != nil {
		return v != nil && v.calm >= o.watch.Runs && !o.untested(c)
	}
	return v != nil && !v.coolSince.IsZero() && o.state.Now().Sub(v.coolSince) >= o.watch.For && v.calm >= o.watch.Runs
}

// SetMode sets how far a class of actions may go by itself.
func (o *Operator) SetMode(ctx context.Context, class twin.ActionClass, mode twin.Mode, by string) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	defer o.publish()
	if err := o.setMode(ctx, class, mode, strings.TrimSpace(by)); err != nil {
		return fmt.Errorf("set %s to %q: %w", class, mode, err)
	}
	return nil
}

func (o *Operator) setMode(ctx context.Context, class twin.ActionClass, mode twin.Mode, by string) error {
	from, known := o.book.modes[class]
	switch {
	case !o.resumed:
		return ErrNotResumed
	case by == "" || by == Auto:
		return ErrNameless
	case !known:
		return errors.New("there is no such class of action")
	case !slices.Contains(twin.Modes[:], mode):
		return fmt.Errorf("there is no such mode; the modes are %v", twin.Modes)
	case from == mode:
		return nil
	case o.book.stop != nil:
		return ErrStopped
	}
	if err := o.mustBeAllowed(by, twin.MayModes, class); err != nil {
		return err
	}
	if r, e := o.book.ledger.of(class), o.site.Earns(); mode == twin.Auto && e.Strict && r.Low < e.Threshold {
		return fmt.Errorf("%w: %d of %d proposals were right, so that at least %.0f %% are; %.0f %% are needed", ErrUnearned, r.Right, r.Trials, 100*r.Low, 100*e.Threshold)
	}
	return o.emit(ctx, twin.ModeChanged, nil, by, twin.ModeNote{Class: class, From: from, To: mode})
}
