package infer

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/scene/plan"
	"github.com/glasstwin/glasstwin/twin"
)

// Options of an inference. The zero value is usual.
type Options struct {
	Body  float64 // radius of what goes by, metres; 0: 0.2, a shoulder; a cart has 0.35
	Least float64 // ways that must go over a square before it counts as free; 0: 1
	// Floor are the outlines of rooms, where they are known: then what stands at a
	// wall is found, too, in rooms that anybody goes to. nil: only what ways
	// surround within a fixture's size of each other.
	Floor [][]geom.Vec2
}

// Fixture is something that people go around.
type Fixture struct {
	Middle geom.Vec2
	Size   [2]float64 // along its own right and its own front
	Yaw    float64    // radians, about +Y
	Passed int        // ways that went right past it
	Sure   float64    // chance that the next one does not go through it either, by Laplace's rule of succession
}

// Aisle is a long piece of free floor between fixtures.
type Aisle struct {
	Name   string
	Middle geom.Vec2
	Size   [2]float64
	Yaw    float64
	People int // ways that went along it for half its length
}

// Plan is what was found.
type Plan struct {
	Yaw      float64 // of the main direction, radians
	Fixtures []Fixture
	Aisles   []Aisle
	Free     float64 // m² that people's bodies covered
	Full     float64 // m² of fixtures
	raster   *raster
}

// Figures of an inference.
const (
	side       = 0.1 // m of a square
	span       = 3.2 // m of a gap between ways that a fixture may fill, where no floor is given
	thinnest   = 0.4 // m of a fixture
	smallest   = 0.3 // m² of a fixture
	squaresMax = 4_000_000
	aisleLong  = 3.0 // m
	aisleWide  = 3.4 // m
	aisleShape = 2.0 // times as long as wide
	beside     = 0.5 // share of its long sides along which fixtures stand
)

// ErrNowhere is of ways that surround nothing.
var ErrNowhere = errors.New("the ways surround no floor: more of them are needed")

// Find finds fixtures and aisles.
func Find(people []twin.Trajectory, o Options) (*Plan, error) {
	if o.Body == 0 {
		o.Body = 0.2
	}
	if o.Least == 0 {
		o.Least = 1
	}
	if !(o.Body > 0 && o.Body < 2) {
		return nil, fmt.Errorf("a body of %g m: give its radius, below 2", o.Body)
	}
	r, err := lay(people, o)
	if err != nil {
		return nil, err
	}
	p := &Plan{Yaw: r.turn, raster: r}
	for i := range r.within {
		if r.free[i] {
			p.Free += side * side
		}
	}
	for _, c := range r.cut(func(i int) bool { return r.within[i] && !r.free[i] }, thinnest, smallest) {
		passed := r.past(c, people)
		p.Fixtures = append(p.Fixtures, Fixture{Middle: r.world(c.middle()), Size: c.size(), Yaw: p.Yaw, Passed: passed, Sure: 1 - 1/float64(passed+2)})
		p.Full += c.size()[0] * c.size()[1]
		r.mark(c)
	}
	p.aisles(people)
	slices.SortStableFunc(p.Fixtures, func(a, b Fixture) int {
		if a.Size[0]*a.Size[1] > b.Size[0]*b.Size[1] {
			return -1
		}
		return 1
	})
	return p, nil
}

// aisles are the long rectangles of free floor with fixtures on both sides.
func (p *Plan) aisles(people []twin.Trajectory) {
	r := p.raster
	for _, c := range r.cut(func(i int) bool { return r.within[i] && r.free[i] }, 0.6, 1) {
		s := c.size()
		long, wide := max(s[0], s[1]), min(s[0], s[1])
		if long < aisleLong || wide > aisleWide || long < aisleShape*wide || r.flanked(c) < beside {
			continue
		}
		a := Aisle{Middle: r.world(c.middle()), Size: s, Yaw: p.Yaw}
		for _, w := range people {
			a.People += along(r, c, w)
		}
		p.Aisles = append(p.Aisles, a)
	}
	slices.SortStableFunc(p.Aisles, func(a, b Aisle) int { // as one reads a plan
		switch {
		case a.Middle[0]+0.5*a.Middle[1] < b.Middle[0]+0.5*b.Middle[1]:
			return -1
		case a.Middle[0]+0.5*a.Middle[1] > b.Middle[0]+0.5*b.Middle[1]:
			return 1
		}
		return 0
	})
	for i := range p.Aisles {
		p.Aisles[i].Name = fmt.Sprintf("aisle %d", i+1)
	}
}

// along is 1 for a way that goes through a rectangle for half its length.
func along(r *raster, c box, w twin.Trajectory) int {
	lo, hi := math.Inf(1), math.Inf(-1)
	axis := 0
	if s := c.size(); s[1] > s[0] {
		axis = 1
	}
	for _, f := range w.Fixes {
		if at := r.local(geom.Vec2{f.X, f.Z}); c.holds(at) {
			lo, hi = min(lo, at[axis]), max(hi, at[axis])
		}
	}
	if hi-lo > c.size()[axis]/2 {
		return 1
	}
	return 0
}

// Outline is the rectangle that a fixture stands on.
func (f Fixture) Outline() []geom.Vec2 { return outline(f.Middle, f.Size, f.Yaw) }

// Outline is that of the free floor.
func (a Aisle) Outline() []geom.Vec2 { return outline(a.Middle, a.Size, a.Yaw) }

func outline(m geom.Vec2, size [2]float64, yaw float64) []geom.Vec2 {
	s, c := math.Sincos(yaw)
	w, d := geom.Vec2{c, -s}.Mul(size[0]/2), geom.Vec2{s, c}.Mul(size[1]/2)
	return []geom.Vec2{m.Sub(w).Sub(d), m.Add(w).Sub(d), m.Add(w).Add(d), m.Sub(w).Add(d)}
}

// Agreement is how well what was found covers what stands.
type Agreement struct {
	IoU       float64 // area of both over area of either
	Precision float64 // of the area that was found, what something stands on
	Recall    float64 // of the area that things stand on, what was found
	Found     int     // things at least half of whose area was found
	There     int
}

// Agree compares the fixtures with what stands within a floor.
func (p *Plan) Agree(floor [][]geom.Vec2, stands [][]geom.Vec2) Agreement {
	const fine = 0.1
	lo, hi := plan.Floor{Outlines: floor}.Box()
	a := Agreement{There: len(stands)}
	area, covered := make([]float64, len(stands)), make([]float64, len(stands))
	found := make([][]geom.Vec2, len(p.Fixtures))
	for i, f := range p.Fixtures {
		found[i] = f.Outline()
	}
	inAny := func(loops [][]geom.Vec2, at geom.Vec2) bool {
		return slices.ContainsFunc(loops, func(l []geom.Vec2) bool { return plan.Inside(l, at) })
	}
	var both, only, missed float64
	for z := lo[1] + fine/2; z < hi[1]; z += fine {
		for x := lo[0] + fine/2; x < hi[0]; x += fine {
			at := geom.Vec2{x, z}
			if !inAny(floor, at) {
				continue
			}
			is, was := inAny(found, at), false
			for i, l := range stands {
				if plan.Inside(l, at) {
					was = true
					area[i]++
					if is {
						covered[i]++
					}
				}
			}
			switch {
			case is && was:
				both++
			case is:
				only++
			case was:
				missed++
			}
		}
	}
	for i := range stands {
		if area[i] == 0 {
			a.There-- // it stands elsewhere
		} else if covered[i] >= area[i]/2 {
			a.Found++
		}
	}
	a.IoU, a.Precision, a.Recall = both/max(1, both+only+missed), both/max(1, both+only), both/max(1, both+missed)
	return a
}
