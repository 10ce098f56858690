package plan

import (
	"math"
	"slices"
)

// clusters groups segments that touch, within reach.
func clusters(segs []segment, reach float64) [][]int {
	var ix grid
	for i, s := range segs {
		ix.line(i, s.a, s.b)
	}
	of := make([]int, len(segs))
	for i := range of {
		of[i] = -1
	}
	var all [][]int
	for i := range segs {
		if of[i] >= 0 {
			continue
		}
		id := len(all)
		all = append(all, nil)
		of[i] = id
		for stack := []int{i}; len(stack) > 0; {
			at := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			all[id] = append(all[id], at)
			for _, j := range ix.near(segs[at].a, segs[at].b, reach) {
				if of[j] < 0 && apart(segs[at], segs[j]) <= reach {
					of[j] = id
					stack = append(stack, j)
				}
			}
		}
		slices.Sort(all[id])
	}
	return all
}

// apart is the distance of two segments.
func apart(s, o segment) float64 {
	d, e := s.b.Sub(s.a), o.b.Sub(o.a)
	if c := cross(d, e); math.Abs(c) > 1e-12 {
		u, v := cross(o.a.Sub(s.a), e)/c, cross(o.a.Sub(s.a), d)/c
		if u >= 0 && u <= 1 && v >= 0 && v <= 1 {
			return 0
		}
	}
	return min(distance(s.a, o), distance(s.b, o), distance(o.a, s), distance(o.b, s))
}

func distance(p vec, s segment) float64 {
	d := s.b.Sub(s.a)
	t := 0.0
	if l := d.Dot(d); l > 0 {
		t = max(0, min(1, p.Sub(s.a).Dot(d)/l))
	}
	return p.Sub(s.a.Add(d.Mul(t))).Len()
}
