package propose

import (
	"math"
	"slices"
)

// beats tells whether costs are at most others in all and less in one.
func beats(a, b []float64) bool {
	less := false
	for k := range a {
		if a[k] > b[k] {
			return false
		}
		less = less || a[k] < b[k]
	}
	return less
}

// ranks sorts costs into fronts: 0 is beaten by none, 1 only by those of 0, …
func ranks(costs [][]float64) []int {
	out := make([]int, len(costs))
	for i := range out {
		out[i] = -1
	}
	for rank, left := 0, len(costs); left > 0; rank++ {
		var front []int
		for i := range costs {
			if out[i] >= 0 {
				continue
			}
			free := true
			for j := range costs {
				if (out[j] < 0) && j != i && beats(costs[j], costs[i]) {
					free = false
					break
				}
			}
			if free {
				front = append(front, i)
			}
		}
		for _, i := range front {
			out[i] = rank
		}
		left -= len(front)
	}
	return out
}

// room is the crowding distance of Deb et al. 2002, III.B: how far a layout's
// neighbours on its front are, over all goals.
func room(costs [][]float64, rank []int) []float64 {
	out := make([]float64, len(costs))
	if len(costs) == 0 {
		return out
	}
	last := slices.Max(rank)
	for r := range last + 1 {
		var front []int
		for i := range costs {
			if rank[i] == r {
				front = append(front, i)
			}
		}
		for k := range costs[0] {
			slices.SortStableFunc(front, func(a, b int) int {
				switch {
				case costs[a][k] < costs[b][k]:
					return -1
				case costs[a][k] > costs[b][k]:
					return 1
				}
				return 0
			})
			lo, hi := costs[front[0]][k], costs[front[len(front)-1]][k]
			out[front[0]], out[front[len(front)-1]] = math.Inf(1), math.Inf(1)
			if hi <= lo {
				continue
			}
			for i := 1; i+1 < len(front); i++ {
				out[front[i]] += (costs[front[i+1]][k] - costs[front[i-1]][k]) / (hi - lo)
			}
		}
	}
	return out
}
