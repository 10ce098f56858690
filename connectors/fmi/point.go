package fmi

import (
	"fmt"
	"math"
	"strings"
)

// Point is what a plant shows of an FMU: a variable, or a pair of inputs that
// overwrites a signal of the FMU's own controllers, as building test cases have
// them (Blum et al. 2021, 2.1): while NAME_activate is true, NAME_u is in force.
// Such a pair is one point, with a release.
type Point struct {
	Name  string
	About string
	Group string // "Outputs", "Inputs", "Parameters", "Overwrites", "Locals"

	Value    int // number of the variable that shows the value in force
	Set      int // number of the variable that is set; -1: it cannot be
	Activate int // number of the Boolean that puts Set in force; -1: none

	// Known tells whether Value is in force even while a pair is released.
	Known bool
}

// Endings of the pairs, and of the signal that shows what is in force.
const (
	overwriteEnding = "_u"
	activateEnding  = "_activate"
	shownEnding     = "_y"
)

// Points lists the points of an FMU: outputs, inputs, parameters that can be
// tuned, and pairs; with all also the rest. Their order is that of the
// description.
func (d *Description) Points(all bool) []Point {
	var out []Point
	for i := range d.Variables {
		v := &d.Variables[i]
		p := Point{Name: v.Name, About: d.about(v), Value: i, Set: -1, Activate: -1, Known: true}
		_, running := v.Settable()
		switch v.Causality {
		case Independent:
			continue
		case Output:
			p.Group = "Outputs"
		case Input:
			base, overwrites := strings.CutSuffix(v.Name, overwriteEnding)
			if overwrites {
				if a, ok := d.byName[base+activateEnding]; ok && d.Variables[a].Kind == Boolean && d.Variables[a].Causality == Input {
					p.Name, p.Group, p.Set, p.Activate = base, "Overwrites", i, a
					p.Value, p.Known = d.shows(base, i)
					break
				}
			}
			if base, ok := strings.CutSuffix(v.Name, activateEnding); ok {
				if u, ok := d.byName[base+overwriteEnding]; ok && d.Variables[u].Causality == Input && v.Kind == Boolean {
					continue // a part of its pair
				}
			}
			p.Group, p.Set = "Inputs", i
		case Parameter:
			if !running && !all {
				continue
			}
			p.Group = "Parameters"
			if running {
				p.Set = i
			}
		default:
			if !all {
				continue
			}
			p.Group = "Locals"
		}
		out = append(out, p)
	}
	return out
}

// shows finds the output that tells what is in force of a pair.
func (d *Description) shows(base string, set int) (number int, known bool) {
	for _, name := range []string{base + shownEnding, base} {
		if i, ok := d.byName[name]; ok && d.Variables[i].Kind == d.Variables[set].Kind {
			return i, true
		}
	}
	return set, false
}

// about describes a variable, with the items of its enumeration.
func (d *Description) about(v *Variable) string {
	if v.Kind != Enumeration || v.Type == "" {
		return v.About
	}
	var items []string
	for _, i := range d.Types[v.Type].Items {
		items = append(items, fmt.Sprintf("%d %s", i.Value, i.Name))
	}
	return strings.TrimPrefix(v.About+" ("+strings.Join(items, ", ")+")", " ")
}

// signs are how units of Modelica are written for people.
var signs = map[string]string{"degC": "°C", "degF": "°F", "deg": "°", "W/m2": "W/m²", "m2": "m²", "m3": "m³", "m3/s": "m³/s", "W/(m2.K)": "W/(m²·K)", "K.s": "K·s", "K.h": "K·h", "1": "", "degree": "°", "percent": "%"}

// Sign is how a person writes a unit.
func Sign(unit string) string {
	if s, ok := signs[unit]; ok {
		return s
	}
	return unit
}

// Range of a variable in its display unit; equal: not stated.
func (d *Description) Range(v *Variable) [2]float64 {
	if v.Min == nil || v.Max == nil || math.IsInf(*v.Min, 0) || math.IsInf(*v.Max, 0) {
		return [2]float64{}
	}
	lo, _ := d.Shown(v, *v.Min)
	hi, _ := d.Shown(v, *v.Max)
	return [2]float64{min(lo, hi), max(lo, hi)}
}
