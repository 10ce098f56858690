package operate

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
)

// Three cabinets on one rack fail together: one case, one proposal, and it ends
// when all are well.
func TestOneRackOneCase(t *testing.T) {
	w := newWorld(t, twin.Approve, "freezer-1", "freezer-2", "freezer-3", "freezer-9")
	w.site.Hangs = []twin.Hanging{{From: "rack-1", To: []twin.AssetID{"freezer-1", "freezer-2", "freezer-3"}}}
	w.user = nil
	w.warmUp()
	for _, c := range w.cabinets {
		c.worn = true
	}
	w.run(90 * time.Minute)
	cases := w.cases()
	if len(cases) != 2 {
		t.Fatalf("%d cases: %s", len(cases), w.kinds())
	}
	rack, alone := cases[1], cases[0]
	if rack.Situation.Asset == "freezer-9" {
		rack, alone = alone, rack
	}
	if len(rack.Members) != 2 || rack.Situation.Root != "rack-1" || !strings.Contains(rack.Members[0].Why, "it hangs on rack-1") {
		t.Errorf("members %+v, root %q", rack.Members, rack.Situation.Root)
	}
	if len(alone.Members) != 0 || alone.Situation.Root != "" {
		t.Errorf("the one of another supplier: %+v", alone)
	}
	w.boot()
	w.run(time.Minute)
	if got := w.cases(); len(got) != 2 || len(got[0].Members)+len(got[1].Members) != 2 {
		t.Errorf("after a restart: %+v", got)
	}
	for _, c := range w.cabinets {
		c.worn = false
	}
	w.run(2 * time.Hour)
	for _, c := range w.cases() {
		if c.Ended.IsZero() || len(c.Members) != 0 {
			t.Errorf("%s with %+v did not end: %s", c.Situation.Case, c.Members, w.kinds())
		}
	}
	w.settled()
}

// A neighbour that only takes in a door's warm air joins its case; one with a
// fault of its own does not.
func TestAnAjarDoorAndItsNeighbour(t *testing.T) {
	w := newWorld(t, twin.Approve, "freezer-1", "freezer-2", "freezer-3")
	for i := range w.site.Assets {
		w.site.Assets[i].Pose.Position = geom.Vec3{1 + 2*float64(i), 0, 0}
	}
	w.user = nil
	w.warmUp()
	w.cabinets[0].ajar = true
	w.run(20 * time.Minute)
	o := w.operator
	if len(w.cases()) != 1 || w.cases()[0].Diagnosis == nil {
		t.Fatalf("%s", w.kinds())
	}
	for _, c := range []struct {
		asset twin.AssetID
		found string
		joins bool
	}{{"freezer-2", "normal", true}, {"freezer-2", "compressor-degradation", false}, {"freezer-3", "normal", false}} {
		v := o.vigilOf(c.asset)
		v.found = &finding{diagnosis: twin.Diagnosis{Causes: []twin.Cause{{Class: c.found, Probability: 0.9}}}}
		if root, why := o.rootOf(v, w.cases()[0].Situation.Onset); (root != nil) != c.joins {
			t.Errorf("%s with %s: joins %v %q", c.asset, c.found, root != nil, why)
		}
	}
	if root, _ := o.rootOf(o.vigilOf("freezer-2"), w.now.Add(2*time.Hour)); root != nil {
		t.Error("what began hours later was taken for the same")
	}
	if err := o.join(context.Background(), o.book.cases[o.book.order[0]], twin.Situation{Asset: "freezer-2", Severity: 0.9}, "test"); err != nil {
		t.Fatal(err)
	}
	if s := o.book.cases[o.book.order[0]].Situation; s.Severity != 0.9 {
		t.Errorf("a case is less severe than its member: %v", s.Severity)
	}
}
