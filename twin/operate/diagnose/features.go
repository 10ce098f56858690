package diagnose

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/xai"
)

// afterDefrost is how long a cabinet needs to draw the defrost's heat out
// again; until then its temperatures tell nothing of a fault.
const afterDefrost = 10 * time.Minute

// Parts of a cabinet that a feature, and a fault, sits in.
const (
	partDoor       = "door"
	partCompressor = "compressor"
	partSensor     = "sensor"
	partFan        = "fan"
	partCondenser  = "condenser"
)

// feature is one column: how it is computed from a view of the cabinet.
type feature struct {
	name, unit string
	signal     string // name in the class
	part       string
	of         func(now, before *view) float64
}

// features in the order of the model's columns.
var features = []feature{
	{"air above set point", "K", "air-temperature", partSensor, func(n, _ *view) float64 { return mean(minus(n.air, n.set), n.calm) }},
	{"air above set point, last 10 min", "K", "air-temperature", partSensor, func(n, _ *view) float64 { return mean(minus(n.air, n.set), n.late) }},
	{"air temperature trend", "K/h", "air-temperature", partSensor, func(n, _ *view) float64 { return slope(n.air, n.calm) }},
	{"goods above set point", "K", "product-temperature", partSensor, func(n, _ *view) float64 { return mean(minus(n.product, n.set), n.calm) }},
	{"air above goods", "K", "air-temperature", partSensor, func(n, _ *view) float64 { return mean(minus(n.air, n.product), n.calm) }},
	{"air above goods against own past", "K", "air-temperature", partSensor, func(n, b *view) float64 {
		return mean(minus(n.air, n.product), n.calm) - mean(minus(b.air, b.product), b.calm)
	}},
	{"air above coil while running", "K", "evaporator-temperature", partFan, func(n, _ *view) float64 { return mean(minus(n.air, n.coil), n.running) }},
	{"air above coil while running, against own past", "K", "evaporator-temperature", partFan, func(n, b *view) float64 {
		return mean(minus(n.air, n.coil), n.running) - mean(minus(b.air, b.coil), b.running)
	}},
	{"air above coil at rest", "K", "air-temperature", partSensor, func(n, _ *view) float64 { return few(minus(n.air, n.coil), n.rested) }},
	{"air above coil at rest, against own past", "K", "air-temperature", partSensor, func(n, b *view) float64 {
		return few(minus(n.air, n.coil), n.rested) - few(minus(b.air, b.coil), b.rested)
	}},
	{"goods above coil while running", "K", "evaporator-temperature", partFan, func(n, _ *view) float64 { return mean(minus(n.product, n.coil), n.running) }},
	{"compressor running share", "%", "compressor-running", partCompressor, func(n, _ *view) float64 { return 100 * mean(n.run, n.calm) }},
	{"compressor running share against own past", "%", "compressor-running", partCompressor, func(n, b *view) float64 {
		return 100 * (mean(n.run, n.calm) - mean(b.run, b.calm))
	}},
	{"compressor power while running", "W", "compressor-power", partCompressor, func(n, _ *view) float64 { return mean(n.power, n.running) }},
	{"compressor power against own past", "%", "compressor-power", partCompressor, func(n, b *view) float64 {
		return 100 * (mean(n.power, n.running)/mean(b.power, b.running) - 1)
	}},
	{"compressor power per lift", "W/K", "compressor-power", partCompressor, func(n, _ *view) float64 { return n.perLift() }},
	{"compressor power per lift, against own past", "%", "compressor-power", partCompressor, func(n, b *view) float64 {
		return 100 * (n.perLift()/b.perLift() - 1)
	}},
	{"compressor power per lift, for each kelvin of air above coil", "W/K²", "compressor-power", partCompressor, func(n, _ *view) float64 {
		return n.perLift() / few(minus(n.air, n.coil), n.settled)
	}},
	{"cooling rate while running", "K/h", "air-temperature", partCompressor, func(n, _ *view) float64 { return stepRate(n.air, n.running) }},
	{"warming rate at rest", "K/h", "air-temperature", partDoor, func(n, _ *view) float64 { return stepRate(n.air, n.resting) }},
	{"warming at rest beyond cooling while running", "K/h", "air-temperature", partCompressor, func(n, _ *view) float64 {
		return stepRate(n.air, n.resting) - stepRate(n.air, n.running)
	}},
	{"condensing above cooling air", "K", "condensing-temperature", partCondenser, func(n, _ *view) float64 { return few(n.hot, n.settled) }},
	{"condensing above cooling air, against own past", "K", "condensing-temperature", partCondenser, func(n, b *view) float64 {
		return few(n.hot, n.settled) - few(b.hot, b.settled)
	}},
	{"condensing above cooling air per compressor power", "K/kW", "condensing-temperature", partCondenser, func(n, _ *view) float64 {
		return 1000 * few(n.hot, n.settled) / few(n.power, n.settled)
	}},
	{"condensing above cooling air at rest", "K", "condensing-temperature", partCondenser, func(n, _ *view) float64 { return mean(n.hot, n.resting) }},
	{"condensing above coil", "K", "condensing-temperature", partCondenser, func(n, _ *view) float64 { return few(minus(n.condensing, n.coil), n.settled) }},
	{"evaporator fan power", "W", "evaporator-fan-power", partFan, func(n, _ *view) float64 { return mean(n.fan, n.running) }},
	{"evaporator fan power against own past", "%", "evaporator-fan-power", partFan, func(n, b *view) float64 {
		return 100 * (mean(n.fan, n.running)/mean(b.fan, b.running) - 1)
	}},
	{"door open without a break", "min", "door-angle", partDoor, func(n, _ *view) float64 { return n.standing() }},
	{"door open share", "%", "door-angle", partDoor, func(n, _ *view) float64 { return 100 * mean(n.open, always) }},
	{"night blind closed", "%", "blind-position", partDoor, func(n, _ *view) float64 { return mean(n.blind, n.calm) }},
}

// settling is how many points of a run pass before pressures have risen: a
// minute and a half.
const settling = 9

// resting is how many points of a rest pass before the coil tells the air's
// temperature: a minute and a half.
const resting = 9

// ajar is the gap, in % of full travel, that is no noise of the instrument.
const ajar = 1

// Full travel of doors and lids, so that both read in %.
const (
	angleFull = 95  // degrees
	lidFull   = 1.0 // metres
)

// Columns are those of the model's table.
func Columns() []xai.Column {
	out := make([]xai.Column, len(features))
	for i, f := range features {
		out[i] = xai.Column{Name: f.name, Unit: f.unit, Source: f.signal}
	}
	return out
}

// Part returns the component that a feature was seen in; of a pair, that of
// its first feature; "" when there is none of that name.
func Part(name string) string {
	name, _, _ = strings.Cut(name, " × ")
	for _, f := range features {
		if f.name == name {
			return f.part
		}
	}
	return ""
}

// view is a cabinet's signals over a span.
type view struct {
	air, product, coil, condensing, power, run, fan, set, open, blind series
	hot                                                               series // condensing temperature above that of the air that cools the condenser
	defrosted                                                         []bool // in defrost or shortly after
}

// calm tells whether point i counts: no defrost, nor shortly after one.
func (v *view) calm(i int) bool    { return !v.defrosted[i] }
func (v *view) running(i int) bool { return v.calm(i) && v.run[i] == 1 }
func (v *view) resting(i int) bool { return v.calm(i) && v.run[i] == 0 }

// settled leaves the first minutes of a run out, in which pressures still rise.
func (v *view) settled(i int) bool {
	for k := i; k > i-settling; k-- {
		if k < 0 || !v.running(k) {
			return false
		}
	}
	return true
}

// rested leaves the first minutes of a rest out, in which the coil is still
// colder than the air for having run.
func (v *view) rested(i int) bool {
	for k := i; k > i-resting; k-- {
		if k < 0 || !v.resting(k) {
			return false
		}
	}
	return true
}

// perLift is the power for each kelvin between evaporating and condensing: what
// is left when the weather and a warm condenser are taken out of it.
func (v *view) perLift() float64 {
	return few(v.power, v.settled) / few(minus(v.condensing, v.coil), v.settled)
}

// standing is for how many minutes up to now the door has not been shut.
func (v *view) standing() float64 {
	if v.open.known() == 0 {
		return math.NaN()
	}
	n := 0
	for i := len(v.open) - 1; i >= 0 && v.open[i] == 1; i-- {
		n++
	}
	return float64(n) * grid.Minutes()
}

// always is every point: a door tells the same in a defrost.
func always(int) bool { return true }

// late is the last third of the window.
func (v *view) late(i int) bool { return v.calm(i) && i >= len(v.run)*2/3 }

func look(h history, asset twin.AssetID, from, to time.Time) *view {
	measured := func(name string) series { return h.read(twin.SignalOf(asset, name), from, to, fresh) }
	held := func(name string) series { return h.read(twin.SignalOf(asset, name), from, to, 0) }
	v := &view{air: measured("air-temperature"), product: held("product-temperature"), coil: measured("evaporator-temperature"),
		condensing: held("condensing-temperature"), power: held("compressor-power"), run: held("compressor-running"),
		fan: held("evaporator-fan-power"), set: held("set-point"), blind: held("blind-position")}
	v.open = opened(held("door-open"), held("door-angle"), held("lid-position"))
	v.hot = minus(v.condensing, h.coolingAir(asset, from, to))
	frost := h.read(twin.SignalOf(asset, "defrost-active"), from.Add(-afterDefrost), to, 0)
	lead := len(frost) - len(v.run)
	v.defrosted = make([]bool, len(v.run))
	for i := range v.defrosted {
		for k := i; k <= i+lead; k++ {
			v.defrosted[i] = v.defrosted[i] || frost[k] == 1
		}
	}
	return v
}

// opened tells where the door stands open, 1 or 0: by its angle or its lid's
// position, which see a gap that a contact may miss, else by the contact.
func opened(contact, angle, lid series) series {
	out := make(series, len(contact))
	for i := range out {
		switch {
		case !math.IsNaN(angle[i]):
			out[i] = truth(angle[i]*100/angleFull > ajar)
		case !math.IsNaN(lid[i]):
			out[i] = truth(lid[i]*100/lidFull > ajar)
		default:
			out[i] = contact[i]
		}
	}
	return out
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// Classes of the devices that tell the temperature of the air which cools a
// condenser: indoors the room's, outdoors the weather's.
const (
	classRoom    = "climate-sensor"
	classWeather = "weather-sensor"
)

// outdoorCondenser are the classes of cabinets whose condenser stands in the
// yard: open multidecks give off more heat than a sales floor can take.
var outdoorCondenser = map[string]bool{"refrigerated-multideck": true}

// coolingAir is the mean of the thermometers in the air that cools the asset's
// condenser.
func (h history) coolingAir(asset twin.AssetID, from, to time.Time) series {
	class := classRoom
	for _, a := range h.state.Site().Assets {
		if a.ID == asset && outdoorCondenser[a.Class] {
			class = classWeather
		}
	}
	out, n := make(series, int(to.Sub(from)/grid)), make([]float64, int(to.Sub(from)/grid))
	for _, a := range h.state.Site().Assets {
		if a.Class != class {
			continue
		}
		for i, v := range h.read(twin.SignalOf(a.ID, "temperature"), from, to, 0) {
			if !math.IsNaN(v) {
				out[i] += v
				n[i]++
			}
		}
	}
	for i := range out {
		out[i] /= n[i] // 0/0 is NaN: not known
	}
	return out
}

// Row returns the features of a cabinet at a moment, and why they should not be
// judged when they should not. What no sample tells is NaN.
func Row(st *twin.State, asset twin.AssetID, now time.Time) ([]float64, string) {
	return history{state: st}.row(asset, now)
}

func (h history) row(asset twin.AssetID, now time.Time) ([]float64, string) {
	recent := look(h, asset, now.Add(-Window), now)
	before := look(h, asset, now.Add(-Window-Baseline), now.Add(-Window))
	row := make([]float64, len(features))
	for i, f := range features {
		row[i] = f.of(recent, before)
		if math.IsInf(row[i], 0) {
			row[i] = math.NaN()
		}
	}
	return row, recent.missing()
}

// keyKnownMin is for how long of the window a key signal must be known: a
// compressor's cycle, or nearly.
const keyKnownMin = 5 * time.Minute

// missing names what the diagnosis cannot do without.
func (v *view) missing() string {
	for _, key := range []struct {
		name string
		s    series
	}{{"air temperature", v.air}, {"evaporator temperature", v.coil}, {"compressor state", v.run}, {"set point", v.set}} {
		known := time.Duration(key.s.known()) * grid
		if known < keyKnownMin || math.IsNaN(key.s[len(key.s)-1]) {
			return fmt.Sprintf("%s is missing or stale: known for %.0f min of the last %.0f", key.name, known.Minutes(), Window.Minutes())
		}
	}
	calm := 0
	for i := range v.defrosted {
		if v.calm(i) {
			calm++
		}
	}
	if calm < pointsMin*2 {
		return "the cabinet is in defrost, which hides its state"
	}
	return ""
}
