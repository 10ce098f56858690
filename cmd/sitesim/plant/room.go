package plant

import (
	"math"
	"time"

	"github.com/glasstwin/glasstwin/cmd/sitesim/store"
)

// HvacMode is what an HVAC unit is asked to do.
type HvacMode int

// The modes, as the address space numbers them.
const (
	HvacOff HvacMode = iota
	HvacHeat
	HvacCool
	HvacAuto
)

const (
	airVolume    = 1880.0 // m³ of the sales floor
	roomMass     = 14e6   // J/K: air, and what shelves and floor take part in within the hour
	roomGain     = 310.0  // W/K through walls, glass and roof
	freshAir     = 0.45   // air changes an hour with units running
	doorAir      = 0.22   // m³/s through an open sliding door
	sensibleBody = 75.0   // W of a shopper
	bodyCO2      = 5.2e-6 // m³/s, light activity
	bodyWater    = 2.2e-5 // kg/s
	outdoorCO2   = 420.0
	airHeat      = 1206.0 // J/(m³·K)
	hvacCapacity = 11e3   // W of one unit
	hvacFanMax   = 1450.0 // 1/min
	hvacFanPower = 900.0  // W at full speed
)

// Hvac is one unit under the ceiling.
type Hvac struct {
	SetPoint       float64
	Mode           HvacMode
	Integral       float64
	Output         float64 // −1 full cooling … 1 full heating
	Supply, Return float64
	FanSpeed       float64
	Power          float64
}

// Room is the air of the sales floor and of outdoors.
type Room struct {
	Temperature, Water, CO2 float64 // °C, kg/kg, ppm
	Outdoor, OutdoorWater   float64
	Sun                     float64 // W/m²
	Hvac                    [2]Hvac
	Corner                  [6]struct{ Temperature, Humidity, CO2 float64 }
	Doors                   [2]float64 // leaf opening, m
	Drift                   float64    // K, weather's slow wander
	Dice                    store.Dice
}

// climate of the year and the day this seed lives in.
type climate struct {
	mean, swing, sun float64
	offset           [6]float64
}

func drawClimate(d store.Dice) climate {
	c := climate{mean: d.Between(8, 24), swing: d.Between(3, 8), sun: d.Between(250, 850)}
	for i := range c.offset {
		c.offset[i] = d.Between(-0.9, 0.9)
	}
	return c
}

func newRoom(seed uint64) Room {
	r := Room{Temperature: 21, Water: 0.008, CO2: 500, Dice: store.NewDice(seed, 3)}
	for i := range r.Hvac {
		r.Hvac[i] = Hvac{SetPoint: 21, Mode: HvacAuto, Supply: 21, Return: 21}
	}
	return r
}

// step advances air, water and CO2 of the sales floor.
func (r *Room) step(now time.Time, c climate, people int, motion [2]float64, other float64, dt float64) {
	r.weather(now, c, dt)
	r.slideDoors(motion, dt)
	heat := other + sensibleBody*float64(people) + 22*r.Sun // 22 m² of shaded glass
	for i := range r.Hvac {
		heat += r.Hvac[i].step(r.Temperature, dt)
	}
	inflow := 0.02 // m³/s through cracks
	for _, o := range r.Doors {
		inflow += doorAir * o / 1.2
	}
	if r.Hvac[0].FanSpeed+r.Hvac[1].FanSpeed > 0 {
		inflow += freshAir * airVolume / 3600
	}
	heat += (roomGain + airHeat*inflow) * (r.Outdoor - r.Temperature)
	r.Temperature += dt * heat / roomMass
	change := inflow / airVolume * dt
	r.CO2 += change*(outdoorCO2-r.CO2) + float64(people)*bodyCO2/airVolume*1e6*dt
	dry := 0.0 // cabinets and cooling coils take water out
	if r.Water > 0.006 {
		dry = 1.1e-3 * (r.Water - 0.006) / 0.004
	}
	r.Water += change*(r.OutdoorWater-r.Water) + (float64(people)*bodyWater-dry)/(1.2*airVolume)*dt
	for i := range r.Corner {
		r.Corner[i].Temperature = grain(r.Temperature+c.offset[i]+0.05*r.Dice.NormFloat64(), 0.1)
		r.Corner[i].Humidity = grain(min(100, relative(r.Temperature+c.offset[i], r.Water)+0.4*r.Dice.NormFloat64()), 0.5)
		r.Corner[i].CO2 = grain(r.CO2*(1+0.03*c.offset[i])+4*r.Dice.NormFloat64(), 1)
	}
}

// weather has a daily wave, warmest at three, and a slow random wander.
func (r *Room) weather(now time.Time, c climate, dt float64) {
	hour := float64(now.Hour()) + float64(now.Minute())/60 + float64(now.Second())/3600
	r.Drift += -r.Drift*dt/7200 + 1.2*math.Sqrt(2*dt/7200)*r.Dice.NormFloat64()
	r.Outdoor = c.mean + c.swing*math.Cos((hour-15)/12*math.Pi) + r.Drift
	r.Sun = c.sun * max(0, math.Cos((hour-13.5)/7*math.Pi/2))
	if math.Abs(hour-13.5) > 7 {
		r.Sun = 0
	}
	r.OutdoorWater = 0.6 * saturation(c.mean-c.swing*0.3)
}

func (r *Room) slideDoors(motion [2]float64, dt float64) {
	for i := range r.Doors {
		goal := 0.0
		const holds = 4 // s after the last motion
		if motion[i] < holds {
			goal = 1.2
		}
		const speed = 0.6 // m/s of a leaf
		r.Doors[i] += min(max(goal-r.Doors[i], -speed*dt), speed*dt)
	}
}

// step is a PI controller and its unit; it returns the heat given to the room.
func (h *Hvac) step(room, dt float64) float64 {
	gap := h.SetPoint - room
	h.Integral = min(max(h.Integral+gap*dt/900, -1), 1)
	want := min(max(0.5*gap+h.Integral, -1), 1)
	switch h.Mode {
	case HvacOff:
		want = 0
	case HvacHeat:
		want = max(want, 0)
	case HvacCool:
		want = min(want, 0)
	}
	h.Output += (want - h.Output) * dt / 60
	heat := hvacCapacity * h.Output
	share := 0.35 + 0.65*math.Abs(h.Output)
	if h.Mode == HvacOff && math.Abs(h.Output) < 0.02 {
		share = 0
	}
	h.FanSpeed = grain(hvacFanMax*share, 5)
	const flowMax = 1.1 // m³/s
	h.Return = grain(room, 0.1)
	h.Supply = h.Return
	if share > 0 {
		h.Supply = grain(room+heat/(airHeat*flowMax*share), 0.1)
	}
	const heatPumpCOP = 3.1
	h.Power = grain(math.Abs(heat)/heatPumpCOP+hvacFanPower*share*share*share, 1)
	return heat
}

// saturation is the water in saturated air, kg/kg (Magnus form of Sonntag 1990).
func saturation(t float64) float64 {
	p := 611.2 * math.Exp(17.62*t/(243.12+t))
	return 0.622 * p / (101325 - p)
}

func relative(t, water float64) float64 { return max(0, 100*water/saturation(t)) }

func grain(v, g float64) float64 { return math.Round(v/g) * g }
