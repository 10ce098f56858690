package shap

// Interactions returns for one output of each row the path-dependent SHAP
// interaction values (Lundberg et al. 2020, after Fujimoto, Kojadinovic,
// Marichal 2006), [row][i × columns + j]: half of what columns i and j do
// together each way, and on the diagonal what a column does alone. Each line
// adds up to the column's share as the path-dependent Shares gives it.
func (e *Explainer) Interactions(rows [][]float64, outputs []int) [][]float64 {
	c := len(e.m.Columns)
	out := make([][]float64, 0, len(rows))
	const atOnce = 128
	for from := 0; from < len(rows); from += atOnce {
		to := min(from+atOnce, len(rows))
		sums := e.sum(rows[from:to], outputs[from:to], c*c, func(f *forest, rows [][]float64, at []int, sums []float64) { f.interact(rows, at, sums, c) })
		for i := from; i < to; i++ {
			_, sign := e.scoreOf(outputs[i])
			of := sums[(i-from)*c*c:][: c*c : c*c]
			for j := range of {
				of[j] *= sign
			}
			out = append(out, of)
		}
	}
	return out
}

// interact adds the interactions of all leaves. As in path.go, with
//
//	U(T) = Σ_{S ⊆ T} |S|!(d-2-|S|)!/(d-1)! Π_{j in T\S} z_j
//
// columns i and j have half of v (a_i-z_i) (a_j-z_j) U(A\{i,j}) Π_{k not in A} z_k
// where the product leaves i and j out and a_i is 1 for a column in A, else 0.
func (f *forest) interact(rows [][]float64, at []int, sums []float64, c int) {
	var alone, along [32]float64
	pair := make([]func(uint32) float64, len(f.leaves))
	for i := range f.leaves {
		pair[i] = pairOrders(&f.leaves[i])
		if len(f.leaves[i].columns) <= tableBits {
			tabulatePath(&f.leaves[i])
		}
	}
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
				to := sums[at[from+r]*c*c:][:c*c]
				if l.table != nil {
					copy(alone[:d], l.table[int(pattern)*d:][:d])
				} else {
					directPath(l, pattern, alone[:d])
				}
				l.pairs(pattern, pair[i], alone[:d], along[:d], to, c)
			}
		}
	}
}

// pairs spreads a leaf's shares over the pairs of its columns.
func (l *leaf) pairs(pattern uint32, u func(uint32) float64, alone, along []float64, to []float64, c int) {
	rest := l.value / 2
	for i, z := range l.through {
		if pattern>>i&1 == 0 {
			rest *= z
			along[i] = -1
		} else {
			along[i] = 1 - z
		}
	}
	for i := range alone {
		for j := range i {
			both := rest * along[i] * along[j] * u(pattern&^(1<<i|1<<j))
			a, b := l.columns[i], l.columns[j]
			to[a*c+b] += both
			to[b*c+a] += both
			alone[i] -= both
			alone[j] -= both
		}
	}
	for i, v := range alone {
		to[l.columns[i]*(c+1)] += v
	}
}

// pairOrders returns U of a leaf, from a table where it is small.
func pairOrders(l *leaf) func(set uint32) float64 {
	d := len(l.columns)
	if d < 2 {
		return nil
	}
	w := orders(d - 1)
	if d > tableBits {
		return func(set uint32) float64 { return dot(product(l.through, set), w) }
	}
	u := make([]float64, 1<<d)
	polynomials(l.through, func(set uint32, q []float64) {
		if len(q) <= d-1 { // two columns must be left to give to
			u[set] = dot(q, w)
		}
	})
	return func(set uint32) float64 { return u[set] }
}
