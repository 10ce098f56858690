package gl

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"

	gl41 "github.com/go-gl/gl/v4.1-core/gl"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// inside is the light between the scene's own things: how open each place is, and
// what luminaires send there. It is worked out on a goroutine, half a second
// of processor for a store and some for ten million triangles, while frames are drawn in
// the light that was there before: at first, that of the open air. free waits for
// it.
type inside struct {
	patient   bool // frames wait for their own light
	lamps     *luminaires
	occlusion uint32
	known     bool   // it is that of the scene
	waited    bool   // for, once
	key       uint64 // of what was hidden when it was worked out
	shown     *lit
	kept      []*lit // of other keys, the one shown last at the end

	coming chan *lit
	busy   bool // something is worked out
	moves  bool // the camera: no light is begun
	stop   atomic.Bool
	wait   sync.WaitGroup
}

// lit is light that was worked out.
type lit struct {
	key   uint64
	full  voxels
	lamps *luminaires
}

// litMost is how many lights are kept: a camera that goes round a store has its
// walls open and close in turn, and each would have the light worked out anew while
// frames are short of time.
const litMost = 8

// insideWait is how long a first frame waits for the light of a small scene, so
// that it does not change at once.
const insideWait = 60 * time.Millisecond

// pose is where everything is at a moment, for who works beside the drawing.
type pose struct {
	bounds geom.Box
	things []posed // in the stage's order
	meshes []mesh
	levels []float32 // emission of each group
}

type posed struct {
	mesh, slot, group int
	hidden            bool
	long              float64
	world             geom.Mat4
}

func (s *stage) pose() pose {
	p := pose{bounds: s.bounds, things: make([]posed, len(s.things)), meshes: s.meshes, levels: levelsOf(nil, s.groups)}
	for i := range s.things {
		t := &s.things[i]
		p.things[i] = posed{t.mesh, t.slot, t.group, s.groups[t.group].hidden, t.long, s.world[t.node]}
	}
	return p
}

// levelsOf are the factors on the emission of groups, as they are seen.
func levelsOf(into []float32, groups []group) []float32 {
	into = into[:0]
	for i := range groups {
		level := groups[i].emission
		if groups[i].hidden {
			level = 0
		}
		into = append(into, level)
	}
	return into
}

// begin has the light of what is not hidden worked out.
func (n *inside) begin(sc *scene.Scene, s *stage) { n.work(sc, s.hiddenKey(), s.pose()) }

func (n *inside) work(sc *scene.Scene, key uint64, at pose) {
	if n.coming == nil {
		n.coming = make(chan *lit, 1)
	}
	n.busy = true
	n.wait.Go(func() {
		x := &lit{key: key, full: newVoxels(sc, &at)}
		x.lamps = newLuminaires(sc, &at, x.full)
		x.lamps.stop = &n.stop
		x.lamps.shine(at.levels)
		n.coming <- x
	})
}

// await has the light of the open air shown until there is another.
func (n *inside) await(s *stage) {
	if n.lamps == nil {
		n.show(&lit{full: voxels{nx: 1, ny: 1, nz: 1, full: make([]uint8, 1)}, lamps: openAir(s.bounds)})
		n.known = false
	}
}

// alikeLeast is how much of the room that two scenes take together both must take
// for one to be shown in the light of the other.
const alikeLeast = 0.7

// borrow has the light of another scene shown until that of this one is known. It
// follows no lamp meanwhile, for these are of the other scene.
func (n *inside) borrow(of *inside, bounds geom.Box) {
	if n.lamps != nil || of.shown == nil || of.lamps.nx <= 1 {
		return // the open air is nobody's light
	}
	lamps, bounds := *of.lamps, around(bounds)
	size, both := bounds.Union(lamps.box).Size(), geom.Vec3{}
	for k := range 3 {
		both[k] = max(0, min(bounds.Max[k], lamps.box.Max[k])-max(bounds.Min[k], lamps.box.Min[k]))
	}
	if both[0]*both[1]*both[2] < alikeLeast*size[0]*size[1]*size[2] {
		return
	}
	lamps.list, lamps.levels, lamps.wanted, lamps.stop = nil, nil, nil, nil
	if lamps.tinge != nil { // each has a texture of its own
		own := *lamps.tinge
		lamps.tinge = &own
	}
	n.show(&lit{key: of.key, full: of.shown.full, lamps: &lamps})
	n.known = false
}

// ask begins to work out the light of a frame unless that is known. While the
// camera moves the light that was there before does: the processor has enough to do,
// and the next wall may open before it is ready.
func (n *inside) ask(sc *scene.Scene, s *stage, moves bool) {
	n.await(s)
	n.moves = moves && n.known && !n.patient
	if !n.recall(s.hiddenKey()) && !n.busy && !n.moves {
		n.begin(sc, s)
	}
}

// foresee has the light of frames that may come worked out, one after the other,
// while that of the frame at hand is known and nothing else is under way.
func (n *inside) foresee(sc *scene.Scene, s *stage, likely []map[string]bool) {
	if n.busy || n.patient || !n.known || n.key != s.hiddenKey() {
		return
	}
	for _, h := range likely[:min(len(likely), litMost)] {
		hidden := s.hiddenGroups(h)
		key := keyOf(hidden)
		if key == n.key || slices.ContainsFunc(n.kept, func(x *lit) bool { return x.key == key }) {
			continue
		}
		at := s.pose()
		for i := range at.things {
			at.things[i].hidden = hidden[at.things[i].group]
		}
		n.work(sc, key, at)
		return
	}
}

// recall shows the light of a key if it is known.
func (n *inside) recall(key uint64) bool {
	if n.known && n.key == key {
		return true
	}
	i := slices.IndexFunc(n.kept, func(x *lit) bool { return x.key == key })
	if i < 0 {
		return false
	}
	x := n.kept[i]
	n.kept = slices.Delete(n.kept, i, i+1)
	n.show(x)
	return true
}

// follow brings the light up to date; came tells that it is another, pending that
// more is to come.
func (n *inside) follow(sc *scene.Scene, s *stage) (came, pending bool) {
	key := s.hiddenKey()
	for n.busy {
		x := n.next()
		if x == nil {
			break
		}
		n.busy = false
		if x.key == key || !n.known {
			n.show(x)
			came = true
		} else {
			n.keep(x) // for frames that may come
		}
		if n.key == key || n.moves {
			break
		}
		n.begin(sc, s)
		if !n.patient {
			break
		}
	}
	n.lamps.follow(s.groups)
	return came, !n.known || n.key != key
}

// next is what was worked out; nil: it is not waited for.
func (n *inside) next() *lit {
	switch {
	case n.patient:
		return <-n.coming
	case n.waited:
		select {
		case x := <-n.coming:
			return x
		default:
			return nil
		}
	}
	n.waited = true
	select {
	case x := <-n.coming:
		return x
	case <-time.After(insideWait):
		return nil
	}
}

// LightsKnown is how many hidden sets of walls the light is known for.
func (r *Renderer) LightsKnown() int {
	if !r.inside.known {
		return 0
	}
	return 1 + len(r.inside.kept)
}

// keep has the light at hand for when it is asked for again; what was shown longest
// ago goes.
func (n *inside) keep(x *lit) {
	if n.kept = append(n.kept, x); len(n.kept) > litMost {
		n.kept = slices.Delete(n.kept, 0, 1)
	}
}

// show uploads the light, and keeps the one before.
func (n *inside) show(x *lit) {
	if n.lamps != nil {
		n.lamps.free()
		gl41.DeleteTextures(1, &n.occlusion)
	}
	if n.known {
		n.keep(n.shown)
	}
	n.shown, n.key = x, x.key
	n.lamps, n.known = x.lamps, true
	n.occlusion = newOcclusion(x.full)
	n.lamps.upload()
}

// bind binds the volumes, which are made anew at times.
func (n *inside) bind() {
	if n.lamps == nil {
		return
	}
	gl41.ActiveTexture(gl41.TEXTURE0 + unitOcclusion)
	gl41.BindTexture(gl41.TEXTURE_3D, n.occlusion)
	gl41.ActiveTexture(gl41.TEXTURE0 + unitSurroundings)
	gl41.BindTexture(gl41.TEXTURE_3D, n.lamps.texture)
	if n.lamps.tinge != nil {
		gl41.ActiveTexture(gl41.TEXTURE0 + unitTinge)
		gl41.BindTexture(gl41.TEXTURE_3D, n.lamps.tinge.texture)
	}
}

func (n *inside) free() {
	n.stop.Store(true)
	n.wait.Wait()
	if n.lamps != nil {
		n.lamps.free()
		gl41.DeleteTextures(1, &n.occlusion)
	}
}
