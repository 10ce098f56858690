package plan

import (
	"math"
	"slices"

	"github.com/glasstwin/glasstwin/scene/geom"
)

// Walls are the straight pieces that bound the floor. Where two outlines touch
// or overlap there is a threshold and no wall.
func (f Floor) Walls() [][2]geom.Vec2 {
	var out [][2]geom.Vec2
	for k, loop := range f.Outlines {
		for i, p := range loop {
			q := loop[(i+1)%len(loop)]
			out = append(out, f.uncovered(k, p, q)...)
		}
	}
	for _, loop := range f.Obstacles {
		for i, p := range loop {
			out = append(out, [2]geom.Vec2{p, loop[(i+1)%len(loop)]})
		}
	}
	return out
}

// threshold is how near two outlines are joined, metres.
const threshold = 1e-6

// uncovered are the pieces of a side of outline k that no other outline covers
// from beyond.
func (f Floor) uncovered(k int, p, q geom.Vec2) [][2]geom.Vec2 {
	if len(f.Outlines) == 1 || p == q {
		return [][2]geom.Vec2{{p, q}}
	}
	d := q.Sub(p)
	length := d.Len()
	cuts := []float64{0, 1}
	for o, loop := range f.Outlines {
		if o == k {
			continue
		}
		for i, a := range loop {
			b := loop[(i+1)%len(loop)]
			e := b.Sub(a)
			if det := cross(d, e); math.Abs(det) > 1e-12*length*e.Len() {
				if t := cross(a.Sub(p), e) / det; t > 0 && t < 1 {
					cuts = append(cuts, t)
				}
				continue
			}
			for _, c := range [2]geom.Vec2{a, b} { // along it: its ends cut
				if t := c.Sub(p).Dot(d) / (length * length); t > 0 && t < 1 {
					cuts = append(cuts, t)
				}
			}
		}
	}
	slices.Sort(cuts)
	across := geom.Vec2{d[1], -d[0]}.Mul(threshold / length)
	if mid := p.Add(q).Mul(0.5); Inside(f.Outlines[k], mid.Add(across)) {
		across = across.Mul(-1)
	}
	var out [][2]geom.Vec2
	for i := range cuts[1:] {
		if cuts[i+1]-cuts[i] < 1e-9 {
			continue
		}
		beyond := p.Add(d.Mul((cuts[i] + cuts[i+1]) / 2)).Add(across)
		covered := false
		for o, loop := range f.Outlines {
			covered = covered || o != k && Inside(loop, beyond)
		}
		if !covered {
			out = append(out, [2]geom.Vec2{p.Add(d.Mul(cuts[i])), p.Add(d.Mul(cuts[i+1]))})
		}
	}
	return out
}
