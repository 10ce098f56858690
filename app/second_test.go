package app_test

import (
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/app"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/xai"
)

func TestArrowsLeadFromAssetToAsset(t *testing.T) {
	site := &twin.Site{ID: "s", Assets: []twin.Asset{{ID: "rack-1"}, {ID: "multideck-1"}, {ID: "multideck-2"}}}
	x := xai.Explanation{Claim: "rack-1",
		Attributions: []xai.Attribution{{Feature: "rack-1/liquid-level", Share: 3}, {Feature: "multideck-1/superheat", Share: -1}, {Feature: "hall/temperature", Share: 1}},
		Causes: []xai.Cause{{From: "rack-1/liquid-level", To: "rack-1/suction-temperature", Strength: -0.5, Delay: time.Minute},
			{From: "rack-1/suction-temperature", To: "multideck-1/superheat", Strength: 0.8, Delay: 5 * time.Minute},
			{From: "rack-1/suction-temperature", To: "hall/temperature", Strength: 0.5, Delay: time.Minute}, {From: "hall/temperature", To: "multideck-2/superheat", Strength: -0.4, Delay: 2 * time.Minute}}}
	b := app.BeganOf(site, x, func(node string) string { return node })
	if len(b.Machines) != 2 || b.Machines[0] != (app.Dealt{Asset: "rack-1", Share: 0.6}) || b.Machines[1].Share != -0.2 {
		t.Errorf("dealt out to %+v", b.Machines)
	}
	if len(b.Arrows) != 2 {
		t.Fatalf("%+v", b.Arrows)
	}
	if a := b.Arrows[1]; a.To != "multideck-2" || a.Strength != -0.2 || a.Delay != 3*time.Minute || a.Of != [2]twin.SignalID{"rack-1/suction-temperature", "multideck-2/superheat"} {
		t.Errorf("through the air of the hall: %+v", a)
	}
	circle := xai.Explanation{Causes: []xai.Cause{{From: "hall/a", To: "hall/b", Strength: 1}, {From: "hall/b", To: "hall/a", Strength: 1}, {From: "rack-1/x", To: "hall/a", Strength: 1}}}
	if b := app.BeganOf(site, circle, func(node string) string { return node }); len(b.Arrows) != 0 {
		t.Errorf("a circle leads somewhere: %+v", b.Arrows)
	}
}

func TestOtherModelsAreAskedInSteps(t *testing.T) {
	at := time.Date(2026, 6, 3, 10, 0, 0, 0, time.UTC)
	c := app.Case{Situation: twin.Situation{Onset: at.Add(-time.Hour), Detected: at.Add(-time.Minute)}, Explanation: &xai.Explanation{To: at}}
	for after, want := range map[time.Duration]time.Duration{0: 0, 9 * time.Minute: 0, 25 * time.Minute: 20 * time.Minute, 24 * time.Hour: 5 * time.Hour} {
		if got := app.SecondAt(c, at.Add(after)); !got.Equal(at.Add(want)) {
			t.Errorf("after %v they are asked as of %v", after, got.Sub(at))
		}
	}
	c.ActedAt = at.Add(12 * time.Minute)
	if got := app.SecondAt(c, at.Add(time.Hour)); !got.Equal(at.Add(10 * time.Minute)) {
		t.Errorf("what was done about it is looked at too, %v", got.Sub(at))
	}
}
