package ebm_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/glasstwin/glasstwin/xai/ebm"
)

// What tells the claim from another class adds up to how far its score lies
// ahead, as no more features are there than are told, and the value at which a
// feature would speak for the other does so.
func TestContrastsAddUpAndTurn(t *testing.T) {
	table := label(made(1500, 4, 5), []string{"a", "b", "c"}, quadrants)
	opt := small()
	opt.Pairs = 1
	m := fit(t, table, opt)
	turned := 0
	rapid.Check(t, func(t *rapid.T) {
		row := make([]float64, 4)
		for j := range row {
			row[j] = rapid.Float64Range(-1, 1).Draw(t, "x")
		}
		x, err := m.Explain(row)
		if err != nil {
			t.Fatal(err)
		}
		if len(x.Against) != 2 {
			t.Fatalf("%d contrasts of 3 classes", len(x.Against))
		}
		scores := m.Score(row)
		index := map[string]int{"a": 0, "b": 1, "c": 2}
		for i, c := range x.Against {
			if c.Class != x.Alternatives[i].Class {
				t.Fatalf("contrast %d is of %s, the alternative %s", i, c.Class, x.Alternatives[i].Class)
			}
			sum := c.Base
			for _, s := range c.Tellings {
				sum += s.Share
			}
			lead := scores[index[x.Claim]] - scores[index[c.Class]]
			if math.Abs(c.Lead-lead) > 1e-9 || math.Abs(sum-lead) > 1e-9 {
				t.Fatalf("against %s: %g, in sum %g, the scores differ by %g", c.Class, c.Lead, sum, lead)
			}
			for _, s := range c.Tellings {
				if s.Turns == nil {
					continue
				}
				turned++
				j := m.Column(s.Feature)
				was := row[j]
				row[j] = *s.Turns
				if got := lead1(m, row, s.Feature, index[x.Claim], index[c.Class]); got >= 0 {
					t.Fatalf("at %s %g it still speaks by %g against %s", s.Feature, *s.Turns, got, c.Class)
				}
				row[j] = was
			}
		}
	})
	if turned == 0 {
		t.Error("no feature ever turns")
	}
}

// lead1 is what the term of one feature says for a class rather than another, by
// the scores of the row with that feature known and missing.
func lead1(m *ebm.Model, row []float64, feature string, a, b int) float64 {
	for _, t := range m.Terms {
		if len(t.Features) == 1 && m.Columns[t.Features[0]].Name == feature {
			only := ebm.Model{Task: m.Task, Classes: m.Classes, Columns: m.Columns, Intercept: make([]float64, len(m.Classes)), Terms: []ebm.Term{t}, Temperature: 1}
			s := only.Score(row)
			return s[a] - s[b]
		}
	}
	return math.NaN()
}
