package explain

import (
	"math"
	"slices"

	"github.com/glasstwin/glasstwin/xai"
	"github.com/glasstwin/glasstwin/xai/faith"
)

// relatedRowsMax is how many rows are looked at: ranks of more say the same.
const relatedRowsMax = 4000

// Related groups the columns that go with each other: any two of a group have a
// rank correlation (Spearman) of at least least, on the rows that have both.
// Shapley values split what such columns say among them, and a counterfactual
// that moves one alone may ask for what cannot be; so groups are told. Columns
// that stand alone are in none.
func Related(t *xai.Table, least float64) [][]int {
	step := max(1, len(t.Rows)/relatedRowsMax)
	n := len(t.Columns)
	var groups [][]int
	near := make([][]float64, n)
	for i := range near {
		near[i] = make([]float64, n)
		for j := range i {
			near[i][j] = math.Abs(spearman(t.Rows, step, i, j))
			near[j][i] = near[i][j]
		}
		groups = append(groups, []int{i})
	}
	for { // join the two groups whose farthest members are nearest
		a, b, best := -1, -1, least
		for i := range groups {
			for j := range i {
				far := math.Inf(1)
				for _, x := range groups[i] {
					for _, y := range groups[j] {
						far = min(far, near[x][y])
					}
				}
				if far >= best {
					a, b, best = j, i, far
				}
			}
		}
		if a < 0 {
			break
		}
		groups[a] = append(groups[a], groups[b]...)
		groups = slices.Delete(groups, b, b+1)
	}
	groups = slices.DeleteFunc(groups, func(g []int) bool { return len(g) < 2 })
	for _, g := range groups {
		slices.Sort(g)
	}
	return groups
}

// Together is Related by the columns' names.
func Together(t *xai.Table, least float64) [][]string {
	var out [][]string
	for _, g := range Related(t, least) {
		var names []string
		for _, j := range g {
			names = append(names, t.Columns[j].Name)
		}
		out = append(out, names)
	}
	return out
}

func spearman(rows [][]float64, step, a, b int) float64 {
	var x, y []float64
	for i := 0; i < len(rows); i += step {
		if u, v := rows[i][a], rows[i][b]; !math.IsNaN(u) && !math.IsNaN(v) {
			x, y = append(x, u), append(y, v)
		}
	}
	return faith.RankCorrelation(x, y)
}
