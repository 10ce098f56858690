// Package surrogate draws the whole of a model as one small tree (Craven,
// Shavlik 1996), fitted to what the model says and not to the truth. A tree that
// a person can read tells less than the model does: by how much is its fidelity,
// which is measured on rows that it was not fitted on and is always printed with
// it. It works on any model. Start reading at Fit.
package surrogate

import (
	"context"
	"fmt"
	"math"
	"strings"

	"github.com/glasstwin/glasstwin/xai"
	"github.com/glasstwin/glasstwin/xai/tree"
)

// Tree stands for one output of a model.
type Tree struct {
	Output    int
	Tree      tree.Tree // its leaves hold the output itself
	Columns   []xai.Column
	Agreement float64 // share of held rows whose output is on the same side of one half; of a regression, NaN
	R2        float64 // share of the output's variance on the held rows that the tree follows
	Held      int     // rows that both were measured on
}

// Fit fits a tree of at most depth levels to one output of a model on rows, and
// measures it on held, which must be rows of other groups.
func Fit(ctx context.Context, f xai.Predict, columns []xai.Column, rows, held [][]float64, output, depth int) (*Tree, error) {
	if len(rows) == 0 || len(held) == 0 {
		return nil, fmt.Errorf("surrogate tree: %d rows to fit on, %d to measure on", len(rows), len(held))
	}
	t := &xai.Table{Columns: columns, Rows: rows}
	classes := 0
	for _, o := range f(rows) {
		if output < 0 || output >= len(o) {
			return nil, fmt.Errorf("surrogate tree: output %d of %d", output, len(o))
		}
		t.Targets = append(t.Targets, o[output])
		classes = len(o)
	}
	// One tree at full rate and with next to no penalty: its leaves are means.
	m, err := tree.Fit(ctx, t, tree.Options{Rounds: 1, Depth: depth, LearningRate: 1, Lambda: 1e-9, MinLeaf: max(1, len(rows)/200)})
	if err != nil {
		return nil, fmt.Errorf("surrogate tree: %w", err)
	}
	s := &Tree{Output: output, Tree: m.Trees[0], Columns: columns, Held: len(held)}
	for i := range s.Tree.Nodes {
		if n := &s.Tree.Nodes[i]; n.Leaf() {
			n.Value += m.Base[0]
		}
	}
	s.measure(f(held), held, classes)
	return s, nil
}

func (s *Tree) measure(outputs [][]float64, held [][]float64, classes int) {
	mean, same := 0.0, 0.0
	for _, o := range outputs {
		mean += o[s.Output] / float64(len(outputs))
	}
	var off, all float64
	for i, row := range held {
		said, told := outputs[i][s.Output], s.At(row)
		off += (said - told) * (said - told)
		all += (said - mean) * (said - mean)
		if (said > 0.5) == (told > 0.5) {
			same++
		}
	}
	s.R2 = 1 - off/max(all, math.SmallestNonzeroFloat64)
	if s.Agreement = same / float64(len(held)); classes < 2 {
		s.Agreement = math.NaN()
	}
}

// At returns what the tree says of a row.
func (s *Tree) At(row []float64) float64 { return s.Tree.Nodes[s.Tree.Reaches(row)].Value }

// Text writes the tree as indented lines, its fidelity first.
func (s *Tree) Text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "fidelity on %d held rows: R² %.3f", s.Held, s.R2)
	if !math.IsNaN(s.Agreement) {
		fmt.Fprintf(&b, ", the same side of one half in %.1f %%", 100*s.Agreement)
	}
	b.WriteByte('\n')
	s.write(&b, 0, 0)
	return b.String()
}

func (s *Tree) write(b *strings.Builder, at, depth int) {
	n := &s.Tree.Nodes[at]
	in := strings.Repeat("  ", depth)
	if n.Leaf() {
		fmt.Fprintf(b, "%s→ %.3g (%.0f rows)\n", in, n.Value, n.Cover)
		return
	}
	c := s.Columns[n.Feature]
	less, more := "", " or missing"
	if n.MissingLeft {
		less, more = more, less
	}
	unit := strings.TrimRight(" "+c.Unit, " ")
	if n.Threshold == math.MaxFloat64 {
		fmt.Fprintf(b, "%s%s is there\n", in, c.Name)
		s.write(b, n.Left, depth+1)
		fmt.Fprintf(b, "%s%s is missing\n", in, c.Name)
	} else {
		fmt.Fprintf(b, "%s%s < %.4g%s%s\n", in, c.Name, n.Threshold, unit, less)
		s.write(b, n.Left, depth+1)
		fmt.Fprintf(b, "%s%s >= %.4g%s%s\n", in, c.Name, n.Threshold, unit, more)
	}
	s.write(b, n.Right, depth+1)
}
