package fmi

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/glasstwin/glasstwin/markup"
)

// described bounds a description: the largest building models have some hundred
// thousand variables, of two elements each.
var described = markup.Limits{Depth: 64, Elements: 2_000_000}

const (
	variablesMax = 500_000
	notesMax     = 20
	textMax      = 16 << 10 // bytes of a name, a description or a start value
)

// Parse reads modelDescription.xml. Errors name the line, what is wrong there
// and what mends it.
func Parse(ctx context.Context, data []byte) (*Description, error) {
	text, err := markup.Text(ctx, data, described)
	if err != nil {
		return nil, err
	}
	p := &parser{d: &Description{Units: map[string]Unit{}, Types: map[string]Type{}, byName: map[string]int{}}, dec: xml.NewDecoder(bytes.NewReader(text))}
	p.dec.CharsetReader = markup.Charset
	for {
		token, err := p.dec.Token()
		switch {
		case errors.Is(err, io.EOF):
			return p.finish()
		case err != nil:
			return nil, p.wrong("not XML: %v; export the FMU again", err)
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if start, ok := token.(xml.StartElement); ok {
			if err := p.element(start); err != nil {
				return nil, err
			}
		}
	}
}

// parser walks over the document once and keeps no tree of it.
type parser struct {
	d       *Description
	dec     *xml.Decoder
	rooted  bool
	unknown map[string][]unknownXML
}

func (p *parser) wrong(format string, args ...any) error {
	line, _ := p.dec.InputPos()
	return fmt.Errorf("line %d: %s", line, fmt.Sprintf(format, args...))
}

func (p *parser) note(format string, args ...any) {
	switch n := len(p.d.Notes); {
	case n < notesMax:
		p.d.Notes = append(p.d.Notes, p.wrong(format, args...).Error())
	case n == notesMax:
		p.d.Notes = append(p.d.Notes, "and more of the like")
	}
}

func (p *parser) element(start xml.StartElement) error {
	if !p.rooted {
		return p.root(start)
	}
	switch start.Name.Local {
	case "ModelExchange", "CoSimulation":
		return p.offer(start)
	case "Unit":
		return p.unit(start)
	case "SimpleType":
		return p.simpleType(start)
	case "Category":
		var c struct {
			Name string `xml:"name,attr"`
		}
		if err := p.decode(start, &c); err != nil {
			return err
		}
		p.d.Categories = append(p.d.Categories, c.Name)
	case "DefaultExperiment":
		return p.experiment(start)
	case "ScalarVariable":
		return p.variable(start)
	case "Outputs", "Derivatives", "InitialUnknowns":
		var list struct {
			Unknown []unknownXML `xml:"Unknown"`
		}
		if err := p.decode(start, &list); err != nil {
			return err
		}
		if p.unknown == nil {
			p.unknown = map[string][]unknownXML{}
		}
		p.unknown[start.Name.Local] = list.Unknown
	case "VendorAnnotations", "Tool":
		return p.skip()
	}
	return nil
}

func (p *parser) decode(start xml.StartElement, into any) error {
	if err := p.dec.DecodeElement(into, &start); err != nil {
		return p.wrong("%s cannot be read: %v; export the FMU again", start.Name.Local, err)
	}
	return nil
}

func (p *parser) skip() error {
	if err := p.dec.Skip(); err != nil {
		return p.wrong("not XML: %v; export the FMU again", err)
	}
	return nil
}

func (p *parser) root(start xml.StartElement) error {
	if start.Name.Local != "fmiModelDescription" {
		return p.wrong("the document is a %q, not an fmiModelDescription: this is no FMU", start.Name.Local)
	}
	p.rooted = true
	a := attributesOf(start)
	d := p.d
	d.Version, d.Model, d.GUID, d.About, d.Tool = a["fmiVersion"], a["modelName"], a["guid"], a["description"], a["generationTool"]
	d.Structured = a["variableNamingConvention"] == "structured"
	switch {
	case strings.HasPrefix(d.Version, "1.") || strings.HasPrefix(d.Version, "3."):
		return p.wrong("the FMU is of FMI %s; export it as FMI 2.0", d.Version)
	case d.Version == "":
		return p.wrong("fmiVersion is missing; export the FMU again, as FMI 2.0")
	case !strings.HasPrefix(d.Version, "2."):
		return p.wrong("fmiVersion %q is not known; export the FMU as FMI 2.0", d.Version)
	case d.GUID == "":
		return p.wrong("guid is missing, without which the FMU starts nowhere; export it again")
	}
	if d.Model == "" {
		p.note("modelName is missing")
		d.Model = "FMU"
	}
	n, err := p.count(a["numberOfEventIndicators"], "numberOfEventIndicators")
	d.Indicators = n
	return err
}

func attributesOf(start xml.StartElement) map[string]string {
	out := map[string]string{}
	for _, a := range start.Attr {
		out[a.Name.Local] = a.Value
	}
	return out
}

func (p *parser) offer(start xml.StartElement) error {
	a := attributesOf(start)
	flags := map[string]bool{}
	for name, text := range a {
		switch text {
		case "true", "1":
			flags[name] = true
		}
	}
	order, err := p.count(a["maxOutputDerivativeOrder"], "maxOutputDerivativeOrder")
	if err != nil {
		return err
	}
	i := &Interface{
		Identifier: a["modelIdentifier"], NeedsTool: flags["needsExecutionTool"], OncePerProcess: flags["canBeInstantiatedOnlyOncePerProcess"],
		OwnMemory: flags["canNotUseMemoryManagementFunctions"], KeepsState: flags["canGetAndSetFMUstate"], SerializesState: flags["canSerializeFMUstate"],
		Directional: flags["providesDirectionalDerivative"], StepsUnannounced: flags["completedIntegratorStepNotNeeded"],
		VariableStep: flags["canHandleVariableCommunicationStepSize"], Interpolates: flags["canInterpolateInputs"],
		Asynchronous: flags["canRunAsynchronuously"], OutputDerivativesN: order,
	}
	if i.Identifier == "" || strings.ContainsAny(i.Identifier, "/\\\x00") || i.Identifier == ".." {
		return p.wrong("modelIdentifier %q of %s names no binary; export the FMU again", i.Identifier, start.Name.Local)
	}
	if start.Name.Local == "ModelExchange" {
		p.d.Exchange = i
	} else {
		p.d.Simulation = i
	}
	return p.skip()
}

func (p *parser) experiment(start xml.StartElement) error {
	a := attributesOf(start)
	for name, into := range map[string]*float64{"startTime": &p.d.Default.Start, "stopTime": &p.d.Default.Stop, "stepSize": &p.d.Default.Step, "tolerance": &p.d.Default.Tolerance} {
		v, err := p.number(a[name], name)
		if err != nil {
			return err
		}
		if v != nil {
			*into = *v
		}
	}
	return p.skip()
}

// finish checks what can be checked only when all is read.
func (p *parser) finish() (*Description, error) {
	d := p.d
	switch {
	case !p.rooted:
		return nil, p.wrong("the document is empty; export the FMU again")
	case d.Exchange == nil && d.Simulation == nil:
		return nil, p.wrong("the FMU offers neither ModelExchange nor CoSimulation; export it as one of them")
	}
	first := map[[2]uint32]int{}
	for i := range d.Variables {
		v := &d.Variables[i]
		key := [2]uint32{uint32(v.Kind.access()), v.Reference}
		if n, ok := first[key]; ok {
			v.Alias = n
		} else {
			first[key], v.Alias = i, i
		}
		if v.Derivative < 0 || v.Derivative > len(d.Variables) {
			return nil, p.wrong("%s is the derivative of variable %d, of %d; export the FMU again", v.Name, v.Derivative, len(d.Variables))
		}
	}
	for name, into := range map[string]*[]Unknown{"Outputs": &d.Outputs, "Derivatives": &d.Derivatives, "InitialUnknowns": &d.Initial} {
		for _, x := range p.unknown[name] {
			u, err := x.resolve(len(d.Variables))
			if err != nil {
				return nil, p.wrong("%s of ModelStructure: %v; export the FMU again", name, err)
			}
			*into = append(*into, u)
		}
	}
	for _, u := range d.Derivatives {
		if d.Variables[u.Variable].Derivative == 0 {
			return nil, p.wrong("%s is listed as a derivative, but says not of which state; export the FMU again", d.Variables[u.Variable].Name)
		}
	}
	return d, nil
}
