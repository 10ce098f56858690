package operate

import (
	"math"
	"time"

	"github.com/glasstwin/glasstwin/twin"
)

const (
	pairsMin     = 20    // minutes followed by a minute, to identify how a signal strays
	forgetsLeast = 0.999 // of where it is, that is left a minute later at most: what never comes back is not told from what does so in hours
	straysWithin = 2     // standard deviations that its bounds stand for: 95 %
)

// byItself rolls a signal forward that nothing is known to disturb: an
// autoregression of first order (Box and Jenkins, Time Series Analysis, ch. 5),
// identified from its minutes that are kept, says how fast it forgets where it is
// and how far it strays meanwhile. Of what was seen for too short a time it is told
// that it stays within what was seen.
func (o *Operator) byItself(id twin.SignalID, now time.Time, within time.Duration) []twin.Point {
	g, _ := o.site.Signal(id)
	is := o.state.Latest(id).Value
	if math.IsNaN(is) {
		is = 0 // of a signal that is lost: nothing is read from it
	}
	x := o.blocks(&vigil{}, id, now.Add(-twin.HistoryKept), now, time.Minute)
	if len(x) > 0 {
		is = x[len(x)-1].mean
	}
	habit, known := identify(x)
	span := span{is, is}
	for _, b := range x {
		span.low, span.high = min(span.low, b.mean), max(span.high, b.mean)
	}
	out := make([]twin.Point, pointsAhead)
	for i := range out {
		ahead := within * time.Duration(i) / (pointsAhead - 1)
		p := twin.Point{At: now.Add(ahead), Value: is, Low: is, High: is}
		switch {
		case known:
			p.Value, p.Low, p.High = habit.after(is, ahead)
		case i > 0:
			p.Low, p.High = span.low, span.high
		}
		p.Value, p.Low, p.High = g.Within(p.Value), g.Within(p.Low), g.Within(p.High)
		out[i] = p
	}
	return out
}

// habit is how a signal goes on by itself: back to a mean, of which it keeps some of
// its distance a minute, and is thrown off meanwhile.
type habit struct {
	mean   float64
	keeps  float64 // share of the distance that is left after a minute, 0 to forgetsLeast
	thrown float64 // standard deviation, a minute
	doubt  float64 // standard error of the mean
}

// identify finds the habit of a signal from means over minutes, oldest first; false
// where too few of them follow one another.
func identify(x []block) (habit, bool) {
	var h habit
	for _, b := range x {
		h.mean += b.mean / float64(len(x))
	}
	pairs := 0
	var together, alone float64
	each := func(fn func(a, b float64)) {
		for i := 1; i < len(x); i++ {
			if x[i].at.Sub(x[i-1].at) == time.Minute {
				fn(x[i-1].mean-h.mean, x[i].mean-h.mean)
			}
		}
	}
	each(func(a, b float64) { pairs++; together += a * b; alone += a * a })
	if pairs < pairsMin {
		return habit{}, false
	}
	n := float64(pairs)
	if alone > 0 {
		r := together / alone
		h.keeps = min(max(r+(1+3*r)/n, 0), forgetsLeast) // a short series looks as if it forgot faster (Kendall 1954)
	}
	var square float64
	each(func(a, b float64) { square += (b - h.keeps*a) * (b - h.keeps*a) })
	h.thrown = math.Sqrt(square / (n - 2))
	h.doubt = h.thrown / (1 - h.keeps) / math.Sqrt(n)
	return h, true
}

// after is where a signal is some time after it was somewhere, with its bounds.
func (h habit) after(is float64, ahead time.Duration) (value, low, high float64) {
	left := math.Pow(h.keeps, ahead.Minutes())
	value = h.mean + left*(is-h.mean)
	off := straysWithin * math.Hypot(h.thrown*math.Sqrt((1-left*left)/(1-h.keeps*h.keeps)), h.doubt*(1-left))
	return value, value - off, value + off
}
