package account

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/glasstwin/glasstwin/app"
	"github.com/glasstwin/glasstwin/app/phrase"
	"github.com/glasstwin/glasstwin/xai"
)

// Contrast answers "why not this one?".
type Contrast struct {
	Class    string
	Name     string
	Odds     string // how much likelier the claim is
	Against  string // what speaks against it
	For      string // what speaks for it
	Bars     []Bar  // right: for the claim; left: for this one
	Apart    string
	Check    string
	Unstored bool // the explanation does not know
}

// WhyNot tells a class that the model weighed from its claim.
func WhyNot(s *phrase.Speaker, c app.Case, class string) Contrast {
	out := Contrast{Class: class, Name: s.Fault(class)}
	x := c.Explanation
	if x == nil {
		return out
	}
	if x.Abstained {
		out.Against = s.Say("explain.withheld")
		return out
	}
	out.Odds = odds(s, x, class)
	against := phrase.Against(x, class)
	if against == nil {
		out.Unstored = true
		out.Against = s.Say("whynot.unknown", "fault", out.Name)
		return out
	}
	var con, pro []string
	for _, t := range against.Tellings {
		i := slices.IndexFunc(x.Attributions, func(a xai.Attribution) bool { return a.Feature == t.Feature })
		b := Bar{Name: s.Feature(t.Feature), Share: t.Share, Feature: t.Feature, Source: t.Source}
		reason := b.Name
		if i >= 0 {
			b.Note, reason = s.Compared(x.Attributions[i]), s.Reason(x.Attributions[i])
		}
		out.Bars = append(out.Bars, b)
		if t.Share > 0 {
			con = append(con, reason)
		} else {
			pro = append(pro, reason)
		}
	}
	and := s.Say("list.and")
	if len(con) > 0 {
		out.Against = s.Say("whynot.against", "fault", out.Name, "reasons", strings.Join(con[:min(2, len(con))], and))
	}
	out.For = s.Say("whynot.nothing")
	if len(pro) > 0 {
		out.For = s.Say("whynot.for", "reasons", strings.Join(pro[:min(2, len(pro))], and))
	}
	out.Apart, out.Check = s.Apart(x, class)
	return out
}

// oddsMost is the largest ratio that is told as a number: beyond it, and of a
// probability that was rounded to nothing, it says no more.
const oddsMost = 1e6

func odds(s *phrase.Speaker, x *xai.Explanation, class string) string {
	for _, o := range x.Alternatives {
		if o.Class != class {
			continue
		}
		ratio := x.Confidence / o.Probability
		if !(ratio >= 0) {
			return ""
		}
		text := "> 1 000 000"
		if ratio < oddsMost {
			text = strconv.FormatFloat(ratio, 'g', 2, 64)
			if ratio >= 10 {
				text = strconv.Itoa(int(math.Round(ratio)))
			}
		}
		return s.Say("whynot.odds", "claim", s.Fault(x.Claim), "times", text, "fault", s.Fault(class))
	}
	return ""
}
