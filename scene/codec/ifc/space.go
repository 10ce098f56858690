package ifc

import (
	"cmp"
	"math"
	"slices"

	"github.com/glasstwin/glasstwin/scene/geom"
)

// space reads a room from its body: the outline of its floor and its height;
// nil when it has none.
func (r *reader) space(p product) *Space {
	s := &Space{
		ID: p.id, GlobalID: p.e.text(0), Number: p.e.text(2), Name: cmp.Or(p.e.text(7), p.e.text(2)), Storey: r.storey(p.id),
		Box: geom.EmptyBox(),
	}
	s.Quantities, s.Properties = r.facts(p.id)
	groups := r.shape(p)
	at := r.placement(p.e.ref(5), 0)
	if err := r.took(); err != nil {
		r.unread = append(r.unread, err)
	}
	var polys []poly
	for _, g := range groups {
		s.Net.add(g.parts, at.Mul4(g.at))
		for _, pt := range g.parts {
			b := pt.body.moved(at.Mul4(g.at))
			for _, f := range b.faces {
				polys = f.convex(polys)
				for _, v := range f.loops[0] {
					s.Box = s.Box.Add(geom.Vec3{v[0], v[2], -v[1]})
				}
			}
		}
	}
	for _, err := range r.unread {
		r.noted(p.id, err.Error())
	}
	if s.Box.Empty() {
		if len(r.unread) == 0 {
			r.noted(p.id, "is a room without a body; export spaces with their geometry")
		}
		return nil
	}
	s.FloorY, s.Height = s.Box.Min[1], s.Box.Size()[1]
	s.Outline = floorOutline(polys)
	if s.Outline == nil {
		r.noted(p.id, "is a room without a floor; the rectangle around it is taken")
		lo, hi := s.Box.Min, s.Box.Max
		s.Outline = []geom.Vec2{{lo[0], hi[2]}, {hi[0], hi[2]}, {hi[0], lo[2]}, {lo[0], lo[2]}}
	}
	return s
}

// floorOutline is the outline of what looks down, in x and z of our frame,
// counter-clockwise seen from above; nil when nothing does.
func floorOutline(polys []poly) []geom.Vec2 {
	var floor []poly
	for _, p := range polys {
		if p.n[2] < -0.5 && len(floor) < knitMax {
			flat := make([]geom.Vec3, len(p.v))
			for i, v := range p.v {
				flat[len(flat)-1-i] = geom.Vec3{v[0], v[1], 0} // seen from above
			}
			floor = append(floor, poly{v: flat, n: geom.Vec3{0, 0, 1}})
		}
	}
	var best []geom.Vec3
	largest := 0.0
	for _, f := range knit(floor) {
		if a := math.Abs(signedArea(f.loops[0])); a > largest {
			best, largest = f.loops[0], a
		}
	}
	if best == nil {
		return nil
	}
	if signedArea(best) < 0 {
		slices.Reverse(best)
	}
	out := make([]geom.Vec2, len(best))
	for i, p := range best {
		out[i] = geom.Vec2{p[0], -p[1]}
	}
	return out
}
