package catalogue

import (
	"fmt"
	"math"

	"github.com/glasstwin/glasstwin/scene/geom"
)

// box adds a box whose edges are rounded by bevel: faces keep their own
// normals, the narrow bands between them blend, which reads as a rounded edge
// for no more vertices than a plain box has.
func (m *mesher) box(lo, hi geom.Vec3, bevel float64) {
	for k := range 3 {
		if lo[k] > hi[k] {
			lo[k], hi[k] = hi[k], lo[k]
		}
	}
	size := hi.Sub(lo)
	bevel = math.Min(bevel, 0.49*math.Min(size[0], math.Min(size[1], size[2])))
	// corner[axis][bits] is the vertex of the face across axis at the corner
	// that bits names, pulled in by the bevel along the other two axes.
	var corner [3][8]uint32
	for axis := range 3 {
		u, v := (axis+1)%3, (axis+2)%3
		if axis == 0 { // u runs level and v upwards on every upright face
			u, v = 2, 1
		}
		if axis == 1 {
			u, v = 0, 2
		}
		for bits := range 8 {
			p, n := lo, geom.Vec3{}
			n[axis] = -1
			for k := range 3 {
				if bits>>k&1 == 1 {
					p[k] = hi[k]
				}
			}
			if bits>>axis&1 == 1 {
				n[axis] = 1
			}
			for _, k := range [2]int{u, v} {
				if bits>>k&1 == 1 {
					p[k] -= bevel
				} else {
					p[k] += bevel
				}
			}
			corner[axis][bits] = m.vertex(p, n, p[u]-lo[u], p[v]-lo[v])
		}
	}
	for axis := range 3 {
		u, v := (axis+1)%3, (axis+2)%3
		for side := range 2 {
			base := side << axis
			m.quad(corner[axis][base], corner[axis][base|1<<u], corner[axis][base|1<<u|1<<v], corner[axis][base|1<<v])
		}
	}
	if bevel <= 0 {
		return
	}
	for axis := range 3 { // the four edges along axis, then the eight corners
		u, v := (axis+1)%3, (axis+2)%3
		for e := range 4 {
			a := (e&1)<<u | (e>>1)<<v
			b := a | 1<<axis
			m.quad(corner[u][a], corner[u][b], corner[v][b], corner[v][a])
		}
	}
	for bits := range 8 {
		m.triangle(corner[0][bits], corner[1][bits], corner[2][bits])
	}
}

// frame adds four bars around an opening that is seen along z.
func (m *mesher) frame(lo, hi geom.Vec3, width, bevel float64) {
	m.box(lo, geom.Vec3{lo[0] + width, hi[1], hi[2]}, bevel)
	m.box(geom.Vec3{hi[0] - width, lo[1], lo[2]}, hi, bevel)
	m.box(geom.Vec3{lo[0] + width, lo[1], lo[2]}, geom.Vec3{hi[0] - width, lo[1] + width, hi[2]}, bevel)
	m.box(geom.Vec3{lo[0] + width, hi[1] - width, lo[2]}, geom.Vec3{hi[0] - width, hi[1], hi[2]}, bevel)
}

// creaseMin is the angle between neighbouring segments of a lathe's outline
// from which on an edge is drawn sharp.
const creaseMin = 40 * math.Pi / 180

// lathe turns an outline of (radius, height) pairs about the line through foot
// along axis. The outline runs from bottom to top with the outside on its
// right; where it does not close on the axis it must close on itself.
func (m *mesher) lathe(foot geom.Vec3, axis string, outline [][2]float64, sides int) {
	frame := axes(axis)
	place := func(r, h, angle float64) geom.Vec3 {
		return foot.Add(frame[1].Mul(h)).Add(frame[0].Mul(r * math.Cos(angle))).Add(frame[2].Mul(r * math.Sin(angle)))
	}
	turn := func(n [2]float64, angle float64) geom.Vec3 {
		return frame[1].Mul(n[1]).Add(frame[0].Mul(n[0] * math.Cos(angle))).Add(frame[2].Mul(n[0] * math.Sin(angle)))
	}
	normals := segmentNormals(outline)
	run := 0.0
	for s := 0; s+1 < len(outline); s++ {
		a, b := outline[s], outline[s+1]
		length := math.Hypot(b[0]-a[0], b[1]-a[1])
		if length < 1e-9 {
			continue
		}
		na, nb := normals[s], normals[s]
		if s > 0 {
			na = blend(na, normals[s-1])
		}
		if s+1 < len(normals) {
			nb = blend(nb, normals[s+1])
			if m.softRims {
				nb = blend(normals[s+1], normals[s])
			}
		}
		lay := unroll(a, b, sides, run)
		var before [2]uint32
		for k := 0; k <= sides; k++ {
			angle := 2 * math.Pi * float64(k%sides) / float64(sides)
			ua, ub := lay(k)
			now := [2]uint32{
				m.vertex(place(a[0], a[1], angle), turn(na, angle), ua[0], ua[1]),
				m.vertex(place(b[0], b[1], angle), turn(nb, angle), ub[0], ub[1]),
			}
			if k > 0 {
				m.quad(before[0], now[0], now[1], before[1])
			}
			before = now
		}
		run += length
	}
}

// unroll lays the facets that one segment of an outline sweeps out flat, side
// by side and undistorted: a cylinder becomes a strip, a cone a fan, a disc
// stays a disc. It returns where the ends of the k-th edge come to lie, metres.
func unroll(a, b [2]float64, sides int, run float64) func(k int) (ua, ub [2]float64) {
	half := math.Sin(math.Pi / float64(sides))
	// The edge of a facet leans inwards less than the outline does; both ends
	// keep their distance from the apex.
	edge := math.Hypot(b[0]-a[0], b[1]-a[1])
	slope := (b[0] - a[0]) / edge
	if math.Abs(slope) < 1e-6 {
		chord := 2 * a[0] * half
		return func(k int) (ua, ub [2]float64) {
			u := float64(k) * chord
			return [2]float64{u, run}, [2]float64{u, run + edge}
		}
	}
	turn := 2 * math.Asin(math.Min(1, half*math.Abs(slope)))
	at := func(r float64, k int) [2]float64 {
		reach := r / slope // signed distance from the apex
		sin, cos := math.Sincos(turn * float64(k))
		return [2]float64{math.Abs(reach) * sin, reach * cos}
	}
	return func(k int) (ua, ub [2]float64) { return at(a[0], k), at(b[0], k) }
}

// segmentNormals gives the outward normal of every segment of an outline.
func segmentNormals(outline [][2]float64) [][2]float64 {
	out := make([][2]float64, 0, len(outline))
	for s := 0; s+1 < len(outline); s++ {
		dr, dh := outline[s+1][0]-outline[s][0], outline[s+1][1]-outline[s][1]
		l := math.Hypot(dr, dh)
		if l < 1e-9 {
			l = 1
		}
		out = append(out, [2]float64{dh / l, -dr / l})
	}
	return out
}

// blend is the common normal of two neighbouring segments; own when the edge
// between them is sharp.
func blend(own, next [2]float64) [2]float64 {
	if own[0]*next[0]+own[1]*next[1] < math.Cos(creaseMin) {
		return own
	}
	x, y := own[0]+next[0], own[1]+next[1]
	l := math.Hypot(x, y)
	return [2]float64{x / l, y / l}
}

// axes returns a right-handed frame whose middle axis is the named one.
func axes(name string) [3]geom.Vec3 {
	switch name {
	case "x":
		return [3]geom.Vec3{{0, 1, 0}, {1, 0, 0}, {0, 0, -1}}
	case "z":
		return [3]geom.Vec3{{1, 0, 0}, {0, 0, 1}, {0, -1, 0}}
	case "-y":
		return [3]geom.Vec3{{1, 0, 0}, {0, -1, 0}, {0, 0, -1}}
	default:
		return [3]geom.Vec3{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}
	}
}

// cylinder adds a closed cylinder around its middle.
func (m *mesher) cylinder(mid geom.Vec3, axis string, radius, length float64, sides int) {
	h := length / 2
	m.lathe(mid, axis, [][2]float64{{0, -h}, {radius, -h}, {radius, h}, {0, h}}, sides)
}

// tube adds a ring: a cylinder with a hole.
func (m *mesher) tube(mid geom.Vec3, axis string, radius, wall, length float64, sides int) {
	h, in := length/2, radius-wall
	m.lathe(mid, axis, [][2]float64{{in, -h}, {radius, -h}, {radius, h}, {in, h}, {in, -h}}, sides)
}

// domeRings is how many bands a dome has; five look round at arm's length.
const domeRings = 5

// dome adds half a ball that bulges along axis, closed by a disc at its rim.
func (m *mesher) dome(rim geom.Vec3, axis string, radius float64, sides int) {
	outline := [][2]float64{{0, 0}, {radius, 0}}
	for k := 1; k <= domeRings; k++ {
		a := math.Pi / 2 * float64(k) / domeRings
		outline = append(outline, [2]float64{radius * math.Cos(a), radius * math.Sin(a)})
	}
	m.lathe(rim, axis, outline, sides)
}

// prism draws a convex outline of (z, y) points out along x.
func (m *mesher) prism(outline [][2]float64, x0, x1 float64) error {
	if x0 > x1 {
		x0, x1 = x1, x0
	}
	area := 0.0
	for k, p := range outline {
		q := outline[(k+1)%len(outline)]
		area += p[0]*q[1] - q[0]*p[1]
	}
	sense := math.Copysign(1, area)
	var caps [2][]uint32
	run := 0.0
	for k, p := range outline {
		q := outline[(k+1)%len(outline)]
		r := outline[(k+2)%len(outline)]
		dz, dy := q[0]-p[0], q[1]-p[1]
		if sense*(dz*(r[1]-q[1])-dy*(r[0]-q[0])) < -1e-9 {
			return fmt.Errorf("the outline of a prism is not convex at its point %d", (k+1)%len(outline)+1)
		}
		l := math.Hypot(dz, dy)
		if l < 1e-9 {
			return fmt.Errorf("points %d and %d of a prism's outline are the same", k+1, (k+1)%len(outline)+1)
		}
		n := geom.Vec3{0, -sense * dz / l, sense * dy / l}
		m.quad(
			m.vertex(geom.Vec3{x0, p[1], p[0]}, n, 0, run), m.vertex(geom.Vec3{x1, p[1], p[0]}, n, x1-x0, run),
			m.vertex(geom.Vec3{x1, q[1], q[0]}, n, x1-x0, run+l), m.vertex(geom.Vec3{x0, q[1], q[0]}, n, 0, run+l))
		run += l
		caps[0] = append(caps[0], m.vertex(geom.Vec3{x0, p[1], p[0]}, geom.Vec3{-1, 0, 0}, p[0], p[1]))
		caps[1] = append(caps[1], m.vertex(geom.Vec3{x1, p[1], p[0]}, geom.Vec3{1, 0, 0}, p[0], p[1]))
	}
	for _, c := range caps {
		for k := 1; k+1 < len(c); k++ {
			m.triangle(c[0], c[k], c[k+1])
		}
	}
	return nil
}
