// Package trail makes ways of live positions, which carry no ids: who is who from
// one sample to the next is told by who is nearest to where each would be by then.
// Nobody is followed over a silence nor over the site's midnight, and the ids are
// those of that day alone. It must never tell a person from a sensor. Start reading
// at Ways.
package trail

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/flow/pseudonym"
)

// Limits of following.
const (
	Fastest = 3.0             // m/s beyond which two positions are not one person's
	Silence = 5 * time.Second // between samples beyond which nobody is followed
	jitter  = 0.3             // m that a sensor may be off
)

// Follower follows people through the samples of one signal, oldest first.
type Follower struct {
	days    *pseudonym.Days
	last    time.Time
	now     []walker
	counted int
	began   time.Time
	out     []twin.Trajectory
	Fixes   int
}

// walker is somebody who was there in the last sample.
type walker struct {
	way int // of out
	at  geom.Vec2
	v   geom.Vec2 // m/s
}

// New follows from a moment on, which is T = 0 of the ways.
func New(began time.Time, zone *time.Location) *Follower {
	return &Follower{days: pseudonym.NewDays(zone), began: began}
}

// Take takes the next sample of positions. One that is not later than the last, or
// that is no evidence, is left out.
func (f *Follower) Take(x twin.Sample) {
	gap := x.At.Sub(f.last)
	if !f.last.IsZero() && gap <= 0 || x.Quality == twin.Bad || x.Quality == twin.Missing || x.Quality == twin.Stale {
		return
	}
	if f.last.IsZero() || gap > Silence || f.days.DayOf(x.At) != f.days.DayOf(f.last) {
		f.now = nil
	}
	f.last = x.At
	people := make([]walker, len(x.Vector)/2)
	for i := range people {
		people[i] = walker{way: -1, at: geom.Vec2{x.Vector[2*i], x.Vector[2*i+1]}}
	}
	f.pair(people, gap.Seconds())
	t := x.At.Sub(f.began).Seconds()
	for i := range people {
		p := &people[i]
		if p.way < 0 {
			p.way = len(f.out)
			f.counted++
			f.out = append(f.out, twin.Trajectory{Person: f.days.Name(x.At, strconv.Itoa(f.counted))})
		}
		w := &f.out[p.way]
		w.Fixes = append(w.Fixes, twin.Fix{T: t, X: p.at[0], Z: p.at[1]})
		f.Fixes++
	}
	f.now = people
}

// pair joins those who are there with those who were, the nearest first.
func (f *Follower) pair(people []walker, gap float64) {
	type couple struct {
		before, after int
		apart         float64
	}
	var list []couple
	for b, was := range f.now {
		ahead := was.at.Add(was.v.Mul(gap))
		for a, is := range people {
			if is.at.Sub(was.at).Len() <= Fastest*gap+jitter {
				list = append(list, couple{b, a, is.at.Sub(ahead).Len()})
			}
		}
	}
	slices.SortStableFunc(list, func(a, b couple) int { return cmp.Compare(a.apart, b.apart) })
	taken := make([]bool, len(f.now))
	for _, c := range list {
		p := &people[c.after]
		if taken[c.before] || p.way >= 0 {
			continue
		}
		taken[c.before] = true
		was := f.now[c.before]
		p.way, p.v = was.way, p.at.Sub(was.at).Mul(1/gap)
	}
}

// Ways are those of all who were followed, in the order in which they came.
func (f *Follower) Ways() []twin.Trajectory { return f.out }
