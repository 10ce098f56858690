// Package study holds the nouns of public tasks: a model that anyone can train
// and judge on a public data set, or on data of one's own in the same format. Its
// children are the tasks (occupancy, hvac), each with its reader, its split, its
// model and its card; sheet reads their tables. A study knows package xai and no
// twin: what it proves of explanations, it proves on data that the twin's makers
// did not make. Studies of the emulated plant (plantfaults, plantcauses and so on)
// read its recorded runs by package runs; there the cause of all that happens is
// known. Start reading at Study.
package study

import (
	"context"
	"fmt"
	"math"
	"path/filepath"
	"time"

	"github.com/glasstwin/glasstwin/xai"
	"github.com/glasstwin/glasstwin/xai/calibrate"
)

// Study is a task with its model.
type Study struct {
	Name     string     // of the model: "occupancy"
	Task     string     // "occupancy detection"
	Strategy string     // of explainable AI: "interpretable model", "model induction", "deep explanation"
	Folder   string     // of its data within a folder of data sets
	Pattern  string     // of a file that tells that a folder holds its data
	Credit   string     // of the public data set: who made it, under which licence
	Recorded []Recorded // runs of the emulated plant that make up its data; none of public data
	Train    func(ctx context.Context, o Order) (*File, error)
	Judge    func(ctx context.Context, f *File, dir string) (Judgement, error) // from the stored model, with no training
	Card     func(f *File) (Card, error)
}

// Recorded is a kind of runs of the emulated plant, of which there is one for each
// seed.
type Recorded struct {
	Template  string        // "store" or "home"
	Situation string        // "": drawn
	Lasts     time.Duration // 0: to its planned end
}

// Order is what a training is asked for.
type Order struct {
	Dir      string // of the data
	Seed     uint64
	Progress func(format string, args ...any)
}

// Judgement is what a model was found to be worth.
type Judgement struct {
	Tests        []Tested     `json:"tests"` // the first is the one that is told as the model's accuracy
	Faithfulness []xai.Figure `json:"faithfulness"`
	Notes        []string     `json:"notes,omitempty"`
}

// Tested is a figure on one test set, with its interval.
type Tested struct {
	Name   string  `json:"name"` // "datatest2"
	Metric string  `json:"metric"`
	Value  float64 `json:"value"`
	Low95  float64 `json:"low95"`
	High95 float64 `json:"high95"`
	N      int     `json:"n"` // what was counted: rows, days
}

// Share is the figure of hits among n, with Wilson's 95 % interval.
func Share(name, metric string, hits, n int) Tested {
	low, high := calibrate.Wilson(hits, n, 1.96)
	return Tested{Name: name, Metric: metric, Value: float64(hits) / math.Max(1, float64(n)), Low95: low, High95: high, N: n}
}

// Find returns the folder that holds the study's data: dir itself, or the
// study's folder in it.
func (s Study) Find(dir string) (string, bool) {
	for _, d := range []string{filepath.Join(dir, s.Folder), dir} {
		if found, err := filepath.Glob(filepath.Join(d, s.Pattern)); err == nil && len(found) > 0 {
			return d, true
		}
	}
	return "", false
}

// Figure returns the figure of that name.
func (j Judgement) Figure(name string) (float64, bool) {
	for _, f := range j.Faithfulness {
		if f.Name == name {
			return f.Value, true
		}
	}
	return 0, false
}

// Check returns an error that names what keeps a judgement from being told.
func (j Judgement) Check() error {
	if len(j.Tests) == 0 {
		return fmt.Errorf("it was judged on nothing")
	}
	for _, t := range j.Tests {
		if t.N < 0 || !(t.Low95 <= t.High95) {
			return fmt.Errorf("test %q has the interval %g to %g of %d", t.Name, t.Low95, t.High95, t.N)
		}
	}
	return nil
}
