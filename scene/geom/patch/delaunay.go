package patch

import "math/bits"

// cellsMax is how finely a face is measured: its points lie on a net of so many
// cells along its longer side, so that the tests below are exact in integers. A
// face of ten metres is measured to 40 nanometres.
const cellsMax = 1 << 28

// Marks on an edge of a triangulation.
const (
	fixed  = 1 << iota // it stays
	border             // the face is on one of its sides only
)

// spot is a point of the net.
type spot struct{ x, y int64 }

// turn is twice the signed area of a, b, c, positive when they run
// counter-clockwise.
func turn(a, b, c spot) int64 { return (b.x-a.x)*(c.y-a.y) - (b.y-a.y)*(c.x-a.x) }

// wide is a whole number of 128 bits.
type wide struct {
	hi int64
	lo uint64
}

func product(a, b int64) wide {
	neg := (a < 0) != (b < 0)
	hi, lo := bits.Mul64(uint64(max(a, -a)), uint64(max(b, -b)))
	if neg {
		var borrow uint64
		lo, borrow = bits.Sub64(0, lo, 0)
		hi, _ = bits.Sub64(0, hi, borrow)
	}
	return wide{int64(hi), lo}
}

func (a wide) plus(b wide) wide {
	lo, carry := bits.Add64(a.lo, b.lo, 0)
	hi, _ := bits.Add64(uint64(a.hi), uint64(b.hi), carry)
	return wide{int64(hi), lo}
}

// inCircle tells whether d lies within the circle through a, b, c, which run
// counter-clockwise.
func inCircle(a, b, c, d spot) bool {
	ax, ay, bx, by, cx, cy := a.x-d.x, a.y-d.y, b.x-d.x, b.y-d.y, c.x-d.x, c.y-d.y
	sum := product(ax*ax+ay*ay, bx*cy-by*cx).plus(product(bx*bx+by*by, cx*ay-cy*ax)).plus(product(cx*cx+cy*cy, ax*by-ay*bx))
	return sum.hi > 0 || sum.hi == 0 && sum.lo > 0
}

// triangle is three corners, counter-clockwise, and across from each the
// neighbour and the marks of the edge between them.
type triangle struct {
	v, n [3]int32
	mark [3]uint8
	in   bool
}

// delaunay is a constrained Delaunay triangulation (Sloan 1993; Shewchuk 1996).
// The first three spots are those of a triangle around everything.
type delaunay struct {
	spots  []spot
	tris   []triangle
	at     []int32 // a triangle of each spot
	last   int32
	stack  [][2]int32
	known  map[spot]int32
	chance uint32
}

func newDelaunay() *delaunay {
	d := &delaunay{known: map[spot]int32{}, chance: 1}
	d.spots = []spot{{-cellsMax, -cellsMax}, {4 * cellsMax, -cellsMax}, {-cellsMax, 4 * cellsMax}}
	d.tris = []triangle{{v: [3]int32{0, 1, 2}, n: [3]int32{-1, -1, -1}}}
	d.at = []int32{0, 0, 0}
	return d
}

// locate finds the triangle that holds p, and the edge on which it lies, or -1.
func (d *delaunay) locate(p spot, from int32) (int32, int, bool) {
	t := from
	for range 4*len(d.tris) + 16 {
		tr := &d.tris[t]
		on, next := -1, int32(-1)
		d.chance = d.chance*1664525 + 1013904223
		start := int(d.chance>>16) % 3 // a walk that always turned the same way could go in rounds
		for k := range 3 {
			i := (start + k) % 3
			s := turn(d.spots[tr.v[(i+1)%3]], d.spots[tr.v[(i+2)%3]], p)
			if s < 0 {
				next = tr.n[i]
				if next < 0 {
					return 0, 0, false
				}
				break
			}
			if s == 0 {
				on = i
			}
		}
		if next < 0 {
			return t, on, true
		}
		t = next
	}
	return 0, 0, false
}

// insert adds a spot, or finds it.
func (d *delaunay) insert(p spot) (int32, bool) {
	if v, ok := d.known[p]; ok {
		return v, true
	}
	t, on, ok := d.locate(p, d.last)
	if !ok {
		return 0, false
	}
	return d.put(p, t, on), true
}

// put adds a spot within triangle t, or on its edge.
func (d *delaunay) put(p spot, t int32, on int) int32 {
	v := int32(len(d.spots))
	d.spots = append(d.spots, p)
	d.at = append(d.at, t)
	d.known[p] = v
	if on >= 0 && d.tris[t].n[on] >= 0 {
		d.splitEdge(v, t, on)
	} else {
		d.splitFace(v, t)
	}
	d.settle()
	d.last = d.at[v]
	return v
}

func (d *delaunay) add(t triangle) int32 {
	d.tris = append(d.tris, t)
	return int32(len(d.tris) - 1)
}

// relink lets neighbour n point to new instead of old.
func (d *delaunay) relink(n, old, to int32) {
	if n < 0 {
		return
	}
	for i := range 3 {
		if d.tris[n].n[i] == old {
			d.tris[n].n[i] = to
			return
		}
	}
}

func (d *delaunay) splitFace(v, t int32) {
	o := d.tris[t]
	a, b, c := o.v[0], o.v[1], o.v[2]
	t1, t2 := int32(len(d.tris)), int32(len(d.tris)+1)
	d.tris[t] = triangle{[3]int32{v, b, c}, [3]int32{o.n[0], t1, t2}, [3]uint8{o.mark[0], 0, 0}, o.in}
	d.add(triangle{[3]int32{v, c, a}, [3]int32{o.n[1], t2, t}, [3]uint8{o.mark[1], 0, 0}, o.in})
	d.add(triangle{[3]int32{v, a, b}, [3]int32{o.n[2], t, t1}, [3]uint8{o.mark[2], 0, 0}, o.in})
	d.relink(o.n[1], t, t1)
	d.relink(o.n[2], t, t2)
	d.at[a], d.at[b], d.at[c], d.at[v] = t1, t, t, t
	d.stack = append(d.stack, [2]int32{t, 0}, [2]int32{t1, 0}, [2]int32{t2, 0})
}

// splitEdge puts v on edge i of t: two triangles become four.
func (d *delaunay) splitEdge(v, t int32, i int) {
	o := d.tris[t]
	s := o.n[i]
	u := d.tris[s]
	j := 0
	for u.n[j] != t {
		j++
	}
	a, b, c := o.v[i], o.v[(i+1)%3], o.v[(i+2)%3] // v lies between b and c
	e := u.v[j]
	mark := o.mark[i]
	t1, s1 := int32(len(d.tris)), int32(len(d.tris)+1)
	nab, nca := o.n[(i+2)%3], o.n[(i+1)%3]
	mab, mca := o.mark[(i+2)%3], o.mark[(i+1)%3]
	// u runs e, c, b.
	neC, nbe := u.n[(j+2)%3], u.n[(j+1)%3]
	meC, mbe := u.mark[(j+2)%3], u.mark[(j+1)%3]
	d.tris[t] = triangle{[3]int32{v, a, b}, [3]int32{nab, s, t1}, [3]uint8{mab, mark, 0}, o.in}
	d.add(triangle{[3]int32{v, c, a}, [3]int32{nca, t, s1}, [3]uint8{mca, 0, mark}, o.in})
	d.tris[s] = triangle{[3]int32{v, b, e}, [3]int32{nbe, s1, t}, [3]uint8{mbe, 0, mark}, u.in}
	d.add(triangle{[3]int32{v, e, c}, [3]int32{neC, t1, s}, [3]uint8{meC, mark, 0}, u.in})
	d.relink(nca, t, t1)
	d.relink(neC, s, s1)
	d.at[a], d.at[b], d.at[c], d.at[e], d.at[v] = t, t, t1, s, t
	d.stack = append(d.stack, [2]int32{t, 0}, [2]int32{t1, 0}, [2]int32{s, 0}, [2]int32{s1, 0})
}

// settle turns edges across from new spots until the circles around triangles
// hold no corner of their neighbours.
func (d *delaunay) settle() {
	for len(d.stack) > 0 {
		top := d.stack[len(d.stack)-1]
		d.stack = d.stack[:len(d.stack)-1]
		t, i := top[0], top[1]
		tr := &d.tris[t]
		s := tr.n[i]
		if s < 0 || tr.mark[i]&fixed != 0 {
			continue
		}
		u := &d.tris[s]
		j := 0
		for u.n[j] != t {
			j++
		}
		if inCircle(d.spots[tr.v[0]], d.spots[tr.v[1]], d.spots[tr.v[2]], d.spots[u.v[j]]) {
			d.flip(t, int(i), s, j)
			d.stack = append(d.stack, [2]int32{t, 0}, [2]int32{s, 0})
		}
	}
}

// flip turns the edge between t (across from its corner i) and s (across from
// j). Corner 0 of both is then what was corner i of t.
func (d *delaunay) flip(t int32, i int, s int32, j int) {
	o, u := d.tris[t], d.tris[s]
	a, b, c, e := o.v[i], o.v[(i+1)%3], o.v[(i+2)%3], u.v[j]
	nab, nca, mab, mca := o.n[(i+2)%3], o.n[(i+1)%3], o.mark[(i+2)%3], o.mark[(i+1)%3]
	nec, nbe, mec, mbe := u.n[(j+2)%3], u.n[(j+1)%3], u.mark[(j+2)%3], u.mark[(j+1)%3]
	d.tris[t] = triangle{[3]int32{a, b, e}, [3]int32{nbe, s, nab}, [3]uint8{mbe, 0, mab}, o.in}
	d.tris[s] = triangle{[3]int32{a, e, c}, [3]int32{nec, nca, t}, [3]uint8{mec, mca, 0}, o.in}
	d.relink(nbe, s, t)
	d.relink(nca, t, s)
	d.at[a], d.at[b], d.at[e], d.at[c] = t, t, t, s
}
