package mesh

import (
	"math"

	"github.com/glasstwin/glasstwin/scene/geom"
)

// looks bounds the points that one triangle is tested at.
const looks = 12

// stray tells whether the triangles would leave the first surface when u has
// gone to v. Where that overlaps itself, as what was rounded does, a triangle
// may cover what none did though all of the first surface stays covered.
func (c *collapser) stray(u, v int32) bool {
	s := c.s
	reach := math.Max(c.bound.Distance, 4*roundings*s.size)
	for _, t := range c.moved {
		p := s.places(t)
		for k := range p {
			if p[k] == u {
				p[k] = v
			}
		}
		budget := looks
		if c.first.strays(s.at[p[0]], s.at[p[1]], s.at[p[2]], reach, t, &budget) {
			return true
		}
	}
	return false
}

// searches bounds the points that one triangle is tested at in the end.
const searches = 2000

// strayed tells whether a triangle that is new leaves the first surface.
func (c *collapser) strayed(reach float64) bool {
	s := c.s
	for i := range s.tri {
		if s.tri[i].dead || !s.tri[i].moved {
			continue
		}
		p := s.places(int32(i))
		budget := searches
		if c.first.strays(s.at[p[0]], s.at[p[1]], s.at[p[2]], reach, int32(i), &budget) {
			return true
		}
	}
	return false
}

// strays tells whether a point of the triangle a, b, c lies farther than bound
// from the surface. Where all corners lie near one triangle of the surface, all
// points do, for that is convex; else the longest side is halved, as often as
// budget allows: what is left then has been sampled.
func (t *tree) strays(a, b, c geom.Vec3, bound float64, guess int32, budget *int) bool {
	square := bound * bound
	var hits [3]hit
	for k, p := range [3]geom.Vec3{a, b, c} {
		hits[k] = t.nearest(p, guess)
		guess = hits[k].tri
		if hits[k].square > square {
			return true
		}
	}
	return t.halves([3]geom.Vec3{a, b, c}, hits, square, budget)
}

func (t *tree) halves(p [3]geom.Vec3, hits [3]hit, square float64, budget *int) bool {
	for _, h := range hits {
		all := true
		for k := range p {
			all = all && t.measure(p[k], h.tri).square <= square
		}
		if all {
			return false
		}
	}
	long, side := 0.0, 0
	for k := range p {
		d := p[(k+1)%3].Sub(p[k])
		if l := d.Dot(d); l > long {
			long, side = l, k
		}
	}
	if *budget <= 0 || long <= square {
		return false
	}
	*budget--
	a, b, c := side, (side+1)%3, (side+2)%3
	m := p[a].Add(p[b]).Mul(0.5)
	h := t.nearest(m, hits[a].tri)
	if h.square > square {
		return true
	}
	return t.halves([3]geom.Vec3{p[a], m, p[c]}, [3]hit{hits[a], h, hits[c]}, square, budget) ||
		t.halves([3]geom.Vec3{m, p[b], p[c]}, [3]hit{h, hits[b], hits[c]}, square, budget)
}
