package patch

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/glasstwin/glasstwin/scene/geom"
)

// Limits on splines: what no program writes is a file made to be slow.
const (
	degreeMax  = 20
	controlMax = 100_000 // control points
)

// BSpline is a B-spline curve, rational when its weights differ
// (ISO 10303-42, b_spline_curve; Piegl and Tiller, The NURBS Book, chapters 2
// to 4). Make one by NewBSpline.
type BSpline struct {
	degree  int
	knots   []float64
	control []geom.Vec4 // times the weight, which is last
	period  float64
}

// NewBSpline makes a curve from its control points, all its knots (each as often
// as its multiplicity: one more than points and degree together) and its
// weights; nil weights are all one.
func NewBSpline(degree int, control []geom.Vec3, knots, weights []float64) (*BSpline, error) {
	if err := fits(degree, len(control), knots); err != nil {
		return nil, err
	}
	c := &BSpline{degree: degree, knots: slices.Clone(knots)}
	var err error
	if c.control, err = weighted(control, weights); err != nil {
		return nil, err
	}
	if from, to := c.Range(); true {
		p, _ := c.Eval(from)
		q, _ := c.Eval(to)
		if p.Sub(q).Len() < meetReach {
			c.period = to - from
		}
	}
	return c, nil
}

// weighted joins points and weights.
func weighted(control []geom.Vec3, weights []float64) ([]geom.Vec4, error) {
	if len(weights) != 0 && len(weights) != len(control) {
		return nil, fmt.Errorf("it has %d weights for %d control points", len(weights), len(control))
	}
	out := make([]geom.Vec4, len(control))
	for i, p := range control {
		w := 1.0
		if len(weights) > 0 {
			w = weights[i]
		}
		if !(w > 1e-12 && w < 1e12) {
			return nil, fmt.Errorf("weight %d is %v; it must be above zero", i+1, w)
		}
		if !finite(p) {
			return nil, fmt.Errorf("control point %d is %v", i+1, p)
		}
		out[i] = p.Mul(w).Vec4(w)
	}
	return out, nil
}

func finite(p geom.Vec3) bool { return p.Dot(p) < 1e300 }

// fits checks knots against the number of control points.
func fits(degree, control int, knots []float64) error {
	if degree < 1 || degree > degreeMax {
		return fmt.Errorf("its degree is %d; 1 to %d is read", degree, degreeMax)
	}
	if control <= degree || control > controlMax {
		return fmt.Errorf("it has %d control points; degree %d needs %d, and at most %d are read", control, degree, degree+1, controlMax)
	}
	if len(knots) != control+degree+1 {
		return fmt.Errorf("it has %d knots; %d control points of degree %d need %d", len(knots), control, degree, control+degree+1)
	}
	for i, k := range knots {
		if !(math.Abs(k) < 1e15) || i > 0 && k < knots[i-1] {
			return fmt.Errorf("knot %d is %v; knots must not fall", i+1, k)
		}
	}
	if !(knots[control] > knots[degree]) {
		return errors.New("its knots leave it no length")
	}
	for i := degree + 1; i+degree+1 < control; i++ { // a point that repeats its knot too often tears the curve
		if knots[i] == knots[i+degree] && knots[i] > knots[degree] && knots[i] < knots[control] && knots[i+degree+1] == knots[i] {
			return fmt.Errorf("knot %v repeats more than degree %d allows", knots[i], degree)
		}
	}
	return nil
}

// span finds the stretch between knots that holds t.
func span(degree int, knots []float64, t float64) int {
	n := len(knots) - degree - 1
	lo, hi := degree, n // knots[lo] <= t < knots[hi]
	for hi-lo > 1 {
		if m := (lo + hi) / 2; t < knots[m] {
			hi = m
		} else {
			lo = m
		}
	}
	for lo > degree && knots[lo] == knots[lo+1] {
		lo--
	}
	return lo
}

// basis are the degree+1 functions that are not zero on a span, and their
// derivatives (The NURBS Book, algorithms A2.2 and A2.3).
func basis(degree int, knots []float64, k int, t float64, n, d *[degreeMax + 1]float64) {
	var left, right [degreeMax + 1]float64
	n[0] = 1
	d[0] = 0
	for j := 1; j <= degree; j++ {
		left[j], right[j] = t-knots[k+1-j], knots[k+j]-t
		if j == degree { // the derivative comes from the functions of one degree less
			for r := 0; r <= degree; r++ {
				d[r] = 0
				if r > 0 {
					if w := knots[k+r] - knots[k+r-degree]; w > 0 {
						d[r] += float64(degree) * n[r-1] / w
					}
				}
				if r < degree {
					if w := knots[k+r+1] - knots[k+r+1-degree]; w > 0 {
						d[r] -= float64(degree) * n[r] / w
					}
				}
			}
		}
		saved := 0.0
		for r := range j {
			w := right[r+1] + left[j-r]
			share := 0.0
			if w > 0 {
				share = n[r] / w
			}
			n[r] = saved + right[r+1]*share
			saved = left[j-r] * share
		}
		n[j] = saved
	}
}

// Eval implements Curve; beyond its range a closed curve repeats and another
// one stays at its end.
func (c *BSpline) Eval(t float64) (p, d geom.Vec3) {
	from, to := c.Range()
	t = within(t, from, to, c.period)
	k := span(c.degree, c.knots, t)
	var n, dn [degreeMax + 1]float64
	basis(c.degree, c.knots, k, t, &n, &dn)
	var h, dh geom.Vec4
	for i := 0; i <= c.degree; i++ {
		q := c.control[k-c.degree+i]
		for a := range 4 {
			h[a] += n[i] * q[a]
			dh[a] += dn[i] * q[a]
		}
	}
	p = h.Vec3().Mul(1 / h[3])
	return p, dh.Vec3().Sub(p.Mul(dh[3])).Mul(1 / h[3])
}

// within brings a parameter into its range.
func within(t, from, to, period float64) float64 {
	if t >= from && t <= to {
		return t
	}
	if period > 0 {
		t = from + math.Mod(t-from, period)
		if t < from {
			t += period
		}
		return t
	}
	return math.Max(from, math.Min(t, to))
}

// Range implements Curve.
func (c *BSpline) Range() (from, to float64) {
	return c.knots[c.degree], c.knots[len(c.knots)-c.degree-1]
}

// Period implements Curve.
func (c *BSpline) Period() float64 { return c.period }

// Breaks implements Curve: the knots.
func (c *BSpline) Breaks(from, to float64) []float64 {
	a, _ := c.Range()
	return knotsBetween(c.degree, c.knots, from, to, a, c.period)
}

// knotsBetween lists the inner knots between two parameters, over again on a
// closed curve.
func knotsBetween(degree int, knots []float64, from, to, start, period float64) []float64 {
	var out []float64
	inner := knots[degree : len(knots)-degree]
	turns := [2]int{0, 0}
	if period > 0 {
		turns = [2]int{int(max(-8, math.Floor((from-start)/period))), int(min(8, math.Ceil((to-start)/period)))}
	}
	for turn := turns[0]; turn <= turns[1]; turn++ {
		for _, k := range inner {
			k += float64(turn) * period
			if k > from && k < to && (len(out) == 0 || k > out[len(out)-1]) {
				out = append(out, k)
			}
		}
	}
	return out
}
