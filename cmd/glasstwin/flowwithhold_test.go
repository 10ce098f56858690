package main

import (
	"maps"
	"strings"
	"testing"
)

// What fewer than k people tell is named and not told, neither by its row nor by
// a figure of the whole floor.
func TestFiguresOfAFewPeopleAreWithheld(t *testing.T) {
	rows := []any{
		zoneRow{Zone: "hall", Visitors: 9, Visits: 12}, zoneRow{Zone: "corner", Visitors: 2, Visits: 2},
		frontRow{Asset: "shelf-1", Passed: 5, Exposure: 60}, frontRow{Asset: "shelf-2", Passed: 4, Exposure: 3},
		aisleRow{Aisle: "aisle-1", People: 5}, aisleRow{Aisle: "aisle-2", People: 0},
	}
	all := map[string]float64{"people": 9, "visit_entropy_bit": 0.6, "density_max_m2": 0.4, "exposure_least_s": 3}
	for name, c := range map[string]struct {
		k, kept, metrics int
		missing          []string
	}{
		"nothing asked":     {0, 6, 4, nil},
		"everybody is told": {1, 6, 4, nil},
		"fewer than five":   {5, 3, 1, []string{"corner", "shelf-2", "aisle-2"}},
		"fewer than nine":   {9, 1, 1, []string{"corner", "shelf-1", "shelf-2", "aisle-1", "aisle-2"}},
	} {
		t.Run(name, func(t *testing.T) {
			metrics := maps.Clone(all)
			kept, note, err := withhold(c.k, metrics, rows)
			if err != nil || len(kept) != c.kept || len(metrics) != c.metrics || (note == "") != (c.missing == nil) {
				t.Fatalf("%v, %v, %q, %v", kept, metrics, note, err)
			}
			for _, m := range c.missing {
				if !strings.Contains(note, m) {
					t.Errorf("%q does not name %s", note, m)
				}
			}
		})
	}
	if _, _, err := withhold(10, maps.Clone(all), rows); err == nil || !strings.Contains(err.Error(), "--k 10") {
		t.Errorf("nine people are told although ten are asked for: %v", err)
	}
}
