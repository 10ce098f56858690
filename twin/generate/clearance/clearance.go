// Package clearance finds what cannot move: doors, lids and drawers that hit a
// wall or a neighbour before they are open. It moves each joint of a scene over
// its range by itself and tests the boxes of what moves against the triangles
// of what stands around. It must never know a class, a signal or a file. Start
// reading at Check.
package clearance

import (
	"cmp"
	"context"
	"math"
	"slices"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// Finding is a joint that is stopped on its way.
type Finding struct {
	Asset string  // entity that the joint belongs to
	Part  string  // that moves
	Joint string  // name of the joint
	At    float64 // position at which it is stopped, rad or m
	Free  float64 // share of its range that it can take, 0 to 1
	Hits  string  // entity that stops it, or the name of the node when it depicts none
}

// Options tell what to look at. The zero value looks at everything.
type Options struct {
	// Ignore tells of pairs that may share their space, as a door and the wall
	// that it slides into; nil: none.
	Ignore func(asset, obstacle string) bool
	// Asset tells which entities are moved; nil: all.
	Asset func(entity string) bool
}

// Figures of the search.
const (
	steps     = 24    // positions of a joint that are tried, each way
	turnSteps = 90    // of what turns for ever
	skin      = 0.006 // metres by which boxes are made smaller: things may touch
	fullest   = 0.999 // share of the range that counts as all of it

	piecesMost = 200 // of one material of a mesh; more are one box
)

// body is a piece of a mesh that hangs together: its box in the frame of the
// mesh.
type body struct {
	mid, half geom.Vec3
}

// checker holds what is worked out once for a scene.
type checker struct {
	scene    *scene.Scene
	options  Options
	entities []string
	parts    []string
	world    []geom.Mat4 // at rest
	boxes    []geom.Box  // of nodes in the world, at rest; empty for what stops nothing
	bodies   map[scene.MeshID][]body
	byEntity map[string][]scene.NodeID
	meshBox  []geom.Box
}

// Check moves every joint that stands for itself (none that mimics another, is
// passive in a loop, or is a belt) from rest to both of its limits, or once
// around if it has none, and returns those that are stopped, the least free first. What touches at rest
// already is not told: it is a matter of placing. Other joints stay at rest,
// except those that follow. It stops early when ctx ends.
func Check(ctx context.Context, sc *scene.Scene, o Options) ([]Finding, error) {
	c := newChecker(sc, o)
	passive := map[scene.JointID]bool{}
	for _, l := range sc.Loops {
		for _, p := range l.Passive {
			passive[p] = true
		}
	}
	var out []Finding
	for id, n := range sc.Nodes {
		if n.Joint == scene.None || passive[n.Joint] {
			continue
		}
		j := sc.Joints[n.Joint]
		entity := c.entities[id]
		if j.Kind == scene.Fixed || j.Belt() || j.Mimic.Ratio != 0 || j.Kind != scene.Continuous && !(j.Max > j.Min) || entity == "" {
			continue
		}
		if o.Asset != nil && !o.Asset(entity) {
			continue
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if f, stopped := c.move(scene.NodeID(id)); stopped {
			out = append(out, f)
		}
	}
	slices.SortStableFunc(out, func(a, b Finding) int { return cmp.Compare(a.Free, b.Free) })
	return out, nil
}

func newChecker(sc *scene.Scene, o Options) *checker {
	c := &checker{
		scene: sc, options: o, entities: sc.Entities(), parts: sc.Parts(), world: sc.World(sc.Resolve(nil), nil),
		boxes: make([]geom.Box, len(sc.Nodes)), bodies: map[scene.MeshID][]body{}, byEntity: map[string][]scene.NodeID{},
		meshBox: make([]geom.Box, len(sc.Meshes)),
	}
	for i, m := range sc.Meshes {
		c.meshBox[i] = m.Box()
	}
	for i, n := range sc.Nodes {
		c.boxes[i] = geom.EmptyBox()
		if n.Mesh != scene.None && !n.Hidden {
			c.boxes[i] = c.meshBox[n.Mesh].Transform(c.world[i])
		}
		c.byEntity[c.entities[i]] = append(c.byEntity[c.entities[i]], scene.NodeID(i))
	}
	return c
}

// bodiesOf takes a mesh apart, the first time that it moves.
func (c *checker) bodiesOf(id scene.MeshID) []body {
	out, known := c.bodies[id]
	if known {
		return out
	}
	for _, p := range c.scene.Meshes[id].Primitives {
		boxes := pieces(p)
		if len(boxes) > piecesMost {
			boxes = []geom.Box{scene.Mesh{Primitives: []scene.Primitive{p}}.Box()}
		}
		for _, b := range boxes {
			half := b.Size().Mul(0.5)
			for k := range 3 {
				half[k] = math.Max(half[k]-skin, 0.2*half[k])
			}
			out = append(out, body{b.Center(), half})
		}
	}
	c.bodies[id] = out
	return out
}

// pieces are the boxes of the triangles of a primitive that hang together at
// their corners.
func pieces(p scene.Primitive) []geom.Box {
	root := make([]int, len(p.Positions)/3)
	first := map[[3]float32]int{} // corners with different normals are one
	for i := range root {
		at := [3]float32(p.Positions[3*i : 3*i+3])
		k, known := first[at]
		if !known {
			k = i
			first[at] = i
		}
		root[i] = k
	}
	find := func(i int) int {
		for root[i] != i {
			root[i] = root[root[i]]
			i = root[i]
		}
		return i
	}
	for k := 0; k+2 < len(p.Indices); k += 3 {
		a := find(int(p.Indices[k]))
		root[find(int(p.Indices[k+1]))] = a
		root[find(int(p.Indices[k+2]))] = a
	}
	place := map[int]int{}
	var out []geom.Box
	for _, i := range p.Indices {
		k, known := place[find(int(i))]
		if !known {
			k = len(out)
			place[find(int(i))] = k
			out = append(out, geom.EmptyBox())
		}
		out[k] = out[k].Add(geom.Vec3{float64(p.Positions[3*i]), float64(p.Positions[3*i+1]), float64(p.Positions[3*i+2])})
	}
	return out
}

// move takes the joint of a node over its range.
func (c *checker) move(node scene.NodeID) (Finding, bool) {
	sc := c.scene
	id := sc.Nodes[node].Joint
	j, steps := sc.Joints[id], steps
	if j.Kind == scene.Continuous { // once around, in finer steps: wings are thin
		j.Min, j.Max, steps = 0, 2*math.Pi, turnSteps
	}
	entity := c.entities[node]
	own := c.byEntity[entity]
	worlds := make(map[scene.NodeID]geom.Mat4, len(own))
	joints := make([]float64, len(sc.Joints))
	settled := map[scene.NodeID]bool{} // touched at rest
	c.pose(own, joints, worlds)
	moving := c.moving(node, own, joints, worlds, j)
	c.hits(entity, moving, worlds, settled, func(at scene.NodeID) bool { settled[at] = true; return true })
	first := Finding{Free: 2}
	for _, limit := range [2]float64{j.Min, j.Max} {
		if limit == 0 {
			continue
		}
		clear(joints)
		for step := 1; step <= steps; step++ {
			q := limit * float64(step) / float64(steps)
			joints[id] = q
			joints = sc.Resolve(joints)
			c.pose(own, joints, worlds)
			stopped := scene.NodeID(scene.None)
			c.hits(entity, moving, worlds, settled, func(at scene.NodeID) bool { stopped = at; return false })
			if stopped == scene.None {
				continue
			}
			free := math.Abs(limit) * float64(step-1) / float64(steps)
			if other := j.Max - j.Min - math.Abs(limit); other > 0 {
				free += other // the way to the other side
			}
			if share := free / (j.Max - j.Min); share < first.Free && share < fullest {
				hit := c.entities[stopped]
				if hit == "" {
					hit = sc.Nodes[stopped].Name
				}
				first = Finding{Asset: entity, Part: c.parts[node], Joint: j.Name, At: q, Free: share, Hits: hit}
			}
			break
		}
	}
	return first, first.Free < 2
}

// moving lists the nodes with a mesh that the joint moves.
func (c *checker) moving(node scene.NodeID, own []scene.NodeID, joints []float64, rest map[scene.NodeID]geom.Mat4, j scene.Joint) []scene.NodeID {
	id := c.scene.Nodes[node].Joint
	before := make(map[scene.NodeID]geom.Mat4, len(rest))
	for k, m := range rest {
		before[k] = m
	}
	at := slices.Clone(joints)
	at[id] = j.Max / 2
	if j.Max == 0 {
		at[id] = j.Min / 2
	}
	c.pose(own, c.scene.Resolve(at), rest)
	var out []scene.NodeID
	for _, n := range own {
		if c.scene.Nodes[n].Mesh != scene.None && !c.scene.Nodes[n].Hidden && rest[n] != before[n] {
			out = append(out, n)
		}
	}
	for k, m := range before {
		rest[k] = m
	}
	return out
}

// pose works out where the nodes of one entity are.
func (c *checker) pose(own []scene.NodeID, joints []float64, into map[scene.NodeID]geom.Mat4) {
	for _, id := range own { // a parent stands before its children
		n := c.scene.Nodes[id]
		m := n.Local
		if n.Joint != scene.None {
			m = m.Mul4(c.scene.Joints[n.Joint].Motion(joints[n.Joint]))
		}
		if n.Parent != scene.None {
			parent, ok := into[n.Parent]
			if !ok {
				parent = c.world[n.Parent]
			}
			m = parent.Mul4(m)
		}
		into[id] = m
	}
}

// hits calls yield with each node of another entity that a moving one reaches
// into, until it returns false.
func (c *checker) hits(entity string, moving []scene.NodeID, worlds map[scene.NodeID]geom.Mat4, settled map[scene.NodeID]bool, yield func(scene.NodeID) bool) {
	for _, m := range moving {
		mesh := c.scene.Nodes[m].Mesh
		reach := c.meshBox[mesh].Transform(worlds[m])
		for i, n := range c.scene.Nodes {
			id := scene.NodeID(i)
			if !meet(reach, c.boxes[i]) || c.entities[i] == entity || settled[id] {
				continue
			}
			if c.options.Ignore != nil && c.options.Ignore(entity, c.entities[i]) {
				continue
			}
			toBody := worlds[m].Inv().Mul4(c.world[i])
			for _, b := range c.bodiesOf(mesh) {
				if b.touches(&c.scene.Meshes[n.Mesh], toBody) {
					if !yield(id) {
						return
					}
					break
				}
			}
		}
	}
}

func meet(a, b geom.Box) bool {
	for k := range 3 {
		if a.Min[k] > b.Max[k] || b.Min[k] > a.Max[k] {
			return false
		}
	}
	return !a.Empty() && !b.Empty()
}

// touches tells whether a triangle of a mesh, taken into the frame of the body,
// reaches into its box.
func (b body) touches(mesh *scene.Mesh, into geom.Mat4) bool {
	for _, p := range mesh.Primitives {
		at := func(i uint32) geom.Vec3 {
			v := geom.Vec3{float64(p.Positions[3*i]), float64(p.Positions[3*i+1]), float64(p.Positions[3*i+2])}
			return mgl64.TransformCoordinate(v, into).Sub(b.mid)
		}
		for k := 0; k+2 < len(p.Indices); k += 3 {
			if overlaps([3]geom.Vec3{at(p.Indices[k]), at(p.Indices[k+1]), at(p.Indices[k+2])}, b.half) {
				return true
			}
		}
	}
	return false
}

// overlaps is the separating-axis test of a triangle and a box around the
// origin: no plane across a face of either or along two of their edges parts
// them (Akenine-Möller 2001).
func overlaps(t [3]geom.Vec3, half geom.Vec3) bool {
	apart := func(axis geom.Vec3) bool {
		if axis.LenSqr() < 1e-18 {
			return false
		}
		a, b, c := t[0].Dot(axis), t[1].Dot(axis), t[2].Dot(axis)
		r := half[0]*math.Abs(axis[0]) + half[1]*math.Abs(axis[1]) + half[2]*math.Abs(axis[2])
		return min(a, b, c) > r || max(a, b, c) < -r
	}
	units := [3]geom.Vec3{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}
	for _, u := range units {
		if apart(u) {
			return false
		}
	}
	edges := [3]geom.Vec3{t[1].Sub(t[0]), t[2].Sub(t[1]), t[0].Sub(t[2])}
	if apart(edges[0].Cross(edges[1])) {
		return false
	}
	for _, e := range edges {
		for _, u := range units {
			if apart(u.Cross(e)) {
				return false
			}
		}
	}
	return true
}
