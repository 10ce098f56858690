package mesh

import (
	"cmp"
	"math"
	"slices"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// drawing is a mesh as a node draws it.
type drawing struct {
	mesh  scene.MeshID
	world geom.Mat4
	box   geom.Box
}

// drawings lists what drawing sc shows, joints at rest.
func drawings(sc *scene.Scene) []drawing {
	var out []drawing
	boxes := make([]geom.Box, len(sc.Meshes))
	for i, m := range sc.Meshes {
		boxes[i] = m.Box()
	}
	for i, world := range sc.World(nil, nil) {
		if n := sc.Nodes[i]; n.Mesh != scene.None && !n.Hidden && triangles(sc.Meshes[n.Mesh]) > 0 {
			out = append(out, drawing{n.Mesh, world, boxes[n.Mesh].Transform(world)})
		}
	}
	return out
}

// group is drawings that show one mesh with the same partners in the same
// places, so that one of them measures all.
type group struct {
	of       []int   // drawings; the first is measured
	partners []int   // drawings of the other scene that lie where the first does
	slack    float64 // metres, how far the partners of the others may stand elsewhere
}

const (
	pairsMost    = 200_000_000 // boxes compared; beyond that nothing is paired
	partnersMost = 64          // of one drawing
	pairSlack    = 0.005       // of a box's diagonal: how far a partner may stand out
	sameFrame    = 1e-6        // of the coordinates: how far frames that are the same may differ, as what float32 rounds does
	sameScale    = 1e-5        // likewise of lengths
)

// pair puts drawings into groups. A drawing that nothing lies at has no
// partners.
func pair(a, b []drawing) []group {
	if len(a)*len(b) > pairsMost {
		out := make([]group, len(a))
		for i := range out {
			out[i].of = []int{i}
		}
		return out
	}
	type key struct {
		mesh, first scene.MeshID
		partners    int
	}
	var out []group
	known := map[key][]int{}
	for i, d := range a {
		g := group{of: []int{i}, partners: partners(d, b)}
		k := key{mesh: d.mesh, partners: len(g.partners)}
		if len(g.partners) > 0 {
			k.first = b[g.partners[0]].mesh
		}
		joined := false
		for _, at := range known[k] {
			o := &out[at]
			if slack, ok := sameView(a, b, *o, g); ok && len(g.partners) > 0 {
				o.of, o.slack, joined = append(o.of, i), math.Max(o.slack, slack), true
				break
			}
		}
		if !joined {
			known[k] = append(known[k], len(out))
			out = append(out, g)
		}
	}
	return out
}

// partners are the drawings whose boxes are that of d; where there is none,
// those whose boxes lie in it, and the smallest that it lies in.
func partners(d drawing, others []drawing) []int {
	slack := pairSlack * d.box.Size().Len()
	var same, inside []int
	around, least := -1, math.Inf(1)
	for j, o := range others {
		in, out := within(o.box, d.box, slack), within(d.box, o.box, slack)
		switch size := o.box.Size().Len(); {
		case in && out:
			same = append(same, j)
		case in:
			inside = append(inside, j)
		case out && size < least:
			around, least = j, size
		}
	}
	if around >= 0 {
		inside = append(inside, around)
	}
	for _, list := range [][]int{same, inside} {
		if len(list) > 0 && len(list) <= partnersMost {
			return list
		}
	}
	return nil
}

// near are the drawings whose boxes come closer to that of d than reach.
func near(d drawing, others []drawing, reach float64) []int {
	var out []int
	for j, o := range others {
		meet := true
		for k := range 3 {
			meet = meet && o.box.Min[k] <= d.box.Max[k]+reach && o.box.Max[k] >= d.box.Min[k]-reach
		}
		if meet {
			out = append(out, j)
		}
	}
	return out
}

func within(inner, outer geom.Box, slack float64) bool {
	for k := range 3 {
		if inner.Min[k] < outer.Min[k]-slack || inner.Max[k] > outer.Max[k]+slack {
			return false
		}
	}
	return true
}

// sameView tells whether the first drawing of g sees its partners as that of o
// does: the same meshes, moved by the same rigid motion. It returns how far they
// stand from where that motion takes them, metres.
func sameView(a, b []drawing, o, g group) (float64, bool) {
	from, to := a[o.of[0]], a[g.of[0]]
	move := to.world.Mul4(from.world.Inv())
	if !rigid(move) {
		return 0, false
	}
	most := sameFrame * (from.box.Size().Len() + to.box.Max.Len() + from.box.Max.Len())
	far := 0.0
	for k, j := range g.partners {
		x, y := b[o.partners[k]], b[j]
		if x.mesh != y.mesh {
			return 0, false
		}
		// What is affine differs most at a corner of a box around the mesh.
		moved, back := move.Mul4(x.world), x.world.Inv()
		for c := range 8 {
			p := x.box.Min
			for axis := range 3 {
				if c>>axis&1 == 1 {
					p[axis] = x.box.Max[axis]
				}
			}
			local := apply(back, p)
			if far = math.Max(far, apply(moved, local).Sub(apply(y.world, local)).Len()); !(far <= most) {
				return 0, false
			}
		}
	}
	return far, true
}

// rigid tells whether m turns and moves and no more.
func rigid(m geom.Mat4) bool {
	for i := range 3 {
		for k := range 3 {
			dot, want := 0.0, 0.0
			for r := range 3 {
				dot += m[4*i+r] * m[4*k+r]
			}
			if i == k {
				want = 1
			}
			if !(math.Abs(dot-want) < sameScale) {
				return false
			}
		}
	}
	return true
}

// sounding is a point of one surface with how far the other is, at most.
type sounding struct {
	p      geom.Vec3 // of the first drawing of the group
	square float64
	group  int32
}

// crossing measures from the surface of a to that of b.
type crossing struct {
	scenes [2]*scene.Scene
	a, b   []drawing
	groups []group
	trees  map[int]*tree // of drawings of b
	whole  *tree         // of all b, once asked for
}

// soupOf gathers drawings of b.
func (c *crossing) soupOf(which []int) *soup {
	out := &soup{}
	for _, j := range which {
		out.add(c.scenes[1].Meshes[c.b[j].mesh], c.b[j].world)
	}
	return out
}

// everything is the tree of all that b draws.
func (c *crossing) everything() *tree {
	if c.whole == nil {
		c.whole = newTree(worldSoup(c.scenes[1]))
	}
	return c.whole
}

// lookups bounds the points that are looked up in the whole scene.
const lookups = 2000

// sharpen returns the largest squared distance over all drawings, given
// soundings that are too large where another drawing than a partner lies nearer.
// It looks at the largest first and ends where no other can exceed what it has;
// where that takes too long, what it returns is too large.
func (c *crossing) sharpen(list []sounding) float64 {
	slices.SortFunc(list, func(x, y sounding) int { return cmp.Compare(y.square, x.square) })
	best, looked := 0.0, 0
	for _, s := range list {
		if s.square <= best {
			break
		}
		if looked > lookups {
			return s.square
		}
		g := c.groups[s.group]
		back := c.a[g.of[0]].world.Inv()
		for k, i := range g.of {
			p := s.p
			if k > 0 {
				p = apply(c.a[i].world, apply(back, p))
			}
			looked++
			if best = math.Max(best, c.around(p, s.square)); best >= s.square {
				return best
			}
		}
	}
	return best
}

// around is the squared distance of p to b where it is less than limit.
func (c *crossing) around(p geom.Vec3, limit float64) float64 {
	for j, d := range c.b {
		if (&branch{lo: d.box.Min, hi: d.box.Max}).away(p) >= limit {
			continue
		}
		t := c.trees[j]
		if t == nil {
			t = newTree(c.soupOf([]int{j}))
			c.trees[j] = t
		}
		limit = math.Min(limit, t.nearest(p, 0).square)
	}
	return limit
}
