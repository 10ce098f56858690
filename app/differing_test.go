package app_test

import (
	"testing"

	"github.com/glasstwin/glasstwin/app"
	"github.com/glasstwin/glasstwin/render/overlay"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/layout"
)

// What went is coloured before only, what came after only, the rest in both.
func TestWhatDiffersIsColouredWhereItStands(t *testing.T) {
	at := func(id twin.AssetID, x float64) twin.Asset {
		return twin.Asset{ID: id, Pose: twin.Pose{Position: geom.Vec3{x, 0, 0}}}
	}
	wide := at("changed", 5)
	wide.Size = geom.Vec3{2, 1, 1}
	a := layout.Layout{Assets: []twin.Asset{at("stays", 1), at("moved", 2), at("went", 3), at("changed", 5)}}
	b := layout.Layout{Assets: []twin.Asset{at("stays", 1), at("moved", 2.5), wide, at("came", 4)}}
	before, after := app.Differing(layout.Compare(a, b), app.PlanInk)
	told := func(list []overlay.Tint) string {
		out := ""
		for _, t := range list {
			if t.Color == app.PlanInk {
				out += t.Entity + " "
			}
		}
		return out
	}
	if told(before) != "moved changed went " || told(after) != "moved changed came " {
		t.Errorf("before: %s; after: %s", told(before), told(after))
	}
}
