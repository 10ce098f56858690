package desktop

import (
	"context"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"github.com/glasstwin/glasstwin/app"
	"github.com/glasstwin/glasstwin/app/depict"
	"github.com/glasstwin/glasstwin/app/phrase"
	"github.com/glasstwin/glasstwin/render"
	"github.com/glasstwin/glasstwin/render/overlay"
	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/flow/propose"
	"github.com/glasstwin/glasstwin/twin/flow/whatif"
	"github.com/glasstwin/glasstwin/twin/layout"
)

// doubled is the planner with gondola 4 moved, and the site beside it.
func doubled(t *testing.T, lang phrase.Language) (desk, *editor) {
	t.Helper()
	w, e := planning(t, lang)
	e.planner.Draw = func(_ context.Context, s *twin.Site) (app.Fit, error) {
		sc := &scene.Scene{}
		for _, a := range s.Assets {
			sc.AddNode(scene.Node{Parent: scene.None, Mesh: scene.None, Joint: scene.None, Entity: string(a.ID), Local: geom.Identity()})
		}
		return app.Fit{Scene: sc, Cutaway: func(geom.Vec3) []string { return []string{"wall-of-draft"} }}, nil
	}
	e.cutaway = func(geom.Vec3) []string { return []string{"wall-of-site"} }
	edit, err := e.draft.Now().Move([]twin.AssetID{"gondola-4"}, geom.Vec2{0.3, 0})
	if !e.do(edit, err) {
		t.Fatal("it does not stand there")
	}
	w.view.hand = e
	w.settle()
	return w, e
}

func pressed(w desk, key fyne.KeyName) { w.typed(&fyne.KeyEvent{Name: key}) }

func (w *window) next() (f render.Frame, on stages) {
	f, on, _ = w.view.upcoming(401, 300)
	return f, on
}

// B shows the site left of the draft, each in a scene of its own from one camera;
// B again leaves the picture as it was, and the camera where it is.
func TestTheSiteStandsBesideTheDraft(t *testing.T) {
	w, e := doubled(t, phrase.English)
	if f, on := w.next(); f.Beside != nil || on.left != nil {
		t.Fatal("there are two pictures already")
	}
	pressed(w, fyne.KeyB)
	w.view.steer(func(c render.Camera) render.Camera { return orbit(c, 40, 10) })
	driver := w.app.Driver()
	for place, x := range map[string]float32{"beside-left": 0, "beside-right": float32(int(w.view.Size().Width * middle))} {
		name := driver.AbsolutePositionForObject(w.place(place))
		picture := driver.AbsolutePositionForObject(w.view)
		if name.X != picture.X+x || name.Y+w.place(place).Size().Height > picture.Y {
			t.Errorf("%s is at %v, the picture at %v: it should stand above its half", place, name, picture)
		}
	}
	f, on := w.next()
	if f.Beside == nil || on.left != e.scene || on.right == on.left || on.right != w.base {
		t.Fatalf("left %p, right %p, the site's scene %p", on.left, on.right, e.scene)
	}
	left, right := f.Halves()
	if left.Width != 200 || right.Width != 201 || left.Camera.Look() != right.Camera.Look() || left.Camera != w.view.frame.Camera {
		t.Errorf("%d and %d wide, from %v and %v", left.Width, right.Width, left.Camera, right.Camera)
	}
	if !left.Hidden["wall-of-site"] || right.Hidden["wall-of-site"] || !right.Hidden["wall-of-draft"] {
		t.Errorf("hidden left %v, right %v", left.Hidden, right.Hidden)
	}
	for side, set := range map[string]overlay.Set{"left": left.Overlays, "right": right.Overlays} {
		if len(set.Tints) != 1 || set.Tints[0].Entity != "gondola-4" || len(set.Ghosts) != 0 {
			t.Errorf("%s: %+v differ, with %d ghosts", side, set.Tints, len(set.Ghosts))
		}
	}
	if e.panel.looks.Hidden || e.panel.side.Visible() || w.place("beside-left") == nil || !w.place("beside").(*widget.Check).Checked {
		t.Error("nothing tells what stands where, or the catalogue takes the room")
	}
	camera := w.view.frame.Camera
	pressed(w, fyne.KeyB)
	if f, on := w.next(); f.Beside != nil || on.left != nil || f.Camera != camera || on.right != w.base {
		t.Error("left again, there are two pictures still, or the camera moved")
	}
	if len(w.view.frame.Overlays.Ghosts) != 1 || e.panel.centre.Objects[0] != e.panel.both || !e.panel.side.Visible() {
		t.Error("the planner does not look as before")
	}
}

// A click in either half selects in both; the left is only looked at, and the right
// is worked on.
func TestEitherHalfIsPickedAndTheRightIsWorkedOn(t *testing.T) {
	w, e := doubled(t, phrase.Korean)
	pressed(w, fyne.KeyB)
	e.w.standard(fyne.Key1)
	at := func(id twin.AssetID, l layout.Layout, left bool) fyne.Position {
		a, _ := l.Asset(id)
		f := w.view.frame
		size := w.view.Size()
		f.Width, f.Height = int(size.Width)/2, int(size.Height)
		x, y, _ := f.Project(geom.Vec3{a.Pose.Position[0], a.Pose.Position[1] + a.Size[1], a.Pose.Position[2]})
		if !left {
			x += float64(f.Width)
		}
		return fyne.NewPos(float32(x), float32(y))
	}
	check := func(how string, want twin.AssetID) {
		t.Helper()
		f, _ := w.next()
		if left, right := f.Halves(); left.Selected != string(want) || right.Selected != string(want) {
			t.Errorf("%s: selected are %q and %q", how, left.Selected, right.Selected)
		}
	}
	for _, left := range [2]bool{true, false} {
		for id, l := range map[twin.AssetID]layout.Layout{"gondola-4": e.draft.Now(), "freezer-2": e.base} {
			if left {
				l = e.base
			}
			w.view.Tapped(&fyne.PointEvent{Position: at(id, l, left)})
			check("a click", id)
		}
	}
	was, _ := e.draft.Now().Asset("gondola-4")
	drag := func(left bool) {
		from := at("gondola-4", e.pictured(), left)
		if left {
			from = at("gondola-4", e.base, left)
		}
		w.view.MouseDown(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: from}, Button: desktop.MouseButtonPrimary})
		for k := range 10 {
			w.view.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: from.AddXY(float32(2*k), 0)}, Dragged: fyne.NewDelta(2, 0)})
		}
		w.view.DragEnd()
		w.settle()
	}
	camera := w.view.frame.Camera
	drag(true)
	if now, _ := e.draft.Now().Asset("gondola-4"); now.Pose != was.Pose || w.view.frame.Camera == camera {
		t.Error("a drag on the left moves the thing, and not the camera")
	}
	e.w.standard(fyne.Key1)
	camera = w.view.frame.Camera
	drag(false)
	if now, _ := e.draft.Now().Asset("gondola-4"); now.Pose == was.Pose || w.view.frame.Camera != camera {
		t.Error("a drag on the right moves the camera, and not the thing")
	}
	e.selected = []twin.AssetID{"gondola-4"}
	pressed(w, fyne.KeyDelete)
	w.settle()
	w.view.Tapped(&fyne.PointEvent{Position: at("gondola-4", e.base, true)})
	f, _ := w.next()
	if left, right := f.Halves(); left.Selected != "gondola-4" || right.Selected != "" || len(e.selected) != 0 {
		t.Errorf("what the draft has no more is selected left %q, right %q", left.Selected, right.Selected)
	}
}

// Both floors have the people of their own layout on one scale, or the difference.
func TestBothFloorsAreColoured(t *testing.T) {
	w, e := doubled(t, phrase.English)
	floor := func(heads ...float64) *whatif.Heat {
		return &whatif.Heat{Lo: geom.Vec2{1, -20}, Side: 0.5, NX: len(heads), NZ: 1, Density: heads}
	}
	e.planner.Compare = func(context.Context, layout.Layout, layout.Layout, int, func(float64)) (*whatif.Comparison, error) {
		return &whatif.Comparison{Study: whatif.Study{Days: 2}, Days: [2][]whatif.Day{
			{{Floor: floor(0.2, 0.4)}, {Floor: floor(0.2, 0.2)}}, {{Floor: floor(0.4, 0.2)}, {Floor: floor(0.4, 0.4)}}}}, nil
	}
	e.planner.Over = func(s *whatif.Shift, speak *phrase.Speaker) overlay.Heatmap { return depict.Shift(s, speak) }
	e.planner.Heads = func(s *whatif.Shift, speak *phrase.Speaker) [2]overlay.Heatmap { return depict.Heads(s, speak) }
	w.build()
	e.panel.live(2)
	w.settle()
	test.Tap(w.place("compare-beside").(*widget.Button))
	heats := func() [2]overlay.Heatmap {
		t.Helper()
		f, _ := w.next()
		left, right := f.Halves()
		if len(left.Overlays.Heatmaps) != 1 || len(right.Overlays.Heatmaps) != 1 {
			t.Fatalf("%d heatmaps left, %d right", len(left.Overlays.Heatmaps), len(right.Overlays.Heatmaps))
		}
		return [2]overlay.Heatmap{left.Overlays.Heatmaps[0], right.Overlays.Heatmaps[0]}
	}
	h := heats()
	if h[0].Scale() != h[1].Scale() || h[0].Values[0] != 0.2 || h[1].Values[0] != 0.4 || h[0].Title != "People on the floor" {
		t.Errorf("left %+v, right %+v", h[0], h[1])
	}
	w.place("beside-floor").(*widget.Select).SetSelectedIndex(1)
	if h = heats(); h[0].Title != "Change in people" || h[1].Title != h[0].Title || h[1].Values[0] <= 0 {
		t.Errorf("the difference is %+v and %+v", h[0], h[1])
	}
	w.place("compare-floor").(*widget.Check).SetChecked(false)
	if f, _ := w.next(); f.Beside == nil || len(f.Overlays.Heatmaps)+len(f.Beside.Overlays.Heatmaps) != 0 {
		t.Error("taken off the floor, it lies there still, or one picture is gone")
	}
}

// A proposal stands beside the site; another that is chosen takes its place, and an
// edit shows the draft.
func TestAProposalStandsBesideTheSite(t *testing.T) {
	w, e, _ := proposing(t, phrase.English)
	var drew int
	e.planner.Draw = func(context.Context, *twin.Site) (app.Fit, error) {
		drew++
		return app.Fit{Scene: &scene.Scene{}}, nil
	}
	test.Tap(w.place("proposal-beside").(*widget.Button))
	w.settle()
	tinted := func() int {
		f, on := w.next()
		if f.Beside == nil || on.left != e.scene || on.right == on.left {
			t.Fatal("the proposal does not stand beside the site")
		}
		if len(f.Overlays.Tints) != len(f.Beside.Overlays.Tints) {
			t.Error("left and right differ in what differs")
		}
		return len(f.Beside.Overlays.Tints)
	}
	if n := tinted(); n != 3 || drew != 1 || e.rightName() != "Proposal 1" {
		t.Errorf("%d things differ, %d scenes were drawn, it is called %q", n, drew, e.rightName())
	}
	w.place("proposal-2").(*tapped).act()
	w.settle()
	if n := tinted(); n != 2 || drew != 2 || e.rightName() != "Proposal 2" {
		t.Errorf("of the other, %d things differ, %d scenes were drawn, it is called %q", n, drew, e.rightName())
	}
	edit, err := e.draft.Now().Move([]twin.AssetID{"gondola-4"}, geom.Vec2{0.3, 0})
	if !e.do(edit, err) {
		t.Fatal("it does not stand there")
	}
	w.settle()
	if n := tinted(); n != 1 || drew != 3 || e.rightName() != "Draft" {
		t.Errorf("after an edit %d things differ, %d scenes were drawn, it is called %q", n, drew, e.rightName())
	}
	w.closePlanner()
	if f, on := w.next(); f.Beside != nil || on.left != nil {
		t.Error("the planner is closed, and there are two pictures")
	}
}

func TestNothingIsShownBesideItself(t *testing.T) {
	w, e := planning(t, phrase.English)
	pressed(w, fyne.KeyB)
	if e.beside != nil || w.notice.said == "" {
		t.Error("the site stands beside itself, or nobody is told why not")
	}
}

// A ray through a half is that of a picture as wide.
func TestRaysGoThroughTheHalves(t *testing.T) {
	w, _ := doubled(t, phrase.English)
	pressed(w, fyne.KeyB)
	for _, width := range []float32{1, 2, 401, 800} {
		w.view.Resize(fyne.NewSize(width, 300))
		half := int(width) / 2
		for _, x := range []int{0, half, int(width) - 1} {
			got := w.view.ray(fyne.NewPos(float32(x), 100))
			f := w.view.frame
			f.Width, f.Height = half, 300
			at := x
			if x >= half {
				f.Width, at = int(width)-half, x-half
			}
			from, along := f.Ray(float64(at), 100)
			if got.left != (x < half) || got.from != from || got.along.Sub(along).Len() > 1e-9 {
				t.Errorf("%v wide, column %d: %+v, want along %v", width, x, got, along)
			}
		}
		if a := w.view.aspect(); width >= 2 && a != float64(width/2/300) {
			t.Errorf("%v wide, each half is %v times as wide as high", width, a)
		}
	}
}

// A proposal beside the site shows by itself how people shift, or how many are in
// each, and the floor plan stays until it is sent away.
func TestAProposalShowsHowPeopleShift(t *testing.T) {
	w, e := doubled(t, phrase.Korean)
	e.planner.Over = func(s *whatif.Shift, speak *phrase.Speaker) overlay.Heatmap { return depict.Shift(s, speak) }
	e.planner.Heads = func(s *whatif.Shift, speak *phrase.Speaker) [2]overlay.Heatmap { return depict.Heads(s, speak) }
	e.planner.Propose = func(context.Context, layout.Layout, []propose.Goal, func(float64)) (*propose.Result, error) {
		return nil, nil
	}
	floor := &whatif.Shift{Side: 0.5, NX: 2, Diff: []float64{0.2, -0.1, 0, 0.1}, Sure: []bool{true, true, false, false}, Heads: [2][]float64{{0.1, 0.3, 0.1, 0}, {0.3, 0.2, 0.1, 0.1}}}
	site := e.draft.Now().Site(e.site)
	e.found.result = &propose.Result{Goals: propose.Usual}
	e.found.open = []idea{{propose.Proposal{Site: site, Goals: make([]whatif.Difference, len(propose.Usual)), Moves: propose.Moved(e.site, site), Floor: floor}, 1}}
	e.choose(1)
	e.stand(1)
	heat := func() (left, right []overlay.Heatmap) {
		f, _ := w.next()
		l, r := f.Halves()
		return l.Overlays.Heatmaps, r.Overlays.Heatmaps
	}
	left, right := heat()
	if len(left) != 1 || len(right) != 1 || left[0].Title != right[0].Title || left[0].Low >= 0 {
		t.Fatalf("the change is not on both floors: %+v, %+v", left, right)
	}
	of := w.place("beside-floor").(*widget.Select)
	of.SetSelectedIndex(0)
	if left, right := heat(); len(left) != 1 || left[0].Low < 0 || left[0].Values[0] >= right[0].Values[0] {
		t.Errorf("people in each: %+v, %+v", left, right)
	}
	show := w.place("compare-floor").(*widget.Check)
	show.SetChecked(false)
	if left, right := heat(); len(left)+len(right) != 0 {
		t.Error("it is not taken away")
	}
	driver := w.app.Driver()
	if driver.CanvasForObject(e.plan) == nil || !e.plan.Visible() || driver.AbsolutePositionForObject(e.plan).X >= driver.AbsolutePositionForObject(w.view).X {
		t.Error("the floor plan does not stand beside the pictures")
	}
	wide := w.view.Size().Width
	w.place("beside-floorplan").(*widget.Check).SetChecked(false)
	if w.view.Size().Width <= wide {
		t.Error("the plan is sent away, and the pictures have no more room")
	}
	pressed(w, fyne.KeyB)
	if f, _ := w.next(); f.Beside != nil || len(f.Overlays.Heatmaps) != 0 || e.panel.centre.Objects[0] != e.panel.both {
		t.Error("left again, the planner does not look as before")
	}
}
