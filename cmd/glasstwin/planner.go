package main

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"

	"github.com/glasstwin/glasstwin/app"
	"github.com/glasstwin/glasstwin/app/depict"
	"github.com/glasstwin/glasstwin/app/desktop"
	"github.com/glasstwin/glasstwin/app/phrase"
	"github.com/glasstwin/glasstwin/render/overlay"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/flow/cause"
	"github.com/glasstwin/glasstwin/twin/flow/propose"
	"github.com/glasstwin/glasstwin/twin/flow/whatif"
	"github.com/glasstwin/glasstwin/twin/generate"
	"github.com/glasstwin/glasstwin/twin/generate/catalogue"
	"github.com/glasstwin/glasstwin/twin/generate/furnish"
	"github.com/glasstwin/glasstwin/twin/layout"
)

// plans prepares the planning of a running site's layout, in whose name what is
// planned is decided.
func (r *runningSite) plans(o *openedSite, by func() string) func(context.Context) (*desktop.Planner, error) {
	return func(context.Context) (*desktop.Planner, error) {
		site := r.session.Site()
		plan, err := generate.Planner(site, o.building, o.catalogue)
		if err != nil {
			return nil, err
		}
		draw := r.draw(o)
		return &desktop.Planner{
			Plan: plan, Kinds: kindsOf(o.catalogue), Materials: o.catalogue.Finishes(), Facts: furnish.Facts(o.catalogue),
			Look:      lookAtDrawn,
			Import:    func(ctx context.Context, d desktop.Drawn) (desktop.Kind, error) { return importDrawn(ctx, o, d) },
			Stock:     func(a twin.Asset) ([]desktop.Board, error) { return boardsOf(o.catalogue, a) },
			Planogram: o.catalogue.Planogram,
			Regard: func(ctx context.Context, of desktop.Recording) (*desktop.Regards, error) {
				return regardOf(ctx, o.dir, r.store, of)
			},
			Recorded: func(ctx context.Context, path string) (desktop.Recording, error) {
				return readRecording(ctx, o.dir, path)
			},
			Draw:     func(ctx context.Context, s *twin.Site) (app.Fit, error) { return draw(ctx, s) },
			Versions: func() ([]string, error) { return layout.Versions(o.dir) },
			Load:     func(name string) (layout.Layout, error) { return layout.Load(o.dir, site, name) },
			Save:     func(l layout.Layout) error { return layout.Save(o.dir, site, l) },
			Adopt: func(ctx context.Context, from, to layout.Layout) error {
				return r.adopt(ctx, o, from, to, by())
			},
			Compare: func(ctx context.Context, from, to layout.Layout, days int, done func(float64)) (*whatif.Comparison, error) {
				return comparePlans(ctx, o.dir, [2]*twin.Site{from.Site(site), to.Site(site)}, days, done)
			},
			Propose: func(ctx context.Context, from layout.Layout, goals []propose.Goal, done func(float64)) (*propose.Result, error) {
				return proposePlans(ctx, o, plan, from.Site(site), goals, done)
			},
			Take: func(ctx context.Context, from, to layout.Layout, why desktop.Why) (desktop.Taken, error) {
				return r.takePlan(ctx, o, plan, site, from, to, why, by())
			},
			Explain: func(ctx context.Context, at layout.Layout, zone string, done func(float64)) (*cause.Finding, error) {
				return explainCrowd(ctx, o, plan, at.Site(site), zone, done)
			},
			Decline: func(ctx context.Context, moved []twin.AssetID, why desktop.Why, reason string) error {
				return r.session.Planned(ctx, twin.LayoutNote{By: by(), Reason: reason, Steps: why.Steps, Figures: why.Figures, Moved: moved})
			},
			Heads: func(s *whatif.Shift, speak *phrase.Speaker) [2]overlay.Heatmap { return depict.Heads(s, speak) },
			Over:  func(s *whatif.Shift, speak *phrase.Speaker) overlay.Heatmap { return depict.Shift(s, speak) },
		}, nil
	}
}

// comparePlans lets the shoppers of a site's folder live in two layouts of it, as
// flow compare does; one core is left to the window.
func comparePlans(ctx context.Context, dir string, sites [2]*twin.Site, days int, done func(float64)) (*whatif.Comparison, error) {
	pair, err := pairOf([2]string{dir, dir}, sites)
	if err != nil {
		return nil, err
	}
	s, _, err := living{Hours: 1, Seed: 1}.alike(dir, sites[0], days)
	if err != nil {
		return nil, err
	}
	s.Workers = max(1, runtime.GOMAXPROCS(0)-1)
	return whatif.Compare(ctx, s, pair[0], pair[1], done)
}

// kindsOf are the classes that a planner can put down, in the order of the
// catalogue's groups.
func kindsOf(cat *catalogue.Catalogue) []desktop.Kind {
	var out []desktop.Kind
	for _, group := range catalogue.Groups() {
		for _, c := range cat.Classes() {
			if c.Group != group || c.Mount == catalogue.InWall || c.Mount == catalogue.Outdoors || c.Group == catalogue.People {
				continue
			}
			out = append(out, kindOf(c))
		}
	}
	return out
}

func kindOf(c *catalogue.Class) desktop.Kind {
	k := desktop.Kind{Class: c.Name, Title: c.Title, Group: string(c.Group), Size: c.UsualSize(), Slots: c.Slots()}
	switch c.Mount {
	case catalogue.OnCeiling:
		k.Lift = max(0, 3-c.Elevation)
	default:
		k.Lift = c.Elevation
	}
	for _, p := range c.Params {
		k.Params = append(k.Params, desktop.KindParam{Name: p.Name, Default: p.Default, Min: p.Min, Max: p.Max})
	}
	return k
}

// lookAtDrawn tells how a drawn thing is; one that is drawn in a unit of which no
// thing is so large is told as a metre high.
func lookAtDrawn(ctx context.Context, path string) (desktop.Drawn, error) {
	t, err := drawnThing(ctx, path, catalogue.Fit{})
	if errors.Is(err, catalogue.ErrUnit) {
		t, err = drawnThing(ctx, path, catalogue.Fit{Height: 1})
	}
	if err != nil {
		return desktop.Drawn{}, err
	}
	return desktop.Drawn{Path: path, Title: t.Title["en"], Height: t.Size[1], Size: [3]float64(t.Size), Triangles: t.model.Triangles()}, nil
}

// importDrawn takes a drawn thing into the catalogue of a site that is open.
func importDrawn(ctx context.Context, o *openedSite, d desktop.Drawn) (desktop.Kind, error) {
	t, err := drawnThing(ctx, d.Path, catalogue.Fit{Height: d.Height, Turn: d.Turn, ZUp: d.ZUp})
	if err != nil {
		return desktop.Kind{}, err
	}
	t.Title = map[string]string{"en": d.Title, "ko": d.Title}
	name := t.Class
	for n := 2; ; n++ {
		if _, taken := o.catalogue.Class(t.Class); !taken {
			break
		}
		t.Class = fmt.Sprintf("%s-%d", name, n)
	}
	class, err := t.put(o.catalogue, o.dir)
	if err != nil {
		return desktop.Kind{}, err
	}
	return kindOf(class), nil
}

func boardsOf(cat *catalogue.Catalogue, a twin.Asset) ([]desktop.Board, error) {
	stock, err := cat.Stock(a)
	if err != nil {
		return nil, err
	}
	out := make([]desktop.Board, len(stock))
	for i, s := range stock {
		out[i] = desktop.Board{Width: s.Width, Used: s.Used, Height: s.Height, Back: s.Back}
		for _, f := range s.Facings {
			out[i].Facings = append(out[i].Facings, desktop.BoardFacing(f))
		}
	}
	return out, nil
}

// adopt makes a layout that of the running site: its folder, then what is shown
// and operated. What its plant changed meanwhile stays.
func (r *runningSite) adopt(ctx context.Context, o *openedSite, from, to layout.Layout, by string) error {
	if f := r.follow; f != nil {
		f.mu.Lock()
		defer f.mu.Unlock()
	}
	edit := layout.Compare(from, to).Edit()
	before := r.session.Site()
	l, err := layout.Of(before).Do(edit)
	if err != nil {
		return fmt.Errorf("take the layout over: %w", err)
	}
	site := l.Site(before)
	next, err := o.as(ctx, site)
	if err != nil {
		return err
	}
	kept, err := layout.Adopt(o.dir, from, to)
	if err != nil {
		return err
	}
	was, is := before.Fittings(), site.Fittings()
	note := twin.SiteNote{By: by}
	for _, c := range edit.Changes {
		a := c.After
		if a == nil {
			a = c.Before
		}
		note.Changes = append(note.Changes, twin.SiteChange{Kind: twin.AssetPlanned, Asset: a.ID, Name: a.Name, Class: a.Class,
			Text: fmt.Sprintf("%s: planned and adopted", a.Name), Before: was[a.ID], After: is[a.ID]})
	}
	refitted := r.session.Refit(ctx, next.fit(&r.speaker), note)
	if r.follow != nil {
		r.follow.base = kept
		if err := r.follow.link.Rebind(slices.Clone(site.Signals), slices.Clone(site.Bindings)); err != nil {
			return err
		}
	}
	return refitted
}
