// Package tidy makes recorded ways fit to be measured: jumps are cut, gaps are
// bridged or left open, pieces of one person are joined, an id that passed from
// one person to another is split, and sensor noise is smoothed. Everything that
// was done is counted. It must never invent a place where nobody was seen for
// long. Start reading at Clean.
package tidy

import (
	"fmt"
	"math"
	"slices"

	"github.com/glasstwin/glasstwin/twin"
)

// Options of a cleaning. The zero value is usual.
type Options struct {
	Fastest  float64 // m/s that a person may move; 0: 3.5, an unhurried run
	Gap      float64 // s that are bridged in a straight line; 0: 2
	Join     float64 // s within which a way that ends and one that begins may be one; 0: 1.5
	Smooth   float64 // s of the window over which places are averaged; 0: 0.6, negative: none
	Shortest float64 // m and s that a way must last at least; 0: 0.5
}

// Report counts what was done.
type Report struct {
	People    int // ways that came in
	Kept      int // ways that went out
	Teleports int // jumps at which a way was cut in two
	Outliers  int // single places far off the way, left out
	Gaps      int // silences that were bridged
	Splits    int // silences too long to bridge, at which a way was cut
	Joins     int // ways that were one and were joined
	Short     int // ways too short to tell anything, left out

	Window, Moved float64 // s over which places were smoothed, 0: they were not; m that they moved by in the mean
}

// String is for a person.
func (r Report) String() string {
	text := fmt.Sprintf("%d ways came in, %d went out: %d jumps cut, %d places off the way left out, %d gaps bridged, %d silences cut, %d pieces joined, %d too short",
		r.People, r.Kept, r.Teleports, r.Outliers, r.Gaps, r.Splits, r.Joins, r.Short)
	if r.Window > 0 {
		text += fmt.Sprintf("; places were smoothed over %.1f s, which moved them by %.3f m in the mean", r.Window, r.Moved)
	}
	return text
}

const bridgeStep = 0.4 // s between places put into a gap

// Clean tidies ways with times. What comes in is not changed.
func Clean(people []twin.Trajectory, o Options) ([]twin.Trajectory, Report) {
	usual := func(v *float64, is float64) {
		if *v == 0 {
			*v = is
		}
	}
	usual(&o.Fastest, 3.5)
	usual(&o.Gap, 2)
	usual(&o.Join, 1.5)
	usual(&o.Smooth, 0.6)
	usual(&o.Shortest, 0.5)
	r := Report{People: len(people)}
	var pieces []twin.Trajectory
	for _, p := range people {
		pieces = append(pieces, cut(p, o, &r)...)
	}
	pieces = join(pieces, o, &r)
	out := pieces[:0]
	moved, places := 0.0, 0
	for _, p := range pieces {
		if p.Duration() < o.Shortest || len(p.Fixes) < 3 || spread(p) < o.Shortest {
			r.Short++
			continue
		}
		if o.Smooth > 0 {
			calm := smooth(p, o.Smooth)
			for i, f := range p.Fixes {
				moved += math.Hypot(calm.Fixes[i].X-f.X, calm.Fixes[i].Z-f.Z)
			}
			places += len(p.Fixes)
			p = calm
		}
		out = append(out, p)
	}
	r.Kept, r.Window = len(out), max(0, o.Smooth)
	if places > 0 {
		r.Moved = moved / float64(places)
	}
	return out, r
}

// jitter is by how much a place may be off: the middle of what a sensor sees of
// somebody sways.
const jitter = 0.5 // m

// far tells whether nobody gets from a place to another in the time between.
func far(a, b twin.Fix, fastest float64) bool {
	return math.Hypot(b.X-a.X, b.Z-a.Z) > fastest*(b.T-a.T)+jitter
}

// cut leaves single places off the way out, and cuts at jumps and silences.
func cut(p twin.Trajectory, o Options, r *Report) []twin.Trajectory {
	var out []twin.Trajectory
	var now []twin.Fix
	flush := func() {
		if len(now) > 0 {
			id := p.Person
			if len(out) > 0 {
				id = fmt.Sprintf("%s/%d", p.Person, len(out)+1)
			}
			out = append(out, twin.Trajectory{Person: id, Fixes: now})
		}
		now = nil
	}
	for i, f := range p.Fixes {
		if len(now) == 0 {
			now = append(now, f)
			continue
		}
		last := now[len(now)-1]
		if far(last, f, o.Fastest) {
			// Off for one place only: the next one fits to the last.
			if i+1 < len(p.Fixes) && !far(last, p.Fixes[i+1], o.Fastest) {
				r.Outliers++
				continue
			}
			r.Teleports++
			flush()
			now = append(now, f)
			continue
		}
		if silent := f.T - last.T; silent > o.Gap {
			r.Splits++
			flush()
		} else if silent > 2*bridgeStep {
			r.Gaps++
			for t := last.T + bridgeStep; t < f.T-bridgeStep/2; t += bridgeStep {
				share := (t - last.T) / silent
				now = append(now, twin.Fix{T: t, X: last.X + (f.X-last.X)*share, Z: last.Z + (f.Z-last.Z)*share})
			}
		}
		now = append(now, f)
	}
	flush()
	return out
}

// join makes one of two ways when the second begins where the first would be by
// then, and no other does.
func join(list []twin.Trajectory, o Options, r *Report) []twin.Trajectory {
	slices.SortStableFunc(list, func(a, b twin.Trajectory) int {
		switch {
		case a.Fixes[0].T < b.Fixes[0].T:
			return -1
		case a.Fixes[0].T > b.Fixes[0].T:
			return 1
		}
		return 0
	})
	// next[i] is the way that goes on from i; every way goes on from one at most.
	next, from := make([]int, len(list)), make([]int, len(list))
	for i := range list {
		next[i], from[i] = -1, -1
	}
	for i, p := range list {
		end := p.Fixes[len(p.Fixes)-1]
		v := [2]float64{}
		if k := len(p.Fixes) - 1; k > 0 {
			a := p.Fixes[max(0, k-5)]
			dt := max(1e-3, end.T-a.T)
			v = [2]float64{(end.X - a.X) / dt, (end.Z - a.Z) / dt}
		}
		first, _ := slices.BinarySearchFunc(list, end.T, func(q twin.Trajectory, t float64) int {
			if q.Fixes[0].T <= t {
				return -1
			}
			return 1
		})
		found := -1
		for k := first; k < len(list) && list[k].Fixes[0].T <= end.T+o.Join; k++ {
			b := list[k].Fixes[0]
			dt := b.T - end.T
			// How fast somebody seems to go over a few hundredths of a second is mostly
			// jitter: where that leads to must also be within reach.
			if from[k] >= 0 || far(end, b, o.Fastest) || math.Hypot(b.X-end.X-v[0]*dt, b.Z-end.Z-v[1]*dt) > 0.3+0.5*dt {
				continue
			}
			if found >= 0 {
				found = -2 // two could be: neither is taken
				break
			}
			found = k
		}
		if found >= 0 {
			next[i], from[found] = found, i
		}
	}
	var out []twin.Trajectory
	for i, p := range list {
		if from[i] >= 0 {
			continue
		}
		for k := next[i]; k >= 0; k = next[k] {
			p.Fixes = append(slices.Clip(p.Fixes), list[k].Fixes...)
			r.Joins++
		}
		out = append(out, p)
	}
	return out
}

// spread is the size of the box that a way stays in, metres.
func spread(p twin.Trajectory) float64 {
	lo, hi := [2]float64{math.Inf(1), math.Inf(1)}, [2]float64{math.Inf(-1), math.Inf(-1)}
	for _, f := range p.Fixes {
		lo[0], hi[0] = min(lo[0], f.X), max(hi[0], f.X)
		lo[1], hi[1] = min(lo[1], f.Z), max(hi[1], f.Z)
	}
	return math.Hypot(hi[0]-lo[0], hi[1]-lo[1])
}

// smooth is the mean over a window, straight through it: a line is fitted to the
// places in it and taken at its middle (Savitzky and Golay 1964, first degree), so
// that who walks evenly is not changed and ends are not pulled in.
func smooth(p twin.Trajectory, window float64) twin.Trajectory {
	out := twin.Trajectory{Person: p.Person, Fixes: make([]twin.Fix, len(p.Fixes))}
	lo, hi := 0, 0
	for i, f := range p.Fixes {
		for p.Fixes[lo].T < f.T-window/2 {
			lo++
		}
		for hi < len(p.Fixes) && p.Fixes[hi].T <= f.T+window/2 {
			hi++
		}
		var n, t, tt, x, z, tx, tz float64
		for _, g := range p.Fixes[lo:hi] {
			d := g.T - f.T
			n, t, tt = n+1, t+d, tt+d*d
			x, z, tx, tz = x+g.X, z+g.Z, tx+d*g.X, tz+d*g.Z
		}
		out.Fixes[i] = f
		if den := n*tt - t*t; den > 1e-12 {
			out.Fixes[i].X, out.Fixes[i].Z = (x*tt-tx*t)/den, (z*tt-tz*t)/den
		}
	}
	return out
}
