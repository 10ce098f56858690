package tree

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/glasstwin/glasstwin/xai"
	"github.com/glasstwin/glasstwin/xai/calibrate"
)

// Task is what the model predicts.
type Task string

const (
	Binary     Task = "binary"     // two classes: one score, log-odds of the second
	Multiclass Task = "multiclass" // softmax: one score for each class
	Regression Task = "regression" // squared loss: one score, the number itself
)

// Model is a fitted ensemble. It is read only once fitted and safe for
// concurrent use.
type Model struct {
	Name          string
	Version       string // set by whoever stores it
	Task          Task
	Classes       []string // empty for regression
	Normal        string   // class that counts as "nothing is wrong"
	Columns       []Column // in the order of a row
	Base          []float64
	Trees         []Tree  // tree i adds to score i modulo Width()
	Temperature   float64 // scores are divided by it before they become probabilities
	MinConfidence float64 // below it an explanation abstains
	Faithfulness  []xai.Figure
}

// Column is what the model knows of a feature besides its splits.
type Column struct {
	xai.Column
	Min, Max float64 // of the training rows; NaN when it was never there
	Typical  float64 // median of the normal class, of all rows when there is none
	Missing  float64 // share of the training rows that lacked it
	Scale    float64 // spread of the training rows, the unit of distance; never 0
}

// Tree is a binary tree in an array. Node 0 is the root, and children stand
// behind their parent.
type Tree struct {
	Nodes []Node
}

// Node is a split, or a leaf when Feature is negative.
type Node struct {
	Feature     int
	Threshold   float64 // values below it go left
	MissingLeft bool
	Left, Right int     // indices into Nodes
	Value       float64 // of a leaf: what it adds to the score
	Cover       float64 // training rows that came by; above 0
	Gain        float64 // by how much the split lowered the loss
}

// Leaf tells whether the node is one.
func (n *Node) Leaf() bool { return n.Feature < 0 }

// GoesLeft tells to which side a value goes.
func (n *Node) GoesLeft(v float64) bool {
	return v < n.Threshold || n.MissingLeft && math.IsNaN(v)
}

// Reaches returns the index of the leaf that a row ends in.
func (t *Tree) Reaches(row []float64) int {
	at := 0
	for {
		n := &t.Nodes[at]
		switch {
		case n.Leaf():
			return at
		case n.GoesLeft(row[n.Feature]):
			at = n.Left
		default:
			at = n.Right
		}
	}
}

// Width is the number of scores: one for each class of several, else one.
func (m *Model) Width() int {
	if m.Task == Multiclass {
		return len(m.Classes)
	}
	return 1
}

// Score returns the model's scores of a row: log-odds of each class
// (multiclass), of the second class (binary), or the number (regression). NaN in
// a row is a missing value.
func (m *Model) Score(row []float64) []float64 {
	out := slices.Clone(m.Base)
	for i := range m.Trees {
		t := &m.Trees[i]
		out[i%len(out)] += t.Nodes[t.Reaches(row)].Value
	}
	return out
}

// Outputs returns the score of each class, so that two classes have two scores
// of opposite sign; or the number. These are what explanations explain.
func (m *Model) Outputs(rows [][]float64) [][]float64 {
	out := make([][]float64, len(rows))
	for i, row := range rows {
		s := m.Score(row)
		if m.Task == Binary {
			s = []float64{-s[0], s[0]}
		}
		out[i] = s
	}
	return out
}

// Probabilities returns the calibrated probability of each class of each row;
// of a regression, its number.
func (m *Model) Probabilities(rows [][]float64) [][]float64 {
	out := m.Outputs(rows)
	for i, s := range out {
		out[i] = m.probability(s)
	}
	return out
}

func (m *Model) probability(outputs []float64) []float64 {
	switch m.Task {
	case Regression:
		return outputs
	case Binary: // the difference of the outputs is twice the log-odds
		p := 1 / (1 + math.Exp(-outputs[1]/m.Temperature))
		return []float64{1 - p, p}
	}
	return calibrate.Softmax(outputs, m.Temperature)
}

// Predict returns the index of the likeliest class.
func (m *Model) Predict(row []float64) int {
	out := m.Outputs([][]float64{row})[0]
	best := 0
	for k, s := range out {
		if s > out[best] {
			best = k
		}
	}
	return best
}

// Column returns the index of the column of that name, or -1.
func (m *Model) Column(name string) int {
	return slices.IndexFunc(m.Columns, func(c Column) bool { return c.Name == name })
}

// Importance returns by how much the splits of each column lowered the loss, as
// shares of the whole.
func (m *Model) Importance() []float64 {
	out, sum := make([]float64, len(m.Columns)), 0.0
	for _, t := range m.Trees {
		for _, n := range t.Nodes {
			if !n.Leaf() {
				out[n.Feature] += n.Gain
				sum += n.Gain
			}
		}
	}
	if sum > 0 {
		for j := range out {
			out[j] /= sum
		}
	}
	return out
}

// Calibrate returns a copy of the model whose temperature was set on a table of
// groups that it has never seen.
func (m *Model) Calibrate(t *xai.Table) (*Model, error) {
	if m.Task == Regression {
		return nil, fmt.Errorf("calibrate: a regression has no probabilities")
	}
	if !slices.Equal(t.Classes, m.Classes) || len(t.Labels) == 0 {
		return nil, fmt.Errorf("calibrate: the table needs labels of the classes %q", m.Classes)
	}
	outputs := m.Outputs(t.Rows)
	if m.Task == Binary {
		for _, o := range outputs { // so that their difference is the log-odds
			o[0], o[1] = o[0]/2, o[1]/2
		}
	}
	temperature, err := calibrate.Temperature(outputs, t.Labels)
	if err != nil {
		return nil, fmt.Errorf("calibrate: %w", err)
	}
	out := *m
	out.Temperature = temperature
	return &out, nil
}

// Scrambled returns the model with the values of all leaves dealt anew: what
// explains it must be another explanation.
func (m *Model) Scrambled(rng *rand.Rand) *Model {
	out := *m
	out.Trees = make([]Tree, len(m.Trees))
	var leaves []*Node
	for i, t := range m.Trees {
		out.Trees[i].Nodes = slices.Clone(t.Nodes)
		for k := range out.Trees[i].Nodes {
			if n := &out.Trees[i].Nodes[k]; n.Leaf() {
				leaves = append(leaves, n)
			}
		}
	}
	rng.Shuffle(len(leaves), func(a, b int) { leaves[a].Value, leaves[b].Value = leaves[b].Value, leaves[a].Value })
	return &out
}

// Leaves returns the leaf that each tree puts a row in.
func (m *Model) Leaves(row []float64) []int {
	out := make([]int, len(m.Trees))
	for i := range m.Trees {
		out[i] = m.Trees[i].Reaches(row)
	}
	return out
}

// Thresholds returns the values at which the model parts a column, rising.
func (m *Model) Thresholds(column int) []float64 {
	var out []float64
	for _, t := range m.Trees {
		for _, n := range t.Nodes {
			if n.Feature == column && n.Threshold < math.MaxFloat64 {
				out = append(out, n.Threshold)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
