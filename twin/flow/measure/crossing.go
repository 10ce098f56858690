package measure

import (
	"slices"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
)

// Crossing is somebody who goes over a line.
type Crossing struct {
	T      float64 // s
	Person string
	Left   bool // from the right of the line to its left, seen from its first end to its second, x to the right and z up
}

// Crossings lists who goes over a straight line between two points, in order of
// time: the N–t diagram is their number against their times.
func Crossings(people []twin.Trajectory, a, b geom.Vec2) []Crossing {
	var out []Crossing
	d := b.Sub(a)
	side := func(f twin.Fix) float64 { return d[0]*(f.Z-a[1]) - d[1]*(f.X-a[0]) }
	for _, p := range people {
		for i := range p.Fixes[min(1, len(p.Fixes)):] {
			f, g := p.Fixes[i], p.Fixes[i+1]
			s, e := side(f), side(g)
			if (s >= 0) == (e >= 0) {
				continue
			}
			share := s / (s - e)
			at := geom.Vec2{f.X + (g.X-f.X)*share, f.Z + (g.Z-f.Z)*share}
			if along := at.Sub(a).Dot(d) / d.Dot(d); along >= 0 && along <= 1 {
				out = append(out, Crossing{f.T + (g.T-f.T)*share, p.Person, e >= 0})
			}
		}
	}
	slices.SortStableFunc(out, func(x, y Crossing) int {
		switch {
		case x.T < y.T:
			return -1
		case x.T > y.T:
			return 1
		}
		return 0
	})
	return out
}

// Flow is that over a line: one less than who crossed, over the time from the
// first to the last (Seyfried et al. 2009), persons per second; 0 for fewer than
// two.
func Flow(list []Crossing) float64 {
	if n := len(list); n > 1 && list[n-1].T > list[0].T {
		return float64(n-1) / (list[n-1].T - list[0].T)
	}
	return 0
}
