package ifc

import (
	"math"
	"slices"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// weldReach is how near two points are one, metres. Files write coordinates to
// a tenth of a millimetre or better; nothing in a building is thinner.
const weldReach = 1e-5

// face is a plane polygon with holes, counter-clockwise seen from outside. Faces
// of one bend (other than 0) approximate one curved surface.
type face struct {
	loops [][]geom.Vec3 // the outline, then holes
	bend  int
	paint scene.MaterialID // of the palette plus one; 0: that of its body
	uv    []geom.Vec2      // of the outline's corners on the texture; nil: not stated
}

// body is a surface made of faces; closed tells that it encloses a solid.
type body struct {
	faces  []face
	closed bool
}

// normal is the unit normal of a loop (Newell's sum, good for slightly warped
// loops) and twice its area.
func normal(loop []geom.Vec3) (geom.Vec3, float64) {
	var n geom.Vec3
	if len(loop) < 3 {
		return n, 0
	}
	o := loop[0]
	for i := 1; i+1 < len(loop); i++ {
		n = n.Add(loop[i].Sub(o).Cross(loop[i+1].Sub(o)))
	}
	l := n.Len()
	if l == 0 {
		return n, 0
	}
	return n.Mul(1 / l), l
}

// volume is the volume that a closed body encloses, m³, negative when it is
// inside out.
func (b *body) volume() float64 {
	if len(b.faces) == 0 {
		return 0
	}
	sum := 0.0
	o := b.faces[0].loops[0][0] // near the body: map coordinates would cost digits
	for _, f := range b.faces {
		for _, loop := range f.loops {
			for i := 1; i+1 < len(loop); i++ {
				sum += loop[0].Sub(o).Dot(loop[i].Sub(o).Cross(loop[i+1].Sub(o)))
			}
		}
	}
	return sum / 6
}

// flipped turns a body inside out, in place.
func (b *body) flip() {
	for _, f := range b.faces {
		for _, loop := range f.loops {
			for i, j := 0, len(loop)-1; i < j; i, j = i+1, j-1 {
				loop[i], loop[j] = loop[j], loop[i]
			}
		}
		slices.Reverse(f.uv)
	}
}

// moved is a copy, transformed; mirrored ones stay right side out.
func (b *body) moved(m geom.Mat4) *body {
	out := &body{closed: b.closed, faces: make([]face, len(b.faces))}
	for i, f := range b.faces {
		loops := make([][]geom.Vec3, len(f.loops))
		for k, loop := range f.loops {
			loops[k] = make([]geom.Vec3, len(loop))
			for j, p := range loop {
				loops[k][j] = moved(m, p)
			}
		}
		out.faces[i] = face{loops, f.bend, f.paint, slices.Clone(f.uv)}
	}
	if m.Mat3().Det() < 0 {
		out.flip()
	}
	return out
}

func (b *body) box() geom.Box {
	box := geom.EmptyBox()
	for _, f := range b.faces {
		for _, p := range f.loops[0] {
			box = box.Add(p)
		}
	}
	return box
}

// settled lets the faces of bodies look outwards.
func settled(all []*body) []*body {
	for _, b := range all {
		if b != nil {
			b.settle()
		}
	}
	return all
}

// meeting is the two faces that share an edge, and whether each walks it
// forwards.
type meeting struct {
	face    [2]int32
	forward [2]bool
	count   int
}

// settle finds out whether a body is closed, which is when each edge has two
// faces, and turns its faces outwards: surfaces are often written with faces
// that look either way. A body that says it is closed but whose faces do not
// meet edge to edge is turned as a whole.
func (b *body) settle() {
	w := newWeld()
	edges := make(map[[2]int32]meeting, 2*len(b.faces))
	closed := len(b.faces) > 3
	for i, f := range b.faces {
		for _, loop := range f.loops {
			first := w.id(loop[0])
			from := first
			for k := range loop {
				to := first
				if k+1 < len(loop) {
					to = w.id(loop[k+1])
				}
				if from != to {
					m := edges[[2]int32{min(from, to), max(from, to)}]
					if m.count < 2 {
						m.face[m.count], m.forward[m.count] = int32(i), from < to
					}
					m.count++
					edges[[2]int32{min(from, to), max(from, to)}] = m
				}
				from = to
			}
		}
	}
	next := make([][]turnTo, len(b.faces))
	for _, m := range edges {
		if m.count != 2 {
			closed = false
			continue
		}
		same := m.forward[0] == m.forward[1] // neighbours walk their edge in opposite ways
		next[m.face[0]] = append(next[m.face[0]], turnTo{m.face[1], same})
		next[m.face[1]] = append(next[m.face[1]], turnTo{m.face[0], same})
	}
	if !closed {
		if b.closed && b.volume() < 0 {
			b.flip()
		}
		return
	}
	nested := b.closed // a solid with hollows is turned already
	b.closed = true
	b.spread(next, nested)
}

// turnTo is a neighbour of a face, and whether it looks the other way.
type turnTo struct {
	face  int32
	other bool
}

// spread turns the faces of each connected part alike, and each part outwards
// unless it may be a hollow.
func (b *body) spread(next [][]turnTo, nested bool) {
	seen := make([]bool, len(b.faces))
	for start := range b.faces {
		if seen[start] {
			continue
		}
		seen[start] = true
		part := body{closed: true}
		queue := []int32{int32(start)}
		for len(queue) > 0 {
			at := queue[len(queue)-1]
			queue = queue[:len(queue)-1]
			part.faces = append(part.faces, b.faces[at])
			for _, n := range next[at] {
				if seen[n.face] {
					continue
				}
				seen[n.face] = true
				if n.other {
					one := body{faces: b.faces[n.face : n.face+1]}
					one.flip()
					for k := range next[n.face] { // what it meant for its own neighbours
						next[n.face][k].other = !next[n.face][k].other
					}
				}
				queue = append(queue, n.face)
			}
		}
		if !nested && part.volume() < 0 {
			part.flip()
		}
	}
	if nested && b.volume() < 0 {
		b.flip()
	}
}

// weld gives points that lie within weldReach one number.
type weld struct {
	cells  map[[3]int64]int32
	points []geom.Vec3
}

func newWeld() *weld { return &weld{cells: map[[3]int64]int32{}} }

func (w *weld) id(p geom.Vec3) int32 {
	const cell = 4 * weldReach
	var lo, hi [3]int64
	for k := range 3 {
		lo[k] = int64(math.Floor((p[k] - weldReach) / cell))
		hi[k] = int64(math.Floor((p[k] + weldReach) / cell))
	}
	for x := lo[0]; x <= hi[0]; x++ {
		for y := lo[1]; y <= hi[1]; y++ {
			for z := lo[2]; z <= hi[2]; z++ {
				if i, ok := w.cells[[3]int64{x, y, z}]; ok && w.points[i].Sub(p).Len() < 2*weldReach {
					return i
				}
			}
		}
	}
	i := int32(len(w.points))
	w.points = append(w.points, p)
	w.cells[[3]int64{int64(math.Floor(p[0] / cell)), int64(math.Floor(p[1] / cell)), int64(math.Floor(p[2] / cell))}] = i
	return i
}
