package whatif

import (
	"math"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/scene/plan"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/flow/measure"
)

// Near is how near people came to others who are not of their party.
type Near struct {
	There  []float64 // person-seconds, by zone
	Others []float64 // the sum over them of the others within ArmsLength
	Close  []float64 // person-seconds with at least one
	All    float64   // of Close, on the whole floor
}

// Nearness looks at everybody once a second. parties tells who came together; nil:
// nobody did. A place is in every zone that holds it.
func Nearness(people []twin.Trajectory, parties []int, zones []measure.Zone) Near {
	n := Near{There: make([]float64, len(zones)), Others: make([]float64, len(zones)), Close: make([]float64, len(zones))}
	type one struct {
		at    geom.Vec2
		party int
	}
	const cell = ArmsLength
	last := 0.0
	for _, p := range people {
		if k := len(p.Fixes); k > 0 {
			last = max(last, p.Fixes[k-1].T)
		}
	}
	at := make([]int, len(people)) // the fix before the moment, of each
	for t := 0.0; t <= last; t++ {
		var here []one
		for i, p := range people {
			if len(p.Fixes) == 0 || t < p.Fixes[0].T || t > p.Fixes[len(p.Fixes)-1].T {
				continue
			}
			k := at[i]
			for k+1 < len(p.Fixes) && p.Fixes[k+1].T <= t {
				k++
			}
			at[i] = k
			party := -1 - i
			if parties != nil {
				party = parties[i]
			}
			here = append(here, one{geom.Vec2{p.Fixes[k].X, p.Fixes[k].Z}, party})
		}
		squares := map[[2]int][]int{}
		square := func(p geom.Vec2) [2]int {
			return [2]int{int(math.Floor(p[0] / cell)), int(math.Floor(p[1] / cell))}
		}
		for i, a := range here {
			squares[square(a.at)] = append(squares[square(a.at)], i)
		}
		for _, a := range here {
			others := 0.0
			s := square(a.at)
			for k := range 9 {
				for _, j := range squares[[2]int{s[0] + k%3 - 1, s[1] + k/3 - 1}] {
					if b := here[j]; b.party != a.party && b.at.Sub(a.at).Len() <= ArmsLength {
						others++
					}
				}
			}
			if others > 0 {
				n.All++
			}
			for z := range zones {
				if !inside(zones[z].Outline, a.at) {
					continue
				}
				n.There[z]++
				n.Others[z] += others
				if others > 0 {
					n.Close[z]++
				}
			}
		}
	}
	return n
}

func inside(loop []geom.Vec2, p geom.Vec2) bool { return plan.Inside(loop, p) }
