package shap

import (
	"math/bits"

	"github.com/glasstwin/glasstwin/xai/tree"
)

// tableBits is the number of different columns on a leaf's path up to which all
// its patterns are tabulated: 256 × 8 numbers, 16 KB for a leaf.
const tableBits = 8

// rowBlock is how many rows go through a tree together: their patterns, 4 bytes
// for each node, stay in the first cache.
const rowBlock = 64

// forest is a tree made ready to be walked.
type forest struct {
	nodes  []tree.Node
	bit    []uint32 // of each split: which bit of the pattern its column has
	fresh  []bool   // the column was not asked for above
	leaves []leaf
	masks  []uint32 // [node × rowBlock + row]: columns that let the row through
}

// leaf is the game of one leaf.
type leaf struct {
	node    int
	value   float64
	columns []int     // in the order of bits
	through []float64 // of each column: share of the parents' rows that its splits let through
	table   []float64 // [pattern × len(columns) + bit]; nil above tableBits
}

func newForest(t tree.Tree) *forest {
	f := &forest{nodes: t.Nodes, bit: make([]uint32, len(t.Nodes)), fresh: make([]bool, len(t.Nodes)), masks: make([]uint32, len(t.Nodes)*rowBlock)}
	f.descend(0, nil, nil)
	return f
}

func (f *forest) descend(at int, columns []int, through []float64) {
	n := &f.nodes[at]
	if n.Leaf() {
		f.leaves = append(f.leaves, leaf{node: at, value: n.Value, columns: append([]int(nil), columns...), through: append([]float64(nil), through...)})
		return
	}
	place := -1
	for i, c := range columns {
		if c == n.Feature {
			place = i
		}
	}
	if f.fresh[at] = place < 0; f.fresh[at] {
		place = len(columns)
		columns = append(columns[:place:place], n.Feature)
		through = append(through[:place:place], 1)
	}
	f.bit[at] = 1 << place
	for _, child := range []int{n.Left, n.Right} {
		part := append([]float64(nil), through...)
		part[place] *= f.nodes[child].Cover / n.Cover
		f.descend(child, columns, part)
	}
}

// walk sets the patterns of at most rowBlock rows at every node: the bits of the
// columns above it all of whose splits send the row towards it.
func (f *forest) walk(rows [][]float64) {
	clear(f.masks[:len(rows)])
	for at := range f.nodes {
		n := &f.nodes[at]
		if n.Leaf() {
			continue
		}
		own := f.masks[at*rowBlock:][:len(rows)]
		left, right := f.masks[n.Left*rowBlock:][:len(rows)], f.masks[n.Right*rowBlock:][:len(rows)]
		bit := f.bit[at]
		if f.fresh[at] {
			for r, row := range rows {
				m := own[r]
				if n.GoesLeft(row[n.Feature]) {
					left[r], right[r] = m|bit, m
				} else {
					left[r], right[r] = m, m|bit
				}
			}
			continue
		}
		for r, row := range rows {
			m := own[r]
			if n.GoesLeft(row[n.Feature]) {
				left[r], right[r] = m, m&^bit
			} else {
				left[r], right[r] = m&^bit, m
			}
		}
	}
}

// share adds to sums, [row × width + column], what every leaf gives.
func (f *forest) share(rows [][]float64, at []int, sums []float64, width int, direct func(l *leaf, pattern uint32, out []float64)) {
	var out [32]float64
	for from := 0; from < len(rows); from += rowBlock {
		block := rows[from:min(from+rowBlock, len(rows))]
		f.walk(block)
		for i := range f.leaves {
			l := &f.leaves[i]
			d := len(l.columns)
			if l.value == 0 || d == 0 {
				continue
			}
			for r, pattern := range f.masks[l.node*rowBlock:][:len(block)] {
				got := out[:d]
				if l.table != nil {
					got = l.table[int(pattern)*d:][:d]
				} else {
					direct(l, pattern, got)
				}
				to := sums[at[from+r]*width:][:width]
				for b, v := range got {
					to[l.columns[b]] += v
				}
			}
		}
	}
}

// orders holds s!(d-1-s)!/d! for s from 0 to d-1: the chance that a column comes
// after exactly the s columns of a set, in a random order of d.
func orders(d int) []float64 {
	w := make([]float64, d)
	if d == 0 {
		return w
	}
	w[0] = 1 / float64(d)
	for s := 1; s < d; s++ {
		w[s] = w[s-1] * float64(s) / float64(d-s)
	}
	return w
}

// polynomials calls with with the coefficients of Π_{j in set} (through_j + x)
// for every set of the leaf's columns.
func polynomials(through []float64, with func(set uint32, coefficients []float64)) {
	d := len(through)
	all := make([]float64, (d+1)<<d)
	all[0] = 1
	with(0, all[:1])
	for set := uint32(1); set < 1<<d; set++ {
		top := bits.Len32(set) - 1
		n := bits.OnesCount32(set)
		rest := all[int(set&^(1<<top))*(d+1):][:n]
		q := all[int(set)*(d+1):][:n+1]
		for s, c := range rest {
			q[s] += through[top] * c
			q[s+1] += c
		}
		with(set, q)
	}
}

func dot(a, b []float64) float64 {
	sum := 0.0
	for i, v := range a {
		sum += v * b[i]
	}
	return sum
}
