package patch

import (
	"fmt"
	"math"

	"github.com/glasstwin/glasstwin/scene/geom"
)

// Shares of the chord that is asked for: edges stay well within it, so that the
// middles of triangles stay within it too.
const (
	edgeShare   = 0.7
	middleShare = 0.9
)

// aspectMax is how much longer than wide triangles may be made on purpose, where
// a surface is straight one way.
const aspectMax = 6

// sow lays points on the lines of a net, away from the loops.
func (f *facing) sow() {
	us, vs := f.s.Lines(f.lo, f.hi, edgeShare*f.limits.Chord, f.limits.Angle)
	if len(us) == 0 || len(vs) == 0 {
		return
	}
	for len(us)*len(vs) > 2*f.limits.MaxTriangles { // more than may be laid
		us, vs = everyOther(us), everyOther(vs)
	}
	apart := 0.55 * f.lengths[0] * (f.hi[0] - f.lo[0]) / float64(len(us)+1)
	if _, ok := f.s.(*BSplineSurface); ok {
		apart = 0 // its lines lie where it bends
	}
	for j, v := range vs {
		var before geom.Vec3
		any := false
		for k := range us {
			u := us[k]
			if j%2 == 1 {
				u = us[len(us)-1-k] // there and back: the next place is near
			}
			if len(f.corners) > f.limits.MaxTriangles/2 {
				return
			}
			at := geom.Vec2{u, v}
			s := f.spot(at)
			if _, ok := f.mesh.known[s]; ok {
				continue
			}
			t, on, ok := f.mesh.locate(s, f.mesh.last)
			if !ok {
				continue
			}
			f.mesh.last = t
			if !f.mesh.tris[t].in || on >= 0 && f.mesh.tris[t].mark[on]&fixed != 0 || f.crowded(t, s) {
				continue
			}
			c := f.corner(f.where(s), -1)
			if any && c.p.Sub(before).Len() < apart {
				continue
			}
			before, any = c.p, true
			f.mesh.put(s, t, on)
			f.corners = append(f.corners, c)
		}
	}
}

func everyOther(at []float64) []float64 {
	var out []float64
	for i := 0; i < len(at); i += 2 {
		out = append(out, at[i])
	}
	return out
}

// crowded tells whether a spot is nearer to what bounds its triangle than is
// good for the shape of the triangles.
func (f *facing) crowded(t int32, s spot) bool {
	tr := &f.mesh.tris[t]
	for i := range 3 {
		a := f.mesh.spots[tr.v[i]]
		if math.Hypot(float64(a.x-s.x), float64(a.y-s.y)) < 0.4*f.unit {
			return true
		}
		if tr.mark[i]&fixed != 0 {
			b, c := f.mesh.spots[tr.v[(i+1)%3]], f.mesh.spots[tr.v[(i+2)%3]]
			if float64(turn(b, c, s)) < 0.3*f.unit*math.Hypot(float64(c.x-b.x), float64(c.y-b.y)) {
				return true
			}
		}
	}
	return false
}

// refine adds points until edges and triangles are near enough to the surface
// and do not turn too much.
func (f *facing) refine() error {
	queue := make([]int32, 0, len(f.mesh.tris))
	for t := range f.mesh.tris {
		if f.mesh.tris[t].in {
			queue = append(queue, int32(t))
		}
	}
	cos := -2.0
	if smooth(f.s) {
		cos = math.Cos(math.Min(1.5*f.limits.Angle, 1.5))
	}
	for len(queue) > 0 {
		t := queue[len(queue)-1]
		queue = queue[:len(queue)-1]
		if !f.mesh.tris[t].in {
			continue
		}
		at, ok := f.worst(t, cos)
		if !ok {
			continue
		}
		s := f.spot(at)
		if _, known := f.mesh.known[s]; known {
			continue
		}
		to, on, ok := f.mesh.locate(s, t)
		if !ok || !f.mesh.tris[to].in || on >= 0 && f.mesh.tris[to].mark[on]&fixed != 0 {
			continue
		}
		if 2*len(f.corners) > f.limits.MaxTriangles {
			return fmt.Errorf("%w: more than %d", ErrTooMany, f.limits.MaxTriangles)
		}
		v := f.mesh.put(s, to, on)
		f.corners = append(f.corners, f.corner(f.where(s), -1))
		first := f.mesh.at[v]
		for n, turns := first, 0; n >= 0 && turns < 1000; turns++ {
			queue = append(queue, n)
			tr := &f.mesh.tris[n]
			if n = tr.n[(tr.corner(v)+1)%3]; n == first {
				break
			}
		}
	}
	return nil
}

// worst finds where a triangle is to be divided, if at all.
func (f *facing) worst(t int32, cos float64) (geom.Vec2, bool) {
	tr := &f.mesh.tris[t]
	c := [3]*corner{&f.corners[tr.v[0]], &f.corners[tr.v[1]], &f.corners[tr.v[2]]}
	limit := edgeShare * f.limits.Chord
	var best geom.Vec2
	score := 1.0
	for i := range 3 {
		if tr.mark[i]&fixed != 0 {
			continue
		}
		a, b := c[(i+1)%3], c[(i+2)%3]
		l := a.p.Sub(b.p).Len()
		if l < limit/8 {
			continue
		}
		at := a.at.Add(b.at).Mul(0.5)
		bad := f.off(at, a.p.Add(b.p).Mul(0.5)) / limit
		if l > limit && a.normal.Dot(b.normal) < cos {
			bad = math.Max(bad, 1+0.01*l/limit)
		}
		if bad > score {
			best, score = at, bad
		}
	}
	if score > 1 {
		return best, true
	}
	u, v := c[1].p.Sub(c[0].p), c[2].p.Sub(c[0].p)
	if n := u.Cross(v).Len(); n < limit*limit/8 {
		return best, false
	}
	if at, ok := f.tilted(t, c, cos > -1); ok {
		return at, true
	}
	at := c[0].at.Add(c[1].at).Add(c[2].at).Mul(1.0 / 3)
	return at, f.off(at, c[0].p.Add(c[1].p).Add(c[2].p).Mul(1.0/3)) > middleShare*f.limits.Chord
}

// tilted tells whether a triangle stands up from its surface, as one does that
// has three points of one edge when a pole is among them, and where to divide
// it. Across a sharp bend some corners' normals may.
func (f *facing) tilted(t int32, c [3]*corner, smooth bool) (geom.Vec2, bool) {
	n := c[1].p.Sub(c[0].p).Cross(c[2].p.Sub(c[0].p))
	least, most := infinite, -infinite
	for i := range 3 {
		d := n.Dot(c[i].normal)
		least, most = math.Min(least, d), math.Max(most, d)
	}
	if smooth && least > 0.5*n.Len() || !smooth && most > 0.3*n.Len() {
		return geom.Vec2{}, false
	}
	longest, best := 0.0, geom.Vec2{}
	for i := range 3 {
		a, b := c[(i+1)%3], c[(i+2)%3]
		if l := a.p.Sub(b.p).Len(); f.mesh.tris[t].mark[i]&fixed == 0 && l > longest {
			longest, best = l, a.at.Add(b.at).Mul(0.5)
		}
	}
	return best, longest > edgeShare*f.limits.Chord
}

// off is how far a point of a triangle is from the surface, to first order.
func (f *facing) off(at geom.Vec2, p geom.Vec3) float64 {
	q, du, dv := f.s.Eval(at[0], at[1])
	way := q.Sub(p)
	n := du.Cross(dv)
	l := n.Len()
	if !(l > 1e-9*(du.Dot(du)+dv.Dot(dv))) {
		return way.Len()
	}
	return math.Abs(way.Dot(n)) / l
}

// smooth tells whether a surface has no sharp bend.
func smooth(s Surface) bool {
	switch s := s.(type) {
	case *BSplineSurface:
		return !s.creased(0) && !s.creased(1)
	case *Extrusion:
		return smoothCurve(s.of)
	case *Revolution:
		return smoothCurve(s.of)
	}
	return true
}

func smoothCurve(c Curve) bool {
	switch c := c.(type) {
	case Line, Conic:
		return true
	case Trimmed:
		return smoothCurve(c.Of)
	case Moved:
		return smoothCurve(c.Of)
	case *BSpline:
		return c.degree > 2 || len(c.knots) == 2*(c.degree+1)
	}
	return false
}
