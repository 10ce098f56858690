package plantforecast

import (
	"math"

	"github.com/glasstwin/glasstwin/study/runs"
	"github.com/glasstwin/glasstwin/xai"
)

// minutesAhead are those that a cabinet's temperature is told for.
var minutesAhead = []int{30, 45, 60}

var cabinetClasses = []string{"upright-freezer", "chest-freezer", "refrigerated-multideck"}

// cabinets makes the task of the air temperature of each cabinet, by the minute.
func cabinets() task {
	t := task{name: "cabinet temperature", template: "store", unit: "°C", aheads: minutesAhead}
	for _, c := range []struct{ name, unit string }{
		{"minutes ahead", "min"}, {"temperature", "K over set point"}, {"mean of 5 min", "K over set point"}, {"mean of 20 min", "K over set point"}, {"mean of an hour", "K over set point"},
		{"mean of a day", "K over set point"}, {"least of an hour", "K over set point"}, {"most of an hour", "K over set point"}, {"rise in 10 min", "K"}, {"product temperature", "K over set point"},
		{"evaporator temperature", "K over set point"}, {"cooling", ""}, {"since it switched", "min"}, {"last time it cooled", "min"}, {"last time it did not", "min"},
		{"defrost", ""}, {"since the last defrost", "min"}, {"to the next defrost at the time asked for", "min"}, {"between defrosts", "min"}, {"length of a defrost", "min"},
		{"same minute yesterday", "K over set point"}, {"door open in the last 20 min", ""}, {"room temperature", "°C"}, {"multideck", ""}, {"chest", ""},
		{"course since a defrost as long ago", "K over set point"},
	} {
		t.columns = append(t.columns, xai.Column{Name: c.name, Unit: c.unit})
	}
	t.samples = func(r *runs.Run) []sample {
		var all []sample
		room := r.Values("climate-1/temperature")
		for k, class := range cabinetClasses {
			for i, d := range r.Devices(class) {
				all = append(all, ofCabinet(r, d, k, i, room)...)
			}
		}
		return all
	}
	return t
}

func ofCabinet(r *runs.Run, d string, class, number int, room []float64) []sample {
	const every = 210 // minutes: of sixteen cabinets that is enough, and no two look at one time
	set := r.Values(d + "/set-point")
	air := over(r.Values(d+"/air-temperature"), set)
	product, coil := over(r.Values(d+"/product-temperature"), set), over(r.Values(d+"/evaporator-temperature"), set)
	running, door := r.Values(d+"/compressor-running"), r.Values(d+"/door-open")
	starts, long := defrosts(r.Values(d + "/defrost-active"))
	multideck, chest := 0.0, 0.0
	switch class {
	case 1:
		chest = 1
	case 2:
		multideck = 1
	}
	var all []sample
	for at := day + (int(r.Seed)*29+number*37+class*71)%every; at < len(air); at += every {
		lo, hi := bounds(air, at-hour, at)
		since, gap, length := toDefrost(starts, long, at-1)
		lastOn, lastOff, switched := cycle(running, at-1)
		active := 0.0
		if since < length {
			active = 1
		}
		for _, m := range minutesAhead {
			to := at - 1 + m
			if to >= len(air) || math.IsNaN(air[to]) || math.IsNaN(air[at-1]) {
				continue
			}
			next := gap - math.Mod(since+float64(m), gap)
			s := sample{truth: air[to] + set[to], base: mean(air, at-hour, at) + set[at-1], scale: 1, persist: air[at-1] + set[at-1], season: air[to-day] + set[at-1], ahead: m, run: r.Name}
			if math.IsNaN(s.season) {
				s.season = s.persist
			}
			course := math.NaN() // what the air did when the last defrost was as long ago as it will be then
			if n := len(starts); n > 0 && !math.IsNaN(since) {
				if n > 1 && float64(m)+since >= gap { // the next will have come
					if k := starts[n-1] + int(float64(m)+since-gap); last(starts, at-1) >= 0 && k < at {
						course = mean(air, max(0, k-2), min(at, k+3))
					}
				} else if p := last(starts, at-1); p > 0 {
					if k := starts[p-1] + int(float64(m)+since); k < at {
						course = mean(air, max(0, k-2), min(at, k+3))
					}
				}
			}
			s.row = []float64{float64(m), air[at-1], mean(air, at-5, at), mean(air, at-20, at), mean(air, at-hour, at), mean(air, at-day, at), lo, hi, mean(air, at-3, at) - mean(air, at-13, at-10),
				mean(product, at-5, at), mean(coil, at-3, at), running[at-1], switched, lastOn, lastOff, active, since, next, gap, length, air[to-day],
				mean(door, at-20, at), room[at-1], multideck, chest, course}
			for j, v := range s.row { // what was never seen is missing
				if math.IsInf(v, 0) {
					s.row[j] = math.NaN()
				}
			}
			all = append(all, s)
		}
	}
	return all
}

func over(v, set []float64) []float64 {
	out := make([]float64, len(v))
	for i := range v {
		out[i] = v[i] - set[i]
	}
	return out
}

func bounds(v []float64, from, to int) (lo, hi float64) {
	lo, hi = math.Inf(1), math.Inf(-1)
	for _, x := range v[from:to] {
		if !math.IsNaN(x) {
			lo, hi = min(lo, x), max(hi, x)
		}
	}
	return lo, hi
}

// defrosts are the readings at which one began, and how many each lasted.
func defrosts(active []float64) (starts []int, long []float64) {
	for i, a := range active {
		switch {
		case a != 1:
		case i > 0 && active[i-1] == 1:
			if len(long) > 0 {
				long[len(long)-1]++
			}
		case i > 0: // what runs when the record begins has begun at no known time
			starts, long = append(starts, i), append(long, 1)
		}
	}
	return starts, long
}

// last is the index of the last that is not after a reading, −1: none.
func last(starts []int, at int) int {
	for k := len(starts) - 1; k >= 0; k-- {
		if starts[k] <= at {
			return k
		}
	}
	return -1
}

// toDefrost tells how long ago the last defrost began, the usual time between two
// and how long one lasts, min, as far as it is known at a reading.
func toDefrost(starts []int, long []float64, at int) (since, gap, length float64) {
	k := last(starts, at)
	if k < 0 {
		return math.NaN(), math.NaN(), math.NaN()
	}
	since, gap, length = float64(at-starts[k]), math.NaN(), min(long[k], float64(at-starts[k])+1)
	if k > 0 {
		gap, length = float64(starts[k]-starts[k-1]), long[k-1]
	}
	return since, gap, length
}

// cycle tells for how long the compressor ran and rested before the last change,
// and how long ago that was, min.
func cycle(running []float64, at int) (on, off, since float64) {
	on, off = math.NaN(), math.NaN()
	i := at
	for i > 0 && running[i-1] == running[at] {
		i--
	}
	since = float64(at - i)
	for range 2 {
		k := i - 1
		if k < 0 {
			break
		}
		for k > 0 && running[k-1] == running[i-1] {
			k--
		}
		n := float64(i - k)
		if running[i-1] == 1 {
			on = n
		} else {
			off = n
		}
		i = k
		if i == 0 {
			break
		}
	}
	return on, off, since
}
