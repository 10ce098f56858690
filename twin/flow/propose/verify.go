package propose

import (
	"cmp"
	"context"
	"math"
	"slices"

	"github.com/glasstwin/glasstwin/twin/flow/whatif"
)

// verify looks at the layouts of the Pareto set again on other days, compares the
// few that did best there with the baseline on days that chose nothing, and keeps
// those that are better in a goal for sure, all that are compared looked at
// together; then takes each step back, to tell what it does.
func (f *search) verify(ctx context.Context) error {
	finals, err := f.race(ctx, f.front())
	if err != nil || len(finals) == 0 {
		return err
	}
	study := f.o.Study
	study.Days, study.Seed = f.o.Verify, study.Seed+2_000_003
	base, err := whatif.Live(ctx, study, f.base, nil)
	if err != nil {
		return err
	}
	var all []whatif.Difference // of each of them, goal by goal
	lived := make([][]whatif.Day, len(finals))
	for n, i := range finals {
		if lived[n], err = whatif.Live(ctx, study, f.done[i].x, nil); err != nil {
			return err
		}
		rows, err := whatif.Settle(ctx, study, f.base, f.done[i].x, base, lived[n])
		if err != nil {
			return err
		}
		for _, g := range f.o.Goals {
			all = append(all, f.goal(g, rows))
		}
		f.progress("the best, on other days", float64(n+1)/float64(len(finals)))
	}
	stands := whatif.Standing(all)
	var kept []Proposal
	for n, i := range finals {
		l := f.done[i]
		p := Proposal{Steps: l.steps, Moves: Moved(f.Site, l.site), Site: l.site}
		from, to := n*len(f.o.Goals), (n+1)*len(f.o.Goals)
		p.Goals = all[from:to:to]
		p.Better, p.Worse = weighed(f.o.Goals, p.Goals, stands[from:to])
		if len(p.Better) > 0 {
			kept = append(kept, p)
			if err := f.because(ctx, study, l, lived[n], &kept[len(kept)-1]); err != nil {
				return err
			}
		}
	}
	f.result.Proposals = undominated(kept, f.o.Goals)
	f.result.Proposals = f.result.Proposals[:min(len(f.result.Proposals), f.o.Most)]
	return nil
}

// worthwhile is the least change of a goal, in parts of what it is now, for which
// anybody would move a shelf. What is worked out and not drawn is sure however
// small it is.
const worthwhile = 0.01

// weighed tells in which goals a layout is better, by enough and for sure, and in
// which it is worse: that is told sooner, of what may be chance among so many.
func weighed(goals []Goal, diffs []whatif.Difference, stands []bool) (better, worse []Goal) {
	for k, g := range goals {
		d := diffs[k]
		_, more := g.figure()
		switch {
		case (d.Diff > 0) == more && stands[k] && math.Abs(d.Diff) >= worthwhile*math.Abs(d.A):
			better = append(better, g)
		case (d.Diff > 0) != more && d.Sure:
			worse = append(worse, g)
		}
	}
	return better, worse
}

// front are the layouts of the Pareto set as the processes have it, the loneliest
// first, so that few of them show its width.
func (f *search) front() []int {
	costs := f.believed()
	rank := ranks(costs)
	far := room(costs, rank)
	var front []int
	for i := range f.done {
		if rank[i] == 0 && len(f.done[i].steps) > 0 {
			front = append(front, i)
		}
	}
	slices.SortStableFunc(front, func(a, b int) int { return cmp.Compare(far[b], far[a]) })
	return front[:min(len(front), 2*finalsMax)]
}

const (
	// finalsMax are compared with the baseline at the end: the more there are, the
	// more days each of them needs to stand out from chance.
	finalsMax = 4
	raceDays  = 8
)

// race looks at layouts on days of other dice, and keeps those that stand out most
// in some goal.
func (f *search) race(ctx context.Context, front []int) ([]int, error) {
	most := min(f.o.Most, finalsMax)
	if len(front) <= most {
		return front, nil
	}
	study := f.o.Study
	study.Days, study.Seed = min(raceDays, f.o.Verify), study.Seed+1_000_003
	base, err := whatif.Live(ctx, study, f.base, nil)
	if err != nil {
		return nil, err
	}
	out := map[int]float64{} // halves of its interval by which a layout is better, in its best goal
	for n, i := range front {
		days, err := whatif.Live(ctx, study, f.done[i].x, nil)
		if err != nil {
			return nil, err
		}
		rows, err := whatif.Settle(ctx, study, f.base, f.done[i].x, base, days)
		if err != nil {
			return nil, err
		}
		for _, g := range f.o.Goals {
			d := f.goal(g, rows)
			if _, more := g.figure(); !more {
				d.Diff = -d.Diff
			}
			out[i] = max(out[i], d.Diff/max(d.Half, 1e-9))
		}
		f.progress(Racing, float64(n+1)/float64(len(front)))
	}
	slices.SortStableFunc(front, func(a, b int) int { return cmp.Compare(out[b], out[a]) })
	return front[:most], nil
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

// becauseDays are enough to tell what a step does, each of which is simulated.
const becauseDays = 12

// because takes each step back alone.
func (f *search) because(ctx context.Context, study whatif.Study, l candidate, days []whatif.Day, p *Proposal) error {
	if len(l.steps) == 1 {
		p.Because = []Effect{{l.steps[0], p.Goals}}
		return nil
	}
	if study.Days > becauseDays {
		study.Days, days = becauseDays, days[:becauseDays]
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
