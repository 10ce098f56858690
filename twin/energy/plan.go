package energy

import (
	"math"
)

// Hour is what is known of a step to come.
type Hour struct {
	Weather
	Price        float64   // money per kWh
	Lower, Upper []float64 // comfort of each zone at the end of the step, °C
}

// Wishes weigh comfort against money.
type Wishes struct {
	Margin  float64 // K kept from the limits of comfort
	Penalty float64 // money per K²·h beyond them
}

// Plan is a heating over the hours to come, with what follows from it.
type Plan struct {
	Hours   []Hour
	Heat    [][]float64 // by step and zone, W
	Temp    [][]float64 // at the end of each step, °C
	Idle    [][]float64 // the same, if nothing were heated at all
	Without [][]float64 // the same, if the first step were not heated
	Cost    float64     // money over the horizon
}

// roundsMax bounds the search; it ends earlier when it stands still.
const roundsMax = 600

// Plan finds the heating within 0 and the most that was seen that costs least,
// with a penalty that grows with the square of what is beyond comfort. The
// temperatures are linear in the heating, so that this is a convex problem in a
// box: accelerated projected gradient (Beck & Teboulle 2009), restarted when it
// overshoots (O'Donoghue & Candès 2015).
func (m *Model) Plan(s *State, hours []Hour, w Wishes) *Plan {
	steps, n := len(hours), len(hours)*m.Zones
	weather := make([]Weather, steps)
	for k, h := range hours {
		weather[k] = h.Weather
	}
	p := &Plan{Hours: hours}
	p.Idle = m.Roll(s, grid(steps, m.Zones), weather)
	answers := m.answers(s, weather, p.Idle)
	price := make([]float64, n) // money per full heat in a step
	for k, h := range hours {
		for z := range m.Zones {
			price[k*m.Zones+z] = h.Price * m.perHeat(h.Outside) * m.HeatMax[z] * m.Step / 3.6e6
		}
	}
	gradient := func(x []float64) ([]float64, float64) {
		g := append([]float64(nil), price...)
		cost := 0.0
		temp := append([]float64(nil), flat(p.Idle)...)
		for i, v := range x {
			cost += price[i] * v
			if v != 0 {
				for j, a := range answers[i] {
					temp[j] += a * v
				}
			}
		}
		slope := make([]float64, n)
		weight := w.Penalty * m.Step / 3600
		for k, h := range hours {
			for z := range m.Zones {
				j := k*m.Zones + z
				switch below, above := h.Lower[z]+w.Margin-temp[j], temp[j]-(h.Upper[z]-w.Margin); {
				case below > 0:
					cost += weight * below * below
					slope[j] = -2 * weight * below
				case above > 0:
					cost += weight * above * above
					slope[j] = 2 * weight * above
				}
			}
		}
		for i := range g {
			for j, a := range answers[i] {
				if slope[j] != 0 {
					g[i] += a * slope[j]
				}
			}
		}
		return g, cost
	}
	x := descend(n, curvature(answers)*2*w.Penalty*m.Step/3600, gradient)
	p.Heat = grid(steps, m.Zones)
	for i, v := range x {
		p.Heat[i/m.Zones][i%m.Zones] = v * m.HeatMax[i%m.Zones]
	}
	p.Temp = m.Roll(s, p.Heat, weather)
	without := append([][]float64{make([]float64, m.Zones)}, p.Heat[1:]...)
	p.Without = m.Roll(s, without, weather)
	for k, h := range hours {
		p.Cost += h.Price * m.Power(p.Heat[k], h.Outside) * m.Step / 3.6e6
	}
	return p
}

// answers tells how each temperature answers to full heat in each step.
func (m *Model) answers(s *State, w []Weather, idle [][]float64) [][]float64 {
	steps := len(w)
	out := make([][]float64, 0, steps*m.Zones)
	for k := range steps {
		for z := range m.Zones {
			heat := grid(steps-k, m.Zones)
			heat[0][z] = m.HeatMax[z]
			// The model is linear: from rest, and with the weather's effect taken off.
			rest := Start(make([]float64, m.Zones))
			warm, cold := m.Roll(rest, heat, w[k:]), m.Roll(rest, grid(steps-k, m.Zones), w[k:])
			row := make([]float64, steps*m.Zones)
			for j := range warm {
				for y := range m.Zones {
					row[(k+j)*m.Zones+y] = warm[j][y] - cold[j][y]
				}
			}
			out = append(out, row)
		}
	}
	return out
}

// descend minimises over the box of 0 to 1.
func descend(n int, steepest float64, gradient func([]float64) ([]float64, float64)) []float64 {
	x, look := make([]float64, n), make([]float64, n)
	if steepest <= 0 {
		return x
	}
	last, momentum := math.Inf(1), 1.0
	for range roundsMax {
		g, cost := gradient(look)
		if cost > last { // overshot
			momentum = 1
		}
		last = cost
		moved := 0.0
		grown := (1 + math.Sqrt(1+4*momentum*momentum)) / 2
		for i := range x {
			to := min(1, max(0, look[i]-g[i]/steepest))
			moved = max(moved, math.Abs(to-x[i]))
			look[i] = to + (momentum-1)/grown*(to-x[i])
			x[i] = to
		}
		momentum = grown
		if moved < 1e-5 {
			break
		}
	}
	return x
}

// curvature is the largest eigenvalue of A·Aᵀ, by power iteration.
func curvature(a [][]float64) float64 {
	v := make([]float64, len(a))
	for i := range v {
		v[i] = 1
	}
	var size float64
	for range 20 {
		u := make([]float64, len(a[0]))
		for i, row := range a {
			for j, x := range row {
				u[j] += x * v[i]
			}
		}
		size = 0
		for i, row := range a {
			v[i] = 0
			for j, x := range row {
				v[i] += x * u[j]
			}
			size += v[i] * v[i]
		}
		size = math.Sqrt(size)
		if size == 0 {
			return 0
		}
		for i := range v {
			v[i] /= size
		}
	}
	return 1.05 * size // it comes from below
}

func grid(rows, columns int) [][]float64 {
	out := make([][]float64, rows)
	for k := range out {
		out[k] = make([]float64, columns)
	}
	return out
}

func flat(x [][]float64) []float64 {
	var out []float64
	for _, row := range x {
		out = append(out, row...)
	}
	return out
}
