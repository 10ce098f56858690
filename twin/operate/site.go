package operate

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/glasstwin/glasstwin/twin"
)

// Where a whole site is perceived, a situation is what the perceiver tells, at any
// asset. It is raised when it was told often enough in a row, and ends when it is
// told no more.

// calmEnds is how often in a row a situation must not be told to have ended.
const calmEnds = 5

// calmKnown is how long a perceiver must have looked, before what was raised when
// the program last ran can be taken to have ended.
const calmKnown = 30 * time.Minute

// perceiveSite asks the perceiver, once a minute of the plant's time.
func (o *Operator) perceiveSite(ctx context.Context) error {
	now := o.state.Now()
	if now.Sub(o.perceivedAt) < o.watch.Every {
		return nil
	}
	list, err := o.perceiver.Perceive(ctx, o.state, now)
	if err != nil {
		return fmt.Errorf("perceive the site: %w", err)
	}
	if o.perceivedSince.IsZero() {
		o.perceivedSince = now
	}
	o.perceivedAt = now
	if err := o.mindSite(ctx); err != nil {
		return fmt.Errorf("mind what the site is perceived by: %w", err)
	}
	slices.SortStableFunc(list, func(a, b Perception) int { return cmp.Compare(sureness(b), sureness(a)) })
	for _, asset := range slices.Sorted(maps.Keys(o.book.open)) {
		o.vigilOf(asset) // also of those that a restart found open
	}
	told := map[twin.AssetID]bool{}
	for _, p := range list {
		v := o.vigilOf(p.Situation.Asset)
		if v == nil || told[v.asset] {
			continue
		}
		told[v.asset] = true
		v.told, v.checked, v.found = &p, now, &finding{p.Diagnosis, p.Explanation, now}
		v.countTold(p.Situation.Class)
		if err := o.keepTelling(ctx, v, now); err != nil {
			return err
		}
	}
	for _, v := range o.vigils {
		if !told[v.asset] && !o.untested(o.book.open[v.asset]) {
			v.told, v.checked, v.found = nil, now, &finding{at: now}
			o.count(v)
		}
	}
	return nil
}

// untested tells that a case is of an earlier run of the program, and that the
// perceiver has only begun: that it tells nothing does not say that all is well.
func (o *Operator) untested(c *dossier) bool {
	return c != nil && c.Situation.Detected.Before(o.perceivedSince) && o.state.Now().Sub(o.perceivedSince) < calmKnown
}

// countTold keeps for how many looks in a row the same was told of an asset. How
// sure one must be to tell it is the perceiver's to decide, class by class.
func (v *vigil) countTold(class string) {
	if v.claim != class {
		v.claim, v.runs = class, 0
	}
	v.runs++
	v.calm = 0
}

func sureness(p Perception) float64 {
	f, _ := fault(p.Diagnosis)
	return f.Probability
}

// keepTelling takes what is told of an asset into its open case.
func (o *Operator) keepTelling(ctx context.Context, v *vigil, now time.Time) error {
	c := o.book.open[v.asset]
	if c == nil || c.Situation.Asset != v.asset {
		return nil
	}
	if !c.pending() {
		c.detail = v.told.Detail
		if o.news(c, v) {
			if err := o.tellDiagnosis(ctx, c, v); err != nil {
				return err
			}
		}
	}
	return o.joinEffects(ctx, c, v, now)
}

// joinEffects gathers in a case what shows its cause.
func (o *Operator) joinEffects(ctx context.Context, c *dossier, v *vigil, now time.Time) error {
	for _, asset := range v.told.Effects {
		if _, known := o.site.Asset(asset); !known || o.book.open[asset] != nil {
			continue
		}
		s := v.told.Situation
		s.Case, s.Asset, s.Detected, s.Root = c.Situation.Case, asset, now, c.Situation.Asset
		s.Why = "it shows what is the matter with " + string(c.Situation.Asset)
		if err := o.emit(ctx, twin.SituationJoined, c, "", s); err != nil {
			return err
		}
	}
	return nil
}

// lookSite raises and ends the situation of one asset.
func (o *Operator) lookSite(ctx context.Context, v *vigil) error {
	now := o.state.Now()
	over, known := o.excess(v, now)
	o.time(v, over, known, now)
	c := o.book.open[v.asset]
	told := v.told != nil && v.runs >= o.watch.Runs && o.book.mended[v.asset] != v.claim
	switch {
	case c == nil && told:
		return o.raiseTold(ctx, v, now)
	case c == nil:
		if spoils := known && !v.warmSince.IsZero() && now.Sub(v.warmSince) >= o.watch.For && o.severity(v, over, now) >= 1; spoils {
			return o.raise(ctx, v, over, now) // goods are at risk, whatever the perceiver makes of it
		}
		return nil
	case c.Situation.Asset != v.asset:
		if !told {
			return nil
		}
		if err := o.leave(ctx, c, v.asset, now); err != nil { // it has a cause of its own
			return err
		}
		return o.raiseTold(ctx, v, now)
	case c.pending() || v.calm < calmEnds || o.untested(c):
		return nil
	case o.awaits(c, v):
		return nil // what it was answered with is to be given back first
	case c.Situation.Class == o.watch.Class && (v.coolSince.IsZero() || now.Sub(v.coolSince) < o.watch.For):
		return nil
	}
	s := c.Situation
	s.To = now
	return o.emit(ctx, twin.SituationEnded, c, "", s)
}

// raiseTold raises what the perceiver tells of an asset.
func (o *Operator) raiseTold(ctx context.Context, v *vigil, now time.Time) error {
	s := v.told.Situation
	s.Case, s.Asset = twin.CaseID(fmt.Sprintf("%s@%s", v.asset, now.UTC().Format("20060102T150405Z"))), v.asset
	if _, taken := o.book.cases[s.Case]; taken {
		return nil
	}
	s.Detected = now
	s.Severity = min(max(s.Severity, severityMin), 1)
	if s.Onset.IsZero() || s.Onset.After(now) {
		s.Onset = now
	}
	if s.From.IsZero() {
		s.From, s.To = now.Add(-onsetMax), now
	}
	if err := o.emit(ctx, twin.SituationRaised, &dossier{CaseRecord: CaseRecord{Situation: s}}, "", s); err != nil {
		return err
	}
	c := o.book.cases[s.Case]
	c.detail = v.told.Detail
	o.keepUsual(v, s.Onset, now)
	if err := o.tellDiagnosis(ctx, c, v); err != nil {
		return err
	}
	return o.joinEffects(ctx, c, v, now)
}
