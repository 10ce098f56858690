package market

import (
	"math"
	"time"

	"github.com/glasstwin/glasstwin/cmd/sitesim/climate"
	"github.com/glasstwin/glasstwin/cmd/sitesim/store"
)

const (
	airHeat      = 1206.0 // J/(m³·K)
	bodyHeat     = 75.0   // W of a shopper
	bodyCO2      = 5.2e-6 // m³/s at light activity
	bodyWater    = 2.2e-5 // kg/s
	outdoorCO2   = 420.0
	doorAir      = 0.22 // m³/s through an open sliding door
	cracks       = 0.02 // m³/s
	valveTime    = 75.0 // s of a coil's valve from shut to open
	damperTime   = 40.0 // s of a damper from shut to open
	deadband     = 0.6  // K below and above the set point in which neither coil works
	setbackHeat  = 15.0 // °C that the night mode heats to
	setbackCool  = 28.0 // °C that it cools to
	freeCoolGap  = 3.0  // K that outdoor air must be colder for the damper to help
	lampRated    = 90.0 // W of one published luminaire
	zoneRated    = 1700.0
	blindShields = 0.7 // share of the sun that a closed blind keeps out
)

// Hall is the building around the air, drawn from the seed.
type Hall struct {
	Volume   float64 // m³
	Mass     float64 // J/K: air, and what shelves and floor take part in within the hour
	Gain     float64 // W/K through walls, roof and glass
	Glass    float64 // m² that the sun shines through
	Goal     float64 // °C, the set point of the day
	BaseLoad float64 // W of tills, signs, servers and standby
	Offset   [6]float64
}

func drawHall(d store.Dice) Hall {
	h := Hall{Volume: d.Between(1600, 2200), Gain: d.Between(240, 420), Glass: d.Between(18, 38), Goal: math.Round(d.Between(20, 22)*2) / 2,
		BaseLoad: d.Between(1500, 2400)}
	h.Mass = h.Volume * d.Between(6200, 8600)
	for i := range h.Offset {
		h.Offset[i] = d.Between(-0.9, 0.9)
	}
	return h
}

// Unit is an air handling unit with a heating and a cooling coil and a damper for
// outdoor air.
type Unit struct {
	Flow      float64 // m³/s at full fan, drawn
	Capacity  float64 // W of each coil, drawn
	CostsHeat float64 // W of electricity for a W of heat
	CostsCool float64
	FanRated  float64 // W

	// What can be written.
	SetPoint                     float64
	Mode                         int // 0 off, 1 heat, 2 cool, 3 auto
	Night                        bool
	HeatingEnable, CoolingEnable bool
	Minimum                      float64 // % of the damper while the shop is open

	Asked          float64 // integral part, −1 cooling … 1 heating
	Heating        float64 // valve, 0 to 1
	Cooling        float64
	Command        float64 // of the damper, %
	Damper         float64 // where it stands, %
	Fan            float64 // share
	Supply, Return float64 // as shown
	Power          float64
	Given          float64 // W to the room
}

func newUnit(h Hall, d store.Dice) Unit {
	return Unit{Flow: d.Between(1.1, 1.5), Capacity: d.Between(13e3, 18e3), CostsHeat: 1 / d.Between(2.9, 3.6), CostsCool: 1 / d.Between(2.6, 3.4),
		FanRated: d.Between(800, 1200), SetPoint: h.Goal, Mode: 3, HeatingEnable: true, CoolingEnable: true,
		Minimum: math.Round(d.Between(14, 24)), Supply: h.Goal, Return: h.Goal}
}

// unitTrouble is what ails a unit in one step.
type unitTrouble struct {
	stuck    bool
	at       float64 // %, where the damper is stuck
	heating  float64 // least opening of the heating valve: it does not shut
	cooling  float64
	shedding float64 // K that the dead band is wider
	slowed   float64 // share of the fan left
}

// step is the unit's controller and what it gives the room, W.
func (u *Unit) step(room, outdoor float64, open bool, t unitTrouble, dice store.Dice, dt float64) float64 {
	low, high := u.SetPoint-deadband-t.shedding, u.SetPoint+deadband+t.shedding
	if u.Night {
		low, high = setbackHeat, setbackCool
	}
	gap := 0.0
	switch {
	case room < low:
		gap = low - room
	case room > high:
		gap = high - room
	}
	u.Asked = min(max(u.Asked+gap*dt/1200, -1), 1)
	if gap == 0 {
		u.Asked -= u.Asked * dt / 900
	}
	want := min(max(0.6*gap+u.Asked, -1), 1)
	if u.Mode == 0 {
		want = 0
	}
	heat, cool := 0.0, 0.0
	if u.Mode != 2 {
		heat = max(want, 0)
	}
	if u.Mode != 1 {
		cool = max(-want, 0)
	}
	u.Command = 0
	if open && u.Mode != 0 {
		u.Command = u.Minimum
		if cool > 0 && outdoor < room-freeCoolGap {
			u.Command = max(u.Command, min(100, u.Minimum+140*cool))
			cool = max(0, cool-0.5)
		}
	}
	approach(&u.Heating, max(heat, t.heating), dt/valveTime)
	approach(&u.Cooling, max(cool, t.cooling), dt/valveTime)
	if !u.HeatingEnable {
		u.Heating = 0
	}
	if !u.CoolingEnable {
		u.Cooling = 0
	}
	goal := u.Command
	if t.stuck {
		goal = t.at
	}
	approach(&u.Damper, goal, 100*dt/damperTime)
	fan := 0.0
	if work := max(u.Heating, u.Cooling); open && u.Mode != 0 || work > 0.02 {
		fan = (0.45 + 0.55*work) * t.slowed
	}
	approach(&u.Fan, fan, dt/20)
	flow := u.Flow * u.Fan
	mixed := room + 0.9*u.Damper/100*(outdoor-room)
	u.Given = 0
	supply := room
	if flow > 0.01 {
		supply = mixed + u.Capacity*(u.Heating-u.Cooling)*min(1, u.Fan*1.4)/(airHeat*flow)
		u.Given = airHeat * flow * (supply - room)
	}
	work := min(1, u.Fan*1.4)
	u.Power = u.Capacity*work*(u.Heating*u.CostsHeat+u.Cooling*u.CostsCool) + u.FanRated*u.Fan*u.Fan*u.Fan
	u.Supply = grain(supply+0.08*dice.NormFloat64(), 0.1)
	u.Return = grain(room+0.06*dice.NormFloat64(), 0.1)
	return u.Given
}

// fresh is the outdoor air the unit brings in, m³/s.
func (u *Unit) fresh() float64 { return 0.9 * u.Damper / 100 * u.Flow * u.Fan }

// Air is that of the sales floor and of outdoors.
type Air struct {
	Temperature, Water, CO2 float64 // °C, kg/kg, ppm
	Outdoor                 climate.Weather
	Corner                  [6]struct{ Temperature, Humidity, CO2 float64 }
	Doors                   [2]float64 // leaf opening, m
	Blinds                  [2]float64 // % down
	In                      float64    // J, the book of the room's air and masses
}

// step advances air, water and carbon dioxide of the sales floor.
func (m *Market) air(heat float64, dt float64) {
	a, h := &m.Air, &m.Hall
	outdoor := a.Outdoor.Temperature
	inflow := cracks
	for _, o := range a.Doors {
		inflow += doorAir * o / 1.2
	}
	heat += a.Outdoor.Sun * h.Glass * 0.5 * (1 - blindShields*(a.Blinds[0]+a.Blinds[1])/200)
	heat += (h.Gain + airHeat*inflow) * (outdoor - a.Temperature)
	people := float64(m.inside())
	heat += bodyHeat * people
	for i := range m.Units {
		heat += m.Units[i].step(a.Temperature, outdoor, m.attended(), m.unitTrouble(i), m.Noise, dt)
		inflow += m.Units[i].fresh()
	}
	a.Temperature += dt * heat / h.Mass
	a.In += dt * heat
	change := inflow / h.Volume * dt
	a.CO2 += change*(outdoorCO2-a.CO2) + people*bodyCO2/h.Volume*1e6*dt
	outside := a.Outdoor.Humidity / 100 * saturated(outdoor)
	dry := 0.0 // what evaporators and cooling coils take
	if a.Water > 0.006 {
		dry = 1.1e-3 * (a.Water - 0.006) / 0.004
	}
	a.Water = max(0.001, a.Water+change*(outside-a.Water)+(people*bodyWater-dry)/(1.2*h.Volume)*dt)
	if m.Unseen {
		return
	}
	burst := 1 + 14*m.NoiseBurst
	for i := range a.Corner {
		c := &a.Corner[i]
		c.Temperature = grain(a.Temperature+h.Offset[i]+0.05*burst*m.Noise.NormFloat64(), 0.1)
		c.Humidity = grain(min(100, relative(a.Temperature+h.Offset[i], a.Water)+0.4*burst*m.Noise.NormFloat64()), 0.5)
		c.CO2 = grain(a.CO2*(1+0.03*h.Offset[i])+4*burst*m.Noise.NormFloat64(), 1)
	}
}

func (a *Air) slideDoors(motion [2]float64, dt float64) {
	for i := range a.Doors {
		goal := 0.0
		if motion[i] < 4+dt {
			goal = 1.2
		}
		approach(&a.Doors[i], goal, 0.6*dt)
	}
}

// weather is the climate's, with what the day makes of it.
func (m *Market) weather(now time.Time) climate.Weather {
	w := m.Climate.At(now)
	w.Temperature += m.Heat
	w.Humidity *= math.Exp(-0.055 * m.Heat) // the same water in warmer air
	if m.Storm > 0 {
		w.Temperature -= 6 * m.Storm
		w.Sun *= 1 - 0.9*m.Storm
		w.Humidity = min(100, w.Humidity+20*m.Storm)
	}
	return w
}

func approach(v *float64, goal, most float64) { *v += min(max(goal-*v, -most), most) }

// saturated is the water in saturated air, kg/kg (Magnus form of Sonntag 1990).
func saturated(t float64) float64 {
	p := 611.2 * math.Exp(17.62*t/(243.12+t))
	return 0.622 * p / (101325 - p)
}

func relative(t, water float64) float64 { return max(0, 100*water/saturated(t)) }

func grain(v, g float64) float64 { return math.Round(v/g) * g }
