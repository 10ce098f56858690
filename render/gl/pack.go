package gl

import (
	"math"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
	scenemesh "github.com/glasstwin/glasstwin/scene/mesh"
)

// packer lays out meshes as they lie in the graphics memory. Several goroutines may
// use it.
type packer struct {
	scene *scene.Scene // with the tangents that its images of normals need
	belts []int        // axis of each mesh on a belt
}

// geometry is gathered before it goes to the graphics memory. A dressed vertex is
// followed by its trim.
type geometry struct {
	vertices []vertex
	indices  []uint32
}

func (g *geometry) bytes() int { return bytes(g.vertices) + bytes(g.indices) }

// part is one level of a mesh, with a geometry of its own.
type part struct {
	geometry
	shape shape
	err   float64 // metres of the mesh's own frame
}

// weight is what the finest level of a mesh takes, bytes.
func (k *packer) weight(i int) (sum int) {
	m := &k.scene.Meshes[i]
	for n := range m.Primitives {
		p := &m.Primitives[n]
		sum += len(p.Positions)/3*vertexBytes*k.slots(p) + 4*len(p.Indices)
	}
	return sum
}

// slots is how many vertices of the graphics memory a corner of a primitive takes.
func (k *packer) slots(p *scene.Primitive) int {
	if dressed(&k.scene.Materials[p.Material], p) {
		return 2
	}
	return 1
}

// fine lays out a mesh as it is.
func (k *packer) fine(i int) (out part, base []uint32) {
	m := &k.scene.Meshes[i]
	indices := make([][]uint32, len(m.Primitives))
	for n := range m.Primitives {
		p := &m.Primitives[n]
		indices[n], base = p.Indices, append(base, uint32(len(out.vertices)))
		material := k.scene.Materials[p.Material]
		if k.slots(p) == 1 {
			out.vertices = pack(out.vertices, *p, material, k.belts[i])
			continue
		}
		material.Pattern = scene.Plain
		plain := pack(nil, *p, material, -1)
		for v := range plain {
			out.vertices = append(out.vertices, plain[v], trimOf(p, v))
		}
	}
	out.shape = k.lay(&out.geometry, m, base, indices)
	return out, base
}

// levels lays out the coarser levels of a mesh, the finest first.
func (k *packer) levels(i int) (list []part) {
	m := &k.scene.Meshes[i]
	kept := make([]bool, len(m.Primitives))
	for n := range kept {
		kept[n] = k.slots(&m.Primitives[n]) == 2
	}
	coarser := scenemesh.Clusters(*m, levelsMost, kept)
	if len(coarser) == 0 {
		return nil
	}
	whole, from := k.fine(i)
	for _, c := range coarser {
		x := part{err: c.Error}
		base, indices := make([]uint32, len(m.Primitives)), make([][]uint32, len(m.Primitives))
		for n, p := range c.Primitives {
			base[n], indices[n] = uint32(len(x.vertices)), p.Indices
			slots := uint32(k.slots(&m.Primitives[n]))
			for v, of := range p.From {
				at := from[n] + of*slots
				corner := whole.vertices[at]
				copy(corner.position[:], p.Positions[3*v:])
				x.vertices = append(x.vertices, corner)
				if slots == 2 {
					x.vertices = append(x.vertices, whole.vertices[at+1])
				}
			}
		}
		x.shape = k.lay(&x.geometry, m, base, indices)
		list = append(list, x)
	}
	return list
}

// standIn is a box for a mesh that is not there, of the material that most of its
// triangles have; empty when all of it is seen through.
func (k *packer) standIn(i int, box geom.Box) (out part) {
	m := &k.scene.Meshes[i]
	most := -1
	for n := range m.Primitives {
		clear := k.scene.Materials[m.Primitives[n].Material].Clear()
		if !clear && (most < 0 || len(m.Primitives[n].Indices) > len(m.Primitives[most].Indices)) {
			most = n
		}
	}
	if most < 0 || box.Empty() {
		return out
	}
	p := boxOf(box)
	p.Material = m.Primitives[most].Material
	material := k.scene.Materials[p.Material]
	if dressed(&material, &m.Primitives[most]) || material.Pattern == scene.Goods {
		material.Pattern = scene.Plain
	}
	out.vertices = pack(nil, p, material, -1)
	out.indices = p.Indices
	r := run{0, int32(len(p.Indices))}
	out.shape.whole, out.shape.opaque = r, r
	for n := range patterns {
		out.shape.solid[n], out.shape.both[n] = run{first: r.count}, run{first: r.count}
		if n <= patternOf(material) {
			out.shape.solid[n].first = 0
		}
	}
	out.shape.solid[patternOf(material)] = r
	return out
}

// boxOf is a box that is seen from outside.
func boxOf(box geom.Box) (p scene.Primitive) {
	for axis := range 3 {
		u, v := (axis+1)%3, (axis+2)%3
		for side := range 2 {
			first := uint32(len(p.Positions) / 3)
			for _, c := range [4][2]int{{0, 0}, {1, 0}, {1, 1}, {0, 1}} {
				ends := [2]geom.Vec3{box.Min, box.Max}
				var at, n geom.Vec3
				at[axis], at[u], at[v] = ends[side][axis], ends[c[0]][u], ends[c[1]][v]
				n[axis] = float64(2*side - 1)
				for d := range 3 {
					p.Positions, p.Normals = append(p.Positions, float32(at[d])), append(p.Normals, float32(n[d]))
				}
			}
			if side == 1 {
				p.Indices = append(p.Indices, first, first+1, first+2, first, first+2, first+3)
			} else {
				p.Indices = append(p.Indices, first, first+2, first+1, first, first+3, first+2)
			}
		}
	}
	return p
}

// lay adds the triangles of one level of a mesh, sorted by how they are drawn.
// base is the first vertex of each primitive.
func (k *packer) lay(g *geometry, m *scene.Mesh, base []uint32, list [][]uint32) (to shape) {
	collect := func(wanted func(*scene.Material) bool) run {
		r := run{first: int32(len(g.indices))}
		for n := range m.Primitives {
			p := &m.Primitives[n]
			if k.slots(p) == 2 || !wanted(&k.scene.Materials[p.Material]) {
				continue
			}
			for _, at := range list[n] {
				g.indices = append(g.indices, base[n]+at)
			}
		}
		r.count = int32(len(g.indices)) - r.first
		return r
	}
	to.opaque.first = int32(len(g.indices))
	for side, runs := range []*[patterns]run{&to.solid, &to.both} {
		for n := range runs {
			runs[n] = collect(func(m *scene.Material) bool {
				return !m.Clear() && m.DoubleSided == (side == 1) && patternOf(*m) == n
			})
		}
	}
	to.dressed = k.hang(g, to.dressed, m, base, list, func(m *scene.Material) bool { return !m.Clear() && m.Alpha != scene.Mask })
	to.whole = run{to.opaque.first, int32(len(g.indices)) - to.opaque.first}
	to.dressed = k.hang(g, to.dressed, m, base, list, func(m *scene.Material) bool { return m.Alpha == scene.Mask })
	to.opaque.count = int32(len(g.indices)) - to.opaque.first
	to.clear = collect((*scene.Material).Clear)
	to.dressedClear = k.hang(g, nil, m, base, list, (*scene.Material).Clear)
	return to
}

// hang adds the triangles of the dressed primitives of a mesh that are wanted.
func (k *packer) hang(g *geometry, into []dressedRun, m *scene.Mesh, base []uint32, list [][]uint32, wanted func(*scene.Material) bool) []dressedRun {
	for n := range m.Primitives {
		p := &m.Primitives[n]
		material := &k.scene.Materials[p.Material]
		if k.slots(p) == 1 || !wanted(material) {
			continue
		}
		r := dressedRun{run: run{first: int32(len(g.indices)), count: int32(len(list[n]))}, material: int(p.Material), both: material.DoubleSided}
		for _, at := range list[n] {
			g.indices = append(g.indices, base[n]+2*at)
		}
		into = append(into, r)
	}
	return into
}

// moved are the shape's runs when its first index lies elsewhere.
func (s *shape) moved(by int32) {
	for n := range s.solid {
		s.solid[n].first += by
		s.both[n].first += by
	}
	for _, r := range []*run{&s.whole, &s.opaque, &s.clear} {
		r.first += by
	}
	for n := range s.dressed {
		s.dressed[n].first += by
	}
	for n := range s.dressedClear {
		s.dressedClear[n].first += by
	}
}

// beltAxes tells, for each mesh on a belt joint, along which axis of its own
// frame the belt runs: 0 to 2; -1 for other meshes.
func beltAxes(sc *scene.Scene) []int {
	out := make([]int, len(sc.Meshes))
	for i := range out {
		out[i] = -1
	}
	for _, n := range sc.Nodes {
		if n.Mesh == scene.None || n.Joint == scene.None || !sc.Joints[n.Joint].Belt() {
			continue
		}
		a := sc.Joints[n.Joint].Axis
		axis := 0
		for k := 1; k < 3; k++ {
			if math.Abs(a[k]) > math.Abs(a[axis]) {
				axis = k
			}
		}
		out[n.Mesh] = axis
	}
	return out
}

func pack(into []vertex, p scene.Primitive, m scene.Material, belt int) []vertex {
	var goods goodsMap
	if m.Pattern == scene.Goods {
		goods = mapGoods(p)
	}
	for i := range len(p.Positions) / 3 {
		v := vertex{material: int16(p.Material)}
		copy(v.position[:], p.Positions[3*i:])
		for k := range 3 {
			v.normal[k] = int16(math.Round(float64(max(-1, min(1, p.Normals[3*i+k]))) * math.MaxInt16))
		}
		switch {
		case m.Pattern == scene.Goods:
			v.u, v.v, v.seed = goods.at(v.position, p.Normals[3*i:3*i+3], i)
		case belt >= 0:
			v.u, v.v = v.position[belt], v.position[2-belt&2]
		case len(p.UVs) > 0:
			v.u, v.v = p.UVs[2*i], p.UVs[2*i+1]
		default:
			v.u, v.v = flat(v.position, p.Normals[3*i:3*i+3])
		}
		into = append(into, v)
	}
	return into
}

// flat unfolds a surface without texture coordinates onto the plane that it
// lies nearest to, metres.
func flat(at [3]float32, normal []float32) (u, v float32) {
	x, y, z := math.Abs(float64(normal[0])), math.Abs(float64(normal[1])), math.Abs(float64(normal[2]))
	switch {
	case y >= x && y >= z:
		return at[0], at[2]
	case x >= z:
		return at[2], at[1]
	}
	return at[0], at[1]
}
