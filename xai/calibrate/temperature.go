package calibrate

import (
	"fmt"
	"math"
	"slices"
)

const (
	temperatureMin = 0.05
	temperatureMax = 20
	goldenSteps    = 60 // narrows the bracket by 10⁻¹²
)

// Temperature finds the number (Guo, Pleiss, Sun, Weinberger 2017) that scores
// are divided by before Softmax for the least log-loss of the labels. It changes
// no claim and no order of classes.
func Temperature(scores [][]float64, labels []int) (float64, error) {
	if len(scores) != len(labels) || len(scores) == 0 {
		return 0, fmt.Errorf("temperature: %d rows of scores, %d labels", len(scores), len(labels))
	}
	for i, s := range scores {
		if labels[i] < 0 || labels[i] >= len(s) {
			return 0, fmt.Errorf("temperature: row %d has label %d of %d classes", i+1, labels[i], len(s))
		}
	}
	loss := func(logT float64) float64 {
		t, sum := math.Exp(logT), 0.0
		for i, s := range scores {
			top, all := slices.Max(s), 0.0
			for _, v := range s {
				all += math.Exp((v - top) / t)
			}
			sum += math.Log(all) - (s[labels[i]]-top)/t
		}
		return sum
	}
	lo, hi := math.Log(temperatureMin), math.Log(temperatureMax)
	ratio := (math.Sqrt(5) - 1) / 2
	a, b := hi-ratio*(hi-lo), lo+ratio*(hi-lo)
	la, lb := loss(a), loss(b)
	for range goldenSteps { // convex in 1/T, hence one valley
		if la < lb {
			hi, b, lb = b, a, la
			a = hi - ratio*(hi-lo)
			la = loss(a)
		} else {
			lo, a, la = a, b, lb
			b = lo + ratio*(hi-lo)
			lb = loss(b)
		}
	}
	return math.Exp((lo + hi) / 2), nil
}

// Softmax returns the probabilities of scores at a temperature.
func Softmax(scores []float64, temperature float64) []float64 {
	out, top, sum := make([]float64, len(scores)), slices.Max(scores), 0.0
	for k, s := range scores {
		out[k] = math.Exp((s - top) / temperature)
		sum += out[k]
	}
	for k := range out {
		out[k] /= sum
	}
	return out
}
