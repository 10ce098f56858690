package ebm_test

import (
	"math"
	"math/rand/v2"
	"testing"
)

func TestSharesAddUpToTheOutputs(t *testing.T) {
	for classes, names := range map[int][]string{2: {"a", "b"}, 3: {"a", "b", "c"}} {
		opt := small()
		opt.Pairs = 1
		m := fit(t, label(made(600, 3, 5), names, func(row []float64) int { return min(quadrants(row), classes-1) }), opt)
		rows := made(50, 3, 6).Rows
		other := m.Scrambled(rand.New(rand.NewPCG(1, 1)))
		moved := 0.0
		for k := range names {
			outputs := make([]int, len(rows))
			for i := range outputs {
				outputs[i] = k
			}
			said, scrambled := m.Outputs(rows), other.Outputs(rows)
			for i, s := range m.Shares(rows, outputs) {
				sum := s.Base
				for _, v := range s.Of {
					sum += v
				}
				if math.Abs(sum-said[i][k]) > 1e-9 {
					t.Errorf("%d classes: shares add up to %g, the output is %g", classes, sum, said[i][k])
				}
				moved += math.Abs(said[i][k] - scrambled[i][k])
			}
		}
		if moved < 1 {
			t.Error("a scrambled model says the same")
		}
		for i, p := range m.Probabilities(rows) {
			sum := 0.0
			for k, v := range p {
				sum += v
				if v != m.Proba(rows[i])[k] {
					t.Errorf("probability %g, %g", v, m.Proba(rows[i])[k])
				}
			}
			if math.Abs(sum-1) > 1e-12 {
				t.Errorf("probabilities add up to %g", sum)
			}
		}
	}
}
