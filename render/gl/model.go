package gl

import (
	"fmt"
	"math"
	"unsafe"

	gl41 "github.com/go-gl/gl/v4.1-core/gl"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
	scenemesh "github.com/glasstwin/glasstwin/scene/mesh"
)

// vertex is how a corner lies in memory: 32 bytes, as few as carry it, because
// vertex work bounds a CPU renderer.
type vertex struct {
	position [3]float32
	normal   [3]int16
	material int16 // index; shaders see index/32767
	u, v     float32
	seed     float32 // of the single package among goods, 0..1
}

// patterns is how many values scene.Pattern has; each has a program of its own,
// because a CPU renderer pays for both sides of every branch.
const patterns = int(scene.Belt) + 1

// mesh is where a scene.Mesh lies in the buffers, and its coarser levels with it.
type mesh struct {
	shape
	coarser []shape
	errors  []float64 // metres of the mesh's own frame, of each coarser level
	center  geom.Vec3
	radius  float64
	box     geom.Box
}

// shape is where the triangles of one level lie. Its indices are sorted so that
// each way of drawing is one run.
type shape struct {
	solid  [patterns]run // opaque, seen from outside
	both   [patterns]run // opaque, seen from both sides
	whole  run           // both of these, and what is dressed without being cut out
	opaque run           // that, and what is cut out
	clear  run           // glass and blends

	dressed, dressedClear []dressedRun
}

// at is the shape of a level.
func (m *mesh) at(level int) *shape {
	if level == 0 {
		return &m.shape
	}
	return &m.coarser[level-1]
}

// run is a range of the index buffer.
type run struct{ first, count int32 }

const materialsMax = math.MaxInt16

// model is a scene's geometry and materials in the graphics memory.
type model struct {
	vertices, indices         store
	materials, materialTexels uint32
	meshes                    []mesh

	trims   uint32  // further attributes of dressed vertices, which stand first; 0: there are none
	dresses []dress // by material; of those that are not worn, empty
	images  *images
}

// Levels are made of meshes that are worth it.
const (
	levelsMost   = 7
	coarsenLeast = 24 // triangles
)

// newModel puts a scene into the graphics memory, at its finest, and returns what
// coarser levels are made of.
func newModel(sc *scene.Scene, most int, packing bool) (*model, source, error) {
	if len(sc.Materials) > materialsMax {
		return nil, source{}, fmt.Errorf("%d materials; %d can be drawn: merge equal ones with scene.AddMaterial", len(sc.Materials), materialsMax)
	}
	if err := sc.Check(); err != nil {
		return nil, source{}, fmt.Errorf("the scene is broken: %w", err)
	}
	sc = scenemesh.WithTangents(sc)
	m := &model{meshes: make([]mesh, len(sc.Meshes))}
	belts := beltAxes(sc)
	from := source{base: make([][]uint32, len(sc.Meshes))}
	var g geometry
	g.dress(sc)
	for i, x := range sc.Meshes {
		m.meshes[i] = measure(x)
		base, indices := make([]uint32, len(x.Primitives)), make([][]uint32, len(x.Primitives))
		for k, p := range x.Primitives {
			indices[k] = p.Indices
			if at, ok := g.dressed[[2]int{i, k}]; ok {
				base[k] = at
				continue
			}
			base[k] = uint32(len(g.vertices))
			g.vertices = pack(g.vertices, p, sc.Materials[p.Material], belts[i])
		}
		m.meshes[i].shape = g.lay(sc, i, base, indices)
		from.base[i] = base
	}
	if most > 0 && bytes(g.vertices)+bytes(g.indices) > most {
		return nil, source{}, errMemory
	}
	from.vertices = g.vertices
	if len(g.trims) > 0 {
		m.trims = fill(gl41.ARRAY_BUFFER, g.trims)
	}
	m.tailor(sc, &g, packing)
	m.vertices.add(data(g.vertices), bytes(g.vertices)) // with room for levels
	m.indices.add(data(g.indices), bytes(g.indices))    // bound as elements by each vertex array
	m.upload(sc.Materials)
	if gl41.GetError() == gl41.OUT_OF_MEMORY {
		m.free()
		return nil, source{}, errMemory
	}
	return m, from, nil
}

// measure is a mesh of which nothing lies in the buffers yet.
func measure(m scene.Mesh) mesh {
	box := m.Box()
	return mesh{box: box, center: box.Center(), radius: box.Size().Len() / 2}
}

// geometry is gathered before it goes to the graphics memory.
type geometry struct {
	vertices []vertex
	indices  []uint32
	trims    []trim            // of the first vertices
	dressed  map[[2]int]uint32 // first vertex of each dressed primitive, by mesh and place in it
	worn     []bool            // materials of these
}

// lay adds the triangles of one level of a mesh, sorted by how they are drawn.
// base is the first vertex of each primitive.
func (g *geometry) lay(sc *scene.Scene, i int, base []uint32, list [][]uint32) (to shape) {
	from := sc.Meshes[i]
	collect := func(wanted func(scene.Material) bool) run {
		r := run{first: int32(len(g.indices))}
		for k, p := range from.Primitives {
			if _, is := g.dressed[[2]int{i, k}]; is || !wanted(sc.Materials[p.Material]) {
				continue
			}
			for _, at := range list[k] {
				g.indices = append(g.indices, base[k]+at)
			}
		}
		r.count = int32(len(g.indices)) - r.first
		return r
	}
	to.opaque.first = int32(len(g.indices))
	for side, runs := range []*[patterns]run{&to.solid, &to.both} {
		for k := range runs {
			runs[k] = collect(func(m scene.Material) bool {
				return !m.Clear() && m.DoubleSided == (side == 1) && patternOf(m) == k
			})
		}
	}
	uncut := func(m *scene.Material) bool { return !m.Clear() && m.Alpha != scene.Mask }
	to.dressed = g.hang(to.dressed, sc, i, base, list, uncut)
	to.whole = run{to.opaque.first, int32(len(g.indices)) - to.opaque.first}
	to.dressed = g.hang(to.dressed, sc, i, base, list, func(m *scene.Material) bool { return m.Alpha == scene.Mask })
	to.opaque.count = int32(len(g.indices)) - to.opaque.first
	to.clear = collect(func(m scene.Material) bool { return m.Clear() })
	to.dressedClear = g.hang(nil, sc, i, base, list, (*scene.Material).Clear)
	return to
}

// hang adds the triangles of the dressed primitives of a mesh that are wanted.
func (g *geometry) hang(into []dressedRun, sc *scene.Scene, i int, base []uint32, list [][]uint32, wanted func(*scene.Material) bool) []dressedRun {
	for k, p := range sc.Meshes[i].Primitives {
		m := &sc.Materials[p.Material]
		if _, is := g.dressed[[2]int{i, k}]; !is || !wanted(m) {
			continue
		}
		r := dressedRun{run: run{first: int32(len(g.indices)), count: int32(len(list[k]))}, material: int(p.Material), both: m.DoubleSided}
		for _, at := range list[k] {
			g.indices = append(g.indices, base[k]+at)
		}
		into = append(into, r)
	}
	return into
}

// dress lays the vertices of dressed primitives, before all others.
func (g *geometry) dress(sc *scene.Scene) {
	g.dressed, g.worn = map[[2]int]uint32{}, make([]bool, len(sc.Materials))
	for i := range sc.Meshes {
		for k := range sc.Meshes[i].Primitives {
			p := &sc.Meshes[i].Primitives[k]
			m := &sc.Materials[p.Material]
			if !dressed(m, p) {
				continue
			}
			g.dressed[[2]int{i, k}], g.worn[p.Material] = uint32(len(g.vertices)), true
			plain := *m
			plain.Pattern = scene.Plain
			g.vertices, g.trims = pack(g.vertices, *p, plain, -1), trims(g.trims, p)
		}
	}
}

// tailor makes ready what dressed materials wear.
func (m *model) tailor(sc *scene.Scene, g *geometry, packing bool) {
	m.dresses = make([]dress, len(sc.Materials))
	if len(g.trims) == 0 {
		return
	}
	var units int32
	gl41.GetIntegerv(gl41.MAX_TEXTURE_IMAGE_UNITS, &units)
	m.images = newImages(sc, g.worn, packing)
	for i := range sc.Materials {
		if g.worn[i] {
			m.dresses[i] = dressOf(&sc.Materials[i], m.images, int(units)-unitsShading)
		}
	}
	m.images.load()
}

// unitsShading is how many textures the shading itself takes.
const unitsShading = 9

func triangles(m scene.Mesh) int {
	n := 0
	for _, p := range m.Primitives {
		n += len(p.Indices) / 3
	}
	return n
}

// patternOf is a material's pattern; one that is not known is plain.
func patternOf(m scene.Material) int {
	if k := int(m.Pattern); k < patterns {
		return k
	}
	return int(scene.Plain)
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

// upload puts the materials into a texture buffer, one texel of four words
// each, so that a pixel needs one look-up. Colours are stored as square roots,
// which spares the dark ones from bands.
func (m *model) upload(list []scene.Material) {
	texels := make([][4]uint32, 0, len(list)+1)
	for _, x := range list {
		glass := float32(0)
		if x.Alpha == scene.Glass {
			glass = 1
		}
		bright := max(x.Emissive[0], x.Emissive[1], x.Emissive[2], 1e-6)
		texels = append(texels, [4]uint32{
			unorm16(root(x.BaseColor[0])) | unorm16(root(x.BaseColor[1]))<<16,
			unorm16(root(x.BaseColor[2])) | unorm16(x.BaseColor[3])<<16,
			unorm8(x.Metallic) | unorm8(x.Roughness)<<8 | unorm8(x.PatternSize/sizeMost)<<16 | unorm8(glass)<<24,
			unorm8(x.Emissive[0]/bright) | unorm8(x.Emissive[1]/bright)<<8 | unorm8(x.Emissive[2]/bright)<<16 | unorm8(root(bright/brightMost))<<24,
		})
	}
	m.materialTexels = fill(gl41.TEXTURE_BUFFER, texels)
	gl41.GenTextures(1, &m.materials)
	gl41.BindTexture(gl41.TEXTURE_BUFFER, m.materials)
	gl41.TexBuffer(gl41.TEXTURE_BUFFER, gl41.RGBA32UI, m.materialTexels)
}

// What the bytes of a material reach up to; the shader multiplies by the same.
const (
	sizeMost   = 4  // metres of one repeat
	brightMost = 64 // of emission
)

func root(x float32) float32 { return float32(math.Sqrt(math.Max(0, float64(x)))) }

func unorm8(x float32) uint32  { return uint32(max(0, min(1, x))*255 + 0.5) }
func unorm16(x float32) uint32 { return uint32(max(0, min(1, x))*65535 + 0.5) }

// describe sets the vertex attributes of surfaces in the bound vertex array.
func (m *model) describe() {
	gl41.BindBuffer(gl41.ARRAY_BUFFER, m.vertices.id)
	gl41.BindBuffer(gl41.ELEMENT_ARRAY_BUFFER, m.indices.id)
	const stride = int32(unsafe.Sizeof(vertex{}))
	gl41.VertexAttribPointerWithOffset(0, 3, gl41.FLOAT, false, stride, 0)
	gl41.VertexAttribPointerWithOffset(1, 4, gl41.SHORT, true, stride, unsafe.Offsetof(vertex{}.normal))
	gl41.VertexAttribPointerWithOffset(2, 3, gl41.FLOAT, false, stride, unsafe.Offsetof(vertex{}.u))
	for i := range uint32(3) {
		gl41.EnableVertexAttribArray(i)
	}
}

func (m *model) free() {
	gl41.DeleteTextures(1, &m.materials)
	if m.images != nil {
		m.images.free()
	}
	gl41.DeleteBuffers(1, &m.trims)
	m.vertices.free()
	m.indices.free()
	gl41.DeleteBuffers(1, &m.materialTexels)
}
