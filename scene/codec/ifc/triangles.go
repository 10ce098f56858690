package ifc

import (
	"math"
	"slices"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// creaseCos is the cosine of the angle up to which neighbouring faces of one
// bend are shaded as one smooth surface: 35°.
const creaseCos = 0.82

// fitted is a slice without much room behind it: corners were counted, of which
// many are shared.
func fitted[T any](s []T) []T {
	if cap(s) > len(s)+len(s)/8 {
		return append(make([]T, 0, len(s)), s...)
	}
	return s
}

// vertex is what makes two corners the same: the bits of position, normal and
// texture coordinates, which hash faster than the numbers.
type vertex [8]uint32

func vertexOf(p, n geom.Vec3, u, v float64) vertex {
	bits := func(f float64) uint32 { return math.Float32bits(float32(f)) }
	return vertex{bits(p[0]), bits(p[2]), bits(-p[1]), bits(n[0]), bits(n[2]), bits(-n[1]), bits(u), bits(v)}
}

// builder fills one primitive.
type builder struct {
	centre geom.Vec3
	index  map[vertex]uint32
	out    scene.Primitive
}

// corner3 finds the faces around a point of a curved surface.
type corner3 struct {
	p    [3]int64
	bend int
}

func cornerOf(p geom.Vec3, bend int) corner3 {
	const cell = 10 * weldReach
	return corner3{[3]int64{int64(math.Round(p[0] / cell)), int64(math.Round(p[1] / cell)), int64(math.Round(p[2] / cell))}, bend}
}

// add makes the triangles of those faces of a body that have a colour.
func (b *builder) add(bd *body, paint scene.MaterialID) {
	corners := 0
	for _, f := range bd.faces {
		corners += len(f.loops[0])
	}
	b.out.Positions = slices.Grow(b.out.Positions, 3*corners)
	b.out.Normals = slices.Grow(b.out.Normals, 3*corners)
	b.out.UVs = slices.Grow(b.out.UVs, 2*corners)
	b.out.Indices = slices.Grow(b.out.Indices, 3*corners)
	normals := make([]geom.Vec3, len(bd.faces))
	around := map[corner3][]geom.Vec3{}
	for i, f := range bd.faces {
		normals[i], _ = normal(f.loops[0])
		if f.bend == 0 {
			continue
		}
		for _, loop := range f.loops {
			for _, p := range loop {
				c := cornerOf(p, f.bend)
				list := around[c]
				known := len(list) > 40
				for _, n := range list {
					known = known || n.Dot(normals[i]) > 1-1e-7
				}
				if !known {
					around[c] = append(list, normals[i])
				}
			}
		}
	}
	for i, f := range bd.faces {
		n := normals[i]
		if n == (geom.Vec3{}) || f.paint != paint {
			continue
		}
		triangles, points := f.triangles(n)
		u, v := texture(n)
		ids := make([]uint32, len(points))
		for k, p := range points {
			s := n
			if f.bend != 0 {
				for _, m := range around[cornerOf(p, f.bend)] {
					if c := m.Dot(n); c > creaseCos && c <= 1-1e-7 {
						s = s.Add(m)
					}
				}
				s = s.Normalize()
			}
			q := p.Sub(b.centre)
			at := geom.Vec2{q.Dot(u), q.Dot(v)}
			if len(f.uv) == len(points) {
				at = f.uv[k]
			}
			ids[k] = b.vertex(vertexOf(q, s, at[0], at[1]))
		}
		for _, t := range triangles {
			b.out.Indices = append(b.out.Indices, ids[t[0]], ids[t[1]], ids[t[2]])
		}
	}
}

func (b *builder) vertex(v vertex) uint32 {
	if i, ok := b.index[v]; ok {
		return i
	}
	i := uint32(len(b.out.Positions) / 3)
	b.index[v] = i
	number := math.Float32frombits
	b.out.Positions = append(b.out.Positions, number(v[0]), number(v[1]), number(v[2]))
	b.out.Normals = append(b.out.Normals, number(v[3]), number(v[4]), number(v[5]))
	b.out.UVs = append(b.out.UVs, number(v[6]), number(v[7]))
	return i
}

// texture is the two directions along a face in which it is measured: level and
// upwards, or east and north on what is level itself.
func texture(n geom.Vec3) (u, v geom.Vec3) {
	if math.Abs(n[2]) > 0.99 {
		u = geom.Vec3{1, 0, 0}
	} else {
		u = geom.Vec3{0, 0, 1}.Cross(n)
	}
	u = u.Sub(n.Mul(u.Dot(n))).Normalize()
	return u, n.Cross(u)
}

// triangles cuts a face into triangles of the points that it returns.
func (f face) triangles(n geom.Vec3) ([][3]int, []geom.Vec3) {
	loop := f.loops[0]
	if len(f.loops) == 1 && (len(loop) == 3 || isConvex(loop, n)) {
		out := make([][3]int, 0, len(loop)-2)
		for i := 1; i+1 < len(loop); i++ {
			out = append(out, [3]int{0, i, i + 1})
		}
		return out, loop
	}
	u, v := texture(n)
	flat := func(loop []geom.Vec3) []geom.Vec2 {
		out := make([]geom.Vec2, len(loop))
		for i, p := range loop {
			q := p.Sub(f.loops[0][0])
			out[i] = geom.Vec2{q.Dot(u), q.Dot(v)}
		}
		return out
	}
	points := loop
	var holes [][]geom.Vec2
	for _, h := range f.loops[1:] {
		holes = append(holes, flat(h))
		points = append(points[:len(points):len(points)], h...)
	}
	return geom.Triangulate(flat(loop), holes...), points
}
