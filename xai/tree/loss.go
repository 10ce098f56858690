package tree

import (
	"math"
	"slices"

	"github.com/glasstwin/glasstwin/xai"
)

// slopes sets the derivatives of the loss by score k: squared error halved, and
// log-loss of the logistic and of the softmax. The second derivative of the
// softmax is its diagonal times 2, an upper bound of what the other scores add
// (as in Chen, Guestrin 2016, implementation).
func (b *boost) slopes(score []float64, k int) {
	for i := range b.t.Rows {
		var s slope
		switch b.task {
		case Regression:
			s = slope{score[i] - b.t.Targets[i], 1}
		case Binary:
			p := 1 / (1 + math.Exp(-score[i]))
			s = slope{p - float64(b.t.Labels[i]), p * (1 - p)}
		default:
			p := shareOf(score[i*b.width:(i+1)*b.width], k)
			s = slope{p, 2 * p * (1 - p)}
			if b.t.Labels[i] == k {
				s.g--
			}
		}
		w := b.weightOf(i)
		s.g *= w
		s.h = max(s.h, 1e-16) * w
		b.grower.slopes[i] = s
	}
}

// shareOf is the softmax of one of the scores.
func shareOf(s []float64, k int) float64 {
	top, sum := slices.Max(s), 0.0
	for _, v := range s {
		sum += math.Exp(v - top)
	}
	return math.Exp(s[k]-top) / sum
}

func meanLoss(task Task, width int, score []float64, labels []int, targets []float64) float64 {
	sum, n := 0.0, len(score)/width
	for i := range n {
		s := score[i*width : (i+1)*width]
		switch task {
		case Regression:
			sum += (s[0] - targets[i]) * (s[0] - targets[i])
		case Binary:
			away := s[0]
			if labels[i] == 1 {
				away = -away
			}
			sum += max(away, 0) + math.Log1p(math.Exp(-math.Abs(away)))
		default:
			sum -= math.Log(max(shareOf(s, labels[i]), 1e-300))
		}
	}
	return sum / float64(n)
}

// describe tells what the training rows say of a column.
func describe(t *xai.Table, j int, normal string) Column {
	c := Column{Column: t.Columns[j], Min: math.NaN(), Max: math.NaN(), Typical: math.NaN()}
	var all, usual []float64
	of := slices.Index(t.Classes, normal)
	for i, row := range t.Rows {
		if v := row[j]; !math.IsNaN(v) {
			all = append(all, v)
			if len(t.Labels) > 0 && t.Labels[i] == of {
				usual = append(usual, v)
			}
		}
	}
	c.Missing = 1 - float64(len(all))/float64(len(t.Rows))
	if len(usual) == 0 {
		usual = all
	}
	if len(all) == 0 {
		c.Scale = 1
		return c
	}
	slices.Sort(all)
	slices.Sort(usual)
	c.Min, c.Max, c.Typical = all[0], all[len(all)-1], usual[len(usual)/2]
	// Median absolute deviation does not see a few extremes; a column that is
	// nearly constant has none, then its range is the measure.
	off := make([]float64, len(all))
	for i, v := range all {
		off[i] = math.Abs(v - all[len(all)/2])
	}
	slices.Sort(off)
	if c.Scale = 1.4826 * off[len(off)/2]; c.Scale == 0 {
		c.Scale = c.Max - c.Min
	}
	if c.Scale == 0 {
		c.Scale = 1
	}
	return c
}
