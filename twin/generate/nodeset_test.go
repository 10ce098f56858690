package generate_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/glasstwin/glasstwin/twin/generate"
)

// A dishwasher as a companion specification has it: its type tells its class,
// its points stand in a parameter set.
const kitchenPlant = `<UANodeSet><NamespaceUris><Uri>urn:shop</Uri></NamespaceUris>
<UAObject NodeId="ns=1;s=kitchen" BrowseName="1:Kitchen"><References><Reference ReferenceType="i=40">i=61</Reference><Reference ReferenceType="i=35" IsForward="false">i=85</Reference></References></UAObject>
<UAObject NodeId="ns=1;s=unit-7" BrowseName="1:unit-7"><References><Reference ReferenceType="i=40">ns=1;s=T</Reference><Reference ReferenceType="i=35" IsForward="false">ns=1;s=kitchen</Reference></References></UAObject>
<UAObjectType NodeId="ns=1;s=T" BrowseName="1:DishWashingMachineDeviceType"/>
<UAObject NodeId="ns=1;s=unit-7.p" BrowseName="1:ParameterSet"><References><Reference ReferenceType="i=40">i=58</Reference><Reference ReferenceType="i=47" IsForward="false">ns=1;s=unit-7</Reference></References></UAObject>
<UAVariable NodeId="ns=1;s=unit-7.power" BrowseName="1:Power" DataType="i=11"><References><Reference ReferenceType="i=40">i=63</Reference><Reference ReferenceType="i=47" IsForward="false">ns=1;s=unit-7.p</Reference></References></UAVariable></UANodeSet>`

func TestAnAddressSpaceInAFileIsBound(t *testing.T) {
	cat, err := generate.Catalogue()
	if err != nil {
		t.Fatal(err)
	}
	kind, ok := generate.KindOf("plant.xml", []byte(kitchenPlant))
	if !ok || kind != generate.KindNodeset {
		t.Fatalf("taken for %q", kind)
	}
	got, err := generate.Run(context.Background(), generate.Input{Name: "Kitchen", Files: []generate.File{{Kind: kind, Name: "plant.xml", Data: []byte(kitchenPlant)}}, Catalogue: cat})
	if err != nil {
		t.Fatal(err)
	}
	a, ok := got.Site.Asset("unit-7")
	if !ok || a.Class != "dishwasher" {
		t.Fatalf("the machine is %+v", a)
	}
	bound := false
	for _, b := range got.Site.Bindings {
		bound = bound || b.Signal == "unit-7/power" && b.Address == "nsu=urn:shop;s=unit-7.power"
	}
	if !bound {
		t.Errorf("bindings %+v", got.Site.Bindings)
	}
}

// A signal tower as OPC 40083 has it is no class of the catalogue: it stands as
// one plain device, with the values of its lamps, and is not taken for lamps.
func TestADeviceOfNoKnownClassStandsWithItsValues(t *testing.T) {
	var files []generate.File
	for _, name := range []string{"Opc.Ua.Di.NodeSet2.xml", "Opc.Ua.IA.NodeSet2.xml", "Opc.Ua.IA.NodeSet2.examples.xml", "Opc.Ua.Machinery.NodeSet2.xml", "Opc.Ua.Machinery.Examples.NodeSet2.xml"} {
		data, err := os.ReadFile(filepath.Join("..", "..", "..", "shared", "data", "nodesets", name))
		if err != nil {
			if os.Getenv("CI") == "true" {
				t.Fatal(err)
			}
			t.Skip("the address spaces are not beside the checkout")
		}
		files = append(files, generate.File{Kind: generate.KindNodeset, Name: name, Data: data})
	}
	cat, err := generate.Catalogue()
	if err != nil {
		t.Fatal(err)
	}
	got, err := generate.Run(context.Background(), generate.Input{Name: "Works", Files: files, Catalogue: cat})
	if err != nil {
		t.Fatal(err)
	}
	var plain []string
	for _, a := range got.Site.Assets {
		if a.Class == "device" {
			plain = append(plain, string(a.ID))
		}
	}
	slices.Sort(plain)
	want := []string{"ExampleCalibrationTarget", "ExampleMachine01", "ExampleStacklight"}
	for _, id := range want {
		if !slices.Contains(plain, id) {
			t.Errorf("no device %s among %v", id, plain)
		}
	}
	lamps := 0
	for _, s := range got.Site.Signals {
		if s.Asset == "ExampleStacklight" && strings.HasPrefix(s.Name, "lamp") && !s.Writable {
			lamps++
		}
	}
	if lamps < 3 || got.Report.Bound < lamps || got.Report.ByClass["ceiling-light"] > 0 {
		t.Errorf("%d values of lamps, %d bound, classes %v", lamps, got.Report.Bound, got.Report.ByClass)
	}
}
