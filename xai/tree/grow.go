package tree

import (
	"math"
	"math/rand/v2"
	"slices"
	"sync"
)

// slope is the first and second derivative of the loss of a row, times its
// weight.
type slope struct{ g, h float64 }

// cell sums the slopes of the rows of one bin.
type cell struct {
	g, h float64
	n    int
}

const stride = binsMax + 1 // bins of a column in a histogram

// parallelMin is the number of values from which a pass over a node is shared
// among workers: less is done before they have started.
const parallelMin = 1 << 15

// grower grows trees on one binned table, one after the other, and keeps its
// buffers between them.
type grower struct {
	opt      Options
	cuts     [][]float64
	bins     [][]uint8 // [column][row]
	monotone []int
	columns  []int // drawn for the tree at hand

	slopes  []slope // of all rows
	rows    []int32 // of the tree, each node's in one stretch
	spare   []int32
	ordered []slope // slopes of a node's rows, in the order of rows
	free    [][]cell
	nodes   []Node
	splits  []split // of nodes, by index
	spans   []span  // of nodes, by index
}

type span struct{ from, to int }

// split is the best way found to part a node.
type split struct {
	gain        float64
	column      int
	bin         int // the last that goes left
	missingLeft bool
	left, right leafSum
}

// leafSum is what a leaf is weighed by; its value lies between low and high,
// which monotone columns above it set.
type leafSum struct {
	g, h, value float64
	low, high   float64
	n           int
}

// grow returns a tree on these rows and leaves in g.spans which rows ended in
// which node.
func (g *grower) grow(rows []int32) Tree {
	g.rows = append(g.rows[:0], rows...)
	g.spare = slices.Grow(g.spare[:0], len(rows))[:len(rows)]
	g.ordered = slices.Grow(g.ordered[:0], len(rows))[:len(rows)]
	g.nodes, g.spans, g.splits = nil, nil, nil
	root := leafSum{low: math.Inf(-1), high: math.Inf(1), n: len(rows)}
	for _, r := range rows {
		root.g += g.slopes[r].g
		root.h += g.slopes[r].h
	}
	root.value = g.weigh(root)
	g.add(root, span{0, len(rows)})
	type open struct {
		node int
		sum  leafSum
		hist []cell
	}
	hist := g.take()
	g.fill(hist, g.spans[0])
	level := []open{{0, root, hist}}
	for depth := 0; depth < g.opt.Depth && len(level) > 0; depth++ {
		var next []open
		for _, o := range level {
			s := g.best(o.hist, o.sum)
			if s.gain <= g.opt.Gamma || s.column < 0 {
				g.free = append(g.free, o.hist)
				continue
			}
			at := g.part(g.spans[o.node], s)
			n := &g.nodes[o.node]
			n.Feature, n.MissingLeft, n.Gain, n.Threshold = s.column, s.missingLeft, s.gain, math.MaxFloat64
			if s.bin <= len(g.cuts[s.column]) {
				n.Threshold = g.cuts[s.column][s.bin-1]
			}
			n.Left, n.Right = len(g.nodes), len(g.nodes)+1
			g.splits[o.node] = s
			whole := g.spans[o.node]
			left := g.add(s.left, span{whole.from, at})
			right := g.add(s.right, span{at, whole.to})
			if depth+1 == g.opt.Depth {
				g.free = append(g.free, o.hist)
				continue
			}
			small, large := left, right
			if s.left.n > s.right.n {
				small, large = right, left
			}
			few := g.take()
			g.fill(few, g.spans[small])
			g.subtract(o.hist, few)
			hists := map[int][]cell{small: few, large: o.hist}
			next = append(next, open{left, s.left, hists[left]}, open{right, s.right, hists[right]})
		}
		level = next
	}
	for _, o := range level {
		if o.hist != nil {
			g.free = append(g.free, o.hist)
		}
	}
	return Tree{Nodes: g.nodes}
}

// add appends a leaf and returns its index.
func (g *grower) add(s leafSum, rows span) int {
	g.nodes = append(g.nodes, Node{Feature: -1, Value: s.value * g.opt.LearningRate, Cover: float64(s.n)})
	g.spans = append(g.spans, rows)
	g.splits = append(g.splits, split{})
	return len(g.nodes) - 1
}

func (g *grower) take() []cell {
	if n := len(g.free); n > 0 {
		h := g.free[n-1]
		g.free = g.free[:n-1]
		return h
	}
	return make([]cell, len(g.bins)*stride)
}

// fill sums the slopes of a stretch of rows by column and bin.
func (g *grower) fill(hist []cell, s span) {
	rows := g.rows[s.from:s.to]
	ordered := g.ordered[:len(rows)]
	for i, r := range rows {
		ordered[i] = g.slopes[r]
	}
	g.each(len(rows), func(c int) {
		h := (*[stride]cell)(hist[c*stride:])
		clear(h[:])
		bins := g.bins[c]
		for i, r := range rows {
			at := &h[bins[r]]
			at.g += ordered[i].g
			at.h += ordered[i].h
			at.n++
		}
	})
}

// subtract takes few from hist, column by column.
func (g *grower) subtract(hist, few []cell) {
	for _, c := range g.columns {
		a, b := hist[c*stride:(c+1)*stride], few[c*stride:(c+1)*stride]
		for i := range a[:len(g.cuts[c])+2] {
			a[i].g -= b[i].g
			a[i].h -= b[i].h
			a[i].n -= b[i].n
		}
	}
}

// each calls do for every drawn column, shared among the workers when there is
// enough to do. A column is always done by one of them, so that the result does
// not depend on their number.
func (g *grower) each(rows int, do func(column int)) {
	workers := min(g.opt.Workers, len(g.columns))
	if rows*len(g.columns) < parallelMin {
		workers = 1
	}
	if workers == 1 {
		for _, c := range g.columns {
			do(c)
		}
		return
	}
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for i := w; i < len(g.columns); i += workers {
				do(g.columns[i])
			}
		})
	}
	wg.Wait()
}

// best finds the split of a node that lowers the loss most; on a tie the first
// column and the lowest threshold win.
func (g *grower) best(hist []cell, sum leafSum) split {
	best := split{column: -1}
	if sum.n < 2*g.opt.MinLeaf || sum.n < 2 {
		return best
	}
	whole := g.gain(sum)
	for _, c := range g.columns {
		g.bestOf(&best, hist[c*stride:(c+1)*stride], sum, whole, c)
	}
	return best
}

func (g *grower) bestOf(best *split, h []cell, sum leafSum, whole float64, c int) {
	absent := h[missing]
	last := len(g.cuts[c])
	if absent.n > 0 {
		last++ // all that is there against all that is not
	}
	left := leafSum{low: sum.low, high: sum.high}
	for bin := 1; bin <= last; bin++ {
		if h[bin].n == 0 && bin <= len(g.cuts[c]) {
			continue
		}
		left.g += h[bin].g
		left.h += h[bin].h
		left.n += h[bin].n
		// Where nothing was missing, what will be goes with the larger side.
		g.consider(best, left, sum, whole, c, bin, absent.n == 0 && 2*left.n >= sum.n)
		if absent.n > 0 && bin <= len(g.cuts[c]) {
			with := left
			with.g += absent.g
			with.h += absent.h
			with.n += absent.n
			g.consider(best, with, sum, whole, c, bin, true)
		}
	}
}

func (g *grower) consider(best *split, l, sum leafSum, whole float64, c, bin int, missingLeft bool) {
	r := leafSum{g: sum.g - l.g, h: sum.h - l.h, n: sum.n - l.n, low: sum.low, high: sum.high}
	if l.n < g.opt.MinLeaf || r.n < g.opt.MinLeaf || l.h < g.opt.MinWeight || r.h < g.opt.MinWeight {
		return
	}
	l.value, r.value = g.weigh(l), g.weigh(r)
	gain := g.gain(l) + g.gain(r) - whole
	if !(gain > best.gain) {
		return
	}
	if sign := g.monotone[c]; sign != 0 {
		if float64(sign)*(r.value-l.value) < 0 {
			return
		}
		// Below this split, neither side may cross the middle (Chen, Guestrin 2016, implementation).
		mid := (l.value + r.value) / 2
		if sign > 0 {
			l.high, r.low = mid, mid
		} else {
			l.low, r.high = mid, mid
		}
	}
	*best = split{gain, c, bin, missingLeft, l, r}
}

// weigh returns the value of a leaf that lowers the loss most, within bounds.
func (g *grower) weigh(s leafSum) float64 {
	return min(max(-s.g/(s.h+g.opt.Lambda), s.low), s.high)
}

// gain is by how much the loss falls when the leaf takes its value.
func (g *grower) gain(s leafSum) float64 {
	return -s.value * (s.g + 0.5*(s.h+g.opt.Lambda)*s.value)
}

// part reorders a stretch of rows so that those that go left come first, each
// side in the order it was, and returns where the right side starts.
func (g *grower) part(s span, by split) int {
	bins := g.bins[by.column]
	rows, right := g.rows[s.from:s.to], g.spare[:0]
	n := 0
	for _, r := range rows {
		b := int(bins[r])
		if b <= by.bin && b != missing || b == missing && by.missingLeft {
			rows[n] = r
			n++
		} else {
			right = append(right, r)
		}
	}
	copy(rows[n:], right)
	return s.from + n
}

// leafOf returns the leaf that a binned row ends in.
func (g *grower) leafOf(row int) int {
	at := 0
	for !g.nodes[at].Leaf() {
		s, n := &g.splits[at], &g.nodes[at]
		b := int(g.bins[s.column][row])
		if b <= s.bin && b != missing || b == missing && s.missingLeft {
			at = n.Left
		} else {
			at = n.Right
		}
	}
	return at
}

// draw picks share of n indices, rising; all of them without a draw when share
// is 1.
func draw(n int, share float64, rng *rand.Rand) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	if share >= 1 {
		return all
	}
	rng.Shuffle(n, func(a, b int) { all[a], all[b] = all[b], all[a] })
	all = all[:max(1, int(math.Ceil(share*float64(n))))]
	slices.Sort(all)
	return all
}
