package planogram_test

import (
	"testing"

	"github.com/glasstwin/glasstwin/assets"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin/codec/planogram"
	"github.com/glasstwin/glasstwin/twin/generate/catalogue"
)

// The two lists of the demo store read, and stand in their room of 25 by 24 m, back room included,
// without a problem.
func TestTheDemoStore(t *testing.T) {
	cat, err := catalogue.Read(assets.Catalogue())
	if err != nil {
		t.Fatal(err)
	}
	floor := planogram.Floor{
		Class: func(name string) (planogram.Facts, bool) {
			c, ok := cat.Class(name)
			if !ok {
				return planogram.Facts{}, false
			}
			return planogram.Facts{
				Width: c.Size[0], Depth: c.Size[2], Solid: c.Mount == catalogue.OnFloor,
				Outside: c.Mount == catalogue.Outdoors || c.Mount == catalogue.InWall,
			}, true
		},
		Rooms: [][]geom.Vec2{{{0, 0}, {25, 0}, {25, 24}, {0, 24}}},
	}
	var lists []planogram.List
	for _, name := range []string{"planogram.csv", "devices.csv"} {
		f, err := assets.DemoStore().Open(name)
		if err != nil {
			t.Fatal(err)
		}
		rows, err := planogram.Read(name, f)
		if err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		if len(rows) < 20 {
			t.Errorf("%s: %d rows", name, len(rows))
		}
		lists = append(lists, planogram.List{File: name, Rows: rows})
	}
	if err := planogram.Check(lists, floor); err != nil {
		t.Error(err)
	}
}
