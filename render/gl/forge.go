package gl

import (
	"cmp"
	"math"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	gl41 "github.com/go-gl/gl/v4.1-core/gl"

	"github.com/glasstwin/glasstwin/render/occlude"
	"github.com/glasstwin/glasstwin/render/pick"
	"github.com/glasstwin/glasstwin/scene"
)

// forge makes, while frames are drawn already, what later ones are faster with:
// the coarser levels of meshes, those first that spare most, the faces that hide
// things, and the trees that rays are cast into. The first picture waits for
// none of it.
type forge struct {
	scene  *scene.Scene
	owned  *scene.Scene // without people
	packer *packer
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

// levels are the coarser levels of one mesh, the finest first, before they lie in
// the buffers.
type levels struct {
	mesh int
	list []part
}

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
func newForge(sc, drawn *scene.Scene, from *packer) *forge {
	f := &forge{scene: drawn, owned: sc, packer: from, faces: make([][]occlude.Face, len(drawn.Meshes)), cast: make(chan struct{}), forged: make(chan struct{})}
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
		if triangles(m) < coarsenLeast {
			continue
		}
		x := levels{i, f.packer.levels(i)}
		f.ready.Lock()
		f.made = append(f.made, x)
		f.ready.Unlock()
	}
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
	began := time.Now()
	r.supply.brought = 0
	defer func() { r.supply.spent = time.Since(began) }()
	if images := r.model.images; images != nil {
		var came bool
		if came, r.awaits = images.takeIn(r.supply.frame, all); came {
			r.arrived++
		}
	}
	r.takeLevels(all)
	if r.supply.takeIn(r.stage.turn, all) {
		r.arrived++
		r.shadow.outdated = true
	}
	r.describe()
}

// describe has the arrays read the buffers that are there now.
func (r *Renderer) describe() {
	if !r.model.moved {
		return
	}
	r.model.moved = false
	gl41.BindVertexArray(r.array)
	r.model.describe()
	if r.wardrobe.array != 0 {
		gl41.BindVertexArray(r.wardrobe.array)
		r.model.describeTrim()
	}
	gl41.BindVertexArray(0)
}

// takeLevels takes in coarser levels, and the faces that hide once all are made.
func (r *Renderer) takeLevels(all bool) {
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
	most := r.supply.frame
	if all {
		most = math.MaxInt
	}
	for {
		n, done := r.supply.takeLevels(most)
		if most -= n; !done || most <= 0 {
			return // the next frame goes on
		}
		f.ready.Lock()
		made, whole := f.made, f.whole
		if len(made) > 0 {
			f.made = made[1:]
		}
		f.ready.Unlock()
		switch {
		case len(made) > 0:
			r.supply.coarsen(&made[0])
		case whole:
			f.taken, f.made, r.supply.forged = true, nil, true
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
