package plantforecast

import (
	"math"
	"time"

	"github.com/glasstwin/glasstwin/study/runs"
	"github.com/glasstwin/glasstwin/xai"
)

// sample is one forecast that could have been made: what was known, and what came.
type sample struct {
	row             []float64
	truth           float64
	base, scale     float64 // what is learnt is (truth − base)/scale
	persist, season float64 // as it was just now; as it was a day before
	ahead           int     // hours or minutes
	run             string
}

// task is one thing to forecast.
type task struct {
	name, template, unit string
	aheads               []int // hours or minutes
	columns              []xai.Column
	samples              func(r *runs.Run) []sample
}

const (
	hour  = 60 // readings
	day   = 24 * hour
	ahead = 4 // hours that are told
)

// hourly makes the task of sums per hour, of the next hours. course is the sum of
// each minute; now are signals of which the mean of the last ten minutes is known.
func hourly(name, template, unit string, course func(r *runs.Run) []float64, now ...string) task {
	t := task{name: name, template: template, unit: unit}
	for h := 1; h <= ahead; h++ {
		t.aheads = append(t.aheads, h)
	}
	for _, c := range []struct{ name, unit string }{
		{"hours ahead", "h"}, {"last hour", ""}, {"hour before it", ""}, {"last ten minutes", ""}, {"same hour yesterday", ""}, {"hour after that yesterday", ""},
		{"last hour less yesterday's", ""}, {"hour of the day", "h"}, {"weekend", ""}, {"outdoor temperature", "°C"}, {"outdoor temperature less yesterday's", "K"},
		{"sun", "W/m²"}, {"sun in the same hour yesterday", "W/m²"}, {"sun less yesterday's", "W/m²"},
	} {
		t.columns = append(t.columns, xai.Column{Name: c.name, Unit: c.unit})
	}
	for _, s := range now {
		t.columns = append(t.columns, xai.Column{Name: s, Source: s})
	}
	t.samples = func(r *runs.Run) []sample {
		v, out := course(r), r.Values("weather-1/temperature")
		sun := r.Values("weather-1/irradiance")
		var all []sample
		for at := day + int(r.Seed*17)%hour; at+ahead*hour <= len(v); at += hour {
			scale := 0.0
			for k := range 24 {
				scale += math.Abs(sum(v, at-(k+1)*hour, at-k*hour)) / 24
			}
			if !(scale > 0) {
				continue
			}
			recent, before := sum(v, at-hour, at), sum(v, at-2*hour, at-hour)
			lastYesterday := sum(v, at-day-hour, at-day)
			if at < day+hour {
				lastYesterday = math.NaN()
			}
			for h := 1; h <= ahead; h++ {
				from := at + (h-1)*hour
				s := sample{truth: sum(v, from, from+hour), scale: scale, persist: recent, season: sum(v, from-day, from-day+hour), ahead: h, run: r.Name}
				s.base = s.season
				clock := r.At[from]
				weekend := 0.0
				if d := clock.Weekday(); d == time.Saturday || d == time.Sunday {
					weekend = 1
				}
				s.row = []float64{float64(h), recent / scale, before / scale, 6 * sum(v, at-10, at) / scale, s.season / scale, sum(v, from-day+hour, from-day+2*hour) / scale,
					(recent - lastYesterday) / scale, float64(clock.Hour()) + float64(clock.Minute())/60, weekend, mean(out, at-10, at), mean(out, at-10, at) - mean(out, at-day-10, at-day),
					mean(sun, at-10, at), mean(sun, from-day, from-day+hour), mean(sun, at-10, at) - mean(sun, at-day-10, at-day)}
				for _, id := range now {
					s.row = append(s.row, mean(r.Values(id), at-10, at))
				}
				if !math.IsNaN(s.truth) && !math.IsNaN(s.base) && !math.IsNaN(recent) {
					all = append(all, s)
				}
			}
		}
		return all
	}
	return t
}

// energy is that of each minute, kWh.
func energy(r *runs.Run) []float64 {
	p := r.Values("meter-1/power")
	out := make([]float64, len(p))
	for i, w := range p {
		out[i] = w / 60e3
	}
	return out
}

// entered are the people who came in in each minute, by all counters.
func entered(r *runs.Run) []float64 {
	out := make([]float64, len(r.At))
	for _, d := range r.Devices("people-counter") {
		in := r.Values(d + "/in")
		for i := 1; i < len(in); i++ {
			if n := in[i] - in[i-1]; n > 0 { // it counts anew at times
				out[i] += n
			}
		}
	}
	return out
}

// sum is over readings that are there, made up for those that are not; NaN when
// most are not.
func sum(v []float64, from, to int) float64 { return mean(v, from, to) * float64(to-from) }

func mean(v []float64, from, to int) float64 {
	if from < 0 || to > len(v) {
		return math.NaN()
	}
	s, n := 0.0, 0.0
	for _, x := range v[from:to] {
		if !math.IsNaN(x) {
			s, n = s+x, n+1
		}
	}
	if 2*n < float64(to-from) {
		return math.NaN()
	}
	return s / n
}

// tasks in the order in which they are told.
func tasks() []task {
	return []task{
		hourly("store energy", "store", "kWh", energy, "hvac-1/power", "hvac-2/power", "rack-1/power", "counter-1/occupancy"),
		hourly("home energy", "home", "kWh", energy, "battery-storage-1/state-of-charge", "battery-storage-1/charge-power", "ev-charger-1/plugged", "ev-charger-1/charge-power",
			"heat-pump-1/power", "pv-inverter-1/power", "hot-water-1/temperature", "grid-1/price"),
		hourly("people who come in", "store", "persons", entered, "counter-1/occupancy", "staff-1/on-duty"),
		cabinets(),
	}
}

func (t *task) table(all []sample) *xai.Table {
	out := &xai.Table{Columns: t.columns}
	for _, s := range all {
		out.Rows, out.Targets, out.Groups = append(out.Rows, s.row), append(out.Targets, (s.truth-s.base)/s.scale), append(out.Groups, s.run)
	}
	return out
}
