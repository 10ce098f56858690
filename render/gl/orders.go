package gl

import (
	"unsafe"

	gl41 "github.com/go-gl/gl/v4.1-core/gl"
)

// order is one draw of a run for instances next to each other, as OpenGL 4.3
// reads it from memory (section 10.5, DrawElementsIndirectCommand).
type order struct {
	count, instances, first uint32
	_                       int32  // added to indices
	from                    uint32 // the first instance
}

// A group of orders is drawn with one program and one state. Groups of a pattern
// follow each other by state, then comes what only depth is drawn of, then what
// casts shadows: both sides of it, whatever the state.
const (
	mirroredState = 1 // sides are turned round
	bothState     = 2 // both sides are drawn
	states        = 4

	groupDepth   = patterns * states
	groupCasters = groupDepth + states
	groupPanes   = groupCasters + 1 // what light goes through, far to near
	groups       = groupPanes + 1
)

// orders are the draws of the view at hand, by group, each with near batches
// first. Where the driver takes them from memory a group is one call; elsewhere
// it is one for each order, in the same order.
type orders struct {
	indirect  bool // the driver takes them from memory
	of        [groups][]order
	list      []order     // all, one group behind the other
	first     [groups]int // of each group in it
	triangles [groups]int
	turns     []int // of the panes, at which sides turn round; the first are not mirrored
	memory    stream
}

// takesOrders tells whether the context draws many times by one call, from
// instances that do not begin at the first: OpenGL 4.3 does, and 4.1 with two
// extensions.
func takesOrders() bool {
	has := extensions("GL_ARB_multi_draw_indirect", "GL_ARB_base_instance")
	return atLeast(4, 3) || has[0] && has[1]
}

// write gathers the orders of the stage's batches.
func (o *orders) write(s *stage) {
	for g := range o.of {
		o.of[g] = o.of[g][:0]
	}
	for i := range s.batches {
		b := &s.batches[i]
		x := s.meshes[b.mesh].at(b.level)
		state := 0
		if b.mirrored {
			state = mirroredState
		}
		for k := range patterns {
			o.add(k*states+state, b, x.solid[k])
			o.add(k*states+state+bothState, b, x.both[k])
		}
		o.add(groupDepth+state, b, between(x.solid[0], x.solid[patterns-1])) // all of one side lie next to each other
		o.add(groupDepth+state+bothState, b, between(x.both[0], x.both[patterns-1]))
		o.add(groupCasters, b, x.whole)
	}
	o.panes(s)
	o.list = o.list[:0]
	for g := range o.of {
		o.first[g], o.triangles[g] = len(o.list), 0
		for i := range o.of[g] {
			o.triangles[g] += int(o.of[g][i].count) / 3 * int(o.of[g][i].instances)
		}
		o.list = append(o.list, o.of[g]...)
	}
	if o.indirect {
		o.memory.put(gl41.DRAW_INDIRECT_BUFFER, data(o.list), bytes(o.list))
	}
}

// panes gathers what light goes through, which is drawn in order whatever its
// sides.
func (o *orders) panes(s *stage) {
	o.turns = o.turns[:0]
	mirrored := false
	for i := range s.panes {
		p := &s.panes[i]
		if p.mirrored != mirrored {
			mirrored = p.mirrored
			o.turns = append(o.turns, len(o.of[groupPanes]))
		}
		o.add(groupPanes, &batch{first: p.at, count: 1}, s.meshes[p.mesh].at(p.level).clear)
	}
	o.turns = append(o.turns, len(o.of[groupPanes]))
}

// between is the run from the beginning of one to the end of another.
func between(a, b run) run { return run{a.first, b.first + b.count - a.first} }

func (o *orders) add(g int, b *batch, x run) {
	if x.count > 0 {
		o.of[g] = append(o.of[g], order{count: uint32(x.count), instances: uint32(b.count), first: uint32(x.first), from: uint32(b.first)})
	}
}

// none tells that no state of a pattern has anything to draw.
func (o *orders) none(pattern int) bool {
	for state := range states {
		if len(o.of[pattern*states+state]) > 0 {
			return false
		}
	}
	return true
}

// submit draws the groups of all states, from the first on, with the program in
// use and the array of surfaces bound.
func (r *Renderer) submit(first int) {
	for state := range states {
		if len(r.orders.of[first+state]) == 0 {
			continue
		}
		facing(state&mirroredState != 0)
		if state&bothState != 0 {
			gl41.Disable(gl41.CULL_FACE)
		} else {
			gl41.Enable(gl41.CULL_FACE)
		}
		r.submitGroup(first + state)
	}
	facing(false)
}

// submitPanes draws what light goes through.
func (r *Renderer) submitPanes() {
	first := 0
	for i, next := range r.orders.turns {
		facing(i%2 == 1)
		r.submitSome(groupPanes, first, next)
		first = next
	}
	facing(false)
	r.stats.Triangles += r.orders.triangles[groupPanes]
}

func (r *Renderer) submitGroup(g int) {
	r.submitSome(g, 0, len(r.orders.of[g]))
	r.stats.Triangles += r.orders.triangles[g]
}

// submitSome draws the orders of a group from one to before another.
func (r *Renderer) submitSome(g, from, to int) {
	o := &r.orders
	if from == to {
		return
	}
	if o.indirect {
		r.instancesFrom(0)
		gl41.BindBuffer(gl41.DRAW_INDIRECT_BUFFER, o.memory.id)
		offset := unsafe.Add(nil, (o.first[g]+from)*int(unsafe.Sizeof(order{})))
		gl41.MultiDrawElementsIndirect(gl41.TRIANGLES, gl41.UNSIGNED_INT, offset, int32(to-from), 0)
		r.stats.Draws++
		return
	}
	for i := range o.of[g][from:to] {
		x := &o.of[g][from+i]
		r.instancesFrom(int(x.from))
		offset := unsafe.Add(nil, int(x.first)*4) // into the bound index buffer
		gl41.DrawElementsInstanced(gl41.TRIANGLES, int32(x.count), gl41.UNSIGNED_INT, offset, int32(x.instances))
	}
	r.stats.Draws += to - from
}
