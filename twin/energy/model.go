package energy

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// Row is what was measured in one step: temperatures at its beginning, all else
// as means over it.
type Row struct {
	Hour    float64 // of the day, at its beginning
	Temp    []float64
	Heat    []float64 // of each zone, or a stand-in that grows with it, as electric power
	Outside float64
	Sun     float64
	Power   float64 // electric, of the whole building
}

// State is what a roll starts from.
type State struct {
	Temp, Before []float64 // now, and one step ago
	Heat         []float64 // of the step before
	Slow         []float64 // the temperature of the mass, as followed
}

// Model tells how temperatures change in a step: for each zone a sum of terms,
// as an ARX model (Ljung 1999, ch. 4) with one slow state, the mass, that follows
// the air with a time constant chosen on rows that were held back.
type Model struct {
	Step  float64 // s
	Slow  float64 // time constant of the mass, s
	Zones int
	Terms [][]float64 // of each zone, one weight for each of names

	Base, PerHeat, PerHeatCold float64   // power = Base + Σ heat·(PerHeat + PerHeatCold·(mild − outside))
	HeatMax                    []float64 // the most heat seen, W
	Error                      []float64 // root mean square error of a roll over errorSteps, K, on rows held back
}

const (
	mild       = 10.0 // °C; about which the outside temperature is centred
	errorHours = 6.0  // of the rolls that Error is measured on
	heldBack   = 0.25 // share of the rows, the last ones
	ridge      = 1e-4 // relative to the variance of a term
)

// terms are the inputs of a zone's sum.
func (m *Model) terms(zone int, s *State, heat []float64, hour, outside, sun float64) []float64 {
	t := s.Temp[zone]
	day := 2 * math.Pi * hour / 24
	x := []float64{1, math.Sin(day), math.Cos(day), math.Sin(2 * day), math.Cos(2 * day),
		t - s.Before[zone], s.Slow[zone] - t, outside - t, sun / 100,
		heat[zone] / 1000, heat[zone] / 1000 * (outside - mild) / 10, s.Heat[zone] / 1000}
	for other := range m.Zones {
		if other != zone {
			x = append(x, s.Temp[other]-t)
		}
	}
	return x
}

// next is the state after a step.
func (m *Model) next(s *State, heat []float64, hour, outside, sun float64) *State {
	n := &State{Temp: make([]float64, m.Zones), Before: s.Temp, Heat: heat, Slow: m.follow(s)}
	for z := range m.Zones {
		n.Temp[z] = s.Temp[z]
		for k, x := range m.terms(z, s, heat, hour, outside, sun) {
			n.Temp[z] += m.Terms[z][k] * x
		}
	}
	return n
}

func (m *Model) follow(s *State) []float64 {
	out := make([]float64, len(s.Temp))
	for z, t := range s.Temp {
		out[z] = s.Slow[z] + (1-math.Exp(-m.Step/m.Slow))*(t-s.Slow[z])
	}
	return out
}

// Start is a state that knows nothing of the past.
func Start(temp []float64) *State {
	return &State{Temp: temp, Before: temp, Heat: make([]float64, len(temp)), Slow: append([]float64(nil), temp...)}
}

// Observe takes a state on by what was measured: in a step, and at its end.
func (m *Model) Observe(s *State, heat, temp []float64) *State {
	return &State{Temp: temp, Before: s.Temp, Heat: heat, Slow: m.follow(s)}
}

// Roll tells the temperatures at the end of each step.
func (m *Model) Roll(s *State, heat [][]float64, w []Weather) [][]float64 {
	out := make([][]float64, len(heat))
	for k := range heat {
		s = m.next(s, heat[k], w[k].Hour, w[k].Outside, w[k].Sun)
		out[k] = s.Temp
	}
	return out
}

// Weather of a step, as forecast.
type Weather struct{ Hour, Outside, Sun float64 }

// rowsMin is how much must have been measured: two days of half hours.
const rowsMin = 96

// Fit learns a model of rows that follow each other at a step. It needs days in
// which the heating was moved about; else heat and its effect cannot be told
// from the weather's.
func Fit(rows []Row, step float64) (*Model, error) {
	if len(rows) < rowsMin {
		return nil, fmt.Errorf("%d rows were measured, and %d are needed: identify for more days", len(rows), rowsMin)
	}
	var best *Model
	for _, hours := range []float64{4, 8, 16, 32, 64} {
		m := &Model{Step: step, Slow: hours * 3600, Zones: len(rows[0].Temp)}
		cut := int(float64(len(rows)) * (1 - heldBack))
		if err := m.fit(rows[:cut]); err != nil {
			return nil, err
		}
		m.Error = m.errors(rows, cut)
		if best == nil || sum(m.Error) < sum(best.Error) {
			best = m
		}
	}
	whole := &Model{Step: best.Step, Slow: best.Slow, Zones: best.Zones, Error: best.Error}
	if err := whole.fit(rows); err != nil {
		return nil, err
	}
	if err := whole.sound(); err != nil {
		return nil, err
	}
	return whole, whole.power(rows)
}

// effectMin is how much full heat must warm a zone in errorHours, K.
const effectMin = 0.05

// sound refuses a model in which heat does not warm.
func (m *Model) sound() error {
	long := int(errorHours * 3600 / m.Step)
	weather := make([]Weather, long)
	for k := range weather {
		weather[k].Outside = mild
	}
	rest := Start(make([]float64, m.Zones))
	cold := m.Roll(rest, grid(long, m.Zones), weather)
	for z := range m.Zones {
		heat := grid(long, m.Zones)
		for k := range heat {
			heat[k][z] = m.HeatMax[z]
		}
		if warmth := m.Roll(rest, heat, weather)[long-1][z] - cold[long-1][z]; !(warmth > effectMin) {
			return fmt.Errorf("zone %d: by what was measured, full heat warms it by %.2f K in %g h: check which variable its heat is, or identify for more days", z+1, warmth, errorHours)
		}
	}
	return nil
}

func sum(x []float64) (s float64) {
	for _, v := range x {
		s += v
	}
	return s
}

func (m *Model) fit(rows []Row) error {
	m.HeatMax, m.Terms = make([]float64, m.Zones), make([][]float64, m.Zones)
	for z := range m.Zones {
		var x [][]float64
		var y []float64
		s := Start(rows[0].Temp)
		for k := 0; k+1 < len(rows); k++ {
			r := rows[k]
			m.HeatMax[z] = max(m.HeatMax[z], r.Heat[z])
			x = append(x, m.terms(z, s, r.Heat, r.Hour, r.Outside, r.Sun))
			y = append(y, rows[k+1].Temp[z]-r.Temp[z])
			s = m.Observe(s, r.Heat, rows[k+1].Temp)
		}
		w, err := leastSquares(x, y)
		if err != nil {
			return fmt.Errorf("zone %d: %w", z+1, err)
		}
		m.Terms[z] = w
	}
	for z, h := range m.HeatMax {
		if h <= 0 {
			return fmt.Errorf("zone %d was never heated while it was watched: identify on colder days", z+1)
		}
	}
	return nil
}

// leastSquares fits y by weighted columns of x, with a ridge on each but the first.
func leastSquares(x [][]float64, y []float64) ([]float64, error) {
	n := len(x[0])
	a, b := mat.NewSymDense(n, nil), mat.NewVecDense(n, nil)
	for r, row := range x {
		for i, xi := range row {
			b.SetVec(i, b.AtVec(i)+xi*y[r])
			for j := i; j < n; j++ {
				a.SetSym(i, j, a.At(i, j)+xi*row[j])
			}
		}
	}
	for i := range n {
		a.SetSym(i, i, a.At(i, i)*(1+ridge)+1e-9)
	}
	var c mat.Cholesky
	if !c.Factorize(a) {
		return nil, errors.New("what was measured does not determine a model: identify for more days")
	}
	var w mat.VecDense
	if err := c.SolveVecTo(&w, b); err != nil {
		return nil, fmt.Errorf("what was measured does not determine a model: %w", err)
	}
	return w.RawVector().Data, nil
}

// errors are those of rolls that start in the rows held back.
func (m *Model) errors(rows []Row, from int) []float64 {
	long := int(errorHours * 3600 / m.Step)
	squares, count := make([]float64, m.Zones), 0.0
	s := Start(rows[0].Temp)
	for k := 0; k+long < len(rows); k++ {
		if k >= from && (k-from)%4 == 0 {
			heat, w := make([][]float64, long), make([]Weather, long)
			for j := range long {
				r := rows[k+j]
				heat[j], w[j] = r.Heat, Weather{r.Hour, r.Outside, r.Sun}
			}
			end := m.Roll(s, heat, w)[long-1]
			for z := range squares {
				squares[z] += (end[z] - rows[k+long].Temp[z]) * (end[z] - rows[k+long].Temp[z])
			}
			count++
		}
		s = m.Observe(s, rows[k].Heat, rows[k+1].Temp)
	}
	for z := range squares {
		squares[z] = math.Sqrt(squares[z] / max(1, count))
	}
	return squares
}

// power fits what heating costs in electric power, by the outside temperature.
func (m *Model) power(rows []Row) error {
	var x [][]float64
	var y []float64
	for _, r := range rows {
		heat := sum(r.Heat)
		x = append(x, []float64{1, heat, heat * (mild - r.Outside)})
		y = append(y, r.Power)
	}
	w, err := leastSquares(x, y)
	if err != nil {
		return fmt.Errorf("power of the heating: %w", err)
	}
	m.Base, m.PerHeat, m.PerHeatCold = w[0], w[1], w[2]
	return nil
}

// Power tells the electric power of a heating.
func (m *Model) Power(heat []float64, outside float64) float64 {
	return m.Base + sum(heat)*m.perHeat(outside)
}

// perHeat is never free: a fit that says so saw too little.
func (m *Model) perHeat(outside float64) float64 {
	return max(0.01, m.PerHeat+m.PerHeatCold*(mild-outside))
}
