package drift

import (
	"encoding/json"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

const (
	columnsMax = 1024 // a matrix of 8 MB
	spreadMin  = 1e-9 // as a part of the mean; a column that varies less is constant
	eigenMin   = 1e-3 // of the correlations: directions that never varied are not stretched without end
)

// Regime is a cloud of rows: the mean and spread of each column, and how the
// columns go together. It is read only and safe for concurrent use.
type Regime struct {
	Mean, Spread []float64   // of each column; Spread is 0 where the column never varied
	Whiten       [][]float64 // inverse square root of the shrunk correlation matrix, symmetric
}

// FitRegime learns the cloud of rows, of which there must be more than 2. Shrink
// draws the correlations towards none: 0.1 is a good start, more for few rows.
// NaN is a value that is missing; a column that is never there counts for nothing.
func FitRegime(rows [][]float64, shrink float64) (*Regime, error) {
	if len(rows) < 3 {
		return nil, fmt.Errorf("fit a regime: %d rows are too few", len(rows))
	}
	d := len(rows[0])
	if d == 0 || d > columnsMax || !(shrink >= 0 && shrink <= 1) {
		return nil, fmt.Errorf("fit a regime: %d columns, shrink %g; 1 to %d columns and 0 to 1 are allowed", d, shrink, columnsMax)
	}
	r := &Regime{Mean: make([]float64, d), Spread: make([]float64, d)}
	count := make([]float64, d)
	for i, row := range rows {
		if len(row) != d {
			return nil, fmt.Errorf("fit a regime: row %d has %d columns, the first has %d", i+1, len(row), d)
		}
		for j, v := range row {
			if math.IsInf(v, 0) {
				return nil, fmt.Errorf("fit a regime: row %d, column %d is infinite: a missing value is NaN", i+1, j+1)
			}
			if !math.IsNaN(v) { // Welford 1962
				count[j]++
				delta := v - r.Mean[j]
				r.Mean[j] += delta / count[j]
				r.Spread[j] += delta * (v - r.Mean[j])
			}
		}
	}
	for j := range r.Spread {
		r.Spread[j] = math.Sqrt(r.Spread[j] / max(1, count[j]))
		if r.Spread[j] <= spreadMin*math.Abs(r.Mean[j]) {
			r.Spread[j] = 0
		}
	}
	return r, r.whiten(r.correlations(rows, shrink))
}

func (r *Regime) correlations(rows [][]float64, shrink float64) *mat.SymDense {
	d := len(r.Mean)
	sum := make([]float64, d*d)
	for _, row := range rows {
		z := r.standard(row)
		for a := range z {
			for b := range a {
				sum[a*d+b] += z[a] * z[b]
			}
		}
	}
	c := mat.NewSymDense(d, nil)
	for a := range d {
		c.SetSym(a, a, 1)
		for b := range a {
			c.SetSym(a, b, (1-shrink)*sum[a*d+b]/float64(len(rows)))
		}
	}
	return c
}

func (r *Regime) whiten(c *mat.SymDense) error {
	var eigen mat.EigenSym
	if !eigen.Factorize(c, true) {
		return fmt.Errorf("fit a regime: the correlations have no eigenvalues")
	}
	var q mat.Dense
	eigen.VectorsTo(&q)
	values := eigen.Values(nil)
	d := len(values)
	r.Whiten = make([][]float64, d)
	for a := range d {
		r.Whiten[a] = make([]float64, d)
		for b := range d {
			for k, v := range values {
				r.Whiten[a][b] += q.At(a, k) * q.At(b, k) / math.Sqrt(max(v, eigenMin))
			}
		}
	}
	return nil
}

// standard is a row in spreads from the mean; what is missing stands at the mean,
// and so does a column that never varied.
func (r *Regime) standard(row []float64) []float64 {
	z := make([]float64, len(r.Mean))
	for j, v := range row {
		if r.Spread[j] > 0 && !math.IsNaN(v) {
			z[j] = (v - r.Mean[j]) / r.Spread[j]
		}
	}
	return z
}

// Shares returns what each column adds to the squared distance of a row; none is
// below 0.
func (r *Regime) Shares(row []float64) []float64 {
	z := r.standard(row)
	out := make([]float64, len(z))
	for a, weights := range r.Whiten {
		s := 0.0
		for b, w := range weights {
			s += w * z[b]
		}
		out[a] = s * s
	}
	return out
}

// Distance returns the squared Mahalanobis distance of a row, the sum of Shares.
func (r *Regime) Distance(row []float64) float64 {
	sum := 0.0
	for _, s := range r.Shares(row) {
		sum += s
	}
	return sum
}

// UnmarshalJSON refuses a regime that could not have been fitted.
func (r *Regime) UnmarshalJSON(data []byte) error {
	type plain Regime
	if err := json.Unmarshal(data, (*plain)(r)); err != nil {
		return fmt.Errorf("read a regime: %w", err)
	}
	d := len(r.Mean)
	if d == 0 || d > columnsMax || len(r.Spread) != d || len(r.Whiten) != d {
		return fmt.Errorf("read a regime: %d means, %d spreads, %d rows of whitening; they must be as many, 1 to %d", d, len(r.Spread), len(r.Whiten), columnsMax)
	}
	for j, w := range r.Whiten {
		if len(w) != d || r.Spread[j] < 0 {
			return fmt.Errorf("read a regime: column %d has %d weights of %d and spread %g", j+1, len(w), d, r.Spread[j])
		}
	}
	return nil
}
