package drift

import (
	"fmt"
	"slices"
)

const (
	detectorQuantile = 0.99 // of the distances of the training rows: the unit of a score
	detectorShrink   = 0.3  // of correlations: trailing rows overlap, so that few of them are independent
)

// Detector finds the rows of a multivariate series that are unlike its beginning,
// with no label: trailing means and spreads of each signal, and how far they are,
// together, from those of the training rows. It is read only and safe for
// concurrent use.
type Detector struct {
	Regime *Regime
	Window int     // rows
	Limit  float64 // squared distance that counts as score 1
}

// FitDetector learns from rows in the order of time in which nothing is wrong, at
// least 4 windows long. A factor above 1 asks for more than the usual distance
// before a row scores 1: neighbours in time are near copies, so that the training
// rows span less than what is still usual.
func FitDetector(rows [][]float64, window int, factor float64) (*Detector, error) {
	if window < 2 || len(rows) < 4*window || !(factor > 0) {
		return nil, fmt.Errorf("fit a detector: %d rows, window %d, factor %g; a window is at least 2, the rows 4 windows, the factor above 0", len(rows), window, factor)
	}
	features := Trailing(rows, window)[window-1:]
	regime, err := FitRegime(features, detectorShrink)
	if err != nil {
		return nil, fmt.Errorf("fit a detector: %w", err)
	}
	distances := make([]float64, len(features))
	for i, f := range features {
		distances[i] = regime.Distance(f)
	}
	slices.Sort(distances)
	return &Detector{regime, window, factor * max(spreadMin, distances[int(detectorQuantile*float64(len(distances)-1))])}, nil
}

// Scores returns a score for each row; above 1 it is unlike the training rows. The
// first rows, with less than a window before them, score 0.
func (d *Detector) Scores(rows [][]float64) []float64 {
	out := make([]float64, len(rows))
	for i, f := range Trailing(rows, d.Window) {
		if i >= d.Window-1 {
			out[i] = d.Regime.Distance(f) / d.Limit
		}
	}
	return out
}

// Shares returns what each signal adds to the score of each row: a heatmap of time
// and signal, whose rows sum up to Scores exactly.
func (d *Detector) Shares(rows [][]float64) [][]float64 {
	out := make([][]float64, len(rows))
	for i, f := range Trailing(rows, d.Window) {
		out[i] = make([]float64, len(f)/2)
		if i < d.Window-1 {
			continue
		}
		for k, s := range d.Regime.Shares(f) {
			out[i][k/2] += s / d.Limit
		}
	}
	return out
}
