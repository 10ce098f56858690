package account

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/glasstwin/glasstwin/app"
	"github.com/glasstwin/glasstwin/app/phrase"
	"github.com/glasstwin/glasstwin/twin"
)

// Nothing answers "why did nothing happen?".
type Nothing struct {
	Asset    twin.AssetID
	Sentence string
	Looked   string   // when it was last looked at
	Near     []Near   // how far each thing that is looked at was from raising it
	Held     []string // what held an action back, or would decide about it
}

// Near is how far one thing was from a situation.
type Near struct {
	Text  string
	Share float64 // 0: far from it; 1: it is there; NaN: not known
}

// Nearest is what was nearest to a situation; its text is "" where nothing is
// known.
func (n Nothing) Nearest() Near {
	var out Near
	for _, x := range n.Near {
		if out.Text == "" || x.Share > out.Share {
			out = x
		}
	}
	return out
}

// heldFor is how long ago an action that was held back still answers why nothing
// happens.
const heldFor = 2 * time.Hour // of plant time

// WhyNothing tells why nothing happened on an asset, in a view of now or of the
// past, by what is watched there.
func WhyNothing(s *phrase.Speaker, v app.View, asset twin.AssetID, watched []twin.Watched) Nothing {
	a, ok := v.Site.Asset(asset)
	if !ok {
		a.ID = asset
	}
	name := s.AssetName(a)
	out := Nothing{Asset: asset, Held: held(s, v, asset)}
	i := slices.IndexFunc(watched, func(w twin.Watched) bool { return w.Asset == asset })
	if i < 0 {
		out.Sentence = s.Say("nothing.unwatched", "asset", name)
		return out
	}
	w := watched[i]
	out.Sentence = nothingSentence(s, v, name, w)
	zone := Zone(v.Site)
	switch {
	case w.Looked.IsZero():
	case v.Live:
		out.Looked = s.Say("nothing.looked", "time", phrase.Clock(w.Looked, zone), "span", s.Span(max(0, v.At.Sub(w.Looked))), "every", s.Span(w.Every))
	default:
		out.Looked = s.Say("nothing.looked.past", "time", phrase.Clock(w.Looked, zone), "every", s.Span(w.Every))
	}
	out.Near = nearOf(s, w)
	if w.Case == "" && len(out.Held) == 0 {
		for _, class := range w.Answers {
			mode := v.Site.Modes[class]
			for _, c := range v.Cases {
				if c.Proposal != nil && c.Proposal.Class == class && c.Mode != "" {
					mode = c.Mode // as the journal has it
					break
				}
			}
			out.Held = append(out.Held, s.Say("nothing.mode", "action", s.Doing(class), "mode", s.ModeName(cmp.Or(mode, twin.Approve))))
		}
	}
	return out
}

func nothingSentence(s *phrase.Speaker, v app.View, name string, w twin.Watched) string {
	switch {
	case !v.Linked:
		return s.Say("nothing.unlinked", "asset", name)
	case w.Case != "":
		standing := s.Say("case.looking")
		for _, c := range v.Cases {
			if c.Situation.Case == w.Case {
				standing = s.CaseSentence(c)
			}
		}
		return s.Say("nothing.case", "asset", name, "standing", standing)
	case w.Looked.IsZero():
		return s.Say("nothing.new", "asset", name)
	case w.Frost:
		return s.Say("nothing.frost", "asset", name)
	case w.Mended:
		return s.Say("nothing.mended", "asset", name)
	case w.Drift != "":
		return s.Say("nothing.drift", "asset", name)
	case w.Abstained:
		return s.Say("nothing.abstained", "asset", name, "why", s.Told(w.Why))
	case w.Looks > 0 || w.OverFor > 0:
		return s.Say("nothing.near", "asset", name)
	}
	return s.Say("nothing.quiet", "asset", name)
}

func nearOf(s *phrase.Speaker, w twin.Watched) []Near {
	var out []Near
	if w.Drift != "" {
		out = append(out, Near{s.Say("nothing.drift.near", "why", s.Told(w.Drift)), 1})
	}
	bound := s.Quantity(w.Bound, "K")
	switch {
	case w.Temperature == "":
	case w.Over == nil:
		out = append(out, Near{s.Say("nothing.unknown"), math.NaN()})
	case *w.Over > 0:
		out = append(out, Near{s.Say("nothing.beyond", "off", s.Quantity(*w.Over, "K"), "bound", bound, "span", s.Span(w.OverFor), "needs", s.Span(w.OverNeeds)), 1})
	default:
		share := 0.0
		if w.Bound > 0 {
			share = min(1, max(0, 1+*w.Over/w.Bound))
		}
		out = append(out, Near{s.Say("nothing.below", "off", s.Quantity(-*w.Over, "K"), "bound", bound), share})
	}
	if w.Fault != "" {
		key := "nothing.fault"
		if w.Looks > 0 {
			key = "nothing.fault.looks"
		}
		out = append(out, Near{s.Say(key, "fault", s.Upper(s.Fault(w.Fault)), "sure", phrase.Percent(w.Sure), "needs", phrase.Percent(w.Needs),
			"looks", strconv.Itoa(min(w.Looks, w.LooksOf)), "of", strconv.Itoa(w.LooksOf)), min(1, w.Sure/max(w.Needs, 1e-9))})
	}
	return out
}

// held tells what held back the actions that were thought of for an asset.
func held(s *phrase.Speaker, v app.View, asset twin.AssetID) []string {
	var out []string
	if v.Stopped != nil {
		out = append(out, s.Say("nothing.stopped", "by", v.Stopped.By))
	}
	for _, c := range v.Cases {
		if c.Situation.Asset != asset || !c.EndedAt.IsZero() && v.At.Sub(c.EndedAt) > heldFor {
			continue
		}
		if c.Unproposed != "" {
			out = append(out, s.Unproposed(c))
		}
		if c.Proposal == nil || c.Outcome != nil || !c.ActedAt.IsZero() {
			continue
		}
		action, mode := s.Within(s.Deed(c.Proposal)), s.ModeName(c.Mode)
		blocked := false
		for _, g := range c.Guards {
			if !g.Passed {
				blocked = true
				out = append(out, s.Say("nothing.guard", "action", action, "guard", s.GuardName(g.Guard), "why", s.Told(g.Detail)))
			}
		}
		switch {
		case blocked:
		case c.Decision != nil && !c.Decision.Approved:
			out = append(out, s.Say("nothing.denied", "action", action, "by", c.Decision.By))
		case c.Mode == twin.Shadow || c.Mode == twin.Advise:
			out = append(out, s.Say("nothing.shadow", "action", action, "mode", mode))
		case c.Mode == twin.Approve && c.Decision == nil:
			out = append(out, s.Say("nothing.waits", "action", action, "mode", mode))
		}
	}
	return out
}

// Nearest orders what is watched by how near it is to a situation, the nearest
// first.
func Nearest(watched []twin.Watched) []twin.Watched {
	out := slices.Clone(watched)
	near := func(w twin.Watched) float64 {
		if w.Case != "" {
			return 2
		}
		if w.Drift != "" {
			return 1.5
		}
		share := 0.0
		if w.Needs > 0 && !math.IsNaN(w.Sure) {
			share = w.Sure / w.Needs
		}
		if w.Over != nil && w.Bound > 0 {
			share = max(share, min(1, 1+*w.Over/w.Bound))
		}
		return share
	}
	slices.SortStableFunc(out, func(a, b twin.Watched) int { return cmp.Compare(near(b), near(a)) })
	return out
}
