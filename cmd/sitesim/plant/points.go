package plant

import (
	"math"
	"strings"
	"unicode"

	"github.com/glasstwin/glasstwin/cmd/sitesim/store"
)

// Kind is the type of a point's value.
type Kind int

// The kinds of value a point can have.
const (
	Double Kind = iota
	Bool
	Int
	Floats
)

// Point is one published variable.
type Point struct {
	Device, Name string
	Kind         Kind
	Unit         string
	Low, High    float64 // range of a number; a write outside it is refused
	Momentary    bool    // a written true starts something and reads false again
	Get          func() float64
	List         func() []float32 // for Floats
	Set          func(float64)    // nil when read-only
}

// ID is the point's name in a site: freezer-2/air-temperature.
func (p Point) ID() string { return p.Device + "/" + kebab(p.Name) }

func kebab(name string) string {
	var b strings.Builder
	lower := false
	for _, r := range name {
		if unicode.IsUpper(r) && lower {
			b.WriteByte('-')
		}
		lower = unicode.IsLower(r)
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// Units as the points name them.
const (
	celsius = "°C"
	watt    = "W"
	percent = "%"
	metre   = "m"
)

// Points lists everything the plant publishes, in browse order.
func (p *Plant) Points() []Point {
	var all []Point
	count := map[string]int{}
	for _, d := range store.Devices() {
		i := count[d.Class]
		count[d.Class]++
		switch d.Class {
		case store.Freezer, store.Chest, store.Multideck:
			all = append(all, p.byID[d.ID].points()...)
		case store.Hvac:
			all = append(all, hvacPoints(d.ID, &p.Room.Hvac[i])...)
		case store.Climate:
			c := &p.Room.Corner[i]
			all = append(all, number(d.ID, "Temperature", celsius, -20, 60, &c.Temperature),
				number(d.ID, "Humidity", percent, 0, 100, &c.Humidity),
				number(d.ID, "CO2", "ppm", 0, 5000, &c.CO2))
		case store.Light:
			level := &p.Lights[i]
			all = append(all, settable(d.ID, "Level", percent, 0, 100, level),
				computed(d.ID, "Power", watt, 0, 200, func() float64 { return grain(lightWatts(*level), 0.1) }))
		case store.Door:
			leaf, motion := &p.Room.Doors[i], &p.Crowd.Motion[i]
			all = append(all, number(d.ID, "Opening", metre, 0, 1.2, leaf),
				truth(d.ID, "Motion", func() bool { return *motion < motionHolds }))
		case store.Counter:
			all = append(all, p.counterPoints(d.ID, i)...)
		case store.Checkout:
			all = append(all, p.tillPoints(d.ID, i)...)
		case store.Camera:
			all = append(all, truth(d.ID, "Online", func() bool { return true }))
			if i == 0 {
				all = append(all, Point{Device: d.ID, Name: "Positions", Kind: Floats, Unit: metre, Low: -Span, High: Span, List: p.Positions})
			}
		case store.Weather:
			r := &p.Room
			all = append(all, computed(d.ID, "Temperature", celsius, -40, 60, func() float64 { return grain(r.Outdoor, 0.1) }),
				computed(d.ID, "Humidity", percent, 0, 100, func() float64 { return grain(min(100, relative(r.Outdoor, r.OutdoorWater)), 0.5) }))
		case store.Meter:
			all = append(all, computed(d.ID, "Power", watt, 0, 200e3, func() float64 { return grain(p.Power, 10) }),
				computed(d.ID, "Energy", "kWh", 0, 1e9, func() float64 { return grain(p.Energy, 0.01) }))
		}
	}
	return all
}

// Span bounds coordinates of people: the site is 25 m by 24 m with a pavement.
const Span = 40

// Positions are the people's x and z in the site frame, pair after pair.
func (p *Plant) Positions() []float32 {
	list := make([]float32, 0, 2*len(p.Crowd.Shoppers))
	for _, s := range p.Crowd.Shoppers {
		list = append(list, float32(s.X), float32(-s.Y))
	}
	return list
}

func (c *Cabinet) points() []Point {
	r, k := &c.Readings, &c.Controls
	all := []Point{
		number(c.ID, "AirTemperature", celsius, -60, 60, &r.Air),
		number(c.ID, "ProductTemperature", celsius, -60, 60, &r.Product),
		number(c.ID, "EvaporatorTemperature", celsius, -80, 60, &r.Evaporator),
		number(c.ID, "CondensingTemperature", celsius, -30, 90, &r.Condensing),
		number(c.ID, "CompressorPower", watt, 0, 20e3, &r.CompressorPower),
		truth(c.ID, "CompressorRunning", func() bool { return c.Running }),
		number(c.ID, "EvaporatorFanPower", watt, 0, 500, &r.FanPower),
		truth(c.ID, "DefrostActive", func() bool { return c.Defrosting }),
		settable(c.ID, "SetPoint", celsius, c.Design.SetPoint-8, c.Design.SetPoint+8, &k.SetPoint),
		settable(c.ID, "CondenserFanSpeed", percent, 20, 100, &k.CondenserFanSpeed),
		toggle(c.ID, "EvaporatorFanBackup", &k.BackupFan),
		choice(c.ID, "ControlSensor", 1, func() float64 { return one(k.UseProductProbe) }, func(v float64) { k.UseProductProbe = v == 1 }),
		toggle(c.ID, "CapacityBoost", &k.Boost),
		momentary(c.ID, "CondenserCleanCommand", c.CleanCondenser),
	}
	switch c.Design.Class {
	case store.Multideck:
		return append(all, settable(c.ID, "BlindPosition", percent, 0, 100, &k.Blind))
	case store.Chest:
		all = append(all, number(c.ID, "LidPosition", metre, 0, lidWide, &r.Opening))
	default:
		all = append(all, number(c.ID, "DoorAngle", "°", 0, 95, &r.Opening))
	}
	return append(all, truth(c.ID, "DoorOpen", func() bool { return r.DoorOpen }),
		momentary(c.ID, "DoorCloseCommand", c.CloseDoor))
}

func hvacPoints(id string, h *Hvac) []Point {
	return []Point{
		number(id, "SupplyTemperature", celsius, -20, 80, &h.Supply),
		number(id, "ReturnTemperature", celsius, -20, 80, &h.Return),
		number(id, "FanSpeed", "1/min", 0, 3000, &h.FanSpeed),
		number(id, "Power", watt, 0, 20e3, &h.Power),
		settable(id, "SetPoint", celsius, 15, 28, &h.SetPoint),
		choice(id, "Mode", int(HvacAuto), func() float64 { return float64(h.Mode) }, func(v float64) { h.Mode = HvacMode(v) }),
	}
}

// counterPoints: the first counter hangs above the entrance, the second above
// the exit; each counts both ways, as real ones do.
func (p *Plant) counterPoints(id string, door int) []Point {
	in, out := &p.Crowd.In, &p.Crowd.Out
	zero := func() float64 { return 0 }
	ins, outs := func() float64 { return float64(*in) }, zero
	if door == 1 {
		ins, outs = zero, func() float64 { return float64(*out) }
	}
	count := func(name string, get func() float64) Point {
		return Point{Device: id, Name: name, Kind: Int, High: 100e3, Get: get}
	}
	return []Point{count("In", ins), count("Out", outs), count("Occupancy", func() float64 { return float64(p.Crowd.Count()) })}
}

func (p *Plant) tillPoints(id string, till int) []Point {
	open := &p.TillOpen[till]
	return []Point{
		computed(id, "BeltSpeed", "m/s", 0, 1, func() float64 {
			if p.Crowd.Running(till) {
				return beltSpeed
			}
			return 0
		}),
		{Device: id, Name: "QueueLength", Kind: Int, High: 1000, Get: func() float64 { return float64(p.Crowd.AtTill(till)) }},
		toggle(id, "Open", open),
	}
}

func number(id, name, unit string, lo, hi float64, v *float64) Point {
	return computed(id, name, unit, lo, hi, func() float64 { return *v })
}

func computed(id, name, unit string, lo, hi float64, get func() float64) Point {
	return Point{Device: id, Name: name, Unit: unit, Low: lo, High: hi, Get: func() float64 {
		v := get()
		return math.Round(v*1e4) / 1e4 // the instruments have no more digits
	}}
}

func settable(id, name, unit string, lo, hi float64, v *float64) Point {
	p := number(id, name, unit, lo, hi, v)
	p.Set = func(x float64) { *v = x }
	return p
}

func truth(id, name string, get func() bool) Point {
	return Point{Device: id, Name: name, Kind: Bool, High: 1, Get: func() float64 { return one(get()) }}
}

func toggle(id, name string, v *bool) Point {
	p := truth(id, name, func() bool { return *v })
	p.Set = func(x float64) { *v = x != 0 }
	return p
}

func momentary(id, name string, do func()) Point {
	return Point{Device: id, Name: name, Kind: Bool, High: 1, Momentary: true,
		Get: func() float64 { return 0 },
		Set: func(x float64) {
			if x != 0 {
				do()
			}
		}}
}

func choice(id, name string, last int, get func() float64, set func(float64)) Point {
	return Point{Device: id, Name: name, Kind: Int, High: float64(last), Get: get, Set: set}
}

func one(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
