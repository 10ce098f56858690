package perceive

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"github.com/glasstwin/glasstwin/xai"
	"github.com/glasstwin/glasstwin/xai/tree"
)

// Training steers Train.
type Training struct {
	Files    []string // runs of development seeds: NAME-SEED.run with the truth beside them
	Seed     uint64
	Families []string // that are trained; none: all
	Keep     *Model   // what the others are taken from
	Progress func(format string, args ...any)
}

// families that are trained.
func (t Training) families() ([]*family, error) {
	if len(t.Families) == 0 {
		return families(), nil
	}
	var out []*family
	for _, name := range t.Families {
		i := slices.IndexFunc(families(), func(f *family) bool { return f.name == name })
		if i < 0 {
			return nil, fmt.Errorf("there is no family %q", name)
		}
		out = append(out, families()[i])
	}
	return out, nil
}

// heldOut tells whether a run sets rules, temperature and when to stop, and trains
// nothing: a quarter of the seeds.
func heldOut(name string) bool { return seedOf(name)%4 == 0 }

func seedOf(name string) uint64 {
	name = strings.TrimSuffix(name, ".run")
	n, err := strconv.ParseUint(name[strings.LastIndexByte(name, '-')+1:], 10, 64)
	if err != nil {
		return 1
	}
	return n
}

// Train fits trees for each family on three quarters of the runs, by seed, then
// again with more of what the first were wrong about, and sets the rules on the
// rest.
func Train(ctx context.Context, t Training) (*Model, error) {
	say := t.Progress
	if say == nil {
		say = func(string, ...any) {}
	}
	some, err := t.families()
	if err != nil {
		return nil, fmt.Errorf("train %s: %w", ModelName, err)
	}
	files := byName(t.Files)
	all, err := each(ctx, files, every(say, "reading runs"), func(file string) (tables, error) {
		s, err := open(file)
		if err != nil {
			return tables{}, err
		}
		return s.collect(ctx, some)
	})
	if err != nil {
		return nil, fmt.Errorf("train %s: %w", ModelName, err)
	}
	kept, held := newTables(), newTables()
	for i, x := range all {
		if heldOut(files[i]) {
			held.join(x)
		} else {
			kept.join(x)
		}
	}
	var model *Model
	for round := range uint64(2) {
		if model != nil {
			for _, f := range some {
				put(kept.of[f.name], hard(model, f.name, kept.spare[f.name]))
			}
		}
		if model, err = fit(ctx, kept, held, t.Seed+round, say); err != nil {
			return nil, fmt.Errorf("train %s: %w", ModelName, err)
		}
	}
	for _, f := range families() {
		p := model.parts[f.name]
		if p == nil {
			continue
		}
		if p.trees.Faithfulness, err = measure(ctx, p.trees, held.of[f.name], p.background, t.Seed); err != nil {
			return nil, fmt.Errorf("train %s: measure the explanations of family %s: %w", ModelName, f.name, err)
		}
		say("explanations of family %s are measured", f.name)
	}
	if err := model.tune(ctx, files, say); err != nil {
		return nil, fmt.Errorf("train %s: set the rules: %w", ModelName, err)
	}
	if t.Keep != nil {
		for name, p := range t.Keep.parts {
			if _, trained := model.parts[name]; !trained {
				model.parts[name] = p
			}
		}
	}
	return model, nil
}

func every(say func(string, ...any), what string) func(done, of int) {
	return func(done, of int) {
		if done%100 == 0 || done == of {
			say("%s: %d of %d", what, done, of)
		}
	}
}

// fit fits the trees of each family that has all its classes in the rows.
func fit(ctx context.Context, kept, held tables, seed uint64, say func(string, ...any)) (*Model, error) {
	m := &Model{parts: map[string]*part{}}
	for _, f := range families() {
		a, b := kept.of[f.name], held.of[f.name]
		if len(a.Rows) == 0 {
			continue
		}
		if missing := lacking(a, b); missing != "" {
			say("family %s: no rows of %s: left out", f.name, missing)
			continue
		}
		say("family %s: %d rows, %d held out, %d features", f.name, len(a.Rows), len(b.Rows), len(a.Columns))
		trees, err := tree.Fit(ctx, a, tree.Options{Seed: seed, Rounds: 70, LearningRate: 0.2, Depth: 5, Bins: 128, MinLeaf: 6, Lambda: 2, RowShare: 0.7, ColumnShare: 0.4,
			Validation: b, EarlyStop: 8, Normal: None})
		if err != nil {
			return nil, fmt.Errorf("family %s: %w", f.name, err)
		}
		slim(trees)
		trees.Name = ModelName + "/" + f.name
		if trees, err = trees.Calibrate(b); err != nil {
			return nil, fmt.Errorf("family %s: %w", f.name, err)
		}
		m.parts[f.name] = &part{trees: trees, rules: map[string]Rule{}, background: background(a, seed)}
	}
	return m, nil
}

// lacking names a class that one of the tables has no row of.
func lacking(all ...*xai.Table) string {
	for _, t := range all {
		n := make([]int, len(t.Classes))
		for _, l := range t.Labels {
			n[l]++
		}
		for k, c := range t.Classes {
			if n[k] == 0 {
				return c
			}
		}
	}
	return ""
}

// backgroundRows of a family are kept with the model: half of nothing, the rest of
// its classes alike.
const backgroundRows = 120

func background(t *xai.Table, seed uint64) [][]float64 {
	rng := rand.New(rand.NewPCG(seed, 0xbac))
	by := make([][]int, len(t.Classes))
	for i, l := range t.Labels {
		by[l] = append(by[l], i)
	}
	var out [][]float64
	for k, rows := range by {
		n := backgroundRows / 2
		if k > 0 {
			n = backgroundRows / 2 / (len(by) - 1)
		}
		rng.Shuffle(len(rows), func(a, b int) { rows[a], rows[b] = rows[b], rows[a] })
		for _, i := range rows[:min(n, len(rows))] {
			out = append(out, t.Rows[i])
		}
	}
	rng.Shuffle(len(out), func(a, b int) { out[a], out[b] = out[b], out[a] })
	return out
}

// slim leaves a tree the digits that matter: a model of a store has half a million
// nodes' numbers.
func slim(m *tree.Model) {
	for i := range m.Trees {
		for k := range m.Trees[i].Nodes {
			n := &m.Trees[i].Nodes[k]
			n.Value, n.Threshold, n.Gain = digits(n.Value, 4), digits(n.Threshold, 6), digits(n.Gain, 3)
		}
	}
}

// digits rounds to so many significant digits.
func digits(v float64, n int) float64 {
	if v == 0 || math.IsNaN(v) || math.IsInf(v, 0) {
		return v
	}
	scale := math.Pow(10, float64(n-1)-math.Floor(math.Log10(math.Abs(v))))
	return math.Round(v*scale) / scale
}
