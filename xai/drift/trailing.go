package drift

import "math"

// Trailing returns for each row the mean of each column over the last window rows
// and its spread in them, 2 columns for each: the mean, then the spread. The first
// rows are told from what there is. It looks back only, so that it can be had while
// the rows come in. What is missing is left out; where all is, both are NaN.
func Trailing(rows [][]float64, window int) [][]float64 {
	out := make([][]float64, len(rows))
	if len(rows) == 0 || window < 1 {
		return out
	}
	d := len(rows[0])
	for i := range rows {
		out[i] = make([]float64, 2*d)
		for j := range d {
			var n, mean, m2 float64
			for _, r := range rows[max(0, i-window+1) : i+1] {
				if v := r[j]; !math.IsNaN(v) { // Welford 1962
					n++
					delta := v - mean
					mean += delta / n
					m2 += delta * (v - mean)
				}
			}
			if n == 0 {
				mean, m2 = math.NaN(), math.NaN()
			}
			out[i][2*j], out[i][2*j+1] = mean, math.Sqrt(m2/max(1, n))
		}
	}
	return out
}
