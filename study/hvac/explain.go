package hvac

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/glasstwin/glasstwin/study"
	"github.com/glasstwin/glasstwin/xai"
	"github.com/glasstwin/glasstwin/xai/counterfactual"
	"github.com/glasstwin/glasstwin/xai/explain"
	"github.com/glasstwin/glasstwin/xai/prototype"
	"github.com/glasstwin/glasstwin/xai/shap"
	"github.com/glasstwin/glasstwin/xai/surrogate"
	"github.com/glasstwin/glasstwin/xai/tree"
)

// actionable names the columns that mending or setting the unit moves, with what
// bounds them. What is measured of the rooms follows and cannot be set.
var actionable = []struct {
	column    string
	low, high float64
}{
	{"duct pressure off set point", 0, 300},
	{"supply fan speed", 0.2, 1},
	{"return fan per supply fan", 0.5, 1.1},
	{"fan running out of hours", 0, 1},
	{"supply air off set point", 0, 20},
	{"outdoor air less than the damper is open", -0.3, 0.3},
	{"heated by closed valves", -3, 3},
	{"supply air above all inlets out of hours", 0, 20},
}

// explainer makes all explanations of a model. past is nil where no days are to
// be compared with.
func explainer(m *tree.Model, background [][]float64, past *xai.Table) (*explain.Trees, error) {
	shares, err := shap.Interventional(m, background)
	if err != nil {
		return nil, err
	}
	e := &explain.Trees{Model: m, Shares: shares, Background: background, Seed: 1}
	for _, a := range actionable {
		if j := m.Column(a.column); j >= 0 {
			e.Actionable = append(e.Actionable, counterfactual.Actionable{Column: j, Low: a.low, High: a.high})
		}
	}
	if past == nil {
		return e, nil
	}
	var scale []float64
	for _, c := range m.Columns {
		scale = append(scale, c.Scale)
	}
	if e.Past, err = prototype.New(past.Rows, scale, m.Leaves); err != nil {
		return nil, err
	}
	e.PastID = past.Group
	e.PastClass = func(i int) string { return past.Classes[past.Labels[i]] }
	e.Related = explain.Related(past, relatedMin)
	return e, nil
}

// told writes what a reader of the card wants to see of the model: which columns
// go together, the whole of it as a small tree, and one hour explained.
func told(ctx context.Context, f *study.File, t *xai.Table, seed uint64) (string, error) {
	p, err := part(f, partModel)
	if err != nil {
		return "", err
	}
	m, err := load(p)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for _, g := range explain.Related(t, relatedMin) {
		var names []string
		for _, j := range g {
			names = append(names, t.Columns[j].Name)
		}
		fmt.Fprintf(&b, "These go together (rank correlation of %.1f or more), so that their shares should be read as one: %s.\n\n", relatedMin, strings.Join(names, " · "))
	}
	kept, held, err := t.SplitByGroup(1./3, rand.New(rand.NewPCG(seed, 5)))
	if err != nil {
		return "", err
	}
	small, err := surrogate.Fit(ctx, m.Probabilities, t.Columns, t.Subset(kept).Rows, t.Subset(held).Rows, 1, 3)
	if err != nil {
		return "", err
	}
	fmt.Fprintf(&b, "### The model as a small tree\n\nProbability of faulty; fitted to what the model says on two thirds of the days, measured on the others.\n\n```\n%s```\n\n", small.Text())
	for _, day := range days(t) {
		x, err := explained(ctx, f, t, day)
		if err != nil {
			return "", err
		}
		if x.Claim == classes[1] && x.Rule != nil && x.Counterfactual != nil {
			fmt.Fprintf(&b, "### One hour of %s, explained by the model that left that day out\n\n%s", day, sentences(x))
			break
		}
	}
	return b.String(), nil
}

// relatedMin is the rank correlation from which columns are told to go together.
const relatedMin = 0.8

// explained tells of the most suspicious hour of a day, by the model that left
// the day out.
func explained(ctx context.Context, f *study.File, t *xai.Table, day string) (xai.Explanation, error) {
	p, err := part(f, partWithout+day)
	if err != nil {
		return xai.Explanation{}, err
	}
	m, err := load(p)
	if err != nil {
		return xai.Explanation{}, err
	}
	m.Faithfulness = f.Judgement.Faithfulness
	var own, rest []int
	for i, g := range t.Groups {
		if g == day {
			own = append(own, i)
		} else {
			rest = append(rest, i)
		}
	}
	past, held := t.Subset(rest), t.Subset(own)
	e, err := explainer(m, past.Rows, past)
	if err != nil {
		return xai.Explanation{}, err
	}
	_, most := suspicion(m, held.Rows)
	return e.Explain(ctx, held.Rows[most], nil)
}

// sentences writes an explanation down.
func sentences(x xai.Explanation) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s, with a confidence of %.0f %%: score %.2f, of which %.2f with nothing known, and\n\n| column | value | usual | share |\n| --- | --- | --- | --- |\n", x.Claim, 100*x.Confidence, x.Score, x.Base)
	for _, a := range x.Attributions[:min(5, len(x.Attributions))] {
		fmt.Fprintf(&b, "| %s | %.3g %s | %.3g | %+.2f |\n", a.Feature, a.Value, a.Unit, a.Typical, a.Share)
	}
	if r := x.Rule; r != nil {
		var all []string
		for _, c := range r.Conditions {
			switch {
			case c.Missing:
				all = append(all, c.Feature+" is missing")
			case c.Low != nil && c.High != nil:
				all = append(all, fmt.Sprintf("%.3g <= %s < %.3g", *c.Low, c.Feature, *c.High))
			case c.Low != nil:
				all = append(all, fmt.Sprintf("%s >= %.3g", c.Feature, *c.Low))
			case c.High != nil:
				all = append(all, fmt.Sprintf("%s < %.3g", c.Feature, *c.High))
			}
		}
		fmt.Fprintf(&b, "\nWhatever the rest: %s suffices, in %.1f %% of cases (at least %.1f %% with 95 %% confidence).\n", strings.Join(all, " and "), 100*r.Precision, 100*r.Low95)
	}
	if c := x.Counterfactual; c != nil {
		var all []string
		for _, ch := range c.Changes {
			all = append(all, fmt.Sprintf("%s were %.3g instead of %.3g %s", ch.Feature, ch.To, ch.From, ch.Unit))
		}
		fmt.Fprintf(&b, "\nIt would be %s if %s.\n", c.Claim, strings.Join(all, " and "))
	}
	var like []string
	for _, s := range x.Similar {
		like = append(like, fmt.Sprintf("%s (%s, %.0f %% of the leaves)", s.ID, s.Class, 100*s.Shared))
	}
	fmt.Fprintf(&b, "\nIt was like this on %s.\n", strings.Join(like, ", "))
	return b.String()
}

// card tells what stands in the stored file; it needs no data.
func card(f *study.File) (study.Card, error) {
	p, err := part(f, partModel)
	if err != nil {
		return study.Card{}, fmt.Errorf("card of hvac: %w", err)
	}
	m, err := load(p)
	if err != nil {
		return study.Card{}, fmt.Errorf("card of hvac: %w", err)
	}
	c := study.Card{
		What:   "Gradient-boosted trees that tell from hourly rows whether an air handling unit is faulty. A day is judged by the more suspicious half of its hours. Explained by interventional TreeSHAP, anchors and counterfactuals.",
		Limits: "The data set tells healthy from faulty days and not which fault it is; what it is, is told by the shares. It is one simulated unit; its faulty days were chosen for their faults and are half of all. A leak that the controls make good for by day shows little: such a day is missed. 26 days make wide intervals.",
	}
	for _, col := range m.Columns {
		c.Columns = append(c.Columns, strings.TrimRight(col.Name+", "+col.Unit, ", "))
	}
	order := make([]int, len(m.Columns))
	gain := m.Importance()
	for j := range order {
		order[j] = j
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return int(math.Copysign(1, gain[b]-gain[a]))
	})
	var b strings.Builder
	b.WriteString("| column | share of what the splits gain |\n| --- | --- |\n")
	for _, j := range order {
		fmt.Fprintf(&b, "| %s | %.1f %% |\n", m.Columns[j].Name, 100*gain[j])
	}
	c.Inside = b.String()
	return c, nil
}
