package diagnose

import (
	"math"
	"time"

	"github.com/glasstwin/glasstwin/twin"
)

// The clock of features. Everything is read on one grid, so that a plant that
// reports twice a second and one that reports every ten seconds give the same
// features.
const (
	grid     = 10 * time.Second
	Window   = 30 * time.Minute // evidence
	Baseline = 60 * time.Minute // the cabinet's own past before it: what a State keeps
	fresh    = 5 * time.Minute  // a thermometer that has not moved for longer is not believed: its last digit always flickers
)

// series is one signal on the grid, oldest first; NaN where nothing good is
// known.
type series []float64

// history is what was seen of the plant, and since when; zero: from the first
// sample on.
type history struct {
	state *twin.State
	since time.Time
}

// read holds each value until the next. A measured signal (held 0 = without
// limit) goes missing when there is no news for longer than held.
func (h history) read(id twin.SignalID, from, to time.Time, held time.Duration) series {
	n := int(to.Sub(from) / grid)
	out := make(series, n)
	samples := h.state.Window(id, time.Time{}, to)
	next, value := 0, math.NaN()
	var since time.Time
	for i := range out {
		at := from.Add(time.Duration(i+1) * grid)
		for next < len(samples) && !samples[next].At.After(at) {
			value, since = math.NaN(), samples[next].At
			if samples[next].Quality == twin.Good {
				value = samples[next].Value
			}
			next++
		}
		out[i] = value
		if held > 0 && at.Sub(since) > held || at.Before(h.since) {
			out[i] = math.NaN()
		}
	}
	return out
}

// least points that a mean is taken of: two minutes.
const pointsMin = 12

// fewMin are the least points of a mean over moments that are rare and each
// telling: half a minute.
const fewMin = 3

// mean of the points where use holds; NaN when too few are known.
func mean(s series, use func(i int) bool) float64 { return meanOf(s, use, pointsMin) }

// few is mean for moments that are rare and each telling.
func few(s series, use func(i int) bool) float64 { return meanOf(s, use, fewMin) }

func meanOf(s series, use func(i int) bool, least int) float64 {
	sum, n := 0.0, 0
	for i, v := range s {
		if use(i) && !math.IsNaN(v) {
			sum += v
			n++
		}
	}
	if n < least {
		return math.NaN()
	}
	return sum / float64(n)
}

// zip combines two series point by point.
func zip(a, b series, f func(x, y float64) float64) series {
	out := make(series, len(a))
	for i := range a {
		out[i] = f(a[i], b[i])
	}
	return out
}

func minus(a, b series) series { return zip(a, b, func(x, y float64) float64 { return x - y }) }

// slope is the least-squares rate of change in units per hour.
func slope(s series, use func(i int) bool) float64 {
	var n, sx, sy, sxx, sxy float64
	for i, v := range s {
		if use(i) && !math.IsNaN(v) {
			x := float64(i) * grid.Hours()
			n++
			sx += x
			sy += v
			sxx += x * x
			sxy += x * v
		}
	}
	if d := n*sxx - sx*sx; n >= pointsMin && d > 0 {
		return (n*sxy - sx*sy) / d
	}
	return math.NaN()
}

// stepRate is the mean change per hour between neighbouring points that both
// satisfy use.
func stepRate(s series, use func(i int) bool) float64 {
	sum, n := 0.0, 0
	for i := 1; i < len(s); i++ {
		if use(i) && use(i-1) && !math.IsNaN(s[i]) && !math.IsNaN(s[i-1]) {
			sum += s[i] - s[i-1]
			n++
		}
	}
	if n < pointsMin {
		return math.NaN()
	}
	return sum / float64(n) / grid.Hours()
}

// known counts the points that are known.
func (s series) known() int {
	n := 0
	for _, v := range s {
		if !math.IsNaN(v) {
			n++
		}
	}
	return n
}
