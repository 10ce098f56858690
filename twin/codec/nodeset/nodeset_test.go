package nodeset_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/codec/nodeset"
)

const kitchen = `<?xml version="1.0"?>
<UANodeSet xmlns="http://opcfoundation.org/UA/2011/03/UANodeSet.xsd">
 <NamespaceUris><Uri>urn:shop</Uri><Uri>http://opcfoundation.org/UA/CommercialKitchenEquipment/</Uri></NamespaceUris>
 <Aliases><Alias Alias="HasComponent">i=47</Alias><Alias Alias="HasProperty">i=46</Alias><Alias Alias="Organizes">i=35</Alias><Alias Alias="HasTypeDefinition">i=40</Alias><Alias Alias="Double">i=11</Alias></Aliases>
 <UAObject NodeId="ns=1;s=fryer-1" BrowseName="1:fryer-1"><References><Reference ReferenceType="HasTypeDefinition">ns=2;i=1007</Reference><Reference ReferenceType="Organizes" IsForward="false">i=85</Reference></References></UAObject>
 <UAVariable NodeId="ns=1;s=fryer-1.t" BrowseName="1:Temperature" DataType="Double" AccessLevel="3"><Description>of the oil</Description><References><Reference ReferenceType="HasTypeDefinition">i=2368</Reference><Reference ReferenceType="HasComponent" IsForward="false">ns=1;s=fryer-1</Reference></References></UAVariable>
 <UAVariable NodeId="ns=1;s=fryer-1.t.r" BrowseName="EURange" DataType="i=884"><References><Reference ReferenceType="HasTypeDefinition">i=68</Reference><Reference ReferenceType="HasProperty" IsForward="false">ns=1;s=fryer-1.t</Reference></References>
  <Value><ExtensionObject xmlns="http://opcfoundation.org/UA/2008/02/Types.xsd"><TypeId><Identifier>i=885</Identifier></TypeId><Body><Range><Low>0</Low><High>250</High></Range></Body></ExtensionObject></Value></UAVariable>
 <UAObjectType NodeId="ns=2;i=1007" BrowseName="2:FryerDeviceType"/>
</UANodeSet>`

func Example() {
	set, err := nodeset.Read("shop.xml", []byte(kitchen))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, n := range nodeset.Join(set) {
		fmt.Println(strings.Join(n.Path, "/"), n.Type, n.Data, n.Range)
	}
	// Output:
	// fryer-1 FryerDeviceType  [0 0]
	// fryer-1/Temperature AnalogItemType Double [0 250]
	// fryer-1/Temperature/EURange PropertyType Variant [0 0]
}

func TestRealAddressSpaces(t *testing.T) {
	list, _ := filepath.Glob(filepath.Join("..", "..", "..", "..", "shared", "data", "nodesets", "*odeset2*.xml"))
	more, _ := filepath.Glob(filepath.Join("..", "..", "..", "..", "shared", "data", "nodesets", "*NodeSet2*.xml"))
	list = append(list, more...)
	if len(list) < 10 {
		if os.Getenv("CI") == "true" {
			t.Fatal("no address spaces beside the checkout")
		}
		t.Skip("no address spaces beside the checkout")
	}
	var sets []*nodeset.Set
	var examples *nodeset.Set
	for _, path := range list {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		set, err := nodeset.Read(filepath.Base(path), data)
		if err != nil {
			t.Error(err)
			continue
		}
		sets = append(sets, set)
		if strings.Contains(path, "IA.NodeSet2.examples") {
			examples = set
		}
	}
	alone, all := nodeset.Join(examples), nodeset.Join(sets...)
	var named twin.PlantNode
	for _, n := range all {
		if n.Path[len(n.Path)-1] == "ExampleCalibrationTarget" {
			named = n
		}
	}
	t.Logf("%d files: %d nodes below Objects; the example alone %d; %+v", len(sets), len(all), len(alone), named)
	if len(alone) < 50 || len(all) <= len(alone) || named.Type != "CalibrationTargetType" {
		t.Errorf("%d nodes alone, %d together, the target is a %q", len(alone), len(all), named.Type)
	}
}

func TestBadFilesSayWhatIsWrong(t *testing.T) {
	for name, c := range map[string]struct{ data, want string }{
		"empty": {"", "NodeSet2"},
		"other": {"<svg/>", "<svg>"},
		"cut":   {kitchen[:900], "line"},
	} {
		if _, err := nodeset.Read("p.xml", []byte(c.data)); err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "p.xml") {
			t.Errorf("%s: %v, want the file and %q", name, err, c.want)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(kitchen))
	f.Fuzz(func(_ *testing.T, data []byte) {
		if set, err := nodeset.Read("f.xml", data); err == nil {
			nodeset.Join(set)
		}
	})
}
