package faith

import (
	"fmt"
	"math"
	"slices"

	"github.com/glasstwin/glasstwin/xai"
)

// Predict is the model that is explained.
type Predict = xai.Predict

// Attribute explains one output of each row: outputs[i] is the index of the
// output of rows[i] that is asked about.
type Attribute func(rows [][]float64, outputs []int) []Shares

// Shares is what is measured.
type Shares = xai.Shares

// Subject is what is measured: a model with its explanation.
type Subject struct {
	Score       Predict     // in the scale of the shares (log-odds of each class, or the number)
	Probability Predict     // of each class; nil: Score is used
	Attribute   Attribute   // of Score
	Background  [][]float64 // rows that a column's value is replaced from where it is to be unknown
	Parts       [][]int     // columns that are taken away together (a stretch of time of a signal); nil: each alone
	Scale       []float64   // spread of each column; nil: the standard deviation over Background
}

// check returns an error that says what is missing to measure rows.
func (s *Subject) check(rows [][]float64) error {
	switch {
	case s.Score == nil || s.Attribute == nil:
		return fmt.Errorf("a subject needs Score and Attribute")
	case len(s.Background) == 0:
		return fmt.Errorf("a subject needs background rows: give some of the training rows")
	case len(rows) == 0:
		return fmt.Errorf("there is no row to measure on")
	}
	n := len(s.Background[0])
	for i, r := range slices.Concat(s.Background, rows) {
		if len(r) != n || n == 0 {
			return fmt.Errorf("row %d has %d columns, the background has %d", i+1, len(r), n)
		}
	}
	for i, p := range s.Parts {
		if len(p) == 0 {
			return fmt.Errorf("part %d has no column", i+1)
		}
		for _, j := range p {
			if j < 0 || j >= n {
				return fmt.Errorf("part %d names column %d of %d", i+1, j, n)
			}
		}
	}
	if s.Scale != nil && len(s.Scale) != n {
		return fmt.Errorf("%d scales for %d columns", len(s.Scale), n)
	}
	return nil
}

func (s *Subject) parts() [][]int {
	if s.Parts != nil {
		return s.Parts
	}
	parts := make([][]int, len(s.Background[0]))
	for j := range parts {
		parts[j] = []int{j}
	}
	return parts
}

func (s *Subject) probability(rows [][]float64) [][]float64 {
	if s.Probability != nil {
		return s.Probability(rows)
	}
	return s.Score(rows)
}

func (s *Subject) scale() []float64 {
	if s.Scale != nil {
		return s.Scale
	}
	out := make([]float64, len(s.Background[0]))
	for j := range out {
		var n, mean, m2 float64
		for _, r := range s.Background {
			if math.IsNaN(r[j]) {
				continue
			}
			n++ // Welford 1962
			d := r[j] - mean
			mean += d / n
			m2 += d * (r[j] - mean)
		}
		if n > 1 {
			out[j] = math.Sqrt(m2 / n)
		}
	}
	return out
}

// claims returns the likeliest output of each row.
func (s *Subject) claims(rows [][]float64) []int {
	out := make([]int, len(rows))
	for i, p := range s.probability(rows) {
		for k, v := range p {
			if v > p[out[i]] {
				out[i] = k
			}
		}
	}
	return out
}

// ofParts sums the shares of the columns of each part.
func ofParts(shares []float64, parts [][]int) []float64 {
	out := make([]float64, len(parts))
	for i, p := range parts {
		for _, j := range p {
			out[i] += shares[j]
		}
	}
	return out
}

// mixed is a copy of row with the columns of a part taken from other.
func mixed(row, other []float64, parts [][]int, take []bool) []float64 {
	out := slices.Clone(row)
	for i, p := range parts {
		if take[i] {
			for _, j := range p {
				out[j] = other[j]
			}
		}
	}
	return out
}
