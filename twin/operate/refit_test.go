package operate

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/twin"
)

// TestACabinetThatCameLaterIsMended: the plant gets a second freezer while the
// operator runs, and its door is left ajar.
func TestACabinetThatCameLaterIsMended(t *testing.T) {
	w := newWorld(t, twin.Approve, "freezer-1")
	w.run(time.Hour)
	kept := w.operator.vigilOf("freezer-1")
	grown := freezers("freezer-1", "freezer-2")
	grown.Modes = w.site.Modes
	w.site = grown
	w.cabinets = append(w.cabinets, &cabinet{id: "freezer-2", air: -20, seed: 2})
	if err := w.operator.Refit(grown); err != nil {
		t.Fatal(err)
	}
	if w.operator.vigilOf("freezer-1") != kept {
		t.Error("the watch over what stayed began anew")
	}
	if n := len(w.operator.state.Window("freezer-1/air-temperature", time.Time{}, w.now)); n < 50 {
		t.Errorf("%d samples of what stayed are left", n)
	}
	w.run(2 * time.Hour)
	w.cabinets[1].ajar = true
	w.run(shift)
	cases := w.cases()
	if len(cases) != 1 || cases[0].Situation.Asset != "freezer-2" || cases[0].Outcome == nil || cases[0].Outcome.Result != twin.Verified {
		t.Errorf("cases %+v", cases)
	}
	bad := *grown
	bad.Guards = []twin.Guard{{ID: "g", Expr: "value <"}}
	if err := w.operator.Refit(&bad); err == nil || w.operator.site != grown {
		t.Errorf("a site with an unreadable guard was taken (%v)", err)
	}
}

// TestACaseOfWhatIsGoneEnds: the freezer with an open case is taken out.
func TestACaseOfWhatIsGoneEnds(t *testing.T) {
	w := ajar(t, twin.Approve)
	w.user = nil
	w.run(30 * time.Minute)
	c := w.cases()[0]
	if err := w.operator.Deny(context.Background(), c.Proposal.ID, "kim", "it goes away"); err != nil {
		t.Fatal(err)
	}
	bare := &twin.Site{ID: w.site.ID, TimeZone: w.site.TimeZone, Modes: w.site.Modes}
	if err := w.operator.Refit(bare); err != nil {
		t.Fatal(err)
	}
	w.run(time.Minute)
	if got := w.kinds(); !strings.HasSuffix(got, "situation.ended") || w.cases()[0].Ended.IsZero() {
		t.Errorf("after its freezer was taken out: %s", got)
	}
}
