package sales

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/glasstwin/glasstwin/study/sheet"
	"github.com/glasstwin/glasstwin/xai/forecast"
)

const (
	daysMax = 20 * 366
	ahead   = 60 // days that the calendar is known beyond the data
)

// days are sums by day, a day without a line being closed.
type days struct {
	first         time.Time
	sales, visits forecast.Series
	noise         struct{ sales, visits []float64 } // variance of a day if its baskets come by chance
}

func read(dir string) (*days, error) {
	files, err := filepath.Glob(filepath.Join(dir, pattern))
	if err != nil || len(files) == 0 {
		return nil, fmt.Errorf("%s holds no file %s: %w", dir, pattern, os.ErrNotExist)
	}
	slices.Sort(files)
	type day struct {
		sum    float64
		basket map[string]float64
	}
	all := map[time.Time]*day{}
	for _, file := range files {
		s, err := sheet.Open(file)
		if err != nil {
			return nil, err
		}
		at, err := s.Texts("transaction_timestamp")
		if err != nil {
			return nil, err
		}
		value, err := s.Numbers("sales_value")
		if err != nil {
			return nil, err
		}
		basket, err := s.Texts("basket_id")
		if err != nil {
			return nil, err
		}
		for i, text := range at {
			key, err := time.Parse(time.DateOnly, text[:min(len(text), len(time.DateOnly))]) // lines stand in no order
			if err != nil {
				return nil, fmt.Errorf("%s, row %d: %q is no time like 2017-01-28 14:06:53", file, i+1, text)
			}
			if math.IsNaN(value[i]) {
				continue
			}
			if all[key] == nil {
				all[key] = &day{basket: map[string]float64{}}
			}
			all[key].sum += value[i]
			all[key].basket[basket[i]] += value[i]
		}
	}
	var first, last time.Time
	for t := range all {
		if first.IsZero() || t.Before(first) {
			first = t
		}
		if t.After(last) {
			last = t
		}
	}
	n := int(last.Sub(first)/(24*time.Hour)) + 1
	if len(all) == 0 || n > daysMax {
		return nil, fmt.Errorf("%s holds %d days, 1 to %d are allowed", dir, n, daysMax)
	}
	d := &days{first: first}
	for i := range n {
		of := all[first.AddDate(0, 0, i)]
		sum, visits, squares := math.NaN(), math.NaN(), 0.0
		if of != nil {
			sum, visits = max(0, of.sum), float64(len(of.basket))
			baskets := make([]float64, 0, len(of.basket)) // summed in one order, so that the sum is one
			for _, v := range of.basket {
				baskets = append(baskets, v*v)
			}
			slices.Sort(baskets)
			for _, v := range baskets {
				squares += v
			}
		}
		d.sales.Values, d.visits.Values = append(d.sales.Values, sum), append(d.visits.Values, visits)
		d.noise.sales, d.noise.visits = append(d.noise.sales, squares), append(d.noise.visits, math.Max(0, visits))
	}
	d.sales.Known = known(first, n+ahead)
	d.visits.Known = d.sales.Known
	return d, nil
}

// known is the calendar: holidays of the United States, told together, since each
// comes once a year.
func known(first time.Time, n int) []forecast.Known {
	holiday := forecast.Known{Name: "holiday"}
	before := forecast.Known{Name: "days to a feast"} // that people shop for: 1 to 3, else 4
	for i := range n {
		t := first.AddDate(0, 0, i)
		is, to := 0.0, 4.0
		if feast(t) {
			is = 1
		}
		for k := 1; k <= 3; k++ {
			if feast(t.AddDate(0, 0, k)) {
				to = float64(k)
				break
			}
		}
		holiday.Values, before.Values = append(holiday.Values, is), append(before.Values, to)
	}
	return []forecast.Known{holiday, before}
}

// feast tells New Year, Easter, Memorial Day, Independence Day, Labor Day,
// Thanksgiving and Christmas.
func feast(t time.Time) bool {
	switch day, month := t.Day(), t.Month(); {
	case month == time.January && day == 1, month == time.July && day == 4, month == time.December && day == 25:
		return true
	case month == time.May && t.Weekday() == time.Monday && day > 24, month == time.September && t.Weekday() == time.Monday && day <= 7:
		return true
	case month == time.November && t.Weekday() == time.Thursday && day > 21 && day <= 28:
		return true
	}
	return t.Equal(easter(t.Year()))
}

// easter of the Gregorian calendar (Meeus 1991, chapter 8).
func easter(year int) time.Time {
	a, b, c := year%19, year/100, year%100
	d, e := b/4, b%4
	g := (8*b + 13) / 25
	h := (19*a + b - d - g + 15) % 30
	i, k := c/4, c%4
	l := (32 + 2*e + 2*i - h - k) % 7
	m := (a + 11*h + 19*l) / 433
	month := (h + l - 7*m + 90) / 25
	day := (h + l - 7*m + 33*month + 19) % 32
	return time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
}
