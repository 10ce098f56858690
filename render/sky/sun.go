package sky

import (
	"math"
	"time"

	"github.com/glasstwin/glasstwin/scene/geom"
)

// Place is where on Earth a scene stands, and how it is turned there.
type Place struct {
	Latitude  float64 // radians, north positive
	Longitude float64 // radians, east positive
	North     float64 // radians from -Z to true north, counter-clockwise seen from above
}

// Sun is the unit direction towards the middle of the sun's disc in the frame of
// the scene, as it is seen through the air: below the horizon too. It is right
// to a hundredth of a degree from 1950 to 2050 (Meeus 1998, chapter 25), where
// the sun is high; refraction is that of standard air.
func (p Place) Sun(at time.Time) geom.Vec3 {
	altitude, azimuth := p.sun(at)
	return p.toward(altitude+refraction(altitude), azimuth)
}

// toward is the direction of an altitude and an azimuth, clockwise from north.
func (p Place) toward(altitude, azimuth float64) geom.Vec3 {
	sin, cos := math.Sincos(azimuth - p.North)
	high, level := math.Sincos(altitude)
	return geom.Vec3{level * sin, high, -level * cos}
}

// sun is the sun's altitude without refraction, and its azimuth from true north,
// clockwise, radians (Meeus 1998, equations 13.5 and 13.6).
func (p Place) sun(at time.Time) (altitude, azimuth float64) {
	days := sinceJ2000(at)
	ascension, declination, drift := equatorial(days)
	hour := sidereal(days) + drift + p.Longitude - ascension
	sinLat, cosLat := math.Sincos(p.Latitude)
	sinDec, cosDec := math.Sincos(declination)
	sinHour, cosHour := math.Sincos(hour)
	altitude = math.Asin(clamp(sinLat*sinDec+cosLat*cosDec*cosHour, -1, 1))
	azimuth = math.Atan2(-cosDec*sinHour, sinDec*cosLat-cosDec*cosHour*sinLat)
	return altitude, math.Mod(azimuth+2*math.Pi, 2*math.Pi)
}

// sinceJ2000 is days from noon of the first of January 2000. A day of universal
// time stands for one of dynamical time: their minute of difference moves the
// sun by a thousandth of a degree.
func sinceJ2000(at time.Time) float64 {
	whole := at.Unix() - time.Date(2000, 1, 1, 12, 0, 0, 0, time.UTC).Unix()
	return (float64(whole) + float64(at.Nanosecond())/1e9) / 86400
}

// equatorial is the sun's apparent right ascension and declination, and by how
// much nutation shifts sidereal time, radians (Meeus 1998, chapter 25, the lower
// accuracy, with aberration and nutation).
func equatorial(days float64) (ascension, declination, drift float64) {
	t := days / 36525
	mean := radians(280.46646 + t*(36000.76983+t*0.0003032))
	anomaly := radians(357.52911 + t*(35999.05029-t*0.0001537))
	center := radians((1.914602-t*(0.004817+t*0.000014))*math.Sin(anomaly) +
		(0.019993-t*0.000101)*math.Sin(2*anomaly) + 0.000289*math.Sin(3*anomaly))
	node := radians(125.04 - 1934.136*t)
	longitude := mean + center - radians(0.00569+0.00478*math.Sin(node))
	tilt := radians(23.4392911 - t*(0.0130042+t*(1.64e-7-t*5.036e-7)) + 0.00256*math.Cos(node))
	sin, cos := math.Sincos(longitude)
	ascension = math.Atan2(math.Cos(tilt)*sin, cos)
	declination = math.Asin(math.Sin(tilt) * sin)
	return ascension, declination, radians(-0.00478*math.Sin(node)) * math.Cos(tilt)
}

// sidereal is mean sidereal time at Greenwich, radians (Meeus 1998, equation
// 12.4).
func sidereal(days float64) float64 {
	t := days / 36525
	return radians(math.Mod(280.46061837+360.98564736629*days+t*t*(0.000387933-t/38710000), 360))
}

// refraction is how much higher a body is seen than it stands, radians
// (Sæmundsson 1986, in Meeus 1998, equation 16.4). Below the horizon, where
// nobody sees it, it fades so that the sun sinks steadily.
func refraction(altitude float64) float64 {
	h := math.Max(altitude*180/math.Pi, -1)
	r := radians(1.02 / 60 / math.Tan(radians(h+10.3/(h+5.11))))
	return r * clamp(1+(altitude*180/math.Pi+1)/5, 0, 1)
}

func radians(degrees float64) float64 { return degrees * math.Pi / 180 }

func clamp(x, lo, hi float64) float64 { return math.Min(hi, math.Max(lo, x)) }
