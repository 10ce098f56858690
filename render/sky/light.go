package sky

import (
	"math"

	"github.com/glasstwin/glasstwin/scene/geom"
)

// Light is what comes from outside while the sun stands somewhere, from a clear
// sky over pale land. It does not change once made. Radiance is in units of that
// of white paper on the floor of a well-lit shop, after the range between day
// and night was compressed: noon is about twelve of them, a clear night a
// thirtieth.
type Light struct {
	Toward geom.Vec3 // towards what casts shadows: the sun, at night the moon
	Beam   geom.Vec3 // radiance of white paper that faces it
	Ground geom.Vec3 // radiance of the land around
	Level  float64   // radiance of white paper in the open that is at least half turned to the sun
	Sky    float64   // what the sky alone gives paper that lies in the open
	Lux    float64   // illuminance that Level stands for, before it was compressed

	sun   geom.Vec3
	scale geom.Vec3 // from sunlight of 1 to the units of Radiance
	night geom.Vec3
	ease  float64 // how far the range over the dome is compressed, as a power
	even  float64 // what keeps the dome as bright as a whole by that
	dome  [domeHigh][domeRound][3]geom.Vec3
}

const (
	domeHigh, domeRound = 24, 16

	sunLux  = 128_000 // above the air
	shopLux = 750     // on the floor of a shop (EN 12464-1: 300 to 500 at work, food shops more)

	// How the range of light is compressed: as the eye does that grows used to
	// each, only part of the way.
	compression = 0.5
)

// What the night adds, lux: a moon that stands for the lamps of a shop's street and
// car park too, which give ten to twenty (EN 13201-2, class P1; EN 12464-2, table
// 5.9), and the glow of a sky over a town. Bluish, as the eye has it by night.
var (
	moonLux  = geom.Vec3{10.6, 13.2, 17.0}
	nightLux = geom.Vec3{1.2, 1.8, 3.2}
)

// easeMost is how far the range over the dome is compressed when the sun is down:
// then one side is a hundred times as bright as the other, which the eye sees both,
// growing used to each where it looks, and a picture with one exposure does not.
const easeMost = 0.5

// pallor is what colours fade to when the sun is down, of luminance 1: the eye sees
// fewer of them by little light, and those bluish.
var pallor = geom.Vec3{0.88, 0.99, 1.45}

// half is the cosine of what is half turned to the sun: when that is low, walls
// are bright though the ground is not.
const half = 0.5

// moonLeast is the sine of how high the moon is drawn at least.
const moonLeast = 0.5

// Light works out the light (5 ms) for a unit direction towards the sun, +Y up.
func (a *Air) Light(sun geom.Vec3) *Light {
	l := &Light{sun: sun}
	for i := range domeHigh {
		high, level := math.Sincos(domeElevation(i))
		for j := range domeRound {
			toSun := high*sun[1] + level*math.Sqrt(math.Max(0, 1-sun[1]*sun[1]))*math.Cos(math.Pi*float64(j)/(domeRound-1))
			l.dome[i][j][0], l.dome[i][j][1], l.dome[i][j][2] = a.glow(high, sun[1], toSun)
		}
	}
	beam := at(&a.through, 0, math.Max(sun[1], -0.02)).Mul(smooth(-0.006, 0.006, sun[1])).Mul(1 / math.Pi)
	l.scale = geom.Vec3{1, 1, 1}
	sky := l.falling()
	ground := sky.Add(beam.Mul(math.Max(0, sun[1]))).Mul(sunLux * math.Pi) // lux
	walls := sky.Add(beam.Mul(math.Max(half, sun[1]))).Mul(sunLux * math.Pi)
	dark := smooth(-0.05, -0.17, sun[1]) // the moon is drawn from civil to nautical dusk on
	moon := moonLux.Mul(dark)
	l.Lux = luminance(walls.Add(moon).Add(nightLux))
	l.Level = math.Pow(l.Lux/shopLux, compression)
	unit := l.Level / l.Lux
	eye := used(ground).Mul(unit)
	l.scale = eye.Mul(sunLux * math.Pi)
	l.night = nightLux.Mul(unit)
	l.Sky = luminance(times(sky, l.scale).Add(l.night))
	l.ease = easeMost * smooth(0.09, -0.04, sun[1])
	l.even = 1
	l.even = l.Sky / luminance(l.falling())
	l.Toward, l.Beam = sun, times(beam, l.scale)
	if dark > 0 {
		l.Toward = moonOf(sun)
		l.Beam = moon.Mul(unit / l.Toward[1])
	}
	l.Ground = times(ground, eye).Add(moon.Add(nightLux).Mul(unit)).Mul(groundAlbedo)
	return l
}

// used is what the eye makes of the channels when it has grown used to a light,
// most of the way (von Kries): dusk is orange, but white paper stays nearly white.
func used(light geom.Vec3) (out geom.Vec3) {
	const most = 0.6
	y := luminance(light)
	for k := range out {
		out[k] = math.Pow(clamp(y/math.Max(light[k], 1e-9), 0.2, 5), most)
	}
	return out.Mul(y / math.Max(luminance(times(out, light)), 1e-9))
}

func times(a, b geom.Vec3) geom.Vec3 { return geom.Vec3{a[0] * b[0], a[1] * b[1], a[2] * b[2]} }

// moonOf is where the full moon stands, opposite the sun, no lower than shows
// the shape of things: the month is not looked at.
func moonOf(sun geom.Vec3) geom.Vec3 {
	m := geom.Vec3{-sun[0], 0, -sun[2]}
	if m.Len() < 1e-6 {
		m = geom.Vec3{0, 0, 1}
	}
	high := math.Max(moonLeast, -sun[1])
	m = m.Normalize().Mul(math.Sqrt(1 - math.Min(1, high*high)))
	m[1] = math.Min(1, high)
	return m.Normalize()
}

// domeElevation is the height above the horizon of a row of the dome, radians:
// dense about the horizon.
func domeElevation(i int) float64 {
	f := float64(i) / (domeHigh - 1)
	return math.Pi / 2 * f * f
}

// Radiance is what comes from a unit direction, the sun and the moon themselves
// left out.
func (l *Light) Radiance(d geom.Vec3) geom.Vec3 {
	up := l.above(geom.Vec3{d[0], math.Max(d[1], 0), d[2]})
	if d[1] >= 0 {
		return up
	}
	return mix(up, l.Ground, smooth(0, 0.12, -d[1])) // land far away lies in haze
}

func (l *Light) above(d geom.Vec3) geom.Vec3 {
	n := d.Len()
	if n < 1e-9 {
		return l.night
	}
	d = d.Mul(1 / n)
	toSun := d.Dot(l.sun)
	level := math.Sqrt(math.Max(0, 1-d[1]*d[1])) * math.Sqrt(math.Max(0, 1-l.sun[1]*l.sun[1]))
	round := 0.0
	if level > 1e-6 {
		round = math.Acos(clamp((d[0]*l.sun[0]+d[2]*l.sun[2])/level, -1, 1))
	}
	x := math.Sqrt(math.Asin(clamp(d[1], 0, 1))*2/math.Pi) * (domeHigh - 1)
	y := round / math.Pi * (domeRound - 1)
	i, j := min(int(x), domeHigh-2), min(int(y), domeRound-2)
	u, v := x-float64(i), y-float64(j)
	rayleigh, mie := phases(toSun)
	var out geom.Vec3
	for part, weight := range [3]float64{rayleigh, mie, 1} {
		a, b, c, e := &l.dome[i][j][part], &l.dome[i][j+1][part], &l.dome[i+1][j][part], &l.dome[i+1][j+1][part]
		for k := range out {
			out[k] += weight * ((a[k]*(1-v)+b[k]*v)*(1-u) + (c[k]*(1-v)+e[k]*v)*u)
		}
	}
	out = times(out, l.scale).Add(l.night)
	if y := luminance(out); l.ease > 0 && y > 0 {
		faded := mix(out, pallor.Mul(y), 0.6*l.ease)
		out = faded.Mul(l.even * math.Pow(l.Sky/y, l.ease))
	}
	return out
}

// falling is what white paper that lies in the open sends on of the dome.
func (l *Light) falling() (sum geom.Vec3) {
	const n = 512
	for i := range n {
		y := math.Sqrt((float64(i) + 0.5) / n) // spread as the cosine weighs
		s, c := math.Sincos(2.399963229728653 * float64(i))
		r := math.Sqrt(1 - y*y)
		sum = sum.Add(l.above(geom.Vec3{r * c, y, r * s}).Mul(1.0 / n))
	}
	return sum
}

func luminance(c geom.Vec3) float64 { return 0.2126*c[0] + 0.7152*c[1] + 0.0722*c[2] }

func mix(a, b geom.Vec3, t float64) geom.Vec3 { return a.Mul(1 - t).Add(b.Mul(t)) }

// smooth is the cubic step from 0 at a to 1 at b.
func smooth(a, b, x float64) float64 {
	t := clamp((x-a)/(b-a), 0, 1)
	return t * t * (3 - 2*t)
}
