package whatif

import (
	"maps"
	"math"
	"slices"

	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/flow/shop"
)

// Since notes which cabinets of the scenario stand elsewhere after than before: to
// move them takes energy; which fixtures hold what others held; and what lies on each.
func (x *Scenario) Since(before, after *twin.Site) {
	const same = 0.01 // m and rad
	x.Moved = nil
	for _, a := range after.Assets {
		was, ok := before.Asset(a.ID)
		if _, cooled := x.Cabinets[a.ID]; ok && cooled &&
			(was.Pose.Position.Sub(a.Pose.Position).Len() > same || math.Abs(was.Pose.Yaw-a.Pose.Yaw) > same) {
			x.Moved = append(x.Moved, a.ID)
		}
	}
	x.Holds = Exchanged(before, after)
	x.lay, x.lie = shop.GoodsOf(before), shop.GoodsOf(after)
	if maps.EqualFunc(x.lay, x.lie, maps.Equal[map[string]float64, map[string]float64]) {
		x.lay, x.lie = nil, nil
	}
}

// Exchanged are the fixtures of a layout that hold what other ones of their class
// held before, and whose that is.
func Exchanged(before, after *twin.Site) map[twin.AssetID]twin.AssetID {
	same := func(a, b twin.Asset) bool {
		return slices.Equal(a.Products, b.Products) && slices.Equal(a.Facings, b.Facings) && a.Bare == b.Bare
	}
	var changed []twin.AssetID
	for _, a := range after.Assets {
		if was, ok := before.Asset(a.ID); ok && !same(was, a) {
			changed = append(changed, a.ID)
		}
	}
	out := map[twin.AssetID]twin.AssetID{}
	taken := map[twin.AssetID]bool{}
	for _, id := range changed {
		a, _ := after.Asset(id)
		for _, other := range changed {
			if was, _ := before.Asset(other); other != id && !taken[other] && was.Class == a.Class && same(was, a) {
				out[id], taken[other] = other, true
				break
			}
		}
	}
	// A part of an exchange is none: goods would be wanted twice, or nowhere.
	for id, of := range out {
		if _, ok := out[of]; !ok || !taken[id] {
			return nil
		}
	}
	if len(out) == 0 {
		return nil
	}
	return out
}
