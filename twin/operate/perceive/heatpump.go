package perceive

import (
	"math"
	"slices"

	"github.com/glasstwin/glasstwin/twin"
)

// heatPumps make heat of electricity and outdoor air. One is judged by what it gives
// for what it takes while it works, never by a room that stays cold: that has causes of
// its own.
func heatPumps() *family {
	return &family{
		name:    "heat-pump",
		sites:   []string{"home"},
		classes: []class{{Name: "heat-pump-degraded", Part: "compressor"}},
		find: func(site *twin.Site, m *memory) []*thing {
			all := thingsOf(having(site, m, "heat-power", "power", "flow-temperature", "fan-speed"))
			for _, t := range all {
				t.near["weather"] = first(site, "weather-sensor")
			}
			return all
		},
		of:    heatPumpRow,
		alike: []string{"stuck-valve", "sensor-drift", "window-open-while-heating"}, // they change what is asked of it
		rests: func(m *memory, t *thing) bool {
			return !(worksEvenly(m, t).share(shownIn, 0.5) >= float64(shownLeast)/shownIn)
		},
	}
}

const (
	shownIn     = 20  // minutes of which a heat pump is judged
	shownLeast  = 4   // of these in which it must have worked evenly: else what was read last says nothing of now
	slowest     = 60  // 1/min below which a fan's speed is too coarse to divide by
	evenness    = 0.1 // share by which readings change at most, of a machine that works evenly
	evenMinutes = 2   // for how long they must not have changed by more: some come that late
)

// worksEvenly is 1 in the minutes in which a heat pump runs and neither its speed, nor
// what it takes, nor what it gives has changed much in the minutes before: readings of one
// minute come some late, so that of a change one tells the old and another the new.
func worksEvenly(m *memory, t *thing) series {
	out := settled(m.of(t.asset, "compressor-running"))
	for _, name := range []string{"fan-speed", "heat-power", "power"} {
		v := m.of(t.asset, name)
		n := min(len(out), len(v))
		out, v = out[len(out)-n:], v[len(v)-n:]
		for i := range out {
			if i < evenMinutes || name == "fan-speed" && v[i] < slowest {
				out[i] = 0
				continue
			}
			for _, before := range v[i-evenMinutes : i] {
				if !(math.Abs(v[i]-before) <= evenness*math.Abs(v[i])) {
					out[i] = 0
				}
			}
		}
	}
	return out
}

// yield is what a machine gives for what it takes, in the minutes in which that can be
// told. A reading that was missed is told as it was before: the middle one of several
// minutes is hardly moved by one that lags.
type yield struct{ series }

func newYield(gives, takes, when series) yield { return yield{where(zip(gives, takes, ratio), when)} }

func (y yield) few(a, b int) float64 { return median(slices.Clone(y.window(a, b))) }

// newest is of the last few minutes in which it can be told, however they lie.
func (y yield) newest(minutes, within int) float64 {
	var last []float64
	w := y.window(0, within)
	for i := len(w) - 1; i >= 0 && len(last) < minutes; i-- {
		if w[i] == w[i] {
			last = append(last, w[i])
		}
	}
	return median(last)
}

func (y yield) past() float64 {
	if n := len(y.series); n < 75 {
		return median(slices.Clone(y.series[:n/2]))
	}
	return median(slices.Clone(y.window(60, kept)))
}

// slope is known where it is seen in enough of both halves of the time that it is told
// of: through a few minutes at one end any line goes.
func (y yield) slope(b int) float64 {
	if half := b / 2; y.known(half) < 0.2 || y.window(half, b).known(half) < 0.2 {
		return math.NaN()
	}
	return y.series.slope(b)
}

func heatPumpRow(m *memory, t *thing, r *row) {
	s := func(name string) series { return m.of(t.asset, name) }
	out := m.of(t.near["weather"], "temperature")
	on := worksEvenly(m, t)
	told := func(name, unit, signal string, takes, gives series) {
		v := newYield(gives, takes, on)
		r.add(name+", last 5 min", unit, signal, v.newest(5, shownIn))
		r.add(name+", 20 min", unit, signal, v.few(0, shownIn))
		r.add(name+", against past", unit, signal, v.few(0, shownIn)-v.past())
		r.add(name+", against past, part", "", signal, ratio(v.few(0, shownIn), v.past()))
		r.add(name+", change in an hour", unit, signal, v.few(0, shownIn)-v.few(50, 70))
		r.add(name+", trend 60 min", unit+"/h", signal, v.slope(60))
	}
	told("heat for power", "", "heat-power", s("power"), s("heat-power"))
	told("heat for speed", "W·min", "heat-power", s("fan-speed"), s("heat-power"))
	told("power for speed", "W·min", "power", s("fan-speed"), s("power"))
	r.add("speed, 5 min", "1/min", "fan-speed", s("fan-speed").few(0, 5))
	r.add("speed, 20 min", "1/min", "fan-speed", s("fan-speed").few(0, 20))
	r.add("speed, against past", "1/min", "fan-speed", s("fan-speed").few(0, 15)-s("fan-speed").past())
	lift := minus(s("flow-temperature"), out)
	r.add("heat for power times lift", "K", "heat-power", yield{zip(newYield(s("heat-power"), s("power"), on).series, lift, func(g, l float64) float64 { return g * max(l, 14) })}.few(0, shownIn))
	r.add("flow", "°C", "flow-temperature", s("flow-temperature").mean(0, 15))
	r.add("flow, trend 60 min", "K/h", "flow-temperature", s("flow-temperature").slope(60))
	r.add("flow above return", "K", "flow-temperature", minus(s("flow-temperature"), s("return-temperature")).mean(0, 15))
	r.add("running share, 60 min", "", "compressor-running", s("compressor-running").mean(0, 60))
	r.add("outdoors", "°C", "weather/temperature", out.mean(0, 15))
	r.add("outdoors, against past", "K", "weather/temperature", out.mean(0, 15)-out.past())
	r.add("set point", "°C", "set-point", s("set-point").now())
}
