// Package furnish tells layouts what the classes of the catalogue are to a
// planner: what stands on the floor and what is a door, where goods are taken
// from, what doors sweep, and where a device is joined to the building. It must
// never know a site, a rule or a screen. Start reading at Facts.
package furnish

import (
	"fmt"
	"math"
	"sync"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/generate/catalogue"
	"github.com/glasstwin/glasstwin/twin/layout"
)

// Facts gives the facts of assets by a catalogue. What is worked out for a class
// in one size is kept. Safe for concurrent use. An asset of no known class, or of
// one that cannot be built so, is a body that stands there.
func Facts(cat *catalogue.Catalogue) func(twin.Asset) layout.Facts {
	var mu sync.Mutex
	known := map[string]layout.Facts{}
	return func(a twin.Asset) layout.Facts {
		key := fmt.Sprintf("%s %v %v", a.Class, a.Size, a.Params)
		mu.Lock()
		defer mu.Unlock()
		f, ok := known[key]
		if !ok {
			f = facts(cat, a)
			known[key] = f
		}
		return f
	}
}

func facts(cat *catalogue.Catalogue, a twin.Asset) layout.Facts {
	c, ok := cat.Class(a.Class)
	if !ok {
		return layout.Facts{Stands: true}
	}
	f := layout.Facts{
		Stands: c.Mount == catalogue.OnFloor && c.Group != catalogue.People,
		Door:   c.Mount == catalogue.InWall,
		Fixed:  c.Mount == catalogue.InWall,
		Loose:  c.Name == "chair" || c.Name == "office-chair",
		Till:   c.Name == "checkout" || c.Name == "self-checkout",
	}
	needs, err := c.Needs(a)
	if err != nil {
		return f
	}
	for _, k := range needs.Keeps {
		f.Keeps = append(f.Keeps, layout.Space{Lo: k.Lo, Hi: k.Hi, Why: k.Why.In("en")})
	}
	for _, p := range needs.Ports {
		f.Ports = append(f.Ports, layout.Port(p))
	}
	for _, b := range needs.Boards {
		f.Boards = append(f.Boards, layout.Board{Lo: b.Lo, Hi: b.Hi, Back: b.Back})
		f.Front, f.Behind = f.Front || !b.Back, f.Behind || b.Back
	}
	f.Swings = swings(cat, a)
	return f
}

// Figures of what moves.
const (
	swingSteps = 6
	beyond     = 0.03 // metres that something reaches out of its asset before it counts
	handle     = 0.12 // metres that handles stick out at rest
)

// swings are the spaces beside an asset that its doors, lids and drawers sweep.
func swings(cat *catalogue.Catalogue, a twin.Asset) []layout.Space {
	var sc scene.Scene
	a.Pose = twin.Pose{}
	if catalogue.NewBuilder(cat, &sc).Place(a) != nil {
		return nil
	}
	half := a.Size.Mul(0.5)
	var out []layout.Space
	for _, s := range Swept(&sc) {
		// What is beside the body, on the side where it reaches out farthest.
		b := s.Box
		side, far := -1, beyond
		for k, d := range [4]float64{b.Max[2] - half[2] - handle, -half[2] - b.Min[2], b.Max[0] - half[0], -half[0] - b.Min[0]} {
			if d > far {
				side, far = k, d
			}
		}
		switch side {
		case 0:
			b.Min[2] = math.Max(b.Min[2], half[2])
		case 1:
			b.Max[2] = math.Min(b.Max[2], -half[2])
		case 2:
			b.Min[0] = math.Max(b.Min[0], half[0])
		case 3:
			b.Max[0] = math.Min(b.Max[0], -half[0])
		default:
			continue
		}
		out = append(out, layout.Space{Lo: b.Min, Hi: b.Max})
	}
	return out
}

// Sweep is the space that a part takes on its way.
type Sweep struct {
	Entity string
	Box    geom.Box // upright, around it in all positions of its joint
}

// Swept are the sweeps of the doors, lids and drawers of a scene. A door that
// opens by a right angle is open.
func Swept(sc *scene.Scene) []Sweep {
	entities := sc.Entities()
	var out []Sweep
	for id, n := range sc.Nodes {
		if n.Joint == scene.None {
			continue
		}
		j := sc.Joints[n.Joint]
		if j.Kind != scene.Revolute && j.Kind != scene.Prismatic || j.Belt() || !(j.Max > j.Min) || j.Mimic.Ratio != 0 {
			continue
		}
		lo, hi := j.Min, j.Max
		if j.Kind == scene.Revolute {
			lo, hi = math.Max(lo, -math.Pi/2), math.Min(hi, math.Pi/2)
		}
		swept := geom.EmptyBox()
		q := make([]float64, len(sc.Joints))
		for k := range swingSteps + 1 {
			q[n.Joint] = lo + (hi-lo)*float64(k)/swingSteps
			swept = swept.Union(below(sc, scene.NodeID(id), sc.World(sc.Resolve(q), nil)))
		}
		if !swept.Empty() {
			out = append(out, Sweep{entities[id], swept})
		}
	}
	return out
}

// below is the box of a node and all that it carries.
func below(sc *scene.Scene, root scene.NodeID, world []geom.Mat4) geom.Box {
	b := geom.EmptyBox()
	under := map[scene.NodeID]bool{root: true}
	for i := int(root); i < len(sc.Nodes); i++ { // a parent stands before its children
		id, n := scene.NodeID(i), sc.Nodes[i]
		if id != root && (n.Parent == scene.None || !under[n.Parent]) {
			continue
		}
		under[id] = true
		if n.Mesh != scene.None && !n.Hidden {
			b = b.Union(sc.Meshes[n.Mesh].Box().Transform(world[i]))
		}
	}
	return b
}
