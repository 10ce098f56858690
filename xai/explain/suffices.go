package explain

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/glasstwin/glasstwin/xai"
	"github.com/glasstwin/glasstwin/xai/anchor"
)

// Row is the row that an explanation was made of, as far as its attributions tell:
// NaN in columns that it says nothing of.
func Row(x *xai.Explanation, columns []xai.Column) []float64 {
	value := make(map[string]float64, len(x.Attributions))
	for _, a := range x.Attributions {
		value[a.Feature] = a.Value
	}
	row := make([]float64, len(columns))
	for j, c := range columns {
		row[j] = math.NaN()
		if v, ok := value[c.Name]; ok {
			row[j] = v
		}
	}
	return row
}

// Suffices finds what suffices for the claim that a model makes of a row, whatever
// else there is (Ribeiro, Singh, Guestrin 2018), among rows like those of background;
// nil where no rule of few conditions is precise enough. The same seed finds the same.
func Suffices(ctx context.Context, f xai.Predict, columns []xai.Column, background [][]float64, row []float64, seed uint64) (*xai.Rule, error) {
	r, ok, err := anchor.Find(ctx, f, background, row, anchor.Options{Seed: seed})
	if err != nil {
		return nil, fmt.Errorf("explain: %w", err)
	}
	if !ok {
		return nil, nil
	}
	out := &xai.Rule{Precision: r.Precision, Low95: r.Low95, Coverage: r.Coverage}
	for _, c := range r.Conditions {
		col := columns[c.Column]
		to := xai.Condition{Feature: col.Name, Source: col.Source, Unit: col.Unit, Missing: c.Missing}
		if !c.Missing && !math.IsInf(c.Low, 0) {
			to.Low = &c.Low
		}
		if !c.Missing && !math.IsInf(c.High, 0) {
			to.High = &c.High
		}
		out.Conditions = append(out.Conditions, to)
	}
	return out, nil
}

// SufficesOf finds the fewest sources whose features suffice for the claim that a model
// makes of a row, when they all stay as they are, whatever those of other sources show,
// among rows like those of background; nil where no few are precise enough. The same
// seed finds the same.
func SufficesOf(ctx context.Context, f xai.Predict, columns []xai.Column, background [][]float64, row []float64, seed uint64) (*xai.Rule, error) {
	var sources []string
	var groups [][]int
	for j, c := range columns {
		g := slices.Index(sources, c.Source)
		if g < 0 {
			g, sources, groups = len(sources), append(sources, c.Source), append(groups, nil)
		}
		groups[g] = append(groups[g], j)
	}
	h, ok, err := anchor.Hold(ctx, f, background, row, groups, anchor.Options{Seed: seed})
	if err != nil {
		return nil, fmt.Errorf("explain: %w", err)
	}
	if !ok {
		return nil, nil
	}
	out := &xai.Rule{Precision: h.Precision, Low95: h.Low95}
	for _, g := range h.Groups {
		out.Held = append(out.Held, sources[g])
	}
	return out, nil
}
