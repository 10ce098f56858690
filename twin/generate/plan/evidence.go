package plan

import (
	"cmp"
	"math"
	"slices"
)

// hint is a place along a wall where something says that there is a door or a
// window.
type hint struct {
	a, b   vec // on the wall's centre line
	kind   Kind
	hinge  bool // a is the hinge
	swing  vec
	sure   float64
	why    string
	shapes []int
	used   bool
}

// axisNear finds the strip along which the points p and q lie, or between whose
// end and the next one's they do, and returns them moved onto its centre line.
func axisNear(strips []strip, ix *grid, p, q vec, beside float64) (vec, vec, int, bool) {
	mid, way := p.Add(q).Mul(0.5), q.Sub(p)
	width := way.Len()
	if width < 1e-6 {
		return p, q, 0, false
	}
	best, found := math.Inf(1), -1
	for _, i := range ix.near(p, q, 2) {
		s := strips[i]
		d := s.dir()
		if math.Abs(cross(d, way))/width > 0.17 {
			continue
		}
		off := max(math.Abs(cross(d, p.Sub(s.a))), math.Abs(cross(d, q.Sub(s.a)))) - s.t/2
		u := mid.Sub(s.a).Dot(d)
		apart := max(0, -u-width/2, u-s.len()-width/2)
		if off > beside || apart > 0.5 {
			continue
		}
		if cost := max(off, 0) + 0.5*apart - 1e-3*min(s.len(), 10); cost < best {
			best, found = cost, i
		}
	}
	if found < 0 {
		return p, q, 0, false
	}
	s := strips[found]
	d := s.dir()
	return s.a.Add(d.Mul(p.Sub(s.a).Dot(d))), s.a.Add(d.Mul(q.Sub(s.a).Dot(d))), found, true
}

// swingHints reads the arcs of doors: the hinge and the end where the leaf is
// shut lie along a wall.
func (k *ink) swingHints(strips []strip) []hint {
	var ix grid
	for i, s := range strips {
		ix.line(i, s.a, s.b)
	}
	var hints []hint
	for i := range k.swings {
		w := &k.swings[i]
		best, bestOff := hint{}, math.Inf(1)
		for _, ends := range [2][2]vec{{w.from, w.to}, {w.to, w.from}} {
			a, b, at, ok := axisNear(strips, &ix, w.hinge, ends[0], 0.2)
			if !ok {
				continue
			}
			n := left(strips[at].dir())
			open := ends[1].Sub(w.hinge)
			off := a.Sub(w.hinge).Len() + b.Sub(ends[0]).Len() + math.Abs(open.Sub(n.Mul(open.Dot(n))).Len())*0.3
			if off < bestOff {
				if open.Dot(n) < 0 {
					n = n.Mul(-1)
				}
				bestOff = off
				best = hint{a: a, b: b, kind: Swing, hinge: true, swing: n, sure: 0.9, why: "an arc shows the way of a leaf", shapes: []int{w.shape}}
			}
		}
		if math.IsInf(bestOff, 1) || best.a.Sub(best.b).Len() < 0.4 {
			continue
		}
		if c := k.classOfShape(&k.d.Shapes[w.shape]); c == doors {
			best.sure, best.why = 0.97, "an arc shows the way of a leaf, on a layer or in a block of doors"
		} else if c == furniture {
			continue
		}
		w.used = true
		hints = append(hints, best)
	}
	return pairLeaves(hints)
}

// pairLeaves makes one double door of two leaves that shut against each other.
func pairLeaves(hints []hint) []hint {
	gone := make([]bool, len(hints))
	ix := gridOf(hints)
	var outs []hint
	for i, h := range hints {
		if gone[i] {
			continue
		}
		for _, j := range ix.near(h.a, h.b, 0.2) {
			o := hints[j]
			if j <= i || gone[j] {
				continue
			}
			same := h.a.Sub(o.a).Len() < 0.08 && h.b.Sub(o.b).Len() < 0.08
			if same { // drawn twice
				gone[j] = true
				continue
			}
			d := h.b.Sub(h.a).Normalize()
			if h.b.Sub(o.b).Len() < 0.15 && d.Dot(o.b.Sub(o.a)) < 0 && h.swing.Dot(o.swing) > 0.5 && h.kind == Swing {
				gone[j] = true
				h.b, h.kind, h.why = o.a, Double, "two arcs show leaves that shut against each other"
				h.shapes = both(h.shapes, o.shapes)
			}
		}
		outs = append(outs, h)
	}
	return outs
}

// blockHints reads what stands on layers or in blocks that are named for doors
// or windows.
func (k *ink) blockHints(strips []strip, known []hint) []hint {
	var ix grid
	for i, s := range strips {
		ix.line(i, s.a, s.b)
	}
	type group struct {
		points []vec
		shapes []int
		class  class
		name   string
	}
	var groups []group
	blocks := map[int]int{}
	var loose []segment
	byShape := map[int]bool{}
	for _, g := range k.other {
		s := &k.d.Shapes[g.shape]
		c := k.classOfShape(s)
		if c != doors && c != windows {
			continue
		}
		top := -1
		for in := s.Insert; in >= 0; in = k.d.Inserts[in].Parent {
			if k.named[in] == c {
				top = in
			}
		}
		if top < 0 {
			loose = append(loose, g)
			continue
		}
		at, ok := blocks[top]
		if !ok {
			at = len(groups)
			blocks[top] = at
			groups = append(groups, group{class: c, name: k.d.Inserts[top].Block})
		}
		groups[at].points = append(groups[at].points, g.a, g.b)
		if !byShape[g.shape] && len(groups[at].shapes) < 8 {
			groups[at].shapes = append(groups[at].shapes, g.shape)
		}
		byShape[g.shape] = true
	}
	for _, c := range clusters(loose, 0.03) {
		g := group{class: k.classOfShape(&k.d.Shapes[loose[c[0]].shape]), name: k.d.Layers[k.d.Shapes[loose[c[0]].shape].Layer].Name}
		for _, i := range c {
			g.points = append(g.points, loose[i].a, loose[i].b)
			g.shapes = both(g.shapes, []int{loose[i].shape})
		}
		groups = append(groups, g)
	}
	var hints []hint
	before := gridOf(known)
	for _, g := range groups {
		a, b, ok := k.alongWall(strips, &ix, g.points)
		width := b.Sub(a).Len()
		if !ok || width < 0.3 || width > 12 {
			continue
		}
		h := hint{a: a, b: b, kind: Window, sure: 0.9, why: "drawn on a layer or in a block of windows", shapes: g.shapes}
		if g.class == doors {
			covered := false
			for _, i := range before.near(a, b, 0.3) {
				o := known[i]
				covered = covered || overlap(o.a, o.b, a, b) > 0.5 && math.Abs(cross(b.Sub(a).Mul(1/width), o.a.Sub(a))) < 0.3
			}
			if covered || width > 5 {
				continue
			}
			h.kind, h.sure, h.why = Passage, 0.7, "drawn on a layer or in a block of doors, without the way of a leaf"
			if slides(g.name) {
				h.kind, h.sure, h.why = Sliding, 0.85, "named a sliding door"
			}
		}
		hints = append(hints, h)
	}
	return hints
}

// alongWall projects points onto the wall that they lie in.
func (k *ink) alongWall(strips []strip, ix *grid, ps []vec) (vec, vec, bool) {
	box := boxOf(ps...)
	lo, hi := vec{box.Min[0], box.Min[1]}, vec{box.Max[0], box.Max[1]}
	mid := lo.Add(hi).Mul(0.5)
	best, found, la, lb := math.Inf(1), -1, 0.0, 0.0
	for _, i := range ix.near(lo, hi, 2) {
		s := strips[i]
		d := s.dir()
		v0, v1, u0, u1 := math.Inf(1), math.Inf(-1), math.Inf(1), math.Inf(-1)
		for _, p := range ps {
			u, v := p.Sub(s.a).Dot(d), cross(d, p.Sub(s.a))
			u0, u1, v0, v1 = min(u0, u), max(u1, u), min(v0, v), max(v1, v)
		}
		if v0 > s.t/2+0.1 || v1 < -s.t/2-0.1 { // beside the wall
			continue
		}
		apart := max(0, -u1, u0-s.len())
		if apart > 0.4 {
			continue
		}
		// The wall along which the ink is long and across which it is short.
		if cost := (v1-v0)/max(u1-u0, 0.01) + apart + math.Abs(cross(d, mid.Sub(s.a))); cost < best {
			best, found, la, lb = cost, i, u0, u1
		}
	}
	if found < 0 {
		return vec{}, vec{}, false
	}
	s := strips[found]
	return s.a.Add(s.dir().Mul(la)), s.a.Add(s.dir().Mul(lb)), true
}

// paneHints reads windows from lines that run inside a wall, where nothing names
// them.
func (k *ink) paneHints(strips []strip, within []strip, rest []stroke) []hint {
	var ix grid
	for i, s := range strips {
		ix.line(i, s.a, s.b)
	}
	lines := slices.Clone(rest)
	for _, w := range within {
		lines = append(lines, stroke{a: w.a, b: w.b, shapes: w.shapes})
	}
	var hints []hint
	for _, l := range lines {
		if l.len() < 0.35 || l.len() > 6 {
			continue
		}
		for _, i := range ix.near(l.a, l.b, 0.3) {
			s := strips[i]
			d := s.dir()
			if math.Abs(cross(d, l.dir())) > parallel {
				continue
			}
			va, vb := math.Abs(cross(d, l.a.Sub(s.a))), math.Abs(cross(d, l.b.Sub(s.a)))
			ua, ub := l.a.Sub(s.a).Dot(d), l.b.Sub(s.a).Dot(d)
			if max(va, vb) > s.t/2-0.012 || min(ua, ub) < 0.02 || max(ua, ub) > s.len()-0.02 {
				continue
			}
			hints = append(hints, hint{a: s.a.Add(d.Mul(min(ua, ub))), b: s.a.Add(d.Mul(max(ua, ub))), kind: Window, sure: 0.65,
				why: "more lines run within the wall, as panes do", shapes: l.shapes})
			break
		}
	}
	slices.SortStableFunc(hints, func(x, y hint) int { return cmp.Compare(y.b.Sub(y.a).Len(), x.b.Sub(x.a).Len()) })
	return distinctHints(hints)
}

// distinctHints drops hints that say again what an earlier one said.
func distinctHints(hints []hint) []hint {
	var outs []hint
	var ix grid
	for _, h := range hints {
		again := false
		for _, i := range ix.near(h.a, h.b, 0.3) {
			o := outs[i]
			d := o.b.Sub(o.a)
			if overlap(o.a, o.b, h.a, h.b) > 0.5 && math.Abs(cross(d.Mul(1/d.Len()), h.a.Sub(o.a))) < 0.25 {
				again = true
				break
			}
		}
		if !again {
			ix.line(len(outs), h.a, h.b)
			outs = append(outs, h)
		}
	}
	return outs
}

// overlap is the share of c..d, seen along a..b, that lies on it.
func overlap(a, b, c, d vec) float64 {
	way := b.Sub(a)
	l := way.Len()
	if l < 1e-9 {
		return 0
	}
	way = way.Mul(1 / l)
	u, v := c.Sub(a).Dot(way), d.Sub(a).Dot(way)
	lo, hi := min(u, v), max(u, v)
	if hi-lo < 1e-9 {
		return 0
	}
	return max(0, min(l, hi)-max(0, lo)) / (hi - lo)
}

// cut takes the places of hints out of the walls that run through them.
func cut(strips []strip, hints []hint) []strip {
	ix := gridOf(hints)
	var all []strip
	for _, s := range strips {
		pieces := []strip{s}
		for _, i := range ix.near(s.a, s.b, thickest) {
			var next []strip
			for _, p := range pieces {
				next = append(next, p.without(hints[i])...)
			}
			pieces = next
		}
		all = append(all, pieces...)
	}
	return all
}

// without is what a hint leaves of a strip.
func (s strip) without(h hint) []strip {
	d := s.dir()
	ua, ub := h.a.Sub(s.a).Dot(d), h.b.Sub(s.a).Dot(d)
	lo, hi := min(ua, ub), max(ua, ub)
	off := max(math.Abs(cross(d, h.a.Sub(s.a))), math.Abs(cross(d, h.b.Sub(s.a))))
	if off > s.t/2+0.06 || min(hi, s.len())-max(lo, 0) < 0.02 {
		return []strip{s}
	}
	var left []strip
	if lo > 0.02 {
		p := s
		p.b, p.joined[1] = s.a.Add(d.Mul(lo)), false
		left = append(left, p)
	}
	if hi < s.len()-0.02 {
		p := s
		p.a, p.joined[0] = s.a.Add(d.Mul(hi)), false
		left = append(left, p)
	}
	return left
}

func gridOf(hints []hint) *grid {
	ix := &grid{}
	for i, h := range hints {
		ix.line(i, h.a, h.b)
	}
	return ix
}
