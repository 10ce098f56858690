package mesh

import "github.com/glasstwin/glasstwin/scene"

// Order puts triangles into strips, which suits a codec that predicts a triangle
// and its vertices from those before it, and numbers the vertices in the order of
// their first use, which suits the caches of a graphics card too. The surface
// stays the same.
func Order(p scene.Primitive) scene.Primitive {
	p.Indices = strips(p.Indices)
	return fetch(p)
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
		for t := start; ; {
			done[t] = true
			out = append(out, a, b, c)
			for _, e := range [3]edge{{b, a}, {c, b}, {a, c}} {
				if next, ok := free(e); ok {
					open = append(open, next)
				}
			}
			way := edge{c, b}
			next, ok := free(way)
			if !ok {
				way = edge{a, c}
				next, ok = free(way)
			}
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
