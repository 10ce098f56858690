package propose

import (
	"context"
	"fmt"
	"math"
	"slices"
)

// models learns a process for each goal of what was simulated; nil where nothing
// tells layouts apart.
func (f *search) models() []*process {
	var points [][]float64
	for _, l := range f.done {
		points = append(points, l.at)
	}
	models := make([]*process, len(f.o.Goals))
	for k := range models {
		values := make([]float64, len(f.done))
		for i, l := range f.done {
			values[i] = l.costs[k]
		}
		models[k] = fit(points, values)
	}
	return models
}

// believed are the costs of what was simulated as the processes have them: the
// best of many that chance moved would be the luckiest, not the best.
func (f *search) believed() [][]float64 {
	models := f.models()
	out := make([][]float64, len(f.done))
	for i, l := range f.done {
		out[i] = make([]float64, len(models))
		for k, m := range models {
			out[i][k] = l.costs[k]
			if m != nil {
				out[i][k], _ = m.at(l.at)
			}
		}
	}
	return out
}

// evolve searches on the processes which layouts to simulate next.
func (f *search) evolve(ctx context.Context, n int) []candidate {
	models := f.models()
	judge := func(l *candidate) {
		l.costs = make([]float64, len(models))
		for k, m := range models {
			if m == nil {
				continue
			}
			v, sd := m.at(l.at)
			l.costs[k] = v - daring*sd
		}
	}
	known := map[string]bool{}
	for k := range f.seen {
		known[k] = true
	}
	pool := make([]candidate, 0, 2*population)
	for _, i := range f.best(8) { // what did well is where it begins
		pool = append(pool, candidate{steps: f.done[i].steps})
	}
	rank, far := []int{}, []float64{}
	var fresh []candidate
	for range generations {
		if ctx.Err() != nil {
			return nil
		}
		for tries := 0; len(fresh) < population && tries < 6*population; tries++ {
			steps := f.child(pool, rank, far)
			if l, ok := f.make(steps); ok {
				judge(&l)
				fresh = append(fresh, l)
			}
		}
		var all []candidate
		for _, l := range append(pool, fresh...) {
			if l.x != nil {
				all = append(all, l)
			}
		}
		if len(all) == 0 {
			return nil
		}
		costs := make([][]float64, len(all))
		for i := range all {
			costs[i] = all[i].costs
		}
		rank = ranks(costs)
		far = room(costs, rank)
		order := make([]int, len(all))
		for i := range order {
			order[i] = i
		}
		slices.SortStableFunc(order, func(a, b int) int {
			switch {
			case rank[a] != rank[b]:
				return rank[a] - rank[b]
			case far[a] > far[b]:
				return -1
			case far[a] < far[b]:
				return 1
			}
			return 0
		})
		pool = pool[:0]
		var r2 []int
		var f2 []float64
		for _, i := range order[:min(population, len(order))] {
			pool, r2, f2 = append(pool, all[i]), append(r2, rank[i]), append(f2, far[i])
		}
		rank, far, fresh = r2, f2, nil
	}
	f.seen = known // what was only thought of may come again
	out := pool[:min(n, len(pool))]
	for _, l := range out {
		f.seen[fmt.Sprint(Moved(f.Site, l.site))] = true
	}
	return slices.Clone(out)
}

// best are the simulated layouts of the first fronts.
func (f *search) best(n int) []int {
	rank := ranks(f.believed())
	order := make([]int, len(f.done))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return rank[a] - rank[b] })
	return order[:min(n, len(order))]
}

// child is a layout of two parents', changed a little.
func (f *search) child(pool []candidate, rank []int, far []float64) []Step {
	pick := func() []Step {
		if len(pool) == 0 {
			return nil
		}
		a, b := f.dice.IntN(len(pool)), f.dice.IntN(len(pool))
		if len(rank) == len(pool) && (rank[b] < rank[a] || rank[b] == rank[a] && far[b] > far[a]) {
			a = b
		}
		return pool[a].steps
	}
	var out []Step
	for _, parent := range [2][]Step{pick(), pick()} {
		for _, s := range parent {
			if f.dice.IntN(2) == 0 {
				out = append(out, s)
			}
		}
	}
	switch k := f.dice.IntN(4); {
	case k == 0 && len(out) > 1:
		i := f.dice.IntN(len(out))
		out = slices.Delete(out, i, i+1)
	case k == 1 && len(out) > 0 && out[0].Verb == Shift:
		i := f.dice.IntN(len(out))
		if out[i].Verb == Shift {
			out[i].By = out[i].By.Mul([3]float64{-1, 0.5, 1.5}[f.dice.IntN(3)])
			for k := range out[i].By {
				out[i].By[k] = math.Round(out[i].By[k]/shiftUnit) * shiftUnit
			}
		}
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
