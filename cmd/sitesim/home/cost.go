package home

import (
	"math"

	"github.com/glasstwin/glasstwin/cmd/sitesim/trial"
)

// What things cost beside energy, €. They are declared, not measured: they stand
// for what who lives there would say, and are the same for every run.
const (
	discomfort = 0.55 // a kelvin and hour beyond, of each room with people
	coolerBy   = 1.0  // K below its set point that a room is not minded
	warmerBy   = 2.2  // K above, while it is heated
	warmest    = 26.5 // °C
	airLimit   = 1400.0
	badAir     = 0.4 // 100 ppm and hour beyond, of each room with people
	coldWater  = 2.0 // an hour of water below 46 °C or with legionella
	warmWater  = 42.0
	emptyCar   = 1.2  // kWh that the car lacks when it leaves
	technician = 95.0 // a call
	unwatched  = 0.8  // an hour of a gateway that is down
	darkRoom   = 0.12 // an hour of a blind down that nothing asks for
	noisyFan   = 0.03 // an hour of a percent of ventilation beyond the usual
	staleFan   = 0.04 // an hour of a percent below it

	// What is set is what is wanted: an hour of having it otherwise.
	ownRoom    = 0.22 // a kelvin of a thermostat
	ownTank    = 0.10 // a kelvin of the hot water
	ownPump    = 0.10 // a kelvin of the flow
	ownBattery = 0.25 // the battery's mode
	ownCar     = 0.30 // the car's schedule
	ownPumpOff = 1.5  // the heat pump's mode
)

// left is what a fault that is neither mended nor eased still costs when somebody
// finds it later: €, at the least and at the greatest severity.
var left = map[string][2]float64{
	"window-open-while-heating": {3, 5}, "heat-pump-degraded": {150, 260}, "sensor-drift": {6, 11}, "battery-idle": {1, 2}, "stuck-valve": {120, 150},
	"blinds-open-in-heat": {1.5, 3}, "co2-bedroom": {1, 2}, "hot-water-too-cold": {15, 30}, "communication-loss": {4, 6},
}

// Bother is what every action costs beside its effects, €.
func (h *Home) Bother() float64 { return 0.3 }

// Cost is what the run has cost so far.
func (h *Home) Cost() trial.Cost {
	c := h.Paid
	// What is in the battery and what the car still needs are worth their energy.
	p := &h.Power
	c.Energy -= p.Charge / 100 * p.Battery * roundTrip * 0.8 * p.Day
	if p.Plugged {
		c.Energy += p.CarNeeds * p.Night
	}
	// So is what is warmer or colder than it should be, in a heated house.
	if h.Sky.Temperature < 15 {
		for i := range h.Rooms {
			r := &h.Rooms[i]
			c.Energy -= r.Mass * (r.Temperature - r.SetPoint) / 3.6e6 / 3.2 * p.Day
		}
	}
	c.Energy -= h.Tank.Mass * (h.Tank.Temperature - 45) / 3.6e6 / 2.6 * p.Day
	return c
}

// Settle adds what faults that stand at the end will still cost.
func (h *Home) Settle() trial.Cost {
	c := h.Cost()
	for i := range h.Troubles {
		t := &h.Troubles[i]
		eased := t.Class == "sensor-drift" && h.Rooms[numbered(t.Device)-1].UseAir
		if f, ok := left[t.Class]; ok && !eased {
			c.Harm += f[0] + (f[1]-f[0])*t.Severity
		}
	}
	return c
}

// pay books what a step costs.
func (h *Home) pay(dt float64) {
	c, p, hours := &h.Paid, &h.Power, dt/3600
	if p.Net > 0 {
		c.Energy += p.Net / 1000 * hours * p.Price
	} else {
		c.Energy += p.Net / 1000 * hours * p.FeedIn
	}
	for i := range h.Rooms {
		r := &h.Rooms[i]
		c.Comfort += ownRoom * math.Abs(r.SetPoint-r.Wish) * hours
		if r.Blind > 50 && i < blinds && !(h.Sky.Sun > shadeSun/2 && r.Temperature > shadeRoom-1.5) && h.home() > 0 && !h.asleep() {
			c.Comfort += darkRoom * hours
		}
		if r.People == 0 {
			continue
		}
		high := warmest
		if r.Output > 20 {
			high = min(high, r.Wish+warmerBy)
		}
		h.Uneasy[i].See(max(r.Wish-coolerBy-r.Temperature, r.Temperature-high), dt)
		h.Stuffy[i].See(r.CO2-airLimit, dt)
		c.Comfort += discomfort * max(r.Wish-coolerBy-r.Temperature, r.Temperature-high, 0) * hours
		c.Air += badAir * max(r.CO2-airLimit, 0) / 100 * hours
	}
	h.Tepid.See(warmWater-h.Tank.Temperature, dt)
	c.Comfort += (noisyFan*max(h.Fan.Level-h.Fan.Usual-25, 0) + staleFan*max(h.Fan.Usual-15-h.Fan.Level, 0)) * hours
	if h.Tank.Temperature < warmWater || h.Tank.SinceHot > week && h.Tank.Temperature < 50 {
		c.Harm += coldWater * hours
	}
	c.Comfort += (ownTank*math.Abs(h.Tank.SetPoint-h.Tank.Goal) + ownPump*math.Abs(h.Pump.SetPoint-h.Pump.Wish)) * hours
	c.Comfort += ownBattery * one(p.Mode != 1) * hours
	c.Comfort += ownPumpOff * one(h.Pump.Mode != 3) * hours
	if p.Plugged && p.CarNeeds > 0 {
		c.Comfort += ownCar * one(p.Schedule != 1) * hours
	}
	for i := range h.Ways {
		c.Harm += unwatched * one(h.Ways[i].Down) * hours
	}
}

// Breaches are the limits that were passed so far, for whatever cause.
func (h *Home) Breaches() (list []trial.Breach) {
	for i := range h.Rooms {
		list = h.Uneasy[i].Told(list, roomDevice("thermostat", i), "temperature")
		list = h.Stuffy[i].Told(list, roomDevice("thermostat", i), "carbon dioxide")
	}
	return h.Tepid.Told(list, "hot-water-1", "temperature")
}

// call sends for a technician, once for a device.
func (h *Home) call(device string) {
	if _, called := h.Calls[device]; called {
		return
	}
	h.Paid.Service += technician
	h.Calls[device] = h.Lot.Named("way of a technician").Named(device).Between(50, 120) * 60
}
