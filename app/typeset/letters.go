// Package typeset sets text into PDF sheets in letters of several scripts, of
// which no one font has all. It must never know a case, an order or what a text
// says. Start reading at New.
package typeset

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"

	"codeberg.org/go-pdf/fpdf"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/sfnt"

	"github.com/glasstwin/glasstwin/assets"
)

// Two families set a page together: Go for Latin, NanumSquare for Hangul.
const (
	latin  = "go"
	hangul = "nanumsquare"
)

// Letters sets text of both scripts. The fonts are embedded, of each only what
// is used.
type Letters struct {
	pdf    *fpdf.Fpdf
	fonts  [2]*sfnt.Font // latin, hangul
	buffer sfnt.Buffer
	set    map[rune]run // how a letter is set
	first  [2]map[sfnt.GlyphIndex]rune
}

// Style of a text.
type Style struct {
	Size float64 // points
	Bold bool
	Ink  Colour
}

// Colour is red, green and blue, 0 to 255.
type Colour struct{ R, G, B int }

// New embeds the fonts into a PDF.
func New(pdf *fpdf.Fpdf) (*Letters, error) {
	regular, bold := assets.Hangul()
	for _, f := range []struct {
		family, bold string
		data         []byte
	}{{latin, "", goregular.TTF}, {latin, "B", gobold.TTF}, {hangul, "", regular}, {hangul, "B", bold}} {
		// fpdf v0.12.0 writes into what it is given (utf8fontfile.go, getMetrics).
		pdf.AddUTF8FontFromBytes(f.family, f.bold, bytes.Clone(f.data))
	}
	l := &Letters{pdf: pdf, set: map[rune]run{}}
	for i, data := range [][]byte{goregular.TTF, regular} {
		f, err := sfnt.Parse(data)
		if err != nil {
			return nil, fmt.Errorf("read a font of the sheet: %w", err)
		}
		l.fonts[i], l.first[i] = f, map[sfnt.GlyphIndex]rune{}
	}
	return l, nil
}

// run is a piece of text in one family.
type run struct {
	family int
	text   string
}

// runs cuts a text where its family changes; spaces stay with what stands before
// them.
func (l *Letters) runs(text string) []run {
	var out []run
	for _, r := range text {
		x, known := l.set[r]
		if !known {
			x = l.look(r)
			l.set[r] = x
		}
		if n := len(out); n > 0 && (out[n-1].family == x.family || x.text == " ") {
			out[n-1].text += x.text
			continue
		}
		out = append(out, x)
	}
	return out
}

// look finds the first family that has a letter, or that with a box. Of letters
// that share a glyph the first stands for all: fpdf v0.12.0 would choose among
// them by chance (utf8fontfile.go, parseSymbols).
func (l *Letters) look(r rune) run {
	if unicode.IsSpace(r) {
		r = ' ' // narrow ones are in few fonts
	}
	for i, f := range l.fonts {
		g, err := f.GlyphIndex(&l.buffer, r)
		if err != nil || g == 0 || r > 0xFFFF {
			continue
		}
		if _, taken := l.first[i][g]; !taken {
			l.first[i][g] = r
		}
		return run{i, string(l.first[i][g])}
	}
	return run{0, "□"}
}

func (l *Letters) use(k int, s Style) {
	bold := ""
	if s.Bold {
		bold = "B"
	}
	l.pdf.SetFont([2]string{latin, hangul}[k], bold, s.Size)
	l.pdf.SetTextColor(s.Ink.R, s.Ink.G, s.Ink.B)
}

// Width of a text on one line, mm.
func (l *Letters) Width(text string, s Style) float64 {
	w := 0.0
	for _, r := range l.runs(text) {
		l.use(r.family, s)
		w += l.pdf.GetStringWidth(r.text)
	}
	return w
}

// Line sets a text on one line, its base at y; x is its left end. It returns
// its right end.
func (l *Letters) Line(x, y float64, text string, s Style) float64 {
	for _, r := range l.runs(text) {
		l.use(r.family, s)
		l.pdf.Text(x, y, r.text)
		x += l.pdf.GetStringWidth(r.text)
	}
	return x
}

// LineTo is Line with its right end given.
func (l *Letters) LineTo(x, y float64, text string, s Style) { l.Line(x-l.Width(text, s), y, text, s) }

// Broken breaks a text into lines at most so wide, between words where it can.
func (l *Letters) Broken(text string, wide float64, s Style) []string {
	var out []string
	line := ""
	for _, word := range strings.FieldsFunc(text, breaks) {
		longer := strings.TrimPrefix(line+" "+word, " ")
		if l.Width(longer, s) <= wide {
			line = longer
			continue
		}
		if line != "" {
			out = append(out, line)
		}
		for line = word; l.Width(line, s) > wide; {
			cut := l.fitting(line, wide, s)
			out, line = append(out, line[:cut]), line[cut:]
		}
	}
	if line != "" {
		out = append(out, line)
	}
	return out
}

// breaks tells where a line may break: not where a space holds a number and its
// unit together.
func breaks(r rune) bool { return r == ' ' || r == '\n' || r == '\t' }

// fitting is how many bytes of a word fit, at least one letter.
func (l *Letters) fitting(word string, wide float64, s Style) int {
	cut := 0
	for i, r := range word {
		next := i + len(string(r))
		if cut > 0 && l.Width(word[:next], s) > wide {
			break
		}
		cut = next
	}
	return cut
}

// Clipped is a text that fits on one line, its end left out where it does not.
func (l *Letters) Clipped(text string, wide float64, s Style) string {
	if l.Width(text, s) <= wide {
		return text
	}
	cut := l.fitting(text, wide-l.Width("…", s), s)
	return strings.TrimRight(text[:cut], " ") + "…"
}

// High is the distance of lines of a style, mm.
func (s Style) High() float64 { return s.Size * 0.3528 * 1.38 }
