package operate

import (
	"math"

	"github.com/glasstwin/glasstwin/twin"
)

// Goods spoil by what comes, not by what is likeliest to come: a guard of food
// judges the upper end of each forecast, with the action and without it alike.

// warmest is how warm the air of a cabinet may become while a proposal is
// watched, with it and without: the upper ends of the forecasts, rolled forward
// for the air where the proposal is judged by another signal. Where nothing is
// known that could be rolled forward, it is the present value; NaN: not even that.
func (o *Operator) warmest(c *dossier, p twin.Proposal, idle []twin.Point) (with, without float64) {
	v := o.vigilOf(p.Asset)
	if v == nil {
		return math.NaN(), math.NaN()
	}
	now := o.state.Latest(v.temperature)
	if !now.Live() { // of a sensor that died the goods' own tells
		now = o.state.Latest(twin.SignalOf(p.Asset, "product-temperature"))
	}
	if !now.Live() {
		return math.NaN(), math.NaN()
	}
	course := p.Predicted.Forecast
	if p.Predicted.Gone { // no course is foretold of an air that no fault shows in yet
		course, idle = nil, nil
	}
	if p.Predicted.Signal != v.temperature {
		course, idle = o.air(c, v, p)
	}
	present := now.Value
	if len(course) > 0 && len(idle) > 0 { // both begin where the air has been in the mean of some minutes
		present = max(present, course[0].Value)
	}
	return worst(course, present), worst(idle, present)
}

// air rolls the air of a cabinet forward with a proposal and without; nothing
// where its usual course is not known, or a defrost hides it.
func (o *Operator) air(c *dossier, v *vigil, p twin.Proposal) (course, idle []twin.Point) {
	now := o.state.Now()
	mean, cover := average(o.state, v.temperature, now.Add(-effectSmooth), now, o.hold(v.temperature))
	was, known := o.normal(v, v.temperature, now.Add(-twin.HistoryKept), c.Situation.Onset.Add(-blockLength/2))
	if !known {
		was, known = v.usual[v.temperature]
	}
	if p.Back || !known || cover < coverMin || o.disturbed(v, now, now) {
		return nil, nil
	}
	for _, r := range o.remedies {
		if r.Class == p.Class && o.answers(r, twin.Cause{Class: p.Because}, p.Asset, c.detail) {
			ahead := o.rollForward(v, v.temperature, was, c.Situation.Onset, now)
			return decay(now, ahead.within+r.Delay, r.Delay, was, mean-was.mean, ahead.tau, o.book.shareNow(r), ahead.idle), ahead.idle
		}
	}
	return nil, nil
}

// worst is the warmest that a course may come to, with its doubt all the way.
func worst(course []twin.Point, now float64) float64 {
	w := now
	for _, x := range course {
		w = max(w, x.Value, x.High)
	}
	return w
}
