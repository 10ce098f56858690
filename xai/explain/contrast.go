package explain

import (
	"cmp"
	"math"
	"slices"

	"github.com/glasstwin/glasstwin/xai"
	"github.com/glasstwin/glasstwin/xai/tree"
)

// Bounds of contrasts: the classes that come next, what tells most, the tellings
// of which it is looked for where they turn, and the thresholds that are tried.
const (
	contrastsMost = 5
	tellingsMost  = 6
	turnsMost     = 3
	triesMost     = 64
)

// contrasts tell the claim from the classes that come next, by the difference of
// the shares in their scores.
func (t *Trees) contrasts(row []float64, claim int, of xai.Shares, others []xai.Alternative) []xai.Contrast {
	m := t.Model
	others = others[:min(contrastsMost, len(others))]
	at := make([]int, len(others))
	rows := make([][]float64, len(others))
	for i, o := range others {
		at[i], rows[i] = slices.Index(m.Classes, o.Class), row
	}
	shares := make([]xai.Shares, len(others))
	if m.Task == tree.Multiclass {
		shares = t.Shares.Shares(rows, at)
	}
	var out []xai.Contrast
	for i, o := range others {
		c := xai.Contrast{Class: o.Class, Lead: t.lead(row, claim, at[i]), Base: of.Base - shares[i].Base}
		for j, col := range m.Columns {
			share := of.Of[j]
			if m.Task == tree.Multiclass {
				share -= shares[i].Of[j]
			}
			if share != 0 {
				c.Tellings = append(c.Tellings, xai.Telling{Feature: col.Name, Source: col.Source, Unit: col.Unit, Share: share})
			}
		}
		slices.SortStableFunc(c.Tellings, func(a, b xai.Telling) int { return cmp.Compare(math.Abs(b.Share), math.Abs(a.Share)) })
		c.Tellings = slices.Clip(c.Tellings[:min(tellingsMost, len(c.Tellings))])
		for k := range c.Tellings[:min(turnsMost, len(c.Tellings))] {
			if s := &c.Tellings[k]; s.Share > 0 {
				s.Turns = t.turns(row, m.Column(s.Feature), claim, at[i], c.Lead-s.Share)
			}
		}
		out = append(out, c)
	}
	return out
}

// lead is by how much one class's score stands above another's.
func (t *Trees) lead(row []float64, claim, other int) float64 {
	out := t.Model.Outputs([][]float64{row})[0]
	if t.Model.Task == tree.Binary {
		return out[claim] // one score tells both
	}
	return out[claim] - out[other]
}

// turns is the value of a column nearest to now at which the claim leads by less
// than it would without what the column says for it; nil: none was found.
func (t *Trees) turns(row []float64, column, claim, other int, below float64) *float64 {
	now := row[column]
	if math.IsNaN(now) {
		return nil
	}
	values := t.Model.Thresholds(column)
	for i, v := range values {
		if v <= now {
			values[i] = math.Nextafter(v, math.Inf(-1)) // a value lies above a threshold that it equals
		}
	}
	slices.SortStableFunc(values, func(a, b float64) int { return cmp.Compare(math.Abs(a-now), math.Abs(b-now)) })
	moved := slices.Clone(row)
	for _, v := range values[:min(triesMost, len(values))] {
		if moved[column] = v; t.lead(moved, claim, other) < below {
			return &v
		}
	}
	return nil
}
