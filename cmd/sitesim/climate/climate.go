// Package climate is the weather outside an emulated site: a year of hours, read
// from an EnergyPlus weather file or made up from a seed, and what it is between
// two hours. It knows no site. Start reading at Read (epw.go) or Synthetic, then
// Year.At.
package climate

import (
	"math"
	"math/rand/v2"
	"time"
)

// Weather is that of one moment.
type Weather struct {
	Temperature float64 // °C, dry bulb
	Humidity    float64 // %, relative
	Sun         float64 // W/m² on a level surface
}

// Year is the weather of every hour of a year of 365 days.
type Year struct {
	Place string
	Hours [hoursOfYear]Weather
}

const hoursOfYear = 8760

// At is the weather of a moment, between the two hours about it. A leap day is
// the day before it again.
func (y *Year) At(t time.Time) Weather {
	day := t.YearDay() - 1
	if leap := t.Year()%4 == 0 && (t.Year()%100 != 0 || t.Year()%400 == 0); leap && day > 58 {
		day--
	}
	hour := float64(day*24+t.Hour()) + float64(t.Minute()*60+t.Second())/3600
	// What a file tells of an hour is its mean: it holds at the half hour.
	at := hour - 0.5
	i := int(math.Floor(at))
	w := at - float64(i)
	a, b := y.Hours[(i+hoursOfYear)%hoursOfYear], y.Hours[(i+1)%hoursOfYear]
	return Weather{a.Temperature + w*(b.Temperature-a.Temperature), a.Humidity + w*(b.Humidity-a.Humidity), a.Sun + w*(b.Sun-a.Sun)}
}

// Synthetic makes up a temperate year of the northern half of the world: waves
// of the year and the day, fronts that pass within days, and clouds.
func Synthetic(seed uint64) *Year {
	d := rand.New(rand.NewPCG(seed, 31))
	between := func(lo, hi float64) float64 { return lo + (hi-lo)*d.Float64() }
	mean, season, swing, latitude := between(8, 17), between(7, 12), between(3, 6), between(35, 55)
	y := &Year{Place: "a made-up temperate place"}
	front, cloud := 0.0, 0.4
	for i := range y.Hours {
		day, hour := float64(i/24), float64(i%24)+0.5
		front += -front/60 + 3.2*math.Sqrt(2./60)*d.NormFloat64()
		cloud = min(max(cloud+(0.45-cloud)/14+0.12*d.NormFloat64(), 0), 1)
		sun := clearSky(latitude, day, hour) * (1 - 0.75*cloud*cloud)
		t := mean - season*math.Cos(2*math.Pi*(day-20)/365) + swing*(1-0.6*cloud)*math.Cos((hour-15)/12*math.Pi) + front
		wet := min(max(68+12*math.Cos((hour-4)/12*math.Pi)+18*(cloud-0.4)+4*d.NormFloat64(), 25), 98)
		y.Hours[i] = Weather{t, wet, sun}
	}
	return y
}

// clearSky is the sun on a level surface below a clear sky, W/m²: the height of
// the sun by Cooper 1969, what the air leaves by Haurwitz 1945.
func clearSky(latitude, day, hour float64) float64 {
	rad := math.Pi / 180
	declination := 23.45 * math.Sin(2*math.Pi*(284+day+1)/365)
	angle := 15 * (hour - 12)
	high := math.Sin(latitude*rad)*math.Sin(declination*rad) + math.Cos(latitude*rad)*math.Cos(declination*rad)*math.Cos(angle*rad)
	if high <= 0.01 {
		return 0
	}
	return 1098 * high * math.Exp(-0.057/high)
}
