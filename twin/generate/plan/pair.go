package plan

import (
	"cmp"
	"context"
	"math"
	"slices"

	"github.com/glasstwin/glasstwin/scene/geom"
)

// Measures of walls, metres.
const (
	thinnest  = 0.045
	thickest  = 0.62
	sloppy    = 0.035 // drawn apart by hand and meant as one
	inLine    = 0.006 // of pieces of one line
	assumed   = 0.12  // thickness of a wall drawn as one line
	parallel  = 0.02  // sine of the angle between the faces of a wall
	shortWall = 0.08
)

// stroke is a line of the plan after its pieces were put together.
type stroke struct {
	a, b   vec
	shapes []int
	ring   int
}

func (s stroke) dir() vec     { return segment{a: s.a, b: s.b}.dir() }
func (s stroke) len() float64 { return s.b.Sub(s.a).Len() }

// merge puts pieces that lie on one line together: duplicates, overlaps, and
// what is apart by no more than a slip of the hand.
func merge(segs []segment) []stroke {
	order := make([]int, 0, len(segs))
	var ix grid
	for i, s := range segs {
		if s.len() > 1e-4 {
			order = append(order, i)
			ix.line(i, s.a, s.b)
		}
	}
	slices.SortStableFunc(order, func(x, y int) int { return cmp.Compare(segs[y].len(), segs[x].len()) })
	taken := make([]bool, len(segs))
	var outs []stroke
	for _, i := range order {
		if taken[i] {
			continue
		}
		taken[i] = true
		s := stroke{a: segs[i].a, b: segs[i].b, shapes: []int{segs[i].shape}, ring: segs[i].ring}
		d := s.dir()
		for grew := true; grew; {
			grew = false
			for _, j := range ix.near(s.a, s.b, sloppy) {
				if taken[j] {
					continue
				}
				t := segs[j]
				ua, va := t.a.Sub(s.a).Dot(d), cross(d, t.a.Sub(s.a))
				ub, vb := t.b.Sub(s.a).Dot(d), cross(d, t.b.Sub(s.a))
				if math.Abs(va) > inLine || math.Abs(vb) > inLine || min(ua, ub) > s.len()+sloppy || max(ua, ub) < -sloppy {
					continue
				}
				taken[j] = true
				if !slices.Contains(s.shapes, t.shape) && len(s.shapes) < 8 {
					s.shapes = append(s.shapes, t.shape)
				}
				if t.ring != s.ring {
					s.ring = -1
				}
				lo, hi := min(0, ua, ub), max(s.len(), ua, ub)
				if lo < 0 || hi > s.len() {
					s.a, s.b = s.a.Add(d.Mul(lo)), s.a.Add(d.Mul(hi))
					grew = true
				}
			}
		}
		outs = append(outs, s)
	}
	return outs
}

// strip is a straight wall: its centre line and its thickness.
type strip struct {
	a, b   vec
	t      float64
	sure   float64
	why    string
	shapes []int
	joined [2]bool // whether its ends meet another wall
}

func (s strip) dir() vec     { return segment{a: s.a, b: s.b}.dir() }
func (s strip) len() float64 { return s.b.Sub(s.a).Len() }

// candidate is a pair of strokes that may be the faces of a wall.
type candidate struct {
	i, j   int
	lo, hi float64 // along i
	gap    float64
	score  float64
}

// pair finds the walls between two lines. What is left of the strokes, as
// intervals that face nothing, is returned too.
func pair(ctx context.Context, strokes []stroke, rings []ring) (strips []strip, rest []stroke, err error) {
	var ix grid
	for i, s := range strokes {
		ix.line(i, s.a, s.b)
	}
	var all []candidate
	for i, s := range strokes {
		if i&255 == 0 && ctx.Err() != nil {
			return nil, nil, ctx.Err()
		}
		if s.len() < shortWall/2 {
			continue
		}
		for _, j := range ix.near(s.a, s.b, thickest) {
			if j <= i || strokes[j].len() < shortWall/2 {
				continue
			}
			if c, ok := facing(s, strokes[j]); ok {
				c.i, c.j = i, j
				if ok, bonus := solidBetween(s, strokes[j], c, rings); ok {
					c.score *= bonus
					all = append(all, c)
				}
			}
		}
	}
	slices.SortStableFunc(all, func(x, y candidate) int {
		return cmp.Or(cmp.Compare(y.score, x.score), cmp.Compare(x.i, y.i), cmp.Compare(x.j, y.j))
	})
	used := make([]intervals, len(strokes))
	for _, c := range all {
		s, o := strokes[c.i], strokes[c.j]
		d := s.dir()
		flip := d.Dot(o.dir()) < 0
		shift := o.a.Sub(s.a).Dot(d)
		onOther := func(u float64) float64 { // from along s to along o
			if flip {
				return shift - u
			}
			return u - shift
		}
		free := used[c.i].free(c.lo, c.hi)
		for _, f := range free {
			a, b := onOther(f[0]), onOther(f[1])
			for _, g := range used[c.j].free(min(a, b), max(a, b)) {
				lo, hi := g[0]+shift, g[1]+shift
				if flip {
					lo, hi = shift-g[1], shift-g[0]
				}
				if hi-lo < max(shortWall, 0.4*c.gap) && hi-lo < 0.999*(c.hi-c.lo) {
					continue
				}
				used[c.i].add(lo, hi)
				used[c.j].add(g[0], g[1])
				side := cross(d, o.a.Add(o.b).Mul(0.5).Sub(s.a))
				n := left(d).Mul(math.Copysign(c.gap/2, side))
				sure, why := 0.75, "two lines run side by side as the faces of a wall"
				if s.ring >= 0 && s.ring == o.ring && rings[s.ring].solid == 1 {
					sure, why = 0.85, "a thin closed outline, filled as a wall"
				}
				strips = append(strips, strip{a: s.a.Add(d.Mul(lo)).Add(n), b: s.a.Add(d.Mul(hi)).Add(n), t: c.gap, sure: sure, why: why,
					shapes: both(s.shapes, o.shapes)})
			}
		}
	}
	for i, s := range strokes {
		d := s.dir()
		for _, f := range used[i].free(0, s.len()) {
			r := s
			r.a, r.b = s.a.Add(d.Mul(f[0])), s.a.Add(d.Mul(f[1]))
			rest = append(rest, r)
		}
	}
	return strips, rest, nil
}

func both(a, b []int) []int {
	o := slices.Clone(a)
	for _, v := range b {
		if !slices.Contains(o, v) && len(o) < 8 {
			o = append(o, v)
		}
	}
	return o
}

// facing tells whether two strokes lie side by side as the faces of a wall do.
func facing(s, o stroke) (candidate, bool) {
	d, e := s.dir(), o.dir()
	if math.Abs(cross(d, e)) > parallel {
		return candidate{}, false
	}
	ua, ub := o.a.Sub(s.a).Dot(d), o.b.Sub(s.a).Dot(d)
	va, vb := cross(d, o.a.Sub(s.a)), cross(d, o.b.Sub(s.a))
	lo, hi := max(0, min(ua, ub)), min(s.len(), max(ua, ub))
	// the distance where they overlap, since faces may not be quite parallel
	at := func(u float64) float64 {
		if ua == ub {
			return va
		}
		return va + (vb-va)*(u-ua)/(ub-ua)
	}
	gap := math.Abs(at((lo + hi) / 2))
	if hi-lo < max(0.03, 0.35*gap) || gap < thinnest || gap > thickest {
		return candidate{}, false
	}
	squat := min(1, (hi-lo)/gap) // a wall is longer than it is thick
	return candidate{lo: lo, hi: hi, gap: gap, score: (hi - lo) / (0.25 + gap) * squat * squat}, true
}

// solidBetween tells whether the closed outlines that the two strokes bound
// allow a wall between them, and how much more likely they make it.
func solidBetween(s, o stroke, c candidate, rings []ring) (bool, float64) {
	d := s.dir()
	side := cross(d, o.a.Add(o.b).Mul(0.5).Sub(s.a))
	mid := s.a.Add(d.Mul((c.lo + c.hi) / 2)).Add(left(d).Mul(side / 2))
	bonus := 1.0
	for _, id := range [2]int{s.ring, o.ring} {
		if id < 0 || rings[id].solid == 0 {
			continue
		}
		if inside(mid, rings[id].points) != (rings[id].solid > 0) {
			return false, 0
		}
		bonus = 2
	}
	return true, bonus
}

// inside tells whether p lies within a closed outline.
func inside(p vec, loop []vec) bool {
	in := false
	for i, a := range loop {
		b := loop[(i+1)%len(loop)]
		if (a[1] > p[1]) != (b[1] > p[1]) && p[0] < a[0]+(p[1]-a[1])/(b[1]-a[1])*(b[0]-a[0]) {
			in = !in
		}
	}
	return in
}

// intervals are disjoint parts of a line, in order.
type intervals [][2]float64

func (v *intervals) add(lo, hi float64) {
	*v = append(*v, [2]float64{lo, hi})
	slices.SortFunc(*v, func(a, b [2]float64) int { return cmp.Compare(a[0], b[0]) })
}

// free returns the parts of lo..hi that are not taken.
func (v intervals) free(lo, hi float64) [][2]float64 {
	var o [][2]float64
	for _, t := range v {
		if t[1] <= lo {
			continue
		}
		if t[0] >= hi {
			break
		}
		if t[0] > lo+1e-6 {
			o = append(o, [2]float64{lo, t[0]})
		}
		lo = max(lo, t[1])
	}
	if hi > lo+1e-6 {
		o = append(o, [2]float64{lo, hi})
	}
	return o
}

// unnest takes out strips that lie within a thicker one, as the lines of a
// window do, and returns them apart.
func unnest(strips []strip) (kept, within []strip) {
	var ix grid
	for i, s := range strips {
		ix.line(i, s.a, s.b)
	}
	for i, s := range strips {
		nested := false
		for _, j := range ix.near(s.a, s.b, thickest) {
			o := strips[j]
			if j == i || o.t <= s.t*1.05 || math.Abs(cross(s.dir(), o.dir())) > parallel {
				continue
			}
			d := o.dir()
			ua, ub := s.a.Sub(o.a).Dot(d), s.b.Sub(o.a).Dot(d)
			off := math.Abs(cross(d, s.a.Add(s.b).Mul(0.5).Sub(o.a)))
			if off < o.t/2+0.01 && min(ua, ub) > -0.1 && max(ua, ub) < o.len()+0.1 {
				nested = true
				break
			}
		}
		if nested {
			within = append(within, s)
		} else {
			kept = append(kept, s)
		}
	}
	return kept, within
}

// dropSquat takes out strips shorter than they are thick whose middle lies in
// another wall: the end of a wall and the face of the next one make such pairs
// in corners.
func dropSquat(strips []strip) []strip {
	var ix grid
	for i, s := range strips {
		ix.line(i, s.a, s.b)
	}
	gone := make([]bool, len(strips))
	for i, s := range strips {
		if s.len() > 1.2*s.t {
			continue
		}
		mid := s.a.Add(s.b).Mul(0.5)
		for _, j := range ix.near(mid, mid, thickest) {
			o := strips[j]
			if j == i || gone[j] || o.len()/o.t <= s.len()/s.t {
				continue
			}
			d := o.dir()
			if u := mid.Sub(o.a).Dot(d); u > -s.t/2 && u < o.len()+s.t/2 && math.Abs(cross(d, mid.Sub(o.a))) < o.t/2 {
				gone[i] = true
				break
			}
		}
	}
	kept := strips[:0]
	for i, s := range strips {
		if !gone[i] {
			kept = append(kept, s)
		}
	}
	return kept
}

// straighten joins strips that continue each other: across the end of a wall
// that meets them, or a slip of the hand.
func straighten(strips []strip, reach float64) []strip {
	slices.SortStableFunc(strips, func(x, y strip) int { return cmp.Compare(y.len(), x.len()) })
	var ix grid
	for i, s := range strips {
		ix.line(i, s.a, s.b)
	}
	taken := make([]bool, len(strips))
	var outs []strip
	for i := range strips {
		if taken[i] {
			continue
		}
		taken[i] = true
		s := strips[i]
		d := s.dir()
		for grew := true; grew; {
			grew = false
			for _, j := range ix.near(s.a, s.b, reach) {
				o := strips[j]
				if taken[j] || math.Abs(cross(d, o.dir())) > parallel || math.Abs(o.t-s.t) > max(0.03, 0.2*s.t) {
					continue
				}
				ua, ub := o.a.Sub(s.a).Dot(d), o.b.Sub(s.a).Dot(d)
				if math.Abs(cross(d, o.a.Sub(s.a))) > 0.03 || math.Abs(cross(d, o.b.Sub(s.a))) > 0.03 ||
					min(ua, ub) > s.len()+reach || max(ua, ub) < -reach {
					continue
				}
				taken[j], grew = true, true
				lo, hi := min(0, ua, ub), max(s.len(), ua, ub)
				s.a, s.b = s.a.Add(d.Mul(lo)), s.a.Add(d.Mul(hi))
				s.shapes = both(s.shapes, o.shapes)
				s.sure = min(s.sure, o.sure)
			}
		}
		outs = append(outs, s)
	}
	return outs
}

// boxOf is the box of points in the plan, as x and y of a geom.Box.
func boxOf(ps ...vec) geom.Box {
	b := geom.EmptyBox()
	for _, p := range ps {
		b = b.Add(geom.Vec3{p[0], p[1], 0})
	}
	return b
}
