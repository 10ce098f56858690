// Package point is what an emulated plant publishes: named values of devices
// with their units, ranges and what a write does, and the samples that arrive of
// them. It knows no physics and no network. Start reading at Point.
package point

import (
	"math"
	"strings"
	"unicode"
)

// Kind is the type of a point's value.
type Kind int

// The kinds of value a point can have.
const (
	Double Kind = iota
	Bool
	Int
	Floats
)

// Point is one published variable.
type Point struct {
	Device, Name string
	Kind         Kind
	Unit         string
	Low, High    float64 // range of a number; a write outside it is refused
	Momentary    bool    // a written true starts something and reads false again
	Get          func() float64
	List         func() []float32 // for Floats
	Set          func(float64)    // nil when read-only
}

// ID is the point's name in a site: freezer-2/air-temperature.
func (p Point) ID() string { return p.Device + "/" + Kebab(p.Name) }

// Kebab spells a name of the address space as a site does: air-temperature.
func Kebab(name string) string {
	var b strings.Builder
	lower := false
	for _, r := range name {
		if unicode.IsUpper(r) && lower {
			b.WriteByte('-')
		}
		lower = unicode.IsLower(r)
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// Units as the points name them.
const (
	Celsius  = "°C"
	Kelvin   = "K"
	Watt     = "W"
	Percent  = "%"
	Metre    = "m"
	Bar      = "bar"
	PPM      = "ppm"
	Turns    = "1/min"
	Volt     = "V"
	Hour     = "h"
	Minute   = "min"
	KWh      = "kWh"
	Price    = "€/kWh"
	Sunlight = "W/m²"
)

// Number is a read-only number that lives at v.
func Number(id, name, unit string, lo, hi float64, v *float64) Point {
	return Computed(id, name, unit, lo, hi, func() float64 { return *v })
}

// Computed is a read-only number that get works out.
func Computed(id, name, unit string, lo, hi float64, get func() float64) Point {
	return Point{Device: id, Name: name, Unit: unit, Low: lo, High: hi, Get: func() float64 {
		v := get()
		return math.Round(v*1e4) / 1e4 // the instruments have no more digits
	}}
}

// Settable is a number at v that can be written.
func Settable(id, name, unit string, lo, hi float64, v *float64) Point {
	p := Number(id, name, unit, lo, hi, v)
	p.Set = func(x float64) { *v = x }
	return p
}

// Truth is a read-only truth value.
func Truth(id, name string, get func() bool) Point {
	return Point{Device: id, Name: name, Kind: Bool, High: 1, Get: func() float64 { return One(get()) }}
}

// Toggle is a truth value at v that can be written.
func Toggle(id, name string, v *bool) Point {
	p := Truth(id, name, func() bool { return *v })
	p.Set = func(x float64) { *v = x != 0 }
	return p
}

// Momentary is a command: a written true does it, and reads false again.
func Momentary(id, name string, do func()) Point {
	return Point{Device: id, Name: name, Kind: Bool, High: 1, Momentary: true,
		Get: func() float64 { return 0 },
		Set: func(x float64) {
			if x != 0 {
				do()
			}
		}}
}

// Choice is a whole number from 0 to last that can be written.
func Choice(id, name string, last int, get func() float64, set func(float64)) Point {
	return Point{Device: id, Name: name, Kind: Int, High: float64(last), Get: get, Set: set}
}

// One is 1 for true and 0 for false.
func One(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// Count is a read-only whole number.
func Count(id, name string, hi float64, get func() float64) Point {
	return Point{Device: id, Name: name, Kind: Int, High: hi, Get: get}
}
