package layout

import (
	"fmt"
	"math"
	"slices"
	"sync"

	"github.com/glasstwin/glasstwin/scene/geom"
	floor "github.com/glasstwin/glasstwin/scene/plan"
	"github.com/glasstwin/glasstwin/twin"
)

// Plan is what an edit does not change: rooms, doors, where power and water are,
// and the rules. It is safe for concurrent use once made.
type Plan struct {
	rules    twin.Planning
	facts    func(twin.Asset) Facts
	levels   []*level
	supplies []twin.Supply
	base     map[twin.AssetID]twin.Asset
	unknown  []Lack
	tills    bool
}

// level is one storey.
type level struct {
	y      float64
	rooms  [][]geom.Vec2
	walls  [][2]geom.Vec2 // of the rooms together
	doors  []door
	blocks []rect // of the building: columns
	swept  []sweep

	once sync.Once
	made *ground
}

// door is one that people walk through.
type door struct {
	id      twin.AssetID
	name    string
	middle  geom.Vec2
	within  geom.Vec2 // a step inside
	along   geom.Vec2 // half its width
	outside bool
}

// sweep is what a door of the building needs to open.
type sweep struct {
	name string
	rect rect
}

const (
	storeyHigh = 1.0  // metres by which a storey's floors may differ
	skin       = 0.01 // metres by which things may touch
	headroom   = 1.9  // metres below which something stands in the way
	stepInside = 0.6
)

// NewPlan takes a site as it stands: its rooms, its doors, and that every device
// has at its place what it is joined to. An error tells of a site without rooms.
func NewPlan(site *twin.Site, facts func(twin.Asset) Facts, rules twin.Planning) (*Plan, error) {
	p := &Plan{rules: rules, facts: facts, base: map[twin.AssetID]twin.Asset{}, supplies: slices.Clone(rules.Supplies)}
	for _, z := range site.Zones {
		if z.Kind != "room" || len(z.Outline) < 3 {
			continue
		}
		i := slices.IndexFunc(p.levels, func(l *level) bool { return math.Abs(l.y-z.FloorY) <= storeyHigh })
		if i < 0 {
			p.levels = append(p.levels, &level{y: z.FloorY})
			i = len(p.levels) - 1
		}
		p.levels[i].rooms = append(p.levels[i].rooms, z.Outline)
	}
	if len(p.levels) == 0 {
		return nil, fmt.Errorf("site %s has no room to plan in; draw its rooms into site.yaml as zones of the kind room", site.ID)
	}
	for _, l := range p.levels {
		l.walls = floor.Floor{Outlines: l.rooms}.Walls()
	}
	tills := false
	for _, a := range site.Assets {
		p.base[a.ID] = a
		f := facts(a)
		tills = tills || f.Till
		for _, port := range f.Ports {
			if supplied(port.Kind) {
				p.supplies = append(p.supplies, twin.Supply{Kind: port.Kind, At: placed(a.Pose, port.At)})
			}
		}
		if f.Door {
			p.levelOf(a).door(a)
		}
	}
	p.tills = tills
	p.known()
	return p, nil
}

// known finds out what cannot be checked.
func (p *Plan) known() {
	exits := false
	for _, l := range p.levels {
		exits = exits || slices.ContainsFunc(l.doors, func(d door) bool { return d.outside })
	}
	p.unknown = nil
	if !exits {
		p.unknown = append(p.unknown, NoExit)
	}
	if !p.tills {
		p.unknown = append(p.unknown, NoTill)
	}
}

// Lack is something that a site does not tell, so that a rule cannot be checked.
type Lack string

// What a site may lack.
const (
	NoExit Lack = "no door to the outside is known: ways out and turning places are not checked"
	NoTill Lack = "there is no till: what it sees is not checked"
)

// Unknown lists what cannot be checked on this site.
func (p *Plan) Unknown() []Lack { return p.unknown }

// Rules are those that are checked.
func (p *Plan) Rules() twin.Planning { return p.rules }

// supplied tells whether a kind of port is one whose reach is checked.
func supplied(kind string) bool { return kind == "electricity" || kind == "drain" || kind == "water" }

// placed is a point of an asset's frame, in plan.
func placed(p twin.Pose, at geom.Vec3) geom.Vec2 {
	return plan(p.Position).Add(turned(geom.Vec2{at[0], at[2]}, p.Yaw))
}

// levelOf is the storey that an asset is on: the highest floor that is not above it.
func (p *Plan) levelOf(a twin.Asset) *level { return p.levelAt(a.Pose.Position[1]) }

func (p *Plan) levelAt(y float64) *level {
	best := p.levels[0]
	y += storeyHigh / 2
	for _, l := range p.levels {
		if l.y <= y && (l.y > best.y || best.y > y) {
			best = l
		}
	}
	return best
}

// ground is made when everything is told.
func (l *level) ground(rules twin.Planning) *ground {
	l.once.Do(func() { l.made = newGround(l, rules) })
	return l.made
}

func (l *level) inside(p geom.Vec2) bool {
	return slices.ContainsFunc(l.rooms, func(r []geom.Vec2) bool { return floor.Inside(r, p) })
}

func (l *level) door(a twin.Asset) { l.opening(a.ID, a.Name, footprint(a)) }

func (l *level) opening(id twin.AssetID, name string, r rect) {
	fore, aft := l.inside(r.mid.Add(r.v.Mul(r.d+stepInside))), l.inside(r.mid.Sub(r.v.Mul(r.d+stepInside)))
	if !fore && !aft {
		return // it leads nowhere that is known
	}
	in := r.v
	if !fore {
		in = r.v.Mul(-1)
	}
	l.doors = append(l.doors, door{id, name, r.mid, r.mid.Add(in.Mul(r.d + stepInside)), r.u.Mul(r.w), fore != aft})
}

// blocked tells whether a rectangle stands in a wall or outside of all rooms.
func (l *level) blocked(r rect) bool {
	s := r.shrunk(skin)
	for _, c := range s.corners {
		if !l.inside(c) {
			return true
		}
	}
	for _, w := range l.walls {
		if s.cutBy(w[0], w[1]) {
			return true
		}
	}
	return false
}

// Block tells of a part of the building that nothing may stand in, as a column.
// What is told of the building is told before anything is checked.
func (p *Plan) Block(b geom.Box) {
	l := p.levelAt(b.Min[1])
	l.blocks = append(l.blocks, boxed(b))
}

// Doorway tells of a door of the building that is no asset. Its box is that of
// the door in its wall.
func (p *Plan) Doorway(name string, b geom.Box) {
	l := p.levelAt(b.Min[1])
	r := boxed(b)
	if r.w < r.d { // its width is the longer side
		r.u, r.v, r.w, r.d = r.v, r.u, r.d, r.w
		r = r.drawn()
	}
	if slices.ContainsFunc(l.doors, func(d door) bool { return d.middle.Sub(r.mid).Len() < stepInside }) {
		return // it is an asset
	}
	l.opening("", name, r)
	p.known()
}

// Sweep tells of the space that a door of the building needs to open.
func (p *Plan) Sweep(name string, b geom.Box) {
	l := p.levelAt(b.Min[1])
	l.swept = append(l.swept, sweep{name, boxed(b)})
}

// boxed is an upright box as a rectangle.
func boxed(b geom.Box) rect {
	size := b.Size()
	return rectOf(twin.Pose{Position: geom.Vec3{b.Center()[0], b.Min[1], b.Center()[2]}}, geom.Vec3{-size[0] / 2, 0, -size[2] / 2}, geom.Vec3{size[0] / 2, size[1], size[2] / 2})
}
