package fmi_test

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/glasstwin/glasstwin/connectors/fmi"
	"github.com/glasstwin/glasstwin/testdata/fmu"
)

func TestTheHouseIsDescribed(t *testing.T) {
	u := open(t, fmu.Plan{Model: "house", Interfaces: fmu.Both})
	if u.Model != "Two zones" || !u.Structured || u.Indicators != 2 || u.Exchange == nil || !u.Exchange.StepsUnannounced || u.Simulation == nil || !u.Simulation.VariableStep {
		t.Errorf("%+v", u.Description)
	}
	if u.Default != (fmi.Experiment{Stop: 604800, Step: 300, Tolerance: 1e-6}) || len(u.Notes) != 0 || len(u.Outputs) != 14 {
		t.Errorf("default %+v, notes %q, %d outputs", u.Default, u.Notes, len(u.Outputs))
	}
	variable := func(name string) *fmi.Variable {
		i, err := u.Find(name)
		if err != nil {
			t.Fatal(err)
		}
		return &u.Variables[i]
	}
	zone := variable("zon1_reaT_y")
	if zone.Unit != "K" || zone.DisplayUnit != "degC" || *zone.Min != 200 || zone.Nominal != 300 || zone.Causality != fmi.Output || zone.Start.Number != 293.65 {
		t.Errorf("what is inherited of the type: %+v", zone)
	}
	if name := u.Variables[zone.Alias].Name; name != "zon1.T" {
		t.Errorf("zon1_reaT_y is an alias of %s", name)
	}
	if v, unit := u.Shown(zone, 293.65); math.Abs(v-20.5) > 1e-9 || unit != "degC" {
		t.Errorf("shown as %g %s", v, unit)
	}
	if hys := variable("hys"); u.Taken(hys, 0.5) != 0.5 {
		t.Errorf("a difference is taken with an offset")
	}
	if v := variable("C"); v.Variability != fmi.Fixed || v.Initial != fmi.Exact {
		t.Errorf("C is %+v", v)
	}
	if v := variable("TSet[1]"); v.About != `Set point "in force", zone 1` || v.Initial != fmi.Calculated || v.Causality != fmi.Local {
		t.Errorf("TSet[1] is %+v", v)
	}
	if v := variable("the1.on"); v.Alias == 0 || u.Variables[v.Alias].Name != "the1.on" {
		t.Error("a Boolean was taken for an alias of a Real")
	}
	if m := u.Types["Mode"]; len(m.Items) != 2 || m.Items[1].Value != 2 || variable("mode_y").Kind != fmi.Enumeration {
		t.Errorf("Mode is %+v", m)
	}
	states := u.States()
	if len(states) != 6 || u.Variables[states[0]].Name != "zon1.T" || u.Variables[states[5]].Name != "dis_y" {
		t.Errorf("states %v", states)
	}
	if x, err := u.Convert(1, "J", "K.s", false); err == nil {
		t.Errorf("joules became %g kelvin seconds", x)
	}
}

// Units come back as they were, in any display unit.
func TestUnitsThereAndBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := &fmi.Description{Units: map[string]fmi.Unit{"K": {Factor: 1, HasBase: true, Displays: map[string]fmi.DisplayUnit{
			"x": {Factor: rapid.Float64Range(0.01, 100).Draw(t, "factor"), Offset: rapid.Float64Range(-500, 500).Draw(t, "offset")}}}}}
		v := &fmi.Variable{Unit: "K", DisplayUnit: "x", Relative: rapid.Bool().Draw(t, "relative")}
		value := rapid.Float64Range(-1e3, 1e3).Draw(t, "value")
		shown, _ := d.Shown(v, value)
		if got := d.Taken(v, shown); math.Abs(got-value) > 1e-6 {
			t.Fatalf("%g came back as %g", value, got)
		}
	})
}

const head = `<?xml version="1.0"?>
<fmiModelDescription fmiVersion="2.0" modelName="m" guid="g">
<CoSimulation modelIdentifier="m"/>
`

func described(variables string) string {
	return head + "<ModelVariables>\n" + variables + "\n</ModelVariables><ModelStructure/></fmiModelDescription>"
}

func TestDescriptionsThatAreRefused(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", "line 1: the document is empty"},
		{"<html/>", `line 1: the document is a "html"`},
		{strings.Replace(described(""), "2.0", "1.0", 1), "FMI 1.0; export it as FMI 2.0"},
		{strings.Replace(described(""), "2.0", "3.0", 1), "export it as FMI 2.0"},
		{strings.Replace(described(""), ` guid="g"`, "", 1), "guid is missing"},
		{strings.Replace(described(""), `<CoSimulation modelIdentifier="m"/>`, "", 1), "neither ModelExchange nor CoSimulation"},
		{strings.Replace(described(""), `modelIdentifier="m"`, `modelIdentifier="../../x"`, 1), "names no binary"},
		{described(`<ScalarVariable valueReference="1"><Real/></ScalarVariable>`), "line 5: variable 1 has no name"},
		{described(`<ScalarVariable name="a"><Real/></ScalarVariable>`), `line 5: variable a has the valueReference ""`},
		{described(`<ScalarVariable name="a" valueReference="-1"><Real/></ScalarVariable>`), "which is no number"},
		{described(`<ScalarVariable name="a" valueReference="1"/>`), "has no kind"},
		{described(`<ScalarVariable name="a" valueReference="1" causality="odd"><Real/></ScalarVariable>`), `causality "odd"`},
		{described(`<ScalarVariable name="a" valueReference="1"><Real start="warm"/></ScalarVariable>`), `"warm" is no value of Real`},
		{described(`<ScalarVariable name="a" valueReference="1"><Integer start="1.5"/></ScalarVariable>`), "1.5 is no value of Integer"},
		{described(`<ScalarVariable name="a" valueReference="1"><Real derivative="9"/></ScalarVariable>`), "derivative of variable 9"},
		{described(strings.Repeat(`<ScalarVariable name="a" valueReference="1"><Real/></ScalarVariable>`, 2)), "described twice"},
		{described("<ScalarVariable name="), "not XML"},
		{described(`<ScalarVariable name="a" valueReference="1"><Real/></ScalarVariable></ModelVariables><ModelStructure><Outputs><Unknown index="2"/></Outputs></ModelStructure><ModelVariables>`), `index "2" is none of 1 to 1`},
		{head + strings.Repeat("<x>", 80), "nest deeper than 64"},
	} {
		if _, err := fmi.Parse(context.Background(), []byte(c.text)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%.60q…: %v, want %q", c.text[min(len(c.text), 120):], err, c.want)
		}
	}
}

// What exporters write amiss, and what is meant all the same.
func TestDescriptionsThatAreMendedOnTheWay(t *testing.T) {
	d, err := fmi.Parse(t.Context(), []byte(described(`
		<ScalarVariable name="a" valueReference="1" causality="internal" variability="continuous"><Integer declaredType="none" start=""/></ScalarVariable>
		<ScalarVariable name="b" valueReference="2" causality="parameter"><Real min="5" max="1" nominal="-3"/></ScalarVariable>
		<ScalarVariable name="a &quot;b&quot;[1,2].c" valueReference="3"><String start=""/></ScalarVariable>`)))
	if err != nil {
		t.Fatal(err)
	}
	a, b, c := d.Variables[0], d.Variables[1], d.Variables[2]
	if a.Causality != fmi.Local || a.Variability != fmi.Discrete || a.Start != nil || b.Variability != fmi.Fixed || b.Min != nil || b.Nominal != 3 || c.Start == nil || c.Name != `a "b"[1,2].c` {
		t.Errorf("%+v", d.Variables)
	}
	if len(d.Notes) != 6 {
		t.Errorf("notes %q", d.Notes)
	}
}

// A building's model has tens of thousands of variables.
func TestManyVariables(t *testing.T) {
	var b strings.Builder
	for i := range 20_000 {
		fmt.Fprintf(&b, `<ScalarVariable name="zone[%d].air.vol.dynBal.medium.T_degC" valueReference="%d" description="Temperature"><Real unit="K" start="293.15"/></ScalarVariable>`+"\n", i, i/3)
	}
	d, err := fmi.Parse(t.Context(), []byte(described(b.String())))
	if err != nil || len(d.Variables) != 20_000 || d.Variables[5].Alias != 3 {
		t.Errorf("%v", err)
	}
}

func archive(t *testing.T, write func(*zip.Writer)) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	write(z)
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "x.fmu")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestArchivesThatAreRefused(t *testing.T) {
	put := func(z *zip.Writer, name string, data []byte) {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(data); err != nil {
			t.Fatal(err)
		}
	}
	good := []byte(described(""))
	link := &zip.FileHeader{Name: "resources/link"}
	link.SetMode(os.ModeSymlink | 0o777)
	for _, c := range []struct {
		name, want string
		write      func(*zip.Writer)
	}{
		{"no description", "modelDescription.xml is missing", func(z *zip.Writer) { put(z, "a", nil) }},
		{"a way out", `would leave its folder`, func(z *zip.Writer) {
			put(z, "modelDescription.xml", good)
			put(z, "resources/../../../evil", []byte("x"))
		}},
		{"a root", "would leave its folder", func(z *zip.Writer) { put(z, "/etc/evil", []byte("x")) }},
		{"a link", "is no plain file", func(z *zip.Writer) {
			w, _ := z.CreateHeader(link)
			w.Write([]byte("/etc/passwd"))
		}},
		{"a bomb", "unpacks to more than", func(z *zip.Writer) { put(z, "modelDescription.xml", make([]byte, 80<<20)) }},
		{"twice", "twice", func(z *zip.Writer) { put(z, "modelDescription.xml", good); put(z, "modelDescription.xml", good) }},
		{"broken", "modelDescription.xml: line 2", func(z *zip.Writer) {
			put(z, "modelDescription.xml", []byte("<fmiModelDescription fmiVersion='2.0' guid='g'>\n<b"))
		}},
	} {
		path := archive(t, c.write)
		u, err := fmi.Open(t.Context(), path)
		if err == nil {
			u.Close()
		}
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v, want %q and the file's name", c.name, err, c.want)
		}
	}
	none := filepath.Join(t.TempDir(), "none.fmu")
	if _, err := fmi.Open(t.Context(), none); err == nil || !strings.Contains(err.Error(), "no such file") {
		t.Errorf("a file that is not there: %v", err)
	}
	if err := os.WriteFile(none, []byte("no zip"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := fmi.Open(t.Context(), none); err == nil || !strings.Contains(err.Error(), "is no FMU") {
		t.Errorf("a file that is no archive: %v", err)
	}
	left, err := filepath.Glob(filepath.Join(os.TempDir(), "glasstwin-fmu-*", "evil"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v (%v)", left, err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(described(`<ScalarVariable name="a" valueReference="1" causality="input"><Real start="1" declaredType="T"/></ScalarVariable>`)))
	f.Add([]byte(strings.Replace(described(""), "<CoSim", `<UnitDefinitions><Unit name="K"><BaseUnit K="1" offset="2"/><DisplayUnit name="C" factor="0"/></Unit></UnitDefinitions><CoSim`, 1)))
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := fmi.Parse(context.Background(), data)
		if err != nil {
			return
		}
		for i := range d.Variables {
			v := &d.Variables[i]
			if n, err := d.Find(v.Name); err != nil || n != i {
				t.Fatalf("variable %q is at %d, not %d (%v)", v.Name, n, i, err)
			}
			v.Settable()
			d.Shown(v, 1)
		}
		d.States()
	})
}

// A child that an FMU has damaged may answer anything.
func FuzzFrame(f *testing.F) {
	var b bytes.Buffer
	if err := fmi.WriteFrame(&b, (&fmi.Load{Dir: "d", Preload: []string{"p"}, Before: []fmi.Setting{{Variable: 1, Value: fmi.Value{Text: "x"}}}}).Frame()); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, take := range []func(*fmi.Frame){
			func(f *fmi.Frame) { f.TakeLoad() }, func(f *fmi.Frame) { f.TakeValues() }, func(f *fmi.Frame) { f.TakeNumbers() },
			func(f *fmi.Frame) { f.TakeProgress() }, func(f *fmi.Frame) { f.TakeMessage() },
		} {
			if fr, err := fmi.ReadFrame(bytes.NewReader(data)); err == nil {
				take(fr)
			}
		}
	})
}
