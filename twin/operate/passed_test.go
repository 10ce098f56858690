package operate

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/xai"
)

// What is raised for a bound alone, since goods are at risk and no model tells anything,
// is journalled with what is known of it: which reading, what it reads, and the bound.
func TestABoundThatWasPassedIsJournalledWithItsFigures(t *testing.T) {
	h := &hall{values: map[twin.SignalID]float64{"freezer-1/air-temperature": -20, "freezer-1/set-point": -20}, now: dawn}
	site := &twin.Site{ID: "shop", Assets: []twin.Asset{{ID: "freezer-1", Class: "upright-freezer"}}, Signals: []twin.Signal{
		{ID: "freezer-1/air-temperature", Asset: "freezer-1", Name: "air-temperature", Unit: "°C", Range: [2]float64{-40, 40}},
		{ID: "freezer-1/set-point", Asset: "freezer-1", Name: "set-point", Unit: "°C", Range: [2]float64{-40, 40}}}}
	journal, watch := &diary{}, DefaultWatch()
	o, err := New(Config{Site: site, Plant: h, Journal: journal, Perceiver: &teller{}, Watch: &watch})
	if err != nil {
		t.Fatal(err)
	}
	if err := o.Resume(t.Context()); err != nil {
		t.Fatal(err)
	}
	for minute := range 240 {
		if h.now = h.now.Add(time.Minute); minute == 60 {
			h.values["freezer-1/air-temperature"] = -4
		}
		var all []twin.Sample
		for id, v := range h.values {
			all = append(all, twin.Sample{Signal: id, At: h.now, Value: v, Quality: twin.Good})
		}
		o.Observe(all)
		if err := o.Tick(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	var s twin.Situation
	var d twin.Diagnosis
	var x xai.Explanation
	for _, e := range journal.events {
		var into any
		switch {
		case e.Kind == twin.SituationRaised && s.Passed == nil:
			into = &s
		case e.Kind == twin.DiagnosisMade && d.Why == "":
			into = &d
		case e.Kind == twin.Explained && len(x.Limits) == 0:
			into = &x
		default:
			continue
		}
		if err := json.Unmarshal(e.Body, into); err != nil {
			t.Fatal(err)
		}
	}
	p := s.Passed
	if p == nil || p.Signal != "freezer-1/air-temperature" || math.Abs(p.Value+4) > 0.1 || p.Bound != -20+watch.Tolerance || p.Unit != "°C" || p.Minutes < int(watch.For.Minutes()) {
		t.Fatalf("the situation was raised for %+v", p)
	}
	if !d.Abstained || d.Why != beyond(*p) || !strings.Contains(d.Why, "freezer-1/air-temperature has been at -4 °C") {
		t.Errorf("the diagnosis is %+v", d)
	}
	if len(x.Limits) != 1 || x.Limits[0] != d.Why || x.From.IsZero() {
		t.Errorf("the explanation is %+v", x)
	}
}
