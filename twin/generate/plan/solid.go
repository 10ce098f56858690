package plan

import (
	"math"
	"slices"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// prism is a piece of ground with the heights between which it is solid.
type prism struct {
	ground []vec // counter-clockwise in the plan
	solid  [][2]float64
}

// solid builds the closed surface of prisms that stand side by side: what two
// of them share is left out, so that nothing lies in one plane twice.
type solid struct {
	points []vec
	at     map[[2]int64]int
	cells  [][]int // points of each prism
	prisms []prism
}

// grain is within which points of neighbours are one, metres.
const grain = 1e-5

func (s *solid) point(p vec) int {
	key := [2]int64{int64(math.Round(p[0] / grain)), int64(math.Round(p[1] / grain))}
	for dx := int64(-1); dx <= 1; dx++ {
		for dy := int64(-1); dy <= 1; dy++ {
			if i, ok := s.at[[2]int64{key[0] + dx, key[1] + dy}]; ok {
				return i
			}
		}
	}
	s.at[key] = len(s.points)
	s.points = append(s.points, p)
	return len(s.points) - 1
}

func newSolid(prisms []prism) *solid {
	s := &solid{at: map[[2]int64]int{}}
	for _, p := range prisms {
		var cell []int
		for _, q := range p.ground {
			if i := s.point(q); len(cell) == 0 || cell[len(cell)-1] != i {
				cell = append(cell, i)
			}
		}
		for len(cell) > 1 && cell[0] == cell[len(cell)-1] {
			cell = cell[:len(cell)-1]
		}
		if len(cell) >= 3 {
			s.cells, s.prisms = append(s.cells, cell), append(s.prisms, p)
		}
	}
	return s
}

// mesher gathers the triangles of a surface.
type mesher struct{ scene.Primitive }

// corner of a face, in the frame of the scene.
func (m *mesher) corner(p, n geom.Vec3, u, v float64) uint32 {
	m.Positions = append(m.Positions, float32(p[0]), float32(p[1]), float32(p[2]))
	m.Normals = append(m.Normals, float32(n[0]), float32(n[1]), float32(n[2]))
	m.UVs = append(m.UVs, float32(u), float32(v))
	return uint32(len(m.Positions)/3 - 1)
}

// mesh appends the surface.
func (s *solid) mesh(m *mesher) {
	levels := make([][]float64, len(s.points))
	owners := map[[2]int][]int{}
	for c, cell := range s.cells {
		for i, a := range cell {
			side := [2]int{a, cell[(i+1)%len(cell)]}
			owners[side] = append(owners[side], c)
			for _, iv := range s.prisms[c].solid {
				levels[a] = append(levels[a], iv[0], iv[1])
			}
		}
	}
	for i := range levels {
		slices.Sort(levels[i])
		levels[i] = slices.Compact(levels[i])
	}
	for c, cell := range s.cells {
		for _, iv := range s.prisms[c].solid {
			s.cap(m, cell, iv[1], true)
			s.cap(m, cell, iv[0], false)
		}
		for i, a := range cell {
			b := cell[(i+1)%len(cell)]
			var beyond [][2]float64
			// Pieces that overlap may both claim a side: then each is closed on its own.
			if o := owners[[2]int{b, a}]; len(o) == 1 && len(owners[[2]int{a, b}]) == 1 {
				beyond = s.prisms[o[0]].solid
			}
			for _, iv := range s.prisms[c].solid {
				for _, f := range intervals(beyond).free(iv[0], iv[1]) {
					s.side(m, a, b, f, levels)
				}
			}
		}
	}
}

// cap closes a prism at a height, looking up or down.
func (s *solid) cap(m *mesher, cell []int, y float64, up bool) {
	ground := make([]vec, len(cell))
	for i, p := range cell {
		ground[i] = s.points[p]
	}
	n := geom.Vec3{0, 1, 0}
	if !up {
		n[1] = -1
	}
	first := uint32(len(m.Positions) / 3)
	for _, p := range ground {
		m.corner(geom.Vec3{p[0], y, -p[1]}, n, p[0], -p[1])
	}
	for _, t := range cover(ground) {
		if up {
			m.Indices = append(m.Indices, first+uint32(t[0]), first+uint32(t[1]), first+uint32(t[2]))
		} else {
			m.Indices = append(m.Indices, first+uint32(t[0]), first+uint32(t[2]), first+uint32(t[1]))
		}
	}
}

// cover triangulates an outline so that every one of its edges bounds exactly
// one triangle, also where corners lie on a line: neighbours share them.
func cover(ground []vec) [][3]int {
	tris := geom.Triangulate(ground)
	if len(tris) == len(ground)-2 {
		return tris
	}
	// A corner on a line was passed over. The triangle that has the long edge is
	// split there.
	used := make([]bool, len(ground))
	for _, t := range tris {
		used[t[0]], used[t[1]], used[t[2]] = true, true, true
	}
	for i := range ground {
		if used[i] {
			continue
		}
		for k, t := range tris {
			split := false
			for e := range 3 {
				a, b, c := t[e], t[(e+1)%3], t[(e+2)%3]
				d := ground[b].Sub(ground[a])
				l := d.Len()
				u := ground[i].Sub(ground[a]).Dot(d) / l
				if math.Abs(cross(d.Mul(1/l), ground[i].Sub(ground[a]))) < 2*grain && u > 0 && u < l {
					tris[k] = [3]int{a, i, c}
					tris = append(tris, [3]int{i, b, c})
					split = true
					break
				}
			}
			if split {
				break
			}
		}
	}
	return tris
}

// side is the upright face from point a to b between two heights, with a corner
// at every height at which a neighbour has one.
func (s *solid) side(m *mesher, a, b int, f [2]float64, levels [][]float64) {
	p, q := s.points[a], s.points[b]
	d := q.Sub(p)
	l := d.Len()
	if l < 1e-9 {
		return
	}
	n := geom.Vec3{d[1] / l, 0, d[0] / l} // right of the way, z = -y
	along := d.Mul(1 / l)
	if along[0] < -1e-9 || math.Abs(along[0]) <= 1e-9 && along[1] < 0 {
		along = along.Mul(-1) // the texture runs on over collinear pieces
	}
	column := func(i int) []uint32 {
		g := s.points[i]
		var o []uint32
		add := func(y float64) {
			o = append(o, m.corner(geom.Vec3{g[0], y, -g[1]}, n, g.Dot(along), y))
		}
		add(f[0])
		for _, y := range levels[i] {
			if y > f[0]+1e-9 && y < f[1]-1e-9 {
				add(y)
			}
		}
		add(f[1])
		return o
	}
	ca, cb := column(a), column(b)
	height := func(i uint32) float32 { return m.Positions[3*i+1] }
	for i, j := 0, 0; i+1 < len(ca) || j+1 < len(cb); {
		if j+1 == len(cb) || i+1 < len(ca) && height(ca[i+1]) <= height(cb[j+1]) {
			m.Indices = append(m.Indices, ca[i], cb[j], ca[i+1])
			i++
		} else {
			m.Indices = append(m.Indices, ca[i], cb[j], cb[j+1])
			j++
		}
	}
}
