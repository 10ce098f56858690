package plan

import (
	"math"

	"github.com/glasstwin/glasstwin/scene/geom"
)

// Way is the shortest way between two spots: the corners to walk to, the goal
// last, and its length in metres. False when they lie on different pieces of
// floor. It is the search over intervals of Cui, Harabor and Grastien,
// "Compromise-free Pathfinding on a Navigation Mesh", IJCAI 2017 (Polyanya): a
// step of it looks from a corner, the root, through a stretch of a side into the
// triangle beyond, and what it cannot see from there is reached around the ends
// of the stretch.
func (m *Mesh) Way(from, to Spot) (corners []geom.Vec2, length float64, ok bool) {
	if m.regions[from.cell] != m.regions[to.cell] {
		return nil, 0, false
	}
	if from.cell == to.cell {
		return []geom.Vec2{to.At}, to.At.Sub(from.At).Len(), true
	}
	s := m.searches.Get().(*search)
	defer m.searches.Put(s)
	s.begin(m, to)
	s.start(from)
	for len(s.open) > 0 {
		n := s.open.pop()
		if n.arrived {
			return s.corners(n), n.cost, true
		}
		if n.rootID >= 0 && n.cost > s.best[n.rootID].cost+1e-9 {
			continue // the same corner was reached by a shorter way
		}
		s.expand(n)
	}
	return nil, 0, false
}

// end is an end of a stretch of a side.
type end struct {
	at geom.Vec2
	id int32 // of the corner of the mesh that it is, or -1
}

// step looks from its root through a stretch into a triangle.
type step struct {
	root        geom.Vec2
	rootID      int32 // -1: the start
	left, right end   // of the stretch, as seen from the root
	into, from  int32 // triangles
	cost        float64
	guess       float64 // cost and the least that is still to go
	parent      *step
	arrived     bool
}

type search struct {
	mesh *Mesh
	goal Spot
	best []rooted // by corner
	open queue

	// A search takes its memory from the one before: thousands are made a second.
	turn  uint32 // of best: what another turn wrote counts for nothing
	slabs [][]step
	used  int
}

// rooted is the least cost at which a corner became a root.
type rooted struct {
	cost float64
	turn uint32
}

const (
	slabSteps = 256
	slabsKept = 64 // after a search that needed more
)

// begin forgets the search before.
func (s *search) begin(m *Mesh, to Spot) {
	s.mesh, s.goal = m, to
	s.open = s.open[:0]
	s.used = 0
	if len(s.slabs) > slabsKept {
		s.slabs = s.slabs[:slabsKept]
	}
	if s.turn++; s.turn == 0 || len(s.best) < len(m.points) {
		s.best, s.turn = make([]rooted, len(m.points)), 1
	}
}

// step keeps a step until the search ends.
func (s *search) step(n step) *step {
	k, i := s.used/slabSteps, s.used%slabSteps
	if k == len(s.slabs) {
		s.slabs = append(s.slabs, make([]step, slabSteps))
	}
	s.used++
	p := &s.slabs[k][i]
	*p = n
	return p
}

func (s *search) start(from Spot) {
	t := s.mesh.cells[from.cell]
	for k := range 3 {
		if t.next[k] < 0 {
			continue
		}
		// From inside, with the corners counter-clockwise, the first end of a
		// side is on the right.
		r, l := t.at[k], t.at[(k+1)%3]
		s.push(step{
			root: from.At, rootID: -1, into: t.next[k], from: from.cell,
			left: s.mesh.end(l), right: s.mesh.end(r),
		})
	}
}

func (m *Mesh) end(id int32) end { return end{m.points[id], id} }

func (s *search) push(n step) {
	if n.rootID >= 0 {
		b := &s.best[n.rootID]
		known := b.turn == s.turn
		if known && n.cost > b.cost+1e-9 {
			return
		} else if !known || n.cost < b.cost {
			*b = rooted{n.cost, s.turn}
		}
	}
	n.guess = n.cost + through(n.root, n.left.at, n.right.at, s.goal.At)
	s.open.push(s.step(n))
}

// through is the least length from root through a stretch to the goal, as if
// nothing else stood in the way.
func through(root, left, right, goal geom.Vec2) float64 {
	along := right.Sub(left)
	sideRoot, sideGoal := cross(along, root.Sub(left)), cross(along, goal.Sub(left))
	if sideRoot*sideGoal > 0 { // it is mirrored to the far side
		n := geom.Vec2{-along[1], along[0]}
		goal = goal.Sub(n.Mul(2 * n.Dot(goal.Sub(left)) / n.Dot(n)))
	}
	if cross(left.Sub(root), goal.Sub(root)) > 0 {
		return left.Sub(root).Len() + goal.Sub(left).Len()
	}
	if cross(right.Sub(root), goal.Sub(root)) < 0 {
		return right.Sub(root).Len() + goal.Sub(right).Len()
	}
	return goal.Sub(root).Len()
}

// expand looks on from a step.
func (s *search) expand(n *step) {
	m := s.mesh
	if n.into == s.goal.cell {
		s.arrive(n)
		return
	}
	t := &m.cells[n.into]
	entry, sides := 0, 0
	for k := range 3 {
		if t.next[k] == n.from {
			entry = k
			sides++
		}
	}
	for k := range 3 {
		if sides > 1 && t.next[k] == n.from && sameSide(m, t, k, n) {
			entry = k
		}
	}
	// Seen from where the step comes, the side's first corner is on the left.
	chain := [3]int32{t.at[entry], t.at[(entry+2)%3], t.at[(entry+1)%3]}
	beyond := [2]int32{t.next[(entry+2)%3], t.next[(entry+1)%3]}
	apex := m.points[chain[1]]

	// Where the views along the ends of the stretch meet the far sides.
	leftSide, leftHit := 0, m.end(chain[0])
	if n.left.at.Sub(n.root).Len() > 1e-9 {
		leftSide, leftHit = s.meet(n.root, n.left, chain, apex)
	}
	rightSide, rightHit := 1, m.end(chain[2])
	if n.right.at.Sub(n.root).Len() > 1e-9 {
		rightSide, rightHit = s.meet(n.root, n.right, chain, apex)
	}
	next := func(side int, left, right end, root geom.Vec2, id int32, cost float64, parent *step) {
		if beyond[side] < 0 || left.at.Sub(right.at).Len() < 1e-9 {
			return
		}
		s.push(step{root: root, rootID: id, left: left, right: right, into: beyond[side], from: n.into, cost: cost, parent: parent})
	}
	// In view.
	if leftSide == rightSide {
		next(leftSide, leftHit, rightHit, n.root, n.rootID, n.cost, n)
	} else if leftSide < rightSide {
		next(0, leftHit, m.end(chain[1]), n.root, n.rootID, n.cost, n)
		next(1, m.end(chain[1]), rightHit, n.root, n.rootID, n.cost, n)
	}
	// Out of view on the left, around the left end.
	if id := n.left.id; id >= 0 && m.corner[id] && n.left.at != n.root {
		cost := n.cost + n.left.at.Sub(n.root).Len()
		if leftSide == 0 {
			next(0, m.end(chain[0]), leftHit, n.left.at, id, cost, n)
		} else {
			next(0, m.end(chain[0]), m.end(chain[1]), n.left.at, id, cost, n)
			next(1, m.end(chain[1]), leftHit, n.left.at, id, cost, n)
		}
	}
	if id := n.right.id; id >= 0 && m.corner[id] && n.right.at != n.root {
		cost := n.cost + n.right.at.Sub(n.root).Len()
		if rightSide == 1 {
			next(1, rightHit, m.end(chain[2]), n.right.at, id, cost, n)
		} else {
			next(1, m.end(chain[1]), m.end(chain[2]), n.right.at, id, cost, n)
			next(0, rightHit, m.end(chain[1]), n.right.at, id, cost, n)
		}
	}
}

// sameSide tells two sides apart by which a triangle can touch the same
// neighbour: the stretch lies on it.
func sameSide(m *Mesh, t *cell, k int, n *step) bool {
	a, b := m.points[t.at[k]], m.points[t.at[(k+1)%3]]
	mid := n.left.at.Add(n.right.at).Mul(0.5)
	return mid.Sub(Nearest([2]geom.Vec2{a, b}, mid)).Len() < 1e-6
}

// meet is the point of the far sides (0: from the left corner to the apex, 1:
// from there to the right corner) that is seen past an end of the stretch.
func (s *search) meet(root geom.Vec2, e end, chain [3]int32, apex geom.Vec2) (int, end) {
	m := s.mesh
	d := e.at.Sub(root)
	side := 0
	switch c := cross(d, apex.Sub(root)); {
	case math.Abs(c) <= 1e-12*(1+d.Len()):
		return 0, m.end(chain[1])
	case c > 0: // the apex is to the left of the view
		side = 1
	}
	a, b := m.points[chain[side]], m.points[chain[side+1]]
	along := b.Sub(a)
	den := cross(d, along)
	if den == 0 {
		return side, m.end(chain[side])
	}
	switch t := cross(d, root.Sub(a)) / den; {
	case t <= 1e-9:
		return side, m.end(chain[side])
	case t >= 1-1e-9:
		return side, m.end(chain[side+1])
	default:
		return side, end{a.Add(along.Mul(t)), -1}
	}
}

// arrive ends a step whose triangle holds the goal.
func (s *search) arrive(n *step) {
	goal := s.goal.At
	last := s.step(step{root: n.root, rootID: n.rootID, parent: n, arrived: true})
	via := func(e end) {
		if e.at == n.root {
			last.cost = n.cost + goal.Sub(n.root).Len()
			return
		}
		last.parent = s.step(step{root: e.at, rootID: -2, parent: n})
		last.cost = n.cost + e.at.Sub(n.root).Len() + goal.Sub(e.at).Len()
	}
	switch {
	case cross(n.left.at.Sub(n.root), goal.Sub(n.root)) > 0:
		via(n.left)
	case cross(n.right.at.Sub(n.root), goal.Sub(n.root)) < 0:
		via(n.right)
	default:
		last.cost = n.cost + goal.Sub(n.root).Len()
	}
	last.guess = last.cost
	s.open.push(last)
}

// corners lists the roots from the first after the start to the goal.
func (s *search) corners(n *step) []geom.Vec2 {
	list := []geom.Vec2{s.goal.At}
	for at := n.parent; at != nil; at = at.parent {
		if at.rootID != -1 && list[len(list)-1] != at.root {
			list = append(list, at.root)
		}
	}
	for i, j := 0, len(list)-1; i < j; i, j = i+1, j-1 {
		list[i], list[j] = list[j], list[i]
	}
	return list
}

// queue is a heap of the steps, the least guess first.
type queue []*step

func (q queue) less(i, j int) bool {
	if q[i].guess != q[j].guess {
		return q[i].guess < q[j].guess
	}
	return q[i].arrived && !q[j].arrived
}

func (q *queue) push(n *step) {
	*q = append(*q, n)
	for i := len(*q) - 1; i > 0; {
		up := (i - 1) / 2
		if !q.less(i, up) {
			break
		}
		(*q)[i], (*q)[up] = (*q)[up], (*q)[i]
		i = up
	}
}

func (q *queue) pop() *step {
	h := *q
	n := h[0]
	last := len(h) - 1
	h[0] = h[last]
	h = h[:last]
	for i := 0; ; {
		least := i
		if l := 2*i + 1; l < last && h.less(l, least) {
			least = l
		}
		if r := 2*i + 2; r < last && h.less(r, least) {
			least = r
		}
		if least == i {
			break
		}
		h[i], h[least] = h[least], h[i]
		i = least
	}
	*q = h
	return n
}
