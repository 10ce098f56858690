package overlay

import (
	"math"

	"github.com/glasstwin/glasstwin/scene/geom"
)

// Vertex is a corner of an overlay's own geometry: triangles in threes.
type Vertex struct {
	Position [3]float32
	Normal   [3]float32 // zero: not lit
	Color    RGBA       // linear
	Along    float32    // metres from the start of an arrow
}

// Shape of an arrow's tube.
const (
	tubeSides    = 10
	tubeSegments = 28
	tubeLeast    = 0.012 // metres, radius of the weakest
	tubeMost     = 0.045
)

// Tube appends an arrow: a tube bent in an arc, with a head at its end.
// An arrow without length is nothing.
func (a Arrow) Tube(into []Vertex) []Vertex {
	span := a.To.Sub(a.From)
	length := span.Len()
	if !(length > 1e-6) || math.IsInf(length, 0) {
		return into
	}
	radius := a.radius(length)
	p1, p2 := a.inner()
	at := func(t float64) geom.Vec3 { return cubic(a.From, p1, p2, a.To, t) }
	towards := func(t float64) geom.Vec3 {
		u := 1 - t
		d := p1.Sub(a.From).Mul(u * u).Add(p2.Sub(p1).Mul(2 * u * t)).Add(a.To.Sub(p2).Mul(t * t))
		if d.Len() < 1e-9 {
			return span.Mul(1 / length)
		}
		return d.Normalize()
	}
	arc, bend := 0.0, math.Inf(1)
	for i := range tubeSegments {
		from, to := float64(i)/tubeSegments, float64(i+1)/tubeSegments
		step := at(to).Sub(at(from)).Len()
		arc += step
		bend = math.Min(bend, step/math.Acos(math.Min(1, towards(from).Dot(towards(to)))))
	}
	radius = math.Min(radius, 0.5*bend) // a thicker one would fold where it bends
	head := math.Min(5.5*radius, 0.35*arc)
	neck := 1 - head/arc
	side := sideOf(towards(0))
	var before, now [tubeSides]geom.Vec3
	var normalBefore, normalNow [tubeSides]geom.Vec3
	walked := 0.0
	last := at(0)
	rings := tubeSegments + 3
	for i := range rings {
		t, r := neck*float64(i)/tubeSegments, radius
		switch i {
		case tubeSegments + 1: // the head's rim
			t, r = neck, 2.4*radius
		case tubeSegments + 2:
			t, r = 1, 0
		}
		p, d := at(math.Min(t, 1)), towards(math.Min(t, 1))
		side = side.Sub(d.Mul(side.Dot(d)))
		if side.Len() < 1e-6 {
			side = sideOf(d)
		}
		side = side.Normalize()
		other := d.Cross(side)
		from := walked
		walked += p.Sub(last).Len()
		last = p
		for k := range tubeSides {
			s, c := math.Sincos(2 * math.Pi * float64(k) / tubeSides)
			n := side.Mul(c).Add(other.Mul(s))
			now[k] = p.Add(n.Mul(r))
			normalNow[k] = n
			switch {
			case i == tubeSegments+1:
				normalNow[k] = d.Mul(-1) // the back of the head
			case i > tubeSegments+1:
				normalNow[k] = n.Add(d.Mul(0.5)).Normalize()
			}
		}
		if i > 0 {
			lit := normalBefore
			if i > tubeSegments {
				lit = normalNow // a flat back, then the cone
			}
			for k := range tubeSides {
				m := (k + 1) % tubeSides
				into = quad(into, a.reached(float64(i-1)/tubeSegments), a.reached(float64(i)/tubeSegments), [4]geom.Vec3{before[k], before[m], now[m], now[k]},
					[4]geom.Vec3{lit[k], lit[m], normalNow[m], normalNow[k]}, from, walked)
			}
		}
		before, normalBefore = now, normalNow
	}
	return into
}

// sideOf is some unit direction square to d.
func sideOf(d geom.Vec3) geom.Vec3 {
	axis := geom.Vec3{0, 1, 0}
	if math.Abs(d[1]) > 0.9 {
		axis = geom.Vec3{1, 0, 0}
	}
	return axis.Cross(d).Normalize()
}

func quad(into []Vertex, near, far RGBA, p, n [4]geom.Vec3, from, to float64) []Vertex {
	for _, k := range [6]int{0, 1, 2, 0, 2, 3} {
		color, along := near, from
		if k >= 2 {
			color, along = far, to
		}
		into = append(into, Vertex{Position: single(p[k]), Normal: single(n[k]), Color: color, Along: float32(along)})
	}
	return into
}

func single(v geom.Vec3) [3]float32 { return [3]float32{float32(v[0]), float32(v[1]), float32(v[2])} }

// trailWidth is about a foot's, metres.
const trailWidth = 0.09

// Ribbon appends a trail: a flat band over the floor that fades with age.
func (t Trail) Ribbon(into []Vertex) []Vertex {
	n := len(t.Points)
	for i := 0; i+1 < n; i++ {
		a, b := t.Points[i], t.Points[i+1]
		d := b.Sub(a)
		if d.Len() < 1e-6 {
			continue
		}
		side := geom.Vec3{0, 1, 0}.Cross(d)
		if side.Len() < 1e-9 {
			continue
		}
		side = side.Normalize().Mul(trailWidth / 2)
		old, new := t.Color, t.Color
		old[3] *= float32(i) / float32(n-1)
		new[3] *= float32(i+1) / float32(n-1)
		corners := [4]geom.Vec3{a.Sub(side), a.Add(side), b.Add(side), b.Sub(side)}
		for _, k := range [6]int{0, 1, 2, 0, 2, 3} {
			c := old
			if k >= 2 {
				c = new
			}
			into = append(into, Vertex{Position: single(corners[k]), Color: c})
		}
	}
	return into
}

// At is a point of an arrow's middle line, from 0 at its start to 1 at its tip.
func (a Arrow) At(t float64) geom.Vec3 {
	p1, p2 := a.inner()
	return cubic(a.From, p1, p2, a.To, t)
}

// Middle is the point halfway, where an arrow's label is tied.
func (a Arrow) Middle() geom.Vec3 { return a.At(0.5) }

// radius is that of the tube of an arrow of a length, metres, where it is not
// thinner yet because it is bent sharply.
func (a Arrow) radius(length float64) float64 {
	r := tubeLeast + (tubeMost-tubeLeast)*math.Min(1, math.Max(0, a.Strength))
	if a.Wide > 0 {
		r *= a.Wide
	}
	return math.Min(r, 0.08*length+0.006)
}

// inner are the inner control points of the arc (Bézier).
func (a Arrow) inner() (p1, p2 geom.Vec3) {
	quarter, bend := a.To.Sub(a.From).Mul(0.25), a.bend()
	return a.From.Add(quarter).Add(bend), a.To.Sub(quarter).Add(bend)
}

func cubic(p0, p1, p2, p3 geom.Vec3, t float64) geom.Vec3 {
	u := 1 - t
	return p0.Mul(u * u * u).Add(p1.Mul(3 * u * u * t)).Add(p2.Mul(3 * u * t * t)).Add(p3.Mul(t * t * t))
}

// bend is how far the arc's inner control points are moved, metres: by itself
// an arrow bows upwards.
func (a Arrow) bend() geom.Vec3 {
	if a.Bend != (geom.Vec3{}) {
		return a.Bend
	}
	span := a.To.Sub(a.From)
	length := span.Len()
	rise := math.Min(1.2, 0.12+0.32*length)
	if flat := math.Hypot(span[0], span[2]); flat < 0.35*length {
		return geom.Vec3{0.5 * rise, 0.3 * rise, 0.5 * rise} // an upright arrow bows to the side
	}
	return geom.Vec3{0, rise, 0}
}
