package casefile

import (
	"strconv"

	"github.com/glasstwin/glasstwin/app/phrase"
	"github.com/glasstwin/glasstwin/app/typeset"
)

// answer tells what was proposed and why nothing else, who decided, and what came
// of it.
func (s *sheet) answer() {
	p := s.Proposal
	if p == nil {
		return
	}
	say := s.Speak.Say
	g, _ := s.Site.Signal(p.Predicted.Signal)
	s.heading("proposal.title", 20)
	s.prose(s.Speak.Action(p.Class), strong)
	s.prose(s.Speak.Predicted(p, g), body)
	passed := 0
	for _, r := range s.Guards {
		if r.Passed {
			passed++
		}
	}
	s.prose(say("proposal.risk", "risk", phrase.Percent(p.Risk), "benefit", phrase.Percent(p.Benefit))+" · "+
		say("proposal.guards", "passed", strconv.Itoa(passed), "all", strconv.Itoa(len(s.Guards))), body)
	for _, r := range s.Guards {
		if !r.Passed {
			s.prose(s.Speak.GuardName(r.Guard)+": "+s.Speak.Told(r.Detail), body)
		}
	}
	if len(p.Ranking) > 1 {
		s.y += 1.5
		s.prose(say("rank.title"), strong)
		for _, x := range p.Ranking {
			if x.Why != "" {
				s.prose("· "+s.Speak.WhyNot(x, s.Site.Costs().Currency), body)
			}
		}
	}
	s.decided()
	if s.Outcome == nil {
		return
	}
	said, more := s.Speak.Outcome(s.Case, g)
	s.prose(said, typeset.Style{Size: body.Size, Bold: true, Ink: s.tone()})
	if more != "" {
		s.prose(more, body)
	}
}

func (s *sheet) decided() {
	d := s.Decision
	if d == nil {
		return
	}
	say := s.Speak.Say
	s.heading("report.decision", 12)
	answer := say("decide.denied")
	if d.Approved {
		answer = say("decide.approved")
	}
	by := d.By
	if d.With != "" {
		by = say("decide.with", "by", by, "with", d.With)
	}
	text := say("decide.by", "answer", answer, "by", by) + ", " + s.moment(d.At)
	if d.Reason != "" {
		text += ": " + s.Speak.Told(d.Reason)
	}
	s.prose(text, body)
}
