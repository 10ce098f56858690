package app

import (
	"github.com/glasstwin/glasstwin/render/overlay"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/layout"
)

// Differing colours what differs between two layouts: what moved or is another in
// both, what went in the first, what came in the second.
func Differing(d layout.Diff, ink overlay.RGBA) (before, after []overlay.Tint) {
	tint := func(id twin.AssetID) overlay.Tint { return overlay.Tint{Entity: string(id), Color: ink} }
	both := func(id twin.AssetID) { before, after = append(before, tint(id)), append(after, tint(id)) }
	for _, m := range d.Moved {
		both(m.ID)
	}
	for _, c := range d.Changed {
		both(c.ID())
	}
	for _, a := range d.Went {
		before = append(before, tint(a.ID))
	}
	for _, a := range d.Came {
		after = append(after, tint(a.ID))
	}
	return before, after
}

// PlanInk is the colour of what a plan changes.
var PlanInk = overlay.RGBA{0.05, 0.4, 0.75, 0.45}
