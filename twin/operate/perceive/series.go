package perceive

import "math"

// window is the minutes from b ago to a ago: window(0, 5) is the last five.
func (s series) window(a, b int) series {
	n := len(s)
	return s[max(0, n-b):max(0, n-a)]
}

// mean over the minutes from b to a ago; NaN when less than a quarter is known.
func (s series) mean(a, b int) float64 {
	sum, n := 0.0, 0
	for _, v := range s.window(a, b) {
		if v == v {
			sum += v
			n++
		}
	}
	if n == 0 || 4*n < min(b-a, 24) {
		return math.NaN()
	}
	return sum / float64(n)
}

// few is mean for what is rare and each telling: one minute is enough.
func (s series) few(a, b int) float64 {
	sum, n := 0.0, 0
	for _, v := range s.window(a, b) {
		if v == v {
			sum += v
			n++
		}
	}
	if n == 0 {
		return math.NaN()
	}
	return sum / float64(n)
}

// past is what was usual: the mean of all that is kept from an hour ago on, or,
// of a twin that was switched on lately, of its first minutes.
func (s series) past() float64 {
	if len(s) < 75 {
		n := len(s) / 2
		return s[:n].mean(0, max(n, 1))
	}
	return s.mean(60, kept)
}

func (s series) now() float64 {
	if len(s) == 0 {
		return math.NaN()
	}
	return s[len(s)-1]
}

// changed tells whether two known values of the last minutes differ.
func (s series) changed(b int) bool {
	first := math.NaN()
	for _, v := range s.window(0, b) {
		switch {
		case v != v:
		case first != first:
			first = v
		case v != first:
			return true
		}
	}
	return false
}

// known is the share of the last minutes that is known.
func (s series) known(b int) float64 {
	w := s.window(0, b)
	if len(w) == 0 {
		return 0
	}
	n := 0
	for _, v := range w {
		if v == v {
			n++
		}
	}
	return float64(n) / float64(len(w))
}

// share of the known last minutes in which the value is above a bound.
func (s series) share(b int, above float64) float64 {
	k, n := 0, 0
	for _, v := range s.window(0, b) {
		if v == v {
			n++
			if v > above {
				k++
			}
		}
	}
	if n == 0 {
		return math.NaN()
	}
	return float64(k) / float64(n)
}

// lasting is for how many minutes the value has been above a bound without a
// break, at most b. What is not known breaks nothing.
func (s series) lasting(b int, above float64) float64 {
	n := 0
	w := s.window(0, b)
	for i := len(w) - 1; i >= 0; i-- {
		if w[i] <= above {
			break
		}
		n++
	}
	return float64(n)
}

func (s series) extremes(b int) (low, high float64) {
	low, high = math.NaN(), math.NaN()
	for _, v := range s.window(0, b) {
		if v == v {
			if !(low <= v) {
				low = v
			}
			if !(high >= v) {
				high = v
			}
		}
	}
	return low, high
}

func (s series) span(b int) float64 {
	low, high := s.extremes(b)
	return high - low
}

// spread is the standard deviation over the last minutes.
func (s series) spread(b int) float64 {
	var n, sum, square float64
	for _, v := range s.window(0, b) {
		if v == v {
			n++
			sum += v
			square += v * v
		}
	}
	if n < 4 {
		return math.NaN()
	}
	return math.Sqrt(max(0, square/n-sum*sum/(n*n)))
}

// flicker is the mean size of a minute's change over the last minutes: of a value
// that a probe measures and that nothing moves, its noise.
func (s series) flicker(b int) float64 {
	w := s.window(0, b)
	sum, n := 0.0, 0
	for i := 1; i < len(w); i++ {
		if d := w[i] - w[i-1]; d == d {
			sum += math.Abs(d)
			n++
		}
	}
	if n < 3 {
		return math.NaN()
	}
	return sum / float64(n)
}

// slope is the least-squares rate over the last minutes, in units an hour.
func (s series) slope(b int) float64 {
	var n, sx, sy, sxx, sxy float64
	for i, v := range s.window(0, b) {
		if v == v {
			x := float64(i) / 60
			n++
			sx += x
			sy += v
			sxx += x * x
			sxy += x * v
		}
	}
	if d := n*sxx - sx*sx; n >= 4 && d > 0 {
		return (n*sxy - sx*sy) / d
	}
	return math.NaN()
}

// rate is the mean change an hour between neighbouring minutes that are both in
// when.
func (s series) rate(b int, when series) float64 {
	w, u := s.window(0, b), when.window(0, b)
	if len(w) != len(u) {
		return math.NaN()
	}
	sum, n := 0.0, 0
	for i := 1; i < len(w); i++ {
		if u[i] > 0.5 && u[i-1] > 0.5 {
			if d := w[i] - w[i-1]; d == d {
				sum += d
				n++
			}
		}
	}
	if n < 2 {
		return math.NaN()
	}
	return 60 * sum / float64(n)
}

// goes is the correlation of two signals over the last minutes.
func (s series) goes(b int, with series) float64 {
	w, u := s.window(0, b), with.window(0, b)
	if len(w) != len(u) {
		return math.NaN()
	}
	var n, sx, sy, sxx, syy, sxy float64
	for i := range w {
		if x, y := w[i], u[i]; x == x && y == y {
			n++
			sx += x
			sy += y
			sxx += x * x
			syy += y * y
			sxy += x * y
		}
	}
	vx, vy := n*sxx-sx*sx, n*syy-sy*sy
	if n < 6 || vx <= 1e-9 || vy <= 1e-9 {
		return math.NaN()
	}
	return (n*sxy - sx*sy) / math.Sqrt(vx*vy)
}

// step is the largest change of a mean over ten minutes to that of the ten before,
// over the last b minutes, and how many minutes ago it was.
func (s series) step(b int) (size, ago float64) {
	size, ago = math.NaN(), math.NaN()
	for end := 0; end+20 <= min(b, len(s)); end += 5 {
		d := s.mean(end, end+10) - s.mean(end+10, end+20)
		if d == d && !(math.Abs(d) <= math.Abs(size)) {
			size, ago = d, float64(end+10)
		}
	}
	return size, ago
}

// jolt is the largest change of a mean over three minutes to that of the three
// before, over the last b minutes, and how many minutes ago it was: a reading that
// jumps is soon led back by what it controls, one that creeps never jumps.
func (s series) jolt(b int) (size, ago float64) {
	size, ago = math.NaN(), math.NaN()
	for end := 0; end+6 <= min(b, len(s)); end++ {
		d := s.few(end, end+3) - s.few(end+3, end+6)
		if d == d && !(math.Abs(d) <= math.Abs(size)) {
			size, ago = d, float64(end+3)
		}
	}
	return size, ago
}

// old is the mean of the oldest hour that is kept: what has crept for two hours is
// in past too, and hardly in this.
func (s series) old() float64 {
	if len(s) < 120 {
		return s.past()
	}
	return s[:60].mean(0, 60)
}

// zip combines two signals minute by minute; their ends are the same minute.
func zip(a, b series, f func(x, y float64) float64) series {
	n := min(len(a), len(b))
	a, b = a[len(a)-n:], b[len(b)-n:]
	out := make(series, n)
	for i := range out {
		out[i] = f(a[i], b[i])
	}
	return out
}

func minus(a, b series) series {
	n := min(len(a), len(b))
	a, b = a[len(a)-n:], b[len(b)-n:]
	out := make(series, n)
	for i := range out {
		out[i] = a[i] - b[i]
	}
	return out
}

// where keeps a signal in the minutes that are in when.
func where(s, when series) series {
	n := min(len(s), len(when))
	s, when = s[len(s)-n:], when[len(when)-n:]
	out := make(series, n)
	for i := range out {
		if when[i] > 0.5 {
			out[i] = s[i]
		} else {
			out[i] = math.NaN()
		}
	}
	return out
}

// both is 1 in the minutes that are in a and b.
func both(a, b series) series {
	return zip(a, b, func(x, y float64) float64 {
		if x > 0.5 && y > 0.5 {
			return 1
		}
		return 0
	})
}

// settled is 1 in the minutes in which a switch has been on for two readings.
func settled(on series) series {
	out := make(series, len(on))
	for i := 1; i < len(on); i++ {
		if on[i] > 0.5 && on[i-1] > 0.5 {
			out[i] = 1
		}
	}
	return out
}

func not(on series) series {
	out := make(series, len(on))
	for i, v := range on {
		if v < 0.5 {
			out[i] = 1
		}
	}
	return out
}

// calmAfter is 1 in the minutes in which something was not for at least so long.
// Where it is not known whether it was, it may have been, and in the minute before it
// was first seen: readings of the same minute come one late and the other not.
func calmAfter(event series, minutes int) series {
	out := make(series, len(event))
	left := 0
	for i, v := range event {
		if v > 0.5 {
			if left = minutes; i > 0 {
				out[i-1] = 0
			}
		}
		switch {
		case left > 0:
			left--
		case v == v:
			out[i] = 1
		}
	}
	return out
}

// ratio of two numbers, NaN when the second is next to nothing.
func ratio(a, b float64) float64 {
	if math.Abs(b) < 1e-6 {
		return math.NaN()
	}
	return a / b
}

// rise tells how long a signal took from a quarter to three quarters of what it is
// off its past now, and how long ago it passed the quarter: what is biased jumps,
// what drifts takes hours.
func (s series) rise(b int) (took, ago float64) {
	past := s.past()
	top := s.mean(0, 15) - past
	if top != top || math.Abs(top) < 0.3 {
		return math.NaN(), math.NaN()
	}
	quarter, three := math.NaN(), math.NaN()
	for at := 0; at+10 <= min(b, len(s)); at += 3 {
		v := s.few(at, at+10) - past
		if v != v {
			continue
		}
		if three != three && v/top < 0.75 {
			three = float64(at)
		}
		if v/top < 0.25 {
			quarter = float64(at)
			break
		}
	}
	return quarter - three, quarter
}
