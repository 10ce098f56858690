package perceive

import (
	"cmp"
	"math"
	"slices"
	"sort"
)

// What a probe shows is held against what its neighbours tell that it should show,
// by weights that are learnt of the oldest minutes that are kept: of what is left
// over, a wrong probe that jumped is a step, one that creeps a ramp. Which of the two
// fits tells a bias from a drift.

const (
	learntOf   = 60  // known minutes that the weights are learnt of
	learntMin  = 25  // fewer teach nothing
	learntTied = 2.0 // known minutes times K² that the weights' first guess counts like
	learntTurn = 3   // rounds in which what fits badly comes to count less
	learntFar  = 0.3 // K from which on it does
)

// offset is what a signal is off what its neighbours tell, minute by minute: of the
// weighted sum of neighbours that was nearest to it in the oldest minutes. guess are
// their weights as long as nothing teaches others.
func (s series) offset(neighbours []series, guess []float64) series {
	n := len(s)
	for _, o := range neighbours {
		n = min(n, len(o))
	}
	s = s[len(s)-n:]
	ends := make([]series, len(neighbours))
	for j, o := range neighbours {
		ends[j] = o[len(o)-n:]
	}
	known := func(i int) bool {
		if s[i] != s[i] {
			return false
		}
		for _, o := range ends {
			if o[i] != o[i] {
				return false
			}
		}
		return true
	}
	var old []int
	for i := 0; i < n/2 && len(old) < learntOf; i++ {
		if known(i) {
			old = append(old, i)
		}
	}
	out := make(series, n)
	if len(old) < learntMin {
		for i := range out {
			out[i] = math.NaN()
		}
		return out
	}
	w := weights(s, ends, guess, old)
	for i := range out {
		v := s[i]
		for j, o := range ends {
			v -= w[j] * o[i]
		}
		out[i] = v
	}
	level := make([]float64, 0, len(old))
	for _, i := range old {
		level = append(level, out[i])
	}
	at := median(level)
	for i := range out {
		out[i] -= at
	}
	return out
}

// weights are by ridge regression about the guess, reweighted so that single
// minutes that are far off count like their distance, not like its square.
func weights(s series, neighbours []series, guess []float64, at []int) []float64 {
	k, n := len(neighbours), float64(len(at))
	centre := make([]float64, k)
	for j, o := range neighbours {
		for _, i := range at {
			centre[j] += o[i] / n
		}
	}
	middle := 0.0
	for _, i := range at {
		middle += s[i] / n
	}
	w := slices.Clone(guess)
	count := make([]float64, len(at))
	for r := range count {
		count[r] = 1
	}
	rows := make([]float64, 0, len(at)*(k+1)) // of each minute, all about their middles: the neighbours, then s
	for _, i := range at {
		for j, o := range neighbours {
			rows = append(rows, o[i]-centre[j])
		}
		rows = append(rows, s[i]-middle)
	}
	m := make([][]float64, k)
	for a := range m {
		m[a] = make([]float64, k+1)
	}
	for range learntTurn {
		for a := range m {
			clear(m[a])
			m[a][a], m[a][k] = learntTied, learntTied*guess[a]
		}
		for r := range at {
			row := rows[r*(k+1) : (r+1)*(k+1)]
			for a, to := range m {
				x := count[r] * row[a]
				for b := a; b < len(row); b++ {
					to[b] += x * row[b]
				}
			}
		}
		for a := range m {
			for b := range a {
				m[a][b] = m[b][a]
			}
		}
		w = solve(m)
		for r := range at {
			row := rows[r*(k+1) : (r+1)*(k+1)]
			v := row[k]
			for j, x := range row[:k] {
				v -= w[j] * x
			}
			count[r] = 1 / max(learntFar, math.Abs(v))
		}
	}
	return w
}

// solve ends a symmetric, positive system; its last column is the right side.
func solve(m [][]float64) []float64 {
	k := len(m)
	for i := range m {
		for r := i + 1; r < k; r++ {
			q := m[r][i] / m[i][i]
			for c := i; c <= k; c++ {
				m[r][c] -= q * m[i][c]
			}
		}
	}
	w := make([]float64, k)
	for i := k - 1; i >= 0; i-- {
		v := m[i][k]
		for c := i + 1; c < k; c++ {
			v -= m[i][c] * w[c]
		}
		w[i] = v / m[i][i]
	}
	return w
}

const (
	blockOf    = 5   // minutes, of whose values the middle one counts
	fromBlock  = 4   // the first that a change can begin at
	searchPace = 3   // blocks between the beginnings that are tried first
	missMost   = 1.5 // K that a block can miss a shape by at most: a defrost is no fault of the shape
	missLeast  = 0.05
	creepTurn  = 2
)

// change is how a signal came away from its oldest values, told as a shape.
type change struct {
	size float64 // of a jump; of a creep, in an hour
	ago  float64 // minutes since it began
	miss float64 // mean distance of its values from the shape
}

// changes fits a jump and a creep. Their fields are NaN when too little is known.
func (s series) changes() (jump, creep change) {
	n := len(s) / blockOf
	at, value := make([]float64, 0, n), make([]float64, 0, n)
	var few [blockOf]float64
	for b := range n {
		end := len(s) - (n-1-b)*blockOf
		if v := median(few[:copy(few[:], s[end-blockOf:end])]); v == v {
			at, value = append(at, float64(b)), append(value, v)
		}
	}
	nothing := change{math.NaN(), math.NaN(), math.NaN()}
	if len(at) < 2*fromBlock {
		return nothing, nothing
	}
	order := make([]int, len(at)) // of the values, the least first: sorted once for all that is tried
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int { return cmp.Compare(value[i], value[j]) })
	after := func(from int) (middle float64) { // median of the values after a block
		n := len(at) - sort.Search(len(at), func(i int) bool { return at[i] > float64(from) })
		if n == 0 {
			return math.NaN()
		}
		for _, i := range order {
			if at[i] <= float64(from) {
				continue
			}
			switch n -= 2; {
			case n == -1:
				return value[i]
			case n == 0:
				middle = value[i]
			case n == -2:
				return (middle + value[i]) / 2
			}
		}
		return middle
	}
	jumped := func(from int) (size, miss float64) {
		size = after(from)
		for i, b := range at {
			miss += min(missMost, math.Abs(value[i]-size*min(1, max(0, (b-float64(from)+1)/2))))
		}
		return size, miss / float64(len(at))
	}
	crept := func(from int) (size, miss float64) {
		begun := float64(from) - 1
		for turn := range creepTurn + 1 {
			up, down := 0.0, 0.0
			for i, b := range at {
				if x := b - begun; x > 0 {
					w := 1.0
					if turn > 0 {
						w = 1 / max(learntFar, math.Abs(value[i]-size*x))
					}
					up, down = up+w*x*value[i], down+w*x*x
				}
			}
			size = up / down
		}
		for i, b := range at {
			miss += min(missMost, math.Abs(value[i]-size*max(0, b-begun)))
		}
		return size * 60 / blockOf, miss / float64(len(at))
	}
	return search(jumped, n), search(crept, n)
}

// search finds the beginning about which a shape misses least.
func search(shape func(from int) (size, miss float64), blocks int) change {
	best, at := change{math.NaN(), math.NaN(), math.Inf(1)}, fromBlock
	try := func(from int) {
		if from < fromBlock || from > blocks-2 {
			return
		}
		if size, miss := shape(from); miss < best.miss {
			best, at = change{size, float64((blocks - from) * blockOf), miss}, from
		}
	}
	for from := fromBlock; from <= blocks-2; from += searchPace {
		try(from)
	}
	about := at
	for d := 1; d < searchPace; d++ {
		try(about - d)
		try(about + d)
	}
	if math.IsInf(best.miss, 1) {
		best.miss = math.NaN()
	}
	return best
}

// before is a signal as it was some minutes before.
func (s series) before(minutes int) series {
	out := make(series, len(s))
	for i := range out {
		out[i] = math.NaN()
		if i >= minutes {
			out[i] = s[i-minutes]
		}
	}
	return out
}
