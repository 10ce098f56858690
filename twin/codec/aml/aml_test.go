package aml_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/qmuntal/opc"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin/codec/aml"
)

// cell is a small plant with a freezer whose shape is a file.
func cell() *aml.Document {
	return &aml.Document{Name: "store", Elements: []aml.Element{
		{Name: "line", Path: "store/line", Parent: -1, Roles: []string{"AutomationMLBaseRoleClassLib/AutomationMLBaseRole/Structure"}},
		{Name: "freezer-1", Path: "store/line/freezer-1", Parent: 0, Roles: []string{"StoreRoles/UprightFreezer", "AutomationMLBaseRoleClassLib/AutomationMLBaseRole/Resource"},
			Frame:      &aml.Frame{At: geom.Vec3{3, 4.5, 0}, Turn: geom.Vec3{0, 0, 90}},
			Attributes: []aml.Attribute{{Name: "Size"}, {Name: "Size/Width", Value: "1.6", Unit: "m", Type: "xs:double"}, {Name: "Vendor", Value: "Cold & Co"}},
			Interfaces: []aml.Interface{{Name: "shape", Class: "AutomationMLInterfaceClassLib/AutomationMLBaseInterface/ExternalDataConnector/COLLADAInterface", Attributes: []aml.Attribute{{Name: "refURI", Value: "freezer.dae", Type: "xs:anyURI"}}}},
		},
	}}
}

func Example() {
	text, err := aml.Write(cell())
	if err != nil {
		fmt.Println(err)
		return
	}
	d, _, err := aml.Read(context.Background(), "store.aml", text)
	if err != nil {
		fmt.Println(err)
		return
	}
	e := d.Elements[1]
	file, _ := e.Interfaces[0].Attribute("refURI")
	fmt.Println(e.Name, "at", e.Frame.At, "has the shape of", file.Value)
	// Output: freezer-1 at [3 4.5 0] has the shape of freezer.dae
}

func TestWhatIsWrittenReadsBack(t *testing.T) {
	want := cell()
	text, err := aml.Write(want)
	if err != nil {
		t.Fatal(err)
	}
	pack, err := aml.Pack("store.aml", text, map[string][]byte{"freezer.dae": []byte("<COLLADA/>")})
	if err != nil {
		t.Fatal(err)
	}
	got, parts, err := aml.Read(context.Background(), "store.amlx", pack)
	if err != nil {
		t.Fatal(err)
	}
	if string(parts["freezer.dae"]) != "<COLLADA/>" || len(got.Notes) > 0 {
		t.Errorf("parts %q, notes %v", parts, got.Notes)
	}
	for i := range got.Elements { // what the file adds: ids, roles that roles derive from, the frame as attributes
		got.Elements[i].ID = ""
		for k := range got.Elements[i].Interfaces {
			got.Elements[i].Interfaces[k].ID = ""
		}
		var own []aml.Attribute
		for _, a := range got.Elements[i].Attributes {
			if !strings.HasPrefix(a.Name, "Frame") {
				own = append(own, a)
			}
		}
		got.Elements[i].Attributes = own
	}
	if d := cmp.Diff(want.Elements, got.Elements, cmpopts.EquateEmpty(), cmpopts.SortSlices(func(a, b string) bool { return a < b })); d != "" {
		t.Error(d)
	}
}

// TestAPackageOpensElsewhere: with the packaging library, which knows nothing of
// ours, and always of the same bytes.
func TestAPackageOpensElsewhere(t *testing.T) {
	text, err := aml.Write(cell())
	if err != nil {
		t.Fatal(err)
	}
	pack := func() []byte {
		out, err := aml.Pack("store.aml", text, map[string][]byte{"shapes/freezer.dae": []byte("<COLLADA/>")})
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	data := pack()
	if !bytes.Equal(data, pack()) {
		t.Error("the same content gives other bytes")
	}
	r, err := opc.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Relationships) != 1 || r.Relationships[0].Type != "http://schemas.automationml.org/container/relationship/RootDocument" || r.Relationships[0].TargetURI != "/store.aml" {
		t.Errorf("relationships %+v, want the root document alone", r.Relationships)
	}
	kinds := map[string]string{}
	for _, f := range r.Files {
		kinds[f.Name] = f.ContentType
	}
	if d := cmp.Diff(map[string]string{"/store.aml": "model/vnd.automationml+xml", "/shapes/freezer.dae": "model/vnd.collada+xml"}, kinds); d != "" {
		t.Error(d)
	}
}

func TestLinksAndEqualNames(t *testing.T) {
	d := cell()
	twin := d.Elements[1]
	d.Elements = append(d.Elements, twin) // of the same path
	signal := aml.MadeID("signal")
	d.Elements[1].Interfaces = append(d.Elements[1].Interfaces, aml.Interface{ID: signal, Name: "door", Class: "Lib/Signal"})
	d.Links = []aml.Link{{Name: "drives", A: signal, B: aml.MadeID("store/line/freezer-1:shape")}, {Name: "lost", A: "nothing", B: signal}}
	text, err := aml.Write(d)
	if err != nil {
		t.Fatal(err)
	}
	got, _, err := aml.Read(context.Background(), "store.aml", text)
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Notes) > 0 {
		t.Errorf("notes %v", got.Notes)
	}
	if len(got.Links) != 1 || got.Links[0] != d.Links[0] {
		t.Errorf("links %+v", got.Links)
	}
}

func shared(t testing.TB, name string) string {
	t.Helper()
	path := filepath.Join("..", "..", "..", "..", "shared", "data", "aml", name)
	if list, _ := filepath.Glob(path); len(list) == 0 {
		if os.Getenv("CI") == "true" {
			t.Fatalf("%s is not beside the checkout", name)
		}
		t.Skipf("%s is not beside the checkout", name)
	}
	return path
}

func TestWhatIsWrittenFollowsTheSchema(t *testing.T) {
	schema := shared(t, "caex30.xsd")
	if _, err := exec.LookPath("xmllint"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("xmllint is missing; install libxml2-utils")
		}
		t.Skip("xmllint is missing; install libxml2-utils")
	}
	d := cell()
	d.Links = []aml.Link{{Name: "shape", A: aml.MadeID("store/line/freezer-1:shape"), B: aml.MadeID("store/line")}}
	text, err := aml.Write(d)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "store.aml")
	if err := os.WriteFile(file, text, 0o644); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("xmllint", "--noout", "--schema", schema, file).CombinedOutput(); err != nil {
		t.Errorf("%s\n%s", out, text)
	}
}

func TestRealFiles(t *testing.T) {
	list, _ := filepath.Glob(shared(t, "*.aml"))
	elements, classes, frames := 0, 0, 0
	for _, path := range list {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		d, _, err := aml.Read(context.Background(), filepath.Base(path), data)
		if err != nil {
			t.Error(err)
			continue
		}
		elements, classes = elements+len(d.Elements), classes+d.Classes
		for _, e := range d.Elements {
			if e.Frame != nil {
				frames++
			}
		}
	}
	if len(list) != 20 || elements != 99 || classes < 540 || frames != 1 {
		t.Errorf("%d files: %d elements, %d classes, %d frames", len(list), elements, classes, frames)
	}
}

func TestInstancesHaveWhatTheirClassGives(t *testing.T) {
	d, _, err := aml.Read(context.Background(), "x.aml", []byte(`<CAEXFile SchemaVersion="2.15">
<SystemUnitClassLib Name="L"><SystemUnitClass Name="Base"><Attribute Name="Power" Unit="W"><Value>100</Value></Attribute><InternalElement Name="Motor" ID="m"/></SystemUnitClass>
<SystemUnitClass Name="Door" RefBaseClassPath="L/Base"><Attribute Name="Width"><DefaultValue>2</DefaultValue></Attribute><SupportedRoleClass RefRoleClassPath="R/Moving"/></SystemUnitClass></SystemUnitClassLib>
<RoleClassLib Name="R"><RoleClass Name="Thing"/><RoleClass Name="Moving" RefBaseClassPath="R/Thing"/></RoleClassLib>
<InstanceHierarchy Name="H"><InternalElement Name="d1" ID="1" RefBaseSystemUnitPath="L/Door"><Attribute Name="Power"><Value>150</Value></Attribute></InternalElement>
<InternalElement Name="again" ID="2" RefBaseSystemUnitPath="{1}"/></InstanceHierarchy></CAEXFile>`))
	if err != nil {
		t.Fatal(err)
	}
	e := d.Elements[0]
	power, _ := e.Attribute("power")
	width, _ := e.Attribute("Width")
	if power.Value != "150" || width.Value != "2" {
		t.Errorf("power %+v, width %+v", power, width)
	}
	if want := []string{"R/Moving", "R/Thing"}; !cmp.Equal(e.Roles, want) {
		t.Errorf("roles %v, want %v", e.Roles, want)
	}
	if len(d.Elements) != 3 || d.Elements[1].Path != "H/d1/Motor" || d.Elements[2].Mirror != "1" {
		t.Errorf("elements %+v", d.Elements)
	}
	if w, _ := d.Elements[2].Attribute("Power"); w.Value != "150" {
		t.Errorf("the mirror has %+v", w)
	}
}

func TestBadFilesSayWhatIsWrong(t *testing.T) {
	for name, c := range map[string]struct{ data, want string }{
		"empty":  {"", "CAEXFile"},
		"other":  {"<svg/>", "CAEXFile"},
		"cut":    {`<CAEXFile><InstanceHierarchy Name="x"><Inter`, "XML"},
		"deep":   {strings.Repeat("<a>", 1000), "deeper"},
		"zip":    {"PK\x03\x04junk", "package"},
		"itself": {`<CAEXFile><SystemUnitClassLib Name="L"><SystemUnitClass Name="A"><InternalElement Name="i" RefBaseSystemUnitPath="L/A"/></SystemUnitClass></SystemUnitClassLib><InstanceHierarchy Name="H"><InternalElement Name="x" RefBaseSystemUnitPath="L/A"/></InstanceHierarchy></CAEXFile>`, ""},
	} {
		d, _, err := aml.Read(context.Background(), "p.aml", []byte(c.data))
		if c.want == "" {
			if err != nil || len(d.Notes) == 0 {
				t.Errorf("%s: %v, want a note", name, err)
			}
			continue
		}
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "p.aml") {
			t.Errorf("%s: %v, want the file and %q", name, err, c.want)
		}
	}
	d, _, err := aml.Read(context.Background(), "p.aml", []byte(`<CAEXFile><InstanceHierarchy Name="H"><InternalElement Name="a" ID="1"><RoleRequirements RefBaseRoleClassPath="No/Such"/><InternalLink Name="l" RefPartnerSideA="1:x" RefPartnerSideB="9:y"/></InternalElement><InternalElement Name="b" ID="1"/></InstanceHierarchy></CAEXFile>`))
	if err != nil {
		t.Fatal(err)
	}
	text := fmt.Sprint(d.Notes)
	for _, want := range []string{"stands twice", "No/Such", "9:y"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not noted: %s", want, text)
		}
	}
}

func FuzzRead(f *testing.F) {
	text, err := aml.Write(cell())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	pack, err := aml.Pack("s.aml", text, nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(pack)
	f.Fuzz(func(t *testing.T, data []byte) {
		d, _, err := aml.Read(context.Background(), "f.aml", data)
		if err == nil {
			if _, err := aml.Write(d); err != nil {
				t.Fatal(err)
			}
		}
	})
}
