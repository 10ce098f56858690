package perceive

import (
	"math"

	"github.com/glasstwin/glasstwin/twin"
)

// rooms are rooms with a thermostat and a second thermometer.
func rooms() *family {
	return &family{
		name:    "room",
		sites:   []string{"home"},
		classes: []class{{Name: "sensor-drift", Part: "sensor"}},
		find: func(site *twin.Site, m *memory) []*thing {
			var out []*thing
			for _, t := range thingsOf(only(having(site, m, "temperature", "set-point"), "thermostat")) {
				if t.near["air"] = partner(site, t.asset, "co2-sensor"); t.near["air"] == "" {
					continue
				}
				t.near["radiator"] = partner(site, t.asset, "radiator")
				t.near["window"] = partner(site, t.asset, "door-contact")
				out = append(out, t)
			}
			return out
		},
		of: func(m *memory, t *thing, r *row) {
			own, air, set := m.of(t.asset, "temperature"), m.of(t.near["air"], "temperature"), m.of(t.asset, "set-point")
			gap := minus(own, air)
			r.add("above the second sensor, 5 min", "K", "temperature", gap.few(0, 5))
			r.add("above the second sensor, 30 min", "K", "temperature", gap.mean(0, 30))
			r.add("above the second sensor, against past", "K", "temperature", gap.mean(0, 15)-gap.past())
			r.add("above the second sensor, against two hours ago", "K", "temperature", gap.mean(0, 15)-gap.mean(100, 130))
			r.add("above the second sensor, change in half an hour", "K", "temperature", gap.mean(0, 10)-gap.mean(30, 40))
			r.add("above the second sensor, trend 30 min", "K/h", "temperature", gap.slope(30))
			r.add("above the second sensor, trend 60 min", "K/h", "temperature", gap.slope(60))
			r.add("above the second sensor, trend 90 min", "K/h", "temperature", gap.slope(90))
			r.add("above the second sensor, against the oldest hour", "K", "temperature", gap.mean(0, 15)-gap.old())
			r.add("above the second sensor, an hour ago, against the oldest hour", "K", "temperature", gap.mean(60, 75)-gap.old())
			r.add("above the second sensor, spread 20 min", "K", "temperature", gap.spread(20))
			r.add("above set point, 20 min", "K", "temperature", minus(own, set).mean(0, 20))
			r.add("second sensor above set point, 20 min", "K", "air/temperature", minus(air, set).mean(0, 20))
			r.add("second sensor trend, 60 min", "K/h", "air/temperature", air.slope(60))
			r.add("valve, 20 min", "%", "radiator/valve", m.of(t.near["radiator"], "valve").mean(0, 20))
			r.add("window open, 30 min", "", "window/door-open", m.of(t.near["window"], "door-open").mean(0, 30))
			r.add("goes by the second sensor", "", "control-sensor", m.of(t.asset, "control-sensor").now())
		},
		like: []string{"above the second sensor, against past"},
	}
}

// windows are those that a contact tells of.
func windows() *family {
	return &family{
		name:    "window",
		sites:   []string{"home"},
		classes: []class{{Name: "window-open-while-heating", Part: "window"}},
		find: func(site *twin.Site, m *memory) []*thing {
			all := thingsOf(only(having(site, m, "door-open"), "door-contact"))
			for _, t := range all {
				t.near["room"], t.near["radiator"] = partner(site, t.asset, "thermostat"), partner(site, t.asset, "radiator")
				t.near["pump"], t.near["weather"] = first(site, "heat-pump"), first(site, "weather-sensor")
			}
			return all
		},
		of: func(m *memory, t *thing, r *row) {
			open := m.of(t.asset, "door-open")
			room := func(name string) series { return m.of(t.near["room"], name) }
			r.add("open without a break", "min", "door-open", open.lasting(120, 0.5))
			r.add("open share, 20 min", "", "door-open", open.mean(0, 20))
			r.add("open share, 45 min", "", "door-open", open.mean(0, 45))
			r.add("open share, 120 min", "", "door-open", open.mean(0, 120))
			n, k := 0.0, 0.0
			for _, a := range m.site.Assets {
				if a.Class == "door-contact" && a.ID != t.asset {
					k++
					if m.of(a.ID, "door-open").few(0, 2) > 0.5 {
						n++
					}
				}
			}
			r.add("other windows open", "", "window/door-open", ratio(n, k))
			r.add("room above set point", "K", "room/temperature", minus(room("temperature"), room("set-point")).few(0, 5))
			r.add("room", "°C", "room/temperature", room("temperature").few(0, 5))
			r.add("room trend, 15 min", "K/h", "room/temperature", room("temperature").slope(15))
			r.add("valve, 10 min", "%", "radiator/valve", m.of(t.near["radiator"], "valve").few(0, 10))
			r.add("heat of the radiator", "W", "radiator/power", m.of(t.near["radiator"], "power").few(0, 10))
			r.add("outdoors", "°C", "weather/temperature", m.of(t.near["weather"], "temperature").mean(0, 15))
			r.add("water from the pump", "°C", "pump/flow-temperature", m.of(t.near["pump"], "flow-temperature").mean(0, 15))
			r.add("heat pump running", "", "pump/compressor-running", m.of(t.near["pump"], "compressor-running").mean(0, 15))
		},
	}
}

// chargers charge cars.
func chargers() *family {
	return &family{
		name:    "charger",
		sites:   []string{"home"},
		classes: []class{{Name: "car-charging-at-peak", Part: "controller"}},
		find: func(site *twin.Site, m *memory) []*thing {
			all := thingsOf(having(site, m, "plugged", "charge-power", "schedule"))
			for _, t := range all {
				t.near["grid"] = first(site, "grid-signal")
			}
			return all
		},
		of: func(m *memory, t *thing, r *row) {
			s := func(name string) series { return m.of(t.asset, name) }
			price := m.of(t.near["grid"], "price")
			r.add("charging, 2 min", "W", "charge-power", s("charge-power").few(0, 2))
			r.add("charging, 5 min", "W", "charge-power", s("charge-power").few(0, 5))
			r.add("charging without a break", "min", "charge-power", s("charge-power").lasting(60, 500))
			r.add("plugged", "", "plugged", s("plugged").now())
			r.add("schedule", "", "schedule", s("schedule").now())
			r.add("price", "€/kWh", "grid/price", price.now())
			low, high := price.extremes(kept)
			r.add("price above the lowest", "€/kWh", "grid/price", price.now()-low)
			r.add("price below the highest", "€/kWh", "grid/price", high-price.now())
			r.add("price, against past", "€/kWh", "grid/price", price.now()-price.past())
		},
	}
}

// batteries store what the panels make.
func batteries() *family {
	return &family{
		name:    "battery",
		sites:   []string{"home"},
		classes: []class{{Name: "battery-idle", Part: "controller"}},
		find: func(site *twin.Site, m *memory) []*thing {
			all := thingsOf(having(site, m, "state-of-charge", "charge-power", "mode"))
			for _, t := range all {
				t.near["pv"], t.near["meter"], t.near["weather"] = first(site, "pv-inverter"), first(site, "energy-meter"), first(site, "weather-sensor")
			}
			return all
		},
		of: func(m *memory, t *thing, r *row) {
			s := func(name string) series { return m.of(t.asset, name) }
			flow := s("charge-power")
			r.add("mode", "", "mode", s("mode").few(0, 3))
			r.add("idle without a break", "min", "mode", zip(s("mode"), s("mode"), func(x, _ float64) float64 { return 1 - x }).lasting(120, 0.5))
			r.add("flow, 10 min", "W", "charge-power", flow.mean(0, 10))
			size := zip(flow, flow, func(x, _ float64) float64 { return math.Abs(x) })
			_, most := size.extremes(15)
			r.add("flow, most in 15 min", "W", "charge-power", most)
			r.add("charge", "%", "state-of-charge", s("state-of-charge").now())
			r.add("charge, change in 30 min", "%", "state-of-charge", s("state-of-charge").now()-s("state-of-charge").mean(29, 31))
			r.add("sold, 10 min", "W", "meter/power", -m.of(t.near["meter"], "power").mean(0, 10))
			r.add("made, 10 min", "W", "pv/power", m.of(t.near["pv"], "power").mean(0, 10))
			r.add("curtailed, 15 min", "", "pv/curtailed", m.of(t.near["pv"], "curtailed").mean(0, 15))
			r.add("sun", "W/m²", "weather/irradiance", m.of(t.near["weather"], "irradiance").mean(0, 15))
		},
	}
}
