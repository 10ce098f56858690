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
	// All are explained in one call: some methods prepare for long.
	var near [][]float64
	var asked []int
	for i, row := range rows {
		for range opt.Neighbours {
			moved := slices.Clone(row)
			for j := range moved {
				moved[j] += opt.Radius * scale[j] * (2*rng.Float64() - 1)
			}
			near, asked = append(near, moved), append(asked, claims[i])
		}
	}
	there := s.Attribute(near, asked)
	sum, n := 0.0, 0.0
	for i := range rows {
		length := norm(shares[i].Of, nil)
		if length == 0 {
			continue
		}
		worst := 0.0
		for _, t := range there[i*opt.Neighbours : (i+1)*opt.Neighbours] {
			worst = max(worst, norm(t.Of, shares[i].Of)/length)
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
