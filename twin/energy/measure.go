package energy

// Sample is an instant of a building in operation.
type Sample struct {
	At           float64 // s
	Temp         []float64
	Lower, Upper []float64 // comfort, °C
	Power        float64   // W, of all carriers
	Price        float64   // money per kWh
	CO2          float64   // kg per kWh
}

// Indicators are the core key performance indicators of BOPTEST (Blum et al.
// 2021, section 2.3), without those of indoor air.
type Indicators struct {
	Energy     float64 // kWh/m²
	Discomfort float64 // K·h outside the comfort band, mean of the zones
	Cost       float64 // money/m²
	CO2        float64 // kg/m²
	Peak       float64 // kW/m², mean over a quarter of an hour
}

const quarter = 900.0 // s, of the peak

// Measure integrates samples over time by trapezoids.
func Measure(samples []Sample, area float64) Indicators {
	var out Indicators
	var filled, energy float64 // of the quarter in hand
	for k := 1; k < len(samples); k++ {
		a, b := samples[k-1], samples[k]
		hours := (b.At - a.At) / 3600
		kwh := (a.Power + b.Power) / 2 * hours / 1000
		out.Energy += kwh / area
		// A price holds until the next sample.
		out.Cost += kwh * a.Price / area
		out.CO2 += kwh * a.CO2 / area
		for z := range a.Temp {
			out.Discomfort += (a.beyond(z) + b.beyond(z)) / 2 * hours / float64(len(a.Temp))
		}
		energy, filled = energy+kwh, filled+b.At-a.At
		if filled >= quarter-1e-6 {
			out.Peak = max(out.Peak, energy/(filled/3600)/area)
			filled, energy = 0, 0
		}
	}
	return out
}

func (s Sample) beyond(z int) float64 {
	return max(0, s.Lower[z]-s.Temp[z]) + max(0, s.Temp[z]-s.Upper[z])
}
