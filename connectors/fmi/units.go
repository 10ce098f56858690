package fmi

import "fmt"

// Unit is a unit of the description. A value in base units is Factor·v + Offset.
type Unit struct {
	Exponents [8]int // kg m s A K mol cd rad
	Factor    float64
	Offset    float64
	HasBase   bool // otherwise it can be converted into nothing but its display units
	Displays  map[string]DisplayUnit
}

// DisplayUnit is how a person wants a unit: Factor·v + Offset.
type DisplayUnit struct{ Factor, Offset float64 }

// Shown converts a value into its display unit. Without one, or with one that is
// not declared, it comes back as it is, with the unit that it is in.
func (d *Description) Shown(v *Variable, value float64) (shown float64, unit string) {
	if v.DisplayUnit == "" {
		return value, v.Unit
	}
	u, ok := d.Units[v.Unit].Displays[v.DisplayUnit]
	if !ok {
		return value, v.Unit
	}
	return u.Factor*value + u.offset(v.Relative), v.DisplayUnit
}

// Taken is the inverse of Shown: what a person wrote in the display unit.
func (d *Description) Taken(v *Variable, shown float64) float64 {
	u, ok := d.Units[v.Unit].Displays[v.DisplayUnit]
	if !ok || v.DisplayUnit == "" {
		return shown
	}
	return (shown - u.offset(v.Relative)) / u.Factor
}

func (u DisplayUnit) offset(relative bool) float64 {
	if relative {
		return 0
	}
	return u.Offset
}

// Convert converts between units of the same base units; relative values, as
// differences of temperature, without offsets.
func (d *Description) Convert(value float64, from, to string, relative bool) (float64, error) {
	if from == to {
		return value, nil
	}
	a, okA := d.Units[from]
	b, okB := d.Units[to]
	switch {
	case !okA || !a.HasBase:
		return 0, fmt.Errorf("unit %q has no base units in the description of %s", from, d.Model)
	case !okB || !b.HasBase:
		return 0, fmt.Errorf("unit %q has no base units in the description of %s", to, d.Model)
	case a.Exponents != b.Exponents:
		return 0, fmt.Errorf("%q and %q measure different things", from, to)
	}
	if relative {
		return a.Factor * value / b.Factor, nil
	}
	return (a.Factor*value + a.Offset - b.Offset) / b.Factor, nil
}
