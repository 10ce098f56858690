package fmi_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/glasstwin/glasstwin/connectors/fmi"
	"github.com/glasstwin/glasstwin/testdata/fmu"
)

// building is a description as Modelica tools export a building test case: types and
// units, value references that carry their kind in their upper bits, aliases, parameters
// of the run-time, matrices, enumerations, constants, an input without anything told of
// it, and pairs that overwrite.
func building(zones int) string {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?>
<fmiModelDescription xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" fmiVersion="2.0" modelName="wrapped" guid="7f3a" generationTool="a compiler of Modelica"
  generationDateAndTime="2021-06-01T00:00:00" variableNamingConvention="structured" numberOfEventIndicators="137">
<ModelExchange modelIdentifier="wrapped" needsExecutionTool="false" completedIntegratorStepNotNeeded="true" providesDirectionalDerivative="1"><SourceFiles><File name="a.c"/></SourceFiles></ModelExchange>
<UnitDefinitions><Unit name="K"><BaseUnit K="1"/><DisplayUnit name="degC" offset="-273.15"/></Unit><Unit name="W"><BaseUnit kg="1" m="2" s="-3"/><DisplayUnit name="kW" factor="0.001"/></Unit><Unit name="1"/></UnitDefinitions>
<TypeDefinitions>
<SimpleType name="Modelica.SIunits.Temperature"><Real quantity="ThermodynamicTemperature" unit="K" displayUnit="degC" min="0.0" nominal="300.0"/></SimpleType>
<SimpleType name="Modelica.Blocks.Types.Extrapolation" description="How it goes on"><Enumeration quantity=""><Item name="HoldLastPoint" value="1"/><Item name="Periodic" value="3" description="repeats"/></Enumeration></SimpleType>
</TypeDefinitions>
<LogCategories><Category name="logEvents"/></LogCategories>
<VendorAnnotations><Tool name="x"><ScalarVariable name="not one"/></Tool></VendorAnnotations>
<ModelVariables>
`)
	n := 0
	add := func(attributes, kind string, args ...any) int {
		n++
		fmt.Fprintf(&b, "<!-- Variable with index #%d --><ScalarVariable %s>%s</ScalarVariable>\n", n, fmt.Sprintf(attributes, args...), kind)
		return n
	}
	add(`name="time" valueReference="0" causality="independent" variability="continuous"`, `<Real unit="s"/>`)
	add(`name="_log_level" valueReference="268435456" description="" causality="parameter" variability="tunable"`, `<Integer start="3"/>`)
	add(`name="_block_jacobian_check" valueReference="536870912" causality="parameter" variability="tunable"`, `<Boolean start="0"/>`)
	add(`name="weather.fileName" valueReference="805306368" causality="parameter" variability="fixed" initial="exact"`, `<String start="modelica://a b/Chicago &amp; O&apos;Hare.mos"/>`)
	add(`name="weather.tab.extrapolation" valueReference="268435457" causality="calculatedParameter" variability="fixed"`, `<Enumeration declaredType="Modelica.Blocks.Types.Extrapolation"/>`)
	add(`name="pi" valueReference="1" variability="constant"`, `<Real start="3.141592653589793"/>`)
	var states, derivatives, outputs []int
	for z := range zones {
		v := uint32(100 + 10*z)
		states = append(states, add(`name="zon[%d].vol.T" valueReference="%d" initial="exact" variability="continuous"`, `<Real declaredType="Modelica.SIunits.Temperature" start="2.9315E2" reinit="false"/>`, z+1, v))
		add(`name="zon[%d].port.T" valueReference="%d"`, `<Real declaredType="Modelica.SIunits.Temperature"/>`, z+1, v) // the same
		derivatives = append(derivatives, add(`name="der(zon[%d].vol.T)" valueReference="%d"`, fmt.Sprintf(`<Real unit="K/s" derivative="%d"/>`, states[z]), z+1, v+1))
		outputs = append(outputs, add(`name="zon%d_reaT_y" valueReference="%d" causality="output" description="Zone &lt;%d&gt; air"`, `<Real declaredType="Modelica.SIunits.Temperature"/>`, z+1, v, z+1))
		add(`name="zon%d_oveTSet_u" valueReference="%d" causality="input"`, `<Real declaredType="Modelica.SIunits.Temperature" min="278.15" max="308.15" start="0.0"/>`, z+1, v+2)
		add(`name="zon%d_oveTSet_activate" valueReference="%d" causality="input" variability="discrete"`, `<Boolean start="false"/>`, z+1, 536871000+v)
		add(`name="zon[%d].hex.UA[1,%d]" valueReference="%d" causality="calculatedParameter" variability="fixed" initial="calculated"`, `<Real min="-INF" max="1.7976931348623157E+308" nominal="NaN"/>`, z+1, z+2, v+3)
		add(`name="zon[%d].mode" valueReference="%d" variability="discrete"`, `<Integer/>`, z+1, 268436000+v)
		add(`name="zon[%d].con.k" valueReference="%d" causality="parameter" variability="tunable"`, `<Real start="1" max="1e400"/>`, z+1, v+4)
	}
	b.WriteString("</ModelVariables>\n<ModelStructure><Outputs>")
	for _, o := range outputs {
		fmt.Fprintf(&b, `<Unknown index="%d" dependencies="%d" dependenciesKind="constant"/>`, o, states[0])
	}
	b.WriteString("</Outputs><Derivatives>")
	for _, d := range derivatives {
		fmt.Fprintf(&b, `<Unknown index="%d" dependencies=""/>`, d)
	}
	b.WriteString("</Derivatives><InitialUnknowns/></ModelStructure></fmiModelDescription>")
	return b.String()
}

// A building of hundreds of variables is read as FMI 2.0.4 says, what is left out
// of it, too.
func TestABuildingOfAModelicaTool(t *testing.T) {
	const zones = 80
	d, err := fmi.Parse(t.Context(), []byte(building(zones)))
	if err != nil {
		t.Fatal(err)
	}
	at := func(name string) *fmi.Variable {
		i, err := d.Find(name)
		if err != nil {
			t.Fatal(err)
		}
		return &d.Variables[i]
	}
	if len(d.Variables) != 6+9*zones || d.Indicators != 137 || len(d.Outputs) != zones || d.Exchange == nil || d.Exchange.NeedsTool || !d.Exchange.Directional || d.Default != (fmi.Experiment{}) {
		t.Errorf("%d variables, %d indicators, %d outputs, %+v, %+v", len(d.Variables), d.Indicators, len(d.Outputs), d.Exchange, d.Default)
	}
	states := d.States()
	if len(states) != zones || d.Variables[states[79]].Name != "zon[80].vol.T" || d.Derivatives[3].All || len(d.Derivatives[3].Dependencies) != 0 || d.Outputs[1].Kinds[0] != "constant" {
		t.Errorf("%d states", len(states))
	}
	for _, c := range []struct {
		name            string
		before, running bool
	}{
		{"time", false, false}, {"pi", false, false}, {"zon[2].vol.T", true, false}, {"zon[2].port.T", false, false}, {"zon2_reaT_y", false, false},
		{"zon2_oveTSet_u", true, true}, {"zon[2].hex.UA[1,3]", false, false}, {"zon[2].con.k", true, true}, {"weather.fileName", true, false}, {"weather.tab.extrapolation", false, false},
	} {
		if before, running := at(c.name).Settable(); before != c.before || running != c.running {
			t.Errorf("%s can be set before the start: %v, and while it runs: %v", c.name, before, running)
		}
	}
	zone := at("zon2_reaT_y")
	if d.Variables[zone.Alias].Name != "zon[2].vol.T" || zone.About != "Zone <2> air" || zone.Nominal != 300 {
		t.Errorf("%+v", zone)
	}
	if v, unit := d.Shown(zone, 293.15); unit != "degC" || v < 19.99 || v > 20.01 {
		t.Errorf("%g %s", v, unit)
	}
	if v := at("weather.fileName"); v.Start.Text != "modelica://a b/Chicago & O'Hare.mos" || at("_log_level").Reference != 268435456 || at("_log_level").Alias == at("time").Alias {
		t.Errorf("%+v", v)
	}
	if v := at("zon[2].hex.UA[1,3]"); v.Nominal != 0 || d.Range(v) != [2]float64{} || d.Range(at("zon[2].con.k")) != [2]float64{} {
		t.Errorf("bounds without an end: %+v", v)
	}
	if len(d.Notes) != 21 || !strings.Contains(d.Notes[0], "nominal") { // 20 of the like, and that there are more
		t.Errorf("notes %q", d.Notes)
	}
	served, all := d.Points(false), d.Points(true)
	if len(served) != 2+3*zones || len(all) != len(d.Variables)-1-zones { // without time, a pair being one
		t.Errorf("%d points served, %d in all", len(served), len(all))
	}
	if i := slices.IndexFunc(served, func(p fmi.Point) bool { return p.Name == "zon7_oveTSet" }); i < 0 || served[i].Group != "Overwrites" || served[i].Known {
		t.Error("a pair of inputs is not served as one that is released")
	}
	if i := slices.IndexFunc(all, func(p fmi.Point) bool { return p.Name == "weather.tab.extrapolation" }); i < 0 || all[i].About != "(1 HoldLastPoint, 3 Periodic)" {
		t.Errorf("an enumeration is told as %+v", all[i])
	}
}

// The folder of an FMU is named so that whoever reads %20 as it stands finds its
// resources, and files in it may be named as they are.
func TestResourcesWhereFoldersHaveSpaces(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "été in Köln")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	path, err := fmu.Build(dir, fmu.Plan{Model: "ball", Interfaces: fmu.Both})
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("TMPDIR", dir)
	u, err := fmi.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer u.Close()
	for _, exchange := range []bool{false, true} { // the ball reads its table there, or refuses
		if err := start(t, u, fmi.Options{Exchange: exchange}).Step(t.Context(), 0.1); err != nil {
			t.Error(err)
		}
	}
}

// A model without states has its time events all the same, and one without event
// indicators, and one that says nothing of its structure.
func TestModelExchangeWithoutStates(t *testing.T) {
	u := open(t, fmu.Plan{Model: "ball", Interfaces: fmu.Exchange, Replace: map[string]string{
		`numberOfEventIndicators="1"`: "", `<Derivatives><Unknown index="5"/><Unknown index="6"/><Unknown index="7"/></Derivatives>`: "",
		`<Outputs><Unknown index="2"/><Unknown index="3"/><Unknown index="4"/><Unknown index="10"/><Unknown index="11"/></Outputs>`: "",
	}})
	r := start(t, u, fmi.Options{})
	if err := r.Step(t.Context(), 2.5); err != nil {
		t.Fatal(err)
	}
	if p := r.Progress(); p.TimeEvents != 2 || p.StateEvents != 0 || p.Time != 2.5 || value(t, u, r, "h") != 1 {
		t.Errorf("%+v, at %g m", p, value(t, u, r, "h"))
	}
}

// Where only the co-simulation of an FMU needs the tool that exported it, its
// equations are integrated here.
func TestTheToolIsDoneWithout(t *testing.T) {
	u := open(t, fmu.Plan{Model: "ball", Interfaces: fmu.Both, Replace: map[string]string{`<CoSimulation `: `<CoSimulation needsExecutionTool="true" `}})
	r := start(t, u, fmi.Options{Tolerance: 1e-8})
	if err := r.Step(t.Context(), 0.5); err != nil {
		t.Fatal(err)
	}
	if p := r.Progress(); p.StateEvents != 1 || value(t, u, r, "bounces") != 1 {
		t.Errorf("%+v", p)
	}
}
