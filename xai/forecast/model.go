package forecast

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/glasstwin/glasstwin/xai"
	"github.com/glasstwin/glasstwin/xai/tree"
)

// errorsMax is how many of the latest errors an interval is told from: enough for
// its ends, few enough to follow what drifts.
const errorsMax = 400

// Model forecasts one series. It is read only and safe for concurrent use.
type Model struct {
	Options Options
	Follow  float64     // weight of the recent mean in the level, 0 to 1; the rest is that of the lasting one
	Correct *tree.Model // of stumps: the part by which level times season is corrected
	Known   []string
	Errors  [][]float64 // of each step ahead: parts of the forecast by which the truth was off, rising
	Totals  [][]float64 // the same of each of Options.Totals, in the order of their origins
	// Stretches are logarithms, of each of Options.Totals: by which factor its intervals
	// are wider than errors say, as they missed before.
	Stretches []float64
	Seen      int // steps that it was fitted on
}

// Step is a forecast of one step, or of a total.
type Step struct {
	Value, Low, High float64
	Reasons          []Reason // they add up to Value
}

// Reason is one term of a forecast, in the unit of the series.
type Reason struct {
	Name  string
	Input float64 // value of the column; NaN for level and season
	Share float64
}

// Fit learns from the values of the series, none of which is ahead.
func Fit(ctx context.Context, s Series, opt Options) (*Model, error) {
	opt = opt.filled()
	if err := opt.check(s); err != nil {
		return nil, fmt.Errorf("fit a forecast: %w", err)
	}
	n := len(s.Values)
	first := opt.Periods * opt.Period
	held := first + (n-first)/2 // from here on, errors are those of a model that stopped here
	if held+opt.Horizon >= n {
		return nil, fmt.Errorf("fit a forecast: %d steps are too few for %d periods of %d and twice a horizon of %d: give at least %d",
			n, opt.Periods, opt.Period, opt.Horizon, first+2*opt.Horizon+2)
	}
	m := &Model{Options: opt, Seen: n}
	for _, k := range s.Known {
		m.Known = append(m.Known, k.Name)
	}
	if err := m.learn(ctx, &s, held); err != nil {
		return nil, fmt.Errorf("fit a forecast: %w", err)
	}
	m.learnErrors(&s, held)
	if err := m.learn(ctx, &s, n); err != nil {
		return nil, fmt.Errorf("fit a forecast: %w", err)
	}
	return m, nil
}

// learn chooses the level and fits stumps to what is left of steps before end: first
// to learn what the known columns do, then with level and season told without it,
// since a feast in the past must not lower what is to come.
func (m *Model) learn(ctx context.Context, s *Series, end int) error {
	if len(s.Known) > 0 {
		first, err := fitStumps(ctx, s, end, m.Options, 1)
		if err != nil {
			return err
		}
		s = without(s, first)
	}
	m.Follow = chooseFollow(s, end, m.Options)
	var err error
	m.Correct, err = fitStumps(ctx, s, end, m.Options, m.Follow)
	return err
}

// without is the series with what the known columns do to each step.
func without(s *Series, correct *tree.Model) *Series {
	if len(s.Known) == 0 {
		return s
	}
	out := *s
	out.usual = make([]float64, len(s.Values))
	row := make([]float64, len(columns)+len(s.Known))
	for step := range out.usual {
		for j, k := range s.Known {
			row[len(columns)+j] = k.Values[step]
		}
		sum := 0.0
		for j, x := range terms(correct, row) {
			if j >= len(columns) {
				sum += x
			}
		}
		out.usual[step] = max(0.1, 1+sum)
	}
	return &out
}

// terms are what the stumps of each column say of a row.
func terms(correct *tree.Model, row []float64) []float64 {
	out := make([]float64, len(row))
	for _, t := range correct.Trees {
		leaf := t.Nodes[t.Reaches(row)].Value
		if n := t.Nodes[0]; !n.Leaf() {
			out[n.Feature] += leaf
		}
	}
	return out
}

func fitStumps(ctx context.Context, s *Series, end int, opt Options, follow float64) (*tree.Model, error) {
	t := &xai.Table{}
	for _, c := range columns {
		t.Columns = append(t.Columns, xai.Column{Name: c})
	}
	for _, k := range s.Known {
		t.Columns = append(t.Columns, xai.Column{Name: k.Name})
	}
	for origin := opt.Periods * opt.Period; origin < end; origin++ {
		v, ok := look(s, origin, opt, follow)
		if !ok {
			continue
		}
		// Told against their own mean: that a year rose or fell after an origin is one
		// event, which all rows of many origins would repeat.
		from, sum := len(t.Targets), 0.0
		for step := origin; step < min(end, origin+opt.Horizon); step++ {
			if y := s.Values[step]; !math.IsNaN(y) {
				t.Rows = append(t.Rows, v.row(step))
				t.Targets = append(t.Targets, max(-0.9, min(2, y/v.plain(step)-1)))
				sum += t.Targets[len(t.Targets)-1]
			}
		}
		for i := from; i < len(t.Targets); i++ {
			t.Targets[i] -= sum / float64(len(t.Targets)-from)
		}
	}
	// Rows of neighbouring origins are near copies: a leaf needs many of them.
	return tree.Fit(ctx, t, tree.Options{Seed: opt.Seed, Rounds: opt.Rounds, Depth: 1, LearningRate: 0.05, Bins: 32,
		MinLeaf: max(1, min(len(t.Rows)/8, 6*opt.Horizon/4)), Lambda: float64(opt.Horizon)})
}

func (m *Model) learnErrors(s *Series, from int) {
	m.Errors, m.Totals = make([][]float64, m.Options.Horizon), make([][]float64, len(m.Options.Totals))
	all := make([]follower, len(m.Options.Totals))
	for k, n := range m.Options.Totals {
		all[k] = follower{steps: n, wanted: 1 - m.Options.Coverage}
	}
	for origin := from; origin < len(s.Values); origin++ {
		steps, err := m.steps(s, origin)
		if err != nil {
			continue
		}
		m.add(s, origin, steps)
		m.promise(all, s, origin, steps, 0)
	}
	for k := range all {
		all[k].learn(len(s.Values))
		m.Totals[k] = rounded(all[k].errors)
		m.Stretches = append(m.Stretches, all[k].stretch)
	}
	for h, e := range m.Errors {
		m.Errors[h] = rounded(e)
		slices.Sort(m.Errors[h])
	}
}

// add keeps what a forecast was off by, where the truth is known.
func (m *Model) add(s *Series, origin int, steps []Step) {
	for h, f := range steps {
		if at := origin + h; at < len(s.Values) && !math.IsNaN(s.Values[at]) {
			m.Errors[h] = append(m.Errors[h], s.Values[at]/f.Value-1)
		}
	}
}

// total sums up forecast and truth over steps that are not missing.
func total(s *Series, origin int, steps []Step) (told, was float64) {
	for h, f := range steps {
		if y := s.Values[origin+h]; !math.IsNaN(y) {
			told, was = told+f.Value, was+y
		}
	}
	return told, was
}

// rounded are the latest errors; finer would only make files longer.
func rounded(errors []float64) []float64 {
	e := slices.Clone(errors[max(0, len(errors)-errorsMax):])
	for k, v := range e {
		e[k] = math.Round(v*1e5) / 1e5
	}
	return e
}

// Forecast tells the steps from the end of the series on; totals are those of
// Options.Totals. Steps are told open: whoever knows that one is closed leaves it out.
func (m *Model) Forecast(s Series) (steps, totals []Step, err error) {
	if err := m.Options.check(s); err != nil {
		return nil, nil, fmt.Errorf("forecast: %w", err)
	}
	if len(s.Known) != len(m.Known) {
		return nil, nil, fmt.Errorf("forecast: %d columns are known ahead, the model was fitted with %d", len(s.Known), len(m.Known))
	}
	if steps, err = m.steps(&s, len(s.Values)); err != nil {
		return nil, nil, fmt.Errorf("forecast: %w", err)
	}
	single := 1.0 // by which steps are stretched
	for k, f := range m.followed(&s) {
		t := sum(steps[:f.steps])
		t.within(f.interval())
		totals = append(totals, t)
		if m.Options.Totals[k] == 1 {
			single = math.Exp(f.stretch)
		}
	}
	for h := range steps {
		low, high := quantiles(m.near(h), 1-m.Options.Coverage)
		steps[h].within(single*low, single*high)
	}
	return steps, totals, nil
}

func sum(steps []Step) Step {
	var out Step
	for _, s := range steps {
		out.Value += s.Value
		for i, r := range s.Reasons {
			if i == len(out.Reasons) {
				out.Reasons = append(out.Reasons, Reason{Name: r.Name, Input: math.NaN()})
			}
			out.Reasons[i].Share += r.Share
		}
	}
	return out
}

// near are the errors of the steps about h, which differ little.
func (m *Model) near(h int) []float64 {
	var out []float64
	for k := max(0, h-2); k <= min(len(m.Errors)-1, h+2); k++ {
		out = append(out, m.Errors[k]...)
	}
	slices.Sort(out)
	return out
}

// within sets the interval, whose ends are parts of the forecast.
func (f *Step) within(low, high float64) {
	f.Low, f.High = f.Value*max(0, 1+low), f.Value*(1+high)
}

func (m *Model) steps(s *Series, origin int) ([]Step, error) {
	v, ok := look(without(s, m.Correct), origin, m.Options, m.Follow)
	if !ok {
		return nil, fmt.Errorf("%d steps before it are too few, or all 0: %d are needed", origin, m.Options.Periods*m.Options.Period)
	}
	out := make([]Step, m.Options.Horizon)
	for h := range out {
		step := origin + h
		row, plain := v.row(step), v.plain(step)
		out[h].Reasons = []Reason{{"level", math.NaN(), v.level}, {"season", math.NaN(), plain - v.level},
			{"usual correction", math.NaN(), plain * m.Correct.Base[0]}}
		part := m.Correct.Base[0]
		for j, x := range terms(m.Correct, row) {
			part += x
			out[h].Reasons = append(out[h].Reasons, Reason{m.Correct.Columns[j].Name, row[j], plain * x})
		}
		out[h].Value = plain * (1 + part)
	}
	return out, nil
}
