package neural

import (
	"fmt"
	"math"
	"sync"

	"github.com/glasstwin/glasstwin/xai"
	"github.com/glasstwin/glasstwin/xai/calibrate"
)

// Limits of a model, in memory and in a file.
const (
	signalsMax   = 256
	stepsMax     = 4096
	classesMax   = 64
	filtersMax   = 256
	kernelMax    = 63
	weightsMax   = 4 << 20
	spreadMin    = 1e-9
	readBatch    = 64  // rows that are read in one run
	zMax         = 8.0 // spreads: a value further out says no more than that it is far out
	fileBytesMax = 64 << 20
)

// Shape is what a network looks at and says, and how large it is.
type Shape struct {
	Signals []string
	Steps   int // of a window; a row holds all signals of its first step, then of its second
	Classes []string
	Filters int // of each convolution
	Kernel  int // steps, odd
}

func (s Shape) width() int { return len(s.Signals) * s.Steps }

func (s Shape) check() error {
	switch {
	case len(s.Signals) < 1 || len(s.Signals) > signalsMax || s.Steps < 4 || s.Steps > stepsMax || len(s.Classes) < 2 || len(s.Classes) > classesMax:
		return fmt.Errorf("%d signals, %d steps, %d classes: 1 to %d, 4 to %d, 2 to %d are allowed",
			len(s.Signals), s.Steps, len(s.Classes), signalsMax, stepsMax, classesMax)
	case s.Filters < 1 || s.Filters > filtersMax || s.Kernel < 3 || s.Kernel > kernelMax || s.Kernel%2 == 0:
		return fmt.Errorf("%d filters, kernel %d: 1 to %d filters, an odd kernel of 3 to %d are allowed", s.Filters, s.Kernel, filtersMax, kernelMax)
	}
	sum := 0
	for _, w := range s.weightShapes() {
		sum += w.TotalSize()
	}
	if sum > weightsMax {
		return fmt.Errorf("%d weights, at most %d are allowed: choose fewer steps or filters", sum, weightsMax)
	}
	return nil
}

// Model is a trained network. It is safe for concurrent use and must not be
// changed once it is in use.
type Model struct {
	Name, Version string
	Shape
	Mean, Spread []float64   // of each signal
	Weights      [][]float64 // rounded to single precision, so that a file holds the same model
	Temperature  float64     // outputs are divided by it before they become probabilities
	Faithfulness []xai.Figure

	readers, explainers sync.Pool
}

// standard is a row in spreads from the means; what is missing stands at the mean.
func (m *Model) standard(row []float64) []float64 {
	z := make([]float64, len(row))
	for i, v := range row {
		if j := i % len(m.Signals); !math.IsNaN(v) {
			z[i] = max(-zMax, min(zMax, (v-m.Mean[j])/m.Spread[j]))
		}
	}
	return z
}

// Outputs returns the output of each class for each row, in log-odds up to a
// constant. Rows of another width than the shape's are an error.
func (m *Model) Outputs(rows [][]float64) ([][]float64, error) {
	z := make([][]float64, len(rows))
	for i, row := range rows {
		if len(row) != m.width() {
			return nil, fmt.Errorf("read windows: row %d has %d values, %d steps of %d signals make %d", i+1, len(row), m.Steps, len(m.Signals), m.width())
		}
		z[i] = m.standard(row)
	}
	return m.outputs(z)
}

func (m *Model) outputs(z [][]float64) ([][]float64, error) {
	r, ok := m.readers.Get().(*reader)
	if !ok {
		var err error
		if r, err = newReader(m.Shape, readBatch, m.Weights, false); err != nil {
			return nil, fmt.Errorf("read windows: %w", err)
		}
	}
	defer m.readers.Put(r)
	out := make([][]float64, 0, len(z))
	for from := 0; from < len(z); from += readBatch {
		part := z[from:min(from+readBatch, len(z))]
		for i, row := range part {
			r.net.feed(i, row)
		}
		if err := r.run(); err != nil {
			return nil, fmt.Errorf("read windows: %w", err)
		}
		values := r.outputs.Data().([]float64)
		for i := range part {
			out = append(out, append([]float64(nil), values[i*len(m.Classes):(i+1)*len(m.Classes)]...))
		}
	}
	return out, nil
}

// Probabilities returns the calibrated probability of each class of each row.
func (m *Model) Probabilities(rows [][]float64) ([][]float64, error) {
	out, err := m.Outputs(rows)
	for i, o := range out {
		out[i] = calibrate.Softmax(o, m.Temperature)
	}
	return out, err
}

// Calibrate returns a copy of the model whose temperature was set on windows of
// groups that it has never seen.
func (m *Model) Calibrate(t *xai.Table) (*Model, error) {
	outputs, err := m.Outputs(t.Rows)
	if err != nil {
		return nil, fmt.Errorf("calibrate: %w", err)
	}
	temperature, err := calibrate.Temperature(outputs, t.Labels)
	if err != nil {
		return nil, fmt.Errorf("calibrate: %w", err)
	}
	c := m.with(m.Weights)
	c.Temperature = temperature
	return c, nil
}

// with is the model with other weights and readers of its own.
func (m *Model) with(weights [][]float64) *Model {
	return &Model{Name: m.Name, Version: m.Version, Shape: m.Shape, Mean: m.Mean, Spread: m.Spread, Weights: weights,
		Temperature: m.Temperature, Faithfulness: m.Faithfulness}
}
