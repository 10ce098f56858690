package dxf

import (
	"math"

	"github.com/glasstwin/glasstwin/scene/geom"
)

// stepsMax bounds the pieces of one curve.
const stepsMax = 4096

// steps is how many chords keep an arc within tol of its circle, both in the
// drawing's unit; at least one for each 22.5°.
func steps(radius, sweep, tol float64) int {
	sweep = math.Abs(sweep)
	n := sweep / (math.Pi / 8)
	if radius > tol && tol > 0 {
		n = math.Max(n, sweep/(2*math.Acos(1-tol/radius)))
	}
	if !(n < stepsMax) {
		return stepsMax
	}
	return max(1, int(math.Ceil(n-1e-9)))
}

// ellipse appends the points at the parameters from..to (radians) of
// centre + major cos t + minor sin t, both ends included.
func ellipse(out []geom.Vec3, centre, major, minor geom.Vec3, from, to, tol float64) []geom.Vec3 {
	n := steps(math.Max(major.Len(), minor.Len()), to-from, tol)
	for i := range n + 1 {
		sin, cos := math.Sincos(from + (to-from)*float64(i)/float64(n))
		out = append(out, centre.Add(major.Mul(cos)).Add(minor.Mul(sin)))
	}
	return out
}

// arc appends the points of an arc in the plane z of its centre.
func arc(out []geom.Vec3, centre geom.Vec3, radius, from, to, tol float64) []geom.Vec3 {
	return ellipse(out, centre, geom.Vec3{radius, 0, 0}, geom.Vec3{0, radius, 0}, from, to, tol)
}

// bulge appends the arc from a to b without a itself, and tells the arc. A
// bulge is the tangent of a quarter of the sweep, positive counter-clockwise.
func bulge(out []geom.Vec3, a, b geom.Vec3, by, tol float64) ([]geom.Vec3, Arc, bool) {
	chord := b.Sub(a)
	length := math.Hypot(chord[0], chord[1])
	if math.Abs(by) < 1e-9 || length < 1e-12 || math.Abs(by) > 1e6 {
		return append(out, b), Arc{}, false
	}
	sweep := 4 * math.Atan(by)
	radius := length * (1 + by*by) / (4 * math.Abs(by))
	off := length * (1 - by*by) / (4 * by) // of the centre, to the left of the chord
	c := geom.Vec3{(a[0]+b[0])/2 - chord[1]/length*off, (a[1]+b[1])/2 + chord[0]/length*off, a[2]}
	from := math.Atan2(a[1]-c[1], a[0]-c[0])
	n := steps(radius, sweep, tol)
	for i := 1; i < n; i++ {
		t := float64(i) / float64(n)
		sin, cos := math.Sincos(from + sweep*t)
		out = append(out, geom.Vec3{c[0] + radius*cos, c[1] + radius*sin, a[2] + (b[2]-a[2])*t})
	}
	return append(out, b), Arc{Centre: c, Radius: radius, From: a, To: b, Sweep: sweep}, true
}

// nurbs is a B-spline curve, rational when weights are given.
type nurbs struct {
	degree  int
	knots   []float64
	control []geom.Vec3
	weights []float64
	fit     []geom.Vec3
	closed  bool
}

// degreeMax bounds the work of one evaluation.
const degreeMax = 25

// points flattens the curve.
func (s nurbs) points(tol float64) []geom.Vec3 {
	n, p := len(s.control), s.degree
	if n < 2 || p < 1 || p > degreeMax || p >= n || len(s.knots) != n+p+1 || !rising(s.knots) {
		switch {
		case len(s.fit) >= 2:
			return s.through(tol)
		default:
			return s.control // the curve stays near its frame
		}
	}
	if len(s.weights) != n {
		s.weights = nil
	}
	var out []geom.Vec3
	work := make([]geom.Vec4, p+1)
	for k := p; k < n; k++ {
		a, b := s.knots[k], s.knots[k+1]
		if b <= a {
			continue
		}
		pa, pb := s.at(k, a, work), s.at(k, b, work)
		if out == nil {
			out = append(out, pa)
		}
		out = flat(out, func(t float64) geom.Vec3 { return s.at(k, t, work) }, a, b, pa, pb, tol, 0)
	}
	return out
}

func rising(knots []float64) bool {
	for i := 1; i < len(knots); i++ {
		if knots[i] < knots[i-1] {
			return false
		}
	}
	return true
}

// at evaluates the curve in knot span k (de Boor).
func (s nurbs) at(k int, t float64, work []geom.Vec4) geom.Vec3 {
	p := s.degree
	for j := range p + 1 {
		i := k - p + j
		w := 1.0
		if s.weights != nil {
			w = s.weights[i]
		}
		work[j] = s.control[i].Mul(w).Vec4(w)
	}
	for r := 1; r <= p; r++ {
		for j := p; j >= r; j-- {
			i := k - p + j
			a := 0.0
			if d := s.knots[i+p-r+1] - s.knots[i]; d > 0 {
				a = (t - s.knots[i]) / d
			}
			work[j] = work[j-1].Mul(1 - a).Add(work[j].Mul(a))
		}
	}
	w := work[p][3]
	if math.Abs(w) < 1e-12 {
		return s.control[k]
	}
	return work[p].Vec3().Mul(1 / w)
}

// flat halves a piece until its middle and quarters lie on the chord; the first
// two halvings are unconditional.
func flat(out []geom.Vec3, at func(float64) geom.Vec3, a, b float64, pa, pb geom.Vec3, tol float64, depth int) []geom.Vec3 {
	m := (a + b) / 2
	pm := at(m)
	off := pm.Sub(pa.Add(pb).Mul(0.5)).Len()
	if depth >= 8 || depth >= 2 && off <= tol {
		return append(out, pb)
	}
	out = flat(out, at, a, m, pa, pm, tol, depth+1)
	return flat(out, at, m, b, pm, pb, tol, depth+1)
}

// through is a curve through the fit points (Catmull and Rom).
func (s nurbs) through(tol float64) []geom.Vec3 {
	f := s.fit
	n := len(f)
	get := func(i int) geom.Vec3 {
		if s.closed {
			return f[(i+n)%n]
		}
		return f[max(0, min(n-1, i))]
	}
	out := []geom.Vec3{f[0]}
	last := n - 1
	if s.closed {
		last = n
	}
	for i := range last {
		a, b, c, d := get(i-1), get(i), get(i+1), get(i+2)
		at := func(t float64) geom.Vec3 {
			return b.Add(c.Sub(a).Mul(t / 2)).Add(a.Mul(2).Sub(b.Mul(5)).Add(c.Mul(4)).Sub(d).Mul(t * t / 2)).
				Add(b.Mul(3).Sub(a).Sub(c.Mul(3)).Add(d).Mul(t * t * t / 2))
		}
		out = flat(out, at, 0, 1, b, c, tol, 0)
	}
	return out
}

// ocs is the frame of an entity that looks along n (the arbitrary axis
// algorithm of the reference).
func ocs(n geom.Vec3) geom.Mat4 {
	length := n.Len()
	if length < 1e-12 || n == (geom.Vec3{0, 0, 1}) {
		return geom.Identity()
	}
	n = n.Mul(1 / length)
	x := geom.Vec3{0, 0, 1}.Cross(n)
	if math.Abs(n[0]) < 1.0/64 && math.Abs(n[1]) < 1.0/64 {
		x = geom.Vec3{0, 1, 0}.Cross(n)
	}
	x = x.Normalize()
	y := n.Cross(x)
	return geom.Mat4{x[0], x[1], x[2], 0, y[0], y[1], y[2], 0, n[0], n[1], n[2], 0, 0, 0, 0, 1}
}
