package perceive

import (
	"math"

	"github.com/glasstwin/glasstwin/twin"
)

// radiators have a valve that a thermostat moves.
func radiators() *family {
	return &family{
		name:    "radiator",
		sites:   []string{"home"},
		classes: []class{{Name: "stuck-valve", Part: "valve"}},
		find: func(site *twin.Site, m *memory) []*thing {
			all := thingsOf(having(site, m, "valve", "flow-temperature", "return-temperature"))
			for _, t := range all {
				t.near["room"] = partner(site, t.asset, "thermostat")
				t.near["air"] = partner(site, t.asset, "co2-sensor")
				t.near["window"] = partner(site, t.asset, "door-contact")
				t.near["pump"], t.near["weather"] = first(site, "heat-pump"), first(site, "weather-sensor")
			}
			return all
		},
		of:   radiatorRow,
		like: []string{"valve, 5 min", "valve, 30 min", "room above set point, 15 min", "valve, spread 60 min"},
	}
}

func radiatorRow(m *memory, t *thing, r *row) {
	s := func(name string) series { return m.of(t.asset, name) }
	room := func(name string) series { return m.of(t.near["room"], name) }
	valve, felt := s("valve"), heeded(m, t)
	over := minus(felt, room("set-point"))
	r.add("valve, 5 min", "%", "valve", valve.few(0, 5))
	r.add("valve, 30 min", "%", "valve", valve.mean(0, 30))
	r.add("valve, 60 min", "%", "valve", valve.mean(0, 60))
	r.add("valve, spread 20 min", "%", "valve", valve.spread(20))
	r.add("valve, spread 60 min", "%", "valve", valve.spread(60))
	r.add("valve, against past", "%", "valve", valve.mean(0, 10)-valve.past())
	r.add("valve, change in half an hour", "%", "valve", valve.mean(0, 5)-valve.mean(30, 35))
	r.add("valve shut without a break", "min", "valve", zip(valve, valve, func(x, _ float64) float64 { return 1 - x }).lasting(180, 0.4))
	r.add("valve wide open without a break", "min", "valve", valve.lasting(180, 99))
	r.add("room above set point, 5 min", "K", "room/temperature", over.few(0, 5))
	r.add("room above set point, 15 min", "K", "room/temperature", over.mean(0, 15))
	r.add("room above set point, 60 min", "K", "room/temperature", over.mean(0, 60))
	r.add("room above set point, against past", "K", "room/temperature", over.mean(0, 10)-over.past())
	r.add("room trend, 30 min", "K/h", "room/temperature", felt.slope(30))
	r.add("room trend, 60 min", "K/h", "room/temperature", felt.slope(60))
	// What a thermostat would ask for: more the colder it is, and no more when warm.
	wish := zip(over, over, func(x, _ float64) float64 { return 100 * min(max(-x, 0), 1) })
	r.add("valve beyond what is wished, 10 min", "%", "valve", minus(valve, wish).few(0, 10))
	r.add("valve beyond what is wished, against past", "%", "valve", minus(valve, wish).mean(0, 10)-minus(valve, wish).past())
	r.add("valve goes with the room's want, 45 min", "", "valve", valve.goes(45, over))
	r.add("valve jump, most in 45 min", "%", "valve", jump(valve, 45))
	p := lastStop(valve, over)
	r.add("at its stop", "min", "valve", p.minutes)
	r.add("run to its stop", "%", "valve", p.ran)
	r.add("run to its stop, fastest", "%", "valve", p.fastest)
	r.add("room's change as it ran to its stop", "K", "room/temperature", p.changed)
	r.add("room above set point as it ran to its stop", "K", "room/temperature", p.over)
	r.add("run to its stop beyond what the room asked", "%", "valve", p.ran+100*p.changed)
	r.add("against what is wanted at its stop", "K·h", "room/temperature", p.against)
	r.add("against what is wanted at its stop, half an hour", "K", "room/temperature", p.lately)
	r.add("against what is wanted at its stop, a quarter of an hour", "K", "room/temperature", p.last)
	r.add("second sensor above set point", "K", "air/temperature", minus(m.of(t.near["air"], "temperature"), room("set-point")).mean(0, 15))
	// A thermostat that drifts has its valve follow it: the two sensors part then.
	parted := minus(room("temperature"), m.of(t.near["air"], "temperature"))
	r.add("room above the second sensor, against the oldest hour", "K", "room/temperature", parted.mean(0, 15)-parted.old())
	r.add("room above the second sensor, trend 60 min", "K/h", "room/temperature", parted.slope(60))
	r.add("power", "W", "power", s("power").mean(0, 10))
	r.add("flow", "°C", "flow-temperature", s("flow-temperature").mean(0, 10))
	r.add("water from the pump", "°C", "pump/flow-temperature", m.of(t.near["pump"], "flow-temperature").mean(0, 10))
	r.add("window open, 45 min", "", "window/door-open", m.of(t.near["window"], "door-open").mean(0, 45))
	r.add("mode", "", "room/mode", room("mode").now())
	r.add("people, 30 min", "", "room/presence", room("presence").mean(0, 30))
	r.add("set point changed, 60 min", "K", "room/set-point", room("set-point").now()-room("set-point").mean(55, 60))
	r.add("outdoors", "°C", "weather/temperature", m.of(t.near["weather"], "temperature").mean(0, 15))
	r.add("sun", "W/m²", "weather/irradiance", m.of(t.near["weather"], "irradiance").mean(0, 30))
}

// heeded is the temperature that a radiator's thermostat goes by: its own, or that
// of the second sensor in the minutes in which it was switched to that.
func heeded(m *memory, t *thing) series {
	own, by := m.of(t.near["room"], "temperature"), m.of(t.near["room"], "control-sensor")
	air := m.of(t.near["air"], "temperature")
	if len(by) != len(own) || len(air) != len(own) {
		return own
	}
	out := make(series, len(own))
	last := 0.0
	for i := range out {
		if by[i] == by[i] {
			last = by[i]
		}
		if out[i] = own[i]; last > 0.5 {
			out[i] = air[i]
		}
	}
	return out
}

// stop is how a valve came to stand shut or wide open, where it stands now, and
// what the room has asked for since. A thermostat leads its valve there step by
// step as the room warms or cools, and leaves when the room asks; what sticks runs
// there while the room asks for nothing, or stays when it does.
type stop struct {
	minutes float64 // that it has stood there
	ran     float64 // by how much it moved in the minutes before, %
	fastest float64 // most of that within two minutes, %
	changed float64 // of the room meanwhile, K
	over    float64 // of the room above its set point then, K
	against float64 // how far the room was below its set point with the valve shut, above it with it open, over time, K·h
	lately  float64 // the same on average over the last half hour, of either sign, K
	last    float64 // over the last quarter
}

const (
	shutBelow = 1.0  // % at which a valve is shut
	openAbove = 99.0 // % at which it is wide open
	runsIn    = 8    // minutes within which one runs there
)

func lastStop(valve, over series) stop {
	p := stop{}
	nan := math.NaN()
	p.ran, p.fastest, p.changed, p.over, p.against, p.lately, p.last = nan, nan, nan, nan, nan, nan, nan
	n := min(len(valve), len(over))
	valve, over = valve[len(valve)-n:], over[len(over)-n:]
	sign, from := 0.0, n // sign: 1 shut, -1 open
	for i := n - 1; i >= 0; i-- {
		v := valve[i]
		if v != v {
			continue
		}
		at := 0.0
		switch {
		case v <= shutBelow:
			at = 1
		case v >= openAbove:
			at = -1
		}
		if at == 0 || sign != 0 && at != sign {
			break
		}
		sign, from = at, i
	}
	if sign == 0 {
		return p
	}
	p.minutes = float64(n - from)
	p.against = 0
	for i := from; i < n; i++ {
		// Noise asks for nothing: the mean over five minutes does.
		if d := -sign * over[max(from, i-4):i+1].few(0, 5); d > 0 {
			p.against += d / 60
		}
	}
	p.lately = -sign * over[from:].few(0, 30)
	p.last = -sign * over[from:].few(0, 15)
	if from < runsIn {
		return p
	}
	p.ran = valve[from] - valve[max(0, from-runsIn):from-runsIn+3].few(0, 3)
	for i := from - runsIn + 2; i <= from; i++ {
		if d := valve[i] - valve[i-2]; d == d && !(math.Abs(d) <= math.Abs(p.fastest)) {
			p.fastest = d
		}
	}
	before, after := over[max(0, from-runsIn-2):from-runsIn+3].few(0, 5), over[from:min(n, from+4)].few(0, 4)
	p.changed, p.over = after-before, after
	return p
}

// jump is the largest change within five minutes over the last b minutes.
func jump(s series, b int) float64 {
	w := s.window(0, b)
	most := math.NaN()
	for i := 5; i < len(w); i++ {
		if d := w[i] - w[i-5]; d == d && !(math.Abs(d) <= math.Abs(most)) {
			most = d
		}
	}
	return most
}
