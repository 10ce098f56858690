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
	ink     = colour{0x1B, 0x24, 0x30}
	muted   = colour{0x68, 0x72, 0x80}
	faint   = colour{0xDD, 0xE2, 0xE8}
	ground  = colour{0xF4, 0xF6, 0xF8}
	orange  = colour{0xD2, 0x5A, 0x1A} // speaks for it
	blue    = colour{0x2B, 0x67, 0xB5} // against it
	green   = colour{0x1E, 0x84, 0x55} // forecast, well
	red     = colour{0xC0, 0x30, 0x2B} // limit, ill
	title   = style{20, true, ink}
	head    = style{10.5, true, ink}
	lead    = style{11.5, false, ink}
	body    = style{9.5, false, ink}
	strong  = style{9.5, true, ink}
	caption = style{8, false, muted}
	code    = style{7.5, false, muted}
)

// sheet is a page while it is set, from the top down.
type sheet struct {
	Page
	pdf  *fpdf.Fpdf
	l    *letters
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
	l, err := newLetters(pdf)
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
	s.l.line(margin, 12, "GlassTwin", style{8.5, true, ink})
	s.l.lineTo(pageWide-margin, 12, s.Site.Name+" · "+s.day(s.Situation.Detected), caption)
	s.rule(14.5)
	s.y = 20
}

// numbers sets the page numbers once it is known how many there are.
func (s *sheet) numbers() {
	n := s.pdf.PageCount()
	for i := 1; i <= n; i++ {
		s.pdf.SetPage(i)
		s.rule(foot + 4)
		s.l.line(margin, foot+8, string(s.Situation.Case)+" · "+s.Hash[:min(16, len(s.Hash))], caption)
		s.l.lineTo(pageWide-margin, foot+8, strconv.Itoa(i)+" / "+strconv.Itoa(n), caption)
	}
}

// room turns the page when less than so much is left on it.
func (s *sheet) room(high float64) {
	if s.y+high > foot {
		s.turn()
	}
}

func (s *sheet) rule(y float64) {
	s.pdf.SetDrawColor(faint.r, faint.g, faint.b)
	s.pdf.SetLineWidth(0.25)
	s.pdf.Line(margin, y, pageWide-margin, y)
}

// heading opens a section that needs so much room below it.
func (s *sheet) heading(key string, below float64) {
	s.room(below + 11)
	s.y += 5.5
	s.l.line(margin, s.y, s.Speak.Say(key), head)
	s.y += 2
	s.rule(s.y)
	s.y += 4.6
}

// prose sets a paragraph over the whole width.
func (s *sheet) prose(text string, st style) { s.column(margin, wide, text, st) }

func (s *sheet) column(x, w float64, text string, st style) {
	for _, line := range s.l.broken(text, w, st) {
		s.room(st.high())
		s.l.line(x, s.y, line, st)
		s.y += st.high()
	}
}

// opening tells what it is about in a sentence.
func (s *sheet) opening() {
	a, ok := s.Site.Asset(s.Situation.Asset)
	if !ok {
		a.ID = s.Situation.Asset
	}
	s.y += 5
	s.l.line(margin, s.y, s.Speak.AssetName(a), title)
	right := s.Speak.StageName(s.Case)
	if right != "" {
		s.badge(right)
	}
	s.y += 6.5
	s.l.line(margin, s.y, s.Speak.Say("report.when", "onset", s.moment(s.Situation.Onset), "detected", s.clock(s.Situation.Detected)), caption)
	s.y += 7
	s.prose(s.Speak.Because(a, s.Case), lead)
	s.prose(s.Speak.CaseSentence(s.Case)+".", style{11.5, true, s.tone()})
}

// badge says at the right end of the title how the case stands.
func (s *sheet) badge(text string) {
	st := style{9, true, colour{0xFF, 0xFF, 0xFF}}
	w := s.l.width(text, st) + 7
	t := s.tone()
	s.pdf.SetFillColor(t.r, t.g, t.b)
	s.pdf.RoundedRect(pageWide-margin-w, s.y-5.6, w, 7, 3.5, "1234", "F")
	s.l.line(pageWide-margin-w+3.5, s.y-0.9, text, st)
}

// tone is the colour of how the case stands.
func (s *sheet) tone() colour {
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
	s.l.line(margin, s.y, s.Speak.Say("report.picture", "at", s.moment(s.Shown)), caption)
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
