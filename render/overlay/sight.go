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
	distance, at := alongLine(line[:], around, a.radius(length), from, along, slack)
	return distance, at >= 0
}

// Meets tells how far along a ray of unit direction a trail lies, metres, as for
// an arrow.
func (t Trail) Meets(from, along geom.Vec3, slack float64) (distance float64, ok bool) {
	around := geom.EmptyBox()
	for _, p := range t.Points {
		around = around.Add(p)
	}
	distance, at := alongLine(t.Points, around, trailWidth/2, from, along, slack)
	return distance, at >= 0
}

// Meets tells how far along a ray of unit direction one of a flow's lines lies,
// metres, and how fast it flows there, as for an arrow.
func (f *Flow) Meets(from, along geom.Vec3, slack float64) (distance, speed float64, ok bool) {
	distance = math.Inf(1)
	for i := range f.Lines {
		l := &f.Lines[i]
		if len(l.Points) != len(l.Speeds) {
			continue
		}
		around := geom.EmptyBox()
		for _, p := range l.Points {
			around = around.Add(p)
		}
		if d, at := alongLine(l.Points, around, flowWide/2, from, along, slack); at >= 0 && d < distance {
			distance, speed, ok = d, l.Speeds[at], true
		}
	}
	return distance, speed, ok
}

// Size of a person, metres.
const (
	figureTall = 1.72
	figureWide = 0.24 // from the middle to the elbow
)

// Meets tells how far along a ray of unit direction a person stands, metres, as
// for an arrow.
func (f Figure) Meets(from, along geom.Vec3, slack float64) (distance float64, ok bool) {
	line := [2]geom.Vec3{f.Position.Add(geom.Vec3{0, figureWide, 0}), f.Position.Add(geom.Vec3{0, figureTall - figureWide, 0})}
	distance, at := alongLine(line[:], geom.EmptyBox().Add(line[0]).Add(line[1]), figureWide, from, along, slack)
	return distance, at >= 0
}

// Tells is what a heatmap tells of where a ray of unit direction meets it; false
// where it tells nothing.
func (h *Heatmap) Tells(from, along geom.Vec3) (distance, value float64, ok bool) {
	if h.Columns < 1 || len(h.Values)%h.Columns != 0 || math.Abs(along[1]) < 1e-9 {
		return 0, 0, false
	}
	distance = (h.Y - from[1]) / along[1]
	p := from.Add(along.Mul(distance))
	u, v := (p[0]-h.Min[0])/(h.Max[0]-h.Min[0]), (p[2]-h.Min[1])/(h.Max[1]-h.Min[1])
	rows := len(h.Values) / h.Columns
	if !(distance > 0 && u >= 0 && v >= 0 && u < 1 && v < 1) {
		return 0, 0, false
	}
	value = h.Values[int(v*float64(rows))*h.Columns+int(u*float64(h.Columns))]
	return distance, value, !math.IsNaN(value)
}

// alongLine is where a ray first comes as near to a line as its radius, and the
// piece of the line there; -1: it does not.
func alongLine(line []geom.Vec3, around geom.Box, radius float64, from, along geom.Vec3, slack float64) (distance float64, piece int) {
	piece = -1
	if len(line) < 2 || math.IsNaN(around.Center().Len()) {
		return 0, piece
	}
	furthest := around.Center().Sub(from).Len() + around.Size().Len()
	grown := swollen(around, radius+slack*furthest)
	if !crosses(&grown, from, from.Add(along.Mul(furthest+1))) {
		return 0, piece
	}
	best := math.Inf(1)
	for i := range len(line) - 1 {
		s, miss := approach(from, along, line[i], line[i+1])
		if s > 0 && s < best && miss <= radius+slack*s {
			best, piece = s, i
		}
	}
	return best, piece
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
