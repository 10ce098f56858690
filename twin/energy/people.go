package energy

import "math"

// What people bring into a cooled or heated store: their own heat, and the air
// that falls out of cabinets which they open.

// Heat of somebody who stands and walks slowly, W (ASHRAE Handbook, Fundamentals,
// ch. 18, table 1: "standing, light work; walking", department store).
const (
	PersonSensible = 75.0
	PersonLatent   = 55.0
)

// Opening is a cabinet that is opened to take something out.
type Opening struct {
	Width, Height float64 // of what is opened, metres
	Inside        float64 // °C
	Seconds       float64 // it stays open
	Lid           bool    // it lies flat: cold air does not fall out of it
}

const (
	flowOfDoor = 0.8  // share of the ideal exchange that a door reaches that opens and shuts (Chen, Cleland et al. 2002 find 0.6 to 0.9 of it)
	flowOfLid  = 0.1  // an assumption of ours: of a lid's exchange nothing was found
	gravity    = 9.81 // m/s²
)

// Heat is what one opening lets into the cabinet, J, from a room of that
// temperature, °C, and relative humidity: the exchange through a doorway of
// Gosney and Olama 1975, as the ASHRAE Handbook, Refrigeration, ch. 24, eq. 14 to
// 16, has it.
func (o Opening) Heat(room, humidity float64) float64 {
	if !(o.Inside < room) || !(o.Width > 0 && o.Height > 0 && o.Seconds > 0) {
		return 0
	}
	cold, warm := density(o.Inside), density(room)
	form := math.Pow(2/(1+math.Cbrt(cold/warm)), 1.5)
	kW := 0.221 * o.Width * o.Height * (enthalpy(room, humidity) - enthalpy(o.Inside, 0.9)) * cold *
		math.Sqrt(1-warm/cold) * math.Sqrt(gravity*o.Height) * form
	share := flowOfDoor
	if o.Lid {
		share = flowOfLid
	}
	return 1000 * kW * share * o.Seconds
}

// Work is the electric energy that carries heat out of a cabinet, J: half of
// Carnot's figure between it and a condenser 12 K over a room, the evaporator
// 8 K under the cabinet; small hermetic sets reach 0.4 to 0.55 of it.
func (o Opening) Work(room, humidity float64) float64 {
	const half, condenser, evaporator, zero = 0.5, 12.0, 8.0, 273.15
	low, high := o.Inside-evaporator+zero, room+condenser+zero
	return o.Heat(room, humidity) * (high - low) / (half * low)
}

// density of air at a temperature, kg/m³, at sea level.
func density(t float64) float64 { return 101325 / (287.05 * (t + 273.15)) }

// enthalpy of moist air, kJ per kg of dry air (ASHRAE Fundamentals, ch. 1, eq. 30;
// the vapour's pressure after Magnus).
func enthalpy(t, humidity float64) float64 {
	p := humidity * 611.2 * math.Exp(17.62*t/(243.12+t))
	w := 0.62198 * p / (101325 - p)
	return 1.006*t + w*(2501+1.86*t)
}
