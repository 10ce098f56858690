package main

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/glasstwin/glasstwin/twin"
)

// manyPeople is how many people a figure must stand for to be told.
type manyPeople struct {
	K *int `placeholder:"N" help:"Leave out whatever fewer than N people tell, so that no figure is one of a few; else as the site says, or 5; 1 tells everything."`
}

func (m manyPeople) check() error {
	if m.K != nil && *m.K < 0 {
		return usageError{fmt.Errorf("--k %d: give how many people a told figure must stand for at least, or 1 for every figure", *m.K)}
	}
	return nil
}

// of is what was asked for, or what the site says; nil: there is none.
func (m manyPeople) of(site *twin.Site) int {
	switch {
	case m.K != nil:
		return *m.K
	case site != nil:
		return site.PeopleRules().K
	}
	return twin.PeopleDefault.K
}

// hidden counts the cells that were left out, by kind.
type hidden struct {
	count map[string]int
	named []string // of zones, shelves, aisles and fixtures
}

// withhold leaves out what fewer than k people tell, so that no figure is one of a
// few (Sweeney 2002, k-anonymity by suppression), and counts it. A figure of the
// whole floor that would tell one left out, by being its extreme or by difference,
// goes with it. 1: nothing is left out.
func withhold(k, people int, metrics map[string]float64, rows []any) (kept []any, note string, err error) {
	if k <= 1 {
		return rows, "", nil
	}
	if people < k {
		return nil, "", fmt.Errorf("%d people are in it: fewer than --k %d, nothing can be told of them", people, k)
	}
	out := hidden{count: map[string]int{}}
	hide := func(kind, name string) {
		out.count[kind]++
		if name != "" {
			out.named = append(out.named, name)
		}
	}
	ways := fewWays(k, rows)
	for i, r := range rows {
		switch r := r.(type) {
		case zoneRow:
			if r.Visitors < k {
				hide("zones", r.Zone)
				continue
			}
		case frontRow:
			if r.Passed < k || r.viewers < k {
				hide("shelves", r.Asset)
				continue
			}
			// Neither who stopped nor who did not may be a few.
			if s := *r.Stopped; few(s, k) || few(r.Passed-s, k) {
				hide("stops", "")
				r.Stopped, r.Capture = nil, nil
				kept = append(kept, r)
				continue
			}
		case aisleRow:
			if r.People < k {
				hide("aisles", r.Aisle)
				continue
			}
		case lineRow:
			if r.People < k {
				hide("lines", r.Line)
				continue
			}
			r.NT = every(r.NT, k)
			if r.Left != nil && (few(*r.Left, k) || few(r.Times-*r.Left, k)) {
				r.Left = nil // nor may who went one way be a few
			}
			kept = append(kept, r)
			continue
		case stateRow:
			if r.people < k {
				hide("levels", r.Service)
				continue
			}
		case tillRow:
			if r.People < k {
				hide("tills", r.Till)
				continue
			}
		case fixtureRow:
			if r.Passed < k {
				hide("fixtures", r.Fixture)
				continue
			}
		case wayRow:
			if ways[i] {
				hide("ways", "")
				continue
			}
		}
		kept = append(kept, r)
	}
	for _, kind := range []string{"zones", "shelves", "stops", "aisles", "fixtures", "lines", "levels", "tills", "ways"} {
		metrics["withheld_"+kind] = float64(out.count[kind])
	}
	if bought := int(math.Round(metrics["conversion_rate"] * float64(people))); few(bought, k) || few(people-bought, k) {
		delete(metrics, "conversion_rate")
	}
	if out.count["zones"]+out.count["shelves"] > 0 {
		for _, whole := range []string{"visit_entropy_bit", "density_max_m2", "exposure_least_s"} {
			delete(metrics, whole)
		}
	}
	return kept, out.note(k), nil
}

// few tells of somebody, but fewer than k.
func few(n, k int) bool { return n > 0 && n < k }

func (h hidden) note(k int) string {
	var parts []string
	for _, kind := range []string{"ways", "stops"} {
		if n := h.count[kind]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, kind))
		}
	}
	parts = append(parts, h.named...)
	if len(parts) == 0 {
		return ""
	}
	return fmt.Sprintf("fewer than %d people came to these, so they are left out: %s", k, strings.Join(parts, ", "))
}

// fewWays tells which rows are ways to be left out: those of fewer than k people,
// and where only one of a row or a column of origins and destinations is, the
// least other one with it, for the sum over a zone would give it away.
func fewWays(k int, rows []any) map[int]bool {
	few := map[int]bool{}
	lines := map[string][]int{} // cells by row and by column
	for i, r := range rows {
		w, ok := r.(wayRow)
		if !ok {
			continue
		}
		if w.People < k {
			few[i] = true
		}
		if len(w.Zones) == 2 {
			lines["from "+w.Zones[0]] = append(lines["from "+w.Zones[0]], i)
			lines["to "+w.Zones[1]] = append(lines["to "+w.Zones[1]], i)
		}
	}
	for again := true; again; {
		again = false
		for _, cells := range lines {
			told := slices.DeleteFunc(slices.Clone(cells), func(i int) bool { return few[i] })
			if len(cells)-len(told) != 1 || len(told) == 0 {
				continue
			}
			least := slices.MinFunc(told, func(a, b int) int { return rows[a].(wayRow).People - rows[b].(wayRow).People })
			few[least], again = true, true
		}
	}
	return few
}
