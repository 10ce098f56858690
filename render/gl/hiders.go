package gl

import (
	"math"
	"slices"

	"github.com/glasstwin/glasstwin/render/occlude"
	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// hiders are the large flat faces of a scene, and what they hide from the view
// at hand.
type hiders struct {
	faces  [][]occlude.Face // by mesh, the largest first
	things []int32          // that have faces
	buffer *occlude.Buffer
	chosen []hider

	hidden int  // things that the view at hand leaves out for it
	rest   int  // frames that will not look, since it did not pay
	off    bool // never look
}

// hider is a face that covers much of the picture.
type hider struct {
	thing, face int32
	share       float64 // of the sphere around the eye, about
}

const (
	hiderLeast  = 0.3   // m²
	hiderShare  = 0.002 // steradians: some fifty pixels square
	hidersMost  = 256   // a frame
	hidersRest  = 8     // frames
	hiddenLeast = 16    // things that pay for looking
	hiddenPart  = 8     // and this part of what is seen
)

// The buffer's cells are four pixels of a picture of 1280×720.
const (
	hidersWide = 320
	hidersHigh = 180
)

// solidOf tells what a material hides.
func solidOf(sc *scene.Scene) func(scene.MaterialID) (solid, both bool) {
	return func(id scene.MaterialID) (bool, bool) {
		m := sc.Materials[id]
		return m.Alpha == scene.Opaque, m.DoubleSided
	}
}

// hide takes the faces of the meshes, once they are found.
func (s *stage) hide(faces [][]occlude.Face) {
	h := &s.hiders
	h.faces, h.buffer = faces, occlude.NewBuffer(hidersWide, hidersHigh)
	h.things = h.things[:0]
	for i := range s.things {
		if len(faces[s.things[i].mesh]) > 0 {
			h.things = append(h.things, int32(i))
		}
	}
}

// cover draws what hides most of a view into the buffer, and tells whether there
// is anything to ask it for.
func (s *stage) cover(v *view) bool {
	h := &s.hiders
	h.hidden = 0
	if h.off || v.halved || len(h.things) == 0 || v.focal == 0 || v.only != everything {
		return false
	}
	if h.rest > 0 {
		h.rest--
		return false
	}
	h.chosen = h.chosen[:0]
	for _, k := range h.things {
		t := &s.things[k]
		faces := h.faces[t.mesh]
		apart := s.boxes[k].distance(v.eye)
		if faces[0].Area*t.long*t.long < hiderShare*apart || s.groups[t.group].hidden || s.groups[t.group].veiled || !v.inside(t.center, t.radius, allPlanes) {
			continue
		}
		w := &s.world[t.node]
		for i := range faces {
			f := &faces[i]
			d := geom.Vec3{
				w[0]*f.Middle[0] + w[4]*f.Middle[1] + w[8]*f.Middle[2] + w[12] - v.eye[0],
				w[1]*f.Middle[0] + w[5]*f.Middle[1] + w[9]*f.Middle[2] + w[13] - v.eye[1],
				w[2]*f.Middle[0] + w[6]*f.Middle[1] + w[10]*f.Middle[2] + w[14] - v.eye[2],
			}
			// Of a face that is larger than it is far, a part may lie anywhere.
			share := f.Area * t.long * t.long / math.Max(d.LenSqr(), 0.01)
			if share > hiderShare {
				h.chosen = append(h.chosen, hider{k, int32(i), share})
			}
		}
	}
	if len(h.chosen) == 0 {
		return false
	}
	slices.SortFunc(h.chosen, func(a, b hider) int {
		switch {
		case a.share > b.share:
			return -1
		case a.share < b.share:
			return 1
		}
		if a.thing != b.thing {
			return int(a.thing - b.thing)
		}
		return int(a.face - b.face)
	})
	h.buffer.Begin(v.clip)
	for _, c := range h.chosen[:min(len(h.chosen), hidersMost)] {
		t := &s.things[c.thing]
		h.buffer.Cover(&h.faces[t.mesh][c.face], &s.world[t.node], t.mirrored)
	}
	h.buffer.End()
	return true
}

// weigh looks whether it paid to ask.
func (h *hiders) weigh(seen int) {
	if h.hidden < max(hiddenLeast, seen/hiddenPart) {
		h.rest = hidersRest
	}
}

// distance is that of a point from a box, squared.
func (b *box32) distance(p geom.Vec3) (sum float64) {
	for k := range 3 {
		d := max(float64(b.lo[k])-p[k], p[k]-float64(b.hi[k]), 0)
		sum += d * d
	}
	return sum
}
