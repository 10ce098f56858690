package render

import (
	"math"
	"slices"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/glasstwin/glasstwin/render/overlay"
	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// Storeys are the levels that a building is taken apart by: the heights of its
// floors, lowest first, metres, and last the height over which only the roof is.
type Storeys []float64

// storeyLeast is how far apart floors must be to be those of two storeys, metres;
// less is a step.
const storeyLeast = 1.6

// StoreysOf sorts the heights of floors and leaves out steps; top is where the
// highest rooms end.
func StoreysOf(floors []float64, top float64) Storeys {
	var out Storeys
	for _, y := range slices.Sorted(slices.Values(floors)) {
		if len(out) == 0 || y-out[len(out)-1] >= storeyLeast {
			out = append(out, y)
		}
	}
	if len(out) > 0 && top-out[len(out)-1] >= storeyLeast {
		out = append(out, top)
	}
	return out
}

// of is the storey that a box stands on; what is flat and ends at a floor is the
// floor itself.
func (s Storeys) of(b geom.Box) int {
	const sunk, slab, even = 0.3, 0.7, 0.05 // metres
	at := 0
	for i, y := range s {
		if i > 0 && (b.Min[1] >= y-sunk || b.Size()[1] < slab && b.Max[1] >= y-even && b.Min[1] >= y-slab) {
			at = i
		}
	}
	return at
}

// Apart returns a copy of a scene in which each storey stands some metres higher
// over the one below than it does.
func (s Storeys) Apart(sc *scene.Scene, metres float64) *scene.Scene {
	out := *sc
	out.Nodes = slices.Clone(sc.Nodes)
	world := sc.World(nil, nil)
	root := make([]int, len(sc.Nodes)) // the node of an entity that each is below, -1: none
	boxes := map[int]geom.Box{}
	for i, n := range sc.Nodes {
		root[i] = -1
		if n.Parent != scene.None {
			root[i] = root[n.Parent]
		}
		if root[i] < 0 && n.Entity != "" {
			root[i] = i
			boxes[i] = geom.EmptyBox()
		}
		if root[i] >= 0 && n.Mesh != scene.None {
			boxes[root[i]] = boxes[root[i]].Union(sc.Meshes[n.Mesh].Box().Transform(world[i]))
		}
	}
	most := s.most(boxes)
	for i, b := range boxes {
		if b.Empty() {
			continue
		}
		lift := mgl64.Translate3D(0, metres*float64(min(s.of(b), most)), 0)
		n := &out.Nodes[i]
		if n.Parent != scene.None {
			p := world[n.Parent]
			lift = p.Inv().Mul4(lift).Mul4(p)
		}
		n.Local = lift.Mul4(n.Local)
	}
	return &out
}

// most is the highest storey that more than a few beams stand on: the ridge of a
// pitched roof goes with its roof.
func (s Storeys) most(boxes map[int]geom.Box) int {
	const worth = 0.3 // of the largest thing's footprint
	largest, last := 0.0, 0.0
	for _, b := range boxes {
		if b.Empty() {
			continue
		}
		footprint := b.Size()[0] * b.Size()[2]
		largest = math.Max(largest, footprint)
		if s.of(b) == len(s)-1 {
			last = math.Max(last, footprint)
		}
	}
	if last < worth*largest {
		return len(s) - 2
	}
	return len(s) - 1
}

// lift is how much higher a point stands.
func (s Storeys) lift(y, metres float64) float64 {
	at := 0
	for i, floor := range s {
		if y >= floor-0.05 {
			at = i
		}
	}
	return metres * float64(at)
}

// Lift returns overlays where the things are that they are about, in the scene
// of Apart.
func (s Storeys) Lift(set overlay.Set, metres float64) overlay.Set {
	up := func(p geom.Vec3) geom.Vec3 { return p.Add(geom.Vec3{0, s.lift(p[1], metres), 0}) }
	set.Heatmaps = each(set.Heatmaps, func(h *overlay.Heatmap) { h.Y += s.lift(h.Y, metres) })
	set.Volumes = each(set.Volumes, func(v *overlay.VolumeHeat) {
		up := s.lift(v.Box.Min[1], metres)
		v.Box.Min[1], v.Box.Max[1] = v.Box.Min[1]+up, v.Box.Max[1]+up
	})
	set.Arrows = each(set.Arrows, func(a *overlay.Arrow) { a.From, a.To = up(a.From), up(a.To) })
	set.Labels = each(set.Labels, func(l *overlay.Label) { l.Anchor = up(l.Anchor) })
	set.Figures = each(set.Figures, func(f *overlay.Figure) { f.Position = up(f.Position) })
	set.Trails = each(set.Trails, func(t *overlay.Trail) {
		t.Points = each(t.Points, func(p *geom.Vec3) { *p = up(*p) })
	})
	set.Flows = each(set.Flows, func(f *overlay.Flow) {
		f.Lines = each(f.Lines, func(l *overlay.Streamline) {
			l.Points = each(l.Points, func(p *geom.Vec3) { *p = up(*p) })
		})
	})
	set.Ghosts = each(set.Ghosts, func(g *overlay.Ghost) { g.Pose[13] += s.lift(g.Pose[13], metres) })
	set.Clouds = nil // a scan is of the building as it stands
	return set
}

func each[T any](list []T, change func(*T)) []T {
	list = slices.Clone(list)
	for i := range list {
		change(&list[i])
	}
	return list
}

// Span of what a picture of storeys apart shows: by default each is lifted by what
// it is high, so that one looks into all.
func (s Storeys) Span() float64 {
	high := 0.0
	for i := 1; i < len(s); i++ {
		high = math.Max(high, s[i]-s[i-1])
	}
	return high
}
