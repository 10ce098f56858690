package diagnose

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/codec/recording"
	"github.com/glasstwin/glasstwin/xai"
)

// recorded is a story as a recording that ends at noon.
func recorded(y story, asset twin.AssetID, lasting time.Duration) *recording.Recording {
	rec := &recording.Recording{From: noon.Add(-lasting), To: noon}
	for _, g := range shop().Signals {
		rec.Signals = append(rec.Signals, g.ID)
	}
	for s := 0; s <= int(lasting.Seconds()); s += 10 {
		for name, value := range y {
			rec.Samples = append(rec.Samples, twin.Sample{Signal: twin.SignalOf(asset, name),
				At: rec.From.Add(time.Duration(s) * time.Second), Value: value(s), Quality: twin.Good})
		}
	}
	return rec
}

func TestAMomentIsLabelledByTheTruthAroundIt(t *testing.T) {
	truth := []recording.Episode{
		{Device: "freezer-2", Fault: "sensor-bias", Onset: noon.Add(-3 * time.Hour), End: noon}, // of another cabinet
		{Device: freezer, Fault: "fan-failure", Onset: noon, End: noon.Add(time.Hour)},
	}
	for _, c := range []struct {
		after            time.Duration // noon
		truth            string
		since            time.Duration
		settled, teaches bool
	}{
		{-time.Minute, None, -1, true, true},
		{0, "fan-failure", 0, false, false},
		{9 * time.Minute, "fan-failure", 9 * time.Minute, false, false},
		{12 * time.Minute, "fan-failure", 12 * time.Minute, false, true}, // a fan fails at once: it can be learned, but is not judged yet
		{20 * time.Minute, "fan-failure", 20 * time.Minute, true, true},
		{59 * time.Minute, "fan-failure", 59 * time.Minute, true, true},
		{60 * time.Minute, None, 0, false, false},
		{149 * time.Minute, None, 89 * time.Minute, false, false}, // its baseline still holds the fault
		{150 * time.Minute, None, 90 * time.Minute, true, true},
	} {
		m := Moment{Asset: freezer, At: noon.Add(c.after)}
		m.label(truth)
		if m.Truth != c.truth || m.Since != c.since || m.Settled() != c.settled || m.teaches() != c.teaches {
			t.Errorf("%v after the onset: %s since %v, settled %v, teaches %v", c.after, m.Truth, m.Since, m.Settled(), m.teaches())
		}
		if m.Why = "no evidence"; m.Settled() || m.teaches() {
			t.Errorf("%v after the onset: it counts although nothing could be seen", c.after)
		}
	}
	slow := Moment{Asset: freezer, At: noon.Add(12 * time.Minute)}
	slow.label([]recording.Episode{{Device: freezer, Fault: "blocked-condenser", Onset: noon, End: noon.Add(time.Hour)}})
	if slow.teaches() {
		t.Error("a fault that grows slowly teaches after twelve minutes")
	}
}

func TestReplayLooksAtEveryCabinetInTurn(t *testing.T) {
	rec := recorded(healthy(), freezer, 2*time.Hour)
	truth := []recording.Episode{{Device: freezer, Fault: "door-ajar", Onset: noon.Add(-40 * time.Minute), End: noon.Add(time.Hour)}}
	got, err := Replay(rec, truth, 10*time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	var at []string
	for _, m := range got {
		if m.Asset == freezer {
			at = append(at, m.At.Format("15:04 ")+m.Truth)
		} else if m.Why == "" {
			t.Errorf("%s has no sample and is judged", m.Asset)
		}
	}
	want := "10:40 none,10:50 none,11:00 none,11:10 none,11:20 door-ajar,11:30 door-ajar,11:40 door-ajar,11:50 door-ajar"
	if strings.Join(at, ",") != want {
		t.Errorf("moments %s, want %s", strings.Join(at, ","), want)
	}
	st := twin.NewState(SiteOf(rec)) // what a live twin sees at that time
	for _, s := range rec.Samples {
		if !s.At.After(got[0].At) {
			st.Apply(s)
		}
	}
	live, _ := Row(st, got[0].Asset, got[0].At)
	for i := range live {
		if live[i] != got[0].Row[i] && !(math.IsNaN(live[i]) && math.IsNaN(got[0].Row[i])) {
			t.Errorf("%s is %v in the corpus and %v live", features[i].name, got[0].Row[i], live[i])
		}
	}
	var table xai.Table
	Add(&table, got, "seed 1")
	if err := table.Check(); err != nil {
		t.Fatal(err)
	}
	if n := len(table.Rows); n < 8 || n > 11 { // 4 sound and 4 ajar, and a third of them with a short history
		t.Errorf("%d rows", n)
	}
	if !slices.Contains(table.Labels, slices.Index(Classes, "door-ajar")) || table.Groups[0] != "seed 1" {
		t.Errorf("labels %v of %v", table.Labels, table.Groups)
	}
}

func TestReplayRefuses(t *testing.T) {
	rec := recorded(healthy(), freezer, time.Hour)
	if _, err := Replay(rec, []recording.Episode{{Device: freezer, Fault: "haunted"}}, Every); err == nil || !strings.Contains(err.Error(), "haunted") {
		t.Errorf("an unknown fault: %v", err)
	}
	rec.Signals = []twin.SignalID{"light-1/level"}
	if _, err := Replay(rec, nil, Every); err == nil || !strings.Contains(err.Error(), "no refrigerated cabinet") {
		t.Errorf("a recording of lights: %v", err)
	}
}

func TestASiteOfARecordingHasTheCataloguesClasses(t *testing.T) {
	rec := &recording.Recording{Signals: []twin.SignalID{"multideck-2/air-temperature", "multideck-2/compressor-running", "weather-1/temperature", "till-1/open"}}
	site := SiteOf(rec)
	if got := Cabinets(site); !slices.Equal(got, []twin.AssetID{"multideck-2"}) {
		t.Errorf("cabinets %v", got)
	}
	if len(site.Assets) != 3 || site.Assets[0].Class != "refrigerated-multideck" || site.Assets[1].Class != "weather-sensor" || site.Assets[2].Class != "" {
		t.Errorf("assets %+v", site.Assets)
	}
}

// judged has one shape function, on the door: below half a minute it is shut.
func TestEvaluateCounts(t *testing.T) {
	d := doorOnly(t)
	shut, open := row(map[string]float64{"door open without a break": 0}), row(map[string]float64{"door open without a break": 20})
	at := func(n int) time.Time { return noon.Add(time.Duration(n) * 5 * time.Minute) }
	group := []Moment{
		{Asset: freezer, At: at(0), Row: shut, Short: shut, Truth: None, Since: -1},
		{Asset: freezer, At: at(1), Row: open, Short: shut, Truth: None, Since: -1}, // false alarm
		{Asset: freezer, At: at(2), Row: open, Short: shut, Truth: None, Since: -1}, // the same one
		{Asset: freezer, At: at(3), Row: shut, Short: shut, Truth: None, Since: -1},
		{Asset: freezer, At: at(4), Row: open, Short: open, Truth: "door-ajar", Since: 5 * time.Minute, Onset: at(3)}, // named, not judged yet
		{Asset: freezer, At: at(8), Row: open, Short: shut, Truth: "door-ajar", Since: 25 * time.Minute, Onset: at(3)},
		{Asset: multideck, At: at(8), Row: shut, Short: shut, Truth: "fan-failure", Since: 25 * time.Minute, Onset: at(3)}, // missed
		{Asset: multideck, At: at(9), Row: open, Why: "defrost", Truth: "fan-failure", Since: 30 * time.Minute, Onset: at(3)},
	}
	j := d.Evaluate([][]Moment{group, group}, 5*time.Minute, 1)
	// none: 2 of 4, door-ajar 1 of 1, fan-failure 0 of 1, each twice.
	near := func(what string, got, want float64) {
		t.Helper()
		if math.Abs(got-want) > 1e-9 {
			t.Errorf("%s is %v, want %v", what, got, want)
		}
	}
	near("balanced accuracy", j.Balanced, 0.5)
	near("its lower bound", j.BalancedLow95, 0.5) // both groups are the same
	near("accuracy", j.Accuracy, 3./6)
	near("with a short history", j.ShortBalanced, 1./3) // none 4 of 4, door-ajar 0 of 1, fan-failure 0 of 1
	near("false alarms a day", j.FalseAlarmsPerDay, 2/(8*5./60/24))
	if j.Moments != 12 || j.Abstained != 0 || j.Missed != 2 || j.Episodes != 4 || j.Recall[2] != -1 {
		t.Errorf("%+v", j)
	}
	if j.DelayMedian != 5*time.Minute || j.DelayOf[1] != 5*time.Minute || j.DelayOf[4] != -1 {
		t.Errorf("delays %v, %v", j.DelayMedian, j.DelayOf)
	}
	if d.Evaluate(nil, time.Minute, 1).DelayMedian != -1 {
		t.Error("nothing was found after no time at all")
	}
}
