package main

import (
	"testing"

	"github.com/glasstwin/glasstwin/render"
	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
)

func TestCutsAreRead(t *testing.T) {
	for text, want := range map[string]render.Cut{
		"":        {},
		"y<1.2":   {Away: geom.Vec3{0, 1, 0}, Offset: 1.2},
		" Z > -4": {Away: geom.Vec3{0, 0, -1}, Offset: 4},
		"x<0":     {Away: geom.Vec3{1, 0, 0}},
	} {
		if got, err := cutOf(text); err != nil || got != want {
			t.Errorf("%q: %+v %v", text, got, err)
		}
	}
	if c, _ := cutOf("z>-4"); !c.Takes(geom.Vec3{0, 0, -5}) || c.Takes(geom.Vec3{0, 0, 3}) {
		t.Error("z>-4 keeps what is not kept")
	}
	for _, text := range []string{"y", "1.2", "y<", "y<a", "w<2", "xy<2", "<2", "y<NaN", "y<1e99", "y=2"} {
		if got, err := cutOf(text); err == nil {
			t.Errorf("%q is read as %+v", text, got)
		}
	}
}

func TestOnlyWhatIsDrawnCanBeLookedAt(t *testing.T) {
	var sc scene.Scene
	for _, e := range []string{"a", "b"} {
		sc.AddNode(scene.Node{Entity: e, Parent: scene.None, Mesh: scene.None, Joint: scene.None, Local: geom.Identity()})
	}
	var f render.Frame
	if err := (&looking{Select: "a", Xray: []string{"b"}}).look(&f, &sc); err != nil || f.Selected != "a" || !f.Reveal || !f.Veiled["a"] || f.Veiled["b"] {
		t.Errorf("%+v %v", f, err)
	}
	for _, l := range []looking{{Select: "c"}, {Xray: []string{"a", "c"}}, {Only: []string{"c"}}} {
		if err := l.look(&f, &sc); err == nil {
			t.Errorf("%+v is taken", l)
		}
	}
}
