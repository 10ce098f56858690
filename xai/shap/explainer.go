package shap

import (
	"fmt"
	"runtime"
	"slices"
	"sync"

	"github.com/glasstwin/glasstwin/xai"
	"github.com/glasstwin/glasstwin/xai/tree"
)

// parts is how many sums a forest is added up in. It is fixed, so that the last
// bit of a share does not depend on the number of processors.
const parts = 8

// rowsAtOnce bounds the memory of these sums.
const rowsAtOnce = 4096

// backgroundMax is the most background rows: more do not change the shares by
// what anyone would see.
const backgroundMax = 1 << 16

// Explainer attributes the outputs of a tree model. It is safe for concurrent
// use.
type Explainer struct {
	m          *tree.Model
	background [][]float64 // nil: path-dependent
	base       []float64   // of each score of the model
}

// PathDependent explains by the shares in which the training rows went at each
// split. It needs no background; shares may follow a column that the model does
// not read but that goes with one that it reads.
func PathDependent(m *tree.Model) *Explainer {
	e := &Explainer{m: m, base: slices.Clone(m.Base)}
	for i, t := range m.Trees {
		e.base[i%len(e.base)] += pathBase(t)
	}
	return e
}

// Interventional explains against background rows: it tells what the model does,
// whatever goes with what in the data. Use it where faithfulness is measured.
func Interventional(m *tree.Model, background [][]float64) (*Explainer, error) {
	if len(background) == 0 || len(background) > backgroundMax {
		return nil, fmt.Errorf("explain trees: %d background rows: give 1 to %d", len(background), backgroundMax)
	}
	e := &Explainer{m: m, background: background, base: make([]float64, m.Width())}
	for i, row := range background {
		if len(row) != len(m.Columns) {
			return nil, fmt.Errorf("explain trees: background row %d has %d values, the model takes %d", i+1, len(row), len(m.Columns))
		}
		for k, s := range m.Score(row) {
			e.base[k] += s / float64(len(background))
		}
	}
	return e, nil
}

// Method names how the shares are made.
func (e *Explainer) Method() string {
	if e.background == nil {
		return "TreeSHAP, path-dependent"
	}
	return fmt.Sprintf("TreeSHAP, interventional, %d background rows", len(e.background))
}

// Shares attributes one output of each row, an index into Model.Outputs. Base and
// shares add up to that output.
func (e *Explainer) Shares(rows [][]float64, outputs []int) []xai.Shares {
	width := len(e.m.Columns)
	out := make([]xai.Shares, 0, len(rows))
	for from := 0; from < len(rows); from += rowsAtOnce {
		to := min(from+rowsAtOnce, len(rows))
		sums := e.sum(rows[from:to], outputs[from:to], width, func(f *forest, rows [][]float64, at []int, sums []float64) {
			if e.background == nil {
				f.pathShares(rows, at, sums, width)
			} else {
				f.interventionalShares(e.background, rows, at, sums, width)
			}
		})
		for i := from; i < to; i++ {
			score, sign := e.scoreOf(outputs[i])
			of := sums[(i-from)*width:][:width:width]
			for j := range of {
				of[j] *= sign
			}
			out = append(out, xai.Shares{Base: sign * e.base[score], Of: of})
		}
	}
	return out
}

func (f *forest) pathShares(rows [][]float64, at []int, sums []float64, width int) {
	for i := range f.leaves {
		if len(f.leaves[i].columns) <= tableBits {
			tabulatePath(&f.leaves[i])
		}
	}
	f.share(rows, at, sums, width, directPath)
}

func (f *forest) interventionalShares(background, rows [][]float64, at []int, sums []float64, width int) {
	tallies := f.tallies(background)
	of := make(map[*leaf]*tally)
	for i := range f.leaves {
		l := &f.leaves[i]
		if len(l.columns) <= tableBits {
			tabulateInterventional(l, &tallies[i])
		} else {
			of[l] = &tallies[i]
		}
	}
	f.share(rows, at, sums, width, func(l *leaf, pattern uint32, out []float64) { against(l, of[l], pattern, out) })
}

// scoreOf returns which score an output is made of, and with which sign.
func (e *Explainer) scoreOf(output int) (score int, sign float64) {
	switch e.m.Task {
	case tree.Multiclass:
		return output, 1
	case tree.Binary:
		return 0, float64(2*output - 1)
	}
	return 0, 1
}

// sum lets do add to [row × width] for every tree that speaks of the output that
// a row is asked about, the trees shared among processors.
func (e *Explainer) sum(rows [][]float64, outputs []int, width int, do func(f *forest, rows [][]float64, at []int, sums []float64)) []float64 {
	scores := len(e.base)
	asked := make([][][]float64, scores)
	at := make([][]int, scores)
	for i, o := range outputs {
		k, _ := e.scoreOf(o)
		asked[k], at[k] = append(asked[k], rows[i]), append(at[k], i)
	}
	var part [parts][]float64
	var wg sync.WaitGroup
	next := make(chan int)
	for range min(parts, runtime.GOMAXPROCS(0)) {
		wg.Go(func() {
			for p := range next {
				part[p] = make([]float64, len(rows)*width)
				for i := p; i < len(e.m.Trees); i += parts {
					if k := i % scores; len(asked[k]) > 0 {
						do(newForest(e.m.Trees[i]), asked[k], at[k], part[p])
					}
				}
			}
		})
	}
	for p := range parts {
		next <- p
	}
	close(next)
	wg.Wait()
	for p := 1; p < parts; p++ {
		for i, v := range part[p] {
			part[0][i] += v
		}
	}
	return part[0]
}
