package operate

import (
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/twin"
)

// Of what shows in no signal yet a remedy is judged by what is told. A perceiver lets
// go of it only after some time: what is told no more just then is waited for to its
// end, and is not met with a second action.
func TestARemedyIsGivenTheTimeInWhichAPerceiverLetsGo(t *testing.T) {
	for _, x := range []struct {
		told time.Duration // after the remedy
		want twin.Result
	}{
		{21 * time.Minute, twin.Verified},
		{29 * time.Minute, twin.Verified},
		{time.Hour, twin.NoEffect},
	} {
		clean := twin.SignalOf("freezer-1", "condenser-clean-command")
		warm := twin.SignalOf("freezer-1", "condensing-temperature")
		h := &hall{values: map[twin.SignalID]float64{clean: 0, warm: 40}, now: dawn}
		site := &twin.Site{
			ID: "shop", Modes: map[twin.ActionClass]twin.Mode{"clean-condenser": twin.Auto},
			Assets: []twin.Asset{{ID: "freezer-1", Class: "chest-freezer"}},
			Signals: []twin.Signal{
				{ID: clean, Asset: "freezer-1", Name: "condenser-clean-command", Writable: true, Range: [2]float64{0, 1}},
				{ID: warm, Asset: "freezer-1", Name: "condensing-temperature"},
			},
		}
		eyes := &teller{list: []Perception{{
			Situation: twin.Situation{Class: "blocked-condenser", Asset: "freezer-1", Onset: dawn, Severity: 0.9},
			Diagnosis: twin.Diagnosis{Causes: []twin.Cause{{Class: "blocked-condenser", Part: "condenser", Probability: 0.95}}},
		}}}
		watch := DefaultWatch()
		watch.Runs = 1
		o, err := New(Config{Site: site, Plant: h, Journal: &diary{}, Perceiver: eyes, Watch: &watch})
		if err != nil {
			t.Fatal(err)
		}
		if err := o.Resume(t.Context()); err != nil {
			t.Fatal(err)
		}
		var acted time.Time
		for range 50 {
			h.minute(t, o)
			if acted.IsZero() && len(h.wrote) > 0 {
				acted = h.now
			}
			if !acted.IsZero() && h.now.Sub(acted) >= x.told {
				eyes.list = nil
			}
		}
		cases := o.Cases()
		if len(cases) != 1 || cases[0].Outcome == nil {
			t.Fatalf("told for %s after: %+v", x.told, cases)
		}
		if got := cases[0].Outcome; got.Result != x.want {
			t.Errorf("told for %s after: %s (%s), want %s", x.told, got.Result, got.Detail, x.want)
		}
		if len(h.wrote) != 1 {
			t.Errorf("told for %s after: written %+v", x.told, h.wrote)
		}
	}
}

// What is colder again by the end of a cycle of its compressor is not given up, and
// goods that get too warm do not wait for that end.
func TestAPeakOfACycleIsNotWorse(t *testing.T) {
	warm, air := twin.SignalOf("freezer-1", "condensing-temperature"), twin.SignalOf("freezer-1", "air-temperature")
	cycle := []float64{31, 35, 41, 43, 40, 26, 21, 16, 14, 15, 18, 17}
	for name, x := range map[string]struct {
		id     twin.SignalID
		course []float64
		want   bool
	}{
		"a peak, at its height":    {warm, cycle[:4], false},
		"a peak, after it":         {warm, cycle, false},
		"it stays":                 {warm, []float64{31, 40, 45, 50, 55, 55, 55, 55, 55, 55, 55, 55}, true},
		"it comes back":            {warm, []float64{60, 60, 60, 60, 60, 60, 55, 50, 45, 40, 34, 28}, false},
		"goods, at its height":     {air, cycle[:4], true},
		"goods, it is coming back": {air, []float64{31, 35, 50, 50, 34}, false},
		"goods, a moment":          {air, []float64{30, 30, 30, 30, 60}, false},
	} {
		site := &twin.Site{ID: "shop", Assets: []twin.Asset{{ID: "freezer-1", Class: "chest-freezer"}}, Signals: []twin.Signal{
			{ID: warm, Asset: "freezer-1", Name: "condensing-temperature"}, {ID: air, Asset: "freezer-1", Name: "air-temperature"},
			{ID: twin.SignalOf("freezer-1", "set-point"), Asset: "freezer-1", Name: "set-point"},
		}}
		o, err := New(Config{Site: site, Plant: &hall{}, Journal: &diary{}, Perceiver: &teller{}})
		if err != nil {
			t.Fatal(err)
		}
		if err := o.Resume(t.Context()); err != nil {
			t.Fatal(err)
		}
		now := dawn
		for _, v := range x.course {
			now = now.Add(time.Minute)
			o.Observe([]twin.Sample{{Signal: x.id, At: now, Value: v, Quality: twin.Good}})
			if err := o.Tick(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		c := &dossier{CaseRecord: CaseRecord{
			Situation: twin.Situation{Asset: "freezer-1"},
			Proposal:  &twin.Proposal{Predicted: twin.Effect{Signal: x.id, Low: 22, High: 30, Worse: 35.3}},
		}, writtenAt: dawn.Add(time.Minute)}
		if got := o.worse(c); got != x.want {
			t.Errorf("%s: worse is %t", name, got)
		}
	}
}
