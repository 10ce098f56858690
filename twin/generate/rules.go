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
			ID: "opening-hours", Signal: "set-point", Assets: attended(all), Hours: &twin.Hours{From: 6 * 60, To: 22 * 60},
			Message: "set points are changed between 6 and 22 o'clock only, while somebody is in the store",
		},
	}
	out = append(out, writtenGuards(classes)...)
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
			ID: "set-point-step", Signal: "set-point", Assets: attended(all), Limit: &twin.Limit{Step: &step},
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

// attended are the classes whose set points somebody looks after: what cools goods,
// bakes or serves a shop's air. A house keeps its own hours, and its hot water is
// heated through at any.
func attended(all []*catalogue.Class) []string {
	var out []string
	for _, c := range all {
		if s, ok := c.SignalOf("set-point"); ok && s.Writable && !slices.Contains(dwelling[:], c.Name) {
			out = append(out, c.Name)
		}
	}
	return out
}

// dwelling are classes of a house.
var dwelling = [...]string{"thermostat", "heat-pump", "hot-water-tank"}

// writtenGuards bound what is written to classes beside set points, each where a
// class has such a signal.
func writtenGuards(classes []*catalogue.Class) []twin.Guard {
	least, most := 10.0, 100.0
	known := [...]struct {
		signal string
		guard  twin.Guard
	}{
		{"service-command", twin.Guard{ID: "service-calls", Rate: &twin.Rate{Writes: 1, Per: 4 * time.Hour},
			Message: "a technician was sent for already"}},
		{"restart-command", twin.Guard{ID: "restarts", Rate: &twin.Rate{Writes: 3, Per: time.Hour},
			Message: "this gateway was restarted three times in the past hour; a person must look at it"}},
		{"defrost-command", twin.Guard{ID: "defrosts", Rate: &twin.Rate{Writes: 2, Per: 4 * time.Hour},
			Message: "it was defrosted twice already; more would warm the goods"}},
		{"damper-minimum", twin.Guard{ID: "fresh-air", Limit: &twin.Limit{Min: &least, Max: &most},
			Message: "a tenth of the air at least is from outdoors"}},
		{"heating-enable", twin.Guard{ID: "heating-or-cooling", Expr: `value > 0.5 || of("cooling-enable") > 0.5`,
			Message: "heating and cooling are never both off"}},
		{"cooling-enable", twin.Guard{ID: "cooling-or-heating", Expr: `value > 0.5 || of("heating-enable") > 0.5`,
			Message: "heating and cooling are never both off"}},
		{"presence", twin.Guard{ID: "no-dark-people", Expr: `name != "level" || value >= 30 || of("presence") < 0.5`,
			Message: "the light stays on where somebody is"}},
		{"spray-command", twin.Guard{ID: "spray-when-hot", Expr: `value < 0.5 || of("condensing-temperature") > 30`,
			Message: "the condenser is sprayed only while it is hot"}},
		{"pasteurise-command", twin.Guard{ID: "heated-through", Rate: &twin.Rate{Writes: 1, Per: 12 * time.Hour},
			Message: "the hot water was heated through already"}},
	}
	var out []twin.Guard
	for _, k := range known {
		var of []string
		for _, c := range classes {
			if _, ok := c.SignalOf(k.signal); ok && (k.signal != "presence" || lit(c)) {
				of = append(of, c.Name)
			}
		}
		if len(of) == 0 {
			continue
		}
		if k.signal != "presence" {
			k.guard.Signal = k.signal
		} else {
			k.guard.Assets = of
		}
		out = append(out, k.guard)
	}
	return out
}

// lit tells whether a class is lights that know whether somebody is there.
func lit(c *catalogue.Class) bool {
	level, ok := c.SignalOf("level")
	return ok && level.Writable
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
