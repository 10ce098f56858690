package ebm

import (
	"math"
	"sort"
)

// missing is the bin of NaN in every feature.
const missing = 0

// cutsOf returns the edges between at most bins bins that hold about equally
// many of the values; NaN is left out. A value v lies in bin 1 + the number of
// cuts ≤ v. Edges stand midway between neighbouring values, so that they do not
// favour either.
func cutsOf(values []float64, bins int) []float64 {
	sorted := make([]float64, 0, len(values))
	for _, v := range values {
		if !math.IsNaN(v) {
			sorted = append(sorted, v)
		}
	}
	sort.Float64s(sorted)
	var distinct []float64
	var upTo []int // rows with a value ≤ distinct[k]
	for i, v := range sorted {
		if i == 0 || v != sorted[i-1] {
			distinct, upTo = append(distinct, v), append(upTo, i+1)
			continue
		}
		upTo[len(upTo)-1] = i + 1
	}
	var cuts []float64
	add := func(k int) { // between distinct[k] and distinct[k+1]
		mid := distinct[k] + (distinct[k+1]-distinct[k])/2
		if mid <= distinct[k] || math.IsInf(mid, 0) { // neighbours in floating point, or far apart
			mid = distinct[k+1]
		}
		cuts = append(cuts, mid)
	}
	if len(distinct) <= bins {
		for k := 0; k+1 < len(distinct); k++ {
			add(k)
		}
		return cuts
	}
	taken := 0 // rows below the last cut
	for k := 0; k+1 < len(distinct) && len(cuts) < bins-1; k++ {
		room := bins - len(cuts)
		if want := (len(sorted) - taken + room - 1) / room; upTo[k]-taken >= want {
			add(k)
			taken = upTo[k]
		}
	}
	return cuts
}

// binOf returns the bin of a value among cuts.
func binOf(cuts []float64, v float64) int {
	if math.IsNaN(v) {
		return missing
	}
	lo, hi := 0, len(cuts)
	for lo < hi {
		mid := int(uint(lo+hi) >> 1)
		if cuts[mid] <= v {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo + 1
}

// coarser returns a subset of the cuts that leaves at most bins bins of about
// equal weight, and for each fine bin its coarse one. Because it is a subset, a
// marginal effect of a pair can be moved exactly into the single feature.
func coarser(cuts, weight []float64, bins int) (few []float64, of []int) {
	of = make([]int, len(cuts)+2)
	total := 0.0
	for _, w := range weight[1:] {
		total += w
	}
	if len(cuts) < bins {
		for b := range of {
			of[b] = b
		}
		return cuts, of
	}
	sum, taken := 0.0, 0.0
	for b := 1; b <= len(cuts)+1; b++ {
		of[b] = len(few) + 1
		sum += weight[b]
		if room := bins - len(few); b <= len(cuts) && room > 1 && (sum-taken)*float64(room) >= total-taken {
			few, taken = append(few, cuts[b-1]), sum
		}
	}
	return few, of
}
