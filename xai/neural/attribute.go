package neural

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/glasstwin/glasstwin/xai"
)

const (
	stepsFirst   = 64   // of an integral; also the batch of a gradient
	stepsLast    = 4096 // doubled until the shares add up, or so many are reached
	completeness = 0.005
)

// Heatmap tells what each signal at each step adds to one output.
type Heatmap struct {
	Shares [][]float64 // steps × signals
	Base   float64     // the output of the baseline window
	Output float64     // of the window; Base and all Shares make it up
	Error  float64     // by how much they do not, as a part of Output less Base (at least 0.01)
}

// Flat returns the shares in the order of a row.
func (h *Heatmap) Flat() []float64 {
	var out []float64
	for _, s := range h.Shares {
		out = append(out, s...)
	}
	return out
}

// Integrated explains one output of a window by integrated gradients along the
// straight way from a baseline window, nil being every signal at its mean. The way
// is cut finer until the shares add up to 0.5 %.
func (m *Model) Integrated(row []float64, output int, baseline []float64) (*Heatmap, error) {
	if err := m.asks(row, output); err != nil {
		return nil, err
	}
	to, from := m.standard(row), make([]float64, len(row))
	if baseline != nil {
		if len(baseline) != m.width() {
			return nil, fmt.Errorf("explain a window: the baseline has %d values of %d", len(baseline), m.width())
		}
		from = m.standard(baseline)
	}
	ends, err := m.outputs([][]float64{from, to})
	if err != nil {
		return nil, err
	}
	e, err := m.explainer()
	if err != nil {
		return nil, err
	}
	defer m.explainers.Put(e)
	h := &Heatmap{Base: ends[0][output], Output: ends[1][output]}
	for steps := stepsFirst; ; steps *= 2 {
		slope, err := e.meanSlope(from, to, output, steps)
		if err != nil {
			return nil, err
		}
		sum := 0.0
		for i := range slope {
			slope[i] *= to[i] - from[i]
			sum += slope[i]
		}
		h.Error = math.Abs(h.Base+sum-h.Output) / max(0.01, math.Abs(h.Output-h.Base))
		if h.Error <= completeness || steps >= stepsLast {
			h.Shares = m.fold(slope)
			return h, nil
		}
	}
}

// Smooth explains one output by SmoothGrad: the slope, averaged over samples of
// the window with noise of so many spreads on it, times the window's distance from
// the mean. Its shares do not add up to the output.
func (m *Model) Smooth(row []float64, output, samples int, noise float64, rng *rand.Rand) (*Heatmap, error) {
	if err := m.asks(row, output); err != nil {
		return nil, err
	}
	if samples < 1 || samples > 1<<16 || !(noise >= 0) {
		return nil, fmt.Errorf("explain a window: %d samples, noise %g: 1 to %d samples and noise from 0 are allowed", samples, noise, 1<<16)
	}
	e, err := m.explainer()
	if err != nil {
		return nil, err
	}
	defer m.explainers.Put(e)
	z := m.standard(row)
	rows := make([][]float64, samples)
	for i := range rows {
		rows[i] = make([]float64, len(z))
		for k, v := range z {
			rows[i][k] = v + noise*rng.NormFloat64()
		}
	}
	slope, err := e.sumSlope(rows, output)
	if err != nil {
		return nil, err
	}
	ends, err := m.outputs([][]float64{make([]float64, len(z)), z})
	if err != nil {
		return nil, err
	}
	h := &Heatmap{Base: ends[0][output], Output: ends[1][output]}
	sum := 0.0
	for i := range slope {
		slope[i] *= z[i] / float64(samples)
		sum += slope[i]
	}
	h.Error = math.Abs(h.Base+sum-h.Output) / max(0.01, math.Abs(h.Output-h.Base))
	h.Shares = m.fold(slope)
	return h, nil
}

func (m *Model) asks(row []float64, output int) error {
	if len(row) != m.width() || output < 0 || output >= len(m.Classes) {
		return fmt.Errorf("explain a window: %d values of %d, output %d of %d", len(row), m.width(), output, len(m.Classes))
	}
	return nil
}

func (m *Model) fold(flat []float64) [][]float64 {
	out := make([][]float64, m.Steps)
	for t := range out {
		out[t] = flat[t*len(m.Signals) : (t+1)*len(m.Signals)]
	}
	return out
}

func (m *Model) explainer() (*reader, error) {
	if e, ok := m.explainers.Get().(*reader); ok {
		return e, nil
	}
	e, err := newReader(m.Shape, stepsFirst, m.Weights, true)
	if err != nil {
		return nil, fmt.Errorf("explain a window: %w", err)
	}
	return e, nil
}

// meanSlope is the slope of the output, averaged over the middles of equal steps.
func (r *reader) meanSlope(from, to []float64, output, steps int) ([]float64, error) {
	rows := make([][]float64, steps)
	for i := range rows {
		a := (float64(i) + 0.5) / float64(steps)
		rows[i] = make([]float64, len(to))
		for k := range to {
			rows[i][k] = from[k] + a*(to[k]-from[k])
		}
	}
	sum, err := r.sumSlope(rows, output)
	for k := range sum {
		sum[k] /= float64(steps)
	}
	return sum, err
}

func (r *reader) sumSlope(rows [][]float64, output int) ([]float64, error) {
	sum := make([]float64, r.net.shape.width())
	classes := len(r.net.shape.Classes)
	for at := 0; at < len(rows); at += r.net.batch {
		part := rows[at:min(at+r.net.batch, len(rows))]
		clear(data(r.asked))
		for i, z := range part {
			r.net.feed(i, z)
			data(r.asked)[i*classes+output] = 1
		}
		if err := r.run(); err != nil {
			return nil, fmt.Errorf("explain a window: %w", err)
		}
		slope, err := r.slope()
		if err != nil {
			return nil, fmt.Errorf("explain a window: %w", err)
		}
		for i := range part {
			for k, v := range r.net.unfeed(slope, i) {
				sum[k] += v
			}
		}
	}
	return sum, nil
}

// Attribute explains the asked output of each row by integrated gradients, in the
// form that faithfulness is measured in. Rows of another width have no shares.
func (m *Model) Attribute(rows [][]float64, outputs []int) []xai.Shares {
	out := make([]xai.Shares, len(rows))
	for i, row := range rows {
		if h, err := m.Integrated(row, outputs[i], nil); err == nil {
			out[i] = xai.Shares{Base: h.Base, Of: h.Flat()}
		}
	}
	return out
}

// Scrambled returns the model with its weights dealt anew within each layer: what
// explains it must be another explanation.
func (m *Model) Scrambled(rng *rand.Rand) *Model {
	weights := make([][]float64, len(m.Weights))
	for i, w := range m.Weights {
		weights[i] = append([]float64(nil), w...)
		rng.Shuffle(len(w), func(a, b int) { weights[i][a], weights[i][b] = weights[i][b], weights[i][a] })
	}
	return m.with(weights)
}

// Parts are the columns of each signal in each of so many stretches of time, for
// measuring faithfulness: one value alone among hundreds changes nothing.
func (s Shape) Parts(stretches int) [][]int {
	stretches = max(1, min(stretches, s.Steps))
	out := make([][]int, 0, stretches*len(s.Signals))
	for k := range stretches {
		for c := range s.Signals {
			var p []int
			for t := k * s.Steps / stretches; t < (k+1)*s.Steps/stretches; t++ {
				p = append(p, t*len(s.Signals)+c)
			}
			out = append(out, p)
		}
	}
	return out
}
