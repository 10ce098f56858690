package ebm

import (
	"fmt"
	"math"

	"github.com/glasstwin/glasstwin/xai"
)

// Shape is the shape function of a term, or the map of a pair, by its name as an
// Attribution has it: its share in the score of a class, over what the training rows
// spanned. The row is the one that is told of.
func (m *Model) Shape(term, class string, row []float64) (xai.Shape, error) {
	if err := m.fits(row); err != nil {
		return xai.Shape{}, fmt.Errorf("shape of %s: %w", term, err)
	}
	claim := 0
	for claim < len(m.Classes) && m.Classes[claim] != class {
		claim++
	}
	if m.Task != Regression && claim == len(m.Classes) {
		return xai.Shape{}, fmt.Errorf("shape of %s: the model knows no class %q", term, class)
	}
	score, sign := m.scoreOf(claim)
	for i := range m.Terms {
		t := &m.Terms[i]
		if m.TermName(*t) != term {
			continue
		}
		out := xai.Shape{Exact: true}
		var bins [][]int
		for k, j := range t.Features {
			c := m.Columns[j]
			edges, of := stepsOf(t.Cuts[k], c.Min, c.Max)
			bins = append(bins, of)
			out.Features, out.Units, out.Edges = append(out.Features, c.Name), append(out.Units, c.Unit), append(out.Edges, edges)
			out.Value, out.Typical = append(out.Value, row[j]), append(out.Typical, c.Typical)
		}
		for _, b := range bins[0] {
			if len(bins) == 1 {
				out.Shares = append(out.Shares, []float64{sign * t.Scores[b*m.width()+score]})
				continue
			}
			var line []float64
			for _, d := range bins[1] {
				line = append(line, sign*t.Scores[(b*(len(t.Cuts[1])+2)+d)*m.width()+score])
			}
			out.Shares = append(out.Shares, line)
		}
		return out, nil
	}
	return xai.Shape{}, fmt.Errorf("shape of %s: the model has no such term", term)
}

// stepsOf are the edges between the bins of a feature from its least to its most, and
// the bin of each step.
func stepsOf(cuts []float64, least, most float64) (edges []float64, bins []int) {
	if math.IsNaN(least) || !(most > least) {
		least, most = 0, 1
		if len(cuts) > 0 {
			least, most = cuts[0]-1, cuts[len(cuts)-1]+1
		}
	}
	edges = []float64{least}
	for _, c := range cuts {
		if c > least && c < most {
			edges = append(edges, c)
		}
	}
	edges = append(edges, most)
	for i := range len(edges) - 1 {
		bins = append(bins, binOf(cuts, (edges[i]+edges[i+1])/2))
	}
	return edges, bins
}
