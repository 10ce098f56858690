package layout

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
)

// Checker follows a layout through edits and says what it breaks. It works out
// anew only what an edit can have changed. Not safe for concurrent use.
type Checker struct {
	plan   *Plan
	things map[twin.AssetID]*thing
	order  []twin.AssetID // so that breaches come in the same order
	levels map[*level]*storey
}

// storey is what stands on a level.
type storey struct {
	near    map[[2]int][]*thing
	ground  *stamped
	stale   bool     // something was put down or taken away since ground was measured
	overall []Breach // of ways, as last measured
}

// thing is an asset with what it is.
type thing struct {
	asset  twin.Asset
	facts  Facts
	rect   rect
	level  *level
	stale  bool
	broken []Breach // in which it is told of, or the first of two
}

const nearSide = 2.0 // metres of a square in which neighbours are looked for

// Checker begins to follow a layout.
func (p *Plan) Checker(l Layout) *Checker {
	c := &Checker{plan: p, things: map[twin.AssetID]*thing{}, levels: map[*level]*storey{}}
	for _, v := range p.levels {
		c.levels[v] = &storey{near: map[[2]int][]*thing{}, ground: newStamped(v.ground(p.rules)), stale: true}
	}
	for _, a := range l.Assets {
		c.put(a)
		c.order = append(c.order, a.ID)
	}
	return c
}

// Check is all that a layout breaks.
func (p *Plan) Check(l Layout) []Breach { return p.Checker(l).Breaches() }

// Set takes in what an edit changed.
func (c *Checker) Set(changes []Change) {
	for _, ch := range changes {
		id := ch.ID()
		t, stood := c.things[id]
		if stood {
			c.take(t)
		}
		switch {
		case ch.After == nil:
			c.order = slices.DeleteFunc(c.order, func(x twin.AssetID) bool { return x == id })
			continue
		case !stood:
			c.order = append(c.order, id)
		}
		c.put(*ch.After)
	}
}

func (c *Checker) put(a twin.Asset) {
	t := &thing{asset: a, facts: c.plan.facts(a), rect: footprint(a), level: c.plan.levelOf(a), stale: true}
	if s := t.facts.Solid; s.Hi != s.Lo {
		t.rect = rectOf(a.Pose, s.Lo, s.Hi)
	}
	c.things[a.ID] = t
	if !t.stands() {
		return
	}
	s := c.levels[t.level]
	c.around(t, 0, func(list []*thing, at [2]int) { s.near[at] = append(list, t) })
	s.ground.stamp(t.rect, 1)
	s.stale = true
	c.disturb(t)
}

func (c *Checker) take(t *thing) {
	delete(c.things, t.asset.ID)
	if !t.stands() {
		return
	}
	s := c.levels[t.level]
	c.around(t, 0, func(list []*thing, at [2]int) {
		s.near[at] = slices.DeleteFunc(list, func(o *thing) bool { return o == t })
	})
	s.ground.stamp(t.rect, -1)
	s.stale = true
	c.disturb(t)
}

// stands tells whether it takes floor: nothing that hangs overhead does.
func (t *thing) stands() bool {
	return t.facts.Stands && t.rect.low < t.level.y+headroom && t.rect.high > t.level.y+0.05
}

// around calls for each square of the floor that a thing and so much around it touch.
func (c *Checker) around(t *thing, reach float64, yield func(list []*thing, at [2]int)) {
	s := c.levels[t.level]
	b := emptyBox()
	for _, p := range t.rect.corners {
		b = b.add(p)
	}
	for x := int(math.Floor((b.lo[0] - reach) / nearSide)); x <= int(math.Floor((b.hi[0]+reach)/nearSide)); x++ {
		for z := int(math.Floor((b.lo[1] - reach) / nearSide)); z <= int(math.Floor((b.hi[1]+reach)/nearSide)); z++ {
			at := [2]int{x, z}
			yield(s.near[at], at)
		}
	}
}

// reach is how far away something can matter to a thing: the widest aisle.
func (p *Plan) reach() float64 { return max(p.rules.AisleMain, p.rules.Aisle, 1.5) + 0.1 }

// neighbours are the things around one, without itself, each once.
func (c *Checker) neighbours(t *thing) []*thing {
	var out []*thing
	c.around(t, c.plan.reach(), func(list []*thing, _ [2]int) {
		for _, o := range list {
			if o != t && !slices.Contains(out, o) {
				out = append(out, o)
			}
		}
	})
	slices.SortFunc(out, func(a, b *thing) int { return cmp.Compare(a.asset.ID, b.asset.ID) })
	return out
}

// disturb has the neighbours of a thing looked at again.
func (c *Checker) disturb(t *thing) {
	t.stale = true
	c.around(t, c.plan.reach(), func(list []*thing, _ [2]int) {
		for _, o := range list {
			o.stale = true
		}
	})
}

// Breaches are all that the layout breaks now, in the order of its assets, what
// concerns all of it last.
func (c *Checker) Breaches() []Breach {
	var out []Breach
	for _, id := range c.order {
		t := c.things[id]
		if t.stale {
			t.broken, t.stale = c.look(t), false
		}
		out = append(out, t.broken...)
	}
	for _, v := range c.plan.levels {
		s := c.levels[v]
		if s.stale {
			s.overall, s.stale = c.ways(v, s), false
		}
		out = append(out, s.overall...)
	}
	out = append(out, c.sights()...)
	return out
}

// look is what one thing breaks by itself and with its neighbours.
func (c *Checker) look(t *thing) []Breach {
	out := c.supply(t)
	out = append(out, c.boards(t)...)
	if t.stands() {
		near := c.neighbours(t)
		out = append(out, c.bodies(t, near)...)
		out = append(out, c.fronts(t, near)...)
		out = append(out, c.spaces(t, near)...)
	} else if t.facts.Door {
		out = append(out, c.spaces(t, c.neighbours(t))...)
	}
	for i := range out {
		out[i].FloorY = t.level.y
	}
	return out
}

// bodies finds what stands in each other, or out of the rooms.
func (c *Checker) bodies(t *thing, near []*thing) []Breach {
	var out []Breach
	if !t.facts.Fixed && t.level.blocked(t.rect) && !c.plan.stoodSo(t) {
		out = append(out, Breach{Rule: Outside, Hard: true, Assets: []twin.AssetID{t.asset.ID}, Mark: t.rect.corners[:]})
	}
	for _, o := range near {
		if o.asset.ID < t.asset.ID {
			continue // told there
		}
		if depth, _ := t.rect.sunk(o.rect); depth > c.plan.tolerance(t.asset.ID, o.asset.ID) {
			out = append(out, Breach{Rule: Overlap, Hard: true, Assets: []twin.AssetID{t.asset.ID, o.asset.ID}, Has: depth, Mark: t.rect.corners[:]})
		}
	}
	for _, b := range t.level.blocks {
		if depth, _ := t.rect.sunk(b); depth > skin && !c.plan.stoodSo(t) {
			out = append(out, Breach{Rule: Overlap, Hard: true, Assets: []twin.AssetID{t.asset.ID}, Has: depth, Mark: t.rect.corners[:]})
		}
	}
	return out
}

// stoodSo tells whether a thing stands where it does on the site: what was
// surveyed a little inside a wall may stay there.
func (p *Plan) stoodSo(t *thing) bool {
	b, ok := p.base[t.asset.ID]
	return ok && b.Pose == t.asset.Pose && b.Size == t.asset.Size
}

// tolerance is how deep two things may stand in each other: as deep as they do on
// the site, by its sources.
func (p *Plan) tolerance(a, b twin.AssetID) float64 {
	x, okX := p.base[a]
	y, okY := p.base[b]
	if !okX || !okY {
		return skin
	}
	depth, _ := footprint(x).sunk(footprint(y))
	return max(skin, depth+skin/10)
}

// Blocked is why something cannot stand where it is told to.
type Blocked struct{ Breach Breach }

// Error names what is in the way.
func (b *Blocked) Error() string { return b.Breach.String() }

// Allowed tells whether things can stand as they do in a layout: not in each
// other, in nothing else and not out of the building. All others are taken to.
// Without ids it looks at everything. The error is a *Blocked.
func (p *Plan) Allowed(l Layout, ids ...twin.AssetID) error { return p.Checker(l).Allowed(ids...) }

// Allowed is Plan.Allowed for the layout as it is now.
func (c *Checker) Allowed(ids ...twin.AssetID) error {
	if len(ids) == 0 {
		ids = c.order
	}
	for _, id := range ids {
		t, ok := c.things[id]
		if !ok {
			return fmt.Errorf("%s does not stand in this layout", id)
		}
		if !t.stands() {
			if !t.facts.Fixed && !t.level.inside(t.rect.mid) && !c.plan.stoodSo(t) {
				return &Blocked{Breach{Rule: Outside, Hard: true, Assets: []twin.AssetID{id}, Mark: t.rect.corners[:], FloorY: t.level.y}}
			}
			continue
		}
		near := c.neighbours(t)
		for _, b := range c.bodies(t, near) {
			b.FloorY = t.level.y
			return &Blocked{b}
		}
		for _, o := range near { // those that bodies leaves to the other one
			if depth, _ := t.rect.sunk(o.rect); depth > c.plan.tolerance(id, o.asset.ID) {
				return &Blocked{Breach{Rule: Overlap, Hard: true, Assets: []twin.AssetID{id, o.asset.ID}, Has: depth, Mark: t.rect.corners[:], FloorY: t.level.y}}
			}
		}
	}
	return nil
}

// supply finds devices that are too far from what they are joined to.
func (c *Checker) supply(t *thing) []Breach {
	var out []Breach
	for i, port := range t.facts.Ports {
		if !supplied(port.Kind) || slices.ContainsFunc(t.facts.Ports[:i], func(q Port) bool { return q.Kind == port.Kind }) {
			continue
		}
		rule, most := Drain, c.plan.rules.DrainReach
		if port.Kind == "electricity" {
			rule, most = Power, c.plan.rules.PowerReach
		}
		at, best, from := placed(t.asset.Pose, port.At), math.Inf(1), geom.Vec2{}
		for _, s := range c.plan.supplies {
			if s.Kind != port.Kind {
				continue
			}
			if d := s.At.Sub(at).Len(); d < best {
				best, from = d, s.At
			}
		}
		if best <= most {
			continue
		}
		mark := []geom.Vec2{at}
		if !math.IsInf(best, 1) {
			mark = append(mark, from)
		}
		out = append(out, Breach{Rule: rule, Assets: []twin.AssetID{t.asset.ID}, Has: best, Wants: most, Mark: mark})
	}
	return out
}

// boards finds goods that nobody reaches.
func (c *Checker) boards(t *thing) []Breach {
	high := math.Inf(-1)
	for _, b := range t.facts.Boards {
		high = max(high, b.Lo[1])
	}
	if !(high > c.plan.rules.ReachHigh) {
		return nil
	}
	return []Breach{{Rule: Reach, Assets: []twin.AssetID{t.asset.ID}, Has: high, Wants: c.plan.rules.ReachHigh, Mark: t.rect.corners[:]}}
}

// spaces finds what stands where doors swing, or where room must be kept.
func (c *Checker) spaces(t *thing, near []*thing) []Breach {
	var out []Breach
	if t.stands() && !t.facts.Loose {
		for _, s := range t.level.swept {
			if depth, _ := s.rect.shrunk(skin).sunk(t.rect); depth > skin {
				out = append(out, Breach{Rule: Swing, Assets: []twin.AssetID{twin.AssetID(s.name), t.asset.ID}, Mark: s.rect.corners[:]})
			}
		}
	}
	told := map[string]bool{}
	look := func(rule Rule, s Space) {
		r := rectOf(t.asset.Pose, s.Lo, s.Hi).shrunk(skin)
		tell := func(other ...twin.AssetID) {
			b := Breach{Rule: rule, Assets: append([]twin.AssetID{t.asset.ID}, other...), Mark: r.corners[:], Why: s.Why}
			if !told[b.key()] { // once, however many of its doors
				told[b.key()] = true
				out = append(out, b)
			}
		}
		for _, o := range near {
			if depth, _ := r.sunk(o.rect); depth > skin && !o.facts.Loose {
				tell(o.asset.ID)
			}
		}
		if t.facts.Door {
			return // it stands in a wall
		}
		for _, w := range t.level.walls {
			if r.cutBy(w[0], w[1]) {
				tell()
				break
			}
		}
	}
	for _, s := range t.facts.Swings {
		look(Swing, s)
	}
	if !t.facts.Front { // before fronts with goods the aisles tell it
		for _, s := range t.facts.Keeps {
			look(Keep, s)
		}
	}
	return out
}
