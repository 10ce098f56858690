package ebm

import (
	"fmt"
	"math"
	"sort"

	"github.com/glasstwin/glasstwin/xai"
)

// Method names how the explanation was made.
const Method = "additive shape functions"

// Faithfulness figures that Explain judges by, by the names of package faith, which
// measures them.
const (
	FigureDeletionGain  = "deletion_gain"  // area between deleting at random and deleting the largest share first
	FigureInsertionGain = "insertion_gain" // area between inserting the largest share first and at random
	FigureAdditivity    = "completeness_error_max"

	figureAdditivityOnce = "additivity_error_max" // as models of earlier versions have it
)

// additivityMax is the largest error of the sum of shares that still counts as
// exact: rounding of a few hundred additions.
const additivityMax = 1e-9

// Explain tells what the model says of a row and why: the shares of all terms
// add up with Base to Score. It abstains when the confidence is below
// MinConfidence, or when the model's measured faithfulness is no better than
// that of random attributions.
func (m *Model) Explain(row []float64) (xai.Explanation, error) {
	if err := m.fits(row); err != nil {
		return xai.Explanation{}, fmt.Errorf("explain: %w", err)
	}
	scores := m.Score(row)
	claim := m.claimOf(scores)
	x := xai.Explanation{Method: Method, Model: m.Name, Version: m.Version, Additive: true,
		Faithfulness: m.Faithfulness, Confidence: 1}
	score, sign := m.scoreOf(claim)
	x.Score, x.Base = sign*scores[score], sign*m.Intercept[score]
	if m.Task != Regression {
		x.Claim = m.Classes[claim]
		p := m.proba(scores)
		x.Confidence = p[claim]
		for k, name := range m.Classes {
			if k != claim {
				x.Alternatives = append(x.Alternatives, xai.Alternative{Class: name, Probability: p[k]})
			}
		}
		sort.SliceStable(x.Alternatives, func(a, b int) bool { return x.Alternatives[a].Probability > x.Alternatives[b].Probability })
	}
	w := len(scores)
	for i := range m.Terms {
		t := &m.Terms[i]
		x.Attributions = append(x.Attributions, m.attribution(t, row, sign*t.Scores[t.cell(row)*w+score]))
	}
	sort.SliceStable(x.Attributions, func(a, b int) bool {
		return math.Abs(x.Attributions[a].Share) > math.Abs(x.Attributions[b].Share)
	})
	x.Against = m.contrasts(row, claim, x.Alternatives)
	x.Limits = m.limits(row)
	m.abstain(&x)
	return x, nil
}

// scoreOf returns which score speaks of a class, and with which sign.
func (m *Model) scoreOf(class int) (score int, sign float64) {
	switch m.Task {
	case Multiclass:
		return class, 1
	case Binary:
		if class == 0 {
			return 0, -1
		}
	}
	return 0, 1
}

func (m *Model) attribution(t *Term, row []float64, share float64) xai.Attribution {
	c := m.Columns[t.Features[0]]
	a := xai.Attribution{Feature: m.TermName(*t), Source: c.Source, Value: row[t.Features[0]], Typical: c.Typical, Unit: c.Unit, Share: share}
	if len(t.Features) == 2 {
		a.Value, a.Typical, a.Unit = math.NaN(), math.NaN(), ""
	}
	return a
}

// limits names what lies outside of what the model was trained on.
func (m *Model) limits(row []float64) []string {
	var out []string
	for j, v := range row {
		c := m.Columns[j]
		switch {
		case math.IsNaN(v) && c.Missing == 0:
			out = append(out, fmt.Sprintf("%s is missing, which the model has never seen", c.Name))
		case math.IsNaN(v):
		case v < c.Min:
			out = append(out, fmt.Sprintf("%s is %.3g %s, below the lowest seen in training (%.3g)", c.Name, v, c.Unit, c.Min))
		case v > c.Max:
			out = append(out, fmt.Sprintf("%s is %.3g %s, above the highest seen in training (%.3g)", c.Name, v, c.Unit, c.Max))
		}
	}
	return out
}

// abstain marks an explanation that should not be acted on.
func (m *Model) abstain(x *xai.Explanation) {
	for _, f := range m.Faithfulness {
		switch {
		case (f.Name == FigureDeletionGain || f.Name == FigureInsertionGain) && f.Value <= 0:
			x.Abstained, x.Why = true, fmt.Sprintf("the shares tell no more than chance would of what the model does (%s %.3f)", f.Name, f.Value)
		case (f.Name == FigureAdditivity || f.Name == figureAdditivityOnce) && f.Value > additivityMax:
			x.Abstained, x.Why = true, fmt.Sprintf("the shares do not add up to the score (error %.2g)", f.Value)
		}
	}
	if !x.Abstained && x.Confidence < m.MinConfidence {
		x.Abstained, x.Why = true, fmt.Sprintf("confidence in %s is %.0f %%, below the %.0f %% that is asked for", x.Claim, 100*x.Confidence, 100*m.MinConfidence)
	}
}
