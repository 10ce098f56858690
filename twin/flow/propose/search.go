package propose

import (
	"context"
	"fmt"
	"math/rand/v2"

	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/flow/whatif"
)

// candidate is a layout that is looked at.
type candidate struct {
	steps []Step
	site  *twin.Site
	x     *whatif.Scenario
	at    []float64 // features
	costs []float64 // of each goal, relative to the baseline: less is better
}

// search is one in hand.
type search struct {
	Subject
	o        Options
	stock    stock
	dice     *rand.Rand
	base     *whatif.Scenario
	baseline []whatif.Day
	seen     map[string]bool
	done     []candidate // simulated
	result   *Result
	progress func(string, float64)
}

// The first steps of a search, as they are told of: layouts are simulated, and the
// best of them again on other days.
const (
	Trying = "layouts tried"
	Racing = "the best so far, again"
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
	f := &search{Subject: s, o: o, stock: stockOf(s.Site, base.Ground, s.Role, s.Fixed), dice: rand.New(rand.NewPCG(o.Study.Seed, 0x9a7e)),
		base: base, seen: map[string]bool{}, result: &Result{Goals: o.Goals}, progress: progress}
	if len(f.stock.units) == 0 && len(f.stock.twins) == 0 {
		return nil, ErrNothingMoves
	}
	if f.baseline, err = whatif.Live(ctx, o.Study, base, nil); err != nil {
		return nil, err
	}
	f.done = append(f.done, candidate{site: s.Site, x: base, at: features(base.Ground, o.Study.Options.Draw), costs: make([]float64, len(o.Goals))})
	// A third is drawn by chance, so that the processes have something to learn from.
	if err := f.simulate(ctx, f.first(ctx, max(batch, o.Budget/3))); err != nil {
		return nil, err
	}
	for f.result.Simulated < o.Budget {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		next := f.evolve(ctx, min(batch, o.Budget-f.result.Simulated))
		if len(next) == 0 {
			break
		}
		if err := f.simulate(ctx, next); err != nil {
			return nil, err
		}
	}
	if err := f.verify(ctx); err != nil {
		return nil, err
	}
	return f.result, nil
}

// make builds a layout of steps; false when it is known already or cannot be.
func (f *search) make(steps []Step) (candidate, bool) {
	steps = tidied(steps)
	site := Apply(f.Site, steps)
	key := fmt.Sprint(Moved(f.Site, site))
	if f.seen[key] || len(Moved(f.Site, site)) == 0 {
		return candidate{}, false
	}
	if !possible(f.Site, site, f.base.Ground, f.Role) {
		return candidate{}, false
	}
	f.seen[key] = true
	if f.Feasible(site) != nil {
		f.result.Forbidden++
		return candidate{}, false
	}
	x, err := f.Build(site)
	if err != nil {
		f.result.Forbidden++
		return candidate{}, false
	}
	for _, m := range Moved(f.Site, site) {
		if _, cooled := x.Cabinets[m.Asset]; cooled {
			x.Moved = append(x.Moved, m.Asset)
		}
	}
	return candidate{steps: steps, site: site, x: x, at: features(x.Ground, f.o.Study.Options.Draw)}, true
}

// first draws layouts by chance.
func (f *search) first(ctx context.Context, n int) []candidate {
	var out []candidate
	for tries := 0; len(out) < n && tries < 60*n && ctx.Err() == nil; tries++ {
		var steps []Step
		for range 1 + f.dice.IntN(3) {
			if s, ok := f.stock.draw(f.dice); ok {
				steps = append(steps, s)
			}
		}
		if l, ok := f.make(steps); ok {
			out = append(out, l)
		}
	}
	return out
}

// simulate lives the days of some layouts and judges them against the baseline's.
func (f *search) simulate(ctx context.Context, list []candidate) error {
	for _, l := range list {
		days, err := whatif.Live(ctx, f.o.Study, l.x, nil)
		f.result.Simulated++
		f.progress(Trying, min(1, float64(f.result.Simulated)/float64(f.o.Budget))) // the first design is tried whole, whatever the budget
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
		f.done = append(f.done, l)
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
	population  = 36
	generations = 14
	daring      = 0.8 // spreads below what is expected at which a layout is judged: what is not known is worth a try
)
