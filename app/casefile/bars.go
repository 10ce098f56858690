package casefile

import (
	"math"

	"github.com/glasstwin/glasstwin/app/phrase"
	"github.com/glasstwin/glasstwin/xai"
)

const (
	barsMost   = 6 // as many as a person takes in at once
	othersMost = 5
	barThick   = 2.6
	barRow     = 6.4
)

// reasons are the shares in the score about a common middle: to the right what
// speaks for the claim, to the left what speaks against it.
func (s *sheet) reasons() {
	x := s.Explanation
	if x == nil || x.Abstained || len(x.Attributions) == 0 {
		return
	}
	list := x.Attributions[:min(barsMost, len(x.Attributions))]
	s.heading("explain.reasons", float64(len(list))*barRow+4)
	most := 0.0
	var least float64
	for _, a := range list {
		most, least = max(most, a.Share), min(least, a.Share)
	}
	span := most - least
	if !(span > 0) {
		span = 1
	}
	const names, values = 68.0, 44.0 // columns of the page
	left, room := margin+names+2, wide-names-values-4
	zero := left + room*(-least/span)
	for _, a := range list {
		s.l.Line(margin, s.y, s.l.Clipped(s.Speak.Feature(a.Feature), names, body), body)
		s.l.LineTo(pageWide-margin, s.y, s.l.Clipped(s.Speak.Compared(a), values, caption), caption)
		s.bar(zero, s.y-barThick+0.2, room*a.Share/span, a.Share)
		s.y += barRow - 1
	}
	s.pdf.SetDrawColor(muted.R, muted.G, muted.B)
	s.pdf.SetLineWidth(0.2)
	s.pdf.Line(zero, s.y-float64(len(list))*(barRow-1)-3.4, zero, s.y-4.4)
	s.l.Line(margin, s.y, s.note(x), caption)
	s.y += 1
}

// note says how to read the bars.
func (s *sheet) note(x *xai.Explanation) string {
	text := s.Speak.Say("explain.legend")
	if n := len(x.Attributions) - barsMost; n > 0 {
		rest := 0.0
		for _, a := range x.Attributions[barsMost:] {
			rest += a.Share
		}
		text += " · " + s.Speak.Say("report.rest", "count", phrase.Number(float64(n)), "share", signed(rest))
	}
	return text
}

func signed(v float64) string {
	if v > 0 {
		return "+" + phrase.Number(v)
	}
	return phrase.Number(v)
}

func (s *sheet) bar(x, y, long, share float64) {
	if math.IsNaN(long) || long == 0 {
		return
	}
	c := orange
	if share < 0 {
		c = blue
	}
	if long < 0 {
		x, long = x+long, -long
	}
	s.pdf.SetFillColor(c.R, c.G, c.B)
	s.pdf.Rect(x, y, long, barThick, "F")
}

// ranked are the causes that were weighed, the likeliest first.
func (s *sheet) ranked() {
	const names = 68.0
	for _, o := range s.Explanation.Alternatives[:min(othersMost, len(s.Explanation.Alternatives))] {
		s.room(barRow)
		s.l.Line(margin, s.y, s.l.Clipped(s.Speak.Fault(o.Class), names, body), body)
		s.pdf.SetFillColor(faint.R, faint.G, faint.B)
		s.pdf.Rect(margin+names+2, s.y-barThick+0.2, 60, barThick, "F")
		s.pdf.SetFillColor(muted.R, muted.G, muted.B)
		s.pdf.Rect(margin+names+2, s.y-barThick+0.2, 60*min(1, max(0, o.Probability)), barThick, "F")
		p := phrase.Percent(o.Probability)
		if o.Probability < 0.005 {
			p = "< 1 %"
		}
		s.l.Line(margin+names+66, s.y, p, caption)
		s.y += barRow - 1.4
	}
	s.y -= 1
}
