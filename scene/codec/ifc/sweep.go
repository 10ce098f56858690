package ifc

import (
	"math"
	"slices"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/glasstwin/glasstwin/scene/geom"
)

// extruded reads SweptArea, Position, ExtrudedDirection, Depth and, of the
// tapered one, EndSweptArea.
func (r *reader) extruded(e entity) []*body {
	areas := r.profile(e.at(0).id, 0)
	ends := areas
	if e.kind == "IFCEXTRUDEDAREASOLIDTAPERED" {
		areas, ends = r.matched(e.at(0).id, e.at(4).id)
	}
	dir := r.direction(e.at(2).id, geom.Vec3{0, 0, 1})
	depth := e.length(3)
	if depth < 0 {
		r.noted(e.id, "is extruded by less than nothing; it is drawn the other way")
		dir, depth = dir.Mul(-1), -depth
	}
	if !(depth > 0) {
		r.bad(e.id, "is extruded by %v; a depth must be above zero", depth)
		return nil
	}
	if math.Abs(dir[2]) < 1e-6 {
		r.bad(e.id, "is extruded within its own plane")
		return nil
	}
	if len(ends) != len(areas) {
		r.bad(e.id, "its two ends differ in their parts")
		return nil
	}
	m := r.axis(e.ref(1))
	var out []*body
	for i, a := range areas {
		b := r.prism(e.id, a, ends[i], dir.Mul(depth))
		if b == nil {
			return nil
		}
		out = append(out, b.moved(m))
	}
	return out
}

// matched reads two profiles with the same number of corners on their arcs.
func (r *reader) matched(from, to int) (areas, ends []area) {
	read := func(id int, replay []int) ([]area, []int) {
		r.chords, r.replay = []int{}, replay
		out := r.profile(id, 0)
		chords := r.chords
		r.chords, r.replay = nil, nil
		return out, chords
	}
	areas, a := read(from, nil)
	ends, b := read(to, nil)
	if r.problem != nil || len(a) != len(b) || slices.Equal(a, b) {
		return areas, ends
	}
	most := make([]int, len(a))
	for i := range a {
		most[i] = max(a[i], b[i])
	}
	areas, _ = read(from, most)
	ends, _ = read(to, slices.Clone(most))
	return areas, ends
}

// prism joins an area in its plane with one that is shifted.
func (r *reader) prism(id int, from, to area, by geom.Vec3) *body {
	b := &body{closed: true}
	bottom, top := face{}, face{}
	loops := append([]path{from.outline}, from.holes...)
	ends := append([]path{to.outline}, to.holes...)
	if len(loops) != len(ends) {
		r.bad(id, "its two ends differ in their holes")
		return nil
	}
	for k, loop := range loops {
		n := len(loop.at)
		if len(ends[k].at) != n {
			r.bad(id, "its two ends differ in their corners")
			return nil
		}
		lower, upper := slices.Clone(loop.at), make([]geom.Vec3, n)
		for i, p := range ends[k].at {
			upper[i] = p.Add(by)
		}
		for i := range n {
			j := (i + 1) % n
			b.faces = append(b.faces, face{bend: loop.bend[i], loops: [][]geom.Vec3{{lower[i], lower[j], upper[j], upper[i]}}})
		}
		slices.Reverse(lower)
		bottom.loops, top.loops = append(bottom.loops, lower), append(top.loops, upper)
	}
	b.faces = append(b.faces, bottom, top)
	if by[2] < 0 {
		b.flip()
	}
	return b
}

// revolved reads SweptArea, Position, Axis, Angle and, of the tapered one,
// EndSweptArea.
func (r *reader) revolved(e entity) []*body {
	areas := r.profile(e.at(0).id, 0)
	ends := areas
	if e.kind == "IFCREVOLVEDAREASOLIDTAPERED" {
		areas, ends = r.matched(e.at(0).id, e.at(4).id)
	}
	axis := r.axis(e.at(2).id)
	angle := e.num(3) * r.radian
	origin, dir := axis.Col(3).Vec3(), axis.Col(2).Vec3()
	if !(math.Abs(angle) > 1e-6) || math.IsInf(angle, 0) {
		r.bad(e.id, "is turned by %v", angle)
		return nil
	}
	full := math.Abs(angle) > 2*math.Pi-1e-6
	if full {
		angle = math.Copysign(2*math.Pi, angle)
	}
	reach := 0.0
	for _, a := range areas {
		for _, p := range a.outline.at {
			d := p.Sub(origin)
			reach = math.Max(reach, d.Sub(dir.Mul(d.Dot(dir))).Len())
		}
	}
	n := max(steps(reach, angle), 2)
	swollen := swell(n, angle)
	if len(ends) != len(areas) {
		r.bad(e.id, "its two ends differ in their parts")
		return nil
	}
	turn := func(p, to geom.Vec3, k int) geom.Vec3 {
		if full && k == n {
			k = 0
		}
		d := p.Add(to.Sub(p).Mul(float64(k) / float64(n))).Sub(origin)
		if full || k > 0 && k < n {
			along := dir.Mul(d.Dot(dir))
			d = d.Sub(along).Mul(swollen).Add(along)
		}
		q := mgl64.QuatRotate(angle*float64(k)/float64(n), dir)
		return origin.Add(q.Rotate(d))
	}
	m := r.axis(e.ref(1))
	var out []*body
	for i, a := range areas {
		loops := append([]path{a.outline}, a.holes...)
		others := append([]path{ends[i].outline}, ends[i].holes...)
		if len(loops) != len(others) {
			r.bad(e.id, "its two ends differ in their holes")
			return nil
		}
		r.arcs++
		base := r.arcs
		b := &body{closed: true}
		first, last := face{}, face{}
		for l, loop := range loops {
			count := len(loop.at)
			other := others[l].at
			if len(other) != count {
				r.bad(e.id, "its two ends differ in their corners")
				return nil
			}
			if !r.spend(e.id, count*n) {
				return nil
			}
			for i := range count {
				p, q := loop.at[i], loop.at[(i+1)%count]
				pe, qe := other[i], other[(i+1)%count]
				r.arcs++
				bend := r.arcs
				if loop.bend[i] != 0 {
					bend = base // a curve that is turned is one surface
				}
				for k := range n {
					quad := []geom.Vec3{turn(p, pe, k), turn(p, pe, k+1), turn(q, qe, k+1), turn(q, qe, k)}
					if quad = distinct(quad); len(quad) > 2 { // a point on the axis stays where it is
						b.faces = append(b.faces, face{bend: bend, loops: [][]geom.Vec3{quad}})
					}
				}
			}
			start, end := make([]geom.Vec3, count), make([]geom.Vec3, count)
			for i, p := range loop.at {
				start[i], end[i] = turn(p, other[i], 0), turn(p, other[i], n)
			}
			slices.Reverse(end)
			first.loops, last.loops = append(first.loops, start), append(last.loops, end)
		}
		if !full {
			b.faces = append(b.faces, first, last)
		}
		if b.volume() < 0 {
			b.flip()
		}
		out = append(out, b.moved(m))
	}
	return out
}

// distinct drops points that repeat around a loop.
func distinct(loop []geom.Vec3) []geom.Vec3 {
	out := loop[:0]
	for i, p := range loop {
		if p.Sub(loop[(i+1)%len(loop)]).Len() > weldReach/10 {
			out = append(out, p)
		}
	}
	return out
}

// primitive reads the bodies of constructive geometry; all begin with Position.
func (r *reader) primitive(e entity) []*body {
	var m geom.Mat4
	if e.kind == "IFCBOUNDINGBOX" {
		m = frame(r.point(e.at(0).id), geom.Vec3{0, 0, 1}, geom.Vec3{1, 0, 0})
	} else {
		m = r.axis(e.ref(0))
	}
	size := func(i int) float64 {
		v := e.length(i)
		if !(v > 0) {
			r.bad(e.id, "argument %d is %v; a size must be above zero", i+1, v)
		}
		return v
	}
	var b *body
	switch e.kind {
	case "IFCBLOCK", "IFCBOUNDINGBOX": // XLength, YLength, ZLength
		x, y, z := size(1), size(2), size(3)
		a := area{outline: r.rounded([]corner{{0, 0, 0}, {x, 0, 0}, {x, y, 0}, {0, y, 0}})}
		b = r.prism(e.id, a, a, geom.Vec3{0, 0, z})
	case "IFCRECTANGULARPYRAMID": // XLength, YLength, Height
		x, y, z := size(1), size(2), size(3)
		base := []geom.Vec3{{0, 0, 0}, {x, 0, 0}, {x, y, 0}, {0, y, 0}}
		tip := geom.Vec3{x / 2, y / 2, z}
		b = &body{closed: true, faces: []face{{loops: [][]geom.Vec3{{base[3], base[2], base[1], base[0]}}}}}
		for i := range 4 {
			b.faces = append(b.faces, face{loops: [][]geom.Vec3{{base[i], base[(i+1)%4], tip}}})
		}
	case "IFCRIGHTCIRCULARCYLINDER": // Height, Radius
		a := area{outline: r.ring(size(2), size(2))}
		b = r.prism(e.id, a, a, geom.Vec3{0, 0, size(1)})
	case "IFCRIGHTCIRCULARCONE": // Height, BottomRadius
		ring, tip := r.ring(size(2), size(2)), geom.Vec3{0, 0, size(1)}
		base := slices.Clone(ring.at)
		slices.Reverse(base)
		b = &body{closed: true, faces: []face{{loops: [][]geom.Vec3{base}}}}
		for i, p := range ring.at {
			b.faces = append(b.faces, face{bend: r.arcs, loops: [][]geom.Vec3{{p, ring.at[(i+1)%len(ring.at)], tip}}})
		}
	case "IFCSPHERE":
		b = r.sphere(size(1))
	}
	if r.problem != nil || b == nil {
		return nil
	}
	return []*body{b.moved(m)}
}

func (r *reader) sphere(radius float64) *body {
	r.arcs++
	n := max(16, steps(radius, 2*math.Pi))
	rows := n / 2
	// Pushed out so that the volume is right: of the n-sided frustums between the
	// rows, to which each row adds by the squares and the product of its rings.
	sum := 0.0
	for row := range rows {
		a, ca := math.Sincos(math.Pi * float64(row) / float64(rows))
		b, cb := math.Sincos(math.Pi * float64(row+1) / float64(rows))
		sum += (ca - cb) * (a*a + a*b + b*b) / 3
	}
	sum *= float64(n) / 2 * math.Sin(2*math.Pi/float64(n))
	radius *= math.Cbrt(4 * math.Pi / 3 / sum)
	at := func(row, k int) geom.Vec3 {
		s, c := math.Sincos(math.Pi * float64(row) / float64(rows))
		if row == rows {
			s = 0 // the upper pole is one point
		}
		ss, cc := math.Sincos(2 * math.Pi * float64(k%n) / float64(n))
		return geom.Vec3{radius * s * cc, radius * s * ss, -radius * c}
	}
	b := &body{closed: true}
	for row := range rows {
		for k := range n {
			if quad := distinct([]geom.Vec3{at(row, k), at(row, k+1), at(row+1, k+1), at(row+1, k)}); len(quad) > 2 {
				b.faces = append(b.faces, face{bend: r.arcs, loops: [][]geom.Vec3{quad}})
			}
		}
	}
	return b
}
