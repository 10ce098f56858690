package whatif

import (
	"errors"
	"math"
	"slices"

	"github.com/glasstwin/glasstwin/scene/geom"
)

// Shift is by how much more or fewer people are on each square of a floor in B
// than in A, heads per m² in the mean of the time.
type Shift struct {
	Lo     geom.Vec2 // corner of the first square
	FloorY float64   // metres, as Side
	Side   float64   // of a square
	NX     int       // squares along x
	Diff   []float64 // row-major along x, rows along z; NaN where nobody ever came
	Sure   []bool    // the interval of 95 % of the days' differences leaves zero out

	Heads [2][]float64 // in A and in B, heads per m² in the mean of the days; NaN where nobody came in either
}

// ErrFloors is why two layouts have no floor in common.
var ErrFloors = errors.New("the floors of the two layouts are not the same: compare layouts of one site")

// Shift compares the floors, square by square.
func (c *Comparison) Shift() (*Shift, error) {
	a, b := c.Days[0], c.Days[1]
	if len(a) < 2 || len(a) != len(b) {
		return nil, errors.New("the days of both layouts are needed, two at least")
	}
	first := a[0].Floor
	for _, days := range c.Days {
		for _, d := range days {
			if h := d.Floor; h == nil || h.Lo != first.Lo || h.NX != first.NX || h.NZ != first.NZ || h.Side != first.Side {
				return nil, ErrFloors
			}
		}
	}
	s := &Shift{Lo: first.Lo, FloorY: first.FloorY, Side: first.Side, NX: first.NX, Diff: make([]float64, len(first.Density)), Sure: make([]bool, len(first.Density))}
	for k := range s.Heads {
		s.Heads[k] = make([]float64, len(first.Density))
	}
	x, y := make([]float64, len(a)), make([]float64, len(a))
	for i := range s.Diff {
		for d := range a {
			x[d], y[d] = a[d].Floor.Density[i], b[d].Floor.Density[i]
		}
		if slices.Max(x) == 0 && slices.Max(y) == 0 {
			s.Diff[i], s.Heads[0][i], s.Heads[1][i] = math.NaN(), math.NaN(), math.NaN()
			continue
		}
		p := Paired(Figure{}, x, y)
		s.Diff[i], s.Sure[i], s.Heads[0][i], s.Heads[1][i] = p.Diff, p.Sure, p.A, p.B
	}
	return s, nil
}

// Count tells of how many squares somebody came to, and how many differ for sure.
func (s *Shift) Count() (walked, sure int) {
	for i, d := range s.Diff {
		if !math.IsNaN(d) {
			walked++
		}
		if s.Sure[i] {
			sure++
		}
	}
	return walked, sure
}

// High is an end of a scale for the shift, to either side of zero: one of 1, 2 or
// 5 by a power of ten, which one in fifty of the squares that differ for sure goes
// beyond at most.
func (s *Shift) High() float64 {
	var sizes []float64
	for i, d := range s.Diff {
		if s.Sure[i] {
			sizes = append(sizes, math.Abs(d))
		}
	}
	if len(sizes) == 0 {
		for _, d := range s.Diff {
			if !math.IsNaN(d) && d != 0 {
				sizes = append(sizes, math.Abs(d))
			}
		}
	}
	return end(sizes)
}

// HeadsHigh is an end of one scale for the heads of both layouts, from zero on,
// likewise.
func (s *Shift) HeadsHigh() float64 {
	var sizes []float64
	for _, heads := range s.Heads {
		for _, d := range heads {
			if !math.IsNaN(d) && d > 0 {
				sizes = append(sizes, d)
			}
		}
	}
	return end(sizes)
}

// end is one of 1, 2 or 5 by a power of ten that one in fifty of some sizes goes
// beyond at most.
func end(sizes []float64) float64 {
	if len(sizes) == 0 {
		return 0.01
	}
	slices.Sort(sizes)
	size := sizes[(49*len(sizes)+49)/50-1]
	ten := math.Pow(10, math.Floor(math.Log10(size)))
	for _, k := range [...]float64{1, 2, 5} {
		if size <= k*ten*(1+1e-9) {
			return k * ten
		}
	}
	return 10 * ten
}
