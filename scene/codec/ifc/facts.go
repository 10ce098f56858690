package ifc

import (
	"math"
	"slices"
	"strconv"
	"strings"
)

// factsMax bounds the properties and quantities of one element.
const factsMax = 10_000

// facts reads the quantities and properties of an element, its own before those
// of its type.
func (r *reader) facts(id int) (map[string]float64, []Property) {
	ids := r.sets[id]
	if t, ok := r.typeOf[id]; ok {
		ids = append(slices.Clone(ids), r.get(t).refs(5)...)
	}
	return r.factSets(ids)
}

// factSets reads property and quantity sets. Where two say the same, the first
// is believed.
func (r *reader) factSets(ids []int) (map[string]float64, []Property) {
	f := facts{r: r}
	for _, set := range ids {
		e := r.get(set)
		switch e.kind {
		case "IFCELEMENTQUANTITY": // …, Name 2, Description, MethodOfMeasurement, Quantities 5
			for _, q := range e.refs(5) {
				f.quantity(q, "", 0)
			}
		case "IFCPROPERTYSET": // …, Name 2, Description, HasProperties 4
			name := r.word(e.text(2))
			for _, p := range e.refs(4) {
				f.property(p, name, "", 0)
			}
		default:
			f.predefined(e)
		}
	}
	r.problem = nil // a set that cannot be read draws no wall worse
	return f.quantities, f.properties
}

// facts collects what sets say.
type facts struct {
	r          *reader
	quantities map[string]float64
	properties []Property
	said       map[[2]string]bool
	count      int
}

// quantity reads an IfcPhysicalQuantity; those of a complex one are named
// "whole.part".
func (f *facts) quantity(id int, before string, depth int) {
	q := f.r.get(id) // Name, Description, Unit, Value
	if f.count++; depth > 8 || f.count > factsMax {
		return
	}
	name := before + q.text(0)
	scale := 1.0
	switch q.kind {
	case "IFCPHYSICALCOMPLEXQUANTITY": // Name, Description, HasQuantities, …
		for _, k := range q.refs(2) {
			f.quantity(k, name+".", depth+1)
		}
		return
	case "IFCQUANTITYLENGTH":
		scale = f.r.metre
	case "IFCQUANTITYAREA":
		scale = f.r.squareMetre
	case "IFCQUANTITYVOLUME":
		scale = f.r.cubicMetre
	case "IFCQUANTITYWEIGHT":
		scale = f.r.unitFor("MASSUNIT").scale
	case "IFCQUANTITYTIME":
		scale = f.r.unitFor("TIMEUNIT").scale
	case "IFCQUANTITYCOUNT", "IFCQUANTITYNUMBER":
	default:
		return
	}
	if unit := q.ref(2); unit != 0 {
		scale = f.r.unit(f.r.get(unit), 0).scale
	}
	if v := q.arg(3); v.form == number && !math.IsInf(v.num*scale, 0) {
		if f.quantities == nil {
			f.quantities = map[string]float64{}
		}
		if _, have := f.quantities[name]; !have {
			f.quantities[name] = v.num * scale
		}
	}
}

// property reads an IfcProperty; those of a complex one are named "whole.part".
func (f *facts) property(id int, set, before string, depth int) {
	p := f.r.get(id) // Name, Description, and by type
	if f.count++; depth > 8 || f.count > factsMax {
		return
	}
	name := f.r.word(before + p.text(0))
	switch p.kind {
	case "IFCPROPERTYSINGLEVALUE": // NominalValue, Unit
		if p.has(2) {
			f.say(set, name, p.args[2], p.ref(3))
		} else {
			f.add(Property{Set: set, Name: name})
		}
	case "IFCPROPERTYENUMERATEDVALUE", "IFCPROPERTYLISTVALUE": // EnumerationValues, … or ListValues, Unit
		f.add(Property{Set: set, Name: name, Value: join(p.values(2))})
	case "IFCPROPERTYBOUNDEDVALUE": // UpperBoundValue, LowerBoundValue, Unit, SetPointValue
		for i, part := range [...]string{2: ".Upper", 3: ".Lower", 5: ".SetPoint"} {
			if part != "" && p.has(i) {
				f.say(set, name+part, p.args[i], p.ref(4))
			}
		}
	case "IFCPROPERTYTABLEVALUE": // DefiningValues, DefinedValues, …
		from, to := p.values(2), p.values(3)
		var rows []string
		for i := range min(len(from), len(to), 1000) {
			rows = append(rows, said(from[i])+": "+said(to[i]))
		}
		f.add(Property{Set: set, Name: name, Value: strings.Join(rows, ", ")})
	case "IFCPROPERTYREFERENCEVALUE": // UsageName, PropertyReference
		f.add(Property{Set: set, Name: name, Value: f.r.get(p.ref(3)).text(0)})
	case "IFCCOMPLEXPROPERTY": // UsageName, HasProperties
		for _, k := range p.refs(3) {
			f.property(k, set, name+".", depth+1)
		}
	}
}

// say adds a value that may be a measure.
func (f *facts) say(set, name string, v value, unit int) {
	p := Property{Set: set, Name: name}
	if v.form == typed && len(v.list) == 1 {
		if strings.HasSuffix(v.str, "MEASURE") || unit != 0 {
			p.Measure = f.r.word(measureName(v.str))
		}
		kind := v.str
		v = v.list[0]
		if v.form == number {
			u := f.r.measure(kind)
			if unit != 0 {
				u = f.r.unit(f.r.get(unit), 0)
			}
			p.SI = v.num*u.scale + u.shift
		}
	} else if v.form == number {
		p.SI = v.num
	}
	if p.Value = said(v); len(p.Value) <= 16 {
		p.Value = f.r.word(p.Value)
	}
	f.add(p)
}

func (f *facts) add(p Property) {
	if f.said[[2]string{p.Set, p.Name}] {
		return
	}
	if f.said == nil {
		f.said = map[[2]string]bool{}
	}
	f.said[[2]string{p.Set, p.Name}] = true
	f.properties = append(f.properties, p)
}

// predefined reads the sets whose properties are attributes: of doors and
// windows, how many panels there are and how they move.
func (f *facts) predefined(e entity) {
	var names []string
	switch e.kind {
	case "IFCDOORPANELPROPERTIES":
		names = []string{4: "PanelDepth", 5: "PanelOperation", 6: "PanelWidth", 7: "PanelPosition"}
	case "IFCWINDOWPANELPROPERTIES":
		names = []string{4: "OperationType", 5: "PanelPosition", 6: "FrameDepth", 7: "FrameThickness"}
	case "IFCDOORLININGPROPERTIES":
		names = []string{4: "LiningDepth", 5: "LiningThickness", 6: "ThresholdDepth", 7: "ThresholdThickness"}
	case "IFCWINDOWLININGPROPERTIES":
		names = []string{4: "LiningDepth", 5: "LiningThickness", 6: "TransomThickness", 7: "MullionThickness"}
	}
	for i, name := range names {
		if name != "" && e.has(i) {
			v := e.arg(i)
			p := Property{Set: camel(e.kind), Name: name, Value: said(v)}
			if v.form == number {
				p.SI = v.num
				if name != "PanelWidth" { // a share of the door
					p.SI, p.Measure = v.num*f.r.metre, "IfcLengthMeasure"
				}
			}
			f.add(p)
		}
	}
}

// join is a list of values as words.
func join(list []value) string {
	var out []string
	for _, v := range list[:min(len(list), 1000)] {
		out = append(out, said(v))
	}
	return strings.Join(out, ", ")
}

// said is a value as words.
func said(v value) string {
	for v.form == typed && len(v.list) == 1 {
		v = v.list[0]
	}
	switch v.form {
	case number:
		return strconv.FormatFloat(v.num, 'g', -1, 64)
	case text:
		return decode(v.str)
	case enum:
		switch v.str {
		case "T":
			return "true"
		case "F":
			return "false"
		case "U":
			return "unknown"
		}
		return strings.Clone(v.str)
	case list:
		return join(v.list)
	}
	return ""
}

// word is s, the same string each time where it is a short one: names of sets
// and properties stand in a file over and over.
func (r *reader) word(s string) string {
	if len(s) > 64 {
		return strings.Clone(s)
	}
	w, known := r.words[s]
	if !known {
		if w = strings.Clone(s); len(r.words) < 1<<14 {
			r.words[w] = w
		}
	}
	return w
}
