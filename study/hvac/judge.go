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
	"github.com/glasstwin/glasstwin/xai/anchor"
	"github.com/glasstwin/glasstwin/xai/calibrate"
	"github.com/glasstwin/glasstwin/xai/faith"
	"github.com/glasstwin/glasstwin/xai/shap"
	"github.com/glasstwin/glasstwin/xai/surrogate"
	"github.com/glasstwin/glasstwin/xai/tree"
)

const (
	backgroundRows = 100 // of the interventional shares
	ruledDays      = 12  // whose most suspicious hour is asked for a rule and a counterfactual
)

// judge lets every day be judged by a model that was not trained on it: the one
// that left it out, or for days that no training saw the model itself. Then it
// measures how well what these models say of these days is explained.
func judge(ctx context.Context, f *study.File, dir string) (study.Judgement, error) {
	t, lacking, err := read(dir)
	if err != nil {
		return study.Judgement{}, fmt.Errorf("judge hvac: %w", err)
	}
	verdicts, j, err := rightness(f, t)
	if err != nil {
		return j, fmt.Errorf("judge hvac: %w", err)
	}
	if len(lacking) > 0 {
		j.Notes = append(j.Notes, fmt.Sprintf("The data lacks %s: what is made of these is missing.", strings.Join(lacking, ", ")))
	}
	var figures [][]xai.Figure
	var ruled rules
	var small fidelity
	rng := rand.New(rand.NewPCG(1, 3))
	for _, v := range verdicts {
		if err := ctx.Err(); err != nil {
			return j, fmt.Errorf("judge hvac: %w", err)
		}
		background := drawn(v.others, rng)
		if len(background) == 0 {
			continue // a single day has no other to be told from
		}
		got, err := faithfulness(ctx, f, v.model, v.rows, background)
		if err != nil {
			return j, fmt.Errorf("judge hvac: %s: %w", v.day, err)
		}
		figures = append(figures, got)
		if err := small.add(ctx, v.model, v.others, v.rows); err != nil {
			return j, fmt.Errorf("judge hvac: %s: %w", v.day, err)
		}
		if v.chance >= 0.5 && ruled.days < ruledDays {
			if err := ruled.add(ctx, v.model, v.rows[v.most], v.others, background); err != nil {
				return j, fmt.Errorf("judge hvac: %s: %w", v.day, err)
			}
		}
	}
	j.Faithfulness = append(append(append(mean(figures), j.Faithfulness...), ruled.figures()...), small.figures()...)
	return j, nil
}

// verdict is what was said of a day.
type verdict struct {
	day          string
	model        *tree.Model
	rows, others [][]float64 // of the day, of all other days
	chance       float64     // that it is faulty
	most         int         // its most suspicious row
}

// rightness judges the days; j holds the tests and the calibration.
func rightness(f *study.File, t *xai.Table) (all []verdict, j study.Judgement, err error) {
	whole, err := part(f, partModel)
	if err != nil {
		return nil, j, err
	}
	var left, never tally
	for _, day := range days(t) {
		p, into := whole, &never
		if slices.Contains(whole.Own, day) {
			if p, err = part(f, partWithout+day); err != nil {
				return nil, j, err
			}
			into = &left
		}
		v := verdict{day: day}
		if v.model, err = load(p); err != nil {
			return nil, j, err
		}
		label := 0
		for i, g := range t.Groups {
			if g == day {
				v.rows, label = append(v.rows, t.Rows[i]), t.Labels[i]
			} else {
				v.others = append(v.others, t.Rows[i])
			}
		}
		v.chance, v.most = suspicion(v.model, v.rows)
		v.chance = shifted(v.chance, p.At)
		if into.add(v.chance, label); (v.chance >= 0.5) != (label == 1) {
			j.Notes = append(j.Notes, fmt.Sprintf("%s is %s; it was judged %s (%.2f).", day, classes[label], classes[1-label], v.chance))
		}
		all = append(all, v)
	}
	j.Tests = append(left.tested("days left out of training"), never.tested("days never seen")...)
	ece, err := calibrate.Error(append(left.chance, never.chance...), append(left.right, never.right...), 5)
	j.Faithfulness = []xai.Figure{{Name: "calibration_error", Value: ece}}
	return all, j, err
}

// shifted moves a suspicion by as many log-odds as take at to one half.
func shifted(s, at float64) float64 {
	if at == 0 {
		return s
	}
	return 1 / (1 + (1-s)/s*at/(1-at))
}

// suspicion is how faulty a day looks, the mean over the more suspicious half of
// its hours, and the hour that is most so.
func suspicion(m *tree.Model, rows [][]float64) (chance float64, most int) {
	var p []float64
	for i, q := range m.Probabilities(rows) {
		if p = append(p, q[1]); q[1] > p[most] {
			most = i
		}
	}
	slices.Sort(p)
	upper := p[len(p)/2:]
	for _, v := range upper {
		chance += v / float64(len(upper))
	}
	return chance, most
}

// tally keeps what was said of days, and whether rightly.
type tally struct {
	chance []float64 // of the claim
	right  []bool
}

func (d *tally) add(chance float64, label int) {
	d.chance = append(d.chance, max(chance, 1-chance))
	d.right = append(d.right, (chance >= 0.5) == (label == 1))
}

func (d *tally) tested(name string) []study.Tested {
	if len(d.right) == 0 {
		return nil
	}
	hits := 0
	for _, ok := range d.right {
		if ok {
			hits++
		}
	}
	return []study.Tested{study.Share(name, "days right", hits, len(d.right))}
}

// drawn picks background rows.
func drawn(rows [][]float64, rng *rand.Rand) [][]float64 {
	var out [][]float64
	for _, i := range rng.Perm(len(rows))[:min(backgroundRows, len(rows))] {
		out = append(out, rows[i])
	}
	return out
}

// faithfulness measures the shares of a model on the rows of a day.
func faithfulness(ctx context.Context, f *study.File, m *tree.Model, rows, background [][]float64) ([]xai.Figure, error) {
	of := func(m *tree.Model) (faith.Attribute, error) {
		e, err := shap.Interventional(m, background)
		if err != nil {
			return nil, err
		}
		return e.Shares, nil
	}
	var opt faith.Options
	for _, other := range []struct {
		part string
		to   *faith.Attribute
	}{{partShuffled, &opt.Shuffled}, {partRerun, &opt.Rerun}} {
		p, err := part(f, other.part)
		if err != nil {
			return nil, err
		}
		o, err := load(p)
		if err != nil {
			return nil, err
		}
		if *other.to, err = of(o); err != nil {
			return nil, err
		}
	}
	var err error
	if opt.Parameters, err = of(m.Scrambled(rand.New(rand.NewPCG(1, 4)))); err != nil {
		return nil, err
	}
	shares, err := of(m)
	if err != nil {
		return nil, err
	}
	return faith.Measure(ctx, faith.Subject{Score: m.Outputs, Probability: m.Probabilities, Attribute: shares, Background: background}, rows, opt)
}

// mean joins the figures of the days: the worst of what is a maximum, the sum of
// rows, and the mean of all others.
func mean(all [][]xai.Figure) []xai.Figure {
	var out []xai.Figure
	count := make(map[string]float64)
	for _, day := range all {
		for _, f := range day {
			i := slices.IndexFunc(out, func(o xai.Figure) bool { return o.Name == f.Name })
			if i < 0 {
				i = len(out)
				out = append(out, xai.Figure{Name: f.Name})
			}
			count[f.Name]++
			if f.Name == faith.CompletenessError || f.Name == faith.CompletenessPart {
				out[i].Value = max(out[i].Value, f.Value)
			} else {
				out[i].Value += f.Value
			}
		}
	}
	for i, f := range out {
		if f.Name != faith.CompletenessError && f.Name != faith.CompletenessPart && f.Name != faith.Rows {
			out[i].Value /= count[f.Name]
		}
	}
	return out
}

// fidelity gathers how well a small tree follows the model on days that the tree
// was not fitted on.
type fidelity struct{ n, r2, agreement float64 }

func (d *fidelity) add(ctx context.Context, m *tree.Model, others, rows [][]float64) error {
	s, err := surrogate.Fit(ctx, m.Probabilities, columns, others, rows, 1, 3)
	if err != nil {
		return err
	}
	d.n++
	d.r2 += max(s.R2, 0) // of a day on which the model hardly moves it may be anything below
	d.agreement += s.Agreement
	return nil
}

func (d *fidelity) figures() []xai.Figure {
	if d.n == 0 {
		return nil
	}
	return []xai.Figure{{Name: "surrogate_r2", Value: d.r2 / d.n}, {Name: "surrogate_agreement", Value: d.agreement / d.n}}
}

// rules gathers what anchors and counterfactuals are worth.
type rules struct {
	days, ruled, flipped, verified int
	low, precision, conditions     float64
	changes                        float64
}

func (r *rules) add(ctx context.Context, m *tree.Model, row []float64, others, background [][]float64) error {
	r.days++
	rule, ok, err := anchor.Find(ctx, m.Probabilities, others, row, anchor.Options{Seed: 1})
	if err != nil {
		return err
	}
	if ok {
		if r.ruled++; r.ruled == 1 || rule.Low95 < r.low {
			r.low = rule.Low95
		}
		r.precision += rule.Precision
		r.conditions += float64(len(rule.Conditions))
	}
	e, err := explainer(m, background, nil)
	if err != nil {
		return err
	}
	x, err := e.Explain(ctx, row, nil)
	if err != nil {
		return err
	}
	if c := x.Counterfactual; c != nil {
		r.flipped++
		r.changes += float64(len(c.Changes))
		after := slices.Clone(row)
		for _, ch := range c.Changes {
			after[m.Column(ch.Feature)] = ch.To
		}
		if m.Predict(after) != m.Predict(row) {
			r.verified++
		}
	}
	return nil
}

func (r *rules) figures() []xai.Figure {
	if r.days == 0 {
		return nil
	}
	n := float64(r.days)
	ruled, flipped := math.Max(1, float64(r.ruled)), math.Max(1, float64(r.flipped))
	return []xai.Figure{
		{Name: "anchor_found_share", Value: float64(r.ruled) / n}, {Name: "anchor_precision", Value: r.precision / ruled},
		{Name: "anchor_precision_low95_min", Value: r.low}, {Name: "anchor_conditions", Value: r.conditions / ruled},
		{Name: "counterfactual_found_share", Value: float64(r.flipped) / n}, {Name: "counterfactual_verified_share", Value: float64(r.verified) / flipped},
		{Name: "counterfactual_changes", Value: r.changes / flipped},
	}
}
