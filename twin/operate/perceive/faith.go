package perceive

import (
	"context"
	"fmt"
	"math/rand/v2"

	"github.com/glasstwin/glasstwin/xai"
	"github.com/glasstwin/glasstwin/xai/faith"
	"github.com/glasstwin/glasstwin/xai/shap"
	"github.com/glasstwin/glasstwin/xai/tree"
)

const (
	faithRows       = 60 // of what a family claims, on runs that were held out
	faithBackground = 40
	faithDeals      = 10 // of the parameters, of which the mean is told
)

// Measure measures how faithful the explanations of some families are, of a model that
// was trained, on the claims in the runs that trained nothing.
func Measure(ctx context.Context, m *Model, t Training) error {
	some, err := t.families()
	if err != nil {
		return fmt.Errorf("measure %s: %w", ModelName, err)
	}
	var files []string
	for _, f := range byName(t.Files) {
		if heldOut(f) {
			files = append(files, f)
		}
	}
	all, err := each(ctx, files, nil, func(file string) (tables, error) {
		s, err := open(file)
		if err != nil {
			return tables{}, err
		}
		return s.collect(ctx, some)
	})
	if err != nil {
		return fmt.Errorf("measure %s: %w", ModelName, err)
	}
	held := newTables()
	for _, x := range all {
		held.join(x)
	}
	for _, f := range some {
		p := m.parts[f.name]
		if p == nil {
			return fmt.Errorf("measure %s: it has no family %q", ModelName, f.name)
		}
		if p.trees.Faithfulness, err = measure(ctx, p.trees, held.of[f.name], p.background, t.Seed); err != nil {
			return fmt.Errorf("measure %s, family %s: %w", ModelName, f.name, err)
		}
		if t.Progress != nil {
			t.Progress("explanations of family %s are measured on %d rows of %d runs", f.name, len(held.of[f.name].Rows), len(files))
		}
	}
	return nil
}

// measure tells how faithful the explanations of a family's claims are: what is
// deleted becomes that of things that have nothing.
func measure(ctx context.Context, m *tree.Model, held *xai.Table, background [][]float64, seed uint64) ([]xai.Figure, error) {
	var claimed, nothing [][]float64
	for _, row := range held.Rows {
		if m.Predict(row) != 0 {
			claimed = append(claimed, row)
		}
	}
	for _, row := range background {
		if m.Predict(row) == 0 && len(nothing) < faithBackground {
			nothing = append(nothing, row)
		}
	}
	if len(claimed) == 0 || len(nothing) == 0 {
		return nil, fmt.Errorf("the model claims nothing, or never nothing")
	}
	rng := rand.New(rand.NewPCG(seed, 0xfa))
	rng.Shuffle(len(claimed), func(a, b int) { claimed[a], claimed[b] = claimed[b], claimed[a] })
	shares := func(m *tree.Model) (faith.Attribute, error) {
		e, err := shap.Interventional(m, nothing)
		if err != nil {
			return nil, err
		}
		return e.Shares, nil
	}
	own, err := shares(m)
	if err != nil {
		return nil, err
	}
	var scrambled []faith.Attribute
	for range faithDeals {
		one, err := shares(m.Scrambled(rng))
		if err != nil {
			return nil, err
		}
		scrambled = append(scrambled, one)
	}
	return faith.Measure(ctx, faith.Subject{Score: m.Outputs, Probability: m.Probabilities, Attribute: own, Background: nothing}, claimed,
		faith.Options{Seed: seed, Rows: faithRows, Subsets: 30, Neighbours: 4, Parameters: faith.Mean(scrambled...)})
}
