package diagnose

import (
	"bytes"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/assets"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/xai/drift"
)

// guarded is the shipped model with what is usual of its input.
func guarded(t testing.TB) *Diagnoser {
	t.Helper()
	f, err := assets.Models().Open(ModelName + ".json")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	d, err := Load(f)
	if err != nil {
		t.Fatal(err)
	}
	m, err := assets.Models().Open(MonitorName)
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	if err := d.Guard(m); err != nil {
		t.Fatal(err)
	}
	return d
}

// TestDriftOfTheEmulatedPlant feeds the shipped model a run that it never saw: as
// it is, without a signal, with a sensor that says the same for ever, with one that
// went beyond all, and with a cabinet as never was.
func TestDriftOfTheEmulatedPlant(t *testing.T) {
	d := guarded(t)
	rec, _ := run(t, 4*time.Hour)
	const asset = "freezer-1"
	spoilt := rec.From.Add(2 * time.Hour)
	for _, c := range []struct {
		name  string
		spoil func(s *twin.Sample) bool // false: it never came
		says  string                    // of Diagnosis.Drift
		all   bool                      // the model must abstain in the end
	}{
		{"as it is", nil, "", false},
		{"air temperature is not heard any more", func(s *twin.Sample) bool { return s.Signal != asset+"/air-temperature" }, "missing or stale", true},
		{"a dead thermometer", func(s *twin.Sample) bool {
			if s.Signal == asset+"/evaporator-temperature" {
				s.Value = -31.4
			}
			return true
		}, "stood still at -31.4", true},
		{"the fan's power is not heard any more", func(s *twin.Sample) bool { return s.Signal != asset+"/evaporator-fan-power" }, "evaporator-fan-power is missing", false},
		{"the coil reads 25 K too warm", func(s *twin.Sample) bool {
			if s.Signal == asset+"/evaporator-temperature" {
				s.Value += 25
			}
			return true
		}, "a regime never seen", false},
	} {
		site := SiteOf(rec)
		for i := range site.Signals {
			if site.Signals[i].Name == "evaporator-fan-power" { // its last digit always flickers
				site.Signals[i].Expected = 5 * time.Minute
			}
		}
		st := twin.NewState(site)
		next, odd, asked, abstained, lowest := spoilt.Add(40*time.Minute), 0, 0, 0, 1.0
		var last string
		for _, s := range rec.Samples {
			for s.At.After(next) {
				got, x, err := d.Diagnose(t.Context(), st, asset, next)
				if err != nil {
					t.Fatal(err)
				}
				asked++
				if got.Drift != "" {
					odd++
					last = got.Drift
				}
				if got.Abstained {
					abstained++
				}
				lowest = min(lowest, x.Confidence)
				if math.Abs(x.Confidence-got.Causes[0].Probability) > 1e-9 && x.Claim == got.Causes[0].Class {
					t.Errorf("%s: confidence %v, probability %v", c.name, x.Confidence, got.Causes[0].Probability)
				}
				next = next.Add(5 * time.Minute)
			}
			if c.spoil != nil && s.At.After(spoilt) && !c.spoil(&s) {
				continue
			}
			st.Apply(s)
		}
		t.Logf("%s: drift in %d of %d diagnoses, %d abstained, lowest confidence %.2f: %s", c.name, odd, asked, abstained, lowest, last)
		switch {
		case asked < 10:
			t.Errorf("%s: asked %d times only", c.name, asked)
		case c.says == "" && odd > 0:
			t.Errorf("%s: drift in %d of %d: %s", c.name, odd, asked, last)
		case c.says != "" && (odd < asked-1 || !strings.Contains(last, c.says)):
			t.Errorf("%s: drift in %d of %d: %q, want %q", c.name, odd, asked, last, c.says)
		case c.all && abstained < asked-1:
			t.Errorf("%s: it abstained on %d of %d", c.name, abstained, asked)
		}
	}
}

func TestRowsComeBackAsTheyWere(t *testing.T) {
	f, err := assets.Models().Open(RowsName)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := ReadRows(f)
	if err != nil {
		t.Fatal(err)
	}
	if len(rows.Train.Rows) < 2000 || len(rows.Held.Rows) < 1000 || rows.Train.Check() != nil {
		t.Fatalf("%d and %d rows", len(rows.Train.Rows), len(rows.Held.Rows))
	}
	var again bytes.Buffer
	if err := rows.Encode(&again); err != nil {
		t.Fatal(err)
	}
	same, err := ReadRows(&again)
	if err != nil {
		t.Fatal(err)
	}
	for i, row := range rows.Held.Rows {
		for j, v := range row {
			if w := same.Held.Rows[i][j]; v != w && !(math.IsNaN(v) && math.IsNaN(w)) {
				t.Fatalf("row %d, column %d: %v came back as %v", i, j, v, w)
			}
		}
	}
	thin := Thin(rows.Train, 50, 1)
	if len(thin.Rows) > 50*len(Classes)+2*len(features) || len(thin.Rows) < 50*len(Classes) {
		t.Errorf("thinned to %d rows", len(thin.Rows))
	}
	for j := range features {
		if a, b := reach(rows.Train.Rows, j), reach(thin.Rows, j); a != b {
			t.Errorf("%s reaches %v, thinned %v", features[j].name, a, b)
		}
	}
}

func reach(rows [][]float64, j int) [2]float64 {
	out := [2]float64{math.Inf(1), math.Inf(-1)}
	for _, r := range rows {
		if !math.IsNaN(r[j]) {
			out[0], out[1] = min(out[0], r[j]), max(out[1], r[j])
		}
	}
	return out
}

// TestHealthyRowsDriftSeldom judges the monitor on the rows held out of it.
func TestHealthyRowsDriftSeldom(t *testing.T) {
	d := guarded(t)
	f, err := assets.Models().Open(RowsName)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := ReadRows(f)
	if err != nil {
		t.Fatal(err)
	}
	alarms, err := d.monitor.Alarms(rows.Held)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%v", alarms)
	if alarms[drift.NewRegime] > 0.02 || alarms[drift.Missing] > 0.05 {
		t.Errorf("alarms on %v of the rows", alarms)
	}
}

func FuzzReadRows(f *testing.F) {
	var small bytes.Buffer
	one := row(map[string]float64{"air above goods": 1})
	t := noRows()
	t.Train.Rows, t.Train.Labels, t.Train.Groups = [][]float64{one}, []int{0}, []string{"a"}
	t.Held.Rows, t.Held.Labels, t.Held.Groups = [][]float64{one}, []int{1}, []string{"b"}
	if err := t.Encode(&small); err != nil {
		f.Fatal(err)
	}
	f.Add(small.Bytes())
	f.Add([]byte("\x1f\x8b"))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := ReadRows(bytes.NewReader(data))
		if err == nil && (r.Train.Check() != nil || r.Held.Check() != nil) {
			t.Errorf("rows that break the laws of a table were taken")
		}
	})
}
