// Package plan is the floor that people can walk on, as polygons in plan: how
// much of it is left to the middle of a body of some radius (Inset), a mesh of
// triangles to find ways on (Mesh), and the shortest way between two points
// (Mesh.Way). It must never know a person, a shop or a picture.
//
// Points are plan points: x and z of the site's frame, metres. Start reading at
// Floor, then NewMesh, then way.go.
package plan

import (
	"errors"
	"fmt"
	"math"

	"github.com/glasstwin/glasstwin/scene/geom"
)

// Floor is what can be walked on: the inside of the outlines without the inside
// of the obstacles. Outlines that touch or overlap are one floor, and obstacles
// may overlap each other and stick out. Loops run either way round.
type Floor struct {
	Outlines  [][]geom.Vec2
	Obstacles [][]geom.Vec2
}

// Limits of one floor: an airport's, not a mistake of units.
const (
	cornersMax = 200_000
	samplesMax = 60_000_000
	reachMax   = 100_000 // metres from the origin
)

// Errors of a floor that cannot be used.
var (
	ErrEmpty   = errors.New("the floor is empty")
	ErrTooMuch = errors.New("the floor is too large")
)

// Contains tells whether a point can be stood on.
func (f Floor) Contains(p geom.Vec2) bool {
	for _, loop := range f.Obstacles {
		if Inside(loop, p) {
			return false
		}
	}
	for _, loop := range f.Outlines {
		if Inside(loop, p) {
			return true
		}
	}
	return false
}

// Box is the smallest upright rectangle around the outlines.
func (f Floor) Box() (lo, hi geom.Vec2) {
	lo, hi = geom.Vec2{math.Inf(1), math.Inf(1)}, geom.Vec2{math.Inf(-1), math.Inf(-1)}
	for _, loop := range f.Outlines {
		for _, p := range loop {
			for k := range 2 {
				lo[k], hi[k] = min(lo[k], p[k]), max(hi[k], p[k])
			}
		}
	}
	return lo, hi
}

func (f Floor) check() error {
	n := 0
	for _, loops := range [][][]geom.Vec2{f.Outlines, f.Obstacles} {
		for i, loop := range loops {
			n += len(loop)
			for k, p := range loop {
				if !(math.Abs(p[0]) < reachMax && math.Abs(p[1]) < reachMax) {
					return fmt.Errorf("loop %d, corner %d lies at (%g, %g): %w", i+1, k+1, p[0], p[1], ErrTooMuch)
				}
			}
		}
	}
	switch {
	case len(f.Outlines) == 0:
		return ErrEmpty
	case n > cornersMax:
		return fmt.Errorf("%d corners, at most %d can be used: %w", n, cornersMax, ErrTooMuch)
	}
	return nil
}

// Inside tells whether a point lies in a loop, by the rule of even and odd
// crossings.
func Inside(loop []geom.Vec2, p geom.Vec2) bool {
	in := false
	for i, a := range loop {
		b := loop[(i+1)%len(loop)]
		if (a[1] > p[1]) != (b[1] > p[1]) && p[0] < a[0]+(b[0]-a[0])*(p[1]-a[1])/(b[1]-a[1]) {
			in = !in
		}
	}
	return in
}

// Nearest is the point of a straight piece that is nearest to p.
func Nearest(wall [2]geom.Vec2, p geom.Vec2) geom.Vec2 {
	d := wall[1].Sub(wall[0])
	l := d.Dot(d)
	if l == 0 {
		return wall[0]
	}
	return wall[0].Add(d.Mul(min(1, max(0, p.Sub(wall[0]).Dot(d)/l))))
}

func cross(a, b geom.Vec2) float64 { return a[0]*b[1] - a[1]*b[0] }
