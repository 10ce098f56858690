package mesh

import (
	"math"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// Clustered is a coarser stand-in for a mesh, for drawing it small. It is made in
// one pass over the corners, where Simplify looks for the best: a thousand times
// as fast, for about twice the triangles.
type Clustered struct {
	Primitives []ClusteredPrimitive // of the mesh's primitives, in order
	Error      float64              // metres of the mesh's own frame; no corner was moved farther
}

// ClusteredPrimitive is a triangle list whose vertices take everything but their
// place from one of the primitive that it stands for.
type ClusteredPrimitive struct {
	From      []uint32  // vertex of the primitive, for each vertex
	Positions []float32 // three for each vertex, metres
	Indices   []uint32
}

const (
	// pieceArea is the part of its surface that a piece must keep to be drawn
	// coarser. A rod as thin as a cell, or a berry as small, would vanish, and many
	// of them are seen where one is not.
	pieceArea = 0.6
	// levelLeast is the part of the triangles before that a level may keep to be
	// worth its memory.
	levelLeast = 0.7
)

// Clusters returns up to levels stand-ins for m, the finest first, in cells of a
// 256th of its size and each twice as large as those before. One that saves little
// is left out. Pieces that do not touch keep apart, so that what lies on something
// stays on it. Corners of primitives that are kept take all but their place along,
// each its own: what they wear does not slide, and no box stands for them. kept may
// be nil.
func Clusters(m scene.Mesh, levels int, kept []bool) []Clustered {
	var out []Clustered
	c := newClusterer(m)
	c.kept = kept
	count, worst := triangles(m), 0.0
	cell := m.Box().Size().Len() / 256
	for range levels {
		c.coarsen(cell)
		next := c.clustered(cell)
		n := 0
		for _, p := range next.Primitives {
			n += len(p.Indices) / 3
		}
		if float64(n) <= levelLeast*float64(count) {
			worst = math.Max(worst, next.Error) // a level is never told better than one before
			next.Error = worst
			out = append(out, next)
			count = n
		}
		cell *= 2
	}
	return out
}

// clusterer holds a mesh while it gets coarser.
type clusterer struct {
	mesh  scene.Mesh
	piece [][]int32 // of each triangle of each primitive
	boxes []geom.Box
	area  []float64 // of each piece, m²
	of    [][]*heap // of each vertex of each primitive; nil: it is still where it was
	body  []body    // of each piece, once it is asked for
	kept  []bool    // primitives whose corners are not shared
}

func (c *clusterer) keeps(primitive int) bool { return c.kept != nil && c.kept[primitive] }

func newClusterer(m scene.Mesh) *clusterer {
	c := &clusterer{mesh: m}
	places := map[[3]float32]int32{}
	var top []int32
	root := func(i int32) int32 {
		for top[i] != i {
			top[i] = top[top[i]]
			i = top[i]
		}
		return i
	}
	at := func(p scene.Primitive, v uint32) int32 {
		key := [3]float32(p.Positions[3*v : 3*v+3])
		id, known := places[key]
		if !known {
			id = int32(len(top))
			places[key] = id
			top = append(top, id)
		}
		return id
	}
	for _, p := range m.Primitives {
		for i := 0; i+2 < len(p.Indices); i += 3 {
			a := root(at(p, p.Indices[i]))
			top[root(at(p, p.Indices[i+1]))] = a
			top[root(at(p, p.Indices[i+2]))] = a
		}
	}
	number := map[int32]int32{}
	for _, p := range m.Primitives {
		c.of = append(c.of, make([]*heap, len(p.Positions)/3))
		of := make([]int32, len(p.Indices)/3)
		for t := range of {
			r := root(at(p, p.Indices[3*t]))
			k, known := number[r]
			if !known {
				k = int32(len(c.boxes))
				number[r] = k
				c.boxes = append(c.boxes, geom.EmptyBox())
				c.area = append(c.area, 0)
			}
			of[t] = k
			a, b, d := vec(p.Positions, int(p.Indices[3*t])), vec(p.Positions, int(p.Indices[3*t+1])), vec(p.Positions, int(p.Indices[3*t+2]))
			c.boxes[k] = c.boxes[k].Add(a).Add(b).Add(d)
			c.area[k] += b.Sub(a).Cross(d.Sub(a)).Len() / 2
		}
		c.piece = append(c.piece, of)
	}
	return c
}

// cell is a box of the grid of a piece.
type cell struct {
	piece int32
	at    [3]int32
}

// grid lays cells of about a size under a piece, so that its outer faces run
// through the middle of cells.
type grid struct {
	origin, step geom.Vec3
}

func gridOf(box geom.Box, size float64) grid {
	g := grid{origin: box.Min, step: geom.Vec3{size, size, size}}
	for k, extent := range box.Size() {
		if extent > size {
			g.step[k] = extent / math.Round(extent/size)
		}
		g.origin[k] -= g.step[k] / 2
	}
	return g
}

// heap is what of a piece fell into one cell: it is drawn in its middle.
type heap struct {
	sum   geom.Vec3
	count float64
}

func (h *heap) place() geom.Vec3 { return h.sum.Mul(1 / h.count) }

// coarsen puts the vertices into larger cells. A piece that loses too much by it
// stays as it was.
func (c *clusterer) coarsen(size float64) {
	grids := make([]grid, len(c.boxes))
	for k, box := range c.boxes {
		grids[k] = gridOf(box, size)
	}
	heaps := map[cell]*heap{}
	next := make([][]*heap, len(c.of))
	left := make([]float64, len(c.area))
	for i, p := range c.mesh.Primitives {
		next[i] = make([]*heap, len(c.of[i]))
		for t, piece := range c.piece[i] {
			for _, v := range p.Indices[3*t : 3*t+3] {
				if next[i][v] != nil {
					continue
				}
				at, g := vec(p.Positions, int(v)), grids[piece]
				key := cell{piece: piece}
				for k := range 3 {
					key.at[k] = int32(math.Floor((at[k] - g.origin[k]) / g.step[k]))
				}
				h := heaps[key]
				if h == nil {
					h = &heap{}
					heaps[key] = h
				}
				h.sum, h.count = h.sum.Add(at), h.count+1
				next[i][v] = h
			}
		}
	}
	for i, p := range c.mesh.Primitives {
		for t, piece := range c.piece[i] {
			a, b, d := next[i][p.Indices[3*t]], next[i][p.Indices[3*t+1]], next[i][p.Indices[3*t+2]]
			if a != b && b != d && d != a {
				left[piece] += b.place().Sub(a.place()).Cross(d.place().Sub(a.place())).Len() / 2
			}
		}
	}
	for i, p := range c.mesh.Primitives {
		for t, piece := range c.piece[i] {
			if left[piece] < pieceArea*c.area[piece] {
				continue
			}
			for _, v := range p.Indices[3*t : 3*t+3] {
				c.of[i][v] = next[i][v]
			}
		}
	}
}

// clustered is the mesh as coarse as it is now, with crates that are off by a
// size at most.
func (c *clusterer) clustered(size float64) Clustered {
	out := Clustered{Primitives: make([]ClusteredPrimitive, len(c.mesh.Primitives))}
	list, crated := c.crates(size)
	for i, p := range c.mesh.Primitives {
		out.Primitives[i] = c.primitive(p, c.of[i], c.piece[i], crated, c.keeps(i))
		moved := make([]bool, len(c.of[i])) // and drawn
		for t, piece := range c.piece[i] {
			if crated[piece] < 0 {
				for _, v := range p.Indices[3*t : 3*t+3] {
					moved[v] = true
				}
			}
		}
		for v, h := range c.of[i] {
			if h != nil && moved[v] {
				out.Error = math.Max(out.Error, vec(p.Positions, v).Sub(h.place()).Len())
			}
		}
	}
	for k := range list {
		list[k].draw(&out.Primitives[list[k].primitive])
		out.Error = math.Max(out.Error, list[k].err)
	}
	return out
}

// spot is one vertex of a clustered primitive: one place shaded one way.
type spot struct {
	heap *heap
	way  [3]int8
	self uint32 // vertex that is where it was, or keeps what it wears, from one
}

func (c *clusterer) primitive(p scene.Primitive, of []*heap, piece, crated []int32, kept bool) ClusteredPrimitive {
	var out ClusteredPrimitive
	known := map[spot]uint32{}
	vertex := func(v uint32) uint32 {
		key, at := spot{self: v + 1}, vec(p.Positions, int(v))
		switch {
		case of[v] != nil && kept:
			key.heap, at = of[v], of[v].place()
		case of[v] != nil:
			key, at = spot{heap: of[v], way: facing(p.Normals, v)}, of[v].place()
		}
		id, have := known[key]
		if !have {
			id = uint32(len(out.From))
			known[key] = id
			out.From = append(out.From, v)
			out.Positions = append(out.Positions, float32(at[0]), float32(at[1]), float32(at[2]))
		}
		return id
	}
	for t, k := range piece {
		a, b, d := p.Indices[3*t], p.Indices[3*t+1], p.Indices[3*t+2]
		if crated[k] >= 0 {
			continue
		}
		if of[a] != nil && (of[a] == of[b] || of[b] == of[d] || of[d] == of[a]) {
			continue
		}
		out.Indices = append(out.Indices, vertex(a), vertex(b), vertex(d))
	}
	return out
}

// facing is the way that a vertex is shaded, in steps of some 25°.
func facing(normals []float32, v uint32) [3]int8 {
	var out [3]int8
	for k := range 3 {
		out[k] = int8(math.Round(2 * float64(normals[3*int(v)+k])))
	}
	return out
}
