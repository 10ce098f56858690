package twin

import (
	"math"
	"time"
)

// People is what the site keeps to with where people are. Positions is the only
// kind of signal that tells of them.
type People struct {
	Retention time.Duration // how long positions are kept; 0: as PeopleDefault, Forever: never deleted
	K         int           // fewest people that a told figure stands for; 0: as PeopleDefault, 1: every figure is told
}

// Forever is a retention after which nothing is deleted.
const Forever = time.Duration(math.MaxInt64)

// PeopleDefault keeps positions for a month, in which a week can be compared with
// the one before, and tells nothing of fewer than five people.
var PeopleDefault = People{Retention: 30 * 24 * time.Hour, K: 5}

// PeopleRules are the site's, with the defaults filled in.
func (s *Site) PeopleRules() People {
	p := PeopleDefault
	if s.People == nil {
		return p
	}
	if s.People.Retention > 0 {
		p.Retention = s.People.Retention
	}
	if s.People.K > 0 {
		p.K = s.People.K
	}
	return p
}

// PositionsMax is how many people one sensor tells of at once, at most.
const PositionsMax = 2048

// PositionSignals are the signals that tell where people are.
func (s *Site) PositionSignals() []SignalID {
	var out []SignalID
	for _, g := range s.Signals {
		if g.Kind == Positions {
			out = append(out, g.ID)
		}
	}
	return out
}

// PositionsNote is the body of PositionsDeleted.
type PositionsNote struct {
	Why      string    // "retention"
	Limit    time.Time // what is older was deleted, plant's time
	Samples  int       // how many were, none of which is left
	From, To time.Time // the oldest and the newest of them
	Signals  []SignalID
}
