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
)

// Approve lets a proposal be carried out, in the name of by, at the next Tick.
// Nothing but the first decision on a proposal counts.
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
	c, err := o.undecided(id, by)
	if err != nil {
		return err
	}
	p := *c.Proposal
	if !o.state.Now().Before(p.Expires) {
		return ErrExpired
	}
	if m := o.book.modes[p.Class]; m != twin.Approve && m != twin.Auto {
		return fmt.Errorf("%w: %s is set to %s", ErrMode, p.Class, m)
	}
	ok, why, err := o.recheck(ctx, c)
	if err != nil {
		return err
	}
	if !ok {
		return fmt.Errorf("%w: %s", ErrGuarded, why)
	}
	return o.decide(ctx, c, true, by, "")
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
	case c.Decision != nil:
		return o.act(ctx, c)
	case !o.state.Now().Before(p.Expires):
		return o.conclude(ctx, c, twin.Expired, "nobody decided in time")
	case o.passedByItself(c):
		return o.conclude(ctx, c, twin.Expired, "the situation went by before anyone decided")
	case mode == twin.Shadow:
		return o.decide(ctx, c, false, Auto, "shadow mode: it would have been done")
	case mode == twin.Auto && !c.byUserOnly:
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
	return v != nil && !v.coolSince.IsZero() && o.state.Now().Sub(v.coolSince) >= o.watch.For && v.calm >= o.watch.Runs
}

// SetMode sets how far a class of actions may go by itself.
func (o *Operator) SetMode(ctx context.Context, class twin.ActionClass, mode twin.Mode, by string) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	defer o.publish()
	if err := o.setMode(ctx, class, mode, by); err != nil {
		return fmt.Errorf("set %s to %q: %w", class, mode, err)
	}
	return nil
}

func (o *Operator) setMode(ctx context.Context, class twin.ActionClass, mode twin.Mode, by string) error {
	from, known := o.book.modes[class]
	switch {
	case !o.resumed:
		return ErrNotResumed
	case strings.TrimSpace(by) == "":
		return ErrNameless
	case !known:
		return errors.New("there is no such class of action")
	case !slices.Contains(twin.Modes[:], mode):
		return fmt.Errorf("there is no such mode; the modes are %v", twin.Modes)
	case from == mode:
		return nil
	}
	return o.emit(ctx, twin.ModeChanged, nil, by, twin.ModeNote{Class: class, From: from, To: mode})
}

// Halt sets every class to advise and drops what is decided but not yet
// written. What is written already is watched and rolled back as before.
func (o *Operator) Halt(ctx context.Context, by string) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	defer o.publish()
	if strings.TrimSpace(by) == "" {
		return fmt.Errorf("halt: %w", ErrNameless)
	}
	var failed []error
	for class, mode := range o.book.modes {
		if mode == twin.Approve || mode == twin.Auto {
			failed = append(failed, o.setMode(ctx, class, twin.Advise, by))
		}
	}
	for _, c := range o.book.cases {
		if c.Stage == Proposed && c.Decision != nil {
			failed = append(failed, o.conclude(ctx, c, twin.Refused, "halted by "+by+" before it was written"))
		}
	}
	if err := errors.Join(failed...); err != nil {
		return fmt.Errorf("halt: %w", err)
	}
	return nil
}
