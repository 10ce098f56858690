package ebm

import "math"

// smooth finds the step of a shape function that is to be smooth: a Newton step of
// the loss plus penalty × Σ (second differences of the shape over its bins)² / 2, on
// all bins at once (P-splines: Eilers and Marx 1996, boosted as by Schmid and Hothorn
// 2008). It is the whole shape that is penalised, not the step alone, so that many
// rounds make it no rougher. What is missing is a leaf of its own, as in a tree.
type smooth struct {
	minLeaf int
	rate    float64
	penalty float64
	cyclic  bool // the last bin is beside the first
	width   int
}

// penaltyOf is that at which bumps narrower than so many bins are flattened: a
// wave is halved by it at 2π × bins where each bin weighs the same.
func penaltyOf(bins float64, hist []sums, width int) float64 {
	if bins == 0 {
		return 0
	}
	sum := 0.0
	for _, s := range hist[width:] { // after what is missing
		sum += s.h
	}
	return math.Pow(bins, 4) * sum / float64(len(hist)-width)
}

// grow writes the update of score k of a shape, of which there is now table.
func (s smooth) grow(hist []sums, count []int, k int, table, update []float64) {
	w := s.width
	update[missing*w+k] = 0
	if m := (leaf{sums: hist[missing*w+k], n: count[missing]}); m.big(s.minLeaf) {
		update[missing*w+k] = s.rate * m.step()
	}
	n := len(count) - 1 // bins 1..n hold values
	b := newBand(n)
	for i := range n {
		at := (i+1)*w + k
		b.diagonal[i] = hist[at].h + curvatureMin
		b.right[i] = hist[at].g
	}
	for i := 1; i+1 < n; i++ { // the second difference about bin i
		b.add(i-1, s.penalty, -2*s.penalty, s.penalty)
		b.add(i, 4*s.penalty, -2*s.penalty, 0)
		b.add(i+1, s.penalty, 0, 0)
	}
	var across [][3]int // bins of second differences over the ends
	if s.cyclic && n >= 4 {
		across = [][3]int{{n - 2, n - 1, 0}, {n - 1, 0, 1}}
	}
	bends := across
	for i := 1; i+1 < n; i++ {
		bends = append(bends, [3]int{i - 1, i, i + 1})
	}
	for _, d := range bends {
		bend := 0.0
		for i, part := range second {
			bend += part * table[(d[i]+1)*w+k]
		}
		for i, part := range second {
			b.right[d[i]] -= s.penalty * part * bend
		}
	}
	for i, v := range b.solve(across, s.penalty) {
		update[(i+1)*w+k] = s.rate * min(max(v, -stepMax), stepMax)
	}
}

// second is the second difference of three neighbours.
var second = [3]float64{1, -2, 1}

// band is a symmetric system of equations whose matrix has two diagonals beside
// its own.
type band struct{ diagonal, first, second, right []float64 }

func newBand(n int) *band {
	return &band{make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)}
}

// add adds to row i, from its diagonal on.
func (b *band) add(i int, own, next, after float64) {
	b.diagonal[i] += own
	b.first[i] += next
	b.second[i] += after
}

// solve returns what solves the equations, whose matrix has also the products of the
// second differences across the ends, times weight (Sherman, Morrison and Woodbury).
func (b *band) solve(across [][3]int, weight float64) []float64 {
	b.decompose()
	x := b.substitute(b.right)
	if len(across) != 2 {
		return x
	}
	var z [2][]float64
	for i, d := range across {
		unit := make([]float64, len(x))
		for j, part := range second {
			unit[d[j]] = part
		}
		z[i] = b.substitute(unit)
	}
	dot := func(i int, v []float64) float64 {
		sum := 0.0
		for j, part := range second {
			sum += part * v[across[i][j]]
		}
		return sum
	}
	m00, m01, m11 := 1/weight+dot(0, z[0]), dot(0, z[1]), 1/weight+dot(1, z[1])
	r0, r1 := dot(0, x), dot(1, x)
	det := m00*m11 - m01*m01
	u0, u1 := (m11*r0-m01*r1)/det, (m00*r1-m01*r0)/det
	for i := range x {
		x[i] -= u0*z[0][i] + u1*z[1][i]
	}
	return x
}

// decompose makes L·D·Lᵀ of the matrix (Cholesky), which is positive, in its place:
// diagonal holds D, first and second the two diagonals of L beneath it.
func (b *band) decompose() {
	n := len(b.diagonal)
	for i := range n {
		if i+1 < n {
			l, own := b.first[i]/b.diagonal[i], b.first[i]
			b.diagonal[i+1] -= l * own
			if i+2 < n {
				b.first[i+1] -= l * b.second[i]
				b.diagonal[i+2] -= b.second[i] * b.second[i] / b.diagonal[i]
				b.second[i] /= b.diagonal[i]
			}
			b.first[i] = l
		}
	}
}

func (b *band) substitute(right []float64) []float64 {
	x := append([]float64(nil), right...)
	n := len(x)
	for i := range n {
		if i+1 < n {
			x[i+1] -= b.first[i] * x[i]
		}
		if i+2 < n {
			x[i+2] -= b.second[i] * x[i]
		}
	}
	for i := n - 1; i >= 0; i-- {
		x[i] /= b.diagonal[i]
		if i+1 < n {
			x[i] -= b.first[i] * x[i+1]
		}
		if i+2 < n {
			x[i] -= b.second[i] * x[i+2]
		}
	}
	return x
}
