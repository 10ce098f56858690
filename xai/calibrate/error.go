package calibrate

import (
	"fmt"
	"math"
)

// Error is the expected calibration error (Naeini, Cooper, Hauskrecht 2015): the
// mean gap between confidence and accuracy over bins of equal width, weighted by
// their rows. Confidence is the probability of the claim, right whether it was
// true.
func Error(confidence []float64, right []bool, bins int) (float64, error) {
	if len(confidence) != len(right) || len(right) == 0 || bins < 1 {
		return 0, fmt.Errorf("calibration error: %d confidences, %d outcomes, %d bins", len(confidence), len(right), bins)
	}
	gap := make([]float64, bins)
	for i, c := range confidence {
		if !(c >= 0 && c <= 1) {
			return 0, fmt.Errorf("calibration error: row %d has confidence %g, which is no probability", i+1, c)
		}
		b := min(int(c*float64(bins)), bins-1)
		gap[b] += c
		if right[i] {
			gap[b]--
		}
	}
	sum := 0.0
	for _, g := range gap {
		sum += math.Abs(g)
	}
	return sum / float64(len(right)), nil
}

// Wilson returns the bounds of a proportion's interval (Wilson 1927): hits of n,
// z = 1.96 for 95 %, both sides. It holds for rows that do not depend on each
// other; where they come in days or runs, n should count these.
func Wilson(hits, n int, z float64) (low, high float64) {
	if n <= 0 {
		return 0, 1
	}
	p, m := float64(hits)/float64(n), float64(n)
	mid := p + z*z/(2*m)
	half := z * math.Sqrt(p*(1-p)/m+z*z/(4*m*m))
	whole := 1 + z*z/m
	return max(0, (mid-half)/whole), min(1, (mid+half)/whole)
}
