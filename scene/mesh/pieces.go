package mesh

import (
	"math"
	"slices"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// pieces splits m into its connected parts, in the order of their first
// triangles; parts that touch at a place count as connected.
func pieces(m scene.Mesh) []scene.Mesh {
	s := newSurface(m)
	root := make([]int32, len(s.at))
	for i := range root {
		root[i] = int32(i)
	}
	find := func(i int32) int32 {
		for root[i] != i {
			root[i] = root[root[i]]
			i = root[i]
		}
		return i
	}
	for t := range s.tri {
		p := s.places(int32(t))
		a, b, c := find(p[0]), find(p[1]), find(p[2])
		low := min(a, b, c)
		root[a], root[b], root[c] = low, low, low
	}
	number := map[int32]int{}
	var members [][]int32
	for t := range s.tri {
		r := find(s.places(int32(t))[0])
		k, ok := number[r]
		if !ok {
			k = len(members)
			number[r] = k
			members = append(members, nil)
		}
		members[k] = append(members[k], int32(t))
	}
	out := make([]scene.Mesh, len(members))
	for k, tris := range members {
		prims := map[int32]*scene.Primitive{}
		ids := map[int32]uint32{}
		var order []int32
		for _, t := range tris {
			f := &s.tri[t]
			p, ok := prims[f.prim]
			if !ok {
				p = &scene.Primitive{Material: m.Primitives[f.prim].Material, Variants: m.Primitives[f.prim].Variants}
				prims[f.prim] = p
				order = append(order, f.prim)
			}
			for _, c := range f.c {
				id, ok := ids[c]
				if !ok {
					src := &m.Primitives[f.prim]
					v := s.corner[c].index
					id = uint32(len(p.Positions) / 3)
					ids[c] = id
					p.Positions = append(p.Positions, src.Positions[3*v:3*v+3]...)
					p.Normals = append(p.Normals, src.Normals[3*v:3*v+3]...)
					if len(src.UVs) > 0 {
						p.UVs = append(p.UVs, src.UVs[2*v:2*v+2]...)
					}
					if len(src.Tangents) > 0 {
						p.Tangents = append(p.Tangents, src.Tangents[4*v:4*v+4]...)
					}
					if len(src.UVs2) > 0 {
						p.UVs2 = append(p.UVs2, src.UVs2[2*v:2*v+2]...)
					}
					if len(src.Colors) > 0 {
						p.Colors = append(p.Colors, src.Colors[4*v:4*v+4]...)
					}
				}
				p.Indices = append(p.Indices, id)
			}
		}
		slices.Sort(order)
		out[k] = scene.Mesh{Name: m.Name}
		for _, i := range order {
			out[k].Primitives = append(out[k].Primitives, *prims[i])
		}
	}
	return out
}

// join puts pieces of one mesh together again, primitives by material.
func join(name string, parts []scene.Mesh) scene.Mesh {
	out := scene.Mesh{Name: name}
	at := map[scene.MaterialID]int{}
	for _, part := range parts {
		for _, p := range part.Primitives {
			k, ok := at[p.Material]
			if ok && alike(&out.Primitives[k], &p) {
				q := &out.Primitives[k]
				base := uint32(len(q.Positions) / 3)
				q.Positions = append(q.Positions, p.Positions...)
				q.Normals = append(q.Normals, p.Normals...)
				q.UVs = append(q.UVs, p.UVs...)
				q.UVs2 = append(q.UVs2, p.UVs2...)
				q.Tangents = append(q.Tangents, p.Tangents...)
				q.Colors = append(q.Colors, p.Colors...)
				for _, i := range p.Indices {
					q.Indices = append(q.Indices, base+i)
				}
				continue
			}
			at[p.Material] = len(out.Primitives)
			out.Primitives = append(out.Primitives, scene.Primitive{
				Positions: slices.Clone(p.Positions), Normals: slices.Clone(p.Normals), UVs: slices.Clone(p.UVs),
				UVs2: slices.Clone(p.UVs2), Tangents: slices.Clone(p.Tangents), Colors: slices.Clone(p.Colors),
				Indices: slices.Clone(p.Indices), Material: p.Material, Variants: p.Variants,
			})
		}
	}
	return out
}

// alike tells whether two primitives say the same of their vertices, so that they
// can be one.
func alike(a, b *scene.Primitive) bool {
	both := func(x, y []float32) bool { return (len(x) > 0) == (len(y) > 0) }
	return both(a.UVs, b.UVs) && both(a.UVs2, b.UVs2) && both(a.Tangents, b.Tangents) && both(a.Colors, b.Colors) && slices.Equal(a.Variants, b.Variants)
}

// shape is a mesh with what stays the same when it is moved.
type shape struct {
	s      *surface
	key    shapeKey
	middle geom.Vec3   // mean of the places
	arm    []geom.Vec3 // of a place, from the middle
	long   []float64   // length of each arm
	sorted []float64
	tris   map[[3]int32]bool // corners, the smallest first
}

// shapeKey tells shapes apart that cannot be equal.
type shapeKey struct {
	places, corners, triangles, prims int
	materials                         uint64
}

func newShape(m scene.Mesh) *shape {
	h := &shape{s: newSurface(m)}
	s := h.s
	h.key = shapeKey{places: len(s.at), corners: len(s.corner), triangles: len(s.tri), prims: len(m.Primitives)}
	for _, p := range m.Primitives {
		h.key.materials = h.key.materials*1_000_003 + uint64(p.Material)<<32 + uint64(len(p.Indices)) + uint64(len(p.UVs))<<20
	}
	for _, p := range s.at {
		h.middle = h.middle.Add(p.Mul(1 / float64(len(s.at))))
	}
	for _, p := range s.at {
		a := p.Sub(h.middle)
		h.arm = append(h.arm, a)
		h.long = append(h.long, a.Len())
	}
	h.sorted = slices.Clone(h.long)
	slices.Sort(h.sorted)
	return h
}

// faces returns the set of triangles, made when first asked for.
func (h *shape) faces() map[[3]int32]bool {
	if h.tris == nil {
		h.tris = make(map[[3]int32]bool, len(h.s.tri))
		for i := range h.s.tri {
			h.tris[smallestFirst(h.s.tri[i].c)] = true
		}
	}
	return h.tris
}

func smallestFirst(c [3]int32) [3]int32 {
	for c[0] > c[1] || c[0] > c[2] {
		c[0], c[1], c[2] = c[1], c[2], c[0]
	}
	return c
}

// anchors are two arms that fix a frame: one that few others are as long as,
// and one across it.
func (h *shape) anchors(tol float64) (first, second int, ok bool) {
	top := h.sorted[len(h.sorted)-1]
	best := math.MaxInt
	first = -1
	for i, l := range h.long {
		if l < 0.4*top || l <= 8*tol {
			continue
		}
		from, _ := slices.BinarySearch(h.sorted, l-2*tol)
		to, _ := slices.BinarySearch(h.sorted, l+2*tol)
		if to-from < best {
			best, first = to-from, i
		}
	}
	if first < 0 {
		return 0, 0, false
	}
	far, across := 0.0, 0.0
	for _, a := range h.arm {
		far = math.Max(far, a.Cross(h.arm[first]).Len())
	}
	best = math.MaxInt
	second = -1
	for i, l := range h.long {
		across = h.arm[i].Cross(h.arm[first]).Len()
		if across < 0.5*far || across <= 8*tol*h.long[first] {
			continue
		}
		from, _ := slices.BinarySearch(h.sorted, l-2*tol)
		to, _ := slices.BinarySearch(h.sorted, l+2*tol)
		if to-from < best {
			best, second = to-from, i
		}
	}
	return first, second, second >= 0
}
