package mesh

import (
	"math"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// surface is a mesh for editing: places shared by all vertices that stand
// there, corners (a place with its normal, texture and material) and triangles
// between corners.
type surface struct {
	from   scene.Mesh
	at     []geom.Vec3 // of a place
	corner []corner
	tri    []face
	star   [][]int32 // the living triangles at a place
	size   float64   // diagonal of the box
	slot   []int32   // scratch of rims: 1 + where a place stands in the list
}

// corner is a vertex of a primitive.
type corner struct {
	place  int32
	prim   int32
	index  uint32 // within the primitive
	normal geom.Vec3
}

// face is a triangle; dead ones stay in the list.
type face struct {
	c    [3]int32
	prim int32
	dead bool
	// moved is whether a corner stands elsewhere than at first.
	moved bool
	near  []int32 // samples of the first surface that lie nearest to it
}

// newSurface opens m. Triangles that name a place twice are left out.
func newSurface(m scene.Mesh) *surface {
	s := &surface{from: m, size: m.Box().Size().Len()}
	places := make(map[[3]float32]int32)
	for k, p := range m.Primitives {
		base := int32(len(s.corner))
		for v := range len(p.Positions) / 3 {
			key := [3]float32{p.Positions[3*v] + 0, p.Positions[3*v+1] + 0, p.Positions[3*v+2] + 0}
			id, ok := places[key]
			if !ok {
				id = int32(len(s.at))
				places[key] = id
				s.at = append(s.at, vec(p.Positions, v))
			}
			s.corner = append(s.corner, corner{place: id, prim: int32(k), index: uint32(v), normal: unit(vec(p.Normals, v))})
		}
		for t := 0; t+2 < len(p.Indices); t += 3 {
			f := face{prim: int32(k), c: [3]int32{base + int32(p.Indices[t]), base + int32(p.Indices[t+1]), base + int32(p.Indices[t+2])}}
			a, b, c := s.corner[f.c[0]].place, s.corner[f.c[1]].place, s.corner[f.c[2]].place
			if a != b && b != c && c != a {
				s.tri = append(s.tri, f)
			}
		}
	}
	s.star = make([][]int32, len(s.at))
	s.slot = make([]int32, len(s.at))
	for i := range s.tri {
		for _, p := range s.places(int32(i)) {
			s.star[p] = append(s.star[p], int32(i))
		}
	}
	return s
}

// places are the places of the corners of a triangle.
func (s *surface) places(t int32) [3]int32 {
	c := &s.tri[t].c
	return [3]int32{s.corner[c[0]].place, s.corner[c[1]].place, s.corner[c[2]].place}
}

// cross is the normal of a triangle, as long as twice its area.
func (s *surface) cross(t int32) geom.Vec3 {
	p := s.places(t)
	return s.at[p[1]].Sub(s.at[p[0]]).Cross(s.at[p[2]].Sub(s.at[p[0]]))
}

// mesh returns what lives, its vertices in the order of the first mesh.
func (s *surface) mesh() scene.Mesh {
	out := s.from
	out.Primitives = make([]scene.Primitive, len(s.from.Primitives))
	for k, p := range s.from.Primitives {
		p.Indices = nil
		out.Primitives[k] = p
	}
	for i := range s.tri {
		f := &s.tri[i]
		if f.dead {
			continue
		}
		p := &out.Primitives[f.prim]
		for _, c := range f.c {
			p.Indices = append(p.Indices, s.corner[c].index)
		}
	}
	for k := range out.Primitives {
		out.Primitives[k] = compact(out.Primitives[k])
	}
	return out
}

// rim is an edge at a place: the place at its other end and the living
// triangles on it.
type rim struct {
	to    int32
	count int32
}

// rims lists the edges at a place.
func (s *surface) rims(place int32, into []rim) []rim {
	into = into[:0]
	for _, t := range s.star[place] {
		for _, q := range s.places(t) {
			if q == place {
				continue
			}
			if s.slot[q] == 0 {
				into = append(into, rim{to: q})
				s.slot[q] = int32(len(into))
			}
			into[s.slot[q]-1].count++
		}
	}
	for _, r := range into {
		s.slot[r.to] = 0
	}
	return into
}

// quadric is the sum of squared distances to weighted planes (Garland and
// Heckbert 1997), as the upper half of a symmetric matrix.
type quadric struct {
	xx, xy, xz, xw, yy, yz, yw, zz, zw, ww float64
	weight                                 float64
}

// plane adds the plane through p with unit normal n.
func (q *quadric) plane(p, n geom.Vec3, weight float64) {
	d := -n.Dot(p)
	q.add(quadric{
		weight * n[0] * n[0], weight * n[0] * n[1], weight * n[0] * n[2], weight * n[0] * d,
		weight * n[1] * n[1], weight * n[1] * n[2], weight * n[1] * d,
		weight * n[2] * n[2], weight * n[2] * d, weight * d * d, weight,
	})
}

func (q *quadric) add(o quadric) {
	q.xx += o.xx
	q.xy += o.xy
	q.xz += o.xz
	q.xw += o.xw
	q.yy += o.yy
	q.yz += o.yz
	q.yw += o.yw
	q.zz += o.zz
	q.zw += o.zw
	q.ww += o.ww
	q.weight += o.weight
}

// at is the mean squared distance of p to the planes.
func (q *quadric) at(p geom.Vec3) float64 {
	x, y, z := p[0], p[1], p[2]
	v := q.xx*x*x + q.yy*y*y + q.zz*z*z + q.ww +
		2*(q.xy*x*y+q.xz*x*z+q.yz*y*z+q.xw*x+q.yw*y+q.zw*z)
	if q.weight == 0 {
		return 0
	}
	return math.Max(0, v/q.weight)
}
