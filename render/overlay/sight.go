package overlay

import (
	"math"

	"github.com/glasstwin/glasstwin/scene/geom"
)

// Meets tells how far along a ray of unit direction an arrow lies, metres. Slack
// is the angle, radians, by which the ray may miss it: thin things are hard to
// point at.
func (a Arrow) Meets(from, along geom.Vec3, slack float64) (distance float64, ok bool) {
	length := a.To.Sub(a.From).Len()
	if !(length > 1e-6) || math.IsInf(length, 0) {
		return 0, false
	}
	line, around := a.line()
	return alongLine(line[:], around, a.radius(length), from, along, slack)
}

// Meets tells how far along a ray of unit direction a trail lies, metres, as for
// an arrow.
func (t Trail) Meets(from, along geom.Vec3, slack float64) (distance float64, ok bool) {
	around := geom.EmptyBox()
	for _, p := range t.Points {
		around = around.Add(p)
	}
	return alongLine(t.Points, around, trailWidth/2, from, along, slack)
}

// alongLine is where a ray first comes as near to a line as its radius.
func alongLine(line []geom.Vec3, around geom.Box, radius float64, from, along geom.Vec3, slack float64) (float64, bool) {
	if len(line) < 2 || math.IsNaN(around.Center().Len()) {
		return 0, false
	}
	furthest := around.Center().Sub(from).Len() + around.Size().Len()
	grown := swollen(around, radius+slack*furthest)
	if !crosses(&grown, from, from.Add(along.Mul(furthest+1))) {
		return 0, false
	}
	best := math.Inf(1)
	for i := range len(line) - 1 {
		s, miss := approach(from, along, line[i], line[i+1])
		if s > 0 && s < best && miss <= radius+slack*s {
			best = s
		}
	}
	return best, !math.IsInf(best, 1)
}

// approach is where along a ray it comes nearest to a straight piece, and how
// near (Ericson, Real-Time Collision Detection, 5.1.9).
func approach(from, along, p, q geom.Vec3) (s, miss float64) {
	d, w := q.Sub(p), from.Sub(p)
	dd, b := d.Dot(d), along.Dot(d)
	t := 0.0
	if den := dd - b*b; den > 1e-12*dd {
		t = (d.Dot(w) - b*along.Dot(w)) / den
	} else if dd > 0 {
		t = d.Dot(w) / dd
	}
	t = math.Min(1, math.Max(0, t))
	near := p.Add(d.Mul(t))
	s = math.Max(0, near.Sub(from).Dot(along))
	return s, from.Add(along.Mul(s)).Sub(near).Len()
}
