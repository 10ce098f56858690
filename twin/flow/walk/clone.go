package walk

import (
	"maps"
	"slices"
)

// Clone is a world of its own with everybody where they are: what happens in one
// does not touch the other. The floor and the ways on it are shared, since they
// never change.
func (w *World) Clone() *World {
	out := *w
	out.people = slices.Clone(w.people) // goals and ways are replaced when they change, never written to
	out.present = slices.Clone(w.present)
	out.arrived = slices.Clone(w.arrived)
	out.groups = maps.Clone(w.groups)
	for g, list := range out.groups {
		out.groups[g] = slices.Clone(list)
	}
	out.first, out.charted = nil, false
	out.near, out.moved = nil, nil
	out.start = make([]int32, len(w.start))
	return &out
}
