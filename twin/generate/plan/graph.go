package plan

import (
	"cmp"
	"math"
	"slices"

	"github.com/glasstwin/glasstwin/scene/geom"
)

// node is where walls meet or end.
type node struct {
	p   vec
	out []int // half edges that leave, counter-clockwise
}

// edge is a straight piece of wall, or an opening in line with one.
type edge struct {
	from, to int
	t        float64
	strip    int // in graph.strips; -1: an opening
	hole     int // in graph.holes; -1: solid
	wall     int
}

// graph is the walls of a storey. Half edge 2e runs from edge e's from to its
// to, 2e+1 back.
type graph struct {
	strips []strip
	holes  []hole
	nodes  []node
	edges  []edge
	walls  int

	// corners of the sides of half edge h at its first node: left and right.
	left, right [][]vec
}

// snap is how near two ends are one node.
const snap = 0.03

func (g *graph) start(h int) int {
	if h&1 == 0 {
		return g.edges[h/2].from
	}
	return g.edges[h/2].to
}

func (g *graph) end(h int) int { return g.start(h ^ 1) }

func (g *graph) dir(h int) vec {
	return segment{a: g.nodes[g.start(h)].p, b: g.nodes[g.end(h)].p}.dir()
}

func (g *graph) length(e int) float64 {
	return g.nodes[g.edges[e].to].p.Sub(g.nodes[g.edges[e].from].p).Len()
}

// build cuts strips and holes where they meet and joins them to a graph.
func build(strips []strip, holes []hole) *graph {
	g := &graph{strips: strips, holes: holes}
	type piece struct {
		a, b        vec
		strip, hole int
		cuts        []float64
	}
	pieces := make([]piece, 0, len(strips)+len(holes))
	for i, s := range strips {
		pieces = append(pieces, piece{a: s.a, b: s.b, strip: i, hole: -1})
	}
	for i, h := range holes {
		pieces = append(pieces, piece{a: h.a, b: h.b, strip: -1, hole: i})
	}
	var ix grid
	for i, p := range pieces {
		ix.line(i, p.a, p.b)
	}
	for i := range pieces {
		p := &pieces[i]
		if p.hole >= 0 {
			continue
		}
		way := p.b.Sub(p.a)
		l := way.Len()
		if l < 1e-6 {
			continue
		}
		d := way.Mul(1 / l)
		for _, j := range ix.near(p.a, p.b, 0.1) {
			if j == i {
				continue
			}
			q := pieces[j]
			for _, e := range [2]vec{q.a, q.b} { // an end on this piece
				u := e.Sub(p.a).Dot(d)
				if math.Abs(cross(d, e.Sub(p.a))) < snap && u > snap && u < l-snap {
					p.cuts = append(p.cuts, u)
				}
			}
			if u, v, _, ok := meet(strip{a: p.a, b: p.b}, strip{a: q.a, b: q.b}); ok && u > snap && u < l-snap && v > snap && v < q.b.Sub(q.a).Len()-snap {
				p.cuts = append(p.cuts, u)
			}
		}
	}
	var at grid
	nodeAt := func(p vec) int {
		best, found := snap, -1
		for _, i := range at.near(p, p, snap) {
			if d := g.nodes[i].p.Sub(p).Len(); d <= best {
				best, found = d, i
			}
		}
		if found < 0 {
			found = len(g.nodes)
			g.nodes = append(g.nodes, node{p: p})
			at.add(found, p, p)
		}
		return found
	}
	have := map[[2]int]int{}
	add := func(from, to int, t float64, s, h int) {
		if from == to {
			return
		}
		key := [2]int{min(from, to), max(from, to)}
		if e, twice := have[key]; twice {
			if g.edges[e].hole < 0 { // an opening counts before the wall that it is in
				g.edges[e].hole, g.edges[e].t = h, max(g.edges[e].t, t)
				if h >= 0 {
					g.edges[e].from, g.edges[e].to = from, to
				}
			}
			return
		}
		have[key] = len(g.edges)
		g.edges = append(g.edges, edge{from: from, to: to, t: t, strip: s, hole: h})
	}
	for i := range pieces { // ends first: they are where the walls were joined
		nodeAt(pieces[i].a)
		nodeAt(pieces[i].b)
	}
	for _, p := range pieces {
		t := 0.0
		if p.strip >= 0 {
			t = strips[p.strip].t
		} else {
			t = holes[p.hole].t
		}
		slices.Sort(p.cuts)
		way := p.b.Sub(p.a)
		l := max(way.Len(), 1e-9)
		last := nodeAt(p.a)
		for _, u := range append(p.cuts, l) {
			n := nodeAt(p.a.Add(way.Mul(u / l)))
			add(last, n, t, p.strip, p.hole)
			last = n
		}
	}
	g.trim()
	g.number()
	return g
}

// trim takes out ends of walls that are shorter than the walls that they stick
// out of are thick.
func (g *graph) trim() {
	degree := make([]int, len(g.nodes))
	thick := make([]float64, len(g.nodes))
	for _, e := range g.edges {
		for _, n := range [2]int{e.from, e.to} {
			degree[n]++
		}
	}
	for _, e := range g.edges {
		thick[e.from], thick[e.to] = max(thick[e.from], e.t), max(thick[e.to], e.t)
	}
	kept := g.edges[:0]
	for i, e := range g.edges {
		l := g.length(i)
		root := e.from
		if degree[root] == 1 {
			root = e.to
		}
		spur := (degree[e.from] == 1) != (degree[e.to] == 1) && degree[root] > 2
		if e.hole < 0 && spur && l < thick[root]*0.75+0.02 {
			degree[e.from]--
			degree[e.to]--
			continue
		}
		kept = append(kept, e)
	}
	g.edges = kept
}

// number orders the half edges round each node, gathers edges into walls and
// finds their corners.
func (g *graph) number() {
	for i := range g.nodes {
		g.nodes[i].out = nil
	}
	for i, e := range g.edges {
		g.nodes[e.from].out = append(g.nodes[e.from].out, 2*i)
		g.nodes[e.to].out = append(g.nodes[e.to].out, 2*i+1)
	}
	angle := func(h int) float64 { d := g.dir(h); return math.Atan2(d[1], d[0]) }
	for i := range g.nodes {
		slices.SortFunc(g.nodes[i].out, func(x, y int) int { return cmp.Or(cmp.Compare(angle(x), angle(y)), cmp.Compare(x, y)) })
	}
	g.joinWalls()
	g.findCorners()
}

// joinWalls gives edges that run straight on one wall number.
func (g *graph) joinWalls() {
	root := make([]int, len(g.edges))
	for i := range root {
		root[i] = i
	}
	find := func(i int) int {
		for root[i] != i {
			root[i] = root[root[i]]
			i = root[i]
		}
		return i
	}
	for _, n := range g.nodes {
		for i, h := range n.out {
			best, found := -0.9986, -1 // within three degrees
			for j, o := range n.out {
				if c := g.dir(h).Dot(g.dir(o)); j != i && c < best {
					best, found = c, o
				}
			}
			if found < 0 {
				continue
			}
			a, b := g.edges[h/2], g.edges[found/2]
			if a.hole >= 0 || b.hole >= 0 || math.Abs(a.t-b.t) < 0.2*max(a.t, b.t)+0.01 {
				root[find(h/2)] = find(found / 2)
			}
		}
	}
	number := map[int]int{}
	order := make([]int, len(g.edges))
	for i := range order {
		order[i] = i
	}
	low := func(e int) vec {
		a, b := g.nodes[g.edges[e].from].p, g.nodes[g.edges[e].to].p
		if a[1] > b[1] || a[1] == b[1] && a[0] < b[0] {
			return a
		}
		return b
	}
	slices.SortStableFunc(order, func(x, y int) int { // from the top of the sheet, as it is read
		a, b := low(x), low(y)
		return cmp.Or(cmp.Compare(math.Round(b[1]*20), math.Round(a[1]*20)), cmp.Compare(a[0], b[0]))
	})
	for _, e := range order {
		r := find(e)
		if _, ok := number[r]; !ok {
			number[r] = len(number)
		}
		g.edges[e].wall = number[r]
	}
	g.walls = len(number)
}

// findCorners intersects the sides of neighbouring walls at each node.
func (g *graph) findCorners() {
	g.left, g.right = make([][]vec, 2*len(g.edges)), make([][]vec, 2*len(g.edges))
	for _, n := range g.nodes {
		for i, h := range n.out {
			o := n.out[(i+1)%len(n.out)] // the next one counter-clockwise
			d, e := g.dir(h), g.dir(o)
			t, s := g.edges[h/2].t, g.edges[o/2].t
			p, q := n.p.Add(left(d).Mul(t/2)), n.p.Sub(left(e).Mul(s/2))
			c := cross(d, e)
			switch {
			case h == o:
			case math.Abs(c) < 0.03 && d.Dot(e) < 0 && math.Abs(t-s) < 0.002:
				m := p.Add(q).Mul(0.5)
				p, q = m, m
			case math.Abs(c) >= 0.03:
				u := cross(q.Sub(p), e) / c
				v := cross(q.Sub(p), d) / c
				x := p.Add(d.Mul(u))
				if x.Sub(n.p).Len() < 3*max(t, s) && u < 0.9*g.length(h/2) && v < 0.9*g.length(o/2) {
					p, q = x, x
				}
			}
			g.left[h], g.right[o] = []vec{p}, []vec{q}
		}
	}
}

// outline is the ground that an edge's wall stands on, counter-clockwise.
func (g *graph) outline(e int) []vec {
	h := 2 * e
	a, b := g.nodes[g.edges[e].from], g.nodes[g.edges[e].to]
	var ps []vec
	ps = append(ps, g.right[h]...)
	ps = append(ps, g.left[h^1]...)
	if len(b.out) > 1 {
		ps = append(ps, b.p)
	}
	ps = append(ps, g.right[h^1]...)
	ps = append(ps, g.left[h]...)
	if len(a.out) > 1 {
		ps = append(ps, a.p)
	}
	if geom.Area(ps) > 1e-6 && simple(ps) {
		return ps
	}
	n := left(g.dir(h)).Mul(g.edges[e].t / 2)
	return []vec{a.p.Sub(n), b.p.Sub(n), b.p.Add(n), a.p.Add(n)}
}

// simple tells whether a small outline does not cross itself.
func simple(ps []vec) bool {
	for i := range ps {
		a, b := ps[i], ps[(i+1)%len(ps)]
		for j := i + 2; j < len(ps); j++ {
			if i == 0 && j == len(ps)-1 {
				continue
			}
			c, d := ps[j], ps[(j+1)%len(ps)]
			if cross(b.Sub(a), c.Sub(a))*cross(b.Sub(a), d.Sub(a)) < 0 && cross(d.Sub(c), a.Sub(c))*cross(d.Sub(c), b.Sub(c)) < 0 {
				return false
			}
		}
	}
	return true
}

// face is a loop of half edges with its left side's corners.
type face struct {
	halves  []int
	outline []vec
	area    float64 // negative: the outside of a group of walls
}

// faces walks round every side of the walls.
func (g *graph) faces() []face {
	seen := make([]bool, 2*len(g.edges))
	place := make([]int, 2*len(g.edges)) // of a half edge among those of its node
	for _, n := range g.nodes {
		for i, h := range n.out {
			place[h] = i
		}
	}
	var all []face
	for h := range seen {
		if seen[h] {
			continue
		}
		var f face
		for at := h; !seen[at]; {
			seen[at] = true
			f.halves = append(f.halves, at)
			back := at ^ 1
			list := g.nodes[g.start(back)].out
			next := list[(place[back]+len(list)-1)%len(list)]
			// The corner between next's left side and back's right side.
			for _, p := range append(slices.Clone(g.right[back]), g.left[next]...) {
				if k := len(f.outline); k == 0 || f.outline[k-1].Sub(p).Len() > 1e-6 {
					f.outline = append(f.outline, p)
				}
			}
			at = next
		}
		f.area = geom.Area(f.outline)
		all = append(all, f)
	}
	return all
}
