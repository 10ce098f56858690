package patch

import (
	"errors"
	"math"
	"slices"

	"github.com/glasstwin/glasstwin/scene/geom"
)

// A face that runs around a closed surface is cut open along a seam, whose
// points are laid twice.

// seamTries bounds the places that are tried for one seam.
const seamTries = 10_000

var errSeam = errors.New("its holes leave no place for a seam around its surface")

// band is the ring of a face between two loops around its surface.
func (f *facing) band(a, b ring, holes []ring) (ring, error) {
	axis := 0
	if a.turns[0] == 0 {
		axis = 1
	}
	if b.turns[axis] == 0 {
		return ring{}, errors.New("its loops run around its surface in different ways")
	}
	if a.turns == b.turns {
		b = f.backwards(b)
	}
	// a is the loop that has the face on the side where the other parameter
	// grows.
	if (a.turns[axis] > 0) != (axis == 0) {
		a, b = b, a
	}
	other := 1 - axis
	if p := f.domain.Period[other]; p > 0 { // the next copy of b above a
		gap := math.Mod(b.mean(other)-a.mean(other), p)
		if gap <= 0 {
			gap += p
		}
		var by geom.Vec2
		by[other] = a.mean(other) + gap - b.mean(other)
		b = b.moved(by)
	}
	return f.join(a, b, axis, holes)
}

// cap is the ring of a face between a loop around its surface and a pole.
func (f *facing) cap(a ring, holes []ring) (ring, error) {
	axis := 0
	if a.turns[0] == 0 {
		axis = 1
	}
	up := (a.turns[axis] > 0) == (axis == 0)
	var pole *Pole
	for i, p := range f.domain.Poles {
		if p.Axis == 1-axis && (pole == nil || p.Max == up) {
			pole = &f.domain.Poles[i]
		}
	}
	if pole == nil {
		return ring{}, errors.New("one loop runs around its surface, and nothing bounds it on the other side")
	}
	point := f.polePoint(pole)
	stride := strideOf(len(a.nodes))
	for n := range min(len(a.nodes), seamTries) {
		i := n * stride % len(a.nodes)
		start := a.nodes[i].at
		to := start
		to[pole.Axis] = pole.Value
		if !f.free(start, to, axis, append([]ring{a}, holes...)) {
			continue
		}
		out := f.from(a, i, axis)
		end := out[len(out)-1]
		to[axis] = end.at[axis]
		seam := f.seam(end.at, to)
		out = append(out, seam...)
		for _, at := range f.alongPole(pole, to[axis], start[axis]) {
			out = append(out, node{at, point})
		}
		return ring{nodes: append(out, f.back(seam, axis, start[axis]-end.at[axis])...)}, nil
	}
	return ring{}, errSeam
}

func (f *facing) polePoint(pole *Pole) int32 {
	for i := range f.face.Loops { // a loop that is a vertex may stand for the pole
		if v := f.face.Loops[i].Vertex; v != nil && f.poleVertex != nil && v.Point.Sub(pole.Point).Len() < 1e-5 {
			if id, ok := f.poleVertex[v]; ok {
				return id
			}
		}
	}
	f.extra = append(f.extra, pole.Point)
	return int32(len(f.points) + len(f.extra) - 1)
}

// join cuts the band between two loops that run opposite ways open.
func (f *facing) join(a, b ring, axis int, holes []ring) (ring, error) {
	tried := 0
	stride := strideOf(len(a.nodes))
	rings := append([]ring{a, b}, holes...)
	order := make([]int, len(b.nodes))
	for n := range a.nodes {
		i := n * stride % len(a.nodes)
		start := a.nodes[i].at
		off := func(j int) float64 {
			d := b.nodes[j].at[axis] - start[axis]
			return math.Abs(d - f.domain.Period[axis]*math.Round(d/f.domain.Period[axis]))
		}
		for j := range order {
			order[j] = j
		}
		slices.SortFunc(order, func(x, y int) int {
			switch dx, dy := off(x), off(y); {
			case dx < dy:
				return -1
			case dx > dy:
				return 1
			}
			return x - y
		})
		for _, j := range order[:min(4, len(order))] {
			if tried++; tried > seamTries {
				return ring{}, errSeam
			}
			to := b.nodes[j].at
			to[axis] -= f.domain.Period[axis] * math.Round((to[axis]-start[axis])/f.domain.Period[axis])
			if !f.free(start, to, axis, rings) {
				continue
			}
			out := f.from(a, i, axis)
			end := out[len(out)-1]
			top := f.from(b, j, axis)
			var by geom.Vec2
			by[axis] = to[axis] + end.at[axis] - start[axis] - top[0].at[axis]
			for k := range top {
				top[k].at = top[k].at.Add(by)
			}
			seam := f.seam(end.at, top[0].at)
			out = append(append(out, seam...), top...)
			return ring{nodes: append(out, f.back(seam, axis, start[axis]-end.at[axis])...)}, nil
		}
	}
	return ring{}, errSeam
}

// strideOf is a step by which all of n places are tried, far apart at first.
func strideOf(n int) int {
	stride := max(1, n*382/1000)
	for gcd(stride, n) != 1 {
		stride++
	}
	return stride
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// from is a loop around the surface from node i on, with that node again at its
// end, a turn on.
func (f *facing) from(r ring, i, axis int) []node {
	n := len(r.nodes)
	out := make([]node, n+1)
	for k := range out {
		out[k] = r.nodes[(i+k)%n]
		out[k].at[axis] += f.domain.Period[axis] * float64(r.turns[axis]*((i+k)/n))
	}
	return out
}

// backwards is a loop that runs the other way.
func (f *facing) backwards(r ring) ring {
	out := ring{nodes: slices.Clone(r.nodes), turns: [2]int{-r.turns[0], -r.turns[1]}}
	slices.Reverse(out.nodes)
	return out
}

func (r ring) mean(axis int) float64 {
	sum := 0.0
	for _, n := range r.nodes {
		sum += n.at[axis]
	}
	return sum / float64(len(r.nodes))
}

// seam makes the points strictly between two places.
func (f *facing) seam(from, to geom.Vec2) []node {
	way := to.Sub(from)
	n := 1.0
	for axis := range 2 {
		n = math.Max(n, math.Ceil(math.Min(math.Abs(way[axis])/f.step[axis]/2, linesMax)))
	}
	var out []node
	at := Flatten(trace{f.s, from, way, 1 / n}, 0, 1, edgeShare*f.limits.Chord, f.limits.Angle)
	for _, t := range at[1 : len(at)-1] {
		p := from.Add(way.Mul(t))
		out = append(out, node{p, f.newPoint(p[0], p[1])})
	}
	return out
}

// trace is the curve on a surface that is straight where it is laid flat, from
// a place by a way, looked at in steps.
type trace struct {
	of        Surface
	from, way geom.Vec2
	step      float64
}

func (c trace) Eval(t float64) (p, d geom.Vec3) {
	p, du, dv := c.of.Eval(c.from[0]+t*c.way[0], c.from[1]+t*c.way[1])
	return p, du.Mul(c.way[0]).Add(dv.Mul(c.way[1]))
}

func (c trace) Range() (from, to float64) { return 0, 1 }

func (c trace) Period() float64 { return 0 }

func (c trace) Breaks(from, to float64) []float64 { return every(from, to, c.step) }

// back is a seam's other side, that many turns off, on the way back.
func (f *facing) back(seam []node, axis int, by float64) []node {
	out := slices.Clone(seam)
	slices.Reverse(out)
	for k := range out {
		out[k].at[axis] += by
	}
	return out
}

// roomy makes a ring with a seam that keeps its distance from loops, or else one
// that only does not touch them.
func (f *facing) roomy(make func() (ring, error)) (ring, error) {
	for _, f.margin = range [3]float64{0.05, 1e-3, 1e-6} {
		if r, err := make(); !errors.Is(err, errSeam) {
			return r, err
		}
	}
	return ring{}, errSeam
}

// free tells whether the straight way between two places touches no loop, other
// than at its ends.
func (f *facing) free(a, b geom.Vec2, axis int, rings []ring) bool {
	reach := f.margin / f.metric[axis]
	lo, hi := math.Min(a[axis], b[axis])-reach, math.Max(a[axis], b[axis])+reach
	for _, r := range rings {
		for i, n := range r.nodes {
			p, q := n.at, r.nodes[(i+1)%len(r.nodes)].at
			if i+1 == len(r.nodes) {
				q[axis] += f.domain.Period[axis] * float64(r.turns[axis])
			}
			for _, off := range f.copies(axis) {
				var by geom.Vec2
				if by[axis] = off; math.Max(p[axis], q[axis])+off < lo || math.Min(p[axis], q[axis])+off > hi {
					continue
				}
				if f.touch(a, b, p.Add(by), q.Add(by)) {
					return false
				}
			}
		}
	}
	return true
}

// touch tells whether two stretches come within a margin of each other; one that
// begins where the other ends does not count unless they lie on each other.
func (f *facing) touch(a, b, p, q geom.Vec2) bool {
	scale := func(v geom.Vec2) geom.Vec2 { return geom.Vec2{v[0] * f.metric[0], v[1] * f.metric[1]} }
	a, b, p, q = scale(a), scale(b), scale(p), scale(q)
	const same = 1e-7
	meets := func(x, y geom.Vec2) bool { return x.Sub(y).Len() < same }
	beside := func(x, y, z geom.Vec2) bool { // x lies beside the stretch from y to z, not at its ends
		return !meets(x, y) && !meets(x, z) && apart(x, y, z) < f.margin
	}
	if meets(p, a) && meets(q, b) || meets(p, b) && meets(q, a) {
		return true
	}
	if beside(p, a, b) || beside(q, a, b) {
		return true
	}
	if meets(p, a) || meets(p, b) || meets(q, a) || meets(q, b) {
		return false
	}
	if beside(a, p, q) || beside(b, p, q) {
		return true
	}
	cross := func(o, x, y geom.Vec2) float64 { return (x[0]-o[0])*(y[1]-o[1]) - (x[1]-o[1])*(y[0]-o[0]) }
	return (cross(a, b, p) > 0) != (cross(a, b, q) > 0) && (cross(p, q, a) > 0) != (cross(p, q, b) > 0)
}

// apart is the distance of x from the stretch from y to z.
func apart(x, y, z geom.Vec2) float64 {
	way, off := z.Sub(y), x.Sub(y)
	if l := way.Dot(way); l > 0 {
		off = off.Sub(way.Mul(math.Max(0, math.Min(1, off.Dot(way)/l))))
	}
	return off.Len()
}

// whole is the ring around all of a closed surface.
func (f *facing) whole(holes []ring) (ring, error) {
	if !f.closed() {
		return ring{}, errors.New("no loop of edges bounds it, and its surface does not close")
	}
	d := &f.domain
	axis := 0
	if d.Period[0] == 0 {
		axis = 1
	}
	other := 1 - axis
	lo, hi := d.Lo[other], d.Hi[other]
	const tries = 64
	at := func(along, across float64) geom.Vec2 {
		var p geom.Vec2
		p[axis], p[other] = along, across
		return p
	}
	if d.Period[other] == 0 { // between two poles
		for k := range tries {
			from := d.Lo[axis] + d.Period[axis]*float64(k)/tries
			if !f.free(at(from, lo), at(from, hi), axis, holes) {
				continue
			}
			var out []node
			var ends [2][]node
			for i := range d.Poles {
				p := &d.Poles[i]
				if p.Axis != other {
					continue
				}
				point := f.polePoint(p)
				e := 0
				if p.Max {
					e = 1
				}
				for _, q := range f.alongPole(p, from, from+d.Period[axis]) {
					ends[e] = append(ends[e], node{q, point})
				}
			}
			seam := f.seam(at(from+d.Period[axis], lo), at(from+d.Period[axis], hi))
			out = append(append(out, ends[0]...), seam...)
			slices.Reverse(ends[1])
			out = append(out, ends[1]...)
			return ring{nodes: append(out, f.back(seam, axis, -d.Period[axis])...)}, nil
		}
		return ring{}, errSeam
	}
	for k := range tries {
		u := d.Lo[axis] + d.Period[axis]*float64(k)/tries
		v := lo + d.Period[other]*float64(k*7%tries)/tries
		// Copies of holes along both axes: the second seam is tried with its own.
		if !f.free(at(u, v), at(u, v+d.Period[other]), axis, f.spread(holes, other)) || !f.free(at(u, v), at(u+d.Period[axis], v), other, f.spread(holes, axis)) {
			continue
		}
		corner := f.newPoint(at(u, v)[0], at(u, v)[1])
		bottom := f.seam(at(u, v), at(u+d.Period[axis], v))
		side := f.seam(at(u+d.Period[axis], v), at(u+d.Period[axis], v+d.Period[other]))
		out := append([]node{{at(u, v), corner}}, bottom...)
		out = append(append(out, node{at(u+d.Period[axis], v), corner}), side...)
		out = append(append(out, node{at(u+d.Period[axis], v+d.Period[other]), corner}), f.back(bottom, other, d.Period[other])...)
		out = append(append(out, node{at(u, v+d.Period[other]), corner}), f.back(side, axis, -d.Period[axis])...)
		return ring{nodes: out}, nil
	}
	return ring{}, errSeam
}

// spread adds the copies of rings along an axis.
func (f *facing) spread(rings []ring, axis int) []ring {
	var out []ring
	for _, r := range rings {
		for _, by := range f.copies(axis) {
			var v geom.Vec2
			v[axis] = by
			out = append(out, r.moved(v))
		}
	}
	return out
}
