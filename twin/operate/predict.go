package operate

import (
	"fmt"
	"math"

	"github.com/glasstwin/glasstwin/twin"
)

// subject is the signal that an effect is predicted and verified by.
type subject struct {
	id    twin.SignalID
	was   course  // what it should come to
	is    float64 // mean of the last minutes
	shown float64 // how many spreads it is off
}

// predict tells what a remedy will do to the signal that shows the fault best,
// how that is verified, and what comes if nothing is done. Where a whole site is
// perceived a fault may be known before any signal is far off; then what the
// remedy brings about is predicted, or at least that the situation is told no more.
func (o *Operator) predict(c *dossier, v *vigil, r Remedy) (twin.Effect, []twin.Point, error) {
	return o.predictBy(c, v, r, "")
}

// predictBy is predict by one signal only; "": by whichever shows it best.
func (o *Operator) predictBy(c *dossier, v *vigil, r Remedy, only twin.SignalID) (twin.Effect, []twin.Point, error) {
	now := o.state.Now()
	disturbed := o.disturbed(v, now, now)
	if disturbed && o.perceiver == nil {
		return twin.Effect{}, nil, fmt.Errorf("%s waits for the defrost of %s to be over: before, nothing could be told from its temperatures", r.Class, v.asset)
	}
	best, known := subject{}, false
	if !disturbed {
		best, known = o.showing(c, v, r, only)
	}
	if best.shown >= shownMin {
		e, idle := o.effect(c, v, r, best)
		return e, idle, nil
	}
	if o.perceiver != nil {
		if x, ok := o.becoming(v, r, only); ok {
			e, idle := o.effect(c, v, r, x)
			return e, idle, nil
		}
		e, idle := o.gone(r, o.evidenceOf(v, r))
		return e, idle, nil
	}
	if !known {
		return twin.Effect{}, nil, fmt.Errorf("%s is not proposed: what is normal for %s was not seen, so its effect could not be told", r.Class, v.asset)
	}
	return twin.Effect{}, nil, fmt.Errorf("%s is not proposed: the fault does not show in any signal yet by which its effect could be verified", r.Class)
}

// effectsOf are the signals that a remedy may show in at an asset.
func (o *Operator) effectsOf(asset twin.AssetID, r Remedy) []twin.SignalID {
	var out []twin.SignalID
	for _, name := range r.Effects {
		out = append(out, o.signalsOf(asset, name)...)
	}
	return out
}

// showing is the signal that the fault disturbs most, of those in which the remedy
// shows; false when no normal course is known of any.
func (o *Operator) showing(c *dossier, v *vigil, r Remedy, only twin.SignalID) (best subject, known bool) {
	now := o.state.Now()
	begin := now.Add(-twin.HistoryKept)
	healthy := c.Situation.Onset.Add(-blockLength / 2)
	for _, s := range o.effectsOf(v.asset, r) {
		if only != "" && s != only {
			continue
		}
		normal, ok := o.normal(v, s, begin, healthy)
		if !ok {
			normal, ok = v.usual[s]
		}
		if !ok && c.Proposal != nil && c.Proposal.Predicted.Signal == s && !c.Proposal.Predicted.Gone {
			normal, ok = usualOf(c.Proposal.Predicted), true
		}
		known = known || ok
		mean, cover := average(o.state, s, now.Add(-effectSmooth), now, o.hold(s))
		if !ok || cover < coverMin || !o.state.Latest(s).Live() {
			continue
		}
		if z := math.Abs(mean-normal.mean) / normal.spread; z > best.shown {
			best = subject{s, normal, mean, z}
		}
	}
	return best, known
}

// becoming is the first signal that is not yet what the remedy brings it to.
func (o *Operator) becoming(v *vigil, r Remedy, only twin.SignalID) (subject, bool) {
	for _, b := range r.Becomes {
		for _, id := range o.signalsOf(v.asset, b.Signal) {
			s := o.state.Latest(id)
			if only != "" && id != only || !s.Live() || math.Abs(s.Value-b.Value) <= b.Within {
				continue
			}
			spread := max(b.Within, spreadFloor+spreadShare*math.Abs(b.Value))
			return subject{id, course{b.Value, spread}, s.Value, math.Abs(s.Value-b.Value) / spread}, true
		}
	}
	return subject{}, false
}

// evidenceOf is a signal for who looks at a case: one that lives, if there is one.
func (o *Operator) evidenceOf(v *vigil, r Remedy) twin.SignalID {
	ids := o.effectsOf(v.asset, r)
	if v.told != nil {
		ids = append(ids, v.told.Situation.Evidence...)
	}
	for _, g := range o.site.Signals {
		if g.Asset == v.asset {
			ids = append(ids, g.ID)
		}
	}
	for _, id := range ids {
		if o.state.Latest(id).Live() {
			return id
		}
	}
	if len(ids) == 0 {
		return ""
	}
	return ids[0]
}

// effect predicts a subject with and without a remedy.
func (o *Operator) effect(c *dossier, v *vigil, r Remedy, x subject) (twin.Effect, []twin.Point) {
	now := o.state.Now()
	ahead := o.rollForward(v, x.id, x.was, c.Situation.Onset, now)
	tau, within, idle := ahead.tau, ahead.within+r.Delay, ahead.idle
	off := x.is - x.was.mean
	share := o.book.shareNow(r)
	e := twin.Effect{Signal: x.id, Within: within, Delay: r.Delay, Forecast: decay(now, within, r.Delay, x.was, off, tau, share, idle), Nothing: idle}
	if share.Likely < 1 {
		e.Share = share.Likely
	}
	rest := remainder(share.Likely)
	e.Low, e.High = x.was.mean-math.Abs(off), x.was.mean+rest*off
	furthest := x.is
	for _, p := range idle {
		if off > 0 {
			furthest = max(furthest, p.High)
		} else {
			furthest = min(furthest, p.Low)
		}
	}
	e.Worse = furthest + worseShare*off
	if off < 0 {
		e.Low, e.High = x.was.mean+rest*off, x.was.mean+math.Abs(off)
	}
	return e, idle
}

// gone predicts that a situation will be told no more; a signal beside it shows how
// the asset fares. Of that signal no effect is foretold: it goes on by itself.
func (o *Operator) gone(r Remedy, id twin.SignalID) (twin.Effect, []twin.Point) {
	now, within := o.state.Now(), goneMin+r.Delay
	idle := o.byItself(id, now, within)
	is := idle[0].Value
	return twin.Effect{Signal: id, Low: is, High: is, Worse: is, Within: within, Delay: r.Delay, Gone: true, Forecast: idle, Nothing: idle}, idle
}
