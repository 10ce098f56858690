package explain

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/glasstwin/glasstwin/xai"
	"github.com/glasstwin/glasstwin/xai/counterfactual"
	"github.com/glasstwin/glasstwin/xai/faith"
	"github.com/glasstwin/glasstwin/xai/prototype"
	"github.com/glasstwin/glasstwin/xai/shap"
	"github.com/glasstwin/glasstwin/xai/tree"
)

// Trees is a model of trees with what is needed to explain it.
type Trees struct {
	Model      *tree.Model
	Shares     *shap.Explainer
	Background [][]float64                 // rows of training: for rules and counterfactuals
	Actionable []counterfactual.Actionable // columns that can be moved; none: no counterfactual. Values are the model's thresholds where not given
	Allowed    func(row []float64) bool    // guards of a counterfactual; nil: none
	Past       *prototype.Index            // nil: no similar rows
	PastID     func(row int) string        // group of a row of Past
	PastClass  func(row int) string
	Related    [][]int // groups of columns that go with each other
	Seed       uint64
}

// similarMax is how many rows of the past are named, each of another group.
const similarMax = 3

// Quick tells the claim and its shares, which takes milliseconds.
func (t *Trees) Quick(row []float64) (xai.Explanation, error) {
	m := t.Model
	if len(row) != len(m.Columns) {
		return xai.Explanation{}, fmt.Errorf("explain: the row has %d values, model %s takes %d", len(row), m.Name, len(m.Columns))
	}
	var p []float64
	if m.Task != tree.Regression {
		p = m.Probabilities([][]float64{row})[0]
	}
	return t.About(row, m.Predict(row), p)
}

// About tells the same of a claim that is made by other probabilities of the classes than
// the trees': where another witness was asked besides.
func (t *Trees) About(row []float64, claim int, p []float64) (xai.Explanation, error) {
	m := t.Model
	if len(row) != len(m.Columns) || m.Task != tree.Regression && (len(p) != len(m.Classes) || claim < 0 || claim >= len(p)) {
		return xai.Explanation{}, fmt.Errorf("explain: the row has %d values and %d probabilities, claim %d; model %s takes %d and tells %d", len(row), len(p), claim, m.Name, len(m.Columns), len(m.Classes))
	}
	shares := t.Shares.Shares([][]float64{row}, []int{claim})[0]
	x := xai.Explanation{Method: t.Shares.Method(), Model: m.Name, Version: m.Version, Additive: true, Faithfulness: m.Faithfulness,
		Score: m.Outputs([][]float64{row})[0][claim], Base: shares.Base, Confidence: 1}
	if m.Task != tree.Regression {
		x.Claim, x.Confidence = m.Classes[claim], p[claim]
		for k, name := range m.Classes {
			if k != claim {
				x.Alternatives = append(x.Alternatives, xai.Alternative{Class: name, Probability: p[k]})
			}
		}
		slices.SortStableFunc(x.Alternatives, func(a, b xai.Alternative) int { return cmp.Compare(b.Probability, a.Probability) })
	}
	for j, c := range m.Columns {
		x.Attributions = append(x.Attributions, xai.Attribution{Feature: c.Name, Source: c.Source, Value: row[j], Typical: c.Typical, Unit: c.Unit, Share: shares.Of[j]})
	}
	slices.SortStableFunc(x.Attributions, func(a, b xai.Attribution) int { return cmp.Compare(math.Abs(b.Share), math.Abs(a.Share)) })
	for _, group := range t.Related {
		var names []string
		for _, j := range group {
			names = append(names, m.Columns[j].Name)
		}
		x.Together = append(x.Together, names)
	}
	x.Against = t.contrasts(row, claim, shares, x.Alternatives)
	x.Limits = limits(m, row)
	if why := faith.Verdict(m.Faithfulness); why != "" {
		x.Abstained, x.Why = true, why
	} else if x.Confidence < m.MinConfidence {
		x.Abstained, x.Why = true, fmt.Sprintf("confidence in %s is %.0f %%, below the %.0f %% that is asked for", x.Claim, 100*x.Confidence, 100*m.MinConfidence)
	}
	return x, nil
}

// Explain tells all: Quick's, the rule, what would change the claim, and when it
// was like this. Where no rule is precise enough or no change is feasible, the
// explanation has none. skip leaves rows of the past out.
func (t *Trees) Explain(ctx context.Context, row []float64, skip func(past int) bool) (xai.Explanation, error) {
	x, err := t.Quick(row)
	if err != nil || t.Model.Task == tree.Regression {
		return x, err
	}
	if x.Rule, err = Suffices(ctx, t.Model.Probabilities, columnsOf(t.Model), t.Background, row, t.Seed); err != nil {
		return x, err
	}
	if len(t.Actionable) > 0 {
		act := slices.Clone(t.Actionable)
		for i := range act {
			if act[i].Values == nil {
				act[i].Values = t.Model.Thresholds(act[i].Column)
			}
			if act[i].Scale == 0 {
				act[i].Scale = t.Model.Columns[act[i].Column].Scale
			}
		}
		a, err := counterfactual.Find(ctx, counterfactual.Question{Probability: t.Model.Probabilities, Row: row, Background: t.Background, Actionable: act, To: -1, Allowed: t.Allowed})
		if err != nil {
			return x, fmt.Errorf("explain: %w", err)
		}
		if a != nil {
			x.Counterfactual = t.counterfactual(a)
		}
	}
	t.similar(&x, row, skip)
	return x, nil
}

func columnsOf(m *tree.Model) []xai.Column {
	out := make([]xai.Column, len(m.Columns))
	for j, c := range m.Columns {
		out[j] = c.Column
	}
	return out
}

func (t *Trees) counterfactual(a *counterfactual.Answer) *xai.Counterfactual {
	out := &xai.Counterfactual{Claim: t.Model.Classes[a.Claim], Confidence: a.Probability}
	for _, c := range a.Changes {
		col := t.Model.Columns[c.Column]
		out.Changes = append(out.Changes, xai.Change{Feature: col.Name, Source: col.Source, Unit: col.Unit, From: c.From, To: c.To})
	}
	return out
}

func (t *Trees) similar(x *xai.Explanation, row []float64, skip func(int) bool) {
	if t.Past == nil {
		return
	}
	for _, s := range t.Past.Nearest(row, math.MaxInt, skip) {
		id := t.PastID(s.Row)
		if slices.ContainsFunc(x.Similar, func(o xai.Similar) bool { return o.ID == id }) {
			continue
		}
		if x.Similar = append(x.Similar, xai.Similar{ID: id, Class: t.PastClass(s.Row), Shared: s.Shared}); len(x.Similar) == similarMax {
			return
		}
	}
}

// limits names what lies outside of what the model was trained on.
func limits(m *tree.Model, row []float64) []string {
	var out []string
	for j, v := range row {
		c := m.Columns[j]
		switch {
		case math.IsNaN(v) && c.Missing == 0:
			out = append(out, fmt.Sprintf("%s is missing, which the model has never seen", c.Name))
		case v < c.Min:
			out = append(out, fmt.Sprintf("%s is %.3g %s, below the lowest seen in training (%.3g)", c.Name, v, c.Unit, c.Min))
		case v > c.Max:
			out = append(out, fmt.Sprintf("%s is %.3g %s, above the highest seen in training (%.3g)", c.Name, v, c.Unit, c.Max))
		}
	}
	return out
}
