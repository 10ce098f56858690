package account

import (
	"fmt"
	"strings"

	"github.com/glasstwin/glasstwin/app/phrase"
	"github.com/glasstwin/glasstwin/twin"
)

// How much a manager is shown; an expert sees all.
const (
	BarsGlance = 3
	BarsExpert = 12
	ElseGlance = 2
)

// Text is the account as plain text: the sentence first, then the rest in the
// order of the panel. An expert gets all of it.
func (a Account) Text(s *phrase.Speaker, site *twin.Site, expert bool) string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	section := func(key string) { line("\n%s", s.Say(key)) }
	line("%s\n%s", a.Sentence, a.Standing)
	if a.Why.Withheld != "" {
		section("explain.reasons")
		line("  %s", a.Why.Withheld)
	}
	if len(a.Why.Bars) > 0 {
		section("explain.reasons")
		bars, shown := a.Why.Bars, BarsExpert
		if !expert {
			bars, shown = a.Why.Together, BarsGlance
		}
		for _, x := range bars[:min(shown, len(bars))] {
			line("  %+6.2f  %s  %s", x.Share, x.Name, x.Note)
		}
		if rest, share := Rest(bars, shown); rest > 0 {
			line("  %s", s.Say("account.rest", "count", fmt.Sprint(rest), "share", fmt.Sprintf("%+.2f", share)))
		}
	}
	if len(a.Else) > 0 {
		section("explain.alternatives")
		shown := a.Else
		if !expert {
			shown = shown[:min(len(shown), ElseGlance)]
		}
		for _, o := range shown {
			line("  %s %s", o.Name, phrase.Percent(o.Probability))
			if o.Apart != "" {
				line("    %s", o.Apart)
			}
			if o.Check != "" {
				line("    %s: %s", s.Say("check.label"), o.Check)
			}
		}
	}
	if a.Change != "" {
		section("explain.change")
		line("  %s", a.Change)
	}
	if a.Sure.Text != "" {
		line("\n%s\n  %s", a.Sure.Text, a.Sure.Meaning)
		line("%s: %s", a.Badge.Name, a.Badge.Text)
	}
	if expert {
		for _, f := range a.Badge.Figures {
			line("  %s %s  %s", f.Name, f.Value, f.Meaning)
		}
	}
	if len(a.Limits) > 0 {
		section("explain.limits")
		for _, l := range a.Limits {
			line("  %s", l)
		}
	}
	if len(a.Actions) > 0 {
		section("rank.title")
		for _, x := range a.Actions {
			line("  %s", x)
		}
	}
	if a.Similar != nil {
		section("similar.title")
		for _, x := range a.Similar {
			line("  %s\n    %s. %s.", x.What, x.How, x.Same)
		}
		if len(a.Similar) == 0 {
			line("  %s", s.Say("similar.none"))
		}
	}
	if expert && a.Made.Model != "" {
		line("\n%s", a.ModelLine(s, site))
	}
	return b.String()
}

// ModelLine tells an expert what made the explanation.
func (a Account) ModelLine(s *phrase.Speaker, site *twin.Site) string {
	z := Zone(site)
	return s.Say("account.model", "model", a.Made.Model, "version", a.Made.Version, "method", s.Method(a.Made.Method),
		"from", phrase.Moment(a.Made.From, z), "to", phrase.Moment(a.Made.To, z),
		"base", phrase.Number(a.Why.Base), "score", phrase.Number(a.Why.Score))
}
