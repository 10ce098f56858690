package dxf

import (
	"math"
	"strings"

	"github.com/glasstwin/glasstwin/scene/geom"
)

// entity draws one record.
func (e *expander) entity(r record, parts []record, c common, fr frame) error {
	tol := e.tol / e.scale
	switch r.kind {
	case "LINE":
		p := pointsAt(r, 10, 11)
		return e.add(r, c, fr, false, Shape{Paths: []Path{{Points: p[:]}}})
	case "POINT":
		p := pointsAt(r, 10, 10)
		return e.add(r, c, fr, false, Shape{Kind: Point, At: p[0]})
	case "LWPOLYLINE":
		return e.add(r, c, fr, true, lightPolyline(r, tol))
	case "POLYLINE":
		s, planar := polyline(r, parts, tol)
		return e.add(r, c, fr, planar, s)
	case "ARC", "CIRCLE":
		s, ok := circular(r, tol)
		if !ok {
			e.note(r.place, "%s without a radius", r.kind)
			return nil
		}
		return e.add(r, c, fr, true, s)
	case "ELLIPSE":
		return e.add(r, c, fr, false, elliptic(r, c, tol))
	case "SPLINE", "HELIX":
		s, closed := splineOf(r)
		return e.add(r, c, fr, false, Shape{Kind: Curve, Paths: []Path{{Points: cloned(s.points(tol)), Closed: closed}}})
	case "HATCH", "MPOLYGON":
		s, err := hatch(r, tol)
		if err != nil {
			e.note(r.place, "%s: %v", r.kind, err)
		}
		return e.add(r, c, fr, true, s)
	case "SOLID", "TRACE":
		p := pointsAt(r, 10, 11, 12, 13)
		if !has(r, 13) {
			p[3] = p[2]
		}
		return e.add(r, c, fr, true, Shape{Kind: Area, Paths: []Path{{Points: distinct([]geom.Vec3{p[0], p[1], p[3], p[2]}), Closed: true}}})
	case "3DFACE":
		p := pointsAt(r, 10, 11, 12, 13)
		if !has(r, 13) {
			p[3] = p[2]
		}
		return e.add(r, c, fr, false, Shape{Kind: Face, Paths: []Path{{Points: distinct(p), Closed: true}}})
	case "MLINE":
		return e.add(r, c, fr, false, multiline(r))
	case "TEXT", "MTEXT":
		return e.text(r, c, fr)
	case "INSERT":
		return e.insert(r, parts, c, fr)
	case "SEQEND", "VERTEX", "ATTRIB", "ENDBLK", "":
		return nil // those that belong to an entity were taken with it
	}
	e.d.Skipped[r.kind]++
	return nil
}

func cloned(p []geom.Vec3) []geom.Vec3 { return append([]geom.Vec3(nil), p...) }

// pointsAt reads the points whose x stand in the given groups.
func pointsAt(r record, codes ...int32) []geom.Vec3 {
	out := make([]geom.Vec3, len(codes))
	for _, t := range r.tags {
		if t.code < 10 || t.code > 39 {
			continue
		}
		for i, c := range codes {
			if t.code%10 == c%10 {
				out[i][t.code/10-1], _ = t.float()
			}
		}
	}
	return out
}

func has(r record, code int32) bool {
	for _, t := range r.tags {
		if t.code == code {
			return true
		}
	}
	return false
}

func distinct(p []geom.Vec3) []geom.Vec3 {
	out := p[:0:0]
	for _, q := range p {
		if len(out) == 0 || q != out[len(out)-1] && q != out[0] {
			out = append(out, q)
		}
	}
	return out
}

// circular reads ARC and CIRCLE.
func circular(r record, tol float64) (Shape, bool) {
	centre := pointsAt(r, 10)[0]
	radius, from, to := 0.0, 0.0, 2*math.Pi
	for _, t := range r.tags {
		v, _ := t.float()
		switch t.code {
		case 40:
			radius = math.Abs(v)
		case 50:
			from = v * math.Pi / 180
		case 51:
			to = v * math.Pi / 180
		}
	}
	if radius == 0 {
		return Shape{}, false
	}
	if r.kind == "CIRCLE" {
		p := arc(nil, centre, radius, 0, 2*math.Pi, tol)
		return Shape{Kind: Curve, Paths: []Path{{Points: p[:len(p)-1], Closed: true}},
			Arcs: []Arc{{Centre: centre, Radius: radius, From: p[0], To: p[0], Sweep: 2 * math.Pi}}}, true
	}
	from, sweep := math.Mod(from, 2*math.Pi), math.Mod(to-from, 2*math.Pi)
	if sweep <= 0 {
		sweep += 2 * math.Pi
	}
	p := arc(nil, centre, radius, from, from+sweep, tol)
	return Shape{Kind: Curve, Paths: []Path{{Points: p}},
		Arcs: []Arc{{Centre: centre, Radius: radius, From: p[0], To: p[len(p)-1], Sweep: sweep}}}, true
}

// elliptic reads ELLIPSE, whose centre and major axis are in the world frame.
func elliptic(r record, c common, tol float64) Shape {
	p := pointsAt(r, 10, 11)
	ratio, from, to := 1.0, 0.0, 2*math.Pi
	for _, t := range r.tags {
		v, _ := t.float()
		switch t.code {
		case 40:
			ratio = v
		case 41:
			from = v
		case 42:
			to = v
		}
	}
	from = math.Mod(from, 2*math.Pi)
	if to = math.Mod(to, 2*math.Pi); to <= from+1e-12 {
		to += 2 * math.Pi
	}
	out := c.out
	if out.Len() < 1e-12 {
		out = geom.Vec3{0, 0, 1}
	}
	minor := out.Normalize().Cross(p[1]).Mul(ratio)
	s := Shape{Kind: Curve, Paths: []Path{{Points: ellipse(nil, p[0], p[1], minor, from, to, tol)}}}
	pts := s.Paths[0].Points
	switch {
	case to-from > 2*math.Pi-1e-6:
		s.Paths[0].Points, s.Paths[0].Closed = pts[:len(pts)-1], true
	case math.Abs(math.Abs(ratio)-1) < 0.02 && math.Abs(out[0])+math.Abs(out[1]) < 1e-9:
		sweep := to - from
		if out[2]*ratio < 0 {
			sweep = -sweep
		}
		s.Arcs = []Arc{{Centre: p[0], Radius: p[1].Len(), From: pts[0], To: pts[len(pts)-1], Sweep: sweep}}
	}
	return s
}

func splineOf(r record) (nurbs, bool) {
	var s nurbs
	flags := 0
	for _, t := range r.tags {
		v, _ := t.float()
		switch t.code {
		case 70:
			flags = t.int()
		case 71:
			s.degree = t.int()
		case 40:
			s.knots = append(s.knots, v)
		case 41:
			s.weights = append(s.weights, v)
		case 10:
			s.control = append(s.control, geom.Vec3{v})
		case 20, 30:
			if n := len(s.control); n > 0 {
				s.control[n-1][t.code/10-1] = v
			}
		case 11:
			s.fit = append(s.fit, geom.Vec3{v})
		case 21, 31:
			if n := len(s.fit); n > 0 {
				s.fit[n-1][t.code/10-1] = v
			}
		}
	}
	s.closed = flags&1 != 0
	return s, s.closed
}

// multiline reads MLINE: each element runs beside the axis.
func multiline(r record) Shape {
	var axis, miter []geom.Vec3
	var offsets [][]float64 // of each vertex, each element
	flags, reading := 0, 0
	for _, t := range r.tags {
		v, _ := t.float()
		switch t.code {
		case 71:
			flags = t.int()
		case 11:
			axis, miter, offsets = append(axis, geom.Vec3{v}), append(miter, geom.Vec3{}), append(offsets, nil)
		case 21, 31:
			if n := len(axis); n > 0 {
				axis[n-1][t.code/10-1] = v
			}
		case 13, 23, 33:
			if n := len(miter); n > 0 {
				miter[n-1][t.code/10-1] = v
			}
		case 74:
			reading = 1
		case 41:
			if n := len(offsets); n > 0 && reading == 1 {
				offsets[n-1] = append(offsets[n-1], v)
				reading = 0 // the others tell breaks
			}
		}
	}
	var s Shape
	for e := 0; len(axis) > 0 && e < min(len(offsets[0]), 16); e++ {
		p := Path{Closed: flags&2 != 0}
		for i := range axis {
			if e < len(offsets[i]) {
				p.Points = append(p.Points, axis[i].Add(miter[i].Mul(offsets[i][e])))
			}
		}
		s.Paths = append(s.Paths, p)
	}
	if len(s.Paths) == 0 && len(axis) > 0 {
		s.Paths = []Path{{Points: axis, Closed: flags&2 != 0}}
	}
	return s
}

// text reads TEXT, MTEXT and ATTRIB.
func (e *expander) text(r record, c common, fr frame) error {
	s := Shape{Kind: Text}
	var b strings.Builder
	var second geom.Vec3
	aligned, tail := false, ""
	for _, t := range r.tags {
		v, _ := t.float()
		switch t.code {
		case 10, 20, 30:
			s.At[t.code/10-1] = v
		case 11, 21, 31:
			second[t.code/10-1] = v
		case 40:
			if s.Height == 0 {
				s.Height = v
			}
		case 1:
			tail = t.text
		case 3:
			if r.kind == "MTEXT" {
				b.WriteString(t.text)
			}
		case 72, 73, 74:
			aligned = aligned || t.int() != 0
		}
	}
	b.WriteString(tail)
	raw := e.speller.spell(b.String())
	if r.kind == "MTEXT" {
		s.Text = strings.TrimSpace(plainMText(raw))
		return e.add(r, c, fr, false, s)
	}
	if aligned && second != (geom.Vec3{}) {
		s.At = second
	}
	s.Text = strings.TrimSpace(plainText(raw))
	return e.add(r, c, fr, true, s)
}
