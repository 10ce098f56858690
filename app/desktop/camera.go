package desktop

import (
	"math"

	"github.com/glasstwin/glasstwin/render"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// orbit turns the camera about its target; in walking, about the eye.
func orbit(c render.Camera, dx, dy float64) render.Camera {
	const perPixel = 0.006 // radians; a drag over the viewport is about a turn
	c.Yaw -= dx * perPixel
	c.Pitch = within(c.Pitch+dy*perPixel, -0.2, 1.5) // never under the floor, never over the top
	if c.Distance == 0 {
		c.Pitch = within(c.Pitch, -1.2, 1.2)
	}
	return c
}

// pan moves the target along the picture, so that what is under the pointer
// stays there; height is the viewport's, in the pointer's units.
func pan(c render.Camera, dx, dy, height float64) render.Camera {
	if height <= 0 {
		return c
	}
	k := 2 * math.Max(c.Distance, 1) * math.Tan(fov(c)/2) / height
	s, cs := math.Sin(c.Yaw), math.Cos(c.Yaw)
	forward := dy * k / math.Max(math.Sin(math.Abs(c.Pitch)), 0.3)
	c.Target[0] += -dx*k*cs - forward*s
	c.Target[2] += dx*k*s - forward*cs
	return c
}

// zoom changes the distance by notches of the wheel.
func zoom(c render.Camera, notches float64) render.Camera {
	if c.Distance == 0 {
		return walk(c, notches*0.3, 0)
	}
	c.Distance = within(c.Distance*math.Pow(0.9, notches), 0.8, 200)
	return c
}

// walk moves a person's eye over the floor, in metres.
func walk(c render.Camera, ahead, right float64) render.Camera {
	s, cs := math.Sin(c.Yaw), math.Cos(c.Yaw)
	c.Target[0] += -s*ahead + cs*right
	c.Target[2] += -cs*ahead - s*right
	return c
}

// standing is a person's eye where the camera looks at.
func standing(c render.Camera) render.Camera {
	const eye = 1.65 // metres, between the mean eye heights of women and men
	c.Target[1], c.Distance, c.Pitch = eye, 0, 0
	return c
}

// framing looks at a box so that all of it is seen in a picture so many times as
// wide as it is high.
func framing(c render.Camera, lo, hi geom.Vec3, aspect float64) render.Camera {
	var r float64
	for i := range 3 {
		c.Target[i] = (lo[i] + hi[i]) / 2
		r += (hi[i] - lo[i]) * (hi[i] - lo[i])
	}
	narrow := math.Atan(math.Tan(fov(c)/2) * math.Min(1, aspect))
	c.Distance = math.Max(math.Sqrt(r)/2/math.Sin(narrow), 1.5)
	if c.Pitch < 0.25 {
		c.Pitch = 0.45
	}
	return c
}

func fov(c render.Camera) float64 {
	if c.FovY > 0 {
		return c.FovY
	}
	return math.Pi / 4
}

func within(x, lo, hi float64) float64 { return math.Min(math.Max(x, lo), hi) }
