package sky

import (
	"math"
	"testing"

	"github.com/glasstwin/glasstwin/scene/geom"
	"pgregory.net/rapid"
)

func sunAt(degrees float64) geom.Vec3 {
	sin, cos := math.Sincos(radians(degrees))
	return geom.Vec3{cos, sin, 0}
}

// Illuminance of level ground under a clear sky, lux (Jones and Condit 1948, in
// the range that they and later tables give; dusk from the US Naval Observatory's
// circular 171, table 1).
func TestItIsAsBrightAsMeasured(t *testing.T) {
	air := NewAir()
	for _, x := range []struct{ altitude, low, high float64 }{
		{60, 80_000, 120_000}, {40, 55_000, 85_000}, {20, 25_000, 42_000}, {10, 10_000, 20_000}, {5, 4_000, 9_000},
		{0, 350, 1_300}, {-6, 2, 20}, {-18, 1, 20},
	} {
		l := air.Light(sunAt(x.altitude))
		lux := luminance(l.Ground) / groundAlbedo * l.Lux / l.Level
		if lux < x.low || lux > x.high {
			t.Errorf("the sun at %g°: %.0f lux, want %g to %g", x.altitude, lux, x.low, x.high)
		}
	}
}

func TestColoursOfTheDay(t *testing.T) {
	air := NewAir()
	noon, evening, dusk := air.Light(sunAt(50)), air.Light(sunAt(3)), air.Light(sunAt(-5))
	up := geom.Vec3{0, 1, 0}
	if z := noon.Radiance(up); z[2] < 1.5*z[0] {
		t.Errorf("the sky of noon is %v: not blue", z)
	}
	if b := evening.Beam; b[0] < 2*b[2] || b[0] < 1.5*noon.Beam[0]/noon.Beam[2]*b[2] {
		t.Errorf("the sun of the evening is %v: not red", b)
	}
	away, toward := evening.Radiance(geom.Vec3{-1, 0.05, 0}.Normalize()), evening.Radiance(geom.Vec3{1, 0.05, 0}.Normalize())
	if luminance(toward) < 1.5*luminance(away) {
		t.Errorf("of an evening the sky is %v towards the sun, %v away from it", toward, away)
	}
	if z := dusk.Radiance(up); z[2] < 1.2*z[0] {
		t.Errorf("the sky of dusk is %v: not blue", z)
	}
	night := air.Light(sunAt(-40))
	if b := night.Beam; b[2] < 1.2*b[0] || night.Toward[1] < moonLeast-1e-9 {
		t.Errorf("the light of the night is %v from %v", b, night.Toward)
	}
}

// The sun sinks: the light falls, without steps that would be seen, and white
// paper stays what Level says.
func TestLightFallsSteadily(t *testing.T) {
	air := NewAir()
	last := air.Light(sunAt(50))
	for a := 49.5; a > -30; a -= 0.5 {
		l := air.Light(sunAt(a))
		if l.Level > last.Level*1.02 {
			t.Fatalf("at %.1f° it grows brighter: %.4f after %.4f", a, l.Level, last.Level)
		}
		if l.Level < last.Level*0.6 { // half a degree: the sun's whole disc sets
			t.Fatalf("at %.1f° it darkens at once: %.4f after %.4f", a, l.Level, last.Level)
		}
		last = l
	}
}

// When the sun is down both sides of the sky are seen in one picture, and paper that
// lies in the open is as bright as its light says all the same.
func TestDuskIsSeenOnBothSides(t *testing.T) {
	air := NewAir()
	for _, a := range []float64{-1, -3, -4.5, -6} {
		l := air.Light(sunAt(a))
		toward, away := luminance(l.Radiance(geom.Vec3{1, 0.05, 0}.Normalize())), luminance(l.Radiance(geom.Vec3{-1, 0.05, 0}.Normalize()))
		if toward < 1.5*away || toward > 12*away {
			t.Errorf("the sun at %g°: %.3f towards it, %.3f away from it", a, toward, away)
		}
		if got := luminance(l.falling()); math.Abs(got-l.Sky) > 0.01*l.Sky {
			t.Errorf("the sun at %g°: paper in the open has %.4f of the sky, told are %.4f", a, got, l.Sky)
		}
	}
}

func TestRadianceIsFiniteAndNeverNegative(t *testing.T) {
	air := NewAir()
	direction := func(t *rapid.T, name string) geom.Vec3 {
		d := geom.Vec3{rapid.Float64Range(-1, 1).Draw(t, name+" x"), rapid.Float64Range(-1, 1).Draw(t, name+" y"), rapid.Float64Range(-1, 1).Draw(t, name+" z")}
		if d.Len() < 1e-3 {
			return geom.Vec3{0, 1, 0}
		}
		return d.Normalize()
	}
	rapid.Check(t, func(t *rapid.T) {
		l := air.Light(direction(t, "sun"))
		c := l.Radiance(direction(t, "sight"))
		for k := range c {
			for _, v := range [...]float64{c[k], l.Beam[k], l.Ground[k], l.Level, l.Sky} {
				if !(v >= 0 && v < 1000) {
					t.Fatalf("radiance %v, beam %v, ground %v, level %g, sky %g", c, l.Beam, l.Ground, l.Level, l.Sky)
				}
			}
		}
		if math.Abs(l.Toward.Len()-1) > 1e-9 {
			t.Fatalf("towards %v", l.Toward)
		}
	})
}

func TestRadianceIsSmooth(t *testing.T) {
	l := NewAir().Light(sunAt(25))
	for i := range 2000 {
		a := math.Pi * (float64(i)/1000 - 1)
		for _, turn := range [...]func(float64) geom.Vec3{
			func(a float64) geom.Vec3 { return geom.Vec3{math.Cos(a), math.Sin(a), 0} },
			func(a float64) geom.Vec3 { return geom.Vec3{math.Cos(a) * 0.8, 0.6, math.Sin(a) * 0.8} },
		} {
			p, q := l.Radiance(turn(a)), l.Radiance(turn(a+0.002))
			if d := q.Sub(p).Len(); d > 0.08*(p.Len()+0.1) {
				t.Fatalf("at %.4f rad: %v, then %v", a, p, q)
			}
		}
	}
}

func BenchmarkAir(b *testing.B) {
	for b.Loop() {
		NewAir()
	}
}

func BenchmarkLight(b *testing.B) {
	air := NewAir()
	for b.Loop() {
		air.Light(sunAt(30))
	}
}

func BenchmarkRadiance(b *testing.B) {
	l := NewAir().Light(sunAt(30))
	d := geom.Vec3{0.3, 0.4, 0.5}.Normalize()
	for b.Loop() {
		l.Radiance(d)
	}
}
