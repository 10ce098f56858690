// Package plantforecast tells what an emulated plant will do: the energy of store and
// house and the people who come in, hour by hour for the next four, and the air of
// each cabinet 30 to 60 minutes ahead. Each forecast is what is usual (the same hour
// of the day before; the mean of the last hour) and a correction by boosted trees on
// lags and differences, dealt out to these by exact Shapley values, with an interval
// that is set on runs of other seeds.
//
// Flow: tasks make samples of recorded days (hours.go, cabinet.go) → value, spread and
// quantiles are fitted on different seeds (interval.go) → judge compares with
// persistence and the day before. Start reading at Study.
package plantforecast

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/glasstwin/glasstwin/study"
	"github.com/glasstwin/glasstwin/study/runs"
	"github.com/glasstwin/glasstwin/xai"
	"github.com/glasstwin/glasstwin/xai/faith"
	"github.com/glasstwin/glasstwin/xai/shap"
)

const (
	name      = "plant-forecast"
	situation = "normal"
	lasts     = 48 * time.Hour
	explained = 60 // forecasts of each task whose explanations are measured
)

// Study is the task, judged on runs of those seeds.
func Study(seeds runs.Seeds) study.Study {
	return study.Study{
		Name: name, Task: "forecast of energy, customers and cabinet temperatures", Strategy: "interpretable model", Folder: "plant-days", Pattern: runs.Pattern,
		Credit:   "Data of the emulated plant (cmd/sitesim), which shares no formula with this program.",
		Recorded: []study.Recorded{{Template: "store", Situation: situation, Lasts: lasts}, {Template: "home", Situation: situation, Lasts: lasts}},
		Train: func(ctx context.Context, o study.Order) (*study.File, error) {
			f, err := train(ctx, o, seeds)
			if err != nil {
				return nil, fmt.Errorf("train %s: %w", name, err)
			}
			return f, nil
		},
		Judge: func(ctx context.Context, f *study.File, dir string) (study.Judgement, error) {
			j, err := judge(ctx, f, dir, seeds)
			if err != nil {
				return j, fmt.Errorf("judge %s: %w", name, err)
			}
			return j, nil
		},
		Card: card,
	}
}

// gather returns the samples of each task.
func gather(ctx context.Context, dir string, all []task, seeds runs.Seeds, take func(task int, r *runs.Run, s []sample)) error {
	for _, template := range []string{"store", "home"} {
		err := runs.Each(ctx, dir, template, seeds, func(r *runs.Run) error {
			for i := range all {
				if all[i].template == template {
					take(i, r, all[i].samples(r))
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func train(ctx context.Context, o study.Order, judged runs.Seeds) (*study.File, error) {
	all := tasks()
	learn, held := make([][]sample, len(all)), make([][]sample, len(all))
	of := map[string]bool{}
	err := gather(ctx, o.Dir, all, runs.Learned(), func(i int, r *runs.Run, s []sample) {
		of[r.Name] = true
		if r.Seed%2 == 1 {
			learn[i] = append(learn[i], s...)
		} else {
			held[i] = append(held[i], s...)
		}
	})
	if err != nil {
		return nil, err
	}
	f := &study.File{Study: name, Data: fmt.Sprintf("%d runs of the emulated plant, two days each, in which nothing befell it, of seeds up to %d; odd seeds told the values, even ones the intervals.", len(of), runs.TrainedMax),
		Split: fmt.Sprintf("By seed: judged on seeds %s. A seed draws the site, the season, the weather, the people.", judged)}
	for i := range all {
		o.Progress("%s: fitting on %d forecasts, intervals on %d", all[i].name, len(learn[i]), len(held[i]))
		m, err := fit(ctx, &all[i], learn[i], held[i], o.Seed)
		if err != nil {
			return nil, err
		}
		if err := m.add(f); err != nil {
			return nil, err
		}
	}
	f.Judgement, err = judge(ctx, f, o.Dir, judged)
	return f, err
}

// sums over forecasts of one run.
type sums struct{ off, persist, season, came, held, n float64 }

func (s *sums) plus(o sums) {
	s.off, s.persist, s.season, s.came, s.held, s.n = s.off+o.off, s.persist+o.persist, s.season+o.season, s.came+o.came, s.held+o.held, s.n+o.n
}

func judge(ctx context.Context, f *study.File, dir string, seeds runs.Seeds) (study.Judgement, error) {
	var j study.Judgement
	if seeds.First <= runs.TrainedMax {
		return j, fmt.Errorf("seeds %s: those up to %d were learnt from: give later ones", seeds, runs.TrainedMax)
	}
	models, err := load(f)
	if err != nil {
		return j, err
	}
	all := make([]task, len(models))
	for i, m := range models {
		all[i] = *m.task
	}
	samples := make([][]sample, len(all))
	if err := gather(ctx, dir, all, seeds, func(i int, _ *runs.Run, s []sample) { samples[i] = append(samples[i], s...) }); err != nil {
		return j, err
	}
	var each [][]xai.Figure
	for i, m := range models {
		if len(samples[i]) == 0 {
			return j, fmt.Errorf("%s: the runs hold no second day: record them with --lasts %s", all[i].name, lasts)
		}
		tell(&j, m, samples[i])
		own, err := m.faithful(ctx, samples[i])
		if err != nil {
			return j, fmt.Errorf("%s: %w", all[i].name, err)
		}
		each = append(each, own)
	}
	j.Faithfulness = together(each)
	return j, nil
}

// tell adds what the forecasts of a task are worth: accuracy and coverage, with
// intervals of runs drawn anew, and what others make of the same.
func tell(j *study.Judgement, f *forecaster, all []sample) {
	byRun, byAhead := map[string]*sums{}, map[int]*sums{}
	var whole sums
	for i := range all {
		s := &all[i]
		v, low, high := f.forecast(s)
		one := sums{off: math.Abs(v - s.truth), persist: math.Abs(s.persist - s.truth), season: math.Abs(s.season - s.truth), came: math.Abs(s.truth), n: 1}
		if low <= s.truth && s.truth <= high {
			one.held = 1
		}
		if byRun[s.run] == nil {
			byRun[s.run] = &sums{}
		}
		if byAhead[s.ahead] == nil {
			byAhead[s.ahead] = &sums{}
		}
		byRun[s.run].plus(one)
		byAhead[s.ahead].plus(one)
		whole.plus(one)
	}
	if f.task.unit == "°C" { // a part of a temperature means nothing
		j.Tests = append(j.Tests, drawn(f.task.name, "1 − error by persistence's", byRun, func(s sums) float64 { return 1 - s.off/s.persist }))
	} else {
		j.Tests = append(j.Tests, drawn(f.task.name, "1 − WAPE", byRun, func(s sums) float64 { return 1 - s.off/s.came }))
	}
	j.Tests = append(j.Tests, drawn(f.task.name, "coverage of 90 % intervals", byRun, func(s sums) float64 { return s.held / s.n }))
	var aheads []int
	for a := range byAhead {
		aheads = append(aheads, a)
	}
	sort.Ints(aheads)
	var parts []string
	for _, a := range aheads {
		b := byAhead[a]
		parts = append(parts, fmt.Sprintf("%d ahead %.3f (persistence %.3f, a day before %.3f), held %.1f %%", a, b.off/b.n, b.persist/b.n, b.season/b.n, 100*b.held/b.n))
	}
	j.Notes = append(j.Notes, fmt.Sprintf("%s, mean error in %s: %s; 1 − WAPE %.2f %%, of persistence %.2f %%, of a day before %.2f %%.", f.task.name, f.task.unit, strings.Join(parts, "; "),
		100*(1-whole.off/whole.came), 100*(1-whole.persist/whole.came), 100*(1-whole.season/whole.came)))
}

func drawn(what, metric string, byRun map[string]*sums, of func(sums) float64) study.Tested {
	var names []string
	var whole sums
	for run, s := range byRun {
		names = append(names, run)
		whole.plus(*s)
	}
	sort.Strings(names)
	rng := rand.New(rand.NewPCG(1, 0xb007))
	draws := make([]float64, 1000)
	for k := range draws {
		var s sums
		for range names {
			s.plus(*byRun[names[rng.IntN(len(names))]])
		}
		draws[k] = of(s)
	}
	slices.Sort(draws)
	return study.Tested{Name: what, Metric: metric, Value: of(whole), Low95: draws[25], High95: draws[974], N: len(names)}
}

// faithful measures the Shapley values of a task's forecasts: of the correction, in
// what is learnt, against other forecasts.
func (f *forecaster) faithful(ctx context.Context, all []sample) ([]xai.Figure, error) {
	rng := rand.New(rand.NewPCG(1, 0xfa))
	var rows, background [][]float64
	for _, i := range rng.Perm(len(all)) {
		switch {
		case len(rows) < explained:
			rows = append(rows, all[i].row)
		case len(background) < 100:
			background = append(background, all[i].row)
		}
	}
	if len(background) == 0 {
		return nil, nil // too few runs
	}
	e, err := shap.Interventional(f.value, background)
	if err != nil {
		return nil, err
	}
	dealt, err := shap.Interventional(f.value.Scrambled(rng), background)
	if err != nil {
		return nil, err
	}
	return faith.Measure(ctx, faith.Subject{Score: f.value.Outputs, Attribute: e.Shares, Background: background}, rows,
		faith.Options{Seed: 1, Rows: explained, Neighbours: 3, Parameters: dealt.Shares})
}

// together is the mean of figures over tasks, of completeness the worst.
func together(each [][]xai.Figure) []xai.Figure {
	var out []xai.Figure
	n := map[string]float64{}
	for _, figures := range each {
		for _, x := range figures {
			i := slices.IndexFunc(out, func(o xai.Figure) bool { return o.Name == x.Name })
			if i < 0 {
				out, i = append(out, xai.Figure{Name: x.Name}), len(out)
			}
			switch {
			case strings.HasPrefix(x.Name, "completeness"):
				out[i].Value = max(out[i].Value, x.Value)
			default:
				n[x.Name]++
				out[i].Value += x.Value
			}
		}
	}
	for i, x := range out {
		if k := n[x.Name]; k > 0 && x.Name != faith.Rows {
			out[i].Value /= k
		}
	}
	return out
}

func card(f *study.File) (study.Card, error) {
	c := study.Card{What: "For each of four tasks boosted trees that correct what is usual, and an interval by conformal prediction. The sum of the columns' Shapley values is the correction.",
		Limits: "It knows quiet days: what befalls a machine moves it beyond its interval. The day before must be known. The house's car and battery follow people and tariff, of which the forecast knows what stood a moment ago; how many people come within an hour is chance beyond the course of the day."}
	all, err := load(f)
	if err != nil {
		return c, fmt.Errorf("card of %s: %w", name, err)
	}
	c.Inside = "| task | column | part of what the trees gain |\n| --- | --- | --- |\n"
	for _, m := range all {
		for i, share := range m.value.Importance() {
			c.Columns = append(c.Columns, m.task.name+": "+m.task.columns[i].Name)
			if share >= 0.03 {
				c.Inside += fmt.Sprintf("| %s | %s | %.2f |\n", m.task.name, m.task.columns[i].Name, share)
			}
		}
	}
	return c, nil
}
