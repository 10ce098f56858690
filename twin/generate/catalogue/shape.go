package catalogue

import (
	"fmt"
	"math"

	"github.com/glasstwin/glasstwin/scene/geom"
)

// Round things have this many sides unless the class says otherwise; more than
// sidesMax cannot be seen.
const (
	sidesUsual = 20
	sidesMax   = 64
)

// draw adds a shape, as often as it is repeated.
func (s *Shape) draw(m *mesher, r *reader) error {
	if s.Detail > m.detailMax {
		return nil
	}
	m.use(s.Material)
	times := r.count(s.Repeat)
	for j := range times {
		r.scope["j"] = float64(j)
		if s.When.set() && r.num(s.When, 1) == 0 {
			continue
		}
		before := m.now.mark()
		if err := s.once(m, r); err != nil {
			return fmt.Errorf("line %d: %w", s.line, err)
		}
		if m.count > trianglesMax {
			return fmt.Errorf("line %d: the part has more than %d triangles", s.line, trianglesMax)
		}
		if s.Detail == 0 {
			m.now.dropSmaller(before, m.least)
		}
		if r.err != nil {
			break
		}
	}
	r.scope["j"] = 0.0
	return r.err
}

func (s *Shape) once(m *mesher, r *reader) error {
	bevel := math.Max(0, r.num(s.Bevel, 0))
	radius, length := r.num(s.Radius, 0), r.num(s.Length, 0)
	sides := int(r.num(s.Sides, sidesUsual))
	if sides < 3 || sides > sidesMax {
		return fmt.Errorf("%d sides; between 3 and %d are expected", sides, sidesMax)
	}
	bevel, sides = m.plainer(bevel, sides)
	switch {
	case s.Box != nil:
		lo, hi := r.span(s.Box, "box")
		m.box(lo, hi, bevel)
	case s.Frame != nil:
		lo, hi := r.span(s.Frame, "frame")
		m.frame(lo, hi, r.num(s.Width, 0.04), bevel)
	case s.Cylinder != nil:
		m.cylinder(r.vec(s.Cylinder, "cylinder"), s.Axis, radius, length, sides)
	case s.Tube != nil:
		m.tube(r.vec(s.Tube, "tube"), s.Axis, radius, r.num(s.Wall, radius/4), length, sides)
	case s.Dome != nil:
		m.dome(r.vec(s.Dome, "dome"), s.Axis, radius, sides)
	case s.Prism != nil:
		x := r.nums(s.Span, 2, "span")
		if outline := r.points(s.Prism, "prism"); r.err == nil {
			return m.prism(outline, x[0], x[1])
		}
	case s.Lathe != nil:
		m.lathe(r.vec(s.At, "at"), s.Axis, r.points(s.Lathe, "lathe"), sides)
	default:
		return fmt.Errorf("the shape has no form: give box, frame, cylinder, tube, dome, prism or lathe")
	}
	return r.err
}

func (r *reader) vec(list []Number, what string) geom.Vec3 {
	v := r.nums(list, 3, what)
	return geom.Vec3{v[0], v[1], v[2]}
}

// span reads two corners and puts them in order.
func (r *reader) span(list []Number, what string) (lo, hi geom.Vec3) {
	v := r.nums(list, 6, what)
	for k := range 3 {
		lo[k], hi[k] = math.Min(v[k], v[k+3]), math.Max(v[k], v[k+3])
	}
	return lo, hi
}

func (r *reader) points(list [][]Number, what string) [][2]float64 {
	out := make([][2]float64, 0, len(list))
	for _, p := range list {
		v := r.nums(p, 2, "a point of a "+what)
		out = append(out, [2]float64{v[0], v[1]})
	}
	if r.err == nil && len(out) < 3 {
		r.err = fmt.Errorf("a %s has %d points; at least 3 are needed", what, len(out))
	}
	return out
}
