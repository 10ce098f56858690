package render

import (
	"math"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/glasstwin/glasstwin/scene/geom"
)

const fovUsual = math.Pi / 4

// Field returns the vertical opening angle, radians.
func (c Camera) Field() float64 {
	if c.FovY > 0 {
		return c.FovY
	}
	return fovUsual
}

// From is the camera at eye that looks at target, its usual field open.
func From(eye, target geom.Vec3) Camera {
	d := target.Sub(eye)
	return Camera{Target: target, Yaw: math.Atan2(-d[0], -d[2]), Pitch: math.Atan2(-d[1], math.Hypot(d[0], d[2])), Distance: d.Len()}
}

// Ahead is the unit direction that the camera looks in. A pitch above the
// horizon puts the camera over its target, so that it looks down.
func (c Camera) Ahead() geom.Vec3 {
	sy, cy := math.Sincos(c.Yaw)
	sp, cp := math.Sincos(c.Pitch)
	return geom.Vec3{-sy * cp, -sp, -cy * cp}
}

// Right and Up are the unit directions of the picture's axes.
func (c Camera) Right() geom.Vec3 {
	sy, cy := math.Sincos(c.Yaw)
	return geom.Vec3{cy, 0, -sy}
}

// Up completes Right and Ahead; it is defined when looking straight down too.
func (c Camera) Up() geom.Vec3 {
	sy, cy := math.Sincos(c.Yaw)
	sp, cp := math.Sincos(c.Pitch)
	return geom.Vec3{-sy * sp, cp, -cy * sp}
}

// Eye is where the camera stands, metres.
func (c Camera) Eye() geom.Vec3 { return c.Target.Sub(c.Ahead().Mul(c.Distance)) }

// Look is the transform from the site's frame to the camera's, which looks
// along -Z with +Y up.
func (c Camera) Look() geom.Mat4 {
	r, u, a, e := c.Right(), c.Up(), c.Ahead(), c.Eye()
	return geom.Mat4{
		r[0], u[0], -a[0], 0,
		r[1], u[1], -a[1], 0,
		r[2], u[2], -a[2], 0,
		-r.Dot(e), -u.Dot(e), a.Dot(e), 1,
	}
}

// Projection is the perspective transform to OpenGL's clip space.
func (c Camera) Projection(width, height int, near, far float64) geom.Mat4 {
	return mgl64.Perspective(c.Field(), float64(max(1, width))/float64(max(1, height)), near, far)
}

// nearLeast keeps what a walking person brushes past in sight, metres. A camera
// that stands nearer to its target than nearShare of that looks at a small thing.
const (
	nearLeast = 0.05
	nearShare = 0.1
)

// Clip returns the distances, metres, between which everything in the box lies
// that is not nearer than the eye can see.
func (c Camera) Clip(all geom.Box) (near, far float64) {
	near, far = math.Inf(1), 1.0
	eye, ahead := c.Eye(), c.Ahead()
	if all.Empty() {
		return nearLeast, math.Max(100, 4*c.Distance)
	}
	for i := range 8 {
		p := all.Min
		for axis := range 3 {
			if i>>axis&1 == 1 {
				p[axis] = all.Max[axis]
			}
		}
		d := p.Sub(eye).Dot(ahead)
		near, far = math.Min(near, d), math.Max(far, d)
	}
	least := nearLeast
	if c.Distance > 0 {
		least = math.Min(least, nearShare*c.Distance)
	}
	return math.Max(near*0.98, math.Max(least, far/2000)), far * 1.02
}

// Ray is the line of sight through a pixel, counted from the top left: where
// it begins and its unit direction.
func (f Frame) Ray(x, y float64) (from, along geom.Vec3) {
	c := f.Camera
	t := math.Tan(c.Field() / 2)
	ndcX, ndcY := 2*x/float64(max(1, f.Width))-1, 1-2*y/float64(max(1, f.Height))
	aspect := float64(max(1, f.Width)) / float64(max(1, f.Height))
	d := c.Ahead().Add(c.Right().Mul(ndcX * t * aspect)).Add(c.Up().Mul(ndcY * t))
	return c.Eye(), d.Normalize()
}

// Project tells at which pixel, counted from the top left, a point is seen, and
// how far ahead of the camera it lies, metres; negative: behind it.
func (f Frame) Project(p geom.Vec3) (x, y, ahead float64) {
	c := f.Camera
	d := p.Sub(c.Eye())
	ahead = d.Dot(c.Ahead())
	t := math.Tan(c.Field()/2) * math.Max(math.Abs(ahead), 1e-9)
	aspect := float64(max(1, f.Width)) / float64(max(1, f.Height))
	x = (d.Dot(c.Right())/(t*aspect) + 1) / 2 * float64(f.Width)
	y = (1 - d.Dot(c.Up())/t) / 2 * float64(f.Height)
	return x, y, ahead
}

// sunUsual is a clear morning: 50° high, from behind the left shoulder.
var sunUsual = geom.Vec3{-0.42, 0.77, 0.48}

// SunDirection is the unit direction towards the sun.
func (f Frame) SunDirection() geom.Vec3 {
	s := f.Sun
	if s.Len() < 1e-9 {
		s = sunUsual
	}
	return s.Normalize()
}
