package forecast

import (
	"context"
	"fmt"
	"math"
)

// Refitted returns models of a series, fitted anew every so many steps, for Backtest.
func Refitted(ctx context.Context, s Series, opt Options, from, every int) func(origin int) (*Model, error) {
	var m *Model
	fitted := -1
	return func(origin int) (*Model, error) {
		at := from + (origin-from)/every*every
		if at == fitted {
			return m, nil
		}
		var err error
		m, err = Fit(ctx, Series{Values: s.Values[:at], Known: s.Known}, opt)
		fitted = at
		return m, err
	}
}

// Judged is what forecasts of one kind were worth.
type Judged struct {
	Steps       int     // of the total; 1: single steps, the first ahead
	Origins     int     // forecasts that were judged
	Accuracy    float64 // 1 − WAPE: one less the sum of all errors over the sum of all that came
	Persistence float64 // the same of "as much as in the last so many steps"
	Seasonal    float64 // the same of "as in the last period"
	Coverage    float64 // share of intervals that held what came
	Bound       float64 // what would be had by who knew the mean of each step, if what comes is drawn as Noise says; NaN when not known
}

// Backtest moves the origin through the series from a step on, one step at a time.
// Each forecast knows what came before its origin, and nothing else: model returns
// the one to ask, fitted on no later steps. Of each of the model's totals, one Judged
// is returned. noise is the variance of the value of each step that no model can
// tell (of a sum of so many drawn baskets, the sum of their squares); nil when
// unknown.
func Backtest(ctx context.Context, s Series, from int, noise []float64, model func(origin int) (*Model, error)) ([]Judged, error) {
	if from < 1 || from >= len(s.Values) || noise != nil && len(noise) != len(s.Values) {
		return nil, fmt.Errorf("backtest: from step %d of %d, %d of noise", from, len(s.Values), len(noise))
	}
	type sums struct{ off, persist, seasonal, came, held, origins, noise float64 }
	var all []sums
	var opt Options
	for origin := from; origin < len(s.Values); origin++ {
		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("backtest, origin %d: %w", origin, err)
		}
		m, err := model(origin)
		if err != nil {
			return nil, fmt.Errorf("backtest, origin %d: %w", origin, err)
		}
		if opt = m.Options; all == nil {
			all = make([]sums, len(opt.Totals))
		}
		if len(opt.Totals) != len(all) {
			return nil, fmt.Errorf("backtest, origin %d: the model tells %d totals, the first %d", origin, len(opt.Totals), len(all))
		}
		past := Series{Values: s.Values[:origin], Known: s.Known}
		steps, totals, err := m.Forecast(past)
		if err != nil {
			return nil, fmt.Errorf("backtest, origin %d: %w", origin, err)
		}
		for k, n := range opt.Totals {
			if origin+n > len(s.Values) {
				continue
			}
			told, came := total(&s, origin, steps[:n])
			if told == 0 {
				continue // all closed
			}
			part := told / totals[k].Value // some of its steps may be closed
			a := &all[k]
			a.off += math.Abs(told - came)
			a.came += came
			a.origins++
			if part*totals[k].Low <= came && came <= part*totals[k].High {
				a.held++
			}
			persist, seasonal, variance := 0.0, 0.0, 0.0
			for h := range n {
				if math.IsNaN(s.Values[origin+h]) {
					continue
				}
				persist += s.known(origin-n+h, n)
				seasonal += s.known(origin-opt.Period+h%opt.Period, opt.Period)
				if noise != nil {
					variance += noise[origin+h]
				}
			}
			a.persist += math.Abs(persist - came)
			a.seasonal += math.Abs(seasonal - came)
			a.noise += math.Sqrt(variance * 2 / math.Pi) // mean size of a normal error
		}
	}
	out := make([]Judged, len(all))
	for k, a := range all {
		out[k] = Judged{opt.Totals[k], int(a.origins), 1 - a.off/a.came, 1 - a.persist/a.came, 1 - a.seasonal/a.came, a.held / a.origins, math.NaN()}
		if noise != nil {
			out[k].Bound = 1 - a.noise/a.came
		}
	}
	return out, nil
}

// known is the value of a step, or of the latest before it that is not missing, in
// strides.
func (s *Series) known(step, stride int) float64 {
	for ; step >= 0; step -= stride {
		if v := s.Values[step]; !math.IsNaN(v) {
			return v
		}
	}
	return 0
}
