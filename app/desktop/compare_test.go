package desktop

import (
	"context"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"github.com/glasstwin/glasstwin/app/depict"
	"github.com/glasstwin/glasstwin/app/phrase"
	"github.com/glasstwin/glasstwin/render/overlay"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/flow/whatif"
	"github.com/glasstwin/glasstwin/twin/layout"
)

func TestADraftIsComparedWithTheSite(t *testing.T) {
	w, e := planning(t, phrase.English)
	var asked int
	e.planner.Compare = func(_ context.Context, from, to layout.Layout, days int, done func(float64)) (*whatif.Comparison, error) {
		asked++
		if len(layout.Compare(from, to).Moved) != 1 || days != 4 {
			t.Errorf("%d days of layouts that differ in %v", days, layout.Compare(from, to))
		}
		done(0.5)
		pair := whatif.Paired(whatif.Figure{Measure: whatif.Density, Of: "hall"}, []float64{10, 12, 11, 13}, []float64{7.6, 9.1, 8.4, 10.1})
		return &whatif.Comparison{Study: whatif.Study{Days: days, Elasticity: whatif.Eisend}, Rows: []whatif.Difference{pair}}, nil
	}
	w.build()
	e.panel.compare()
	if w.place("compare-days") != nil {
		t.Error("a draft in which nothing differs is compared")
	}
	edit, err := e.draft.Now().Move([]twin.AssetID{"gondola-4"}, geom.Vec2{0.3, 0})
	if !e.do(edit, err) {
		t.Fatal("it does not stand there")
	}
	e.panel.live(4)
	bar, ok := w.place("compare-busy").(*widget.ProgressBar)
	if !ok {
		t.Fatal("nothing tells how far it is")
	}
	w.settle()
	if asked != 1 || bar.Value != 0.5 {
		t.Errorf("asked %d times, shown %v of 0.5", asked, bar.Value)
	}
	if text := strings.Join(said(w.place("compare-sheet")), "\n"); !strings.Contains(text, "Hall: density −23 % ± ") || !strings.Contains(text, "1 of 1 figures look different") {
		t.Errorf("the sheet says %q", text)
	}
}

// The field of the days has the keys as soon as the button opened it, and keeps
// them: nothing behind it is deleted by a Backspace.
func TestTheDaysAreTyped(t *testing.T) {
	w, e := planning(t, phrase.English)
	e.planner.Compare = func(context.Context, layout.Layout, layout.Layout, int, func(float64)) (*whatif.Comparison, error) {
		return nil, nil
	}
	w.build()
	edit, err := e.draft.Now().Move([]twin.AssetID{"gondola-4"}, geom.Vec2{0.3, 0})
	if !e.do(edit, err) {
		t.Fatal("it does not stand there")
	}
	e.pick("gondola-4", false)
	test.Tap(w.place("edit-compare").(*widget.Button))
	days := w.place("compare-days").(*searchEntry)
	for _, key := range [3]fyne.KeyName{fyne.KeyEnd, fyne.KeyBackspace, fyne.KeyBackspace} {
		focused := w.win.Canvas().Focused()
		if focused != fyne.Focusable(days) {
			t.Fatalf("%s goes to %T, not to the days", key, focused)
		}
		focused.TypedKey(&fyne.KeyEvent{Name: key})
	}
	w.win.Canvas().Focused().TypedRune('8')
	if days.Text != "8" || w.win.Canvas().Focused() != fyne.Focusable(days) {
		t.Errorf("typed, it is %q", days.Text)
	}
	pressed(w, fyne.KeyDelete) // as the window hands on what nobody took
	if _, ok := e.draft.Now().Asset("gondola-4"); !ok {
		t.Error("a key behind the dialog deleted a thing")
	}
}

// What was compared is shown on the floor, said in the language in force, and gone
// once the draft is another.
func TestTheDifferenceIsShownOnTheFloor(t *testing.T) {
	w, e := planning(t, phrase.English)
	floor := func(heads ...float64) *whatif.Heat {
		return &whatif.Heat{Lo: geom.Vec2{1, -20}, Side: 0.5, NX: len(heads), NZ: 1, Density: heads}
	}
	e.planner.Compare = func(context.Context, layout.Layout, layout.Layout, int, func(float64)) (*whatif.Comparison, error) {
		return &whatif.Comparison{Study: whatif.Study{Days: 2}, Days: [2][]whatif.Day{
			{{Floor: floor(0.2, 0.3, 0, 0.1)}, {Floor: floor(0.2, 0.1, 0, 0.1)}}, {{Floor: floor(0.4, 0.2, 0, 0)}, {Floor: floor(0.4, 0.3, 0, 0)}}}}, nil
	}
	e.planner.Over = func(s *whatif.Shift, speak *phrase.Speaker) overlay.Heatmap { return depict.Shift(s, speak) }
	w.build()
	edit, err := e.draft.Now().Move([]twin.AssetID{"gondola-4"}, geom.Vec2{0.3, 0})
	if !e.do(edit, err) {
		t.Fatal("it does not stand there")
	}
	if !e.panel.looks.Hidden {
		t.Error("nothing was compared, and yet there is something to look at")
	}
	e.panel.live(2)
	w.settle()
	test.Tap(w.place("compare-show").(*widget.Button))
	shown := func() []overlay.Heatmap { return w.view.frame.Overlays.Heatmaps }
	if len(shown()) != 1 || shown()[0].Title != "Change in people" || len(e.compared.colors) != 4 || e.compared.colors[0].A <= e.compared.colors[1].A || e.compared.colors[2].A != 0 {
		t.Fatalf("on the floor: %+v, %v", shown(), e.compared.colors)
	}
	speak, err := phrase.New(phrase.Korean)
	if err != nil {
		t.Fatal(err)
	}
	w.speak = speak
	w.build()
	if len(shown()) != 1 || shown()[0].Title != "사람 수 변화" {
		t.Errorf("in Korean: %+v", shown())
	}
	w.place("compare-floor").(*widget.Check).SetChecked(false)
	if len(shown()) != 0 || e.panel.looks.Hidden {
		t.Errorf("taken away, it still shows: %+v", shown())
	}
	w.place("compare-floor").(*widget.Check).SetChecked(true)
	e.undo()
	if e.compared != nil || len(shown()) != 0 || !e.panel.looks.Hidden {
		t.Error("another draft shows what the one before came to")
	}
}

// place is a marked widget; nil when there is none.
func (w *window) place(name string) fyne.CanvasObject {
	for _, p := range w.places {
		if p.name == name {
			return p.object
		}
	}
	return nil
}

// said are the texts within a widget.
func said(o fyne.CanvasObject) []string {
	switch o := o.(type) {
	case *fyne.Container:
		var out []string
		for _, c := range o.Objects {
			out = append(out, said(c)...)
		}
		return out
	case *widget.RichText:
		return []string{o.String()}
	case *tapped:
		return said(o.inside)
	}
	return nil
}
