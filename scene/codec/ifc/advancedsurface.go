package ifc

import (
	"math"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/scene/geom/patch"
)

// surface reads a surface; nil with a problem when it cannot be read.
func (s *stitching) surface(id int) patch.Surface {
	r := s.r
	if r.under[id] {
		r.bad(id, "is a surface made of itself")
		return nil
	}
	r.under[id] = true
	defer delete(r.under, id)
	return s.surfaceOf(r.get(id))
}

func (s *stitching) surfaceOf(e entity) patch.Surface {
	r, id := s.r, e.id
	size := func(i int) float64 {
		v := e.length(i)
		if !(v > 0) {
			r.bad(id, "argument %d is %v; a size must be above zero", i+1, v)
		}
		return v
	}
	var out patch.Surface
	switch e.kind {
	case "IFCPLANE": // Position
		out = patch.Plane{Frame: r.axis(e.at(0).id)}
	case "IFCCYLINDRICALSURFACE": // Position, Radius
		radius := size(1)
		out = patch.Cylinder(r.axis(e.at(0).id), radius)
	case "IFCSPHERICALSURFACE": // Position, Radius
		radius := size(1)
		s.size = math.Max(s.size, 2*radius)
		out = patch.Sphere{Frame: r.axis(e.at(0).id), Radius: radius}
	case "IFCTOROIDALSURFACE": // Position, MajorRadius, MinorRadius
		major, minor := size(1), size(2)
		s.size = math.Max(s.size, 2*(major+minor))
		out = patch.Torus{Frame: r.axis(e.at(0).id), Major: major, Minor: minor}
	case "IFCBSPLINESURFACEWITHKNOTS", "IFCRATIONALBSPLINESURFACEWITHKNOTS":
		out = s.spline(e)
	case "IFCSURFACEOFLINEAREXTRUSION": // SweptCurve, Position, ExtrudedDirection, Depth
		c := r.swept(e)
		if r.problem != nil {
			return nil
		}
		dir := r.direction(e.at(2).id, geom.Vec3{0, 0, 1})
		if e.has(1) {
			m := r.axis(e.ref(1))
			dir = moved(m, dir).Sub(moved(m, geom.Vec3{}))
		}
		x, err := patch.NewExtrusion(c, dir)
		if err != nil {
			r.bad(id, "cannot be drawn: %v", err)
			return nil
		}
		out = x
	case "IFCSURFACEOFREVOLUTION": // SweptCurve, Position, AxisPosition
		c := r.swept(e)
		axis := r.axis(e.at(2).id)
		if r.problem != nil {
			return nil
		}
		if e.has(1) {
			axis = r.axis(e.ref(1)).Mul4(axis)
		}
		x, err := patch.NewRevolution(c, axis.Col(3).Vec3(), axis.Col(2).Vec3())
		if err != nil {
			r.bad(id, "cannot be drawn: %v", err)
			return nil
		}
		out = x
	case "IFCRECTANGULARTRIMMEDSURFACE", "IFCCURVEBOUNDEDPLANE", "IFCCURVEBOUNDEDSURFACE": // BasisSurface
		return s.surface(e.at(0).id)
	default:
		r.bad(id, "is no surface that is read")
	}
	if r.problem != nil {
		return nil
	}
	return out
}

// swept is the curve of a swept surface where the surface's Position puts it:
// SweptCurve (IfcProfileDef: Type, Name, Curve), Position.
func (r *reader) swept(e entity) patch.Curve {
	p := e.at(0)
	switch p.kind {
	case "IFCARBITRARYOPENPROFILEDEF", "IFCARBITRARYCLOSEDPROFILEDEF", "IFCARBITRARYPROFILEDEFWITHVOIDS":
	default:
		r.bad(p.id, "is no curve that a surface is swept from; export it as a curve")
		return nil
	}
	c := r.patchCurve(p.at(2).id, 0)
	if r.problem != nil {
		return nil
	}
	if e.has(1) {
		return patch.Moved{Of: c, By: r.axis(e.ref(1))}
	}
	return c
}

// spline reads UDegree, VDegree, ControlPointsList, SurfaceForm, UClosed,
// VClosed, SelfIntersect, UMultiplicities, VMultiplicities, UKnots, VKnots,
// KnotSpec, WeightsData.
func (s *stitching) spline(e entity) patch.Surface {
	r := s.r
	rows := e.values(2)
	box := geom.EmptyBox()
	control := make([][]geom.Vec3, len(rows))
	total := 0
	for i, row := range rows {
		if total += len(row.list); total > 4*pointsMax {
			r.bad(e.id, "has more than %d control points", 4*pointsMax)
			return nil
		}
		for _, v := range row.list {
			if v.form != ref {
				r.bad(e.id, "row %d of its control points holds something else", i+1)
				return nil
			}
			p := r.point(int(v.num))
			control[i] = append(control[i], p)
			box = box.Add(p)
		}
	}
	var knots [2][]float64
	degree := [2]int{int(e.num(0)), int(e.num(1))}
	for k := range 2 {
		m, ok1 := numbers(e.values(7 + k))
		v, ok2 := numbers(e.values(9 + k))
		if ok1 && ok2 {
			knots[k] = repeated(m, v, 8*pointsMax)
		}
	}
	var weights [][]float64
	if e.kind == "IFCRATIONALBSPLINESURFACEWITHKNOTS" {
		for i, row := range e.values(12) {
			w, ok := numbers(row.list)
			if !ok {
				r.bad(e.id, "row %d of its weights holds something else", i+1)
				return nil
			}
			weights = append(weights, w)
		}
	}
	if r.problem != nil {
		return nil
	}
	out, err := patch.NewBSplineSurface(degree[0], degree[1], control, knots[0], knots[1], weights)
	if err != nil {
		r.bad(e.id, "its knots do not fit its points: %v", err)
		return nil
	}
	s.size = math.Max(s.size, box.Size().Len())
	return out
}

// sheet reads a surface with ends as a body that is not closed:
// IfcRectangularTrimmedSurface (BasisSurface, U1, V1, U2, V2, Usense, Vsense),
// IfcCurveBoundedPlane (BasisSurface, OuterBoundary, InnerBoundaries),
// IfcCurveBoundedSurface (BasisSurface, Boundaries, ImplicitOuter), a spline
// surface, an extruded or a revolved one, a sphere or a torus.
func (r *reader) sheet(e entity) []*body {
	s := newStitching(r)
	surface := s.surfaceOf(e)
	if r.problem != nil {
		return nil
	}
	d := surface.Domain()
	f := patch.Face{Name: "#" + digits(e.id), Surface: surface}
	var err error
	switch e.kind {
	case "IFCRECTANGULARTRIMMEDSURFACE":
		u, v := r.parameterUnits(surface)
		a, b := geom.Vec2{e.num(1) * u, e.num(2) * v}, geom.Vec2{e.num(3) * u, e.num(4) * v}
		flipped := false
		for k := range 2 {
			if e.enum(5+k) == "F" {
				a[k], b[k] = b[k], a[k]
				flipped = !flipped
			}
			if p := d.Period[k]; p > 0 {
				if b[k] -= p * math.Floor((b[k]-a[k])/p); b[k]-a[k] < 1e-9*p {
					b[k] += p
				}
			} else if a[k] > b[k] {
				a[k], b[k] = b[k], a[k]
			}
		}
		f, err = patch.Natural(f.Name, surface, a, b)
		f.Reversed = flipped
	case "IFCCURVEBOUNDEDPLANE":
		f.Loops = s.bounds(append([]int{e.at(1).id}, e.refs(2)...), func(m geom.Vec3) geom.Vec3 { return moved(r.axis(e.at(0).at(0).id), m) })
	case "IFCCURVEBOUNDEDSURFACE":
		if f.Loops = s.bounds(e.refs(1), nil); e.yes(2) && err == nil {
			var whole patch.Face
			if whole, err = patch.Natural(f.Name, surface, d.Lo, d.Hi); err == nil {
				f.Loops = append(whole.Loops, f.Loops...)
			}
		}
	case "IFCSURFACEOFLINEAREXTRUSION":
		f, err = patch.Natural(f.Name, surface, geom.Vec2{d.Lo[0], 0}, geom.Vec2{d.Hi[0], e.length(3)})
	default:
		f, err = patch.Natural(f.Name, surface, d.Lo, d.Hi)
	}
	if err != nil {
		r.bad(e.id, "cannot be drawn: %v", err)
	}
	if r.problem != nil {
		return nil
	}
	for _, l := range f.Loops {
		for _, u := range l.Uses {
			lo, hi := u.Edge.Curve.Range()
			for i := range 5 {
				p, _ := u.Edge.Curve.Eval(lo + (hi-lo)*float64(i)/4)
				s.box = s.box.Add(p)
			}
		}
	}
	return settled([]*body{r.drawn([]patch.Face{f}, []int{e.id}, s.extent(), false)})
}

// bounds are closed curves as loops of one edge each; place puts the curves of a
// plane into space.
func (s *stitching) bounds(ids []int, place func(geom.Vec3) geom.Vec3) []patch.Loop {
	r := s.r
	var out []patch.Loop
	if len(ids) > holesMax {
		r.bad(ids[0], "is one of %d bounds, at most %d are read", len(ids), holesMax)
		return nil
	}
	for _, id := range ids {
		c := r.patchCurve(id, 0)
		if r.problem != nil {
			return nil
		}
		if place != nil {
			o := place(geom.Vec3{})
			x, y, z := place(geom.Vec3{1, 0, 0}).Sub(o), place(geom.Vec3{0, 1, 0}).Sub(o), place(geom.Vec3{0, 0, 1}).Sub(o)
			c = patch.Moved{Of: c, By: geom.Mat4{x[0], x[1], x[2], 0, y[0], y[1], y[2], 0, z[0], z[1], z[2], 0, o[0], o[1], o[2], 1}}
		}
		from, to := c.Range()
		if math.IsInf(from, 0) {
			r.bad(id, "bounds a surface but has no ends")
			return nil
		}
		p, _ := c.Eval(from)
		q, _ := c.Eval(to)
		v, w := s.place(p), s.place(q)
		l := patch.Loop{Uses: []patch.Use{{Edge: &patch.Edge{Curve: c, From: v, To: w}}}}
		if v != w {
			l.Uses = append(l.Uses, s.straight(w, v))
		}
		out = append(out, l)
	}
	return out
}
