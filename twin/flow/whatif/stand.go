package whatif

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"
)

// chanceOf is how often chance alone makes a difference as great as one of so many
// halves of its interval of 95 %, by Student's t: under 0.05 where the interval
// leaves zero out.
func chanceOf(diff, half float64, freedom int) float64 {
	switch {
	case diff == 0:
		return 1
	case half == 0 || math.IsNaN(half):
		return 0 // it was worked out, not drawn
	}
	t := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: float64(freedom)}
	return min(1, 2*t.CDF(-math.Abs(diff)/half*Student(freedom)))
}

// Standing tells which differences stand when all are looked at together: with
// 95 % certainty chance made none of them. It is Holm's step-down of Bonferroni's
// inequality (Holm 1979), which asks nothing of how the figures hang together;
// those of the same days do.
func Standing(rows []Difference) []bool {
	const wrongAtMost = 0.05
	order := make([]int, len(rows))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(rows[a].Chance, rows[b].Chance) })
	out := make([]bool, len(rows))
	for k, i := range order {
		if !rows[i].Sure || rows[i].Chance > wrongAtMost/float64(len(rows)-k) {
			break
		}
		out[i] = true
	}
	return out
}
