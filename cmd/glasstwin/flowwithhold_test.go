package main

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func share(v float64) *float64 { return &v }
func heads(n int) *int         { return &n }

// What fewer than k people tell is counted and not told, neither by its row nor by
// a figure of the whole floor, in JSON and in CSV alike.
func TestFiguresOfAFewPeopleAreWithheld(t *testing.T) {
	rows := []any{
		zoneRow{Zone: "hall", Visitors: 9, Visits: 12}, zoneRow{Zone: "corner", Visitors: 2, Visits: 2},
		frontRow{Asset: "shelf-1", Passed: 5, Exposure: 60, Stopped: heads(0), Capture: share(0), viewers: 9},
		frontRow{Asset: "shelf-2", Passed: 4, Exposure: 3, Stopped: heads(0), Capture: share(0), viewers: 9},
		aisleRow{Aisle: "aisle-1", People: 5}, aisleRow{Aisle: "aisle-2", People: 0},
	}
	all := map[string]float64{"people": 9, "visit_entropy_bit": 0.6, "density_max_m2": 0.4, "exposure_least_s": 3}
	for name, c := range map[string]struct {
		k, kept int
		missing []string
	}{
		"nothing asked":     {0, 6, nil},
		"everybody is told": {1, 6, nil},
		"fewer than five":   {5, 3, []string{"corner", "shelf-2", "aisle-2"}},
		"fewer than nine":   {9, 1, []string{"corner", "shelf-1", "shelf-2", "aisle-1", "aisle-2"}},
	} {
		t.Run(name, func(t *testing.T) {
			metrics := maps.Clone(all)
			kept, note, err := withhold(c.k, 9, metrics, rows)
			_, whole := metrics["visit_entropy_bit"]
			if err != nil || len(kept) != c.kept || whole != (c.missing == nil) || (note == "") != (c.missing == nil) {
				t.Fatalf("%v, %v, %q, %v", kept, metrics, note, err)
			}
			if c.k > 1 && metrics["withheld_zones"]+metrics["withheld_shelves"]+metrics["withheld_aisles"] != float64(len(c.missing)) {
				t.Errorf("%v", metrics)
			}
			for _, m := range c.missing {
				if !strings.Contains(note, m) {
					t.Errorf("%q does not name %s", note, m)
				}
			}
		})
	}
	if _, _, err := withhold(10, 9, maps.Clone(all), rows); err == nil || !strings.Contains(err.Error(), "--k 10") {
		t.Errorf("nine people are told although ten are asked for: %v", err)
	}
}

// Who went through a door, paid at a till, and walked at a level of service are withheld
// alike; no step of an N-t diagram is of fewer than k.
func TestDoorsTillsAndLevelsOfAFewAreWithheld(t *testing.T) {
	nt := [][2]float64{{1, 1}, {2, 2}, {4, 3}, {8, 4}, {9, 5}, {11, 6}, {12, 7}}
	rows := []any{
		lineRow{Line: "front", People: 7, Times: 7, Left: heads(6), NT: nt}, lineRow{Line: "back", People: 2, Times: 2, NT: nt[:2]},
		tillRow{Till: "till-1", People: 6}, tillRow{Till: "till-2", People: 1},
		stateRow{Service: "A", people: 9}, stateRow{Service: "B", people: 2}, sightRow{Zone: "hall"},
	}
	metrics := map[string]float64{"conversion_rate": 7. / 9} // two did not buy
	kept, note, err := withhold(3, 9, metrics, rows)
	if _, told := metrics["conversion_rate"]; told {
		t.Error("that two did not buy is told")
	}
	if err != nil || len(kept) != 4 || metrics["withheld_lines"] != 1 || metrics["withheld_tills"] != 1 || metrics["withheld_levels"] != 1 {
		t.Fatalf("%v, %v, %v", kept, metrics, err)
	}
	if kept[0].(lineRow).Left != nil {
		t.Error("that one went the other way is told")
	}
	if got := kept[0].(lineRow).NT; len(got) != 2 || got[0] != nt[2] || got[1] != nt[5] {
		t.Errorf("the diagram that is told is %v", got)
	}
	for _, name := range []string{"back", "till-2"} {
		if !strings.Contains(note, name) {
			t.Errorf("%q does not name %s", note, name)
		}
	}
}

// A cell of few is not told, nor the one other by whose sum it would be.
func TestWaysOfAFewPeopleAreWithheld(t *testing.T) {
	way := func(people int, zones ...string) any { return wayRow{Zones: zones, People: people, Times: people} }
	rows := []any{
		way(20, "a", "b"), way(2, "a", "c"), way(7, "a", "d"), way(9, "b", "c"), way(30, "b", "a"), way(12, "d", "c"),
		way(12, "d", "b"), way(11, "c", "d"), way(6, "a", "b", "c"), way(4, "a", "b", "d"),
		fixtureRow{Fixture: "fixture-1", Passed: 4}, fixtureRow{Fixture: "fixture-2", Passed: 5},
		frontRow{Asset: "few-stop", Passed: 50, Stopped: heads(3), Capture: share(0.06), viewers: 60},
		frontRow{Asset: "few-go-on", Passed: 50, Stopped: heads(48), Capture: share(0.96), viewers: 60},
		frontRow{Asset: "few-see", Passed: 50, Stopped: heads(20), Capture: share(0.4), viewers: 4},
		frontRow{Asset: "many", Passed: 50, Stopped: heads(20), Capture: share(0.4), viewers: 60},
	}
	metrics := map[string]float64{}
	kept, note, err := withhold(5, 60, metrics, rows)
	if err != nil || !strings.Contains(note, "ways") || !strings.Contains(note, "fixture-1") || !strings.Contains(note, "few-see") {
		t.Fatalf("%q, %v", note, err)
	}
	path := filepath.Join(t.TempDir(), "figures.csv")
	if err := writeFigures(path, metrics, kept); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	object, err := json.Marshal(kept)
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"a → c,people,2", "a → b → d", "fixture-1", "few-see", "few-stop,stopped", "few-go-on,stopped"} {
		if strings.Contains(string(text), secret) {
			t.Errorf("%s is told:\n%s", secret, text)
		}
	}
	if !strings.Contains(string(text), "a → b → c,people,6") || !strings.Contains(string(text), "many,stopped,20") || !strings.Contains(string(text), "few-stop,passed,50") {
		t.Errorf("what many tell is missing:\n%s", text)
	}
	if n := strings.Count(string(object), `"stopped":null,"capture_rate":null`); n != 2 || strings.Contains(string(object), `["a","c"]`) {
		t.Errorf("%d stops are null: %s", n, object)
	}
	// In no row and no column of the matrix is one cell alone left out.
	left := map[string][2]int{}
	for i, list := range [][]any{rows, kept} {
		for _, r := range list {
			if w, ok := r.(wayRow); ok && len(w.Zones) == 2 {
				for _, line := range []string{"from " + w.Zones[0], "to " + w.Zones[1]} {
					n := left[line]
					n[i]++
					left[line] = n
				}
			}
		}
	}
	for line, n := range left {
		if n[0]-n[1] == 1 && n[0] > 1 {
			t.Errorf("%s: one of %d cells is left out, and follows from the sum", line, n[0])
		}
	}
	if metrics["withheld_stops"] != 2 || metrics["withheld_fixtures"] != 1 || metrics["withheld_ways"] < 3 {
		t.Errorf("%v", metrics)
	}
}
