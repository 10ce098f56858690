package plan

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// Widths of openings, metres.
const (
	bridged   = 0.42 // a narrower gap between two walls in line is closed
	doorLeast = 0.5
	doorMost  = 2.6 // of what nothing marks as a door
	markMost  = 8.0 // of what something marks
)

// hole is a gap in line with walls that an opening fills.
type hole struct {
	a, b   vec
	t      float64
	kind   Kind
	swing  vec
	sure   float64
	why    string
	shapes []int
}

// end is an end of a strip that meets nothing.
type end struct {
	strip int
	p, d  vec // where, and the way out of the wall
	t     float64
}

// span is a gap from one free end to another or to the wall that it faces.
type gapSpan struct {
	from   int // in ends
	to     int // in ends; -1: a wall
	a, b   vec
	stub   float64 // half the thickness of the wall that is faced
	length float64
	hint   int // -1: none
}

// bridge fills the gaps. It returns the holes and the short pieces of wall that
// lead up to them.
func bridge(strips []strip, hints []hint) (holes []hole, stubs []strip) {
	var ix grid
	for i, s := range strips {
		ix.line(i, s.a, s.b)
	}
	var ends []end
	for i, s := range strips {
		d := s.dir()
		if !s.joined[0] {
			ends = append(ends, end{i, s.a, d.Mul(-1), s.t})
		}
		if !s.joined[1] {
			ends = append(ends, end{i, s.b, d, s.t})
		}
	}
	var spans []gapSpan
	var free grid
	for i, e := range ends {
		free.add(i, e.p, e.p)
	}
	marked := gridOf(hints)
	for i, e := range ends {
		if g, ok := across(strips, &ix, ends, &free, i, e); ok {
			g.hint = hintFor(hints, marked, g)
			spans = append(spans, g)
		}
	}
	// What is marked comes first, then end to end before end to wall, then the
	// narrow.
	rank := func(g gapSpan) int {
		r := 0
		if g.hint < 0 {
			r += 2
		}
		if g.to < 0 {
			r++
		}
		return r
	}
	slices.SortStableFunc(spans, func(x, y gapSpan) int {
		return cmp.Or(cmp.Compare(rank(x), rank(y)), cmp.Compare(x.length, y.length))
	})
	taken := make([]bool, len(ends))
	for _, g := range spans {
		if taken[g.from] || g.to >= 0 && taken[g.to] {
			continue
		}
		e := ends[g.from]
		t := e.t
		if g.to >= 0 {
			t = min(t, ends[g.to].t)
		}
		h := hole{a: g.a, b: g.b, t: t}
		clear := g.length - g.stub
		switch {
		case g.hint >= 0:
			o := &hints[g.hint]
			o.used = true
			h.kind, h.swing, h.sure, h.why, h.shapes = o.kind, o.swing, o.sure, o.why, o.shapes
			if o.hinge && o.a.Sub(g.a).Len() > o.a.Sub(g.b).Len() {
				h.a, h.b = g.b, g.a
			}
			if wide := o.b.Sub(o.a).Len(); h.kind == Swing && math.Abs(clear-wide) > 0.35 {
				h.sure -= 0.2
			}
		case clear < bridged:
			h.why = ""
		case clear >= doorLeast && clear <= doorMost && g.to >= 0:
			h.sure, h.why = 0.6, fmt.Sprintf("a gap of %.2f m between two walls in line", clear)
		case clear >= doorLeast && clear <= 1.3:
			h.sure, h.why = 0.35, fmt.Sprintf("a gap of %.2f m between the end of a wall and the wall that it faces", clear)
		default:
			continue
		}
		taken[g.from] = true
		if g.to >= 0 {
			taken[g.to] = true
		}
		stub := func(a, b vec) {
			stubs = append(stubs, strip{a: a, b: b, t: t, sure: 0.5, why: "closes what is left between walls", joined: [2]bool{true, true}})
		}
		if h.why == "" {
			stub(g.a, g.b)
			continue
		}
		if g.stub > 0 {
			jamb := g.b.Add(g.a.Sub(g.b).Mul(g.stub / g.length))
			stub(jamb, g.b)
			if h.a == g.b {
				h.a = jamb
			} else {
				h.b = jamb
			}
		}
		holes = append(holes, h)
	}
	return holes, stubs
}

// across looks from a free end along its wall: for the free end of a wall in
// line, else for a wall that it faces.
func across(strips []strip, ix *grid, ends []end, free *grid, i int, e end) (gapSpan, bool) {
	best := gapSpan{from: i, to: -1, length: math.Inf(1)}
	for _, j := range free.near(e.p, e.p.Add(e.d.Mul(markMost)), 0.4) {
		o := ends[j]
		if j == i || o.strip == e.strip || e.d.Dot(o.d) > -0.995 {
			continue
		}
		way := o.p.Sub(e.p)
		u, v := way.Dot(e.d), math.Abs(cross(e.d, way))
		if u < 1e-3 && way.Len() > 0.05 || u > markMost || v > (e.t+o.t)/4+0.03 || u >= best.length {
			continue
		}
		best.to, best.a, best.b, best.length = j, e.p, o.p, max(way.Len(), 1e-6)
	}
	// Nearer than that: a wall across the way.
	far := e.p.Add(e.d.Mul(min(best.length, 4)))
	ray := strip{a: e.p, b: far, t: e.t}
	for _, j := range ix.near(e.p, far, 0.3) {
		o := strips[j]
		if j == e.strip || best.to >= 0 && j == ends[best.to].strip {
			continue
		}
		u, v, p, ok := meet(ray, o)
		if !ok || u < 0.02 || v < -o.t/2-slack || v > o.len()+o.t/2+slack || u >= best.length-0.05 {
			continue
		}
		half := o.t / 2 / math.Abs(cross(ray.dir(), o.dir()))
		if half > 0.8*u {
			half = 0
		}
		best.to, best.a, best.b, best.length, best.stub = -1, e.p, p, u, half
	}
	return best, !math.IsInf(best.length, 1)
}

// hintFor finds the hint that marks a gap.
func hintFor(hints []hint, marked *grid, g gapSpan) int {
	best, found := 0.55, -1
	way := g.b.Sub(g.a)
	if g.length < 0.25 {
		return -1
	}
	for _, i := range marked.near(g.a, g.b, 0.3) {
		h := hints[i]
		if h.used || math.Abs(cross(way.Mul(1/g.length), h.a.Sub(g.a))) > 0.25 || math.Abs(cross(way.Mul(1/g.length), h.b.Sub(g.a))) > 0.25 {
			continue
		}
		clear := g.a.Add(way.Mul(1 - g.stub/g.length))
		if s := min(overlap(g.a, clear, h.a, h.b), overlap(h.a, h.b, g.a, clear)); s > best {
			best, found = s, i
		}
	}
	return found
}

// hangingHoles gives a hole to each hint that no gap took: between walls that
// stand across its ends.
func hangingHoles(strips []strip, hints []hint) (holes []hole, stubs []strip) {
	var ix grid
	for i, s := range strips {
		ix.line(i, s.a, s.b)
	}
	for k := range hints {
		h := &hints[k]
		if h.used || h.kind == Window {
			continue
		}
		d := h.b.Sub(h.a).Normalize()
		mid := h.a.Add(h.b).Mul(0.5)
		half := h.b.Sub(h.a).Len() / 2
		hit := func(way vec) (vec, float64, bool) {
			ray := strip{a: mid, b: mid.Add(way), t: 0.1}
			best, at, t := half+0.45, vec{}, 0.0
			for _, i := range ix.near(mid, mid.Add(way.Mul(half+0.5)), 0.3) {
				u, v, p, ok := meet(ray, strips[i])
				if ok && u > half-0.2 && u < best && v > -0.1 && v < strips[i].len()+0.1 {
					best, at, t = u, p, strips[i].t
				}
			}
			return at, t, t > 0
		}
		a, ta, okA := hit(d.Mul(-1))
		b, tb, okB := hit(d)
		if !okA || !okB {
			continue
		}
		h.used = true
		ja, jb := a.Add(d.Mul(ta/2)), b.Sub(d.Mul(tb/2))
		t := min(ta, tb)
		holes = append(holes, hole{a: ja, b: jb, t: t, kind: h.kind, swing: h.swing, sure: h.sure - 0.1, why: h.why, shapes: h.shapes})
		stubs = append(stubs, strip{a: a, b: ja, t: t, sure: 0.5, joined: [2]bool{true, true}}, strip{a: jb, b: b, t: t, sure: 0.5, joined: [2]bool{true, true}})
	}
	return holes, stubs
}
