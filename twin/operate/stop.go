package operate

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/glasstwin/glasstwin/twin"
)

// Stop hands everything back to people, at once: by one event of the journal
// every class is set to advise; what was decided and is not yet written is
// dropped; and values that the twin wrote to stay are given back where that is
// safe, or else kept and told of. Anybody may stop. It lasts, also over a
// restart, until Release.
func (o *Operator) Stop(ctx context.Context, by string) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	defer o.publish()
	by = strings.TrimSpace(by)
	switch {
	case !o.resumed:
		return fmt.Errorf("stop: %w", ErrNotResumed)
	case by == "":
		return fmt.Errorf("stop: %w", ErrNameless)
	case o.book.stop == nil:
		if err := o.emit(ctx, twin.StopPressed, nil, by, twin.StopNote{By: by, Before: maps.Clone(o.book.modes)}); err != nil {
			return fmt.Errorf("stop: %w", err)
		}
	}
	o.takeInbox()
	// It holds from here on; what is left is tried again by every Tick.
	if err := o.standDown(ctx); err != nil {
		return fmt.Errorf("the site is stopped; giving back what it held: %w", err)
	}
	return nil
}

// Release ends a stop. Classes that were approved or automatic before ask for
// approval again; a person sets each to auto anew.
func (o *Operator) Release(ctx context.Context, by string) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	defer o.publish()
	by = strings.TrimSpace(by)
	if err := o.release(ctx, by); err != nil {
		return fmt.Errorf("release the stop: %w", err)
	}
	return nil
}

func (o *Operator) release(ctx context.Context, by string) error {
	switch {
	case !o.resumed:
		return ErrNotResumed
	case by == "" || by == Auto:
		return ErrNameless
	case o.book.stop == nil:
		return nil
	}
	if err := o.mustBeAllowed(by, twin.MayRelease, ""); err != nil {
		return err
	}
	return o.emit(ctx, twin.StopReleased, nil, by, twin.StopNote{By: by, Before: o.book.stop.Before})
}

// standDown drops what is decided, takes back what is under way, and gives back
// what is held.
func (o *Operator) standDown(ctx context.Context) error {
	var failed []error
	for _, id := range o.book.order {
		c := o.book.cases[id]
		switch {
		case c.Stage == Proposed && c.Decision != nil:
			failed = append(failed, o.conclude(ctx, c, twin.Refused, "halted by "+o.book.stop.By+" before it was written"))
		case c.Stage == Acting && !c.writtenAt.IsZero() && !c.rolledBack && !momentary(*c.Proposal) && o.errands[c.Proposal.ID].verdict == "":
			o.errands[c.Proposal.ID] = errand{verdict: twin.Stopped, why: "stopped by " + o.book.stop.By}
			failed = append(failed, o.follow(ctx, c))
		}
	}
	for _, id := range slices.Sorted(maps.Keys(o.book.held)) {
		if h := o.book.held[id]; !h.said && !o.underWay(h.proposal) {
			failed = append(failed, o.giveBack(ctx, id, h))
		}
	}
	return errors.Join(failed...)
}

func (o *Operator) underWay(id twin.ProposalID) bool {
	c := o.book.proposal[id]
	return c != nil && c.Proposal.ID == id && c.Stage == Acting
}

// giveBack restores what stood before the twin wrote, unless somebody else has
// changed it since, a guard forbids it, or goods that are safe by it would be
// lost. Until the plant answers it is tried again.
func (o *Operator) giveBack(ctx context.Context, id twin.SignalID, h held) error {
	now := o.state.Latest(id)
	if !o.state.Linked() {
		return nil
	}
	note := twin.HoldNote{Proposal: h.proposal, Signal: id, Value: h.value, Before: h.before}
	value := now.Value
	if !now.Live() {
		got, err := o.read(ctx, []twin.SignalID{id})
		if err != nil {
			return err
		}
		value = got[0]
	}
	switch {
	case math.Abs(value-h.before) <= 1e-6*math.Max(1, math.Abs(h.before)):
		note.Why = "the plant has the value of before"
		return o.emitOf(ctx, h, note)
	case math.Abs(value-h.value) > 1e-6*math.Max(1, math.Abs(h.value)):
		note.Why = fmt.Sprintf("somebody else has set it to %v since", value)
		return o.emitOf(ctx, h, note)
	}
	if why := o.mustStay(id, h); why != "" {
		note.Kept, note.Why = true, why
		return o.emitOf(ctx, h, note)
	}
	w := Warrant{
		proposal: h.proposal, writes: []twin.Write{{Signal: id, Value: h.before, Before: h.value, Hold: true}},
		guards: []twin.GuardResult{{Guard: "stop", Passed: true, Detail: "what the twin held is given back"}},
		by:     o.book.stop.By, until: o.now().Add(warrantLife), rollback: true,
	}
	wait, cancel := context.WithTimeout(ctx, writeMax)
	defer cancel()
	if err := o.plant.Write(wait, w); err != nil {
		return fmt.Errorf("give back %s: %w", id, err)
	}
	note.Why = "stopped by " + o.book.stop.By
	return o.emitOf(ctx, h, note)
}

// mustStay tells why a value is not given back, "" when it is: the fault that it
// answers would let goods warm beyond their limit, and no person stands there.
func (o *Operator) mustStay(id twin.SignalID, h held) string {
	c := o.book.proposal[h.proposal]
	v := o.vigilOf(h.asset)
	if v == nil || h.cause == "" {
		return ""
	}
	set := o.state.Latest(v.setPoint)
	limit := o.watch.ChilledLimit
	if set.Value < o.watch.FrozenBelow {
		limit = o.watch.FrozenLimit
	}
	if !set.Live() {
		return fmt.Sprintf("%s answers %s, and how cold %s must be is not known", id, h.cause, h.asset)
	}
	if c == nil {
		return fmt.Sprintf("%s answers %s, of which nothing more is known", id, h.cause)
	}
	warm := math.NaN()
	if p := c.Proposal; p.Predicted.Signal == v.temperature && len(p.Predicted.Forecast) > 0 {
		warm = p.Predicted.Forecast[0].Value // as warm as it was before
		for _, x := range c.Nothing {
			warm = max(warm, x.High) // what cannot be ruled out is not safe
		}
	}
	if !(warm <= limit) {
		return fmt.Sprintf("without it %s may become warmer than %g °C by %s", h.asset, limit, h.cause)
	}
	return ""
}

// emitOf journals what became of a held value.
func (o *Operator) emitOf(ctx context.Context, h held, note twin.HoldNote) error {
	e, err := twin.NewEvent(twin.HoldReleased, o.plantNow(), note)
	if err != nil {
		return err
	}
	e.Asset, e.Actor = h.asset, o.book.stop.By
	if c := o.book.proposal[h.proposal]; c != nil {
		e.Case = c.Situation.Case
	}
	sealed, err := o.journal.Append(ctx, e)
	if err != nil {
		return err
	}
	return o.book.apply(sealed)
}

// Stopped tells who stopped the site; false when it is not stopped.
func (o *Operator) Stopped() (by string, yes bool) {
	if n := o.stopped.Load(); n != nil {
		return n.By, true
	}
	return "", false
}
