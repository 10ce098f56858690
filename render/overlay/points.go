package overlay

import (
	"math"
	"slices"
)

// Points is a cloud of points that many frames draw. Its address tells one from
// another: it does not change once a frame has drawn it.
type Points struct {
	Positions []float32 // x, y, z, metres; sorted by Spread, every beginning of them is an even sample
	Colors    []uint8   // r, g, b, sRGB; empty: not known
	Values    []float32 // what a measured cloud shows of each
	Nearest   []uint16  // Entities[k-1] is what the point lies on; 0, and an empty list: nothing
	Entities  []string  // hidden with what lies on them
	Spacing   float64   // metres between neighbours
}

// Len is how many points there are.
func (p *Points) Len() int { return len(p.Positions) / 3 }

// Whole tells whether the lists fit each other.
func (p *Points) Whole() bool {
	n := p.Len()
	fits := func(have, each int) bool { return have == 0 || have == each*n }
	if len(p.Positions) != 3*n || !fits(len(p.Colors), 3) || !fits(len(p.Values), 1) || !fits(len(p.Nearest), 1) {
		return false
	}
	for _, k := range p.Nearest {
		if int(k) > len(p.Entities) {
			return false
		}
	}
	return true
}

// Diameter is how large, metres, the first n points are drawn so that a surface
// that they lie on has no holes: the fewer, the larger.
func (p *Points) Diameter(n int) float64 {
	if n < 1 {
		return 0
	}
	const overlap = 1.9 // round points leave corners open, and no scan is quite even
	return overlap * p.Spacing * math.Sqrt(float64(p.Len())/float64(n))
}

// Cloud draws points in their own colours or, measured, by their values.
type Cloud struct {
	Points   *Points
	Measured bool
	Scale    Scale   // of the values
	Plain    RGBA    // colour of points that have none: darker below, lighter above, so that they show a shape
	Reach    float64 // metres: how far behind a surface a point still shows
}

// Paint gives the points their colours: sRGB, in threes after each other.
func (c *Cloud) Paint() []uint8 {
	n := c.Points.Len()
	if !c.Measured && len(c.Points.Colors) == 3*n {
		return c.Points.Colors
	}
	const steps = 512
	var table [steps][3]uint8
	store := func(i int, color RGBA) {
		s := color.Screen()
		table[i] = [3]uint8{s.R, s.G, s.B}
	}
	low, high, value := c.Scale.Low, c.Scale.High, func(i int) float64 { return float64(c.Points.Values[i]) }
	if c.Measured && len(c.Points.Values) == n {
		for i, color := range c.Scale.Palette.Table(steps) {
			store(i, color)
		}
	} else {
		low, high = c.Points.heights()
		value = func(i int) float64 { return float64(c.Points.Positions[3*i+1]) }
		for i := range steps {
			k := 0.45 + 1.9*float32(i)/steps
			store(i, RGBA{k * c.Plain[0], k * c.Plain[1], k * c.Plain[2], 1})
		}
	}
	out := make([]uint8, 3*n)
	for i := range n {
		t := (value(i) - low) / math.Max(high-low, 1e-9)
		copy(out[3*i:], table[int(math.Min(1, math.Max(0, t))*(steps-1)+0.5)][:])
	}
	return out
}

// heights are those between which most points lie, metres.
func (p *Points) heights() (low, high float64) {
	var some []float32
	for i := 0; i < p.Len(); i += 1 + p.Len()/4096 {
		some = append(some, p.Positions[3*i+1])
	}
	if len(some) == 0 {
		return 0, 1
	}
	slices.Sort(some)
	return float64(some[len(some)/50]), float64(some[len(some)-1-len(some)/50])
}
