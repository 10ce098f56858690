package ebm

import (
	"fmt"
	"runtime"
)

// Task is what the model predicts.
type Task string

const (
	Binary     Task = "binary"     // two classes: one score, log-odds of the second class
	Multiclass Task = "multiclass" // softmax: one score for each class
	Regression Task = "regression" // squared loss: one score, the number itself
)

// Limits of a model, in memory and in a file. They bound what a damaged file
// can ask for, and stand far above what a person could still read.
const (
	binsMax      = 1024    // resolution of a shape function, as in Nori et al. 2019
	pairBinsMax  = 256     // 256² cells; 64 is usual
	columnsMax   = 1024    // more features than this are no glass box any more
	classesMax   = 64      // tables grow with it
	termsMax     = 4096    // single features and pairs
	cellsMax     = 4 << 20 // numbers in all tables together: 32 MB
	rowsMax      = 50 << 20
	fileBytesMax = 64 << 20
)

// Options steer Fit. The zero Options asks for the defaults.
type Options struct {
	Seed          uint64
	Bins          int                // of a single feature, the missing bin apart; default 1024
	PairBins      int                // of each side of a pair; default 64
	LearningRate  float64            // default 0.015, regression 0.04
	Leaves        int                // of a tree on one feature, 2 or 3; default 3
	MinLeaf       int                // rows in a leaf; default 4
	Bags          int                // outer bags; default 14
	Validation    float64            // share of groups that each bag holds out; default 0.15
	EarlyStop     int                // rounds without gain before a bag stops; default 100
	MaxRounds     int                // default 10000
	SmoothRounds  int                // first rounds that cut at random, which smooths the shapes; default 0
	Pairs         int                // most pairwise terms; default 0: none
	Monotone      map[string]int     // +1: the score never falls as the column rises; -1: never rises
	Smooth        map[string]float64 // the shape is smooth: bumps narrower than so many bins are flattened
	Cyclic        map[string]bool    // of those: the last bin is beside the first, as of a time of day
	Normal        string             // class whose medians are shown as typical; default the first
	MinConfidence float64            // below it Explain abstains; default 0: never
	Workers       int                // bags fitted at a time; default one for each CPU
	Progress      func(Progress)
}

// Progress tells how far Fit has come. The callback is never called from two
// goroutines at once.
type Progress struct {
	Stage     string // "features", "pairs"
	Bag, Bags int    // finished bags of this stage
	Rounds    int    // of the bag that was finished last
	Loss      float64
}

func (o Options) filled(task Task) Options {
	set := func(v *int, d int) {
		if *v == 0 {
			*v = d
		}
	}
	set(&o.Bins, binsMax)
	set(&o.PairBins, 64)
	set(&o.Leaves, 3)
	set(&o.MinLeaf, 4)
	set(&o.Bags, 14)
	set(&o.EarlyStop, 100)
	set(&o.MaxRounds, 10000)
	set(&o.Workers, runtime.GOMAXPROCS(0))
	if o.LearningRate == 0 {
		o.LearningRate = 0.015
		if task == Regression {
			o.LearningRate = 0.04
		}
	}
	if o.Validation == 0 {
		o.Validation = 0.15
	}
	return o
}

func (o Options) check(task Task) error {
	switch {
	case o.Bins < 2 || o.Bins > binsMax:
		return fmt.Errorf("%d bins: choose 2 to %d", o.Bins, binsMax)
	case o.PairBins < 2 || o.PairBins > pairBinsMax:
		return fmt.Errorf("%d bins for pairs: choose 2 to %d", o.PairBins, pairBinsMax)
	case o.LearningRate <= 0 || o.LearningRate > 1:
		return fmt.Errorf("learning rate %g: choose above 0, at most 1", o.LearningRate)
	case o.Leaves != 2 && o.Leaves != 3:
		return fmt.Errorf("%d leaves: choose 2 or 3", o.Leaves)
	case o.MinLeaf < 1 || o.Bags < 1 || o.EarlyStop < 1 || o.MaxRounds < 1 || o.Workers < 1 || o.Pairs < 0 || o.SmoothRounds < 0:
		return fmt.Errorf("leaf size, bags, rounds and workers must be at least 1, pairs and smoothing at least 0")
	case o.Validation <= 0 || o.Validation >= 1:
		return fmt.Errorf("validation share %g: choose between 0 and 1", o.Validation)
	case len(o.Monotone) > 0 && task == Multiclass:
		return fmt.Errorf("a monotone feature needs one score: use it with two classes or with regression")
	}
	for name := range o.Cyclic {
		if o.Smooth[name] == 0 {
			return fmt.Errorf("%q is cyclic: say how smooth it is to be", name)
		}
	}
	for name, bins := range o.Smooth {
		if !(bins > 0 && bins <= binsMax) {
			return fmt.Errorf("%q is to be smooth over %g bins: choose above 0, at most %d", name, bins, binsMax)
		}
		if o.Monotone[name] != 0 {
			return fmt.Errorf("%q is to be monotone and smooth: choose one", name)
		}
	}
	return nil
}
