package phrase

import (
	"fmt"
	"math"

	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/flow/propose"
	"github.com/glasstwin/glasstwin/twin/flow/whatif"
)

// GoalName names what a layout may be better at.
func (s *Speaker) GoalName(g propose.Goal) string { return s.named("goal", string(g)) }

// LayoutStep tells one change of a proposed layout. What a thing is called is
// asked of name.
func (s *Speaker) LayoutStep(x propose.Step, name func(twin.AssetID) string) string {
	if len(x.Assets) == 0 {
		return x.String()
	}
	a := name(x.Assets[0])
	switch {
	case x.Verb == propose.Swap && len(x.Assets) > 1:
		return s.Say("step.swap", "a", a, "b", name(x.Assets[1]))
	case x.Verb == propose.Turn:
		return s.Say("step.turn", "a", a, "by", fmt.Sprintf("%.0f°", x.Angle*180/math.Pi))
	case len(x.Assets) > 1:
		return s.Say("step.row", "a", a, "n", fmt.Sprint(len(x.Assets)), "by", s.Metres(x.By.Len()))
	}
	return s.Say("step.shift", "a", a, "by", s.Metres(x.By.Len()))
}

// Change tells by how much one figure differs, shortly.
func (s *Speaker) Change(d whatif.Difference, of string) string {
	by, half := signed(d.Percent, 1)+" %", fmt.Sprintf("%.1f", d.PercentFor)
	if d.A == 0 {
		by, half = signed(d.Diff, 2), amount(d.Half)
	}
	return s.Say("step.effect", "of", of, "by", by, "half", half)
}
