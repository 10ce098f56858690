package layout

import (
	"math"
	"slices"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
)

// Guide is a line that things were snapped to, for drawing.
type Guide struct {
	Kind GuideKind
	A, B geom.Vec2
	With twin.AssetID // "" for a wall
}

// GuideKind says what a guide is.
type GuideKind string

// The kinds of guides.
const (
	AlongEdge   GuideKind = "edge"   // edges in one line
	AlongMiddle GuideKind = "middle" // middles in one line
	Against     GuideKind = "against"
	AlongWall   GuideKind = "wall"
)

// Snapping is what a drag holds to.
type Snapping struct {
	Reach float64   // metres within which something is snapped to; 0: nothing is
	Grid  float64   // metres between the lines of the grid; 0: none
	Last  geom.Vec2 // where the things may stand, for when they may not where they are wanted
}

// Snapped is where things go instead of where they were dragged to.
type Snapped struct {
	By     geom.Vec2
	Guides []Guide
	Held   *Blocked // what holds them back; nil: nothing
}

const (
	near    = 6.0 // metres around in which edges are snapped to
	level90 = 0.02
)

// Snap moves things of a layout as far as they are wanted to, or a little
// otherwise: so that their edges and middles are in line with those of others,
// they touch a neighbour or a wall, or lie on the grid. They are pushed out of
// what they would stand in; where that leads nowhere they stay at Last. The
// checker holds the layout as it was before the drag.
func (c *Checker) Snap(ids []twin.AssetID, by geom.Vec2, o Snapping) Snapped {
	g, ok := c.group(ids)
	if !ok {
		return Snapped{By: o.Last}
	}
	tries := []struct {
		by     geom.Vec2
		guides []Guide
	}{}
	add := func(by geom.Vec2, guides []Guide) {
		tries = append(tries, struct {
			by     geom.Vec2
			guides []Guide
		}{by, guides})
	}
	shift, guides := g.snap(c, by, o)
	if o.Reach > 0 || o.Grid > 0 {
		add(by.Add(g.u.Mul(shift[0])).Add(g.v.Mul(shift[1])), append(slices.Clone(guides[0]), guides[1]...))
		add(by.Add(g.u.Mul(shift[0])), guides[0])
		add(by.Add(g.v.Mul(shift[1])), guides[1])
	}
	add(by, nil)
	for _, t := range tries {
		if g.allowed(c, t.by) == nil {
			return Snapped{By: t.by, Guides: t.guides}
		}
	}
	held := g.allowed(c, by)
	if out, ok := g.push(c, by); ok {
		return Snapped{By: out, Held: held}
	}
	return Snapped{By: o.Last, Held: held}
}

// group is what is dragged together, in the frame of its first thing.
type group struct {
	things []*thing
	moving map[twin.AssetID]bool
	u, v   geom.Vec2
	mid    geom.Vec2
	half   geom.Vec2
}

func (c *Checker) group(ids []twin.AssetID) (*group, bool) {
	g := &group{moving: map[twin.AssetID]bool{}}
	for _, id := range ids {
		if t, ok := c.things[id]; ok && !g.moving[id] {
			g.things, g.moving[id] = append(g.things, t), true
		}
	}
	if len(g.things) == 0 {
		return nil, false
	}
	first := g.things[0].rect
	g.u, g.v = first.u, first.v
	lo, hi := geom.Vec2{math.Inf(1), math.Inf(1)}, geom.Vec2{math.Inf(-1), math.Inf(-1)}
	for _, t := range g.things {
		for k, axis := range [2]geom.Vec2{g.u, g.v} {
			a, b := t.rect.span(first.mid, axis)
			lo[k], hi[k] = min(lo[k], a), max(hi[k], b)
		}
	}
	g.mid = first.mid.Add(g.u.Mul((lo[0] + hi[0]) / 2)).Add(g.v.Mul((lo[1] + hi[1]) / 2))
	g.half = hi.Sub(lo).Mul(0.5)
	return g, true
}

// shifted is the rectangle of a thing, moved.
func (r rect) shifted(by geom.Vec2) rect {
	r.mid = r.mid.Add(by)
	for i := range r.corners {
		r.corners[i] = r.corners[i].Add(by)
	}
	return r
}

// offer is one thing to snap to along one axis.
type offer struct {
	shift float64
	rank  int // touching before being in line
	guide Guide
}

// snap finds the shift along each axis of the group that brings it into line.
func (g *group) snap(c *Checker, by geom.Vec2, o Snapping) (shift [2]float64, guides [2][]Guide) {
	mid := g.mid.Add(by)
	for k, axis := range [2]geom.Vec2{g.u, g.v} {
		cross := [2]geom.Vec2{g.v, g.u}[k]
		mine, across := g.half[k], g.half[1-k]
		var best *offer
		take := func(f offer) {
			if abs(f.shift) > o.Reach {
				return
			}
			if best == nil || f.rank < best.rank && abs(f.shift) < abs(best.shift)+o.Reach/2 || f.rank == best.rank && abs(f.shift) < abs(best.shift)-1e-9 {
				best = &f
			}
		}
		line := func(at, lo, hi float64, kind GuideKind, with twin.AssetID, shift float64, rank int) {
			lo, hi = min(lo, -across), max(hi, across)
			p := mid.Add(axis.Mul(at))
			take(offer{shift, rank, Guide{kind, p.Add(cross.Mul(lo)), p.Add(cross.Mul(hi)), with}})
		}
		for _, id := range c.order {
			t := c.things[id]
			if g.moving[id] || !t.stands() || t.level != g.things[0].level || t.rect.mid.Sub(mid).Len() > near+t.rect.reach+max(mine, across) {
				continue
			}
			if turn := abs(t.rect.u.Dot(axis)); turn > level90 && turn < 1-level90*level90 {
				continue // it stands askew to the group: none of its edges is parallel
			}
			a, b := t.rect.span(mid, axis)
			lo, hi := t.rect.span(mid, cross)
			beside := lo < across-skin && hi > -across+skin
			if beside { // they would touch
				line(a, lo, hi, Against, id, a-mine, 0)
				line(b, lo, hi, Against, id, b+mine, 0)
			}
			line(a, lo, hi, AlongEdge, id, a+mine, 1)
			line(b, lo, hi, AlongEdge, id, b-mine, 1)
			if !beside {
				line(a, lo, hi, AlongEdge, id, a-mine, 2)
				line(b, lo, hi, AlongEdge, id, b+mine, 2)
			}
			line((a+b)/2, lo, hi, AlongMiddle, id, (a+b)/2, 1)
		}
		for _, w := range g.things[0].level.walls {
			d := w[1].Sub(w[0])
			if d.Len() < 0.3 || abs(d.Dot(axis)) > level90*d.Len() {
				continue
			}
			at := w[0].Sub(mid).Dot(axis)
			lo, hi := w[0].Sub(mid).Dot(cross), w[1].Sub(mid).Dot(cross)
			if lo > hi {
				lo, hi = hi, lo
			}
			if lo > across || hi < -across {
				continue
			}
			line(at, max(lo, -across-1), min(hi, across+1), AlongWall, "", at-mine, 0)
			line(at, max(lo, -across-1), min(hi, across+1), AlongWall, "", at+mine, 0)
		}
		if best != nil {
			shift[k], guides[k] = best.shift, []Guide{best.guide}
		} else if o.Grid > 0 {
			// The grid is of the site: it holds for what stands along it.
			if world := axis; max(abs(world[0]), abs(world[1])) > 1-1e-6 {
				at := g.things[0].rect.mid.Add(by).Dot(axis)
				if s := math.Round(at/o.Grid)*o.Grid - at; abs(s) <= max(o.Reach, o.Grid) {
					shift[k] = s
				}
			}
		}
	}
	// A guide goes along when the other axis is shifted.
	for k, other := range [2]geom.Vec2{g.v.Mul(shift[1]), g.u.Mul(shift[0])} {
		for i := range guides[k] {
			guides[k][i].A, guides[k][i].B = guides[k][i].A.Add(other), guides[k][i].B.Add(other)
		}
	}
	return shift, guides
}

// allowed tells what the group would stand in if it were moved.
func (g *group) allowed(c *Checker, by geom.Vec2) *Blocked {
	for _, t := range g.things {
		if b, _ := g.meets(c, t, by); b != nil {
			return b
		}
	}
	return nil
}

// meets finds what one thing of the group would stand in, and the way out of it.
func (g *group) meets(c *Checker, t *thing, by geom.Vec2) (*Blocked, geom.Vec2) {
	id := t.asset.ID
	still := by == geom.Vec2{} && c.plan.stoodSo(t)
	r := t.rect.shifted(by)
	told := func(rule Rule, has float64, other ...twin.AssetID) *Blocked {
		return &Blocked{Breach{Rule: rule, Hard: true, Assets: append([]twin.AssetID{id}, other...), Has: has, Mark: r.corners[:], FloorY: t.level.y}}
	}
	if !t.stands() {
		if !still && !t.level.inside(r.mid) {
			return told(Outside, 0), geom.Vec2{}
		}
		return nil, geom.Vec2{}
	}
	moved := *t
	moved.rect = r
	var worst *Blocked
	var out geom.Vec2
	deepest := 0.0
	c.around(&moved, 0, func(list []*thing, _ [2]int) {
		for _, o := range list {
			if g.moving[o.asset.ID] {
				continue
			}
			depth, way := r.sunk(o.rect)
			if depth > c.plan.tolerance(id, o.asset.ID) && depth > deepest {
				deepest, out, worst = depth, way, told(Overlap, depth, o.asset.ID)
			}
		}
	})
	for _, b := range t.level.blocks {
		if depth, way := r.sunk(b); depth > skin && depth > deepest && !still {
			deepest, out, worst = depth, way, told(Overlap, depth)
		}
	}
	if worst == nil && !still && t.level.blocked(r) {
		return told(Outside, 0), t.level.inwards(r)
	}
	return worst, out
}

// inwards is a way that brings a rectangle off the walls that it stands in.
func (l *level) inwards(r rect) geom.Vec2 {
	s := r.shrunk(skin / 2)
	var best geom.Vec2
	most := 0.0
	for _, w := range l.walls {
		if !s.cutBy(w[0], w[1]) {
			continue
		}
		d := w[1].Sub(w[0])
		n := geom.Vec2{-d[1], d[0]}.Mul(1 / d.Len())
		if !l.inside(w[0].Add(w[1]).Mul(0.5).Add(n.Mul(0.05))) {
			n = n.Mul(-1)
		}
		lo, _ := r.span(w[0], n)
		if -lo > most {
			most, best = -lo, n.Mul(-lo)
		}
	}
	return best
}

// pushes bounds how often a group is pushed on: between walls there may be no place.
const pushes = 12

// push moves the group out of what it stands in, the shortest way each time.
func (g *group) push(c *Checker, by geom.Vec2) (geom.Vec2, bool) {
	from := by
	for range pushes {
		var held *Blocked
		var out geom.Vec2
		for _, t := range g.things {
			if held, out = g.meets(c, t, by); held != nil {
				break
			}
		}
		if held == nil {
			return by, by.Sub(from).Len() < near
		}
		if l := out.Len(); l < 1e-9 {
			return by, false
		}
		by = by.Add(out)
	}
	return by, false
}

// SnapTurn is a turn about +Y, in radians, that ends at a right angle to the
// first thing's neighbours and walls when it ends near one, else at a multiple of
// step (0: any).
func (c *Checker) SnapTurn(ids []twin.AssetID, by, reach, step float64) float64 {
	g, ok := c.group(ids)
	if !ok {
		return by
	}
	want := g.things[0].asset.Pose.Yaw + by
	best, found := 0.0, false
	look := func(yaw float64) {
		d := math.Remainder(yaw-want, math.Pi/2)
		if abs(d) <= reach && (!found || abs(d) < abs(best)) {
			best, found = d, true
		}
	}
	look(0)
	for _, id := range c.order {
		if t := c.things[id]; !g.moving[id] && t.stands() && t.rect.mid.Sub(g.mid).Len() < near {
			look(t.asset.Pose.Yaw)
		}
	}
	for _, w := range g.things[0].level.walls {
		d := w[1].Sub(w[0])
		look(math.Atan2(-d[1], d[0]))
	}
	if found {
		return by + best
	}
	if step > 0 {
		return by + math.Remainder(-want, step)
	}
	return by
}

// Gap is the free distance from a thing to what is next on one side of it.
type Gap struct {
	A, B geom.Vec2
	Wide float64
}

// gapsMost is how far a distance is measured, metres.
const gapsMost = 6

// Gaps are the distances on the four sides of a thing: to the right, to the left,
// before and behind.
func (c *Checker) Gaps(id twin.AssetID) []Gap {
	t, ok := c.things[id]
	if !ok || !t.stands() {
		return nil
	}
	var out []Gap
	for k, n := range [4]geom.Vec2{t.rect.u, t.rect.u.Mul(-1), t.rect.v, t.rect.v.Mul(-1)} {
		half, deep, along := t.rect.d, t.rect.w, t.rect.v
		if k >= 2 {
			half, deep, along = t.rect.w, t.rect.d, t.rect.u
		}
		f := face{mid: t.rect.mid.Add(n.Mul(deep)), along: along, out: n, half: half}
		var list []*thing
		c.around(t, gapsMost, func(l []*thing, _ [2]int) {
			for _, o := range l {
				if o != t && !slices.Contains(list, o) {
					list = append(list, o)
				}
			}
		})
		wide, _, mark := c.gap(t, f, list, gapsMost)
		if math.IsInf(wide, 1) || wide < skin {
			continue
		}
		// In the middle of what is before each other.
		out = append(out, Gap{A: mark[0].Add(mark[1]).Mul(0.5), B: mark[2].Add(mark[3]).Mul(0.5), Wide: wide})
	}
	return out
}
