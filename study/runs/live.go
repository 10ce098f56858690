package runs

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/glasstwin/glasstwin/twin"
)

// History tells the samples of signals with from < At ≤ to, each signal's oldest
// first.
type History func(ctx context.Context, signals []twin.SignalID, from, to time.Time, fn func(twin.Sample) error) error

// heldMax is how far back the value is looked for that a signal has at the first
// reading: some are sent only when they change.
const heldMax = 8 * 24 * time.Hour

// silentTimes is how many times longer than ever while all was well a device must be
// silent, and more than holdMax readings, until it counts as lost: one whose values
// rest sends nothing.
const silentTimes = 3

// liveMax are the readings of a run at most.
const liveMax = 7 * 24 * 60

// Live is a run of a site that is watched, by the minute from one time to another,
// of which the stretch until well says what is usual: nothing befalls the site in
// it. Samples are sent when a value changes, so that a value stands until the next,
// or until nothing comes from its device. It has no truth and no seed.
func Live(ctx context.Context, site *twin.Site, from, to, well time.Time, history History) (*Run, error) {
	from, to = from.Truncate(time.Minute), to.Truncate(time.Minute)
	n := int(to.Sub(from)/time.Minute) + 1
	if n < 1 || n > liveMax {
		return nil, fmt.Errorf("make a run of the site's history: %d minutes; 1 to %d are made", n, liveMax)
	}
	r := &Run{Name: string(site.ID), Classes: map[string]string{}, values: map[string][]float64{}, came: map[string][]byte{}}
	for k := range n {
		r.At = append(r.At, from.Add(time.Duration(k)*time.Minute))
	}
	r.Well = min(n, r.Reading(well))
	for _, a := range site.Assets {
		r.Classes[string(a.ID)] = a.Class
	}
	anything := make([]bool, n)
	for _, a := range site.Assets {
		heard := make([]bool, n)
		var of []string
		for _, s := range site.Signals {
			if s.Asset != a.ID || s.Kind == twin.Positions {
				continue
			}
			v, m, err := stood(ctx, history, s.ID, r.At)
			if err != nil {
				return nil, fmt.Errorf("make a run of the site's history: %w", err)
			}
			for k := range m {
				heard[k] = heard[k] || m[k] != Nothing
			}
			r.values[string(s.ID)], r.came[string(s.ID)] = v, m
			of = append(of, string(s.ID))
		}
		silent, longest := 0, 0
		for k := range heard {
			if silent++; heard[k] {
				silent, anything[k] = 0, true
			}
			if k < r.Well {
				longest = max(longest, silent)
				continue
			}
			if silent > max(holdMax, silentTimes*longest) {
				for _, id := range of {
					r.values[id][k] = math.NaN()
				}
			}
		}
	}
	for _, some := range anything[:r.Well] {
		if some {
			r.Seen++
		}
	}
	return r, nil
}

// seenLeast are the readings that say what is usual, at least.
const seenLeast = 10

// ErrShort says that too little is known of how the site was before.
var ErrShort = fmt.Errorf("fewer than %d minutes of readings say what is usual", seenLeast)

// Enough tells whether a run says what is usual.
func (r *Run) Enough() error {
	if r.Seen < seenLeast {
		return fmt.Errorf("%s has %d readings from when all was well: %w", r.Name, r.Seen, ErrShort)
	}
	return nil
}

// LastHeard is the last reading at which anything is known of a device; the run's last
// where nothing ever is.
func (r *Run) LastHeard(device string) time.Time {
	for k := len(r.At) - 1; k >= 0; k-- {
		for id, v := range r.values {
			if strings.HasPrefix(id, device+"/") && !math.IsNaN(v[k]) {
				return r.At[k]
			}
		}
	}
	return r.At[len(r.At)-1]
}

// stood tells the value of a signal at each reading, and what came in the minute
// before.
func stood(ctx context.Context, history History, id twin.SignalID, at []time.Time) ([]float64, []byte, error) {
	v, came := make([]float64, len(at)), make([]byte, len(at))
	last, k := math.NaN(), 0
	until := func(end int) {
		for ; k < end; k++ {
			v[k] = last
		}
	}
	first := at[0]
	take := func(x twin.Sample) error {
		i, _ := slices.BinarySearchFunc(at, x.At, func(a, b time.Time) int { return a.Compare(b) })
		if i = min(i, len(at)); i < k { // it was sent late: a newer one is known
			return nil
		}
		until(i)
		good := x.Quality == twin.Good || x.Quality == twin.Uncertain
		if last = math.NaN(); good {
			last = x.Value
		}
		if i < len(at) && x.At.After(first.Add(-time.Minute)) {
			if came[i] = Bad; good {
				came[i] = Good
			}
		}
		return nil
	}
	ids := []twin.SignalID{id}
	seen := false
	mark := func(x twin.Sample) error { seen = true; return take(x) }
	from := at[0].Add(-twin.HistoryKept)
	if err := history(ctx, ids, from, at[len(at)-1], mark); err != nil {
		return nil, nil, err
	}
	if began := v[0]; !seen || k > 0 && math.IsNaN(began) { // it stands since long
		older := math.NaN()
		err := history(ctx, ids, at[0].Add(-heldMax), from, func(x twin.Sample) error {
			if older = math.NaN(); x.Quality == twin.Good || x.Quality == twin.Uncertain {
				older = x.Value
			}
			return nil
		})
		if err != nil {
			return nil, nil, err
		}
		for i := range v {
			if i >= k || came[i] != Nothing {
				break
			}
			v[i] = older
		}
		if !seen {
			last = older
		}
	}
	until(len(at))
	return v, came, nil
}

// Before the onset of what befalls a device, and before it is asked about: what is
// looked at of a site that is watched.
const (
	askedBefore = 65 * time.Minute
	askedBack   = 90 * time.Minute
	askedSure   = 5 * time.Minute // before the onset: how exactly that is known
)

// Asked tells what part of a site's history is looked at for something that began at
// an onset and is asked about at a time: from when, and until when all was well.
func Asked(onset, at time.Time) (from, well time.Time) {
	from = onset.Add(-askedBefore)
	if back := at.Add(-askedBack); back.Before(from) {
		from = back
	}
	return from, onset.Add(-askedSure)
}

// Asked is what a site that is watched would show of this run when it is asked about
// something that began at an onset, if it had been watched since a time: what was
// before counts as not there.
func (r *Run) Asked(onset, at, since time.Time) *Run {
	from, well := Asked(onset, at)
	step := time.Minute
	if len(r.At) > 1 {
		step = r.At[1].Sub(r.At[0])
	}
	out := *r
	out.At, out.values, out.came = nil, make(map[string][]float64, len(r.values)), make(map[string][]byte, len(r.came))
	first := r.At[0]
	ahead := 0 // readings before the run's first
	if from.Before(first) {
		ahead = int((first.Sub(from) + step - 1) / step)
	}
	lo, hi := r.Reading(from), min(r.Reading(at)+1, len(r.At))
	for k := ahead; k > 0; k-- {
		out.At = append(out.At, first.Add(-time.Duration(k)*step))
	}
	out.At = append(out.At, r.At[lo:hi]...)
	out.Well = max(0, out.Reading(well))
	hidden := max(out.Reading(since), ahead)
	out.Seen = max(0, out.Well-hidden)
	for id, v := range r.values {
		cut := append(make([]float64, ahead), v[lo:hi]...)
		for k := range hidden {
			cut[k] = math.NaN()
		}
		came := append(make([]byte, ahead), r.came[id][lo:hi]...)
		clear(came[:hidden])
		out.values[id], out.came[id] = cut, came
	}
	return &out
}
