package operate

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/glasstwin/glasstwin/twin"
)

const (
	warrantLife = 30 * time.Second // of this machine's time: a warrant is for now
	writeMax    = 10 * time.Second // that a write and its reading back may take
	askAgain    = 5 * time.Second  // of this machine's time, after the plant did not answer
)

// act carries out a decided proposal: the intention is journaled before the
// write and the write after it was read back, so that a program that ends in
// between knows on its return that it may have written.
func (o *Operator) act(ctx context.Context, c *dossier) error {
	if o.waits(c) {
		return nil
	}
	if why, err := o.mayStillAct(ctx, c); err != nil {
		return err
	} else if why != "" {
		return o.conclude(ctx, c, twin.Refused, why)
	}
	p, nothing := o.renew(c)
	if err := o.emit(ctx, twin.ActionIntended, c, c.Decision.By, p); err != nil {
		return err // nothing was written
	}
	if nothing != nil {
		c.Nothing = nothing
	}
	err := o.write(ctx, c, p.Writes, false)
	if err != nil {
		return o.failed(ctx, c, err)
	}
	o.errands[p.ID] = errand{wrote: true}
	return o.logWritten(ctx, c)
}

// decisionWait is for how long a decision waits for evidence that went stale.
const decisionWait = 2 * time.Minute // of plant's time: the signal is late, not gone

// waits tells that a decided proposal cannot be acted on now but may be soon: a
// link that drops for a moment, or a program that has just begun, is no reason
// to drop a decision. Its expiry still holds.
func (o *Operator) waits(c *dossier) bool {
	if !o.state.Linked() {
		return true
	}
	if c.Proposal.Predicted.Gone {
		return false
	}
	heard := o.state.Latest(c.Proposal.Predicted.Signal)
	return !heard.Live() && o.state.Now().Sub(c.Decision.At) < decisionWait
}

// mayStillAct tells why a decision no longer holds, "" when it does.
func (o *Operator) mayStillAct(ctx context.Context, c *dossier) (why string, err error) {
	p := *c.Proposal
	mode := o.book.modes[p.Class]
	switch {
	case c.Decision.By == Auto && mode != twin.Auto, mode == twin.Advise, mode == twin.Shadow:
		return fmt.Sprintf("%s was set to %s after the decision", p.Class, mode), nil
	}
	for _, w := range p.Writes {
		if s := o.state.Latest(w.Signal); w.Hold && s.Live() && math.Abs(s.Value-w.Before) > 1e-6*math.Max(1, math.Abs(w.Before)) {
			return fmt.Sprintf("%s was %v when it was proposed and is %v now: somebody else has changed it", w.Signal, w.Before, s.Value), nil
		}
	}
	ok, why, err := o.recheck(ctx, c)
	if err != nil || !ok {
		return why, err
	}
	return "", nil
}

// renew predicts the effect anew, as of now: a decision may have taken the best
// part of an hour, and the disturbance has gone on. Where nothing can be
// predicted now, what was predicted then stands.
func (o *Operator) renew(c *dossier) (twin.Proposal, []twin.Point) {
	p := *c.Proposal
	v, signal := o.vigilOf(p.Asset), p.Predicted.Signal
	if v == nil || p.Back { // what is given back stands as before, whenever it is written
		return p, nil
	}
	for _, r := range o.remedies {
		if r.Class != p.Class || !o.answers(r, twin.Cause{Class: p.Because}, p.Asset, c.detail) {
			continue
		}
		if e, nothing, err := o.predictBy(c, v, r, signal); err == nil {
			p.Predicted = e // what was approved is judged by what it was approved for
			return p, nothing
		}
	}
	return p, nil
}

// write sends values to the plant under a warrant.
func (o *Operator) write(ctx context.Context, c *dossier, writes []twin.Write, rollback bool) error {
	w := Warrant{
		proposal: c.Proposal.ID, writes: writes, guards: c.Guards, by: c.Decision.By,
		until: o.now().Add(warrantLife), rollback: rollback,
	}
	wait, cancel := context.WithTimeout(ctx, writeMax)
	defer cancel()
	return o.plant.Write(wait, w)
}

// logWritten journals a write that went out and was read back.
func (o *Operator) logWritten(ctx context.Context, c *dossier) error {
	if err := o.emit(ctx, twin.ActionWritten, c, c.Decision.By, *c.Proposal); err != nil {
		return err // the errand remembers; follow tries again
	}
	delete(o.errands, c.Proposal.ID)
	return nil
}

// failed deals with a write that returned an error. The plant may have taken
// the value all the same: one that stays is asked for, a command is not
// repeated.
func (o *Operator) failed(ctx context.Context, c *dossier, cause error) error {
	p := *c.Proposal
	if ctx.Err() != nil {
		return cause // the program ends: the return finds the intention
	}
	switch {
	case momentary(p) && errors.Is(cause, ErrUnsure):
		// As after an end of the program: by itself it would be given twice.
		return o.conclude(ctx, c, twin.Interrupted, fmt.Sprintf("the write failed: %v; the command is not repeated; its effect is watched", cause))
	case momentary(p):
		return o.conclude(ctx, c, twin.Failed, fmt.Sprintf("the write failed: %v; the command is not repeated", cause))
	}
	stands, err := o.stands(ctx, p.Writes)
	if err != nil {
		o.errands[p.ID] = errand{cause: cause.Error(), askAt: o.now().Add(askAgain)}
		return errors.Join(cause, err) // follow asks again
	}
	switch {
	case every(stands):
		o.errands[p.ID] = errand{wrote: true}
		return o.logWritten(ctx, c)
	case some(stands):
		return o.rollBack(ctx, c, twin.Failed, fmt.Sprintf("only a part was written: %v", cause))
	}
	return o.conclude(ctx, c, twin.Failed, fmt.Sprintf("the write failed: %v", cause))
}

// stands reads the plant and tells, for each write, whether its value stands
// there.
func (o *Operator) stands(ctx context.Context, writes []twin.Write) ([]bool, error) {
	ids := make([]twin.SignalID, len(writes))
	for i, w := range writes {
		ids[i] = w.Signal
	}
	values, err := o.read(ctx, ids)
	if err != nil {
		return nil, err
	}
	out := make([]bool, len(writes))
	for i, w := range writes {
		out[i] = values[i] == w.Value
	}
	return out, nil
}

func every(flags []bool) bool {
	for _, f := range flags {
		if !f {
			return false
		}
	}
	return true
}

func some(flags []bool) bool {
	for _, f := range flags {
		if f {
			return true
		}
	}
	return false
}

// rollBack restores what was before, then closes the proposal. Values that
// already stand as before are not written again; a command has nothing to
// restore. When the plant does not answer, follow tries again.
func (o *Operator) rollBack(ctx context.Context, c *dossier, result twin.Result, detail string) error {
	p := *c.Proposal
	if !c.rolledBack {
		var holds []twin.Write
		for _, w := range p.Writes {
			if w.Hold {
				holds = append(holds, twin.Write{Signal: w.Signal, Value: w.Before, Before: w.Value, Hold: true})
			}
		}
		if len(holds) == 0 {
			return o.conclude(ctx, c, result, detail+fmt.Sprintf("; %s is a momentary command: there is nothing to restore", p.Class))
		}
		o.errands[p.ID] = errand{verdict: result, why: detail, askAt: o.now().Add(askAgain)}
		if err := o.restore(ctx, c, holds); err != nil {
			return fmt.Errorf("roll back %s: %w", p.ID, err)
		}
		if err := o.emit(ctx, twin.RolledBack, c, c.Decision.By, p); err != nil {
			return err
		}
	}
	return o.conclude(ctx, c, result, detail+"; the values before were restored")
}

// restore writes back those values that do not stand as before already.
func (o *Operator) restore(ctx context.Context, c *dossier, holds []twin.Write) error {
	stands, err := o.stands(ctx, holds)
	if err != nil {
		return err
	}
	var due []twin.Write
	for i, w := range holds {
		if !stands[i] {
			due = append(due, w)
		}
	}
	if len(due) == 0 {
		return nil
	}
	return o.write(ctx, c, due, true)
}

// conclude journals the outcome of a case's proposal.
func (o *Operator) conclude(ctx context.Context, c *dossier, result twin.Result, detail string) error {
	out := twin.Outcome{
		Proposal: c.Proposal.ID, Case: c.Situation.Case, Result: result, RolledBack: c.rolledBack, Detail: detail,
	}
	if s := o.state.Latest(c.Proposal.Predicted.Signal); s.Live() {
		out.Observed = s.Value
	}
	if since := c.actedAt(); !since.IsZero() {
		out.After = o.plantNow().Sub(since)
		if mean, ok := o.judged(c); ok {
			out.Observed = mean
		}
	}
	if err := o.emit(ctx, twin.OutcomeRecorded, c, "", out); err != nil {
		return err
	}
	delete(o.errands, c.Proposal.ID)
	return nil
}

// actedAt is when the watch for the effect began; zero when nothing was done.
func (c *dossier) actedAt() time.Time {
	switch {
	case !c.writtenAt.IsZero():
		return c.writtenAt
	case c.interrupted:
		return c.intendedAt
	}
	return time.Time{}
}
