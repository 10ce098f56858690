package shap

import (
	"github.com/glasstwin/glasstwin/xai/tree"
)

// Path-dependent (Lundberg et al. 2020, algorithm 2): a column that is not known
// goes both ways at its splits, in the shares in which the training rows did.
//
// In the game of a leaf of value v with shares z, a row's pattern A and a set S of
// known columns it pays v Π_{j in S} [j in A] Π_{j not in S} z_j. Sets that hold a
// column outside A pay nothing; so with
//
//	U(T) = Σ_{S ⊆ T} |S|!(d-1-|S|)!/d! Π_{j in T\S} z_j
//
// a column in A is given v (1-z_i) U(A\i) Π_{j not in A} z_j, and every column
// outside A the same: -v U(A) Π_{j not in A} z_j.

// tabulatePath fills the table of a leaf.
func tabulatePath(l *leaf) {
	d := len(l.columns)
	w := orders(d)
	u := make([]float64, 1<<d)
	polynomials(l.through, func(set uint32, q []float64) {
		if len(q) <= d { // the set of all columns has no column left to give to
			u[set] = dot(q, w)
		}
	})
	l.table = make([]float64, d<<d)
	for pattern := range uint32(1 << d) {
		pathShares(l, pattern, l.table[int(pattern)*d:][:d], func(set uint32) float64 { return u[set] })
	}
}

// directPath computes one entry of it.
func directPath(l *leaf, pattern uint32, out []float64) {
	w := orders(len(l.columns))
	pathShares(l, pattern, out, func(set uint32) float64 { return dot(product(l.through, set), w) })
}

func pathShares(l *leaf, pattern uint32, out []float64, u func(set uint32) float64) {
	rest := l.value
	for i, z := range l.through {
		if pattern>>i&1 == 0 {
			rest *= z
		}
	}
	against := 0.0
	if pattern != 1<<len(out)-1 {
		against = -rest * u(pattern)
	}
	for i, z := range l.through {
		if pattern>>i&1 == 0 {
			out[i] = against
		} else {
			out[i] = rest * (1 - z) * u(pattern&^(1<<i))
		}
	}
}

// product returns the coefficients of Π_{j in set} (z_j + x), without its
// highest where the set is all.
func product(z []float64, set uint32) []float64 {
	q := make([]float64, 1, len(z)+1)
	q[0] = 1
	for i := range z {
		if set>>i&1 == 0 {
			continue
		}
		q = append(q, 0)
		for s := len(q) - 1; s > 0; s-- {
			q[s] = q[s-1] + z[i]*q[s]
		}
		q[0] *= z[i]
	}
	return q
}

// pathBase is what a tree says when no column is known.
func pathBase(t tree.Tree) float64 {
	chance := make([]float64, len(t.Nodes))
	chance[0] = 1
	sum := 0.0
	for i := range t.Nodes {
		n := &t.Nodes[i]
		if n.Leaf() {
			sum += chance[i] * n.Value
			continue
		}
		for _, c := range []int{n.Left, n.Right} {
			chance[c] = chance[i] * t.Nodes[c].Cover / n.Cover
		}
	}
	return sum
}
