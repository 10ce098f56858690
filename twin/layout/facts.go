package layout

import (
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
)

// Facts are what an asset is to a planner, in its own frame: its front looks
// along +Z, its footprint's middle is the origin.
type Facts struct {
	Stands bool // on the floor: nothing else may stand in it
	Door   bool // people walk through it
	Till   bool
	Loose  bool // pushed aside by hand, as a chair
	Fixed  bool // of the building: an edit does not move it
	Front  bool // goods are taken from its front
	Behind bool // and from its back

	Swings []Space // that its doors, lids and drawers sweep
	Keeps  []Space // that must stay free to work on it
	Ports  []Port
	Boards []Board // that goods stand on
	Solid  Space   // what it fills when that is not its size; zero: its size
}

// Space is a box that something needs, metres.
type Space struct {
	Lo, Hi geom.Vec3
	Why    string // of the class, in English; "" for a swing
}

// Port is where an asset is joined to the building.
type Port struct {
	Kind string
	At   geom.Vec3
}

// Board is what goods stand on.
type Board struct {
	Lo, Hi geom.Vec3 // the room over it, metres
	Back   bool      // customers see the side at low z
}

// rect is a rectangle in plan with a heading and a span of heights.
type rect struct {
	mid       geom.Vec2
	u, v      geom.Vec2 // unit: its width, its front
	w, d      float64   // half its width and depth
	low, high float64
	reach     float64 // of its corners from its middle
	corners   [4]geom.Vec2
}

func footprint(a twin.Asset) rect {
	return rectOf(a.Pose, geom.Vec3{-a.Size[0] / 2, 0, -a.Size[2] / 2}, geom.Vec3{a.Size[0] / 2, a.Size[1], a.Size[2] / 2})
}

// rectOf is a box in the frame of a pose, as it stands.
func rectOf(p twin.Pose, lo, hi geom.Vec3) rect {
	u, v := turned(geom.Vec2{1, 0}, p.Yaw), turned(geom.Vec2{0, 1}, p.Yaw)
	mid := plan(p.Position).Add(u.Mul((lo[0] + hi[0]) / 2)).Add(v.Mul((lo[2] + hi[2]) / 2))
	r := rect{mid: mid, u: u, v: v, w: (hi[0] - lo[0]) / 2, d: (hi[2] - lo[2]) / 2, low: p.Position[1] + lo[1], high: p.Position[1] + hi[1]}
	return r.drawn()
}

func (r rect) drawn() rect {
	w, d := r.u.Mul(r.w), r.v.Mul(r.d)
	r.corners = [4]geom.Vec2{r.mid.Sub(w).Sub(d), r.mid.Add(w).Sub(d), r.mid.Add(w).Add(d), r.mid.Sub(w).Add(d)}
	r.reach = w.Add(d).Len()
	return r
}

// shrunk is the rectangle with its sides drawn in.
func (r rect) shrunk(by float64) rect {
	r.w, r.d = max(r.w-by, r.w*0.2), max(r.d-by, r.d*0.2)
	return r.drawn()
}

// span is the rectangle's extent along a direction, from an origin.
func (r rect) span(from, along geom.Vec2) (lo, hi float64) {
	m := r.mid.Sub(from).Dot(along)
	h := r.w*abs(r.u.Dot(along)) + r.d*abs(r.v.Dot(along))
	return m - h, m + h
}

func abs(v float64) float64 {
	if v < 0 {
		return -v
	}
	return v
}

// sunk is how deep two rectangles stand in each other, and the shortest way out
// of it for the first (separating axes); zero or less when they do not.
func (r rect) sunk(o rect) (depth float64, out geom.Vec2) {
	if r.low >= o.high || o.low >= r.high || r.mid.Sub(o.mid).Len() > r.reach+o.reach {
		return 0, geom.Vec2{}
	}
	depth = 1e9
	for _, axis := range [4]geom.Vec2{r.u, r.v, o.u, o.v} {
		lo, hi := r.span(o.mid, axis)
		half := o.w*abs(o.u.Dot(axis)) + o.d*abs(o.v.Dot(axis))
		if d := half - lo; d < depth { // out along the axis
			depth, out = d, axis.Mul(d)
		}
		if d := hi + half; d < depth {
			depth, out = d, axis.Mul(-d)
		}
		if depth <= 0 {
			return 0, geom.Vec2{}
		}
	}
	return depth, out
}

// cutBy tells whether a straight piece passes through the rectangle.
func (r rect) cutBy(a, b geom.Vec2) bool {
	// Clipped in the rectangle's frame (Liang and Barsky 1984).
	d := b.Sub(a)
	from, to := 0.0, 1.0
	for k, axis := range [2]geom.Vec2{r.u, r.v} {
		half := r.w
		if k == 1 {
			half = r.d
		}
		p, q := a.Sub(r.mid).Dot(axis), d.Dot(axis)
		if abs(q) < 1e-12 {
			if abs(p) > half {
				return false
			}
			continue
		}
		t0, t1 := (-half-p)/q, (half-p)/q
		if t0 > t1 {
			t0, t1 = t1, t0
		}
		from, to = max(from, t0), min(to, t1)
		if from > to {
			return false
		}
	}
	return true
}

// away is the distance of a point from the rectangle.
func (r rect) away(p geom.Vec2) float64 {
	d := p.Sub(r.mid)
	x, y := max(0, abs(d.Dot(r.u))-r.w), max(0, abs(d.Dot(r.v))-r.d)
	return geom.Vec2{x, y}.Len()
}
