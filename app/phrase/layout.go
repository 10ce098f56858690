package phrase

import (
	"fmt"
	"math"
	"strings"

	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/layout"
)

// Breach tells which rule a layout breaks, by what and by how much. What a thing
// is called is asked of name.
func (s *Speaker) Breach(b layout.Breach, name func(twin.AssetID) string) string {
	of := func(i int) string {
		if i < len(b.Assets) {
			return name(b.Assets[i])
		}
		return s.Say("rule.wall")
	}
	key := "rule." + string(b.Rule)
	if math.IsInf(b.Has, 1) && b.Rule != layout.Exit {
		key += ".none"
	}
	if text, ok := s.texts[key]; !ok || text == "" {
		return b.String()
	}
	return s.Say(key, "a", of(0), "b", of(1), "has", s.Metres(b.Has), "wants", s.Metres(b.Wants), "why", b.Why)
}

// Metres is a length as planners say it: centimetres below ten metres.
func (s *Speaker) Metres(m float64) string {
	if math.Abs(m) < 10 {
		return fmt.Sprintf("%.0f cm", 100*m)
	}
	return fmt.Sprintf("%.1f m", m)
}

// EditName names what an edit does.
func (s *Speaker) EditName(v layout.Verb) string { return s.named("edit", string(v)) }

// SideName names what things are lined up by.
func (s *Speaker) SideName(side layout.Side) string { return s.named("align", string(side)) }

// LayoutDiff tells what differs between two layouts, a line for each thing.
func (s *Speaker) LayoutDiff(d layout.Diff) string {
	if d.Empty() {
		return s.Say("plan.same")
	}
	var lines []string
	for _, m := range d.Moved {
		text := s.Say("plan.moved", "a", m.Name, "by", s.Metres(m.By))
		if m.Turned != 0 {
			text += s.Say("plan.turned", "by", fmt.Sprintf("%+.0f°", m.Turned*180/math.Pi))
		}
		lines = append(lines, text)
	}
	for _, a := range d.Came {
		lines = append(lines, s.Say("plan.came", "a", s.AssetName(a)))
	}
	for _, a := range d.Went {
		lines = append(lines, s.Say("plan.went", "a", s.AssetName(a)))
	}
	for _, c := range d.Changed {
		var what []string
		for _, w := range c.What() {
			what = append(what, s.named("plan.of", w))
		}
		lines = append(lines, s.Say("plan.altered", "a", s.AssetName(*c.After), "what", strings.Join(what, ", ")))
	}
	return strings.Join(lines, "\n")
}
