package geom

import (
	"cmp"
	"math"
	"slices"
)

// workMax bounds the tests that one triangulation makes, so that an outline
// made to be slow ends: about a second. Ordinary outlines take some n² of them.
const workMax = 100_000_000

// tinyShare is how much of the square of an outline's size is noise: corners in
// a row that were turned by some angle are off their line by rounding.
const tinyShare = 1e-13

// Area is the signed area of a polygon, positive when it runs counter-clockwise.
func Area(loop []Vec2) float64 {
	sum := 0.0
	for i, a := range loop {
		b := loop[(i+1)%len(loop)]
		sum += (a[0]-loop[0][0])*(b[1]-loop[0][1]) - (b[0]-loop[0][0])*(a[1]-loop[0][1])
	}
	return sum / 2
}

// Triangulate cuts a polygon with holes into triangles by clipping ears
// (Meisters 1975, holes joined to the outline by bridges as in Eberly 2002).
// Loops may run either way round; the triangles run counter-clockwise. Indices
// count the outline's points first, then those of each hole in order. An
// outline that crosses itself gives some triangles, never an endless run.
func Triangulate(outline []Vec2, holes ...[]Vec2) [][3]int {
	if len(outline) < 3 {
		return nil
	}
	c := clipper{}
	total := len(outline)
	for _, h := range holes {
		total += len(h)
	}
	c.nodes = make([]ear, 0, total+2*len(holes))
	reach := 0.0
	for _, p := range outline {
		reach = math.Max(reach, p.Sub(outline[0]).Len())
	}
	c.tiny = tinyShare * reach * reach
	ring := c.ring(outline, 0, true)
	if len(holes) > 0 {
		ring = c.bridge(ring, len(outline), holes)
	}
	c.out = make([][3]int, 0, total+2*len(holes))
	c.clip(ring)
	return c.out
}

// ear is a corner of what is still to be cut, in a ring.
type ear struct {
	p          Vec2
	of         int // index of the point
	prev, next int
}

type clipper struct {
	nodes []ear
	out   [][3]int
	work  int
	tiny  float64 // twice the area of what counts as lying on one line
	field field   // of the corners, while ears are cut off a long ring
}

// ring links a loop, turned to run counter-clockwise or clockwise, and returns
// one of its nodes.
func (c *clipper) ring(loop []Vec2, base int, ccw bool) int {
	first, n := len(c.nodes), len(loop)
	turned := (Area(loop) >= 0) != ccw
	for k := range loop {
		i := k
		if turned {
			i = n - 1 - k
		}
		c.nodes = append(c.nodes, ear{p: loop[i], of: base + i, prev: first + (k+n-1)%n, next: first + (k+1)%n})
	}
	return first
}

// bridge joins every hole to the ring, the rightmost first, by a cut that is
// walked there and back.
func (c *clipper) bridge(ring, base int, holes [][]Vec2) int {
	var all []hole
	for _, loop := range holes {
		if len(loop) >= 3 {
			first := c.ring(loop, base, false)
			best := first
			for k := first; k < first+len(loop); k++ {
				if c.nodes[k].p[0] > c.nodes[best].p[0] {
					best = k
				}
			}
			all = append(all, hole{best, c.nodes[best].p[0]})
		}
		base += len(loop)
	}
	slices.SortStableFunc(all, func(a, b hole) int { return cmp.Compare(b.x, a.x) })
	times := make(map[Vec2]int, len(c.nodes)) // how many corners lie at a point
	for _, n := range c.nodes {
		times[n.p]++
	}
	for i, h := range all {
		if c.touches(h.at, times) && c.splice(ring, h.at) {
			continue
		}
		from, ok := c.nearest(ring, h.at, all[i:])
		if !ok {
			from = c.visible(ring, c.nodes[h.at].p)
		}
		hole, outer := c.nodes[h.at], c.nodes[from]
		again, back := len(c.nodes), len(c.nodes)+1 // second copies of both ends
		c.nodes = append(c.nodes,
			ear{p: hole.p, of: hole.of, prev: hole.prev, next: back},
			ear{p: outer.p, of: outer.of, prev: again, next: outer.next})
		c.nodes[hole.prev].next = again
		c.nodes[outer.next].prev = back
		c.nodes[from].next = h.at
		c.nodes[h.at].prev = from
	}
	return ring
}

// touches tells whether another corner lies where one of a hole does.
func (c *clipper) touches(at int, times map[Vec2]int) bool {
	for j, first := at, true; first || j != at; j, first = c.nodes[j].next, false {
		if times[c.nodes[j].p] > 1 {
			return true
		}
	}
	return false
}

// splice joins a hole to the ring at a corner that both have; false when there
// is none.
func (c *clipper) splice(ring, at int) bool {
	for j, first := at, true; first || j != at; j, first = c.nodes[j].next, false {
		h := c.nodes[j]
		if c.work > workMax/4 {
			return false
		}
		for i, k := ring, 0; k == 0 || i != ring; i, k = c.nodes[i].next, k+1 {
			c.work++
			if c.nodes[i].p != h.p || !c.sees(i, c.nodes[h.prev].p) || !c.sees(i, c.nodes[h.next].p) {
				continue
			}
			after := c.nodes[i].next
			c.nodes[i].next, c.nodes[h.next].prev = h.next, i
			c.nodes[j].next, c.nodes[after].prev = after, j
			return true
		}
	}
	return false
}

// hole is a hole that is not joined yet, by its rightmost corner.
type hole struct {
	at int
	x  float64
}

// nearest finds the corner of the ring nearest to a corner of a hole whose way
// there touches nothing: no edge of the ring and none of the holes that are
// still apart. It gives up when that would take too long.
func (c *clipper) nearest(ring, at int, rest []hole) (int, bool) {
	m := c.nodes[at].p
	type candidate struct {
		at  int
		far float64
	}
	var all []candidate
	for i, k := ring, 0; k == 0 || i != ring; i, k = c.nodes[i].next, k+1 {
		d := c.nodes[i].p.Sub(m)
		all = append(all, candidate{i, d.Dot(d)})
	}
	slices.SortStableFunc(all, func(a, b candidate) int { return cmp.Compare(a.far, b.far) })
	loops := []int{ring}
	for _, h := range rest {
		loops = append(loops, h.at)
	}
	for _, v := range all {
		if c.work > workMax/2 {
			break
		}
		to := c.nodes[v.at].p
		if v.far > 0 && c.sees(v.at, m) && c.sees(at, to) && c.free(m, to, loops) {
			return v.at, true
		}
	}
	return 0, false
}

// free tells whether the way from a to b touches no edge of the loops other
// than at its ends.
func (c *clipper) free(a, b Vec2, loops []int) bool {
	way := b.Sub(a)
	tiny := 1e-12 * way.Dot(way)
	within := func(p Vec2) bool { // on the way, ends excluded
		if p == a || p == b || math.Abs(cross2(a, b, p)) > tiny {
			return false
		}
		t := p.Sub(a).Dot(way)
		return t > 0 && t < way.Dot(way)
	}
	for _, first := range loops {
		for i, k := first, 0; k == 0 || i != first; i, k = c.nodes[i].next, k+1 {
			c.work++
			p, q := c.nodes[i].p, c.nodes[c.nodes[i].next].p
			if within(p) {
				return false
			}
			if p == a || p == b || q == a || q == b {
				continue
			}
			if (cross2(a, b, p) > 0) != (cross2(a, b, q) > 0) && (cross2(p, q, a) > 0) != (cross2(p, q, b) > 0) {
				return false
			}
		}
	}
	return true
}

// visible finds a corner of the ring that the point m sees to its right: the
// end of the edge that a ray from m meets first, or a corner that hides it.
func (c *clipper) visible(ring int, m Vec2) int {
	best, hit := ring, math.Inf(1)
	for i, k := ring, 0; k == 0 || i != ring; i, k = c.nodes[i].next, k+1 {
		next := c.nodes[i].next
		a, b := c.nodes[i].p, c.nodes[next].p
		if a[1] > m[1] || b[1] < m[1] || a[1] == b[1] {
			continue // only edges that run upwards have the inside on their left
		}
		x, end := a[0]+(m[1]-a[1])/(b[1]-a[1])*(b[0]-a[0]), i
		switch {
		case a[1] == m[1]:
			x = a[0]
		case b[1] == m[1]:
			x, end = b[0], next
		case b[0] > a[0]:
			end = next
		}
		if x < m[0] || x >= hit || c.nodes[end].p[1] == m[1] && !c.sees(end, m) {
			continue
		}
		hit, best = x, end
	}
	q, chosen := Vec2{hit, m[1]}, c.nodes[best].p
	if math.IsInf(hit, 1) || q == chosen {
		return best
	}
	// Of the corners within the triangle of m, the hit and the chosen corner the
	// one nearest to the ray's direction is surely seen.
	least, far := math.Inf(1), 0.0
	for i, k := ring, 0; k == 0 || i != ring; i, k = c.nodes[i].next, k+1 {
		p := c.nodes[i].p
		if p[0] <= m[0] || p == chosen || !within(p, m, q, chosen) && !within(p, m, chosen, q) || !c.sees(i, m) {
			continue
		}
		slope := math.Abs(p[1]-m[1]) / (p[0] - m[0])
		if slope < least || slope == least && p[0] < far {
			least, far, best = slope, p[0], i
		}
	}
	return best
}

// sees tells whether the straight way from a corner to m begins inside. Where
// bridges end, several corners lie at one point and only one of them does.
func (c *clipper) sees(i int, m Vec2) bool {
	n := c.nodes[i]
	before, p, after := c.nodes[n.prev].p, n.p, c.nodes[n.next].p
	left, right := cross2(before, p, m) >= 0, cross2(p, after, m) >= 0
	if cross2(before, p, after) >= 0 {
		return left && right
	}
	return left || right
}

// clip cuts ears off the ring until nothing is left.
func (c *clipper) clip(ring int) {
	left := 0
	for i, k := ring, 0; k == 0 || i != ring; i, k = c.nodes[i].next, k+1 {
		left++
	}
	if left > fieldFrom {
		c.field.sow(c.nodes, ring)
	}
	for at, stuck := ring, 0; left >= 3; {
		n := c.nodes[at]
		// What is stuck after a full round crosses itself: a corner that at
		// least turns left is taken, then any.
		turn := c.turn(n.prev, at, n.next)
		take := turn > c.tiny && (stuck > left || c.work > workMax || c.empty(n.prev, at, n.next)) || stuck > 2*left
		if before, after := c.nodes[n.prev].p, c.nodes[n.next].p; before == after || n.p == after {
			take = true // nothing lies between: what is left of two loops that touched
		}
		if !take {
			at, stuck = n.next, stuck+1
			continue
		}
		if turn > 0 {
			c.out = append(c.out, [3]int{c.nodes[n.prev].of, n.of, c.nodes[n.next].of})
		}
		c.nodes[n.prev].next, c.nodes[n.next].prev = n.next, n.prev
		c.field.reap(c.nodes, at)
		at, stuck, left = n.next, 0, left-1
		if c.nodes[at].next != n.prev {
			at = c.nodes[at].next // every other corner first: fewer slivers
		}
	}
}

// empty tells whether no corner of the ring lies within the ear a, b, d.
func (c *clipper) empty(a, b, d int) bool {
	pa, pb, pd := c.nodes[a].p, c.nodes[b].p, c.nodes[d].p
	lo := Vec2{min(pa[0], pb[0], pd[0]), min(pa[1], pb[1], pd[1])}
	hi := Vec2{max(pa[0], pb[0], pd[0]), max(pa[1], pb[1], pd[1])}
	hinders := func(i int) bool { return i != a && i != b && i != d && !c.spares(i, [3]Vec2{pa, pb, pd}, lo, hi) }
	if c.field.cells != nil {
		return !c.field.any(lo, hi, hinders)
	}
	for i := c.nodes[d].next; i != a; i = c.nodes[i].next {
		if hinders(i) {
			return false
		}
	}
	return true
}

// spares tells whether corner i leaves an ear, within lo and hi, whole.
func (c *clipper) spares(i int, of [3]Vec2, lo, hi Vec2) bool {
	pa, pb, pd := of[0], of[1], of[2]
	c.work++
	p := c.nodes[i].p
	if p[0] < lo[0] || p[0] > hi[0] || p[1] < lo[1] || p[1] > hi[1] {
		return true
	}
	// Where loops touch, or bridges end, another corner lies at the same point:
	// its edges may lead into the ear.
	switch p {
	case pa:
		if c.enters(i, pb, pd) {
			return false
		}
		return true
	case pb:
		if c.enters(i, pd, pa) {
			return false
		}
		return true
	case pd:
		if c.enters(i, pa, pb) {
			return false
		}
		return true
	}
	ab, bd, da := cross2(pa, pb, p), cross2(pb, pd, p), cross2(pd, pa, p)
	switch {
	case ab < -c.tiny || bd < -c.tiny || da < -c.tiny:
		return true
	case ab > c.tiny && bd > c.tiny && da > c.tiny, c.turn(c.nodes[i].prev, i, c.nodes[i].next) <= c.tiny:
		return false
	case ab <= c.tiny && c.enters(i, pb, pa), bd <= c.tiny && c.enters(i, pd, pb), da <= c.tiny && c.enters(i, pa, pd):
		return false
	}
	return true
}

// enters tells whether an edge of a corner leads between its directions to
// right and left.
func (c *clipper) enters(i int, right, left Vec2) bool {
	n := c.nodes[i]
	for _, k := range [2]int{n.prev, n.next} {
		if q := c.nodes[k].p; cross2(n.p, right, q) > c.tiny && cross2(n.p, q, left) > c.tiny {
			return true
		}
	}
	return false
}

func (c *clipper) turn(a, b, d int) float64 {
	return cross2(c.nodes[a].p, c.nodes[b].p, c.nodes[d].p)
}

// within tells whether p lies in the counter-clockwise triangle a, b, c or on
// its edge.
func within(p, a, b, c Vec2) bool {
	return cross2(a, b, p) >= 0 && cross2(b, c, p) >= 0 && cross2(c, a, p) >= 0
}

// cross2 is twice the signed area of the triangle a, b, c.
func cross2(a, b, c Vec2) float64 {
	return (b[0]-a[0])*(c[1]-a[1]) - (c[0]-a[0])*(b[1]-a[1])
}
