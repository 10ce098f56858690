package calibrate

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"sort"
)

// Isotonic is a rising step function from a score to a probability, linear
// between its knots.
type Isotonic struct {
	Score       []float64 `json:"score"` // rising
	Probability []float64 `json:"probability"`
}

// Fit finds the rising function of least squared error by pooling adjacent
// violators (Ayer, Brunk, Ewing, Reid, Silverman 1955). Each pool is pulled
// towards one half by one row of each outcome (Laplace), so that no probability
// becomes 0 or 1 on a finite sample.
func Fit(score []float64, right []bool) (Isotonic, error) {
	if len(score) != len(right) || len(score) == 0 {
		return Isotonic{}, fmt.Errorf("isotonic calibration: %d scores, %d outcomes", len(score), len(right))
	}
	order := make([]int, len(score))
	for i := range order {
		if math.IsNaN(score[i]) {
			return Isotonic{}, fmt.Errorf("isotonic calibration: score %d is no number", i+1)
		}
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(score[a], score[b]) })
	type pool struct{ from, to, hits, n float64 }
	var pools []pool
	for at := 0; at < len(order); {
		p := pool{from: score[order[at]], to: score[order[at]]}
		for ; at < len(order) && score[order[at]] == p.from; at++ { // equal scores share a probability
			p.n++
			if right[order[at]] {
				p.hits++
			}
		}
		for len(pools) > 0 && pools[len(pools)-1].hits*p.n >= p.hits*pools[len(pools)-1].n {
			last := pools[len(pools)-1]
			pools = pools[:len(pools)-1]
			p = pool{last.from, p.to, p.hits + last.hits, p.n + last.n}
		}
		pools = append(pools, p)
	}
	var f Isotonic
	for _, p := range pools {
		v := (p.hits + 1) / (p.n + 2)
		if n := len(f.Probability); n > 0 {
			v = max(v, f.Probability[n-1]) // pulling small pools must not make it fall
		}
		f.Score, f.Probability = append(f.Score, p.from), append(f.Probability, v)
		if p.to > p.from {
			f.Score, f.Probability = append(f.Score, p.to), append(f.Probability, v)
		}
	}
	return f, nil
}

// At returns the probability of a score.
func (f Isotonic) At(score float64) float64 {
	n := len(f.Score)
	i := sort.SearchFloat64s(f.Score, score)
	switch {
	case n == 0:
		return math.NaN()
	case i == 0:
		return f.Probability[0]
	case i == n:
		return f.Probability[n-1]
	}
	part := (score - f.Score[i-1]) / (f.Score[i] - f.Score[i-1])
	return f.Probability[i-1] + part*(f.Probability[i]-f.Probability[i-1])
}

// Check returns an error that names what keeps a function that came from outside
// from being used.
func (f Isotonic) Check() error {
	if len(f.Score) == 0 || len(f.Score) != len(f.Probability) {
		return fmt.Errorf("isotonic calibration: %d scores for %d probabilities", len(f.Score), len(f.Probability))
	}
	for i, p := range f.Probability {
		if !(p >= 0 && p <= 1) || i > 0 && (!(f.Score[i] > f.Score[i-1]) || p < f.Probability[i-1]) {
			return fmt.Errorf("isotonic calibration: knot %d does not rise", i+1)
		}
	}
	return nil
}
