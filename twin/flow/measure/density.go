package measure

import (
	"math"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/scene/plan"
	"github.com/glasstwin/glasstwin/twin"
)

// Present are the places of all who are there at a moment.
func Present(people []twin.Trajectory, t float64) []geom.Vec2 {
	var out []geom.Vec2
	for _, p := range people {
		if x, z, ok := p.At(t); ok {
			out = append(out, geom.Vec2{x, z})
		}
	}
	return out
}

// Density is the classic one: heads in an area over its size, 1/m².
func Density(present []geom.Vec2, area []geom.Vec2) float64 {
	n := 0
	for _, p := range present {
		if plan.Inside(area, p) {
			n++
		}
	}
	return float64(n) / math.Abs(geom.Area(area))
}

// reach bounds a person's cell where nobody else is near, metres: nobody claims a
// whole hall (Steffen and Seyfried 2010 cut cells off likewise).
const reach = 2.0

// VoronoiDensity is that of Steffen and Seyfried ("Methods for measuring
// pedestrian density, flow, speed and direction with minimal scatter", Physica A
// 389, 2010): each person spreads one over their cell, which is what is nearer to
// them than to anybody else, within the floor and within two metres; the density
// of an area is the mean over it, 1/m². The floor is a convex outline.
func VoronoiDensity(present []geom.Vec2, floor, area []geom.Vec2) float64 {
	sum := 0.0
	for i, p := range present {
		cell := Cell(present, i, floor)
		whole := math.Abs(geom.Area(cell))
		if whole < 1e-9 || p != present[i] {
			continue
		}
		within := math.Abs(geom.Area(clip(cell, area)))
		sum += within / whole
	}
	return sum / math.Abs(geom.Area(area))
}

// Cell is the place that is nearer to the i-th person than to anybody else.
func Cell(present []geom.Vec2, i int, floor []geom.Vec2) []geom.Vec2 {
	p := present[i]
	const corners = 24
	cell := make([]geom.Vec2, corners)
	for k := range cell {
		s, c := math.Sincos(2 * math.Pi * float64(k) / corners)
		// As large as the circle, not within it.
		r := reach * math.Sqrt(math.Pi/(corners/2*math.Sin(2*math.Pi/corners)))
		cell[k] = p.Add(geom.Vec2{r * c, r * s})
	}
	cell = clip(cell, floor)
	for k, q := range present {
		if k == i || q.Sub(p).Len() > 2.2*reach || q == p {
			continue
		}
		mid := p.Add(q).Mul(0.5)
		cell = half(cell, mid, p.Sub(q))
	}
	return cell
}

// clip is what two areas share; the second is convex.
func clip(loop, convex []geom.Vec2) []geom.Vec2 {
	turn := 1.0
	if geom.Area(convex) < 0 {
		turn = -1
	}
	for i, a := range convex {
		d := convex[(i+1)%len(convex)].Sub(a)
		loop = half(loop, a, geom.Vec2{-d[1] * turn, d[0] * turn})
	}
	return loop
}

// half keeps what lies on the side of a point that n looks to (Sutherland and
// Hodgman 1974).
func half(loop []geom.Vec2, at, n geom.Vec2) []geom.Vec2 {
	var out []geom.Vec2
	for i, p := range loop {
		q := loop[(i+1)%len(loop)]
		a, b := p.Sub(at).Dot(n), q.Sub(at).Dot(n)
		if a >= 0 {
			out = append(out, p)
		}
		if (a > 0 && b < 0) || (a < 0 && b > 0) {
			out = append(out, p.Add(q.Sub(p).Mul(a/(a-b))))
		}
	}
	return out
}

// Service is Fruin's level of service of walkways ("Pedestrian Planning and
// Design", 1971): A, free, to F, jammed.
type Service byte

// serviceArea is the least area per person of a level, square metres: 35, 25, 15,
// 10 and 5 square feet.
var serviceArea = [...]float64{3.252, 2.323, 1.394, 0.929, 0.465}

// ServiceOf is the level at a density in 1/m².
func ServiceOf(density float64) Service {
	for i, least := range serviceArea {
		if density*least <= 1 {
			return Service('A' + i)
		}
	}
	return 'F'
}

// String is the letter.
func (s Service) String() string { return string(rune(s)) }

// window is the time over which a speed is taken, seconds: a step and a half, so
// that swaying does not count.
const window = 0.8

// SpeedAt is how fast somebody walks at a moment: the way from half a window
// before to half a window after over its time (Steffen and Seyfried 2010, 2.3),
// m/s; false when they are not there all that time.
func SpeedAt(p twin.Trajectory, t float64) (float64, bool) {
	v, ok := VelocityAt(p, t)
	return v.Len(), ok
}

// VelocityAt is SpeedAt with a direction.
func VelocityAt(p twin.Trajectory, t float64) (geom.Vec2, bool) {
	if len(p.Fixes) < 2 {
		return geom.Vec2{}, false
	}
	from, to := t-window/2, t+window/2
	from, to = max(from, p.Fixes[0].T), min(to, p.Fixes[len(p.Fixes)-1].T)
	if to-from < window/2 {
		return geom.Vec2{}, false
	}
	x0, z0, ok0 := p.At(from)
	x1, z1, ok1 := p.At(to)
	return geom.Vec2{x1 - x0, z1 - z0}.Mul(1 / (to - from)), ok0 && ok1
}

// State is a moment of an area.
type State struct {
	T       float64 // s
	Density float64 // 1/m², by Voronoi cells
	Speed   float64 // m/s, mean of those in it
	Flow    float64 // 1/(m s): density times speed
	Of      []int   // the people whose speed it is, by their place in the list
}

// FundamentalDiagram looks at an area every step seconds while anybody is in it.
func FundamentalDiagram(people []twin.Trajectory, floor, area []geom.Vec2, step float64) []State {
	return States(people, floor, [][]geom.Vec2{area}, step)[0]
}

// States is FundamentalDiagram of several areas, looked at at the same moments.
func States(people []twin.Trajectory, floor []geom.Vec2, areas [][]geom.Vec2, step float64) [][]State {
	lo, hi := span(people)
	out := make([][]State, len(areas))
	for t := lo; t <= hi; t += step {
		var at []geom.Vec2
		var who []int
		for i, p := range people {
			if x, z, ok := p.At(t); ok {
				at, who = append(at, geom.Vec2{x, z}), append(who, i)
			}
		}
		for k, area := range areas {
			sum := 0.0
			var of []int
			for i, p := range at {
				if !plan.Inside(area, p) {
					continue
				}
				if v, ok := SpeedAt(people[who[i]], t); ok {
					sum, of = sum+v, append(of, who[i])
				}
			}
			if len(of) == 0 {
				continue
			}
			s := State{T: t, Density: VoronoiDensity(at, floor, area), Speed: sum / float64(len(of)), Of: of}
			s.Flow = s.Density * s.Speed
			out[k] = append(out[k], s)
		}
	}
	return out
}

// span is the time from the first fix of all to the last.
func span(people []twin.Trajectory) (lo, hi float64) {
	lo, hi = math.Inf(1), math.Inf(-1)
	for _, p := range people {
		if n := len(p.Fixes); n > 0 {
			lo, hi = min(lo, p.Fixes[0].T), max(hi, p.Fixes[n-1].T)
		}
	}
	return lo, hi
}
