package home

import (
	"math"

	"github.com/glasstwin/glasstwin/cmd/sitesim/store"
)

const (
	batteryLeast = 8.0  // %
	roundTrip    = 0.93 // of each way
	nightFrom    = 22.0
	nightTo      = 6.0
)

// Power is everything electric beside the machines.
type Power struct {
	// Drawn from the seed.
	Peak       float64 // W of the panels
	ExportMost float64 // W the grid takes
	Battery    float64 // kWh
	BatteryTop float64 // W
	CarTop     float64 // W
	Base       float64 // W
	Night, Day float64 // €/kWh
	High       float64
	FeedIn     float64
	HighFrom   int
	CarUses    float64 // kWh a day
	CarBack    float64 // hour
	CarLeaves  float64

	Mode     int // of the battery: 0 idle, 1 the house's own, 2 charge, 3 discharge
	Schedule int // of the car: 0 off, 1 at night, 2 at once

	Sun       float64 // W of the panels
	Made      float64 // W of the inverter
	Curtailed bool
	Charge    float64 // % of the battery
	Flow      float64 // W into the battery
	Warm      float64 // °C of the battery
	Plugged   bool
	CarNeeds  float64 // kWh still
	CarFlow   float64 // W
	CarTotal  float64 // kWh
	Net       float64 // W from the grid
	Energy    float64 // kWh from the grid
	Price     float64
	Lost      float64 // W curtailed
}

func drawPower(d store.Dice) Power {
	p := Power{Peak: d.Between(5e3, 9.5e3), Battery: d.Between(6, 12), BatteryTop: d.Between(3e3, 5e3), CarTop: d.Between(6e3, 11e3), Base: d.Between(180, 320),
		Night: d.Between(0.15, 0.20), Day: d.Between(0.27, 0.32), High: d.Between(0.38, 0.48), FeedIn: d.Between(0.06, 0.09), HighFrom: 16 + d.IntN(2),
		CarUses: d.Between(9, 22), CarBack: quarter(d.Between(15.5, 18)), CarLeaves: quarter(d.Between(7.25, 8.75)), Mode: 1, Schedule: 1, Charge: 40, Warm: 20}
	p.ExportMost = p.Peak * d.Between(0.35, 0.5)
	return p
}

// electric settles who feeds whom.
func (h *Home) electric(dt float64) {
	p := &h.Power
	hour := h.hour()
	switch now := h.Now.Hour(); {
	case hour >= nightFrom || hour < nightTo:
		p.Price = p.Night
	case now >= p.HighFrom && now < p.HighFrom+4:
		p.Price = p.High
	default:
		p.Price = p.Day
	}
	h.car(hour, dt)
	load := p.Base + h.Pump.Power + h.Tank.Heater + h.Fan.Power + p.CarFlow + 1600*one(h.Cooking > 0) + 60*float64(h.home())
	p.Sun = p.Peak / 1000 * 0.86 * h.Sky.Sun * (1 - 0.004*max(h.Sky.Temperature+h.Sky.Sun/40-25, 0))
	made := p.Sun * 0.97
	p.Flow = p.battery(made-load, hour, dt)
	net := load + p.Flow - made
	p.Lost = max(0, -net-p.ExportMost)
	p.Curtailed = p.Lost > 50
	p.Made = made - p.Lost
	p.Net = net + p.Lost
	p.Energy += max(p.Net, 0) * dt / 3.6e6
}

// battery takes what is left over, or gives what is missing, W.
func (p *Power) battery(over, hour, dt float64) float64 {
	want := 0.0
	switch p.Mode {
	case 1:
		want = over
		if p.CarFlow > 0 && over < 0 {
			want = min(0, over+p.CarFlow) // a car would only empty it
		}
	case 2:
		want = p.BatteryTop
	case 3:
		want = -p.BatteryTop
	}
	want = min(max(want, -p.BatteryTop), p.BatteryTop)
	room := (100 - p.Charge) / 100 * p.Battery * 3.6e6 / dt / roundTrip
	has := max(0, (p.Charge-batteryLeast)/100*p.Battery*3.6e6/dt*roundTrip)
	want = min(max(want, -has), room)
	stored := want * roundTrip
	if want < 0 {
		stored = want / roundTrip
	}
	p.Charge = min(max(p.Charge+stored*dt/3.6e6/p.Battery*100, 0), 100)
	p.Warm += dt * (math.Abs(want)*0.04 - 9*(p.Warm-20)) / 60e3
	return want
}

// car comes home, charges and leaves.
func (h *Home) car(hour, dt float64) {
	p := &h.Power
	there := hour >= p.CarBack || hour < p.CarLeaves
	switch {
	case there && !p.Plugged:
		p.CarNeeds = p.CarUses
	case !there && p.Plugged:
		h.Paid.Service += emptyCar * p.CarNeeds
	}
	p.Plugged = there
	p.CarFlow = 0
	cheap := hour >= nightFrom || hour < nightTo
	if there && p.CarNeeds > 0 && (p.Schedule == 2 || p.Schedule == 1 && cheap) {
		p.CarFlow = min(p.CarTop, p.CarNeeds*3.6e6/dt)
		p.CarNeeds = max(0, p.CarNeeds-p.CarFlow*dt/3.6e6)
		p.CarTotal += p.CarFlow * dt / 3.6e6
	}
}
