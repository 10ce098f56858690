package series

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Limits of what is read.
const (
	rowsMax    = 5_000_000
	columnsMax = 1024
	bytesMax   = 1 << 30 // of one file, unpacked
	filesMax   = 10_000
)

// Series is one stretch of time, as of one experiment.
type Series struct {
	Name    string
	Columns []string
	Times   []time.Time // rising; empty: evenly spaced, unknown
	Rows    [][]float64 // NaN: missing
	Labels  []int       // of each row, 0: nothing is wrong; empty: not known
}

var layouts = []string{"2006-01-02 15:04:05", time.RFC3339, "2006-01-02T15:04:05", "2006-01-02 15:04", "2006-01-02"}

// Read reads delimited text (comma, semicolon or tab) with a line of names. A
// first column of times is told by its values. The column that label names holds
// whole numbers, 0 for "nothing is wrong"; those that drop names are left out.
func Read(r io.Reader, name, label string, drop ...string) (*Series, error) {
	limited := &io.LimitedReader{R: r, N: bytesMax + 1}
	buffered := bufio.NewReaderSize(limited, 1<<16)
	head, err := buffered.Peek(1 << 12)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	text := csv.NewReader(buffered)
	text.Comma, text.ReuseRecord = delimiter(head), true
	names, err := text.Read()
	if err != nil {
		return nil, fmt.Errorf("read %s: line of names: %w", name, err)
	}
	if len(names) > columnsMax {
		return nil, fmt.Errorf("read %s: %d columns, at most %d are allowed", name, len(names), columnsMax)
	}
	p := parser{name: name, label: label, drop: drop, names: slices.Clone(names), series: &Series{Name: name}}
	for line := 2; ; line++ {
		record, err := text.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
		if line == 2 {
			p.plan(record[0])
		}
		if len(p.series.Rows) >= rowsMax {
			return nil, fmt.Errorf("read %s: more than %d rows: cut it into several files", name, rowsMax)
		}
		if err := p.add(record); err != nil {
			return nil, fmt.Errorf("read %s, line %d: %w", name, line, err)
		}
	}
	if limited.N <= 0 {
		return nil, fmt.Errorf("read %s: it is larger than %d bytes: cut it into several files", name, bytesMax)
	}
	if len(p.series.Rows) == 0 || len(p.series.Columns) == 0 {
		return nil, fmt.Errorf("read %s: it holds no row of numbers", name)
	}
	return p.series, nil
}

// delimiter is the one that stands most often in the first line.
func delimiter(head []byte) rune {
	line, _, _ := bytes.Cut(head, []byte("\n"))
	best, most := ',', 0
	for _, d := range []rune{',', ';', '\t'} {
		if n := bytes.Count(line, []byte(string(d))); n > most {
			best, most = d, n
		}
	}
	return best
}

// parser turns records into rows.
type parser struct {
	name, label string
	drop        []string
	names       []string
	timed       bool
	at          []int // fields that make up a row
	labelAt     int
	series      *Series
}

// plan decides what each field is, from the names and the first value.
func (p *parser) plan(first string) {
	_, err := parseTime(first)
	p.timed, p.labelAt = err == nil, -1
	for i, n := range p.names {
		n = strings.TrimSpace(strings.TrimPrefix(n, "\ufeff"))
		switch {
		case i == 0 && p.timed || slices.Contains(p.drop, n):
		case n == p.label && p.label != "":
			p.labelAt = i
		default:
			p.at = append(p.at, i)
			p.series.Columns = append(p.series.Columns, n)
		}
	}
}

func (p *parser) add(record []string) error {
	s := p.series
	if p.timed {
		t, err := parseTime(record[0])
		if err != nil {
			return err
		}
		if n := len(s.Times); n > 0 && t.Before(s.Times[n-1]) {
			return fmt.Errorf("%s comes after a later time: sort the rows by time", record[0])
		}
		s.Times = append(s.Times, t)
	}
	row := make([]float64, len(p.at))
	for k, i := range p.at {
		v, err := number(record[i])
		if err != nil {
			return fmt.Errorf("column %q: %w", p.names[i], err)
		}
		row[k] = v
	}
	s.Rows = append(s.Rows, row)
	if p.labelAt >= 0 {
		v, err := number(record[p.labelAt])
		if err != nil || v != math.Trunc(v) || v < 0 || v > 1e6 {
			return fmt.Errorf("label %q is no whole number from 0", record[p.labelAt])
		}
		s.Labels = append(s.Labels, int(v))
	}
	return nil
}

func number(text string) (float64, error) {
	text = strings.TrimSpace(text)
	switch strings.ToLower(text) {
	case "", "na", "nan", "null":
		return math.NaN(), nil
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsInf(v, 0) {
		return 0, fmt.Errorf("%q is no number", text)
	}
	return v, nil
}

func parseTime(text string) (time.Time, error) {
	for _, l := range layouts {
		if t, err := time.Parse(l, strings.TrimSpace(text)); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is no time: write it like 2026-03-09 10:14:33", text)
}
