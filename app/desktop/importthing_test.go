package desktop

import (
	"context"
	"math"
	"testing"

	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"github.com/glasstwin/glasstwin/app/phrase"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// A machine that is drawn with z up is turned upright as large as it was, and comes
// into the hand.
func TestADrawnThingComesIntoTheHand(t *testing.T) {
	w, e := planning(t, phrase.English)
	var asked Drawn
	e.planner.Look = func(_ context.Context, path string) (Drawn, error) {
		return Drawn{Path: path, Title: "mixer", Height: 2, Size: [3]float64{1, 2, 4}, Triangles: 7}, nil
	}
	e.planner.Import = func(_ context.Context, d Drawn) (Kind, error) {
		asked = d
		return Kind{Class: "mixer", Title: map[string]string{"en": d.Title}, Size: geom.Vec3{1, d.Height, 1}}, nil
	}
	w.dropped([]string{"/home/mina/mixer.GLB"})
	w.settle()
	height := w.place("plan-import-height").(*searchEntry)
	if height.Text != "2" {
		t.Errorf("its height is told as %q", height.Text)
	}
	w.place("plan-import-zup").(*widget.Check).SetChecked(true)
	if height.Text != "4" {
		t.Errorf("upright its height is told as %q, want 4", height.Text)
	}
	height.SetText("1,5")
	for _, o := range test.LaidOutObjects(w.win.Canvas().Overlays().Top()) {
		if b, ok := o.(*widget.Button); ok && b.Text == "Import" {
			test.Tap(b)
		}
	}
	w.settle()
	if asked.Path != "/home/mina/mixer.GLB" || !asked.ZUp || math.Abs(asked.Height-1.5) > 1e-9 || asked.Title != "mixer" {
		t.Fatalf("imported is %+v", asked)
	}
	if e.tool != toolAdd || e.adding == nil || e.adding.Class != "mixer" || len(e.panel.kinds) != 1 {
		t.Errorf("in the hand is %+v, listed are %d", e.adding, len(e.panel.kinds))
	}
}
