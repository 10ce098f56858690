package ebm

import (
	"fmt"
	"math"
	"slices"

	"github.com/glasstwin/glasstwin/xai"
)

// Model is a fitted machine. It is read only once fitted and safe for
// concurrent use.
type Model struct {
	Name          string // "cabinet-faults"
	Version       string // set by whoever stores it
	Task          Task
	Classes       []string  // empty for regression
	Normal        string    // class that counts as "nothing is wrong"
	Columns       []Column  // in the order of a row
	Intercept     []float64 // one for each score
	Terms         []Term
	Temperature   float64 // scores are divided by it before they become probabilities
	MinConfidence float64 // below it Explain abstains
	Faithfulness  []xai.Figure
}

// Column is what the model knows of a feature besides its shape.
type Column struct {
	xai.Column
	Min, Max float64 // of the training rows; NaN when it was never there
	Typical  float64 // median of the normal class, of all rows when there is none
	Missing  float64 // share of the training rows that lacked it
	Scale    float64 // spread of the training rows, the unit of counterfactual distance; never 0
}

// Term is a shape function of one feature, or of a pair.
type Term struct {
	Features   []int       // indices of columns, one or two
	Cuts       [][]float64 // edges of the bins of each feature, rising; bin 0 is missing
	Scores     []float64   // [cell × width + score]; the cell of a pair is first bin × bins of the second + second bin
	Importance float64     // mean magnitude over the training rows
}

// width is the number of scores: one for each class of several, else one.
func (m *Model) width() int {
	if m.Task == Multiclass {
		return len(m.Classes)
	}
	return 1
}

// Score returns the model's scores of a row: log-odds of each class against
// their mean (multiclass), of the second class (binary), or the number itself
// (regression). NaN in a row is a missing value.
func (m *Model) Score(row []float64) []float64 {
	out := make([]float64, m.width())
	m.scoreInto(out, row)
	return out
}

func (m *Model) scoreInto(out, row []float64) {
	copy(out, m.Intercept)
	for i := range m.Terms {
		t := &m.Terms[i]
		at := t.cell(row) * len(out)
		for k := range out {
			out[k] += t.Scores[at+k]
		}
	}
}

// cell returns which entry of the term's table a row falls in.
func (t *Term) cell(row []float64) int {
	c := binOf(t.Cuts[0], row[t.Features[0]])
	if len(t.Features) == 2 {
		c = c*(len(t.Cuts[1])+2) + binOf(t.Cuts[1], row[t.Features[1]])
	}
	return c
}

// cells is the number of entries of the term's table.
func (t *Term) cells() int {
	n := 1
	for _, c := range t.Cuts {
		n *= len(c) + 2
	}
	return n
}

// Proba returns the calibrated probability of each class; nil for regression.
func (m *Model) Proba(row []float64) []float64 {
	if m.Task == Regression {
		return nil
	}
	return m.proba(m.Score(row))
}

func (m *Model) proba(scores []float64) []float64 {
	if m.Task == Binary {
		p := sigmoid(scores[0] / m.Temperature)
		return []float64{1 - p, p}
	}
	p := make([]float64, len(scores))
	top := slices.Max(scores)
	sum := 0.0
	for k, s := range scores {
		p[k] = math.Exp((s - top) / m.Temperature)
		sum += p[k]
	}
	for k := range p {
		p[k] /= sum
	}
	return p
}

// Predict returns the index of the likeliest class.
func (m *Model) Predict(row []float64) int { return m.claimOf(m.Score(row)) }

func (m *Model) claimOf(scores []float64) int {
	switch m.Task {
	case Regression:
		return 0
	case Binary:
		if scores[0] > 0 {
			return 1
		}
		return 0
	}
	best := 0
	for k, s := range scores {
		if s > scores[best] {
			best = k
		}
	}
	return best
}

// Column returns the index of the column of that name, or -1.
func (m *Model) Column(name string) int {
	return slices.IndexFunc(m.Columns, func(c Column) bool { return c.Name == name })
}

// TermName is the column's name, or "a × b" of a pair.
func (m *Model) TermName(t Term) string {
	name := m.Columns[t.Features[0]].Name
	if len(t.Features) == 2 {
		name += " × " + m.Columns[t.Features[1]].Name
	}
	return name
}

// fits returns an error when a row has not the model's width.
func (m *Model) fits(row []float64) error {
	if len(row) != len(m.Columns) {
		return fmt.Errorf("the row has %d values, model %s takes %d", len(row), m.Name, len(m.Columns))
	}
	return nil
}

func sigmoid(x float64) float64 { return 1 / (1 + math.Exp(-x)) }
