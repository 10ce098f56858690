package home

import (
	"math"

	"github.com/glasstwin/glasstwin/cmd/sitesim/store"
)

// The rooms by number; the first three have an air sensor and blinds.
const (
	living = iota
	bedroom
	child
	kitchen
	office
	bath
	rooms
	airSensors = 3
	blinds     = 3
)

const (
	airHeat   = 1206.0 // J/(m³·K)
	airLeak   = 0.12   // air changes an hour through gaps
	windowAir = 0.055  // m³/s through an open window
	bodyHeat  = 80.0   // W
	bodyCO2   = 4.6e-6 // m³/s, awake
	sleepCO2  = 3.6e-6
	bodyWater = 1.5e-5 // kg/s
	outCO2    = 420.0
	shields   = 0.8 // share of the sun that a closed blind keeps out
	valveTime = 240.0
	inner     = 22.0 // W/K between a room and the hall in the middle
	radiators = 1.25 // exponent of a radiator's output
)

// Room is one room. The upper fields are drawn from the seed.
type Room struct {
	Volume   float64 // m³
	Mass     float64 // J/K
	Gain     float64 // W/K to outdoors
	Glass    float64 // m²
	Radiator float64 // W/K at 1 K above the room, to the power of the exponent
	Offset   float64 // K of the second sensor against the first
	Wish     float64 // °C that its people have set
	Battery  float64 // % of its window contact

	SetPoint  float64
	UseAir    bool // the thermostat goes by the air sensor
	Off       bool
	Blind     float64
	BlindAuto bool // what the automatic last asked for

	Temperature, CO2, Water float64
	Valve                   float64 // where it stands, 0 to 1
	Trend                   float64
	Window                  bool
	People                  int
	Output                  float64 // W of the radiator
	In                      float64 // J, the book of the room

	Shown struct{ Temperature, Humidity, AirTemperature, CO2, AirHumidity, Flow, Return float64 }
}

func drawRoom(i int, d store.Dice) Room {
	about := func(v float64) float64 { return v * d.Between(0.8, 1.25) }
	r := Room{SetPoint: 20.5, Temperature: 20.5, CO2: 600, Water: 0.007, Offset: d.Between(-0.4, 0.4), Valve: 0.3}
	switch i {
	case living:
		r.Volume, r.Gain, r.Glass = about(85), about(36), about(9)
		r.SetPoint = math.Round(d.Between(20, 22)*2) / 2
	case bedroom:
		r.Volume, r.Gain, r.Glass = about(40), about(17), about(3.2)
		r.SetPoint = math.Round(d.Between(18.5, 20)*2) / 2
	case child:
		r.Volume, r.Gain, r.Glass = about(36), about(16), about(3)
	case kitchen:
		r.Volume, r.Gain, r.Glass = about(38), about(15), about(2.4)
	case office:
		r.Volume, r.Gain, r.Glass = about(30), about(14), about(2.2)
	default:
		r.Volume, r.Gain, r.Glass = about(20), about(9), about(0.8)
		r.SetPoint = 22
	}
	r.Mass = r.Volume * d.Between(42e3, 75e3)
	r.Temperature, r.Wish, r.Battery = r.SetPoint, r.SetPoint, math.Round(d.Between(40, 98))
	return r
}

// heat moves heat, air and water in all rooms, and the heat pump that serves them.
func (h *Home) heat(dt float64) {
	hall, wanted := 0.0, 0.0
	for i := range h.Rooms {
		hall += h.Rooms[i].Temperature / rooms
	}
	out, fresh := h.Sky.Temperature, h.Fan.flow()/rooms
	drawn := 0.0
	for i := range h.Rooms {
		r := &h.Rooms[i]
		h.moveValve(i, dt)
		over := max(h.Pump.Flow-r.Temperature-2, 0)
		r.Output = r.Radiator * 0.42 * r.Valve * math.Pow(over, radiators)
		drawn += r.Output
		wanted = max(wanted, r.Valve)
		inflow := airLeak * r.Volume / 3600
		if r.Window {
			inflow += windowAir
		}
		share := 1.0
		if i == bedroom || i == child {
			share = 1.3 // more air where one sleeps
		}
		people := float64(r.People)
		in := r.Output + bodyHeat*people + h.appliances(i)
		in += h.Sky.Sun * r.Glass * 0.42 * (1 - shields*r.Blind/100)
		in += (r.Gain + airHeat*inflow) * (out - r.Temperature)
		recovery := h.Fan.Recovery
		if r.Temperature > 23.5 && out < r.Temperature {
			recovery = 0 // the bypass of warm days
		}
		in += airHeat * fresh * share * (1 - recovery) * (out - r.Temperature)
		in += inner * (hall - r.Temperature)
		r.Temperature += dt * in / r.Mass
		r.In += dt * in
		change := (inflow + fresh*share) / r.Volume * dt
		breath := bodyCO2
		if h.asleep() {
			breath = sleepCO2
		}
		r.CO2 += change*(outCO2-r.CO2) + people*breath/r.Volume*1e6*dt
		r.Water = max(0.001, r.Water+change*(h.Sky.Humidity/100*saturated(out)-r.Water)+people*bodyWater/(1.2*r.Volume)*dt)
	}
	h.Pump.step(drawn, wanted, out, h.pumpTrouble(), &h.Tank, dt)
	h.Tank.step(h.hour(), h.drawnWater(), h.afflicted("hot-water-too-cold", "hot-water-1"), dt)
	h.Fan.step(dt)
}

// moveValve is a thermostat and its valve.
func (h *Home) moveValve(i int, dt float64) {
	r := &h.Rooms[i]
	believed := h.believed(i)
	gap := r.SetPoint - believed
	r.Trend = min(max(r.Trend+gap*dt/5400, 0), 1)
	goal := min(max(0.7*gap+r.Trend, 0), 1)
	if r.Off {
		goal = 0
	}
	if t := h.trouble("stuck-valve", roomDevice("radiator", i)); t != nil {
		goal = t.At
	}
	approach(&r.Valve, goal, dt/valveTime)
}

// believed is the temperature a thermostat goes by.
func (h *Home) believed(i int) float64 {
	r := &h.Rooms[i]
	if r.UseAir && i < airSensors {
		return r.Temperature + r.Offset
	}
	return r.Temperature + h.bias(i)
}

// bias is what a thermostat's sensor is wrong by, K.
func (h *Home) bias(i int) float64 {
	t := h.trouble("sensor-drift", roomDevice("thermostat", i))
	if t == nil {
		return 0
	}
	return t.grown() * t.Sign * (2 + 2.5*t.Severity)
}

// appliances give heat to a room, W.
func (h *Home) appliances(i int) float64 {
	switch {
	case i == kitchen && h.Cooking > 0:
		return 900
	case i == kitchen:
		return 110
	case i == living && h.Rooms[i].People > 0:
		return 180
	case i == office && h.Rooms[i].People > 0:
		return 120
	}
	return 15
}

// measure lets the instruments follow the truth.
func (h *Home) measure() {
	n := 1 + 9*h.NoiseBurst
	d := h.Noise
	for i := range h.Rooms {
		r := &h.Rooms[i]
		s := &r.Shown
		wet := relative(r.Temperature, r.Water)
		s.Temperature = grain(r.Temperature+h.bias(i)+0.05*n*d.NormFloat64(), 0.1)
		s.Humidity = min(max(grain(wet+0.5*n*d.NormFloat64(), 0.5), 0), 100)
		s.AirTemperature = grain(r.Temperature+r.Offset+0.06*n*d.NormFloat64(), 0.1)
		s.AirHumidity = min(max(grain(wet+0.6*n*d.NormFloat64(), 0.5), 0), 100)
		s.CO2 = max(grain(r.CO2+6*n*d.NormFloat64(), 1), 350)
		s.Flow = grain(r.Temperature+(h.Pump.Flow-r.Temperature)*min(1, r.Valve*5)+0.1*n*d.NormFloat64(), 0.1)
		s.Return = grain(s.Flow-min(0.35*(s.Flow-r.Temperature), 12)+0.1*n*d.NormFloat64(), 0.1)
	}
	h.Pump.Shown = grain(h.Pump.Flow+0.1*n*d.NormFloat64(), 0.1)
	h.Tank.Shown = grain(h.Tank.Temperature+0.1*n*d.NormFloat64(), 0.1)
}

func roomDevice(name string, i int) string { return name + "-" + string(rune('1'+i)) }

// saturated is the water in saturated air, kg/kg (Magnus form of Sonntag 1990).
func saturated(t float64) float64 {
	p := 611.2 * math.Exp(17.62*t/(243.12+t))
	return 0.622 * p / (101325 - p)
}

func relative(t, water float64) float64 { return max(0, 100*water/saturated(t)) }
