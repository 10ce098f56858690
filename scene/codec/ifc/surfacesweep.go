package ifc

import (
	"math"
	"slices"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/scene/geom/patch"
)

// station is a place on the curve along which an area is swept: its parameter,
// how far along it lies, and the unit tangents before and behind it, which
// differ where the curve bends sharply.
type station struct {
	t, along float64
	at       geom.Vec3
	in, out  geom.Vec3
}

// alongCurve reads a solid swept along a curve: SweptArea, Position, Directrix, StartParam, EndParam and
// FixedReference or ReferenceSurface. The area's z runs along the curve, its x
// is the reference direction, or the surface's normal, made square to the curve.
func (r *reader) alongCurve(e entity) []*body {
	areas := r.profile(e.at(0).id, 0)
	c := r.directrix(e.at(2), e, 3, 4)
	if r.problem != nil {
		return nil
	}
	var x func(s station) geom.Vec3
	if e.kind == "IFCSURFACECURVESWEPTAREASOLID" {
		holder := newStitching(r)
		surface := holder.surface(e.at(5).id)
		if r.problem != nil {
			return nil
		}
		near, guided := geom.Vec2{}, false
		x = func(s station) geom.Vec3 {
			near, guided = surface.Inverse(s.at, near, guided), true
			return patch.Normal(surface, near[0], near[1])
		}
	} else {
		ref := r.direction(e.ref(5), geom.Vec3{1, 0, 0})
		x = func(station) geom.Vec3 { return ref }
	}
	stations, closed := r.stations(e.id, c, nil)
	if r.problem != nil {
		return nil
	}
	m := r.axis(e.ref(1))
	frames := make([]geom.Mat4, len(stations))
	for i, s := range stations {
		dir := x(s)
		if square := dir.Sub(s.in.Mul(dir.Dot(s.in))); square.Len() < 1e-6 {
			if i == 0 {
				r.bad(e.id, "its reference runs along its curve")
				return nil
			}
			dir = frames[i-1].Col(0).Vec3()
		}
		frames[i] = frame(s.at, s.in, dir)
	}
	var out []*body
	for _, a := range areas {
		rings := make([][][]geom.Vec3, len(stations))
		for i, s := range stations {
			for _, loop := range append([]path{a.outline}, a.holes...) {
				rings[i] = append(rings[i], s.stand(frames[i], loop.at))
			}
		}
		b := r.loft(e.id, a, rings, closed)
		if b == nil {
			return nil
		}
		out = append(out, b.moved(m))
	}
	return out
}

// stand puts the points of a plane area into a frame at a station; where the
// curve bends they are carried along it onto the plane that halves the bend.
func (s station) stand(m geom.Mat4, points []geom.Vec3) []geom.Vec3 {
	out := make([]geom.Vec3, len(points))
	half := s.in.Add(s.out)
	if half.Len() < 1e-3 {
		half = s.in
	}
	half = half.Normalize()
	slope := math.Max(s.in.Dot(half), 0.2)
	for i, p := range points {
		q := moved(m, p)
		out[i] = q.Add(s.in.Mul(s.at.Sub(q).Dot(half) / slope))
	}
	return out
}

// loft joins rings of points, one list of loops for each station, to a body.
func (r *reader) loft(id int, a area, rings [][][]geom.Vec3, closed bool) *body {
	if len(rings) < 2 {
		r.bad(id, "is swept along nothing")
		return nil
	}
	loops := append([]path{a.outline}, a.holes...)
	b := &body{closed: true}
	r.arcs++
	base := r.arcs
	total := 0
	for _, l := range loops {
		total += 2 * len(l.at) * len(rings)
	}
	if total > facesMax/4 {
		r.bad(id, "has too many faces: %d; export a simpler one", total)
		return nil
	}
	count := len(rings) - 1
	if closed {
		count++
	}
	for k, l := range loops {
		n := len(l.at)
		for i := range n {
			j := (i + 1) % n
			r.arcs++
			bend := r.arcs
			if l.bend[i] != 0 {
				bend = base
			}
			for s := range count {
				low, high := rings[s][k], rings[(s+1)%len(rings)][k]
				quad := distinct([]geom.Vec3{low[i], low[j], high[j], high[i]})
				if len(quad) == 4 && !level(quad) {
					b.faces = append(b.faces, face{bend: bend, loops: [][]geom.Vec3{{quad[0], quad[1], quad[2]}}}, face{bend: bend, loops: [][]geom.Vec3{{quad[0], quad[2], quad[3]}}})
				} else if len(quad) > 2 {
					b.faces = append(b.faces, face{bend: bend, loops: [][]geom.Vec3{quad}})
				}
			}
		}
	}
	if !closed {
		var first, last face
		for k := range loops {
			start := slices.Clone(rings[0][k])
			slices.Reverse(start)
			first.loops, last.loops = append(first.loops, start), append(last.loops, slices.Clone(rings[len(rings)-1][k]))
		}
		b.faces = append(b.faces, first, last)
	}
	if b.volume() < 0 {
		b.flip()
	}
	return b
}

// level tells whether four points lie in one plane.
func level(q []geom.Vec3) bool {
	u, v := q[2].Sub(q[0]), q[3].Sub(q[1])
	n := u.Cross(v)
	return math.Abs(q[1].Sub(q[0]).Dot(n)) <= weldReach*n.Len()
}

// directrix reads the curve of a sweep and cuts it to what arguments from and to
// of the solid say.
func (r *reader) directrix(curve, e entity, from, to int) patch.Curve {
	c := r.patchCurve(curve.id, 0)
	if r.problem != nil {
		return nil
	}
	lo, hi := c.Range()
	a, b := r.parameter(e, from, c, lo), r.parameter(e, to, c, hi)
	if r.problem != nil {
		return nil
	}
	if period := c.Period(); period > 0 && b <= a {
		b += period * math.Ceil((a-b)/period+1e-9)
	}
	if !(b > a) || math.IsInf(b-a, 0) {
		r.bad(e.id, "is swept from %v to %v of its curve", a, b)
		return nil
	}
	if a == lo && b == hi {
		return c
	}
	return patch.Trimmed{Of: c, From: a, To: b}
}

// parameter reads a place on a curve: a distance along it, or a parameter as the
// standard counts it.
func (r *reader) parameter(e entity, i int, c patch.Curve, otherwise float64) float64 {
	if !e.has(i) {
		return otherwise
	}
	t := e.num(i)
	if i < len(e.args) && e.args[i].form == typed && e.args[i].str != "IFCPARAMETERVALUE" {
		return atDistance(c, t*r.metre)
	}
	lo, hi := c.Range()
	switch c := c.(type) {
	case patch.Conic:
		return t * r.radian
	case patch.Trimmed: // counted from its first end on, by some programs as its basis is
		if _, round := c.Of.(patch.Conic); round {
			t *= r.radian
		}
		if basis := math.Abs(t - c.From); t > hi+1e-6 && basis <= hi+1e-6 {
			t = basis
		}
	case patch.Composite: // counts what its parts count, one after the other
		for k, part := range c.Parts {
			a, b := part.Range()
			size := b - a
			if trimmed, ok := part.(patch.Trimmed); ok {
				if _, round := trimmed.Of.(patch.Conic); round {
					size /= r.radian
				}
			}
			if t <= size || k == len(c.Parts)-1 {
				return float64(k) + math.Max(0, math.Min(t/size, 1))
			}
			t -= size
		}
	}
	return math.Max(lo, math.Min(t, hi))
}

// course is a curve of an alignment as chords. Distances along it are measured
// on the level; along an arc its direction turns from chord to chord.
type course struct {
	patch.Polyline
	path path
}

// Eval implements patch.Curve.
func (c course) Eval(t float64) (p, d geom.Vec3) {
	p, d = c.Polyline.Eval(t)
	i := max(0, min(int(math.Floor(t)), len(c.path.at)-2))
	return p, c.path.tangent(i, t-float64(i)).Mul(d.Len())
}

// courseOf is the course of a path.
func (r *reader) courseOf(e entity, p path) patch.Curve {
	if r.problem != nil {
		return nil
	}
	if len(p.at) < 2 {
		r.bad(e.id, "has fewer than two points")
		return nil
	}
	return course{patch.Polyline{Points: p.at}, p}
}

// measured is the length of a curve up to each of many parameters.
func measured(c patch.Curve) (at, along []float64) {
	from, to := c.Range()
	at = patch.Flatten(c, from, to, 1e-4, math.Pi/90)
	along = make([]float64, len(at))
	before, _ := c.Eval(from)
	_, level := c.(course)
	if t, ok := c.(patch.Trimmed); ok {
		_, level = t.Of.(course)
	}
	for i, t := range at[1:] {
		p, _ := c.Eval(t)
		d := p.Sub(before)
		if level {
			d = flat(d)
		}
		along[i+1] = along[i] + d.Len()
		before = p
	}
	return at, along
}

// atDistance is the parameter at a distance along a bounded curve.
func atDistance(c patch.Curve, d float64) float64 {
	if l, ok := c.(patch.Line); ok {
		return d / l.Dir.Len()
	}
	at, along := measured(c)
	i, _ := slices.BinarySearch(along, d)
	if i = max(1, min(i, len(at)-1)); along[i] == along[i-1] {
		return at[i]
	}
	share := math.Max(0, math.Min((d-along[i-1])/(along[i]-along[i-1]), 1))
	return at[i-1] + share*(at[i]-at[i-1])
}

// distanceOf is how far along a curve a parameter lies, by what measured tells.
func distanceOf(at, along []float64, t float64) float64 {
	k, _ := slices.BinarySearch(at, t)
	if k = max(1, min(k, len(at)-1)); at[k] == at[k-1] {
		return along[k]
	}
	return along[k-1] + math.Max(0, math.Min((t-at[k-1])/(at[k]-at[k-1]), 1))*(along[k]-along[k-1])
}

// stations cuts a curve into chords; also names distances along it that must be
// among them. closed tells that it ends where it begins: then the last station
// is left out.
func (r *reader) stations(id int, c patch.Curve, also []float64) (out []station, closed bool) {
	from, to := c.Range()
	if math.IsInf(to-from, 0) {
		r.bad(id, "is swept along a curve without ends")
		return nil, false
	}
	box := geom.EmptyBox()
	for i := range 33 {
		p, _ := c.Eval(from + (to-from)*float64(i)/32)
		box = box.Add(p)
	}
	at := patch.Flatten(c, from, to, math.Max(sagMin, sagShare/4*box.Size().Len()), math.Pi/18)
	for _, d := range also {
		at = append(at, atDistance(c, d))
	}
	slices.Sort(at)
	if len(at) > pointsMax {
		r.bad(id, "is swept along a curve of more than %d points", pointsMax)
		return nil, false
	}
	fine, lengths := measured(c)
	h := 1e-6 * (to - from)
	tangent := func(t float64) geom.Vec3 {
		_, d := c.Eval(math.Max(from, math.Min(t, to)))
		if l := d.Len(); l > 0 {
			return d.Mul(1 / l)
		}
		return geom.Vec3{}
	}
	for _, t := range at {
		p, _ := c.Eval(t)
		if !(p.Len() < 2*coordinateMax) {
			r.bad(id, "is swept to infinity")
			return nil, false
		}
		if n := len(out); n > 0 && p.Sub(out[n-1].at).Len() < weldReach {
			continue
		}
		s := station{t: t, at: p, in: tangent(t - h), out: tangent(t + h)}
		s.along = distanceOf(fine, lengths, t)
		out = append(out, s)
	}
	if len(out) < 2 {
		r.bad(id, "is swept along nothing")
		return nil, false
	}
	first, last := &out[0], &out[len(out)-1]
	if len(out) > 3 && first.at.Sub(last.at).Len() < weldReach {
		first.in = last.in
		return out[:len(out)-1], true
	}
	first.in, last.out = first.out, last.in
	return out, false
}
