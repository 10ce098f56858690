package operate

import (
	"context"
	"fmt"
	"time"

	"github.com/glasstwin/glasstwin/twin"
)

// follow takes an action that was intended a step further: finds out whether it
// was written, watches for its effect, and closes it.
func (o *Operator) follow(ctx context.Context, c *dossier) error {
	e := o.errands[c.Proposal.ID]
	switch {
	case e.verdict != "" || c.rolledBack:
		if !c.rolledBack && (!o.state.Linked() || o.now().Before(e.askAt)) {
			return nil
		}
		why := e.why
		if why == "" {
			why = "it was rolled back before the program ended"
		}
		return o.rollBack(ctx, c, o.verdictOf(c, e), why)
	case e.wrote:
		return o.logWritten(ctx, c)
	case c.actedAt().IsZero():
		return o.findOut(ctx, c, e)
	}
	return o.verify(ctx, c)
}

// verdictOf is why a proposal is rolled back: as this run found, or, when an
// earlier run rolled it back, what the time since tells.
func (o *Operator) verdictOf(c *dossier, e errand) twin.Result {
	switch {
	case e.verdict != "":
		return e.verdict
	case c.actedAt().IsZero():
		return twin.Failed
	case o.watched(c) >= c.Proposal.Predicted.Within-c.Proposal.Predicted.Delay:
		return twin.NoEffect
	}
	return twin.Worse
}

// verify compares the plant with the prediction. Only time in which the signal
// was live counts: while the link is lost, nothing is judged.
func (o *Operator) verify(ctx context.Context, c *dossier) error {
	e := c.Proposal.Predicted
	if !o.state.Linked() || !e.Gone && !o.state.Latest(e.Signal).Live() {
		return nil
	}
	if why := o.interlocked(c); why != "" {
		return o.rollBack(ctx, c, twin.Refused, why)
	}
	if e.Gone {
		return o.verifyGone(ctx, c)
	}
	if o.worse(c) {
		return o.rollBack(ctx, c, twin.Worse, fmt.Sprintf("%s went beyond %.4g, worse than doing nothing", e.Signal, e.Worse))
	}
	if mean, ok := o.judged(c); ok && mean >= e.Low && mean <= e.High {
		detail := fmt.Sprintf("%s came to %.4g, within %.4g to %.4g as predicted", e.Signal, mean, e.Low, e.High)
		if c.interrupted {
			detail += "; the write had been interrupted, and the effect shows that it was written"
		}
		return o.conclude(ctx, c, twin.Verified, detail)
	}
	if o.watched(c) < e.Within-e.Delay {
		return nil
	}
	detail := fmt.Sprintf("%s did not come to %.4g to %.4g within %s", e.Signal, e.Low, e.High, e.Within)
	if c.interrupted {
		detail += "; it may never have been written"
	}
	return o.rollBack(ctx, c, twin.NoEffect, detail)
}

// verifyGone waits for a situation to be told no more.
func (o *Operator) verifyGone(ctx context.Context, c *dossier) error {
	since := o.state.Now().Sub(c.actedAt())
	v := o.vigilOf(c.Situation.Asset)
	switch {
	case v != nil && v.calm >= calmEnds && since >= c.Proposal.Predicted.Delay/2:
		return o.conclude(ctx, c, twin.Verified, fmt.Sprintf("%s is perceived no more", c.Proposal.Because))
	case since < c.Proposal.Predicted.Within || v != nil && v.calm > 0:
		return nil // what was not told at the last look may be over: that is counted to its end
	}
	return o.rollBack(ctx, c, twin.NoEffect, fmt.Sprintf("%s is still perceived after %s", c.Proposal.Because, since))
}

// judged is the mean of the predicted signal over the newest effectSmooth, all
// of it after the action and none of it disturbed by a defrost; false when
// there is no such mean yet.
func (o *Operator) judged(c *dossier) (float64, bool) {
	id, now := c.Proposal.Predicted.Signal, o.state.Now()
	from := now.Add(-effectSmooth)
	if from.Before(c.actedAt().Add(c.Proposal.Predicted.Delay)) {
		return 0, false
	}
	if v := o.vigilOf(c.Situation.Asset); v == nil || o.disturbed(v, from, now) {
		return 0, false
	}
	mean, cover := average(o.state, id, from, now, o.hold(id))
	return mean, cover >= coverMin
}

// worseSmooth is what goods must be beyond Worse for, so that one customer at the
// door is not taken for a failed remedy. Whatever else cycles is judged over a cycle.
const worseSmooth = 3 * time.Minute

func (o *Operator) worse(c *dossier) bool {
	e, now, v := c.Proposal.Predicted, o.state.Now(), o.vigilOf(c.Situation.Asset)
	if v == nil {
		return false
	}
	smooth := effectSmooth
	if e.Signal == v.temperature || e.Signal == twin.SignalOf(v.asset, "product-temperature") {
		smooth = worseSmooth
	}
	from := now.Add(-smooth)
	if from.Before(c.actedAt().Add(e.Delay)) || o.disturbed(v, from, now) {
		return false
	}
	mean, cover := average(o.state, e.Signal, from, now, o.hold(e.Signal))
	if cover < coverMin {
		return false
	}
	is := o.state.Latest(e.Signal).Value // what was worse and is coming back is not given up
	if e.Worse > e.High {
		return min(mean, is) > e.Worse
	}
	return max(mean, is) < e.Worse
}

// watched is for how long the predicted signal was live since the action's effect
// could come.
// Time disturbed by a defrost does not count: nothing could be seen in it.
func (o *Operator) watched(c *dossier) time.Duration {
	id, now := c.Proposal.Predicted.Signal, o.state.Now()
	hold := o.hold(id)
	v := o.vigilOf(c.Situation.Asset)
	var total time.Duration
	for at := c.actedAt().Add(c.Proposal.Predicted.Delay); at.Before(now); at = at.Add(time.Minute) {
		end := minTime(at.Add(time.Minute), now)
		if v != nil && o.disturbed(v, at, end) {
			continue
		}
		_, cover := average(o.state, id, at, end, hold)
		total += time.Duration(cover * float64(end.Sub(at)))
	}
	return total
}

// interlocked tells which interlock does not hold any more while a value that an
// action wrote stands; "" when all do. One that cannot be told is no reason to
// write: it was passed before, and the plant has its own.
func (o *Operator) interlocked(c *dossier) string {
	p := *c.Proposal
	if momentary(p) || c.writtenAt.IsZero() {
		return ""
	}
	env := o.guardEnv(c, p, c.Nothing)
	for _, g := range o.guards {
		if g.guard.Interlock == "" || !o.speaksOf(g.guard, p) {
			continue
		}
		for _, w := range p.Writes {
			s, _ := o.site.Signal(w.Signal)
			if g.guard.Signal != "" && g.guard.Signal != s.Name {
				continue
			}
			if out, err := evaluate(g.program, o.ofWrite(env, s, w)); err == nil && out == false {
				why := g.guard.Message
				if why == "" {
					why = g.guard.Interlock + " does not hold any more"
				}
				return "guard " + g.guard.ID + ": " + why
			}
		}
	}
	return ""
}
