package desktop

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"github.com/glasstwin/glasstwin/app/floorplan"
	"github.com/glasstwin/glasstwin/app/phrase"
	"github.com/glasstwin/glasstwin/render/overlay"
)

// What hardly anybody passes comes first and is red, what is seen most is brightest; a click
// selects, and all of it goes away again.
func TestShelvesAreColouredByWhoSeesThem(t *testing.T) {
	w, e := planning(t, phrase.English)
	shelves := e.now().Assets
	if len(shelves) < 3 {
		t.Fatalf("%d things stand there", len(shelves))
	}
	least, most, few := shelves[0].ID, shelves[1].ID, shelves[2].ID
	var asked []Recording
	e.planner.Regard = func(_ context.Context, of Recording) (*Regards, error) {
		asked = append(asked, of)
		return &Regards{People: 40, K: 5, Span: 2 * time.Hour, Shelves: []Regard{
			{Asset: least, Seen: 10, Before: 4, Passed: 7}, {Asset: few, Few: true}, {Asset: most, Seen: 1000, Before: 300, Passed: 31}}}, nil
	}
	w.build()
	test.Tap(w.place("edit-regard").(*widget.Button))
	w.settle()
	if len(asked) != 1 || asked[0] != nil {
		t.Fatalf("asked was of %v, want the site's own", asked)
	}
	text := strings.Join(said(e.panel.ideas), "\n")
	first, second := strings.Index(text, "fewer than 5 people passed it"), strings.Index(text, "seen 10 s, 4.0 s before it, 7 passed")
	if first < 0 || second < first || !strings.Contains(text, "seen 1000 s") {
		t.Errorf("the card says %s", text)
	}
	var set overlay.Set
	e.regard.tint(&set)
	ink := map[string]overlay.RGBA{}
	for _, x := range set.Tints {
		ink[x.Entity] = x.Color
	}
	if ink[string(few)][0] != inkFew[0] || ink[string(most)] == ink[string(least)] {
		t.Errorf("they are tinted %v", ink)
	}
	p := e.paper(floorplan.Light(nil))
	if p.Legend == nil || !slices.ContainsFunc(p.Things, func(x floorplan.Thing) bool { return x.Fill == inkFew.Screen() }) {
		t.Error("the plan does not show it")
	}
	w.place("regard-" + string(most)).(fyne.Tappable).Tapped(nil)
	if !slices.Contains(e.selected, most) {
		t.Errorf("selected is %v", e.selected)
	}
	e.recorded = &placing{e: e, rec: &filmed{}}
	test.Tap(w.place("edit-regard").(*widget.Button))
	w.settle()
	if len(asked) != 2 || asked[1] != e.recorded.rec {
		t.Error("the recording that lies on the plan is not asked")
	}
	test.Tap(w.place("regard-hide").(*widget.Button))
	if e.regard != nil || e.paper(floorplan.Light(nil)).Legend != nil {
		t.Error("it does not go away")
	}
}
