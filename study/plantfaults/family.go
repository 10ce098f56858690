package plantfaults

import (
	"slices"

	"github.com/glasstwin/glasstwin/study/runs"
)

// family is a kind of machine: which devices are of it, what a window of it holds,
// and what can be the matter with it.
type family struct {
	name, template string
	classes        []string // of devices
	channels       []channel
	faults         map[string][]string // situation → channels in which its part is seen
}

// channel is one signal of a window.
type channel struct {
	name  string
	of    runs.Source
	usual bool // told against its own median in the run's first readings
}

// families in the order in which they are told.
var families = []family{
	{name: "cabinet", template: "store", classes: []string{"upright-freezer", "chest-freezer"},
		channels: []channel{
			{"air temperature over set point", runs.Less(runs.Own("air-temperature"), runs.Own("set-point")), false},
			{"air over product temperature", runs.Less(runs.Own("air-temperature"), runs.Own("product-temperature")), true},
			{"product temperature", runs.Own("product-temperature"), true},
			{"evaporator under product temperature", runs.Less(runs.Own("product-temperature"), runs.Own("evaporator-temperature")), true},
			{"condensing temperature over outdoors", runs.Less(runs.Own("condensing-temperature"), runs.Site("weather-1/temperature")), true},
			{"compressor power", runs.Own("compressor-power"), true},
			{"compressor running, of the last hour", runs.Hourly(runs.Own("compressor-running")), true},
			{"compressor power, of the last hour", runs.Hourly(runs.Own("compressor-power")), true},
			{"evaporator under product temperature, of the last hour", runs.Hourly(runs.Less(runs.Own("product-temperature"), runs.Own("evaporator-temperature"))), true},
			{"evaporator fan power", runs.Own("evaporator-fan-power"), true},
			{"door open", runs.Own("door-open"), false},
			{"defrost", runs.Own("defrost-active"), false},
			{"temperature sensor bad", runs.Failed("air-temperature"), false},
			{"movement of the air temperature", runs.Movement("air-temperature"), true},
			{"swing of the air temperature", runs.Swing(runs.Own("air-temperature")), true},
		},
		faults: map[string][]string{
			"door-ajar":              {"door open"},
			"compressor-degradation": {"compressor power", "compressor power, of the last hour", "compressor running, of the last hour", "evaporator under product temperature", "evaporator under product temperature, of the last hour"},
			"blocked-condenser":      {"condensing temperature over outdoors", "compressor power"},
			"evaporator-ice":         {"evaporator under product temperature", "air over product temperature"},
			"fan-failure":            {"evaporator fan power"},
			"sensor-bias":            {"air over product temperature", "air temperature over set point"},
			"sensor-drift":           {"air over product temperature", "air temperature over set point"},
			"sensor-dead":            {"temperature sensor bad"},
			"sensor-lying":           {"movement of the air temperature", "swing of the air temperature", "air over product temperature", "air temperature over set point"},
		}},
	{name: "multideck", template: "store", classes: []string{"refrigerated-multideck"},
		channels: []channel{
			{"air temperature over set point", runs.Less(runs.Own("air-temperature"), runs.Own("set-point")), false},
			{"air over product temperature", runs.Less(runs.Own("air-temperature"), runs.Own("product-temperature")), true},
			{"product temperature", runs.Own("product-temperature"), true},
			{"product temperature over its like", runs.Less(runs.Own("product-temperature"), runs.Like("refrigerated-multideck", "product-temperature")), true},
			{"air temperature over its like", runs.Less(runs.Own("air-temperature"), runs.Like("refrigerated-multideck", "air-temperature")), true},
			{"evaporator temperature over suction", runs.Less(runs.Own("evaporator-temperature"), runs.Site("rack-1/suction-temperature")), true},
			{"valve opening", runs.Own("valve-opening"), true},
			{"superheat", runs.Own("superheat"), true},
			{"cooling", runs.Own("compressor-running"), true},
			{"evaporator fan power", runs.Own("evaporator-fan-power"), true},
			{"defrost", runs.Own("defrost-active"), false},
			{"temperature sensor bad", runs.Failed("air-temperature"), false},
			{"movement of the air temperature", runs.Movement("air-temperature"), true},
			{"swing of the air temperature", runs.Swing(runs.Own("air-temperature")), true},
		},
		faults: map[string][]string{
			"evaporator-ice": {"evaporator temperature over suction", "valve opening", "superheat", "cooling"},
			"fan-failure":    {"evaporator fan power"},
			"sensor-bias":    {"air over product temperature", "air temperature over set point", "air temperature over its like"},
			"sensor-drift":   {"air over product temperature", "air temperature over set point", "air temperature over its like"},
			"sensor-dead":    {"temperature sensor bad"},
			"sensor-lying":   {"movement of the air temperature", "swing of the air temperature", "air over product temperature", "air temperature over set point", "air temperature over its like"},
		}},
	{name: "rack", template: "store", classes: []string{"condensing-unit"},
		channels: []channel{
			{"suction temperature over set point", runs.Less(runs.Own("suction-temperature"), runs.Own("suction-set-point")), false},
			{"condensing temperature over outdoors", runs.Less(runs.Own("condensing-temperature"), runs.Site("weather-1/temperature")), true},
			{"condensing temperature", runs.Own("condensing-temperature"), true},
			{"discharge over condensing temperature", runs.Less(runs.Own("discharge-temperature"), runs.Own("condensing-temperature")), true},
			{"liquid level", runs.Own("liquid-level"), true},
			{"stages running", runs.Own("stages-running"), true},
			{"stages running, of the last hour", runs.Hourly(runs.Own("stages-running")), true},
			{"power", runs.Own("power"), true},
			{"fan speed", runs.Own("fan-speed"), false},
			{"multidecks' air temperature over set point", runs.Less(runs.Like("refrigerated-multideck", "air-temperature"), runs.Like("refrigerated-multideck", "set-point")), true},
			{"outdoor temperature", runs.Site("weather-1/temperature"), true},
			{"multidecks' superheat", runs.Like("refrigerated-multideck", "superheat"), true},
		},
		faults: map[string][]string{
			"compressor-degradation": {"stages running", "stages running, of the last hour", "suction temperature over set point", "discharge over condensing temperature", "power"},
			"refrigerant-leak":       {"liquid level"},
			"blocked-condenser":      {"condensing temperature over outdoors", "condensing temperature", "fan speed"},
		}},
	{name: "air handling unit", template: "store", classes: []string{"hvac-unit"},
		channels: []channel{
			{"room temperature over set point", runs.Less(runs.Like("climate-sensor", "temperature"), runs.Own("set-point")), false},
			{"supply over return temperature", runs.Less(runs.Own("supply-temperature"), runs.Own("return-temperature")), false},
			{"return over outdoor temperature", runs.Less(runs.Own("return-temperature"), runs.Site("weather-1/temperature")), false},
			{"heating valve", runs.Own("heating-valve"), false},
			{"cooling valve", runs.Own("cooling-valve"), false},
			{"damper position over command", runs.Less(runs.Own("damper-position"), runs.Own("damper-command")), false},
			{"damper position", runs.Own("damper-position"), false},
			{"fan speed", runs.Own("fan-speed"), true},
			{"night mode", runs.Own("night-mode"), false},
			{"people", runs.Site("counter-1/occupancy"), false},
			{"carbon dioxide", runs.Like("climate-sensor", "co2"), false},
		},
		faults: map[string][]string{
			"stuck-damper":                 {"damper position over command", "damper position"},
			"night-mode":                   {"night mode", "fan speed"},
			"simultaneous-heating-cooling": {"heating valve", "cooling valve", "supply over return temperature"},
		}},
	{name: "room", template: "home", classes: []string{"thermostat"},
		channels: []channel{
			{"temperature over set point", runs.Less(runs.Own("temperature"), runs.Own("set-point")), false},
			{"temperature over the second sensor's", runs.Less(runs.Own("temperature"), runs.BesideOrOwn("air-", "temperature")), true},
			{"valve", runs.Beside("radiator-", "valve"), false},
			{"movement of the valve", runs.Trailing(runs.Beside("radiator-", "valve"), 40, func(_, spread float64) float64 { return min(spread, 5) }), false},
			{"valve over the other rooms'", runs.Less(runs.Beside("radiator-", "valve"), runs.Like("radiator", "valve")), false},
			{"radiator flow over return", runs.Less(runs.Beside("radiator-", "flow-temperature"), runs.Beside("radiator-", "return-temperature")), false},
			{"radiator power", runs.Beside("radiator-", "power"), true},
			{"flow from the heat pump", runs.Site("heat-pump-1/flow-temperature"), false},
			{"window open", runs.Beside("window-", "door-open"), false},
			{"temperature", runs.Own("temperature"), true},
			{"outdoor temperature", runs.Site("weather-1/temperature"), false},
			{"sun", runs.Site("weather-1/irradiance"), false},
		},
		faults: map[string][]string{
			"window-open-while-heating": {"window open"},
			"sensor-drift":              {"temperature over the second sensor's"},
			"stuck-valve":               {"valve", "movement of the valve", "valve over the other rooms'", "radiator flow over return", "radiator power"},
		}},
	{name: "heat pump", template: "home", classes: []string{"heat-pump"},
		channels: []channel{
			{"heat for the power", runs.Ratio(runs.Own("heat-power"), runs.Own("power")), false},
			{"heat for the power over what is usual, of the last hour", runs.Hourly(runs.Ratio(runs.Own("heat-power"), runs.Own("power"))), true},
			{"heat", runs.Own("heat-power"), true},
			{"power", runs.Own("power"), true},
			{"compressor running", runs.Own("compressor-running"), false},
			{"flow temperature over set point", runs.Less(runs.Own("flow-temperature"), runs.Own("set-point")), false},
			{"flow over return temperature", runs.Less(runs.Own("flow-temperature"), runs.Own("return-temperature")), false},
			{"outdoor temperature", runs.Site("weather-1/temperature"), false},
			{"flow temperature", runs.Own("flow-temperature"), false},
			{"rooms' temperature over set point", runs.Less(runs.Like("thermostat", "temperature"), runs.Like("thermostat", "set-point")), true},
			{"fan speed", runs.Own("fan-speed"), true},
		},
		faults: map[string][]string{
			"heat-pump-degraded": {"heat for the power", "heat for the power over what is usual, of the last hour", "heat", "power", "flow over return temperature", "flow temperature over set point"},
		}},
}

func (f *family) names() []string {
	var out []string
	for _, c := range f.channels {
		out = append(out, c.name)
	}
	return out
}

// seen are the channels of a fault's part, by index.
func (f *family) seen(fault string) []int {
	var out []int
	for _, name := range f.faults[fault] {
		out = append(out, slices.IndexFunc(f.channels, func(c channel) bool { return c.name == name }))
	}
	return out
}
