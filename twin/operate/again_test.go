package operate

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/twin"
)

// shedding runs a shop that an event of the grid's operator reaches.
func shedding(t *testing.T, begins time.Time) (h *hall, eyes *teller, run func(minutes int)) {
	h, eyes = &hall{values: map[twin.SignalID]float64{"grid-1/event-announced": 1, "hvac-1/set-point": 20, "hvac-1/return-temperature": 20}, now: begins}, &teller{}
	site := &twin.Site{ID: "shop", Modes: map[twin.ActionClass]twin.Mode{"shed-load": twin.Auto}}
	for _, a := range []struct {
		id    twin.AssetID
		class string
		names []string
	}{{"grid-1", "grid-signal", []string{"event-announced", "shed-level"}}, {"hvac-1", "hvac-unit", []string{"set-point", "return-temperature"}}} {
		site.Assets = append(site.Assets, twin.Asset{ID: a.id, Class: a.class})
		for _, name := range a.names {
			site.Signals = append(site.Signals, twin.Signal{ID: twin.SignalOf(a.id, name), Asset: a.id, Name: name, Writable: name == "shed-level", Range: [2]float64{0, 50}})
		}
	}
	h.values["grid-1/shed-level"] = 0
	watch := DefaultWatch()
	watch.Runs = 2
	o, err := New(Config{Site: site, Plant: h, Journal: &diary{}, Perceiver: eyes, Watch: &watch})
	if err != nil {
		t.Fatal(err)
	}
	if err := o.Resume(t.Context()); err != nil {
		t.Fatal(err)
	}
	return h, eyes, func(minutes int) {
		for range minutes {
			h.minute(t, o)
		}
	}
}

// Load that was shed for an event is given back once the event is over: at once by day,
// later where rooms became cold by it, or in the evening.
func TestWhatWasShedIsGivenBack(t *testing.T) {
	day := time.Date(2026, 7, 1, 10, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name      string
		begins    time.Time
		room      float64
		soon, end float64 // the level after ten minutes, and after four hours
	}{
		{"a warm room by day", day, 22, 0, 0},
		{"a cold room", day, 18, 2, 0},
		{"in the evening", day.Add(8 * time.Hour), 22, 2, 0},
	} {
		h, eyes, run := shedding(t, c.begins)
		eyes.list = []Perception{{
			Situation: twin.Situation{Class: "demand-response", Asset: "grid-1", Onset: c.begins, Severity: 0.5},
			Diagnosis: twin.Diagnosis{Causes: []twin.Cause{{Class: "demand-response", Part: "tariff", Probability: 0.9}}},
		}}
		run(75)
		if h.values["grid-1/shed-level"] != 2 {
			t.Fatalf("%s: shed %+v", c.name, h.wrote)
		}
		h.values["hvac-1/return-temperature"] = c.room
		run(20)
		if h.values["grid-1/shed-level"] != 2 {
			t.Errorf("%s: given back while the event lasts", c.name)
		}
		eyes.list, h.values["grid-1/event-announced"] = nil, 0
		run(10)
		if got := h.values["grid-1/shed-level"]; got != c.soon {
			t.Errorf("%s: ten minutes later it is %g, want %g", c.name, got, c.soon)
		}
		run(230)
		if got := h.values["grid-1/shed-level"]; got != c.end {
			t.Errorf("%s: four hours later it is %g, want %g", c.name, got, c.end)
		}
	}
}

// Who says nothing any more has not ended the event.
func TestASilentGridGivesNothingBack(t *testing.T) {
	day := time.Date(2026, 7, 1, 10, 0, 0, 0, time.UTC)
	h, eyes, run := shedding(t, day)
	eyes.list = []Perception{{
		Situation: twin.Situation{Class: "demand-response", Asset: "grid-1", Onset: day, Severity: 0.5},
		Diagnosis: twin.Diagnosis{Causes: []twin.Cause{{Class: "demand-response", Part: "tariff", Probability: 0.9}}},
	}}
	run(20)
	eyes.list = nil
	delete(h.values, "grid-1/event-announced")
	run(60)
	if h.values["grid-1/shed-level"] != 2 {
		t.Errorf("given back though nothing is heard of the event: %+v", h.wrote)
	}
}

// A freezer is not defrosted while its probe may be what is wrong.
func TestADefrostWaitsWhileASensorMayErr(t *testing.T) {
	for _, c := range []struct {
		lies  float64
		waits bool
	}{{0.02, false}, {0.12, true}} {
		w := newWorld(t, twin.Approve, "freezer-1")
		w.boot()
		w.operator.Observe(w.readings(0))
		w.operator.takeInbox()
		d := twin.Diagnosis{Causes: []twin.Cause{{Class: "evaporator-ice", Probability: 0.85}, {Class: "sensor-lying", Probability: c.lies / 2}, {Class: "sensor-bias", Probability: c.lies / 2}}}
		i := slices.IndexFunc(w.operator.remedies, func(r Remedy) bool { return r.Class == "defrost-now" })
		x := w.operator.consider(context.Background(), &dossier{CaseRecord: CaseRecord{Situation: twin.Situation{Asset: "freezer-1"}}}, &vigil{asset: "freezer-1", found: &finding{diagnosis: d}}, w.operator.remedies[i], d.Causes[0])
		if got := strings.Contains(x.Why, "a sensor errs"); got != c.waits || c.waits && x.ready {
			t.Errorf("with %.2f for sensors that err it is ready %v: %q", c.lies, x.ready, x.Why)
		}
	}
}

func TestWhatIsGivenBackLateIsBounded(t *testing.T) {
	good := "- action: a\n  answers: [{fault: f}]\n  writes: [{signal: s, value: 1, hold: true, spare: '1'}]\n  shows: [x]\n  again: 2m\n  stands: 4h\n  doubt: 0.1\n"
	list, err := ReadActions("t.yaml", strings.NewReader(good))
	if err != nil || list[0].Stands != 4*time.Hour || list[0].Doubt != 0.1 {
		t.Fatalf("%+v %v", list, err)
	}
	for _, bad := range []string{strings.Replace(good, "4h", "13h", 1), strings.Replace(good, "4h", "-1h", 1), strings.Replace(good, "0.1", "1.1", 1)} {
		if _, err := ReadActions("t.yaml", strings.NewReader(bad)); err == nil {
			t.Errorf("%q is read", bad)
		}
	}
}
