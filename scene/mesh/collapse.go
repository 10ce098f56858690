package mesh

import (
	"cmp"
	"context"
	"math"
	"slices"

	"github.com/glasstwin/glasstwin/scene/geom"
)

// collapser pulls places of a surface onto neighbours.
type collapser struct {
	s       *surface
	bound   Bound
	line    float64 // distance that an open border may move
	first   *tree   // of the surface as it was
	samples []sample
	q       []quadric
	queue   []pull // heap, cheapest first
	stamp   []int32
	gone    []bool
	taken   int

	// scratch
	mine, theirs []rim
	moved        []int32 // triangles that survive a pull
	points       []int32
	owner        []int32
	ways         []pull
	brims        [][2]int32 // open edges around, after the pull
}

// pull would move the place u onto v.
type pull struct {
	cost  float64
	u, v  int32
	stamp int32
}

// crowd bounds the samples that one triangle takes over: what a large flat
// triangle has swallowed need not be tested to the last point.
const crowd = 96

// hopeless is the mean square of the distance to planes, and the square of the
// turn of a normal, each over its bound, beyond which a pull is not tried.
const hopeless = 60

// slip is how far a texture may move on the surface: 2 mm where texture
// coordinates are metres, a texel of 512 where they are shares of an image.
const slip = 2e-3

func newCollapser(s *surface, b Bound) *collapser {
	floor := roundings * s.size
	b.Distance = math.Max(b.Distance, floor)
	c := &collapser{
		s: s, bound: b, line: math.Max(floor, b.Distance/20),
		q: make([]quadric, len(s.at)), stamp: make([]int32, len(s.at)), gone: make([]bool, len(s.at)),
	}
	was := &soup{at: s.at}
	for i := range s.tri {
		was.tri = append(was.tri, s.places(int32(i)))
	}
	c.first = newTree(was)
	c.sample()
	for i := range s.tri {
		t := int32(i)
		p, n := s.places(t), s.cross(t)
		area := n.Len() / 2
		n = unit(n)
		for k, u := range p {
			c.q[u].plane(s.at[u], n, area/3)
			v := p[(k+1)%3]
			if !c.ridge(t, u, v) {
				continue
			}
			// A plane through the edge, upright on the triangle, holds lines in place.
			along := s.at[v].Sub(s.at[u])
			wall := unit(along.Cross(n))
			w := along.Dot(along)
			c.q[u].plane(s.at[u], wall, w)
			c.q[v].plane(s.at[u], wall, w)
		}
	}
	return c
}

// ridge tells whether the edge u, v of triangle t is a border, a seam or the
// edge of a material.
func (c *collapser) ridge(t, u, v int32) bool {
	s := c.s
	count, seam := 0, false
	cu, cv := s.cornerAt(t, u), s.cornerAt(t, v)
	for _, o := range s.star[u] {
		if ov := s.cornerAt(o, v); ov >= 0 {
			count++
			seam = seam || ov != cv || s.cornerAt(o, u) != cu
		}
	}
	return count != 2 || seam
}

// cornerAt returns the corner of triangle t at a place, -1 when it has none.
func (s *surface) cornerAt(t, place int32) int32 {
	for _, c := range s.tri[t].c {
		if s.corner[c].place == place {
			return c
		}
	}
	return -1
}

// run pulls until nothing more is allowed.
func (c *collapser) run(ctx context.Context) error {
	for u := range c.s.at {
		c.offer(int32(u))
	}
	for n := 0; len(c.queue) > 0; n++ {
		if n%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		best := c.pop()
		if c.gone[best.u] || best.stamp != c.stamp[best.u] {
			continue
		}
		ways := slices.Clone(c.list(best.u))
		slices.SortFunc(ways, func(a, b pull) int { return cmp.Or(cmp.Compare(a.cost, b.cost), cmp.Compare(a.v, b.v)) })
		for _, w := range ways {
			if c.try(w.u, w.v) {
				break
			}
		}
	}
	return nil
}

// offer queues the cheapest way for u to go.
func (c *collapser) offer(u int32) {
	c.stamp[u]++
	best := pull{cost: math.Inf(1)}
	for _, w := range c.list(u) {
		if w.cost < best.cost || w.cost == best.cost && w.v < best.v {
			best = w
		}
	}
	if !math.IsInf(best.cost, 1) {
		best.stamp = c.stamp[u]
		c.push(best)
	}
}

// list returns the ways that u may go by its lines, with their costs: the
// square of the distance and of the turn of its normals, each over its bound.
func (c *collapser) list(u int32) []pull {
	s := c.s
	c.ways = c.ways[:0]
	c.mine = s.rims(u, c.mine)
	odd := 0
	for _, r := range c.mine {
		if r.count != 2 {
			odd++
		}
	}
	if odd != 0 && odd != 2 || odd == 0 && len(c.mine) != len(s.star[u]) {
		return nil
	}
	d2, n2 := c.bound.Distance*c.bound.Distance, c.bound.Normal*c.bound.Normal
	for _, r := range c.mine {
		if odd == 2 && r.count == 2 {
			continue
		}
		turned := 0.0
		for _, t := range s.star[u] {
			if cv := s.cornerAt(t, r.to); cv >= 0 {
				d := s.corner[cv].normal.Sub(s.corner[s.cornerAt(t, u)].normal)
				turned = math.Max(turned, d.Dot(d))
			}
		}
		off := c.q[u].at(s.at[r.to]) / d2
		if off > hopeless || turned > hopeless*n2+1e-9 {
			continue
		}
		cost := off + 0.01*turned/(n2+1e-12) + 1e-9*s.at[r.to].Sub(s.at[u]).Len()/(s.size+1e-30)
		c.ways = append(c.ways, pull{cost: cost, u: u, v: r.to})
	}
	return c.ways
}

// try pulls u onto v when nothing breaks, and tells whether it did.
func (c *collapser) try(u, v int32) bool {
	s := c.s
	// Corners of u go to the corners of v that they share an edge with.
	var from, to [8]int32
	pairs, dying := 0, int32(0)
	for _, t := range s.star[u] {
		cv := s.cornerAt(t, v)
		if cv < 0 {
			continue
		}
		dying++
		cu := s.cornerAt(t, u)
		known := false
		for i := range pairs {
			if from[i] == cu {
				if to[i] != cv {
					return false
				}
				known = true
			}
		}
		if !known {
			if pairs == len(from) {
				return false
			}
			from[pairs], to[pairs] = cu, cv
			pairs++
		}
	}
	goal := func(cu int32) int32 {
		for i := range pairs {
			if from[i] == cu {
				return to[i]
			}
		}
		return -1
	}
	// The neighbours that both have must be those of the triangles that go.
	c.mine, c.theirs = s.rims(u, c.mine), s.rims(v, c.theirs)
	shared := int32(0)
	for _, r := range c.theirs {
		s.slot[r.to] = 1
	}
	for _, r := range c.mine {
		shared += s.slot[r.to]
	}
	for _, r := range c.theirs {
		s.slot[r.to] = 0
	}
	if shared != dying {
		return false
	}
	c.moved, c.points = c.moved[:0], c.points[:0]
	for _, t := range s.star[u] {
		c.points = append(c.points, s.tri[t].near...)
		if s.cornerAt(t, v) >= 0 {
			continue
		}
		cu := s.cornerAt(t, u)
		if goal(cu) < 0 {
			return false
		}
		if !c.stays(t, u, v, goal(cu)) {
			return false
		}
		c.moved = append(c.moved, t)
	}
	if len(c.moved) == 0 {
		return false
	}
	c.brim(u, v)
	if !c.fits(u, v, goal) || c.stray(u, v) {
		return false
	}
	c.take(u, v, goal)
	return true
}

// stays tells whether triangle t keeps its side and some area when u goes to v.
func (c *collapser) stays(t, u, v, cv int32) bool {
	s := c.s
	was := s.cross(t)
	p := s.places(t)
	var at [3]geom.Vec3
	for k, q := range p {
		at[k] = s.at[q]
		if q == u {
			at[k] = s.at[v]
		}
	}
	ab, ac, bc := at[1].Sub(at[0]), at[2].Sub(at[0]), at[2].Sub(at[1])
	is := ab.Cross(ac)
	long := max(ab.Dot(ab), ac.Dot(ac), bc.Dot(bc))
	area := is.Len()
	if area < 1e-5*long {
		// A sliver is no worse than the one it was.
		if was.Len() > 0.5*area || area < 1e-9*long {
			return false
		}
	}
	if was.Len() > 0 && is.Dot(was) < 0.3*area*was.Len() {
		return false
	}
	// The side that light falls on is that of the shading normals.
	for k, cc := range s.tri[t].c {
		n := s.corner[cc].normal
		if p[k] == u {
			n = s.corner[cv].normal
		}
		if n.Dot(was) > 0 && n.Dot(is) <= 0 {
			return false
		}
	}
	return true
}

// fits tells whether the points taken over stay within the bound when u has
// gone to v, and notes in c.owner which triangle of c.moved is nearest to each.
func (c *collapser) fits(u, v int32, goal func(int32) int32) bool {
	s := c.s
	c.owner = c.owner[:0]
	d2, cosine := c.bound.Distance*c.bound.Distance, math.Cos(math.Min(c.bound.Normal, math.Pi))
	line2 := c.line * c.line
	for _, i := range c.points {
		x := &c.samples[i]
		best, owner := math.Inf(1), int32(-1)
		var n geom.Vec3
		var uv [2]float64
		for k, t := range c.moved {
			if s.tri[t].prim != x.prim {
				continue
			}
			var at, normal [3]geom.Vec3
			corners := s.tri[t].c
			for j, cc := range corners {
				if s.corner[cc].place == u {
					cc = goal(cc)
				}
				corners[j] = cc
				at[j], normal[j] = s.at[s.corner[cc].place], s.corner[cc].normal
			}
			q, b, w := nearest(x.p, at[0], at[1], at[2])
			d := q.Sub(x.p)
			far := d.Dot(d)
			if far > best+1e-3*d2 || owner >= 0 && far > best-1e-3*d2 &&
				x.n.Dot(unit(normal[0].Mul(1-b-w).Add(normal[1].Mul(b)).Add(normal[2].Mul(w)))) <= x.n.Dot(n) {
				continue
			}
			best, owner = far, int32(k)
			uv = mix(s, corners, b, w)
			n = unit(normal[0].Mul(1 - b - w).Add(normal[1].Mul(b)).Add(normal[2].Mul(w)))
		}
		if best > d2 || x.border && (best > line2 || c.toBrim(x.p) > line2) {
			return false
		}
		if x.n != (geom.Vec3{}) && x.n.Dot(n) < cosine-1e-12 {
			return false
		}
		if math.Abs(uv[0]-x.uv[0]) > slip || math.Abs(uv[1]-x.uv[1]) > slip {
			return false
		}
		c.owner = append(c.owner, owner)
	}
	return true
}

// take pulls u onto v.
func (c *collapser) take(u, v int32, goal func(int32) int32) {
	s := c.s
	for _, t := range c.moved {
		s.tri[t].near = nil
	}
	for k, i := range c.points {
		t := c.moved[c.owner[k]]
		s.tri[t].near = append(s.tri[t].near, i)
	}
	for _, t := range c.moved {
		if f := &s.tri[t]; len(f.near) > crowd {
			thin := f.near[:0]
			for k, i := range f.near {
				if c.samples[i].border || k%2 == 0 {
					thin = append(thin, i)
				}
			}
			f.near = thin
		}
	}
	touched := s.rims(u, nil)
	for _, t := range s.star[u] {
		f := &s.tri[t]
		if s.cornerAt(t, v) >= 0 {
			f.dead, f.near = true, nil
			for _, p := range s.places(t) {
				if p != u {
					s.star[p] = slices.DeleteFunc(s.star[p], func(o int32) bool { return o == t })
				}
			}
			continue
		}
		f.moved = true
		for k, cc := range f.c {
			if s.corner[cc].place == u {
				f.c[k] = goal(cc)
			}
		}
		s.star[v] = append(s.star[v], t)
	}
	s.star[u] = nil
	c.gone[u] = true
	c.q[v].add(c.q[u])
	c.taken++
	for _, r := range touched {
		c.offer(r.to)
	}
}
