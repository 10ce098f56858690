package layout

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
)

// Side is what things are lined up by.
type Side string

// The sides: west and east along x, north and south along z, as the plan lies
// with -z up.
const (
	West    Side = "west"
	Middle  Side = "middle" // of x
	East    Side = "east"
	North   Side = "north"
	Centre  Side = "centre" // of z
	South   Side = "south"
	AlongX  Side = "along-x" // equal gaps
	AlongZ  Side = "along-z"
	Heading Side = "heading" // turned as the first one
)

// Sides lists all of them.
func Sides() []Side {
	return []Side{West, Middle, East, North, Centre, South, AlongX, AlongZ, Heading}
}

// box is an upright rectangle in plan.
type box struct{ lo, hi geom.Vec2 }

func emptyBox() box {
	return box{geom.Vec2{math.Inf(1), math.Inf(1)}, geom.Vec2{math.Inf(-1), math.Inf(-1)}}
}

func (b box) add(p geom.Vec2) box {
	return box{geom.Vec2{min(b.lo[0], p[0]), min(b.lo[1], p[1])}, geom.Vec2{max(b.hi[0], p[0]), max(b.hi[1], p[1])}}
}

func (b box) middle() geom.Vec2 { return b.lo.Add(b.hi).Mul(0.5) }

func (l Layout) boxOf(list []int) box {
	b := emptyBox()
	for _, i := range list {
		for _, p := range footprint(l.Assets[i]).corners {
			b = b.add(p)
		}
	}
	return b
}

// Align lines things up by the first one, or spreads them at equal gaps between
// the outermost two.
func (l Layout) Align(ids []twin.AssetID, side Side) (Edit, error) {
	list, err := l.pick(ids)
	if err != nil {
		return Edit{}, fmt.Errorf("%s: %w", Align, err)
	}
	least := 2
	if side == AlongX || side == AlongZ {
		least = 3
	}
	if len(list) < least {
		return Edit{}, fmt.Errorf("align %s: select at least %d things", side, least)
	}
	if side == AlongX || side == AlongZ {
		return l.spread(ids, list, side)
	}
	first := l.boxOf(list[:1])
	yaw := l.Assets[list[0]].Pose.Yaw
	return l.each(Align, ids, func(a *twin.Asset) {
		b := emptyBox()
		for _, p := range footprint(*a).corners {
			b = b.add(p)
		}
		var by geom.Vec2
		switch side {
		case West:
			by[0] = first.lo[0] - b.lo[0]
		case Middle:
			by[0] = first.middle()[0] - b.middle()[0]
		case East:
			by[0] = first.hi[0] - b.hi[0]
		case North:
			by[1] = first.lo[1] - b.lo[1]
		case Centre:
			by[1] = first.middle()[1] - b.middle()[1]
		case South:
			by[1] = first.hi[1] - b.hi[1]
		case Heading:
			a.Pose.Yaw = yaw
		}
		a.Pose = moved(a.Pose, by)
	})
}

func (l Layout) spread(ids []twin.AssetID, list []int, side Side) (Edit, error) {
	k := 0
	if side == AlongZ {
		k = 1
	}
	boxes := map[int]box{}
	taken := 0.0
	for _, i := range list {
		boxes[i] = l.boxOf([]int{i})
		taken += boxes[i].hi[k] - boxes[i].lo[k]
	}
	order := slices.Clone(list)
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(boxes[a].lo[k], boxes[b].lo[k]) })
	all := l.boxOf(list)
	gap := (all.hi[k] - all.lo[k] - taken) / float64(len(list)-1)
	by := map[twin.AssetID]geom.Vec2{}
	at := all.lo[k]
	for _, i := range order {
		var v geom.Vec2
		v[k] = at - boxes[i].lo[k]
		by[l.Assets[i].ID] = v
		at += boxes[i].hi[k] - boxes[i].lo[k] + gap
	}
	return l.each(Align, ids, func(a *twin.Asset) { a.Pose = moved(a.Pose, by[a.ID]) })
}
