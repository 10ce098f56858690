package twin

import (
	"math"
	"sort"
	"time"
)

// Quality tells how far a sample may be trusted. Only Good is live.
type Quality string

const (
	Good      Quality = "good"
	Uncertain Quality = "uncertain"
	Bad       Quality = "bad"     // the plant itself says so, or the value is not a number
	Stale     Quality = "stale"   // no news for longer than Signal.Expected, or the link is lost
	Missing   Quality = "missing" // never seen
)

// Sample is one value of one signal at one moment of the plant's time.
type Sample struct {
	Signal  SignalID
	At      time.Time // plant's time (source timestamp)
	Value   float64
	Vector  []float64 `json:",omitempty"` // of a Positions signal; Value is then the count
	Quality Quality
}

// Live tells whether the sample may be used as the present truth.
func (s Sample) Live() bool { return s.Quality == Good }

// State is the newest sample of every signal and what came shortly before. It
// is rebuilt from the journal for any moment by applying samples in order. Not
// safe for concurrent use.
type State struct {
	site    *Site
	keep    time.Duration
	signals map[SignalID]*track
	now     time.Time
	linked  bool
}

type track struct {
	signal  Signal
	samples []Sample // in order of At, none older than keep before the newest
}

// HistoryKept is how much of each signal a State holds for evidence and charts.
const HistoryKept = 90 * time.Minute // the longest evidence window, and as much again before it

// NewState returns the state of a site of which nothing is known yet.
func NewState(site *Site) *State {
	st := &State{site: site, keep: HistoryKept, signals: make(map[SignalID]*track, len(site.Signals)), linked: true}
	for _, g := range site.Signals {
		st.signals[g.ID] = &track{signal: g}
	}
	return st
}

// Apply takes in a sample and tells whether it was new: a sample of an unknown
// signal, or not later than the newest one of its signal, changes nothing (so
// duplicated and reordered deliveries are harmless). A value that is not a
// number is kept as Bad.
func (st *State) Apply(s Sample) bool {
	t, ok := st.signals[s.Signal]
	if !ok {
		return false
	}
	if n := len(t.samples); n > 0 && !s.At.After(t.samples[n-1].At) {
		return false
	}
	if math.IsNaN(s.Value) || math.IsInf(s.Value, 0) {
		s.Quality = Bad
	}
	t.samples = append(t.samples, s)
	if cut := s.At.Add(-st.keep); t.samples[0].At.Before(cut) && len(t.samples)%64 == 0 {
		i := 0
		for t.samples[i].At.Before(cut) {
			i++
		}
		t.samples = append(t.samples[:0:0], t.samples[i:]...)
	}
	if s.At.After(st.now) {
		st.now = s.At
	}
	return true
}

// Refit gives the state another site, as the one it has was changed: the samples
// of signals that both have are kept, unless the signal is of another kind or
// unit now.
func (st *State) Refit(site *Site) {
	signals := make(map[SignalID]*track, len(site.Signals))
	for _, g := range site.Signals {
		t, ok := st.signals[g.ID]
		if !ok || t.signal.Kind != g.Kind || t.signal.Unit != g.Unit {
			t = &track{}
		}
		t.signal = g
		signals[g.ID] = t
	}
	st.site, st.signals = site, signals
}

// Site is the site that the state is of.
func (st *State) Site() *Site { return st.site }

// Now is the latest moment of the plant that the state has heard of.
func (st *State) Now() time.Time { return st.now }

// Advance tells the state that the plant's time is at least now, so that what
// was not heard of since grows old. It never goes back.
func (st *State) Advance(now time.Time) {
	if now.After(st.now) {
		st.now = now
	}
}

// SetLinked marks the link to the plant as up or lost; while it is lost every
// sample reads as Stale.
func (st *State) SetLinked(up bool) { st.linked = up }

// Linked tells whether the link is up.
func (st *State) Linked() bool { return st.linked }

// Latest returns the newest sample of a signal, its quality lowered to Stale
// when it is older than the signal allows or the link is lost, and to Missing
// when there is none.
func (st *State) Latest(id SignalID) Sample {
	t, ok := st.signals[id]
	if !ok || len(t.samples) == 0 {
		return Sample{Signal: id, Quality: Missing, Value: math.NaN()}
	}
	s := t.samples[len(t.samples)-1]
	old := t.signal.Expected > 0 && st.now.Sub(s.At) > t.signal.Expected
	if (old || !st.linked) && s.Quality != Bad {
		s.Quality = Stale
	}
	return s
}

// Window returns the samples of a signal with from < At ≤ to, oldest first. The
// slice is the state's own and valid until the next Apply.
func (st *State) Window(id SignalID, from, to time.Time) []Sample {
	t, ok := st.signals[id]
	if !ok {
		return nil
	}
	lo := sort.Search(len(t.samples), func(i int) bool { return t.samples[i].At.After(from) })
	hi := sort.Search(len(t.samples), func(i int) bool { return t.samples[i].At.After(to) })
	if lo > hi {
		return nil
	}
	return t.samples[lo:hi]
}

// Age is how long before Now the newest sample of a signal was taken; false
// when there is none.
func (st *State) Age(id SignalID) (time.Duration, bool) {
	t, ok := st.signals[id]
	if !ok || len(t.samples) == 0 {
		return 0, false
	}
	return st.now.Sub(t.samples[len(t.samples)-1].At), true
}
