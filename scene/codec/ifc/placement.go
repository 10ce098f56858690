package ifc

import (
	"math"
	"strconv"
	"strings"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/glasstwin/glasstwin/scene/geom"
)

// coordinateMax is the largest coordinate that is believed, metres: the size of
// the Earth. Map coordinates are below it.
const coordinateMax = 2e7

// depthMax is how deep placements, items and operands are followed.
const depthMax = 100

// coordinates reads the numbers of a point or direction.
func (r *reader) coordinates(id int, scale float64) (v geom.Vec3, n int) {
	if v, n, ok := r.plainPoint(id); ok {
		v = v.Mul(scale)
		if math.Abs(v[0]) <= coordinateMax && math.Abs(v[1]) <= coordinateMax && math.Abs(v[2]) <= coordinateMax {
			return v, n
		}
	}
	e := r.get(id)
	var list []value
	if len(e.args) > 0 {
		list = e.args[0].list
	}
	if len(list) < 2 || len(list) > 3 {
		r.bad(id, "has %d coordinates", len(list))
		return v, 3
	}
	for i, c := range list {
		v[i] = c.num * scale
		if c.form != number || !(math.Abs(v[i]) <= coordinateMax) {
			r.bad(id, "has a coordinate that is no number within %.0g m", float64(coordinateMax))
			return geom.Vec3{}, len(list)
		}
	}
	return v, len(list)
}

// plainPoint reads "(1.,2.,3.)" from the text without keeping its values: most
// instances of a file are points. It gives up on anything else.
func (r *reader) plainPoint(id int) (v geom.Vec3, n int, ok bool) {
	at, ok := r.step.find(id)
	if !ok {
		return v, 0, false
	}
	in := r.step.instances[at]
	s := r.step.text[in.from:in.to]
	if len(s) < 5 || len(s) > 200 || s[0] != '(' || s[len(s)-1] != ')' {
		return v, 0, false
	}
	for s, more := s[1:len(s)-1], true; more; n++ {
		var one string
		one, s, more = strings.Cut(s, ",")
		c, err := strconv.ParseFloat(strings.TrimSpace(one), 64)
		if n > 2 || err != nil || !(math.Abs(c) < math.MaxFloat64) {
			return v, 0, false
		}
		v[n] = c
	}
	return v, n, n >= 2
}

// point is a point in metres; the third coordinate of a plane one is zero.
func (r *reader) point(id int) geom.Vec3 {
	v, _ := r.coordinates(id, r.metre)
	return v
}

// direction is a unit vector; otherwise when it is absent or has no length.
func (r *reader) direction(id int, otherwise geom.Vec3) geom.Vec3 {
	if id == 0 {
		return otherwise
	}
	v, _ := r.coordinates(id, 1)
	l := v.Len()
	if l < 1e-12 {
		return otherwise
	}
	return v.Mul(1 / l)
}

// frame is the transform of a right-handed frame from its origin, its z and
// what x should be near to (IFC's IfcFirstProjAxis and IfcBuildAxes).
func frame(origin, z, x geom.Vec3) geom.Mat4 {
	x = x.Sub(z.Mul(x.Dot(z)))
	if x.Len() < 1e-9 {
		x = geom.Vec3{1, 0, 0}
		if math.Abs(z[0]) > 0.9 {
			x = geom.Vec3{0, 1, 0}
		}
		x = x.Sub(z.Mul(x.Dot(z)))
	}
	x = x.Normalize()
	y := z.Cross(x)
	return geom.Mat4{
		x[0], x[1], x[2], 0,
		y[0], y[1], y[2], 0,
		z[0], z[1], z[2], 0,
		origin[0], origin[1], origin[2], 1,
	}
}

// axis reads an IfcAxis2Placement3D, -2D or IfcAxis1Placement; identity when id
// is 0.
func (r *reader) axis(id int) geom.Mat4 {
	if id == 0 {
		return geom.Identity()
	}
	e := r.get(id)
	switch e.kind {
	case "IFCAXIS2PLACEMENT3D": // Location, Axis, RefDirection
		z := r.direction(e.ref(1), geom.Vec3{0, 0, 1})
		return frame(r.point(e.at(0).id), z, r.direction(e.ref(2), geom.Vec3{1, 0, 0}))
	case "IFCAXIS2PLACEMENT2D": // Location, RefDirection
		x := r.direction(e.ref(1), geom.Vec3{1, 0, 0})
		return frame(r.point(e.at(0).id), geom.Vec3{0, 0, 1}, geom.Vec3{x[0], x[1], 0})
	case "IFCAXIS1PLACEMENT": // Location, Axis
		return frame(r.point(e.at(0).id), r.direction(e.ref(1), geom.Vec3{0, 0, 1}), geom.Vec3{1, 0, 0})
	}
	r.bad(id, "is no placement")
	return geom.Identity()
}

// placement is the transform from an object's frame to the file's.
func (r *reader) placement(id, depth int) geom.Mat4 {
	if id == 0 {
		return geom.Identity()
	}
	if m, ok := r.placements[id]; ok {
		return m
	}
	if depth > depthMax || r.under[id] {
		r.bad(id, "is placed relative to itself, or deeper than %d; mend its PlacementRelTo", depthMax)
		return geom.Identity()
	}
	r.under[id] = true
	defer delete(r.under, id)
	e := r.get(id)
	m := geom.Identity()
	switch e.kind {
	case "IFCLOCALPLACEMENT": // PlacementRelTo, RelativePlacement
		m = r.placement(e.ref(0), depth+1).Mul4(r.axis(e.at(1).id))
	case "IFCLINEARPLACEMENT": // PlacementRelTo, RelativePlacement, CartesianPosition
		if r.step.kind(e.ref(1)) == "IFCAXIS2PLACEMENTLINEAR" {
			m = r.linear(e.at(1))
			if before := r.problem; before != nil && e.ref(2) != 0 { // what was computed for programs that cannot follow the curve
				r.problem = nil
				m = r.axis(e.ref(2))
			}
		} else {
			m = r.axis(e.at(2).id)
		}
		m = r.placement(e.ref(0), depth+1).Mul4(m)
	case "IFCGRIDPLACEMENT":
		m = r.grid(e)
	default:
		r.bad(id, "is no placement that is read; export it as IfcLocalPlacement")
	}
	if r.problem == nil {
		r.placements[id] = m
	}
	return m
}

// operator reads an IfcCartesianTransformationOperator.
func (r *reader) operator(id int) geom.Mat4 {
	if id == 0 {
		return geom.Identity()
	}
	e := r.get(id)
	// Axis1, Axis2, LocalOrigin, Scale, then by type Axis3, Scale2, Scale3.
	scale := e.numOr(3, 1)
	s := geom.Vec3{scale, scale, scale}
	x := r.direction(e.ref(0), geom.Vec3{1, 0, 0})
	y := r.direction(e.ref(1), geom.Vec3{})
	z := geom.Vec3{0, 0, 1}
	origin := r.point(e.at(2).id)
	switch e.kind {
	case "IFCCARTESIANTRANSFORMATIONOPERATOR2D":
	case "IFCCARTESIANTRANSFORMATIONOPERATOR2DNONUNIFORM":
		s[1] = e.numOr(4, scale)
	case "IFCCARTESIANTRANSFORMATIONOPERATOR3D":
		z = r.direction(e.ref(4), z)
	case "IFCCARTESIANTRANSFORMATIONOPERATOR3DNONUNIFORM":
		z = r.direction(e.ref(4), z)
		s[1], s[2] = e.numOr(5, scale), e.numOr(6, scale)
	default:
		r.bad(id, "is no transformation that is read")
		return geom.Identity()
	}
	if !e.has(0) && e.has(1) && strings.Contains(e.kind, "OPERATOR2D") { // the second axis alone turns a plane
		x = geom.Vec3{y[1], -y[0], 0}
	}
	m := frame(origin, z, x)
	if y.Dot(m.Col(1).Vec3()) < 0 { // a mirror: the second axis points the other way
		m.SetCol(1, m.Col(1).Mul(-1))
	}
	for i := range 3 {
		if !(math.Abs(s[i]) > 1e-9 && math.Abs(s[i]) < 1e9) {
			r.bad(id, "scales by %v", s[i])
			return geom.Identity()
		}
	}
	return m.Mul4(mgl64.Scale3D(s[0], s[1], s[2]))
}

// moved transforms a point.
func moved(m geom.Mat4, p geom.Vec3) geom.Vec3 {
	return geom.Vec3{
		m[0]*p[0] + m[4]*p[1] + m[8]*p[2] + m[12],
		m[1]*p[0] + m[5]*p[1] + m[9]*p[2] + m[13],
		m[2]*p[0] + m[6]*p[1] + m[10]*p[2] + m[14],
	}
}
