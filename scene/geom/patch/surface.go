package patch

import (
	"math"

	"github.com/glasstwin/glasstwin/scene/geom"
)

// Surface is a surface with two parameters, u and v. It faces to the side of
// its derivative by u × its derivative by v.
type Surface interface {
	// Eval is the point at u, v and the derivatives there.
	Eval(u, v float64) (p, du, dv geom.Vec3)
	// Inverse finds the parameters of the point of the surface nearest to p. When
	// guided, near is a guess, and of equally good points the one near it counts.
	Inverse(p geom.Vec3, near geom.Vec2, guided bool) geom.Vec2
	// Domain is where the parameters run and how the surface closes.
	Domain() Domain
	// Lines are the parameters strictly between lo and hi at which a net of
	// triangles within chord and angle has its lines; none along which the
	// surface is straight.
	Lines(lo, hi geom.Vec2, chord, angle float64) (us, vs []float64)
}

// Domain is where the parameters of a surface run: from Lo to Hi, infinite
// where it has no end. Period is after how much a parameter repeats, 0 when it
// does not.
type Domain struct {
	Lo, Hi, Period geom.Vec2
	Poles          []Pole
}

// Pole is an edge of the domain that is one point of the surface: where
// parameter Axis is Value, the other one does not count. Max tells that it is
// the upper edge.
type Pole struct {
	Axis  int
	Value float64
	Max   bool
	Point geom.Vec3
}

var infinite = math.Inf(1)

// Plane is the x and y of Frame; its parameters are metres.
type Plane struct{ Frame geom.Mat4 }

// local is p in a frame of unit axes.
func local(m geom.Mat4, p geom.Vec3) geom.Vec3 {
	q := p.Sub(m.Col(3).Vec3())
	return geom.Vec3{q.Dot(m.Col(0).Vec3()), q.Dot(m.Col(1).Vec3()), q.Dot(m.Col(2).Vec3())}
}

// Eval implements Surface.
func (s Plane) Eval(u, v float64) (p, du, dv geom.Vec3) {
	x, y := s.Frame.Col(0).Vec3(), s.Frame.Col(1).Vec3()
	return s.Frame.Col(3).Vec3().Add(x.Mul(u)).Add(y.Mul(v)), x, y
}

// Inverse implements Surface.
func (s Plane) Inverse(p geom.Vec3, near geom.Vec2, guided bool) geom.Vec2 {
	q := local(s.Frame, p)
	return geom.Vec2{q[0], q[1]}
}

// Domain implements Surface.
func (s Plane) Domain() Domain {
	return Domain{Lo: geom.Vec2{-infinite, -infinite}, Hi: geom.Vec2{infinite, infinite}}
}

// Lines implements Surface.
func (s Plane) Lines(lo, hi geom.Vec2, chord, angle float64) (us, vs []float64) { return nil, nil }

// Cone is a circular cone about the z of Frame: at height v above the origin
// its radius is Radius + v·Slope metres. A slope of zero makes it a cylinder.
// Its parameter u is the angle (ISO 10303-42, cylindrical_surface and
// conical_surface).
type Cone struct {
	Frame         geom.Mat4
	Radius, Slope float64
}

// Cylinder is a circular cylinder.
func Cylinder(frame geom.Mat4, radius float64) Cone { return Cone{frame, radius, 0} }

// Eval implements Surface.
func (s Cone) Eval(u, v float64) (p, du, dv geom.Vec3) {
	si, co := math.Sincos(u)
	x, y, z := s.Frame.Col(0).Vec3(), s.Frame.Col(1).Vec3(), s.Frame.Col(2).Vec3()
	r := s.Radius + v*s.Slope
	out, along := x.Mul(co).Add(y.Mul(si)), y.Mul(co).Sub(x.Mul(si))
	return s.Frame.Col(3).Vec3().Add(out.Mul(r)).Add(z.Mul(v)), along.Mul(r), z.Add(out.Mul(s.Slope))
}

// Inverse implements Surface.
func (s Cone) Inverse(p geom.Vec3, near geom.Vec2, guided bool) geom.Vec2 {
	q := local(s.Frame, p)
	// The foot of p on the line of the cone in its half plane.
	r := math.Hypot(q[0], q[1])
	return geom.Vec2{math.Atan2(q[1], q[0]), (q[2] + s.Slope*(r-s.Radius)) / (1 + s.Slope*s.Slope)}
}

// Domain implements Surface.
func (s Cone) Domain() Domain {
	d := Domain{Lo: geom.Vec2{0, -infinite}, Hi: geom.Vec2{2 * math.Pi, infinite}, Period: geom.Vec2{2 * math.Pi, 0}}
	if s.Slope != 0 {
		apex := -s.Radius / s.Slope
		pole := Pole{Axis: 1, Value: apex, Max: s.Slope < 0, Point: s.Frame.Col(3).Vec3().Add(s.Frame.Col(2).Vec3().Mul(apex))}
		d.Poles = []Pole{pole}
		if pole.Max {
			d.Hi[1] = apex
		} else {
			d.Lo[1] = apex
		}
	}
	return d
}

// Lines implements Surface.
func (s Cone) Lines(lo, hi geom.Vec2, chord, angle float64) (us, vs []float64) {
	r := math.Max(math.Abs(s.Radius+lo[1]*s.Slope), math.Abs(s.Radius+hi[1]*s.Slope))
	return evenly(lo[0], hi[0], arcStep(r, chord, angle)), nil
}

// Sphere is about the origin of Frame; u is the longitude, v the latitude.
type Sphere struct {
	Frame  geom.Mat4
	Radius float64
}

// Eval implements Surface.
func (s Sphere) Eval(u, v float64) (p, du, dv geom.Vec3) {
	return torusEval(s.Frame, 0, s.Radius, u, v)
}

// Inverse implements Surface.
func (s Sphere) Inverse(p geom.Vec3, near geom.Vec2, guided bool) geom.Vec2 {
	q := local(s.Frame, p)
	return geom.Vec2{math.Atan2(q[1], q[0]), math.Atan2(q[2], math.Hypot(q[0], q[1]))}
}

// Domain implements Surface.
func (s Sphere) Domain() Domain {
	o, z := s.Frame.Col(3).Vec3(), s.Frame.Col(2).Vec3().Mul(s.Radius)
	return Domain{
		Lo: geom.Vec2{0, -math.Pi / 2}, Hi: geom.Vec2{2 * math.Pi, math.Pi / 2}, Period: geom.Vec2{2 * math.Pi, 0},
		Poles: []Pole{{1, -math.Pi / 2, false, o.Sub(z)}, {1, math.Pi / 2, true, o.Add(z)}},
	}
}

// Lines implements Surface.
func (s Sphere) Lines(lo, hi geom.Vec2, chord, angle float64) (us, vs []float64) {
	step := arcStep(s.Radius, chord/2, angle)
	return evenly(lo[0], hi[0], step), evenly(lo[1], hi[1], step)
}

// Torus is a tube of radius Minor around a circle of radius Major about the z
// of Frame; u is the angle about z, v the angle within the tube.
type Torus struct {
	Frame        geom.Mat4
	Major, Minor float64
}

func torusEval(m geom.Mat4, major, minor, u, v float64) (p, du, dv geom.Vec3) {
	su, cu := math.Sincos(u)
	sv, cv := math.Sincos(v)
	x, y, z := m.Col(0).Vec3(), m.Col(1).Vec3(), m.Col(2).Vec3()
	out, along := x.Mul(cu).Add(y.Mul(su)), y.Mul(cu).Sub(x.Mul(su))
	r := major + minor*cv
	return m.Col(3).Vec3().Add(out.Mul(r)).Add(z.Mul(minor * sv)), along.Mul(r), z.Mul(minor * cv).Sub(out.Mul(minor * sv))
}

// Eval implements Surface.
func (s Torus) Eval(u, v float64) (p, du, dv geom.Vec3) {
	return torusEval(s.Frame, s.Major, s.Minor, u, v)
}

// Inverse implements Surface.
func (s Torus) Inverse(p geom.Vec3, near geom.Vec2, guided bool) geom.Vec2 {
	q := local(s.Frame, p)
	return geom.Vec2{math.Atan2(q[1], q[0]), math.Atan2(q[2], math.Hypot(q[0], q[1])-s.Major)}
}

// Domain implements Surface.
func (s Torus) Domain() Domain {
	return Domain{Hi: geom.Vec2{2 * math.Pi, 2 * math.Pi}, Period: geom.Vec2{2 * math.Pi, 2 * math.Pi}}
}

// Lines implements Surface.
func (s Torus) Lines(lo, hi geom.Vec2, chord, angle float64) (us, vs []float64) {
	return evenly(lo[0], hi[0], arcStep(s.Major+s.Minor, chord/2, angle)), evenly(lo[1], hi[1], arcStep(s.Minor, chord/2, angle))
}

// arcStep is the angle whose chord in a circle is within chord of it.
func arcStep(radius, chord, angle float64) float64 {
	if !(chord < radius) {
		return angle
	}
	return math.Max(math.Min(angle, 2*math.Acos(1-chord/radius)), 1e-3)
}

// linesMax bounds the lines of a net in one direction.
const linesMax = 2_000

// evenly divides a stretch into equal steps and returns what lies between.
func evenly(lo, hi, step float64) []float64 {
	n := math.Ceil((hi-lo)/step - 1e-9)
	if !(n > 1) {
		return nil
	}
	n = math.Min(n, linesMax)
	out := make([]float64, 0, int(n)-1)
	for k := 1.0; k < n; k++ {
		out = append(out, lo+(hi-lo)*k/n)
	}
	return out
}

// Normal is the unit normal of a surface; beside a pole where it has none.
func Normal(s Surface, u, v float64) geom.Vec3 {
	_, du, dv := s.Eval(u, v)
	n := du.Cross(dv)
	if l := n.Len(); l > 1e-9*(du.Dot(du)+dv.Dot(dv)) && l > 0 {
		return n.Mul(1 / l)
	}
	d := s.Domain()
	at := geom.Vec2{u, v}
	for axis := range 2 {
		size := d.Hi[axis] - d.Lo[axis]
		if !(size < infinite) {
			size = 1
		}
		for _, sign := range [2]float64{1, -1} {
			beside := at
			beside[axis] += sign * 1e-4 * size
			if beside[axis] < d.Lo[axis] || beside[axis] > d.Hi[axis] {
				continue
			}
			_, du, dv := s.Eval(beside[0], beside[1])
			n := du.Cross(dv)
			if l := n.Len(); l > 1e-9*(du.Dot(du)+dv.Dot(dv)) && l > 0 {
				return n.Mul(1 / l)
			}
		}
	}
	return geom.Vec3{}
}
