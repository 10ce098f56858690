package survey

import (
	"math"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// solid gathers the triangles of a closed body. Every face has vertices of its
// own, so that its normals are flat.
type solid struct {
	prim scene.Primitive
}

// triangle adds one, counter-clockwise seen from outside, with texture
// coordinates in metres.
func (m *solid) triangle(p [3]geom.Vec3, uv [3]geom.Vec2) {
	n := p[1].Sub(p[0]).Cross(p[2].Sub(p[0]))
	if n.Len() < 1e-14 {
		n = geom.Vec3{0, 1, 0} // kept: its neighbours share its edges
	}
	n = n.Normalize()
	for k := range 3 {
		m.prim.Indices = append(m.prim.Indices, uint32(len(m.prim.Positions)/3))
		m.prim.Positions = append(m.prim.Positions, float32(p[k][0]), float32(p[k][1]), float32(p[k][2]))
		m.prim.Normals = append(m.prim.Normals, float32(n[0]), float32(n[1]), float32(n[2]))
		m.prim.UVs = append(m.prim.UVs, float32(uv[k][0]), float32(uv[k][1]))
	}
}

// loft closes the space between two sets of loops that correspond vertex by
// vertex. The first loop of each runs counter-clockwise and the others, which
// are holes, clockwise, seen against the direction from near to far.
func (m *solid) loft(near, far [][]geom.Vec2, nearAt, farAt func(p geom.Vec2) geom.Vec3) {
	flat := func(loops [][]geom.Vec2) []geom.Vec2 {
		var all []geom.Vec2
		for _, l := range loops {
			all = append(all, l...)
		}
		return all
	}
	a, b := flat(near), flat(far)
	for _, t := range geom.Triangulate(near[0], near[1:]...) {
		m.triangle([3]geom.Vec3{nearAt(a[t[0]]), nearAt(a[t[2]]), nearAt(a[t[1]])}, [3]geom.Vec2{a[t[0]], a[t[2]], a[t[1]]})
	}
	for _, t := range geom.Triangulate(far[0], far[1:]...) {
		m.triangle([3]geom.Vec3{farAt(b[t[0]]), farAt(b[t[1]]), farAt(b[t[2]])}, [3]geom.Vec2{b[t[0]], b[t[1]], b[t[2]]})
	}
	for k := range near {
		n := len(near[k])
		run := 0.0
		for i := range n {
			j := (i + 1) % n
			p, q, r, s := nearAt(near[k][i]), nearAt(near[k][j]), farAt(far[k][j]), farAt(far[k][i])
			long, deep := q.Sub(p).Len(), s.Sub(p).Len()
			u0, u1 := geom.Vec2{run, 0}, geom.Vec2{run + long, 0}
			v0, v1 := geom.Vec2{run, deep}, geom.Vec2{run + long, deep}
			m.triangle([3]geom.Vec3{p, q, r}, [3]geom.Vec2{u0, u1, v1})
			m.triangle([3]geom.Vec3{p, r, s}, [3]geom.Vec2{u0, v1, v0})
			run += long
		}
	}
}

// box adds an upright box turned about +Y; size is width (along x before the
// turn), height and depth, and at the middle of its foot.
func (m *solid) box(at, size geom.Vec3, yaw float64) {
	rot := mgl64.HomogRotate3DY(yaw)
	w, d := size[0]/2, size[2]/2
	loop := [][]geom.Vec2{{{-w, -d}, {w, -d}, {w, d}, {-w, d}}}
	place := func(y float64) func(p geom.Vec2) geom.Vec3 {
		return func(p geom.Vec2) geom.Vec3 {
			return at.Add(mgl64.TransformNormal(geom.Vec3{p[0], y, -p[1]}, rot))
		}
	}
	m.loft(loop, loop, place(0), place(size[1]))
}

// hole is a rectangle cut through half a wall, along it and up from its foot.
type hole struct{ from, to, sill, head float64 }

// half adds the body of one side of a wall, cut by holes.
func (m *solid) half(f face, holes []hole) {
	dir := f.b.Sub(f.a)
	long := dir.Len()
	dir = dir.Mul(1 / long)
	tall := f.top - f.floor
	lo, hi := dir.Dot(f.oa.Sub(f.a)), dir.Dot(f.ob.Sub(f.a))
	in, out := [][]geom.Vec2{{{0, 0}}}, [][]geom.Vec2{{{lo, 0}}}
	const margin = 0.01
	var windows []hole
	last := math.Max(0, lo)
	for _, h := range holes { // in order along the wall
		h.from, h.to = math.Max(h.from, last+margin), math.Min(h.to, math.Min(long, hi)-margin)
		h.head = math.Min(h.head, tall-margin)
		if h.to-h.from < 2*margin || h.head-math.Max(0, h.sill) < 2*margin {
			continue
		}
		last = h.to
		if h.sill < margin {
			notch := []geom.Vec2{{h.from, 0}, {h.from, h.head}, {h.to, h.head}, {h.to, 0}}
			in[0], out[0] = append(in[0], notch...), append(out[0], notch...)
			continue
		}
		windows = append(windows, h)
	}
	in[0] = append(in[0], geom.Vec2{long, 0}, geom.Vec2{long, tall}, geom.Vec2{0, tall})
	out[0] = append(out[0], geom.Vec2{hi, 0}, geom.Vec2{hi, tall}, geom.Vec2{lo, tall})
	for _, h := range windows {
		cut := []geom.Vec2{{h.from, h.sill}, {h.from, h.head}, {h.to, h.head}, {h.to, h.sill}}
		in, out = append(in, cut), append(out, cut)
	}
	at := func(deep float64) func(p geom.Vec2) geom.Vec3 {
		return func(p geom.Vec2) geom.Vec3 {
			q := f.a.Add(dir.Mul(p[0])).Add(f.out.Mul(deep))
			return geom.Vec3{q[0], f.floor + p[1], q[1]}
		}
	}
	m.loft(in, out, at(0), at(f.thick))
}

// plate adds a level body between two heights.
func (m *solid) plate(outline []geom.Vec2, low, high float64) {
	loop := make([]geom.Vec2, len(outline))
	for i, p := range outline {
		loop[i] = geom.Vec2{p[0], -p[1]}
	}
	at := func(y float64) func(p geom.Vec2) geom.Vec3 {
		return func(p geom.Vec2) geom.Vec3 { return geom.Vec3{p[0], y, -p[1]} }
	}
	m.loft([][]geom.Vec2{loop}, [][]geom.Vec2{loop}, at(low), at(high))
}

// flight adds the body of a stair.
func (m *solid) flight(st Stair) {
	loop := []geom.Vec2{{0, 0}, {float64(st.Steps) * st.Run, 0}}
	for k := st.Steps; k > 0; k-- {
		loop = append(loop, geom.Vec2{float64(k) * st.Run, float64(k) * st.Rise}, geom.Vec2{float64(k-1) * st.Run, float64(k) * st.Rise})
	}
	right := geom.Vec2{-st.Along[1], st.Along[0]} // along × up
	at := func(side float64) func(p geom.Vec2) geom.Vec3 {
		return func(p geom.Vec2) geom.Vec3 {
			q := st.Along.Mul(p[0]).Add(right.Mul(side))
			return st.Foot.Add(geom.Vec3{q[0], p[1], q[1]})
		}
	}
	m.loft([][]geom.Vec2{loop}, [][]geom.Vec2{loop}, at(-st.Width/2), at(st.Width/2))
}
