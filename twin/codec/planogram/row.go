// Package planogram reads lists of what stands in a store: fixtures, devices,
// where they stand and what they hold, as comma-separated values. It checks
// that the list is well formed and makes sense on its floor; what a class means
// is told to it. It must never know the catalogue, a mesh or a plant. Start
// reading at Read, then Check.
//
// A sheet of a workbook (XLSX) is read as such a list too: ReadSheet.
//
// A file has a header line naming its columns, in any order. id, class, x, y
// and heading are required; name, elevation, width, depth, height, products
// (joined by ";"), facings and params ("doors=3;shelves=4") are optional. Text
// is UTF-8 in any script, ids are Latin. Lines that start with # are notes, and
// lines of empty fields are passed over. Numbers are metres in plan, x to the east and y
// to the north; heading is where the front faces, degrees clockwise from north.
package planogram

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits on a file. The largest stores hold some 3,000 fixtures.
const (
	fileMax     = 16 << 20
	rowsMax     = 20_000
	textMax     = 400  // bytes of one field, or of one product
	productsMax = 200  // of one fixture
	paramsMax   = 50   // of one fixture
	reachMax    = 5000 // metres from the origin
	sizeMax     = 60   // metres of one fixture
	facingsMax  = 10_000
	problemsMax = 50 // told at once: nobody reads more
)

// Row is one fixture or device.
type Row struct {
	Line                 int
	ID, Class, Name      string
	X, Y                 float64 // metres in plan
	Heading              float64 // degrees clockwise from north
	Elevation            float64 // metres; NaN: as the class says
	Width, Depth, Height float64 // metres; 0: as the class says
	Products             []string
	Facings              int
	Params               map[string]float64
}

// Problem is one thing that is wrong with a file, and how to mend it.
type Problem struct {
	File string
	Line int
	Text string
}

// Error names the file and the line.
func (p Problem) Error() string { return fmt.Sprintf("%s:%d: %s", p.File, p.Line, p.Text) }

// Problems is everything found wrong, in order of lines.
type Problems []Problem

// Error lists all problems, one on each line.
func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.Error()
	}
	return strings.Join(lines, "\n")
}

// err is nil when there is no problem.
func (ps Problems) err() error {
	if len(ps) == 0 {
		return nil
	}
	slices.SortStableFunc(ps, func(a, b Problem) int { return cmp.Or(strings.Compare(a.File, b.File), a.Line-b.Line) })
	if more := len(ps) - problemsMax; more > 0 {
		last := ps[problemsMax-1]
		ps = append(ps[:problemsMax:problemsMax], Problem{last.File, last.Line, fmt.Sprintf("and %d more problems after this line", more)})
	}
	return ps
}

var columns = []string{"id", "class", "x", "y", "heading", "name", "elevation", "width", "depth", "height", "products", "facings", "params"}

const required = 5 // of columns

// alsoCalled lists other names of columns that planning programs write.
var alsoCalled = map[string]string{
	"fixture": "id", "fixture_id": "id", "fixture id": "id", "shelf": "id", "device": "id",
	"type": "class", "kind": "class", "fixture_type": "class", "fixture type": "class",
	"title": "name", "label": "name", "x (m)": "x", "y (m)": "y", "pos_x": "x", "pos_y": "y",
	"rotation": "heading", "yaw": "heading", "heading (deg)": "heading", "orientation": "heading",
	"z": "elevation", "product": "products", "items": "products",
}

var idForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$`)

// Read reads a file; name is for messages. All problems of form are told at
// once, as Problems.
func Read(name string, r io.Reader) ([]Row, error) {
	limited := &io.LimitedReader{R: r, N: fileMax + 1}
	text := bufio.NewReaderSize(limited, headerMax)
	if err := skipMark(name, text); err != nil {
		return nil, err
	}
	var lines io.Reader = text
	begin, _ := text.Peek(headerMax) // fewer when the file is shorter; an error comes back with the first read
	if bytes.IndexByte(begin, '\n') < 0 && bytes.IndexByte(begin, '\r') >= 0 {
		lines, begin = oldLines{text}, bytes.ReplaceAll(begin, []byte("\r"), []byte("\n"))
	}
	c := csv.NewReader(lines)
	c.Comment = '#'
	c.FieldsPerRecord = -1
	c.TrimLeadingSpace = true
	c.Comma = separator(begin)
	header, err := c.Read()
	if errors.Is(err, io.EOF) {
		return nil, Problems{{name, 1, "the file is empty; its first line must name the columns: " + strings.Join(columns[:required], ",")}}
	}
	if err != nil {
		return nil, malformed(name, err)
	}
	place, err := columnPlaces(name, c, header)
	if err != nil {
		return nil, err
	}
	var rows []Row
	var wrong Problems
	for {
		fields, err := c.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, malformed(name, err)
		}
		line, _ := c.FieldPos(0)
		if limited.N <= 0 {
			return nil, Problems{{name, line, fmt.Sprintf("the file is larger than %d MB; split it", fileMax>>20)}}
		}
		if len(rows) == rowsMax {
			return nil, Problems{{name, line, fmt.Sprintf("more than %d rows; split the store", rowsMax)}}
		}
		if !slices.ContainsFunc(fields, func(f string) bool { return strings.TrimSpace(f) != "" }) {
			continue // a sheet saved as CSV has them below its last row
		}
		p := parser{file: name, line: line, place: place, fields: fields, wrong: &wrong, decimalComma: c.Comma != ','}
		p.encoding()
		rows = append(rows, p.row(len(header)))
	}
	if len(rows) == 0 && len(wrong) == 0 {
		wrong = Problems{{name, 1, "no fixture follows the header line"}}
	}
	return rows, wrong.err()
}

// oldLines turns carriage returns, which end the lines of sheets saved "for
// Macintosh", to line feeds.
type oldLines struct{ io.Reader }

// Read implements io.Reader.
func (o oldLines) Read(p []byte) (int, error) {
	n, err := o.Reader.Read(p)
	for i, b := range p[:n] {
		if b == '\r' {
			p[i] = '\n'
		}
	}
	return n, err
}

// skipMark passes over the byte order mark of UTF-8 and refuses UTF-16, which
// sheets are also saved in.
func skipMark(name string, text *bufio.Reader) error {
	begin, _ := text.Peek(3) // fewer when the file is shorter; an error comes back with the first read
	switch {
	case string(begin) == "\ufeff":
		_, err := text.Discard(3)
		return err
	case len(begin) >= 2 && (begin[0] == 0xff && begin[1] == 0xfe || begin[0] == 0xfe && begin[1] == 0xff):
		return Problems{{name, 1, "the text is UTF-16; save the sheet as CSV UTF-8"}}
	}
	return nil
}

// headerMax is how much of a file is looked at to find what parts its columns.
const headerMax = 4096

// separator is what stands between the columns of the first line that is no
// note: sheets of many countries are saved with semicolons, some with tabs.
func separator(begin []byte) rune {
	for line := range strings.Lines(string(begin)) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		best, most := ',', strings.Count(line, ",")
		for _, r := range []rune{';', '\t'} {
			if n := strings.Count(line, string(r)); n > most {
				best, most = r, n
			}
		}
		return best
	}
	return ','
}

func malformed(name string, err error) error {
	var pe *csv.ParseError
	if errors.As(err, &pe) {
		return Problems{{name, pe.Line, fmt.Sprintf("not comma-separated values: %v; close the quotes or save the sheet as CSV again", pe.Err)}}
	}
	return fmt.Errorf("read %s: %w", name, err)
}

func columnPlaces(name string, c *csv.Reader, header []string) (map[string]int, error) {
	line, _ := c.FieldPos(0)
	place := map[string]int{}
	var wrong Problems
	for i, h := range header {
		h = strings.ToLower(strings.TrimSpace(h))
		if known, ok := alsoCalled[h]; ok {
			h = known
		}
		switch _, twice := place[h]; {
		case !slices.Contains(columns, h):
			wrong = append(wrong, Problem{name, line, fmt.Sprintf("unknown column %.40q; known are %s", h, strings.Join(columns, ", "))})
		case twice:
			wrong = append(wrong, Problem{name, line, fmt.Sprintf("column %q stands twice; remove one", h)})
		}
		place[h] = i
	}
	for _, h := range columns[:required] {
		if _, ok := place[h]; !ok {
			wrong = append(wrong, Problem{name, line, fmt.Sprintf("column %q is missing; add it to the header line", h)})
		}
	}
	return place, wrong.err()
}

// parser reads the fields of one line and notes what is wrong with them.
type parser struct {
	file   string
	line   int
	place  map[string]int
	fields []string
	wrong  *Problems

	decimalComma bool // numbers may be written 1,5, as where columns stand apart by semicolons
}

func (p *parser) row(width int) Row {
	if len(p.fields) != width {
		p.problem("%d fields where the header names %d; add or remove commas", len(p.fields), width)
	}
	row := Row{
		Line: p.line, ID: p.text("id"), Class: p.text("class"), Name: p.text("name"),
		X: p.number("x", -reachMax, reachMax), Y: p.number("y", -reachMax, reachMax),
		Heading: p.number("heading", -360, 360), Elevation: math.NaN(),
		Width: p.size("width"), Depth: p.size("depth"), Height: p.size("height"),
		Products: p.list("products", productsMax),
	}
	if !idForm.MatchString(row.ID) {
		p.problem("id %.40q: use 1 to 80 letters a to z, digits, dots, hyphens or underscores, beginning with a letter or digit", row.ID)
	}
	if row.Class == "" {
		p.problem("the class is empty; name one of the catalogue")
	}
	if p.text("elevation") != "" {
		row.Elevation = p.number("elevation", -100, 1000)
	}
	if p.text("facings") != "" {
		n := p.number("facings", 0, facingsMax)
		if n != math.Trunc(n) {
			p.problem("facings: %v is not a whole number", n)
		}
		row.Facings = int(n)
	}
	for _, pair := range p.list("params", paramsMax) {
		name, value, found := strings.Cut(pair, "=")
		v, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
		if name = strings.TrimSpace(name); !found || name == "" || err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
			p.problem("params: %.40q is not name=number; write it as doors=3", pair)
			continue
		}
		if row.Params == nil {
			row.Params = map[string]float64{}
		}
		if _, twice := row.Params[name]; twice {
			p.problem("params: %.40q stands twice; remove one", name)
		}
		row.Params[name] = v
	}
	return row
}

func (p *parser) problem(format string, args ...any) {
	if len(*p.wrong) <= 4*problemsMax { // counted on a little, not without end
		*p.wrong = append(*p.wrong, Problem{p.file, p.line, fmt.Sprintf(format, args...)})
	}
}

// encoding finds text that is not UTF-8, such as a sheet saved in the code page
// of a country, and characters that no name has.
func (p *parser) encoding() {
	for i, f := range p.fields {
		switch {
		case !utf8.ValidString(f):
			p.problem("field %d is not UTF-8: %.40q; save the sheet as CSV UTF-8", i+1, f)
		case strings.ContainsFunc(f, unicode.IsControl):
			p.problem("field %d holds a line break or another control character: %.40q; remove it", i+1, f)
		default:
			continue
		}
		p.fields[i] = ""
		return
	}
}

func (p *parser) text(column string) string {
	i, ok := p.place[column]
	if !ok || i >= len(p.fields) {
		return ""
	}
	s := strings.TrimSpace(p.fields[i])
	if len(s) > textMax && column != "products" {
		p.problem("%s: %d bytes, at most %d are allowed; shorten it", column, len(s), textMax)
		return s[:textMax]
	}
	return s
}

func (p *parser) number(column string, lowest, highest float64) float64 {
	s := p.text(column)
	digits := s
	if p.decimalComma && strings.Count(s, ",") == 1 && !strings.Contains(s, ".") {
		digits = strings.Replace(s, ",", ".", 1)
	}
	v, err := strconv.ParseFloat(digits, 64)
	switch {
	case s == "":
		p.problem("%s is empty; give a number", column)
	case err != nil || math.IsNaN(v):
		p.problem("%s: %.40q is not a number; write it as 12.5", column, s)
	case v < lowest || v > highest:
		p.problem("%s: %v is not between %v and %v; correct it", column, v, lowest, highest)
	default:
		return v
	}
	return 0
}

func (p *parser) size(column string) float64 {
	if p.text(column) == "" {
		return 0
	}
	return p.number(column, 0.01, sizeMax)
}

func (p *parser) list(column string, most int) []string {
	s := p.text(column)
	if s == "" {
		return nil
	}
	if strings.Count(s, ";") >= most {
		p.problem("%s: more than %d entries; leave some out", column, most)
		return nil
	}
	var out []string
	for _, e := range strings.Split(s, ";") {
		switch e = strings.TrimSpace(e); {
		case len(e) > textMax:
			p.problem("%s: an entry of %d bytes, at most %d are allowed", column, len(e), textMax)
		case e != "":
			out = append(out, e)
		}
	}
	return out
}
