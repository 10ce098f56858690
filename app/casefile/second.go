package casefile

import (
	"math"
	"strings"

	"github.com/glasstwin/glasstwin/app/account"
	"github.com/glasstwin/glasstwin/app/phrase"
)

// Rows of the map of the deep network, and how high they are, millimetres.
const (
	warmthRows = 6
	warmthRow  = 5.0
	warmthHigh = 3.0
)

// second sets what other models see of the case, which decide nothing about it.
func (s *sheet) second() {
	if s.Second == nil {
		return
	}
	if s.Explanation.Claim != "" && !s.Explanation.Abstained {
		s.heading("suffices.title", 10)
		s.prose(s.Speak.Suffices(s.Explanation.Claim, s.Second.Rule), body)
	}
	d := account.DeepOf(s.Speak, s.Site, s.Case, *s.Second)
	s.heading("deep.title", warmthRows*warmthRow+12)
	if d.Lacks != "" {
		s.prose(d.Lacks, body)
	}
	for _, l := range d.Lines {
		s.prose(l, body)
	}
	if d.Withheld != "" {
		s.prose(d.Withheld, body)
	}
	s.warmth(d)
	b := account.BeganOf(s.Speak, s.Site, s.Case, *s.Second)
	s.heading("began.title", 20)
	if b.Lacks != "" {
		s.prose(b.Lacks, body)
	}
	for _, l := range b.Lines {
		s.prose(l, body)
	}
	if b.Dealt != "" {
		var all []string
		for _, x := range b.Bars {
			all = append(all, x.Name+" "+x.Note)
		}
		s.prose(b.Dealt+": "+strings.Join(all, ", ")+".", body)
	}
	for _, l := range b.Led {
		s.prose("· "+l.Way+": "+l.How, body)
	}
}

// warmth draws the signals that say most, each over the window.
func (s *sheet) warmth(d account.Deep) {
	if len(d.Warm) == 0 {
		return
	}
	rows := d.Warm[:min(warmthRows, len(d.Warm))]
	s.room(float64(len(rows))*warmthRow + 10)
	most := 0.0
	for _, w := range rows {
		for _, v := range w.Steps {
			most = max(most, math.Abs(v))
		}
	}
	const names, sums = 72.0, 14.0
	left, wideOf := margin+names+2, wide-names-sums-4
	s.y += 2
	for _, w := range rows {
		s.l.Line(margin, s.y, s.l.Clipped(w.Name, names, body), body)
		top := s.y - warmthHigh + 0.3
		s.pdf.SetFillColor(ground.R, ground.G, ground.B)
		s.pdf.Rect(left, top, wideOf, warmthHigh, "F")
		for i, v := range w.Steps {
			part := 0.0
			if most > 0 {
				part = math.Sqrt(min(1, math.Abs(v)/most))
			}
			if part < 0.14 {
				continue
			}
			c := orange
			if v < 0 {
				c = blue
			}
			mix := func(a, b int) int { return a + int(math.Round(part*float64(b-a))) }
			s.pdf.SetFillColor(mix(ground.R, c.R), mix(ground.G, c.G), mix(ground.B, c.B))
			n := float64(len(w.Steps))
			s.pdf.Rect(left+wideOf*float64(i)/n, top, wideOf/n, warmthHigh, "F")
		}
		s.l.LineTo(pageWide-margin, s.y, signed(w.Share), caption)
		s.y += warmthRow
	}
	s.l.Line(left, s.y-0.8, phrase.Clock(d.From, s.zone)[:5], caption)
	s.l.LineTo(left+wideOf, s.y-0.8, phrase.Clock(d.To, s.zone)[:5], caption)
	s.y += 3.5
	s.l.Line(left, s.y-0.8, s.Speak.Say("deep.legend"), caption)
	s.y += 3
	s.prose(d.AsOf+" "+d.Agree, caption)
}
