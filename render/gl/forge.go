package gl

import (
	"cmp"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"

	gl41 "github.com/go-gl/gl/v4.1-core/gl"

	"github.com/glasstwin/glasstwin/render/occlude"
	"github.com/glasstwin/glasstwin/render/pick"
	"github.com/glasstwin/glasstwin/scene"
	scenemesh "github.com/glasstwin/glasstwin/scene/mesh"
)

// forge makes, while frames are drawn already, what later ones are faster with:
// the coarser levels of meshes, those first that spare most, the faces that hide
// things, and the trees that rays are cast into. The first picture waits for
// none of it.
type forge struct {
	scene  *scene.Scene
	owned  *scene.Scene // without people
	source source
	order  []int // meshes, in which they are made
	next   atomic.Int64
	begun  sync.Once
	stop   atomic.Bool
	done   sync.WaitGroup

	faces  [][]occlude.Face
	caster *pick.Caster
	cast   chan struct{} // closed when caster is there
	forged chan struct{} // closed when all levels are made
	total  int           // triangles that are drawn at the finest
	waits  bool          // the first picture is sooner there with levels than without

	ready sync.Mutex
	made  []levels // not taken yet
	whole bool     // all meshes are made
	taken bool     // and taken
}

// source is what levels are made of: the vertices of all meshes as they lie in
// the graphics memory, and where the primitives of each begin.
type source struct {
	vertices []vertex
	base     [][]uint32
}

// levels are the coarser levels of one mesh, before they lie in the buffers.
type levels struct {
	geometry
	mesh   int
	shapes []shape // their runs count from the first index of these
	errors []float64
}

// takenMost is how much goes to the graphics memory in one frame, bytes: less
// than a millisecond.
const takenMost = 8 << 20

// A processor that draws too takes half a second for so many triangles, in each
// of several passes; making levels spares most of it, and is waited for so long.
const (
	heavyLeast = 2_000_000
	heavyWait  = 1500 * time.Millisecond
)

// lightLeast is how many triangles make a scene whose light takes longer than a
// first frame may wait for it.
const lightLeast = 300_000

// newForge has the work on a scene begin when it is lit; drawn has the meshes of
// people too.
func newForge(sc, drawn *scene.Scene, from source) *forge {
	f := &forge{scene: drawn, owned: sc, source: from, faces: make([][]occlude.Face, len(drawn.Meshes)), cast: make(chan struct{}), forged: make(chan struct{})}
	worth := make([]int, len(drawn.Meshes))
	for _, n := range sc.Nodes {
		if n.Mesh != scene.None && !n.Hidden {
			worth[n.Mesh] += triangles(drawn.Meshes[n.Mesh])
		}
	}
	for i := range worth {
		f.total += worth[i]
		f.order = append(f.order, i)
	}
	slices.SortStableFunc(f.order, func(a, b int) int { return cmp.Compare(worth[b], worth[a]) })
	f.waits = f.total > heavyLeast
	return f
}

// kindle begins the work. A processor that draws, and draws less without levels
// than it would make them of, has its first picture sooner when it is begun after it.
func (f *forge) kindle() { f.begun.Do(f.begin) }

func (f *forge) begin() {
	workers := runtime.GOMAXPROCS(0)
	var at sync.WaitGroup
	for range workers {
		at.Go(f.work)
	}
	f.done.Go(func() {
		at.Wait()
		f.ready.Lock()
		f.whole = true
		f.source = source{} // no longer needed
		f.ready.Unlock()
		close(f.forged)
		if !f.stop.Load() {
			f.caster = pick.New(f.owned)
		}
		close(f.cast)
	})
}

func (f *forge) work() {
	kind := solidOf(f.scene)
	for k := int(f.next.Add(1)) - 1; k < len(f.order) && !f.stop.Load(); k = int(f.next.Add(1)) - 1 {
		i := f.order[k]
		m := f.scene.Meshes[i]
		f.faces[i] = occlude.Faces(m, kind, hiderLeast)
		if triangles(m) < coarsenLeast || someDressed(f.scene, m) {
			continue
		}
		x := f.levels(i)
		f.ready.Lock()
		f.made = append(f.made, x)
		f.ready.Unlock()
	}
}

// levels makes the coarser levels of a mesh.
func (f *forge) levels(i int) levels {
	m := f.scene.Meshes[i]
	out := levels{mesh: i}
	first, indices := make([]uint32, len(m.Primitives)), make([][]uint32, len(m.Primitives))
	for _, c := range scenemesh.Clusters(m, levelsMost) {
		for k, p := range c.Primitives {
			first[k], indices[k] = uint32(len(out.vertices)), p.Indices
			for v, of := range p.From {
				x := f.source.vertices[f.source.base[i][k]+of]
				copy(x.position[:], p.Positions[3*v:])
				out.vertices = append(out.vertices, x)
			}
		}
		out.shapes, out.errors = append(out.shapes, out.lay(f.scene, i, first, indices)), append(out.errors, c.Error)
	}
	return out
}

// rays waits for the trees that rays are cast into.
func (f *forge) rays() *pick.Caster {
	f.kindle()
	<-f.cast
	return f.caster
}

// raysNow are these trees when they are there, else nil.
func (f *forge) raysNow() *pick.Caster {
	select {
	case <-f.cast:
		return f.caster
	default:
		return nil
	}
}

// quench ends the work and waits for it.
func (f *forge) quench() {
	f.stop.Store(true)
	f.done.Wait()
}

// takeIn brings what was made since into the graphics memory; all: it waits until
// everything is made.
func (r *Renderer) takeIn(all bool) {
	if images := r.model.images; images != nil {
		var came bool
		if came, r.awaits = images.takeIn(takenMost, all); came {
			r.arrived++
		}
	}
	f := r.forge
	if f.taken {
		return
	}
	if all || f.waits {
		f.kindle()
	}
	if f.waits {
		f.waits = false
		select {
		case <-f.forged:
			all = true // so much goes to the graphics memory once
		case <-time.After(heavyWait):
		}
	}
	for bytesIn := 0; ; {
		f.ready.Lock()
		made, whole := f.made, f.whole
		if len(made) > 0 {
			f.made = made[1:]
		}
		f.ready.Unlock()
		switch {
		case len(made) > 0:
			bytesIn += bytes(made[0].vertices) + bytes(made[0].indices)
			r.model.take(&made[0], r.array, r.wardrobe.array)
			if bytesIn > takenMost && !all {
				return
			}
		case whole:
			f.taken, f.made = true, nil
			if !r.options.Unhidden {
				r.stage.hide(f.faces)
			}
			return
		case !all:
			return
		default:
			<-f.forged
		}
	}
}

// Complete waits until all is made that frames are drawn faster with. Later frames
// wait for their light and what they wear, so that pictures do not depend on how
// fast it was.
func (r *Renderer) Complete() {
	r.outside.patient, r.inside.patient = true, true
	r.takeIn(true)
}

// take puts the levels of a mesh into the buffers.
func (m *model) take(x *levels, array, dressed uint32) {
	if len(x.shapes) == 0 {
		return
	}
	vertices := uint32(m.vertices.used / int(unsafe.Sizeof(vertex{})))
	for i := range x.indices {
		x.indices[i] += vertices
	}
	first := int32(m.indices.used / 4)
	moved := m.vertices.add(data(x.vertices), bytes(x.vertices))
	if m.indices.add(data(x.indices), bytes(x.indices)) || moved {
		gl41.BindVertexArray(array)
		m.describe()
		if dressed != 0 {
			gl41.BindVertexArray(dressed)
			m.describeTrim()
		}
		gl41.BindVertexArray(0)
	}
	to := &m.meshes[x.mesh]
	for _, s := range x.shapes {
		for k := range s.solid {
			s.solid[k].first += first
			s.both[k].first += first
		}
		s.whole.first += first
		s.opaque.first += first
		s.clear.first += first
		to.coarser = append(to.coarser, s)
	}
	to.errors = x.errors
}

// store is a buffer that grows: what was put into it stays.
type store struct {
	id             uint32
	used, capacity int // bytes
}

// add puts bytes behind those that are there, and tells whether the buffer
// became another one for it.
func (b *store) add(p unsafe.Pointer, size int) (moved bool) {
	if b.used+size > b.capacity {
		moved = true
		old := b.id
		b.capacity = b.used + size + (b.used+size)/2
		gl41.GenBuffers(1, &b.id)
		gl41.BindBuffer(gl41.COPY_WRITE_BUFFER, b.id)
		gl41.BufferData(gl41.COPY_WRITE_BUFFER, max(1, b.capacity), nil, gl41.STATIC_DRAW)
		if old != 0 {
			gl41.BindBuffer(gl41.COPY_READ_BUFFER, old)
			gl41.CopyBufferSubData(gl41.COPY_READ_BUFFER, gl41.COPY_WRITE_BUFFER, 0, 0, b.used)
			gl41.DeleteBuffers(1, &old)
		}
	}
	if size > 0 {
		gl41.BindBuffer(gl41.COPY_WRITE_BUFFER, b.id)
		gl41.BufferSubData(gl41.COPY_WRITE_BUFFER, b.used, size, p)
		b.used += size
	}
	return moved
}

func (b *store) free() {
	if b.id != 0 {
		gl41.DeleteBuffers(1, &b.id)
		*b = store{}
	}
}
