package app

import (
	"math"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/twin"
)

func TestJointsFollowTheirSignals(t *testing.T) {
	sc := &scene.Scene{Joints: []scene.Joint{
		{Kind: scene.Revolute, Max: 2, Drive: "freezer-2/door-angle", Scale: math.Pi / 180},
		{Kind: scene.Continuous, Drive: "hvac-1/fan-speed", Scale: 2 * math.Pi / 60},
		{Kind: scene.Prismatic, Max: 1},
	}}
	samples := map[twin.SignalID]twin.Sample{
		"freezer-2/door-angle": {Value: 90, Quality: twin.Good},
		"hvac-1/fan-speed":     {Value: 60, Quality: twin.Good},
	}
	latest := func(id twin.SignalID) twin.Sample { return samples[id] }
	m := newMotion(sc)
	at, speed := m.positions(latest, 250*time.Millisecond)
	if math.Abs(at[0]-math.Pi/2) > 1e-9 {
		t.Errorf("the door stands at %g rad, want a right angle", at[0])
	}
	if math.Abs(at[1]-math.Pi/2) > 1e-9 || math.Abs(speed[1]-2*math.Pi) > 1e-9 {
		t.Errorf("the fan at one turn a second stands at %g rad with %g rad/s after a quarter second", at[1], speed[1])
	}
	if at[2] != 0 {
		t.Errorf("an undriven joint moved to %g", at[2])
	}
	samples["hvac-1/fan-speed"] = twin.Sample{Value: 60, Quality: twin.Stale}
	if still, speed := m.positions(latest, time.Second); still[1] != at[1] || speed[1] != 0 {
		t.Error("a fan whose speed is stale goes on turning")
	}
}

func TestContinuedRepeatsTheHealthyCourse(t *testing.T) {
	site := &twin.Site{Signals: []twin.Signal{{ID: "a/t"}}}
	st := twin.NewState(site)
	start := time.Date(2026, 5, 12, 12, 0, 0, 0, time.UTC)
	for i := range 180 { // an hour: half of it healthy, then a fault
		v := math.Sin(float64(i))
		if i >= 90 {
			v += 50
		}
		st.Apply(twin.Sample{Signal: "a/t", At: start.Add(time.Duration(i) * 20 * time.Second), Value: v, Quality: twin.Good})
	}
	onset := start.Add(30 * time.Minute)
	would := continued(st, "a/t", start.Add(-time.Second), onset.Add(-time.Second), start.Add(time.Hour))
	if len(would) < 80 {
		t.Fatalf("%d points after the onset", len(would))
	}
	for _, p := range would {
		if p.At.Before(onset.Add(-20 * time.Second)) {
			t.Fatalf("a point of the counterfactual at %s, before the onset", p.At)
		}
		if math.Abs(p.Value) > 1 {
			t.Fatalf("the counterfactual holds the faulty value %g", p.Value)
		}
	}
	if short := continued(st, "a/t", onset.Add(-3*time.Minute), onset, start.Add(time.Hour)); short != nil {
		t.Errorf("%d points from a healthy record shorter than a cycle, want none", len(short))
	}
}
