package phrase

import (
	"strings"
	"time"

	"github.com/glasstwin/glasstwin/app"
	"github.com/glasstwin/glasstwin/twin"
)

// Outcome tells how an action ended, in one sentence with the predicted signal
// g, and what its record says beyond that, "" when nothing.
func (s *Speaker) Outcome(c app.Case, g twin.Signal) (sentence, more string) {
	o := c.Outcome
	if o == nil {
		return "", ""
	}
	more = o.Detail
	key := "outcome." + string(o.Result)
	if _, ok := s.texts[key]; !ok {
		return s.named("result", string(o.Result)), s.Told(more)
	}
	var pairs []string
	switch o.Result {
	case twin.Verified, twin.NoEffect, twin.Worse:
		if c.Proposal == nil {
			return s.named("result", string(o.Result)), s.Told(more)
		}
		e := c.Proposal.Predicted
		_, more, _ = strings.Cut(more, "; ") // the sentence tells what stands before
		if _, ok := s.texts[key+".gone"]; ok && e.Gone {
			key += ".gone"
			pairs = []string{"fault", s.Fault(c.Proposal.Because), "after", s.Span(inMinutes(o.After))}
			break
		}
		pairs = []string{"signal", s.signalWord(e.Signal), "value", s.Observed(g, o.Observed), "after", s.Span(inMinutes(o.After)),
			"low", s.Observed(g, e.Low), "high", s.Observed(g, e.High)}
	}
	sentence, more = s.Say(key, pairs...), s.Told(more)
	if strings.HasSuffix(sentence, strings.TrimSuffix(more, ".")) {
		more = "" // the same again
	}
	return sentence, more
}

// inMinutes drops the seconds of a span in which they tell nothing.
func inMinutes(d time.Duration) time.Duration {
	if d < 2*time.Minute {
		return d
	}
	return d.Round(time.Minute)
}
