package phrase

import (
	"fmt"
	"math"

	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/flow/cause"
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
	of := func(list []twin.AssetID) string {
		if len(list) == 1 {
			return name(list[0])
		}
		return s.Say("step.rows", "a", name(list[0]), "n", fmt.Sprint(len(list)))
	}
	a := name(x.Assets[0])
	switch {
	case x.Verb == propose.Goods && len(x.Assets) > 1:
		return s.Say("step.goods", "a", a, "b", name(x.Assets[1]))
	case x.Verb == propose.Trade && len(x.With) > 0:
		return s.Say("step.swap", "a", capital(of(x.Assets)), "b", of(x.With))
	case x.Verb == propose.Mirror:
		return s.Say("step.mirror", "a", capital(of(x.Assets)))
	case x.Verb == propose.Place && math.Abs(x.Angle) > 1e-6:
		return s.Say("step.place.turned", "a", capital(of(x.Assets)), "by", s.Metres(x.By.Len()), "angle", degrees(x.Angle))
	case x.Verb == propose.Place:
		return s.Say("step.place", "a", capital(of(x.Assets)), "by", s.Metres(x.By.Len()))
	case x.Verb == propose.Swap && len(x.Assets) > 1:
		return s.Say("step.swap", "a", a, "b", name(x.Assets[1]))
	case x.Verb == propose.Turn:
		return s.Say("step.turn", "a", a, "by", degrees(x.Angle))
	case len(x.Assets) > 1:
		return s.Say("step.row", "a", a, "n", fmt.Sprint(len(x.Assets)), "by", s.Metres(x.By.Len()))
	}
	return s.Say("step.shift", "a", a, "by", s.Metres(x.By.Len()))
}

// NotProposed tells why the best that was found for a goal is not proposed.
func (s *Speaker) NotProposed(why propose.Reason) string {
	switch why {
	case propose.Worse:
		return s.Say("propose.near.worse")
	case propose.TooSmall:
		return s.Say("propose.near.small")
	case propose.MayBe:
		return s.Say("propose.near.chance")
	}
	return s.Say("propose.near.better")
}

// Change tells by how much one figure differs, shortly.
func (s *Speaker) Change(d whatif.Difference, of string) string {
	by, half := signed(d.Percent, 1)+" %", fmt.Sprintf("%.1f", d.PercentFor)
	if d.A == 0 {
		by, half = signed(d.Diff, 2), amount(d.Half)
	}
	return s.Say("step.effect", "of", of, "by", by, "half", half)
}

// CrowdCause tells how much of a crowd is due to one cause. What a thing is called
// is asked of name.
func (s *Speaker) CrowdCause(a cause.Ablation, name func(twin.AssetID) string) string {
	note := s.Told(a.Note)
	if len(a.Assets) > 0 {
		note = s.Say("crowd.thing", "a", name(a.Assets[0]), "note", note)
	}
	key := "crowd.cause"
	if math.Abs(a.Share) <= a.Half {
		key = "crowd.unsure"
	}
	return s.Say(key, "note", capital(note), "share", signed(a.Share, 0), "half", fmt.Sprintf("%.0f", a.Half))
}

// CrowdFigures tells how crowded a zone is.
func (s *Speaker) CrowdFigures(f *cause.Finding) string {
	text := s.Say("crowd.figures", "crowd", fmt.Sprintf("%.0f", f.Crowd), "usual", fmt.Sprintf("%.0f", f.Usual))
	if f.Explanation.Abstained {
		text += " " + s.Say("crowd.abstained")
	} else if f.Lead.Half > 0 && !f.Parted {
		text += " " + s.Say("crowd.unparted", "days", fmt.Sprint(f.Days), "by", signed(f.Lead.Diff, 0), "half", fmt.Sprintf("%.0f", f.Lead.Half))
	}
	return text
}

// CrowdRelief tells what would relieve a crowd most.
func (s *Speaker) CrowdRelief(r *cause.Remedy) string {
	return s.Say("crowd.relief", "why", s.Told(r.Why), "by", signed(r.Change.Percent, 0)+" %", "half", fmt.Sprintf("%.0f", r.Change.PercentFor))
}

// degrees is an angle in whole degrees, with a true minus.
func degrees(radians float64) string { return Number(math.Round(radians*180/math.Pi)) + "°" }
