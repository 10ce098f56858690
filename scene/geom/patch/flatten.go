package patch

import (
	"math"

	"github.com/glasstwin/glasstwin/scene/geom"
)

// Limits on one curve.
const (
	depthMax  = 12     // halvings of the stretch between two breaks
	chordsMax = 20_000 // of one curve
)

// Flatten are the parameters of points on a curve whose chords stay within
// chord metres of it and turn by no more than angle from one to the next; both
// ends are among them. When that takes more than 20 000 points the rest is
// coarser.
func Flatten(c Curve, from, to, chord, angle float64) []float64 {
	out := []float64{from}
	stops := append(c.Breaks(from, to), to)
	f := flattening{c: c, chord: chord, cos: math.Cos(angle)}
	a := from
	for _, b := range stops {
		if b <= a {
			continue
		}
		if line(c) {
			out = append(out, b)
		} else {
			out = f.add(out, a, b, depthMax)
		}
		a = b
	}
	return thinned(c, out, chord, angle)
}

// thinned drops the inner breaks of straight stretches: nothing bends there.
func thinned(c Curve, at []float64, chord, angle float64) []float64 {
	out := at[:1]
	for i := 1; i+1 < len(at); i++ {
		p, _ := c.Eval(out[len(out)-1])
		q, _ := c.Eval(at[i])
		r, _ := c.Eval(at[i+1])
		u, v := q.Sub(p), r.Sub(q)
		if u.Cross(v).Len() > 1e-9*u.Len()*v.Len() || u.Dot(v) <= 0 {
			out = append(out, at[i])
		}
	}
	return append(out, at[len(at)-1])
}

// line tells whether a curve is straight.
func line(c Curve) bool {
	switch c := c.(type) {
	case Line, Polyline:
		return true
	case Trimmed:
		return line(c.Of)
	case Moved:
		return line(c.Of)
	}
	return false
}

type flattening struct {
	c          Curve
	chord, cos float64
}

func (f flattening) add(out []float64, a, b float64, depth int) []float64 {
	if depth > 0 && len(out) < chordsMax && !f.flat(a, b) {
		m := (a + b) / 2
		return f.add(f.add(out, a, m, depth-1), m, b, depth-1)
	}
	return append(out, b)
}

// flat tells whether the curve from a to b is as good as its chord. The ends'
// directions are taken a little inside: a break may bend there.
func (f flattening) flat(a, b float64) bool {
	const inside = 1e-4
	p, _ := f.c.Eval(a)
	q, _ := f.c.Eval(b)
	_, d := f.c.Eval(a + inside*(b-a))
	_, e := f.c.Eval(b - inside*(b-a))
	way := q.Sub(p)
	if dl, el := d.Len(), e.Len(); dl > 0 && el > 0 && way.Len() > f.chord/8 && d.Dot(e) < f.cos*dl*el {
		return false
	}
	for _, s := range [3]float64{0.25, 0.5, 0.75} {
		at, _ := f.c.Eval(a + s*(b-a))
		if fromChord(at, p, way) > f.chord {
			return false
		}
	}
	return true
}

// fromChord is how far a point is from the chord that runs from p by way.
func fromChord(at, p, way geom.Vec3) float64 {
	off := at.Sub(p)
	if l2 := way.Dot(way); l2 > 0 {
		off = off.Sub(way.Mul(math.Max(0, math.Min(1, off.Dot(way)/l2))))
	}
	return off.Len()
}

// ParamOf is the parameter of the point of a curve that is nearest to p.
func ParamOf(c Curve, p geom.Vec3) float64 {
	switch c := c.(type) {
	case Line:
		return p.Sub(c.Origin).Dot(c.Dir) / c.Dir.Dot(c.Dir)
	case Conic:
		q := p.Sub(c.Frame.Col(3).Vec3())
		x, y := q.Dot(c.Frame.Col(0).Vec3()), q.Dot(c.Frame.Col(1).Vec3())
		return math.Atan2(y*c.A, x*c.B)
	case Trimmed:
		t := ParamOf(c.Of, p)
		way := t - c.From
		if c.To < c.From {
			way = -way
		}
		if period := c.Of.Period(); period > 0 {
			if way = math.Mod(way, period); way < 0 {
				way += period
			}
			if length := math.Abs(c.To - c.From); way > length && way-length > period-way {
				way = 0
			}
		}
		return math.Max(0, math.Min(way, math.Abs(c.To-c.From)))
	}
	n := newNearest(c, func(p geom.Vec3) geom.Vec3 { return p })
	t, _ := n.to(p, 0, false)
	return t
}

// nearest finds the point of a curve nearest to another, where both are seen
// through a map that drops what does not count: the way along an extrusion, the
// angle about an axis.
type nearest struct {
	c         Curve
	seen      func(geom.Vec3) geom.Vec3
	from, end float64
	period    float64
	at        []float64
	points    []geom.Vec3
	size      float64
}

// newNearest samples a bounded curve.
func newNearest(c Curve, seen func(geom.Vec3) geom.Vec3) *nearest {
	n := &nearest{c: c, seen: seen, period: c.Period()}
	n.from, n.end = c.Range()
	stops := append([]float64{n.from}, append(c.Breaks(n.from, n.end), n.end)...)
	per := max(2, min(16, 4096/len(stops)))
	box := geom.EmptyBox()
	for i := 0; i+1 < len(stops); i++ {
		for k := range per {
			n.at = append(n.at, stops[i]+(stops[i+1]-stops[i])*float64(k)/float64(per))
		}
	}
	n.at = append(n.at, n.end)
	for _, t := range n.at {
		p, _ := c.Eval(t)
		n.points = append(n.points, seen(p))
		box = box.Add(seen(p))
	}
	n.size = box.Size().Len()
	return n
}

// to returns the parameter of the nearest point and how far that is from p. A
// guess that leads onto the curve saves the search.
func (n *nearest) to(p geom.Vec3, guess float64, guided bool) (float64, float64) {
	q := n.seen(p)
	if guided {
		if t, d := n.polish(q, guess); d < 1e-6*n.size {
			return t, d
		}
	}
	type start struct{ t, d float64 }
	best := [3]start{{n.from, math.Inf(1)}, {n.from, math.Inf(1)}, {n.from, math.Inf(1)}}
	for i, s := range n.points {
		d := s.Sub(q).Len()
		for k := range best {
			if d < best[k].d {
				copy(best[k+1:], best[k:2])
				best[k] = start{n.at[i], d}
				break
			}
		}
	}
	t, far := best[0].t, math.Inf(1)
	for _, s := range best {
		if math.IsInf(s.d, 1) {
			continue
		}
		if u, d := n.polish(q, s.t); d < far-1e-12*n.size {
			t, far = u, d
		}
	}
	return t, far
}

// polish walks downhill from t by Gauss and Newton's steps.
func (n *nearest) polish(q geom.Vec3, t float64) (float64, float64) {
	eval := func(t float64) (geom.Vec3, geom.Vec3) {
		h := 1e-7 * (n.end - n.from)
		a, _ := n.c.Eval(n.wrap(t))
		lo, hi := n.wrap(t-h), n.wrap(t+h)
		span := 2 * h
		if hi < lo { // over the seam: one side only
			lo, span = n.wrap(t), h
			if hi < lo {
				hi, lo = n.wrap(t), n.wrap(t-h)
			}
		} else if hi-lo < span {
			span = hi - lo
		}
		b, _ := n.c.Eval(lo)
		c, _ := n.c.Eval(hi)
		return n.seen(a), n.seen(c).Sub(n.seen(b)).Mul(1 / span)
	}
	s, d := eval(t)
	far := s.Sub(q).Len()
	for range 40 {
		dd := d.Dot(d)
		if !(dd > 0) {
			break
		}
		step := q.Sub(s).Dot(d) / dd
		moved := false
		for range 12 {
			u := n.wrap(t + step)
			su, du := eval(u)
			if f := su.Sub(q).Len(); f < far {
				moved = math.Abs(u-t) > 1e-13*(n.end-n.from)
				t, s, d, far = u, su, du, f
				break
			}
			step /= 2
		}
		if !moved {
			break
		}
	}
	return t, far
}

// wrap brings a parameter into the range.
func (n *nearest) wrap(t float64) float64 {
	if n.period > 0 {
		t = n.from + math.Mod(t-n.from, n.period)
		if t < n.from {
			t += n.period
		}
		return t
	}
	return math.Max(n.from, math.Min(t, n.end))
}
