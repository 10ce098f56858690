package walk

import (
	"slices"
	"sync"
	"sync/atomic"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/scene/plan"
)

// person is somebody's state between steps.
type person struct {
	x, z   float64
	ex, ez float64 // unit: where they head
	v      float64 // m/s
	radius float64
	body   float64 // radius that is taken now: who is stuck turns a shoulder
	speed  float64
	ready  float64
	slow   float64 // seconds for which they wanted to move and could not
	hash   uint64
	mesh   int
	group  int
	beside int32 // the next in the same cell of the chart, or -1

	here, walking bool
	goal          Goal
	goals         []Goal  // of which goal is the one expected soonest; nil: there is no choice
	corners       []gate  // still to come; the last is on the goal
	wx, wz        float64 // unit: the way to the next corner, as of the last step; zero when they stand
	wishX, wishZ  float64 // unit: where they want to head, reconsidered every tenth of a second
}

// gate is a turn of a way: the corner, and how far from it one may pass.
type gate struct {
	plan.Spot
	to geom.Vec2
}

// near is what others see of somebody.
type near struct {
	x, z, vx, vz, radius float64
	wx, wz               float64 // unit: where they want to, zero when they stand
	id                   int32
}

// move is what a step makes of somebody.
type move struct {
	x, z, ex, ez, v, slow float64
	wx, wz, body          float64
	wishX, wishZ          float64
	corners               []gate
	arrived               bool
}

// Step moves everybody by one step of time.
func (w *World) Step() {
	w.choose()
	w.arrange()
	n := len(w.near)
	if cap(w.moved) < n {
		w.moved = make([]move, n)
	}
	w.moved = w.moved[:n]
	workers := min(w.options.Workers, 1+n/64)
	if workers <= 1 {
		w.advance(0, n)
	} else {
		// A jam takes longer than free floor: whoever is done takes the next few.
		const few = 64
		var all sync.WaitGroup
		var next atomic.Int64
		for range workers {
			all.Go(func() {
				for {
					to := int(next.Add(few))
					if to-few >= n {
						return
					}
					w.advance(to-few, min(to, n))
				}
			})
		}
		all.Wait()
	}
	w.arrived = w.arrived[:0]
	for i, m := range w.moved {
		id := w.near[i].id
		p := &w.people[id]
		p.x, p.z, p.ex, p.ez, p.v, p.slow, p.corners = m.x, m.z, m.ex, m.ez, m.v, m.slow, m.corners
		p.wishX, p.wishZ, p.wx, p.wz, p.body = m.wishX, m.wishZ, m.wx, m.wz, m.body
		if m.arrived {
			p.walking = false
			w.arrived = append(w.arrived, ID(id))
		}
	}
	slices.Sort(w.arrived)
	w.charted = false
	w.steps++
	w.time = float64(w.steps) * w.options.Step
}

// arrange sorts the present by cell, within a cell by id.
func (w *World) arrange() {
	clear(w.start)
	for _, id := range w.present {
		p := &w.people[id]
		w.start[w.cellOf(p.x, p.z)+1]++
	}
	for c := range w.start[1:] {
		w.start[c+1] += w.start[c]
	}
	if cap(w.near) < len(w.present) {
		w.near = make([]near, len(w.present), 2*len(w.present))
	}
	w.near = w.near[:len(w.present)]
	for _, id := range w.present {
		p := &w.people[id]
		c := w.cellOf(p.x, p.z)
		w.near[w.start[c]] = near{p.x, p.z, p.ex * p.v, p.ez * p.v, p.body, p.wx, p.wz, id}
		w.start[c]++
	}
	// start[c] now ends cell c: shift back.
	copy(w.start[1:], w.start)
	w.start[0] = 0
}

func (w *World) cellOf(x, z float64) int {
	i := int(min(float64(w.nx-1), max(0, (x-w.lo[0])/cellSize)))
	j := int(min(float64(w.nz-1), max(0, (z-w.lo[1])/cellSize)))
	return j*w.nx + i
}

// route finds the way to somebody's goal.
func (w *World) route(p *person) bool {
	at := geom.Vec2{p.x, p.z}
	target := plan.Nearest([2]geom.Vec2{p.goal.From, p.goal.To}, at)
	for _, m := range []*plan.Mesh{w.meshes[p.mesh], w.meshes[0]} {
		a, okA := m.Locate(at, onMeshReach)
		b, okB := m.Locate(target, max(onMeshReach, p.goal.Reach))
		if !okA || !okB {
			continue
		}
		if corners, _, ok := m.Way(a, b); ok {
			p.corners = make([]gate, len(corners))
			for i, c := range corners[:len(corners)-1] {
				p.corners[i].Spot, _ = m.Locate(c, onMeshReach)
			}
			p.corners[len(corners)-1].Spot = b
			open(m, p.corners, a)
			return true
		}
	}
	return false
}

// open widens the turns of a way to gates that reach away from the wall, as far
// as the place allows: a crowd does not go round a corner in one file.
func open(m *plan.Mesh, corners []gate, from plan.Spot) {
	for i := range corners[:len(corners)-1] {
		c, next := &corners[i], &corners[i+1]
		c.to = c.At
		in, out := c.At.Sub(from.At), next.At.Sub(c.At)
		if in.Len() > 1e-6 && out.Len() > 1e-6 {
			if away := in.Normalize().Sub(out.Normalize()); away.Len() > 0.02 {
				for _, wide := range [4]float64{gateWide, gateWide / 2, gateWide / 4, gateWide / 8} {
					s, ok := m.Locate(c.At.Add(away.Normalize().Mul(wide)), 0)
					if ok && m.Sees(c.Spot, s) && m.Sees(s, next.Spot) {
						c.to = s.At
						break
					}
				}
			}
		}
		from = c.Spot
	}
	corners[len(corners)-1].to = corners[len(corners)-1].At
}
