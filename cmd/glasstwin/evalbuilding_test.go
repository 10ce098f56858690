package main

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/glasstwin/glasstwin/connectors/fmi"
	"github.com/glasstwin/glasstwin/testdata/fmu"
	"github.com/glasstwin/glasstwin/twin"
)

const houseMap = "../../testdata/fmu/house.yaml"

// The twin heats the house for less than the house's own controller does, on
// days that it did not learn from, in no more discomfort, and says why.
func TestTheTwinHeatsForLess(t *testing.T) {
	t.Parallel()
	model, err := fmu.Build(t.TempDir(), fmu.Plan{Model: "house", Interfaces: fmu.Simulation})
	if err != nil {
		t.Fatal(err)
	}
	kept := filepath.Join(t.TempDir(), "kept")
	text, err := program(t, "eval", "building", "--fmu", model, "--map", houseMap, "--days", "2", "--start", "12d", "--identify", "8", "--journal", kept, "--json").Output()
	if err != nil {
		var failed *exec.ExitError
		if errors.As(err, &failed) {
			t.Logf("%s", failed.Stderr)
		}
		t.Fatal(err)
	}
	var got struct {
		Metrics map[string]float64
		Rows    []struct {
			Start   float64 `json:"start_s"`
			Learnt  float64 `json:"identified_from_s"`
			Actions []action
		}
	}
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	m := got.Metrics
	if m["cost_saving_percent"] < 10 || m["discomfort_kh"] > m["discomfort_kh_baseline"]+0.05 || m["cost_baseline"] <= 0 || m["time_ratio"] > 0.01 {
		t.Errorf("%v", m)
	}
	if len(got.Rows) != 1 || got.Rows[0].Start != 12*day || got.Rows[0].Learnt != 1*day || len(got.Rows[0].Actions) < 10 {
		t.Fatalf("%.500s", text)
	}
	for _, a := range got.Rows[0].Actions {
		if a.Why == "" || a.Set < 12 || a.Set > 26 {
			t.Fatalf("%+v", a)
		}
	}
	checkTrail(t, filepath.Join(kept, "start-12d"), got.Rows[0].Actions)
}

// checkTrail: each action stands in the journal with its reason and its guards, and was
// decided and intended before it was written.
func checkTrail(t *testing.T, dir string, actions []action) {
	t.Helper()
	store, err := openJournal(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close(t.Context())
	if _, err := store.Verify(t.Context()); err != nil {
		t.Error(err)
	}
	var kinds []twin.EventKind
	var made []twin.Proposal
	if err := store.Events(t.Context(), 1, func(e twin.Event) error {
		kinds = append(kinds, e.Kind)
		if e.Kind == twin.ProposalMade {
			var p twin.Proposal
			if err := json.Unmarshal(e.Body, &p); err != nil {
				return err
			}
			made = append(made, p)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	trail := []twin.EventKind{twin.ProposalMade, twin.GuardsChecked, twin.DecisionMade, twin.ActionIntended, twin.ActionWritten, twin.OutcomeRecorded}
	if !slices.Equal(kinds, slices.Repeat(trail, len(actions))) || len(made) != len(actions) {
		t.Fatalf("%d actions left %d events, %d proposals", len(actions), len(kinds), len(made))
	}
	for i, p := range made {
		if a := actions[i]; string(p.Asset) != a.Zone || p.Because != a.Why || len(p.Writes) != 1 || p.Writes[0].Value != a.Set {
			t.Errorf("%+v was done; the journal tells %+v", a, p)
		}
	}
}

func TestMapsThatAreRefused(t *testing.T) {
	dir := t.TempDir()
	model, err := fmu.Build(dir, fmu.Plan{Model: "house", Interfaces: fmu.Simulation})
	if err != nil {
		t.Fatal(err)
	}
	u, err := fmi.Open(t.Context(), model)
	if err != nil {
		t.Fatal(err)
	}
	defer u.Close()
	good, err := os.ReadFile(houseMap)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "map.yaml")
	for _, c := range []struct{ from, to, want string }{
		{"area: 96", "area: 0", "area: give the floor area"},
		{"area: 96", "aera: 96", "aera"},
		{"step: 1800", "step: 1801", "that divide a day"},
		{"temperature: zon1_reaT_y", "temperature: zon9_reaT_y", "no variable"},
		{"setpoint: conTSet1", "setpoint: zon1_reaT_y", "is no point of the FMU that can be set"},
		{"    setpoint: conTSet1\n", "", "either setpoint or level"},
		{"limits: [12, 26]", "limits: [26, 12]", "limits: give the least"},
		{"comfort:", "comfort: []\nelse:", "else"},
	} {
		text := strings.Replace(string(good), c.from, c.to, 1)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := readBuildingMap(path, u); err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), path) {
			t.Errorf("%q: %v, want %q and the file's name", c.to, err, c.want)
		}
	}
}

func FuzzBuildingMap(f *testing.F) {
	good, err := os.ReadFile(houseMap)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	path := filepath.Join(f.TempDir(), "map.yaml")
	u := &fmi.FMU{Description: &fmi.Description{}}
	f.Fuzz(func(t *testing.T, data []byte) {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		if m, err := readBuildingMap(path, u); err == nil {
			m.comfort(12)
			m.Price.at(12, 0)
		}
	})
}
