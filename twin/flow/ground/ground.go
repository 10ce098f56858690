// Package ground is a site as people walk on it: the floor of a storey with its
// fixtures as obstacles, the doors that one comes and leaves by, the fronts of
// shelves, and the tills. What a class of asset is to a walker is told to it
// (Role); it must never know a catalogue, a mesh or a picture. Start reading at Of.
package ground

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/scene/plan"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/flow/measure"
)

// Role is what an asset is to people.
type Role struct {
	Stands bool // on the floor: people walk around it
	Door   bool // one walks through it
	Sells  bool // people come to it for goods
	Till   bool
	Behind bool // goods are taken from its back, too
}

// Door is a way in or out of the building, or from room to room.
type Door struct {
	Asset   twin.AssetID
	Name    string
	Middle  geom.Vec2
	Along   geom.Vec2 // unit, along the wall
	Width   float64   // metres
	Outside bool      // no room lies beyond it
	Out     geom.Vec2 // unit, through the wall: outwards, when Outside
}

// Front is a side of a fixture from which goods are taken.
type Front struct {
	Asset twin.AssetID
	measure.Face
	Stand geom.Vec2 // where one stands before it
}

// Till is a checkout.
type Till struct {
	Asset twin.AssetID
	Stand geom.Vec2   // of who pays
	Queue []geom.Vec2 // where others wait, the next first
}

// Ground is one storey of a site.
type Ground struct {
	FloorY float64
	Floor  plan.Floor
	Zones  []measure.Zone // departments and aisles, or rooms where there are none
	Rooms  []measure.Zone
	Doors  []Door
	Fronts []Front
	Tills  []Till
}

const (
	headroom   = 1.9 // m below which something stands in the way
	least      = 0.1 // m of height above which something does
	storey     = 1.0 // m by which things of one storey may differ
	through    = 0.6 // m that a doorway reaches into what is on each side
	before     = 1.6 // m of ground before the building at its doors
	armLength  = 0.45
	queueApart = 0.75
	queueLong  = 8
)

// Of takes the storey of a site whose floor is at the given height, in metres. An
// error tells of a site without rooms.
func Of(site *twin.Site, floorY float64, role func(class string) Role) (*Ground, error) {
	g := &Ground{FloorY: floorY}
	for _, z := range site.Zones {
		if math.Abs(z.FloorY-floorY) > storey || len(z.Outline) < 3 {
			continue
		}
		zone := measure.Zone{ID: string(z.ID), Outline: z.Outline}
		if z.Kind == "room" {
			g.Rooms = append(g.Rooms, zone)
			g.Floor.Outlines = append(g.Floor.Outlines, z.Outline)
		} else {
			g.Zones = append(g.Zones, zone)
		}
	}
	if len(g.Rooms) == 0 {
		return nil, fmt.Errorf("site %s has no room on the storey at %.1f m: people need a floor; draw its rooms into site.yaml", site.ID, floorY)
	}
	if len(g.Zones) == 0 {
		g.Zones = g.Rooms
	}
	for _, a := range site.Assets {
		base := a.Pose.Position[1] - floorY
		if base < -storey || base > 3 {
			continue
		}
		r := role(a.Class)
		switch {
		case r.Door:
			g.door(a)
		case r.Stands && base < headroom && base+a.Size[1] > least:
			g.Floor.Obstacles = append(g.Floor.Obstacles, Footprint(a))
		}
	}
	for _, a := range site.Assets { // now that all stand
		if base := a.Pose.Position[1] - floorY; base < -storey || base > headroom {
			continue
		}
		r := role(a.Class)
		if r.Sells {
			g.front(a, 1)
			if r.Behind {
				g.front(a, -1)
			}
		}
		if r.Till {
			g.till(a)
		}
	}
	return g, nil
}

// Storeys lists the heights of a site's floors that have rooms, metres, the one
// with most floor first.
func Storeys(site *twin.Site) []float64 {
	type level struct{ y, area float64 }
	var list []level
	for _, z := range site.Zones {
		if z.Kind != "room" || len(z.Outline) < 3 {
			continue
		}
		area := math.Abs(geom.Area(z.Outline))
		i := slices.IndexFunc(list, func(l level) bool { return math.Abs(l.y-z.FloorY) <= storey })
		if i < 0 {
			list = append(list, level{z.FloorY, area})
			continue
		}
		list[i].area += area
	}
	slices.SortStableFunc(list, func(a, b level) int {
		if a.area > b.area {
			return -1
		}
		return 1
	})
	out := make([]float64, len(list))
	for i, l := range list {
		out[i] = l.y
	}
	return out
}

// Entrances are the doors to the outside that people come in by, and those that they
// leave by: as their names say, and where none is named so, all.
func (g *Ground) Entrances() (in, out []Door) {
	var both []Door
	for _, d := range g.Doors {
		if !d.Outside {
			continue
		}
		switch name := strings.ToLower(d.Name); {
		case strings.Contains(name, "exit") || strings.Contains(name, "out"):
			out = append(out, d)
		case strings.Contains(name, "entr") || strings.Contains(name, "in"):
			in = append(in, d)
		default:
			both = append(both, d)
		}
	}
	in, out = append(in, both...), append(out, both...)
	if len(in) == 0 {
		in = out
	}
	if len(out) == 0 {
		out = in
	}
	return in, out
}

// axes are the directions of an asset's width and of its front, in plan.
func axes(a twin.Asset) (right, front geom.Vec2) {
	s, c := math.Sincos(a.Pose.Yaw)
	return geom.Vec2{c, -s}, geom.Vec2{s, c}
}

func middle(a twin.Asset) geom.Vec2 { return geom.Vec2{a.Pose.Position[0], a.Pose.Position[2]} }

// Footprint is the rectangle that an asset stands on.
func Footprint(a twin.Asset) []geom.Vec2 {
	right, front := axes(a)
	w, d := right.Mul(a.Size[0]/2), front.Mul(a.Size[2]/2)
	m := middle(a)
	return []geom.Vec2{m.Sub(w).Sub(d), m.Add(w).Sub(d), m.Add(w).Add(d), m.Sub(w).Add(d)}
}

func (g *Ground) room(p geom.Vec2) bool {
	return slices.ContainsFunc(g.Rooms, func(z measure.Zone) bool { return plan.Floor{Outlines: [][]geom.Vec2{z.Outline}}.Contains(p) })
}

// door opens a way through the wall that a door stands in; outside lies a piece of
// ground to come from.
func (g *Ground) door(a twin.Asset) {
	right, front := axes(a)
	m := middle(a)
	half := a.Size[0] / 2
	if strings.Contains(a.Class, "sliding") {
		half = max(0.45, half*0.9) // the leaves do not open all of it
	}
	d := Door{Asset: a.ID, Name: a.Name, Middle: m, Along: right, Width: 2 * half}
	deep := a.Size[2]/2 + through
	fore, aft := g.room(m.Add(front.Mul(deep))), g.room(m.Sub(front.Mul(deep)))
	if !fore && !aft {
		return // it leads nowhere that is known
	}
	d.Out = front
	if fore {
		d.Out = front.Mul(-1)
	}
	d.Outside = fore != aft
	out := deep
	if d.Outside {
		out = a.Size[2]/2 + before
	}
	w := right.Mul(half)
	from, to := m.Sub(d.Out.Mul(deep)), m.Add(d.Out.Mul(out))
	g.Floor.Outlines = append(g.Floor.Outlines, []geom.Vec2{from.Sub(w), from.Add(w), to.Add(w), to.Sub(w)})
	g.Doors = append(g.Doors, d)
}

func (g *Ground) front(a twin.Asset, sign float64) {
	_, front := axes(a)
	front = front.Mul(sign)
	at := middle(a).Add(front.Mul(a.Size[2] / 2))
	stand := at.Add(front.Mul(armLength))
	if !g.Floor.Contains(stand) {
		return // its front is shut by a wall or a neighbour
	}
	g.Fronts = append(g.Fronts, Front{a.ID, measure.Face{ID: string(a.ID), At: at, Front: front, Width: a.Size[0]}, stand})
}

// till finds the side of a checkout that can be stood at, and the line in which
// people wait: away from the way out.
func (g *Ground) till(a twin.Asset) {
	right, front := axes(a)
	m := middle(a)
	exit, found := geom.Vec2{}, false
	for _, d := range g.Doors {
		if d.Outside && (!found || d.Middle.Sub(m).Len() < exit.Sub(m).Len()) {
			exit, found = d.Middle, true
		}
	}
	along := right
	if found && exit.Sub(m).Dot(along) > 0 {
		along = along.Mul(-1) // the queue grows away from the door
	}
	best := Till{}
	for _, side := range [2]float64{1, -1} {
		stand := m.Add(front.Mul(side * (a.Size[2]/2 + armLength)))
		if !g.Floor.Contains(stand) {
			continue
		}
		t := Till{Asset: a.ID, Stand: stand}
		for k := 1; k <= queueLong; k++ {
			p := stand.Add(along.Mul(float64(k) * queueApart))
			if !g.Floor.Contains(p) {
				break
			}
			t.Queue = append(t.Queue, p)
		}
		if best.Asset == "" || len(t.Queue) > len(best.Queue) {
			best = t
		}
	}
	if best.Asset != "" {
		g.Tills = append(g.Tills, best)
	}
}
