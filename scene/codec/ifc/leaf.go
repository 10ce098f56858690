package ifc

import (
	"cmp"
	"math"
	"slices"
	"strconv"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// Files draw doors and windows as bodies without names. Seen along y of the
// placement, a lining is a ring at the edge, a leaf a filled plate or a ring
// around a pane, and what lies on a leaf belongs to it.

// Figures of panels, metres.
const (
	filledLeast = 0.8   // of its rectangle, what a plate covers
	glazedLeast = 0.7   // and a ring with its panes
	paneThick   = 0.025 // thicker is a leaf without a frame of its own
	sashThick   = 0.095 // deeper is a lining
	leafThick   = 0.25
	trimThick   = 0.06
	trimLong    = 0.85 // of the leaf
	leafWide    = 0.2  // less is no leaf of a door
	sashWide    = 0.12
	liesOn      = 0.15  // from a leaf to its handles
	edgeReach   = 0.006 // between edges that are one
	sameLeaf    = 0.6   // of the smaller of two plates, what overlaps the other
	leafHigh    = 0.4   // of the whole height, what a leaf of a door has
)

// plate is one part of a door as seen along y of its element.
type plate struct {
	group, part int
	box         geom.Box // frame of the element, +Z up
	fill        float64  // share of its rectangle that it covers
	clear       bool     // light comes through
}

func (p plate) pane() bool {
	return p.fill >= filledLeast && (p.clear || p.box.Size()[1] <= paneThick)
}
func (p plate) solid() bool { return p.fill >= filledLeast && !p.pane() }

// leaf is a panel of a door or window that can move.
type leaf struct {
	core   geom.Box // without handles
	plates []plate
}

// plates looks at the parts of a door from the front.
func (r *reader) plates(groups []group) []plate {
	var out []plate
	for g, all := range groups {
		for i, pt := range all.parts {
			b := pt.body.moved(all.at)
			p := plate{group: g, part: i, box: b.box()}
			area := 0.0
			for _, f := range b.faces {
				y := 0.0
				for _, loop := range f.loops {
					n, twice := normal(loop)
					y += n[1] * twice / 2
				}
				area += math.Max(0, y)
			}
			if d := p.box.Size(); d[0]*d[2] > 0 {
				p.fill = area / (d[0] * d[2])
			}
			if style := cmp.Or(pt.style+1, all.style+1) - 1; style != scene.None {
				m := r.palette.at(style)
				p.clear = m.Clear()
			}
			out = append(out, p)
		}
	}
	return out
}

// leaves finds the panels that can move, from the left to the right, and the
// box of what stays. A leaf is at least that high and wide and at most that
// thick.
func leaves(all []plate, wide, high, thick float64) ([]leaf, geom.Box) {
	whole := geom.EmptyBox()
	for _, p := range all {
		whole = whole.Union(p.box)
	}
	large := func(p plate) bool {
		d := p.box.Size()
		const rounded = 1e-6 // m: what has just the least size is of that size
		return d[0] >= wide-rounded && d[2] >= high-rounded && d[1] <= thick+rounded
	}
	var found []leaf
	add := func(p plate) {
		for i := range found {
			if least := min(frontOf(found[i].core), frontOf(p.box)); shared(found[i].core, p.box) > sameLeaf*least {
				found[i].core = found[i].core.Union(p.box)
				found[i].plates = append(found[i].plates, p)
				return
			}
		}
		found = append(found, leaf{core: p.box, plates: []plate{p}})
	}
	for _, p := range all {
		if p.solid() && large(p) {
			add(p)
		}
	}
	// A ring around everything is a lining, unless nothing else holds the panes.
	for _, around := range [2]bool{false, true} {
		for _, p := range all {
			edge := p.box.Min[0] < whole.Min[0]+edgeReach && p.box.Max[0] > whole.Max[0]-edgeReach
			if p.fill < filledLeast && large(p) && p.box.Size()[1] <= sashThick && edge == around && glazed(p, all) {
				add(p)
			}
		}
		if len(found) > 0 {
			break
		}
	}
	if len(found) == 0 { // panes without frames
		for _, p := range all {
			if p.pane() && large(p) {
				add(p)
			}
		}
	}
	rest := geom.EmptyBox()
	for _, p := range all {
		if slices.ContainsFunc(found, func(l leaf) bool { return slices.Contains(l.plates, p) }) {
			continue
		}
		best, least := -1, liesOn
		for i, l := range found {
			if away := max(l.core.Min[1]-p.box.Max[1], p.box.Min[1]-l.core.Max[1], 0); l.wears(p.box) && away < least {
				best, least = i, away
			}
		}
		if best < 0 {
			rest = rest.Union(p.box)
		} else {
			found[best].plates = append(found[best].plates, p)
		}
	}
	slices.SortFunc(found, func(a, b leaf) int {
		return cmp.Or(cmp.Compare(a.core.Center()[0], b.core.Center()[0]), cmp.Compare(a.core.Min[2], b.core.Min[2]))
	})
	return found, rest
}

// wears tells whether something that lies on a leaf can be fastened to it: what
// is as deep as a lining and as long as the leaf stands behind it.
func (l leaf) wears(b geom.Box) bool {
	d, c := b.Size(), l.core.Size()
	before := b.Max[1] < l.core.Min[1]+edgeReach || b.Min[1] > l.core.Max[1]-edgeReach
	return within(b, l.core) && !(before && d[1] > trimThick && max(d[0]/c[0], d[2]/c[2]) > trimLong)
}

// glazed tells whether panes fill a ring.
func glazed(ring plate, all []plate) bool {
	area := ring.fill * frontOf(ring.box)
	for _, p := range all {
		if p.pane() && within(p.box, ring.box) && p.box.Min[1] < ring.box.Max[1] && ring.box.Min[1] < p.box.Max[1] {
			area += p.fill * frontOf(p.box)
		}
	}
	return area >= glazedLeast*frontOf(ring.box)
}

// frontOf is the area of a box seen along y.
func frontOf(b geom.Box) float64 { d := b.Size(); return d[0] * d[2] }

// shared is the area that two boxes share seen along y.
func shared(a, b geom.Box) float64 {
	x := min(a.Max[0], b.Max[0]) - max(a.Min[0], b.Min[0])
	z := min(a.Max[2], b.Max[2]) - max(a.Min[2], b.Min[2])
	return max(0, x) * max(0, z)
}

// within tells whether a box lies in another seen along y.
func within(a, b geom.Box) bool {
	for _, k := range [2]int{0, 2} {
		if a.Min[k] < b.Min[k]-edgeReach || a.Max[k] > b.Max[k]+edgeReach {
			return false
		}
	}
	return true
}

// rotor takes what turns in a revolving door: the upright parts at its axis.
func rotor(all []plate) (leaf, bool) {
	whole := geom.EmptyBox()
	for _, p := range all {
		whole = whole.Union(p.box)
	}
	mid, size := whole.Center(), whole.Size()
	out := leaf{core: geom.EmptyBox()}
	for _, p := range all {
		x := max(p.box.Min[0]-mid[0], mid[0]-p.box.Max[0], 0)
		y := max(p.box.Min[1]-mid[1], mid[1]-p.box.Max[1], 0)
		d := p.box.Size()
		if math.Hypot(x, y) < liesOn && d[2] > size[2]/2 && (d[0] < size[0]-edgeReach || d[1] < size[1]-edgeReach) {
			out.core = out.core.Union(p.box)
			out.plates = append(out.plates, p)
		}
	}
	return out, len(out.plates) > 0
}

// singly takes bodies that consist of several into one part for each.
func singly(groups []group) []group {
	out := slices.Clone(groups)
	for i := range out {
		var parts []part
		for _, pt := range out[i].parts {
			for _, b := range pt.body.pieces() {
				parts = append(parts, part{b, pt.style})
			}
		}
		if len(parts) <= partsMax {
			out[i].parts = parts
		}
	}
	return out
}

// pieces are the parts of a body that share no edge.
func (b *body) pieces() []*body {
	type corner [3]int64
	of := map[[2]corner]int{}
	root := make([]int, len(b.faces))
	find := func(i int) int {
		for root[i] != i {
			root[i] = root[root[i]]
			i = root[i]
		}
		return i
	}
	for i, f := range b.faces {
		root[i] = i
		for _, loop := range f.loops {
			for k := range loop {
				var e [2]corner
				for end, v := range [2]geom.Vec3{loop[k], loop[(k+1)%len(loop)]} {
					for axis := range v {
						e[end][axis] = int64(math.Round(v[axis] / weldReach))
					}
				}
				if slices.Compare(e[0][:], e[1][:]) > 0 {
					e[0], e[1] = e[1], e[0]
				}
				if other, known := of[e]; known {
					root[find(i)] = find(other)
				} else {
					of[e] = i
				}
			}
		}
	}
	place := map[int]int{}
	var out []*body
	for i, f := range b.faces {
		k, known := place[find(i)]
		if !known {
			k = len(out)
			place[find(i)] = k
			out = append(out, &body{closed: b.closed})
		}
		out[k].faces = append(out[k].faces, f)
	}
	return out
}

// signature tells which parts of a group a list of plates takes.
func signature(plates []plate, group int) string {
	var out []byte
	for _, p := range plates {
		if p.group == group {
			out = append(strconv.AppendInt(out, int64(p.part), 10), ',')
		}
	}
	return string(out)
}
