package pick

import (
	"math"
	"slices"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// grove is a bounding volume hierarchy over placed nodes that no joint moves.
type grove struct {
	branches []branch
	nodes    []int32
	stack    []int32
}

// groveLeaf is the number of nodes that are tested rather than split.
const groveLeaf = 4

// groves sorts the nodes of a scene: still ones that are drawn, still ones that
// are not, and those that a joint moves.
func groves(sc *scene.Scene, trees []tree) (drawn, volumes grove, hung []int32) {
	world := sc.World(nil, nil)
	hangs := make([]bool, len(sc.Nodes))
	boxes := make([]branch, len(sc.Nodes))
	for i, n := range sc.Nodes {
		hangs[i] = n.Joint != scene.None || n.Parent != scene.None && hangs[n.Parent]
		switch {
		case n.Mesh == scene.None || len(trees[n.Mesh].nodes) == 0:
		case hangs[i]:
			hung = append(hung, int32(i))
		default:
			boxes[i] = placedBox(&trees[n.Mesh], &world[i])
			if n.Hidden {
				volumes.nodes = append(volumes.nodes, int32(i))
			} else {
				drawn.nodes = append(drawn.nodes, int32(i))
			}
		}
	}
	drawn.plant(boxes)
	volumes.plant(boxes)
	return drawn, volumes, hung
}

// placedBox is the box of a placed mesh in world space, rounded outwards.
func placedBox(t *tree, world *geom.Mat4) (b branch) {
	box := geom.EmptyBox()
	for i := range 8 {
		p := vec(t.nodes[0].lo)
		for axis := range 3 {
			if i>>axis&1 == 1 {
				p[axis] = float64(t.nodes[0].hi[axis])
			}
		}
		box = box.Add(mgl64.TransformCoordinate(p, *world))
	}
	for k := range 3 {
		b.lo[k] = math.Nextafter32(float32(box.Min[k]), float32(math.Inf(-1)))
		b.hi[k] = math.Nextafter32(float32(box.Max[k]), float32(math.Inf(1)))
	}
	return b
}

func (g *grove) plant(boxes []branch) {
	if len(g.nodes) == 0 {
		return
	}
	g.branches = append(g.branches, branch{count: int32(len(g.nodes))})
	g.split(boxes, 0, 0)
	g.stack = make([]int32, 0, 2*depthMax)
}

// split halves a branch at the median of its longest side.
func (g *grove) split(boxes []branch, at, depth int) {
	b := &g.branches[at]
	part := g.nodes[b.first : b.first+b.count]
	b.lo, b.hi = boxes[part[0]].lo, boxes[part[0]].hi
	for _, i := range part {
		for k := range 3 {
			b.lo[k], b.hi[k] = min(b.lo[k], boxes[i].lo[k]), max(b.hi[k], boxes[i].hi[k])
		}
	}
	if len(part) <= groveLeaf || depth >= depthMax {
		return
	}
	axis := 0
	for k := 1; k < 3; k++ {
		if b.hi[k]-b.lo[k] > b.hi[axis]-b.lo[axis] {
			axis = k
		}
	}
	slices.SortFunc(part, func(x, y int32) int {
		switch p, q := boxes[x].lo[axis]+boxes[x].hi[axis], boxes[y].lo[axis]+boxes[y].hi[axis]; {
		case p < q:
			return -1
		case p > q:
			return 1
		}
		return int(x - y)
	})
	first, half := b.first, b.count/2
	left, right := branch{first: first, count: half}, branch{first: first + half, count: b.count - half}
	child := len(g.branches)
	b.first, b.count = int32(child), 0
	g.branches = append(g.branches, left, right)
	g.split(boxes, child, depth+1)
	g.split(boxes, child+1, depth+1)
}

// cast visits the nodes whose boxes a ray meets before a limit, which the visit
// returns, near ones about first.
func (g *grove) cast(from, along geom.Vec3, limit float64, visit func(node int32, limit float64) float64) float64 {
	if len(g.branches) == 0 {
		return limit
	}
	var inv geom.Vec3
	for k := range 3 {
		inv[k] = 1 / along[k]
	}
	g.stack = append(g.stack[:0], 0)
	for len(g.stack) > 0 {
		b := &g.branches[g.stack[len(g.stack)-1]]
		g.stack = g.stack[:len(g.stack)-1]
		if !b.meets(from, inv, limit) {
			continue
		}
		if b.count == 0 {
			near, far := b.first, b.first+1
			if g.branches[far].ahead(from, along) < g.branches[near].ahead(from, along) {
				near, far = far, near
			}
			g.stack = append(g.stack, far, near)
			continue
		}
		for _, i := range g.nodes[b.first : b.first+b.count] {
			limit = visit(i, limit)
		}
	}
	return limit
}

// ahead is how far along a ray the middle of a box lies.
func (b *branch) ahead(from, along geom.Vec3) (sum float64) {
	for k := range 3 {
		sum += (float64(b.lo[k]+b.hi[k])/2 - from[k]) * along[k]
	}
	return sum
}
