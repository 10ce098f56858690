package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/glasstwin/glasstwin/connectors/fmi"
	"github.com/glasstwin/glasstwin/testdata/fmu"
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
	text, err := program(t, "eval", "building", "--fmu", model, "--map", houseMap, "--days", "2", "--start", "12d", "--identify", "8", "--json").Output()
	if err != nil {
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
