package forecast

import (
	"fmt"
	"math"
)

// Limits of what is fitted.
const (
	stepsMax   = 1 << 20
	horizonMax = 1 << 12
	knownMax   = 64
)

// Series is what is known at the time of the forecast.
type Series struct {
	Values []float64 // evenly spaced, at least 0; NaN: missing, or closed
	Known  []Known   // ahead, as far as the horizon

	usual []float64 // what each step is times as much as without what is known; nil: once
}

// value is that of a step without what was known to move it.
func (s *Series) value(step int) float64 {
	if s.usual == nil {
		return s.Values[step]
	}
	return s.Values[step] / s.usual[step]
}

// Known is a column that is known ahead: a holiday, a price, a promotion.
type Known struct {
	Name   string
	Values []float64 // of each step, as many as Values and the horizon together
}

// Options steer Fit. The zero Options asks for the defaults.
type Options struct {
	Period   int     // steps of a season; default 7
	Periods  int     // of the past that level and season are told from; default 8
	Recent   int     // periods of the level's recent part; default 4
	Long     int     // periods, at most, of its lasting part; default 52
	Horizon  int     // steps ahead; default 28
	Totals   []int   // steps whose totals get an interval of their own; default the horizon
	Coverage float64 // of intervals; default 0.9
	Rounds   int     // of boosting; default 60
	Seed     uint64
}

func (o Options) filled() Options {
	for _, d := range []struct {
		v *int
		d int
	}{{&o.Period, 7}, {&o.Periods, 8}, {&o.Recent, 4}, {&o.Long, 52}, {&o.Horizon, 28}, {&o.Rounds, 60}} {
		if *d.v == 0 {
			*d.v = d.d
		}
	}
	if o.Coverage == 0 {
		o.Coverage = 0.9
	}
	if o.Totals == nil {
		o.Totals = []int{o.Horizon}
	}
	return o
}

func (o Options) check(s Series) error {
	switch {
	case o.Period < 1 || o.Periods < 2 || o.Recent < 1 || o.Recent > o.Periods || o.Long < o.Recent || o.Horizon < 1 || o.Horizon > horizonMax || o.Rounds < 1:
		return fmt.Errorf("period %d, periods %d, recent %d, long %d, horizon %d, rounds %d: all must be at least 1, periods 2, recent at most periods and long, the horizon at most %d", o.Period, o.Periods, o.Recent, o.Long, o.Horizon, o.Rounds, horizonMax)
	case !(o.Coverage > 0.5 && o.Coverage < 1):
		return fmt.Errorf("coverage %g: choose above 0.5, below 1", o.Coverage)
	case len(s.Values) > stepsMax || len(s.Known) > knownMax:
		return fmt.Errorf("%d steps, %d known columns: at most %d and %d are allowed", len(s.Values), len(s.Known), stepsMax, knownMax)
	}
	for _, n := range o.Totals {
		if n < 1 || n > o.Horizon {
			return fmt.Errorf("a total of %d steps: 1 to %d, the horizon, are allowed", n, o.Horizon)
		}
	}
	for i, v := range s.Values {
		if v < 0 || math.IsInf(v, 0) {
			return fmt.Errorf("step %d is %g: a series is at least 0 and finite", i+1, v)
		}
	}
	for _, k := range s.Known {
		if len(k.Values) < len(s.Values) {
			return fmt.Errorf("%q is known for %d steps, the series has %d", k.Name, len(k.Values), len(s.Values))
		}
	}
	return nil
}

// view looks at a series from its origin: steps before it are known, others are
// not, however long the series is.
type view struct {
	s      *Series
	origin int // the first step that is not known
	opt    Options
	level  float64   // between the recent and the lasting mean
	ratio  []float64 // of each phase, mean over the periods
}

// mean of the known steps from..to; NaN when there is none.
func (s *Series) mean(from, to int) float64 {
	sum, n := 0.0, 0.0
	for step := max(0, from); step < to; step++ {
		if v := s.value(step); !math.IsNaN(v) {
			sum, n = sum+v, n+1
		}
	}
	return sum / n
}

// look needs Periods before the origin; ok is false when there are fewer or all
// are 0. follow is the weight of the recent mean in the level.
func look(s *Series, origin int, opt Options, follow float64) (v *view, ok bool) {
	if origin < opt.Periods*opt.Period || origin > len(s.Values) {
		return nil, false
	}
	v = &view{s: s, origin: origin, opt: opt, level: s.level(origin, opt, follow), ratio: make([]float64, opt.Period)}
	if !(v.level > 0) {
		return nil, false
	}
	whole := s.mean(origin-opt.Periods*opt.Period, origin)
	for phase := range v.ratio {
		sum, n := 1.0, 1.0 // one period of no season, so that few do not tell too much
		for k := 1; k <= opt.Periods; k++ {
			if x := s.value(origin - k*opt.Period + phase); !math.IsNaN(x) {
				sum, n = sum+x/whole, n+1
			}
		}
		v.ratio[phase] = sum / n
	}
	return v, true
}

// columns of a step, besides those that are known ahead.
var columns = []string{"this phase of the last period"}

func (v *view) row(step int) []float64 {
	o := v.opt
	phase := (step - v.origin) % o.Period
	row := []float64{
		v.s.value(v.origin-o.Period+phase) / (v.level * v.ratio[phase]),
	}
	for _, k := range v.s.Known {
		x := math.NaN()
		if step < len(k.Values) {
			x = k.Values[step]
		}
		row = append(row, x)
	}
	return row
}

// plain is level times season.
func (v *view) plain(step int) float64 { return v.level * v.ratio[(step-v.origin)%v.opt.Period] }
