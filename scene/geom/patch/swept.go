package patch

import (
	"errors"
	"math"

	"github.com/glasstwin/glasstwin/scene/geom"
)

// Extrusion is a curve carried along a vector: at u, v lies the curve's point
// at u, moved by v times the vector.
type Extrusion struct {
	of    Curve
	by    geom.Vec3
	close *nearest
}

// NewExtrusion makes the surface of linear extrusion of a bounded curve.
func NewExtrusion(of Curve, by geom.Vec3) (*Extrusion, error) {
	if err := bounded(of); err != nil {
		return nil, err
	}
	l := by.Len()
	if !(l > 1e-12) || !finite(by) {
		return nil, errors.New("it is extruded by nothing")
	}
	dir := by.Mul(1 / l)
	return &Extrusion{of, by, newNearest(of, func(p geom.Vec3) geom.Vec3 { return p.Sub(dir.Mul(p.Dot(dir))) })}, nil
}

// bounded checks that a curve has ends and points.
func bounded(c Curve) error {
	from, to := c.Range()
	if !(to > from) || math.IsInf(from, 0) || math.IsInf(to, 0) {
		return errors.New("its curve has no ends; trim it")
	}
	for _, t := range [3]float64{from, (from + to) / 2, to} {
		if p, _ := c.Eval(t); !finite(p) {
			return errors.New("its curve runs to infinity")
		}
	}
	return nil
}

// Eval implements Surface.
func (s *Extrusion) Eval(u, v float64) (p, du, dv geom.Vec3) {
	p, du = s.of.Eval(u)
	return p.Add(s.by.Mul(v)), du, s.by
}

// Inverse implements Surface.
func (s *Extrusion) Inverse(p geom.Vec3, near geom.Vec2, guided bool) geom.Vec2 {
	u, _ := s.close.to(p, near[0], guided)
	q, _ := s.of.Eval(u)
	return geom.Vec2{u, p.Sub(q).Dot(s.by) / s.by.Dot(s.by)}
}

// Domain implements Surface.
func (s *Extrusion) Domain() Domain {
	from, to := s.of.Range()
	return Domain{Lo: geom.Vec2{from, -infinite}, Hi: geom.Vec2{to, infinite}, Period: geom.Vec2{s.of.Period(), 0}}
}

// Lines implements Surface.
func (s *Extrusion) Lines(lo, hi geom.Vec2, chord, angle float64) (us, vs []float64) {
	return curveLines(s.of, lo[0], hi[0], chord, angle), nil
}

func curveLines(c Curve, lo, hi, chord, angle float64) []float64 {
	if !(hi > lo) {
		return nil
	}
	at := Flatten(c, lo, hi, chord, angle)
	if len(at) < 3 {
		return nil
	}
	return at[1 : len(at)-1]
}

// Revolution is a curve turned about an axis: at u, v lies the curve's point at
// v, turned by the angle u.
type Revolution struct {
	of           Curve
	origin, axis geom.Vec3
	close        *nearest
	domain       Domain
}

// NewRevolution makes the surface of revolution of a bounded curve about the
// axis through origin.
func NewRevolution(of Curve, origin, axis geom.Vec3) (*Revolution, error) {
	if err := bounded(of); err != nil {
		return nil, err
	}
	l := axis.Len()
	if !(l > 1e-12) || !finite(axis) || !finite(origin) {
		return nil, errors.New("it turns about no axis")
	}
	s := &Revolution{of: of, origin: origin, axis: axis.Mul(1 / l)}
	s.close = newNearest(of, func(p geom.Vec3) geom.Vec3 {
		r, z := s.about(p)
		return geom.Vec3{r, z, 0}
	})
	from, to := of.Range()
	s.domain = Domain{Lo: geom.Vec2{0, from}, Hi: geom.Vec2{2 * math.Pi, to}, Period: geom.Vec2{2 * math.Pi, of.Period()}}
	widest := 0.0
	for _, p := range s.close.points {
		widest = math.Max(widest, p[0])
	}
	if widest < meetReach {
		return nil, errors.New("its curve lies on the axis")
	}
	for i, t := range [2]float64{from, to} {
		p, _ := of.Eval(t)
		if r, _ := s.about(p); r < meetReach+1e-9*widest {
			s.domain.Poles = append(s.domain.Poles, Pole{Axis: 1, Value: t, Max: i == 1, Point: p})
		}
	}
	if len(s.domain.Poles) > 0 {
		s.domain.Period[1] = 0
	}
	return s, nil
}

// about is the distance of p from the axis and its height along it.
func (s *Revolution) about(p geom.Vec3) (r, z float64) {
	q := p.Sub(s.origin)
	z = q.Dot(s.axis)
	return q.Sub(s.axis.Mul(z)).Len(), z
}

// Eval implements Surface.
func (s *Revolution) Eval(u, v float64) (p, du, dv geom.Vec3) {
	q, d := s.of.Eval(v)
	q = q.Sub(s.origin)
	si, co := math.Sincos(u)
	turn := func(w geom.Vec3) geom.Vec3 { // Rodrigues
		along := s.axis.Mul(w.Dot(s.axis))
		return along.Add(w.Sub(along).Mul(co)).Add(s.axis.Cross(w).Mul(si))
	}
	q = turn(q)
	return s.origin.Add(q), s.axis.Cross(q), turn(d)
}

// Inverse implements Surface.
func (s *Revolution) Inverse(p geom.Vec3, near geom.Vec2, guided bool) geom.Vec2 {
	v, _ := s.close.to(p, near[1], guided)
	q, _ := s.of.Eval(v)
	a, b := q.Sub(s.origin), p.Sub(s.origin)
	a, b = a.Sub(s.axis.Mul(a.Dot(s.axis))), b.Sub(s.axis.Mul(b.Dot(s.axis)))
	return geom.Vec2{math.Atan2(s.axis.Dot(a.Cross(b)), a.Dot(b)), v}
}

// Domain implements Surface.
func (s *Revolution) Domain() Domain { return s.domain }

// Lines implements Surface.
func (s *Revolution) Lines(lo, hi geom.Vec2, chord, angle float64) (us, vs []float64) {
	widest := 0.0
	for i, t := range s.close.at {
		if p := s.close.points[i]; s.domain.Period[1] > 0 || t >= lo[1] && t <= hi[1] {
			widest = math.Max(widest, p[0])
		}
	}
	for _, t := range [2]float64{lo[1], hi[1]} {
		p, _ := s.of.Eval(t)
		r, _ := s.about(p)
		widest = math.Max(widest, r)
	}
	vs = curveLines(s.of, lo[1], hi[1], chord/2, angle)
	if len(vs) > 0 {
		chord /= 2
	}
	return evenly(lo[0], hi[0], arcStep(widest, chord, angle)), vs
}
