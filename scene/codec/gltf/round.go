package gltf

import (
	"math"

	"github.com/qmuntal/gltf"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// rounding says how few digits the transform of each node can have.
type rounding struct {
	most   float64   // metres of the world
	reach  []float64 // of a node: how far from its origin what it draws lies, metres of the world
	around []float64 // of a node: how much its parent stretches
}

// newRounding shares the allowance among the nodes from a root to a leaf.
func newRounding(sc *scene.Scene, most float64) *rounding {
	if most <= 0 {
		return nil
	}
	r := &rounding{reach: make([]float64, len(sc.Nodes)), around: make([]float64, len(sc.Nodes))}
	world := sc.World(nil, nil)
	depth, deepest := make([]int, len(sc.Nodes)), 1
	below := make([]geom.Box, len(sc.Nodes))
	for i, n := range sc.Nodes {
		below[i], depth[i], r.around[i] = geom.EmptyBox(), 1, 1
		if n.Mesh != scene.None {
			below[i] = sc.Meshes[n.Mesh].Box().Transform(world[i])
		}
		if n.Parent != scene.None {
			depth[i] = depth[n.Parent] + 1
			m := world[n.Parent]
			r.around[i] = math.Sqrt(m.Col(0).Vec3().LenSqr() + m.Col(1).Vec3().LenSqr() + m.Col(2).Vec3().LenSqr())
		}
		deepest = max(deepest, depth[i])
	}
	r.most = most / float64(deepest)
	for i := len(sc.Nodes) - 1; i >= 0; i-- {
		n := sc.Nodes[i]
		if b := below[i]; !b.Empty() {
			at := world[i].Col(3).Vec3()
			r.reach[i] = b.Size().Len() + math.Max(b.Min.Sub(at).Len(), b.Max.Sub(at).Len()) + b.Center().Sub(at).Len()
			if n.Parent != scene.None {
				below[n.Parent] = below[n.Parent].Union(b)
			}
		}
	}
	return r
}

// place sets the transform of a document's node that stands for node i of the
// scene, or for a frame below it; false when it must be exact.
func (r *rounding) place(i int, n *gltf.Node, m geom.Mat4) bool {
	if r == nil {
		return false
	}
	t, q, s, ok := decompose(m)
	if !ok || !near(compose(t, q, s), m, 1e-9) {
		return false
	}
	// A third each for where it stands, how it is turned and its size.
	share := r.most / 3
	turn := share / math.Max(r.reach[i], 1e-9)
	for k := range t {
		t[k] = digits(t[k], share/2/r.around[i])
		s[k] = digits(s[k], math.Abs(s[k])*turn/2)
	}
	for k := range q {
		q[k] = digits(q[k], turn/8)
	}
	n.Translation, n.Rotation, n.Scale = t, q, s
	return true
}

// digits is the number of the fewest decimals that lies within by of v.
func digits(v, by float64) float64 {
	for scale := 1.0; scale < 1e15; scale *= 10 {
		if d := math.Round(v*scale) / scale; math.Abs(d-v) <= by {
			return d
		}
	}
	return v
}
