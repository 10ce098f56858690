package casefile

import (
	"strconv"

	"github.com/glasstwin/glasstwin/app/typeset"
)

// coursesMost bounds the steps that are listed; the journal has the rest.
const coursesMost = 24

// course lists what happened, as the journal has it.
func (s *sheet) course() {
	s.heading("report.course", 20)
	const row = 4.4
	steps := s.Steps
	left := len(steps) - coursesMost
	if left > 0 {
		steps = steps[:coursesMost]
	}
	for _, x := range steps {
		s.room(row)
		who := x.Actor
		if who == "" {
			who = s.Speak.Say("report.twin")
		}
		s.l.LineTo(margin+10, s.y, strconv.FormatUint(x.Seq, 10), caption)
		s.l.Line(margin+14, s.y, s.moment(x.At), caption)
		s.l.Line(margin+52, s.y, s.l.Clipped(s.Speak.EventName(x.Kind), 50, typeset.Style{Size: 8.5, Ink: ink}), typeset.Style{Size: 8.5, Ink: ink})
		s.l.Line(margin+104, s.y, s.l.Clipped(who, 36, caption), caption)
		s.l.LineTo(pageWide-margin, s.y, x.Hash[:min(20, len(x.Hash))], code)
		s.y += row
	}
	if left > 0 {
		s.l.Line(margin+14, s.y, s.Speak.Say("report.more", "count", strconv.Itoa(left)), caption)
		s.y += row
	}
	s.y -= 2
}

// proof tells by what anybody can check all this.
func (s *sheet) proof() {
	s.heading("report.proof", 22)
	s.prose(s.Speak.Say("report.chain", "count", strconv.FormatUint(s.Events, 10)), body)
	s.prose(s.Hash, typeset.Style{Size: 8.5, Ink: ink})
	if d := s.Diagnosis; d != nil && d.Model != "" {
		s.y += 1
		s.prose(s.Speak.Say("report.model", "model", d.Model, "version", d.Version), body)
	}
	s.y += 1
	s.prose(s.Speak.Say("report.check"), caption)
}
