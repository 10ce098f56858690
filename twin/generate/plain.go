package generate

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/glasstwin/glasstwin/twin"
)

// plainClass is the class of a device of which the plant tells the values and
// nobody tells what it is.
const plainClass = "device"

const (
	plainMax       = 300 // plain devices of one site; a plant of more needs classes to be read at all
	plainPointsMax = 200 // signals of one plain device
)

// plainPoints are the points of a device that can be signals without a class
// that says what they mean: single numbers and truth values.
func plainPoints(d device) []twin.PlantNode {
	var out []twin.PlantNode
	for _, n := range d.points {
		if len(out) < plainPointsMax && (n.Data == "Boolean" || slices.Contains(numberTypes, n.Data)) {
			out = append(out, n)
		}
	}
	return out
}

// plainStands tells whether a device of no known class is shown: when it has
// values, or a type that says that it is a thing.
func plainStands(d device) bool { return len(plainPoints(d)) > 0 || (object{kind: d.kind}).typed() }

// plainSignals are the signals of a plain device, named as its points are, and
// their bindings. None is writable: nobody told what writing it would do.
func plainSignals(a twin.Asset, d device, plant string) (signals []twin.Signal, bindings []twin.Binding) {
	used := map[string]bool{}
	for _, n := range plainPoints(d) {
		name := pointName(n.Path[min(d.depth, len(n.Path)-1):])
		for k := 2; used[name]; k++ {
			name = fmt.Sprintf("%s-%d", strings.TrimRight(name, "-0123456789"), k)
		}
		used[name] = true
		g := twin.Signal{ID: twin.SignalOf(a.ID, name), Asset: a.ID, Name: name, Kind: twin.Analog, Unit: unit(n.Unit)}
		if n.Data == "Boolean" {
			g.Kind, g.Unit = twin.Boolean, ""
		}
		if n.Range[0] < n.Range[1] {
			g.Range = n.Range
		}
		signals = append(signals, g)
		bindings = append(bindings, twin.Binding{Signal: g.ID, Plant: plant, Address: n.Address})
	}
	return signals, bindings
}

// pointName is a signal's name for the path of a point below its device.
func pointName(path []string) string {
	path = slices.DeleteFunc(slices.Clone(path), func(s string) bool { return groups[s] })
	name := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return '-'
	}, kebab(strings.Join(path, "-")))
	parts := strings.FieldsFunc(name, func(r rune) bool { return r == '-' })
	if len(parts) == 0 {
		return "value"
	}
	return strings.Join(parts, "-")
}

// advice says how a plain device becomes more than that.
func (b *binder) advice(d device) string {
	if name := b.likeliest(d); name != "" {
		return fmt.Sprintf("; it is probably a %s: add a line for it to the device list", name)
	}
	return "; add it to the device list with a class, or a class for it to the catalogue"
}
