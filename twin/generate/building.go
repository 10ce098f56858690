package generate

import (
	"math"
	"slices"
	"strings"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
)

// Building is what is taken from a model of a building, whatever its format.
type Building struct {
	Scene    *scene.Scene // each element's nodes carry its Entity
	Elements []Element
	Spaces   []Space
	Scan     *Scan          // nil: none of its sources is a scan
	Location *twin.Location // nil: its source does not tell
}

// Element is a wall, slab, window, door or the like.
type Element struct {
	Entity string // "building/…"
	Type   string // as the model says: "IfcWall"
	Name   string
	Box    geom.Box
	Out    geom.Vec3 // of unit length: away from the rooms, of a part of the outside where a source tells; else zero
}

// Space is a room.
type Space struct {
	ID      string // in its model
	Name    string
	Outline []geom.Vec2 // x and z, metres
	FloorY  float64
	Height  float64
}

// Index tells what the parts of a scene are for, by entity.
type Index struct {
	Roof   []string // ceiling and roof only
	Skin   []Side   // of the cutaway what is not above the rooms
	Floor  geom.Box // of the largest room: floor at Min y, ceiling at Max y
	Bounds geom.Box // of everything
}

// Side is a part of the building's outside and the way that it looks, level and
// of unit length.
type Side struct {
	Entity string
	Out    geom.Vec3
}

// Toward lists what stands between a viewer who looks along ahead and the
// rooms: the roof, and of the outside what faces the viewer. The far walls stay.
func (ix Index) Toward(ahead geom.Vec3) []string {
	out := slices.Clone(ix.Roof)
	for _, s := range ix.Skin {
		if s.Out.Dot(ahead) < 0 {
			out = append(out, s.Entity)
		}
	}
	return out
}

// What belongs to the skin of a building, metres.
const (
	outerReach = 0.45 // inwards from the outside of its walls: a wall with its insulation
	outerStand = 0.6  // outwards: cladding, signs, gutters
	highShare  = 0.6  // of the walls' height: what lies above hides what lies below
	eavesShare = 0.25 // of the walls' height: a pitched roof begins above
	ridgeShare = 0.9  // of the walls' height: a pitched roof reaches above
	pitched    = 0.6  // height of a slab that is no floor any more
)

// index sorts a building's elements by what hides the view.
func (b *Building) index() Index {
	ix := Index{Bounds: geom.EmptyBox()}
	skin := geom.EmptyBox() // around the walls; slabs and canopies reach further
	for _, e := range b.Elements {
		if is(e.Type, "wall", "slab", "column", "roof") {
			ix.Bounds = ix.Bounds.Union(e.Box)
		}
		if is(e.Type, "wall") {
			skin = skin.Union(e.Box)
		}
	}
	if skin.Empty() {
		skin = ix.Bounds
	}
	for _, e := range b.Elements {
		if e.Box.Empty() || is(e.Type, "site", "geographic") {
			continue
		}
		mid, size := e.Box.Center(), e.Box.Size()
		thick := min(size[0], size[2])
		high := e.Box.Min[1] > skin.Min[1]+highShare*skin.Size()[1]
		flat := size[1] < thick
		if is(e.Type, "slab", "roof") && size[1] > pitched {
			high = e.Box.Min[1] > skin.Min[1]+eavesShare*skin.Size()[1] && e.Box.Max[1] > skin.Min[1]+ridgeShare*skin.Size()[1]
		}
		edge, out := nearestSide(skin, mid)
		outer := edge < outerReach && (edge > -outerStand || is(e.Type, "column"))
		switch {
		case e.Out != geom.Vec3{}:
			ix.Skin = append(ix.Skin, Side{e.Entity, e.Out})
		case is(e.Type, "roof", "ceiling", "covering", "beam") && high, flat && high:
			if edge > 0 {
				ix.Roof = append(ix.Roof, e.Entity)
			} else { // what juts out, as a canopy, hides nothing from above
				ix.Skin = append(ix.Skin, Side{e.Entity, out})
			}
		case is(e.Type, "wall", "window", "door", "curtain", "plate", "member", "column", "beam", "railing", "covering", "proxy") && outer:
			ix.Skin = append(ix.Skin, Side{e.Entity, out})
		}
	}
	return ix
}

// nearestSide is how far within a box a point lies from its nearest upright
// side, negative when it lies outside, and the way that this side looks.
func nearestSide(box geom.Box, p geom.Vec3) (float64, geom.Vec3) {
	edge, out := math.Inf(1), geom.Vec3{}
	for _, axis := range [2]int{0, 2} {
		for _, way := range [2]float64{-1, 1} {
			d := p[axis] - box.Min[axis]
			if way > 0 {
				d = box.Max[axis] - p[axis]
			}
			if d < edge {
				edge, out = d, geom.Vec3{}
				out[axis] = way
			}
		}
	}
	return edge, out
}

// is tells whether an element's type names one of the words.
func is(kind string, words ...string) bool {
	kind = strings.ToLower(kind)
	for _, w := range words {
		if strings.Contains(kind, w) {
			return true
		}
	}
	return false
}
