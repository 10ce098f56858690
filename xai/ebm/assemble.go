package ebm

import (
	"fmt"
	"math"
	"slices"
	"sort"

	"github.com/glasstwin/glasstwin/xai"
)

// assemble averages the bags, purifies the pairs, centres every term on the
// training rows and describes the columns.
func (f *fitter) assemble(pairs []pair) (*Model, error) {
	g, w := f.g, f.g.width
	m := &Model{Task: g.task, Classes: slices.Clone(f.t.Classes), Normal: f.opt.Normal,
		Intercept: make([]float64, w), Temperature: 1, MinConfidence: f.opt.MinConfidence}
	if m.Normal == "" && len(m.Classes) > 0 {
		m.Normal = m.Classes[0]
	}
	if len(m.Classes) > 0 && !slices.Contains(m.Classes, m.Normal) {
		return nil, fmt.Errorf("the normal class %q is not among the table's classes %q", m.Normal, m.Classes)
	}
	m.Columns = f.columns(m.Normal)
	each := 1 / float64(len(f.bags))
	for _, b := range f.bags {
		for k := range w {
			m.Intercept[k] += each * b.intercept[k]
		}
	}
	weights := make([][]float64, 0, len(g.cuts)+len(pairs))
	for j, cuts := range g.cuts {
		t := Term{Features: []int{j}, Cuts: [][]float64{cuts}, Scores: make([]float64, (len(cuts)+2)*w)}
		for _, b := range f.bags {
			for c, v := range b.singles[j] {
				t.Scores[c] += each * v
			}
		}
		m.Terms, weights = append(m.Terms, t), append(weights, g.weight[j])
	}
	for i, p := range pairs {
		t := Term{Features: []int{p.a, p.b}, Cuts: [][]float64{g.pairCuts[p.a], g.pairCuts[p.b]}}
		na, nb := len(t.Cuts[0])+2, len(t.Cuts[1])+2
		t.Scores = make([]float64, na*nb*w)
		for _, b := range f.bags {
			for c, v := range b.pairs[i] {
				t.Scores[c] += each * v
			}
		}
		weight := make([]float64, na*nb)
		for r := range f.t.Rows {
			weight[g.pairBin[p.a][g.bins[p.a][r]]*nb+g.pairBin[p.b][g.bins[p.b][r]]]++
		}
		first, second := purify(t.Scores, na, nb, w, weight)
		spread(m.Terms[p.a].Scores, first, g.pairBin[p.a], w)
		spread(m.Terms[p.b].Scores, second, g.pairBin[p.b], w)
		m.Terms, weights = append(m.Terms, t), append(weights, weight)
	}
	for i := range m.Terms {
		m.centre(&m.Terms[i], weights[i])
		m.silenceUnseen(&m.Terms[i])
	}
	return m, nil
}

// spread adds a coarse table to a fine one.
func spread(fine, coarse []float64, of []int, width int) {
	for b, c := range of {
		for k := range width {
			fine[b*width+k] += coarse[c*width+k]
		}
	}
}

// centre moves the weighted mean of a term into the intercept. The scores of
// several classes mean the same when one number is added to all; they are
// fixed by making them sum to zero over the classes, so that a share reads as
// "for this class, against the others".
func (m *Model) centre(t *Term, weight []float64) {
	w := m.width()
	if m.Task == Multiclass {
		for c := range weight {
			mean := 0.0
			for k := range w {
				mean += t.Scores[c*w+k] / float64(w)
			}
			for k := range w {
				t.Scores[c*w+k] -= mean
			}
		}
		mean := 0.0
		for _, v := range m.Intercept {
			mean += v / float64(w)
		}
		for k := range m.Intercept {
			m.Intercept[k] -= mean
		}
	}
	total, magnitude := 0.0, 0.0
	for _, v := range weight {
		total += v
	}
	for k := range w {
		mean := 0.0
		for c, v := range weight {
			mean += v * t.Scores[c*w+k] / total
		}
		m.Intercept[k] += mean
		for c, v := range weight {
			t.Scores[c*w+k] -= mean
			magnitude += v * math.Abs(t.Scores[c*w+k]) / total
		}
	}
	t.Importance = magnitude / float64(w)
}

// silenceUnseen gives a missing value that no training row had no say at all.
func (m *Model) silenceUnseen(t *Term) {
	w := m.width()
	for c := range t.cells() {
		bins := [2]int{c, c}
		if len(t.Features) == 2 {
			nb := len(t.Cuts[1]) + 2
			bins = [2]int{c / nb, c % nb}
		}
		for i, j := range t.Features {
			if bins[i] == missing && m.Columns[j].Missing == 0 {
				clear(t.Scores[c*w : c*w+w])
			}
		}
	}
}

func (f *fitter) columns(normal string) []Column {
	label := slices.Index(f.t.Classes, normal)
	out := make([]Column, len(f.t.Columns))
	for j, c := range f.t.Columns {
		var all, healthy []float64
		for i, row := range f.t.Rows {
			if math.IsNaN(row[j]) {
				continue
			}
			all = append(all, row[j])
			if len(f.t.Labels) > 0 && f.t.Labels[i] == label {
				healthy = append(healthy, row[j])
			}
		}
		if len(healthy) == 0 {
			healthy = all
		}
		sort.Float64s(all)
		sort.Float64s(healthy)
		out[j] = Column{Column: c, Min: quantile(all, 0), Max: quantile(all, 1), Typical: quantile(healthy, 0.5),
			Missing: 1 - float64(len(all))/float64(len(f.t.Rows)), Scale: spreadOf(all)}
	}
	return out
}

// spreadOf is the distance between the 5 % and the 95 % quantile, or between
// the ends when most values are equal; 1 when all are.
func spreadOf(sorted []float64) float64 {
	for _, tail := range []float64{0.05, 0} {
		if d := quantile(sorted, 1-tail) - quantile(sorted, tail); d > 0 {
			return d
		}
	}
	return 1
}

func quantile(sorted []float64, q float64) float64 {
	if len(sorted) == 0 {
		return math.NaN()
	}
	at := q * float64(len(sorted)-1)
	i := int(at)
	if i+1 >= len(sorted) {
		return sorted[len(sorted)-1]
	}
	return sorted[i] + (at-float64(i))*(sorted[i+1]-sorted[i])
}

// checkColumns returns an error when a table has other columns than the model.
func (m *Model) checkColumns(t *xai.Table) error {
	if len(t.Columns) != len(m.Columns) {
		return fmt.Errorf("the table has %d columns, the model %d", len(t.Columns), len(m.Columns))
	}
	for j, c := range t.Columns {
		if c.Name != m.Columns[j].Name {
			return fmt.Errorf("column %d is %q, the model has %q there", j+1, c.Name, m.Columns[j].Name)
		}
	}
	return t.Check()
}
