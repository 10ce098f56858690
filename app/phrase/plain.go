package phrase

import (
	"math"
	"strings"
	"time"

	"github.com/glasstwin/glasstwin/app"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/xai"
)

// plainSure is the confidence from which a cause is said without "probably".
const plainSure = 0.9

// Plain tells a case in the one sentence that a manager reads first: what the
// thing does, why, and since when, at the site's clock.
func (s *Speaker) Plain(asset twin.Asset, c app.Case, zone *time.Location) string {
	x := c.Explanation
	switch {
	case x == nil:
		return s.Say("why.pending")
	case x.Abstained:
		return s.Say("why.abstained", "why", s.Told(x.Why))
	case twin.Healthy(x.Claim) && c.Situation.Case != "" && c.EndedAt.IsZero():
		// A bound was passed, whatever the model makes of it.
		what, signal := symptom(c)
		key := "symptom." + what
		text := s.Say("plain.unknown", "asset", s.AssetName(asset), "symptom", s.Say(key, "signal", s.signalWord(signal)))
		if p := c.Situation.Passed; p != nil {
			text += " " + s.Say("plain.passed", "signal", s.Upper(s.signalWord(p.Signal)), "value", s.Quantity(p.Value, p.Unit), "bound", s.Quantity(p.Bound, p.Unit), "span", s.Span(time.Duration(p.Minutes)*time.Minute))
		}
		return text
	case twin.Healthy(x.Claim):
		return s.Say("plain.healthy", "asset", s.AssetName(asset))
	}
	was := ""
	if !c.EndedAt.IsZero() || c.Outcome != nil && c.Outcome.Result == twin.Verified {
		was = ".was"
	}
	since := s.hour(c.Situation.Onset, zone)
	if c.Situation.Place != nil {
		key := "placed." + x.Claim + was
		if x.Confidence < plainSure {
			key = "placed.probably." + x.Claim + was
		}
		if _, ok := s.texts[key]; ok {
			return s.Say(key, "place", s.CaseName(asset, c), "time", since)
		}
	}
	key := "because." + x.Claim + was
	if _, ok := s.texts[key]; !ok {
		key = "because" + was
	}
	cause := s.Say(key, "fault", s.Fault(x.Claim), "time", since)
	form := "plain.because"
	if x.Confidence < plainSure {
		form = "plain.probably"
	}
	what, signal := symptom(c)
	key = "symptom." + what + was
	return s.Say(form, "asset", s.AssetName(asset), "symptom", s.Say(key, "signal", s.signalWord(signal)), "cause", cause)
}

// hour is a time of day to the minute.
func (s *Speaker) hour(at time.Time, zone *time.Location) string {
	if at.IsZero() {
		return s.Say("value.unknown")
	}
	return at.In(zone).Format("15:04")
}

// Moment is a day and a time of day at the site.
func Moment(at time.Time, zone *time.Location) string {
	if at.IsZero() {
		return "–"
	}
	return at.In(zone).Format("2006-01-02 15:04")
}

// symptomLeast is by how much a temperature must have moved to be said to, K.
const symptomLeast = 1

// warms tells whether a signal is of what a thing keeps cold or warm. Of others it
// cannot be said that the thing warms: a condensing unit does not whose condensing
// temperature rises.
func warms(signal twin.SignalID) bool {
	switch name := string(signal); name[strings.LastIndexByte(name, '/')+1:] {
	case "air-temperature", "product-temperature", "temperature":
		return true
	}
	return false
}

// symptom is what a case shows in its first temperature, with that: before the onset
// (of an old one, at the chart's begin) against the newest sixth of what came after,
// until it was acted on.
func symptom(c app.Case) (what string, signal twin.SignalID) {
	for _, curve := range c.Evidence {
		if curve.Unit != "°C" {
			continue
		}
		var before, after []float64
		for _, p := range curve.Points {
			switch {
			case math.IsNaN(p.Value):
			case p.At.Before(c.Situation.Onset):
				before = append(before, p.Value)
			case c.ActedAt.IsZero() || p.At.Before(c.ActedAt):
				after = append(after, p.Value)
			}
		}
		if len(before) == 0 {
			before = after[:(len(after)+5)/6]
		}
		if len(before) == 0 || len(after) == 0 {
			continue
		}
		off := mean(after[len(after)*5/6:]) - mean(before)
		switch own := warms(curve.Signal); {
		case off > symptomLeast && own:
			return "warming", curve.Signal
		case off > symptomLeast:
			return "rising", curve.Signal
		case off < -symptomLeast && own:
			return "cooling", curve.Signal
		case off < -symptomLeast:
			return "falling", curve.Signal
		}
		return "odd", curve.Signal
	}
	return "odd", ""
}

func mean(v []float64) float64 {
	sum := 0.0
	for _, x := range v {
		sum += x
	}
	return sum / float64(len(v))
}

// Apart tells what would tell another class from the claim, and how a person
// checks it; both "" where the explanation does not know.
func (s *Speaker) Apart(x *xai.Explanation, class string) (apart, check string) {
	c := Against(x, class)
	if c == nil || len(c.Tellings) == 0 {
		return "", ""
	}
	t := c.Tellings[0]
	for _, o := range c.Tellings {
		if o.Turns != nil {
			t = o
			break
		}
	}
	value := valueOf(x, t.Feature)
	said := s.FeatureValue(t.Feature, value, t.Unit)
	switch {
	case pair(t.Feature):
		apart = s.Say("apart.pair", "feature", s.Feature(t.Feature))
	case math.IsNaN(value):
		apart = s.Say("apart.missing", "feature", s.Feature(t.Feature))
	case t.Turns == nil:
		apart = s.Say("apart.most", "feature", s.Feature(t.Feature), "value", said)
	default:
		key := "apart.above"
		if *t.Turns < value {
			key = "apart.below"
		}
		apart = s.Say(key, "feature", s.Feature(t.Feature), "value", said, "turns", s.Quantity(*t.Turns, t.Unit), "fault", s.Fault(class))
	}
	return capital(apart), s.check(t.Source)
}

// check tells how a person checks what a signal says.
func (s *Speaker) check(source string) string {
	name := source[strings.LastIndexByte(source, '/')+1:]
	if name == "" {
		return ""
	}
	if text, ok := s.texts["check."+name]; ok {
		return text
	}
	return s.Say("check.other", "signal", s.signalWord(twin.SignalID(source)))
}

// Against is what tells a claim from another class; nil where the explanation
// does not know.
func Against(x *xai.Explanation, class string) *xai.Contrast {
	if x == nil {
		return nil
	}
	for i := range x.Against {
		if x.Against[i].Class == class {
			return &x.Against[i]
		}
	}
	return nil
}

// valueOf is what a feature reads; NaN where it is missing or not told.
func valueOf(x *xai.Explanation, feature string) float64 {
	for _, a := range x.Attributions {
		if a.Feature == feature {
			return a.Value
		}
	}
	return math.NaN()
}
