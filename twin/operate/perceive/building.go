package perceive

import (
	"math"

	"github.com/glasstwin/glasstwin/twin"
)

// airHandlers bring, warm and cool air.
func airHandlers() *family {
	return &family{
		name:  "air-handler",
		sites: []string{"store"},
		classes: []class{{Name: "stuck-damper", Part: "damper"}, {Name: "night-mode", Part: "controller"},
			{Name: "simultaneous-heating-cooling", Part: "valve", Detail: "heating"}, {Name: "simultaneous-heating-cooling", Part: "valve", Detail: "cooling"}},
		find: func(site *twin.Site, m *memory) []*thing {
			all := thingsOf(having(site, m, "damper-position", "heating-valve", "cooling-valve"))
			for _, t := range all {
				t.near["weather"], t.near["counter"] = first(site, "weather-sensor"), first(site, "people-counter")
			}
			return all
		},
		of:   airHandlerRow,
		like: []string{"night mode", "heating valve, 5 min", "cooling valve, 5 min", "supply above return, 5 min", "damper, 5 min", "fan speed"},
	}
}

func airHandlerRow(m *memory, t *thing, r *row) {
	s := func(name string) series { return m.of(t.asset, name) }
	heat, cool, set, back, supply := s("heating-valve"), s("cooling-valve"), s("set-point"), s("return-temperature"), s("supply-temperature")
	off := minus(s("damper-position"), s("damper-command"))
	r.add("damper off its command, 2 min", "%", "damper-position", off.few(0, 2))
	r.add("damper off its command, 5 min", "%", "damper-position", off.few(0, 5))
	r.add("damper off its command, 15 min", "%", "damper-position", off.mean(0, 15))
	low, high := zip(off, off, func(x, _ float64) float64 { return math.Abs(x) }).extremes(5)
	r.add("damper off its command, least in 5 min", "%", "damper-position", low)
	r.add("damper off its command, most in 5 min", "%", "damper-position", high)
	r.add("damper, 5 min", "%", "damper-position", s("damper-position").few(0, 5))
	r.add("damper, swing in 30 min", "%", "damper-position", s("damper-position").span(30))
	r.add("damper command, 5 min", "%", "damper-command", s("damper-command").few(0, 5))
	r.add("damper at least", "%", "damper-minimum", s("damper-minimum").now())
	r.add("night mode", "", "night-mode", s("night-mode").now())
	r.add("night mode, without a break", "min", "night-mode", s("night-mode").lasting(120, 0.5))
	r.add("night mode, 30 min", "", "night-mode", s("night-mode").mean(0, 30))
	r.add("heating valve, 5 min", "%", "heating-valve", heat.few(0, 5))
	r.add("heating valve, 15 min", "%", "heating-valve", heat.mean(0, 15))
	r.add("heating valve, 45 min", "%", "heating-valve", heat.mean(0, 45))
	r.add("heating valve, spread 15 min", "%", "heating-valve", heat.spread(15))
	low, _ = heat.extremes(10)
	r.add("heating valve, least in 10 min", "%", "heating-valve", low)
	r.add("cooling valve, 5 min", "%", "cooling-valve", cool.few(0, 5))
	r.add("cooling valve, 15 min", "%", "cooling-valve", cool.mean(0, 15))
	r.add("cooling valve, 45 min", "%", "cooling-valve", cool.mean(0, 45))
	r.add("cooling valve, spread 15 min", "%", "cooling-valve", cool.spread(15))
	low, _ = cool.extremes(10)
	r.add("cooling valve, least in 10 min", "%", "cooling-valve", low)
	together := zip(heat, cool, math.Min)
	r.add("both valves open, 5 min", "%", "heating-valve", together.few(0, 5))
	r.add("both valves open, 20 min", "%", "heating-valve", together.mean(0, 20))
	over := minus(back, set)
	r.add("return above set point, 5 min", "K", "return-temperature", over.few(0, 5))
	r.add("return above set point, 30 min", "K", "return-temperature", over.mean(0, 30))
	r.add("return trend, 30 min", "K/h", "return-temperature", back.slope(30))
	given := minus(supply, back)
	r.add("supply above return, 5 min", "K", "supply-temperature", given.few(0, 5))
	r.add("supply above return, against past", "K", "supply-temperature", given.mean(0, 10)-given.past())
	wanted := where(heat, zip(over, over, func(x, _ float64) float64 {
		if x > -0.4 {
			return 1
		}
		return 0
	}))
	r.add("heating valve while it is warm enough, 20 min", "%", "heating-valve", wanted.mean(0, 20))
	unwanted := where(cool, zip(over, over, func(x, _ float64) float64 {
		if x < 0.4 {
			return 1
		}
		return 0
	}))
	r.add("cooling valve while it is cool enough, 20 min", "%", "cooling-valve", unwanted.mean(0, 20))
	r.add("fan speed", "1/min", "fan-speed", s("fan-speed").few(0, 5))
	r.add("power", "W", "power", s("power").mean(0, 10))
	r.add("power, against past", "W", "power", s("power").mean(0, 10)-s("power").past())
	r.add("mode", "", "mode", s("mode").now())
	r.add("heating enabled", "", "heating-enable", s("heating-enable").now())
	r.add("cooling enabled", "", "cooling-enable", s("cooling-enable").now())
	var otherHeat, otherCool, otherNight []float64
	for _, a := range having(m.site, m, "damper-position", "heating-valve", "cooling-valve") {
		if a.ID != t.asset {
			otherHeat, otherCool = append(otherHeat, m.of(a.ID, "heating-valve").mean(0, 10)), append(otherCool, m.of(a.ID, "cooling-valve").mean(0, 10))
			otherNight = append(otherNight, m.of(a.ID, "night-mode").now())
		}
	}
	r.add("the others' heating valves", "%", "hvac/heating-valve", median(otherHeat))
	r.add("the others' cooling valves", "%", "hvac/cooling-valve", median(otherCool))
	r.add("the others' night mode", "", "hvac/night-mode", median(otherNight))
	out := m.of(t.near["weather"], "temperature")
	r.add("outdoors", "°C", "weather/temperature", out.mean(0, 10))
	r.add("outdoors above set point", "K", "weather/temperature", out.mean(0, 10)-set.now())
	r.add("room above set point", "K", "climate/temperature", middle(m, "climate-sensor", "temperature", 0, 5)-set.now())
	r.add("people", "", "counter/occupancy", m.of(t.near["counter"], "occupancy").mean(0, 15))
	r.add("lights", "%", "light-zone/level", middle(m, "light-zone", "level", 0, 3))
	r.add("lights, half an hour ago", "%", "light-zone/level", middle(m, "light-zone", "level", 30, 33))
}

// climateSensors are thermometers of one room that can be told against each other.
func climateSensors() *family {
	return &family{
		name:    "climate-sensor",
		sites:   []string{"store"},
		classes: []class{{Name: "sensor-drift", Part: "sensor"}, {Name: "sensor-dead", Part: "sensor"}},
		find: func(site *twin.Site, m *memory) []*thing {
			return thingsOf(only(having(site, m, "temperature", "humidity", "co2"), "climate-sensor"))
		},
		of: climateSensorRow,
	}
}

// besides is the middle of what the other thermometers of the hall tell.
func besides(m *memory, t *thing) series {
	var others []series
	for _, a := range m.site.Assets {
		if a.Class == t.kind && a.ID != t.asset {
			if o := m.of(a.ID, "temperature"); o != nil {
				others = append(others, o)
			}
		}
	}
	all := make(series, len(m.of(t.asset, "temperature")))
	buffer := make([]float64, 0, len(others))
	for i := range all {
		buffer = buffer[:0]
		for _, o := range others {
			buffer = append(buffer, o[i])
		}
		all[i] = median(buffer)
	}
	return all
}

// strays is how far a thermometer has come from the others within two hours, or since it is
// read, K: how much more it has changed than the middle one of them. Where they stand apart
// from each other, the middle of what they tell moves with the one that errs; that of their
// changes hardly does.
func strays(m *memory, t *thing) float64 {
	changed := func(a twin.AssetID) float64 {
		s := m.of(a, "temperature")
		then := s.mean(100, 130)
		if then != then {
			then = s[:min(len(s)/3, 30)].mean(0, 30)
		}
		return s.mean(0, 10) - then
	}
	var others []float64
	for _, a := range m.site.Assets {
		if a.Class == t.kind && a.ID != t.asset && m.of(a.ID, "temperature") != nil {
			others = append(others, changed(a.ID))
		}
	}
	return math.Abs(changed(t.asset) - median(others))
}

func climateSensorRow(m *memory, t *thing, r *row) {
	own, all := m.of(t.asset, "temperature"), besides(m, t)
	gap := minus(own, all)
	r.add("above the others, 5 min", "K", "temperature", gap.few(0, 5))
	r.add("above the others, 30 min", "K", "temperature", gap.mean(0, 30))
	r.add("above the others, against past", "K", "temperature", gap.mean(0, 10)-gap.past())
	r.add("above the others, against two hours ago", "K", "temperature", gap.mean(0, 10)-gap.mean(100, 130))
	r.add("above the others, change in half an hour", "K", "temperature", gap.mean(0, 10)-gap.mean(30, 40))
	r.add("above the others, trend 30 min", "K/h", "temperature", gap.slope(30))
	r.add("above the others, trend 60 min", "K/h", "temperature", gap.slope(60))
	r.add("above the others, trend 90 min", "K/h", "temperature", gap.slope(90))
	r.add("above the others, spread 30 min", "K", "temperature", gap.spread(30))
	size, ago := gap.step(90)
	r.add("above the others, largest step", "K", "temperature", size)
	r.add("above the others, time since the largest step", "min", "temperature", ago)
	for _, b := range []int{0, 30, 60, 90} {
		r.add("above the others, "+minutes(b)+" ago, against the oldest hour", "K", "temperature", gap.mean(b, b+15)-gap.old())
	}
	r.add("above the others, trend 150 min", "K/h", "temperature", gap.slope(150))
	r.add("flicker, 10 min", "K", "temperature", own.flicker(10))
	r.add("known, 3 min", "", "temperature", own.known(3))
	r.add("known, 8 min", "", "temperature", own.known(8))
	r.add("others known, 3 min", "", "climate/temperature", all.known(3))
	r.add("its humidity known, 3 min", "", "humidity", m.of(t.asset, "humidity").known(3))
	r.add("dryer than the others", "%", "humidity", m.of(t.asset, "humidity").mean(0, 20)-middle(m, "climate-sensor", "humidity", 0, 20))
	r.add("room trend, 60 min", "K/h", "climate/temperature", all.slope(60))
}

// lightZones are parts of a store whose lights are switched together.
func lightZones() *family {
	return &family{
		name:    "light-zone",
		sites:   []string{"store"},
		classes: []class{{Name: "lights-left-on", Part: "lamp"}},
		find: func(site *twin.Site, m *memory) []*thing {
			all := thingsOf(having(site, m, "presence", "level", "schedule"))
			for _, t := range all {
				t.near["counter"] = first(site, "people-counter")
			}
			return all
		},
		of:   lightZoneRow,
		like: []string{"level, 3 min", "presence, 30 min", "level, 30 min"},
	}
}

func lightZoneRow(m *memory, t *thing, r *row) {
	s := func(name string) series { return m.of(t.asset, name) }
	level, used := s("level"), s("presence")
	r.add("level, 3 min", "%", "level", level.few(0, 3))
	r.add("level, 30 min", "%", "level", level.mean(0, 30))
	r.add("power", "W", "power", s("power").few(0, 3))
	r.add("presence, 5 min", "", "presence", used.few(0, 5))
	r.add("presence, 30 min", "", "presence", used.mean(0, 30))
	r.add("lit without a break", "min", "level", level.lasting(180, 50))
	r.add("empty without a break", "min", "presence", not(used).lasting(180, 0.5))
	r.add("lit and empty without a break", "min", "level", zip(level, used, func(l, u float64) float64 {
		if l > 50 && u < 0.5 {
			return 1
		}
		return 0
	}).lasting(180, 0.5))
	r.add("schedule", "", "schedule", s("schedule").now())
	var lit, dark, busy, n float64
	for _, a := range having(m.site, m, "presence", "level", "schedule") {
		if a.ID == t.asset {
			continue
		}
		l := m.of(a.ID, "level").few(0, 3)
		switch {
		case l > 50:
			lit++
		case l <= 50:
			dark++
		}
		if m.of(a.ID, "presence").few(0, 5) > 0.5 {
			busy++
		}
		n++
	}
	r.add("other zones lit", "", "light-zone/level", ratio(lit, lit+dark))
	r.add("other zones used", "", "light-zone/presence", ratio(busy, n))
	r.add("people", "", "counter/occupancy", m.of(t.near["counter"], "occupancy").few(0, 10))
	r.add("people in, half an hour", "", "counter/in", floorRate(m, 30))
	r.add("air handlers in night mode", "", "hvac/night-mode", middle(m, "hvac-unit", "night-mode", 0, 3))
	r.add("tills open", "", "checkout/open", total(m, "checkout", "open", 0, 3))
}

// tariffs are what the grid asks for and what it costs.
func tariffs() *family {
	return &family{
		name:    "tariff",
		sites:   []string{"store"},
		classes: []class{{Name: "demand-response", Part: "tariff"}},
		find: func(site *twin.Site, m *memory) []*thing {
			all := thingsOf(having(site, m, "price", "event-announced"))
			for _, t := range all {
				t.near["meter"] = first(site, "energy-meter")
			}
			return all
		},
		of: func(m *memory, t *thing, r *row) {
			s := func(name string) series { return m.of(t.asset, name) }
			r.add("event announced", "", "event-announced", s("event-announced").few(0, 2))
			r.add("event active", "", "event-active", s("event-active").few(0, 2))
			r.add("event announced, without a break", "min", "event-announced", s("event-announced").lasting(60, 0.5))
			r.add("event starts in", "min", "event-starts-in", s("event-starts-in").now())
			r.add("event limit", "W", "event-limit", s("event-limit").now())
			r.add("power above the event's limit", "W", "meter/power", m.of(t.near["meter"], "power").few(0, 3)-s("event-limit").now())
			r.add("price", "€/kWh", "price", s("price").now())
			r.add("price, against past", "€/kWh", "price", s("price").now()-s("price").past())
			r.add("load shed", "", "shed-level", s("shed-level").now())
		},
	}
}

// outdoors is the weather.
func outdoors() *family {
	return &family{
		name:    "outdoors",
		sites:   []string{"store"},
		classes: []class{{Name: "heat-wave", Part: "outdoors"}},
		find: func(site *twin.Site, m *memory) []*thing {
			all := thingsOf(only(having(site, m, "temperature", "irradiance"), "weather-sensor"))
			if len(all) > 1 {
				all = all[:1]
			}
			if first(site, "condensing-unit", "upright-freezer") == "" {
				return nil // a heat wave calls for an action where heat is given off outdoors
			}
			for _, t := range all {
				t.near["rack"] = first(site, "condensing-unit")
			}
			return all
		},
		of: func(m *memory, t *thing, r *row) {
			s := func(name string) series { return m.of(t.asset, name) }
			rack := func(name string) series { return m.of(t.near["rack"], name) }
			warm := s("temperature")
			_, most := warm.extremes(90)
			r.add("outdoors, 5 min", "°C", "temperature", warm.few(0, 5))
			r.add("outdoors, 30 min", "°C", "temperature", warm.mean(0, 30))
			r.add("outdoors, most in 90 min", "°C", "temperature", most)
			r.add("outdoors, against past", "K", "temperature", warm.few(0, 5)-warm.past())
			r.add("outdoors, against an hour ago", "K", "temperature", warm.few(0, 5)-warm.mean(58, 63))
			for _, b := range []int{15, 30, 60, 90} {
				r.add("outdoors, trend "+minutes(b), "K/h", "temperature", warm.slope(b))
			}
			r.add("humidity", "%", "humidity", s("humidity").mean(0, 10))
			r.add("sun", "W/m²", "irradiance", s("irradiance").mean(0, 10))
			r.add("sun, 60 min", "W/m²", "irradiance", s("irradiance").mean(0, 60))
			r.add("condensing", "°C", "rack/condensing-temperature", rack("condensing-temperature").mean(0, 10))
			r.add("condenser's fans", "1/min", "rack/fan-speed", rack("fan-speed").mean(0, 10))
			r.add("room", "°C", "climate/temperature", middle(m, "climate-sensor", "temperature", 0, 10))
			r.add("cooling valves", "%", "hvac/cooling-valve", middle(m, "hvac-unit", "cooling-valve", 0, 10))
			r.add("spray", "", "rack/spray-command", rack("spray-command").now())
		},
	}
}

// deafFor is how many minutes what is told of a gateway looks back.
const deafFor = 5

// deaf tells that of late no gateway of several was heard in some minute: it is the line
// to the plant, or a machine that is too busy to read, and not all of them at once.
func (m *memory) deaf() bool {
	all := having(m.site, m, "heartbeat", "sequence")
	if len(all) < 2 {
		return false
	}
	for back := range deafFor {
		silent := true
		for _, a := range all {
			if p := m.assets[a.ID]; p != nil && !(p.heard.few(back, back+1) == 0) {
				silent = false
				break
			}
		}
		if silent {
			return true
		}
	}
	return false
}

// gateways are what the samples of a group of devices come through.
func gateways() *family {
	return &family{
		name:    "gateway",
		sites:   []string{"store", "home"},
		classes: []class{{Name: "communication-loss", Part: "link"}},
		find: func(site *twin.Site, m *memory) []*thing {
			return thingsOf(having(site, m, "heartbeat", "sequence"))
		},
		of: func(m *memory, t *thing, r *row) {
			p := m.assets[t.asset]
			var heard series
			if p != nil {
				heard = p.heard
			}
			beat, told := m.of(t.asset, "heartbeat"), m.of(t.asset, "sequence")
			r.add("heard, 1 min", "", "heartbeat", heard.few(0, 1))
			r.add("heard, 2 min", "", "heartbeat", heard.few(0, 2))
			r.add("heard, 4 min", "", "heartbeat", heard.few(0, 4))
			r.add("beats in 2 min", "", "heartbeat", beat.now()-beat.window(2, 3).few(0, 1))
			r.add("beats in 4 min", "", "heartbeat", beat.now()-beat.window(4, 5).few(0, 1))
			r.add("telegrams in 2 min", "", "sequence", told.now()-told.window(2, 3).few(0, 1))
			r.add("telegrams in 4 min", "", "sequence", told.now()-told.window(4, 5).few(0, 1))
			r.add("heartbeat known, 2 min", "", "heartbeat", beat.known(2))
			var others []float64
			for _, a := range having(m.site, m, "heartbeat", "sequence") {
				if a.ID != t.asset {
					others = append(others, m.assets[a.ID].heard.few(0, 2))
				}
			}
			r.add("other gateways heard, 2 min", "", "gateway/heartbeat", median(others))
		},
	}
}
