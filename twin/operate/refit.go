package operate

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/glasstwin/glasstwin/twin"
)

// Refit gives the operator its site anew, as its plant has changed. What it
// knows of assets that stay is kept: their samples, how long they have been too
// warm, what the model last said. Modes that were set stay. Cases of assets that
// are not watched any more end by themselves; an action that is under way there
// is followed as far as its signals go, and ends unverified without them. An
// error names the guard that cannot be used, and all stays as it was.
func (o *Operator) Refit(site *twin.Site) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	guards, err := usableRules(site, o.remedies)
	if err != nil {
		return fmt.Errorf("operate the site as it is now: %w", err)
	}
	o.takeInbox()
	o.site, o.guards = site, guards
	o.state.Refit(site)
	for class, mode := range startModes(site, o.remedies) {
		if _, set := o.book.modes[class]; !set {
			o.book.modes[class] = mode
		}
	}
	before := o.vigils
	o.vigils = vigilsOf(site, o.watch)
	for i, v := range o.vigils {
		k := slices.IndexFunc(before, func(b *vigil) bool {
			return b.asset == v.asset && b.defrost == v.defrost && slices.Equal(b.evidence, v.evidence)
		})
		if k >= 0 {
			o.vigils[i] = before[k]
		}
	}
	o.publish()
	return nil
}

// Check tells what of a site an operator could not use: a *RuleError that names
// the place and the mend.
func Check(site *twin.Site) error {
	_, err := usableRules(site, DefaultRemedies())
	return err
}

func usableRules(site *twin.Site, remedies []Remedy) ([]compiled, error) {
	classes := startModes(site, remedies)
	if err := checkPeople(site, classes); err != nil {
		return nil, err
	}
	return compileGuards(site.Guards, classes)
}

// endUnwatched ends the situations of assets that are not watched any more.
func (o *Operator) endUnwatched(ctx context.Context) error {
	for _, asset := range slices.Sorted(maps.Keys(o.book.open)) {
		c := o.book.open[asset]
		if c == nil || c.pending() || o.vigilOf(asset) != nil {
			continue
		}
		if c.Situation.Asset != asset {
			if err := o.leave(ctx, c, asset, o.state.Now()); err != nil {
				return err
			}
			continue
		}
		s := c.Situation
		s.To = o.state.Now()
		if err := o.emit(ctx, twin.SituationEnded, c, "", s); err != nil {
			return err
		}
	}
	return nil
}
