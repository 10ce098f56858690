package tree

import (
	"fmt"
	"runtime"

	"github.com/glasstwin/glasstwin/xai"
)

// Limits of a model, in memory and in a file: they bound what a damaged file can
// ask for.
const (
	binsMax      = 255 // of a column, beside that of missing values: one byte
	columnsMax   = 4096
	classesMax   = 64
	depthMax     = 32
	treesMax     = 20000
	nodesMax     = 1 << 22 // of all trees together
	rowsMax      = 50 << 20
	fileBytesMax = 256 << 20
)

// Options steer Fit. The zero Options asks for the defaults.
type Options struct {
	Seed         uint64
	Rounds       int            // most rounds; default 200
	LearningRate float64        // default 0.1
	Depth        int            // of a tree; default 6
	Bins         int            // of a column; default 255
	MinLeaf      int            // rows in a leaf; default 1
	MinWeight    float64        // sum of second derivatives in a leaf; default 1
	Lambda       float64        // L2 penalty on leaf values; default 1
	Gamma        float64        // least gain of a split; default 0
	RowShare     float64        // of the rows, drawn without replacement for each round; default 1
	ColumnShare  float64        // of the columns, drawn for each tree; default 1
	Balance      bool           // weigh rows so that every class weighs the same
	Monotone     map[string]int // +1: the score never falls as the column rises; -1: never rises
	Validation   *xai.Table     // of other groups than the training table's; nil: no early stop
	EarlyStop    int            // rounds without gain on Validation before it stops; default 20
	Normal       string         // class whose medians are typical; default the first
	Workers      int            // default one for each CPU; they do not change the model
	Progress     func(Progress)
}

// Progress tells how far Fit has come.
type Progress struct {
	Round, Rounds int
	Loss          float64 // on Validation, or on the training rows when there is none
}

func (o Options) filled() Options {
	for _, d := range []struct {
		v *int
		d int
	}{{&o.Rounds, 200}, {&o.Depth, 6}, {&o.Bins, binsMax}, {&o.MinLeaf, 1}, {&o.EarlyStop, 20}, {&o.Workers, runtime.GOMAXPROCS(0)}} {
		if *d.v == 0 {
			*d.v = d.d
		}
	}
	for _, d := range []struct {
		v *float64
		d float64
	}{{&o.LearningRate, 0.1}, {&o.MinWeight, 1}, {&o.Lambda, 1}, {&o.RowShare, 1}, {&o.ColumnShare, 1}} {
		if *d.v == 0 {
			*d.v = d.d
		}
	}
	return o
}

func (o Options) check(t *xai.Table, task Task) error {
	switch {
	case o.Bins < 2 || o.Bins > binsMax:
		return fmt.Errorf("%d bins: choose 2 to %d", o.Bins, binsMax)
	case o.Depth < 1 || o.Depth > depthMax:
		return fmt.Errorf("depth %d: choose 1 to %d", o.Depth, depthMax)
	case o.Rounds < 1 || o.MinLeaf < 1 || o.EarlyStop < 1 || o.Workers < 1:
		return fmt.Errorf("rounds, leaf size and workers must be at least 1")
	case !(o.LearningRate > 0 && o.LearningRate <= 1):
		return fmt.Errorf("learning rate %g: choose above 0, at most 1", o.LearningRate)
	case !(o.MinWeight >= 0 && o.Lambda >= 0 && o.Gamma >= 0):
		return fmt.Errorf("weights and penalties must be at least 0")
	case !(o.RowShare > 0 && o.RowShare <= 1 && o.ColumnShare > 0 && o.ColumnShare <= 1):
		return fmt.Errorf("shares of rows and columns: choose above 0, at most 1")
	case len(o.Monotone) > 0 && task == Multiclass:
		return fmt.Errorf("a monotone column needs one score: use it with two classes or with regression")
	}
	for name, sign := range o.Monotone {
		if t.Column(name) < 0 || sign < -1 || sign > 1 {
			return fmt.Errorf("monotone column %q with sign %d: it needs a column of the table and -1, 0 or 1", name, sign)
		}
	}
	if trees := o.Rounds * max(1, len(t.Classes)); trees > treesMax {
		return fmt.Errorf("%d rounds make up to %d trees: at most %d are allowed", o.Rounds, trees, treesMax)
	}
	if v := o.Validation; v != nil {
		if err := v.Check(); err != nil {
			return fmt.Errorf("validation table: %w", err)
		}
		if len(v.Rows) == 0 || len(v.Columns) != len(t.Columns) || len(v.Classes) != len(t.Classes) || len(v.Labels) != len(v.Rows) && len(v.Targets) != len(v.Rows) {
			return fmt.Errorf("the validation table must have rows, and columns and classes as the training table")
		}
		own := make(map[string]bool)
		for _, g := range t.Groups {
			own[g] = true
		}
		for _, g := range v.Groups {
			if own[g] {
				return fmt.Errorf("group %s is used for training and for validation", g)
			}
		}
	}
	return nil
}
