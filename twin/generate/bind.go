package generate

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/generate/catalogue"
)

// device is an object of the plant with the points below it.
type device struct {
	id     string
	class  string // as its DeviceClass property says
	kind   string // type of the object, as companion specifications name it: "FryerDeviceType"
	depth  int    // names in its path
	points []twin.PlantNode

	unknown string // why it is of no known class
}

// groups are the objects that companion specifications put between a device and
// its points (OPC 10000-100, 5.3 and 4.5): they are no devices.
var groups = map[string]bool{
	"ParameterSet": true, "Parameters": true, "MethodSet": true, "Identification": true, "Operational": true, "Status": true, "Configuration": true, "Statistics": true,
	"Diagnostics": true, "Maintenance": true, "Tuning": true, "MonitoringSet": true, "Monitoring": true, "MachineryBuildingBlocks": true, "Components": true,
}

// devicesOf groups the variables of an address space by the device they belong
// to. Properties of variables (ranges, units) are not points. stands tells which
// objects are devices of their own wherever they hang.
func devicesOf(nodes []twin.PlantNode, stands func(object) bool) []device {
	objects, variables := map[string]object{}, map[string]bool{}
	for _, n := range nodes {
		if key := strings.Join(n.Path, "/"); n.Data != "" {
			variables[key] = true
		} else {
			objects[key] = object{name: n.Path[len(n.Path)-1], kind: n.Type}
		}
	}
	for _, n := range nodes {
		if n.Data != "" && len(n.Path) > 1 && n.Path[len(n.Path)-1] == "DeviceClass" {
			key := strings.Join(n.Path[:len(n.Path)-1], "/")
			o := objects[key]
			o.class, o.name = n.Value, n.Path[len(n.Path)-2]
			objects[key] = o
		}
	}
	// A device is the object that a variable hangs below, past the groups of
	// companion specifications, or a typed object further up: what such a one
	// has below itself are its parts, unless they stand alone.
	owner := func(path []string) []string {
		for len(path) > 1 && groups[path[len(path)-1]] {
			path = path[:len(path)-1]
		}
		best := path
		for ; len(path) > 0; path = path[:len(path)-1] {
			o := objects[strings.Join(path, "/")]
			if stands(o) {
				return path
			}
			if o.typed() && !groups[o.name] {
				best = path
			}
		}
		return best
	}
	var out []device
	at, ids := map[string]int{}, map[string]bool{}
	for _, n := range nodes {
		if len(n.Path) < 2 || n.Data == "" || n.Type == "PropertyType" || n.Path[len(n.Path)-1] == "DeviceClass" ||
			variables[strings.Join(n.Path[:len(n.Path)-1], "/")] {
			continue
		}
		path := owner(n.Path[:len(n.Path)-1])
		name := strings.Join(path, "/")
		i, ok := at[name]
		if !ok {
			i = len(out)
			at[name] = i
			id := strings.ReplaceAll(path[len(path)-1], "/", "-")
			for k := len(path) - 2; k >= 0 && ids[key(id)]; k-- {
				id = strings.ReplaceAll(path[k], "/", "-") + "-" + id
			}
			ids[key(id)] = true
			out = append(out, device{id: id, class: objects[name].class, kind: objects[name].kind, depth: len(path)})
		}
		out[i].points = append(out[i].points, n)
	}
	return out
}

// object is one of the address space.
type object struct {
	name  string
	class string // as its DeviceClass property says
	kind  string // name of its type
}

// typed tells whether an object is of a type that says what it is.
func (o object) typed() bool {
	return o.kind != "" && o.kind != "FolderType" && o.kind != "BaseObjectType"
}

// binder ties assets to the devices of one plant.
type binder struct {
	plant     string
	catalogue *catalogue.Catalogue
	classes   *classifier
	report    *Report
	devices   []device
}

func newBinder(plant string, nodes []twin.PlantNode, cat *catalogue.Catalogue, report *Report) *binder {
	b := &binder{plant: plant, catalogue: cat, classes: newClassifier(cat), report: report}
	b.devices = devicesOf(nodes, b.stands)
	return b
}

// stands tells whether an object is a device by itself, whatever it hangs below:
// it says its class, or its type or its name is that of one.
func (b *binder) stands(o object) bool {
	if o.class != "" {
		return true
	}
	if _, ok := b.catalogue.Class(strings.TrimRight(kebab(o.name), "0123456789-")); ok {
		return true
	}
	c, sure := b.classOfType(o.kind)
	return c != nil && sure > sureByPart+0.05
}

// homeless are the devices that stand in no list of fixtures, with their class;
// those of no known class are plain devices, as far as they have values.
func (b *binder) homeless(assets []twin.Asset) []device {
	known := map[string]bool{}
	for _, a := range assets {
		known[key(string(a.ID))] = true
	}
	var out []device
	plain := 0
	for _, d := range b.devices {
		if known[key(d.id)] {
			continue
		}
		class, why := b.classOf(d)
		switch {
		case class != "":
		case !plainStands(d):
			b.report.note(b.plant, d.id, "not a device of a known class (%s), and none of its %d points is a number or a truth value; it is left out", why, len(d.points))
			continue
		case plain == plainMax:
			b.report.note(b.plant, d.id, "one of more than %d devices of no known class; it is left out. Add classes for them to the catalogue", plainMax)
			continue
		default:
			plain++
			class, d.unknown = plainClass, why
		}
		d.class = class
		out = append(out, d)
	}
	return out
}

// classOf tells the class of a device: by its DeviceClass, by its type, or by
// the alias that its id starts with.
func (b *binder) classOf(d device) (class, why string) {
	if c, ok := b.catalogue.Class(strings.ToLower(kebab(d.class))); ok {
		return c.Name, ""
	}
	if c, _ := b.classOfType(d.kind); c != nil {
		return c.Name, ""
	}
	stem := strings.TrimRight(kebab(d.id), "0123456789-")
	for _, c := range b.catalogue.Classes() {
		if c.Name == stem || slices.Contains(c.Aliases, stem) {
			return c.Name, ""
		}
	}
	if d.class != "" {
		return "", fmt.Sprintf("its DeviceClass %q is not in the catalogue", d.class)
	}
	if (object{kind: d.kind}).typed() {
		return "", fmt.Sprintf("it has no DeviceClass, and its type %s is none", d.kind)
	}
	return "", "it has no DeviceClass"
}

// classOfType is the class that the name of an OPC UA type stands for.
func (b *binder) classOfType(kind string) (*catalogue.Class, float64) {
	if !(object{kind: kind}).typed() {
		return nil, 0
	}
	return b.classes.classOf(strings.TrimSuffix(strings.TrimSuffix(kind, "Type"), "Device"), geom.Vec3{})
}

// bind gives an asset its signals, and ties those to the plant that it has.
func (b *binder) bind(a twin.Asset, class *catalogue.Class) (signals []twin.Signal, bindings []twin.Binding) {
	var own *device
	for i := range b.devices {
		if key(b.devices[i].id) == key(string(a.ID)) {
			own = &b.devices[i]
		}
	}
	if own == nil {
		if len(class.Signals) > 0 {
			b.report.note(b.plant, string(a.ID), "the plant has no device of this id; its %d signals stay without a value. Rename the fixture or the device so that they agree", len(class.Signals))
		}
		return signalsOf(a, class, true), nil
	}
	if named, _ := b.classOf(*own); named != "" && named != a.Class {
		b.report.note(b.plant, own.id, "the plant calls it a %s, %s %s calls it a %s, which is kept; correct one of them", named, a.Provenance.Source, a.Provenance.Entity, a.Class)
	}
	if class.Name == plainClass {
		return plainSignals(a, *own, b.plant)
	}
	if foreign(class, own.points) {
		b.report.note(b.plant, own.id, "none of its %d points has the name of a signal of class %s; those that are values stand as the plant names them", len(own.points), class.Name)
		return plainSignals(a, *own, b.plant)
	}
	used := map[int]bool{}
	var missing []string
	for _, spec := range class.Signals {
		g := signalOf(a, spec)
		i := match(spec, own.points, used)
		if i < 0 {
			if !spec.Optional {
				signals = append(signals, g)
				missing = append(missing, fmt.Sprintf("%s (%s)", camel(spec.Name), orNone(spec.Unit)))
			}
			continue
		}
		n := own.points[i]
		used[i] = true
		if why := refuse(spec, n); why != "" {
			signals = append(signals, g)
			b.report.note(b.plant, n.Address, "not bound to %s: %s", g.ID, why)
			continue
		}
		if n.Range[0] < n.Range[1] {
			g.Range = n.Range
		}
		if g.Writable && !n.Writable {
			b.report.note(b.plant, n.Address, "%s is read-only on the plant; remedies that write it will be refused. Give the twin's user the right to write", g.ID)
		}
		g.Writable = g.Writable && n.Writable
		signals = append(signals, g)
		bindings = append(bindings, twin.Binding{Signal: g.ID, Plant: b.plant, Address: n.Address})
	}
	if len(missing) > 0 {
		b.report.note(b.plant, own.id, "the device has no point %s; what it would give stays without a value", strings.Join(missing, ", "))
	}
	for i, n := range own.points {
		if !used[i] {
			b.report.note(b.plant, n.Address, "class %s has no signal for %q; add %q to its class file to use it", a.Class, n.Path[len(n.Path)-1], kebab(n.Path[len(n.Path)-1]))
		}
	}
	return signals, bindings
}

// foreign tells whether a device has values, and not one that its class knows.
func foreign(class *catalogue.Class, points []twin.PlantNode) bool {
	return len(class.Signals) > 0 && !slices.ContainsFunc(class.Signals, func(s catalogue.SignalSpec) bool { return match(s, points, nil) >= 0 }) &&
		len(plainPoints(device{points: points})) > 0
}

// knows tells whether the plant has a device of an asset's id.
func (b *binder) knows(id twin.AssetID) bool {
	return slices.ContainsFunc(b.devices, func(d device) bool { return key(d.id) == key(string(id)) })
}

// signalsOf lists the signals of an asset that nothing is bound to.
func signalsOf(a twin.Asset, class *catalogue.Class, missed bool) []twin.Signal {
	var out []twin.Signal
	for _, spec := range class.Signals {
		if !missed || !spec.Optional {
			out = append(out, signalOf(a, spec))
		}
	}
	return out
}

func signalOf(a twin.Asset, spec catalogue.SignalSpec) twin.Signal {
	g := twin.Signal{
		ID: twin.SignalOf(a.ID, spec.Name), Asset: a.ID, Name: spec.Name, Kind: spec.Kind, Unit: spec.Unit,
		Writable: spec.Writable, Expected: spec.Expected,
	}
	if len(spec.Range) == 2 {
		g.Range = [2]float64{spec.Range[0], spec.Range[1]}
	}
	return g
}

// match finds the point that a signal of the catalogue stands for: its name,
// else one of its other names.
func match(spec catalogue.SignalSpec, points []twin.PlantNode, used map[int]bool) int {
	for _, name := range append([]string{spec.Name}, spec.Also...) {
		for i, n := range points {
			if !used[i] && key(n.Path[len(n.Path)-1]) == key(name) {
				return i
			}
		}
	}
	return -1
}

// numberTypes are the types of OPC UA that hold one number (OPC 10000-6, 5.1.2).
var numberTypes = []string{"Double", "Float", "SByte", "Byte", "Int16", "UInt16", "Int32", "UInt32", "Int64", "UInt64"}

// refuse tells why a point cannot be what the signal means, "" when it can.
func refuse(spec catalogue.SignalSpec, n twin.PlantNode) string {
	array := strings.HasSuffix(n.Data, "[]")
	number := slices.Contains(numberTypes, strings.TrimSuffix(n.Data, "[]"))
	switch {
	case spec.Kind == twin.Positions && !(array && number):
		return fmt.Sprintf("it is a %s, where a list of numbers is expected", n.Data)
	case spec.Kind == twin.Boolean && n.Data != "Boolean":
		return fmt.Sprintf("it is a %s, where a Boolean is expected", n.Data)
	case (spec.Kind == twin.Analog || spec.Kind == twin.Enum) && (array || !number):
		return fmt.Sprintf("it is a %s, where a number is expected", n.Data)
	case n.Unit != "" && spec.Unit != "" && unit(n.Unit) != unit(spec.Unit):
		return fmt.Sprintf("its unit is %s, where %s is expected; let the plant give %s", n.Unit, spec.Unit, spec.Unit)
	}
	return ""
}

// unit is one spelling for the many of one unit.
func unit(s string) string {
	s = strings.TrimSpace(s)
	for want, spellings := range map[string][]string{
		"°C": {"C", "degC", "deg C", "Cel", "℃"}, "°": {"deg", "degree"}, "%": {"percent", "pct", "%RH"},
		"1/min": {"rpm", "r/min", "min⁻¹", "min-1"}, "kWh": {"kW h", "kW·h"}, "m/s": {"m·s⁻¹"},
	} {
		if slices.Contains(spellings, s) {
			return want
		}
	}
	return s
}

// kebab turns CamelCase to lower-case words joined by hyphens.
func kebab(s string) string {
	var b strings.Builder
	runes := []rune(s)
	for i, r := range runes {
		if unicode.IsUpper(r) && i > 0 && b.Len() > 0 {
			afterLower := unicode.IsLower(runes[i-1]) || unicode.IsDigit(runes[i-1])
			beforeLower := i+1 < len(runes) && unicode.IsLower(runes[i+1])
			if afterLower || beforeLower && unicode.IsUpper(runes[i-1]) {
				b.WriteByte('-')
			}
		}
		if r == '_' || r == ' ' || r == '.' {
			r = '-'
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// camel is how plants spell a signal's name.
func camel(name string) string {
	words := strings.Split(name, "-")
	for i, w := range words {
		if w != "" {
			words[i] = strings.ToUpper(w[:1]) + w[1:]
		}
	}
	return strings.Join(words, "")
}

// key is a name without what people spell differently.
func key(s string) string { return strings.ReplaceAll(kebab(s), "-", "") }

func orNone(unit string) string {
	if unit == "" {
		return "no unit"
	}
	return unit
}
