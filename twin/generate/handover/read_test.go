package handover_test

import (
	"context"
	"testing"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/codec/aml"
	"github.com/glasstwin/glasstwin/twin/generate/handover"
)

// shop is a site of one room, one freezer without a shape and two of one name.
func shop() handover.Source {
	return handover.Source{Scene: &scene.Scene{}, Site: &twin.Site{
		ID: "shop", Name: "Shop", Plants: []twin.Plant{{Name: "plant", Endpoint: "opc.tcp://127.0.0.1:4840"}},
		Zones: []twin.Zone{{ID: "room", Name: "Room", Kind: "room", Outline: []geom.Vec2{{0, 0}, {4, 0}, {4, -3}}, Height: 3}},
		Assets: []twin.Asset{
			{ID: "freezer-1", Class: "upright-freezer", Name: "Ice/Cream", Size: geom.Vec3{1, 2, 0.7}, Params: map[string]float64{"doors": 2}, Products: []string{"ice", "peas"}},
			{ID: "freezer-2", Class: "upright-freezer", Name: "Ice/Cream", Size: geom.Vec3{1, 2, 0.7}, Inferred: true},
		},
		Signals:  []twin.Signal{{ID: "freezer-1/door", Asset: "freezer-1", Name: "door", Kind: twin.Boolean, Writable: true, Expected: 1500e6}},
		Bindings: []twin.Binding{{Signal: "freezer-1/door", Plant: "plant", Address: "ns=2;s=a"}},
	}}
}

func TestThingsOfOneNameStayApart(t *testing.T) {
	data, err := handover.Write(context.Background(), shop())
	if err != nil {
		t.Fatal(err)
	}
	doc, _, err := aml.Read(context.Background(), "shop.amlx", data)
	if err != nil || len(doc.Notes) > 0 {
		t.Fatal(err, doc.Notes)
	}
	var things []handover.Thing
	names := map[string]bool{}
	for _, e := range doc.Elements {
		if names[e.Path] {
			t.Errorf("two elements have the path %s", e.Path)
		}
		names[e.Path] = true
		if th, ok := handover.ThingOf(e); ok {
			things = append(things, th)
			if s := handover.SignalsOf(e, twin.AssetID(th.Key)); th.Key == "freezer-1" && (len(s.List) != 1 || s.List[0] != shop().Site.Signals[0] || s.Bindings[0] != shop().Site.Bindings[0]) {
				t.Errorf("signals %+v", s)
			}
		}
	}
	if len(things) != 2 || things[0].Name != "Ice/Cream" || things[1].Name != "Ice/Cream" || !things[1].Inferred || things[0].Params["doors"] != 2 || len(things[0].Products) != 2 {
		t.Errorf("things %+v", things)
	}
}

// FuzzRead: whatever an element says, what is taken from it are numbers that are.
func FuzzRead(f *testing.F) {
	data, err := handover.Write(context.Background(), shop())
	if err != nil {
		f.Fatal(err)
	}
	_, parts, err := aml.Read(context.Background(), "shop.amlx", data)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(parts["shop.aml"])
	f.Fuzz(func(t *testing.T, data []byte) {
		doc, _, err := aml.Read(context.Background(), "f.aml", data)
		if err != nil {
			return
		}
		for _, e := range doc.Elements {
			if r, ok := handover.RoomOf(e); ok {
				for _, p := range r.Outline {
					if !(p.Len() < 1e13) {
						t.Fatalf("room %q has a corner at %v", r.Key, p)
					}
				}
			}
			th, _ := handover.ThingOf(e)
			for name, v := range th.Params {
				if !(v > -1e13 && v < 1e13) {
					t.Fatalf("parameter %s is %v", name, v)
				}
			}
			for _, g := range handover.SignalsOf(e, "a").List {
				if g.Expected < 0 || g.Range[0] != g.Range[0] || g.Kind == "" {
					t.Fatalf("signal %+v", g)
				}
			}
			handover.FabricOf(e)
			handover.PlantOf(e)
		}
	})
}
