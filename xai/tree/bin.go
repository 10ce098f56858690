package tree

import (
	"math"
	"slices"
	"sort"
)

// missing is the bin of what is not there.
const missing = 0

// cutsOf returns at most bins-1 rising edges between neighbouring values, at
// quantiles. A value lies above the edge that it equals.
func cutsOf(values []float64, bins int) []float64 {
	v := make([]float64, 0, len(values))
	for _, x := range values {
		if !math.IsNaN(x) {
			v = append(v, x)
		}
	}
	slices.Sort(v)
	distinct := 0
	for i := range v {
		if i == 0 || v[i] != v[i-1] {
			distinct++
		}
	}
	var cuts []float64
	edge := func(i int) { // between v[i-1] and v[i], which differ
		c := v[i-1] + (v[i]-v[i-1])/2
		if c <= v[i-1] { // neighbouring floats
			c = v[i]
		}
		if len(cuts) == 0 || c > cuts[len(cuts)-1] {
			cuts = append(cuts, c)
		}
	}
	if distinct <= bins {
		for i := 1; i < len(v); i++ {
			if v[i] != v[i-1] {
				edge(i)
			}
		}
		return cuts
	}
	for k := 1; k < bins; k++ {
		i := k * len(v) / bins
		for i < len(v) && i > 0 && v[i] == v[i-1] { // the end of the run of equal values
			i++
		}
		if i > 0 && i < len(v) {
			edge(i)
		}
	}
	return cuts
}

func binOf(cuts []float64, v float64) uint8 {
	if math.IsNaN(v) {
		return missing
	}
	return uint8(1 + sort.Search(len(cuts), func(i int) bool { return cuts[i] > v }))
}
