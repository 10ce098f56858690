package twin

import "time"

// How far a sample's time may be from the plant's before the clock that stamped
// it is not believed: a link delivers late, but nothing arrives before it was
// taken.
const (
	lateMost  = 6 * time.Minute
	aheadMost = time.Minute
)

// Restamp is a sample that has just arrived while the plant's time is now, with
// a time that can be believed: its own, or now when the clock of the gateway that
// stamped it is plainly wrong. A State that took in a time ahead would refuse all
// that comes until the plant's time has caught up with it.
func Restamp(s Sample, now time.Time) Sample {
	if now.Sub(s.At) > lateMost || s.At.Sub(now) > aheadMost {
		s.At = now
	}
	return s
}
