package casefile

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"codeberg.org/go-pdf/fpdf"

	"github.com/glasstwin/glasstwin/app/phrase"
	"github.com/glasstwin/glasstwin/app/typeset"
	"github.com/glasstwin/glasstwin/twin"
)

// Page is what a case's file is set from.
type Page struct {
	*Record
	Site    *twin.Site // as it was then
	Speak   *phrase.Speaker
	Picture []byte // JPEG of the twin at Record.Shown; nil: none is set
}

// A4, millimetres.
const (
	pageWide, pageHigh = 210.0, 297.0
	margin             = 17.0
	wide               = pageWide - 2*margin
	foot               = pageHigh - 15
)

var (
	ink     = typeset.Colour{R: 0x1B, G: 0x24, B: 0x30}
	muted   = typeset.Colour{R: 0x68, G: 0x72, B: 0x80}
	faint   = typeset.Colour{R: 0xDD, G: 0xE2, B: 0xE8}
	ground  = typeset.Colour{R: 0xF4, G: 0xF6, B: 0xF8}
	orange  = typeset.Colour{R: 0xD2, G: 0x5A, B: 0x1A} // speaks for it
	blue    = typeset.Colour{R: 0x2B, G: 0x67, B: 0xB5} // against it
	green   = typeset.Colour{R: 0x1E, G: 0x84, B: 0x55} // forecast, well
	red     = typeset.Colour{R: 0xC0, G: 0x30, B: 0x2B} // limit, ill
	title   = typeset.Style{Size: 20, Bold: true, Ink: ink}
	head    = typeset.Style{Size: 10.5, Bold: true, Ink: ink}
	lead    = typeset.Style{Size: 11.5, Ink: ink}
	body    = typeset.Style{Size: 9.5, Ink: ink}
	strong  = typeset.Style{Size: 9.5, Bold: true, Ink: ink}
	caption = typeset.Style{Size: 8, Ink: muted}
	code    = typeset.Style{Size: 7.5, Ink: muted}
)

// sheet is a page while it is set, from the top down.
type sheet struct {
	Page
	pdf  *fpdf.Fpdf
	l    *typeset.Letters
	zone *time.Location
	y    float64
}

// PDF sets a case on as many pages as it takes, mostly two. The same Page gives
// the same bytes.
func PDF(w io.Writer, p Page) error {
	zone, err := time.LoadLocation(p.Site.TimeZone)
	if err != nil {
		return fmt.Errorf("set the file of case %s: time zone of the site: %w", p.Situation.Case, err)
	}
	pdf := fpdf.New("P", "mm", "A4", "")
	pdf.SetCatalogSort(true)
	pdf.SetCreationDate(p.Until.UTC())
	pdf.SetModificationDate(p.Until.UTC())
	pdf.SetTitle(p.Speak.Say("report.title", "case", string(p.Situation.Case)), true)
	pdf.SetCreator("GlassTwin", true)
	pdf.SetSubject(p.Site.Name, true)
	pdf.SetKeywords(p.Hash, true)
	pdf.SetLang(string(p.Speak.Language()))
	pdf.SetAutoPageBreak(false, 0)
	l, err := typeset.New(pdf)
	if err != nil {
		return err
	}
	s := &sheet{Page: p, pdf: pdf, l: l, zone: zone}
	s.turn()
	s.opening()
	s.picture()
	s.reasons()
	s.evidence()
	s.doubts()
	s.second()
	s.answer()
	s.course()
	s.proof()
	s.numbers()
	if err := pdf.Output(w); err != nil {
		return fmt.Errorf("write the file of case %s: %w", p.Situation.Case, err)
	}
	return nil
}

// turn begins a page.
func (s *sheet) turn() {
	s.pdf.AddPage()
	s.l.Line(margin, 12, "GlassTwin", typeset.Style{Size: 8.5, Bold: true, Ink: ink})
	s.l.LineTo(pageWide-margin, 12, s.Site.Name+" · "+s.day(s.Situation.Detected), caption)
	s.rule(14.5)
	s.y = 20
}

// numbers sets the page numbers once it is known how many there are.
func (s *sheet) numbers() {
	n := s.pdf.PageCount()
	for i := 1; i <= n; i++ {
		s.pdf.SetPage(i)
		s.rule(foot + 4)
		s.l.Line(margin, foot+8, string(s.Situation.Case)+" · "+s.Hash[:min(16, len(s.Hash))], caption)
		s.l.LineTo(pageWide-margin, foot+8, strconv.Itoa(i)+" / "+strconv.Itoa(n), caption)
	}
}

// room turns the page when less than so much is left on it.
func (s *sheet) room(high float64) {
	if s.y+high > foot {
		s.turn()
	}
}

func (s *sheet) rule(y float64) {
	s.pdf.SetDrawColor(faint.R, faint.G, faint.B)
	s.pdf.SetLineWidth(0.25)
	s.pdf.Line(margin, y, pageWide-margin, y)
}

// heading opens a section that needs so much room below it.
func (s *sheet) heading(key string, below float64) {
	s.room(below + 11)
	s.y += 5.5
	s.l.Line(margin, s.y, s.Speak.Say(key), head)
	s.y += 2
	s.rule(s.y)
	s.y += 4.6
}

// prose sets a paragraph over the whole width.
func (s *sheet) prose(text string, st typeset.Style) { s.column(margin, wide, text, st) }

func (s *sheet) column(x, w float64, text string, st typeset.Style) {
	for _, line := range s.l.Broken(text, w, st) {
		s.room(st.High())
		s.l.Line(x, s.y, line, st)
		s.y += st.High()
	}
}

// opening tells what it is about in a sentence.
func (s *sheet) opening() {
	a, ok := s.Site.Asset(s.Situation.Asset)
	if !ok {
		a.ID = s.Situation.Asset
	}
	s.y += 5
	s.l.Line(margin, s.y, s.Speak.CaseName(a, s.Case), title)
	right := s.Speak.StageName(s.Case)
	if right != "" {
		s.badge(right)
	}
	s.y += 6.5
	s.l.Line(margin, s.y, s.Speak.Say("report.when", "onset", s.moment(s.Situation.Onset), "detected", s.clock(s.Situation.Detected)), caption)
	s.y += 7
	s.prose(s.Speak.Because(a, s.Case), lead)
	s.prose(s.Speak.CaseSentence(s.Case)+".", typeset.Style{Size: 11.5, Bold: true, Ink: s.tone()})
}

// badge says at the right end of the title how the case stands.
func (s *sheet) badge(text string) {
	st := typeset.Style{Size: 9, Bold: true, Ink: typeset.Colour{R: 0xFF, G: 0xFF, B: 0xFF}}
	w := s.l.Width(text, st) + 7
	t := s.tone()
	s.pdf.SetFillColor(t.R, t.G, t.B)
	s.pdf.RoundedRect(pageWide-margin-w, s.y-5.6, w, 7, 3.5, "1234", "F")
	s.l.Line(pageWide-margin-w+3.5, s.y-0.9, text, st)
}

// tone is the colour of how the case stands.
func (s *sheet) tone() typeset.Colour {
	switch {
	case s.Outcome == nil:
		return blue
	case s.Outcome.Result == twin.Verified:
		return green
	}
	return red
}

// pictureHigh is at most so much, so that what follows stands on the same page.
const pictureHigh = 78.0

func (s *sheet) picture() {
	if s.Picture == nil {
		return
	}
	o := fpdf.ImageOptions{ImageType: "JPG"}
	info := s.pdf.RegisterImageOptionsReader("twin", o, bytes.NewReader(s.Picture))
	if info == nil || info.Height() == 0 {
		return // Output tells why
	}
	high := wide * info.Height() / info.Width()
	w := wide
	if high > pictureHigh {
		w, high = w*pictureHigh/high, pictureHigh
	}
	s.room(high + 6)
	s.pdf.ImageOptions("twin", margin+(wide-w)/2, s.y-1, w, high, false, o, 0, "")
	s.y += high + 3
	s.l.Line(margin, s.y, s.Speak.Say("report.picture", "at", s.moment(s.Shown)), caption)
	s.y += 1
}

// doubts tell what else it could be, what would change it, and how far to trust
// it.
func (s *sheet) doubts() {
	x := s.Explanation
	if x == nil {
		return
	}
	if len(x.Alternatives) > 0 {
		s.heading("explain.alternatives", 14)
		s.ranked()
	}
	if !x.Abstained { // else nothing was told that could change
		s.heading("explain.change", 10)
		s.prose(s.Speak.WouldChange(x.Counterfactual), body)
	}
	s.heading("report.trust", 16)
	sure := s.Speak.Say("explain.confidence", "p", s.Speak.Say("value.unknown"))
	switch {
	case x.Abstained:
		sure = s.Speak.Say("explain.noverdict")
	case x.Claim != "": // else nothing was claimed that one could be sure of
		sure = s.Speak.Say("explain.confidence", "p", phrase.Percent(x.Confidence))
	}
	s.prose(sure, strong)
	if f := s.Speak.Faithfulness(x); f != "" {
		s.prose(f+".", body)
	}
	var limits []string
	for _, l := range x.Limits {
		limits = append(limits, s.Speak.Told(l))
	}
	if len(limits) > 0 {
		s.prose(s.Speak.Say("explain.limits")+": "+strings.Join(limits, " · "), body)
	}
}

func (s *sheet) moment(t time.Time) string { return t.In(s.zone).Format("2006-01-02 15:04:05") }
func (s *sheet) day(t time.Time) string    { return t.In(s.zone).Format("2006-01-02") }
func (s *sheet) clock(t time.Time) string  { return phrase.Clock(t, s.zone) }
