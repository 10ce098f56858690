package scan

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"unicode/utf8"
)

const (
	lineMax   = 4096 // bytes of a line of a list of numbers
	sampleMax = 1 << 16
	columnMax = 64
)

// list is how a file writes points as lines of numbers: which column holds what,
// and how numbers look. It is found from the names of the columns and from the
// first lines, and then holds for all.
type list struct {
	commas    bool   // decimals are written 1,5
	place     [3]int // columns of x, y, z
	intensity int    // column, -1: none
	color     int    // the first of three, -1: none
	normal    int    // the first of three, -1: none
	colors    float64
	lift      float64 // added to intensities, which Leica writes from -2048
	need      int     // columns that a line has at least
	lineBytes float64 // usual length of a line
}

// xyz reads points as lines of numbers: x y z, then, in any number that others
// write, an intensity, a colour, a normal. PTS files begin with the number of
// points.
func (f file) xyz(ctx context.Context) (*Cloud, error) {
	sample := make([]byte, min(f.size, sampleMax))
	if _, err := f.r.ReadAt(sample, 0); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if bytes.IndexByte(sample, '\n') < 0 && bytes.IndexByte(sample, '\r') >= 0 {
		f.r = oldLines{f.r}
		turned(sample)
	}
	if isPTX(f.name, sample) {
		return f.ptx(ctx)
	}
	l, err := sampled(sample, strings.EqualFold(path.Ext(f.name), ".pts"))
	if err != nil {
		return nil, err
	}
	g, err := f.gather(uint64(1.1 * float64(f.size) / l.lineBytes)) // lines further down may be shorter
	if err != nil {
		return nil, err
	}
	skipped, err := f.lines(ctx, l, func(rows []float64) error {
		for ; len(rows) > 0; rows = rows[l.width():] {
			if g.wanted() {
				l.keep(rows, g)
			}
		}
		return ctx.Err()
	})
	if err != nil {
		return nil, err
	}
	if g.stride > 1 {
		g.c.Notes[0] = fmt.Sprintf("every %d. of %d points was read", g.stride, g.seen)
	}
	if skipped > 0 {
		g.c.Notes = append(g.c.Notes, fmt.Sprintf("%d lines hold no point and were passed over", skipped))
	}
	return g.finish(), nil
}

// oldLines turns carriage returns, which end the lines of old programs, to line
// feeds.
type oldLines struct{ io.ReaderAt }

// ReadAt implements io.ReaderAt.
func (o oldLines) ReadAt(p []byte, at int64) (int, error) {
	n, err := o.ReaderAt.ReadAt(p, at)
	turned(p[:n])
	return n, err
}

func turned(p []byte) {
	for i, b := range p {
		if b == '\r' {
			p[i] = '\n'
		}
	}
}

// width is how many numbers of a line are kept, in the order place, intensity,
// colour, normal.
func (l list) width() int {
	n := 3
	if l.intensity >= 0 {
		n++
	}
	if l.color >= 0 {
		n += 3
	}
	if l.normal >= 0 {
		n += 3
	}
	return n
}

// keep takes a point from the numbers of its line.
func (l list) keep(v []float64, g *gatherer) {
	if !g.add(v[0], v[1], v[2]) {
		return
	}
	v = v[3:]
	if l.intensity >= 0 {
		g.c.Intensity = append(g.c.Intensity, uint16(max(0, min(65535, v[0]+l.lift))))
		v = v[1:]
	}
	if l.color >= 0 {
		for k := range 3 {
			g.c.Colors = append(g.c.Colors, uint8(max(0, min(255, l.colors*v[k]))))
		}
		v = v[3:]
	}
	if l.normal >= 0 {
		g.c.Normals = append(g.c.Normals, float32(v[0]), float32(v[1]), float32(v[2]))
	}
}

// sampled finds out how a file writes its points.
func sampled(sample []byte, pts bool) (list, error) {
	l := list{intensity: -1, color: -1, normal: -1, colors: 1, place: [3]int{0, 1, 2}, need: 3}
	lines := bytes.Split(sample, []byte("\n"))
	if len(lines) > 1 {
		lines = lines[:len(lines)-1] // what is cut
	}
	l.commas = commas(lines)
	var names []string
	var rows [][]float64
	used, total, counts := 0, 0, map[int]int{}
	for i, line := range lines {
		if len(line) > lineMax {
			return l, fmt.Errorf("line %d: longer than %d bytes; this is no list of points", i+1, lineMax)
		}
		if !utf8.Valid(line) {
			return l, fmt.Errorf("line %d: not text; give LAS, LAZ, PLY, PCD, E57 or a list of numbers", i+1)
		}
		total += len(line) + 1
		v, ok := numbers(line, l.commas, make([]float64, 0, 8))
		switch {
		case ok && len(v) >= 3:
			rows = append(rows, v)
			counts[len(v)]++
			used += len(line) + 1
		case !ok && len(rows) == 0:
			if found := columnNames(string(line)); found != nil {
				names = found
			}
		}
	}
	if len(rows) == 0 {
		return l, errors.New("it holds no points: no line of three numbers at its beginning; give LAS, LAZ, PLY, PCD, E57 or a list of numbers")
	}
	l.lineBytes = float64(used) / float64(len(rows))
	columns := 0
	for n, times := range counts {
		if times > counts[columns] || times == counts[columns] && n < columns {
			columns = n
		}
	}
	rows = slices.DeleteFunc(rows, func(v []float64) bool { return len(v) != columns })
	if len(names) != columns || !l.named(names) {
		l.numbered(columns, rows)
	}
	l.scales(rows, pts)
	return l, nil
}

// commas tells whether decimals are written 1,5: where no line has a point, and
// something else parts the numbers.
func commas(lines [][]byte) bool {
	for _, line := range lines {
		text := bytes.TrimSpace(line)
		if len(text) == 0 || text[0] == '#' || text[0] == '/' || bytes.IndexByte(text, ',') < 0 {
			continue
		}
		if first := text[0]; first != '-' && first != '+' && (first < '0' || first > '9') {
			continue
		}
		return bytes.IndexByte(text, '.') < 0 && bytes.ContainsAny(text, "; \t")
	}
	return false
}

// columnNames are the names in a line, when it has one of x.
func columnNames(text string) []string {
	names := strings.FieldsFunc(strings.ToLower(strings.TrimLeft(text, "#/ \t")), func(r rune) bool { return strings.ContainsRune(" ,;\t\r", r) })
	for i, n := range names {
		n = strings.Trim(n, `"'`)
		n, _, _ = strings.Cut(n, "[")
		n, _, _ = strings.Cut(n, "(")
		if full, ok := columnNamed[n]; ok {
			n = full
		}
		names[i] = n
	}
	if !slices.Contains(names, "x") {
		return nil
	}
	return names
}

// columnNamed are other names of columns.
var columnNamed = map[string]string{
	"easting": "x", "east": "x", "px": "x", "pos_x": "x", "northing": "y", "north": "y", "py": "y", "pos_y": "y",
	"elevation": "z", "height": "z", "altitude": "z", "pz": "z", "pos_z": "z",
	"i": "intensity", "reflectance": "intensity", "scalar_intensity": "intensity", "amplitude": "intensity",
	"red": "r", "rf": "r", "normal_x": "nx", "normalx": "nx",
}

// named takes the columns from their names; false where a place has none.
func (l *list) named(names []string) bool {
	find := func(name string, room int) int {
		if i := slices.Index(names, name); i >= 0 && i+room <= len(names) {
			return i
		}
		return -1
	}
	place := [3]int{find("x", 1), find("y", 1), find("z", 1)}
	if slices.Min(place[:]) < 0 {
		return false
	}
	l.place, l.intensity, l.color, l.normal = place, find("intensity", 1), find("r", 3), find("nx", 3)
	l.need = max(slices.Max(place[:])+1, l.intensity+1)
	if l.color >= 0 {
		l.need = max(l.need, l.color+3)
	}
	if l.normal >= 0 {
		l.need = max(l.need, l.normal+3)
	}
	return true
}

// numbered guesses the columns from how many there are.
func (l *list) numbered(columns int, rows [][]float64) {
	l.need = columns
	switch columns {
	case 4:
		l.intensity = 3
	case 6:
		switch {
		case units(rows, 3):
			l.normal = 3
		case shades(rows, 3):
			l.color = 3
		}
	case 7, 8: // the last is how opaque it is
		l.intensity = 3
		if shades(rows, 4) {
			l.color = 4
		}
	case 9:
		if l.color, l.normal = 3, 6; units(rows, 3) && !units(rows, 6) {
			l.color, l.normal = 6, 3
		}
		if !shades(rows, l.color) {
			l.color = -1
		}
	case 10:
		if l.intensity, l.normal = 3, 7; shades(rows, 4) {
			l.color = 4
		}
	default:
		l.need = 3
	}
}

// units tells whether three columns are a direction in every row.
func units(rows [][]float64, at int) bool {
	for _, v := range rows {
		if n := v[at]*v[at] + v[at+1]*v[at+1] + v[at+2]*v[at+2]; n < 0.9 || n > 1.1 {
			return false
		}
	}
	return true
}

// shades tells whether three columns may be a colour in every row.
func shades(rows [][]float64, at int) bool {
	for _, v := range rows {
		if low, high := min(v[at], v[at+1], v[at+2]), max(v[at], v[at+1], v[at+2]); low < 0 || high > 65535 {
			return false
		}
	}
	return true
}

// scales finds how colours and intensities are counted.
func (l *list) scales(rows [][]float64, pts bool) {
	most, whole := 0.0, true
	for _, v := range rows {
		if l.color >= 0 {
			for _, c := range v[l.color : l.color+3] {
				most = max(most, c)
				whole = whole && c == float64(int64(c))
			}
		}
		if l.intensity >= 0 && pts && v[l.intensity] < 0 {
			l.lift = 2048
		}
	}
	switch {
	case most <= 1 && !whole:
		l.colors = 255
	case most > 255:
		l.colors = 1.0 / 257
	}
}
