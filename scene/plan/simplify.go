package plan

import (
	"math"
	"slices"

	"github.com/glasstwin/glasstwin/scene/geom"
)

// simplifyAll simplifies closed lines that do not cross, so that they still do
// not: what crosses something is simplified less, in the end not at all. Lines
// of no area are dropped.
func simplifyAll(loops [][]geom.Vec2, tolerance float64) [][]geom.Vec2 {
	out := make([][]geom.Vec2, len(loops))
	allowed := make([]float64, len(loops))
	for i, l := range loops {
		allowed[i] = tolerance
		out[i] = simplify(l, tolerance)
	}
	for range 4 {
		bad := crossed(out)
		if len(bad) == 0 {
			break
		}
		for i := range bad {
			if allowed[i] /= 4; allowed[i] < tolerance/40 {
				out[i] = loops[i]
				continue
			}
			out[i] = simplify(loops[i], allowed[i])
		}
	}
	kept := out[:0]
	for _, l := range out {
		if len(l) >= 3 {
			kept = append(kept, l)
		}
	}
	return kept
}

// crossed lists the lines that cross themselves or another.
func crossed(loops [][]geom.Vec2) map[int]bool {
	type piece struct{ loop, at int }
	const side = 0.5 // metres of a square in which pieces are compared
	squares := map[[2]int32][]piece{}
	at := func(p geom.Vec2) [2]int32 {
		return [2]int32{int32(math.Floor(p[0] / side)), int32(math.Floor(p[1] / side))}
	}
	ends := func(p piece) (a, b geom.Vec2) {
		l := loops[p.loop]
		return l[p.at], l[(p.at+1)%len(l)]
	}
	bad := map[int]bool{}
	for i, l := range loops {
		for k := range l {
			here := piece{i, k}
			a, b := ends(here)
			// The squares along the piece, and their neighbours where it is steep.
			n := 1 + int(b.Sub(a).Len()/(side/2))
			seen := map[[2]int32]bool{}
			for s := range n + 1 {
				seen[at(a.Add(b.Sub(a).Mul(float64(s)/float64(n))))] = true
			}
			for q := range seen {
				for dx := int32(-1); dx <= 1; dx++ {
					for dz := int32(-1); dz <= 1; dz++ {
						for _, other := range squares[[2]int32{q[0] + dx, q[1] + dz}] {
							if other.loop == i && (other.at+1)%len(l) == k || other.loop == i && (k+1)%len(l) == other.at {
								continue
							}
							c, d := ends(other)
							if meet(a, b, c, d) {
								bad[i], bad[other.loop] = true, true
							}
						}
					}
				}
			}
			for q := range seen {
				squares[q] = append(squares[q], here)
			}
		}
	}
	return bad
}

// meet tells whether two straight pieces touch.
func meet(a, b, c, d geom.Vec2) bool {
	for k := range 2 {
		if max(a[k], b[k]) < min(c[k], d[k]) || max(c[k], d[k]) < min(a[k], b[k]) {
			return false
		}
	}
	e, f := b.Sub(a), d.Sub(c)
	p, q := cross(e, c.Sub(a)), cross(e, d.Sub(a))
	r, s := cross(f, a.Sub(c)), cross(f, b.Sub(c))
	return p*q <= 0 && r*s <= 0 && (p != 0 || q != 0)
}

// simplify drops the corners of a closed line that lie within tolerance of the
// line without them (Douglas and Peucker 1973), from two far corners on.
func simplify(loop []geom.Vec2, tolerance float64) []geom.Vec2 {
	far := 0
	for i, p := range loop {
		if p.Sub(loop[0]).Len() > loop[far].Sub(loop[0]).Len() {
			far = i
		}
	}
	keep := make([]bool, len(loop)+1)
	keep[0], keep[far], keep[len(loop)] = true, true, true
	closed := append(slices.Clip(loop), loop[0])
	spans := [][2]int{{0, far}, {far, len(loop)}}
	for len(spans) > 0 {
		s := spans[len(spans)-1]
		spans = spans[:len(spans)-1]
		worst, at := tolerance, -1
		for i := s[0] + 1; i < s[1]; i++ {
			if l := closed[i].Sub(Nearest([2]geom.Vec2{closed[s[0]], closed[s[1]]}, closed[i])).Len(); l > worst {
				worst, at = l, i
			}
		}
		if at >= 0 {
			keep[at] = true
			spans = append(spans, [2]int{s[0], at}, [2]int{at, s[1]})
		}
	}
	var out []geom.Vec2
	for i, p := range loop {
		if keep[i] {
			out = append(out, p)
		}
	}
	return out
}
