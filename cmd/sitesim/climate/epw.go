package climate

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strconv"
	"strings"
)

// Where a row of an EPW file has what is read of it (EnergyPlus Auxiliary
// Programs, "Weather File Data Dictionary"), and what stands there for a value
// that is missing.
const (
	fieldMonth, fieldDay, fieldHour = 1, 2, 3
	fieldDryBulb                    = 6
	fieldHumidity                   = 8
	fieldSun                        = 13
	fieldsLeast                     = 14
	headerLines                     = 8
	lineMax                         = 4096 // bytes; a row has about 250
	linesMax                        = headerLines + hoursOfYear + 24 + 100
)

// ReadFile reads an EPW file.
func ReadFile(name string) (*Year, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("read the weather: %w", err)
	}
	defer func() { _ = f.Close() }()
	return Read(f, name)
}

// Read reads an EPW file of one value an hour; name stands in its errors. A value
// that is missing is the last one that was there.
func Read(r io.Reader, name string) (*Year, error) {
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, 0, 1024), lineMax)
	y, n, hours := &Year{}, 0, 0
	last := Weather{Temperature: math.NaN(), Humidity: math.NaN(), Sun: 0}
	wrong := func(format string, a ...any) error {
		return fmt.Errorf("weather file %s, line %d: %w", name, n, fmt.Errorf(format, a...))
	}
	for lines.Scan() {
		if n++; n > linesMax {
			return nil, wrong("a year has at most %d lines", linesMax)
		}
		text := strings.TrimSpace(lines.Text())
		if n <= headerLines {
			if err := y.header(n, text); err != nil {
				return nil, wrong("%w", err)
			}
			continue
		}
		if text == "" {
			continue
		}
		f := strings.Split(text, ",")
		if len(f) < fieldsLeast {
			return nil, wrong("%d fields, an hour has at least %d", len(f), fieldsLeast)
		}
		if f[fieldMonth] == "2" && f[fieldDay] == "29" {
			continue // a year here has 365 days
		}
		if hours == hoursOfYear {
			return nil, wrong("more than the %d hours of a year: give a file of one year with one row an hour", hoursOfYear)
		}
		if err := last.take(f, hours); err != nil {
			return nil, wrong("%w", err)
		}
		y.Hours[hours] = last
		hours++
	}
	switch err := lines.Err(); {
	case errors.Is(err, bufio.ErrTooLong):
		n++
		return nil, wrong("it is longer than %d bytes: is this an EPW file?", lineMax)
	case err != nil:
		return nil, fmt.Errorf("read weather file %s: %w", name, err)
	case hours != hoursOfYear:
		return nil, wrong("the file ends after %d hours, a year has %d", hours, hoursOfYear)
	}
	return y, nil
}

func (y *Year) header(n int, text string) error {
	f := strings.Split(text, ",")
	switch {
	case n == 1 && !strings.EqualFold(strings.TrimPrefix(f[0], "\ufeff"), "LOCATION"):
		return fmt.Errorf("it begins with %.20q instead of LOCATION: is this an EPW file?", f[0])
	case n == 1 && len(f) > 1:
		y.Place = f[1]
	case n == headerLines && (!strings.EqualFold(f[0], "DATA PERIODS") || len(f) < 3):
		return fmt.Errorf("%.20q stands where DATA PERIODS should", f[0])
	case n == headerLines && strings.TrimSpace(f[2]) != "1":
		return fmt.Errorf("%q rows an hour, only files with one can be read", f[2])
	}
	return nil
}

// take reads the values of an hour; the first one must have all of them.
func (w *Weather) take(f []string, hour int) error {
	month, day, of := hour/24, 0, hour%24+1
	for m, days := range [...]int{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31} {
		if month < days {
			month, day = m+1, month+1
			break
		}
		month -= days
	}
	for i, want := range map[int]int{fieldMonth: month, fieldDay: day, fieldHour: of} {
		if got, err := strconv.Atoi(strings.TrimSpace(f[i])); err != nil || got != want {
			return fmt.Errorf("month %s, day %s, hour %s stand where %d, %d, %d should: hours must follow one another from the first of January", f[fieldMonth], f[fieldDay], f[fieldHour], month, day, of)
		}
	}
	for _, q := range []struct {
		what            string
		field           int
		low, high, none float64
		v               *float64
	}{
		{"dry bulb temperature", fieldDryBulb, -70, 70, 99.9, &w.Temperature},
		{"relative humidity", fieldHumidity, 0, 110, 999, &w.Humidity},
		{"global horizontal radiation", fieldSun, 0, 1500, 9999, &w.Sun},
	} {
		v, err := strconv.ParseFloat(strings.TrimSpace(f[q.field]), 64)
		switch {
		case err != nil:
			return fmt.Errorf("field %d, %s: %.20q is no number", q.field+1, q.what, f[q.field])
		case v == q.none && !math.IsNaN(*q.v):
			continue
		case !(v >= q.low && v <= q.high):
			return fmt.Errorf("field %d, %s: %g lies outside %g to %g", q.field+1, q.what, v, q.low, q.high)
		}
		*q.v = v
	}
	w.Humidity = min(w.Humidity, 100)
	return nil
}
