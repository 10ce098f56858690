package mesh

import (
	"math"

	"github.com/glasstwin/glasstwin/scene/geom"
)

// Clustering leaves small pieces as they are, since a berry that becomes a point
// is gone. From afar such a piece is drawn as the box around it, and what stands
// close together, as goods do, as one box: a crate.

// crate is a box that stands for pieces of one primitive.
type crate struct {
	primitive int
	box       geom.Box
	from      [24]uint32 // vertex that each corner of each face is shaded as
	open      [6]bool    // faces that nothing of the pieces looks the way of
	err       float64    // metres
}

// Limits of crates.
const (
	crateTriangles = 12
	crateFacing    = 0.3 // least cosine between a crate's face and what it is shaded as
	crateWork      = 1 << 22
)

// body is what a piece is made of, where it lies in one primitive only.
type body struct {
	primitive int // -1: several
	triangles []int32
	vertices  []uint32
	alone     crate // that stands for this piece only
	ok        bool  // there is one
}

// bodies lists the pieces' triangles and vertices and finds a crate for each.
// Pieces that are copies of each other, as packages are, are looked at once.
func (c *clusterer) bodies() []body {
	out := make([]body, len(c.boxes))
	for i, p := range c.mesh.Primitives {
		for t, piece := range c.piece[i] {
			b := &out[piece]
			switch {
			case len(b.triangles) == 0 && b.primitive == 0:
				b.primitive = i
			case b.primitive != i:
				b.primitive = -1
			}
			b.triangles = append(b.triangles, int32(t))
			b.vertices = append(b.vertices, p.Indices[3*t:3*t+3]...)
		}
	}
	type likeness struct {
		triangles int
		size      [3]int32
		area      int32
	}
	known := map[likeness]float64{}
	work := 0
	for k := range out {
		b := &out[k]
		if b.primitive < 0 || len(b.triangles) <= 4 || c.keeps(b.primitive) {
			continue
		}
		size := c.boxes[k].Size()
		key := likeness{triangles: len(b.triangles), area: int32(c.area[k] * 1e5)}
		for axis := range 3 {
			key.size[axis] = int32(math.Round(size[axis] * 1e4))
		}
		err, seen := known[key]
		if !seen {
			if work += len(b.triangles); work > crateWork {
				return out
			}
			err = c.crateError(b, c.boxes[k])
			known[key] = err
		}
		if !math.IsInf(err, 1) {
			b.alone, b.ok = crate{primitive: b.primitive, box: c.boxes[k], err: err}, true
		}
	}
	return out
}

// crateError is how far the box around a piece lies from its surface at most,
// looked at in 26 points, and at least half the edge of what each face of it
// covers that nothing of the piece does: a basket's opening, a window's panes
// between its bars.
func (c *clusterer) crateError(b *body, box geom.Box) (worst float64) {
	p := c.mesh.Primitives[b.primitive]
	for i := range 27 {
		at := box.Min
		inner := 0
		for axis, k := range [3]int{i % 3, i / 3 % 3, i / 9} {
			at[axis] += float64(k) / 2 * (box.Max[axis] - box.Min[axis])
			if k == 1 {
				inner++
			}
		}
		if inner == 3 {
			continue
		}
		best := math.Inf(1)
		for _, t := range b.triangles {
			q, _, _ := nearest(at, vec(p.Positions, int(p.Indices[3*t])), vec(p.Positions, int(p.Indices[3*t+1])), vec(p.Positions, int(p.Indices[3*t+2])))
			best = math.Min(best, q.Sub(at).LenSqr())
		}
		worst = math.Max(worst, best)
	}
	var facing, level [6]float64 // m² of the piece, as seen along each axis from both sides; of what lies level to it
	for _, t := range b.triangles {
		v := vec(p.Positions, int(p.Indices[3*t]))
		n := vec(p.Positions, int(p.Indices[3*t+1])).Sub(v).Cross(vec(p.Positions, int(p.Indices[3*t+2])).Sub(v)).Mul(0.5)
		for axis := range 3 {
			face := 2 * axis
			if n[axis] > 0 {
				face++
			}
			facing[face] += math.Abs(n[axis])
			if math.Abs(n[axis]) > 0.9*n.Len() {
				level[face] += math.Abs(n[axis])
			}
		}
	}
	size := box.Size()
	for face, area := range facing {
		axis := face / 2
		whole := size[(axis+1)%3] * size[(axis+2)%3]
		if level[face] > 0.01*whole { // else the piece is round there, or open to where nobody looks
			worst = math.Max(worst, (whole-area)/4)
		}
	}
	return math.Sqrt(worst)
}

// crates finds what is drawn as boxes at an error of a size: groups of pieces
// that stand close, the largest first, and single pieces.
func (c *clusterer) crates(size float64) (list []crate, of []int32) {
	of = make([]int32, len(c.boxes))
	for k := range of {
		of[k] = -1
	}
	if c.body == nil {
		c.body = c.bodies()
	}
	type bin struct {
		primitive int
		at        [3]int32
	}
	for _, edge := range []float64{16, 8, 4, 2} {
		bins := map[bin][]int32{}
		var order []bin
		for k := range c.body {
			b := &c.body[k]
			if of[k] >= 0 || !b.ok || b.alone.err > size || c.boxes[k].Size().Len() > edge*size {
				continue
			}
			key, mid := bin{primitive: b.primitive}, c.boxes[k].Center()
			for axis := range 3 {
				key.at[axis] = int32(math.Floor(mid[axis] / (edge * size)))
			}
			if bins[key] == nil {
				order = append(order, key)
			}
			bins[key] = append(bins[key], int32(k))
		}
		for _, key := range order {
			pieces := bins[key]
			if len(pieces) < 2 {
				continue
			}
			if one, ok := c.together(key.primitive, pieces, size); ok {
				for _, k := range pieces {
					of[k] = int32(len(list))
				}
				list = append(list, one)
			}
		}
	}
	for k := range c.body {
		b := &c.body[k]
		if of[k] < 0 && b.ok && b.alone.err <= size && len(b.triangles) > crateTriangles {
			one := b.alone
			if c.shade(&one, b.vertices, size) {
				of[k] = int32(len(list))
				list = append(list, one)
			}
		}
	}
	return list, of
}

// together is one crate for several pieces; false when it would be farther off
// than a size.
func (c *clusterer) together(primitive int, pieces []int32, size float64) (crate, bool) {
	one := crate{primitive: primitive, box: geom.EmptyBox()}
	triangles := 0
	var vertices []uint32
	for _, k := range pieces {
		one.box = one.box.Union(c.boxes[k])
		one.err = math.Max(one.err, c.body[k].alone.err)
		triangles += len(c.body[k].triangles)
		vertices = append(vertices, c.body[k].vertices...)
	}
	if triangles <= crateTriangles {
		return one, false
	}
	// The gaps between the pieces, looked at all over the crate's faces.
	const steps = 6
	gap := 0.0
	extent := one.box.Size()
	for axis := range 3 {
		u, v := (axis+1)%3, (axis+2)%3
		for i := range 2 * (steps + 1) * (steps + 1) {
			at := one.box.Min
			at[axis] += float64(i&1) * extent[axis]
			at[u] += float64(i>>1%(steps+1)) / steps * extent[u]
			at[v] += float64(i>>1/(steps+1)) / steps * extent[v]
			best := math.Inf(1)
			for _, k := range pieces {
				best = math.Min(best, apart(c.boxes[k], at))
			}
			gap = math.Max(gap, best)
		}
	}
	one.err += math.Sqrt(gap)
	return one, one.err <= size && c.shade(&one, vertices, size)
}

// apart is the squared distance of a point from a box.
func apart(b geom.Box, p geom.Vec3) (sum float64) {
	for k := range 3 {
		d := math.Max(0, math.Max(b.Min[k]-p[k], p[k]-b.Max[k]))
		sum += d * d
	}
	return sum
}

// corner of a face of a crate: face 0 to 5, k round it.
func (x *crate) corner(face, k int) geom.Vec3 {
	axis, side := face/2, face%2
	u, v := (axis+1)%3, (axis+2)%3
	at := x.box.Min
	if side == 1 {
		at[axis] = x.box.Max[axis]
	}
	if k == 1 || k == 2 {
		at[u] = x.box.Max[u]
	}
	if k == 2 || k == 3 {
		at[v] = x.box.Max[v]
	}
	return at
}

// shade chooses the vertices whose look each corner takes: of those that face as
// the crate's face does, one that lies near. False when one lies too far off.
func (c *clusterer) shade(x *crate, vertices []uint32, reach float64) bool {
	p := c.mesh.Primitives[x.primitive]
	for face := range 6 {
		side := float64(2*(face%2) - 1)
		x.open[face] = true
		for k := range 4 {
			at := x.corner(face, k)
			best, near := math.Inf(-1), 0.0
			for _, v := range vertices {
				facing := side * float64(p.Normals[3*v+uint32(face/2)])
				if facing < crateFacing {
					continue
				}
				d := vec(p.Positions, int(v)).Sub(at).Len()
				// Nearer by what is allowed is better than facing it wholly.
				if score := facing - d/reach; score > best {
					best, near = score, d
					x.from[4*face+k], x.open[face] = v, false
				}
			}
			if near > reach {
				return false
			}
			x.err = math.Max(x.err, near)
		}
	}
	return x.open != [6]bool{true, true, true, true, true, true}
}

// draw adds a crate to the primitive that it stands in.
func (x *crate) draw(out *ClusteredPrimitive) {
	for face := range 6 {
		if x.open[face] {
			continue
		}
		first := uint32(len(out.From))
		for k := range 4 {
			at := x.corner(face, k)
			out.From = append(out.From, x.from[4*face+k])
			out.Positions = append(out.Positions, float32(at[0]), float32(at[1]), float32(at[2]))
		}
		if face%2 == 1 {
			out.Indices = append(out.Indices, first, first+1, first+2, first, first+2, first+3)
		} else {
			out.Indices = append(out.Indices, first, first+2, first+1, first, first+3, first+2)
		}
	}
}
