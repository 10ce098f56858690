package dxf

import (
	"fmt"
	"math"
	"slices"
)

// units are the lengths of $INSUNITS.
var units = map[int]Unit{
	1: {Metres: 0.0254, Name: "in"}, 2: {Metres: 0.3048, Name: "ft"}, 3: {Metres: 1609.344, Name: "mi"}, 4: {Metres: 0.001, Name: "mm"},
	5: {Metres: 0.01, Name: "cm"}, 6: {Metres: 1, Name: "m"}, 7: {Metres: 1000, Name: "km"}, 8: {Metres: 0.0254e-6, Name: "µin"},
	9: {Metres: 0.0254e-3, Name: "mil"}, 10: {Metres: 0.9144, Name: "yd"}, 11: {Metres: 1e-10, Name: "Å"}, 12: {Metres: 1e-9, Name: "nm"},
	13: {Metres: 1e-6, Name: "µm"}, 14: {Metres: 0.1, Name: "dm"}, 15: {Metres: 10, Name: "dam"}, 16: {Metres: 100, Name: "hm"},
	17: {Metres: 1e9, Name: "Gm"}, 21: {Metres: 1200.0 / 3937, Name: "US survey ft"}, 22: {Metres: 100.0 / 3937, Name: "US survey in"},
	23: {Metres: 3600.0 / 3937, Name: "US survey yd"}, 24: {Metres: 5280 * 1200.0 / 3937, Name: "US survey mi"},
}

// UnitNames are the units that a drawing of a building is made in.
var UnitNames = []string{"mm", "cm", "m", "in", "ft"}

// UnitByName is the unit of a name as in UnitNames or $INSUNITS.
func UnitByName(name string) (Unit, bool) {
	for _, u := range units {
		if u.Name == name {
			return u, true
		}
	}
	return Unit{}, false
}

// What a plan of a building measures, metres.
const (
	leafLeast, leafMost     = 0.55, 1.35 // a door's leaf
	extentLeast, extentMost = 2.0, 3000  // the whole
	extentLow, extentHigh   = 5.0, 300   // most of them
)

// doorsLeast is from how many arcs on no arc being a door speaks against a unit.
const doorsLeast = 3

// unitOf decides on the unit: the stated one unless the drawing could not be a
// building in it, or none of its arcs a door while they are doors in another;
// else the one in which arcs are best doors and the extent is best a building.
// Templates state inches in drawings that are made in millimetres.
func unitOf(insunits, measurement int, extent float64, radii []float64) Unit {
	best, bestScore := Unit{}, math.Inf(-1)
	for _, name := range UnitNames {
		u, _ := UnitByName(name)
		if s := plausible(u, measurement, extent, radii); s > bestScore {
			best, bestScore = u, s
		}
	}
	size := extent * best.Metres
	stated, ok := units[insunits]
	doorless := ok && len(radii) >= doorsLeast && leaves(stated, radii) == 0 && 2*leaves(best, radii) > len(radii) && size >= extentLow && size <= extentHigh
	if ok && !doorless && (extent == 0 || extent*stated.Metres >= extentLeast && extent*stated.Metres <= extentMost) {
		stated.Why = "stated by $INSUNITS"
		return stated
	}
	best.Inferred = true
	switch {
	case ok && bestScore <= 1: // nothing better
		stated.Why = fmt.Sprintf("stated by $INSUNITS, although the drawing is then %.3g m wide", extent*stated.Metres)
		return stated
	case doorless:
		best.Why = fmt.Sprintf("$INSUNITS states %s, in which none of %d arcs is as wide as a door; in %s %d are, and the drawing is %.3g m wide", stated.Name, len(radii), best.Name, leaves(best, radii), size)
	case ok:
		best.Why = fmt.Sprintf("$INSUNITS states %s, in which the drawing would be %.3g m wide; in %s it is %.3g m", stated.Name, extent*stated.Metres, best.Name, size)
	default:
		best.Why = fmt.Sprintf("not stated; in %s the drawing is %.3g m wide", best.Name, size)
		if n := leaves(best, radii); n > 0 {
			best.Why += fmt.Sprintf(" and %d arcs are as wide as doors", n)
		}
	}
	return best
}

func leaves(u Unit, radii []float64) int {
	n := 0
	for _, r := range radii {
		if r*u.Metres >= leafLeast && r*u.Metres <= leafMost {
			n++
		}
	}
	return n
}

func plausible(u Unit, measurement int, extent float64, radii []float64) float64 {
	score := 0.0
	if len(radii) > 0 {
		score += 3 * float64(leaves(u, radii)) / float64(len(radii))
	}
	switch size := extent * u.Metres; {
	case size >= extentLow && size <= extentHigh:
		score += 2
	case size >= extentLeast && size <= extentMost:
		score++
	}
	if english := u.Name == "in" || u.Name == "ft"; english == (measurement == 0) {
		score += 0.25
	}
	if u.Name == "mm" || u.Name == "m" {
		score += 0.1 // the usual ones
	}
	return score
}

// survey measures a drawing roughly before it is read: the spread of the
// coordinates of its entities, without the farthest, and the radii of its arcs.
func survey(tags []tag) (extent float64, radii []float64) {
	var xs, ys []float64
	radius, turn := math.NaN(), [2]float64{}
	kind := ""
	add := func(v float64, to []float64) []float64 {
		if len(to) < 1<<20 {
			to = append(to, v)
		}
		return to
	}
	ended := func() {
		if kind == "ARC" && radius > 0 && len(radii) < 1<<16 {
			if sweep := math.Mod(turn[1]-turn[0]+720, 360); sweep > 30 && sweep < 135 {
				radii = append(radii, radius)
			}
		}
	}
	for _, t := range tags {
		if t.code == 0 {
			ended()
			kind = t.word()
			continue
		}
		v, ok := 0.0, false
		switch t.code {
		case 10, 20, 11, 21, 40, 50, 51:
			v, ok = t.float()
		}
		if !ok {
			continue
		}
		switch kind {
		case "LINE", "LWPOLYLINE", "VERTEX", "ARC", "SOLID", "HATCH":
		default:
			continue
		}
		switch {
		case t.code == 40:
			radius = v
		case t.code == 50 || t.code == 51:
			turn[t.code-50] = v
		case kind == "HATCH" && v == 0: // its elevation point
		case t.code < 20:
			xs = add(v, xs)
		default:
			ys = add(v, ys)
		}
	}
	ended()
	return math.Max(spread(xs), spread(ys)), radii
}

// spread is the range that holds all but the outermost hundredth.
func spread(v []float64) float64 {
	if len(v) < 2 {
		return 0
	}
	slices.Sort(v)
	k := len(v) / 100
	return v[len(v)-1-k] - v[k]
}
