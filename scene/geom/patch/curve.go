package patch

import (
	"errors"
	"math"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/glasstwin/glasstwin/scene/geom"
)

// Curve is a curve in space with a parameter.
type Curve interface {
	// Eval is the point at t and the derivative there.
	Eval(t float64) (p, d geom.Vec3)
	// Range is where the parameter runs by nature; infinite for a line.
	Range() (from, to float64)
	// Period is after how much the curve repeats; 0 when it never does.
	Period() float64
	// Breaks are the parameters, in order, strictly between from and to at which
	// the curve may bend sharply or change its shape.
	Breaks(from, to float64) []float64
}

// Line runs from Origin by Dir for each unit of its parameter.
type Line struct{ Origin, Dir geom.Vec3 }

// Eval implements Curve.
func (c Line) Eval(t float64) (p, d geom.Vec3) { return c.Origin.Add(c.Dir.Mul(t)), c.Dir }

// Range implements Curve.
func (c Line) Range() (from, to float64) { return math.Inf(-1), math.Inf(1) }

// Period implements Curve.
func (c Line) Period() float64 { return 0 }

// Breaks implements Curve.
func (c Line) Breaks(from, to float64) []float64 { return nil }

// Conic is a circle or an ellipse about the origin of Frame, in its x and y,
// with the semi-axes A and B in metres. Its parameter is the angle
// (ISO 10303-42, circle and ellipse).
type Conic struct {
	Frame geom.Mat4
	A, B  float64
}

// Eval implements Curve.
func (c Conic) Eval(t float64) (p, d geom.Vec3) {
	s, co := math.Sincos(t)
	x, y := c.Frame.Col(0).Vec3(), c.Frame.Col(1).Vec3()
	return c.Frame.Col(3).Vec3().Add(x.Mul(c.A * co)).Add(y.Mul(c.B * s)), x.Mul(-c.A * s).Add(y.Mul(c.B * co))
}

// Range implements Curve.
func (c Conic) Range() (from, to float64) { return 0, 2 * math.Pi }

// Period implements Curve.
func (c Conic) Period() float64 { return 2 * math.Pi }

// Breaks implements Curve: a quarter is the most that chords are tried on.
func (c Conic) Breaks(from, to float64) []float64 { return every(from, to, math.Pi/4) }

// every lists the multiples of step between from and to.
func every(from, to, step float64) []float64 {
	var out []float64
	for k := math.Floor(from/step) + 1; k*step < to-1e-9*step && len(out) < 4096; k++ {
		if k*step > from+1e-9*step {
			out = append(out, k*step)
		}
	}
	return out
}

// Polyline is a chain of points; its parameter counts them.
type Polyline struct{ Points []geom.Vec3 }

// Eval implements Curve.
func (c Polyline) Eval(t float64) (p, d geom.Vec3) {
	i := max(0, min(int(math.Floor(t)), len(c.Points)-2))
	d = c.Points[i+1].Sub(c.Points[i])
	return c.Points[i].Add(d.Mul(t - float64(i))), d
}

// Range implements Curve.
func (c Polyline) Range() (from, to float64) { return 0, float64(len(c.Points) - 1) }

// Period implements Curve.
func (c Polyline) Period() float64 { return closing(c) }

// Breaks implements Curve.
func (c Polyline) Breaks(from, to float64) []float64 { return every(from, to, 1) }

// closing is the length of the range of a curve whose ends meet, else 0.
func closing(c Curve) float64 {
	from, to := c.Range()
	p, _ := c.Eval(from)
	q, _ := c.Eval(to)
	if p.Sub(q).Len() < meetReach {
		return to - from
	}
	return 0
}

// meetReach is how near two points are one, metres.
const meetReach = 1e-7

// Trimmed is the stretch of a curve from one parameter to another; its own
// parameter runs from 0 to the length of the stretch. It runs backwards when To
// is below From.
type Trimmed struct {
	Of       Curve
	From, To float64
}

// Eval implements Curve.
func (c Trimmed) Eval(t float64) (p, d geom.Vec3) {
	if c.To < c.From {
		p, d = c.Of.Eval(c.From - t)
		return p, d.Mul(-1)
	}
	return c.Of.Eval(c.From + t)
}

// Range implements Curve.
func (c Trimmed) Range() (from, to float64) { return 0, math.Abs(c.To - c.From) }

// Period implements Curve.
func (c Trimmed) Period() float64 { return closing(c) }

// Breaks implements Curve.
func (c Trimmed) Breaks(from, to float64) []float64 {
	var out []float64
	if c.To >= c.From {
		for _, t := range c.Of.Breaks(c.From+from, c.From+to) {
			out = append(out, t-c.From)
		}
		return out
	}
	all := c.Of.Breaks(c.From-to, c.From-from)
	for i := len(all) - 1; i >= 0; i-- {
		out = append(out, c.From-all[i])
	}
	return out
}

// Between is the stretch of a curve between two points near it, running with
// the curve or, when forward is false, against it. On a closed curve equal ends
// mean the whole turn.
func Between(c Curve, a, b geom.Vec3, forward bool) (Trimmed, error) {
	from, to := ParamOf(c, a), ParamOf(c, b)
	period := c.Period()
	if period > 0 {
		way := to - from
		if !forward {
			way = -way
		}
		way = math.Mod(way, period)
		if way < 0 {
			way += period
		}
		if a.Sub(b).Len() < meetReach || way < 1e-9*period {
			way = period
		}
		if !forward {
			way = -way
		}
		to = from + way
	} else if a.Sub(b).Len() < meetReach {
		if lo, hi := c.Range(); !math.IsInf(lo, 0) && closing(c) > 0 {
			from, to = lo, hi
			if !forward {
				from, to = hi, lo
			}
		}
	}
	if from == to || math.IsNaN(from) || math.IsNaN(to) {
		return Trimmed{}, errors.New("the ends of the edge are one point of its curve")
	}
	return Trimmed{c, from, to}, nil
}

// Composite is curves one after the other; its parameter counts them, with the
// share of the current one behind the point. Each part must be bounded.
type Composite struct{ Parts []Curve }

// Eval implements Curve.
func (c Composite) Eval(t float64) (p, d geom.Vec3) {
	i := max(0, min(int(math.Floor(t)), len(c.Parts)-1))
	from, to := c.Parts[i].Range()
	p, d = c.Parts[i].Eval(from + (t-float64(i))*(to-from))
	return p, d.Mul(to - from)
}

// Range implements Curve.
func (c Composite) Range() (from, to float64) { return 0, float64(len(c.Parts)) }

// Period implements Curve.
func (c Composite) Period() float64 { return closing(c) }

// Breaks implements Curve.
func (c Composite) Breaks(from, to float64) []float64 {
	var out []float64
	for i, part := range c.Parts {
		base := float64(i)
		if base+1 <= from || base >= to {
			continue
		}
		if base > from {
			out = append(out, base)
		}
		a, b := part.Range()
		for _, t := range part.Breaks(a, b) {
			if s := base + (t-a)/(b-a); s > from && s < to {
				out = append(out, s)
			}
		}
	}
	return out
}

// Offset runs beside a curve at Distance metres, to the side of tangent × Ref
// (ISO 10303-42, offset_curve_3d). For a plane curve Ref is -z when Distance
// counts to the left.
type Offset struct {
	Of       Curve
	Distance float64
	Ref      geom.Vec3
}

// Eval implements Curve. The derivative is a difference of points.
func (c Offset) Eval(t float64) (p, d geom.Vec3) {
	p = c.at(t)
	const h = 1e-6
	from, to := c.Of.Range()
	step := h
	if !math.IsInf(from, 0) && !math.IsInf(to, 0) {
		step = h * (to - from)
	}
	a, b := c.at(t-step), c.at(t+step)
	return p, b.Sub(a).Mul(1 / (2 * step))
}

func (c Offset) at(t float64) geom.Vec3 {
	p, d := c.Of.Eval(t)
	side := d.Cross(c.Ref)
	if l := side.Len(); l > 0 {
		p = p.Add(side.Mul(c.Distance / l))
	}
	return p
}

// Range implements Curve.
func (c Offset) Range() (from, to float64) { return c.Of.Range() }

// Period implements Curve.
func (c Offset) Period() float64 { return c.Of.Period() }

// Breaks implements Curve.
func (c Offset) Breaks(from, to float64) []float64 { return c.Of.Breaks(from, to) }

// Moved is a curve in another frame.
type Moved struct {
	Of Curve
	By geom.Mat4
}

// Eval implements Curve.
func (c Moved) Eval(t float64) (p, d geom.Vec3) {
	p, d = c.Of.Eval(t)
	return mgl64.TransformCoordinate(p, c.By), mgl64.TransformNormal(d, c.By)
}

// Range implements Curve.
func (c Moved) Range() (from, to float64) { return c.Of.Range() }

// Period implements Curve.
func (c Moved) Period() float64 { return c.Of.Period() }

// Breaks implements Curve.
func (c Moved) Breaks(from, to float64) []float64 { return c.Of.Breaks(from, to) }

// OnSurface is a curve that is drawn in the parameters of a surface: the x and y
// of Of are u and v.
type OnSurface struct {
	Surface Surface
	Of      Curve
}

// Eval implements Curve.
func (c OnSurface) Eval(t float64) (p, d geom.Vec3) {
	at, way := c.Of.Eval(t)
	p, du, dv := c.Surface.Eval(at[0], at[1])
	return p, du.Mul(way[0]).Add(dv.Mul(way[1]))
}

// Range implements Curve.
func (c OnSurface) Range() (from, to float64) { return c.Of.Range() }

// Period implements Curve.
func (c OnSurface) Period() float64 {
	if from, _ := c.Range(); math.IsInf(from, 0) {
		return 0
	}
	return closing(c)
}

// Breaks implements Curve: a straight curve on a bent surface bends.
func (c OnSurface) Breaks(from, to float64) []float64 {
	stops := append(append([]float64{from}, c.Of.Breaks(from, to)...), to)
	var out []float64
	for i := 0; i+1 < len(stops); i++ {
		if i > 0 {
			out = append(out, stops[i])
		}
		for k := 1.0; k < 4; k++ {
			out = append(out, stops[i]+(stops[i+1]-stops[i])*k/4)
		}
	}
	return out
}

// iso is the line of a surface on which one of its parameters is fixed.
type iso struct {
	of       Surface
	axis     int // of the parameter that runs
	fixed    float64
	from, to float64
}

func (c iso) Eval(t float64) (p, d geom.Vec3) {
	if c.axis == 0 {
		p, d, _ = c.of.Eval(t, c.fixed)
	} else {
		p, _, d = c.of.Eval(c.fixed, t)
	}
	return p, d
}

func (c iso) Range() (from, to float64) { return c.from, c.to }

func (c iso) Period() float64 { return closing(c) }

func (c iso) Breaks(from, to float64) []float64 {
	lo, hi := geom.Vec2{c.fixed, c.fixed}, geom.Vec2{c.fixed, c.fixed}
	lo[c.axis], hi[c.axis] = from, to
	us, vs := c.of.Lines(lo, hi, 1e-3, math.Pi/4)
	if c.axis == 0 {
		return us
	}
	return vs
}
