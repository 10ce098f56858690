package twin

import "math"

// Fix is where somebody was at a moment of a recording.
type Fix struct {
	T    float64 // seconds since the recording began; of an untimed one: the number of the fix
	X, Z float64 // metres, in the site's frame
}

// Trajectory is the way of one person, or of one cart, in order of time.
// The id means nothing beyond its recording.
type Trajectory struct {
	Person string
	Fixes  []Fix
}

// Length is that of the way, metres.
func (t Trajectory) Length() float64 {
	l := 0.0
	for i := range t.Fixes[min(1, len(t.Fixes)):] {
		l += math.Hypot(t.Fixes[i+1].X-t.Fixes[i].X, t.Fixes[i+1].Z-t.Fixes[i].Z)
	}
	return l
}

// Duration is the time from the first fix to the last, seconds.
func (t Trajectory) Duration() float64 {
	if len(t.Fixes) == 0 {
		return 0
	}
	return t.Fixes[len(t.Fixes)-1].T - t.Fixes[0].T
}

// At is where the person was at a moment, between two fixes on the straight line;
// false before the first and after the last.
func (t Trajectory) At(s float64) (x, z float64, ok bool) {
	n := len(t.Fixes)
	if n == 0 || s < t.Fixes[0].T || s > t.Fixes[n-1].T {
		return 0, 0, false
	}
	lo, hi := 0, n-1
	for hi-lo > 1 {
		if mid := (lo + hi) / 2; t.Fixes[mid].T <= s {
			lo = mid
		} else {
			hi = mid
		}
	}
	a, b := t.Fixes[lo], t.Fixes[hi]
	if b.T <= a.T {
		return a.X, a.Z, true
	}
	share := (s - a.T) / (b.T - a.T)
	return a.X + (b.X-a.X)*share, a.Z + (b.Z-a.Z)*share, true
}
