package propose

import (
	"context"
	"math"
	"slices"

	"github.com/glasstwin/glasstwin/twin/flow/whatif"
)

// verify compares the layouts of the Pareto set with the baseline on days of other
// dice, and keeps those that are better in a goal for sure; then takes each step
// back, to tell what it does.
func (f *search) verify(ctx context.Context) error {
	costs := f.believed()
	rank := ranks(costs)
	far := room(costs, rank)
	var front []int
	for i := range f.done {
		if rank[i] == 0 && len(f.done[i].steps) > 0 {
			front = append(front, i)
		}
	}
	slices.SortStableFunc(front, func(a, b int) int {
		switch {
		case far[a] > far[b]:
			return -1
		case far[a] < far[b]:
			return 1
		}
		return 0
	})
	front = front[:min(len(front), f.o.Most+2)]
	study := f.o.Study
	study.Days, study.Seed = f.o.Verify, study.Seed+2_000_003
	base, err := whatif.Live(ctx, study, f.base, nil)
	if err != nil {
		return err
	}
	var kept []Proposal
	for n, i := range front {
		l := f.done[i]
		days, err := whatif.Live(ctx, study, l.x, nil)
		if err != nil {
			return err
		}
		rows, err := whatif.Settle(ctx, study, f.base, l.x, base, days)
		if err != nil {
			return err
		}
		p := Proposal{Steps: l.steps, Moves: Moved(f.Site, l.site), Site: l.site}
		for _, g := range f.o.Goals {
			d := f.goal(g, rows)
			p.Goals = append(p.Goals, d)
			_, more := g.figure()
			switch {
			case d.Sure && (d.Diff > 0) == more:
				p.Better = append(p.Better, g)
			case d.Sure:
				p.Worse = append(p.Worse, g)
			}
		}
		if len(p.Better) > 0 {
			if err := f.because(ctx, study, l, days, &p); err != nil {
				return err
			}
			kept = append(kept, p)
		}
		f.progress("the best, on other days", float64(n+1)/float64(len(front)))
	}
	f.result.Proposals = undominated(kept, f.o.Goals)
	f.result.Proposals = f.result.Proposals[:min(len(f.result.Proposals), f.o.Most)]
	return nil
}

// undominated are those of which none is beaten by another in all goals, the best
// at the first goal first.
func undominated(list []Proposal, goals []Goal) []Proposal {
	costs := make([][]float64, len(list))
	for i, p := range list {
		for k, g := range goals {
			c := p.Goals[k].Diff
			if _, more := g.figure(); more {
				c = -c
			}
			costs[i] = append(costs[i], c)
		}
	}
	rank := ranks(costs)
	var order []int
	for i := range list {
		if rank[i] == 0 {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case costs[a][0] < costs[b][0]:
			return -1
		case costs[a][0] > costs[b][0]:
			return 1
		}
		return 0
	})
	var out []Proposal
	for _, i := range order {
		out = append(out, list[i])
	}
	return out
}

// goal is the difference by which a goal is judged.
func (f *search) goal(g Goal, rows []whatif.Difference) whatif.Difference {
	fig, _ := g.figure()
	for _, r := range rows {
		if r.Figure == fig {
			if g == Energy {
				r.Diff += moving(rows)
				r.B += moving(rows)
				if r.A != 0 {
					r.Percent = 100 * r.Diff / r.A
				}
				r.Sure = math.Abs(r.Diff) > r.Half
			}
			return r
		}
	}
	return whatif.Difference{Figure: fig}
}

// because takes each step back alone.
func (f *search) because(ctx context.Context, study whatif.Study, l candidate, days []whatif.Day, p *Proposal) error {
	if len(l.steps) == 1 {
		p.Because = []Effect{{l.steps[0], p.Goals}}
		return nil
	}
	for i, s := range l.steps {
		rest := slices.Delete(slices.Clone(l.steps), i, i+1)
		x, err := f.Build(Apply(f.Site, rest))
		if err != nil {
			continue
		}
		without, err := whatif.Live(ctx, study, x, nil)
		if err != nil {
			if ctx.Err() != nil {
				return err
			}
			continue
		}
		rows, err := whatif.Settle(ctx, study, x, l.x, without, days)
		if err != nil {
			return err
		}
		e := Effect{Step: s}
		for _, g := range f.o.Goals {
			e.Goals = append(e.Goals, f.goal(g, rows))
		}
		p.Because = append(p.Because, e)
	}
	return nil
}
