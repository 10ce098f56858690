package operate

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/xai"
)

// finding is what the diagnoser last said of an asset.
type finding struct {
	diagnosis   twin.Diagnosis
	explanation xai.Explanation
	at          time.Time
}

// fault returns the likeliest cause if it is a fault, and not that all is well.
func fault(d twin.Diagnosis) (twin.Cause, bool) {
	if d.Abstained || len(d.Causes) == 0 {
		return twin.Cause{}, false
	}
	if twin.Healthy(d.Causes[0].Class) {
		return twin.Cause{}, false
	}
	return d.Causes[0], true
}

// perceive looks at every watched asset: raises a situation that began, ends
// one that is over, and has a few assets diagnosed. While the link is lost it
// looks at nothing.
func (o *Operator) perceive(ctx context.Context) error {
	if !o.state.Linked() {
		return nil
	}
	if o.perceiver != nil {
		failed := []error{o.perceiveSite(ctx)}
		for _, v := range o.vigils {
			if err := o.lookSite(ctx, v); err != nil {
				failed = append(failed, fmt.Errorf("watch %s: %w", v.asset, err))
			}
		}
		return errors.Join(append(failed, o.endUnwatched(ctx))...)
	}
	var failed []error
	for range o.watch.PerTick {
		v := o.due()
		if v == nil {
			break
		}
		if err := o.diagnose(ctx, v); err != nil {
			failed = append(failed, fmt.Errorf("diagnose %s: %w", v.asset, err))
		}
	}
	for _, v := range o.vigils {
		if err := o.look(ctx, v); err != nil {
			failed = append(failed, fmt.Errorf("watch %s: %w", v.asset, err))
		}
	}
	return errors.Join(append(failed, o.endUnwatched(ctx))...)
}

// due returns the asset whose diagnosis is oldest, nil when none is due.
func (o *Operator) due() *vigil {
	now := o.state.Now()
	var oldest *vigil
	for _, v := range o.vigils {
		if now.Sub(v.checked) >= o.watch.Every && (oldest == nil || v.checked.Before(oldest.checked)) {
			oldest = v
		}
	}
	return oldest
}

// diagnose asks the model about one asset and counts how long it has been
// saying the same.
func (o *Operator) diagnose(ctx context.Context, v *vigil) error {
	now := o.state.Now()
	v.checked = now
	d, x, err := o.diagnoser.Diagnose(ctx, o.state, v.asset, now)
	if err != nil {
		return err
	}
	v.found = &finding{d, x, now}
	if err := o.minds(ctx, v, d); err != nil {
		return err
	}
	o.count(v)
	if c := o.book.open[v.asset]; c != nil && c.Situation.Asset == v.asset && !c.pending() && o.news(c, v) {
		return o.tellDiagnosis(ctx, c, v)
	}
	return nil
}

// count keeps how often in a row the same was found of an asset.
func (o *Operator) count(v *vigil) {
	d := v.found.diagnosis
	cause, faulty := fault(d)
	switch {
	case faulty && cause.Probability >= o.watch.Raise && cause.Class == v.claim:
		v.runs++
		v.calm = 0
	case faulty && cause.Probability >= o.watch.Raise:
		v.claim, v.runs, v.calm = cause.Class, 1, 0
	case !d.Abstained && (!faulty || cause.Probability < o.watch.Clear):
		v.runs = 0
		v.calm++
	}
	if v.calm >= o.watch.Runs {
		v.claim = ""
		delete(o.book.mended, v.asset) // from now on the same fault is a new one
	}
}

// newsShare is by how much a probability must move to be told again.
const newsShare = 0.2

// news tells whether the newest finding says something else than the case's.
func (o *Operator) news(c *dossier, v *vigil) bool {
	if c.Diagnosis == nil || c.Explanation == nil || c.Diagnosis.Abstained != v.found.diagnosis.Abstained {
		return true
	}
	before, _ := fault(*c.Diagnosis)
	now, _ := fault(v.found.diagnosis)
	return before.Class != now.Class || math.Abs(before.Probability-now.Probability) >= newsShare
}

// tellDiagnosis journals the newest finding on a case, with its explanation.
func (o *Operator) tellDiagnosis(ctx context.Context, c *dossier, v *vigil) error {
	d, x := v.found.diagnosis, v.found.explanation
	d.Case = c.Situation.Case
	if p := c.Situation.Passed; p != nil && len(d.Causes) == 0 && !d.Abstained {
		d.Abstained, d.Why = true, beyond(*p)
		x.Limits, x.From, x.To = append(x.Limits, d.Why), c.Situation.From, c.Situation.To
	}
	if err := o.emit(ctx, twin.DiagnosisMade, c, "", d); err != nil {
		return err
	}
	return o.emit(ctx, twin.Explained, c, "", x)
}

// beyond says of what no model tells anything which bound was passed.
func beyond(p twin.Passed) string {
	of := func(v float64) string { return strings.TrimSpace(fmt.Sprintf("%.4g %s", v, p.Unit)) }
	return fmt.Sprintf("%s has been at %s for %d min, beyond its bound of %s, and the model tells nothing of it", p.Signal, of(p.Value), p.Minutes, of(p.Bound))
}

// passed is the bound that an asset's temperature is beyond; nil: it is within.
func (o *Operator) passed(v *vigil, over float64, now time.Time) *twin.Passed {
	set := o.state.Latest(v.setPoint)
	if v.warmSince.IsZero() || !set.Live() {
		return nil
	}
	bound := set.Value + o.watch.Tolerance
	p := &twin.Passed{Signal: v.temperature, Value: bound + over, Bound: bound, Minutes: int(now.Sub(v.warmSince).Minutes())}
	if g, ok := o.site.Signal(v.temperature); ok {
		p.Unit = g.Unit
	}
	return p
}

// look updates one asset's temperature watch, and raises or ends its situation.
func (o *Operator) look(ctx context.Context, v *vigil) error {
	now := o.state.Now()
	over, known := o.excess(v, now)
	o.time(v, over, known, now)
	c := o.book.open[v.asset]
	if c == nil {
		warm := !v.warmSince.IsZero() && now.Sub(v.warmSince) >= o.watch.For
		model := v.runs >= o.watch.Runs && o.book.mended[v.asset] != v.claim
		if warm || model {
			return o.raise(ctx, v, over, now)
		}
		return nil
	}
	within := !v.coolSince.IsZero() && now.Sub(v.coolSince) >= o.watch.For
	if c.Situation.Asset != v.asset { // it shows another's fault
		if within {
			return o.leave(ctx, c, v.asset, now)
		}
		return nil
	}
	if within && !c.pending() && o.recovered(c, v) || o.relapsed(c, v, now) {
		s := c.Situation
		s.To = now
		return o.emit(ctx, twin.SituationEnded, c, "", s)
	}
	return nil
}

// excess is how far the temperature is above the tolerance; false when it is
// not known or a defrost explains it.
func (o *Operator) excess(v *vigil, now time.Time) (float64, bool) {
	set := o.state.Latest(v.setPoint)
	if !set.Live() || !o.state.Latest(v.temperature).Live() || o.disturbed(v, now, now) {
		return 0, false
	}
	mean, cover := average(o.state, v.temperature, now.Add(-o.watch.Smooth), now, o.hold(v.temperature))
	if cover < coverMin {
		return 0, false
	}
	return mean - set.Value - o.watch.Tolerance, true
}

// time keeps since when the temperature has been beyond or within. Half the
// tolerance lies between the two, so that a situation does not flicker.
func (o *Operator) time(v *vigil, over float64, known bool, now time.Time) {
	switch {
	case !known || over <= 0:
		v.warmSince = time.Time{}
	case v.warmSince.IsZero():
		v.warmSince = now
	}
	switch {
	case !known:
	case over > -o.watch.Tolerance/2:
		v.coolSince = time.Time{}
	case v.coolSince.IsZero():
		v.coolSince = now
	}
}

// recovered tells whether the model holds the asset to be well again. After a
// remedy whose effect was verified the temperature alone decides: a cabinet
// that runs on its reserve is cold, though its compressor is as worn as before.
func (o *Operator) recovered(c *dossier, v *vigil) bool {
	if c.Outcome != nil && c.Outcome.Result == twin.Verified {
		return true
	}
	return v.calm >= o.watch.Runs || v.found == nil || v.found.diagnosis.Abstained
}

// relapsed tells that an asset is too warm again after a remedy that worked, or
// still is long after it: that is a case of its own, since nothing more is
// proposed in this one.
func (o *Operator) relapsed(c *dossier, v *vigil, now time.Time) bool {
	if c.Outcome == nil || c.Outcome.Result != twin.Verified || v.warmSince.IsZero() {
		return false
	}
	if v.warmSince.After(c.concludedAt) {
		return now.Sub(v.warmSince) >= o.watch.For
	}
	return now.Sub(c.concludedAt) >= max(o.watch.For, c.Proposal.Predicted.Within)
}

func (o *Operator) raise(ctx context.Context, v *vigil, over float64, now time.Time) error {
	id := twin.CaseID(fmt.Sprintf("%s@%s", v.asset, now.UTC().Format("20060102T150405Z")))
	if _, taken := o.book.cases[id]; taken {
		return nil // it ended and began within one second of the plant's time; the next sample settles it
	}
	shows := o.shows(v, now)
	s := twin.Situation{
		Case: id, Class: o.watch.Class, Asset: v.asset,
		Onset: o.onset(v, shows, now), Detected: now, Severity: o.severity(v, over, now),
		Evidence: v.evidence, From: now.Add(-onsetMax), To: now, Passed: o.passed(v, over, now),
	}
	if root, why := o.rootOf(v, s.Onset); root != nil {
		return o.join(ctx, root, s, why)
	}
	c := &dossier{CaseRecord: CaseRecord{Situation: s}}
	if err := o.emit(ctx, twin.SituationRaised, c, "", s); err != nil {
		return err
	}
	o.keepUsual(v, s.Onset, now)
	if v.found == nil {
		return nil
	}
	return o.tellDiagnosis(ctx, o.book.cases[id], v)
}

// keepUsual notes what was normal for an asset before an onset.
func (o *Operator) keepUsual(v *vigil, onset, now time.Time) {
	v.usual = map[twin.SignalID]course{}
	for _, r := range o.remedies {
		for _, id := range o.effectsOf(v.asset, r) {
			if _, done := v.usual[id]; done {
				continue
			}
			if was, ok := o.normal(v, id, now.Add(-twin.HistoryKept), onset.Add(-blockLength/2)); ok {
				v.usual[id] = was
			}
		}
	}
}

// shows returns the signal in which the last minutes differ most from an hour
// before.
func (o *Operator) shows(v *vigil, now time.Time) twin.SignalID {
	best, most := v.temperature, 0.0
	for _, id := range v.evidence {
		was, ok := o.normal(v, id, now.Add(-twin.HistoryKept), now.Add(-onsetMax/2))
		is, cover := average(o.state, id, now.Add(-blockLength), now, o.hold(id))
		if !ok || cover < coverMin {
			continue
		}
		if z := math.Abs(is-was.mean) / was.spread; z > most {
			best, most = id, z
		}
	}
	return best
}

// severityMin is of a situation in which the goods are still as cold as meant.
const severityMin = 0.1

// severity is how far the temperature has come on the way from the set point to
// the limit of the goods.
func (o *Operator) severity(v *vigil, over float64, now time.Time) float64 {
	set := o.state.Latest(v.setPoint).Value
	limit := o.watch.ChilledLimit
	if set < o.watch.FrozenBelow {
		limit = o.watch.FrozenLimit
	}
	if math.IsNaN(set) || limit <= set {
		return severityMin
	}
	above := over + o.watch.Tolerance
	return min(max(above/(limit-set), severityMin), 1)
}
