// Package pick finds what a line of sight meets first, on the CPU: a bounding
// volume hierarchy for each mesh, shared by its instances, below a list of
// placed nodes. It must never know a pixel, a camera or GL. Start reading at
// Caster.Cast.
//
// Sketch: nodes that no joint moves stand in a hierarchy of their own, so that a
// cast into a store of ten million triangles and 25,000 nodes descends a handful
// of boxes and trees, 1 µs each, and tests the spheres of what hangs on joints.
package pick

import (
	"math"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// Caster casts rays into one scene. It is not safe for concurrent use.
type Caster struct {
	scene    *scene.Scene
	trees    []tree // by mesh
	entities []string
	parts    []string

	drawn, volumes grove   // what stands still
	hung           []int32 // nodes that joints move
}

// New builds the trees of a scene's meshes.
func New(sc *scene.Scene) *Caster {
	c := &Caster{scene: sc, trees: make([]tree, len(sc.Meshes)), entities: sc.Entities(), parts: sc.Parts()}
	used := make([]bool, len(sc.Meshes))
	for _, n := range sc.Nodes {
		if n.Mesh != scene.None {
			used[n.Mesh] = true
		}
	}
	for i, m := range sc.Meshes {
		if used[i] {
			c.trees[i] = grow(m)
		}
	}
	c.drawn, c.volumes, c.hung = groves(sc, c.trees)
	return c
}

// Hit is where a ray met a surface.
type Hit struct {
	Node         scene.NodeID
	Entity, Part string
	Point        geom.Vec3
	Distance     float64 // metres along the ray
}

// Cast returns the first surface along a ray of unit direction, given the world
// transform of every node. Entities in hidden are looked through. Nodes that
// are never drawn (volumes of rooms) count only where nothing drawn is met.
func (c *Caster) Cast(world []geom.Mat4, hidden map[string]bool, from, along geom.Vec3) (Hit, bool) {
	hit := Hit{Node: scene.None, Distance: math.Inf(1)}
	visit := func(i int32, limit float64) float64 {
		if int(i) >= len(world) || len(hidden) > 0 && hidden[c.entities[i]] {
			return limit
		}
		t := c.meet(&world[i], c.scene.Nodes[i].Mesh, from, along, limit)
		if t < limit {
			hit.Node, hit.Distance = scene.NodeID(i), t
		}
		return t
	}
	for _, volumes := range [2]bool{false, true} {
		still, limit := &c.drawn, math.Inf(1)
		if volumes {
			still = &c.volumes
		}
		limit = still.cast(from, along, limit, visit)
		for _, i := range c.hung {
			if c.scene.Nodes[i].Hidden == volumes {
				limit = visit(i, limit)
			}
		}
		if hit.Node != scene.None {
			break
		}
	}
	if hit.Node == scene.None {
		return Hit{}, false
	}
	hit.Entity, hit.Part = c.entities[hit.Node], c.parts[hit.Node]
	hit.Point = from.Add(along.Mul(hit.Distance))
	return hit, true
}

// Meet is the distance at which a ray of unit direction meets a node's mesh at a
// world transform, metres; limit when it does not before.
func (c *Caster) Meet(world *geom.Mat4, n scene.NodeID, from, along geom.Vec3, limit float64) float64 {
	return c.meet(world, c.scene.Nodes[n].Mesh, from, along, limit)
}

// meet is the distance at which a ray meets a placed mesh; limit when it does
// not before.
func (c *Caster) meet(world *geom.Mat4, mesh scene.MeshID, from, along geom.Vec3, limit float64) float64 {
	t := &c.trees[mesh]
	if len(t.nodes) == 0 {
		return limit
	}
	w, m := world, &t.center
	to := geom.Vec3{
		w[0]*m[0] + w[4]*m[1] + w[8]*m[2] + w[12] - from[0],
		w[1]*m[0] + w[5]*m[1] + w[9]*m[2] + w[13] - from[1],
		w[2]*m[0] + w[6]*m[1] + w[10]*m[2] + w[14] - from[2],
	}
	stretch := max(w[0]*w[0]+w[1]*w[1]+w[2]*w[2], w[4]*w[4]+w[5]*w[5]+w[6]*w[6], w[8]*w[8]+w[9]*w[9]+w[10]*w[10])
	r2 := t.radius * t.radius * stretch
	ahead := to[0]*along[0] + to[1]*along[1] + to[2]*along[2]
	if to[0]*to[0]+to[1]*to[1]+to[2]*to[2]-ahead*ahead > r2 {
		return limit
	}
	if r := math.Sqrt(r2); ahead < -r || ahead-r > limit {
		return limit
	}
	back := world.Inv()
	o := mgl64.TransformCoordinate(from, back)
	d := back.Mul4x1(along.Vec4(0)).Vec3() // not normalised: distances stay those of the world
	return t.cast(o, d, limit)
}
