package ifc

import (
	"cmp"
	"math"
	"slices"

	"github.com/glasstwin/glasstwin/scene/geom"
)

// Points of an arc or a spiral lie at most stationStep apart and their chords
// at most stationSag off, metres.
const (
	stationStep = 1.0
	stationSag  = 5e-4
)

// curveSegment reads an IfcCurveSegment of an alignment: Transition, Placement,
// SegmentStart, SegmentLength, ParentCurve. It begins where its placement says
// and is bent as its parent is.
func (r *reader) curveSegment(e entity) path {
	at := r.axis(e.at(1).id)
	parent := e.at(4)
	per := r.metre // of one unit of length along the parent
	bend := func(s float64) float64 { return 0 }
	switch parent.kind {
	case "IFCLINE":
		if isParameter(e, 2) || isParameter(e, 3) {
			per = parent.at(1).num(1) * r.metre
		}
	case "IFCCIRCLE":
		radius := parent.length(1)
		if !(radius > 0) {
			r.bad(parent.id, "has no radius")
			return path{}
		}
		if isParameter(e, 2) || isParameter(e, 3) {
			per = radius * r.radian
		}
		bend = func(float64) float64 { return 1 / radius }
	case "IFCCLOTHOID": // Position, ClothoidConstant: the curvature grows as the length
		a := parent.length(1)
		if a == 0 {
			r.bad(parent.id, "has no constant")
			return path{}
		}
		bend = func(s float64) float64 { return s / (a * math.Abs(a)) }
	default:
		r.bad(parent.id, "is no curve of an alignment that is read; export it as a polyline")
		return path{}
	}
	start, length := e.num(2)*per, e.num(3)*per
	if !(math.Abs(start) <= coordinateMax && math.Abs(length) <= coordinateMax) {
		r.bad(e.id, "is longer than the Earth")
		return path{}
	}
	n := 1
	if parent.kind != "IFCLINE" {
		step := stationStep
		if k := math.Max(math.Abs(bend(start)), math.Abs(bend(start+length))); k > 0 {
			step = math.Min(step, math.Sqrt(8*stationSag/k))
		}
		n = int(min(math.Ceil(math.Abs(length)/step)+4, 4000))
	}
	// The heading is the integral of the curvature, the place that of the heading.
	sign := 1.0
	if length < 0 { // the parent is walked backwards: it bends the other way
		sign = -1
	}
	step := math.Abs(length) / float64(n)
	var p path
	r.arcs++
	heading := 0.0
	var x, y float64
	p.add(moved(at, geom.Vec3{}), 0)
	for k := range n {
		s := start + sign*step*float64(k)
		h := [3]float64{heading, 0, 0}
		for i := 1; i < 3; i++ { // Simpson's rule over the step
			a, b := s+sign*step*float64(i-1)/2, s+sign*step*float64(i)/2
			h[i] = h[i-1] + sign*(bend(a)+bend(b))/2*step/2
		}
		for i, w := range [3]float64{1, 4, 1} {
			sin, cos := math.Sincos(h[i])
			x, y = x+w*step/6*cos, y+w*step/6*sin
		}
		heading = h[2]
		arc := 0
		if n > 1 {
			arc = r.arcs
		}
		p.add(moved(at, geom.Vec3{x, y, 0}), arc)
	}
	return p
}

func isParameter(e entity, i int) bool {
	return i < len(e.args) && e.args[i].form == typed && e.args[i].str == "IFCPARAMETERVALUE"
}

// gradient reads an IfcGradientCurve: Segments, SelfIntersect, BaseCurve,
// EndPoint. Its segments give heights over distances along the base curve.
func (r *reader) gradient(e entity, depth int) path {
	base := r.curve(e.at(2).id, depth+1)
	profile := r.composite(e, depth)
	if r.problem != nil || len(base.at) < 2 || len(profile.at) < 2 {
		r.bad(e.id, "has no base curve or no segments")
		return path{}
	}
	stations := make([]float64, 0, len(base.at)+len(profile.at))
	length := 0.0
	for i, p := range base.at {
		if i > 0 {
			length += flat(p.Sub(base.at[i-1])).Len()
		}
		stations = append(stations, length)
	}
	for _, q := range profile.at {
		if q[0] > 0 && q[0] < length {
			stations = append(stations, q[0])
		}
	}
	slices.Sort(stations)
	stations = slices.Compact(stations)
	var p path
	r.arcs++
	for _, s := range stations {
		at, _ := base.along(s)
		at[2] = profile.height(s)
		p.add(at, r.arcs)
	}
	return p.tidy()
}

func flat(v geom.Vec3) geom.Vec3 { return geom.Vec3{v[0], v[1], 0} }

// height is y of a path at an x; level beyond its ends.
func (p path) height(x float64) float64 {
	i, _ := slices.BinarySearchFunc(p.at, x, func(q geom.Vec3, x float64) int { return cmp.Compare(q[0], x) })
	if i == 0 {
		return p.at[0][1]
	}
	if i >= len(p.at) {
		return p.at[len(p.at)-1][1]
	}
	a, b := p.at[i-1], p.at[i]
	if b[0]-a[0] < 1e-12 {
		return b[1]
	}
	return a[1] + (b[1]-a[1])*(x-a[0])/(b[0]-a[0])
}

// along is the point at a distance along a path, measured on the level, and the
// direction there; beyond its ends it goes straight on.
func (p path) along(distance float64) (at, dir geom.Vec3) {
	for i := 1; i < len(p.at); i++ {
		d := p.at[i].Sub(p.at[i-1])
		l := flat(d).Len()
		if l < 1e-12 {
			continue
		}
		if distance <= l || i+1 == len(p.at) {
			return p.at[i-1].Add(d.Mul(distance / l)), p.tangent(i-1, distance/l)
		}
		distance -= l
	}
	if len(p.at) == 0 {
		return geom.Vec3{}, geom.Vec3{1, 0, 0}
	}
	return p.at[len(p.at)-1], geom.Vec3{1, 0, 0}
}

// tangent is the direction of a path on the stretch from point k, at a share of
// it; along an arc it turns from chord to chord.
func (p path) tangent(k int, share float64) geom.Vec3 {
	d := p.at[k+1].Sub(p.at[k]).Normalize()
	if p.bend[k] == 0 {
		return d
	}
	near := func(k int) (geom.Vec3, bool) {
		if k < 0 || k+1 >= len(p.at) || p.bend[k] == 0 {
			return d, false
		}
		e := p.at[k+1].Sub(p.at[k])
		if e.Len() < 1e-9 || e.Normalize().Dot(d) < 0.8 {
			return d, false
		}
		return e.Normalize(), true
	}
	before, ok1 := near(k - 1)
	after, ok2 := near(k + 1)
	from, to := before.Add(d).Mul(0.5), after.Add(d).Mul(0.5)
	if !ok1 && ok2 { // the arc begins half a step off its chord
		from = d.Add(d.Sub(after).Mul(0.5))
	}
	if !ok2 && ok1 {
		to = d.Add(d.Sub(before).Mul(0.5))
	}
	share = math.Max(0, math.Min(share, 1))
	return from.Mul(1 - share).Add(to.Mul(share)).Normalize()
}

// linear reads an IfcAxis2PlacementLinear: Location (an
// IfcPointByDistanceExpression), Axis, RefDirection.
func (r *reader) linear(e entity) geom.Mat4 {
	by := e.at(0) // DistanceAlong, OffsetLateral, OffsetVertical, OffsetLongitudinal, BasisCurve
	if by.kind != "IFCPOINTBYDISTANCEEXPRESSION" {
		return frame(r.point(by.id), r.direction(e.ref(1), geom.Vec3{0, 0, 1}), r.direction(e.ref(2), geom.Vec3{1, 0, 0}))
	}
	curve := r.curve(by.at(4).id, 0)
	if len(curve.at) < 2 {
		r.bad(by.id, "lies on no curve")
		return geom.Identity()
	}
	distance := by.num(0) * r.metre
	if isParameter(by, 0) { // a share of the curve
		distance = by.num(0) * curve.length()
	}
	at, x := curve.along(distance)
	m := frame(at, up(x), x)
	offset := geom.Vec3{by.lengthOr(3), by.lengthOr(1), by.lengthOr(2)}
	m = frame(moved(m, offset), r.direction(e.ref(1), m.Col(2).Vec3()), r.direction(e.ref(2), m.Col(0).Vec3()))
	return m
}

// up is what is most nearly upwards at right angles to x.
func up(x geom.Vec3) geom.Vec3 {
	z := geom.Vec3{0, 0, 1}
	z = z.Sub(x.Mul(z.Dot(x)))
	if z.Len() < 1e-9 {
		return geom.Vec3{1, 0, 0}
	}
	return z.Normalize()
}

// length is how long a path is on the level.
func (p path) length() float64 {
	sum := 0.0
	for i := 1; i < len(p.at); i++ {
		sum += flat(p.at[i].Sub(p.at[i-1])).Len()
	}
	return sum
}

// grid reads an IfcGridPlacement: an intersection of two axes, and in IFC4x3
// before it what it is relative to.
func (r *reader) grid(e entity) geom.Mat4 {
	first := 0
	if k := r.step.kind(e.ref(0)); k != "IFCVIRTUALGRIDINTERSECTION" {
		first = 1
	}
	origin, owner := r.intersection(e.at(first))
	x := geom.Vec3{1, 0, 0}
	switch to := e.ref(first + 1); r.step.kind(to) {
	case "":
	case "IFCVIRTUALGRIDINTERSECTION":
		other, _ := r.intersection(r.get(to))
		if d := other.Sub(origin); d.Len() > weldReach {
			x = d.Normalize()
		}
	default:
		x = r.direction(to, x)
	}
	m := frame(origin, geom.Vec3{0, 0, 1}, x)
	if owner != 0 {
		m = r.placement(r.get(owner).ref(5), 1).Mul4(m)
	}
	return m
}

// intersection reads an IfcVirtualGridIntersection (IntersectingAxes,
// OffsetDistances) in the frame of the grid that has its axes.
func (r *reader) intersection(e entity) (at geom.Vec3, owner int) {
	ids := e.refs(0)
	offsets, _ := numbers(e.values(1))
	if len(ids) != 2 || len(offsets) < 2 {
		r.bad(e.id, "is no intersection of two axes")
		return at, 0
	}
	var lines [2]path
	for i, id := range ids {
		axis := r.get(id) // AxisTag, AxisCurve, SameSense
		lines[i] = r.curve(axis.at(1).id, 0)
		if !axis.yes(2) {
			lines[i] = lines[i].reversed()
		}
		lines[i] = lines[i].beside(offsets[i] * r.metre)
		owner = cmp.Or(owner, r.gridOf[id])
	}
	at, ok := cross(lines[0], lines[1])
	if !ok {
		r.bad(e.id, "is of axes that do not meet")
	}
	if len(offsets) > 2 {
		at[2] = offsets[2] * r.metre
	}
	return at, owner
}

// cross is where two plane paths meet; their ends may be prolonged.
func cross(a, b path) (geom.Vec3, bool) {
	best, found := geom.Vec3{}, false
	least := math.Inf(1)
	for i := 1; i < len(a.at); i++ {
		for j := 1; j < len(b.at); j++ {
			p, u := a.at[i-1], a.at[i].Sub(a.at[i-1])
			q, v := b.at[j-1], b.at[j].Sub(b.at[j-1])
			det := u[0]*v[1] - u[1]*v[0]
			if math.Abs(det) < 1e-12 {
				continue
			}
			w := q.Sub(p)
			s, t := (w[0]*v[1]-w[1]*v[0])/det, (w[0]*u[1]-w[1]*u[0])/det
			// How far outside of both stretches the point lies.
			over := math.Max(math.Max(-s, s-1)*u.Len(), math.Max(-t, t-1)*v.Len())
			if over < least {
				best, least, found = p.Add(u.Mul(s)), over, true
			}
			if over <= 0 {
				return best, true
			}
		}
	}
	return best, found
}

// beside is the path at a distance to the left of a plane one.
func (p path) beside(distance float64) path {
	n := len(p.at)
	z := geom.Vec3{0, 0, 1}
	out := path{at: make([]geom.Vec3, n), bend: slices.Clone(p.bend), closed: p.closed}
	for i, at := range p.at {
		var normal geom.Vec3
		reach := distance
		for _, k := range [2]int{i - 1, i} {
			if p.closed {
				k = (k + n) % n
			} else if k < 0 || k+1 >= n {
				continue
			}
			if d := z.Cross(p.at[(k+1)%n].Sub(p.at[k])); d.Len() > 0 {
				normal = normal.Add(d.Normalize())
			}
		}
		if l := normal.Len(); l > 1e-6 {
			normal = normal.Mul(1 / l)
			if p.closed || i > 0 && i+1 < n {
				reach = math.Copysign(math.Min(math.Abs(distance)*2/l, 4*math.Abs(distance)), distance) // the mitre
			}
		}
		out.at[i] = at.Add(normal.Mul(reach))
	}
	return out
}
