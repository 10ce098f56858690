package desktop

import (
	"context"
	"strings"
	"testing"

	"github.com/glasstwin/glasstwin/app/floorplan"
	"github.com/glasstwin/glasstwin/app/phrase"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/flow/cause"
	"github.com/glasstwin/glasstwin/twin/flow/measure"
	"github.com/glasstwin/glasstwin/twin/layout"
)

// A zone that has nothing but a number is told by what stands there.
func TestAZoneOfANumberIsTold(t *testing.T) {
	_, e := planning(t, phrase.English)
	a, ok := e.base.Asset("freezer-2")
	if !ok {
		t.Fatal("there is no freezer-2")
	}
	x, z := a.Pose.Position[0], a.Pose.Position[2]
	around := []geom.Vec2{{x - 0.5, z - 0.5}, {x + 0.5, z - 0.5}, {x + 0.5, z + 0.5}, {x - 0.5, z + 0.5}}
	e.site.Zones = append(e.site.Zones, twin.Zone{ID: "75", Outline: around}, twin.Zone{ID: "76", Name: "Dairy", Outline: around}, twin.Zone{ID: "aisle-4", Outline: around})
	for id, want := range map[string]string{"75": "the floor beside " + e.name("freezer-2"), "76": "Dairy", "aisle-4": "aisle-4", "77": "77"} {
		if got := e.zoneName(id); got != want {
			t.Errorf("zone %s is called %q, not %q", id, got, want)
		}
	}
}

func TestACrowdIsExplainedByArrows(t *testing.T) {
	w, e := planning(t, phrase.English)
	aisle := []geom.Vec2{{9, -12}, {12, -12}, {12, -7}, {9, -7}}
	e.site.Zones = append(e.site.Zones, twin.Zone{ID: "aisle-1", Name: "Groceries", Kind: "aisle", Outline: aisle})
	var asked []string
	e.planner.Explain = func(_ context.Context, _ layout.Layout, zone string, done func(float64)) (*cause.Finding, error) {
		asked = append(asked, zone)
		done(0.5)
		of := func(id twin.AssetID, share, half float64) cause.Ablation {
			a, _ := e.base.Asset(id)
			return cause.Ablation{Player: cause.Player{ID: string(id), Kind: cause.Attraction, Assets: []twin.AssetID{id}, Note: "people come for it",
				At: geom.Vec2{a.Pose.Position[0], a.Pose.Position[2]}}, Share: share, Half: half}
		}
		return &cause.Finding{Zone: measure.Zone{ID: "aisle-1", Outline: aisle}, Crowd: 400, Usual: 250,
			Causes: []cause.Ablation{of("gondola-4", 160, 40), of("freezer-2", 20, 60), of("gondola-8", -30, 10), of("gondola-12", 0, 0)}}, nil
	}
	w.build()
	before := w.view.frame.Camera
	e.panel.whyHere()
	w.settle()
	if w.view.frame.Camera == before {
		t.Error("the camera does not turn to where people crowd")
	}
	e.selected = []twin.AssetID{"gondola-1"}
	e.panel.whyHere()
	w.settle()
	if len(asked) != 2 || asked[0] != "" || asked[1] != "aisle-1" {
		t.Errorf("asked about %q", asked)
	}
	arrows := w.view.frame.Overlays.Arrows
	if len(arrows) != 3 {
		t.Fatalf("%d arrows of three causes that share", len(arrows))
	}
	for i, want := range []struct {
		strength float64
		red      bool
		faint    bool
	}{{1, true, false}, {0.15, true, true}, {0.1875, false, false}} {
		a := arrows[i]
		if a.Strength != want.strength || (a.Color[0] > a.Color[2]) != want.red || (a.Color[3] < 1) != want.faint {
			t.Errorf("arrow %d is %+v", i, a)
		}
	}
	var p floorplan.Picture
	e.crowdPlan(&p)
	if len(p.Lines) != 3 || len(p.Texts) != 0 || p.Lines[0].Wide <= p.Lines[2].Wide {
		t.Errorf("the plan shows %d arrows and %d texts", len(p.Lines), len(p.Texts))
	}
	e.hoverPlan(p.Lines[0].A.Add(p.Lines[0].B).Mul(0.5), 0.1)
	p = floorplan.Picture{}
	if e.crowdPlan(&p); len(p.Texts) != 1 || p.Texts[0].Text != "Gondola 4: people come for it (+160 ± 40 s an hour)" {
		t.Errorf("pointed at, it says %+v", p.Texts)
	}
	mid := arrows[2].Middle()
	if from := mid.Add(geom.Vec3{0.2, 6, 0.1}); !e.hover(ray{from: from, along: mid.Sub(from).Normalize()}) || e.crowd.on != 2 {
		t.Errorf("in the picture, number %d is pointed at", e.crowd.on)
	}
	text := strings.Join(said(w.place("cause-freezer-2").(*tapped).inside), "\n")
	if !strings.Contains(text, "+20 ± 60 s an hour, not sure") {
		t.Errorf("what chance may have made is told as %q", text)
	}
	if edit, err := e.draft.Now().Move([]twin.AssetID{"gondola-4"}, geom.Vec2{0.3, 0}); !e.do(edit, err) {
		t.Fatal("it does not stand there")
	}
	if len(w.view.frame.Overlays.Arrows) != 0 {
		t.Error("arrows of another layout are shown")
	}
}
