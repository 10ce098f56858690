package gl

import (
	"slices"

	"github.com/glasstwin/glasstwin/render"
)

// levelsAll counts the mesh itself too.
const levelsAll = levelsMost + 1

// tally counts what a view sees of one level of one mesh.
type tally struct {
	count, next int
	near        float64 // squared distance of the nearest
}

// place fills the instances, batches and panes with what a view sees: each batch
// has its instances next to each other, and near batches come first, so that
// what they cover need not be shaded.
func (s *stage) place(f *render.Frame, v *view) {
	s.instances, s.batches, s.panes, s.marked = s.instances[:0], s.batches[:0], s.panes[:0], s.marked[:0]
	s.look(v)
	s.touched = s.touched[:0]
	for i := range s.sight {
		x := &s.sight[i]
		k := s.things[x.thing].slot*levelsAll + int(x.level)
		t := &s.tally[k]
		if t.count == 0 {
			t.near = x.distance
			s.touched = append(s.touched, int32(k))
		}
		t.count, t.near = t.count+1, min(t.near, x.distance)
	}
	s.batch()
	s.instances = slices.Grow(s.instances, len(s.sight))[:len(s.sight)]
	for i := range s.sight {
		s.put(f, &s.sight[i])
	}
	for _, k := range s.touched {
		s.tally[k] = tally{}
	}
	slices.SortFunc(s.panes, func(a, b pane) int {
		switch {
		case a.distance > b.distance:
			return -1
		case a.distance < b.distance:
			return 1
		}
		return a.at - b.at
	})
}

// batch lays the batches of what was counted, near ones first.
func (s *stage) batch() {
	slices.SortFunc(s.touched, func(a, b int32) int {
		switch x, y := s.tally[a].near, s.tally[b].near; {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return int(a - b)
	})
	first := 0
	for _, k := range s.touched {
		t := &s.tally[k]
		t.next = first
		of := s.slots[int(k)/levelsAll]
		s.batches = append(s.batches, batch{mesh: of.mesh, mirrored: of.mirrored, level: int(k) % levelsAll, first: first, count: t.count})
		first += t.count
	}
}

// put writes the instance of a thing in sight into its batch.
func (s *stage) put(f *render.Frame, x *seen) {
	t := &s.things[x.thing]
	g := &s.groups[t.group]
	own := &s.tally[t.slot*levelsAll+int(x.level)]
	at := own.next
	own.next++
	s.instances[at].set(t, g, f)
	if g.highlight > 0 {
		s.marked = append(s.marked, pane{mesh: t.mesh, at: at, node: t.node})
	}
	if m := s.meshes[t.mesh].at(int(x.level)); m.clear.count > 0 || len(m.dressedClear) > 0 {
		s.panes = append(s.panes, pane{mesh: t.mesh, at: at, level: int(x.level), mirrored: t.mirrored, distance: x.distance})
	}
}

func (x *instance) set(t *thing, g *group, f *render.Frame) {
	x.rows, x.tint = t.rows, g.tint
	x.look = [4]float32{g.emission, g.glow, 2 * g.highlight, t.seed}
	if g.grey {
		x.look[2]++
	}
	if t.belt >= 0 && t.belt < len(f.Joints) {
		x.look[3] = float32(f.Joints[t.belt])
	}
}
