package plan

// delaunay turns the sides between triangles until no corner lies within the
// circle around a neighbouring triangle (Lawson 1977). Ways are found faster
// through stout triangles, and the flat ones that three corners in a line leave
// go away.
func (m *Mesh) delaunay() {
	type side struct {
		cell int32
		k    int
	}
	var todo []side
	for i := range m.cells {
		for k := range 3 {
			todo = append(todo, side{int32(i), k})
		}
	}
	for most := 100 * len(todo); len(todo) > 0 && most > 0; most-- {
		s := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if u := m.turn(s.cell, s.k); u >= 0 {
			for k := range 3 {
				todo = append(todo, side{s.cell, k}, side{u, k})
			}
		}
	}
}

// turn replaces the side k of a triangle by the other diagonal of the two
// triangles at it, when that is better, and names the other triangle, or -1.
func (m *Mesh) turn(i int32, k int) int32 {
	t := &m.cells[i]
	j := t.next[k]
	if j < 0 {
		return -1
	}
	u := &m.cells[j]
	a, b, c := t.at[k], t.at[(k+1)%3], t.at[(k+2)%3]
	q := -1
	for n := range 3 {
		if u.at[n] == b && u.at[(n+1)%3] == a {
			q = n
		}
	}
	d := u.at[(q+2)%3]
	old := min(m.twice(a, b, c), m.twice(b, a, d))
	made := min(m.twice(c, a, d), m.twice(d, b, c))
	const flat = 1e-7 // square metres: three corners in a line
	if made <= old && (made <= flat || old <= flat) || made <= 0 {
		return -1
	}
	if old > flat && !m.encircled(a, b, c, d) {
		return -1
	}
	ofB, ofC := t.next[(k+1)%3], t.next[(k+2)%3]
	ofA, ofD := u.next[(q+1)%3], u.next[(q+2)%3]
	*t = cell{at: [3]int32{c, a, d}, next: [3]int32{ofC, ofA, j}}
	*u = cell{at: [3]int32{d, b, c}, next: [3]int32{ofD, ofB, i}}
	m.relink(ofA, d, a, i)
	m.relink(ofB, c, b, j)
	return j
}

// relink tells a triangle who lies beyond its side from p to q now.
func (m *Mesh) relink(i, p, q, beyond int32) {
	if i < 0 {
		return
	}
	c := &m.cells[i]
	for k := range 3 {
		if c.at[k] == p && c.at[(k+1)%3] == q {
			c.next[k] = beyond
		}
	}
}

// twice is twice the area of a triangle of corners.
func (m *Mesh) twice(a, b, c int32) float64 {
	return cross(m.points[b].Sub(m.points[a]), m.points[c].Sub(m.points[a]))
}

// encircled tells whether d lies within the circle around a, b and c by more
// than rounding.
func (m *Mesh) encircled(a, b, c, d int32) bool {
	o := m.points[d]
	p, q, r := m.points[a].Sub(o), m.points[b].Sub(o), m.points[c].Sub(o)
	det := p.Dot(p)*cross(q, r) - q.Dot(q)*cross(p, r) + r.Dot(r)*cross(p, q)
	size := p.Dot(p) + q.Dot(q) + r.Dot(r)
	return det > 1e-10*size*size
}
