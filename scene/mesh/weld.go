package mesh

import (
	"math"

	"github.com/glasstwin/glasstwin/scene"
)

// Tolerance says how far apart two vertices may lie and count as one.
type Tolerance struct {
	Position float64 // metres of the mesh's own frame
	Normal   float64 // largest difference of a coordinate of the unit vector
	UV       float64 // metres along the surface
	Tangent  float64 // as Normal
}

// Exact welds vertices whose numbers are all the same.
var Exact = Tolerance{}

// Weld merges vertices whose positions, normals, texture coordinates and
// tangents are equal within tol, keeping the first of each in the order of the
// indices, drops vertices that no triangle uses and triangles that name a
// vertex twice. With a tolerance, a vertex joins the first kept one that lies
// near enough, and what is kept never moves: welding again changes nothing.
func Weld(p scene.Primitive, tol Tolerance) scene.Primitive {
	w := welder{p: p, tol: tol, cells: make(map[[3]int64]int32, len(p.Positions)/3)}
	n := len(p.Positions) / 3
	to := make([]int32, n)
	for i := range to {
		to[i] = -1
	}
	indices := make([]uint32, 0, len(p.Indices))
	for i := 0; i+2 < len(p.Indices); i += 3 {
		var t [3]uint32
		for k, v := range p.Indices[i : i+3] {
			if to[v] < 0 {
				to[v] = w.place(int32(v))
			}
			t[k] = uint32(to[v])
		}
		if t[0] != t[1] && t[1] != t[2] && t[2] != t[0] {
			indices = append(indices, t[0], t[1], t[2])
		}
	}
	out := gather(p, w.kept)
	out.Indices = indices
	return compact(out)
}

// welder keeps vertices in cells of the size of the tolerance, so that equal
// ones lie in the same cell or a neighbour.
type welder struct {
	p     scene.Primitive
	tol   Tolerance
	cells map[[3]int64]int32 // newest vertex kept in the cell
	next  []int32            // the one before it, -1 at the end
	kept  []uint32           // its index in p
}

// place returns the kept vertex that v is equal to, keeping v when there is none.
func (w *welder) place(v int32) int32 {
	pos := w.p.Positions[3*v : 3*v+3]
	var cell [3]int64
	reach := int64(1)
	for k := range cell {
		if w.tol.Position > 0 {
			cell[k] = int64(math.Floor(float64(pos[k]) / (w.tol.Position * (1 + 1e-6))))
		} else {
			cell[k] = int64(math.Float32bits(pos[k] + 0)) // -0 is 0
			reach = 0
		}
	}
	best := int32(math.MaxInt32)
	for x := -reach; x <= reach; x++ {
		for y := -reach; y <= reach; y++ {
			for z := -reach; z <= reach; z++ {
				at, ok := w.cells[[3]int64{cell[0] + x, cell[1] + y, cell[2] + z}]
				for ; ok && at >= 0; at = w.next[at] {
					if at < best && w.equal(w.kept[at], uint32(v)) {
						best = at
					}
				}
			}
		}
	}
	if best != math.MaxInt32 {
		return best
	}
	id := int32(len(w.kept))
	before, ok := w.cells[cell]
	if !ok {
		before = -1
	}
	w.next = append(w.next, before)
	w.kept = append(w.kept, uint32(v))
	w.cells[cell] = id
	return id
}

// colorTolerance is half an eighth of a bit of a screen.
const colorTolerance = 1.0 / 4096

func (w *welder) equal(a, b uint32) bool {
	near := func(v []float32, width uint32, tol float64) bool {
		if len(v) == 0 {
			return true
		}
		for k := range width {
			if d := math.Abs(float64(v[width*a+k]) - float64(v[width*b+k])); !(d <= tol) {
				return false
			}
		}
		return true
	}
	return near(w.p.Positions, 3, w.tol.Position) && near(w.p.Normals, 3, w.tol.Normal) &&
		near(w.p.UVs, 2, w.tol.UV) && near(w.p.UVs2, 2, w.tol.UV) && near(w.p.Tangents, 4, w.tol.Tangent) && near(w.p.Colors, 4, colorTolerance)
}

// gather returns the vertices of p named by which, in that order, and no
// triangles.
func gather(p scene.Primitive, which []uint32) scene.Primitive {
	pick := func(v []float32, width int) []float32 {
		if len(v) == 0 {
			return nil
		}
		out := make([]float32, 0, width*len(which))
		for _, i := range which {
			out = append(out, v[width*int(i):width*int(i)+width]...)
		}
		return out
	}
	return scene.Primitive{
		Positions: pick(p.Positions, 3),
		Normals:   pick(p.Normals, 3),
		UVs:       pick(p.UVs, 2),
		UVs2:      pick(p.UVs2, 2),
		Tangents:  pick(p.Tangents, 4),
		Colors:    pick(p.Colors, 4),
		Material:  p.Material,
		Variants:  p.Variants,
	}
}

// compact drops the vertices that no triangle uses; the others keep their order.
func compact(p scene.Primitive) scene.Primitive {
	n := len(p.Positions) / 3
	used := make([]bool, n)
	for _, i := range p.Indices {
		used[i] = true
	}
	to, which := make([]uint32, n), make([]uint32, 0, n)
	for i, u := range used {
		if u {
			to[i] = uint32(len(which))
			which = append(which, uint32(i))
		}
	}
	if len(which) == n {
		return p
	}
	out := gather(p, which)
	out.Indices = make([]uint32, len(p.Indices))
	for i, v := range p.Indices {
		out.Indices[i] = to[v]
	}
	return out
}

// Tidy drops triangles that cover nothing, having two corners at one place, and
// triangles that stand there a second time with the same corners and side. A
// triangle whose corners lie in line but apart is kept: it may close a crack.
func Tidy(p scene.Primitive) scene.Primitive {
	type key [3]uint32
	at := make(map[[3]float32]uint32)
	place := make([]uint32, len(p.Positions)/3)
	for i := range place {
		c := [3]float32(p.Positions[3*i : 3*i+3])
		id, ok := at[c]
		if !ok {
			id = uint32(len(at))
			at[c] = id
		}
		place[i] = id
	}
	seen := make(map[key]bool, len(p.Indices)/3)
	out := p
	out.Indices = make([]uint32, 0, len(p.Indices))
	for i := 0; i+2 < len(p.Indices); i += 3 {
		t := p.Indices[i : i+3]
		a, b, c := place[t[0]], place[t[1]], place[t[2]]
		if a == b || b == c || c == a {
			continue
		}
		for a > b || a > c { // the smallest first, the side kept
			a, b, c = b, c, a
		}
		if k := (key{a, b, c}); !seen[k] {
			seen[k] = true
			out.Indices = append(out.Indices, t...)
		}
	}
	return compact(out)
}
