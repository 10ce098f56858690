package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"github.com/glasstwin/glasstwin/app/desktop"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/flow/cause"
	"github.com/glasstwin/glasstwin/twin/flow/propose"
	"github.com/glasstwin/glasstwin/twin/layout"
)

// ordersDir is where the window keeps the work orders of a site.
func ordersDir(site string) string { return filepath.Join(site, "orders") }

// planned is a site of an opened folder with the rules that the window plans by.
func (o *openedSite) planned(plan *layout.Plan, site *twin.Site) *rearrangeable {
	return &rearrangeable{site: site, cat: o.catalogue, dir: o.dir, plan: plan, now: plan.Check(layout.Of(site))}
}

// searchShares are where on its way a search is when a step of it begins and ends.
var searchShares = map[string][2]float64{
	propose.Looking: {0, 0.25}, propose.Trying: {0.25, 0.5}, propose.Racing: {0.5, 0.65}, propose.Judging: {0.65, 0.9}, propose.Asking: {0.9, 1},
}

// proposePlans searches for better layouts of a site, as flow propose does; one
// core is left to the window.
func proposePlans(ctx context.Context, o *openedSite, plan *layout.Plan, site *twin.Site, goals []propose.Goal, done func(float64)) (*propose.Result, error) {
	p := o.planned(plan, site)
	s, _, err := living{Hours: 0.5, Seed: 1}.own(o.dir, site, 4, nil)
	if err != nil {
		return nil, err
	}
	s.Workers = max(1, runtime.GOMAXPROCS(0)-1)
	total := 0.0
	return propose.Search(ctx, propose.Subject{Site: site, Role: p.role, Build: p.build, Feasible: p.feasible, Fixed: p.fixed},
		propose.Options{Goals: goals, Study: s}, func(step string, share float64) {
			part := searchShares[step]
			total = max(total, part[0]+share*(part[1]-part[0]))
			done(total)
		})
}

// crowdDays are lived with every set of causes: with fewer, most shares of a usual
// store are within what chance does. Twice as many are where that may part the greatest.
const crowdDays = 8

// explainCrowd tells why people crowd in a zone, as flow explain does. Where it is
// crowded, its causes alone and together, and what would relieve it are told to
// take a quarter each.
func explainCrowd(ctx context.Context, o *openedSite, plan *layout.Plan, site *twin.Site, zone string, done func(float64)) (*cause.Finding, error) {
	p := o.planned(plan, site)
	x, err := p.build(site)
	if err != nil {
		return nil, err
	}
	s, _, err := living{Hours: 0.5, Seed: 1}.own(o.dir, site, crowdDays, nil)
	if err != nil {
		return nil, err
	}
	s.Workers = max(1, runtime.GOMAXPROCS(0)-1)
	step, began, total := "", -1.0, 0.0
	return cause.Explain(ctx, cause.Subject{Site: site, Scenario: x, Zone: zone, Role: p.role, Build: p.build, Feasible: p.feasible},
		cause.Options{Study: s, Most: 2 * crowdDays}, func(now string, share float64) {
			if now != step {
				step, began = now, min(3, began+1)
			}
			total = max(total, (began+share)/4)
			done(min(1, total))
		})
}

// takePlan makes a proposed layout that of the running site: it is kept under its
// name beside the layout that it takes the place of, its work order is written,
// the decision is journaled, and the site stands so.
func (r *runningSite) takePlan(ctx context.Context, o *openedSite, plan *layout.Plan, site *twin.Site, from, to layout.Layout, why desktop.Why, by string) (desktop.Taken, error) {
	var out desktop.Taken
	if err := plan.Allowed(to); err != nil {
		return out, fmt.Errorf("the layout cannot stand: %w", err)
	}
	names, err := layout.Versions(o.dir)
	if err != nil {
		return out, err
	}
	now := time.Now()
	out.Version = unusedName(names, why.Name)
	out.Before = unusedName(names, why.Before)
	from.Name, to.Name = out.Before, out.Version
	if err := errors.Join(layout.Save(o.dir, site, from), layout.Save(o.dir, site, to)); err != nil {
		return out, err
	}
	if out.Files, err = r.orderOf(o, plan, from.Site(site), to.Site(site), out.Version, why, now); err != nil {
		return out, err
	}
	var moved []twin.AssetID
	for _, m := range layout.Compare(from, to).Moved {
		moved = append(moved, m.ID)
	}
	if err := ctx.Err(); err != nil { // the last moment at which it can be left
		return out, err
	}
	ctx = context.WithoutCancel(ctx)
	if err := r.session.Planned(ctx, twin.LayoutNote{Approved: true, By: by, Steps: why.Steps, Figures: why.Figures, Moved: moved,
		Version: out.Version, Before: out.Before, Orders: out.Files}); err != nil {
		return out, err
	}
	return out, r.adopt(ctx, o, from, to, by)
}

// orderOf writes a work order as sheets and as a table.
func (r *runningSite) orderOf(o *openedSite, plan *layout.Plan, from, to *twin.Site, name string, why desktop.Why, made time.Time) ([]string, error) {
	s, err := o.planned(plan, from).sheet(to, r.speaker.Load(), why.Title, why.Lines, made)
	if err != nil {
		return nil, err
	}
	base, err := filepath.Abs(filepath.Join(ordersDir(o.dir), name))
	if err != nil {
		return nil, fmt.Errorf("write the work order: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(base), 0o755); err != nil {
		return nil, fmt.Errorf("make the folder of work orders: %w", err)
	}
	var files []string
	for _, ext := range [2]string{".pdf", ".csv"} {
		if err := writeSheet(base+ext, s); err != nil {
			return nil, err
		}
		files = append(files, base+ext)
	}
	return files, nil
}

// unusedName is a name of a layout, with a number when there is one of that name.
func unusedName(names []string, name string) string {
	for n, text := 1, name; ; text = fmt.Sprintf("%s (%d)", name, n) {
		if n++; !slices.Contains(names, text) {
			return text
		}
	}
}
