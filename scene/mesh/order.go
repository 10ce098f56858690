package mesh

import (
	"math"

	"github.com/glasstwin/glasstwin/scene"
)

// Order puts triangles into an order that suits a codec which predicts a
// triangle and its vertices from those before it, and numbers the vertices in
// the order of their first use, which suits the caches of a graphics card too.
// Two orders are tried, that in which the triangles stand (CAD systems hand out
// strips) and strips cut anew, and the one that promises fewer bits is taken.
// The surface stays the same.
func Order(p scene.Primitive) scene.Primitive {
	kept := fetch(p)
	p.Indices = strips(p.Indices)
	cut := fetch(p)
	if bits(cut) < bits(kept) {
		return cut
	}
	return kept
}

// fetch numbers vertices by first use and drops those without any.
func fetch(p scene.Primitive) scene.Primitive {
	n := len(p.Positions) / 3
	to, which := make([]int32, n), make([]uint32, 0, n)
	for i := range to {
		to[i] = -1
	}
	indices := make([]uint32, len(p.Indices))
	for i, v := range p.Indices {
		if to[v] < 0 {
			to[v] = int32(len(which))
			which = append(which, v)
		}
		indices[i] = uint32(to[v])
	}
	out := gather(p, which)
	out.Indices = indices
	return out
}

// recentEdges is how many edges a codec remembers.
const recentEdges = 16

// bits estimates what a packed primitive costs: the logarithms of the steps
// from vertex to vertex in cells of a 4096th of its size, and a byte for each
// corner that no recent edge predicts.
func bits(p scene.Primitive) float64 {
	cell := (scene.Mesh{Primitives: []scene.Primitive{p}}).Box().Size().Len() / 4096
	if !(cell > 0) {
		cell = 1
	}
	sum := 0.0
	for i := 3; i < len(p.Positions); i++ {
		sum += math.Log2(1 + 2*math.Abs(float64(p.Positions[i]-p.Positions[i-3]))/cell)
		sum += math.Log2(1 + 2*math.Abs(float64(p.Normals[i]-p.Normals[i-3]))*127)
	}
	var recent [recentEdges][2]uint32
	at := 0
	for i := 0; i+2 < len(p.Indices); i += 3 {
		t := p.Indices[i : i+3]
		known := false
		for k := range 3 {
			for _, e := range recent {
				known = known || e == [2]uint32{t[(k+1)%3], t[k]}
			}
		}
		sum += 4
		if !known {
			sum += 12
		}
		for k := range 3 {
			recent[at%recentEdges] = [2]uint32{t[k], t[(k+1)%3]}
			at++
		}
	}
	return sum
}

// strips lists triangles in strips, each begun beside the newest triangle that
// has a neighbour left.
func strips(indices []uint32) []uint32 {
	type edge [2]uint32
	owner := make(map[edge]int32, len(indices))
	for i := range len(indices) / 3 {
		t := indices[3*i : 3*i+3]
		for k := range 3 {
			owner[edge{t[k], t[(k+1)%3]}] = int32(i)
		}
	}
	n := len(indices) / 3
	done := make([]bool, n)
	free := func(e edge) (int32, bool) {
		t, ok := owner[e]
		return t, ok && !done[t]
	}
	out := make([]uint32, 0, len(indices))
	var open []int32 // triangles beside those that are out
	for scan := 0; len(out) < 3*n; {
		start := int32(-1)
		for len(open) > 0 && start < 0 {
			last := open[len(open)-1]
			open = open[:len(open)-1]
			if !done[last] {
				start = last
			}
		}
		if start < 0 {
			for done[scan] {
				scan++
			}
			start = int32(scan)
		}
		a, b, c := indices[3*start], indices[3*start+1], indices[3*start+2]
		for range 3 { // turned so that the strip can go on
			if next, ok := free(edge{c, b}); ok && next != start {
				break
			}
			a, b, c = b, c, a
		}
		for t, odd := start, false; ; odd = !odd {
			done[t] = true
			out = append(out, a, b, c)
			for _, e := range [3]edge{{b, a}, {c, b}, {a, c}} {
				if next, ok := free(e); ok {
					open = append(open, next)
				}
			}
			way := edge{c, b}
			if odd {
				way = edge{a, c}
			}
			next, ok := free(way)
			if !ok {
				break
			}
			tip := way[0]
			for _, v := range indices[3*next : 3*next+3] {
				if v != way[0] && v != way[1] {
					tip = v
				}
			}
			a, b, c, t = way[0], way[1], tip, next
		}
	}
	return out
}
