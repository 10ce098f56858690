package layout

import (
	"math"
	"slices"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
)

// face is a side that goods are taken from.
type face struct {
	mid    geom.Vec2
	along  geom.Vec2 // unit
	out    geom.Vec2 // unit
	half   float64
	before geom.Vec2 // where one stands
}

const (
	aside     = 0.1  // metres of a front's ends that do not count: neighbours touch there
	armLength = 0.45 // metres from a front to who stands at it
)

func (t *thing) faces() []face {
	var out []face
	add := func(sign float64) {
		n := t.rect.v.Mul(sign)
		f := face{mid: t.rect.mid.Add(n.Mul(t.rect.d)), along: t.rect.u, out: n, half: t.rect.w}
		f.before = f.mid.Add(n.Mul(armLength))
		out = append(out, f)
	}
	if t.facts.Front {
		add(1)
	}
	if t.facts.Behind {
		add(-1)
	}
	return out
}

// gap is the free depth before a front, up to a limit, and what ends it: a thing,
// or nil for a wall. Only what stands before a good part of it counts.
func (c *Checker) gap(t *thing, f face, near []*thing, limit float64) (wide float64, by *thing, mark []geom.Vec2) {
	wide = math.Inf(1)
	half := max(f.half-aside, 0.5*f.half)
	needs := min(0.3, half)
	clip := func(corners []geom.Vec2) (depth, lo, hi float64, hit bool) {
		depth, lo, hi = math.Inf(1), math.Inf(1), math.Inf(-1)
		n := len(corners)
		put := func(x, y float64) {
			if y > -0.05 {
				depth, lo, hi, hit = min(depth, y), min(lo, x), max(hi, x), true
			}
		}
		for i, p := range corners {
			q := corners[(i+1)%n]
			a, b := p.Sub(f.mid), q.Sub(f.mid)
			ax, ay, bx, by := a.Dot(f.along), a.Dot(f.out), b.Dot(f.along), b.Dot(f.out)
			// The piece of the side within the strip before the front.
			from, to := 0.0, 1.0
			if d := bx - ax; math.Abs(d) > 1e-12 {
				t0, t1 := (-half-ax)/d, (half-ax)/d
				if t0 > t1 {
					t0, t1 = t1, t0
				}
				from, to = max(from, t0), min(to, t1)
			} else if math.Abs(ax) > half {
				continue
			}
			if from > to {
				continue
			}
			put(ax+(bx-ax)*from, ay+(by-ay)*from)
			put(ax+(bx-ax)*to, ay+(by-ay)*to)
		}
		return depth, lo, hi, hit
	}
	strip := func(lo, hi, depth float64) []geom.Vec2 {
		at := func(x, y float64) geom.Vec2 { return f.mid.Add(f.along.Mul(x)).Add(f.out.Mul(y)) }
		return []geom.Vec2{at(lo, 0), at(hi, 0), at(hi, depth), at(lo, depth)}
	}
	for _, o := range near {
		if o.rect.mid.Sub(f.mid).Dot(f.out) < 0 {
			continue
		}
		if d, lo, hi, hit := clip(o.rect.corners[:]); hit && hi-lo >= needs && d < wide && d < limit {
			wide, by, mark = max(0, d), o, strip(lo, hi, max(0, d))
		}
	}
	for _, w := range t.level.walls {
		if d, lo, hi, hit := clip([]geom.Vec2{w[0], w[1]}); hit && hi-lo >= needs && d < wide && d < limit {
			wide, by, mark = max(0, d), nil, strip(lo, hi, max(0, d))
		}
	}
	return wide, by, mark
}

// fronts finds aisles that are too narrow.
func (c *Checker) fronts(t *thing, near []*thing) []Breach {
	var out []Breach
	rules := c.plan.rules
	for _, f := range t.faces() {
		wide, by, mark := c.gap(t, f, near, max(rules.AisleMain, rules.Aisle))
		if math.IsInf(wide, 1) {
			continue
		}
		b := Breach{Rule: Aisle, Assets: []twin.AssetID{t.asset.ID}, Has: wide, Wants: rules.Aisle, Mark: mark}
		if by != nil {
			b.Assets = append(b.Assets, by.asset.ID)
			if slices.ContainsFunc(by.faces(), func(o face) bool { return o.out.Dot(f.out) < -0.7 }) {
				if by.asset.ID < t.asset.ID {
					continue // told there
				}
				b.Rule, b.Wants = AisleMain, rules.AisleMain
			}
		}
		if wide < b.Wants-0.001 {
			out = append(out, b)
		}
	}
	return out
}

// ways finds what one cannot get out from, or turn at, and from where it is far.
func (c *Checker) ways(v *level, s *storey) []Breach {
	if len(s.ground.exits) == 0 {
		return nil
	}
	var out []Breach
	rules := c.plan.rules
	s.ground.measure(rules.TurnWithin)
	for _, id := range c.order {
		t := c.things[id]
		if t.level != v || !t.stands() {
			continue
		}
		for _, f := range t.faces() {
			mark := []geom.Vec2{f.before}
			k := s.ground.free(f.before, 0.5, func(k int) bool { return s.ground.far[k] >= 0 })
			if k < 0 {
				if s.ground.free(f.before, 0.5, func(k int) bool { return s.ground.led[k] }) < 0 {
					continue // it looks at a wall, or no door of its room is known
				}
				out = append(out, Breach{Rule: Exit, Assets: []twin.AssetID{id}, Has: math.Inf(1), Wants: rules.Aisle, Mark: mark, FloorY: v.y})
				continue
			}
			if way := s.ground.metres(s.ground.turns[k]); way > rules.TurnWithin {
				out = append(out, Breach{Rule: Turning, Assets: []twin.AssetID{id}, Has: way, Wants: rules.Turning, Mark: mark, FloorY: v.y})
			}
		}
	}
	if k, way := s.ground.farthest(); k >= 0 && way > rules.ExitDistance {
		out = append(out, Breach{Rule: ExitDistance, Has: way, Wants: rules.ExitDistance, Mark: []geom.Vec2{s.ground.middle(k)}, FloorY: v.y})
	}
	return out
}

// sights finds doors to the outside that no till sees: those that are assets. A
// door of the building that nobody gave a class is one for deliveries.
func (c *Checker) sights() []Breach {
	var out []Breach
	for _, v := range c.plan.levels {
		var tills []*thing
		for _, id := range c.order {
			if t := c.things[id]; t.level == v && t.facts.Till {
				tills = append(tills, t)
			}
		}
		if len(tills) == 0 {
			continue
		}
		for _, d := range v.doors {
			if d.outside && d.id != "" && !slices.ContainsFunc(tills, func(t *thing) bool { return c.sees(t, d.within, d.id) }) {
				out = append(out, Breach{Rule: Sight, Assets: []twin.AssetID{d.id}, Mark: []geom.Vec2{d.within, tills[0].rect.mid}, FloorY: v.y})
			}
		}
	}
	return out
}

// sees tells whether nothing that is higher than eyes lies between a thing and a
// point.
func (c *Checker) sees(t *thing, p geom.Vec2, except twin.AssetID) bool {
	eye := t.level.y + c.plan.rules.EyeHeight
	for _, w := range t.level.walls {
		if crossing(t.rect.mid, p, w[0], w[1]) {
			return false
		}
	}
	for _, o := range c.things {
		if o == t || o.level != t.level || o.asset.ID == except || o.rect.high <= eye || !o.stands() {
			continue
		}
		if o.rect.cutBy(t.rect.mid, p) {
			return false
		}
	}
	return true
}

func crossing(a, b, c, d geom.Vec2) bool {
	side := func(p, q, r geom.Vec2) float64 {
		u, v := q.Sub(p), r.Sub(p)
		return u[0]*v[1] - u[1]*v[0]
	}
	return side(a, b, c)*side(a, b, d) < 0 && side(c, d, a)*side(c, d, b) < 0
}
