package desktop

import (
	"strings"
	"testing"

	"github.com/glasstwin/glasstwin/app/phrase"
	"github.com/glasstwin/glasstwin/render"
)

// TestAClickSaysWhatItHit: every kind of overlay tells of itself.
func TestAClickSaysWhatItHit(t *testing.T) {
	w := opened(t, newScripted(), phrase.English)
	for _, row := range []struct {
		hit   render.Hit
		asset string   // that is selected then
		told  []string // nil: nothing
	}{
		{render.Hit{Kind: render.HitArrow, Entity: "freezer-2", Part: "door", Label: "Because of a door"}, "freezer-2", []string{"Because of a door"}},
		{render.Hit{Kind: render.HitTrail, Label: "Way of a person: 12 m"}, "", []string{"12 m"}},
		{render.Hit{Kind: render.HitPerson, Label: "A person, walking"}, "", []string{"A person"}},
		{render.Hit{Kind: render.HitLine, Label: "Ways of people", Value: 0.82, Unit: "m/s"}, "", []string{"Ways of people", "0.82", "m/s"}},
		{render.Hit{Kind: render.HitGhost, Entity: "freezer-2"}, "freezer-2", []string{"Freezer 2", "proposed"}},
		{render.Hit{Kind: render.HitField, Fields: []render.Reading{{Title: "Air, level by level", Value: 21.4, Unit: "°C"}}}, "", []string{"Air, level by level", "21.4"}},
		{render.Hit{Entity: "floor", Fields: []render.Reading{{Title: "Air", Value: 21.4, Unit: "°C"}, {Title: "Floor", Value: 20.1, Unit: "°C"}}}, "", []string{"21.4", "20.1"}},
		{render.Hit{Entity: "freezer-2", Fields: []render.Reading{{Title: "Air", Value: 21.4, Unit: "°C"}}}, "freezer-2", nil},
		{render.Hit{Kind: render.HitCard, Entity: "freezer-2", Label: "Freezer 2"}, "freezer-2", nil},
	} {
		w.notice.say("")
		w.picked(row.hit)
		if string(w.asset) != row.asset {
			t.Errorf("%+v selects %q, want %q", row.hit, w.asset, row.asset)
		}
		text := w.hitText(row.hit)
		if row.told == nil && text != "" {
			t.Errorf("%+v tells %q", row.hit, text)
		}
		for _, want := range row.told {
			if !strings.Contains(text, want) {
				t.Errorf("%+v tells %q, want %q in it", row.hit, text, want)
			}
		}
	}
}
