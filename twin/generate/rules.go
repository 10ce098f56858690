package generate

import (
	"fmt"
	"slices"
	"time"

	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/generate/catalogue"
)

// Limits of goods, °C of the air: frozen food may warm from −18 °C by 6 K in a
// retail cabinet (Directive 89/108/EEC, art. 5); the warmest package of a
// chilled cabinet of class M2 may reach 7 °C (ISO 23953-2, table 1).
const (
	frozenWarmest  = -12.0
	chilledWarmest = 7.0
	frozenSetPoint = -12.0 // a class whose set point stays below it is for frozen goods
)

// guards are the limits that a new site of these classes starts with, of all that
// the catalogue has; the owner edits them in site.yaml.
func guards(classes, all []*catalogue.Class) []twin.Guard {
	out := []twin.Guard{
		{
			ID: "writes-per-hour", Rate: &twin.Rate{Writes: 6, Per: time.Hour},
			Message: "this value was written six times in the past hour; look at the device before writing again",
		},
		{
			ID: "opening-hours", Signal: "set-point", Hours: &twin.Hours{From: 6 * 60, To: 22 * 60},
			Message: "set points are changed between 6 and 22 o'clock only, while somebody is in the store",
		},
	}
	lowest, highest, any := 0.0, 0.0, false
	for _, c := range classes {
		if s, ok := c.SignalOf("set-point"); ok && s.Writable && len(s.Range) == 2 {
			if !any {
				lowest, highest, any = s.Range[0], s.Range[1], true
			}
			lowest, highest = min(lowest, s.Range[0]), max(highest, s.Range[1])
		}
	}
	if any {
		step := 3.0
		out = append(out, twin.Guard{
			ID: "set-point-range", Signal: "set-point", Limit: &twin.Limit{Min: &lowest, Max: &highest},
			Message: fmt.Sprintf("a set point lies between %v and %v °C", lowest, highest),
		}, twin.Guard{
			ID: "set-point-step", Signal: "set-point", Limit: &twin.Limit{Step: &step},
			Message: "a set point is moved by at most 3 °C at once",
		})
	}
	return append(out, cabinetGuards(classes, all)...)
}

// cabinetGuards keep goods safe, and what refrigeration draws in bounds. They
// name every class of cabinets, so that one that comes later is guarded too.
func cabinetGuards(classes, all []*catalogue.Class) []twin.Guard {
	var frozen, chilled []string
	for _, c := range all {
		set, ok := cabinet(c)
		switch {
		case !ok:
		case set.Range[1] <= frozenSetPoint:
			frozen = append(frozen, c.Name)
		default:
			chilled = append(chilled, c.Name)
		}
	}
	boosts, any := false, false
	for _, c := range classes {
		_, ok := cabinet(c)
		any = any || ok
		boosts = boosts || ok && slices.ContainsFunc(c.Remedies, func(r catalogue.Remedy) bool { return r.Name == boost })
	}
	if !any {
		return nil
	}
	var out []twin.Guard
	if len(frozen) > 0 {
		out = append(out, twin.Guard{ID: "food-frozen", Assets: frozen, Food: &twin.Food{Warmest: frozenWarmest},
			Message: "nothing is done that may warm frozen goods above -12 °C"})
	}
	if len(chilled) > 0 {
		out = append(out, twin.Guard{ID: "food-chilled", Assets: chilled, Food: &twin.Food{Warmest: chilledWarmest},
			Message: "nothing is done that may warm chilled goods above 7 °C"})
	}
	if boosts {
		energy := 40.0
		out = append(out, twin.Guard{ID: "boost-at-once", Applies: []twin.ActionClass{boost},
			Exclusive: &twin.Exclusive{Classes: []twin.ActionClass{boost}, AtOnce: 3},
			Message:   "three cabinets boost their capacity already; a fourth would strain the supply"},
			twin.Guard{ID: "energy-a-day", Budget: &twin.Budget{Energy: &energy},
				Message: "the actions of today have used the energy that they may"})
	}
	return out
}

// cabinet tells whether a class is a cabinet for goods, with its set point.
func cabinet(c *catalogue.Class) (catalogue.SignalSpec, bool) {
	set, aims := c.SignalOf("set-point")
	_, measured := c.SignalOf("air-temperature")
	return set, aims && measured && c.Group == catalogue.Refrigeration && len(set.Range) == 2
}

const boost twin.ActionClass = "boost-capacity"

// extend takes the guards of a class that came later into those of a site:
// those that it lacks, and the class into those that name classes of assets.
func extend(have []twin.Guard, class *catalogue.Class, all []*catalogue.Class) []twin.Guard {
	for _, g := range guards([]*catalogue.Class{class}, all) {
		i := slices.IndexFunc(have, func(h twin.Guard) bool { return h.ID == g.ID })
		switch {
		case i < 0:
			have = append(have, g)
		case len(have[i].Assets) > 0 && slices.Contains(g.Assets, class.Name) && !slices.Contains(have[i].Assets, class.Name):
			have[i].Assets = append(slices.Clone(have[i].Assets), class.Name)
		}
	}
	return have
}

// modes asks for approval of every kind of action that the classes know.
func modes(classes []*catalogue.Class) map[twin.ActionClass]twin.Mode {
	out := map[twin.ActionClass]twin.Mode{}
	for _, c := range classes {
		for _, r := range c.Remedies {
			out[r.Name] = twin.Approve
		}
	}
	return out
}
