package mesh

import (
	"context"
	"math"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// InstanceOptions says what counts as the same shape.
type InstanceOptions struct {
	Tolerance float64 // metres of the world between two shapes that are one
	Within    bool    // also parts of one mesh that repeat; adds nodes
	Mirror    bool    // also shapes that are each other's mirror image; nodes get negative determinants
}

// What an instance saves and costs, in bytes as served, roughly.
const (
	vertexCost = 2.5
	nodeCost   = 24  // a node or an entry of an instancing table
	meshCost   = 150 // accessors and views of a mesh more
	rivals     = 48  // shapes of one key that a shape is compared with
)

// placed says that a shape is the first of its class, moved.
type placed struct {
	class int
	move  geom.Mat4
	far   float64 // metres of the mesh's frame
}

// Instances lets nodes share meshes that are equal up to a rigid motion, and,
// with Within, cuts repeated parts out of meshes where that saves bytes: each
// becomes a mesh, and the nodes that drew it get children that do. Nodes keep
// their place in the list, name, entity, part and joint. It returns the largest
// distance in metres of the world that a point has moved.
func Instances(ctx context.Context, sc *scene.Scene, opt InstanceOptions) (*scene.Scene, float64, error) {
	out := copyScene(sc)
	worst, err := shareWhole(ctx, out, opt)
	if err != nil || !opt.Within {
		return dropUnused(out), worst, err
	}
	far, err := shareParts(ctx, out, opt)
	return dropUnused(out), math.Max(worst, far), err
}

// classes sorts shapes into classes of equal ones.
type classes struct {
	opt    InstanceOptions
	byKey  map[shapeKey][]int
	shapes []*shape // the first of each class
}

// place finds or opens the class of a shape.
func (c *classes) place(h *shape, scale float64) placed {
	tol := math.Max(c.opt.Tolerance/scale, 8*roundings*(h.s.size+h.middle.Len()))
	same := c.byKey[h.key]
	for _, mirror := range []bool{false, true} {
		if mirror && !c.opt.Mirror {
			break
		}
		for _, k := range same[:min(len(same), rivals)] {
			if m, far, ok := match(c.shapes[k], h, tol, mirror); ok {
				return placed{k, m, far}
			}
		}
	}
	c.shapes = append(c.shapes, h)
	c.byKey[h.key] = append(same, len(c.shapes)-1)
	return placed{len(c.shapes) - 1, geom.Identity(), 0}
}

// shareWhole gives nodes of equal meshes one of them.
func shareWhole(ctx context.Context, sc *scene.Scene, opt InstanceOptions) (float64, error) {
	scales := worldScales(sc)
	all := classes{opt: opt, byKey: map[shapeKey][]int{}}
	mesh := []scene.MeshID{} // of a class
	at := make([]placed, len(sc.Meshes))
	for i, m := range sc.Meshes {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		h := newShape(m)
		if len(h.s.tri) == 0 {
			at[i].class = -1
			continue
		}
		at[i] = all.place(h, scales[i])
		if at[i].class == len(mesh) {
			mesh = append(mesh, scene.MeshID(i))
		}
	}
	tied := tiedNodes(sc)
	worst := 0.0
	for i := range len(sc.Nodes) {
		n := &sc.Nodes[i]
		if n.Mesh == scene.None || at[n.Mesh].class < 0 {
			continue
		}
		p := at[n.Mesh]
		to := mesh[p.class]
		switch {
		case to == n.Mesh:
			continue
		case !tied[i]:
			n.Local = n.Local.Mul4(p.move)
		case opt.Within:
			sc.AddNode(scene.Node{Parent: scene.NodeID(i), Mesh: to, Joint: scene.None, Local: p.move, Hidden: n.Hidden})
			n = &sc.Nodes[i]
			worst = math.Max(worst, p.far*scales[n.Mesh])
			n.Mesh = scene.None
			continue
		default:
			continue
		}
		worst = math.Max(worst, p.far*scales[n.Mesh])
		n.Mesh = to
	}
	return worst, nil
}

// tiedNodes tells which nodes others depend on: parents, those that a joint
// moves and those of closed chains. Their frames must stay.
func tiedNodes(sc *scene.Scene) []bool {
	out := make([]bool, len(sc.Nodes))
	for i, n := range sc.Nodes {
		if n.Parent != scene.None {
			out[n.Parent] = true
		}
		if n.Joint != scene.None {
			out[i] = true
		}
	}
	for _, l := range sc.Loops {
		out[l.A], out[l.B] = true, true
	}
	return out
}

// shareParts cuts out parts that repeat.
func shareParts(ctx context.Context, sc *scene.Scene, opt InstanceOptions) (float64, error) {
	scales := worldScales(sc)
	draws := make([]int, len(sc.Meshes))
	for _, n := range sc.Nodes {
		if n.Mesh != scene.None {
			draws[n.Mesh]++
		}
	}
	type member struct {
		placed
		part int
	}
	all := classes{opt: opt, byKey: map[shapeKey][]int{}}
	parts, members := make([][]scene.Mesh, len(sc.Meshes)), make([][]member, len(sc.Meshes))
	var first []scene.Mesh // of each class
	count, cost := []int{}, []float64{}
	for i, m := range sc.Meshes {
		if draws[i] == 0 {
			continue
		}
		parts[i] = pieces(m)
		for k, part := range parts[i] {
			if err := ctx.Err(); err != nil {
				return 0, err
			}
			p := all.place(newShape(part), scales[i])
			if p.class == len(first) {
				first, count, cost = append(first, part), append(count, 0), append(cost, meshCost)
			}
			count[p.class]++
			cost[p.class] += nodeCost * float64(draws[i])
			members[i] = append(members[i], member{p, k})
		}
	}
	worth := func(class int) bool {
		return count[class] > 1 && float64(count[class]-1)*vertexCost*float64(all.shapes[class].key.corners) > cost[class]
	}
	mesh := make([]scene.MeshID, len(first))
	for class, m := range first {
		mesh[class] = scene.None
		if worth(class) {
			mesh[class] = sc.AddMesh(m)
		}
	}
	worst := 0.0
	type child struct {
		mesh scene.MeshID
		move geom.Mat4
	}
	children := make([][]child, len(members))
	empty := make([]bool, len(members))
	for i := range members {
		var rest []scene.Mesh
		for _, m := range members[i] {
			if mesh[m.class] == scene.None {
				rest = append(rest, parts[i][m.part])
				continue
			}
			worst = math.Max(worst, m.far*scales[i])
			children[i] = append(children[i], child{mesh[m.class], m.move})
		}
		if len(children[i]) > 0 {
			empty[i] = len(rest) == 0
			sc.Meshes[i] = join(sc.Meshes[i].Name, rest)
		}
	}
	for i := range len(sc.Nodes) {
		n := sc.Nodes[i]
		if n.Mesh == scene.None || int(n.Mesh) >= len(children) {
			continue
		}
		if empty[n.Mesh] {
			sc.Nodes[i].Mesh = scene.None
			if list := children[n.Mesh]; len(list) == 1 && list[0].move == geom.Identity() {
				sc.Nodes[i].Mesh = list[0].mesh
				continue
			}
		}
		for _, c := range children[n.Mesh] {
			sc.AddNode(scene.Node{Parent: scene.NodeID(i), Mesh: c.mesh, Joint: scene.None, Local: c.move, Hidden: n.Hidden})
		}
	}
	return worst, nil
}

// dropUnused removes meshes that no node draws.
func dropUnused(sc *scene.Scene) *scene.Scene {
	used := make([]bool, len(sc.Meshes))
	for _, n := range sc.Nodes {
		if n.Mesh != scene.None {
			used[n.Mesh] = true
		}
	}
	to := make([]scene.MeshID, len(sc.Meshes))
	var kept []scene.Mesh
	for i, m := range sc.Meshes {
		if used[i] {
			to[i] = scene.MeshID(len(kept))
			kept = append(kept, m)
		}
	}
	sc.Meshes = kept
	for i := range sc.Nodes {
		if n := &sc.Nodes[i]; n.Mesh != scene.None {
			n.Mesh = to[n.Mesh]
		}
	}
	return sc
}
