package overlay

import "math"

// Ticks returns round values within low..high, about count of them, and how
// many decimals they need.
func Ticks(low, high float64, count int) (values []float64, decimals int) {
	if !(high > low) || count < 1 || math.IsInf(high-low, 0) {
		return []float64{low}, 0
	}
	rough := (high - low) / float64(count)
	step := math.Pow(10, math.Floor(math.Log10(rough)))
	for _, k := range []float64{1, 2, 5, 10} {
		if k*step >= rough*0.7 { // rather one tick more than one too few
			step *= k
			break
		}
	}
	if step < 1 {
		decimals = int(math.Ceil(-math.Log10(step) - 1e-9))
	}
	for i := math.Ceil(low/step - 1e-9); i*step <= high+1e-9*step; i++ {
		values = append(values, i*step+0) // no negative zero
	}
	return values, decimals
}
