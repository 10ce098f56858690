package plan

import (
	"context"
	"fmt"
	"math"
	"sync"

	"github.com/glasstwin/glasstwin/scene/geom"
)

// Mesh is the floor that is left to a body of one radius, in triangles with
// their neighbours. It is safe for concurrent use once made.
type Mesh struct {
	points  []geom.Vec2
	corner  []bool // of a point: a way may bend around it
	cells   []cell
	grid    [][]int32 // triangles that touch a square of the grid
	lo      geom.Vec2
	side    float64 // of a square, metres
	nx, nz  int
	regions []int // of a cell: the piece of floor that it is of
	radius  float64

	searches *sync.Pool // of *search: a search takes its memory from the one before
}

// cell is a triangle: its corners run counter-clockwise in (x, z), and beyond
// the side from corner k to the next lies next[k], or nothing (-1).
type cell struct {
	at   [3]int32
	next [3]int32
}

// NewMesh makes the mesh of a floor for bodies of the given radius in metres.
func NewMesh(ctx context.Context, f Floor, radius float64) (*Mesh, error) {
	regions, err := f.Inset(ctx, radius)
	if err != nil {
		return nil, fmt.Errorf("cut the floor for ways: %w", err)
	}
	m := &Mesh{radius: radius, searches: &sync.Pool{New: func() any { return &search{} }}}
	for n, r := range regions {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		m.add(r, n)
	}
	if len(m.cells) == 0 {
		return nil, fmt.Errorf("cut the floor for ways: %w", ErrEmpty)
	}
	m.join()
	m.delaunay()
	m.index()
	return m, nil
}

// Radius is that of the bodies the mesh was made for, metres.
func (m *Mesh) Radius() float64 { return m.radius }

// Triangles are the corners of the mesh, for drawing.
func (m *Mesh) Triangles() [][3]geom.Vec2 {
	out := make([][3]geom.Vec2, len(m.cells))
	for i, c := range m.cells {
		out[i] = [3]geom.Vec2{m.points[c.at[0]], m.points[c.at[1]], m.points[c.at[2]]}
	}
	return out
}

func (m *Mesh) add(r Region, n int) {
	base := int32(len(m.points))
	for _, loop := range append([][]geom.Vec2{r.Outline}, r.Holes...) {
		for i, p := range loop {
			before, after := loop[(i+len(loop)-1)%len(loop)], loop[(i+1)%len(loop)]
			m.points = append(m.points, p)
			// The floor lies on the left, so a turn to the right juts into it.
			m.corner = append(m.corner, cross(p.Sub(before), after.Sub(p)) < 0)
		}
	}
	for _, t := range geom.Triangulate(r.Outline, r.Holes...) {
		c := cell{at: [3]int32{base + int32(t[0]), base + int32(t[1]), base + int32(t[2])}, next: [3]int32{-1, -1, -1}}
		m.cells = append(m.cells, c)
		m.regions = append(m.regions, n)
	}
}

// join finds the neighbours.
func (m *Mesh) join() {
	type side struct{ a, b int32 }
	open := make(map[side][2]int32, 3*len(m.cells))
	for i, c := range m.cells {
		for k := range 3 {
			a, b := c.at[k], c.at[(k+1)%3]
			if other, ok := open[side{b, a}]; ok {
				m.cells[i].next[k] = other[0]
				m.cells[other[0]].next[other[1]] = int32(i)
				delete(open, side{b, a})
				continue
			}
			open[side{a, b}] = [2]int32{int32(i), int32(k)}
		}
	}
}

func (m *Mesh) index() {
	lo, hi := m.points[0], m.points[0]
	for _, p := range m.points {
		for k := range 2 {
			lo[k], hi[k] = min(lo[k], p[k]), max(hi[k], p[k])
		}
	}
	area := (hi[0] - lo[0]) * (hi[1] - lo[1])
	m.lo, m.side = lo, max(0.25, math.Sqrt(area/float64(4*len(m.cells))))
	m.nx, m.nz = 1+int((hi[0]-lo[0])/m.side), 1+int((hi[1]-lo[1])/m.side)
	m.grid = make([][]int32, m.nx*m.nz)
	for i, c := range m.cells {
		a, b := m.square(m.points[c.at[0]]), m.square(m.points[c.at[0]])
		for _, k := range c.at[1:] {
			s := m.square(m.points[k])
			for q := range 2 {
				a[q], b[q] = min(a[q], s[q]), max(b[q], s[q])
			}
		}
		for z := a[1]; z <= b[1]; z++ {
			for x := a[0]; x <= b[0]; x++ {
				if m.touches(c, geom.Vec2{m.lo[0] + float64(x)*m.side, m.lo[1] + float64(z)*m.side}) {
					m.grid[z*m.nx+x] = append(m.grid[z*m.nx+x], int32(i))
				}
			}
		}
	}
}

func (m *Mesh) square(p geom.Vec2) [2]int {
	return [2]int{
		int(min(float64(m.nx-1), max(0, (p[0]-m.lo[0])/m.side))),
		int(min(float64(m.nz-1), max(0, (p[1]-m.lo[1])/m.side))),
	}
}

// touches tells whether a triangle may reach into the square at lo: no side of
// the triangle has the whole square beyond it.
func (m *Mesh) touches(c cell, lo geom.Vec2) bool {
	for k := range 3 {
		a, b := m.points[c.at[k]], m.points[c.at[(k+1)%3]]
		d := b.Sub(a)
		best := math.Inf(-1)
		for _, q := range [4]geom.Vec2{{0, 0}, {m.side, 0}, {0, m.side}, {m.side, m.side}} {
			best = max(best, cross(d, lo.Add(q).Sub(a)))
		}
		if best < 0 {
			return false
		}
	}
	return true
}

// Spot is a place on the mesh.
type Spot struct {
	At   geom.Vec2
	cell int32
}

// Region tells which piece of floor the spot is on: there is a way between two
// spots exactly when they are of one.
func (m *Mesh) Region(s Spot) int { return m.regions[s.cell] }

const onEdge = 1e-9 // square metres by which a point may lie beyond a side

func (m *Mesh) holds(c int32, p geom.Vec2) bool {
	t := &m.cells[c]
	for k := range 3 {
		a := m.points[t.at[k]]
		if cross(m.points[t.at[(k+1)%3]].Sub(a), p.Sub(a)) < -onEdge {
			return false
		}
	}
	return true
}

// Locate is the spot nearest to a point within reach metres of it; false when
// the mesh is farther away.
func (m *Mesh) Locate(p geom.Vec2, reach float64) (Spot, bool) {
	if math.IsNaN(p[0]) || math.IsNaN(p[1]) {
		return Spot{}, false
	}
	at := m.square(p)
	for _, c := range m.grid[at[1]*m.nx+at[0]] {
		if m.holds(c, p) {
			return Spot{p, c}, true
		}
	}
	best, found := Spot{}, false
	lo, hi := m.square(p.Sub(geom.Vec2{reach, reach})), m.square(p.Add(geom.Vec2{reach, reach}))
	for z := lo[1]; z <= hi[1]; z++ {
		for x := lo[0]; x <= hi[0]; x++ {
			for _, c := range m.grid[z*m.nx+x] {
				t := &m.cells[c]
				for k := range 3 {
					q := Nearest([2]geom.Vec2{m.points[t.at[k]], m.points[t.at[(k+1)%3]]}, p)
					if l := q.Sub(p).Len(); l <= reach && (!found || l < best.At.Sub(p).Len()) {
						best, found = Spot{q, c}, true
					}
				}
			}
		}
	}
	return best, found
}

// Sees tells whether the straight line between two spots stays on the mesh.
func (m *Mesh) Sees(a, b Spot) bool {
	d := b.At.Sub(a.At)
	at, from := a.cell, int32(-1)
	for range len(m.cells) {
		if at == b.cell || m.holds(at, b.At) {
			return true
		}
		t := &m.cells[at]
		out := -1
		best := math.Inf(-1)
		for k := range 3 {
			if t.next[k] >= 0 && t.next[k] == from {
				continue
			}
			p, q := m.points[t.at[k]], m.points[t.at[(k+1)%3]]
			// The line leaves by the side whose two ends it passes between.
			left, right := cross(d, q.Sub(a.At)), cross(d, p.Sub(a.At))
			if left < -onEdge || right > onEdge {
				continue
			}
			e := q.Sub(p)
			den := cross(d, e)
			if den <= 0 {
				continue
			}
			if along := cross(p.Sub(a.At), e) / den; along > best {
				best, out = along, k
			}
		}
		if out < 0 || t.next[out] < 0 {
			return false
		}
		at, from = t.next[out], at
	}
	return false
}
