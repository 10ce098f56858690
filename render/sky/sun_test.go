package sky

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/scene/geom"
	"pgregory.net/rapid"
)

func degrees(rad float64) float64 { return rad * 180 / math.Pi }

// apart is the angle between two directions of altitude and azimuth, degrees.
func apart(alt1, az1, alt2, az2 float64) float64 {
	var p Place
	return degrees(math.Acos(clamp(p.toward(alt1, az1).Dot(p.toward(alt2, az2)), -1, 1)))
}

// Meeus 1998, example 25.a: 1992 October 13, 0h dynamical time.
func TestSunOfMeeus(t *testing.T) {
	ra, dec, _ := equatorial(sinceJ2000(time.Date(1992, 10, 13, 0, 0, 0, 0, time.UTC)))
	ra = math.Mod(ra+2*math.Pi, 2*math.Pi)
	if got := degrees(ra); math.Abs(got-198.38083) > 0.0001 {
		t.Errorf("right ascension %.5f°, want 198.38083°", got)
	}
	if got := degrees(dec); math.Abs(got+7.78507) > 0.0001 {
		t.Errorf("declination %.5f°, want -7.78507°", got)
	}
}

// Reda and Andreas 2008 (NREL/TP-560-34302), table A5.1: Golden, Colorado, 17
// October 2003, 12:30:30 at seven hours west; 1830 m high, 820 hPa, 11 °C.
func TestSunOfNREL(t *testing.T) {
	p := Place{Latitude: radians(39.742476), Longitude: radians(-105.1786)}
	altitude, azimuth := p.sun(time.Date(2003, 10, 17, 19, 30, 30, 0, time.UTC))
	if off := apart(altitude, azimuth, radians(39.872046), radians(194.340241)); off > 0.01 {
		t.Errorf("altitude %.4f°, azimuth %.4f°: %.4f° off", degrees(altitude), degrees(azimuth), off)
	}
}

// Meeus 1998, example 12.a: mean sidereal time at Greenwich, 1987 April 10, 0h.
func TestSiderealOfMeeus(t *testing.T) {
	got := degrees(math.Mod(sidereal(sinceJ2000(time.Date(1987, 4, 10, 0, 0, 0, 0, time.UTC)))+2*math.Pi, 2*math.Pi))
	if math.Abs(got-197.693195) > 1e-5 {
		t.Errorf("%.6f°, want 197.693195°", got)
	}
}

// Equinoxes and solstices of 2024 and 2026 (US Naval Observatory), to the minute.
func TestSeasons(t *testing.T) {
	for at, want := range map[string]float64{
		"2024-03-20T03:06:00Z": 0, "2024-06-20T20:51:00Z": 90, "2024-09-22T12:44:00Z": 180, "2024-12-21T09:20:00Z": 270, "2026-03-20T14:46:00Z": 0,
	} {
		when, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		ra, _, _ := equatorial(sinceJ2000(when))
		if off := math.Remainder(degrees(ra)-want, 360); math.Abs(off) > 0.01 {
			t.Errorf("%s: right ascension is %.4f° from %g°", at, off, want)
		}
	}
}

func anyPlace(t *rapid.T) (Place, time.Time) {
	p := Place{Latitude: radians(rapid.Float64Range(-90, 90).Draw(t, "latitude")), Longitude: radians(rapid.Float64Range(-180, 180).Draw(t, "longitude"))}
	return p, time.Unix(rapid.Int64Range(-631152000, 2524608000).Draw(t, "time"), 0)
}

func TestNoonIsAsHighAsTheDeclinationSays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, day := anyPlace(t)
		highest, when := -2.0, day
		for m := range 24 * 60 {
			at := day.Add(time.Duration(m) * time.Minute)
			if a, _ := p.sun(at); a > highest {
				highest, when = a, at
			}
		}
		_, declination, _ := equatorial(sinceJ2000(when))
		if want := math.Pi/2 - math.Abs(p.Latitude-declination); math.Abs(degrees(highest-want)) > 0.3 {
			t.Fatalf("noon at %.3f°, want %.3f°", degrees(highest), degrees(want))
		}
	})
}

func TestTheSunIsUpWhereItIsNotOnTheOtherSide(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, at := anyPlace(t)
		other := Place{Latitude: -p.Latitude, Longitude: p.Longitude + math.Pi}
		a, _ := p.sun(at)
		b, _ := other.sun(at)
		if math.Abs(a+b) > 1e-9 {
			t.Fatalf("%.4f° here, %.4f° at the other end of the Earth", degrees(a), degrees(b))
		}
	})
}

func TestADayHasItsNight(t *testing.T) {
	berlin := Place{Latitude: radians(52.52), Longitude: radians(13.405)}
	up := 0
	for m := range 24 * 60 {
		if berlin.Sun(time.Date(2026, 3, 20, 0, m, 0, 0, time.UTC))[1] > 0 {
			up++
		}
	}
	if up < 12*60 || up > 12*60+20 {
		t.Errorf("at the equinox the sun is up for %d minutes", up)
	}
}

// A plan whose true north lies to the left, a quarter turn counter-clockwise,
// has the sun of noon on its right.
func TestTheSunTurnsWithThePlan(t *testing.T) {
	noon := time.Date(2026, 6, 21, 12, 2, 0, 0, time.UTC)
	for north, want := range map[float64]geom.Vec3{0: {0, 0, 1}, 90: {1, 0, 0}, -90: {-1, 0, 0}, 180: {0, 0, -1}} {
		d := Place{Latitude: radians(50), North: radians(north)}.Sun(noon)
		d[1] = 0
		if off := degrees(math.Acos(d.Normalize().Dot(want))); off > 1 {
			t.Errorf("north at %g°: the sun of noon is %.2f° from %v", north, off, want)
		}
	}
}

func TestTheSunSinksSteadily(t *testing.T) {
	last := math.Inf(1)
	for d := 20.0; d > -20; d -= 0.01 {
		seen := radians(d) + refraction(radians(d))
		if seen >= last {
			t.Fatalf("at %.2f° it rises", d)
		}
		last = seen
	}
	if got := degrees(refraction(0)) * 60; math.Abs(got-29) > 1 {
		t.Errorf("at the horizon %.1f minutes of arc, want 29", got)
	}
}

func ExamplePlace_Sun() {
	seoul := Place{Latitude: radians(37.5665), Longitude: radians(126.978)}
	d := seoul.Sun(time.Date(2026, 6, 21, 3, 34, 0, 0, time.UTC)) // half past noon there
	fmt.Printf("%.1f° high\n", degrees(math.Asin(d[1])))
	// Output: 75.9° high
}

func BenchmarkSun(b *testing.B) {
	p, at := Place{Latitude: 0.9}, time.Date(2026, 6, 3, 10, 0, 0, 0, time.UTC)
	for b.Loop() {
		p.Sun(at)
	}
}
