// Package account gathers all that is told of a case, in a person's language:
// one plain sentence, why, what else it could be and how to find out, what would
// change it, how sure, how true the explanation is to the model, and when it was
// like this before. The window's panel and the case's file are set from it, so
// that both say the same.
//
// It takes everything from the case, which the journal holds: the same case
// gives the same account at any time. It must never know a widget, a page, a
// clock or a model. Start reading at Of.
package account

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/glasstwin/glasstwin/app"
	"github.com/glasstwin/glasstwin/app/phrase"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/xai"
)

// Account is all that is told of a case. What is not known is "" or empty.
type Account struct {
	Case     twin.CaseID
	Asset    string // as a person calls it
	Sentence string // what it does, why and since when
	Standing string // how far the case has come
	Why      Why
	Else     []Other  // what else it could be, the likeliest first
	Actions  []string // why not another action
	Change   string   // what would change the verdict
	Sure     Sure
	Badge    Badge
	Limits   []string // of validity
	Made     Made
	Similar  []Similar // earlier cases like this; nil until Alike
}

// Why are the shares of the readings in the verdict.
type Why struct {
	Bars        []Bar // all, the largest magnitude first
	Legend      string
	Together    []Bar    // the same, those that go with each other as one
	Groups      []string // which these are, told in words
	Base, Score float64  // of the model without any reading, and with all
	Withheld    string   // why there are no bars, where the model gives no verdict; else ""
}

// Bar is the share of one reading, or of a pair.
type Bar struct {
	Name    string
	Note    string // its value and what is usual; "" for a pair
	Share   float64
	Feature string // of the model
	Source  string // signal that it was computed from; "" when not one
}

// Other is another class that the model weighed.
type Other struct {
	Class       string
	Name        string
	Probability float64
	Apart       string // what tells it from the claim
	Check       string // how a person checks that
}

// Sure is how sure the model is.
type Sure struct {
	Probability float64
	Text        string
	Meaning     string
}

// Made tells an expert what made the explanation.
type Made struct {
	Model, Version, Method string
	From, To               time.Time // of the readings
}

// Of tells a case. It takes well under a millisecond.
func Of(s *phrase.Speaker, site *twin.Site, c app.Case) Account {
	asset, _ := site.Asset(c.Situation.Asset)
	if asset.ID == "" {
		asset.ID = c.Situation.Asset
	}
	a := Account{
		Case: c.Situation.Case, Asset: s.CaseName(asset, c), Sentence: s.Plain(asset, c, Zone(site)), Standing: s.CaseSentence(c),
	}
	if c.Proposal != nil && len(c.Proposal.Ranking) > 1 {
		for _, x := range c.Proposal.Ranking {
			if x.Why != "" {
				a.Actions = append(a.Actions, s.WhyNot(x, site.Costs().Currency))
			}
		}
	}
	x := c.Explanation
	if x == nil {
		return a
	}
	a.Why = why(s, x, c.Together)
	for _, o := range x.Alternatives {
		apart, check := s.Apart(x, o.Class)
		if x.Abstained { // told apart by what is withheld
			apart = ""
		}
		a.Else = append(a.Else, Other{o.Class, s.Fault(o.Class), o.Probability, apart, check})
	}
	if !x.Abstained {
		a.Change = s.WouldChange(x.Counterfactual)
	}
	a.Sure = sure(s, x)
	a.Badge = badge(s, x)
	for _, l := range x.Limits {
		a.Limits = append(a.Limits, s.Told(l))
	}
	a.Made = Made{x.Model, x.Version, x.Method, x.From, x.To}
	return a
}

func why(s *phrase.Speaker, x *xai.Explanation, together [][]string) Why {
	if x.Abstained {
		return Why{Withheld: s.Say("explain.withheld")}
	}
	w := Why{Legend: s.Say("explain.legend"), Base: x.Base, Score: x.Score}
	for _, t := range x.Attributions {
		if math.IsNaN(t.Share) || math.IsInf(t.Share, 0) {
			continue
		}
		w.Bars = append(w.Bars, Bar{Name: s.Feature(t.Feature), Note: s.Compared(t), Share: t.Share, Feature: t.Feature, Source: t.Source})
	}
	w.Together, w.Groups = asOne(s, w.Bars, together)
	return w
}

// groupLeast is the part of all magnitudes that a group must carry to be told.
const groupLeast = 0.05

// asOne puts the bars of features that go with each other together: each group has the
// name of its largest, and says how many go with it.
func asOne(s *phrase.Speaker, bars []Bar, together [][]string) (out []Bar, groups []string) {
	of := map[string]int{}
	for g, names := range together {
		for _, n := range names {
			of[n] = g + 1
		}
	}
	at, members, whole := map[int]int{}, map[int][]Bar{}, 0.0
	for _, b := range bars { // the largest magnitude first
		whole += math.Abs(b.Share)
		g := of[b.Feature]
		if g > 0 {
			members[g] = append(members[g], b)
		}
		if i, ok := at[g]; ok && g > 0 {
			out[i].Share += b.Share
			continue
		}
		at[g] = len(out)
		out = append(out, b)
	}
	for g, i := range at {
		if n := len(members[g]); n > 1 {
			out[i].Name = s.Say("together.bar", "feature", out[i].Name, "n", strconv.Itoa(n-1))
		}
	}
	for g := range len(together) {
		list := members[g+1]
		if len(list) < 2 || math.Abs(out[at[g+1]].Share) < groupLeast*whole {
			continue
		}
		var names []string
		for _, b := range list {
			names = append(names, b.Name)
		}
		groups = append(groups, s.Say("together.told", "features", strings.Join(names, " · "), "share", strconv.FormatFloat(out[at[g+1]].Share, 'f', 2, 64)))
	}
	slices.SortStableFunc(out, func(a, b Bar) int { return cmp.Compare(math.Abs(b.Share), math.Abs(a.Share)) })
	return out, groups
}

// Rest is how many bars are left after the first few, and what they add up to.
func Rest(bars []Bar, shown int) (count int, share float64) {
	for _, b := range bars[min(shown, len(bars)):] {
		count, share = count+1, share+b.Share
	}
	return count, share
}

// figureCalibration is the mean distance between how sure a model is and how
// often it is right, 0..1.
const figureCalibration = "calibration_error"

func sure(s *phrase.Speaker, x *xai.Explanation) Sure {
	p := x.Confidence
	if x.Abstained { // of what is not claimed nobody is sure
		return Sure{Probability: math.NaN(), Text: s.Say("explain.noverdict"), Meaning: s.Say("why.abstained", "why", s.Told(x.Why))}
	}
	if x.Claim == "" { // nothing was claimed that one could be sure of
		return Sure{Probability: p, Text: s.Say("explain.confidence", "p", s.Say("value.unknown"))}
	}
	if !(p >= 0 && p <= 1) {
		return Sure{Probability: p, Text: s.Say("explain.confidence", "p", s.Say("value.unknown"))}
	}
	out := Sure{Probability: p, Text: s.Say("explain.confidence", "p", phrase.Percent(p)),
		Meaning: s.Say("sure.meaning", "n", strconv.Itoa(min(99, int(math.Round(100*p)))))}
	for _, f := range x.Faithfulness {
		if f.Name == figureCalibration && !math.IsNaN(f.Value) {
			out.Meaning += " " + s.Say("sure.off", "off", phrase.Percent(f.Value))
		}
	}
	return out
}

// Zone is the time zone of a site, UTC where it tells none.
func Zone(site *twin.Site) *time.Location {
	if site.TimeZone != "" {
		if z, err := time.LoadLocation(site.TimeZone); err == nil {
			return z
		}
	}
	return time.UTC
}
