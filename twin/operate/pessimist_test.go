package operate

import (
	"math"
	"testing"

	"github.com/glasstwin/glasstwin/twin"
)

// A guard of food looks at the upper end of what may come, and yet lets be mended
// what is too warm already.
func TestGoodsThatAreTooWarmAreStillMended(t *testing.T) {
	for name, fault := range map[string]func(*cabinet){
		"a door ajar":       func(c *cabinet) { c.ajar = true },
		"a worn compressor": func(c *cabinet) { c.worn = true },
	} {
		w := newWorld(t, twin.Auto, "freezer-1")
		w.user = nil
		w.site.Guards = []twin.Guard{{ID: "food", Food: &twin.Food{Warmest: -12}}}
		w.warmUp()
		fault(w.cabinets[0])
		w.run(shift)
		if got := w.results(); len(w.wrote) != 1 || len(got) != 1 || got[0] != twin.Verified {
			t.Errorf("%s: written %+v, outcomes %v: %s", name, w.wrote, got, w.kinds())
		}
		w.settled()
	}
}

// What an action does to the air is foreseen also where it is judged by another
// signal; then as now the action is not foreseen to be warmer than no action.
func TestTheAirIsForeseenBesideWhatIsJudged(t *testing.T) {
	w := newWorld(t, twin.Approve, "freezer-1")
	w.user = nil
	w.warmUp()
	w.cabinets[0].worn = true
	for range 200 {
		if w.run(sampleEvery); len(w.cases()) > 0 && w.cases()[0].Proposal != nil {
			break
		}
	}
	o := w.operator
	c := o.book.cases[w.cases()[0].Situation.Case]
	if c.Proposal == nil || c.Proposal.Class != "boost-capacity" {
		t.Fatalf("%+v: %s", c.Proposal, w.kinds())
	}
	p := *c.Proposal
	with, without := o.warmest(c, p, c.Nothing)
	p.Predicted.Signal = "freezer-1/door-open"
	p.Predicted.Forecast = nil
	beside, left := o.warmest(c, p, nil)
	if math.Abs(with-beside) > 0.3 || math.Abs(without-left) > 0.3 || beside > left+1e-9 {
		t.Errorf("by the air %.2f and %.2f, beside another signal %.2f and %.2f", with, without, beside, left)
	}
	if air := o.state.Latest("freezer-1/air-temperature").Value; left < air+0.1 {
		t.Errorf("left alone the air of %.2f may become %.2f only", air, left)
	}
}
