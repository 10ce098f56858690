package phrase

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/glasstwin/glasstwin/twin"
)

// Quantity is a value with its unit, in as many digits as a person needs.
func (s *Speaker) Quantity(value float64, unit string) string {
	if math.IsNaN(value) || math.IsInf(value, 0) {
		return s.Say("value.unknown")
	}
	if unit == "W" && math.Abs(value) >= 10000 {
		value, unit = value/1000, "kW"
	}
	text := Number(value)
	if unit == "" {
		return text
	}
	if word, ok := s.texts["unit."+unit]; ok {
		unit = word
	}
	return text + " " + unit // narrow no-break space, SI brochure 5.4.3
}

// Number is a value in three or so significant digits, with a true minus; a dash
// for what is no number.
func Number(value float64) string {
	if math.IsNaN(value) || math.IsInf(value, 0) {
		return "–"
	}
	if math.Abs(value) >= 1e7 {
		return strings.Replace(strconv.FormatFloat(value, 'g', 3, 64), "-", "−", 1)
	}
	digits := 1
	switch a := math.Abs(value); {
	case a >= 100 || value == math.Trunc(value) && a >= 10:
		digits = 0
	case a < 1 && a > 0:
		digits = 2
	}
	text := strconv.FormatFloat(value, 'f', digits, 64)
	if strings.Trim(text, "-0.") == "" {
		return strings.TrimPrefix(text, "-")
	}
	return strings.Replace(text, "-", "−", 1)
}

// Reading is a sample as a person reads it; a switch reads as on or off.
func (s *Speaker) Reading(g twin.Signal, x twin.Sample) string {
	switch {
	case x.Quality == twin.Missing || math.IsNaN(x.Value):
		return s.Say("value.unknown")
	case g.Kind == twin.Boolean && x.Value != 0:
		return s.Say("value.on")
	case g.Kind == twin.Boolean:
		return s.Say("value.off")
	case g.Kind == twin.Positions:
		return s.Say("value.people", "n", strconv.Itoa(len(x.Vector)/2))
	}
	if g.Kind == twin.Enum {
		return s.choice(g, x.Value)
	}
	return s.Quantity(x.Value, g.Unit)
}

// choice names a value of an enumeration, or gives its number.
func (s *Speaker) choice(g twin.Signal, value float64) string {
	number := strconv.FormatFloat(value, 'f', -1, 64)
	if text, ok := s.texts["value."+g.Name+"."+number]; ok {
		return text
	}
	return number
}

// Percent is a share as whole percent; never 100 % unless it is all nor 0 % unless
// it is none, and a dash for what is no share.
func Percent(share float64) string {
	if math.IsNaN(share) || math.Abs(share) > 1e7 {
		return "–"
	}
	p := math.Round(share * 100)
	switch {
	case p >= 100 && share < 1:
		p = 99
	case p == 0 && share > 0:
		return "< 1 %"
	}
	return strconv.Itoa(int(p)) + " %"
}

// Clock is the time of day at the site.
func Clock(at time.Time, zone *time.Location) string {
	if at.IsZero() {
		return "–"
	}
	return at.In(zone).Format("15:04:05")
}

// Span is a duration in its two largest units.
func (s *Speaker) Span(d time.Duration) string {
	d = d.Round(time.Second)
	h, m, sec := int(d.Hours()), int(d.Minutes())%60, int(d.Seconds())%60
	switch {
	case h > 0 && m == 0:
		return s.Say("span.hours.whole", "h", strconv.Itoa(h))
	case h > 0:
		return s.Say("span.hours", "h", strconv.Itoa(h), "m", strconv.Itoa(m))
	case m > 0 && sec == 0:
		return s.Say("span.minutes.whole", "m", strconv.Itoa(m))
	case m > 0:
		return s.Say("span.minutes", "m", strconv.Itoa(m), "s", strconv.Itoa(sec))
	}
	return s.Say("span.seconds", "s", strconv.Itoa(sec))
}
