package desktop

import (
	"context"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"github.com/glasstwin/glasstwin/app/phrase"
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
	if text := strings.Join(said(w.place("compare-sheet")), "\n"); !strings.Contains(text, "Hall: density −23 % ± ") {
		t.Errorf("the sheet says %q", text)
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
	}
	return nil
}
