package perceive

import (
	"math"

	"github.com/glasstwin/glasstwin/twin"
)

// shading is the blinds of a house, which one automatic moves.
func shading() *family {
	return &family{
		name:    "shading",
		sites:   []string{"home"},
		classes: []class{{Name: "blinds-open-in-heat", Part: "controller"}},
		find: func(site *twin.Site, m *memory) []*thing {
			if first(site, "thermostat") == "" {
				return nil
			}
			all := thingsOf(only(having(site, m, "height-position"), "blinds"))
			if len(all) == 0 {
				return nil
			}
			t := all[0]
			t.near["weather"] = first(site, "weather-sensor")
			return []*thing{t}
		},
		of: func(m *memory, t *thing, r *row) {
			var shut, rooms, out []float64
			for _, a := range m.site.Assets {
				switch {
				case a.Class == "blinds":
					shut = append(shut, m.of(a.ID, "height-position").few(0, 3))
				case a.Class == "thermostat":
					v := m.of(a.ID, "temperature").few(0, 5)
					rooms = append(rooms, v)
					if partner(m.site, a.ID, "blinds") != "" {
						out = append(out, v)
					}
				}
			}
			sky := func(name string) series { return m.of(t.near["weather"], name) }
			least, most := series(shut).extremes(len(shut))
			r.add("blinds, least shut", "%", "blinds/height-position", least)
			r.add("blinds, most shut", "%", "blinds/height-position", most)
			r.add("blinds up without a break", "min", "height-position", zip(m.of(t.asset, "height-position"), m.of(t.asset, "height-position"), func(x, _ float64) float64 { return 100 - x }).lasting(180, 50))
			low, high := series(out).extremes(len(out))
			r.add("warmest room with blinds", "°C", "thermostat/temperature", high)
			r.add("coolest room with blinds", "°C", "thermostat/temperature", low)
			r.add("rooms", "°C", "thermostat/temperature", median(rooms))
			// Rooms that are warm in the sun and whose own blind is up all the same.
			bright := sky("irradiance")
			r.add("warm in the sun with the blind up, most", "min", "blinds/height-position", unshaded(m, bright))
			r.add("sun, 10 min", "W/m²", "weather/irradiance", bright.mean(0, 10))
			r.add("sun, 30 min", "W/m²", "weather/irradiance", bright.mean(0, 30))
			dim, _ := bright.extremes(15)
			r.add("sun, least in 15 min", "W/m²", "weather/irradiance", dim)
			r.add("outdoors, 10 min", "°C", "weather/temperature", sky("temperature").mean(0, 10))
			r.add("outdoors, trend 30 min", "K/h", "weather/temperature", sky("temperature").slope(30))
			r.add("outdoors, trend 60 min", "K/h", "weather/temperature", sky("temperature").slope(60))
			r.add("outdoors, against past", "K", "weather/temperature", sky("temperature").mean(0, 10)-sky("temperature").past())
		},
	}
}

// unshaded is the longest time, over the rooms that have blinds, for which sun and
// room have been too much and the blind up.
func unshaded(m *memory, sun series) float64 {
	const bright, warm = 280.0, 24.0
	most := math.NaN()
	for _, a := range m.site.Assets {
		b := partner(m.site, a.ID, "blinds")
		if a.Class != "thermostat" || b == "" {
			continue
		}
		room, blind := m.of(a.ID, "temperature"), m.of(b, "height-position")
		n := 0.0
		for i := len(sun) - 1; i >= max(0, len(sun)-120); i-- {
			if !(sun[i] > bright && room[i] > warm && blind[i] < 50) {
				break
			}
			n++
		}
		if !(most >= n) {
			most = n
		}
	}
	return most
}

// ventilation is the air of a house.
func ventilation() *family {
	return &family{
		name:    "ventilation",
		sites:   []string{"home"},
		classes: []class{{Name: "co2-bedroom", Part: "controller"}},
		find: func(site *twin.Site, m *memory) []*thing {
			return thingsOf(having(site, m, "level", "speed", "power"))
		},
		of: func(m *memory, t *thing, r *row) {
			s := func(name string) series { return m.of(t.asset, name) }
			var air, rise []float64
			for _, a := range m.site.Assets {
				if a.Class == "co2-sensor" {
					v := m.of(a.ID, "co2")
					air = append(air, v.few(0, 5))
					rise = append(rise, v.slope(30))
				}
			}
			_, most := series(air).extremes(len(air))
			_, fastest := series(rise).extremes(len(rise))
			r.add("level", "%", "level", s("level").now())
			r.add("level, against past", "%", "level", s("level").now()-s("level").past())
			r.add("level, 10 min", "%", "level", s("level").mean(0, 10))
			r.add("speed", "%", "speed", s("speed").few(0, 3))
			r.add("power", "W", "power", s("power").few(0, 3))
			r.add("carbon dioxide, most", "ppm", "air/co2", most)
			r.add("carbon dioxide, fastest rise", "ppm/h", "air/co2", fastest)
			n := 0.0
			for _, a := range m.site.Assets {
				if a.Class == "thermostat" && m.of(a.ID, "presence").few(0, 10) > 0.3 {
					n++
				}
			}
			r.add("rooms used", "", "thermostat/presence", n)
		},
	}
}

// hotWater is the tank.
func hotWater() *family {
	return &family{
		name:    "hot-water",
		sites:   []string{"home"},
		classes: []class{{Name: "hot-water-too-cold", Part: "controller"}},
		find: func(site *twin.Site, m *memory) []*thing {
			return thingsOf(having(site, m, "temperature", "set-point", "hours-since-hot"))
		},
		of: func(m *memory, t *thing, r *row) {
			s := func(name string) series { return m.of(t.asset, name) }
			r.add("set point", "°C", "set-point", s("set-point").now())
			r.add("set point, against past", "K", "set-point", s("set-point").now()-s("set-point").past())
			r.add("hours since it was hot", "h", "hours-since-hot", s("hours-since-hot").now())
			r.add("hours since it was hot, jump in 60 min", "h", "hours-since-hot", jump(s("hours-since-hot"), 60))
			r.add("water", "°C", "temperature", s("temperature").few(0, 5))
			r.add("water, 60 min", "°C", "temperature", s("temperature").mean(0, 60))
			r.add("water above set point", "K", "temperature", minus(s("temperature"), s("set-point")).few(0, 10))
			r.add("heater", "W", "heater-power", s("heater-power").few(0, 5))
		},
	}
}
