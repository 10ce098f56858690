package perceive

import "math"

// assign pairs rows with columns so that the costs are least in all, by the
// Hungarian method (Kuhn 1955, in the form of Jonker and Volgenant 1987). A row
// stays alone, -1, where that, at a cost, is cheaper.
func assign(costs [][]float64, alone float64) []int {
	n := len(costs)
	if n == 0 {
		return nil
	}
	m := len(costs[0]) + n // a column of its own for each row that stays alone
	cost := func(i, j int) float64 {
		if j < m-n {
			return min(costs[i][j], 1e6)
		}
		return alone
	}
	u, v := make([]float64, n+1), make([]float64, m+1)
	of, way := make([]int, m+1), make([]int, m+1) // rows of columns, from 1 on
	least, used := make([]float64, m+1), make([]bool, m+1)
	for i := 1; i <= n; i++ {
		of[0] = i
		for j := range least {
			least[j], used[j] = math.Inf(1), false
		}
		at := 0
		for of[at] != 0 {
			used[at] = true
			row, delta, next := of[at], math.Inf(1), 0
			for j := 1; j <= m; j++ {
				if used[j] {
					continue
				}
				if c := cost(row-1, j-1) - u[row] - v[j]; c < least[j] {
					least[j], way[j] = c, at
				}
				if least[j] < delta {
					delta, next = least[j], j
				}
			}
			for j := 0; j <= m; j++ {
				if used[j] {
					u[of[j]] += delta
					v[j] -= delta
				} else {
					least[j] -= delta
				}
			}
			at = next
		}
		for at != 0 {
			of[at] = of[way[at]]
			at = way[at]
		}
	}
	out := make([]int, n)
	for j := 1; j <= m; j++ {
		if of[j] > 0 {
			if out[of[j]-1] = j - 1; j > m-n {
				out[of[j]-1] = -1
			}
		}
	}
	return out
}
