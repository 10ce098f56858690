// Package pick finds what a line of sight meets first, on the CPU: a bounding
// volume hierarchy for each mesh, shared by its instances, below a list of
// placed nodes. It must never know a pixel, a camera or GL. Start reading at
// Caster.Cast.
//
// Sketch: a demo store has 2,000 nodes and 50,000 distinct triangles; a cast
// tests 2,000 spheres (20 µs) and descends a handful of trees (1 µs each).
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
	drawn, volume := Hit{Node: scene.None, Distance: math.Inf(1)}, Hit{Node: scene.None, Distance: math.Inf(1)}
	for i := range c.scene.Nodes {
		n := &c.scene.Nodes[i]
		if n.Mesh == scene.None || i >= len(world) || hidden[c.entities[i]] {
			continue
		}
		best := &drawn
		if n.Hidden {
			best = &volume
		}
		if t := c.meet(&world[i], n.Mesh, from, along, best.Distance); t < best.Distance {
			*best = Hit{Node: scene.NodeID(i), Distance: t}
		}
	}
	hit := drawn
	if hit.Node == scene.None {
		hit = volume
	}
	if hit.Node == scene.None {
		return Hit{}, false
	}
	hit.Entity, hit.Part = c.entities[hit.Node], c.parts[hit.Node]
	hit.Point = from.Add(along.Mul(hit.Distance))
	return hit, true
}

// meet is the distance at which a ray meets a placed mesh; limit when it does
// not before.
func (c *Caster) meet(world *geom.Mat4, mesh scene.MeshID, from, along geom.Vec3, limit float64) float64 {
	t := &c.trees[mesh]
	if len(t.nodes) == 0 {
		return limit
	}
	center := mgl64.TransformCoordinate(t.center, *world)
	stretch := math.Max(world.Col(0).Vec3().Len(), math.Max(world.Col(1).Vec3().Len(), world.Col(2).Vec3().Len()))
	r := t.radius * stretch
	to := center.Sub(from)
	ahead := to.Dot(along)
	if to.LenSqr()-ahead*ahead > r*r || ahead < -r || ahead-r > limit {
		return limit
	}
	back := world.Inv()
	o := mgl64.TransformCoordinate(from, back)
	d := back.Mul4x1(along.Vec4(0)).Vec3() // not normalised: distances stay those of the world
	return t.cast(o, d, limit)
}
