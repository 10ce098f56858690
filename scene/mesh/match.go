package mesh

import (
	"math"
	"slices"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/glasstwin/glasstwin/scene/geom"
)

// guesses bounds the frames that are tried for one pair of shapes: a sphere
// that looks alike from everywhere is given up.
const guesses = 4000

// alikeNormal is how far apart, rad, the shading normals of equal shapes may be.
const alikeNormal = 0.01

// match finds the rigid motion that takes shape a onto b, corner for corner and
// triangle for triangle, no place farther than tol from its counterpart. With
// mirror the motion also turns a inside out. It returns the largest distance.
func match(a, b *shape, tol float64, mirror bool) (geom.Mat4, float64, bool) {
	none := geom.Mat4{}
	if a.key != b.key || len(a.s.at) < 3 {
		return none, 0, false
	}
	for i := range a.sorted {
		if math.Abs(a.sorted[i]-b.sorted[i]) > 2*tol {
			return none, 0, false
		}
	}
	first, second, ok := a.anchors(tol)
	if !ok {
		return none, 0, false
	}
	cells := newCells(b.arm, math.Max(4*tol, b.sorted[len(b.sorted)-1]*1e-5))
	span := a.arm[first].Sub(a.arm[second]).Len()
	side := 1.0
	if mirror {
		side = -1
	}
	from, tries := frame(a.arm[first], a.arm[second], side), 0
	for i, l := range b.long {
		if math.Abs(l-a.long[first]) > 2*tol {
			continue
		}
		for j, k := range b.long {
			if math.Abs(k-a.long[second]) > 2*tol || math.Abs(b.arm[i].Sub(b.arm[j]).Len()-span) > 4*tol {
				continue
			}
			if tries++; tries > guesses {
				return none, 0, false
			}
			turn := frame(b.arm[i], b.arm[j], 1).Mul3(from.Transpose())
			if m, far, ok := fit(a, b, turn, cells, tol, mirror); ok {
				return m, far, true
			}
		}
	}
	return none, 0, false
}

// frame is the right-handed frame of two arms; left-handed when side is −1.
func frame(u, v geom.Vec3, side float64) mgl64.Mat3 {
	x := unit(u)
	z := unit(x.Cross(v))
	y := z.Cross(x)
	return mgl64.Mat3FromCols(x, y, z.Mul(side))
}

// fit checks a guessed rotation, sharpens it and checks all that must be equal.
func fit(a, b *shape, turn mgl64.Mat3, cells *cellMap, tol float64, mirror bool) (geom.Mat4, float64, bool) {
	none := geom.Mat4{}
	to := make([]int32, len(a.arm))
	taken := make([]bool, len(b.arm))
	loose := 4 * tol
	for i, p := range a.arm {
		to[i] = cells.find(turn.Mul3x1(p), loose)
		if to[i] < 0 || taken[to[i]] {
			return none, 0, false
		}
		taken[to[i]] = true
	}
	// The best small turn and shift of what corresponds (least squares).
	shift := geom.Vec3{}
	for range 3 {
		var m mgl64.Mat3
		var v, mean geom.Vec3
		for i, p := range a.arm {
			q := turn.Mul3x1(p)
			off := b.arm[to[i]].Sub(q)
			mean = mean.Add(off.Mul(1 / float64(len(a.arm))))
			v = v.Add(q.Cross(off))
			d := q.Dot(q)
			m = m.Add(mgl64.Mat3{
				d - q[0]*q[0], -q[0] * q[1], -q[0] * q[2],
				-q[0] * q[1], d - q[1]*q[1], -q[1] * q[2],
				-q[0] * q[2], -q[1] * q[2], d - q[2]*q[2],
			})
		}
		shift = mean
		if math.Abs(m.Det()) < 1e-30 {
			break
		}
		w := m.Inv().Mul3x1(v)
		if angle := w.Len(); angle > 1e-15 && angle < 0.5 {
			turn = mgl64.HomogRotate3D(angle, w.Mul(1/angle)).Mat3().Mul3(turn)
		}
	}
	far := 0.0
	for i, p := range a.arm {
		far = math.Max(far, turn.Mul3x1(p).Add(shift).Sub(b.arm[to[i]]).Len())
	}
	if far > tol {
		return none, 0, false
	}
	if !sameCorners(a, b, turn, to, mirror) {
		return none, 0, false
	}
	m := turn.Mat4()
	move := b.middle.Add(shift).Sub(turn.Mul3x1(a.middle))
	m.SetCol(3, move.Vec4(1))
	return m, far, true
}

// sameCorners tells whether each corner of a has one of b with the same normal,
// texture and primitive, and each triangle its counterpart.
func sameCorners(a, b *shape, turn mgl64.Mat3, to []int32, mirror bool) bool {
	at := make([][]int32, len(b.arm))
	for i, c := range b.s.corner {
		at[c.place] = append(at[c.place], int32(i))
	}
	limit := math.Cos(alikeNormal)
	onto := make([]int32, len(a.s.corner))
	for i, c := range a.s.corner {
		n := turn.Mul3x1(c.normal)
		best, found := limit, int32(-1)
		for _, k := range at[to[c.place]] {
			o := b.s.corner[k]
			if o.prim != c.prim || !sameTexture(a, b, c, o) {
				continue
			}
			d := n.Dot(o.normal)
			if c.normal == (geom.Vec3{}) && o.normal == c.normal {
				d = 1
			}
			if d >= best {
				best, found = d, k
			}
		}
		if found < 0 {
			return false
		}
		onto[i] = found
	}
	faces := b.faces()
	for i := range a.s.tri {
		c := a.s.tri[i].c
		d := [3]int32{onto[c[0]], onto[c[1]], onto[c[2]]}
		if mirror {
			d[1], d[2] = d[2], d[1]
		}
		if !faces[smallestFirst(d)] {
			return false
		}
	}
	return true
}

func sameTexture(a, b *shape, c, o corner) bool {
	p, q := &a.s.from.Primitives[c.prim], &b.s.from.Primitives[o.prim]
	if len(p.Tangents)+len(p.UVs2)+len(p.Colors) > 0 || len(q.Tangents)+len(q.UVs2)+len(q.Colors) > 0 || !slices.Equal(p.Variants, q.Variants) || (len(p.UVs) > 0) != (len(q.UVs) > 0) {
		return false
	}
	if len(p.UVs) == 0 {
		return true
	}
	const same = 1e-4 // metres along the surface
	return math.Abs(float64(p.UVs[2*c.index]-q.UVs[2*o.index])) < same && math.Abs(float64(p.UVs[2*c.index+1]-q.UVs[2*o.index+1])) < same
}

// cellMap finds points by place.
type cellMap struct {
	points []geom.Vec3
	size   float64
	first  map[[3]int32]int32
	next   []int32
}

func newCells(points []geom.Vec3, size float64) *cellMap {
	c := &cellMap{points: points, size: size, first: make(map[[3]int32]int32, len(points)), next: make([]int32, len(points))}
	for i, p := range points {
		k := c.cell(p)
		before, ok := c.first[k]
		if !ok {
			before = -1
		}
		c.next[i] = before
		c.first[k] = int32(i)
	}
	return c
}

func (c *cellMap) cell(p geom.Vec3) [3]int32 {
	return [3]int32{int32(math.Floor(p[0] / c.size)), int32(math.Floor(p[1] / c.size)), int32(math.Floor(p[2] / c.size))}
}

// find returns the point nearest to p within reach, which is at most a cell;
// -1 when there is none.
func (c *cellMap) find(p geom.Vec3, reach float64) int32 {
	best, found := reach*reach, int32(-1)
	low := c.cell(geom.Vec3{p[0] - reach, p[1] - reach, p[2] - reach})
	high := c.cell(geom.Vec3{p[0] + reach, p[1] + reach, p[2] + reach})
	for x := low[0]; x <= high[0]; x++ {
		for y := low[1]; y <= high[1]; y++ {
			for z := low[2]; z <= high[2]; z++ {
				i, ok := c.first[[3]int32{x, y, z}]
				for ; ok && i >= 0; i = c.next[i] {
					d := c.points[i].Sub(p)
					if far := d.Dot(d); far <= best {
						best, found = far, i
					}
				}
			}
		}
	}
	return found
}
