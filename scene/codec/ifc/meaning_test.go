package ifc_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/glasstwin/glasstwin/scene/codec/ifc"
	"github.com/glasstwin/glasstwin/scene/geom"
)

func TestBuildups(t *testing.T) {
	const stuff = "#901=IFCMATERIAL('Brick',$,'masonry');\n#902=IFCMATERIAL('Wool',$,$);\n"
	relate := func(lines string) []byte {
		return file("#100", box(100, 0, 0, 0, 1, 1, 1)+"#50=IFCRELASSOCIATESMATERIAL('0000000000000000000050',$,$,$,(#20),#51);\n"+lines+stuff)
	}
	layers := "#52=IFCMATERIALLAYERSET((#53,#54,#55),'Outer wall',$);\n#53=IFCMATERIALLAYER(#901,0.24,$,'Shell',$,'LoadBearing',$);\n#54=IFCMATERIALLAYER($,0.02,.T.,$,$,$,$);\n#55=IFCMATERIALLAYER(#902,0.16,$,$,$,$,$);\n"
	for _, c := range []struct {
		name, lines, words string
		want               ifc.Buildup
	}{
		{"one", "#51=IFCMATERIAL('Oak',$,$);", "Oak", ifc.Buildup{Kind: ifc.Single, Layers: []ifc.Layer{{Material: "Oak"}}}},
		{"layers as they lie", "#51=IFCMATERIALLAYERSETUSAGE(#52,.AXIS2.,.NEGATIVE.,0.21,$);\n" + layers, "Brick, Wool", ifc.Buildup{
			Kind: ifc.Layered, Name: "Outer wall", LayerAxis: 2, Backwards: true, Offset: 0.21,
			Layers: []ifc.Layer{{Material: "Brick", Name: "Shell", Category: "LoadBearing", Thickness: 0.24}, {Thickness: 0.02, Airspace: true}, {Material: "Wool", Thickness: 0.16}},
		}},
		{"layers of IFC2x3", "#51=IFCMATERIALLAYERSET((#53),'Wall');\n#53=IFCMATERIALLAYER(#901,0.24,$);", "Brick", ifc.Buildup{
			Kind: ifc.Layered, Name: "Wall", Layers: []ifc.Layer{{Material: "Brick", Category: "masonry", Thickness: 0.24}},
		}},
		{"a list", "#51=IFCMATERIALLIST((#901,#902));", "Brick, Wool", ifc.Buildup{Kind: ifc.Mixed, Layers: []ifc.Layer{{Material: "Brick", Category: "masonry"}, {Material: "Wool"}}}},
		{"profiles", "#51=IFCMATERIALPROFILESETUSAGE(#52,5,$);\n#52=IFCMATERIALPROFILESET('Beam',$,(#53),$);\n#53=IFCMATERIALPROFILE('Flange',$,#901,#54,$,$);\n#54=IFCISHAPEPROFILEDEF(.AREA.,'HEA 200',$,0.2,0.19,0.0065,0.01,0.018,$,$);", "Brick", ifc.Buildup{
			Kind: ifc.Profiled, Name: "Beam", Layers: []ifc.Layer{{Material: "Brick", Name: "Flange", Category: "masonry", Profile: "HEA 200"}},
		}},
		{"constituents", "#51=IFCMATERIALCONSTITUENTSET('Window',$,(#53,#54));\n#53=IFCMATERIALCONSTITUENT('Frame',$,#902,0.3,$);\n#54=IFCMATERIALCONSTITUENT('Sill',$,#901,0.7,'stone');", "Wool, Brick", ifc.Buildup{
			Kind: ifc.Constituents, Name: "Window", Layers: []ifc.Layer{{Material: "Wool", Name: "Frame", Fraction: 0.3}, {Material: "Brick", Name: "Sill", Category: "stone", Fraction: 0.7}},
		}},
		{"a set of itself", "#51=IFCMATERIALLIST((#51,#902));", "Wool, Wool, Wool, Wool, Wool, Wool, Wool", ifc.Buildup{Kind: ifc.Mixed, Layers: slices.Repeat([]ifc.Layer{{Material: "Wool"}}, 6)}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, e := one(t, relate(c.lines+"\n"))
			if got, want := fmt.Sprintf("%+v", e.Buildup), fmt.Sprintf("%+v", c.want); got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
			if !strings.HasPrefix(c.words, e.Material) || e.Material == "" {
				t.Errorf("made of %q, want %q", e.Material, c.words)
			}
		})
	}
}

// What a type states holds for its elements where they do not say otherwise.
func TestTypes(t *testing.T) {
	m, e := one(t, file("#100", box(100, 0, 0, 0, 1, 1, 1)+`
#30=IFCWALL('0000000000000000000030',$,'W1',$,'by hand',#10,#21,$,.USERDEFINED.);
#31=IFCRELDEFINESBYTYPE('0000000000000000000031',$,$,$,(#20,#30),#32);
#32=IFCWALLTYPE('0000000000000000000032',$,'Brick 365',$,$,(#33,#36),$,$,$,.PARTITIONING.);
#33=IFCPROPERTYSET('0000000000000000000033',$,'Pset_WallCommon',$,(#34,#35));
#34=IFCPROPERTYSINGLEVALUE('FireRating',$,IFCLABEL('F90'),$);
#35=IFCPROPERTYSINGLEVALUE('ThermalTransmittance',$,IFCTHERMALTRANSMITTANCEMEASURE(0.24),$);
#36=IFCELEMENTQUANTITY('0000000000000000000036',$,'Qto',$,$,(#37));
#37=IFCQUANTITYLENGTH('Width',$,$,0.365,$);
#40=IFCRELDEFINESBYPROPERTIES('0000000000000000000040',$,$,$,(#20),#41);
#41=IFCPROPERTYSET('0000000000000000000041',$,'Pset_WallCommon',$,(#42));
#42=IFCPROPERTYSINGLEVALUE('FireRating',$,IFCLABEL('F30'),$);
#43=IFCRELASSOCIATESMATERIAL('0000000000000000000043',$,$,$,(#32),#44);
#44=IFCMATERIAL('Brick',$,$);`))
	if got := fmt.Sprint(e.Properties); got != "[{Pset_WallCommon FireRating F30  0} {Pset_WallCommon ThermalTransmittance 0.24 IfcThermalTransmittanceMeasure 0.24}]" {
		t.Errorf("properties %s", got)
	}
	if e.TypeOf != 32 || e.Kind != "PARTITIONING" || e.Material != "Brick" || e.Quantities["Width"] != 0.365 {
		t.Errorf("%+v", e)
	}
	if w := m.Elements[1]; w.Kind != "by hand" || len(w.Properties) != 2 || w.Properties[0].Value != "F90" {
		t.Errorf("%+v", w)
	}
	if len(m.Types) != 1 {
		t.Fatalf("types %+v", m.Types)
	}
	if ty := m.Types[0]; ty.Type != "IfcWallType" || ty.Name != "Brick 365" || ty.Kind != "PARTITIONING" || len(ty.Properties) != 2 || ty.Quantities["Width"] != 0.365 || ty.Buildup.Kind != ifc.Single {
		t.Errorf("%+v", ty)
	}
}

// Doors say how they open, themselves or by their type.
func TestDoorsOpen(t *testing.T) {
	m := read(t, "test.ifc", file("#100", box(100, 0, 0, 0, 1, 1, 1)+`
#30=IFCDOOR('0000000000000000000030',$,'D1',$,'automatic',#10,#21,'T-01',2.1,0.9,.DOOR.,.SLIDING_TO_LEFT.,$);
#31=IFCDOOR('0000000000000000000031',$,'D2',$,$,#10,#21,$,2.1,0.9,$,$,$);
#32=IFCDOOR('0000000000000000000032',$,'D3',$,$,#10,#21,$,2.1,0.9);
#33=IFCWINDOW('0000000000000000000033',$,'W1',$,$,#10,#21,$,1.,1.,.WINDOW.,.SINGLE_PANEL.,$);
#34=IFCDOORTYPE('0000000000000000000034',$,'leaf',$,$,(#36),$,$,$,.DOOR.,.SINGLE_SWING_RIGHT.,$,$);
#35=IFCDOORSTYLE('0000000000000000000035',$,'leaf',$,$,$,$,$,.DOUBLE_DOOR_SINGLE_SWING.,.WOOD.,.T.,.F.);
#36=IFCDOORPANELPROPERTIES('0000000000000000000036',$,'panel',$,0.04,.SWINGING.,1.,.MIDDLE.,$);
#37=IFCRELDEFINESBYTYPE('0000000000000000000037',$,$,$,(#31),#34);
#38=IFCRELDEFINESBYTYPE('0000000000000000000038',$,$,$,(#32),#35);`))
	var got []string
	for _, e := range m.Elements[1:] {
		got = append(got, e.Operation)
	}
	if want := []string{"SLIDING_TO_LEFT", "SINGLE_SWING_RIGHT", "DOUBLE_DOOR_SINGLE_SWING", "SINGLE_PANEL"}; !slices.Equal(got, want) {
		t.Errorf("they open by %q, want %q", got, want)
	}
	if e := m.Elements[1]; e.Tag != "T-01" || e.ObjectType != "automatic" {
		t.Errorf("%+v", e)
	}
	if got := fmt.Sprint(m.Elements[2].Properties); !strings.Contains(got, "{IfcDoorPanelProperties PanelDepth 0.04 IfcLengthMeasure 0.04}") || !strings.Contains(got, "{IfcDoorPanelProperties PanelOperation SWINGING  0}") {
		t.Errorf("properties %s", got)
	}
}

// Every kind of property and quantity, in SI units whatever those of the file.
func TestPropertiesOfEveryKind(t *testing.T) {
	data := string(file("#100", box(100, 0, 0, 0, 1, 1, 1)+`
#40=IFCRELDEFINESBYPROPERTIES('0000000000000000000040',$,$,$,(#20),IFCPROPERTYSETDEFINITIONSET((#41,#60)));
#41=IFCPROPERTYSET('0000000000000000000041',$,'P',$,(#42,#43,#44,#45,#46,#47,#48,#49,#50));
#42=IFCPROPERTYSINGLEVALUE('Power',$,IFCPOWERMEASURE(3.5),#70);
#43=IFCPROPERTYSINGLEVALUE('Flow',$,IFCTHERMODYNAMICTEMPERATUREMEASURE(5.),$);
#44=IFCPROPERTYENUMERATEDVALUE('Status',$,(IFCLABEL('NEW'),IFCLABEL('EXISTING')),$);
#45=IFCPROPERTYLISTVALUE('Sizes',$,(IFCLENGTHMEASURE(1.),IFCLENGTHMEASURE(2.5)),$);
#46=IFCPROPERTYBOUNDEDVALUE('Range',$,IFCLENGTHMEASURE(8000.),IFCLENGTHMEASURE(2000.),$,IFCLENGTHMEASURE(4000.));
#47=IFCPROPERTYTABLEVALUE('Curve',$,(IFCREAL(1.),IFCREAL(2.)),(IFCREAL(10.),IFCREAL(20.)),$,$,$,$);
#48=IFCPROPERTYREFERENCEVALUE('Stuff',$,$,#71);
#49=IFCCOMPLEXPROPERTY('Fan',$,'use',(#51));
#50=IFCPROPERTYSINGLEVALUE('Empty',$,$,$);
#51=IFCPROPERTYSINGLEVALUE('Speed',$,IFCLOGICAL(.U.),$);
#60=IFCELEMENTQUANTITY('0000000000000000000060',$,'Q',$,$,(#61,#62,#63,#64,#65));
#61=IFCQUANTITYLENGTH('Width',$,$,2500.,$);
#62=IFCPHYSICALCOMPLEXQUANTITY('Layer',$,(#61),'layer',$,$);
#63=IFCQUANTITYWEIGHT('Weight',$,$,3.,$);
#64=IFCQUANTITYCOUNT('Count',$,$,4,$);
#65=IFCQUANTITYLENGTH('Foot',$,#72,2.,$);
#70=IFCSIUNIT(*,.POWERUNIT.,.KILO.,.WATT.);
#71=IFCMATERIAL('Steel',$,$);
#72=IFCCONVERSIONBASEDUNIT($,.LENGTHUNIT.,'FOOT',#73);
#73=IFCMEASUREWITHUNIT(IFCLENGTHMEASURE(0.3048),#74);
#74=IFCSIUNIT(*,.LENGTHUNIT.,$,.METRE.);
#75=IFCSIUNIT(*,.THERMODYNAMICTEMPERATUREUNIT.,$,.DEGREE_CELSIUS.);
#76=IFCSIUNIT(*,.MASSUNIT.,$,.GRAM.);`))
	data = strings.Replace(strings.Replace(data, "(#4,#5)", "(#4,#5,#75,#76)", 1), "#4=IFCSIUNIT(*,.LENGTHUNIT.,$,.METRE.);", "#4=IFCSIUNIT(*,.LENGTHUNIT.,.MILLI.,.METRE.);", 1)
	_, e := one(t, []byte(data))
	var lines []string
	for _, p := range e.Properties {
		lines = append(lines, fmt.Sprintf("%s|%s|%s|%g", p.Name, p.Value, p.Measure, p.SI))
	}
	want := `Power|3.5|IfcPowerMeasure|3500
Flow|5|IfcThermodynamicTemperatureMeasure|278.15
Status|NEW, EXISTING||0
Sizes|1, 2.5||0
Range.Upper|8000|IfcLengthMeasure|8
Range.Lower|2000|IfcLengthMeasure|2
Range.SetPoint|4000|IfcLengthMeasure|4
Curve|1: 10, 2: 20||0
Stuff|Steel||0
Fan.Speed|unknown||0
Empty|||0`
	if got := strings.Join(lines, "\n"); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
	for name, want := range map[string]float64{"Width": 2.5, "Layer.Width": 2.5, "Weight": 0.003, "Count": 4, "Foot": 0.6096} {
		if got := e.Quantities[name]; math.Abs(got-want) > 1e-12 {
			t.Errorf("%s is %v, want %v", name, got, want)
		}
	}
}

// A pump, a pipe and the system that they belong to.
func TestSystemsAndPorts(t *testing.T) {
	m := read(t, "test.ifc", file("#100", box(100, 0, 0, 0, 1, 1, 1)+`
#30=IFCPIPESEGMENT('0000000000000000000030',$,'pipe',$,$,#10,#21,$,.RIGIDSEGMENT.);
#31=IFCDISTRIBUTIONPORT('0000000000000000000031',$,'out',$,$,#32,$,.SOURCE.,.PIPE.,.CHILLEDWATER.);
#32=IFCLOCALPLACEMENT(#10,#33);
#33=IFCAXIS2PLACEMENT3D(#34,#14,#15);
#34=IFCCARTESIANPOINT((1.,0.5,2.));
#35=IFCDISTRIBUTIONPORT('0000000000000000000035',$,'in',$,$,$,$,.SINK.,.PIPE.,$);
#36=IFCRELNESTS('0000000000000000000036',$,$,$,#20,(#31));
#37=IFCRELCONNECTSPORTTOELEMENT('0000000000000000000037',$,$,$,#35,#30);
#38=IFCRELCONNECTSPORTS('0000000000000000000038',$,$,$,#31,#35,#30);
#40=IFCDISTRIBUTIONSYSTEM('0000000000000000000040',$,'Cold water',$,$,$,.CHILLEDWATER.);
#41=IFCRELASSIGNSTOGROUP('0000000000000000000041',$,$,$,(#20,#30),$,#40);
#42=IFCRELSERVICESBUILDINGS('0000000000000000000042',$,$,$,#40,(#43));
#43=IFCBUILDING('0000000000000000000043',$,'House',$,$,#10,$,'The house',.ELEMENT.,$,$,$);
#44=IFCZONE('0000000000000000000044',$,'Cold rooms',$,$,$);
#45=IFCRELASSIGNSTOGROUP('0000000000000000000045',$,$,$,(#43),$,#44);`))
	if len(m.Notes) != 0 {
		t.Errorf("notes %v", m.Notes)
	}
	if got := fmt.Sprintf("%+v", m.Groups); got != "[{ID:40 GlobalID:0000000000000000000040 Type:IfcDistributionSystem Kind:CHILLEDWATER Name:Cold water Members:[20 30] Serves:[43]} {ID:44 GlobalID:0000000000000000000044 Type:IfcZone Kind: Name:Cold rooms Members:[43] Serves:[]}]" {
		t.Errorf("groups %s", got)
	}
	if len(m.Ports) != 2 {
		t.Fatalf("ports %+v", m.Ports)
	}
	if p := m.Ports[0]; p.Of != 20 || p.Flow != ifc.FlowOut || p.Kind != "PIPE" || p.System != "CHILLEDWATER" || fmt.Sprint(p.Connected, p.By) != "[35] [30]" || !p.Placed || p.At != (geom.Vec3{1, 2, -0.5}) || p.Axis != (geom.Vec3{1, 0, 0}) {
		t.Errorf("%+v", p)
	}
	if p := m.Ports[1]; p.Of != 30 || p.Flow != ifc.FlowIn || p.Placed || fmt.Sprint(p.Connected) != "[31]" {
		t.Errorf("%+v", p)
	}
	if len(m.Structure) != 1 || m.Structure[0].LongName != "The house" {
		t.Errorf("structure %+v", m.Structure)
	}
}

func TestGeoreference(t *testing.T) {
	conversion := "#70=IFCMAPCONVERSION(#3,#71,458000.,5438000.,110.5,0.6,0.8,%s);\n#71=IFCPROJECTEDCRS('EPSG:25832',$,'ETRS89','DHHN2016','UTM','32N',#72);\n#72=IFCSIUNIT(*,.LENGTHUNIT.,$,.METRE.);\n"
	epset := `#60=IFCRELDEFINESBYPROPERTIES('0000000000000000000060',$,$,$,(#1),#61);
#61=IFCPROPERTYSET('0000000000000000000061',$,'ePSet_MapConversion',$,(#62,#63,#64,#65,#66));
#62=IFCPROPERTYSINGLEVALUE('Eastings',$,IFCLENGTHMEASURE(458000.),$);
#63=IFCPROPERTYSINGLEVALUE('Northings',$,IFCLENGTHMEASURE(5438000.),$);
#64=IFCPROPERTYSINGLEVALUE('OrthogonalHeight',$,IFCLENGTHMEASURE(110.5),$);
#65=IFCPROPERTYSINGLEVALUE('XAxisAbscissa',$,IFCREAL(0.6),$);
#66=IFCPROPERTYSINGLEVALUE('XAxisOrdinate',$,IFCREAL(0.8),$);
#67=IFCRELDEFINESBYPROPERTIES('0000000000000000000067',$,$,$,(#1),#68);
#68=IFCPROPERTYSET('0000000000000000000068',$,'ePSet_ProjectedCRS',$,(#69));
#69=IFCPROPERTYSINGLEVALUE('Name',$,IFCLABEL('EPSG:25832'),$);
`
	site := "#80=IFCSITE('0000000000000000000080',$,'Site',$,$,#10,$,$,.ELEMENT.,(49,6,1,500000),(-8,-26,-11),110.,$,$);\n"
	for _, c := range []struct{ name, lines string }{
		{"map conversion", fmt.Sprintf(conversion, "$")},
		{"map conversion with a scale", fmt.Sprintf(conversion, "1.")},
		{"sets of IFC2x3", epset},
	} {
		t.Run(c.name, func(t *testing.T) {
			m, e := one(t, file("#100", box(100, 10, 0, 5, 1, 1, 1)+c.lines+site))
			if m.Place == nil || !m.Place.HasMap || m.Place.CRS != "EPSG:25832" {
				t.Fatalf("place %+v, notes %v", m.Place, m.Notes)
			}
			// x = 10, y = 0, z = 5 of the file.
			east, north, up, ok := m.Map(geom.Vec3{e.Box.Min[0], e.Box.Min[1], e.Box.Max[2]})
			if !ok || math.Abs(east-458006) > 1e-6 || math.Abs(north-5438008) > 1e-6 || math.Abs(up-115.5) > 1e-6 {
				t.Errorf("stands at %v %v %v", east, north, up)
			}
			if !m.Place.HasLatLong || math.Abs(m.Place.Latitude-49.1004167) > 1e-6 || math.Abs(m.Place.Longitude+8.4363889) > 1e-6 || m.Place.Elevation != 110 {
				t.Errorf("place %+v", m.Place)
			}
		})
	}
	// Millimetres on a map in metres, by a scale.
	data := strings.Replace(string(file("#100", box(100, 10000, 0, 5000, 1, 1, 1)+fmt.Sprintf(conversion, "0.001"))), "#4=IFCSIUNIT(*,.LENGTHUNIT.,$,", "#4=IFCSIUNIT(*,.LENGTHUNIT.,.MILLI.,", 1)
	m, e := one(t, []byte(data))
	if east, north, up, _ := m.Map(geom.Vec3{e.Box.Min[0], e.Box.Min[1], e.Box.Max[2]}); math.Abs(east-458006) > 1e-6 || math.Abs(north-5438008) > 1e-6 || math.Abs(up-115.5) > 1e-6 {
		t.Errorf("stands at %v %v %v, %+v", east, north, up, m.Place)
	}
	// North is to the upper left of y.
	m, _ = one(t, []byte(strings.Replace(string(file("#100", box(100, 0, 0, 0, 1, 1, 1)+"#79=IFCDIRECTION((-1.,1.));")), "1.E-05,#11,$)", "1.E-05,#11,#79)", 1)))
	if m.Place == nil || !m.Place.HasNorth || math.Abs(m.Place.TrueNorth-math.Pi/4) > 1e-9 {
		t.Errorf("place %+v", m.Place)
	}
	// A frame of the world that is off the file's moves nothing, but is told.
	w, we := one(t, []byte(strings.Replace(string(file("#100", box(100, 0, 0, 0, 1, 1, 1)+"#78=IFCAXIS2PLACEMENT3D(#79,$,$);\n#79=IFCCARTESIANPOINT((100.,0.,0.));")), "1.E-05,#11,$)", "1.E-05,#78,$)", 1)))
	if w.Place == nil || !w.Place.HasWorld || w.Place.World[12] != 100 || we.Box.Min[0] != 0 {
		t.Errorf("place %+v, stands at %v", w.Place, we.Box)
	}
	if _, _, _, ok := m.Map(geom.Vec3{}); ok {
		t.Error("a building that stands nowhere is on the map")
	}
}
