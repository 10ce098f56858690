package desktop

import (
	"math"
	"slices"
	"testing"

	"fyne.io/fyne/v2"

	"github.com/glasstwin/glasstwin/app/phrase"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/layout"
)

// planning is the window over the scripted twin with the planner open.
func planning(t *testing.T, lang phrase.Language) (desk, *editor) {
	t.Helper()
	s := newScripted()
	s.site.Zones = append(s.site.Zones, twin.Zone{ID: "hall", Name: "Hall", Kind: "room", Outline: []geom.Vec2{{0, 0}, {28, 0}, {28, -24}, {0, -24}}, Height: 4})
	w := opened(t, s, lang)
	facts := func(a twin.Asset) layout.Facts {
		return layout.Facts{Stands: true, Front: true, Behind: a.Class == "gondola-shelf"}
	}
	plan, err := layout.NewPlan(s.site, facts, s.site.PlanningRules())
	if err != nil {
		t.Fatal(err)
	}
	w.edit = newEditor(w.window, &Planner{
		Plan: plan, Facts: facts, Kinds: []Kind{{Class: "dump-bin", Title: map[string]string{"en": "Dump bin", "ko": "행사 매대"}, Size: geom.Vec3{0.9, 0.9, 0.9}}},
		Stock:     func(a twin.Asset) ([]Board, error) { return []Board{{Width: 1.5}, {Width: 1.5, Back: true}}, nil },
		Planogram: func(a twin.Asset) ([]twin.Facing, error) { return a.Facings, nil },
	})
	w.build()
	w.win.Resize(fyne.NewSize(1400, 900))
	return w, w.edit
}

func (e *editor) place(t *testing.T, id twin.AssetID) geom.Vec2 {
	t.Helper()
	a, ok := e.draft.Now().Asset(id)
	if !ok {
		t.Fatalf("%s is gone", id)
	}
	return geom.Vec2{a.Pose.Position[0], a.Pose.Position[2]}
}

func TestAThingIsDraggedUndoneAndTurned(t *testing.T) {
	w, e := planning(t, phrase.English)
	from := e.place(t, "gondola-4")
	e.grab(from, false, 0.2)
	e.pull(from.Add(geom.Vec2{1.5, 0.02}), 0.2)
	if got := e.now(); len(layout.Compare(e.base, got).Moved) != 1 || !e.draft.Now().Equal(e.base) {
		t.Error("the drag in hand does not show, or is done already")
	}
	e.drop(false)
	if to := e.place(t, "gondola-4"); to.Sub(from).Len() < 1.3 || !slices.Equal(e.selected, []twin.AssetID{"gondola-4"}) {
		t.Errorf("it stands at %v, and %v is selected", to, e.selected)
	}
	if a, _ := w.twin.Site().Asset("gondola-4"); a.Pose.Position[0] != from[0] {
		t.Error("the twin itself was moved")
	}
	e.undo()
	if to := e.place(t, "gondola-4"); to != from {
		t.Errorf("undone, it stands at %v", to)
	}
	e.redo()
	e.undo()
	w.typed(&fyne.KeyEvent{Name: fyne.KeyR})
	if a, _ := e.draft.Now().Asset("gondola-4"); math.Abs(a.Pose.Yaw-math.Pi/2) > 1e-6 {
		t.Errorf("turned, it heads %v", a.Pose.Yaw)
	}
	w.typed(&fyne.KeyEvent{Name: fyne.KeyDelete})
	if _, ok := e.draft.Now().Asset("gondola-4"); ok {
		t.Error("it was not deleted")
	}
	if undo, _ := e.draft.Steps(); undo != 2 {
		t.Errorf("%d steps can be undone", undo)
	}
}

func TestNothingIsPutIntoSomethingElse(t *testing.T) {
	_, e := planning(t, phrase.English)
	e.grab(e.place(t, "gondola-4"), false, 0.2)
	e.pull(e.place(t, "gondola-3"), 0.2)
	e.drop(false)
	if err := e.planner.Plan.Allowed(e.draft.Now(), "gondola-4"); err != nil {
		t.Errorf("dragged onto another: %v", err)
	}
	e.adding, e.tool = &e.planner.Kinds[0], toolAdd
	e.click(geom.Vec2{4, -4}, false)
	if got := e.draft.Now().Assets; got[len(got)-1].Class != "dump-bin" || len(e.selected) != 1 {
		t.Error("the new thing does not stand there")
	}
	before := len(e.draft.Now().Assets)
	e.click(geom.Vec2{40, -4}, false) // out of the building
	if err := e.planner.Plan.Allowed(e.draft.Now()); err != nil {
		t.Errorf("put outside: %v", err)
	}
	e.use(toolSelect)
	e.duplicate()
	if len(e.draft.Now().Assets) <= before {
		t.Error("nothing was duplicated")
	}
	if err := e.planner.Plan.Allowed(e.draft.Now()); err != nil {
		t.Errorf("after duplicating: %v", err)
	}
}

// F looks at a thing where the draft has it, not where it stands.
func TestTheSelectedIsLookedAt(t *testing.T) {
	w, e := planning(t, phrase.English)
	e.pick("gondola-1", false)
	e.do(e.draft.Now().Pose("gondola-1", twin.Pose{Position: geom.Vec3{5, 0, -20}}))
	w.typed(&fyne.KeyEvent{Name: fyne.KeyF})
	if at := w.view.frame.Camera.Target; math.Abs(at[0]-5) > 0.1 || math.Abs(at[2]+20) > 0.1 {
		t.Errorf("it looks at %v", at)
	}
}

func TestAFrameSelectsAndTwoPointsMeasure(t *testing.T) {
	_, e := planning(t, phrase.Korean)
	e.grab(geom.Vec2{8, -6}, false, 0.2)
	e.pull(geom.Vec2{13.5, -10.2}, 0.2)
	e.drop(false)
	if len(e.selected) != 4 {
		t.Errorf("the frame selects %v", e.selected)
	}
	e.use(toolMeasure)
	e.grab(geom.Vec2{0.05, -0.05}, false, 0.2)
	e.pull(geom.Vec2{27.95, -0.1}, 0.2)
	e.drop(false)
	if got := e.measured[1].Sub(e.measured[0]).Len(); math.Abs(got-28) > 1e-9 {
		t.Errorf("from corner to corner it is %v m", got)
	}
}

func TestLengthsHaveUnits(t *testing.T) {
	for text, want := range map[string]float64{"1.2": 1.2, "1,2 m": 1.2, "120 cm": 1.2, "1200mm": 1.2, "−3 m": -3, "90°": 90, "1 ft": 0.3048} {
		if got, err := parseLength(text); err != nil || math.Abs(got-want) > 1e-12 {
			t.Errorf("%q is %v (%v)", text, got, err)
		}
	}
	for _, text := range []string{"", "wide", "1e9", "nan", "1 m m"} {
		if _, err := parseLength(text); err == nil {
			t.Errorf("%q was read", text)
		}
	}
}

func TestAFacingGoesToAnotherBoard(t *testing.T) {
	list := []twin.Facing{{Board: 0, Product: "a", Count: 1}, {Board: 0, Product: "b", Count: 2}, {Board: 1, Product: "c", Count: 1}, {Board: 1, Product: "d", Count: 1}}
	order := func(list []twin.Facing, board int) (out string) {
		for _, f := range list {
			if f.Board == board {
				out += f.Product
			}
		}
		return out
	}
	for _, c := range []struct {
		board, after int
		zero, one    string
	}{{1, 0, "b", "acd"}, {1, 1, "b", "cad"}, {1, 2, "b", "cda"}, {0, 1, "ba", "cd"}, {5, 0, "b", "cd"}} {
		got := movedFacing(list, list[0], c.board, c.after)
		if order(got, 0) != c.zero || order(got, 1) != c.one || len(got) != 4 {
			t.Errorf("to board %d after %d: %v", c.board, c.after, got)
		}
	}
}
