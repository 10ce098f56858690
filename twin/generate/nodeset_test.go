package generate_test

import (
	"context"
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
