package walk

import "math"

// Weidmann's relation of speed and density: v = v0·(1 − exp(−γ·(1/ρ − 1/ρmax)))
// ("Transporttechnik der Fussgänger", ETH Zürich 1993).
const (
	weidmannGamma = 1.913 // 1/m²
	weidmannMax   = 5.4   // 1/m²
)

// Headway is how fast the gap to the body before lets people walk. The zero value
// is Weidmann's curve, which holds for people who have time.
type Headway struct {
	Gap   float64 // seconds that a gap is walked in (Tordeux et al. 2015); 0: Weidmann's curve
	Stand float64 // metres of gap at which one stands; of no meaning to Weidmann's curve
	Wall  float64 // metres before a wall from which it is followed; 0: 0.1
	Side  float64 // widths of a body: whoever is before in a strip so wide slows one down; 0: 1
}

// People who want to be through, as two groups of test persons of the Jülich
// archive did (verify.Recorded). A crowd in the open before a door presses; in a
// corridor people queue and leave room to all sides (Adrian, Seyfried and Sieben,
// "Crowds in front of bottlenecks at entrances", J. R. Soc. Interface 17, 2020):
// one setting for both is too dense for the corridor and too loose for the open.
// The figures of each were set by flow and density of the earlier half of the
// people of its recordings; bodies are of the radius beside it.
var (
	Pressing = Headway{Gap: 0.36, Stand: 0.07, Wall: 0.08}
	Queueing = Headway{Gap: 0.39, Stand: 0.23, Wall: 0.01, Side: 2.37}
)

// Radii of those who press and who queue, metres: a shoulder goes before the other
// where it is dense, and room to the sides is Queueing.Side.
const (
	RadiusPressing = 0.14
	RadiusQueueing = 0.11
)

func (h Headway) buffer() float64 {
	if h.Wall > 0 {
		return h.Wall
	}
	return bufferUsual
}

func (h Headway) side() float64 {
	if h.Side > 0 {
		return h.Side
	}
	return 1
}

func (h Headway) speed(full, gap float64) float64 {
	if h.Gap > 0 {
		return min(full, max(0, gap-h.Stand)/h.Gap)
	}
	return full * allowed(gap)
}

// allowed is the share of free speed that a gap of so many metres to the body
// before allows: Weidmann's at the density at which bodies of the usual radius
// that fill the plane evenly, as hexagons, have that gap.
func allowed(gap float64) float64 {
	s := max(0, gap) + 2*RadiusUsual
	s -= uneven(s)
	room := s * s * math.Sqrt(3) / 2 // m² a person
	return max(0, 1-math.Exp(-weidmannGamma*(room-1/weidmannMax)))
}

// uneven is what the gap that counts is larger than the mean one in a crowd,
// metres, where middles are s apart: nothing where there is room. It was fitted
// to the corridor of TestSpeedFollowsDensity.
func uneven(s float64) float64 {
	const most, from, half = 0.02, 0.4, 0.12
	x := max(0, s-from) / half
	return most / (1 + x*x)
}
