package app

import (
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/twin"
)

// What is predicted of a valve is shown no wider open than open: the chart's axis
// would tell of percents that there are not. What was predicted stays as it was.
func TestAPredictedCourseEndsWhereTheInstrumentDoes(t *testing.T) {
	at := time.Date(2026, 6, 3, 12, 0, 0, 0, time.UTC)
	damper := twin.Signal{ID: "hvac-1/damper-position", Asset: "hvac-1", Unit: "%", Range: [2]float64{0, 100}}
	st := twin.NewState(&twin.Site{Assets: []twin.Asset{{ID: "hvac-1"}}, Signals: []twin.Signal{damper}})
	st.Apply(twin.Sample{Signal: damper.ID, At: at, Value: 38, Quality: twin.Good})
	predicted := []twin.Point{{At: at.Add(time.Minute), Value: 60, Low: -80, High: 179}}
	c := Case{Situation: twin.Situation{Asset: "hvac-1", Evidence: []twin.SignalID{damper.ID}},
		Proposal: &twin.Proposal{Predicted: twin.Effect{Signal: damper.ID, Low: 49, High: 137, Forecast: predicted, Nothing: predicted}}}
	got := evidenceOf(st, c)
	if len(got) != 1 || *got[0].Limit != 100 {
		t.Fatalf("curves %+v, want one with a limit of 100 %%", got)
	}
	for _, course := range [][]twin.Point{got[0].Forecast, got[0].Nothing} {
		if p := course[0]; p.Low != 0 || p.High != 100 || p.Value != 60 {
			t.Errorf("shown is %v from %v to %v, want 60 from 0 to 100", p.Value, p.Low, p.High)
		}
	}
	if predicted[0].High != 179 {
		t.Error("what was predicted was changed")
	}
}
