package operate

import (
	"math"
	"time"

	"github.com/glasstwin/glasstwin/twin"
)

const (
	blockLength = 5 * time.Minute  // of the means that a cabinet's normal course is told by: a compressor cycle, roughly
	holdMax     = 3 * time.Minute  // that a value is taken to stand when no newer one comes and the signal does not say how often one should
	blocksMin   = 3                // of normal operation, to speak of a normal course
	coverMin    = 0.7              // of a window that must be covered by samples to speak of its mean
	lookBefore  = 10 * time.Minute // before a window, for the value that stands at its beginning
)

// hold is how long a value of a signal stands for the present.
func (o *Operator) hold(id twin.SignalID) time.Duration {
	if g, ok := o.site.Signal(id); ok && g.Expected > 0 {
		return max(g.Expected, holdMax)
	}
	return holdMax
}

// average is the time-weighted mean of a signal over a window, and the share of
// the window that good samples cover: a value stands until the next one, but
// not longer than hold.
func average(st *twin.State, id twin.SignalID, from, to time.Time, hold time.Duration) (mean, cover float64) {
	var area, covered float64
	samples := st.Window(id, from.Add(-lookBefore), to)
	for i, s := range samples {
		if s.Quality != twin.Good {
			continue
		}
		begin, end := s.At, s.At.Add(hold)
		if i+1 < len(samples) && samples[i+1].At.Before(end) {
			end = samples[i+1].At
		}
		if begin.Before(from) {
			begin = from
		}
		if end.After(to) {
			end = to
		}
		if d := end.Sub(begin).Seconds(); d > 0 {
			area += d * s.Value
			covered += d
		}
	}
	if covered == 0 {
		return math.NaN(), 0
	}
	return area / covered, covered / to.Sub(from).Seconds()
}

// block is the mean of a signal over a short stretch of normal running.
type block struct {
	at   time.Time // its middle
	mean float64
}

// blocks cuts a window into means, leaving out what a defrost disturbs and what
// samples don't cover.
func (o *Operator) blocks(v *vigil, id twin.SignalID, from, to time.Time, length time.Duration) []block {
	var out []block
	for at := from; !at.Add(length).After(to); at = at.Add(length) {
		end := at.Add(length)
		if o.disturbed(v, at, end) {
			continue
		}
		if mean, cover := average(o.state, id, at, end, o.hold(id)); cover >= coverMin {
			out = append(out, block{at.Add(length / 2), mean})
		}
	}
	return out
}

// disturbed tells whether a defrost ran in the window or in the recovery time
// before it.
func (o *Operator) disturbed(v *vigil, from, to time.Time) bool {
	if v.defrost == "" {
		return false
	}
	samples := o.state.Window(v.defrost, time.Time{}, to)
	since := from.Add(-o.watch.Recovery)
	for i := len(samples) - 1; i >= 0; i-- {
		if samples[i].Value > 0.5 {
			return true
		}
		if samples[i].At.Before(since) {
			return false // it stood at zero since before the window
		}
	}
	return false
}

// course is what is normal for a signal of a cabinet.
type course struct{ mean, spread float64 }

// normal tells the course of a signal over a time that is held to be healthy.
func (o *Operator) normal(v *vigil, id twin.SignalID, from, to time.Time) (course, bool) {
	b := o.blocks(v, id, from, to, blockLength)
	if len(b) < blocksMin {
		return course{}, false
	}
	var sum, square float64
	for _, x := range b {
		sum += x.mean
	}
	mean := sum / float64(len(b))
	for _, x := range b {
		square += (x.mean - mean) * (x.mean - mean)
	}
	spread := math.Sqrt(square / float64(len(b)-1))
	return course{mean, max(spread, spreadFloor+spreadShare*math.Abs(mean))}, true
}

// A spread from a handful of means is never taken to be smaller than what the
// instruments of a cabinet resolve.
const (
	spreadFloor = 0.15
	spreadShare = 0.01
)

// onset dates the beginning of a change of a signal back from now: the moment
// after which its mean left its earlier level for good, found as the extreme of
// the cumulative sum (Page 1954).
func (o *Operator) onset(v *vigil, id twin.SignalID, now time.Time) time.Time {
	b := o.blocks(v, id, now.Add(-onsetMax), now, time.Minute)
	if len(b) < 2*blocksMin {
		return now
	}
	var mean float64
	for _, x := range b {
		mean += x.mean / float64(len(b))
	}
	sum, extreme, at := 0.0, 0.0, len(b)-1
	for i, x := range b[:len(b)-1] {
		sum += x.mean - mean
		if math.Abs(sum) > math.Abs(extreme) {
			extreme, at = sum, i
		}
	}
	return b[at].at.Add(30 * time.Second) // the end of that minute
}

// onsetMax is how far back an onset is looked for: the rest of what a State
// keeps must remain to tell what was normal.
const onsetMax = 60 * time.Minute
