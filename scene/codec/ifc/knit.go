package ifc

import (
	"cmp"
	"math"
	"slices"

	"github.com/glasstwin/glasstwin/scene/geom"
)

// knitMax is up to how many polygons are joined, and loopsMax how many loops a
// face of them may have: cutting a face into triangles takes their square.
const (
	knitMax  = 200_000
	loopsMax = 100
)

// knit joins the pieces that a cut leaves to faces again: pieces in one plane
// become one polygon with holes, and every corner of a face is a corner of its
// neighbours too, so that no cracks show. Where the pieces do not join, they
// stay as they are.
func knit(polys []poly) []face {
	if len(polys) > knitMax {
		return loose(polys)
	}
	k := knitting{w: newWeld(), bends: map[int][]int{}}
	for _, p := range polys {
		k.add(p)
	}
	k.split()
	k.join()
	k.straighten()
	return k.faces()
}

func loose(polys []poly) []face {
	out := make([]face, len(polys))
	for i, p := range polys {
		out[i] = face{loops: [][]geom.Vec3{p.v}, bend: p.bend}
	}
	return out
}

// knitting is pieces on their way to faces. Points are numbers of the weld.
type knitting struct {
	w      *weld
	groups []coplanar
	bends  map[int][]int // groups of each curved surface, and of all plane ones
}

// coplanar is pieces of one plane, and the loops that bound them together.
type coplanar struct {
	n      geom.Vec3
	d      float64
	bend   int
	pieces [][]int32
	loops  [][]int32
	failed bool
}

func (k *knitting) add(p poly) {
	loop := make([]int32, 0, len(p.v))
	for _, v := range p.v {
		if id := k.w.id(v); len(loop) == 0 || loop[len(loop)-1] != id {
			loop = append(loop, id)
		}
	}
	for len(loop) > 1 && loop[0] == loop[len(loop)-1] {
		loop = loop[:len(loop)-1]
	}
	at := -1
	for _, g := range k.bends[p.bend] {
		c := &k.groups[g]
		if c.n.Dot(p.n) > 1-1e-9 && math.Abs(c.n.Dot(p.v[0])-c.d) < planeReach {
			at = g
			break
		}
	}
	if at < 0 {
		at = len(k.groups)
		k.bends[p.bend] = append(k.bends[p.bend], at)
		k.groups = append(k.groups, coplanar{n: p.n, d: p.n.Dot(p.v[0]), bend: p.bend})
	}
	c := &k.groups[at]
	if len(loop) > 2 {
		c.pieces = append(c.pieces, loop)
	}
}

// split puts every point that lies on an edge into that edge.
func (k *knitting) split() {
	near := k.line()
	for g := range k.groups {
		for i, loop := range k.groups[g].pieces {
			out := make([]int32, 0, len(loop)+4)
			for j, a := range loop {
				out = append(out, a)
				for _, f := range near.on(a, loop[(j+1)%len(loop)]) {
					out = append(out, f.id)
				}
			}
			k.groups[g].pieces[i] = out
		}
	}
}

// lineUp is the points in order of one coordinate, so that an edge finds those
// near it fast.
type lineUp struct {
	points []geom.Vec3 // of the weld
	axis   int
	order  []int32
	found  []onEdge
}

// onEdge is a point on an edge, and where.
type onEdge struct {
	t  float64
	id int32
}

// line sorts the points along the axis on which they spread most.
func (k *knitting) line() *lineUp {
	l := &lineUp{points: k.w.points, order: make([]int32, len(k.w.points))}
	box := geom.EmptyBox()
	for i, p := range l.points {
		box = box.Add(p)
		l.order[i] = int32(i)
	}
	size := box.Size()
	for axis := range 3 {
		if size[axis] > size[l.axis] {
			l.axis = axis
		}
	}
	slices.SortFunc(l.order, func(a, b int32) int { return cmp.Compare(l.points[a][l.axis], l.points[b][l.axis]) })
	return l
}

// on lists the points on the edge from a to b, from a on. The list is good
// until the next call.
func (l *lineUp) on(a, b int32) []onEdge {
	pa, pb := l.points[a], l.points[b]
	d := pb.Sub(pa)
	l2 := d.Dot(d)
	lo, hi := min(pa[l.axis], pb[l.axis])-2*weldReach, max(pa[l.axis], pb[l.axis])+2*weldReach
	from, _ := slices.BinarySearchFunc(l.order, lo, func(id int32, v float64) int { return cmp.Compare(l.points[id][l.axis], v) })
	l.found = l.found[:0]
	for _, id := range l.order[from:] {
		p := &l.points[id]
		if p[l.axis] > hi {
			break
		}
		q := geom.Vec3{p[0] - pa[0], p[1] - pa[1], p[2] - pa[2]}
		t := q[0]*d[0] + q[1]*d[1] + q[2]*d[2]
		if t <= 0 || t >= l2 || id == a || id == b {
			continue
		}
		if off := q.Sub(d.Mul(t / l2)); off.Dot(off) < 4*weldReach*weldReach {
			l.found = append(l.found, onEdge{t, id})
		}
	}
	slices.SortFunc(l.found, func(x, y onEdge) int { return cmp.Compare(x.t, y.t) })
	return l.found
}

// join finds the loops around the pieces of each plane: edges that two pieces
// walk in opposite directions lie inside.
func (k *knitting) join() {
	for g := range k.groups {
		c := &k.groups[g]
		edges := map[[2]int32]int{}
		var order [][2]int32
		for _, loop := range c.pieces {
			for i, a := range loop {
				b := loop[(i+1)%len(loop)]
				if back := [2]int32{b, a}; edges[back] > 0 {
					edges[back]--
					continue
				}
				edges[[2]int32{a, b}]++
				order = append(order, [2]int32{a, b})
			}
		}
		next := map[int32][]int32{}
		left := 0
		for _, e := range order {
			if edges[e] > 0 {
				edges[e]--
				next[e[0]] = append(next[e[0]], e[1])
				left++
			}
		}
		for _, e := range order {
			if len(next[e[0]]) == 0 {
				continue
			}
			loop := k.walk(c, e[0], next)
			if loop == nil {
				c.failed = true
				break
			}
			if left -= len(loop); len(loop) > 2 {
				c.loops = append(c.loops, loop)
			}
		}
		c.failed = c.failed || left != 0 || len(c.loops) > loopsMax
	}
}

// walk follows edges from start until it closes, keeping to the left at points
// where loops touch.
func (k *knitting) walk(c *coplanar, start int32, next map[int32][]int32) []int32 {
	loop := []int32{start}
	before, at := int32(-1), start
	for {
		options := next[at]
		if len(options) == 0 {
			return nil
		}
		pick := 0
		if len(options) > 1 && before >= 0 {
			in := k.w.points[at].Sub(k.w.points[before])
			best := math.Inf(-1)
			for i, o := range options {
				out := k.w.points[o].Sub(k.w.points[at])
				if turn := math.Atan2(in.Cross(out).Dot(c.n), in.Dot(out)); turn > best && turn < math.Pi-1e-9 {
					pick, best = i, turn
				}
			}
		}
		to := options[pick]
		next[at] = slices.Delete(options, pick, pick+1)
		if to == start {
			return loop
		}
		before, at = at, to
		loop = append(loop, at)
	}
}

// straighten drops points that no face has as a corner.
func (k *knitting) straighten() {
	corner := make([]bool, len(k.w.points))
	each := func(loop []int32, do func(i int, straight bool)) {
		n := len(loop)
		for i := range loop {
			a, b, c := k.w.points[loop[(i+n-1)%n]], k.w.points[loop[i]], k.w.points[loop[(i+1)%n]]
			u, v := b.Sub(a), c.Sub(b)
			do(i, u.Dot(v) > 0 && u.Cross(v).Len() <= 4*weldReach*math.Max(u.Len(), v.Len()))
		}
	}
	for _, g := range k.groups {
		loops := g.loops
		if g.failed {
			loops = g.pieces
		}
		for _, loop := range loops {
			each(loop, func(i int, straight bool) {
				if !straight {
					corner[loop[i]] = true
				}
			})
		}
	}
	for g := range k.groups {
		for i, loop := range k.groups[g].loops {
			out := make([]int32, 0, len(loop))
			for _, id := range loop {
				if corner[id] {
					out = append(out, id)
				}
			}
			k.groups[g].loops[i] = out
		}
	}
}

// faces sorts each plane's loops to outlines and their holes.
func (k *knitting) faces() []face {
	var out []face
	for _, c := range k.groups {
		if joined, ok := k.plane(c); ok && !c.failed {
			out = append(out, joined...)
			continue
		}
		for _, ids := range c.pieces {
			out = append(out, face{loops: [][]geom.Vec3{k.points(ids)}, bend: c.bend})
		}
	}
	return out
}

func (k *knitting) points(ids []int32) []geom.Vec3 {
	out := make([]geom.Vec3, len(ids))
	for i, id := range ids {
		out[i] = k.w.points[id]
	}
	return out
}

func (k *knitting) plane(c coplanar) ([]face, bool) {
	m := frame(geom.Vec3{}, c.n, geom.Vec3{1, 0, 0})
	x, y := m.Col(0).Vec3(), m.Col(1).Vec3()
	flat := func(loop []geom.Vec3) []geom.Vec2 {
		out := make([]geom.Vec2, len(loop))
		for i, p := range loop {
			out[i] = geom.Vec2{p.Dot(x), p.Dot(y)}
		}
		return out
	}
	var out []face
	var outlines [][]geom.Vec2
	var holes [][]geom.Vec3
	want, got := 0.0, 0.0
	for _, p := range c.pieces {
		want += geom.Area(flat(k.points(p)))
	}
	for _, ids := range c.loops {
		if len(ids) < 3 {
			continue
		}
		loop := k.points(ids)
		switch a := geom.Area(flat(loop)); {
		case a > 0:
			out = append(out, face{loops: [][]geom.Vec3{loop}, bend: c.bend})
			outlines = append(outlines, flat(loop))
			got += a
		case a < 0:
			holes = append(holes, loop)
			got += a
		}
	}
	for _, h := range holes {
		best, least := -1, math.Inf(1)
		hole := flat(h)
		for i, o := range outlines {
			if a := geom.Area(o); a < least && mostlyInside(o, hole) {
				best, least = i, a
			}
		}
		if best < 0 {
			return nil, false
		}
		out[best].loops = append(out[best].loops, h)
	}
	return out, math.Abs(want-got) < 1e-6+1e-4*math.Abs(want)
}

// mostlyInside tells whether most edges' middles of a loop lie in an outline.
func mostlyInside(outline, loop []geom.Vec2) bool {
	in := 0
	for i, a := range loop {
		if holds(outline, a.Add(loop[(i+1)%len(loop)]).Mul(0.5)) {
			in++
		}
	}
	return 2*in > len(loop)
}

// holds tells whether a polygon holds a point (crossing number).
func holds(outline []geom.Vec2, p geom.Vec2) bool {
	in := false
	for i, a := range outline {
		b := outline[(i+1)%len(outline)]
		if (a[1] > p[1]) != (b[1] > p[1]) && p[0] < (b[0]-a[0])*(p[1]-a[1])/(b[1]-a[1])+a[0] {
			in = !in
		}
	}
	return in
}
