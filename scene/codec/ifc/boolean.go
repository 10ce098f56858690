package ifc

import (
	"fmt"
	"math"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/glasstwin/glasstwin/scene/geom"
)

// Limits on one cut, so that bodies made to be slow end within seconds.
const (
	operandMax = 20_000     // polygons of one operand
	piecesMax  = 500_000    // polygons that many cuts leave
	cutWorkMax = 20_000_000 // polygons held against a plane
)

// From localMin polygons on, a solid is cut near the cutting one only: within
// localReach of its box, metres. A slab with a thousand holes stays a slab.
const (
	localMin   = 64
	localReach = 1e-3
)

// planeReach is how far from a plane a point still lies on it, metres. What
// exporters leave between faces that should be one is less.
const planeReach = 2e-5

// solid is an operand: its faces as convex polygons.
type solid struct {
	polys  []poly
	box    geom.Box
	closed bool
}

// solidOf turns a body's faces to convex polygons.
func (r *reader) solidOf(id int, b *body) solid {
	s := solid{box: b.box(), closed: b.closed}
	for _, f := range b.faces {
		s.polys = f.convex(s.polys)
		if len(s.polys) > operandMax {
			r.bad(id, "cuts or is cut with more than %d faces", operandMax)
			return solid{}
		}
	}
	return s
}

// convex appends the face as convex polygons.
func (f face) convex(out []poly) []poly {
	n, area := normal(f.loops[0])
	if area < areaMin {
		return out
	}
	if len(f.loops) == 1 && isConvex(f.loops[0], n) {
		return append(out, poly{v: f.loops[0], n: n, d: n.Dot(f.loops[0][0]), bend: f.bend})
	}
	triangles, points := f.triangles(n)
	for _, t := range triangles {
		v := []geom.Vec3{points[t[0]], points[t[1]], points[t[2]]}
		if m, area := normal(v); area > areaMin/100 {
			// The plane of the whole face, unless it is warped.
			p := poly{v: v, n: n, d: n.Dot(f.loops[0][0]), bend: f.bend}
			if lo, hi := p.span(n, p.d); lo < -planeReach || hi > planeReach {
				p.n, p.d = m, m.Dot(v[0])
			}
			out = append(out, p)
		}
	}
	return out
}

// isConvex tells whether a loop turns left everywhere and lies in its plane.
func isConvex(loop []geom.Vec3, n geom.Vec3) bool {
	d := n.Dot(loop[0])
	turned := 0.0
	for i, p := range loop {
		q, s := loop[(i+1)%len(loop)], loop[(i+2)%len(loop)]
		if math.Abs(n.Dot(p)-d) > planeReach {
			return false
		}
		u, w := q.Sub(p), s.Sub(q)
		cross, dot := u.Cross(w).Dot(n), u.Dot(w)
		if cross < -1e-12*(1+u.Len()*w.Len()) {
			return false
		}
		turned += math.Atan2(math.Max(cross, 0), dot)
	}
	return turned < 2*math.Pi+0.1
}

// minus cuts b out of a.
func (r *reader) minus(id int, a, b solid) solid {
	near, far := a, []poly(nil)
	if len(a.polys) >= localMin && a.closed && b.closed {
		near, far = a.around(b.box)
	}
	if len(near.polys) == 0 { // no face is near: b lies in a, or beside it
		if len(b.polys) > 0 && a.holds(b.polys[0].v[0]) {
			for _, p := range b.polys {
				a.polys = append(a.polys[:len(a.polys):len(a.polys)], p.turned())
			}
		}
		return a
	}
	out := r.combine(id, near, b, func(s side) bool { return s == outside || s == against }, func(s side) bool { return s == inside }, true)
	if len(far) == 0 || r.problem != nil {
		return out
	}
	if len(far)+len(out.polys) > piecesMax {
		r.bad(id, "is too complex to cut")
		return a
	}
	a.polys = append(far, out.polys...)
	return a
}

// around divides a solid's faces into what lies within a box and the rest. The
// near ones tell within the box what is inside and what is not: its box is that,
// however far they reach.
func (s solid) around(box geom.Box) (near solid, far []poly) {
	near = solid{closed: s.closed, box: box}
	for i := range s.polys {
		p := &s.polys[i]
		if apart(p, box) {
			far = append(far, *p)
			continue
		}
		for side := 0; side < 6 && p != nil; side++ {
			var n geom.Vec3
			d := box.Max[side/2] + localReach
			if n[side/2] = 1; side%2 == 1 {
				n[side/2], d = -1, localReach-box.Min[side/2]
			}
			if math.IsInf(d, 0) {
				continue
			}
			outer, inner, inPlane := p.cut(n, d)
			if outer != nil {
				far = append(far, *outer)
			}
			if p = inner; inPlane {
				far, p = append(far, s.polys[i]), nil
			}
		}
		if p != nil {
			near.polys = append(near.polys, *p)
		}
	}
	return near, far
}

// holds tells whether a point lies in a solid, by the solid angle under which
// it sees its faces (Van Oosterom and Strackee 1983).
func (s solid) holds(at geom.Vec3) bool {
	sum := 0.0
	for _, p := range s.polys {
		a := p.v[0].Sub(at)
		for i := 1; i+1 < len(p.v); i++ {
			b, c := p.v[i].Sub(at), p.v[i+1].Sub(at)
			la, lb, lc := a.Len(), b.Len(), c.Len()
			sum += 2 * math.Atan2(a.Dot(b.Cross(c)), la*lb*lc+a.Dot(b)*lc+b.Dot(c)*la+c.Dot(a)*lb)
		}
	}
	return sum > 2*math.Pi
}

// within is what a and b share.
func (r *reader) within(id int, a, b solid) solid {
	return r.combine(id, a, b, func(s side) bool { return s == inside || s == along }, func(s side) bool { return s == inside }, false)
}

// plus joins a and b.
func (r *reader) plus(id int, a, b solid) solid {
	return r.combine(id, a, b, func(s side) bool { return s == outside || s == along }, func(s side) bool { return s == outside }, false)
}

// combine keeps the pieces of a and b that lie on the wanted sides of the other.
func (r *reader) combine(id int, a, b solid, ofA, ofB func(side) bool, turn bool) solid {
	if !b.closed {
		r.bad(id, "cuts with a body that is not closed")
		return a
	}
	work := 0
	out := solid{closed: a.closed}
	out.polys = newTree(b.polys, &work).kept(a.polys, b.box, ofA)
	if a.closed {
		more := newTree(a.polys, &work).kept(b.polys, a.box, ofB)
		for _, p := range more {
			if turn {
				p = p.turned()
			}
			out.polys = append(out.polys, p)
		}
	}
	r.spent += work / 100
	if work > cutWorkMax || len(out.polys) > piecesMax {
		r.bad(id, "is too complex to cut")
		return a
	}
	out.box = geom.EmptyBox()
	for _, p := range out.polys {
		for _, v := range p.v {
			out.box = out.box.Add(v)
		}
	}
	return out
}

func (p poly) turned() poly {
	v := make([]geom.Vec3, len(p.v))
	for i := range v {
		v[i] = p.v[len(v)-1-i]
	}
	return poly{v, p.n.Mul(-1), -p.d, p.bend}
}

// combined reads Operator, FirstOperand, SecondOperand. A chain of cuts on the
// first operand, as walls below a roof have, is walked without going deeper. A
// second operand that cannot be read is left out and told: a wall without its
// slant is more than no wall.
func (r *reader) combined(e entity, depth int) []*body {
	var chain []entity
	first := e
	seen := map[int]bool{}
	for first.kind == "IFCBOOLEANRESULT" || first.kind == "IFCBOOLEANCLIPPINGRESULT" {
		if len(chain) > 1000 || seen[first.id] {
			r.bad(first.id, "is a chain of cuts that ends nowhere")
			return nil
		}
		seen[first.id] = true
		chain = append(chain, first)
		first = first.at(1)
	}
	var out []*body
	for _, b := range r.bodies(first.id, depth+1) {
		a := r.solidOf(first.id, b)
		cut := false
		for i := len(chain) - 1; i >= 0 && r.problem == nil; i-- {
			op := chain[i]
			second := r.operand(op.at(2), a, depth+1)
			if r.problem != nil {
				r.unread = append(r.unread, fmt.Errorf("is drawn without the second operand of #%d: %w", op.id, r.took()))
				continue
			}
			if op.enum(0) == "INTERSECTION" && len(second) > 1 { // what a shares with any of them
				second[0] = r.joined(op.id, second)
				second = second[:1]
			}
			for _, s := range second {
				switch op.enum(0) {
				case "DIFFERENCE":
					a = r.minus(op.id, a, s)
				case "INTERSECTION":
					a = r.within(op.id, a, s)
				case "UNION":
					a = r.plus(op.id, a, s)
				default:
					r.bad(op.id, "has no operator that is known")
				}
				cut = true
			}
		}
		if r.problem != nil {
			r.unread = append(r.unread, fmt.Errorf("is not cut further: %w", r.took()))
		}
		if cut {
			b = &body{faces: knit(a.polys), closed: a.closed}
		}
		out = append(out, b)
	}
	return out
}

// joined makes one solid of several.
func (r *reader) joined(id int, all []solid) solid {
	out := all[0]
	for _, s := range all[1:] {
		if r.problem == nil {
			out = r.plus(id, out, s)
		}
	}
	return out
}

// operand reads what cuts a.
func (r *reader) operand(e entity, a solid, depth int) []solid {
	switch e.kind {
	case "IFCHALFSPACESOLID", "IFCBOXEDHALFSPACE", "IFCPOLYGONALBOUNDEDHALFSPACE": // BaseSurface, AgreementFlag, Position, PolygonalBoundary
		surface := e.at(0)
		if surface.kind != "IFCPLANE" {
			r.bad(surface.id, "bounds a half space, which only planes may")
			return nil
		}
		m := r.axis(surface.at(0).id)
		n, origin := m.Col(2).Vec3(), m.Col(3).Vec3()
		if !e.yes(1) {
			n = n.Mul(-1)
		}
		half := halfSpace(n, origin, a.box)
		if e.kind != "IFCPOLYGONALBOUNDEDHALFSPACE" {
			return []solid{half}
		}
		prism := r.boundary(e, a.box)
		if r.problem != nil {
			return nil
		}
		return []solid{r.within(e.id, prism, half)}
	}
	var out []solid
	for _, b := range r.bodies(e.id, depth) {
		out = append(out, r.solidOf(e.id, b))
	}
	return out
}

// halfSpace is the solid behind a plane, as a large square that covers the box.
// The tree of its one face takes everything behind it as inside.
func halfSpace(n, origin geom.Vec3, box geom.Box) solid {
	if box.Empty() {
		box = geom.Box{}
	}
	mid := box.Center()
	reach := 4*box.Size().Len() + 1
	mid = mid.Sub(n.Mul(mid.Sub(origin).Dot(n)))
	m := frame(mid, n, geom.Vec3{1, 0, 0})
	x, y := m.Col(0).Vec3().Mul(reach), m.Col(1).Vec3().Mul(reach)
	v := []geom.Vec3{mid.Sub(x).Sub(y), mid.Add(x).Sub(y), mid.Add(x).Add(y), mid.Sub(x).Add(y)}
	inf := math.Inf(1)
	return solid{
		polys:  []poly{{v: v, n: n, d: n.Dot(mid)}},
		closed: true,
		box:    geom.Box{Min: geom.Vec3{-inf, -inf, -inf}, Max: geom.Vec3{inf, inf, inf}},
	}
}

// boundary is the prism of a bounded half space, long enough to pass through
// the box.
func (r *reader) boundary(e entity, box geom.Box) solid {
	m := r.axis(e.ref(2))
	outline := r.curve(e.at(3).id, 0)
	areas := r.turned(e.id, area{outline: outline})
	if r.problem != nil {
		return solid{}
	}
	lo, hi := math.Inf(1), math.Inf(-1)
	z, origin := m.Col(2).Vec3(), m.Col(3).Vec3()
	for k := range 8 {
		c := box.Min
		for axis := range 3 {
			if k>>axis&1 == 1 {
				c[axis] = box.Max[axis]
			}
		}
		t := c.Sub(origin).Dot(z)
		lo, hi = min(lo, t), max(hi, t)
	}
	if !(hi >= lo) {
		lo, hi = 0, 1
	}
	shift := m.Mul4(mgl64.Translate3D(0, 0, lo-1))
	b := r.prism(e.id, areas[0], areas[0], geom.Vec3{0, 0, hi - lo + 2})
	if b == nil {
		return solid{}
	}
	return r.solidOf(e.id, b.moved(shift))
}
