package ebm

import (
	"cmp"
	"math"
	"slices"

	"github.com/glasstwin/glasstwin/xai"
)

// tellingsMax is how many features a contrast names: each way there are seldom
// more that matter, and every explanation is stored.
const tellingsMax = 6

// contrasts tell the claim from each of the other classes, by the difference of
// what each term adds to the two scores.
func (m *Model) contrasts(row []float64, claim int, others []xai.Alternative) []xai.Contrast {
	var out []xai.Contrast
	scores := m.Score(row)
	for _, o := range others {
		k := slices.Index(m.Classes, o.Class)
		c := xai.Contrast{Class: o.Class, Lead: m.lead(scores, claim, k), Base: m.lead(m.Intercept, claim, k)}
		for i := range m.Terms {
			t := &m.Terms[i]
			share := m.leadAt(t, t.cell(row), claim, k)
			if share == 0 {
				continue
			}
			col := m.Columns[t.Features[0]]
			x := xai.Telling{Feature: m.TermName(*t), Source: col.Source, Unit: col.Unit, Share: share}
			if len(t.Features) == 2 {
				x.Unit = ""
			} else if share > 0 {
				x.Turns = m.turns(t, row[t.Features[0]], claim, k)
			}
			c.Tellings = append(c.Tellings, x)
		}
		slices.SortStableFunc(c.Tellings, func(a, b xai.Telling) int { return cmp.Compare(math.Abs(b.Share), math.Abs(a.Share)) })
		c.Tellings = slices.Clip(c.Tellings[:min(tellingsMax, len(c.Tellings))])
		out = append(out, c)
	}
	return out
}

// lead is by how much one class's score stands above another's.
func (m *Model) lead(scores []float64, claim, other int) float64 {
	a, sa := m.scoreOf(claim)
	b, sb := m.scoreOf(other)
	if m.Task == Binary {
		return sa * scores[a] // one score tells both
	}
	return sa*scores[a] - sb*scores[b]
}

func (m *Model) leadAt(t *Term, cell, claim, other int) float64 {
	w := m.width()
	return m.lead(t.Scores[cell*w:(cell+1)*w], claim, other)
}

// turns is the value nearest to now at which a term of one feature would speak
// for the other class.
func (m *Model) turns(t *Term, now float64, claim, other int) *float64 {
	cuts := t.Cuts[0]
	here := binOf(cuts, now)
	if here == 0 {
		return nil // missing: no value is near
	}
	var best *float64
	for bin := 1; bin <= len(cuts)+1; bin++ {
		if m.leadAt(t, bin, claim, other) >= 0 {
			continue
		}
		edge := 0.0
		switch {
		case bin > here:
			edge = cuts[bin-2] // the lower end of the bin
		case bin < here:
			edge = math.Nextafter(cuts[bin-1], math.Inf(-1))
		}
		if best == nil || math.Abs(edge-now) < math.Abs(*best-now) {
			best = &edge
		}
	}
	return best
}
