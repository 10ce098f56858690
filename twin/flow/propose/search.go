package propose

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/flow/ground"
	"github.com/glasstwin/glasstwin/twin/flow/whatif"
)

// candidate is a layout that is looked at.
type candidate struct {
	steps []Step
	site  *twin.Site
	x     *whatif.Scenario
	guess []float64 // what its expected ways come to, for each goal, relative to the baseline's: less is better
	at    []float64 // features, guess among them
	costs []float64 // simulated; nil: it was not yet
	done  bool      // its simulation was tried
}

// search is one in hand.
type search struct {
	Subject
	o        Options
	stock    stock
	tours    *tours
	dice     *rand.Rand
	base     *whatif.Scenario
	ahead    forecast // of base
	baseline []whatif.Day
	seen     map[string]bool
	known    []candidate // that the rules allow, with what is expected of them; the first is the site as it stands
	result   *Result
	progress func(string, float64)
}

// The first steps of a search, as they are told of: many layouts are looked at by
// the ways that people would go, the most promising ones simulated, and the best of
// them again on other days.
const (
	Looking = "layouts looked at"
	Trying  = "layouts tried"
	Racing  = "the best so far, again"
	Judging = "the best, on other days"
	Asking  = "what each step does"
)

// batch is how many layouts are simulated between two looks.
const batch = 6

// Search looks for better layouts.
func Search(ctx context.Context, s Subject, o Options, progress func(step string, done float64)) (*Result, error) {
	if err := o.settle(); err != nil {
		return nil, err
	}
	if progress == nil {
		progress = func(string, float64) {}
	}
	base, err := s.Build(s.Site)
	if err != nil {
		return nil, err
	}
	f := &search{Subject: s, o: o, stock: stockOf(s.Site, base.Ground, s.Role, s.Fixed, o.Study.Options.Draw), dice: rand.New(rand.NewPCG(o.Study.Seed, 0x9a7e)),
		base: base, seen: map[string]bool{}, result: &Result{Goals: o.Goals}, progress: progress, tours: newTours(base.Ground, o.Study)}
	if len(f.stock.units) == 0 && len(f.stock.twins) == 0 && len(f.stock.goods) == 0 {
		return nil, ErrNothingMoves
	}
	if f.ahead, err = f.tours.of(ctx, base); err != nil {
		return nil, err
	}
	now := candidate{site: s.Site, x: base, guess: make([]float64, len(o.Goals)), costs: make([]float64, len(o.Goals)), done: true}
	now.at = f.features(now)
	f.known = append(f.known, now)
	if err := f.bars(ctx); err != nil {
		return nil, err
	}
	if err := f.look(ctx); err != nil {
		return nil, err
	}
	if f.baseline, err = whatif.Live(ctx, o.Study, base, nil); err != nil {
		return nil, err
	}
	for f.result.Simulated < o.Budget {
		next := f.promising(f.expected(daring), min(batch, o.Budget-f.result.Simulated), func(l *candidate) bool { return !l.done })
		if len(next) == 0 {
			break
		}
		if err := f.simulate(ctx, next); err != nil {
			return nil, err
		}
		if f.result.Simulated < o.Budget {
			if err := f.evolve(ctx, daring); err != nil {
				return nil, err
			}
		}
	}
	if err := f.verify(ctx); err != nil {
		return nil, err
	}
	return f.result, nil
}

// bars finds out what stands in people's way: how much better the goals would be
// if one could walk through a thing, all else being as it is.
func (f *search) bars(ctx context.Context) error {
	gain := make([]float64, len(f.stock.things))
	err := f.each(ctx, len(gain), func(i int) error {
		a, _ := f.Site.Asset(f.stock.things[i].Assets[0])
		print := ground.Footprint(a)
		open := *f.base.Ground
		open.Floor.Obstacles = slices.DeleteFunc(slices.Clone(open.Floor.Obstacles), func(o []geom.Vec2) bool { return slices.Equal(o, print) })
		if x, err := f.Build(without(f.Site, a.ID)); err == nil {
			open.Tills = x.Ground.Tills // at one that it shut, people can pay
		}
		ahead, err := f.tours.of(ctx, &whatif.Scenario{Ground: &open})
		if err != nil {
			return err
		}
		for _, g := range f.o.Goals {
			gain[i] = max(gain[i], -f.tours.cost(g, f.ahead, ahead))
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, g := range gain {
		f.stock.bars = append(f.stock.bars, max(0, g)+barLeast)
	}
	return nil
}

// without is a site from which one thing is gone.
func without(site *twin.Site, id twin.AssetID) *twin.Site {
	s := *site
	s.Assets = slices.DeleteFunc(slices.Clone(site.Assets), func(a twin.Asset) bool { return a.ID == id })
	return &s
}

// barLeast is what everything is tried for that stands in nobody's way, in parts
// of a goal.
const barLeast = 0.002

// each does so many things on all cores.
func (f *search) each(ctx context.Context, n int, do func(i int) error) error {
	workers := f.o.Study.Workers
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	errs := make([]error, n)
	var all sync.WaitGroup
	next := make(chan int)
	for range min(workers, n) {
		all.Go(func() {
			for i := range next {
				errs[i] = do(i)
			}
		})
	}
	for i := range n {
		if ctx.Err() != nil {
			break
		}
		next <- i
	}
	close(next)
	all.Wait()
	if err := ctx.Err(); err != nil {
		return err
	}
	return errors.Join(errs...)
}

// look draws layouts by chance, and breeds better ones by what is expected of them.
func (f *search) look(ctx context.Context) error {
	var first [][]Step
	for range 4 * population {
		var steps []Step
		for range 1 + f.dice.IntN(2) {
			if s, ok := f.stock.draw(f.dice); ok {
				steps = append(steps, s)
			}
		}
		first = append(first, steps)
	}
	if _, err := f.weigh(ctx, first, 2*population); err != nil {
		return err
	}
	f.progress(Looking, 1/float64(generations+1))
	for n := range generations {
		if err := f.evolve(ctx, 0); err != nil {
			return err
		}
		f.progress(Looking, float64(n+2)/float64(generations+1))
	}
	return nil
}

// make builds a layout of steps; false when it is known already or cannot be.
func (f *search) make(steps []Step) (candidate, bool) {
	steps = tidied(steps)
	site := Apply(f.Site, steps)
	moved := Moved(f.Site, site)
	var of whatif.Scenario
	of.Since(f.Site, site)
	key := fmt.Sprint(moved, of.Holds)
	if f.seen[key] || len(moved) == 0 && len(of.Holds) == 0 {
		return candidate{}, false
	}
	f.seen[key] = true
	if !possible(f.Site, site, f.base.Ground, f.Role) {
		return candidate{}, false
	}
	return candidate{steps: steps, site: site}, true
}

// allowed finishes a layout that was made: false when the rules, or its fronts, do
// not let it be. It may be called for many at a time.
func (f *search) allowed(ctx context.Context, l *candidate) (bool, error) {
	if f.Feasible(l.site) != nil {
		return false, nil
	}
	x, err := f.Build(l.site)
	if err != nil {
		return false, nil
	}
	x.Since(f.Site, l.site)
	if len(x.Ground.Fronts) < len(f.base.Ground.Fronts) {
		return false, nil // goods that nobody comes to any more make every way shorter
	}
	ahead, err := f.tours.of(ctx, x)
	if err != nil || ahead.lost > f.ahead.lost {
		return false, ctx.Err()
	}
	l.x = x
	for _, g := range f.o.Goals {
		l.guess = append(l.guess, f.tours.cost(g, f.ahead, ahead))
	}
	l.at = f.features(*l)
	return true, nil
}

// features are what the processes tell layouts apart by.
func (f *search) features(l candidate) []float64 {
	return append(features(l.x.Ground, f.o.Study.Options.Draw), l.guess...)
}

// weigh makes layouts of steps, as many as are wanted, and tells what is expected of
// them: on all cores, and in the same order on any number.
func (f *search) weigh(ctx context.Context, lists [][]Step, most int) (kept []candidate, err error) {
	for len(lists) > 0 && len(kept) < most {
		var fresh []candidate
		for len(lists) > 0 && len(fresh) < most-len(kept) {
			if l, ok := f.make(lists[0]); ok {
				fresh = append(fresh, l)
			}
			lists = lists[1:]
		}
		good := make([]bool, len(fresh))
		if err := f.each(ctx, len(fresh), func(i int) (err error) {
			good[i], err = f.allowed(ctx, &fresh[i])
			return err
		}); err != nil {
			return nil, err
		}
		for i, l := range fresh {
			if good[i] {
				kept = append(kept, l)
			} else {
				f.result.Forbidden++
			}
		}
	}
	f.known = append(f.known, kept...)
	f.result.Looked += len(kept)
	return kept, nil
}

// simulate lives the days of some known layouts and judges them against the
// baseline's.
func (f *search) simulate(ctx context.Context, list []int) error {
	for _, i := range list {
		l := &f.known[i]
		l.done = true
		days, err := whatif.Live(ctx, f.o.Study, l.x, nil)
		f.result.Simulated++
		f.progress(Trying, min(1, float64(f.result.Simulated)/float64(f.o.Budget)))
		if err != nil {
			if ctx.Err() != nil {
				return err
			}
			continue // nobody can shop there
		}
		rows, err := whatif.Settle(ctx, f.o.Study, f.base, l.x, f.baseline, days)
		if err != nil {
			return err
		}
		l.costs = make([]float64, len(f.o.Goals))
		for k, g := range f.o.Goals {
			l.costs[k] = cost(g, rows)
		}
	}
	return nil
}

// cost is a goal's change in parts of the baseline: less is better.
func cost(g Goal, rows []whatif.Difference) float64 {
	fig, more := g.figure()
	for _, r := range rows {
		if r.Figure != fig {
			continue
		}
		c := r.Percent / 100
		if g == Energy {
			c += moving(rows) / max(1e-9, r.A)
		}
		if more {
			c = -c
		}
		return c
	}
	return 0
}

// moving is what moving cabinets takes, spread over the days of a year, kWh.
func moving(rows []whatif.Difference) float64 {
	for _, r := range rows {
		if r.Measure == whatif.Moving {
			return r.Diff / 365
		}
	}
	return 0
}

const (
	population  = 24
	generations = 7
	daring      = 0.8 // spreads below what is expected at which a layout is judged: what is not known is worth a try
)
