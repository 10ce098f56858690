package explain_test

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/glasstwin/glasstwin/xai"
	"github.com/glasstwin/glasstwin/xai/explain"
	"github.com/glasstwin/glasstwin/xai/shap"
	"github.com/glasstwin/glasstwin/xai/tree"
)

// What tells a claim from another class adds up to how far its score lies ahead,
// and where it turns the lead is less than without it.
func TestContrastsOfTreesAddUpAndTurn(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 8))
	several := &xai.Table{Columns: []xai.Column{{Name: "a"}, {Name: "b"}, {Name: "c"}}, Classes: []string{"low", "middle", "high"}}
	for range 900 {
		row := []float64{rng.Float64(), rng.Float64(), rng.Float64()}
		several.Rows = append(several.Rows, row)
		several.Labels = append(several.Labels, min(2, int(1.5*(row[0]+row[1]))))
	}
	m, err := tree.Fit(context.Background(), several, tree.Options{Rounds: 25, Depth: 3})
	if err != nil {
		t.Fatal(err)
	}
	two, table := trees(t)
	turned := 0
	for _, of := range []struct {
		e    *explain.Trees
		rows [][]float64
	}{{&explain.Trees{Model: m, Shares: shap.PathDependent(m)}, several.Rows[:60]}, {two, table.Rows[:60]}} {
		for _, row := range of.rows {
			x, err := of.e.Quick(row)
			if err != nil || len(x.Against) != len(of.e.Model.Classes)-1 {
				t.Fatalf("%d contrasts, %v", len(x.Against), err)
			}
			for _, c := range x.Against {
				sum := c.Base
				for _, s := range c.Tellings {
					sum += s.Share
					if s.Turns != nil {
						turned++
						moved := append([]float64(nil), row...)
						moved[of.e.Model.Column(s.Feature)] = *s.Turns
						out := of.e.Model.Outputs([][]float64{moved})[0]
						lead := out[index(of.e.Model, x.Claim)]
						if of.e.Model.Task == tree.Multiclass {
							lead -= out[index(of.e.Model, c.Class)]
						}
						if lead >= c.Lead-s.Share {
							t.Errorf("at %s %g the lead is %g, it was %g and %g of it came from there", s.Feature, *s.Turns, lead, c.Lead, s.Share)
						}
					}
				}
				if math.Abs(sum-c.Lead) > 1e-9 {
					t.Errorf("against %s it adds up to %g of %g", c.Class, sum, c.Lead)
				}
			}
		}
	}
	if turned == 0 {
		t.Error("nothing ever turns")
	}
}

func index(m *tree.Model, class string) int {
	for i, c := range m.Classes {
		if c == class {
			return i
		}
	}
	return -1
}
