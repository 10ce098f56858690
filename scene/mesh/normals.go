package mesh

import (
	"math"
	"slices"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/scene/geom/crease"
)

// Normals returns p with shading normals made from its shape: the mean of the
// faces at a corner, weighted by their angles, of those that turn less than
// angle (rad) from the corner's own. Vertices are split where that makes them
// differ. Tangents are dropped: they belong to the old normals.
func Normals(p scene.Primitive, angle float64) scene.Primitive {
	vertex, normals, indices := crease.Normals(p.Positions, p.Indices, angle)
	p.Tangents = nil
	out := gather(p, vertex)
	out.Normals, out.Indices = normals, indices
	return out
}

// Implied tells whether the normals of p follow from its shape: whether those
// that Normals makes with some angle differ from what is stored by less than
// tolerance, rad, at every corner. Such normals need not be stored where the
// reader makes them. Flat shading is the angle zero.
func Implied(p scene.Primitive, tolerance float64) (angle float64, ok bool) {
	limit := math.Cos(tolerance)
next:
	for _, angle := range []float64{0, math.Pi / 9, math.Pi / 6, math.Pi / 4, math.Pi / 3, math.Pi / 2, math.Pi} {
		_, normals, corners := crease.Normals(p.Positions, p.Indices, angle)
		for i, v := range p.Indices {
			if vec(normals, int(corners[i])).Dot(unit(vec(p.Normals, int(v)))) < limit {
				continue next
			}
		}
		return angle, true
	}
	return 0, false
}

// facetedWithin is how far a corner's normal may be from its triangle's where the
// whole is still called flat, radians: less than anyone sees.
const facetedWithin = 0.01

// Faceted tells whether every triangle of p is shaded flat, so that its normals
// need not be stored.
func Faceted(p scene.Primitive) bool {
	least := math.Cos(facetedWithin)
	for i := 0; i+2 < len(p.Indices); i += 3 {
		t := p.Indices[i : i+3]
		a := vec(p.Positions, int(t[0]))
		face := vec(p.Positions, int(t[1])).Sub(a).Cross(vec(p.Positions, int(t[2])).Sub(a))
		long := face.Len()
		if long < 1e-14 {
			return false
		}
		for _, v := range t {
			if n := vec(p.Normals, int(v)); face.Dot(n) < least*long*n.Len() {
				return false
			}
		}
	}
	return len(p.Indices) > 0
}

// Tangents returns p with a tangent along u for each vertex and the handedness
// of its texture, as MikkTSpace has them: the derivative of each triangle, laid
// into the plane of the vertex's normal, weighted by the angle there; vertices
// are split where triangles of either handedness meet. As glTF counts v
// downwards and green upwards, the handedness is 1 where a picture stands
// unmirrored on the surface: the other sign than MikkTSpace's own. A vertex
// without texture, or with none that has an area, gets a tangent across its
// normal.
func Tangents(p scene.Primitive) scene.Primitive {
	n := len(p.Positions) / 3
	type half struct {
		id  uint32
		sum geom.Vec3
	}
	var which []uint32
	halves := make([][2]*half, n)
	var all []*half
	var signs []float32
	indices := make([]uint32, len(p.Indices))
	for i := 0; i+2 < len(p.Indices); i += 3 {
		t := p.Indices[i : i+3]
		along, mirrored := geom.Vec3{}, 0
		if len(p.UVs) == 2*n {
			a, b, c := vec(p.Positions, int(t[0])), vec(p.Positions, int(t[1])), vec(p.Positions, int(t[2]))
			u := func(k int) float64 { return float64(p.UVs[2*t[k]]) - float64(p.UVs[2*t[0]]) }
			v := func(k int) float64 { return float64(p.UVs[2*t[k]+1]) - float64(p.UVs[2*t[0]+1]) }
			area := u(1)*v(2) - u(2)*v(1)
			if area > 0 {
				mirrored = 1
			}
			if area != 0 {
				along = b.Sub(a).Mul(v(2)).Sub(c.Sub(a).Mul(v(1))).Mul(1 / area)
			}
		}
		for k, v := range t {
			h := halves[v][mirrored]
			if h == nil {
				h = &half{id: uint32(len(all))}
				halves[v][mirrored] = h
				all = append(all, h)
				which = append(which, v)
				signs = append(signs, float32(1-2*mirrored))
			}
			a := vec(p.Positions, int(v))
			b, c := vec(p.Positions, int(t[(k+1)%3])).Sub(a), vec(p.Positions, int(t[(k+2)%3])).Sub(a)
			normal := unit(vec(p.Normals, int(v)))
			level := func(v geom.Vec3) geom.Vec3 { return v.Sub(normal.Mul(normal.Dot(v))) }
			b, c = level(b), level(c)
			h.sum = h.sum.Add(unit(level(along)).Mul(math.Atan2(b.Cross(c).Len(), b.Dot(c))))
			indices[i+k] = h.id
		}
	}
	p.Tangents = nil
	out := gather(p, which)
	out.Indices = indices
	out.Tangents = make([]float32, 0, 4*len(all))
	for i, h := range all {
		t := unit(h.sum)
		if t == (geom.Vec3{}) {
			t = across(vec(out.Normals, i))
		}
		out.Tangents = append(out.Tangents, float32(t[0]), float32(t[1]), float32(t[2]), signs[i])
	}
	return out
}

// WithTangents is a scene whose primitives have tangents where their material has
// a picture of normals to turn by them, and no others: a viewer makes none of its
// own then. What is not changed is shared with sc.
func WithTangents(sc *scene.Scene) *scene.Scene {
	out := *sc
	out.Meshes = slices.Clone(sc.Meshes)
	for i, m := range out.Meshes {
		changed := false
		for k, p := range m.Primitives {
			if !sc.Materials[p.Material].Bumpy() || len(p.UVs) == 0 || len(p.Tangents) > 0 {
				continue
			}
			if !changed {
				out.Meshes[i].Primitives, changed = slices.Clone(m.Primitives), true
			}
			out.Meshes[i].Primitives[k] = Tangents(p)
		}
	}
	return &out
}

// across is some direction at a right angle to n.
func across(n geom.Vec3) geom.Vec3 {
	least := 0
	for k := range 3 {
		if math.Abs(n[k]) < math.Abs(n[least]) {
			least = k
		}
	}
	var axis geom.Vec3
	axis[least] = 1
	return unit(axis.Sub(n.Mul(n.Dot(axis))))
}

// Closed tells whether the triangles of all primitives together bound a volume:
// at every edge, found by the coordinates of its ends, as many triangles run
// one way as the other.
func Closed(primitives ...scene.Primitive) bool {
	s := newSurface(scene.Mesh{Primitives: primitives})
	edges := make(map[[2]int32]int, 3*len(s.tri)/2)
	for t := range s.tri {
		p := s.places(int32(t))
		for k, a := range p {
			b := p[(k+1)%3]
			if a < b {
				edges[[2]int32{a, b}]++
			} else {
				edges[[2]int32{b, a}]--
			}
		}
	}
	for _, n := range edges {
		if n != 0 {
			return false
		}
	}
	return len(s.tri) > 0
}
