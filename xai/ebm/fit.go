package ebm

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sort"
	"sync"

	"github.com/glasstwin/glasstwin/xai"
)

// grid is the binned table that all bags share.
type grid struct {
	task     Task
	width    int
	cuts     [][]float64 // of each feature
	bins     [][]uint16  // [column][row]
	weight   [][]float64 // rows of each bin
	pairCuts [][]float64 // coarser, for pairs: a subset of cuts
	pairBin  [][]int     // coarse bin of each fine bin
}

// Fit learns a model of the table's labels (two classes: Binary, more:
// Multiclass) or, without labels, of its targets (Regression). The same table,
// options and seed give the same model, to the bit, in whatever order the rows
// stand and however many workers fit it.
func Fit(ctx context.Context, t *xai.Table, opt Options) (*Model, error) {
	task, err := taskOf(t)
	if err != nil {
		return nil, fmt.Errorf("fit: %w", err)
	}
	opt = opt.filled(task)
	if err := opt.check(task); err != nil {
		return nil, fmt.Errorf("fit: %w", err)
	}
	t = inOrder(t)
	g := newGrid(t, task, opt)
	f := &fitter{t: t, g: g, opt: opt, bags: make([]*bag, opt.Bags)}
	for i := range f.bags {
		if f.bags[i], err = newBag(g, t, opt, i); err != nil {
			return nil, fmt.Errorf("fit: %w", err)
		}
	}
	if err := f.each("features", func(b *bag) error { return b.boostFeatures(ctx) }); err != nil {
		return nil, fmt.Errorf("fit: %w", err)
	}
	pairs, err := f.findPairs(ctx)
	if err != nil {
		return nil, fmt.Errorf("fit: %w", err)
	}
	m, err := f.assemble(pairs)
	if err != nil {
		return nil, fmt.Errorf("fit: %w", err)
	}
	f.calibrate(m, pairs)
	return m, nil
}

// stageSearch is not told as progress: it runs many times and each is short.
const stageSearch = ""

type fitter struct {
	t    *xai.Table
	g    *grid
	opt  Options
	bags []*bag
}

// each runs a stage on every bag, as many at a time as there are workers, and
// waits for all. Bags share nothing that they write.
func (f *fitter) each(stage string, do func(*bag) error) error {
	errs := make([]error, len(f.bags))
	work := make(chan int)
	var wg sync.WaitGroup
	var telling sync.Mutex
	done := 0
	for range min(f.opt.Workers, len(f.bags)) {
		wg.Go(func() {
			for i := range work {
				errs[i] = do(f.bags[i])
				if f.opt.Progress != nil && stage != stageSearch {
					telling.Lock()
					done++
					f.opt.Progress(Progress{stage, done, len(f.bags), f.bags[i].rounds, f.bags[i].loss})
					telling.Unlock()
				}
			}
		})
	}
	for i := range f.bags {
		work <- i
	}
	close(work)
	wg.Wait()
	return errors.Join(errs...)
}

func taskOf(t *xai.Table) (Task, error) {
	if err := t.Check(); err != nil {
		return "", err
	}
	switch {
	case len(t.Rows) == 0 || len(t.Columns) == 0:
		return "", fmt.Errorf("the table is empty")
	case len(t.Rows) > rowsMax || len(t.Columns) > columnsMax || len(t.Classes) > classesMax:
		return "", fmt.Errorf("the table has %d rows, %d columns, %d classes; at most %d, %d, %d are allowed",
			len(t.Rows), len(t.Columns), len(t.Classes), rowsMax, columnsMax, classesMax)
	case len(t.Labels) == 0 && len(t.Targets) == 0:
		return "", fmt.Errorf("the table has neither labels nor targets to learn")
	case len(t.Labels) == 0:
		return Regression, nil
	case len(t.Classes) < 2:
		return "", fmt.Errorf("the table has %d class: at least 2 are needed", len(t.Classes))
	case len(t.Classes) == 2:
		return Binary, nil
	}
	return Multiclass, nil
}

// inOrder sorts the rows by what they are, so that the order in which they came
// cannot show in the last bits of a sum.
func inOrder(t *xai.Table) *xai.Table {
	order := make([]int, len(t.Rows))
	for i := range order {
		order[i] = i
	}
	sort.SliceStable(order, func(x, y int) bool {
		i, j := order[x], order[y]
		if len(t.Groups) > 0 && t.Groups[i] != t.Groups[j] {
			return t.Groups[i] < t.Groups[j]
		}
		if c := slices.CompareFunc(t.Rows[i], t.Rows[j], cmp.Compare); c != 0 {
			return c < 0
		}
		if len(t.Labels) > 0 && t.Labels[i] != t.Labels[j] {
			return t.Labels[i] < t.Labels[j]
		}
		return len(t.Targets) > 0 && t.Targets[i] < t.Targets[j]
	})
	return t.Subset(order)
}

func newGrid(t *xai.Table, task Task, opt Options) *grid {
	g := &grid{task: task, width: 1}
	if task == Multiclass {
		g.width = len(t.Classes)
	}
	values := make([]float64, len(t.Rows))
	for j := range t.Columns {
		for i, row := range t.Rows {
			values[i] = row[j]
		}
		cuts := cutsOf(values, opt.Bins)
		bins, weight := make([]uint16, len(values)), make([]float64, len(cuts)+2)
		for i, v := range values {
			b := binOf(cuts, v)
			bins[i] = uint16(b)
			weight[b]++
		}
		few, of := coarser(cuts, weight, opt.PairBins)
		g.cuts, g.bins, g.weight = append(g.cuts, cuts), append(g.bins, bins), append(g.weight, weight)
		g.pairCuts, g.pairBin = append(g.pairCuts, few), append(g.pairBin, of)
	}
	return g
}
