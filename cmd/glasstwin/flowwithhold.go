package main

import (
	"fmt"
	"strings"
)

// withhold leaves out the zones and shelves of which fewer than k people tell, so
// that no figure is one of a few (Sweeney 2002, k-anonymity by suppression), and
// names them. A figure of the whole floor that would tell one left out, by being
// its extreme or by difference, goes with it. 0 or 1: nothing is left out.
func withhold(k int, metrics map[string]float64, rows []any) (kept []any, note string, err error) {
	if k <= 1 {
		return rows, "", nil
	}
	if metrics["people"] < float64(k) {
		return nil, "", fmt.Errorf("%.0f people are in the file: fewer than --k %d, nothing can be told of them", metrics["people"], k)
	}
	var out []string
	for _, r := range rows {
		switch r := r.(type) {
		case zoneRow:
			if r.Visitors < k {
				out = append(out, r.Zone)
				continue
			}
		case frontRow:
			if r.Passed < k {
				out = append(out, r.Asset)
				continue
			}
		case aisleRow:
			if r.People < k {
				out = append(out, r.Aisle)
				continue
			}
		}
		kept = append(kept, r)
	}
	if len(out) == 0 {
		return kept, "", nil
	}
	for _, whole := range []string{"visit_entropy_bit", "density_max_m2", "exposure_least_s"} {
		delete(metrics, whole)
	}
	return kept, fmt.Sprintf("fewer than %d people came to these, so they are left out: %s", k, strings.Join(out, ", ")), nil
}
