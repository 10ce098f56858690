// Package layout is the planning of a site: what stands where as a draft beside
// the running twin, edits of it that can be undone, snapping, the rules that a
// layout must keep to with where and by how much it breaks them, and what differs
// between two layouts. What a class of asset is to a planner is told to it
// (Facts). It must never know a catalogue, a mesh or a screen. Start reading at
// Layout, then Edit, then Plan.
//
// Points are plan points: x and z of the site's frame, metres. A check after a
// move touches the moved fixtures, their neighbours and one grid of at most
// 100,000 cells: a few milliseconds.
package layout
