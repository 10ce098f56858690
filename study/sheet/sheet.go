// Package sheet reads tables of text, as public data sets come in: comma
// separated, with a line of names first, plain or gzipped. Lengths are bounded,
// and an error names file, line and column. It must never know what the columns
// mean. Start reading at Read.
package sheet

import (
	"bufio"
	"compress/gzip"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Limits of a sheet.
const (
	bytesMax   = 256 << 20 // unpacked
	rowsMax    = 5 << 20
	columnsMax = 1024
	fieldMax   = 1 << 12 // bytes of one field
)

// Sheet is what stood in a file.
type Sheet struct {
	File  string
	Names []string // of the columns, without blanks around them
	Rows  [][]string
	lines []int
}

// Open reads a file; one whose name ends with .gz is unpacked.
func Open(path string) (*Sheet, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read the table: %w", err)
	}
	defer f.Close()
	var r io.Reader = f
	if strings.HasSuffix(path, ".gz") {
		z, err := gzip.NewReader(f)
		if err != nil {
			return nil, fmt.Errorf("%s: unpack: %w", filepath.Base(path), err)
		}
		defer z.Close()
		r = z
	}
	return Read(filepath.Base(path), r)
}

// Read reads a table. Where the rows have one field more than there are names,
// the first is a row's number, as R writes it, and is left out.
func Read(file string, r io.Reader) (*Sheet, error) {
	limited := &io.LimitedReader{R: r, N: bytesMax + 1}
	text := bufio.NewReader(limited)
	if mark, _ := text.Peek(3); string(mark) == "\ufeff" {
		_, _ = text.Discard(3)
	}
	c := csv.NewReader(text)
	c.FieldsPerRecord = -1
	s := &Sheet{File: file}
	names, err := c.Read()
	if errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s: it is empty: the first line must name the columns", file)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	for i, n := range names {
		names[i] = strings.TrimSpace(n)
	}
	s.Names = names
	if len(names) > columnsMax {
		return nil, fmt.Errorf("%s: %d columns: at most %d are read", file, len(names), columnsMax)
	}
	for i, n := range names {
		if slices.Index(names, n) != i {
			return nil, fmt.Errorf("%s, line 1: column %q is there twice", file, n)
		}
	}
	for {
		row, err := c.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		line, _ := c.FieldPos(0)
		if len(row) == len(names)+1 {
			row = row[1:]
		}
		if len(row) != len(names) {
			return nil, fmt.Errorf("%s, line %d: %d fields for %d columns", file, line, len(row), len(names))
		}
		for j, f := range row {
			if len(f) > fieldMax {
				return nil, fmt.Errorf("%s, line %d, column %q: longer than %d bytes", file, line, names[j], fieldMax)
			}
		}
		if s.Rows, s.lines = append(s.Rows, row), append(s.lines, line); len(s.Rows) > rowsMax {
			return nil, fmt.Errorf("%s: more than %d rows", file, rowsMax)
		}
	}
	if limited.N <= 0 {
		return nil, fmt.Errorf("%s: longer than %d MB", file, bytesMax>>20)
	}
	if len(s.Rows) == 0 {
		return nil, fmt.Errorf("%s: it names its columns but has no row", file)
	}
	return s, nil
}

// column finds a column by its name.
func (s *Sheet) column(name string) (int, error) {
	j := slices.Index(s.Names, name)
	if j < 0 {
		return 0, fmt.Errorf("%s has no column %q; it has %q", s.File, name, s.Names)
	}
	return j, nil
}

// Numbers returns a column; an empty field, NA and NaN are NaN.
func (s *Sheet) Numbers(name string) ([]float64, error) {
	j, err := s.column(name)
	if err != nil {
		return nil, err
	}
	out := make([]float64, len(s.Rows))
	for i, row := range s.Rows {
		f := strings.TrimSpace(row[j])
		if f == "" || f == "NA" || strings.EqualFold(f, "nan") {
			out[i] = math.NaN()
			continue
		}
		v, err := strconv.ParseFloat(f, 64)
		if err != nil || math.IsInf(v, 0) || math.IsNaN(v) {
			return nil, fmt.Errorf("%s, line %d, column %q: %q is no number", s.File, s.lines[i], name, row[j])
		}
		out[i] = v
	}
	return out, nil
}

// Times returns a column of times, in the first layout that fits its first row.
// They must not fall.
func (s *Sheet) Times(name string, layouts ...string) ([]time.Time, error) {
	j, err := s.column(name)
	if err != nil {
		return nil, err
	}
	layout := ""
	for _, l := range layouts {
		if _, err := time.Parse(l, strings.TrimSpace(s.Rows[0][j])); err == nil {
			layout = l
			break
		}
	}
	if layout == "" {
		return nil, fmt.Errorf("%s, line %d, column %q: %q is no time like %q", s.File, s.lines[0], name, s.Rows[0][j], layouts)
	}
	out := make([]time.Time, len(s.Rows))
	for i, row := range s.Rows {
		if out[i], err = time.Parse(layout, strings.TrimSpace(row[j])); err != nil {
			return nil, fmt.Errorf("%s, line %d, column %q: %q is no time like %q", s.File, s.lines[i], name, row[j], layout)
		}
		if i > 0 && out[i].Before(out[i-1]) {
			return nil, fmt.Errorf("%s, line %d: %s is before the row above: sort the rows by time", s.File, s.lines[i], row[j])
		}
	}
	return out, nil
}

// Texts returns a column as it stands.
func (s *Sheet) Texts(name string) ([]string, error) {
	j, err := s.column(name)
	if err != nil {
		return nil, err
	}
	out := make([]string, len(s.Rows))
	for i, row := range s.Rows {
		out[i] = row[j]
	}
	return out, nil
}
