package generate

import (
	"math"
	"slices"
	"strings"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/generate/catalogue"
)

// besideGap is left between a newcomer and the thing that it is put beside.
const besideGap = 0.02 // metres

// lineReach is how much further than beside its kind a newcomer may stand in the
// same line, past a sensor on the wall, metres.
const lineReach = 2.0

// place puts an asset in line with one of its class, else of its group at the
// plant, on the first side that is free; else where the room is free nearest to
// them, else anywhere.
func (a *adapter) place(x *twin.Asset, class *catalogue.Class, d device) {
	peers := a.peers(class, d)
	for further := 0.0; further <= lineReach; further += spotStep / 2 {
		for _, p := range slices.Backward(peers) {
			for _, side := range [2]float64{1, -1} {
				if a.beside(x, class, p, side, further, peers) {
					x.Zone = zoneOf(a.site.Zones, *x)
					return
				}
			}
		}
	}
	x.Pose.Yaw = 0
	x.Pose.Position = a.freeNear(*x, class, peers)
	a.lift(x, class)
	x.Zone = zoneOf(a.site.Zones, *x)
}

// beside puts an asset to one side of a peer and tells whether it is free there.
func (a *adapter) beside(x *twin.Asset, class *catalogue.Class, p twin.Asset, side, further float64, peers []twin.Asset) bool {
	gap := besideGap + (p.Size[0]+x.Size[0])/2
	if pitch := pitchOf(p, peers); class.Mount == catalogue.OnCeiling && pitch > gap {
		gap = pitch
	}
	gap = side * (gap + further)
	s, c := math.Sincos(p.Pose.Yaw)
	x.Pose.Yaw = p.Pose.Yaw
	x.Pose.Position = geom.Vec3{round(p.Pose.Position[0] + gap*c), p.Pose.Position[1], round(p.Pose.Position[2] - gap*s)}
	if p.Class != x.Class {
		a.lift(x, class)
	}
	return a.within(*x, p) && !blocked(*x, class, a.site.Assets, a.catalogue)
}

// peers are the assets that a device belongs beside: those of its class, or else
// those whose devices the plant keeps in the same group.
func (a *adapter) peers(class *catalogue.Class, d device) []twin.Asset {
	var same, near []twin.Asset
	group := groupOf(d)
	for _, x := range a.site.Assets {
		if x.Class == class.Name {
			same = append(same, x)
			continue
		}
		other, ok := a.now.device(string(x.ID))
		if c, known := a.catalogue.Class(x.Class); ok && known && c.Mount == class.Mount && group != "" && groupOf(other) == group {
			near = append(near, x)
		}
	}
	if len(same) > 0 {
		return same
	}
	return near
}

// groupOf is the path of what a device hangs below.
func groupOf(d device) string {
	path := d.points[0].Path
	return strings.Join(path[:max(0, len(path)-2)], "/")
}

// pitchOf is how far the nearest peer of a thing stands from it.
func pitchOf(p twin.Asset, peers []twin.Asset) float64 {
	least := math.Inf(1)
	for _, o := range peers {
		if o.ID != p.ID {
			least = min(least, o.Pose.Position.Sub(p.Pose.Position).Len())
		}
	}
	if math.IsInf(least, 1) {
		return 0
	}
	return least
}

// spaces are the rooms of the site, the largest first; one drawn around
// everything when it has none.
func (a *adapter) spaces() []Space {
	var out []Space
	for _, z := range a.site.Zones {
		if z.Kind == Room {
			out = append(out, Space{ID: string(z.ID), Name: z.Name, Outline: z.Outline, FloorY: z.FloorY, Height: z.Height})
		}
	}
	if len(out) == 0 {
		return []Space{guessedRoom(a.site.Assets, a.catalogue)}
	}
	slices.SortStableFunc(out, func(x, y Space) int {
		switch d := areaOf(y.Outline) - areaOf(x.Outline); {
		case d > 0:
			return 1
		case d < 0:
			return -1
		}
		return 0
	})
	return out
}

// within tells whether a thing stands wholly in the room of its neighbour, or,
// as that, in none.
func (a *adapter) within(x, neighbour twin.Asset) bool {
	at := geom.Vec2{neighbour.Pose.Position[0], neighbour.Pose.Position[2]}
	for _, s := range a.spaces() {
		if inside(s.Outline, at) {
			corners := footprint(x)
			return !slices.ContainsFunc(corners[:], func(p geom.Vec2) bool { return !inside(s.Outline, p) })
		}
	}
	return true
}

// blocked tells whether a thing stands in others: where their covers and their
// heights meet.
func blocked(x twin.Asset, class *catalogue.Class, others []twin.Asset, cat *catalogue.Catalogue) bool {
	lo, hi := cover([]twin.Asset{x})
	return slices.ContainsFunc(others, func(o twin.Asset) bool {
		if c, ok := cat.Class(o.Class); ok && c.Mount == catalogue.OnFloor && class.Mount == catalogue.OnFloor {
			return apart(x, o) < besideGap/2
		}
		olo, ohi := cover([]twin.Asset{o})
		const meets = 1e-6
		return lo[0] < ohi[0]-meets && olo[0] < hi[0]-meets && lo[1] < ohi[1]-meets && olo[1] < hi[1]-meets &&
			x.Pose.Position[1] < o.Pose.Position[1]+o.Size[1]-meets && o.Pose.Position[1] < x.Pose.Position[1]+x.Size[1]-meets
	})
}

// freeNear is the free spot of a room that is nearest to the peers; with none,
// the first of the largest room.
func (a *adapter) freeNear(x twin.Asset, class *catalogue.Class, peers []twin.Asset) geom.Vec3 {
	spaces := a.spaces()
	if len(peers) == 0 {
		return freeSpot(x, class, spaces[0], a.site.Assets)
	}
	var middle geom.Vec3
	for _, p := range peers {
		middle = middle.Add(p.Pose.Position.Mul(1 / float64(len(peers))))
	}
	room := spaces[0]
	for _, s := range spaces {
		if inside(s.Outline, geom.Vec2{middle[0], middle[2]}) {
			room = s
		}
	}
	lo, hi := bounding(room.Outline)
	best, least := geom.Vec3{}, math.Inf(1)
	columns, rows := min(200, int((hi[0]-lo[0])/spotStep)), min(200, int((hi[1]-lo[1])/spotStep))
	for row := 1; row < rows; row++ {
		for column := 1; column < columns; column++ {
			x.Pose.Position = geom.Vec3{round(lo[0] + spotStep*float64(column)), 0, round(lo[1] + spotStep*float64(row))}
			far := math.Hypot(x.Pose.Position[0]-middle[0], x.Pose.Position[2]-middle[2])
			if far >= least {
				continue
			}
			corners := footprint(x)
			fits := !slices.ContainsFunc(corners[:], func(p geom.Vec2) bool { return !inside(room.Outline, p) })
			if fits && !slices.ContainsFunc(a.site.Assets, func(o twin.Asset) bool { return apart(x, o) < spotStep/2 }) {
				best, least = x.Pose.Position, far
			}
		}
	}
	if math.IsInf(least, 1) {
		return freeSpot(x, class, room, a.site.Assets)
	}
	return best
}

func bounding(outline []geom.Vec2) (lo, hi geom.Vec2) {
	lo, hi = geom.Vec2{math.Inf(1), math.Inf(1)}, geom.Vec2{math.Inf(-1), math.Inf(-1)}
	for _, p := range outline {
		for k := range 2 {
			lo[k], hi[k] = min(lo[k], p[k]), max(hi[k], p[k])
		}
	}
	return lo, hi
}

// lift brings a thing to the height at which its class hangs or stands.
func (a *adapter) lift(x *twin.Asset, class *catalogue.Class) {
	floor, ceiling := levels(a.spaces(), geom.Vec2{x.Pose.Position[0], x.Pose.Position[2]})
	x.Pose.Position[1] = round(floor + class.Elevation)
	if class.Mount == catalogue.OnCeiling {
		x.Pose.Position[1] = round(ceiling - class.Elevation - x.Size[1])
	}
}
