package gl

import (
	"math"

	"github.com/glasstwin/glasstwin/render"
	"github.com/glasstwin/glasstwin/render/sky"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// Exposure of a picture under the sky, from light that is known rather than from
// a picture taken before: so it is the same each time, and does not pump.
const (
	exposureUnit = 0.88 // of white paper on the floor of a lit shop
	adaptedUp    = 0.93 // how far the eye grows used to more light than that, as a power of it
	adaptedDown  = 0.60 // and to less: dusk is darker than day
	exposureLow  = 0.15 // the eye grows used to no less than that light
	exposureHigh = 14.0 // nor to more

	lampUnit = 4.2  // radiance of white paper for what the volume of luminaires holds
	shineDay = 1.25 // radiance of an emission of one
)

// exposure is what radiance in units of package sky is multiplied with for a
// camera: it is used to the light where it stands and where it looks.
func (l *luminaires) exposure(c render.Camera, out *sky.Light) float64 {
	const nearest = 0.75 // metres
	ahead := math.Min(math.Max(c.Distance, 4), 60)
	eye := l.level(c.Eye(), nearest, out)
	seen := l.level(c.Eye().Add(c.Ahead().Mul(ahead)), math.Max(nearest, 0.12*ahead), out)
	level := math.Pow((math.Pow(eye, 6)+math.Pow(seen, 6))/2, 1./6) // nearly the brighter of the two
	if level > 1 {
		return exposureUnit / math.Pow(math.Min(exposureHigh, level), adaptedUp)
	}
	return exposureUnit / math.Pow(math.Max(exposureLow, level), adaptedDown)
}

// level is the radiance of white paper within some metres of a place, the
// brighter places counting more (root mean square).
func (l *luminaires) level(p geom.Vec3, about float64, out *sky.Light) float64 {
	const points = 3 // to each side
	step := l.step()
	sum, n := 0.0, 0.0
	for i := range (2*points + 1) * (2*points + 1) * (2*points + 1) {
		k := [3]int{i % (2*points + 1), i / (2*points + 1) % (2*points + 1), i / (2*points + 1) / (2*points + 1)}
		var at [3]int
		inside := true
		for axis, count := range [3]int{l.nx, l.ny, l.nz} {
			x := (p[axis] + about*float64(k[axis]-points)/points - l.box.Min[axis]) / step[axis]
			inside = inside && x >= 0 && x < float64(count)
			at[axis] = int(x)
		}
		if !inside {
			continue
		}
		t := &l.texels[(at[2]*l.ny+at[1])*l.nx+at[0]]
		level := out.Sky*float64(t[3]) + (out.Level-out.Sky)*smooth(0.5, 0.9, float64(t[3])) + lampUnit*float64(t[0])
		sum += level * level
		n++
	}
	if n == 0 {
		return out.Level
	}
	return math.Sqrt(sum / n)
}
