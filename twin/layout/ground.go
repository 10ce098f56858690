package layout

import (
	"math"
	"slices"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
)

// ground is the floor of a storey in square cells: from where a wheelchair, and
// anybody else, gets to a way out. What does not move is stamped once.
type ground struct {
	lo     geom.Vec2
	cell   float64
	nx, nz int
	fixed  [2][]bool // by body: passing, turning
	radius [2]float64
	exits  []int  // cells at doors to the outside
	led    []bool // a way leads there when nothing stands
}

const (
	cellsMost = 100_000
	cellLeast = 0.1 // metres
	passing   = 0
	turning   = 1
)

func newGround(l *level, rules twin.Planning) *ground {
	b := emptyBox()
	for _, r := range l.rooms {
		for _, p := range r {
			b = b.add(p)
		}
	}
	size := b.hi.Sub(b.lo)
	g := &ground{cell: max(cellLeast, math.Sqrt(size[0]*size[1]/cellsMost))}
	g.lo = b.lo.Sub(geom.Vec2{g.cell, g.cell})
	g.nx, g.nz = int(size[0]/g.cell)+3, int(size[1]/g.cell)+3
	// A passage that is just wide enough must not fall between two cells.
	g.radius = [2]float64{max(0.1, rules.Aisle/2-0.71*g.cell), max(0.1, rules.Turning/2-0.71*g.cell)}
	inside := make([]bool, g.nx*g.nz)
	for k := range inside {
		inside[k] = l.inside(g.middle(k))
	}
	var openings []rect
	for _, d := range l.doors {
		if d.outside {
			continue
		}
		// Two rooms are one floor through their door.
		in := d.within.Sub(d.middle)
		v := in.Mul(1 / in.Len())
		o := rect{mid: d.middle, u: geom.Vec2{v[1], -v[0]}, v: v, w: g.radius[passing] + g.cell, d: in.Len() + g.radius[passing], high: 1}
		openings = append(openings, o.drawn())
	}
	for body := range g.fixed {
		g.fixed[body] = make([]bool, g.nx*g.nz)
		for k := range g.fixed[body] {
			g.fixed[body][k] = !inside[k]
		}
		for _, w := range l.walls {
			d := w[1].Sub(w[0])
			long := d.Len()
			if long < 1e-9 {
				continue
			}
			u := d.Mul(1 / long)
			r := rect{mid: w[0].Add(w[1]).Mul(0.5), u: u, v: geom.Vec2{-u[1], u[0]}, w: long / 2, d: 0}
			g.near(r.drawn(), g.radius[body], func(k int) { g.fixed[body][k] = true })
		}
		for _, b := range l.blocks {
			g.near(b, g.radius[body], func(k int) { g.fixed[body][k] = true })
		}
		if body == passing {
			for _, o := range openings {
				g.near(o.shrunk(g.radius[passing]), 0, func(k int) { g.fixed[body][k] = false })
			}
		}
	}
	for _, d := range l.doors {
		if !d.outside {
			continue
		}
		// The cells inside, over its width, that a body can be on.
		for t := -1.0; t <= 1; t += 0.25 {
			k := g.free(d.within.Add(d.along.Mul(t)), 0.5, func(k int) bool { return !g.fixed[passing][k] })
			if k >= 0 && !slices.Contains(g.exits, k) {
				g.exits = append(g.exits, k)
			}
		}
	}
	s := newStamped(g)
	s.measure(0)
	g.led = make([]bool, g.nx*g.nz)
	for k, d := range s.far {
		g.led[k] = d >= 0
	}
	return g
}

func (g *ground) middle(k int) geom.Vec2 {
	return g.lo.Add(geom.Vec2{(float64(k%g.nx) + 0.5) * g.cell, (float64(k/g.nx) + 0.5) * g.cell})
}

// near calls for each cell whose middle is within reach of a rectangle.
func (g *ground) near(r rect, reach float64, yield func(k int)) {
	b := emptyBox()
	for _, c := range r.corners {
		b = b.add(c)
	}
	x0, x1 := g.column(b.lo[0]-reach, 0, g.nx), g.column(b.hi[0]+reach, 0, g.nx)
	z0, z1 := g.column(b.lo[1]-reach, 1, g.nz), g.column(b.hi[1]+reach, 1, g.nz)
	for z := z0; z <= z1; z++ {
		for x := x0; x <= x1; x++ {
			if k := z*g.nx + x; r.away(g.middle(k)) <= reach {
				yield(k)
			}
		}
	}
}

func (g *ground) column(v float64, axis, n int) int {
	return int(min(float64(n-1), max(0, (v-g.lo[axis])/g.cell)))
}

// free is the nearest cell within reach of a point that is wanted, or -1.
func (g *ground) free(p geom.Vec2, reach float64, wanted func(k int) bool) int {
	best, least := -1, reach*reach
	x0, x1 := g.column(p[0]-reach, 0, g.nx), g.column(p[0]+reach, 0, g.nx)
	z0, z1 := g.column(p[1]-reach, 1, g.nz), g.column(p[1]+reach, 1, g.nz)
	for z := z0; z <= z1; z++ {
		dz := g.lo[1] + (float64(z)+0.5)*g.cell - p[1]
		for x := x0; x <= x1; x++ {
			dx := g.lo[0] + (float64(x)+0.5)*g.cell - p[0]
			if d := dx*dx + dz*dz; d <= least && wanted(z*g.nx+x) {
				best, least = z*g.nx+x, d
			}
		}
	}
	return best
}

// stamped is the ground with what stands on it.
type stamped struct {
	*ground
	taken [2][]uint16 // how many things stand so near to a cell
	far   []int32     // way from a cell to the nearest way out, in fifths of a cell; -1: none
	turns []int32     // likewise to a place where one turns
	queue [stepMost + 1][]int32
}

// The way over a side and over a corner of a cell, in fifths of it: 7/5 is the
// root of 2 to 1 %.
const (
	overSide   = 5
	overCorner = 7
	stepMost   = overCorner
)

func newStamped(g *ground) *stamped {
	n := g.nx * g.nz
	return &stamped{ground: g, taken: [2][]uint16{make([]uint16, n), make([]uint16, n)}, far: make([]int32, n), turns: make([]int32, n)}
}

func (s *stamped) stamp(r rect, by int) {
	for body, radius := range s.radius {
		taken := s.taken[body]
		s.near(r, radius, func(k int) { taken[k] = uint16(int(taken[k]) + by) })
	}
}

func (s *stamped) open(body, k int) bool { return s.taken[body][k] == 0 && !s.fixed[body][k] }

// measure works out the ways to the outside and to where one turns.
func (s *stamped) measure(within float64) {
	for k := range s.far {
		s.far[k], s.turns[k] = -1, -1
	}
	for _, k := range s.exits {
		if s.open(passing, k) {
			s.push(s.far, int32(k), 0)
		}
	}
	s.spread(s.far, math.MaxInt32)
	side := [4]int{1, -1, s.nx, -s.nx}
	for k := range s.turns {
		if s.far[k] >= 0 && s.open(turning, k) {
			s.turns[k] = 0
		}
	}
	for k := range s.turns { // from the rim of such places
		if s.turns[k] != 0 {
			continue
		}
		for _, d := range side {
			if n := k + d; n >= 0 && n < len(s.turns) && s.turns[n] != 0 {
				s.queue[0] = append(s.queue[0], int32(k))
				break
			}
		}
	}
	s.spread(s.turns, int32(within/s.cell*overSide)+overCorner)
}

func (s *stamped) push(at []int32, k, d int32) {
	if at[k] < 0 || at[k] > d {
		at[k] = d
		s.queue[d%(stepMost+1)] = append(s.queue[d%(stepMost+1)], k)
	}
}

// spread takes distances on from the cells in the queue (Dial 1969), up to most.
func (s *stamped) spread(at []int32, most int32) {
	steps := [8]int32{1, -1, int32(s.nx), int32(-s.nx), int32(s.nx + 1), int32(s.nx - 1), int32(-s.nx + 1), int32(-s.nx - 1)}
	taken, fixed := s.taken[passing], s.fixed[passing]
	for d, empty := int32(0), 0; empty <= stepMost && d <= most; d++ {
		slot := d % (stepMost + 1)
		list := s.queue[slot]
		s.queue[slot] = list[:0]
		if len(list) == 0 {
			empty++
			continue
		}
		empty = 0
		// What is pushed goes at most stepMost on: never into this slot.
		for _, k := range list {
			if at[k] != d {
				continue
			}
			for i, step := range steps {
				n := k + step
				// The rim of the grid lies outside of all rooms, so that no step leaves it.
				if taken[n] != 0 || fixed[n] {
					continue
				}
				cost := int32(overSide)
				if i >= 4 {
					cost = overCorner
				}
				if next := d + cost; at[n] < 0 || at[n] > next {
					at[n] = next
					s.queue[next%(stepMost+1)] = append(s.queue[next%(stepMost+1)], n)
				}
			}
		}
	}
	for i := range s.queue {
		s.queue[i] = s.queue[i][:0]
	}
}

// metres is a way as measured.
func (s *stamped) metres(d int32) float64 {
	if d < 0 {
		return math.Inf(1)
	}
	return float64(d) * s.cell / overSide
}

// farthest is the cell from which the way out is longest; -1 when there is none.
func (s *stamped) farthest() (k int, way float64) {
	k = -1
	most := int32(-1)
	for i, d := range s.far {
		if d > most {
			k, most = i, d
		}
	}
	return k, s.metres(most)
}
