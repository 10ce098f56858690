package phrase

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/glasstwin/glasstwin/twin/flow/whatif"
)

// measures are those of a comparison: their key in the catalogues, their
// unit, and the rank in which those of one thing are said.
var measures = map[string]struct {
	key, unit string
	rank      int
}{
	whatif.Sales: {"sales", "", 0}, whatif.Items: {"items", "", 1}, whatif.Impulses: {"impulses", "", 2},
	whatif.Wait: {"wait", "s", 3}, whatif.Stay: {"stay", "s", 4}, whatif.Walked: {"walked", "m", 5},
	whatif.Visits: {"visits", "", 6}, whatif.Density: {"density", "/m²", 7}, whatif.Crowding: {"crowding", "", 8}, whatif.Close: {"close", "s", 9},
	whatif.Seen: {"seen", "s", 10}, whatif.Taken: {"taken", "", 11}, whatif.Capture: {"capture", "/min", 12},
	whatif.StaffWalk: {"staff", "m", 13}, whatif.Opened: {"opened", "kWh", 14}, whatif.Moving: {"moving", "kWh", 15}, whatif.Warmth: {"warmth", "kWh", 16},
}

// Comparison is what two layouts came to, as sentences. Those of zones and
// fixtures that differ for sure stand by how much differs at least, the most
// first; who differs in nothing for sure has one sentence for all figures.
type Comparison struct {
	Head   string   // how many stand when all are looked at together
	Whole  []string // of the whole store, sure or not
	Zones  []string // that differ for sure, and stand
	Things []string // fixtures, likewise
	Alone  []string // of zones, then of fixtures: sure each by itself, but not among so many
	Unsure []string // of zones, then of fixtures
	Note   string   // whose shoppers, and what chance does
}

// LayoutsCompared tells a comparison. What a zone or a fixture is called, and whether it
// is a zone, is asked of name.
func (s *Speaker) LayoutsCompared(c *whatif.Comparison, name func(of string) (text string, zone bool)) Comparison {
	var out Comparison
	rows, stands := slices.Clone(c.Rows), map[whatif.Figure]bool{}
	sure, standing := 0, 0
	for i, stand := range whatif.Standing(rows) {
		stands[rows[i].Figure] = stand
		if rows[i].Sure {
			sure++
		}
		if stand {
			standing++
		}
	}
	out.Head = s.Say("compare.head", "sure", fmt.Sprint(sure), "n", fmt.Sprint(len(rows)), "stand", fmt.Sprint(standing))
	if standing == 0 {
		out.Head = s.Say("compare.head.none", "sure", fmt.Sprint(sure), "n", fmt.Sprint(len(rows)))
	}
	var alone []string // fixtures
	slices.SortStableFunc(rows, func(a, b whatif.Difference) int {
		if a.Of == "" && b.Of == "" {
			return measures[a.Measure].rank - measures[b.Measure].rank
		}
		return cmp.Compare(least(b), least(a))
	})
	type open struct {
		text  string
		zone  bool
		which []whatif.Difference
	}
	unsure := map[string]*open{}
	var order []*open
	for _, d := range rows {
		text, zone := s.Say("compare.whole"), false
		if d.Of != "" {
			text, zone = name(d.Of)
		}
		switch {
		case d.Of == "" && d.Sure && !stands[d.Figure]:
			out.Whole = append(out.Whole, s.Say("compare.alone", "text", s.Difference(d, text)))
		case d.Of == "":
			out.Whole = append(out.Whole, s.Difference(d, text))
		case d.Sure && !stands[d.Figure] && zone:
			out.Alone = append(out.Alone, s.Difference(d, text))
		case d.Sure && !stands[d.Figure]:
			alone = append(alone, s.Difference(d, text))
		case d.Sure && zone:
			out.Zones = append(out.Zones, s.Difference(d, text))
		case d.Sure:
			out.Things = append(out.Things, s.Difference(d, text))
		default:
			o, ok := unsure[d.Of]
			if !ok {
				o = &open{text: text, zone: zone}
				unsure[d.Of] = o
				order = append(order, o)
			}
			o.which = append(o.which, d)
		}
	}
	out.Alone = append(out.Alone, alone...)
	slices.SortStableFunc(order, func(a, b *open) int {
		if a.zone != b.zone {
			if a.zone {
				return -1
			}
			return 1
		}
		return cmp.Compare(a.text, b.text)
	})
	for _, o := range order {
		slices.SortFunc(o.which, func(a, b whatif.Difference) int { return measures[a.Measure].rank - measures[b.Measure].rank })
		var names []string
		for _, d := range o.which {
			names = append(names, s.figure(d.Measure))
		}
		out.Unsure = append(out.Unsure, s.Say("compare.unsure", "of", o.text, "measure", strings.Join(names, ", ")))
	}
	e := c.Study.Elasticity
	out.Note = s.Say("compare.note", "days", fmt.Sprint(c.Study.Days), "n", fmt.Sprint(len(c.Rows)), "chance", fmt.Sprintf("%.0f", 0.05*float64(len(c.Rows))),
		"elasticity", fmt.Sprintf("%.2f ± %.2f", e.Mean, 1.96*e.SD))
	return out
}

// PeopleShift is the legend of where a layout has more people than another.
func (s *Speaker) PeopleShift(x *whatif.Shift) (title, unit, note string, ends [2]string) {
	walked, sure := x.Count()
	note = s.Say("compare.shift.note", "sure", fmt.Sprint(sure), "n", fmt.Sprint(walked), "chance", fmt.Sprintf("%.0f", 0.05*float64(walked)))
	return s.Say("compare.shift"), s.Say("compare.shift.unit"), note, [2]string{s.Say("compare.shift.fewer"), s.Say("compare.shift.more")}
}

// PeopleHeads is the legend of how many people are where in two layouts that are
// shown beside each other.
func (s *Speaker) PeopleHeads(*whatif.Shift) (title, unit, note string) {
	return s.Say("compare.heads"), s.Say("compare.shift.unit"), s.Say("compare.heads.note")
}

// least is by how many percent at least a figure differs for sure; 0 where the
// baseline has none of it, for nothing can be said in percent then.
func least(d whatif.Difference) float64 { return max(0, math.Abs(d.Percent)-d.PercentFor) }

// Difference tells one figure of something in both layouts, with its interval of
// 95 %.
func (s *Speaker) Difference(d whatif.Difference, of string) string {
	by, half := signed(d.Percent, 0)+" %", fmt.Sprintf("%.0f", d.PercentFor)
	if math.Abs(d.Percent) < 9.5 && d.PercentFor < 9.5 {
		by, half = signed(d.Percent, 1)+" %", fmt.Sprintf("%.1f", d.PercentFor)
	}
	unit := measures[d.Measure].unit
	if unit != "" && !strings.HasPrefix(unit, "/") {
		unit = " " + unit
	}
	if d.A == 0 {
		sign := "+"
		if d.Diff < 0 {
			sign = "−"
		}
		by, half = sign+amount(math.Abs(d.Diff))+unit, amount(d.Half)
	}
	key := "compare.differs"
	switch {
	case d.Sure:
	case d.Diff == 0 && d.Half == 0:
		return s.Say("compare.same", "of", of, "measure", s.figure(d.Measure), "a", amount(d.A)+unit)
	default:
		key = "compare.open"
	}
	return s.Say(key, "of", of, "measure", s.figure(d.Measure), "by", by, "half", half, "a", amount(d.A)+unit, "b", amount(d.B)+unit)
}

func (s *Speaker) figure(measure string) string {
	if f, ok := measures[measure]; ok {
		return s.named("measure", f.key)
	}
	return measure
}

func signed(v float64, decimals int) string {
	return strings.Replace(fmt.Sprintf("%+.*f", decimals, v), "-", "−", 1)
}

// amount is a number of a comparison: densities are small.
func amount(v float64) string {
	if a := math.Abs(v); a > 0 && a < 0.1 {
		return fmt.Sprintf("%.2g", v)
	}
	return Number(v)
}
