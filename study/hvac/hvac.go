// Package hvac tells from a day of an air handling unit whether the unit is
// faulty, and why: boosted trees on hourly rows of what the unit should be less
// what it is, explained by interventional Shapley values, rules and
// counterfactuals.
//
// A fault shows in some hours only, a stuck valve when it should move, a fan that
// does not stop at night. So a day is judged by the more suspicious half of its
// hours.
//
// Data: tables as those of LBNL's data sets of air handling units (Granderson et
// al. 2020), minute by minute, whole days that are healthy or faulty. It knows no
// building. Start reading at Study.
package hvac

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/glasstwin/glasstwin/study"
	"github.com/glasstwin/glasstwin/xai"
	"github.com/glasstwin/glasstwin/xai/tree"
)

const (
	name    = "hvac"
	pattern = "MZVAV*.csv*" // of a file that tells a folder of such data
)

// Study is the task.
func Study() study.Study {
	return study.Study{
		Name: name, Task: "fault diagnosis of an air handling unit", Strategy: "model induction", Folder: "hvac-faults", Pattern: pattern,
		Credit: "Public data: J. Granderson et al., Building fault detection data to aid diagnostic algorithm creation and performance testing, Scientific Data 7, 65 (2020), CC BY 4.0. The model is derived from it.",
		Train:  train, Judge: judge, Card: card,
	}
}

// Parts of the stored file: the model on all days, one for each day without it,
// and one on labels that were dealt anew.
const (
	partModel    = "model"
	partShuffled = "labels dealt anew"
	partRerun    = "another seed"
	partWithout  = "without "
)

// options of the fit. Few columns for each tree let those speak that the fans
// would outshout.
func options(seed uint64) tree.Options {
	return tree.Options{Seed: seed, Rounds: 40, Depth: 3, LearningRate: 0.15, ColumnShare: 0.4, RowShare: 0.7, MinLeaf: 5, Monotone: rising, Normal: classes[0]}
}

func train(ctx context.Context, o study.Order) (*study.File, error) {
	t, lacking, err := read(o.Dir)
	if err != nil {
		return nil, fmt.Errorf("train hvac: %w", err)
	}
	all := days(t)
	if len(all) < 4 {
		return nil, fmt.Errorf("train hvac: %d days: at least 4 are needed", len(all))
	}
	f := &study.File{Study: name,
		Data:  fmt.Sprintf("%d hours of %d days between %s and %s, %d of them faulty.", len(t.Rows), len(all), all[0], all[len(all)-1], faulty(t)),
		Split: "By whole days: each day is judged by a model that was trained on all the others. The columns are the unit's physics; which of them to take was chosen with the results of such judging in view, which flatters the figure a little."}
	if len(lacking) > 0 {
		f.Data += fmt.Sprintf(" It lacks %s: what is made of these is missing.", strings.Join(lacking, ", "))
	}
	add := func(part string, t *xai.Table, seed uint64, out []string) error {
		m, err := tree.Fit(ctx, t, options(seed))
		if err != nil {
			return err
		}
		m.Name, m.MinConfidence = name, 0.6
		if err := f.Add(part, days(t), out, m.Encode); err != nil {
			return err
		}
		f.Parts[len(f.Parts)-1].At = between(m, t)
		return nil
	}
	dealt := *t
	dealt.Labels = slices.Clone(t.Labels)
	rand.New(rand.NewPCG(o.Seed, 2)).Shuffle(len(dealt.Labels), func(a, b int) { dealt.Labels[a], dealt.Labels[b] = dealt.Labels[b], dealt.Labels[a] })
	for _, p := range []struct {
		name string
		on   *xai.Table
		seed uint64
	}{{partModel, t, o.Seed}, {partShuffled, &dealt, o.Seed}, {partRerun, t, o.Seed + 1}} {
		if err := add(p.name, p.on, p.seed, nil); err != nil {
			return nil, fmt.Errorf("train hvac: %w", err)
		}
		o.Progress("%s: trained on %d hours", p.name, len(p.on.Rows))
	}
	for i, day := range all {
		var rest []int
		for r, g := range t.Groups {
			if g != day {
				rest = append(rest, r)
			}
		}
		if err := add(partWithout+day, t.Subset(rest), o.Seed, []string{day}); err != nil {
			return nil, fmt.Errorf("train hvac: without %s: %w", day, err)
		}
		o.Progress("without %s: day %d of %d", day, i+1, len(all))
	}
	if f.Judgement, err = judge(ctx, f, o.Dir); err != nil {
		return nil, fmt.Errorf("train hvac: %w", err)
	}
	if f.Inside, err = told(ctx, f, t, o.Seed); err != nil {
		return nil, fmt.Errorf("train hvac: %w", err)
	}
	return f, nil
}

// between is the suspicion from which a day is called faulty: half way between
// that of the median healthy day and of the median faulty day of training. Hours
// in which a fault does not show look the same on both, so that one half would
// depend on how many of them there are.
func between(m *tree.Model, t *xai.Table) float64 {
	var of [2][]float64
	for _, day := range days(t) {
		var rows [][]float64
		label := 0
		for i, g := range t.Groups {
			if g == day {
				rows, label = append(rows, t.Rows[i]), t.Labels[i]
			}
		}
		s, _ := suspicion(m, rows)
		of[label] = append(of[label], s)
	}
	at := 0.0
	for _, s := range of {
		if len(s) == 0 {
			return 0.5
		}
		slices.Sort(s)
		at += s[len(s)/2] / 2
	}
	return min(max(at, 0.01), 0.99)
}

// load reads a part of a file.
func load(p study.Part) (*tree.Model, error) {
	m, err := tree.Decode(bytes.NewReader(p.Data))
	if err != nil {
		return nil, fmt.Errorf("part %q: %w", p.Name, err)
	}
	if m.Task != tree.Binary || len(m.Columns) != len(columns) {
		return nil, fmt.Errorf("part %q is %s of %d columns, not %s of %d: train it again", p.Name, m.Task, len(m.Columns), tree.Binary, len(columns))
	}
	return m, nil
}

// part finds a part by its name.
func part(f *study.File, name string) (study.Part, error) {
	i := slices.IndexFunc(f.Parts, func(p study.Part) bool { return p.Name == name })
	if i < 0 {
		return study.Part{}, fmt.Errorf("the file has no part %q: train it again", name)
	}
	return f.Parts[i], nil
}

func faulty(t *xai.Table) int {
	of := make(map[string]int)
	for i, g := range t.Groups {
		of[g] = t.Labels[i]
	}
	n := 0
	for _, l := range of {
		n += l
	}
	return n
}
