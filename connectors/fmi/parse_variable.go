package fmi

import (
	"encoding/xml"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// attributes are what a variable inherits from its declared type.
type attributes struct {
	Quantity, Unit, DisplayUnit string
	Relative, Unbounded         bool
	Min, Max                    *float64
	Nominal                     float64
}

// typedXML is the element within a variable or a simple type that tells its kind.
type typedXML struct {
	DeclaredType string `xml:"declaredType,attr"`
	Quantity     string `xml:"quantity,attr"`
	Unit         string `xml:"unit,attr"`
	DisplayUnit  string `xml:"displayUnit,attr"`
	Relative     string `xml:"relativeQuantity,attr"`
	Unbounded    string `xml:"unbounded,attr"`
	Min          string `xml:"min,attr"`
	Max          string `xml:"max,attr"`
	Nominal      string `xml:"nominal,attr"`
	Derivative   string `xml:"derivative,attr"`
	Reinit       string `xml:"reinit,attr"`

	// Some exporters write an empty start, which for a String is one.
	Start *string `xml:"start,attr"`

	Items []struct {
		Name  string `xml:"name,attr"`
		About string `xml:"description,attr"`
		Value string `xml:"value,attr"`
	} `xml:"Item"`
}

type kindsXML struct {
	Real        *typedXML `xml:"Real"`
	Integer     *typedXML `xml:"Integer"`
	Boolean     *typedXML `xml:"Boolean"`
	String      *typedXML `xml:"String"`
	Enumeration *typedXML `xml:"Enumeration"`
}

func (k kindsXML) one() (Kind, *typedXML) {
	for kind, t := range []*typedXML{k.Real, k.Integer, k.Boolean, k.String, k.Enumeration} {
		if t != nil {
			return Kind(kind), t
		}
	}
	return 0, nil
}

func (p *parser) simpleType(start xml.StartElement) error {
	var x struct {
		Name  string `xml:"name,attr"`
		About string `xml:"description,attr"`
		kindsXML
	}
	if err := p.decode(start, &x); err != nil {
		return err
	}
	kind, t := x.one()
	if x.Name == "" || t == nil {
		return p.wrong("SimpleType %q has no name or no kind; export the FMU again", x.Name)
	}
	typed := Type{About: x.About, Kind: kind, attributes: p.attributes(t, attributes{}, "SimpleType "+x.Name)}
	for _, i := range t.Items {
		v, err := strconv.ParseInt(strings.TrimSpace(i.Value), 10, 32)
		if err != nil {
			return p.wrong("Item %s of %s has the value %q, which is no integer; export the FMU again", i.Name, x.Name, i.Value)
		}
		typed.Items = append(typed.Items, Item{i.Name, i.About, int32(v)})
	}
	p.d.Types[x.Name] = typed
	return nil
}

func (p *parser) unit(start xml.StartElement) error {
	var x struct {
		Name string `xml:"name,attr"`
		Base *struct {
			Attrs []xml.Attr `xml:",any,attr"`
		} `xml:"BaseUnit"`
		Displays []struct {
			Name   string `xml:"name,attr"`
			Factor string `xml:"factor,attr"`
			Offset string `xml:"offset,attr"`
		} `xml:"DisplayUnit"`
	}
	if err := p.decode(start, &x); err != nil {
		return err
	}
	u := Unit{Factor: 1, Displays: map[string]DisplayUnit{}}
	if x.Base != nil {
		u.HasBase = true
		for _, a := range x.Base.Attrs {
			v, err := p.number(a.Value, "BaseUnit of "+x.Name+": "+a.Name.Local)
			if err != nil {
				return err
			}
			if v == nil {
				continue
			}
			switch a.Name.Local {
			case "factor":
				u.Factor = *v
			case "offset":
				u.Offset = *v
			default:
				for i, base := range []string{"kg", "m", "s", "A", "K", "mol", "cd", "rad"} {
					if a.Name.Local == base && math.Abs(*v) < 100 {
						u.Exponents[i] = int(*v)
					}
				}
			}
		}
		if u.Factor == 0 {
			return p.wrong("unit %s has the factor 0; export the FMU again", x.Name)
		}
	}
	for _, y := range x.Displays {
		factor, err := p.number(y.Factor, "factor of "+y.Name)
		if err != nil {
			return err
		}
		offset, err := p.number(y.Offset, "offset of "+y.Name)
		if err != nil {
			return err
		}
		shown := DisplayUnit{Factor: 1}
		if factor != nil {
			shown.Factor = *factor
		}
		if offset != nil {
			shown.Offset = *offset
		}
		if shown.Factor == 0 {
			return p.wrong("display unit %s of %s has the factor 0; export the FMU again", y.Name, x.Name)
		}
		u.Displays[y.Name] = shown
	}
	p.d.Units[x.Name] = u
	return nil
}

func (p *parser) variable(start xml.StartElement) error {
	var x struct {
		Name        string `xml:"name,attr"`
		Reference   string `xml:"valueReference,attr"`
		About       string `xml:"description,attr"`
		Causality   string `xml:"causality,attr"`
		Variability string `xml:"variability,attr"`
		Initial     string `xml:"initial,attr"`
		kindsXML
	}
	if err := p.decode(start, &x); err != nil {
		return err
	}
	d := p.d
	number := len(d.Variables) + 1
	kind, t := x.one()
	switch {
	case number > variablesMax:
		return p.wrong("there are more variables than %d; export the FMU without protected variables", variablesMax)
	case x.Name == "":
		return p.wrong("variable %d has no name; export the FMU again", number)
	case len(x.Name) > textMax:
		return p.wrong("the name of variable %d has %d characters; shorten it and export the FMU again", number, len(x.Name))
	case t == nil:
		return p.wrong("variable %s has no kind (Real, Integer, Boolean, String or Enumeration); export the FMU again", x.Name)
	}
	reference, err := strconv.ParseUint(strings.TrimSpace(x.Reference), 10, 32)
	if err != nil {
		return p.wrong("variable %s has the valueReference %q, which is no number; export the FMU again", x.Name, x.Reference)
	}
	if _, twice := d.byName[x.Name]; twice {
		return p.wrong("variable %s is described twice; rename one and export the FMU again", x.Name)
	}
	v := Variable{Name: x.Name, Reference: uint32(reference), About: x.About, Kind: kind, Type: t.DeclaredType, Reinit: isTrue(t.Reinit),
		Causality: Causality(x.Causality), Variability: Variability(x.Variability), Initial: Initial(x.Initial)}
	if err := p.defaults(&v); err != nil {
		return err
	}
	inherited := attributes{}
	if v.Type != "" {
		declared, ok := d.Types[v.Type]
		switch {
		case !ok:
			p.note("variable %s is of the type %s, which is not declared", v.Name, v.Type)
		case declared.Kind != kind:
			return p.wrong("variable %s is %s, its type %s is %s; export the FMU again", v.Name, kind, v.Type, declared.Kind)
		}
		inherited = declared.attributes
	}
	a := p.attributes(t, inherited, "variable "+v.Name)
	v.Quantity, v.Unit, v.DisplayUnit, v.Relative, v.Unbounded = a.Quantity, a.Unit, a.DisplayUnit, a.Relative, a.Unbounded
	v.Min, v.Max, v.Nominal = a.Min, a.Max, a.Nominal
	if v.Derivative, err = p.count(t.Derivative, "derivative of "+v.Name); err != nil {
		return err
	}
	if t.Start != nil {
		if v.Start, err = p.start(&v, *t.Start); err != nil {
			return err
		}
	}
	d.byName[v.Name] = len(d.Variables)
	d.Variables = append(d.Variables, v)
	return nil
}

func isTrue(text string) bool { return text == "true" || text == "1" }

// defaults fills in what FMI 2.0.4, 2.2.7 says of attributes that are left out.
func (p *parser) defaults(v *Variable) error {
	switch v.Causality {
	case "":
		v.Causality = Local
	case "internal": // of FMI 1, still written by some
		v.Causality = Local
		p.note("variable %s: causality internal is read as local", v.Name)
	case Parameter, CalculatedParameter, Input, Output, Local, Independent:
	default:
		return p.wrong("variable %s has the causality %q, which there is not; export the FMU again", v.Name, v.Causality)
	}
	switch v.Variability {
	case "":
		v.Variability = Discrete
		if v.Kind == Real {
			v.Variability = Continuous
		}
		if v.Causality == Parameter || v.Causality == CalculatedParameter {
			v.Variability = Fixed // the standard lets no parameter be continuous
			p.note("parameter %s has no variability and is read as fixed", v.Name)
		}
	case Constant, Fixed, Tunable, Discrete, Continuous:
	default:
		return p.wrong("variable %s has the variability %q, which there is not; export the FMU again", v.Name, v.Variability)
	}
	if v.Variability == Continuous && v.Kind != Real {
		p.note("variable %s is continuous, but %s; it is read as discrete", v.Name, v.Kind)
		v.Variability = Discrete
	}
	switch v.Initial {
	case "":
		switch {
		case v.Causality == Input || v.Causality == Independent:
		case v.Causality == Parameter || v.Variability == Constant:
			v.Initial = Exact
		default:
			v.Initial = Calculated
		}
	case Exact, Approx, Calculated:
	default:
		return p.wrong("variable %s has initial %q, which there is not; export the FMU again", v.Name, v.Initial)
	}
	return nil
}

func (p *parser) attributes(t *typedXML, a attributes, of string) attributes {
	for _, f := range []struct {
		text string
		into *string
	}{{t.Quantity, &a.Quantity}, {t.Unit, &a.Unit}, {t.DisplayUnit, &a.DisplayUnit}} {
		if f.text != "" {
			*f.into = f.text
		}
	}
	if t.Relative != "" {
		a.Relative = isTrue(t.Relative)
	}
	if t.Unbounded != "" {
		a.Unbounded = isTrue(t.Unbounded)
	}
	for _, f := range []struct {
		name, text string
		into       **float64
	}{{"min", t.Min, &a.Min}, {"max", t.Max, &a.Max}} {
		if v := p.bound(f.text, f.name+" of "+of); v != nil {
			*f.into = v
		}
	}
	if nominal := p.bound(t.Nominal, "nominal of "+of); nominal != nil {
		a.Nominal = math.Abs(*nominal)
	}
	if a.Min != nil && a.Max != nil && *a.Min > *a.Max {
		p.note("%s: its least value %g is above its greatest %g; neither counts", of, *a.Min, *a.Max)
		a.Min, a.Max = nil, nil
	}
	return a
}

// start reads a start value as the kind of its variable.
func (p *parser) start(v *Variable, text string) (*Value, error) {
	if v.Kind == String {
		if len(text) > textMax {
			return nil, p.wrong("start of %s has %d characters; shorten it and export the FMU again", v.Name, len(text))
		}
		return &Value{Text: text}, nil
	}
	if strings.TrimSpace(text) == "" {
		p.note("start of %s is empty and does not count", v.Name)
		return nil, nil
	}
	value, err := v.Read(text)
	if err != nil {
		return nil, p.wrong("start of %v; export the FMU again", err)
	}
	return &value, nil
}

// Read reads a value of the variable from text: a number in the variable's unit,
// true or false, or the text itself.
func (v *Variable) Read(text string) (Value, error) {
	if v.Kind == String {
		if strings.ContainsRune(text, 0) {
			return Value{}, fmt.Errorf("%s: a text may not contain the character zero", v.Name)
		}
		return Value{Text: text}, nil
	}
	text = strings.TrimSpace(text)
	switch {
	case v.Kind == Boolean && text == "true":
		return Value{Number: 1}, nil
	case v.Kind == Boolean && text == "false":
		return Value{}, nil
	}
	n, err := strconv.ParseFloat(text, 64)
	switch {
	case err != nil:
		return Value{}, fmt.Errorf("%s: %q is no value of %s", v.Name, text, v.Kind)
	case v.Kind == Boolean && n != 0 && n != 1, v.Kind != Real && (n != math.Trunc(n) || math.Abs(n) > math.MaxInt32):
		return Value{}, fmt.Errorf("%s: %s is no value of %s", v.Name, text, v.Kind)
	}
	return Value{Number: n}, nil
}
