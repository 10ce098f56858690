package ifc

import (
	"math"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/scene/geom/patch"
)

// patchCurve reads a curve exactly, in its own frame; nil with a problem when it
// cannot be read.
func (r *reader) patchCurve(id, depth int) patch.Curve {
	if depth > depthMax || r.under[id] {
		r.bad(id, "is a curve made of itself")
		return nil
	}
	r.under[id] = true
	defer delete(r.under, id)
	return r.patchCurveOf(r.get(id), depth)
}

func (r *reader) patchCurveOf(e entity, depth int) patch.Curve {
	id := e.id
	switch e.kind {
	case "IFCLINE": // Pnt, Dir; IfcVector: Orientation, Magnitude
		v := e.at(1)
		return patch.Line{Origin: r.point(e.at(0).id), Dir: r.direction(v.at(0).id, geom.Vec3{1, 0, 0}).Mul(r.magnitude(v))}
	case "IFCCIRCLE", "IFCELLIPSE": // Position, Radius or SemiAxis1, SemiAxis2
		a := e.length(1)
		b := a
		if e.kind == "IFCELLIPSE" {
			b = e.length(2)
		}
		if !(a > 0 && b > 0) {
			r.bad(id, "has no radius")
			return nil
		}
		return patch.Conic{Frame: r.axis(e.at(0).id), A: a, B: b}
	case "IFCPOLYLINE", "IFCPOLYLOOP":
		p := r.polyline(e)
		if p.closed && len(p.at) > 0 {
			p.at = append(p.at, p.at[0])
		}
		if len(p.at) < 2 {
			r.bad(id, "has fewer than two points")
			return nil
		}
		return patch.Polyline{Points: p.at}
	case "IFCINDEXEDPOLYCURVE":
		return r.patchIndexed(e)
	case "IFCBSPLINECURVEWITHKNOTS", "IFCRATIONALBSPLINECURVEWITHKNOTS", "IFCBEZIERCURVE", "IFCRATIONALBEZIERCURVE":
		return r.patchSpline(e)
	case "IFCTRIMMEDCURVE":
		return r.patchTrimmed(e, depth)
	case "IFCCOMPOSITECURVE", "IFC2DCOMPOSITECURVE", "IFCCOMPOSITECURVEONSURFACE", "IFCBOUNDARYCURVE", "IFCOUTERBOUNDARYCURVE":
		return r.patchComposite(e, depth)
	case "IFCGRADIENTCURVE":
		return r.courseOf(e, r.gradient(e, depth))
	case "IFCCURVESEGMENT":
		return r.courseOf(e, r.curveSegment(e))
	case "IFCSEGMENTEDREFERENCECURVE": // Segments (the cant), SelfIntersect, BaseCurve, EndPoint
		r.noted(id, "its cant is drawn level")
		return r.patchCurve(e.at(2).id, depth+1)
	case "IFCSURFACECURVE", "IFCSEAMCURVE", "IFCINTERSECTIONCURVE": // Curve3D
		return r.patchCurve(e.at(0).id, depth+1)
	case "IFCPCURVE": // BasisSurface, ReferenceCurve
		return r.onSurface(e, depth)
	case "IFCOFFSETCURVE2D", "IFCOFFSETCURVE3D": // BasisCurve, Distance, SelfIntersect, RefDirection
		of := r.patchCurve(e.at(0).id, depth+1)
		// In the plane a distance counts to the left; in space to the side of
		// tangent × RefDirection.
		ref := geom.Vec3{0, 0, -1}
		if e.kind == "IFCOFFSETCURVE3D" {
			ref = r.direction(e.ref(3), geom.Vec3{0, 0, 1})
		}
		if r.problem != nil {
			return nil
		}
		return patch.Offset{Of: of, Distance: e.length(1), Ref: ref}
	}
	r.bad(id, "is no curve that is read")
	return nil
}

// magnitude is the length of an IfcVector, metres.
func (r *reader) magnitude(v entity) float64 {
	m := v.num(1) * r.metre
	if !(m > 0 && m < coordinateMax) {
		r.bad(v.id, "has the length %v", m)
	}
	return m
}

// repeated writes knots out, each as often as it is said to be there.
func repeated(multiplicity, values []float64, most int) []float64 {
	var out []float64
	for i, m := range multiplicity {
		if i >= len(values) || !(m >= 1) {
			return nil
		}
		for k := 0.0; k < m && len(out) <= most; k++ {
			out = append(out, values[i])
		}
	}
	if len(multiplicity) != len(values) {
		return nil
	}
	return out
}

// patchSpline reads Degree, ControlPointsList, CurveForm, ClosedCurve,
// SelfIntersect, then KnotMultiplicities, Knots, KnotSpec, WeightsData or, of
// the Bézier curves of IFC2x3, WeightsData.
func (r *reader) patchSpline(e entity) patch.Curve {
	degree := int(e.num(0))
	ids := e.refs(1)
	if degree < 1 || degree > 20 || len(ids) > pointsMax {
		r.bad(e.id, "has the degree %d and %d points; up to degree 20 and %d points are read", degree, len(ids), pointsMax)
		return nil
	}
	control := make([]geom.Vec3, len(ids))
	for i, id := range ids {
		control[i] = r.point(id)
	}
	var knots []float64
	weights := []value(nil)
	switch e.kind {
	case "IFCBEZIERCURVE", "IFCRATIONALBEZIERCURVE":
		for i := range len(ids) + degree + 1 { // pieces of one degree end to end
			knots = append(knots, float64(max(0, min((i-1)/degree, (len(ids)-1)/degree))))
		}
		if (len(ids)-1)%degree != 0 {
			r.bad(e.id, "its points do not fit its degree")
			return nil
		}
		weights = e.values(5)
	default:
		multiplicity, ok1 := numbers(e.values(5))
		values, ok2 := numbers(e.values(6))
		if knots = repeated(multiplicity, values, len(ids)+degree+1); !ok1 || !ok2 {
			knots = nil
		}
		if e.kind == "IFCRATIONALBSPLINECURVEWITHKNOTS" {
			weights = e.values(8)
		}
	}
	w, ok := numbers(weights)
	if r.problem != nil {
		return nil
	}
	c, err := patch.NewBSpline(degree, control, knots, w)
	if err != nil || !ok {
		r.bad(e.id, "its knots do not fit its points: %v", err)
		return nil
	}
	return c
}

// patchTrimmed reads BasisCurve, Trim1, Trim2, SenseAgreement,
// MasterRepresentation.
func (r *reader) patchTrimmed(e entity, depth int) patch.Curve {
	of := r.patchCurve(e.at(0).id, depth+1)
	if r.problem != nil {
		return nil
	}
	byParameter := e.enum(4) != "CARTESIAN"
	scale := 1.0
	if _, round := of.(patch.Conic); round {
		scale = r.radian
	}
	var at [2]float64
	for i := range at {
		p, t, hasAt, hasT := r.trim(e, i+1)
		if at[i] = t * scale; !hasT || hasAt && !byParameter {
			at[i] = patch.ParamOf(of, p)
		}
	}
	if r.problem != nil {
		return nil
	}
	return r.stretch(e, of, at[0], at[1], e.enum(3) != "F")
}

// stretch is a curve between two parameters, with it or against it.
func (r *reader) stretch(e entity, of patch.Curve, from, to float64, forward bool) patch.Curve {
	if period := of.Period(); period > 0 {
		way := math.Mod(to-from, period)
		if !forward {
			way = -way
		}
		if way <= 1e-9*period {
			way += period
		}
		if way > period {
			way -= period
		}
		if !forward {
			way = -way
		}
		to = from + way
	} else if lo, hi := of.Range(); !math.IsInf(lo, 0) {
		from, to = math.Max(lo, math.Min(from, hi)), math.Max(lo, math.Min(to, hi))
	}
	if !(math.Abs(to-from) > 0) || math.IsInf(to-from, 0) {
		r.bad(e.id, "is trimmed to nothing")
		return nil
	}
	return patch.Trimmed{Of: of, From: from, To: to}
}

// patchComposite reads Segments: Transition, SameSense, ParentCurve.
func (r *reader) patchComposite(e entity, depth int) patch.Curve {
	ids := e.refs(0)
	if len(ids) > segmentsMax || len(ids) == 0 {
		r.bad(e.id, "has %d segments; 1 to %d are read", len(ids), segmentsMax)
		return nil
	}
	if r.step.kind(ids[0]) == "IFCCURVESEGMENT" {
		return r.courseOf(e, r.composite(e, depth))
	}
	var c patch.Composite
	for _, id := range ids {
		seg := r.get(id)
		if seg.kind != "IFCCOMPOSITECURVESEGMENT" && seg.kind != "IFCREPARAMETRISEDCOMPOSITECURVESEGMENT" {
			r.bad(id, "is no segment of a curve that is read")
			return nil
		}
		part := r.patchCurve(seg.at(2).id, depth+1)
		if r.problem != nil {
			return nil
		}
		from, to := part.Range()
		if math.IsInf(from, 0) {
			r.bad(id, "has no ends; trim its curve")
			return nil
		}
		if !seg.yes(1) {
			part = patch.Trimmed{Of: part, From: to, To: from}
		}
		c.Parts = append(c.Parts, part)
	}
	if len(c.Parts) == 1 {
		return c.Parts[0]
	}
	return c
}

// patchIndexed reads Points, Segments: lines and arcs through three points.
func (r *reader) patchIndexed(e entity) patch.Curve {
	points := r.pointList(e.at(0))
	if r.problem != nil || len(points) > pointsMax || len(points) < 2 {
		r.bad(e.id, "has %d points; 2 to %d are read", len(points), pointsMax)
		return nil
	}
	if !e.has(1) {
		return patch.Polyline{Points: points}
	}
	var c patch.Composite
	for _, seg := range e.values(1) {
		if seg.form != typed || len(seg.list) != 1 {
			r.bad(e.id, "has a segment that is neither a line nor an arc")
			return nil
		}
		at, ok := pick(points, nil, seg.list[0].list)
		if !ok || len(at) < 2 || seg.str == "IFCARCINDEX" && len(at) != 3 {
			r.bad(e.id, "has a segment that names a point which is not there")
			return nil
		}
		part := patch.Curve(patch.Polyline{Points: at})
		if seg.str == "IFCARCINDEX" {
			if arc, ok := arcThrough(at[0], at[1], at[2]); ok {
				part = arc
			}
		}
		c.Parts = append(c.Parts, part)
	}
	if len(c.Parts) == 0 {
		r.bad(e.id, "has no segment")
		return nil
	}
	return c
}

// arcThrough is the arc from a over b to c; false when they lie on one line.
func arcThrough(a, b, c geom.Vec3) (patch.Curve, bool) {
	u, v := b.Sub(a), c.Sub(a)
	n := u.Cross(v)
	nn := n.Dot(n)
	if nn < 1e-18 {
		return nil, false
	}
	toCentre := n.Cross(u).Mul(v.Dot(v)).Sub(n.Cross(v).Mul(u.Dot(u))).Mul(1 / (2 * nn))
	radius := toCentre.Len()
	centre := a.Add(toCentre)
	m := frame(centre, n.Mul(1/math.Sqrt(nn)), a.Sub(centre))
	end := c.Sub(centre)
	angle := math.Atan2(end.Dot(m.Col(1).Vec3()), end.Dot(m.Col(0).Vec3()))
	if angle <= 0 {
		angle += 2 * math.Pi
	}
	return patch.Trimmed{Of: patch.Conic{Frame: m, A: radius, B: radius}, From: 0, To: angle}, true
}

// onSurface reads an IfcPcurve: BasisSurface, ReferenceCurve. Its plane is that
// of the surface's parameters: lengths are in the file's unit, angles in
// radians or in the file's unit of angle.
func (r *reader) onSurface(e entity, depth int) patch.Curve {
	s := stitching{r: r}
	surface := s.surface(e.at(0).id)
	c := r.patchCurve(e.at(1).id, depth+1)
	if r.problem != nil {
		return nil
	}
	scale := geom.Identity()
	u, v := r.parameterUnits(surface)
	scale[0], scale[5] = u/r.metre, v/r.metre // points were read as lengths
	return patch.OnSurface{Surface: surface, Of: patch.Moved{Of: c, By: scale}}
}

// parameterUnits are the sizes of the units in which a file gives the
// parameters of a surface.
func (r *reader) parameterUnits(s patch.Surface) (u, v float64) {
	switch s.(type) {
	case patch.Plane:
		return r.metre, r.metre
	case patch.Cone:
		return r.radian, r.metre
	case patch.Sphere, patch.Torus:
		return r.radian, r.radian
	case *patch.Extrusion:
		return 1, r.metre
	case *patch.Revolution:
		return r.radian, 1
	}
	return 1, 1
}

// flattened reads a curve of a kind that has no way of its own to a chain of
// points.
func (r *reader) flattened(e entity, depth int) path {
	c := r.patchCurveOf(e, depth)
	if r.problem != nil {
		return path{}
	}
	return r.chordsOf(e, c)
}

// chordsOf cuts a curve into chords.
func (r *reader) chordsOf(e entity, c patch.Curve) path {
	from, to := c.Range()
	if math.IsInf(from, 0) {
		r.bad(e.id, "has no ends; trim it")
		return path{}
	}
	box := geom.EmptyBox()
	for i := range 33 {
		p, _ := c.Eval(from + (to-from)*float64(i)/32)
		box = box.Add(p)
	}
	var p path
	r.arcs++
	for _, t := range patch.Flatten(c, from, to, math.Max(sagMin, sagShare/4*box.Size().Len())/2, math.Pi/12) {
		at, _ := c.Eval(t)
		if len(p.at) == pointsMax || !(at.Len() < 2*coordinateMax) {
			r.bad(e.id, "has more than %d points, or runs to infinity", pointsMax)
			return path{}
		}
		p.add(at, r.arcs)
	}
	return p.tidy()
}
