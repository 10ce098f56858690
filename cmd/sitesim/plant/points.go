package plant

import (
	"github.com/glasstwin/glasstwin/cmd/sitesim/point"
	"github.com/glasstwin/glasstwin/cmd/sitesim/store"
)

// Points lists everything the plant publishes, in browse order.
func (p *Plant) Points() []point.Point {
	var all []point.Point
	count := map[string]int{}
	for _, d := range store.Devices() {
		i := count[d.Class]
		count[d.Class]++
		switch d.Class {
		case store.Freezer, store.Chest, store.Multideck:
			all = append(all, p.byID[d.ID].Points()...)
		case store.Hvac:
			all = append(all, hvacPoints(d.ID, &p.Room.Hvac[i])...)
		case store.Climate:
			c := &p.Room.Corner[i]
			all = append(all, point.Number(d.ID, "Temperature", point.Celsius, -20, 60, &c.Temperature),
				point.Number(d.ID, "Humidity", point.Percent, 0, 100, &c.Humidity),
				point.Number(d.ID, "CO2", "ppm", 0, 5000, &c.CO2))
		case store.Light:
			level := &p.Lights[i]
			all = append(all, point.Settable(d.ID, "Level", point.Percent, 0, 100, level),
				point.Computed(d.ID, "Power", point.Watt, 0, 200, func() float64 { return grain(lightWatts(*level), 0.1) }))
		case store.Door:
			leaf, motion := &p.Room.Doors[i], &p.Crowd.Motion[i]
			all = append(all, point.Number(d.ID, "Opening", point.Metre, 0, 1.2, leaf),
				point.Truth(d.ID, "Motion", func() bool { return *motion < motionHolds }))
		case store.Counter:
			all = append(all, p.counterPoints(d.ID, i)...)
		case store.Checkout:
			all = append(all, p.tillPoints(d.ID, i)...)
		case store.Camera:
			all = append(all, point.Truth(d.ID, "Online", func() bool { return true }))
			if i == 0 {
				all = append(all, point.Point{Device: d.ID, Name: "Positions", Kind: point.Floats, Unit: point.Metre, Low: -Span, High: Span, List: p.Positions})
			}
		case store.Weather:
			r := &p.Room
			all = append(all, point.Computed(d.ID, "Temperature", point.Celsius, -40, 60, func() float64 { return grain(r.Outdoor, 0.1) }),
				point.Computed(d.ID, "Humidity", point.Percent, 0, 100, func() float64 { return grain(min(100, relative(r.Outdoor, r.OutdoorWater)), 0.5) }))
		case store.Meter:
			all = append(all, point.Computed(d.ID, "Power", point.Watt, 0, 200e3, func() float64 { return grain(p.Power, 10) }),
				point.Computed(d.ID, "Energy", "kWh", 0, 1e9, func() float64 { return grain(p.Energy, 0.01) }))
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

func (c *Cabinet) Points() []point.Point {
	r, k := &c.Readings, &c.Controls
	all := []point.Point{
		point.Number(c.ID, "AirTemperature", point.Celsius, -60, 60, &r.Air),
		point.Number(c.ID, "ProductTemperature", point.Celsius, -60, 60, &r.Product),
		point.Number(c.ID, "EvaporatorTemperature", point.Celsius, -80, 60, &r.Evaporator),
		point.Number(c.ID, "CondensingTemperature", point.Celsius, -30, 90, &r.Condensing),
		point.Number(c.ID, "CompressorPower", point.Watt, 0, 20e3, &r.CompressorPower),
		point.Truth(c.ID, "CompressorRunning", func() bool { return c.Running }),
		point.Number(c.ID, "EvaporatorFanPower", point.Watt, 0, 500, &r.FanPower),
		point.Truth(c.ID, "DefrostActive", func() bool { return c.Defrosting }),
		point.Settable(c.ID, "SetPoint", point.Celsius, c.Design.SetPoint-8, c.Design.SetPoint+8, &k.SetPoint),
		point.Settable(c.ID, "CondenserFanSpeed", point.Percent, 20, 100, &k.CondenserFanSpeed),
		point.Toggle(c.ID, "EvaporatorFanBackup", &k.BackupFan),
		point.Choice(c.ID, "ControlSensor", 1, func() float64 { return point.One(k.UseProductProbe) }, func(v float64) { k.UseProductProbe = v == 1 }),
		point.Toggle(c.ID, "CapacityBoost", &k.Boost),
		point.Momentary(c.ID, "CondenserCleanCommand", c.CleanCondenser),
	}
	switch c.Design.Class {
	case store.Multideck:
		return append(all, point.Settable(c.ID, "BlindPosition", point.Percent, 0, 100, &k.Blind))
	case store.Chest:
		all = append(all, point.Number(c.ID, "LidPosition", point.Metre, 0, lidWide, &r.Opening))
	default:
		all = append(all, point.Number(c.ID, "DoorAngle", "°", 0, 95, &r.Opening))
	}
	return append(all, point.Truth(c.ID, "DoorOpen", func() bool { return r.DoorOpen }),
		point.Momentary(c.ID, "DoorCloseCommand", c.CloseDoor))
}

func hvacPoints(id string, h *Hvac) []point.Point {
	return []point.Point{
		point.Number(id, "SupplyTemperature", point.Celsius, -20, 80, &h.Supply),
		point.Number(id, "ReturnTemperature", point.Celsius, -20, 80, &h.Return),
		point.Number(id, "FanSpeed", "1/min", 0, 3000, &h.FanSpeed),
		point.Number(id, "Power", point.Watt, 0, 20e3, &h.Power),
		point.Settable(id, "SetPoint", point.Celsius, 15, 28, &h.SetPoint),
		point.Choice(id, "Mode", int(HvacAuto), func() float64 { return float64(h.Mode) }, func(v float64) { h.Mode = HvacMode(v) }),
	}
}

// counterPoints: the first counter hangs above the entrance, the second above
// the exit; each counts both ways, as real ones do.
func (p *Plant) counterPoints(id string, door int) []point.Point {
	in, out := &p.Crowd.In, &p.Crowd.Out
	zero := func() float64 { return 0 }
	ins, outs := func() float64 { return float64(*in) }, zero
	if door == 1 {
		ins, outs = zero, func() float64 { return float64(*out) }
	}
	count := func(name string, get func() float64) point.Point {
		return point.Point{Device: id, Name: name, Kind: point.Int, High: 100e3, Get: get}
	}
	return []point.Point{count("In", ins), count("Out", outs), count("Occupancy", func() float64 { return float64(p.Crowd.Count()) })}
}

func (p *Plant) tillPoints(id string, till int) []point.Point {
	open := &p.TillOpen[till]
	return []point.Point{
		point.Computed(id, "BeltSpeed", "m/s", 0, 1, func() float64 {
			if p.Crowd.Running(till) {
				return beltSpeed
			}
			return 0
		}),
		{Device: id, Name: "QueueLength", Kind: point.Int, High: 1000, Get: func() float64 { return float64(p.Crowd.AtTill(till)) }},
		point.Toggle(id, "Open", open),
	}
}
