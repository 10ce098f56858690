package app

import (
	"context"
	"math"
	"slices"
	"time"

	"github.com/glasstwin/glasstwin/twin"
)

const (
	departTimes = 3.0              // robust standard deviations of the calm readings
	departLeast = 0.02             // of the readings' span, for those without noise
	departStays = 3 * time.Minute  // a door that is opened for a customer is no change
	departEarly = 20 * time.Minute // before the onset that a change is looked for: a cause comes before what it does
	calmLeast   = 4                // readings, to know a course
)

// Departed is when the readings of a signal left the course that they had before
// an onset, and stayed away; false when they did not.
func Departed(points []twin.Point, onset time.Time) (time.Time, bool) {
	var calm []float64
	low, high := math.Inf(1), math.Inf(-1)
	for _, p := range points {
		if math.IsNaN(p.Value) {
			continue
		}
		low, high = min(low, p.Value), max(high, p.Value)
		if p.At.Before(onset) {
			calm = append(calm, p.Value)
		}
	}
	if len(calm) < calmLeast {
		return time.Time{}, false
	}
	usual := median(calm)
	off := make([]float64, len(calm))
	for i, v := range calm {
		off[i] = math.Abs(v - usual)
	}
	const robust = 1.4826 // makes a median of distances a standard deviation, of normal noise
	most := max(departTimes*robust*median(off), departLeast*(high-low))
	var first, last time.Time
	for _, p := range points {
		switch {
		case p.At.Before(onset.Add(-departEarly)) || math.IsNaN(p.Value):
		case math.Abs(p.Value-usual) <= most:
			first = time.Time{}
		default:
			if first.IsZero() {
				first = p.At
			}
			if last = p.At; last.Sub(first) >= departStays {
				return first, true
			}
		}
	}
	return time.Time{}, false
}

func median(v []float64) float64 {
	s := slices.Clone(v)
	slices.Sort(s)
	return s[len(s)/2]
}

// Series are the courses of signals about an onset, as a case's evidence has
// them: now (zero at) or at a moment of the plant's time; of an onset that lies too
// far back for that, as they had them when it was last in sight.
func (s *Session) Series(ctx context.Context, signals []twin.SignalID, onset, at time.Time) ([]Curve, error) {
	of := Case{Situation: twin.Situation{Evidence: signals, Onset: onset}}
	looked := at
	if at.IsZero() {
		s.mu.Lock()
		looked = s.state.Now()
		s.mu.Unlock()
	}
	if last := onset.Add(twin.HistoryKept - chartSpan/4); !onset.IsZero() && looked.After(last) {
		at = last
	}
	if at.IsZero() {
		s.mu.Lock()
		defer s.mu.Unlock()
		return evidenceOf(s.state, of), nil
	}
	state := twin.NewState(s.Site())
	apply := func(x twin.Sample) error { state.Apply(x); return nil }
	if err := s.parts.Store.History(ctx, signals, at.Add(-twin.HistoryKept), at, apply); err != nil {
		return nil, err
	}
	state.Advance(at)
	return evidenceOf(state, of), nil
}
