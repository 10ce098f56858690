package patch

import "errors"

var (
	errCross = errors.New("its loops cross or touch each other, or themselves")
	errLost  = errors.New("its loops cannot be triangulated")
)

// edge finds the triangle in which the edge a, b runs forwards, by the corner
// across from it. It looks round a both ways: a may be a corner of the triangle
// around everything, where the round is not closed.
func (d *delaunay) edge(a, b int32) (int32, int, bool) {
	first := d.at[a]
	for side := 1; side <= 2; side++ { // over the edge across from the next corner, then from the one after
		t := first
		for turns := 0; t >= 0 && turns <= len(d.tris); turns++ {
			tr := &d.tris[t]
			i := tr.corner(a)
			if tr.v[(i+1)%3] == b {
				return t, (i + 2) % 3, true
			}
			if t = tr.n[(i+side)%3]; t == first {
				return 0, 0, false
			}
		}
	}
	return 0, 0, false
}

func (t *triangle) corner(v int32) int {
	for i := range 3 {
		if t.v[i] == v {
			return i
		}
	}
	return 0
}

// constrain lets the edge a, b be one of the triangulation, and changes its
// marks: a border that is drawn twice is none.
func (d *delaunay) constrain(a, b int32, marks uint8) error {
	if a == b {
		return nil
	}
	if _, _, ok := d.edge(a, b); !ok {
		if err := d.force(a, b); err != nil {
			return err
		}
	}
	for _, e := range [2][2]int32{{a, b}, {b, a}} {
		t, i, ok := d.edge(e[0], e[1])
		if !ok {
			return errLost
		}
		d.tris[t].mark[i] = (d.tris[t].mark[i] ^ marks&border) | marks&fixed
	}
	return nil
}

// force turns the edges between a and b away.
func (d *delaunay) force(a, b int32) error {
	pa, pb := d.spots[a], d.spots[b]
	var crossed [][2]int32
	// The triangle at a that looks at b.
	first := d.at[a]
	t, i := first, 0
	for turns := 0; ; turns++ {
		if t < 0 || turns > len(d.tris) {
			return errLost
		}
		tr := &d.tris[t]
		i = tr.corner(a)
		r, l := d.spots[tr.v[(i+1)%3]], d.spots[tr.v[(i+2)%3]]
		sr, sl := turn(pa, pb, r), turn(pa, pb, l)
		if sr < 0 && sl > 0 {
			break
		}
		if sr == 0 && ahead(pa, pb, r) || sl == 0 && ahead(pa, pb, l) {
			return errCross
		}
		t = tr.n[(i+1)%3]
	}
	for {
		tr := &d.tris[t]
		r, l := tr.v[(i+1)%3], tr.v[(i+2)%3]
		if tr.mark[i]&fixed != 0 || len(crossed) > len(d.tris) {
			return errCross
		}
		crossed = append(crossed, [2]int32{r, l})
		s := tr.n[i]
		if s < 0 {
			return errLost
		}
		u := &d.tris[s]
		j := 0
		for u.n[j] != t {
			j++
		}
		far := u.v[j]
		if far == b {
			break
		}
		side := turn(pa, pb, d.spots[far])
		if side == 0 {
			return errCross
		}
		// u runs far, l, r: leave across from the corner that stays behind.
		if side > 0 {
			i = (j + 1) % 3 // edge r–far
		} else {
			i = (j + 2) % 3 // edge far–l
		}
		t = s
	}
	limit := len(crossed)*len(crossed)*4 + 64
	for k := 0; k < len(crossed); k++ {
		if limit--; limit < 0 {
			return errLost
		}
		e := crossed[k]
		t, i, ok := d.edge(e[0], e[1])
		if !ok {
			return errLost
		}
		s := d.tris[t].n[i]
		if s < 0 {
			return errLost
		}
		j := 0
		for d.tris[s].n[j] != t {
			j++
		}
		p, q := d.tris[t].v[i], d.tris[s].v[j]
		if turn(d.spots[p], d.spots[e[0]], d.spots[q]) <= 0 || turn(d.spots[q], d.spots[e[1]], d.spots[p]) <= 0 {
			crossed = append(crossed, e) // not convex yet
			continue
		}
		d.flip(t, i, s, j)
		if p != a && p != b && q != a && q != b && (turn(pa, pb, d.spots[p]) > 0) != (turn(pa, pb, d.spots[q]) > 0) {
			crossed = append(crossed, [2]int32{p, q})
		}
	}
	return nil
}

// ahead tells whether p, on the line through a and b, lies towards b.
func ahead(a, b, p spot) bool { return (b.x-a.x)*(p.x-a.x)+(b.y-a.y)*(p.y-a.y) > 0 }

// fill marks the triangles that an odd number of borders parts from outside.
func (d *delaunay) fill() {
	seen := make([]bool, len(d.tris))
	queue := []int32{d.at[0]}
	seen[d.at[0]] = true
	for len(queue) > 0 {
		t := queue[len(queue)-1]
		queue = queue[:len(queue)-1]
		for i, n := range d.tris[t].n {
			if n < 0 || seen[n] {
				continue
			}
			seen[n] = true
			d.tris[n].in = d.tris[t].in != (d.tris[t].mark[i]&border != 0)
			queue = append(queue, n)
		}
	}
}

// restore turns edges that constraints left behind back to Delaunay's rule.
func (d *delaunay) restore() {
	for t := range d.tris {
		for i := range int32(3) {
			d.stack = append(d.stack, [2]int32{int32(t), i})
		}
	}
	d.settleAny()
}

// settleAny is settle for edges across from any corner.
func (d *delaunay) settleAny() {
	for limit := 40*len(d.tris) + 1000; len(d.stack) > 0 && limit > 0; limit-- {
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
			for k := range int32(3) {
				d.stack = append(d.stack, [2]int32{t, k}, [2]int32{s, k})
			}
		}
	}
	d.stack = d.stack[:0]
}
