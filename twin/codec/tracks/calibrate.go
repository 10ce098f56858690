package tracks

import (
	"errors"
	"fmt"
	"math"

	"github.com/glasstwin/glasstwin/scene/geom"
)

// Pair is a point of the picture and where it is on the plan, metres.
type Pair struct{ Picture, Plan geom.Vec2 }

// Homography takes the plane of a picture to the plan: row by row, the last
// number is 1.
type Homography [9]float64

// Place is a Transform.
func (h Homography) Place(p geom.Vec2) geom.Vec2 {
	w := h[6]*p[0] + h[7]*p[1] + h[8]
	return geom.Vec2{(h[0]*p[0] + h[1]*p[1] + h[2]) / w, (h[3]*p[0] + h[4]*p[1] + h[5]) / w}
}

// ErrPoints is of points that do not tell how the picture lies.
var ErrPoints = errors.New("the points do not tell how the picture lies on the plan: choose others, not in one line and far apart")

// Calibrate finds how a picture lies on the plan from points that were clicked on
// both: two or three give its place, turn and scale, and whether it is mirrored
// with three; four or more a homography, by least squares (direct linear
// transform, Hartley and Zisserman 2004, 4.1, with normalised points). Off is the
// greatest distance, in metres, at which a point misses.
func Calibrate(pairs []Pair) (h Homography, off float64, err error) {
	if len(pairs) < 2 || len(pairs) > 1000 {
		return h, 0, fmt.Errorf("%d points: give 2 to 1000", len(pairs))
	}
	from, toUnit := normalise(pairs, func(p Pair) geom.Vec2 { return p.Picture })
	to, toPlan := normalise(pairs, func(p Pair) geom.Vec2 { return p.Plan })
	if toUnit[0] == 0 || toPlan[0] == 0 {
		return h, 0, ErrPoints
	}
	var solved Homography
	if len(pairs) < 4 {
		solved, err = similar(from, to)
	} else {
		solved, err = direct(from, to)
	}
	if err != nil {
		return h, 0, err
	}
	h = product(inverse(toPlan), product(solved, toUnit))
	for i := range h {
		h[i] /= h[8]
	}
	for _, p := range pairs {
		d := h.Place(p.Picture).Sub(p.Plan).Len()
		if math.IsNaN(d) || math.IsInf(d, 0) {
			return h, 0, ErrPoints
		}
		off = max(off, d)
	}
	return h, off, nil
}

// normalise moves points to the origin with a mean distance of √2, and gives the
// transform that did it (Hartley 1997).
func normalise(pairs []Pair, of func(Pair) geom.Vec2) ([]geom.Vec2, Homography) {
	var mid geom.Vec2
	for _, p := range pairs {
		mid = mid.Add(of(p).Mul(1 / float64(len(pairs))))
	}
	mean := 0.0
	for _, p := range pairs {
		mean += of(p).Sub(mid).Len() / float64(len(pairs))
	}
	if !(mean > 1e-9) {
		return nil, Homography{}
	}
	s := math.Sqrt2 / mean
	out := make([]geom.Vec2, len(pairs))
	for i, p := range pairs {
		out[i] = of(p).Sub(mid).Mul(s)
	}
	return out, Homography{s, 0, -s * mid[0], 0, s, -s * mid[1], 0, 0, 1}
}

// similar is a turn, a scale and a shift; with three points also a mirror when
// that misses by less.
func similar(from, to []geom.Vec2) (Homography, error) {
	fit := func(mirror float64) (Homography, float64) {
		var a, b, n float64
		for i, p := range from {
			x, y := p[0], mirror*p[1]
			a += x*to[i][0] + y*to[i][1]
			b += x*to[i][1] - y*to[i][0]
			n += x*x + y*y
		}
		a, b = a/n, b/n
		h := Homography{a, -b * mirror, 0, b, a * mirror, 0, 0, 0, 1}
		off := 0.0
		for i, p := range from {
			d := h.Place(p).Sub(to[i])
			off += d.Dot(d)
		}
		return h, off
	}
	h, off := fit(1)
	if len(from) == 3 {
		if m, offM := fit(-1); offM < off {
			h = m
		}
	}
	if math.IsNaN(h[0]) {
		return h, ErrPoints
	}
	return h, nil
}

// direct solves for the eight unknowns by least squares.
func direct(from, to []geom.Vec2) (Homography, error) {
	var m [8][9]float64 // normal equations, the right side last
	row := func(r [9]float64) {
		for i := range 8 {
			for j := range 9 {
				m[i][j] += r[i] * r[j]
			}
		}
	}
	for i, p := range from {
		x, y, u, v := p[0], p[1], to[i][0], to[i][1]
		row([9]float64{x, y, 1, 0, 0, 0, -u * x, -u * y, u})
		row([9]float64{0, 0, 0, x, y, 1, -v * x, -v * y, v})
	}
	for c := range 8 {
		best := c
		for r := c + 1; r < 8; r++ {
			if math.Abs(m[r][c]) > math.Abs(m[best][c]) {
				best = r
			}
		}
		m[c], m[best] = m[best], m[c]
		if math.Abs(m[c][c]) < 1e-9 {
			return Homography{}, ErrPoints
		}
		for r := range 8 {
			if f := m[r][c] / m[c][c]; r != c {
				for k := c; k < 9; k++ {
					m[r][k] -= f * m[c][k]
				}
			}
		}
	}
	h := Homography{8: 1}
	for i := range 8 {
		h[i] = m[i][8] / m[i][i]
	}
	return h, nil
}

func product(a, b Homography) (c Homography) {
	for i := range 3 {
		for j := range 3 {
			for k := range 3 {
				c[3*i+j] += a[3*i+k] * b[3*k+j]
			}
		}
	}
	return c
}

// inverse is that of a scale and a shift.
func inverse(t Homography) Homography {
	return Homography{1 / t[0], 0, -t[2] / t[0], 0, 1 / t[4], -t[5] / t[4], 0, 0, 1}
}
