package ifc

import (
	"math"

	"github.com/glasstwin/glasstwin/scene/geom"
)

// Limits on outlines.
const (
	pointsMax   = 20_000 // of one curve
	segmentsMax = 5_000  // of one composite curve
)

// Chords stay within these of an arc, so that a window's circle looks round.
const (
	sagShare = 2e-3 // of the radius
	sagMin   = 3e-4 // metres
	sagMax   = 5e-4 // metres
)

// steps is how many chords an arc takes; of a full circle a multiple of four,
// so that it reaches as far as it should along both axes.
func steps(radius, angle float64) int {
	if !(radius > 0) {
		return 1
	}
	sag := math.Min(math.Min(math.Max(sagMin, sagShare*radius), sagMax), radius/2)
	n := int(math.Max(1, math.Min(math.Ceil(math.Abs(angle)/(2*math.Acos(1-sag/radius))), 720)))
	switch {
	case math.Abs(angle) > 2*math.Pi-1e-6:
		return max(12, (n+3)/4*4)
	case math.Abs(angle) > math.Pi: // also the smallest pipe is no triangle
		return max(12, n)
	}
	return n
}

// steps is how many chords an arc takes; when two profiles are to have the same
// corners, as many as it was given.
func (r *reader) steps(radius, angle float64) int {
	n := steps(radius, angle)
	if len(r.replay) > 0 {
		n, r.replay = r.replay[0], r.replay[1:]
	}
	if r.chords != nil {
		r.chords = append(r.chords, n)
	}
	return n
}

// swell is how far the inner points of an arc of n chords are pushed out, as a
// multiple of its radius, so that the chords enclose the area of the arc; the
// ends stay where they are. All points of a full circle are inner ones. What
// they are off by is two thirds of the sag.
func swell(n int, angle float64) float64 {
	step := math.Abs(angle) / float64(n)
	if n < 2 || step >= 3 {
		return 1
	}
	share := step / math.Sin(step)
	if math.Abs(angle) > 2*math.Pi-1e-6 {
		return math.Sqrt(share)
	}
	if n == 2 {
		return share
	}
	// Of n triangles about the centre, two have one inner point and the rest two.
	k := float64(n - 2)
	return (math.Sqrt(1+k*float64(n)*share) - 1) / k
}

// path is a chain of points. bend tells for the stretch from each point to the
// next the arc that it approximates: 0 is straight, other numbers name arcs.
type path struct {
	at     []geom.Vec3
	bend   []int
	closed bool
}

// add appends a point, reached by a stretch of the given bend.
func (p *path) add(at geom.Vec3, bend int) {
	if n := len(p.at); n > 0 {
		p.bend[n-1] = bend
	}
	p.at = append(p.at, at)
	p.bend = append(p.bend, 0)
}

// reversed runs the other way.
func (p path) reversed() path {
	n := len(p.at)
	out := path{at: make([]geom.Vec3, n), bend: make([]int, n), closed: p.closed}
	for i := range n {
		out.at[i] = p.at[n-1-i]
		if i+1 < n {
			out.bend[i] = p.bend[n-2-i]
		}
	}
	if p.closed && n > 0 {
		out.bend[n-1] = p.bend[n-1]
	}
	return out
}

// tidy drops points that repeat and, when the ends meet, closes the path.
func (p path) tidy() path {
	clean := true
	for i, at := range p.at {
		if at.Sub(p.at[(i+1)%len(p.at)]).Len() < weldReach {
			clean = false
			break
		}
	}
	if clean {
		return p
	}
	out := path{closed: p.closed}
	for i, at := range p.at {
		if n := len(out.at); n > 0 && at.Sub(out.at[n-1]).Len() < weldReach {
			out.bend[n-1] = p.bend[i]
			continue
		}
		out.at, out.bend = append(out.at, at), append(out.bend, p.bend[i])
	}
	for n := len(out.at); n > 2 && out.at[0].Sub(out.at[n-1]).Len() < weldReach; n = len(out.at) {
		out.at, out.bend, out.closed = out.at[:n-1], out.bend[:n-1], true
	}
	return out
}

// curve reads a curve as a chain of points, in its own frame.
func (r *reader) curve(id, depth int) path {
	if depth > depthMax || r.under[id] {
		r.bad(id, "is a curve made of itself")
		return path{}
	}
	r.under[id] = true
	defer delete(r.under, id)
	e := r.get(id)
	switch e.kind {
	case "IFCPOLYLINE", "IFCPOLYLOOP":
		return r.polyline(e)
	case "IFCINDEXEDPOLYCURVE":
		return r.indexedCurve(e)
	case "IFCCOMPOSITECURVE", "IFC2DCOMPOSITECURVE", "IFCBOUNDARYCURVE", "IFCOUTERBOUNDARYCURVE", "IFCCOMPOSITECURVEONSURFACE":
		return r.composite(e, depth)
	case "IFCGRADIENTCURVE":
		return r.gradient(e, depth)
	case "IFCSEGMENTEDREFERENCECURVE": // Segments (the cant), SelfIntersect, BaseCurve, EndPoint
		r.noted(id, "its cant is drawn level")
		return r.curve(e.at(2).id, depth+1)
	case "IFCCURVESEGMENT":
		return r.curveSegment(e)
	case "IFCTRIMMEDCURVE":
		return r.trimmed(e)
	case "IFCCIRCLE", "IFCELLIPSE":
		out := r.arc(e, 0, 2*math.Pi)
		return out.tidy()
	}
	return r.flattened(e, depth)
}

func (r *reader) polyline(e entity) path {
	ids := e.refs(0)
	if len(ids) > pointsMax {
		r.bad(e.id, "has %d points, at most %d are read", len(ids), pointsMax)
		return path{}
	}
	p := path{at: make([]geom.Vec3, 0, len(ids)), bend: make([]int, 0, len(ids)), closed: e.kind == "IFCPOLYLOOP"}
	for _, id := range ids {
		p.add(r.point(id), 0)
	}
	return p.tidy()
}

// indexedCurve reads Points, Segments: lines and arcs through three points.
func (r *reader) indexedCurve(e entity) path {
	points := r.pointList(e.at(0))
	if len(points) > pointsMax {
		r.bad(e.id, "has %d points, at most %d are read", len(points), pointsMax)
		return path{}
	}
	var p path
	if !e.has(1) {
		for _, at := range points {
			p.add(at, 0)
		}
		return p.tidy()
	}
	for _, seg := range e.values(1) {
		if seg.form != typed || len(seg.list) != 1 {
			r.bad(e.id, "has a segment that is neither a line nor an arc")
			return path{}
		}
		index, ok := numbers(seg.list[0].list)
		at := make([]geom.Vec3, len(index))
		for i, n := range index {
			if k := int(n) - 1; ok && k >= 0 && k < len(points) {
				at[i] = points[k]
			} else {
				ok = false
			}
		}
		if !ok || len(at) < 2 || seg.str == "IFCARCINDEX" && len(at) != 3 {
			r.bad(e.id, "has a segment that names a point which is not there")
			return path{}
		}
		if seg.str == "IFCARCINDEX" {
			r.through(&p, at[0], at[1], at[2])
			continue
		}
		if len(p.at) == 0 {
			p.add(at[0], 0)
		}
		for _, a := range at[1:] {
			p.add(a, 0)
		}
		if len(p.at) > pointsMax {
			r.bad(e.id, "has more than %d points", pointsMax)
			return path{}
		}
	}
	return p.tidy()
}

// through adds the arc from a over b to c.
func (r *reader) through(p *path, a, b, c geom.Vec3) {
	if len(p.at) == 0 {
		p.add(a, 0)
	}
	u, v := b.Sub(a), c.Sub(a)
	n := u.Cross(v)
	nn := n.Dot(n)
	if nn < 1e-18 { // on one line
		p.add(b, 0)
		p.add(c, 0)
		return
	}
	// The centre of the circle through three points.
	toCentre := n.Cross(u).Mul(v.Dot(v)).Sub(n.Cross(v).Mul(u.Dot(u))).Mul(1 / (2 * nn))
	centre := a.Add(toCentre)
	radius := toCentre.Len()
	x := a.Sub(centre).Mul(1 / radius)
	y := n.Mul(1 / math.Sqrt(nn)).Cross(x)
	end := c.Sub(centre)
	angle := math.Atan2(end.Dot(y), end.Dot(x))
	if angle <= 0 {
		angle += 2 * math.Pi
	}
	r.arcs++
	count := r.steps(radius, angle)
	radius *= swell(count, angle)
	for k := 1; k < count; k++ {
		s, co := math.Sincos(angle * float64(k) / float64(count))
		p.add(centre.Add(x.Mul(co*radius)).Add(y.Mul(s*radius)), r.arcs)
	}
	p.add(c, r.arcs)
}

// pointList reads an IfcCartesianPointList.
func (r *reader) pointList(e entity) []geom.Vec3 {
	rows := e.values(0)
	out := make([]geom.Vec3, len(rows))
	for i, row := range rows {
		if len(row.list) < 2 || len(row.list) > 3 {
			r.bad(e.id, "point %d has %d coordinates", i+1, len(row.list))
			return nil
		}
		for k, c := range row.list {
			out[i][k] = c.num * r.metre
			if c.form != number || !(math.Abs(out[i][k]) <= coordinateMax) {
				r.bad(e.id, "point %d is no point within %.0g m", i+1, float64(coordinateMax))
				return nil
			}
		}
	}
	return out
}

// composite joins the segments: Transition, SameSense, ParentCurve.
func (r *reader) composite(e entity, depth int) path {
	var p path
	ids := e.refs(0)
	if len(ids) > segmentsMax {
		r.bad(e.id, "has %d segments, at most %d are read", len(ids), segmentsMax)
		return path{}
	}
	for _, id := range ids {
		seg := r.get(id)
		var part path
		if seg.kind == "IFCCURVESEGMENT" {
			part = r.curveSegment(seg)
		} else if part = r.curve(seg.at(2).id, depth+1); !seg.yes(1) {
			part = part.reversed()
		}
		if len(p.at)+len(part.at) > pointsMax {
			r.bad(e.id, "has more than %d points", pointsMax)
			return path{}
		}
		for i, at := range part.at {
			bend := 0
			if i > 0 {
				bend = part.bend[i-1]
			}
			p.add(at, bend)
		}
		if n := len(part.at); n > 0 && part.closed {
			p.add(part.at[0], part.bend[n-1])
		}
	}
	return p.tidy()
}

// arc reads a stretch of a circle or an ellipse between two angles, from and to
// in radians, running the positive way.
func (r *reader) arc(e entity, from, to float64) path {
	m := r.axis(e.at(0).id)
	a := e.length(1)
	b := a
	if e.kind == "IFCELLIPSE" {
		b = e.length(2)
	}
	if !(a > 0 && b > 0) {
		r.bad(e.id, "has no radius")
		return path{}
	}
	r.arcs++
	full := to-from > 2*math.Pi-1e-6
	n := r.steps(math.Max(a, b), to-from)
	out := swell(n, to-from)
	var p path
	for k := range n + 1 {
		s, c := math.Sincos(from + (to-from)*float64(k)/float64(n))
		if full || k > 0 && k < n {
			s, c = s*out, c*out
		}
		p.add(moved(m, geom.Vec3{a * c, b * s, 0}), r.arcs)
	}
	return p
}

// trimmed reads BasisCurve, Trim1, Trim2, SenseAgreement, MasterRepresentation.
func (r *reader) trimmed(e entity) path {
	basis := e.at(0)
	forward := e.yes(3)
	param := e.enum(4) != "CARTESIAN"
	switch basis.kind {
	case "IFCLINE": // Pnt, Dir
		origin, vector := r.point(basis.at(0).id), basis.at(1) // IfcVector: Orientation, Magnitude
		dir := r.direction(vector.at(0).id, geom.Vec3{1, 0, 0}).Mul(vector.num(1) * r.metre)
		var p path
		for i := 1; i <= 2; i++ {
			at, t, hasAt, hasT := r.trim(e, i)
			if hasT && (param || !hasAt) {
				at = origin.Add(dir.Mul(t))
			}
			p.add(at, 0)
		}
		return p
	case "IFCCIRCLE", "IFCELLIPSE":
		var angle [2]float64
		m := r.axis(basis.at(0).id)
		for i := range 2 {
			at, t, hasAt, hasT := r.trim(e, i+1)
			if hasT && (param || !hasAt) {
				angle[i] = t * r.radian
				continue
			}
			local := moved(m.Inv(), at)
			a, b := basis.length(1), basis.length(1)
			if basis.kind == "IFCELLIPSE" {
				b = basis.length(2)
			}
			angle[i] = math.Atan2(local[1]/math.Max(b, 1e-12), local[0]/math.Max(a, 1e-12))
		}
		from, to := angle[0], angle[1]
		if !forward {
			from, to = to, from
		}
		span := math.Mod(to-from, 2*math.Pi)
		if span <= 1e-9 {
			span += 2 * math.Pi
		}
		p := r.arc(basis, from, from+span)
		if !forward {
			p = p.reversed()
		}
		return p
	}
	return r.flattened(e, 0)
}

// trim reads one end: a point, a parameter, or both.
func (r *reader) trim(e entity, i int) (at geom.Vec3, t float64, hasAt, hasT bool) {
	for _, v := range e.values(i) {
		switch {
		case v.form == ref:
			at, hasAt = r.point(int(v.num)), true
		case v.form == typed && v.list[0].form == number:
			t, hasT = v.list[0].num, true
		case v.form == number:
			t, hasT = v.num, true
		}
	}
	if !hasAt && !hasT || math.Abs(t) > coordinateMax {
		r.bad(e.id, "has no end that can be read")
	}
	return at, t, hasAt, hasT
}
