package ebm

import (
	"fmt"
	"math"
	"slices"

	"github.com/glasstwin/glasstwin/xai"
)

// Temperature scaling (Guo, Pleiss, Sun, Weinberger 2017): one number divides
// all scores, so that what is said with 90 % confidence comes true nine times
// in ten. It changes no claim and no order of classes.
const (
	temperatureMin = 0.2
	temperatureMax = 8
	goldenSteps    = 60 // narrows the bracket by 10⁻¹²
)

// Calibrate returns a copy of the model whose temperature was set on a table of
// groups that it has never seen.
func (m *Model) Calibrate(t *xai.Table) (*Model, error) {
	if m.Task == Regression {
		return nil, fmt.Errorf("calibrate: a regression has no probabilities")
	}
	if err := m.checkColumns(t); err != nil {
		return nil, fmt.Errorf("calibrate: %w", err)
	}
	if !slices.Equal(t.Classes, m.Classes) || len(t.Labels) == 0 {
		return nil, fmt.Errorf("calibrate: the table needs labels of the classes %q", m.Classes)
	}
	out := *m
	scores := make([][]float64, len(t.Rows))
	for i, row := range t.Rows {
		scores[i] = m.Score(row)
	}
	out.Temperature = temperatureOf(&out, scores, t.Labels)
	return &out, nil
}

// calibrate sets a first temperature from what each bag says of the groups it
// held out itself.
func (f *fitter) calibrate(m *Model, pairs []pair) {
	if m.Task == Regression {
		return
	}
	w := f.g.width
	sum, seen := make([]float64, len(f.t.Rows)*w), make([]float64, len(f.t.Rows))
	for _, b := range f.bags {
		score := b.afterFeatures.held
		if len(pairs) > 0 {
			copy(b.held.score, score)
			for i, p := range pairs {
				b.held.add(newVisit(f.g, p, b).held, b.pairs[i], 1)
			}
			score = b.held.score
		}
		for r, i := range b.heldRows {
			for k := range w {
				sum[i*w+k] += score[r*w+k]
			}
			seen[i]++
		}
	}
	var scores [][]float64
	var labels []int
	for i, n := range seen {
		if n == 0 {
			continue
		}
		s := make([]float64, w)
		for k := range s {
			s[k] = sum[i*w+k] / n
		}
		scores, labels = append(scores, s), append(labels, f.t.Labels[i])
	}
	m.Temperature = temperatureOf(m, scores, labels)
}

// temperatureOf finds the temperature of least log-loss by golden section over
// its logarithm; the loss is convex in 1/T, hence has one valley.
func temperatureOf(m *Model, scores [][]float64, labels []int) float64 {
	if len(scores) == 0 {
		return 1
	}
	at := *m
	loss := func(logT float64) float64 {
		at.Temperature = math.Exp(logT)
		sum := 0.0
		for i, s := range scores {
			sum -= math.Log(max(at.proba(s)[labels[i]], 1e-300))
		}
		return sum
	}
	lo, hi := math.Log(temperatureMin), math.Log(temperatureMax)
	ratio := (math.Sqrt(5) - 1) / 2
	a, b := hi-ratio*(hi-lo), lo+ratio*(hi-lo)
	la, lb := loss(a), loss(b)
	for range goldenSteps {
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
	return math.Exp((lo + hi) / 2)
}
