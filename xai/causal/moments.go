package causal

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// variable is a node at some steps before now.
type variable struct{ node, lag int }

// moments are the covariances of all nodes with each other at all lags.
type moments struct {
	nodes, lags int
	cov         *mat.SymDense
	rows        int
}

func (m *moments) at(v variable) int { return v.lag*m.nodes + v.node }

// momentsOf pools the series; none is looked at across its ends.
func momentsOf(series [][][]float64, nodes, lags int) (*moments, error) {
	d := nodes * (lags + 1)
	m := &moments{nodes: nodes, lags: lags, cov: mat.NewSymDense(d, nil)}
	sum := make([]float64, d*d)
	x := make([]float64, d)
	for _, s := range series {
		for t := lags; t < len(s); t++ {
			for lag := range lags + 1 {
				copy(x[lag*nodes:], s[t-lag])
			}
			for a, v := range x {
				if v == 0 {
					continue
				}
				to := sum[a*d : a*d+a+1]
				for b := range to {
					to[b] += v * x[b]
				}
			}
			m.rows++
		}
	}
	if m.rows < 4*d {
		return nil, fmt.Errorf("%d rows tell too little of %d nodes over %d steps: give at least %d, or fewer lags", m.rows, nodes, lags, 4*d)
	}
	for a := range d {
		for b := range a + 1 {
			v := sum[a*d+b] / float64(m.rows)
			if a == b {
				v += 1e-9 // of a variance of 1: what never varies stays solvable
			}
			m.cov.SetSym(a, b, v)
		}
	}
	return m, nil
}

func (m *moments) part(vs []variable) *mat.SymDense {
	s := mat.NewSymDense(len(vs), nil)
	for i, a := range vs {
		for j := range i + 1 {
			s.SetSym(i, j, m.cov.At(m.at(a), m.at(vs[j])))
		}
	}
	return s
}

// depend returns the partial correlation of x and y given the others, and how many
// standard deviations it is from none (Fisher 1924).
func (m *moments) depend(x, y variable, given []variable) (r, z float64) {
	vs := make([]variable, 0, len(given)+2)
	for _, g := range given {
		if g != x && g != y {
			vs = append(vs, g)
		}
	}
	vs = append(vs, x, y)
	var c mat.Cholesky
	if !c.Factorize(m.part(vs)) {
		return 0, 0 // one follows from the others: nothing is left to depend on
	}
	var l mat.TriDense
	c.LTo(&l)
	n := len(vs)
	a, b := l.At(n-1, n-2), l.At(n-1, n-1)
	r = a / math.Sqrt(a*a+b*b)
	return r, math.Atanh(max(-0.999999, min(0.999999, r))) * math.Sqrt(math.Max(1, float64(m.rows-len(given)-3)))
}

// effect is one coefficient of a regression.
type effect struct{ strength, deviation float64 }

// regress returns the effects of the parents on y and the variance that is left.
func (m *moments) regress(y variable, parents []variable) ([]effect, float64, error) {
	rest := m.cov.At(m.at(y), m.at(y))
	if len(parents) == 0 {
		return nil, rest, nil
	}
	var c mat.Cholesky
	if !c.Factorize(m.part(parents)) {
		return nil, 0, fmt.Errorf("the parents of node %d follow from each other", y.node+1)
	}
	with := mat.NewVecDense(len(parents), nil)
	for i, p := range parents {
		with.SetVec(i, m.cov.At(m.at(p), m.at(y)))
	}
	var b mat.VecDense
	if err := c.SolveVecTo(&b, with); err != nil {
		return nil, 0, fmt.Errorf("effects on node %d: %w", y.node+1, err)
	}
	var inverse mat.SymDense
	if err := c.InverseTo(&inverse); err != nil {
		return nil, 0, fmt.Errorf("effects on node %d: %w", y.node+1, err)
	}
	rest = max(1e-12, rest-mat.Dot(&b, with))
	out := make([]effect, len(parents))
	for i := range parents {
		out[i] = effect{b.AtVec(i), math.Sqrt(rest * inverse.At(i, i) / float64(m.rows))}
	}
	return out, rest, nil
}
