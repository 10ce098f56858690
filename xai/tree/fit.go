package tree

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/glasstwin/glasstwin/xai"
)

// gainMin is the fall of the validation loss that counts as progress.
const gainMin = 1e-6

// Fit learns a model of the table's labels (two classes: Binary, more:
// Multiclass) or, without labels, of its targets (Regression). The same table,
// options and seed give the same model, to the bit, whatever the number of
// workers. When ctx ends, so does Fit, with its error.
func Fit(ctx context.Context, t *xai.Table, opt Options) (*Model, error) {
	task, err := taskOf(t)
	if err != nil {
		return nil, fmt.Errorf("fit trees: %w", err)
	}
	opt = opt.filled()
	if err := opt.check(t, task); err != nil {
		return nil, fmt.Errorf("fit trees: %w", err)
	}
	b := newBoost(t, task, opt)
	if err := b.run(ctx); err != nil {
		return nil, fmt.Errorf("fit trees: %w", err)
	}
	m := &Model{Task: task, Classes: t.Classes, Normal: opt.Normal, Base: b.base, Trees: b.trees, Temperature: 1}
	if task != Regression && m.Normal == "" {
		m.Normal = t.Classes[0]
	}
	if task != Regression && !slices.Contains(t.Classes, m.Normal) {
		return nil, fmt.Errorf("fit trees: normal class %q is none of %q", m.Normal, t.Classes)
	}
	for j := range t.Columns {
		m.Columns = append(m.Columns, describe(t, j, m.Normal))
	}
	return m, nil
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

// boost is one fit on its way.
type boost struct {
	t      *xai.Table
	opt    Options
	task   Task
	width  int
	weight []float64 // of each row; nil: 1
	grower *grower
	rng    *rand.Rand
	base   []float64
	score  []float64 // [row × width + score]
	held   []float64 // the same of the validation rows
	trees  []Tree
}

func newBoost(t *xai.Table, task Task, opt Options) *boost {
	b := &boost{t: t, opt: opt, task: task, width: 1, rng: rand.New(rand.NewPCG(opt.Seed, 0x7ee)),
		grower: &grower{opt: opt, slopes: make([]slope, len(t.Rows))}}
	if task == Multiclass {
		b.width = len(t.Classes)
	}
	values := make([]float64, len(t.Rows))
	for j, c := range t.Columns {
		for i, row := range t.Rows {
			values[i] = row[j]
		}
		cuts := cutsOf(values, opt.Bins)
		bins := make([]uint8, len(values))
		for i, v := range values {
			bins[i] = binOf(cuts, v)
		}
		b.grower.cuts, b.grower.bins = append(b.grower.cuts, cuts), append(b.grower.bins, bins)
		b.grower.monotone = append(b.grower.monotone, opt.Monotone[c.Name])
	}
	if opt.Balance && task != Regression {
		count := make([]float64, len(t.Classes))
		for _, l := range t.Labels {
			count[l]++
		}
		b.weight = make([]float64, len(t.Rows))
		for i, l := range t.Labels {
			b.weight[i] = float64(len(t.Rows)) / (count[l] * float64(len(count)))
		}
	}
	b.start()
	b.score = slices.Repeat(b.base, len(t.Rows))
	if opt.Validation != nil {
		b.held = slices.Repeat(b.base, len(opt.Validation.Rows))
	}
	return b
}

// start sets the score with nothing known: log-odds of the classes, or the mean.
func (b *boost) start() {
	b.base = make([]float64, b.width)
	if b.task == Regression {
		for _, y := range b.t.Targets {
			b.base[0] += y / float64(len(b.t.Targets))
		}
		return
	}
	share := make([]float64, len(b.t.Classes))
	for i, l := range b.t.Labels {
		share[l] += b.weightOf(i)
	}
	for k := range share {
		share[k] = math.Log(share[k] + 0.5) // half a row, so that an absent class stays finite
	}
	if b.task == Binary {
		b.base[0] = share[1] - share[0]
		return
	}
	mean := 0.0
	for _, s := range share {
		mean += s / float64(len(share))
	}
	for k := range share {
		b.base[k] = share[k] - mean
	}
}

func (b *boost) weightOf(row int) float64 {
	if b.weight == nil {
		return 1
	}
	return b.weight[row]
}

func (b *boost) run(ctx context.Context) error {
	best, bestTrees, since := b.lossNow(), 0, 0
	for round := 1; round <= b.opt.Rounds; round++ {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("round %d: %w", round, err)
		}
		b.round()
		loss := b.lossNow()
		if b.opt.Progress != nil {
			b.opt.Progress(Progress{round, b.opt.Rounds, loss})
		}
		if b.opt.Validation == nil {
			continue
		}
		if since++; loss < best-gainMin {
			best, bestTrees, since = loss, len(b.trees), 0
		}
		if since >= b.opt.EarlyStop {
			break
		}
	}
	if b.opt.Validation != nil {
		b.trees = b.trees[:bestTrees]
	}
	return nil
}

// lossNow is the mean loss on the validation rows; without them it is measured
// on the training rows, and only when someone listens.
func (b *boost) lossNow() float64 {
	if v := b.opt.Validation; v != nil {
		return meanLoss(b.task, b.width, b.held, v.Labels, v.Targets)
	}
	if b.opt.Progress == nil {
		return 0
	}
	return meanLoss(b.task, b.width, b.score, b.t.Labels, b.t.Targets)
}

// round grows one tree for each score, on derivatives taken before any of them.
func (b *boost) round() {
	drawn := draw(len(b.t.Rows), b.opt.RowShare, b.rng)
	rows := make([]int32, len(drawn))
	for i, r := range drawn {
		rows[i] = int32(r)
	}
	before := b.score
	if b.width > 1 {
		before = slices.Clone(b.score)
	}
	for k := range b.width {
		b.slopes(before, k)
		b.grower.columns = draw(len(b.t.Columns), b.opt.ColumnShare, b.rng)
		t := b.grower.grow(rows)
		if len(rows) == len(b.t.Rows) {
			for i, s := range b.grower.spans {
				if t.Nodes[i].Leaf() {
					for _, r := range b.grower.rows[s.from:s.to] {
						b.score[int(r)*b.width+k] += t.Nodes[i].Value
					}
				}
			}
		} else {
			for r := range b.t.Rows {
				b.score[r*b.width+k] += t.Nodes[b.grower.leafOf(r)].Value
			}
		}
		if v := b.opt.Validation; v != nil {
			for r, row := range v.Rows {
				b.held[r*b.width+k] += t.Nodes[t.Reaches(row)].Value
			}
		}
		b.trees = append(b.trees, t)
	}
}
