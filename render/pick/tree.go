package pick

import (
	"math"
	"slices"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// leafMax is the number of triangles that are tested rather than split.
const leafMax = 4

// tree is a bounding volume hierarchy over the triangles of one mesh, split at
// the median of the longest side.
type tree struct {
	nodes     []branch
	triangles []triangle
	center    geom.Vec3
	radius    float64
}

// branch is a box; count 0 has two children at first and first+1.
type branch struct {
	lo, hi       [3]float32
	first, count int32
}

type triangle struct{ a, ab, ac [3]float32 }

func grow(m scene.Mesh) tree {
	var t tree
	for _, p := range m.Primitives {
		at := func(i uint32) (v [3]float32) {
			copy(v[:], p.Positions[3*i:3*i+3])
			return v
		}
		for i := 0; i+2 < len(p.Indices); i += 3 {
			a, b, c := at(p.Indices[i]), at(p.Indices[i+1]), at(p.Indices[i+2])
			t.triangles = append(t.triangles, triangle{a, sub(b, a), sub(c, a)})
		}
	}
	if len(t.triangles) == 0 {
		return t
	}
	t.nodes = append(t.nodes, branch{})
	t.split(0, 0, len(t.triangles), 0)
	box := geom.EmptyBox()
	root := t.nodes[0]
	box = box.Add(vec(root.lo)).Add(vec(root.hi))
	t.center, t.radius = box.Center(), box.Size().Len()/2
	return t
}

// depthMax bounds the tree, and with it the stack of cast.
const depthMax = 48

func (t *tree) split(node, first, count, depth int) {
	inf := float32(math.Inf(1))
	lo, hi := [3]float32{inf, inf, inf}, [3]float32{-inf, -inf, -inf}
	for _, tri := range t.triangles[first : first+count] {
		for k := range 3 {
			for _, v := range [3]float32{tri.a[k], tri.a[k] + tri.ab[k], tri.a[k] + tri.ac[k]} {
				lo[k], hi[k] = min(lo[k], v), max(hi[k], v)
			}
		}
	}
	b := &t.nodes[node]
	b.lo, b.hi = lo, hi
	if count <= leafMax || depth >= depthMax {
		b.first, b.count = int32(first), int32(count)
		return
	}
	axis := 0
	for k := 1; k < 3; k++ {
		if hi[k]-lo[k] > hi[axis]-lo[axis] {
			axis = k
		}
	}
	slices.SortFunc(t.triangles[first:first+count], func(x, y triangle) int {
		mx, my := 3*x.a[axis]+x.ab[axis]+x.ac[axis], 3*y.a[axis]+y.ab[axis]+y.ac[axis]
		switch {
		case mx < my:
			return -1
		case mx > my:
			return 1
		}
		return 0
	})
	left := len(t.nodes)
	b.first, b.count = int32(left), 0
	t.nodes = append(t.nodes, branch{}, branch{})
	half := count / 2
	t.split(left, first, half, depth+1)
	t.split(left+1, first+half, count-half, depth+1)
}

// cast returns the distance, in lengths of d, at which a ray first meets a
// triangle from either side; limit when it meets none before.
func (t *tree) cast(o, d geom.Vec3, limit float64) float64 {
	var inv geom.Vec3
	for k := range 3 {
		inv[k] = 1 / d[k]
	}
	var stack [depthMax + 2]int32
	depth := 1
	for depth > 0 {
		depth--
		b := &t.nodes[stack[depth]]
		if !b.meets(o, inv, limit) {
			continue
		}
		if b.count == 0 {
			stack[depth], stack[depth+1] = b.first, b.first+1
			depth += 2
			continue
		}
		for i := b.first; i < b.first+b.count; i++ {
			limit = t.triangles[i].meet(o, d, limit)
		}
	}
	return limit
}

func (b *branch) meets(o, inv geom.Vec3, limit float64) bool {
	near, far := 0.0, limit
	for k := range 3 {
		t0, t1 := (float64(b.lo[k])-o[k])*inv[k], (float64(b.hi[k])-o[k])*inv[k]
		if t0 > t1 {
			t0, t1 = t1, t0
		}
		if t0 > near { // false for NaN: a ray within the slab's plane passes
			near = t0
		}
		if t1 < far {
			far = t1
		}
	}
	return near <= far*(1+1e-12)
}

// meet is the test of Möller and Trumbore (1997).
func (t *triangle) meet(o, d geom.Vec3, limit float64) float64 {
	ab, ac := vec(t.ab), vec(t.ac)
	p := d.Cross(ac)
	det := ab.Dot(p)
	if math.Abs(det) < 1e-14 {
		return limit
	}
	s := o.Sub(vec(t.a))
	u := s.Dot(p) / det
	if u < 0 || u > 1 {
		return limit
	}
	q := s.Cross(ab)
	v := d.Dot(q) / det
	if v < 0 || u+v > 1 {
		return limit
	}
	if at := ac.Dot(q) / det; at > 1e-6 && at < limit {
		return at
	}
	return limit
}

func sub(a, b [3]float32) [3]float32 { return [3]float32{a[0] - b[0], a[1] - b[1], a[2] - b[2]} }

func vec(v [3]float32) geom.Vec3 { return geom.Vec3{float64(v[0]), float64(v[1]), float64(v[2])} }
