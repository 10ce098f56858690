package gl

import (
	"errors"
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
// Of a mesh that is not there its coarser levels are drawn, or a box.
type mesh struct {
	shape
	there   bool
	pinned  bool // it is never let go
	lies    lent
	used    uint64 // view of the stage that drew it at its finest last
	wanted  uint64 // and that would have
	place   int32  // in its list of these
	standIn shape
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

// at is the shape of a level; where there are no coarser ones, level 1 is the box.
func (m *mesh) at(level int) *shape {
	switch {
	case level == 0:
		return &m.shape
	case level > len(m.coarser):
		return &m.standIn
	}
	return &m.coarser[level-1]
}

// finest is the finest level that is there.
func (m *mesh) finest() int {
	if m.there {
		return 0
	}
	return 1
}

// now is the finest shape that is there.
func (m *mesh) now() *shape { return m.at(m.finest()) }

// run is a range of the index buffer.
type run struct{ first, count int32 }

const materialsMax = math.MaxInt16

// model is a scene's geometry and materials in the graphics memory.
type model struct {
	packer            packer
	vertices, indices store
	most              int  // bytes of these two; 0: what there is
	moved             bool // a buffer is another one
	materials         uint32
	materialTexels    uint32
	meshes            []mesh

	dressed bool    // some primitive is
	dresses []dress // by material; of those that are not worn, empty
	images  *images
}

// Levels are made of meshes that are worth it.
const (
	levelsMost   = 7
	coarsenLeast = 24 // triangles
)

const vertexBytes = int(unsafe.Sizeof(vertex{}))

// newModel looks through a scene and puts its materials into the graphics memory.
// No mesh is there yet.
func newModel(sc *scene.Scene, most int, packing bool) (*model, error) {
	if len(sc.Materials) > materialsMax {
		return nil, fmt.Errorf("%d materials; %d can be drawn: merge equal ones with scene.AddMaterial", len(sc.Materials), materialsMax)
	}
	if err := sc.Check(); err != nil {
		return nil, fmt.Errorf("the scene is broken: %w", err)
	}
	m := &model{
		packer: packer{scene: scenemesh.WithTangents(sc), belts: beltAxes(sc)}, most: most, meshes: make([]mesh, len(sc.Meshes)),
		vertices: store{element: vertexBytes}, indices: store{element: 4},
	}
	worn := make([]bool, len(sc.Materials))
	for i, x := range sc.Meshes {
		m.meshes[i] = measure(x)
		for k := range x.Primitives {
			if p := &x.Primitives[k]; m.packer.slots(p) == 2 {
				worn[p.Material], m.dressed = true, true
			}
		}
	}
	m.tailor(sc, worn, packing)
	m.upload(sc.Materials)
	return m, nil
}

// errMemory says that the graphics memory takes nothing of a scene's geometry.
var errMemory = errors.New("the graphics memory is full; close other programs that draw")

// lent is where a level lies in the buffers.
type lent struct{ vertices, indices span }

// put brings a level into the buffers; false when there is no room.
func (m *model) put(x *part) (at lent, ok bool) {
	l, ok := m.begin(x)
	if ok {
		m.land(&l, math.MaxInt)
	}
	return l.at, ok
}

// landing is a level on its way into its place in the buffers: a large one is more
// than may go there in a frame.
type landing struct {
	part              *part
	at                lent
	vertices, indices int // of it that are there
}

func (l *landing) whole() bool {
	return l.vertices == len(l.part.vertices) && l.indices == len(l.part.indices)
}

// begin finds a place for a level; false when there is none.
func (m *model) begin(x *part) (l landing, ok bool) {
	l.part = x
	if l.at.vertices, ok = m.room(&m.vertices, len(x.vertices)); !ok {
		return l, false
	}
	if l.at.indices, ok = m.room(&m.indices, len(x.indices)); !ok {
		m.vertices.back(l.at.vertices)
		return l, false
	}
	x.shape.moved(int32(l.at.indices.first))
	return l, true
}

// land brings about most bytes of a level to its place, and returns how many it was.
func (m *model) land(l *landing, most int) (written int) {
	x := l.part
	if n := min(len(x.vertices)-l.vertices, max(1, most/vertexBytes)); n > 0 {
		m.vertices.write(l.at.vertices.first+l.vertices, data(x.vertices[l.vertices:]), n)
		l.vertices += n
		written = n * vertexBytes
	}
	if n := min(len(x.indices)-l.indices, (most-written)/4); n > 0 {
		part := x.indices[l.indices : l.indices+n]
		for i := range part {
			part[i] += uint32(l.at.vertices.first)
		}
		m.indices.write(l.at.indices.first+l.indices, data(part), n)
		l.indices += n
		written += 4 * n
	}
	return written
}

// room finds a place in a buffer, which grows for it by a half while it may.
func (m *model) room(b *store, n int) (span, bool) {
	first, ok := b.lend(n)
	if !ok {
		least := b.size + b.lacks(n)
		size := max(least, b.size+b.size/2)
		if spare := m.most - m.vertices.bytes() - m.indices.bytes(); m.most > 0 && (size-b.size)*b.element > spare {
			size = b.size + spare/b.element
		}
		if size < least || !b.reach(size) && (size == least || !b.reach(least)) {
			return span{}, false
		}
		m.moved = true
		first, ok = b.lend(n)
	}
	return span{first, n}, ok
}

// bytes is what of the buffers is lent.
func (m *model) bytes() int { return m.vertices.used*vertexBytes + m.indices.used*4 }

// drop gives the finest level of a mesh back.
func (m *model) drop(i int) {
	x := &m.meshes[i]
	m.vertices.back(x.lies.vertices)
	m.indices.back(x.lies.indices)
	x.there, x.lies, x.shape = false, lent{}, shape{}
}

// measure is a mesh of which nothing lies in the buffers yet.
func measure(m scene.Mesh) mesh {
	box := m.Box()
	return mesh{box: box, center: box.Center(), radius: box.Size().Len() / 2}
}

// tailor makes ready what dressed materials wear.
func (m *model) tailor(sc *scene.Scene, worn []bool, packing bool) {
	m.dresses = make([]dress, len(sc.Materials))
	if !m.dressed {
		return
	}
	var units int32
	gl41.GetIntegerv(gl41.MAX_TEXTURE_IMAGE_UNITS, &units)
	m.images = newImages(sc, worn, packing)
	for i := range sc.Materials {
		if worn[i] {
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
	m.vertices.delete()
	m.indices.delete()
	gl41.DeleteBuffers(1, &m.materialTexels)
}
