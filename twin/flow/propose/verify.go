package propose

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/glasstwin/glasstwin/twin/flow/whatif"
)

// verify looks at the layouts of the Pareto set again on other days, compares the
// few that did best there with the baseline on days that chose nothing, and keeps
// those that are better in a goal for sure, all that are compared looked at
// together; then takes each step back, to tell what it does.
func (f *search) verify(ctx context.Context) error {
	finals, err := f.race(ctx, f.promising(f.expected(0), 2*finalsMax, func(l *candidate) bool { return l.costs != nil }))
	if err != nil || len(finals) == 0 {
		return err
	}
	if finals, err = f.pruned(ctx, finals); err != nil {
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
		if lived[n], err = whatif.Live(ctx, study, f.known[i].x, nil); err != nil {
			return err
		}
		rows, err := whatif.Settle(ctx, study, f.base, f.known[i].x, base, lived[n])
		if err != nil {
			return err
		}
		for _, g := range f.o.Goals {
			all = append(all, f.goal(g, rows))
		}
		f.progress(Judging, float64(n+1)/float64(len(finals)))
	}
	stands := whatif.Standing(all)
	for k, g := range f.o.Goals {
		f.result.Best = append(f.result.Best, f.near(k, g, finals, all, stands))
	}
	var kept []Proposal
	for n, i := range finals {
		l := f.known[i]
		p := Proposal{Steps: l.steps, Moves: Moved(f.Site, l.site), Site: l.site}
		from, to := n*len(f.o.Goals), (n+1)*len(f.o.Goals)
		p.Goals = all[from:to:to]
		p.Better, p.Worse = weighed(f.o.Goals, p.Goals, stands[from:to])
		if len(p.Better) > 0 {
			p.Floor, _ = (&whatif.Comparison{Days: [2][]whatif.Day{base, lived[n]}}).Shift()
			p.final = n
			kept = append(kept, p)
		}
	}
	f.result.Proposals = undominated(kept, f.o.Goals)
	f.result.Proposals = f.result.Proposals[:min(len(f.result.Proposals), f.o.Most)]
	for k := range f.result.Proposals { // of those alone that are told
		p := &f.result.Proposals[k]
		if err := f.because(ctx, study, f.known[finals[p.final]], lived[p.final], p); err != nil {
			return err
		}
	}
	return nil
}

// pruned are layouts without the steps that are not expected to do anything for a
// goal: who would move a shelf for nothing?
func (f *search) pruned(ctx context.Context, finals []int) ([]int, error) {
	var out []int
	for _, i := range finals {
		for n := len(f.known[i].steps) - 1; n >= 0 && len(f.known[i].steps) > 1; n-- {
			rest := slices.Delete(slices.Clone(f.known[i].steps), n, n+1)
			l, ok := f.make(rest)
			if !ok {
				// Either it is known, or it cannot be.
				if k := f.like(rest); k > 0 && f.idle(i, k) {
					i = k
				}
				continue
			}
			if good, err := f.allowed(ctx, &l); err != nil {
				return nil, err
			} else if !good {
				continue
			}
			f.known = append(f.known, l)
			if k := len(f.known) - 1; f.idle(i, k) {
				i = k
			}
		}
		if !slices.Contains(out, i) {
			out = append(out, i)
		}
	}
	return out, nil
}

// idle tells whether a layout without a step is expected to be as good in every
// goal.
func (f *search) idle(with, without int) bool {
	for k, g := range f.known[with].guess {
		least := idleMost
		if f.o.Goals[k] == Congestion {
			least = idleCrowd
		}
		if f.known[without].guess[k] > g+least {
			return false
		}
	}
	return true
}

// A step that is expected to gain less in every goal, in its parts, is not made: who
// meets whom hangs on chance ten times as much as all else.
const (
	idleMost  = 0.002
	idleCrowd = 0.02
)

// like is the known layout of the same steps; 0: there is none.
func (f *search) like(steps []Step) int {
	text := fmt.Sprint(steps)
	return max(0, slices.IndexFunc(f.known, func(l candidate) bool { return fmt.Sprint(l.steps) == text }))
}

// near is the best of the finalists at a goal.
func (f *search) near(k int, g Goal, finals []int, all []whatif.Difference, stands []bool) Near {
	best := 0
	_, more := g.figure()
	for n := range finals {
		d := all[n*len(f.o.Goals)+k].Diff - all[best*len(f.o.Goals)+k].Diff
		if d != 0 && (d > 0) == more {
			best = n
		}
	}
	at := best*len(f.o.Goals) + k
	return Near{Goal: g, Steps: f.known[finals[best]].steps, Difference: all[at], Stands: stands[at]}
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
	// How many halves of its interval a layout is better by than is worthwhile, by goal.
	out := make([][]float64, len(front))
	for n, i := range front {
		days, err := whatif.Live(ctx, study, f.known[i].x, nil)
		if err != nil {
			return nil, err
		}
		rows, err := whatif.Settle(ctx, study, f.base, f.known[i].x, base, days)
		if err != nil {
			return nil, err
		}
		for k, g := range f.o.Goals {
			d := f.goal(g, rows)
			if _, more := g.figure(); !more {
				d.Diff = -d.Diff
			}
			// Few days know their own chance badly, and what they tell is drawn towards what
			// was told before.
			before := -f.known[i].guess[k] * math.Abs(d.A)
			half := max(d.Half, leastHalf*math.Abs(d.A))
			v := ((d.Diff+before)/2 - worthwhile*math.Abs(d.A)) / max(half, 1e-9)
			out[n] = append(out[n], v)
		}
		f.progress(Racing, float64(n+1)/float64(len(front)))
	}
	// The best by one goal after another: that which none is worth while at comes last.
	var kept []int
	for len(kept) < most {
		best, value := -1, math.Inf(-1)
		for n := range front {
			if slices.Contains(kept, front[n]) {
				continue
			}
			for k := range out[n] {
				v := out[n][k]
				for m := range front { // what a kept one does as well is worth less again
					if slices.Contains(kept, front[m]) && out[m][k] >= v-1 {
						v -= 1
					}
				}
				if v > value {
					best, value = n, v
				}
			}
		}
		kept = append(kept, front[best])
	}
	return kept, nil
}

// leastHalf is the least half of an interval, in parts of a figure, by which
// layouts are raced: what is worked out and not drawn has none.
const leastHalf = 0.005

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
		f.progress(Asking, float64(i)/float64(len(l.steps)))
		rest := slices.Delete(slices.Clone(l.steps), i, i+1)
		site := Apply(f.Site, rest)
		x, err := f.Build(site)
		if err != nil {
			continue
		}
		x.Since(f.Site, site)
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
