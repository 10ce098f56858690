package faith

import (
	"math"
	"math/rand/v2"
	"slices"
)

// sensitivity is max-sensitivity (Yeh et al. 2019): by how much the shares of a
// row change, relative to their length, at the worst of some points near it.
// Near is within opt.Radius of each column's spread. Averaged over the rows.
func (s *Subject) sensitivity(rows [][]float64, claims []int, shares []Shares, opt Options, rng *rand.Rand) float64 {
	scale := s.scale()
	sum, n := 0.0, 0.0
	for i, row := range rows {
		length := norm(shares[i].Of, nil)
		if length == 0 {
			continue
		}
		var near [][]float64
		for range opt.Neighbours {
			moved := slices.Clone(row)
			for j := range moved {
				moved[j] += opt.Radius * scale[j] * (2*rng.Float64() - 1)
			}
			near = append(near, moved)
		}
		worst := 0.0
		for _, there := range s.Attribute(near, slices.Repeat([]int{claims[i]}, len(near))) {
			worst = max(worst, norm(there.Of, shares[i].Of)/length)
		}
		sum += worst
		n++
	}
	if n == 0 {
		return math.NaN()
	}
	return sum / n
}

// norm is the Euclidean length of a - b.
func norm(a, b []float64) float64 {
	sum := 0.0
	for i, v := range a {
		if b != nil {
			v -= b[i]
		}
		sum += v * v
	}
	return math.Sqrt(sum)
}

// incompleteness is the most that base and shares together miss the score.
func (s *Subject) incompleteness(rows [][]float64, claims []int, shares []Shares) (absolute, part float64) {
	for i, o := range s.Score(rows) {
		sum := shares[i].Base
		for _, v := range shares[i].Of {
			sum += v
		}
		off := math.Abs(sum - o[claims[i]])
		absolute = max(absolute, off)
		if way := math.Abs(o[claims[i]] - shares[i].Base); way > 0 {
			part = max(part, off/max(way, 1e-3))
		}
	}
	return absolute, part
}
