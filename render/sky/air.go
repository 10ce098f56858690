package sky

import (
	"math"
	"sync"

	"github.com/glasstwin/glasstwin/scene/geom"
)

// Air is what sunlight goes through on its way: tables of how much of it comes
// through, and of how much comes from everywhere because it was scattered more
// than once. It is made once (15 ms) and never changes.
//
// The air is that of Bruneton and Neyret 2008 with the ozone and the series of
// scattering of Hillaire 2020; lengths are kilometres, colours linear red, green
// and blue.
type Air struct {
	through [heights][zeniths]geom.Vec3 // part of the light that arrives from space
	bounced [heights][zeniths]geom.Vec3 // radiance of what was scattered twice and more, for sunlight of 1
}

// Of the Earth and its air (Hillaire 2020, table 1).
const (
	earthRadius           = 6360.0
	airTop                = 6460.0
	thinRayleigh, thinMie = 8.0, 1.2 // heights over which the air grows thinner by e
	mieForward            = 0.8
	heights, zeniths      = 16, 40
)

var (
	rayleighScatter = geom.Vec3{5.802e-3, 13.558e-3, 33.1e-3}
	mieScatter      = 3.996e-3
	mieExtinct      = 3.996e-3 + 4.40e-3
	ozoneAbsorb     = geom.Vec3{0.650e-3, 1.881e-3, 0.085e-3}
)

// groundAlbedo is how much light the land around sends back: paving and grass.
const groundAlbedo = 0.25

// NewAir works out the tables.
func NewAir() *Air {
	a := &Air{}
	for i := range heights {
		for j := range zeniths {
			a.through[i][j] = throughAir(heightOf(i), cosineOf(j))
		}
	}
	var wait sync.WaitGroup
	for part := range 2 { // of the cores; drawing wants some too
		wait.Go(func() {
			for i := part; i < heights; i += 2 {
				for j := range zeniths {
					a.bounced[i][j] = a.bounce(heightOf(i), cosineOf(j))
				}
			}
		})
	}
	wait.Wait()
	return a
}

// heightOf and cosineOf are the places of the tables: close to the ground and
// about the horizon, where most happens, they lie densely.
func heightOf(i int) float64 {
	f := float64(i) / (heights - 1)
	return (airTop - earthRadius) * f * f
}

func cosineOf(j int) float64 {
	f := 2*float64(j)/(zeniths-1) - 1
	return f * math.Abs(f)
}

// at looks a table up at a height and the cosine of a zenith angle.
func at(table *[heights][zeniths]geom.Vec3, height, cosine float64) geom.Vec3 {
	x := math.Sqrt(clamp(height/(airTop-earthRadius), 0, 1)) * (heights - 1)
	y := (math.Copysign(math.Sqrt(math.Abs(cosine)), cosine) + 1) / 2 * (zeniths - 1)
	i, j := min(int(x), heights-2), min(int(y), zeniths-2)
	u, v := x-float64(i), y-float64(j)
	a, b, c, d := table[i][j], table[i][j+1], table[i+1][j], table[i+1][j+1]
	for k := range a {
		a[k] = (a[k]*(1-v)+b[k]*v)*(1-u) + (c[k]*(1-v)+d[k]*v)*u
	}
	return a
}

// grains is how much of the air scatters and takes light at a height, 1/km.
func grains(height float64) (rayleigh geom.Vec3, mie float64, extinct geom.Vec3) {
	rayleigh = rayleighScatter.Mul(math.Exp(-height / thinRayleigh))
	m := math.Exp(-height / thinMie)
	mie = mieScatter * m
	ozone := math.Max(0, 1-math.Abs(height-25)/15)
	for k := range extinct {
		extinct[k] = rayleigh[k] + mieExtinct*m + ozoneAbsorb[k]*ozone
	}
	return rayleigh, mie, extinct
}

// way is how far a ray goes through the air, km, from a height above the ground;
// ground tells that it ends there.
func way(height, cosine float64) (length float64, ground bool) {
	r := earthRadius + height
	if d := r*r*(cosine*cosine-1) + earthRadius*earthRadius; cosine < 0 && d >= 0 {
		if t := -r*cosine - math.Sqrt(d); t >= 0 {
			return t, true
		}
	}
	return -r*cosine + math.Sqrt(math.Max(0, r*r*(cosine*cosine-1)+airTop*airTop)), false
}

// along is the height after t km of a ray.
func along(height, cosine, t float64) float64 {
	r := earthRadius + height
	return math.Max(0, math.Sqrt(r*r+t*t+2*r*t*cosine)-earthRadius)
}

// throughAir integrates what comes through from space; 0 where the Earth is in
// the way.
func throughAir(height, cosine float64) (out geom.Vec3) {
	length, ground := way(height, cosine)
	if ground && height > 0 || ground && cosine < 0 {
		return out
	}
	const steps = 40
	var depth geom.Vec3
	for s := range steps {
		// Denser where the ray begins, in the thick of the air.
		f, g := float64(s)/steps, float64(s+1)/steps
		t0, t1 := length*f*f, length*g*g
		_, _, extinct := grains(along(height, cosine, (t0+t1)/2))
		depth = depth.Add(extinct.Mul(t1 - t0))
	}
	for k := range out {
		out[k] = math.Exp(-depth[k])
	}
	return out
}

// sunward is the cosine of the sun's zenith angle after t km of a ray whose own
// is cosine, and which stands apart from the sun by the angle of which toSun is
// the cosine.
func sunward(height, sunCosine, toSun, t, h float64) float64 {
	return clamp(((earthRadius+height)*sunCosine+t*toSun)/(earthRadius+h), -1, 1)
}

// bounce sums what is scattered again and again as if it were alike in all
// directions and places about (Hillaire 2020, section 5.5).
func (a *Air) bounce(height, sunCosine float64) geom.Vec3 {
	const rays, steps = 24, 10
	height = math.Max(height, 0.001)
	sunSine := math.Sqrt(math.Max(0, 1-sunCosine*sunCosine))
	var second, again geom.Vec3
	for i := range rays {
		y := 1 - (2*float64(i)+1)/rays
		toSun := y*sunCosine + math.Sqrt(1-y*y)*math.Cos(2.399963*float64(i))*sunSine
		length, ground := way(height, y)
		left := geom.Vec3{1, 1, 1}
		for s := range steps {
			f, g := float64(s)/steps, float64(s+1)/steps
			t0, t1 := length*f*f, length*g*g
			t := (t0 + t1) / 2
			h := along(height, y, t)
			rayleigh, mie, extinct := grains(h)
			sun := at(&a.through, h, sunward(height, sunCosine, toSun, t, h))
			for k := range left {
				scatter := rayleigh[k] + mie
				fall := math.Exp(-extinct[k] * (t1 - t0))
				share := left[k] * scatter * (1 - fall) / math.Max(extinct[k], 1e-12)
				second[k] += share * sun[k] / (4 * math.Pi)
				again[k] += share
				left[k] *= fall
			}
		}
		if ground {
			c := sunward(height, sunCosine, toSun, length, 0)
			sun := at(&a.through, 0, c)
			for k := range left {
				second[k] += left[k] * sun[k] * math.Max(0, c) * groundAlbedo / math.Pi
			}
		}
	}
	for k := range second {
		second[k] = second[k] / rays / (1 - again[k]/rays)
	}
	return second
}

// glow is what one direction of the sky sends, for sunlight of 1, without the
// phase of scattering: by molecules, by haze, and what was scattered more often.
// sunCosine is of the sun's zenith angle.
func (a *Air) glow(cosine, sunCosine, toSun float64) (rayleigh, mie, bounced geom.Vec3) {
	const steps, height = 24, 0.05
	length, _ := way(height, math.Max(cosine, 0))
	left := geom.Vec3{1, 1, 1}
	for s := range steps {
		f, g := float64(s)/steps, float64(s+1)/steps
		t0, t1 := length*f*f, length*g*g
		t := (t0 + t1) / 2
		h := along(height, cosine, t)
		r, m, extinct := grains(h)
		c := sunward(height, sunCosine, toSun, t, h)
		sun, more := at(&a.through, h, c), at(&a.bounced, h, c)
		for k := range left {
			fall := math.Exp(-extinct[k] * (t1 - t0))
			share := left[k] * (1 - fall) / math.Max(extinct[k], 1e-12)
			rayleigh[k] += share * r[k] * sun[k]
			mie[k] += share * m * sun[k]
			bounced[k] += share * (r[k] + m) * more[k]
			left[k] *= fall
		}
	}
	return rayleigh, mie, bounced
}

// phases are how much molecules and haze scatter by an angle, of which the
// cosine is given, 1/sr (Rayleigh; Cornette and Shanks 1992).
func phases(c float64) (rayleigh, mie float64) {
	const g = mieForward
	rayleigh = 3 / (16 * math.Pi) * (1 + c*c)
	mie = 3 / (8 * math.Pi) * (1 - g*g) * (1 + c*c) / ((2 + g*g) * math.Pow(1+g*g-2*g*c, 1.5))
	return rayleigh, mie
}
