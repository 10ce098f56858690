package home

import (
	"math"

	"github.com/glasstwin/glasstwin/cmd/sitesim/store"
)

const (
	kelvin    = 273.15
	waterHeat = 4186.0
	// pasteurised is the hot water's temperature that ends legionella, °C.
	pasteurised = 60.0
	week        = 7 * 24.0 // h
)

// Pump is the heat pump and the water of the radiators.
type Pump struct {
	Capacity   float64 // W at 2 °C outdoors, drawn
	Efficiency float64 // share of Carnot's, drawn
	Slope      float64 // K of the flow for a K that it is colder than 20 °C, drawn
	Mass       float64 // J/K of the radiators' water
	Wish       float64 // °C of the flow that was set up

	SetPoint float64 // °C of the flow at 0 °C outdoors
	Mode     int     // 0 off, 1 heat, 2 hot water alone, 3 both

	Flow    float64 // °C
	Load    float64 // share of capacity
	Trend   float64
	Charges bool // it serves the tank now
	Heat    float64
	Power   float64
	Return  float64
	Shown   float64
}

// pumpTrouble is what ails it in one step.
type pumpTrouble struct{ capacity float64 }

func drawPump(need float64, d store.Dice) Pump {
	set := math.Round(d.Between(36, 41))
	return Pump{Wish: set, Capacity: need * d.Between(1.05, 1.3), Efficiency: d.Between(0.42, 0.5), Slope: d.Between(0.55, 0.75), Mass: waterHeat * d.Between(120, 220),
		SetPoint: set, Mode: 3, Flow: 30}
}

// goal is the flow temperature the weather asks for.
func (p *Pump) goal(out float64) float64 {
	return min(max(p.SetPoint-p.Slope*out, 22), 60)
}

// step gives heat to the water, W, or to the tank; the radiators draw from it.
func (p *Pump) step(drawn, wanted, out float64, t pumpTrouble, tank *Tank, dt float64) {
	heats := (p.Mode == 1 || p.Mode == 3) && (wanted > 0.04 && out < 19)
	if p.Mode >= 2 {
		if tank.Temperature < tank.SetPoint-6 {
			p.Charges = true
		}
		if tank.Temperature >= tank.SetPoint {
			p.Charges = false
		}
	} else {
		p.Charges = false
	}
	goal := p.goal(out)
	load := 0.0
	hot := p.Flow
	switch {
	case p.Charges:
		load, hot = 1, tank.Temperature+6
	case heats:
		gap := goal - p.Flow
		p.Trend = min(max(p.Trend+gap*dt/2500, 0), 1)
		load = min(max(0.18*gap+p.Trend, 0), 1)
		if load < 0.08 {
			load = 0
		}
	default:
		p.Trend = 0
	}
	approach(&p.Load, load, dt/60)
	ideal := p.Capacity * max(0.4, 1+0.022*(out-2)) * p.Load
	cop := p.Efficiency * (hot + kelvin) / max(hot-out+8, 14)
	p.Heat = ideal * t.capacity
	p.Power = ideal/cop*(0.3+0.7*t.capacity) + 25 + 45*one(p.Load > 0)
	p.Return = p.Flow - min(drawn/(waterHeat*0.22), 12)
	if p.Charges {
		tank.charge(p.Heat, dt)
		p.Flow -= dt * drawn / p.Mass
		return
	}
	p.Flow += dt * (p.Heat - drawn - 6*(p.Flow-18)) / p.Mass
}

// Tank is the hot water.
type Tank struct {
	Mass        float64 // J/K
	Loss        float64 // W/K
	SetPoint    float64
	Goal        float64 // °C, what the installer had set
	Temperature float64
	SinceHot    float64 // h since it was pasteurised
	Boosting    bool    // the electric heater works
	Heater      float64 // W
	Shown       float64
}

func drawTank(d store.Dice) Tank {
	goal := math.Round(d.Between(49, 53))
	return Tank{Mass: waterHeat * d.Between(170, 260), Loss: d.Between(1.6, 2.6), SetPoint: goal, Goal: goal, Temperature: 50, SinceHot: d.Between(10, 130)}
}

func (t *Tank) charge(heat, dt float64) { t.Temperature += dt * heat / t.Mass }

// step loses heat, gives hot water, W, and pasteurises once a week in the night.
func (t *Tank) step(hour, drawn float64, forgets bool, dt float64) {
	t.SinceHot += dt / 3600
	if t.SinceHot > week-20 && hour > 2 && hour < 4 && !forgets {
		t.Boosting = true
	}
	t.Heater = 0
	if t.Boosting {
		t.Heater = 3000
		if t.Temperature > pasteurised+1 {
			t.Boosting, t.SinceHot = false, 0
		}
	}
	if t.Temperature < 30 {
		drawn *= 0.5
	}
	t.Temperature += dt * (t.Heater - drawn - t.Loss*(t.Temperature-18)) / t.Mass
}

// drawnWater is the heat that leaves with hot water, W.
func (h *Home) drawnWater() float64 {
	hour := h.hour()
	n := float64(h.People + h.Guests/3)
	switch {
	case hour > h.Wakes && hour < h.Wakes+1:
		return 1100 * n
	case hour > 18.5 && hour < 20.5:
		return 420 * n
	}
	return 30 * n
}

// Fan is the ventilation unit.
type Fan struct {
	Rated    float64 // m³/s at full speed, drawn
	Recovery float64 // share of the heat, drawn
	Level    float64 // %, writable
	Usual    float64 // % that the house is set to
	Speed    float64 // %
	Power    float64
}

func drawFan(d store.Dice) Fan {
	usual := math.Round(d.Between(42, 55))
	return Fan{Rated: d.Between(0.085, 0.11), Recovery: d.Between(0.72, 0.85), Level: usual, Usual: usual, Speed: usual}
}

func (f *Fan) flow() float64 { return f.Rated * f.Speed / 100 }

func (f *Fan) step(dt float64) {
	approach(&f.Speed, f.Level, dt)
	f.Power = 6 + 120*math.Pow(f.Speed/100, 3)
}
