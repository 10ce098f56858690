package propose

import (
	"cmp"
	"context"
	"math"
	"slices"
)

// trust is how far the expected ways foretell a goal, learnt of what was simulated:
// the slope of simulated on expected costs, drawn to 1 as by some layouts more.
func trust(guess, costs []float64) float64 {
	const prior = 4 // layouts of a hundredth
	gg, gc := prior*1e-4, prior*1e-4
	for i, g := range guess {
		gg += g * g
		gc += g * costs[i]
	}
	return max(0, gc/gg)
}

// expected are the costs of every known layout: what its ways come to, corrected by
// a process for each goal that learns what the simulations made of others. With
// daring they are so many spreads less than that: what is not known is worth a try.
// What was simulated is taken as the processes have it, too: the best of many that
// chance moved would be the luckiest, not the best.
func (f *search) expected(daring float64) [][]float64 {
	var points [][]float64
	var lived []int
	for i, l := range f.known {
		if l.costs != nil {
			points, lived = append(points, l.at), append(lived, i)
		}
	}
	out := make([][]float64, len(f.known))
	for i := range out {
		out[i] = make([]float64, len(f.o.Goals))
	}
	for k := range f.o.Goals {
		guess, costs := make([]float64, len(lived)), make([]float64, len(lived))
		for n, i := range lived {
			guess[n], costs[n] = f.known[i].guess[k], f.known[i].costs[k]
		}
		slope := trust(guess, costs)
		rest := make([]float64, len(lived))
		for n := range rest {
			rest[n] = costs[n] - slope*guess[n]
		}
		p := fit(points, rest)
		for i, l := range f.known {
			out[i][k] = slope * l.guess[k]
			if p != nil {
				v, sd := p.at(l.at)
				out[i][k] += v - daring*sd
			}
		}
	}
	return out
}

// labour is what a step must be better by, in parts of a goal, to be worth taking.
const labour = 0.0005

// lean is how much a layout's losses in other goals count where one is looked at.
const lean = 0.3

// wishes are the ways in which layouts are compared: by each goal, the losses in
// others counting a part, and by all.
func wishes(costs []float64) []float64 {
	out := make([]float64, len(costs)+1)
	for k, c := range costs {
		out[k] = c
		for j, d := range costs {
			if j != k {
				out[k] += lean * max(0, d)
			}
		}
		out[len(costs)] += c
	}
	return out
}

// promising are the known layouts that are best by one wish after another.
func (f *search) promising(costs [][]float64, n int, may func(*candidate) bool) []int {
	var out []int
	scores := make([][]float64, len(costs))
	for i := range costs {
		scores[i] = wishes(costs[i])
		for k := range scores[i] {
			scores[i][k] += labour * float64(len(f.known[i].steps))
		}
	}
	for wish := 0; len(out) < n; wish++ {
		best := -1
		for i := range f.known {
			if len(f.known[i].steps) == 0 || slices.Contains(out, i) || !may(&f.known[i]) {
				continue
			}
			k := wish % len(scores[i])
			if best < 0 || scores[i][k] < scores[best][k] {
				best = i
			}
		}
		if best < 0 {
			break
		}
		out = append(out, best)
	}
	return out
}

// evolve breeds a generation of layouts of the known ones, chosen as NSGA-II does by
// what is expected of them.
func (f *search) evolve(ctx context.Context, daring float64) error {
	costs := f.expected(daring)
	rank := ranks(costs)
	far := room(costs, rank)
	order := make([]int, len(f.known))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(rank[a], rank[b]), cmp.Compare(far[b], far[a]))
	})
	// Half of the parents are the front in its width, half those that a wish finds best:
	// of four goals nearly all that is known lies on the front.
	pool := f.promising(costs, population/2, func(*candidate) bool { return true })
	for _, i := range order {
		if len(pool) >= population {
			break
		}
		if len(f.known[i].steps) > 0 && !slices.Contains(pool, i) {
			pool = append(pool, i)
		}
	}
	if len(pool) == 0 {
		return nil
	}
	var lists [][]Step
	for range 8 * population {
		lists = append(lists, f.child(pool))
	}
	_, err := f.weigh(ctx, lists, population)
	return err
}

// child is a layout of two parents', changed a little.
func (f *search) child(pool []int) []Step {
	pick := func() []Step {
		// The pool has the best first, wish by wish.
		return f.known[pool[min(f.dice.IntN(len(pool)), f.dice.IntN(len(pool)))]].steps
	}
	var out []Step
	if f.dice.IntN(3) == 0 {
		for _, parent := range [2][]Step{pick(), pick()} {
			for _, s := range parent {
				if f.dice.IntN(4) > 0 {
					out = append(out, s)
				}
			}
		}
	} else {
		out = slices.Clone(pick())
	}
	switch k := f.dice.IntN(8); {
	case k < 2 && len(out) > 1:
		i := f.dice.IntN(len(out))
		out = slices.Delete(out, i, i+1)
	case k < 5 && len(out) > 0:
		i := f.dice.IntN(len(out))
		f.vary(&out[i])
	default:
		if s, ok := f.stock.draw(f.dice); ok {
			out = append(out, s)
		}
	}
	if len(out) > stepsMost {
		out = out[len(out)-stepsMost:]
	}
	return out
}

// vary changes a step a little.
func (f *search) vary(s *Step) {
	switch s.Verb {
	case Shift:
		s.By = onGrid(s.By.Mul([5]float64{-1, 0.5, 1.5, 2, 1.25}[f.dice.IntN(5)]))
	case Place:
		for k := range s.By {
			s.By[k] += shiftUnit * math.Round(4*f.dice.NormFloat64())
		}
		s.By = onGrid(s.By)
		if f.dice.IntN(4) == 0 {
			s.Angle = math.Pi / 2 * float64(f.dice.IntN(4)-1)
		}
	default:
		if x, ok := f.stock.draw(f.dice); ok {
			*s = x
		}
	}
}
