package market

import (
	"math"
	"slices"

	"github.com/glasstwin/glasstwin/cmd/sitesim/plant"
	"github.com/glasstwin/glasstwin/cmd/sitesim/point"
	"github.com/glasstwin/glasstwin/cmd/sitesim/store"
)

// Points lists everything the shop publishes, in browse order.
func (m *Market) Points() []point.Point {
	var all []point.Point
	count := map[string]int{}
	for _, d := range devices() {
		i := count[d.Class]
		count[d.Class]++
		switch d.Class {
		case store.Freezer, store.Chest, store.Multideck:
			all = append(all, m.cabinetPoints(m.byID[d.ID])...)
		case "condensing-unit":
			all = append(all, m.rackPoints(d.ID)...)
		case store.Hvac:
			all = append(all, m.unitPoints(d.ID, &m.Units[i])...)
		case store.Climate:
			c := &m.Air.Corner[i]
			all = append(all, point.Computed(d.ID, "Temperature", point.Celsius, -20, 60, func() float64 { return m.instrument(d.ID, c.Temperature) }),
				point.Number(d.ID, "Humidity", point.Percent, 0, 100, &c.Humidity),
				point.Number(d.ID, "CO2", point.PPM, 0, 5000, &c.CO2), m.service(d.ID))
		case store.Weather:
			w := &m.Air.Outdoor
			all = append(all, point.Computed(d.ID, "Temperature", point.Celsius, -50, 60, func() float64 { return grain(w.Temperature, 0.1) }),
				point.Computed(d.ID, "Humidity", point.Percent, 0, 100, func() float64 { return grain(w.Humidity, 0.5) }),
				point.Computed(d.ID, "Irradiance", point.Sunlight, 0, 1500, func() float64 { return grain(w.Sun, 1) }))
		case "blinds":
			all = append(all, point.Settable(d.ID, "HeightPosition", point.Percent, 0, 100, &m.Air.Blinds[i]))
		case store.Light:
			z := &m.Zones[i/3]
			all = append(all, point.Settable(d.ID, "Level", point.Percent, 0, 100, &z.Level), // lamps of a zone hang on one dimmer
				point.Computed(d.ID, "Power", point.Watt, 0, 200, func() float64 { return grain(lampRated*z.power()/z.Rated*m.shed(0.3), 0.1) }))
		case "light-zone":
			all = append(all, m.zonePoints(d.ID, &m.Zones[i])...)
		case store.Door:
			leaf, motion := &m.Air.Doors[i], &m.Crowd.Motion[i]
			all = append(all, point.Number(d.ID, "Opening", point.Metre, 0, 1.2, leaf),
				point.Truth(d.ID, "Motion", func() bool { return *motion < m.pace.Seconds()+1 }))
		case store.Counter:
			all = append(all, m.counterPoints(d.ID, i)...)
		case store.Camera:
			all = append(all, point.Truth(d.ID, "Online", func() bool { return true }))
			if i == 0 {
				all = append(all, point.Point{Device: d.ID, Name: "Positions", Kind: point.Floats, Unit: point.Metre, Low: -plant.Span, High: plant.Span, List: m.positions})
			}
		case store.Checkout:
			all = append(all, m.tillPoints(d.ID, i)...)
		case "staff-terminal":
			all = append(all, point.Count(d.ID, "OnDuty", 50, func() float64 { return float64(m.Staff.OnDuty) }),
				point.Count(d.ID, "Available", 50, func() float64 { return float64(m.available()) }),
				point.Count(d.ID, "TillsPlanned", 50, func() float64 { return float64(m.Staff.Plan) }),
				point.Count(d.ID, "TillsPlannedNext", 50, func() float64 { n, _ := m.rosterNext(); return n }),
				point.Computed(d.ID, "TillsChangeIn", point.Minute, 0, neverToday, func() float64 { _, in := m.rosterNext(); return in }),
				point.Point{Device: d.ID, Name: "ClearAisleCommand", Kind: point.Int, High: store.AislesMax, Momentary: true,
					Get: func() float64 { return 0 }, Set: m.clearAisle})
		case store.Meter:
			all = append(all, point.Computed(d.ID, "Power", point.Watt, 0, 200e3, func() float64 { return grain(m.Power, 10) }),
				point.Computed(d.ID, "Energy", point.KWh, 0, 1e9, func() float64 { return grain(m.EnergyUsed, 0.01) }))
		case "grid-signal":
			all = append(all, m.gridPoints(d.ID)...)
		case "gateway":
			all = append(all, m.Ways[i].Points()...)
		}
	}
	return all
}

// absent are the points of a cabinet that has no compressor of its own.
var absent = []string{"CondensingTemperature", "CompressorPower", "CondenserFanSpeed", "CapacityBoost", "CondenserCleanCommand"}

func (m *Market) cabinetPoints(c *plant.Cabinet) []point.Point {
	all := c.Points()
	if f := c.Feed; f != nil {
		all = slices.DeleteFunc(all, func(q point.Point) bool { return slices.Contains(absent, q.Name) })
		all = append(all, point.Computed(c.ID, "ValveOpening", point.Percent, 0, 100, func() float64 { return grain(100*f.Valve*one(c.Running), 0.5) }),
			point.Computed(c.ID, "Superheat", point.Kelvin, 0, 60, func() float64 { return grain(min(f.Superheat, 60), 0.1) }))
	}
	return append(all, point.Momentary(c.ID, "DefrostCommand", c.Defrost), m.service(c.ID))
}

func (m *Market) service(device string) point.Point {
	return point.Momentary(device, "ServiceCommand", func() { m.call(device) })
}

func (m *Market) rackPoints(id string) []point.Point {
	r := &m.Rack
	s := &r.Shown
	return []point.Point{
		point.Number(id, "SuctionPressure", point.Bar, 0, 20, &s.Suction),
		point.Computed(id, "SuctionTemperature", point.Celsius, -60, 40, func() float64 { return grain(2674.6/(10.860-math.Log(max(s.Suction, 0.05)))-kelvin, 0.1) }),
		point.Number(id, "DischargePressure", point.Bar, 0, 40, &s.Head),
		point.Computed(id, "CondensingTemperature", point.Celsius, -30, 90, func() float64 { return grain(2674.6/(10.860-math.Log(max(s.Head, 0.05)))-kelvin, 0.1) }),
		point.Number(id, "DischargeTemperature", point.Celsius, -30, 180, &s.Discharge),
		point.Number(id, "LiquidLevel", point.Percent, 0, 100, &s.Level),
		point.Count(id, "StagesRunning", stages, func() float64 { return float64(r.Running) }),
		point.Truth(id, "CompressorRunning", func() bool { return r.Running > 0 }),
		point.Computed(id, "FanSpeed", point.Turns, 0, 3000, func() float64 { return grain(1400*r.Fan, 5) }),
		point.Number(id, "Power", point.Watt, 0, 60e3, &s.Power),
		point.Truth(id, "Alarm", func() bool { return r.Tripped }),
		point.Settable(id, "SuctionSetPoint", point.Celsius, -16, -2, &r.SuctionSetPoint),
		point.Toggle(id, "SprayCommand", &m.Spray),
		point.Momentary(id, "CondenserCleanCommand", func() { r.Wash = washTime }),
		m.service(id),
	}
}

func (m *Market) unitPoints(id string, u *Unit) []point.Point {
	share := func(name string, v *float64) point.Point {
		return point.Computed(id, name, point.Percent, 0, 100, func() float64 { return grain(100**v, 0.5) })
	}
	mode := point.Choice(id, "Mode", 3, func() float64 { return float64(u.Mode) }, func(v float64) { u.Mode = int(v) })
	return []point.Point{
		point.Number(id, "SupplyTemperature", point.Celsius, -30, 90, &u.Supply),
		point.Number(id, "ReturnTemperature", point.Celsius, -20, 80, &u.Return),
		point.Computed(id, "FanSpeed", point.Turns, 0, 3000, func() float64 { return grain(1450*u.Fan, 5) }),
		point.Computed(id, "Power", point.Watt, 0, 20e3, func() float64 { return grain(u.Power, 5) }),
		point.Settable(id, "SetPoint", point.Celsius, 15, 28, &u.SetPoint),
		mode,
		point.Toggle(id, "NightMode", &u.Night),
		share("HeatingValve", &u.Heating),
		share("CoolingValve", &u.Cooling),
		point.Toggle(id, "HeatingEnable", &u.HeatingEnable),
		point.Toggle(id, "CoolingEnable", &u.CoolingEnable),
		point.Settable(id, "DamperMinimum", point.Percent, 0, 100, &u.Minimum),
		point.Computed(id, "DamperCommand", point.Percent, 0, 100, func() float64 { return grain(u.Command, 0.5) }),
		point.Computed(id, "DamperPosition", point.Percent, 0, 100, func() float64 { return grain(u.Damper, 0.5) }),
		m.service(id),
	}
}

func (m *Market) zonePoints(id string, z *Zone) []point.Point {
	return []point.Point{
		point.Truth(id, "Presence", z.used),
		point.Settable(id, "Level", point.Percent, 0, 100, &z.Level),
		point.Computed(id, "Power", point.Watt, 0, 5000, func() float64 { return grain(z.power()*m.shed(0.3), 1) }),
		point.Choice(id, "Schedule", 2, func() float64 { return float64(z.Schedule) }, func(v float64) { z.Schedule = int(v) }),
	}
}

func (m *Market) counterPoints(id string, door int) []point.Point {
	in, out := &m.Crowd.In, &m.Crowd.Out
	zero := func() float64 { return 0 }
	ins, outs := func() float64 { return float64(*in) }, zero
	if door == 1 {
		ins, outs = zero, func() float64 { return float64(*out) }
	}
	return []point.Point{point.Count(id, "In", 100e3, ins), point.Count(id, "Out", 100e3, outs),
		point.Count(id, "Occupancy", 100e3, func() float64 { return float64(m.inside()) })}
}

const beltSpeed = 0.18 // m/s

func (m *Market) tillPoints(id string, till int) []point.Point {
	open := point.Toggle(id, "Open", &m.TillOpen[till])
	open.Set = func(v float64) { m.openTill(till, v != 0) }
	return []point.Point{
		point.Computed(id, "BeltSpeed", "m/s", 0, 1, func() float64 { return beltSpeed * one(m.Crowd.Running(till)) }),
		point.Count(id, "QueueLength", 1000, func() float64 { return float64(m.Crowd.AtTill(till)) }),
		open,
	}
}

func (m *Market) gridPoints(id string) []point.Point {
	g := &m.Grid
	return []point.Point{
		point.Number(id, "Price", point.Price, -1, 10, &g.Price),
		point.Truth(id, "EventAnnounced", func() bool { return g.Announced }),
		point.Truth(id, "EventActive", func() bool { return g.Active }),
		point.Computed(id, "EventStartsIn", point.Minute, 0, 1440, func() float64 { return grain(g.startsIn(m.Now), 1) }),
		point.Computed(id, "EventLimit", point.Watt, 0, 200e3, func() float64 { return g.EventLimit * one(g.Announced) }),
		point.Choice(id, "ShedLevel", 2, func() float64 { return float64(m.Shed) }, func(v float64) { m.Shed = int(v) }),
	}
}

// positions are the people's x and z in the site frame, pair after pair.
func (m *Market) positions() []float32 {
	list := make([]float32, 0, 2*len(m.Crowd.Shoppers))
	for _, s := range m.Crowd.Shoppers {
		list = append(list, float32(s.X), float32(-s.Y))
	}
	for i := range m.Guests { // they stand about a table near the entrance
		angle, far := 2.4*float64(i), 0.5*math.Sqrt(float64(i)+2)
		list = append(list, float32(6+far*math.Cos(angle)), float32(-5-0.6*far*math.Sin(angle)))
	}
	return list
}

func (m *Market) clearAisle(v float64) {
	if v == 0 {
		return
	}
	m.Paid.Service += taskCost
	m.Staff.Task = 600
	if m.Crowd.Blocked == int(v) {
		m.Crowd.Blocked = 0
	}
}
