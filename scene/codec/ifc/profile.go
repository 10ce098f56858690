package ifc

import (
	"math"
	"slices"

	"github.com/glasstwin/glasstwin/scene/geom"
)

// area is a plane shape with holes; its outline runs counter-clockwise, its
// holes clockwise.
type area struct {
	outline path
	holes   []path
}

// holesMax bounds the holes of one profile.
const holesMax = 2_000

// profile reads an IfcProfileDef as one or more areas in its plane.
func (r *reader) profile(id, depth int) []area {
	if depth > depthMax || r.under[id] {
		r.bad(id, "is a profile made of itself")
		return nil
	}
	r.under[id] = true
	defer delete(r.under, id)
	e := r.get(id)
	switch e.kind {
	case "IFCARBITRARYCLOSEDPROFILEDEF", "IFCARBITRARYPROFILEDEFWITHVOIDS": // Type, Name, OuterCurve, InnerCurves
		a := area{outline: r.curve(e.at(2).id, depth+1)}
		inner := e.refs(3)
		if len(inner) > holesMax {
			r.bad(id, "has %d holes, at most %d are read", len(inner), holesMax)
			return nil
		}
		for _, h := range inner {
			a.holes = append(a.holes, r.curve(h, depth+1))
		}
		return r.turned(id, a)
	case "IFCCENTERLINEPROFILEDEF": // Type, Name, Curve, Thickness
		return r.turned(id, area{outline: thickened(r.curve(e.at(2).id, depth+1), e.length(3)/2)})
	case "IFCCOMPOSITEPROFILEDEF": // Type, Name, Profiles, Label
		var all []area
		for _, p := range e.refs(2) {
			if all = append(all, r.profile(p, depth+1)...); len(all) > holesMax {
				r.bad(id, "has more than %d parts", holesMax)
				return nil
			}
		}
		return all
	case "IFCDERIVEDPROFILEDEF", "IFCMIRROREDPROFILEDEF": // Type, Name, ParentProfile, Operator, Label
		mirror := geom.Identity()
		mirror[0] = -1
		if e.kind == "IFCDERIVEDPROFILEDEF" {
			mirror = r.operator(e.at(3).id)
		}
		all := r.profile(e.at(2).id, depth+1)
		out := make([]area, 0, len(all))
		for _, a := range all {
			out = append(out, r.turned(id, a.moved(mirror))...)
		}
		return out
	}
	return r.parametric(e)
}

// moved transforms an area within its plane.
func (a area) moved(m geom.Mat4) area {
	move := func(p path) path {
		p.at = slices.Clone(p.at)
		for i, at := range p.at {
			p.at[i] = moved(m, at)
			p.at[i][2] = 0
		}
		return p
	}
	out := area{outline: move(a.outline)}
	for _, h := range a.holes {
		out.holes = append(out.holes, move(h))
	}
	return out
}

// turned lets the loops run as they should and drops those without an area.
func (r *reader) turned(id int, a area) []area {
	orient := func(p path, ccw bool) (path, bool) {
		p.closed = true
		p = p.tidy()
		s := signedArea(p.at)
		if (s > 0) != ccw {
			p = p.reversed()
		}
		return p, len(p.at) >= 3 && math.Abs(s) > areaMin
	}
	outline, ok := orient(a.outline, true)
	if !ok {
		r.bad(id, "its outline encloses no area")
		return nil
	}
	out := area{outline: outline}
	for _, h := range a.holes {
		if h, ok := orient(h, false); ok {
			out.holes = append(out.holes, h)
		}
	}
	return []area{out}
}

// areaMin is the least area of a profile, m²: a square of 0.1 mm.
const areaMin = 1e-8

func signedArea(loop []geom.Vec3) float64 {
	sum := 0.0
	for i, a := range loop {
		b := loop[(i+1)%len(loop)]
		sum += (a[0]-loop[0][0])*(b[1]-loop[0][1]) - (b[0]-loop[0][0])*(a[1]-loop[0][1])
	}
	return sum / 2
}

// corner is a corner of a parametric profile, rounded with a radius.
type corner struct{ x, y, radius float64 }

// parametric reads the profiles that are given by their dimensions. All of them
// begin with ProfileType, ProfileName, Position; all are centred on Position.
func (r *reader) parametric(e entity) []area {
	size := func(i int) float64 {
		v := e.length(i)
		if !(v > 0) {
			r.bad(e.id, "argument %d is %v; a size must be above zero", i+1, v)
		}
		return v
	}
	var a area
	switch e.kind {
	case "IFCRECTANGLEPROFILEDEF", "IFCROUNDEDRECTANGLEPROFILEDEF": // XDim, YDim, RoundingRadius
		x, y, round := size(3)/2, size(4)/2, 0.0
		if e.kind == "IFCROUNDEDRECTANGLEPROFILEDEF" {
			round = e.length(5)
		}
		a.outline = r.rectangle(x, y, round)
	case "IFCRECTANGLEHOLLOWPROFILEDEF": // XDim, YDim, WallThickness, InnerFilletRadius, OuterFilletRadius
		x, y, t := size(3)/2, size(4)/2, size(5)
		if t >= min(x, y) {
			r.bad(e.id, "its wall leaves no hollow")
			return nil
		}
		a.outline = r.rectangle(x, y, e.lengthOr(7))
		a.holes = []path{r.rectangle(x-t, y-t, e.lengthOr(6))}
	case "IFCCIRCLEPROFILEDEF":
		a.outline = r.ring(size(3), size(3))
	case "IFCCIRCLEHOLLOWPROFILEDEF": // Radius, WallThickness
		radius, t := size(3), size(4)
		if t >= radius {
			r.bad(e.id, "its wall leaves no hollow")
			return nil
		}
		a.outline = r.ring(radius, radius)
		a.holes = []path{r.ring(radius-t, radius-t)}
	case "IFCELLIPSEPROFILEDEF":
		a.outline = r.ring(size(3), size(4))
	case "IFCTRAPEZIUMPROFILEDEF": // BottomXDim, TopXDim, YDim, TopXOffset
		b, t, y, off := size(3), size(4), size(5)/2, e.length(6)
		a.outline = r.rounded([]corner{{-b / 2, -y, 0}, {b / 2, -y, 0}, {-b/2 + off + t, y, 0}, {-b/2 + off, y, 0}})
	case "IFCISHAPEPROFILEDEF", "IFCASYMMETRICISHAPEPROFILEDEF":
		a.outline = r.rounded(e.iShape(size))
	case "IFCLSHAPEPROFILEDEF":
		a.outline = r.rounded(e.lShape(size))
	case "IFCTSHAPEPROFILEDEF":
		a.outline = r.rounded(e.tShape(size))
	case "IFCUSHAPEPROFILEDEF":
		a.outline = r.rounded(e.uShape(size))
	case "IFCCRANERAILASHAPEPROFILEDEF", "IFCCRANERAILFSHAPEPROFILEDEF":
		a.outline = r.rounded(e.craneRail(size))
	case "IFCCSHAPEPROFILEDEF": // Depth, Width, WallThickness, Girth, InternalFilletRadius
		y, x, t, g, inner := size(3)/2, size(4)/2, size(5), size(6), e.lengthOr(7)
		outer := 0.0
		if inner > 0 {
			outer = inner + t
		}
		a.outline = r.rounded([]corner{
			{-x, -y, outer}, {x, -y, outer}, {x, -y + g, 0}, {x - t, -y + g, 0}, {x - t, -y + t, inner}, {-x + t, -y + t, inner},
			{-x + t, y - t, inner}, {x - t, y - t, inner}, {x - t, y - g, 0}, {x, y - g, 0}, {x, y, outer}, {-x, y, outer},
		})
	case "IFCZSHAPEPROFILEDEF": // Depth, FlangeWidth, WebThickness, FlangeThickness, FilletRadius, EdgeRadius
		y, fw, w, f, round, edge := size(3)/2, size(4), size(5)/2, size(6), e.lengthOr(7), e.lengthOr(8)
		a.outline = r.rounded([]corner{
			{-w, -y, 0}, {fw - w, -y, 0}, {fw - w, -y + f, edge}, {w, -y + f, round}, {w, y, 0}, {w - fw, y, 0}, {w - fw, y - f, edge}, {-w, y - f, round},
		})
	default:
		r.bad(e.id, "is no profile that is read")
		return nil
	}
	if r.problem != nil {
		return nil
	}
	if e.has(2) {
		a = a.moved(r.axis(e.ref(2)))
	}
	return r.turned(e.id, a)
}

func (r *reader) rectangle(x, y, round float64) path {
	return r.rounded([]corner{{-x, -y, round}, {x, -y, round}, {x, y, round}, {-x, y, round}})
}

func (r *reader) ring(a, b float64) path {
	r.arcs++
	p := path{closed: true}
	n := r.steps(math.Max(a, b), 2*math.Pi)
	out := swell(n, 2*math.Pi)
	a, b = a*out, b*out
	for k := range n {
		s, c := math.Sincos(2 * math.Pi * float64(k) / float64(n))
		p.add(geom.Vec3{a * c, b * s, 0}, r.arcs)
	}
	p.bend[n-1] = r.arcs
	return p
}

// rounded is the polygon of the corners, each replaced by the arc that touches
// both of its edges.
func (r *reader) rounded(corners []corner) path {
	p := path{closed: true}
	n := len(corners)
	for i, c := range corners {
		before, after := corners[(i+n-1)%n], corners[(i+1)%n]
		r.arcAt(&p, geom.Vec3{before.x, before.y, 0}, geom.Vec3{c.x, c.y, 0}, geom.Vec3{after.x, after.y, 0}, c.radius)
	}
	return p
}

// arcAt adds a corner, replaced by the arc of a radius that touches both of its
// edges.
func (r *reader) arcAt(p *path, before, at, after geom.Vec3, radius float64) {
	u, v := before.Sub(at), after.Sub(at)
	lu, lv := u.Len(), v.Len()
	if !(radius > 0) || lu < 1e-9 || lv < 1e-9 {
		p.add(at, 0)
		return
	}
	u, v = u.Mul(1/lu), v.Mul(1/lv)
	half := math.Acos(math.Max(-1, math.Min(1, u.Dot(v)))) / 2
	turn := math.Pi - 2*half
	if turn < 1e-6 || half < 1e-6 { // straight on, or straight back
		p.add(at, 0)
		return
	}
	reach := math.Min(radius/math.Tan(half), math.Min(lu, lv)) // more does not fit
	radius = reach * math.Tan(half)
	r.arcs++
	centre := at.Add(u.Add(v).Normalize().Mul(radius / math.Sin(half)))
	from, to := at.Add(u.Mul(reach)), at.Add(v.Mul(reach))
	x, y := from.Sub(centre), to.Sub(centre)
	count := max(3, r.steps(radius, turn))
	out := swell(count, turn)
	x, y = x.Mul(out), y.Mul(out)
	p.add(from, 0)
	for k := 1; k < count; k++ { // spherical interpolation between the two radii
		t := float64(k) / float64(count)
		p.add(centre.Add(x.Mul(math.Sin((1-t)*turn)/math.Sin(turn))).Add(y.Mul(math.Sin(t*turn)/math.Sin(turn))), r.arcs)
	}
	p.add(to, r.arcs)
}

// thickened is the outline around an open path in its plane.
func thickened(p path, half float64) path {
	n := len(p.at)
	if n < 2 {
		return path{}
	}
	side := func(sign float64) []geom.Vec3 {
		out := make([]geom.Vec3, n)
		for i, at := range p.at {
			var normal geom.Vec3
			reach := half
			for _, k := range [2]int{i - 1, i} {
				if k < 0 || k+1 >= n {
					continue
				}
				d := p.at[k+1].Sub(p.at[k])
				if l := d.Len(); l > 0 {
					normal = normal.Add(geom.Vec3{-d[1] / l, d[0] / l, 0})
				}
			}
			if l := normal.Len(); l > 1e-6 {
				normal = normal.Mul(1 / l)
				if i > 0 && i+1 < n {
					reach = math.Min(half*2/l, 4*half) // the mitre
				}
			}
			out[i] = at.Add(normal.Mul(sign * reach))
		}
		return out
	}
	out := path{closed: true}
	left, right := side(1), side(-1)
	for i, at := range right {
		bend := 0
		if i > 0 {
			bend = p.bend[i-1]
		}
		out.add(at, bend)
	}
	slices.Reverse(left)
	for i, at := range left {
		bend := 0
		if i > 0 {
			bend = p.bend[n-1-i]
		}
		out.add(at, bend)
	}
	return out
}
