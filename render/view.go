package render

import (
	"fmt"
	"math"
	"strings"

	"github.com/glasstwin/glasstwin/scene/geom"
)

// Views lists the names that View knows besides those of entities.
var Views = []string{"overview", "top", "front", "inside", "aisle", "entrance"}

// eyeHeight is between the mean eye heights of women and men, metres.
const eyeHeight = 1.65

// storeyMost is how high one storey may be, metres: what is higher is looked at
// whole.
const storeyMost = 6

// View returns the camera of a name: one of Views, or the id of an entity. The
// picture's aspect is its width over its height.
func View(name string, p Places, aspect float64) (Camera, error) {
	if p.Floor.Empty() || p.Bounds.Empty() {
		return Camera{}, fmt.Errorf("view %q: the scene is empty", name)
	}
	floor := p.Floor
	if floor.Size()[1] < storeyMost {
		floor.Max[1] = math.Min(floor.Max[1], floor.Min[1]+2.2) // what stands there, not the air above
	}
	mid := floor.Center()
	stand := func(at geom.Vec3, towards geom.Vec3) Camera {
		at[1] = p.Floor.Min[1] + eyeHeight
		return Camera{Target: at, Yaw: yawTo(towards), Pitch: 0.06, FovY: 0.95}
	}
	switch name {
	case "overview":
		return Camera{Yaw: -0.58, Pitch: 0.66, FovY: 0.6}.Fit(floor, aspect), nil
	case "top":
		return Camera{Pitch: math.Pi / 2, FovY: 0.5}.Fit(floor, aspect), nil
	case "front":
		return Camera{Pitch: 0.2, FovY: 0.6}.Fit(floor, aspect), nil
	case "inside":
		at := geom.Vec3{floor.Min[0] + 0.14*(floor.Max[0]-floor.Min[0]), 0, floor.Max[2] - 0.1*(floor.Max[2]-floor.Min[2])}
		return stand(at, mid.Sub(at)), nil
	case "aisle":
		from, axis, length := p.aisle()
		if length == 0 {
			return Camera{}, fmt.Errorf("view %q: nothing stands so that there is an aisle; use one of %s", name, strings.Join(Views, ", "))
		}
		if axis == 0 {
			return stand(from.Sub(geom.Vec3{0.6, 0, 0}), geom.Vec3{1, 0, 0}), nil
		}
		return stand(from.Add(geom.Vec3{0, 0, 0.6}), geom.Vec3{0, 0, -1}), nil
	case "entrance":
		at, ahead := geom.Vec3{mid[0], 0, floor.Max[2] + 1}, geom.Vec3{0, 0, -1}
		if door, ok := p.thing(p.Entrance); ok {
			at, ahead = door.Box.Center(), door.Front
			if mid.Sub(at).Dot(ahead) < 0 {
				ahead = ahead.Mul(-1)
			}
			at = at.Add(ahead.Mul(0.8))
		}
		return stand(at, ahead.Add(mid.Sub(at).Normalize().Mul(0.5))), nil
	}
	t, ok := p.thing(name)
	if !ok {
		return Camera{}, fmt.Errorf("view %q: it is no entity and none of %s", name, strings.Join(Views, ", "))
	}
	c := Camera{Yaw: yawTo(t.Front.Mul(-1)) + 0.5, Pitch: 0.3}.Fit(t.Box, aspect)
	c.Distance = math.Max(1.1*c.Distance, 1.5)
	return c, nil
}

// yawTo is the yaw of a camera that looks in a direction.
func yawTo(d geom.Vec3) float64 { return math.Atan2(-d[0], -d[2]) }

// Fit returns the camera, turned as it is, moved so that a box just fills the
// picture with a little air around.
func (c Camera) Fit(b geom.Box, aspect float64) Camera {
	if b.Empty() {
		return c
	}
	const air = 1.06
	c.Target = b.Center()
	v := math.Tan(c.Field()/2) / air
	h := v * math.Max(aspect, 0.05)
	right, up, ahead := c.Right(), c.Up(), c.Ahead()
	c.Distance = 0
	for range 4 { // moving to the middle of what is seen changes what is seen
		c.Distance = 0.1
		var left, rightmost, low, high float64
		for i := range 8 {
			p := corner(b, i).Sub(c.Target)
			depth := p.Dot(ahead)
			c.Distance = math.Max(c.Distance, math.Max(math.Abs(p.Dot(right))/h, math.Abs(p.Dot(up))/v)-depth)
		}
		first := true
		for i := range 8 {
			p := corner(b, i).Sub(c.Target)
			d := math.Max(p.Dot(ahead)+c.Distance, 1e-3)
			x, y := p.Dot(right)/d, p.Dot(up)/d
			if first {
				left, rightmost, low, high, first = x, x, y, y, false
			}
			left, rightmost, low, high = math.Min(left, x), math.Max(rightmost, x), math.Min(low, y), math.Max(high, y)
		}
		c.Target = c.Target.Add(right.Mul((left + rightmost) / 2 * c.Distance)).Add(up.Mul((low + high) / 2 * c.Distance))
	}
	for i := range 8 {
		p := corner(b, i).Sub(c.Target)
		c.Distance = math.Max(c.Distance, math.Max(math.Abs(p.Dot(right))/h, math.Abs(p.Dot(up))/v)-p.Dot(ahead))
	}
	return c
}

// corner is one of the eight corners of a box.
func corner(b geom.Box, i int) geom.Vec3 {
	p := b.Min
	for axis := range 3 {
		if i>>axis&1 == 1 {
			p[axis] = b.Max[axis]
		}
	}
	return p
}
