package forecast

import "math"

// followOrigins is how many of the latest origins tell how far the level follows.
const followOrigins = 1000

// follows are the weights of the recent mean that are tried: at 1 the level is that
// of the last periods, at 0 what the series always comes back to. Between them it
// is shrunk, as the best forecast of what drifts a little and comes back is
// (Muth 1960).
var follows = []float64{0, 0.25, 0.5, 0.75, 1}

// level before an origin.
func (s *Series) level(origin int, opt Options, follow float64) float64 {
	recent := s.mean(origin-opt.Recent*opt.Period, origin)
	if follow == 1 {
		return recent
	}
	return follow*recent + (1-follow)*s.mean(origin-opt.Long*opt.Period, origin)
}

// chooseFollow is the weight whose level and season told the totals before end best:
// each total from an origin before it, and all of Options.Totals alike.
func chooseFollow(s *Series, end int, opt Options) float64 {
	first := max(opt.Periods*opt.Period, end-followOrigins)
	best, least := 1.0, math.Inf(1)
	var unit []float64 // what the level of the last periods is off by
	for i := len(follows) - 1; i >= 0; i-- {
		off := make([]float64, len(opt.Totals))
		for origin := first; origin < end; origin++ {
			v, ok := look(s, origin, opt, follows[i])
			if !ok {
				continue
			}
			for k, n := range opt.Totals {
				if origin+n <= end {
					told, was := 0.0, 0.0
					for step := origin; step < origin+n; step++ {
						if y := s.value(step); !math.IsNaN(y) {
							told, was = told+v.plain(step), was+y
						}
					}
					off[k] += math.Abs(told - was)
				}
			}
		}
		if unit == nil {
			unit = off
		}
		sum := 0.0
		for k := range off {
			if unit[k] > 0 {
				sum += off[k] / unit[k]
			}
		}
		if sum < least {
			best, least = follows[i], sum
		}
	}
	return best
}
