package operate

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/glasstwin/glasstwin/twin"
)

// earn offers promotions that were earned, and lowers what has lost its right to
// act by itself. Both are events with their figures.
func (o *Operator) earn(ctx context.Context) error {
	if o.book.stop != nil {
		return nil
	}
	var failed []error
	threshold := o.site.Earns().Threshold
	for _, class := range slices.Sorted(maps.Keys(o.book.modes)) {
		mode := o.book.modes[class]
		if mode == twin.Auto {
			if why := o.book.ledger.fallen(class, threshold); why != "" {
				n := o.book.ledger.note(class, mode, twin.Approve, threshold, why)
				failed = append(failed, o.emit(ctx, twin.AutonomyLowered, nil, "", n))
			}
			continue
		}
		r, next := o.book.ledger.of(class), promoted(mode)
		if next != "" && r.Offered == "" && r.Low >= threshold {
			n := o.book.ledger.note(class, mode, next, threshold, fmt.Sprintf("%d of %d proposals were right: at least %.0f %% are", r.Right, r.Trials, 100*r.Low))
			failed = append(failed, o.emit(ctx, twin.AutonomyOffered, nil, "", n))
		}
	}
	return errors.Join(failed...)
}

// minds counts how long a model has been fed what it was not trained on. When
// that lasts, the actions that rest on its word may not be done by themselves any
// more: those that answer the likeliest fault, or, when it sees nothing at all,
// any fault that it could name. A person may set them to automatic again; what
// lasts is not held against them twice.
func (o *Operator) minds(ctx context.Context, v *vigil, d twin.Diagnosis) error {
	if d.Drift == "" {
		v.odd, v.usualFed = 0, true
		return nil
	}
	if !v.usualFed { // the program has just begun to listen
		return nil
	}
	if v.odd++; v.odd != driftRuns || o.book.stop != nil {
		return nil
	}
	var failed []error
	for _, class := range o.restingOn(d) {
		if o.book.modes[class] != twin.Auto {
			continue
		}
		n := o.book.ledger.note(class, twin.Auto, twin.Approve, o.site.Earns().Threshold, fmt.Sprintf("on %s the model is fed what it was not trained on: %s", v.asset, d.Drift))
		n.Asset, n.Beyond, n.Seen = v.asset, d.Beyond, v.odd
		failed = append(failed, o.emit(ctx, twin.AutonomyLowered, nil, "", n))
	}
	err := errors.Join(failed...)
	if err != nil {
		v.odd-- // the next diagnosis tries again
	}
	return err
}

// driftRuns is how many diagnoses in a row must be fed what is unknown: at one a
// minute, longer than a door is held open or a value is late.
const driftRuns = 5

// restingOn lists the classes of actions that answer the likeliest fault that
// anything answers; of a model that would not say, those of every fault it weighs.
func (o *Operator) restingOn(d twin.Diagnosis) []twin.ActionClass {
	var out []twin.ActionClass
	for _, c := range d.Causes {
		for _, r := range o.remedies {
			if r.Fault == c.Class && !slices.Contains(out, r.Class) {
				out = append(out, r.Class)
			}
		}
		if len(out) > 0 && !d.Abstained {
			break
		}
	}
	slices.Sort(out)
	return out
}

// Records are how every class of actions has done, as of the last step.
func (o *Operator) Records() []twin.Record { return slices.Clone(*o.records.Load()) }

// shadowed is a proposal in shadow mode whose worth is yet to be seen.
type shadowed struct {
	proposal twin.Proposal
	ends     time.Time
}

// judgeShadows tells of proposals in shadow mode whose watch is over what they
// were worth: an action was needed when the disturbance did not go by itself.
func (o *Operator) judgeShadows(ctx context.Context) error {
	if !o.state.Linked() {
		return nil
	}
	var failed []error
	now := o.state.Now()
	for _, id := range slices.Sorted(maps.Keys(o.book.shadows)) {
		x := o.book.shadows[id]
		if now.Before(x.ends) {
			continue
		}
		p := x.proposal
		mean, cover := average(o.state, p.Predicted.Signal, now.Add(-effectSmooth), now, o.hold(p.Predicted.Signal))
		if cover < coverMin {
			if now.Sub(x.ends) > p.Predicted.Within {
				failed = append(failed, o.judge(ctx, p, twin.ShadowNote{Unknown: true, Detail: "nothing was heard of its signal at the end"}))
			}
			continue
		}
		note := twin.ShadowNote{Needed: true, Detail: fmt.Sprintf("%s stood at %.4g: it did not go by itself", p.Predicted.Signal, mean)}
		switch {
		case o.doneByHand(p):
			note.Detail = "somebody did the same by hand"
		case mean >= p.Predicted.Low && mean <= p.Predicted.High:
			note = twin.ShadowNote{Regret: min(p.Risk+p.Cost.Money/o.site.Costs().Goods, 1), Detail: fmt.Sprintf("%s came to %.4g by itself", p.Predicted.Signal, mean)}
		}
		failed = append(failed, o.judge(ctx, p, note))
	}
	return errors.Join(failed...)
}

// doneByHand tells that somebody wrote what would have been written, of values
// that stay: a command leaves no trace.
func (o *Operator) doneByHand(p twin.Proposal) bool {
	done := false
	for _, w := range p.Writes {
		s := o.state.Latest(w.Signal)
		if !w.Hold || !s.Live() || s.Value != w.Value || w.Before == w.Value {
			return false
		}
		done = true
	}
	return done
}

func (o *Operator) judge(ctx context.Context, p twin.Proposal, note twin.ShadowNote) error {
	note.Proposal, note.Class = p.ID, p.Class
	return o.emit(ctx, twin.ShadowJudged, o.book.cases[p.Case], "", note)
}
