package foresee

import (
	"sort"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/flow/measure"
)

// points is how many places of a beginning are compared, evenly in time.
const points = 5

// walk is one walk, cut where its beginning ends.
type walk struct {
	person string
	from   float64           // s, first fix
	to     float64           // s, last fix
	began  [points]geom.Vec2 // places during the beginning, metres
	here   int               // zone when the beginning ends, -1: none was come to yet
	then   rest
	visits []measure.Visit // of the whole walk, in order
	left   float64         // s still in the zone here
}

// rest is what came after the beginning.
type rest struct {
	came  []float64 // by zone: 1 if it was entered after the beginning, else 0
	stays []float64 // s by zone, what is left of the stay in the present one too
	total float64   // s, sum of stays
}

// cutAll cuts walks at their age of first seconds. Walks that were over by then
// are left out: of them there is nothing to foretell.
func cutAll(people []twin.Trajectory, zones []measure.Zone, first float64) []walk {
	var out []walk
	for _, p := range people {
		n := len(p.Fixes)
		if n < 2 || p.Duration() <= first {
			continue
		}
		w := walk{person: p.Person, from: p.Fixes[0].T, to: p.Fixes[n-1].T, here: -1,
			visits: measure.Visits([]twin.Trajectory{p}, zones)}
		for k := range w.began {
			w.began[k] = placeAt(p.Fixes, w.from+first*float64(k)/(points-1))
		}
		cut := w.from + first
		w.then = rest{came: make([]float64, len(zones)), stays: make([]float64, len(zones))}
		for _, v := range w.visits {
			if v.From <= cut {
				w.here, w.left = v.Zone, max(0, v.To-cut)
			} else {
				w.then.came[v.Zone] = 1
			}
			left := max(0, v.To-max(v.From, cut))
			w.then.stays[v.Zone] += left
			w.then.total += left
		}
		out = append(out, w)
	}
	return out
}

// placeAt is where somebody was at t, on the straight line between fixes.
func placeAt(fixes []twin.Fix, t float64) geom.Vec2 {
	i := sort.Search(len(fixes), func(i int) bool { return fixes[i].T >= t })
	switch {
	case i == 0:
		return geom.Vec2{fixes[0].X, fixes[0].Z}
	case i == len(fixes):
		return geom.Vec2{fixes[i-1].X, fixes[i-1].Z}
	}
	a, b := fixes[i-1], fixes[i]
	share := (t - a.T) / (b.T - a.T)
	return geom.Vec2{a.X + (b.X-a.X)*share, a.Z + (b.Z-a.Z)*share}
}
