package faith

import (
	"cmp"
	"slices"
)

// RankCorrelation is Spearman's, of two lists of equal length, -1 to 1; 0 when one
// of them does not vary.
func RankCorrelation(a, b []float64) float64 {
	r, _ := pearson(ranks(a), ranks(b))
	return r
}

// ranks gives ties their mean rank.
func ranks(v []float64) []float64 {
	order := make([]int, len(v))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(v[a], v[b]) })
	out := make([]float64, len(v))
	for i := 0; i < len(order); {
		j := i
		for j < len(order) && v[order[j]] == v[order[i]] {
			j++
		}
		for _, k := range order[i:j] {
			out[k] = float64(i+j-1) / 2
		}
		i = j
	}
	return out
}
