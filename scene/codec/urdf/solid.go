package urdf

import (
	"math"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
)

const sides = 32 // of round shapes

// face appends a flat or curved grid cell's corners with their normals.
type solid struct{ p scene.Primitive }

func (s *solid) corner(at, normal geom.Vec3) uint32 {
	s.p.Positions = append(s.p.Positions, float32(at[0]), float32(at[1]), float32(at[2]))
	s.p.Normals = append(s.p.Normals, float32(normal[0]), float32(normal[1]), float32(normal[2]))
	return uint32(len(s.p.Positions)/3 - 1)
}

func (s *solid) quad(a, b, c, d uint32) {
	s.p.Indices = append(s.p.Indices, a, b, c, a, c, d)
}

// box is centred on its frame.
func box(size geom.Vec3) scene.Primitive {
	var s solid
	half := size.Mul(0.5)
	for axis := range 3 {
		u, v := (axis+1)%3, (axis+2)%3
		for _, side := range [2]float64{-1, 1} {
			var n geom.Vec3
			n[axis] = side
			var c [4]uint32
			for k, q := range [4][2]float64{{-1, -1}, {1, -1}, {1, 1}, {-1, 1}} {
				var at geom.Vec3
				at[axis], at[u], at[v] = side*half[axis], side*q[0]*half[u], q[1]*half[v]
				c[k] = s.corner(at, n)
			}
			s.quad(c[0], c[1], c[2], c[3])
		}
	}
	return s.p
}

// cylinder stands along z, centred.
func cylinder(radius, length float64) scene.Primitive {
	var s solid
	lower, upper := s.corner(geom.Vec3{0, 0, -length / 2}, geom.Vec3{0, 0, -1}), s.corner(geom.Vec3{0, 0, length / 2}, geom.Vec3{0, 0, 1})
	var before [4]uint32
	for i := range sides + 1 {
		sin, cos := math.Sincos(2 * math.Pi * float64(i%sides) / sides)
		out := geom.Vec3{cos, sin, 0}
		low, high := geom.Vec3{radius * cos, radius * sin, -length / 2}, geom.Vec3{radius * cos, radius * sin, length / 2}
		now := [4]uint32{s.corner(low, out), s.corner(high, out), s.corner(low, geom.Vec3{0, 0, -1}), s.corner(high, geom.Vec3{0, 0, 1})}
		if i > 0 {
			s.quad(before[0], now[0], now[1], before[1])
			s.p.Indices = append(s.p.Indices, lower, now[2], before[2], upper, before[3], now[3])
		}
		before = now
	}
	return s.p
}

// sphere is centred on its frame.
func sphere(radius float64) scene.Primitive {
	var s solid
	const rings = sides / 2
	for i := range rings + 1 {
		ring, z := math.Sincos(math.Pi * float64(i) / rings)
		for k := range sides + 1 {
			sin, cos := math.Sincos(2 * math.Pi * float64(k%sides) / sides)
			n := geom.Vec3{ring * cos, ring * sin, z}
			s.corner(n.Mul(radius), n)
		}
	}
	at := func(i, k int) uint32 { return uint32(i*(sides+1) + k) }
	for i := range rings {
		for k := range sides {
			if i > 0 {
				s.p.Indices = append(s.p.Indices, at(i, k), at(i+1, k), at(i, k+1))
			}
			if i < rings-1 {
				s.p.Indices = append(s.p.Indices, at(i, k+1), at(i+1, k), at(i+1, k+1))
			}
		}
	}
	return s.p
}
