package runs_test

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/cmd/sitesim/record"
	"github.com/glasstwin/glasstwin/cmd/sitesim/scenario"
	"github.com/glasstwin/glasstwin/study/runs"
)

// recorded makes a run of a house whose heating's gateway is lost.
func recorded(t *testing.T, situation string, seed uint64) string {
	t.Helper()
	dir := t.TempDir()
	base := filepath.Join(dir, "home-"+situation+"-0002")
	_, err := record.Drawn(t.Context(), record.RunOptions{Draw: scenario.Options{Template: "home", Seed: seed, Situation: situation}, Step: time.Minute,
		Lasts: 3 * time.Hour, Out: base + ".run", Truth: base + ".json"})
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestARunIsReadByTheMinute(t *testing.T) {
	dir := recorded(t, "communication-loss", 2)
	seen := 0
	err := runs.Each(t.Context(), dir, "home", runs.Learned(), func(r *runs.Run) error {
		seen++
		if r.Seed != 2 || len(r.At) < 175 || r.At[1].Sub(r.At[0]) != time.Minute || len(r.Devices("thermostat")) != 6 || r.Classes["heat-pump-1"] != "heat-pump" {
			t.Errorf("%s: seed %d, %d readings", r.Name, r.Seed, len(r.At))
		}
		v := r.Values("thermostat-1/temperature")
		for i, x := range v[:50] {
			if !(x > 5 && x < 35) {
				t.Fatalf("reading %d: %g °C", i, x)
			}
		}
		lost := r.Truth.Situations[0]
		device := map[string]string{"gateway-1": "thermostat-1/temperature", "gateway-2": "heat-pump-1/flow-temperature", "gateway-3": "meter-1/power"}[string(lost.Device)]
		at := r.Reading(lost.Onset)
		if !r.At[at].Equal(lost.Onset) || !math.IsNaN(r.Values(device)[at+10]) || math.IsNaN(r.Values(device)[at-1]) {
			t.Errorf("%s at reading %d is %v, after the link was lost %v", device, at, r.Values(device)[at-1], r.Values(device)[at+10])
		}
		if none := r.Values("dragon-1/fire"); len(none) != len(r.At) || !math.IsNaN(none[0]) || r.Came("dragon-1/fire") != nil {
			t.Error("a signal that is not there has values")
		}
		return nil
	})
	if err != nil || seen != 1 {
		t.Fatalf("%d runs, %v", seen, err)
	}
	if err := runs.Each(t.Context(), dir, "home", runs.Seeds{First: 1000, Last: 2000}, nil); err == nil || !strings.Contains(err.Error(), "sitesim record --template home --scenario 1000-2000") {
		t.Errorf("no run of these seeds: %v", err)
	}
	file := filepath.Join(dir, "home-communication-loss-0002.run")
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, data[:len(data)/2], 0o600); err != nil {
		t.Fatal(err)
	}
	if err := runs.Each(t.Context(), dir, "home", runs.Learned(), func(*runs.Run) error { return nil }); err == nil || !strings.Contains(err.Error(), "home-communication-loss-0002.run") {
		t.Errorf("a run that is cut off: %v", err)
	}
}

func TestSourcesAreWhatTheySay(t *testing.T) {
	dir := recorded(t, "stuck-valve", 2)
	err := runs.Each(t.Context(), dir, "home", runs.Learned(), func(r *runs.Run) error {
		set, is := r.Values("thermostat-2/set-point"), r.Values("thermostat-2/temperature")
		gap := runs.Less(runs.Own("temperature"), runs.Own("set-point"))(r, "thermostat-2")
		valve := runs.Beside("radiator-", "valve")(r, "thermostat-2")
		hour, swing := runs.Hourly(runs.Own("temperature"))(r, "thermostat-2"), runs.Swing(runs.Own("temperature"))(r, "thermostat-2")
		like := runs.Like("thermostat", "set-point")(r, "")
		for i := range gap {
			if gap[i] != is[i]-set[i] || valve[i] != r.Values("radiator-2/valve")[i] {
				t.Fatalf("reading %d: gap %g of %g and %g, valve %g", i, gap[i], is[i], set[i], valve[i])
			}
			if i > 60 && (math.Abs(hour[i]-is[i]) > 3 || swing[i] < 0 || swing[i] > 3 || like[i] < 15 || like[i] > 25) {
				t.Fatalf("reading %d: mean of an hour %g of %g, swing %g, like %g", i, hour[i], is[i], swing[i], like[i])
			}
		}
		if v := runs.BesideOrOwn("air-", "temperature")(r, "thermostat-6"); v[9] != r.Values("thermostat-6/temperature")[9] {
			t.Errorf("a room without a second sensor shows %g", v[9])
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if m := runs.Median([]float64{3, 1, 2, 10}); m != 2.5 || !math.IsNaN(runs.Median(nil)) || runs.Number("freezer-12") != "12" {
		t.Errorf("median %g", m)
	}
}
