package patch

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/glasstwin/glasstwin/scene/geom"
)

// BSplineSurface is a tensor product B-spline surface, rational when its
// weights differ (ISO 10303-42, b_spline_surface; The NURBS Book, chapters 3
// and 4). Make one by NewBSplineSurface.
type BSplineSurface struct {
	degree  [2]int
	knots   [2][]float64
	across  int         // control points in v
	control []geom.Vec4 // of u = 0 first, times the weight, which is last
	domain  Domain
	size    float64
	seeds   []seed
}

// seed is a point from which the search for parameters may begin.
type seed struct {
	at geom.Vec2
	p  geom.Vec3
}

// NewBSplineSurface makes a surface from rows of control points (one row for
// each in u), all its knots and its weights, in rows like the points; nil
// weights are all one. A surface whose opposite edges meet is closed, and one
// of whose edges is a point has a pole there.
func NewBSplineSurface(degreeU, degreeV int, control [][]geom.Vec3, knotsU, knotsV []float64, weights [][]float64) (*BSplineSurface, error) {
	if len(control) == 0 {
		return nil, errors.New("it has no control points")
	}
	if err := fits(degreeU, len(control), knotsU); err != nil {
		return nil, fmt.Errorf("in u, %w", err)
	}
	if err := fits(degreeV, len(control[0]), knotsV); err != nil {
		return nil, fmt.Errorf("in v, %w", err)
	}
	if len(weights) != 0 && len(weights) != len(control) {
		return nil, fmt.Errorf("it has %d rows of weights for %d rows of control points", len(weights), len(control))
	}
	s := &BSplineSurface{degree: [2]int{degreeU, degreeV}, knots: [2][]float64{slices.Clone(knotsU), slices.Clone(knotsV)}, across: len(control[0])}
	box := geom.EmptyBox()
	for i, row := range control {
		if len(row) != s.across || len(s.control) > controlMax {
			return nil, fmt.Errorf("row %d has %d control points, the first %d; at most %d are read", i+1, len(row), s.across, controlMax)
		}
		var w []float64
		if len(weights) > 0 {
			if w = weights[i]; len(w) != len(row) {
				return nil, fmt.Errorf("row %d has %d weights for %d control points", i+1, len(w), len(row))
			}
		}
		points, err := weighted(row, w)
		if err != nil {
			return nil, fmt.Errorf("row %d: %w", i+1, err)
		}
		s.control = append(s.control, points...)
		for _, p := range row {
			box = box.Add(p)
		}
	}
	if s.size = box.Size().Len(); !(s.size > 0) {
		return nil, errors.New("it is one point")
	}
	s.close()
	s.sow()
	return s, nil
}

// close finds the edges that meet and those that are a point.
func (s *BSplineSurface) close() {
	d := &s.domain
	for axis := range 2 {
		p, k := s.degree[axis], s.knots[axis]
		d.Lo[axis], d.Hi[axis] = k[p], k[len(k)-p-1]
	}
	const samples = 24
	reach := math.Max(meetReach, 1e-9*s.size)
	for axis := range 2 {
		other := 1 - axis
		meet := true
		point := [2]bool{true, true}
		var first [2]geom.Vec3
		for i := range samples + 1 {
			var at [2]geom.Vec2
			at[0][axis], at[1][axis] = d.Lo[axis], d.Hi[axis]
			at[0][other] = d.Lo[other] + (d.Hi[other]-d.Lo[other])*float64(i)/samples
			at[1][other] = at[0][other]
			var p [2]geom.Vec3
			for e := range 2 {
				p[e], _, _ = s.Eval(at[e][0], at[e][1])
				if i == 0 {
					first[e] = p[e]
				} else if p[e].Sub(first[e]).Len() > reach {
					point[e] = false
				}
			}
			meet = meet && p[0].Sub(p[1]).Len() < reach
		}
		for e := range 2 {
			if point[e] {
				d.Poles = append(d.Poles, Pole{Axis: axis, Value: [2]float64{d.Lo[axis], d.Hi[axis]}[e], Max: e == 1, Point: first[e]})
			}
		}
		if meet && !point[0] {
			d.Period[axis] = d.Hi[axis] - d.Lo[axis]
		}
	}
}

// sow samples the surface, a few points for each of its stretches.
func (s *BSplineSurface) sow() {
	var at [2][]float64
	for axis := range 2 {
		d := s.domain
		stops := append([]float64{d.Lo[axis]}, knotsBetween(s.degree[axis], s.knots[axis], d.Lo[axis], d.Hi[axis], d.Lo[axis], 0)...)
		stops = append(stops, d.Hi[axis])
		if len(stops) > 60 {
			stops = []float64{d.Lo[axis], d.Hi[axis]}
		}
		per := max(2, min(4*s.degree[axis], 60/len(stops)))
		if len(stops) == 2 {
			per = max(per, min(60, len(s.knots[axis])))
		}
		for i := 0; i+1 < len(stops); i++ {
			for k := range per {
				at[axis] = append(at[axis], stops[i]+(stops[i+1]-stops[i])*float64(k)/float64(per))
			}
		}
		at[axis] = append(at[axis], d.Hi[axis])
	}
	for _, u := range at[0] {
		for _, v := range at[1] {
			p, _, _ := s.Eval(u, v)
			if slices.ContainsFunc(s.domain.Poles, func(o Pole) bool { return o.Value == [2]float64{u, v}[o.Axis] }) {
				continue // nothing leads away from a pole
			}
			s.seeds = append(s.seeds, seed{geom.Vec2{u, v}, p})
		}
	}
}

// Eval implements Surface; beyond its domain a closed surface repeats and
// another one stays at its edge.
func (s *BSplineSurface) Eval(u, v float64) (p, du, dv geom.Vec3) {
	d := &s.domain
	u, v = within(u, d.Lo[0], d.Hi[0], d.Period[0]), within(v, d.Lo[1], d.Hi[1], d.Period[1])
	i, j := span(s.degree[0], s.knots[0], u), span(s.degree[1], s.knots[1], v)
	var nu, du1, nv, dv1 [degreeMax + 1]float64
	basis(s.degree[0], s.knots[0], i, u, &nu, &du1)
	basis(s.degree[1], s.knots[1], j, v, &nv, &dv1)
	var h, hu, hv geom.Vec4
	for a := 0; a <= s.degree[0]; a++ {
		row := s.control[(i-s.degree[0]+a)*s.across+j-s.degree[1]:]
		var r, rv geom.Vec4
		for b := 0; b <= s.degree[1]; b++ {
			n, m := nv[b], dv1[b]
			q := &row[b]
			r[0] += n * q[0]
			r[1] += n * q[1]
			r[2] += n * q[2]
			r[3] += n * q[3]
			rv[0] += m * q[0]
			rv[1] += m * q[1]
			rv[2] += m * q[2]
			rv[3] += m * q[3]
		}
		for k := range 4 {
			h[k] += nu[a] * r[k]
			hu[k] += du1[a] * r[k]
			hv[k] += nu[a] * rv[k]
		}
	}
	w := 1 / h[3]
	p = h.Vec3().Mul(w)
	return p, hu.Vec3().Sub(p.Mul(hu[3])).Mul(w), hv.Vec3().Sub(p.Mul(hv[3])).Mul(w)
}

// Domain implements Surface.
func (s *BSplineSurface) Domain() Domain { return s.domain }

// Inverse implements Surface.
func (s *BSplineSurface) Inverse(p geom.Vec3, near geom.Vec2, guided bool) geom.Vec2 {
	if guided {
		if at, d := s.polish(p, s.wrap(near)); d < 1e-7*s.size {
			return at
		}
	}
	type start struct {
		at geom.Vec2
		d  float64
	}
	best := [4]start{{d: infinite}, {d: infinite}, {d: infinite}, {d: infinite}}
	for _, c := range s.seeds {
		q := c.p.Sub(p)
		d := q.Dot(q)
		for k := range best {
			if d < best[k].d {
				copy(best[k+1:], best[k:3])
				best[k] = start{c.at, d}
				break
			}
		}
	}
	at, far := best[0].at, infinite
	for _, b := range best {
		if b.d == infinite {
			continue
		}
		if q, d := s.polish(p, b.at); d < far {
			at, far = q, d
		}
		if far < 1e-9*s.size {
			break
		}
	}
	return at
}

func (s *BSplineSurface) wrap(at geom.Vec2) geom.Vec2 {
	for axis := range 2 {
		at[axis] = within(at[axis], s.domain.Lo[axis], s.domain.Hi[axis], s.domain.Period[axis])
	}
	return at
}

// polish walks downhill by Levenberg and Marquardt's steps.
func (s *BSplineSurface) polish(p geom.Vec3, at geom.Vec2) (geom.Vec2, float64) {
	q, du, dv := s.Eval(at[0], at[1])
	r := p.Sub(q)
	far := r.Dot(r)
	damp := 1e-9
	range2 := s.domain.Hi.Sub(s.domain.Lo)
	for range 60 {
		a, b, c := du.Dot(du), du.Dot(dv), dv.Dot(dv)
		g, h := du.Dot(r), dv.Dot(r)
		a, c = a*(1+damp), c*(1+damp)
		// A parameter that is at its end and wants beyond it stays there.
		d := &s.domain
		freeU := !(d.Period[0] == 0 && (at[0] <= d.Lo[0] && g < 0 || at[0] >= d.Hi[0] && g > 0))
		freeV := !(d.Period[1] == 0 && (at[1] <= d.Lo[1] && h < 0 || at[1] >= d.Hi[1] && h > 0))
		var step geom.Vec2
		switch det := a*c - b*b; {
		case freeU && freeV && det > 1e-14*a*c:
			step = geom.Vec2{(g*c - h*b) / det, (h*a - g*b) / det}
		case freeU && a > 0 && (!freeV || a >= c):
			step[0] = g / a
		case freeV && c > 0:
			step[1] = h / c
		}
		next := s.wrap(at.Add(step))
		if math.Abs(step[0]) < 1e-14*range2[0] && math.Abs(step[1]) < 1e-14*range2[1] {
			break
		}
		nq, ndu, ndv := s.Eval(next[0], next[1])
		nr := p.Sub(nq)
		if f := nr.Dot(nr); f < far {
			done := far-f < 1e-20*s.size*s.size && f < 1e-16*s.size*s.size
			at, du, dv, r, far = next, ndu, ndv, nr, f
			damp = math.Max(damp/10, 1e-12)
			if done {
				break
			}
			continue
		}
		if damp = math.Max(damp*10, 1e-4); damp > 1e8 {
			break
		}
	}
	return at, math.Sqrt(far)
}

// Lines implements Surface: each stretch between knots is divided by how far
// its middle bends from its chord, on a few lines across it.
func (s *BSplineSurface) Lines(lo, hi geom.Vec2, chord, angle float64) (us, vs []float64) {
	out := [2][]float64{}
	for axis := range 2 {
		d := s.domain
		stops := append([]float64{lo[axis]}, knotsBetween(s.degree[axis], s.knots[axis], lo[axis], hi[axis], d.Lo[axis], d.Period[axis])...)
		stops = append(stops, hi[axis])
		for i := 0; i+1 < len(stops); i++ {
			a, b := stops[i], stops[i+1]
			if !(b > a) {
				continue
			}
			n := s.divisions(axis, a, b, lo[1-axis], hi[1-axis], chord/2, angle)
			if straight := s.degree[axis] == 1 && n == 1; i > 0 && (!straight || s.creased(axis)) {
				out[axis] = append(out[axis], a)
			}
			for k := 1; k < n && len(out[axis]) < linesMax; k++ {
				out[axis] = append(out[axis], a+(b-a)*float64(k)/float64(n))
			}
		}
	}
	return out[0], out[1]
}

// creased tells whether the surface has a sharp bend along a line of one of its
// parameters.
func (s *BSplineSurface) creased(axis int) bool {
	p, k := s.degree[axis], s.knots[axis]
	for i := p + 1; i+p+1 < len(k); i++ {
		if k[i] == k[i+p-1] && k[i] > s.domain.Lo[axis] && k[i] < s.domain.Hi[axis] {
			return true
		}
	}
	return false
}

func (s *BSplineSurface) divisions(axis int, a, b, lo, hi, chord, angle float64) int {
	const lines, most = 4, 32
	n := 1.0
	for i := range lines + 1 {
		other := lo + (hi-lo)*float64(i)/lines
		eval := func(t float64) (geom.Vec3, geom.Vec3) {
			if axis == 0 {
				p, d, _ := s.Eval(t, other)
				return p, d
			}
			p, _, d := s.Eval(other, t)
			return p, d
		}
		p, d := eval(a + 1e-4*(b-a))
		q, e := eval(b - 1e-4*(b-a))
		way := q.Sub(p)
		for _, share := range [3]float64{0.25, 0.5, 0.75} {
			m, _ := eval(a + share*(b-a))
			n = math.Max(n, math.Sqrt(fromChord(m, p, way)/chord))
		}
		if dl, el := d.Len(), e.Len(); dl > 0 && el > 0 && way.Len() > chord {
			n = math.Max(n, math.Acos(math.Max(-1, math.Min(1, d.Dot(e)/(dl*el))))/angle)
		}
	}
	return int(math.Min(math.Ceil(n-1e-9), most))
}
