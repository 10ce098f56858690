package mesh

import (
	"math"

	"github.com/glasstwin/glasstwin/scene/geom"
)

// sample is a point of the first surface.
type sample struct {
	p, n   geom.Vec3
	prim   int32
	border bool // on an edge that has not two triangles
	uv     [2]float64
}

// sample takes the corners, the middles of the edges and the centre of each
// triangle.
func (c *collapser) sample() {
	s := c.s
	put := func(t int32, p, n geom.Vec3, border bool, b, w float64) {
		s.tri[t].near = append(s.tri[t].near, int32(len(c.samples)))
		c.samples = append(c.samples, sample{p: p, n: unit(n), prim: s.tri[t].prim, border: border, uv: mix(s, s.tri[t].c, b, w)})
	}
	done := make([]bool, len(s.corner))
	var rims []rim
	open := make([]bool, len(s.at))
	for u := range s.star {
		rims = s.rims(int32(u), rims)
		for _, r := range rims {
			open[u] = open[u] || r.count != 2
		}
	}
	for i := range s.tri {
		t := int32(i)
		f, p := s.tri[i].c, s.places(t)
		var at, n [3]geom.Vec3
		for k := range 3 {
			at[k], n[k] = s.at[p[k]], s.corner[f[k]].normal
		}
		for k := range 3 {
			if !done[f[k]] {
				done[f[k]] = true
				put(t, at[k], n[k], open[p[k]], share(k, 1), share(k, 2))
			}
			j := (k + 1) % 3
			count := 0
			for _, o := range s.star[p[k]] {
				if s.cornerAt(o, p[j]) >= 0 {
					count++
				}
			}
			if count != 2 || f[k] < f[j] {
				put(t, at[k].Add(at[j]).Mul(0.5), n[k].Add(n[j]), count != 2, (share(k, 1)+share(j, 1))/2, (share(k, 2)+share(j, 2))/2)
			}
		}
		put(t, at[0].Add(at[1]).Add(at[2]).Mul(1./3), n[0].Add(n[1]).Add(n[2]), false, 1./3, 1./3)
	}
}

// share is 1 for the corner that a weight belongs to.
func share(corner, weight int) float64 {
	if corner == weight {
		return 1
	}
	return 0
}

// mix is the texture coordinate of a triangle at weights of its second and
// third corner; zero where there is none.
func mix(s *surface, c [3]int32, b, w float64) [2]float64 {
	var out [2]float64
	uvs := s.from.Primitives[s.corner[c[0]].prim].UVs
	if len(uvs) == 0 {
		return out
	}
	for k, weight := range [3]float64{1 - b - w, b, w} {
		i := 2 * s.corner[c[k]].index
		out[0] += weight * float64(uvs[i])
		out[1] += weight * float64(uvs[i+1])
	}
	return out
}

// brim lists in c.brims the edges that have not two triangles, of the
// triangles that survive the pull: points of a border must stay near these, for
// a bay that a flat surface has filled is as near to the surface as before.
func (c *collapser) brim(u, v int32) {
	s := c.s
	c.brims = c.brims[:0]
	for _, r := range c.mine {
		if r.count != 2 && r.to != v {
			c.brims = append(c.brims, [2]int32{r.to, v})
		}
	}
	for _, r := range c.theirs {
		if r.count != 2 && r.to != u {
			c.brims = append(c.brims, [2]int32{r.to, v})
		}
	}
	for _, t := range s.star[u] {
		p := s.places(t)
		for k, a := range p {
			b := p[(k+1)%3]
			if a == u || b == u {
				continue
			}
			count := 0
			for _, o := range s.star[a] {
				if s.cornerAt(o, b) >= 0 {
					count++
				}
			}
			if count != 2 {
				c.brims = append(c.brims, [2]int32{a, b})
			}
		}
	}
}

// toBrim is the squared distance of p to the nearest of c.brims.
func (c *collapser) toBrim(p geom.Vec3) float64 {
	best := math.Inf(1)
	for _, e := range c.brims {
		a := c.s.at[e[0]]
		way, to := c.s.at[e[1]].Sub(a), p.Sub(a)
		t := 0.0
		if l := way.Dot(way); l > 0 {
			t = math.Max(0, math.Min(1, to.Dot(way)/l))
		}
		d := to.Sub(way.Mul(t))
		best = math.Min(best, d.Dot(d))
	}
	return best
}
