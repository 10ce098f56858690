package explain

import (
	"fmt"
	"math"
	"slices"

	"github.com/glasstwin/glasstwin/xai"
	"github.com/glasstwin/glasstwin/xai/tree"
)

// Depends is how the score of a class depends on one column where all others are as in
// a row: individual conditional expectation (Goldstein et al. 2015), exact between the
// thresholds of the trees.
func Depends(m *tree.Model, column, class string, row []float64) (xai.Shape, error) {
	j := m.Column(column)
	k := slices.Index(m.Classes, class)
	if j < 0 || k < 0 || len(row) != len(m.Columns) {
		return xai.Shape{}, fmt.Errorf("how %s depends on %s: the model has no such class or column, or takes another number than %d", class, column, len(row))
	}
	c := m.Columns[j]
	least, most := c.Min, c.Max
	if v := row[j]; !math.IsNaN(v) {
		least, most = min(least, v), max(most, v)
	}
	if math.IsNaN(least) || !(most > least) {
		return xai.Shape{}, fmt.Errorf("how %s depends on %s: it never varied in training", class, column)
	}
	edges := []float64{least}
	for _, t := range m.Thresholds(j) {
		if t > edges[len(edges)-1] && t < most {
			edges = append(edges, t)
		}
	}
	edges = append(edges, most)
	var rows [][]float64
	for i := range len(edges) - 1 {
		r := slices.Clone(row)
		r[j] = (edges[i] + edges[i+1]) / 2
		rows = append(rows, r)
	}
	out := xai.Shape{Features: []string{c.Name}, Units: []string{c.Unit}, Edges: [][]float64{edges}, Value: []float64{row[j]}, Typical: []float64{c.Typical}}
	for _, o := range m.Outputs(rows) {
		out.Shares = append(out.Shares, []float64{o[k]})
	}
	return out, nil
}
