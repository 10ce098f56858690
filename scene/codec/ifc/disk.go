package ifc

import (
	"math"
	"slices"

	"github.com/glasstwin/glasstwin/scene/geom"
)

// disk reads the sweep of a disk along a curve: Directrix, Radius, InnerRadius,
// StartParam, EndParam and, of the polygonal one, FilletRadius.
func (r *reader) disk(e entity) []*body {
	p := r.stretchOf(e, 0, 3, 4)
	radius := e.length(1)
	if e.kind == "IFCSWEPTDISKSOLIDPOLYGONAL" && e.has(5) {
		p = r.filleted(p, e.length(5))
	}
	if len(p.at) < 2 || !(radius > 0) {
		r.bad(e.id, "is swept along nothing")
		return nil
	}
	radii := []float64{radius}
	if e.has(2) {
		if inner := e.length(2); inner > 0 && inner < radius {
			radii = append(radii, inner)
		}
	}
	n := steps(radius, 2*math.Pi)
	if !r.spend(e.id, n*len(p.at)*len(radii)) {
		return nil
	}
	count := len(p.at)
	tangent := func(i int) geom.Vec3 {
		var t geom.Vec3
		for _, k := range [2]int{i - 1, i} {
			if p.closed {
				k = (k + count) % count
			} else if k < 0 || k+1 >= count {
				continue
			}
			if d := p.at[(k+1)%count].Sub(p.at[k]); d.Len() > 0 {
				t = t.Add(d.Normalize())
			}
		}
		if t.Len() < 1e-9 {
			return geom.Vec3{0, 0, 1}
		}
		if !p.closed && count > 2 && (i == 0 || i == count-1) { // an arc begins and ends half a step off its chord
			k, next := 0, 1
			if i > 0 {
				k, next = count-2, count-3
			}
			if p.bend[k] != 0 && p.bend[k] == p.bend[next] {
				if d := p.at[next+1].Sub(p.at[next]); d.Len() > 0 {
					t = t.Add(t.Sub(d.Normalize()).Mul(0.5))
				}
			}
		}
		return t.Normalize()
	}
	// Rings lie in the planes that halve the angles of the path; each point is
	// carried from ring to ring along the stretch between them.
	t0 := tangent(0)
	m := frame(p.at[0], t0, geom.Vec3{1, 0, 0})
	b := &body{closed: true}
	var caps [2]face
	for k, radius := range radii {
		r.arcs++
		radius *= swell(n, 2*math.Pi)
		ring := make([]geom.Vec3, n)
		for i := range ring {
			s, c := math.Sincos(2 * math.Pi * float64(i) / float64(n))
			ring[i] = moved(m, geom.Vec3{radius * c, radius * s, 0})
		}
		start := ring
		stretches := count - 1
		if p.closed {
			stretches = count
		}
		for i := range stretches {
			j := (i + 1) % count
			next := start
			if j != 0 {
				next = carried(ring, p.at[j].Sub(p.at[i]), p.at[j], tangent(j))
			}
			for a := range n {
				c := (a + 1) % n
				quad := []geom.Vec3{ring[a], ring[c], next[c], next[a]}
				if k == 1 {
					slices.Reverse(quad)
				}
				b.faces = append(b.faces, face{bend: r.arcs, loops: [][]geom.Vec3{quad}})
			}
			ring = next
		}
		first, last := slices.Clone(start), slices.Clone(ring)
		if k == 1 {
			slices.Reverse(last)
		} else {
			slices.Reverse(first)
		}
		caps[0].loops, caps[1].loops = append(caps[0].loops, first), append(caps[1].loops, last)
	}
	if !p.closed {
		b.faces = append(b.faces, caps[0], caps[1])
	}
	return []*body{b}
}

// stretchOf reads the curve that argument i refers to, between the parameters
// in two other arguments. IFC2x3 asks for both, and programs that mean the whole
// curve write 0 and 1, however the curve counts.
func (r *reader) stretchOf(e entity, i, from, to int) path {
	id := e.at(i).id
	if !e.has(from) && !e.has(to) || r.step.old() && e.numOr(from, 0) == 0 && e.numOr(to, 1) == 1 {
		return r.curve(id, 0)
	}
	of := r.patchCurve(id, 0)
	if r.problem != nil {
		return path{}
	}
	first, last := of.Range()
	a, b := r.parameter(e, from, of, first), r.parameter(e, to, of, last)
	near := func(a, b float64) bool { return math.Abs(a-b) < 1e-6*(1+math.Abs(b)) }
	if near(a, first) && near(b, last) || !(math.Abs(b-a) > 0) {
		return r.curve(id, 0)
	}
	switch kind := r.step.kind(id); {
	case a < b && (kind == "IFCCIRCLE" || kind == "IFCELLIPSE"):
		return r.arc(r.get(id), a, b)
	case a < b && kind == "IFCPOLYLINE":
		return r.curve(id, 0).between(a, b)
	}
	part := r.stretch(e, of, a, b, a < b)
	if r.problem != nil {
		return path{}
	}
	return r.chordsOf(e, part)
}

// between is the stretch of an open path from one place along its points to
// another: 1.5 is half way between the second and the third.
func (p path) between(from, to float64) path {
	last := float64(len(p.at) - 1)
	from, to = math.Max(0, math.Min(from, last)), math.Max(0, math.Min(to, last))
	at := func(s float64) geom.Vec3 {
		i := min(int(s), len(p.at)-2)
		return p.at[i].Add(p.at[i+1].Sub(p.at[i]).Mul(s - float64(i)))
	}
	var out path
	if len(p.at) < 2 || to <= from {
		return out
	}
	out.add(at(from), 0)
	for i := int(from) + 1; float64(i) < to; i++ {
		out.add(p.at[i], p.bend[i-1])
	}
	out.add(at(to), p.bend[int(math.Ceil(to))-1])
	return out
}

// filleted rounds the corners of a path in space.
func (r *reader) filleted(p path, radius float64) path {
	if !(radius > 0) || len(p.at) < 3 {
		return p
	}
	out := path{closed: p.closed}
	n := len(p.at)
	for i, at := range p.at {
		if !p.closed && (i == 0 || i == n-1) {
			out.add(at, 0)
			continue
		}
		r.arcAt(&out, p.at[(i+n-1)%n], at, p.at[(i+1)%n], radius)
	}
	return out
}

// carried moves a ring along d onto the plane through at with the given normal.
func carried(ring []geom.Vec3, d, at, n geom.Vec3) []geom.Vec3 {
	out := make([]geom.Vec3, len(ring))
	along := d.Dot(n)
	for i, p := range ring {
		t := 1.0
		if math.Abs(along) > 1e-12 {
			t = at.Sub(p).Dot(n) / along
		}
		out[i] = p.Add(d.Mul(math.Max(0, math.Min(t, 3))))
	}
	return out
}
