package patch_test

import (
	"math"
	"testing"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/scene/geom/patch"
)

// solid is a closed body, what it holds and how much it shows.
type solid struct {
	name         string
	faces        []patch.Face
	volume, area float64
}

// askew is a frame that is aligned with nothing.
func askew() geom.Mat4 {
	return mgl64.Translate3D(3, -2, 7).Mul4(mgl64.HomogRotate3D(0.7, geom.Vec3{1, 2, 3}.Normalize()))
}

func at(m geom.Mat4, x, y, z float64) *patch.Vertex {
	return &patch.Vertex{Point: mgl64.TransformCoordinate(geom.Vec3{x, y, z}, m)}
}

// lifted is a frame moved along its own z.
func lifted(m geom.Mat4, z float64) geom.Mat4 { return m.Mul4(mgl64.Translate3D(0, 0, z)) }

func edge(t testing.TB, c patch.Curve, from, to *patch.Vertex, forward bool) *patch.Edge {
	t.Helper()
	e, err := patch.NewEdge(c, from, to, forward)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func straight(t testing.TB, a, b *patch.Vertex) *patch.Edge {
	t.Helper()
	return edge(t, patch.Line{Origin: a.Point, Dir: b.Point.Sub(a.Point)}, a, b, true)
}

func with(e *patch.Edge) patch.Use    { return patch.Use{Edge: e} }
func against(e *patch.Edge) patch.Use { return patch.Use{Edge: e, Reversed: true} }
func loop(uses ...patch.Use) patch.Loop {
	return patch.Loop{Uses: uses}
}

// frustum is a cylinder (equal radii), a truncated cone, or a cone (r1 zero).
// seam tells whether its side has an edge where its parameter begins.
func frustum(t testing.TB, name string, r0, r1, h float64, seam bool) solid {
	m := askew()
	top := lifted(m, h)
	side := patch.Cone{Frame: m, Radius: r0, Slope: (r1 - r0) / h}
	a, b := at(m, r0, 0, 0), at(m, r1, 0, h)
	base := edge(t, patch.Conic{Frame: m, A: r0, B: r0}, a, a, true)
	s := solid{name: name, volume: math.Pi * h / 3 * (r0*r0 + r0*r1 + r1*r1), area: math.Pi*(r0*r0+r1*r1) + math.Pi*(r0+r1)*math.Hypot(h, r0-r1)}
	s.faces = []patch.Face{{Name: "base", Surface: patch.Plane{Frame: m}, Loops: []patch.Loop{loop(against(base))}, Reversed: true}}
	if r1 == 0 {
		if seam {
			up := straight(t, a, b)
			s.faces = append(s.faces, patch.Face{Name: "side", Surface: side, Loops: []patch.Loop{loop(with(base), with(up), against(up))}})
		} else {
			s.faces = append(s.faces, patch.Face{Name: "side", Surface: side, Loops: []patch.Loop{loop(with(base)), {Vertex: b}}})
		}
		return s
	}
	rim := edge(t, patch.Conic{Frame: top, A: r1, B: r1}, b, b, true)
	s.faces = append(s.faces, patch.Face{Name: "top", Surface: patch.Plane{Frame: top}, Loops: []patch.Loop{loop(with(rim))}})
	if seam {
		up := straight(t, a, b)
		s.faces = append(s.faces, patch.Face{Name: "side", Surface: side, Loops: []patch.Loop{loop(with(base), with(up), against(rim), against(up))}})
	} else {
		s.faces = append(s.faces, patch.Face{Name: "side", Surface: side, Loops: []patch.Loop{loop(against(rim)), loop(with(base))}})
	}
	return s
}

func ball(t testing.TB, name string, how string) solid {
	m := askew()
	const r = 0.8
	s := patch.Sphere{Frame: m, Radius: r}
	south, north := at(m, 0, 0, -r), at(m, 0, 0, r)
	out := solid{name: name, volume: 4 * math.Pi * r * r * r / 3, area: 4 * math.Pi * r * r}
	meridian := func(angle float64) patch.Curve { // from south to north by the side at that angle
		f := m.Mul4(mgl64.HomogRotate3DZ(angle)).Mul4(mgl64.HomogRotate3DX(math.Pi / 2)).Mul4(mgl64.HomogRotate3DZ(-math.Pi / 2))
		return patch.Conic{Frame: f, A: r, B: r}
	}
	switch how {
	case "vertex":
		out.faces = []patch.Face{{Name: "all", Surface: s, Loops: []patch.Loop{{Vertex: south}}}}
	case "nothing":
		out.faces = []patch.Face{{Name: "all", Surface: s}}
	case "seam":
		e := edge(t, meridian(0.3), south, north, true)
		out.faces = []patch.Face{{Name: "all", Surface: s, Loops: []patch.Loop{loop(with(e), against(e))}}}
	case "lunes":
		var e [3]*patch.Edge
		for i := range e {
			e[i] = edge(t, meridian(float64(i)*2), south, north, true)
		}
		for i := range e {
			out.faces = append(out.faces, patch.Face{Name: "lune", Surface: s, Loops: []patch.Loop{loop(with(e[(i+1)%3]), against(e[i]))}})
		}
	case "halves": // cut by a tilted circle that holds no pole on it
		f := m.Mul4(mgl64.HomogRotate3D(0.4, geom.Vec3{0.6, 0.8, 0}))
		v := at(f, r, 0, 0)
		e := edge(t, patch.Conic{Frame: f, A: r, B: r}, v, v, true)
		out.faces = []patch.Face{{Name: "upper", Surface: s, Loops: []patch.Loop{loop(with(e))}}, {Name: "lower", Surface: s, Loops: []patch.Loop{loop(against(e))}}}
	case "patched": // a small lid beside the equator, and the rest
		f := m.Mul4(mgl64.HomogRotate3D(math.Pi/2, geom.Vec3{0.6, 0.8, 0}))
		low := lifted(f, 0.6*r)
		v := at(low, 0.8*r, 0, 0)
		e := edge(t, patch.Conic{Frame: low, A: 0.8 * r, B: 0.8 * r}, v, v, true)
		out.faces = []patch.Face{{Name: "lid", Surface: s, Loops: []patch.Loop{loop(with(e))}}, {Name: "rest", Surface: s, Loops: []patch.Loop{loop(against(e))}}}
	}
	return out
}

func ring(t testing.TB, name, how string) solid {
	m := askew()
	const major, minor = 1.5, 0.4
	s := patch.Torus{Frame: m, Major: major, Minor: minor}
	out := solid{name: name, volume: 2 * math.Pi * math.Pi * major * minor * minor, area: 4 * math.Pi * math.Pi * major * minor}
	v := at(m, major+minor, 0, 0)
	around := edge(t, patch.Conic{Frame: m, A: major + minor, B: major + minor}, v, v, true)
	tube := edge(t, patch.Conic{Frame: m.Mul4(mgl64.Translate3D(major, 0, 0)).Mul4(mgl64.HomogRotate3DX(math.Pi / 2)), A: minor, B: minor}, v, v, true)
	switch how {
	case "seams":
		out.faces = []patch.Face{{Name: "all", Surface: s, Loops: []patch.Loop{loop(with(around), with(tube), against(around), against(tube))}}}
	case "nothing":
		out.faces = []patch.Face{{Name: "all", Surface: s}}
	case "belts": // upper and lower, between the outermost and innermost circle
		w := at(m, major-minor, 0, 0)
		inner := edge(t, patch.Conic{Frame: m, A: major - minor, B: major - minor}, w, w, true)
		out.faces = []patch.Face{
			{Name: "upper", Surface: s, Loops: []patch.Loop{loop(with(around)), loop(against(inner))}},
			{Name: "lower", Surface: s, Loops: []patch.Loop{loop(with(inner)), loop(against(around))}},
		}
	case "sleeves": // two bent pipes end to end
		w := at(m, -major-minor, 0, 0)
		other := edge(t, patch.Conic{Frame: m.Mul4(mgl64.Translate3D(-major, 0, 0)).Mul4(mgl64.HomogRotate3DZ(math.Pi)).Mul4(mgl64.HomogRotate3DX(math.Pi / 2)), A: minor, B: minor}, w, w, true)
		out.faces = []patch.Face{
			{Name: "near", Surface: s, Loops: []patch.Loop{loop(against(tube)), loop(with(other))}},
			{Name: "far", Surface: s, Loops: []patch.Loop{loop(against(other)), loop(with(tube))}},
		}
	}
	return out
}

// pillow is a box with all edges rounded: six planes, twelve cylinders, eight
// eighths of a sphere.
func pillow(t testing.TB) solid {
	m := askew()
	size, r := geom.Vec3{1, 0.7, 0.5}, 0.1 // of the core that is grown by r
	out := solid{name: "box with rounded edges"}
	x, y, z := size[0], size[1], size[2]
	out.volume = x*y*z + 2*r*(x*y+y*z+z*x) + math.Pi*r*r*(x+y+z) + 4*math.Pi*r*r*r/3
	out.area = 2*(x*y+y*z+z*x) + 2*math.Pi*r*(x+y+z) + 4*math.Pi*r*r
	// A vertex for each corner of the core and each axis.
	type key struct{ corner, axis int }
	vertices := map[key]*patch.Vertex{}
	corner := func(c int) geom.Vec3 {
		var p geom.Vec3
		for k := range 3 {
			p[k] = size[k] * float64(c>>k&1)
		}
		return p
	}
	sign := func(c, k int) float64 { return float64(c>>k&1)*2 - 1 }
	for c := range 8 {
		for k := range 3 {
			p := corner(c)
			p[k] += r * sign(c, k)
			vertices[key{c, k}] = at(m, p[0], p[1], p[2])
		}
	}
	unit := func(k int) geom.Vec3 {
		var v geom.Vec3
		v[k] = 1
		return v
	}
	frame := func(o, z, x geom.Vec3) geom.Mat4 {
		y := z.Cross(x)
		return m.Mul4(geom.Mat4{x[0], x[1], x[2], 0, y[0], y[1], y[2], 0, z[0], z[1], z[2], 0, o[0], o[1], o[2], 1})
	}
	type pair struct{ a, b *patch.Vertex }
	edges := map[pair]*patch.Edge{}
	use := func(a, b *patch.Vertex, c patch.Curve, forward bool) patch.Use {
		if e, ok := edges[pair{b, a}]; ok {
			return against(e)
		}
		if e, ok := edges[pair{a, b}]; ok {
			return with(e)
		}
		if c == nil {
			c, forward = patch.Line{Origin: a.Point, Dir: b.Point.Sub(a.Point)}, true
		}
		e := edge(t, c, a, b, forward)
		edges[pair{a, b}] = e
		return with(e)
	}
	arc := func(c, i, j int) patch.Use { // around corner c from axis i to axis j
		x, y := unit(i).Mul(sign(c, i)), unit(j).Mul(sign(c, j))
		return use(vertices[key{c, i}], vertices[key{c, j}], patch.Conic{Frame: frame(corner(c), x.Cross(y), x), A: r, B: r}, true)
	}
	for c := range 8 { // eighths
		i, j, k := 0, 1, 2
		if sign(c, 0)*sign(c, 1)*sign(c, 2) < 0 {
			i, j = j, i
		}
		s := patch.Sphere{Frame: frame(corner(c), unit(2), unit(0)), Radius: r}
		out.faces = append(out.faces, patch.Face{Name: "corner", Surface: s, Loops: []patch.Loop{loop(arc(c, i, j), arc(c, j, k), arc(c, k, i))}})
	}
	for k := range 3 {
		i, j := (k+1)%3, (k+2)%3
		for side := range 2 { // planes
			ring := []int{side << k, side<<k | 1<<i, side<<k | 1<<i | 1<<j, side<<k | 1<<j}
			if side == 0 {
				ring[1], ring[3] = ring[3], ring[1]
			}
			var l patch.Loop
			for n, c := range ring {
				l.Uses = append(l.Uses, use(vertices[key{c, k}], vertices[key{ring[(n+1)%4], k}], nil, true))
			}
			s := patch.Plane{Frame: frame(corner(ring[0]).Add(unit(k).Mul(r*(2*float64(side)-1))), unit(k), unit(i))}
			out.faces = append(out.faces, patch.Face{Name: "plane", Surface: s, Loops: []patch.Loop{l}, Reversed: side == 0})
		}
		for n := range 4 { // rounded edges along k
			c := (n&1)<<i | (n>>1)<<j
			d := c | 1<<k
			a, b := i, j
			if sign(c, i)*sign(c, j) < 0 {
				a, b = b, a
			}
			s := patch.Cylinder(frame(corner(c), unit(k), unit(i)), r)
			out.faces = append(out.faces, patch.Face{Name: "edge", Surface: s, Loops: []patch.Loop{loop(
				arc(c, a, b), use(vertices[key{c, b}], vertices[key{d, b}], nil, true), arc(d, b, a), use(vertices[key{d, a}], vertices[key{c, a}], nil, true))}})
		}
	}
	return out
}
