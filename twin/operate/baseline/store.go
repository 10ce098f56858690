package baseline

import (
	"math"
	"time"

	"github.com/glasstwin/glasstwin/twin"
)

var cabinetClasses = [...]string{"upright-freezer", "chest-freezer", "refrigerated-multideck"}

// Thresholds, as set on runs for development.
const (
	doorHeld       = 0.9 // share of the last minutes that a door stood open
	probeApart     = 3.2 // K that air and goods moved apart
	probeSudden    = 20 * time.Minute
	fanWeak        = 0.6 // of its usual power
	condenserWarm  = 6.0 // K above what is usual over the outdoor air
	iceColder      = 4.5 // K that the evaporator is colder than usual
	busyCompressor = 0.97
	tooWarm        = 2.5  // K above the set point
	suctionHigh    = 2.0  // K above its set point
	levelLost      = 6.0  // % of the receiver
	damperApart    = 12.0 // %
	valvesOpen     = 12.0 // % of both
	waveOutdoors   = 33.0 // °C
	stale          = 620.0
	staleRise      = 55.0 // ppm in a quarter of an hour
	lyingSpread    = 0.08 // of its usual spread
	waiting        = 7.0  // people at all tills
	climateApart   = 2.0  // K from the other sensors
)

func (v *look) cabinets() {
	for _, class := range cabinetClasses {
		for _, a := range v.of(class) {
			v.cabinet(a, class)
		}
	}
}

func (v *look) cabinet(a twin.AssetID, class string) {
	id := func(name string) twin.SignalID { return twin.SignalOf(a, name) }
	if v.silent(a, "air-temperature") {
		return
	}
	air, product := id("air-temperature"), id("product-temperature")
	if dead(v.st, air, v.now) {
		v.tell(found{key: key{"sensor-dead", a}, part: "sensor", evidence: []twin.SignalID{air}, text: "the sensor gives no value", severity: 0.8})
		return
	}
	defrost, _ := v.mean(id("defrost-active"), twin.HistoryKept, 0)
	if open, ok := v.recent(id("door-open"), 7*time.Minute); ok && open > doorHeld {
		v.tell(found{key: key{"door-ajar", a}, part: "door", after: time.Minute, evidence: []twin.SignalID{id("door-open"), air}, text: "the door has stood open for seven minutes"})
		return
	}
	if defrost > 0 {
		return
	}
	span, n := v.spread(air, 20*time.Minute)
	if usual, m := v.spreadOf(air, 80*time.Minute, 60*time.Minute); n >= 12 && m >= 12 && usual > 0.4 && span < lyingSpread*usual {
		v.tell(found{key: key{"sensor-lying", a}, part: "sensor", evidence: []twin.SignalID{air}, text: "the sensor's value stands still"})
		return
	}
	fan, okFan := v.recent(id("evaporator-fan-power"), 6*time.Minute)
	if fanWas, ok := v.before(id("evaporator-fan-power")); ok && okFan && fan < fanWeak*fanWas && v.value(id("evaporator-fan-backup")) < 0.5 {
		v.tell(found{key: key{"fan-failure", a}, part: "fan", after: 3 * time.Minute, evidence: []twin.SignalID{id("evaporator-fan-power")}, text: "the fan draws much less than it did"})
		return
	}
	airNow, ok1 := v.recent(air, 10*time.Minute)
	airWas, ok2 := v.before(air)
	goods, ok3 := v.recent(product, 10*time.Minute)
	goodsWas, ok4 := v.before(product)
	if ok1 && ok2 && ok3 && ok4 && v.value(id("control-sensor")) < 0.5 {
		if apart := (airNow - airWas) - (goods - goodsWas); math.Abs(apart) > probeApart {
			kind := "sensor-drift"
			if jump, ok := v.mean(air, 2*probeSudden, probeSudden); ok > 8 && math.Abs(jump-airNow) > probeApart*0.8 {
				kind = "sensor-bias"
			}
			v.tell(found{key: key{kind, a}, part: "sensor", after: 15 * time.Minute, evidence: []twin.SignalID{air, product}, text: "air and goods moved apart"})
			return
		}
	}
	v.cooling(a, class)
}

// cooling looks at how a cabinet is cooled.
func (v *look) cooling(a twin.AssetID, class string) {
	id := func(name string) twin.SignalID { return twin.SignalOf(a, name) }
	air, ok := v.recent(id("air-temperature"), 10*time.Minute)
	set := v.value(id("set-point"))
	cold, ok5 := v.recent(id("evaporator-temperature"), 10*time.Minute)
	coldWas, ok6 := v.before(id("evaporator-temperature"))
	if ok && ok5 && ok6 && cold < coldWas-iceColder && air > set+1 {
		v.tell(found{key: key{"evaporator-ice", a}, part: "evaporator", after: 20 * time.Minute, evidence: []twin.SignalID{id("evaporator-temperature"), id("air-temperature")}, text: "the evaporator is colder than usual and the air is not"})
		return
	}
	if class == "refrigerated-multideck" {
		return // the rack cools it
	}
	hot, ok7 := v.recent(id("condensing-temperature"), 15*time.Minute)
	hotWas, ok8 := v.before(id("condensing-temperature"))
	if ok7 && ok8 && hot > hotWas+condenserWarm+v.warming() {
		v.tell(found{key: key{"blocked-condenser", a}, part: "condenser", after: 5 * time.Minute, evidence: []twin.SignalID{id("condensing-temperature")}, text: above("condensing temperature over its usual", condenserWarm)})
		return
	}
	if busy, ok := v.recent(id("compressor-running"), 40*time.Minute); ok && busy > busyCompressor && air > set+tooWarm && v.sumNow("weather-sensor", "temperature") < 30 {
		v.tell(found{key: key{"compressor-degradation", a}, part: "compressor", after: 5 * time.Minute, evidence: []twin.SignalID{id("compressor-running"), id("air-temperature")}, text: "it runs without a pause and stays too warm"})
	}
}

// warming is how much warmer than usual it is outdoors, K.
func (v *look) warming() float64 {
	for _, a := range v.of("weather-sensor") {
		now, ok1 := v.recent(twin.SignalOf(a, "temperature"), 10*time.Minute)
		was, ok2 := v.before(twin.SignalOf(a, "temperature"))
		if ok1 && ok2 {
			return max(0, now-was)
		}
	}
	return 0
}

func (v *look) rack() {
	for _, a := range v.of("condensing-unit") {
		id := func(name string) twin.SignalID { return twin.SignalOf(a, name) }
		if v.silent(a, "") {
			continue
		}
		effects := v.of("refrigerated-multideck")
		level, ok := v.recent(id("liquid-level"), 10*time.Minute)
		if was, ok2 := v.before(id("liquid-level")); ok && ok2 && level < was-levelLost {
			v.tell(found{key: key{"refrigerant-leak", a}, part: "receiver", after: 5 * time.Minute, evidence: []twin.SignalID{id("liquid-level")}, text: "the receiver empties", effects: effects})
			continue
		}
		outdoor := v.sumNow("weather-sensor", "temperature")
		hot, ok3 := v.recent(id("condensing-temperature"), 15*time.Minute)
		if was, ok4 := v.before(id("condensing-temperature")); ok3 && ok4 && hot > was+condenserWarm+v.warming() && outdoor < waveOutdoors {
			v.tell(found{key: key{"blocked-condenser", a}, part: "condenser", after: 5 * time.Minute, evidence: []twin.SignalID{id("condensing-temperature")}, text: above("condensing temperature over its usual", condenserWarm), effects: effects})
			continue
		}
		suction, ok5 := v.recent(id("suction-temperature"), 15*time.Minute)
		if ok5 && outdoor < 30 && suction > v.value(id("suction-set-point"))+suctionHigh {
			v.tell(found{key: key{"compressor-degradation", a}, part: "compressor", after: 15 * time.Minute, evidence: []twin.SignalID{id("suction-temperature")}, text: above("suction over its set point", suctionHigh), effects: effects})
		}
	}
	for _, a := range v.of("weather-sensor") {
		if t, ok := v.recent(twin.SignalOf(a, "temperature"), 10*time.Minute); ok && t > waveOutdoors {
			v.tell(found{key: key{"heat-wave", a}, part: "outdoors", after: 3 * time.Minute, evidence: []twin.SignalID{twin.SignalOf(a, "temperature")}, text: above("outdoor air", waveOutdoors)})
		}
	}
}

func (v *look) air() {
	staffed := v.sumNow("staff-terminal", "on-duty") > 0
	outdoor := v.sumNow("weather-sensor", "temperature")
	for _, a := range v.of("hvac-unit") {
		id := func(name string) twin.SignalID { return twin.SignalOf(a, name) }
		if v.silent(a, "") {
			continue
		}
		want, ok1 := v.recent(id("damper-command"), 5*time.Minute)
		is, ok2 := v.recent(id("damper-position"), 5*time.Minute)
		heat, ok3 := v.recent(id("heating-valve"), 6*time.Minute)
		cool, ok4 := v.recent(id("cooling-valve"), 6*time.Minute)
		switch {
		case v.value(id("night-mode")) > 0.5 && staffed && v.sumNow("people-counter", "occupancy") > 0:
			v.tell(found{key: key{"night-mode", a}, part: "controller", after: 4 * time.Minute, evidence: []twin.SignalID{id("night-mode")}, text: "night mode while people are in"})
		case ok1 && ok2 && math.Abs(want-is) > damperApart:
			v.tell(found{key: key{"stuck-damper", a}, part: "damper", after: 5 * time.Minute, evidence: []twin.SignalID{id("damper-position")}, text: "the damper does not follow its command"})
		case ok3 && ok4 && heat > valvesOpen && cool > valvesOpen:
			detail := "heating"
			if outdoor < 14 {
				detail = "cooling"
			}
			v.tell(found{key: key{"simultaneous-heating-cooling", a}, part: "valve", after: 5 * time.Minute, evidence: []twin.SignalID{id("heating-valve"), id("cooling-valve")}, text: "both valves are open", detail: detail})
		}
	}
	v.sensors()
	if staffed {
		co2, was, n := 0.0, 0.0, 0
		for _, a := range v.of("climate-sensor") {
			x, ok := v.recent(twin.SignalOf(a, "co2"), 4*time.Minute)
			if y, m := v.mean(twin.SignalOf(a, "co2"), 20*time.Minute, 15*time.Minute); ok && m > 2 {
				co2, was, n = co2+x, was+y, n+1
			}
		}
		for _, a := range v.of("people-counter") {
			if n > 0 && co2/float64(n) > stale && (co2-was)/float64(n) > staleRise {
				v.tell(found{key: key{"co2-crowding", a}, part: "people", after: 3 * time.Minute, evidence: []twin.SignalID{twin.SignalOf(a, "occupancy")}, text: above("carbon dioxide", stale)})
				break
			}
		}
	}
}

// sensors holds each climate sensor against the others.
func (v *look) sensors() {
	list := v.of("climate-sensor")
	for _, a := range list {
		id := twin.SignalOf(a, "temperature")
		if v.silent(a, "temperature") {
			continue
		}
		if dead(v.st, id, v.now) {
			v.tell(found{key: key{"sensor-dead", a}, part: "sensor", evidence: []twin.SignalID{id}, text: "the sensor gives no value", severity: 0.5})
			continue
		}
		own, ok1 := v.recent(id, 10*time.Minute)
		was, ok2 := v.before(id)
		moved, n := 0.0, 0.0
		for _, b := range list {
			now, ok3 := v.recent(twin.SignalOf(b, "temperature"), 10*time.Minute)
			then, ok4 := v.before(twin.SignalOf(b, "temperature"))
			if b != a && ok3 && ok4 {
				moved, n = moved+now-then, n+1
			}
		}
		if ok1 && ok2 && n > 1 && math.Abs(own-was-moved/n) > climateApart {
			v.tell(found{key: key{"sensor-drift", a}, part: "sensor", after: 10 * time.Minute, evidence: []twin.SignalID{id}, text: "it moved away from the other sensors"})
		}
	}
}

func (v *look) floor() {
	for _, a := range v.of("light-zone") {
		dark := v.sumNow("light-zone", "level") < 260 && v.sumNow("people-counter", "occupancy") < 1
		presence, ok := v.recent(twin.SignalOf(a, "presence"), 15*time.Minute)
		if level, ok2 := v.recent(twin.SignalOf(a, "level"), 10*time.Minute); dark && ok && ok2 && presence == 0 && level > 60 {
			v.tell(found{key: key{"lights-left-on", a}, part: "lamp", after: 5 * time.Minute, evidence: []twin.SignalID{twin.SignalOf(a, "level")}, text: "light with nobody in"})
		}
	}
	if list := v.of("checkout"); len(list) > 0 && v.sumNow("checkout", "queue-length") > waiting && v.sumNow("staff-terminal", "available") > 0 {
		v.tell(found{key: key{"queue-surge", list[0]}, part: "queue", after: 2 * time.Minute, evidence: []twin.SignalID{twin.SignalOf(list[0], "queue-length")}, text: above("people at the tills", waiting)})
	}
	for _, a := range v.of("grid-signal") {
		if v.value(twin.SignalOf(a, "event-announced"))+v.value(twin.SignalOf(a, "event-active")) > 0.5 {
			v.tell(found{key: key{"demand-response", a}, part: "tariff", after: time.Minute, evidence: []twin.SignalID{twin.SignalOf(a, "event-announced")}, text: "an event is announced"})
		}
	}
}
