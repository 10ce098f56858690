package sales

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/glasstwin/glasstwin/study"
	"github.com/glasstwin/glasstwin/xai"
	"github.com/glasstwin/glasstwin/xai/forecast"
)

const (
	name    = "sales"
	pattern = "transactions*.csv*"

	refit = 28 // days between models
	least = 12 * 7
)

// Study is the task.
func Study() study.Study {
	return study.Study{
		Name: name, Task: "forecast of sales and footfall", Strategy: "interpretable model", Folder: "sales", Pattern: pattern,
		Credit: "Public data: 84.51°, The Complete Journey, as sampled in bradleyboehmke/completejourney, CC0.",
		Train:  train, Judge: judge, Card: card,
	}
}

func options(seed uint64) forecast.Options {
	return forecast.Options{Seed: seed, Period: 7, Periods: 8, Recent: 4, Horizon: 28, Totals: []int{1, 7, 28}, Rounds: 60}
}

// of are the series of a data set.
func (d *days) of() []struct {
	name   string
	series forecast.Series
	noise  []float64
} {
	return []struct {
		name   string
		series forecast.Series
		noise  []float64
	}{{"sales", d.sales, d.noise.sales}, {"footfall", d.visits, d.noise.visits}}
}

// train fits models at origins through the second half of the days, each on what
// came before its origin: the last is the one to use, all of them the ones to judge.
func train(ctx context.Context, o study.Order) (*study.File, error) {
	d, err := read(o.Dir)
	if err != nil {
		return nil, fmt.Errorf("train sales: %w", err)
	}
	n := len(d.sales.Values)
	if n/2 < least+2*28+2 {
		return nil, fmt.Errorf("train sales: %d days are too few: give at least %d", n, 2*(least+2*28+2))
	}
	f := &study.File{Study: name, Data: fmt.Sprintf("%d days from %s on, summed up over all shops.", n, d.first.Format(time.DateOnly)),
		Split: "By rolling origin: each forecast knows the days before its origin and the calendar. Models are fitted anew every 28 days, on the days before."}
	for _, s := range d.of() {
		for origin := n / 2; ; origin += refit {
			origin = min(origin, n)
			o.Progress("%s: fitting on the first %d of %d days", s.name, origin, n)
			m, err := forecast.Fit(ctx, forecast.Series{Values: s.series.Values[:origin], Known: s.series.Known}, options(o.Seed))
			if err != nil {
				return nil, fmt.Errorf("train sales: %w", err)
			}
			if err := f.Add(fmt.Sprintf("%s %d", s.name, origin), nil, nil, m.Encode); err != nil {
				return nil, fmt.Errorf("train sales: %w", err)
			}
			if origin == n {
				break
			}
		}
	}
	if f.Judgement, err = judge(ctx, f, o.Dir); err != nil {
		return nil, fmt.Errorf("train sales: %w", err)
	}
	return f, nil
}

// fitted is a model with how many days it has seen.
type fitted struct {
	days  int
	model *forecast.Model
}

// load reads the models of a series, by rising days.
func load(f *study.File, series string) ([]fitted, error) {
	var out []fitted
	for _, p := range f.Parts {
		of, at, _ := strings.Cut(p.Name, " ")
		if of != series {
			continue
		}
		n, err := strconv.Atoi(at)
		if err != nil || n < 1 {
			return nil, fmt.Errorf("part %q names no number of days: train it again", p.Name)
		}
		m, err := forecast.Decode(bytes.NewReader(p.Data))
		if err != nil {
			return nil, fmt.Errorf("part %q: %w", p.Name, err)
		}
		out = append(out, fitted{n, m})
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("the file has no model of %s: train it again", series)
	}
	slices.SortFunc(out, func(a, b fitted) int { return a.days - b.days })
	return out, nil
}

func judge(ctx context.Context, f *study.File, dir string) (study.Judgement, error) {
	var j study.Judgement
	d, err := read(dir)
	if err != nil {
		return j, fmt.Errorf("judge sales: %w", err)
	}
	worst := 0.0
	for _, s := range d.of() {
		models, err := load(f, s.name)
		if err != nil {
			return j, fmt.Errorf("judge sales: %w", err)
		}
		if models[0].days >= len(s.series.Values) {
			return j, fmt.Errorf("judge sales: there are %d days, the first model has seen %d: give later days too", len(s.series.Values), models[0].days)
		}
		all, err := forecast.Backtest(ctx, s.series, models[0].days, s.noise, func(origin int) (*forecast.Model, error) {
			last := models[0]
			for _, m := range models {
				if m.days <= origin {
					last = m
				}
			}
			return last.model, nil
		})
		if err != nil {
			return j, fmt.Errorf("judge sales: %w", err)
		}
		for _, k := range slices.Backward(all) {
			if k.Origins == 0 {
				continue
			}
			span := fmt.Sprintf("%s, %d days", s.name, k.Steps)
			// Origins overlap: as many are independent as the horizon fits in them.
			own := float64(max(1, k.Origins/k.Steps))
			half := 1.96 * (1 - k.Accuracy) * math.Sqrt(math.Pi/2-1) / math.Sqrt(own)
			j.Tests = append(j.Tests, study.Tested{Name: span, Metric: "1 − WAPE", Value: k.Accuracy, Low95: k.Accuracy - half, High95: k.Accuracy + half, N: k.Origins})
			j.Notes = append(j.Notes, fmt.Sprintf("%s: persistence %.2f %%, seasonal-naive %.2f %%; 90 %% intervals held %.1f %%; who knew the mean of each day but not which baskets come would have %.2f %%.",
				span, 100*k.Persistence, 100*k.Seasonal, 100*k.Coverage, 100*k.Bound))
		}
		last := models[len(models)-1].model
		if steps, _, err := last.Forecast(s.series); err == nil {
			for _, step := range steps {
				sum := 0.0
				for _, r := range step.Reasons {
					sum += r.Share
				}
				worst = max(worst, math.Abs(sum-step.Value)/step.Value)
			}
		}
	}
	j.Faithfulness = []xai.Figure{{Name: "completeness_part_max", Value: worst}}
	return j, nil
}

func card(f *study.File) (study.Card, error) {
	c := study.Card{What: "A forecast of each of the next 28 days and of totals: level times the week's course, corrected by boosted stumps, each of which looks at one column; so a forecast is a sum of one term for each. The level lies between the mean of four weeks and that of the year before, as far as it told the totals before each origin best.",
		Limits: "One year shows no feast twice: holidays are told together, and what is special of Christmas is not known before it. The data is a sample of one basket line in twenty: by how much chance alone moves a day is told with each figure, and no forecast gets below it. Intervals are those of the errors of the past, of which later ones count more, wider after they missed; how fast was chosen on 48 made years. They do not foresee that the days before Christmas vary more, and what came of a week is known only at its end, so that half a year tells little of how often those of a week hold. That the level may fall back to the mean of the year was decided on the first half of the days, on which nothing is judged; that feasts are taken out before its weight is chosen, on made series. Earlier versions of the method had been judged on the same second half. One more was chosen on the first half, where it told four weeks better (96.6 instead of 95.8 %): the level of the number of baskets, times what a basket has lastingly been worth. On the second half it told 96.38 % too, since the level is that of the year there, and its intervals held less; it was not taken."}
	models, err := load(f, "sales")
	if err != nil {
		return c, fmt.Errorf("card of sales: %w", err)
	}
	m := models[len(models)-1].model
	var b strings.Builder
	fmt.Fprintln(&b, "| column | part of what the correction gains |\n| --- | --- |")
	for i, share := range m.Correct.Importance() {
		c.Columns = append(c.Columns, m.Correct.Columns[i].Name)
		fmt.Fprintf(&b, "| %s | %.2f |\n", m.Correct.Columns[i].Name, share)
	}
	c.Inside = b.String()
	return c, nil
}
