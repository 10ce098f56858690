package collada

import (
	"errors"
	"fmt"
	"math"

	"github.com/beevik/etree"
	"github.com/go-gl/mathgl/mgl64"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/scene/geom/patch"
)

// Curves and surfaces have the names of the schema of 1.5.0 (circle, nurbs,
// cylinder, orient, origin) or those of the drafts before it (spline,
// cylindrical, tapered_cylinder, rotate, translate), which some writers kept.

// at is the element at an index, nil when there is none.
func at(list []*etree.Element, i int) *etree.Element {
	if i < 0 || i >= len(list) {
		return nil
	}
	return list[i]
}

func isTurned(e *etree.Element) bool {
	return e.SelectElement("rotate") != nil || e.SelectElement("orient") != nil
}

// frame is where a curve or a surface lies.
func (b *body) frame(e *etree.Element) geom.Mat4 {
	turn, move := geom.Identity(), geom.Identity()
	for _, t := range e.ChildElements() {
		v := floats(t.Text())
		switch {
		case (t.Tag == "rotate" || t.Tag == "orient") && len(v) == 4:
			if axis := (geom.Vec3{v[0], v[1], v[2]}); axis.Len() > 1e-12 {
				turn = turn.Mul4(mgl64.HomogRotate3D(v[3]*math.Pi/180, axis.Normalize()))
			}
		case (t.Tag == "translate" || t.Tag == "origin") && len(v) == 3:
			move = mgl64.Translate3D(b.d.meter*v[0], b.d.meter*v[1], b.d.meter*v[2])
		}
	}
	if b.inverse {
		turn = turn.Transpose()
	}
	return move.Mul4(turn)
}

// lengths are n lengths that a child of e gives, metres; the last one is
// repeated when there are too few.
func (b *body) lengths(e *etree.Element, child string, n int) ([]float64, error) {
	v := floats(text(e, child))
	if len(v) == 0 {
		return nil, fmt.Errorf("its %s has no %s", e.Tag, child)
	}
	for len(v) < n {
		v = append(v, v[len(v)-1])
	}
	for i := range v {
		if v[i] *= b.d.meter; !(v[i] >= 0) || v[i] > 1e9 {
			return nil, fmt.Errorf("its %s has the %s %g m", e.Tag, child, v[i])
		}
	}
	return v[:n], nil
}

func vector(e *etree.Element, child string) (geom.Vec3, error) {
	v := floats(text(e, child))
	if len(v) != 3 {
		return geom.Vec3{}, fmt.Errorf("its %s has no %s of three numbers", e.Tag, child)
	}
	return geom.Vec3{v[0], v[1], v[2]}, nil
}

// curveOf reads a <curve>.
func (b *body) curveOf(e *etree.Element) (patch.Curve, error) {
	m := b.frame(e)
	for _, k := range e.ChildElements() {
		switch k.Tag {
		case "line":
			o, err := vector(k, "origin")
			if err != nil {
				return nil, err
			}
			dir, err := vector(k, "direction")
			if err != nil || dir.Len() < 1e-12 {
				return nil, errors.New("its line has no direction")
			}
			return patch.Line{Origin: mgl64.TransformCoordinate(o.Mul(b.d.meter), m), Dir: mgl64.TransformNormal(dir.Mul(b.d.meter), m)}, nil
		case "circle", "ellipse":
			r, err := b.lengths(k, "radius", 2)
			if err != nil || !(r[0] > 0 && r[1] > 0) {
				return nil, fmt.Errorf("its %s has no radius", k.Tag)
			}
			return patch.Conic{Frame: m, A: r[0], B: r[1]}, nil
		case "nurbs", "spline":
			n, err := b.splineOf(k, m)
			if err != nil {
				return nil, err
			}
			return patch.NewBSpline(n.degree("degree", "DEGREES"), n.control, n.knots("KNOT", "KNOTS"), n.weights)
		case "parabola", "hyperbola":
			return nil, fmt.Errorf("its curve is a %s, which is not read; export it as nurbs", k.Tag)
		}
	}
	return nil, errors.New("its curve is of no kind that is read")
}

// surface reads the surface at an index.
func (b *body) surface(i int) (patch.Surface, error) {
	e := at(b.surfaces, i)
	if e == nil {
		return nil, fmt.Errorf("surface %d is not there", i)
	}
	s, err := b.surfaceOf(e)
	if err != nil {
		return nil, fmt.Errorf("surface %d: %w", i, err)
	}
	return s, nil
}

// surfaceOf reads a <surface>.
func (b *body) surfaceOf(e *etree.Element) (patch.Surface, error) {
	m := b.frame(e)
	for _, k := range e.ChildElements() {
		switch k.Tag {
		case "plane":
			v := floats(text(k, "equation")) // ax + by + cz + d = 0
			if len(v) != 4 || !((geom.Vec3{v[0], v[1], v[2]}).Len() > 1e-12) {
				return nil, errors.New("its plane has no equation of four numbers")
			}
			n := geom.Vec3{v[0], v[1], v[2]}
			d := -v[3] * b.d.meter / n.Len()
			n = n.Normalize()
			return patch.Plane{Frame: m.Mul4(facing(n, n.Mul(d)))}, nil
		case "sphere":
			r, err := b.lengths(k, "radius", 1)
			if err != nil || !(r[0] > 0) {
				return nil, errors.New("its sphere has no radius")
			}
			return patch.Sphere{Frame: m, Radius: r[0]}, nil
		case "torus":
			r, err := b.lengths(k, "radius", 2)
			if err != nil || !(r[0] > 0 && r[1] > 0) {
				return nil, errors.New("its torus has no two radii")
			}
			return patch.Torus{Frame: m, Major: r[0], Minor: r[1]}, nil
		case "cylinder", "cylindrical":
			r, err := b.lengths(k, "radius", 1)
			if err != nil || !(r[0] > 0) {
				return nil, errors.New("its cylinder has no radius")
			}
			return patch.Cylinder(m, r[0]), nil
		case "cone": // the radius in the frame's plane, and half the angle at the tip
			r, err := b.lengths(k, "radius", 1)
			angle := floats(text(k, "angle"))
			if err != nil || len(angle) != 1 || !(math.Abs(angle[0]) > 1e-6 && math.Abs(angle[0]) < 90-1e-6) {
				return nil, errors.New("its cone has no radius and angle below 90°")
			}
			return patch.Cone{Frame: m, Radius: r[0], Slope: math.Tan(angle[0] * math.Pi / 180)}, nil
		case "tapered_cylinder": // about its middle; radius1 is at the upper end
			return b.tapered(k, m)
		case "nurbs_surface", "spline":
			return b.splineSurface(k, m)
		case "swept_surface":
			return b.swept(k, m)
		}
	}
	return nil, errors.New("it is of no kind that is read")
}

// facing is a frame at o whose z is n.
func facing(n, o geom.Vec3) geom.Mat4 {
	x := geom.Vec3{1, 0, 0}
	if math.Abs(n[0]) > 0.9 {
		x = geom.Vec3{0, 1, 0}
	}
	x = x.Sub(n.Mul(n.Dot(x))).Normalize()
	y := n.Cross(x)
	return geom.Mat4{x[0], x[1], x[2], 0, y[0], y[1], y[2], 0, n[0], n[1], n[2], 0, o[0], o[1], o[2], 1}
}

func (b *body) tapered(k *etree.Element, m geom.Mat4) (patch.Surface, error) {
	h, err := b.lengths(k, "height", 1)
	if err != nil {
		return nil, err
	}
	upper, err := b.lengths(k, "radius1", 2)
	if err != nil {
		return nil, err
	}
	lower, err := b.lengths(k, "radius2", 2)
	if err != nil {
		return nil, err
	}
	if !(h[0] > 0) || upper[0]+lower[0] == 0 || upper[0] != upper[1] || lower[0] != lower[1] {
		return nil, errors.New("its tapered_cylinder has no height, or is not round")
	}
	return patch.Cone{Frame: m, Radius: (upper[0] + lower[0]) / 2, Slope: (upper[0] - lower[0]) / h[0]}, nil
}

// swept reads a curve that is carried along a direction or turned about an axis.
func (b *body) swept(k *etree.Element, m geom.Mat4) (patch.Surface, error) {
	e := k.SelectElement("curve")
	if e == nil {
		return nil, errors.New("its swept_surface has no curve")
	}
	c, err := b.curveOf(e)
	if err != nil {
		return nil, err
	}
	if l, straight := c.(patch.Line); straight { // a plane or a cone; as far as the body may reach
		reach := 10 * b.size / l.Dir.Len()
		c = patch.Trimmed{Of: l, From: -reach, To: reach}
	}
	c = patch.Moved{Of: c, By: m}
	if k.SelectElement("direction") != nil {
		dir, err := vector(k, "direction")
		if err != nil {
			return nil, err
		}
		return patch.NewExtrusion(c, mgl64.TransformNormal(dir, m))
	}
	o, err := vector(k, "origin")
	if err != nil {
		return nil, err
	}
	axis, err := vector(k, "axis")
	if err != nil {
		return nil, err
	}
	return patch.NewRevolution(c, mgl64.TransformCoordinate(o.Mul(b.d.meter), m), mgl64.TransformNormal(axis, m))
}

// spline is what <control_vertices> refers to.
type spline struct {
	b       *body
	element *etree.Element
	source  map[string]string
	control []geom.Vec3
	weights []float64
}

func (b *body) splineOf(k *etree.Element, m geom.Mat4) (spline, error) {
	n := spline{b: b, element: k, source: map[string]string{}}
	cv := k.SelectElement("control_vertices")
	if cv == nil {
		return n, fmt.Errorf("its %s has no control_vertices", k.Tag)
	}
	for _, in := range cv.SelectElements("input") {
		n.source[in.SelectAttrValue("semantic", "")] = in.SelectAttrValue("source", "")
	}
	points := b.d.source(n.either("POSITION", "POSITIONS"))
	if points.count > partsMax || points.stride < 3 {
		return n, fmt.Errorf("its %s has control points that are not read", k.Tag)
	}
	for i := range points.count {
		p := geom.Vec3{points.at(i, 0), points.at(i, 1), points.at(i, 2)}.Mul(b.d.meter)
		n.control = append(n.control, mgl64.TransformCoordinate(p, m))
	}
	n.weights = n.list(n.either("WEIGHT", "WEIGHTS"))
	return n, nil
}

func (n spline) either(a, b string) string {
	if u := n.source[a]; u != "" {
		return u
	}
	return n.source[b]
}

// list is the numbers of a source.
func (n spline) list(url string) []float64 {
	e := n.b.d.ref(url)
	if e == nil {
		return nil
	}
	for _, kind := range []string{"float_array", "int_array"} {
		if a := e.SelectElement(kind); a != nil {
			return floats(a.Text())
		}
	}
	return nil
}

func (n spline) knots(a, b string) []float64 { return n.list(n.either(a, b)) }

// degree is an attribute of the schema, or a list of one number of the drafts.
func (n spline) degree(attr, semantic string) int {
	if v := n.list(n.source[semantic]); len(v) > 0 && v[0] > 0 && v[0] < 1e3 {
		return int(v[0])
	}
	return attribute(n.element, attr, 0)
}

// splineSurface reads control points row by row: v runs first.
func (b *body) splineSurface(k *etree.Element, m geom.Mat4) (patch.Surface, error) {
	n, err := b.splineOf(k, m)
	if err != nil {
		return nil, err
	}
	ku, kv := n.knots("KNOT_U", "KNOTS_U"), n.knots("KNOT_V", "KNOTS_V")
	du, dv := n.degree("degree_u", "DEGREES_U"), n.degree("degree_v", "DEGREES_V")
	rows, across := len(ku)-du-1, len(kv)-dv-1
	if rows < 1 || across < 1 || rows > len(n.control) || rows*across != len(n.control) {
		return nil, fmt.Errorf("its %d and %d knots of degree %d and %d do not fit its %d control points", len(ku), len(kv), du, dv, len(n.control))
	}
	if len(n.weights) != 0 && len(n.weights) != len(n.control) {
		return nil, fmt.Errorf("it has %d weights for %d control points", len(n.weights), len(n.control))
	}
	control := make([][]geom.Vec3, rows)
	var weights [][]float64
	for i := range control {
		control[i] = n.control[i*across : (i+1)*across]
		if len(n.weights) > 0 {
			weights = append(weights, n.weights[i*across:(i+1)*across])
		}
	}
	return patch.NewBSplineSurface(du, dv, control, ku, kv, weights)
}
