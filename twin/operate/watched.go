package operate

import (
	"context"
	"fmt"
	"time"

	"github.com/glasstwin/glasstwin/twin"
)

// watchedOf tells how near an asset is to a situation.
func (o *Operator) watchedOf(v *vigil, now time.Time) twin.Watched {
	w := twin.Watched{
		Asset: v.asset, Looked: v.checked, Every: o.watch.Every, Needs: o.watch.Raise, Looks: v.runs, LooksOf: o.watch.Runs,
		Temperature: v.temperature, Bound: o.watch.Tolerance, OverNeeds: o.watch.For, Frost: o.disturbed(v, now, now), Drift: driftOf(o.drifts, v.asset),
	}
	if _, has := o.site.Signal(v.temperature); !has {
		w.Temperature = "" // it is watched for other things
	}
	if over, known := o.excess(v, now); known {
		w.Over = &over
	}
	if !v.warmSince.IsZero() {
		w.OverFor = now.Sub(v.warmSince)
	}
	if v.found != nil {
		w.Abstained, w.Why = v.found.diagnosis.Abstained, v.found.diagnosis.Why
		for _, c := range v.found.diagnosis.Causes { // the likeliest first
			if twin.Healthy(c.Class) {
				continue
			}
			w.Fault, w.Sure = c.Class, c.Probability
			break
		}
	}
	for _, r := range o.remedies {
		if r.Fault == w.Fault && w.Fault != "" {
			w.Answers = append(w.Answers, r.Class)
		}
	}
	w.Mended = v.claim != "" && o.book.mended[v.asset] == v.claim
	if c := o.book.open[v.asset]; c != nil {
		w.Case = c.Situation.Case
	}
	return w
}

// watchedNow tells it of every asset that is watched: where a whole site is
// perceived, of each that has signals.
func (o *Operator) watchedNow(now time.Time) []twin.Watched {
	out := make([]twin.Watched, 0, len(o.vigils))
	has := map[twin.AssetID]bool{}
	for _, v := range o.vigils {
		w := o.watchedOf(v, now)
		if o.perceiver != nil && w.Looked.IsZero() {
			w.Looked = o.perceivedAt
		}
		has[v.asset] = true
		out = append(out, w)
	}
	if o.perceiver == nil {
		return out
	}
	for _, g := range o.site.Signals {
		if has[g.Asset] {
			continue
		}
		has[g.Asset] = true
		w := twin.Watched{Asset: g.Asset, Looked: o.perceivedAt, Every: o.watch.Every, Drift: driftOf(o.drifts, g.Asset)}
		if c := o.book.open[g.Asset]; c != nil {
			w.Case = c.Situation.Case
		}
		out = append(out, w)
	}
	return out
}

// Watched tells of every asset that is watched how near it is to a situation, as
// of the last Tick.
func (o *Operator) Watched() []twin.Watched {
	if list := o.vigil.Load(); list != nil {
		return append([]twin.Watched(nil), *list...)
	}
	return nil
}

// Look tells the same of a moment of the past, from what was measured up to then:
// how often a fault had been seen in a row before is not known there, nor how
// long a temperature had been beyond its bound.
func Look(ctx context.Context, d Diagnoser, st *twin.State, remedies []Remedy, now time.Time) ([]twin.Watched, error) {
	o := &Operator{site: st.Site(), state: st, watch: DefaultWatch(), remedies: remedies, book: newBook()}
	if o.remedies == nil {
		o.remedies = DefaultRemedies()
	}
	var out []twin.Watched
	for _, v := range vigilsOf(st.Site(), o.watch) {
		diagnosis, x, err := d.Diagnose(ctx, st, v.asset, now)
		if err != nil {
			return nil, fmt.Errorf("look at %s: %w", v.asset, err)
		}
		v.checked, v.found = now, &finding{diagnosis, x, now}
		out = append(out, o.watchedOf(v, now))
	}
	return out, nil
}
