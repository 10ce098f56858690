package baseline

import (
	"math"
	"time"

	"github.com/glasstwin/glasstwin/twin"
)

// Thresholds of a house, as set on runs for development.
const (
	windowStands = 14 * time.Minute // longer than an airing
	pumpWeak     = 0.72             // of its usual heat for a watt
	sensorApart  = 0.8              // K between the two sensors of a room
	sunny        = 250.0            // W/m²
	warmOutdoors = 24.0
	bedroomStale = 1150.0
	fanLow       = 30.0
	weekOfHours  = 168.0
	valveStands  = 45 * time.Minute
	roomOff      = 0.9 // K from the set point
)

func (v *look) house() {
	outdoor := v.sumNow("weather-sensor", "temperature")
	sun := v.sumNow("weather-sensor", "irradiance")
	for _, a := range v.of("door-contact") {
		if open, ok := v.recent(twin.SignalOf(a, "door-open"), windowStands); ok && open > 0.95 && outdoor < 10 {
			v.tell(found{key: key{"window-open-while-heating", a}, part: "window", after: time.Minute, evidence: []twin.SignalID{twin.SignalOf(a, "door-open")}, text: "it has stood open longer than an airing"})
		}
	}
	for _, a := range v.of("heat-pump") {
		heat, n := v.mean(twin.SignalOf(a, "heat-power"), 20*time.Minute, 0)
		power, _ := v.mean(twin.SignalOf(a, "power"), 20*time.Minute, 0)
		heatWas, m := v.mean(twin.SignalOf(a, "heat-power"), twin.HistoryKept, usualEnds)
		powerWas, _ := v.mean(twin.SignalOf(a, "power"), twin.HistoryKept, usualEnds)
		if n > 8 && m > 10 && power > 300 && powerWas > 200 && heat/power < pumpWeak*heatWas/powerWas {
			v.tell(found{key: key{"heat-pump-degraded", a}, part: "compressor", after: 10 * time.Minute, evidence: []twin.SignalID{twin.SignalOf(a, "heat-power"), twin.SignalOf(a, "power")}, text: "less heat for a watt than usual"})
		}
	}
	v.rooms()
	for _, a := range v.of("ev-charger") {
		if v.value(twin.SignalOf(a, "schedule")) == 2 && v.value(twin.SignalOf(a, "plugged")) > 0.5 && v.expensive() {
			v.tell(found{key: key{"car-charging-at-peak", a}, part: "controller", after: time.Minute, evidence: []twin.SignalID{twin.SignalOf(a, "schedule")}, text: "it charges at once while power is dear"})
		}
	}
	for _, a := range v.of("battery-storage") {
		if id := twin.SignalOf(a, "mode"); v.live(id) && v.value(id) == 0 {
			v.tell(found{key: key{"battery-idle", a}, part: "controller", after: 5 * time.Minute, evidence: []twin.SignalID{id}, text: "it is set to idle"})
		}
	}
	if list := v.of("blinds"); len(list) > 0 {
		if up, ok := v.recent(twin.SignalOf(list[0], "height-position"), 10*time.Minute); ok && up < 20 && sun > sunny && outdoor > warmOutdoors {
			v.tell(found{key: key{"blinds-open-in-heat", list[0]}, part: "controller", after: 5 * time.Minute, evidence: []twin.SignalID{twin.SignalOf(list[0], "height-position")}, text: "open in sun and heat"})
		}
	}
	for _, a := range v.of("ventilation-unit") {
		if level, ok := v.recent(twin.SignalOf(a, "level"), 5*time.Minute); ok && level < fanLow {
			v.tell(found{key: key{"co2-bedroom", a}, part: "controller", after: 3 * time.Minute, evidence: []twin.SignalID{twin.SignalOf(a, "level")}, text: "hardly ventilated"})
		}
	}
	for _, a := range v.of("hot-water-tank") {
		if v.value(twin.SignalOf(a, "hours-since-hot")) > weekOfHours {
			v.tell(found{key: key{"hot-water-too-cold", a}, part: "controller", after: 2 * time.Minute, evidence: []twin.SignalID{twin.SignalOf(a, "hours-since-hot")}, text: "not hot for a week"})
		}
	}
}

// expensive tells whether power is dear: by its price, or by the hours of a usual
// tariff.
func (v *look) expensive() bool {
	for _, a := range v.of("grid-signal") {
		price := v.value(twin.SignalOf(a, "price"))
		if hour := v.now.UTC().Hour(); price > 0.28 || hour >= 16 && hour < 22 {
			return true
		}
	}
	return false
}

// rooms holds the two sensors of a room against each other, and a radiator's valve
// against what the room lacks.
func (v *look) rooms() {
	for _, a := range v.of("thermostat") {
		n := numbered(a)
		own, ok1 := v.recent(twin.SignalOf(a, "temperature"), 10*time.Minute)
		other, ok2 := v.recent(twin.SignalOf(twin.AssetID("air-"+n), "temperature"), 10*time.Minute)
		ownWas, ok3 := v.before(twin.SignalOf(a, "temperature"))
		otherWas, ok4 := v.before(twin.SignalOf(twin.AssetID("air-"+n), "temperature"))
		if ok1 && ok2 && ok3 && ok4 && math.Abs(own-other-ownWas+otherWas) > sensorApart && v.value(twin.SignalOf(a, "control-sensor")) < 0.5 {
			v.tell(found{key: key{"sensor-drift", a}, part: "sensor", after: 8 * time.Minute, evidence: []twin.SignalID{twin.SignalOf(a, "temperature")}, text: "the two sensors of the room moved apart"})
			continue
		}
		radiator := twin.AssetID("radiator-" + n)
		valve := twin.SignalOf(radiator, "valve")
		span, count := v.spread(valve, valveStands)
		at, ok := v.recent(valve, 10*time.Minute)
		set := v.value(twin.SignalOf(a, "set-point"))
		if ok && ok1 && count > 20 && span < 1 && (at < 5 && own < set-roomOff || at > 95 && own > set+roomOff) {
			v.tell(found{key: key{"stuck-valve", radiator}, part: "valve", after: 10 * time.Minute, evidence: []twin.SignalID{valve}, text: "the valve stands while the room is off its set point"})
		}
	}
}
