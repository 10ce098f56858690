package ebm

import (
	"math/rand/v2"
	"slices"

	"github.com/glasstwin/glasstwin/xai"
)

// Outputs returns the score of each class of each row, so that two classes have
// two scores of opposite sign; or the number. These are what shares explain.
func (m *Model) Outputs(rows [][]float64) [][]float64 {
	out := make([][]float64, len(rows))
	for i, row := range rows {
		s := m.Score(row)
		if m.Task == Binary {
			s = []float64{-s[0], s[0]}
		}
		out[i] = s
	}
	return out
}

// Probabilities returns the calibrated probability of each class of each row; of
// a regression, its number.
func (m *Model) Probabilities(rows [][]float64) [][]float64 {
	out := make([][]float64, len(rows))
	for i, row := range rows {
		if out[i] = m.Score(row); m.Task != Regression {
			out[i] = m.proba(out[i])
		}
	}
	return out
}

// Shares reads off the model what each column gives to one output of each row;
// what a pair gives is split in halves.
func (m *Model) Shares(rows [][]float64, outputs []int) []xai.Shares {
	w := m.width()
	out := make([]xai.Shares, len(rows))
	for i, row := range rows {
		k, sign := 0, 1.0
		if m.Task != Regression {
			k, sign = m.scoreOf(outputs[i])
		}
		out[i] = xai.Shares{Base: sign * m.Intercept[k], Of: make([]float64, len(row))}
		for t := range m.Terms {
			term := &m.Terms[t]
			part := sign * term.Scores[term.cell(row)*w+k] / float64(len(term.Features))
			for _, j := range term.Features {
				out[i].Of[j] += part
			}
		}
	}
	return out
}

// Scrambled returns the model with the entries of each table in another order:
// what explains it must be another explanation.
func (m *Model) Scrambled(rng *rand.Rand) *Model {
	out := *m
	out.Terms = slices.Clone(m.Terms)
	w := m.width()
	for i := range out.Terms {
		t := &out.Terms[i]
		was := t.Scores
		t.Scores = make([]float64, len(was))
		for to, from := range rng.Perm(len(was) / w) {
			copy(t.Scores[to*w:(to+1)*w], was[from*w:])
		}
	}
	return &out
}
