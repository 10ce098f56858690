// Package geom holds the vectors, boxes and polygons that everything with a
// shape is built from. Coordinates are metres in a right-handed frame with +Y
// up, as in glTF; ZUp converts from the +Z-up frame of building models, and is
// the only place that does. It must never know a mesh, a file format or a
// store. Start reading at Box, then Triangulate.
package geom

import (
	"math"

	"github.com/go-gl/mathgl/mgl64"
)

// Vectors and matrices are those of mathgl, in double precision: a building in
// map coordinates loses millimetres in float32.
type (
	Vec2 = mgl64.Vec2
	Vec3 = mgl64.Vec3
	Vec4 = mgl64.Vec4
	Mat4 = mgl64.Mat4
	Quat = mgl64.Quat
)

// Identity is the transform that changes nothing.
func Identity() Mat4 { return mgl64.Ident4() }

// ZUp returns the rotation that takes a +Z-up frame (IFC, DXF) to ours:
// (x, y, z) becomes (x, z, -y).
func ZUp() Mat4 {
	return Mat4{
		1, 0, 0, 0,
		0, 0, -1, 0,
		0, 1, 0, 0,
		0, 0, 0, 1,
	}
}

// Box is an axis-aligned bounding box. The zero Box is a point at the origin;
// EmptyBox is the one that contains nothing.
type Box struct{ Min, Max Vec3 }

// EmptyBox contains no point and is the identity of Union.
func EmptyBox() Box {
	inf := math.Inf(1)
	return Box{Min: Vec3{inf, inf, inf}, Max: Vec3{-inf, -inf, -inf}}
}

// Empty tells whether b contains no point.
func (b Box) Empty() bool {
	return b.Min[0] > b.Max[0] || b.Min[1] > b.Max[1] || b.Min[2] > b.Max[2]
}

// Add returns the smallest box that contains b and p.
func (b Box) Add(p Vec3) Box {
	for i := range 3 {
		b.Min[i] = math.Min(b.Min[i], p[i])
		b.Max[i] = math.Max(b.Max[i], p[i])
	}
	return b
}

// Union returns the smallest box that contains both.
func (b Box) Union(c Box) Box {
	if c.Empty() {
		return b
	}
	return b.Add(c.Min).Add(c.Max)
}

// Center is the middle of b.
func (b Box) Center() Vec3 { return b.Min.Add(b.Max).Mul(0.5) }

// Size is the extent of b along each axis, metres; zero when b is empty.
func (b Box) Size() Vec3 {
	if b.Empty() {
		return Vec3{}
	}
	return b.Max.Sub(b.Min)
}

// Transform returns the box of the eight transformed corners of b.
func (b Box) Transform(m Mat4) Box {
	if b.Empty() {
		return b
	}
	out := EmptyBox()
	for i := range 8 {
		c := b.Min
		for axis := range 3 {
			if i>>axis&1 == 1 {
				c[axis] = b.Max[axis]
			}
		}
		out = out.Add(mgl64.TransformCoordinate(c, m))
	}
	return out
}
