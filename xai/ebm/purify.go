package ebm

import "math"

// Purification leaves in a pair only what no single feature can say: every row
// and every column of its table has a weighted mean of zero, and what was taken
// out is handed to the single features (Lengerich, Tan, Chang, Hooker, Caruana
// 2020, "Purifying Interaction Effects with the Functional ANOVA"). The sum of
// all terms stays what it was.
const (
	purifyRounds    = 200   // row and column means converge geometrically; strongly correlated features need tens
	purifyTolerance = 1e-12 // of a score
)

// purify changes table (na × nb × width) in place and returns what it moved
// out: per bin of the first, and per bin of the second feature.
func purify(table []float64, na, nb, width int, weight []float64) (first, second []float64) {
	first, second = make([]float64, na*width), make([]float64, nb*width)
	for k := range width {
		for range purifyRounds {
			moved := 0.0
			for a := range na {
				m := weightedMean(nb, func(b int) (float64, float64) { return table[(a*nb+b)*width+k], weight[a*nb+b] })
				for b := range nb {
					table[(a*nb+b)*width+k] -= m
				}
				first[a*width+k] += m
				moved = max(moved, math.Abs(m))
			}
			for b := range nb {
				m := weightedMean(na, func(a int) (float64, float64) { return table[(a*nb+b)*width+k], weight[a*nb+b] })
				for a := range na {
					table[(a*nb+b)*width+k] -= m
				}
				second[b*width+k] += m
				moved = max(moved, math.Abs(m))
			}
			if moved < purifyTolerance {
				break
			}
		}
	}
	return first, second
}

// weightedMean is the plain mean where no weight stands.
func weightedMean(n int, at func(int) (value, weight float64)) float64 {
	sum, mass, plain := 0.0, 0.0, 0.0
	for i := range n {
		v, w := at(i)
		sum += v * w
		mass += w
		plain += v
	}
	if mass == 0 {
		return plain / float64(n)
	}
	return sum / mass
}
