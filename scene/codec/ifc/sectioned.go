package ifc

import (
	"math"
	"slices"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/scene/geom/patch"
)

// sectionsMax bounds the cross sections of one body.
const sectionsMax = 5_000

// crossSection is one: an area, how far along the curve it stands, and the
// frame in which it lies.
type crossSection struct {
	area  area
	along float64
	frame geom.Mat4 // of a spine
	off   geom.Vec2 // of a horizontal one, to the left and upwards
}

// spine reads an IfcSectionedSpine: SpineCurve, CrossSections,
// CrossSectionPositions. Between two sections their corners and frames go over
// into each other, along the spine.
func (r *reader) spine(e entity) []*body {
	c := r.patchCurve(e.at(0).id, 0)
	sections := r.sections(e)
	places := e.refs(2)
	if r.problem != nil {
		return nil
	}
	at, along := measured(c)
	for i := range sections {
		m := r.axis(places[i])
		sections[i].frame = m
		sections[i].along = distanceOf(at, along, patch.ParamOf(c, m.Col(3).Vec3()))
	}
	if r.problem != nil {
		return nil
	}
	return r.sectioned(e.id, c, sections, func(s station, a, b crossSection, share float64) geom.Mat4 {
		if share == 0 {
			return a.frame
		}
		if share == 1 {
			return b.frame
		}
		// Each frame carried along the spine, then mixed.
		mix := func(k int) geom.Vec3 {
			return a.frame.Col(k).Vec3().Mul(1 - share).Add(b.frame.Col(k).Vec3().Mul(share))
		}
		z := s.in.Add(s.out)
		if zz := mix(2); z.Dot(zz) < 0 {
			z = z.Mul(-1)
		}
		if z.Len() < 1e-9 {
			z = mix(2)
		}
		return frame(s.at, z.Normalize(), mix(0))
	})
}

// horizontal reads an IfcSectionedSolidHorizontal: Directrix, CrossSections,
// CrossSectionPositions. Sections stand upright and square to the course of the
// curve; their x looks to its left, their y upwards.
func (r *reader) horizontal(e entity) []*body {
	c := r.patchCurve(e.at(0).id, 0)
	sections := r.sections(e)
	places := e.refs(2)
	if r.problem != nil {
		return nil
	}
	for i := range sections {
		p := r.get(places[i])
		if p.kind == "IFCAXIS2PLACEMENTLINEAR" { // Location, Axis, RefDirection
			p = p.at(0)
		}
		switch p.kind {
		case "IFCPOINTBYDISTANCEEXPRESSION", "IFCDISTANCEEXPRESSION": // DistanceAlong, OffsetLateral, OffsetVertical, OffsetLongitudinal, …
			if len(p.args) > 0 && p.args[0].form == typed && p.args[0].str == "IFCPARAMETERVALUE" {
				at, along := measured(c)
				sections[i].along = distanceOf(at, along, r.parameter(p, 0, c, 0))
			} else {
				sections[i].along = p.length(0)
			}
			sections[i].off = geom.Vec2{p.lengthOr(1), p.lengthOr(2)}
		default:
			r.bad(p.id, "is no place of a section that is read")
		}
	}
	if r.problem != nil {
		return nil
	}
	return r.sectioned(e.id, c, sections, func(s station, a, b crossSection, share float64) geom.Mat4 {
		up := geom.Vec3{0, 0, 1}
		course := geom.Vec3{s.in[0] + s.out[0], s.in[1] + s.out[1], 0}
		if course.Len() < 1e-9 {
			course = geom.Vec3{1, 0, 0}
		}
		left := up.Cross(course.Normalize())
		off := a.off.Mul(1 - share).Add(b.off.Mul(share))
		return frame(s.at.Add(left.Mul(off[0])).Add(up.Mul(off[1])), left.Cross(up), left)
	})
}

// sections reads CrossSections, whose corners answer each other.
func (r *reader) sections(e entity) []crossSection {
	ids, places := e.refs(1), e.refs(2)
	if len(ids) != len(places) || len(ids) < 2 || len(ids) > sectionsMax {
		r.bad(e.id, "has %d sections at %d places; 2 to %d are read, each with its place", len(ids), len(places), sectionsMax)
		return nil
	}
	out := make([]crossSection, len(ids))
	for i, id := range ids {
		areas := r.profile(id, 0)
		if r.problem != nil {
			return nil
		}
		if len(areas) != 1 || len(areas[0].holes) != len(out[0].area.holes) && i > 0 {
			r.bad(id, "is a section of another make than the first")
			return nil
		}
		out[i].area = areas[0]
	}
	answer(out)
	return out
}

// answer gives sections with different numbers of corners the same: corners
// where any of them has one, counted along the outline.
func answer(all []crossSection) {
	loops := func(c *crossSection) []*path {
		out := []*path{&c.area.outline}
		for i := range c.area.holes {
			out = append(out, &c.area.holes[i])
		}
		return out
	}
	for k := range loops(&all[0]) {
		same := true
		first := loops(&all[0])[k]
		for i := range all {
			same = same && len(loops(&all[i])[k].at) == len(first.at)
		}
		if same {
			continue
		}
		var shares []float64
		for i := range all {
			p := loops(&all[i])[k]
			if i > 0 {
				*p = p.begunTowards(first.at[0])
			}
			shares = append(shares, p.shares()...)
		}
		slices.Sort(shares)
		shares = slices.CompactFunc(shares, func(a, b float64) bool { return math.Abs(b-a) < 1e-6 })
		if len(shares) > pointsMax {
			shares = shares[:pointsMax]
		}
		for i := range all {
			p := loops(&all[i])[k]
			*p = p.cornered(shares)
		}
	}
}

// begunTowards is a closed path that begins at the corner which lies most in the
// direction of a point.
func (p path) begunTowards(to geom.Vec3) path {
	best, most := 0, math.Inf(-1)
	for i, at := range p.at {
		if d := at.Dot(to) / math.Max(at.Len(), 1e-12); d > most {
			best, most = i, d
		}
	}
	return path{closed: true, at: slices.Concat(p.at[best:], p.at[:best]), bend: slices.Concat(p.bend[best:], p.bend[:best])}
}

// shares are how far along a closed path its corners lie, of its whole length.
func (p path) shares() []float64 {
	out := make([]float64, len(p.at))
	sum := 0.0
	for i, a := range p.at {
		out[i] = sum
		sum += p.at[(i+1)%len(p.at)].Sub(a).Len()
	}
	for i := range out {
		out[i] /= sum
	}
	return out
}

// cornered is a closed path with corners at the shares of its length.
func (p path) cornered(shares []float64) path {
	own := append(p.shares(), 1)
	out := path{closed: true}
	k := 0
	for _, s := range shares {
		for k+2 < len(own) && own[k+1] <= s+1e-9 {
			k++
		}
		a, b := p.at[k], p.at[(k+1)%len(p.at)]
		share := math.Max(0, math.Min((s-own[k])/(own[k+1]-own[k]), 1))
		out.at = append(out.at, a.Add(b.Sub(a).Mul(share)))
		out.bend = append(out.bend, p.bend[k])
	}
	return out
}

// sectioned joins sections along a curve; stand gives the frame at a station
// between two of them.
func (r *reader) sectioned(id int, c patch.Curve, all []crossSection, stand func(s station, a, b crossSection, share float64) geom.Mat4) []*body {
	for i := 1; i < len(all); i++ {
		if !(all[i].along > all[i-1].along+weldReach) {
			r.bad(id, "section %d does not stand behind the one before it", i+1)
			return nil
		}
	}
	var also []float64
	for _, s := range all {
		also = append(also, s.along)
	}
	stations, _ := r.stations(id, c, also)
	if r.problem != nil {
		return nil
	}
	k := 0
	var rings [][][]geom.Vec3
	for _, s := range stations {
		const reach = 2 * weldReach
		if s.along < all[0].along-reach || s.along > all[len(all)-1].along+reach {
			continue
		}
		for k+2 < len(all) && s.along > all[k+1].along+reach {
			k++
		}
		a, b := all[k], all[k+1]
		share := math.Max(0, math.Min((s.along-a.along)/(b.along-a.along), 1))
		if math.Abs(s.along-a.along) < reach {
			share = 0
		} else if math.Abs(s.along-b.along) < reach {
			share = 1
		}
		m := stand(s, a, b, share)
		from, to := append([]path{a.area.outline}, a.area.holes...), append([]path{b.area.outline}, b.area.holes...)
		var ring [][]geom.Vec3
		for l := range from {
			points := make([]geom.Vec3, len(from[l].at))
			for i := range points {
				points[i] = moved(m, from[l].at[i].Mul(1-share).Add(to[l].at[i].Mul(share)))
			}
			ring = append(ring, points)
		}
		rings = append(rings, ring)
	}
	b := r.loft(id, all[0].area, rings, false)
	if b == nil {
		return nil
	}
	return []*body{b}
}
