package account_test

import (
	"strings"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/app"
	"github.com/glasstwin/glasstwin/app/account"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/xai"
)

func TestASecondOpinionSaysWhenAndFromWhere(t *testing.T) {
	to := time.Date(2026, 6, 3, 15, 0, 0, 0, time.UTC) // midnight in Seoul
	c := app.Case{Situation: twin.Situation{Case: "c", Asset: "freezer-2", Onset: to.Add(-50 * time.Minute)}, Explanation: &xai.Explanation{Claim: "door-ajar"}}
	x := app.Second{At: to, Deep: &app.Deep{Fault: true, Signals: []string{"door open", "defrost"}, Step: 3 * time.Minute, Agree: 0.8,
		Explanation: xai.Explanation{Confidence: 0.98, Base: -1, Score: 7, From: to.Add(-90 * time.Minute), To: to,
			Attributions: []xai.Attribution{{Feature: "door open", Share: 8}, {Feature: "defrost", Share: 0}}}}}
	for i := range 30 {
		row := []float64{0, 0}
		if i >= 20 && i < 28 {
			row[0] = 1
		}
		x.Deep.Heat, x.Deep.Smooth = append(x.Deep.Heat, row), append(x.Deep.Smooth, []float64{row[0] * 5, 0})
	}
	x.Began = &app.Began{Explanation: xai.Explanation{Claim: "freezer-5"}, Ranked: []app.Disturbed{{Asset: "freezer-5", Node: "freezer-5/left-open", By: 402}, {Asset: "freezer-2", Node: "freezer-2/air-temperature", By: 3.1}},
		Machines: []app.Dealt{{Asset: "freezer-5", Share: 0.9}, {Asset: "freezer-2", Share: -0.1}}, Arrows: []app.Led{{From: "freezer-5", To: "freezer-2", Node: [2]string{"freezer-5/left-open", "freezer-2/air-temperature"}, Strength: 0.41, Delay: 5 * time.Minute}}}
	for i, s := range speakers(t) {
		d := account.DeepOf(s, market, c, x)
		if len(d.Warm) != 2 || d.Warm[0].Smooth[25] != 1 || d.Onset != c.Situation.Onset {
			t.Fatalf("%+v", d)
		}
		// three quarters of what speaks lies in six of the eight steps
		if !strings.Contains(d.Lines[1], "23:3") || !strings.Contains(d.Lines[1], "23:") || rawID.MatchString(strings.Join(d.Lines, " ")+d.Agree) {
			t.Errorf("%q %q", d.Lines, d.Agree)
		}
		b := account.BeganOf(s, market, c, x)
		all := strings.Join(b.Lines, " ") + b.Led[0].Way + b.Led[0].How
		if !strings.Contains(b.Lines[0], "Freezer 5") || !strings.Contains(b.Lines[0], "> 100") || !strings.Contains(all, "0.41") || rawID.MatchString(all) || len(b.Bars) != 2 {
			t.Errorf("%q", all)
		}
		same := c
		same.Situation.Asset = "freezer-5"
		if account.BeganOf(s, market, same, x).Lines[0] == b.Lines[0] {
			t.Error("that it began elsewhere is not said")
		}
		none := account.BeganOf(s, market, c, app.Second{BeganLacks: app.LackPast})
		if kind := account.BeganOf(s, market, c, app.Second{BeganLacks: app.LackKind}); none.Lacks == "" || none.Lacks == kind.Lacks {
			t.Errorf("%q, %q", none.Lacks, kind.Lacks)
		}
		fine := x
		deep := *x.Deep
		deep.Fault, fine.Deep = false, &deep
		said := account.DeepOf(s, market, c, fine).Lines[0]
		soon := c
		soon.Situation.Onset = to.Add(-9 * time.Minute)
		if early := account.DeepOf(s, market, soon, fine).Lines[0]; early == said {
			t.Errorf("that the network sees faults later than the other model is not said: %q", early)
		}
		alone := c
		alone.Explanation = &xai.Explanation{Abstained: true}
		if said == d.Lines[0] || said == account.DeepOf(s, market, alone, fine).Lines[0] {
			t.Errorf("%d: that two models do not agree is not said: %q", i, said)
		}
		deep.Explanation.Faithfulness = []xai.Figure{{Name: "deletion_gain", Value: -0.3}, {Name: "insertion_gain", Value: 0.2}, {Name: "parameter_randomisation", Value: 0.9}}
		if w := account.DeepOf(s, market, c, fine); w.Withheld == "" || len(w.Warm) != 0 {
			t.Errorf("shares that are not true to the network are told: %+v", w)
		}
	}
}
