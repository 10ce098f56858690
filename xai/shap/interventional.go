package shap

import (
	"maps"
	"math/bits"
	"slices"
)

// Interventional (Lundberg et al. 2020, algorithm 3): columns that are not known
// are those of a background row, averaged over the background.
//
// Against one background row with pattern B, the game of a leaf pays v for the
// sets that hold all of A\B and nothing of B\A, if A and B together are all d
// columns; else it pays nothing. With n = |A\B| and m = |B\A| each column of A\B
// is given v (n-1)! m!/(n+m)!, each of B\A v·-n!(m-1)!/(n+m)!, those of both 0.
// Given A, m = d-|A| is the same for all B, and background rows count by their
// pattern only.

// tally counts the background's patterns at every leaf.
type tally struct {
	pattern []uint32
	share   []float64 // of the background rows
}

func (f *forest) tallies(background [][]float64) []tally {
	counts := make([]map[uint32]int, len(f.leaves))
	for i := range counts {
		counts[i] = make(map[uint32]int)
	}
	for from := 0; from < len(background); from += rowBlock {
		block := background[from:min(from+rowBlock, len(background))]
		f.walk(block)
		for i := range f.leaves {
			for _, p := range f.masks[f.leaves[i].node*rowBlock:][:len(block)] {
				counts[i][p]++
			}
		}
	}
	out := make([]tally, len(f.leaves))
	for i, c := range counts {
		out[i].pattern = slices.Sorted(maps.Keys(c))
		for _, p := range out[i].pattern {
			out[i].share = append(out[i].share, float64(c[p])/float64(len(background)))
		}
	}
	return out
}

func tabulateInterventional(l *leaf, t *tally) {
	d := len(l.columns)
	l.table = make([]float64, d<<d)
	for pattern := range uint32(1 << d) {
		against(l, t, pattern, l.table[int(pattern)*d:][:d])
	}
}

// against adds up what a pattern is given against each of the background's.
func against(l *leaf, t *tally, pattern uint32, out []float64) {
	clear(out)
	d := len(out)
	all := uint32(1<<d - 1)
	m := d - bits.OnesCount32(pattern)
	lost := 0.0
	for k, b := range t.pattern {
		if pattern|b != all {
			continue
		}
		own := pattern &^ b
		n := bits.OnesCount32(own)
		if n > 0 {
			v := l.value * t.share[k] * chance(n-1, m)
			for ; own != 0; own &= own - 1 {
				out[bits.TrailingZeros32(own)] += v
			}
		}
		if m > 0 {
			lost -= l.value * t.share[k] * chance(n, m-1)
		}
	}
	if m == 0 {
		return
	}
	for i := range out {
		if pattern>>i&1 == 0 {
			out[i] = lost
		}
	}
}

// chance is a! b!/(a+b+1)!.
func chance(a, b int) float64 {
	v := 1 / float64(a+b+1)
	for i := 1; i <= b; i++ {
		v *= float64(i) / float64(a+i)
	}
	return v
}
