package ifc_test

import (
	"context"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/codec/ifc"
	"github.com/glasstwin/glasstwin/scene/geom"
)

func TestUnits(t *testing.T) {
	for _, c := range []struct {
		name, units string
		metre       float64
	}{
		{"metres", "#4=IFCSIUNIT(*,.LENGTHUNIT.,$,.METRE.);", 1},
		{"millimetres", "#4=IFCSIUNIT(*,.LENGTHUNIT.,.MILLI.,.METRE.);", 1e-3},
		{"feet", "#4=IFCCONVERSIONBASEDUNIT(#6,.LENGTHUNIT.,'FOOT',#7);\n#6=IFCDIMENSIONALEXPONENTS(1,0,0,0,0,0,0);\n#7=IFCMEASUREWITHUNIT(IFCLENGTHMEASURE(0.3048),#8);\n#8=IFCSIUNIT(*,.LENGTHUNIT.,$,.METRE.);", 0.3048},
		{"inches of millimetres", "#4=IFCCONVERSIONBASEDUNIT(#6,.LENGTHUNIT.,'INCH',#7);\n#6=IFCDIMENSIONALEXPONENTS(1,0,0,0,0,0,0);\n#7=IFCMEASUREWITHUNIT(IFCRATIOMEASURE(25.4),#8);\n#8=IFCSIUNIT(*,.LENGTHUNIT.,.MILLI.,.METRE.);", 0.0254},
	} {
		t.Run(c.name, func(t *testing.T) {
			data := strings.Replace(string(file("#100", box(100, 1, 2, 3, 4, 5, 6))), "#4=IFCSIUNIT(*,.LENGTHUNIT.,$,.METRE.);", c.units, 1)
			_, e := one(t, []byte(data))
			// x, y, z of the file are x, -z, y of ours.
			want := geom.Box{Min: geom.Vec3{1, 3, -7}.Mul(c.metre), Max: geom.Vec3{5, 9, -2}.Mul(c.metre)}
			if d := e.Box.Min.Sub(want.Min).Len() + e.Box.Max.Sub(want.Max).Len(); d > 1e-9 {
				t.Errorf("stands at %v, want %v", e.Box, want)
			}
		})
	}
}

func TestAnglesInDegrees(t *testing.T) {
	data := strings.Replace(string(file("#100", "#100=IFCREVOLVEDAREASOLID(#101,#11,#102,90.);\n#101=IFCRECTANGLEPROFILEDEF(.AREA.,$,#103,1.,2.);\n#103=IFCAXIS2PLACEMENT2D(#104,$);\n#104=IFCCARTESIANPOINT((3.,0.));\n#102=IFCAXIS1PLACEMENT(#12,#15);")),
		"#5=IFCSIUNIT(*,.PLANEANGLEUNIT.,$,.RADIAN.);",
		"#5=IFCCONVERSIONBASEDUNIT(#6,.PLANEANGLEUNIT.,'DEGREE',#7);\n#6=IFCDIMENSIONALEXPONENTS(0,0,0,0,0,0,0);\n#7=IFCMEASUREWITHUNIT(IFCRATIOMEASURE(0.0174532925199433),#8);\n#8=IFCSIUNIT(*,.PLANEANGLEUNIT.,$,.RADIAN.);", 1)
	m, e := one(t, []byte(data))
	hold(t, m, e, math.Pi/2*3*2)
}

func TestEscapes(t *testing.T) {
	for give, want := range map[string]string{
		`plain`:                      "plain",
		`O''Neill`:                   "O'Neill",
		`a\\b`:                       `a\b`,
		`T\X2\00FC\X0\r`:             "Tür",
		`\X2\D55CAE00\X0\`:           "한글",
		`\X4\0001F600\X0\`:           "😀",
		`\X2\D83DDE00\X0\`:           "😀",
		`Gr\X\F6\X\DFe`:              "Größe",
		`\S\|ber`:                    "über",
		`\PA\caf\S\i`:                "café",
		`\X2\00`:                     "00",
		`50\`:                        `50\`,
		`\X\ZZ`:                      `\X\ZZ`,
		"Caf\xe9":                    "Café",
		"Gr\xf6\xdfe \x80":           "Größe €",
		`\PE\\S\<\S\^\S\a`:           "Мос",
		`/* no comment */ ; #1=X(1)`: `/* no comment */ ; #1=X(1)`,
	} {
		data := strings.Replace(string(file("#100", box(100, 0, 0, 0, 1, 1, 1))), "'thing'", "'"+give+"'", 1)
		if _, e := one(t, []byte(data)); e.Name != want {
			t.Errorf("%s: %q, want %q", give, e.Name, want)
		}
	}
}

func TestLayoutOfTheTextDoesNotMatter(t *testing.T) {
	data := string(file("#100", box(100, 0, 0, 0, 1, 2, 3)))
	data = strings.ReplaceAll(data, "IFCBLOCK(", "IfcBlock\t(\r\n /* a block, isn't it; really (#7) */ ")
	data = strings.ReplaceAll(data, ",", " ,\r\n")
	data = strings.ReplaceAll(data, "=IFC", " = IFC")
	m, e := one(t, []byte(data))
	hold(t, m, e, 6)
}

func TestColours(t *testing.T) {
	for _, c := range []struct {
		name, style string
		alpha       scene.AlphaMode
		coverage    float32
		red         float64 // linear
		pattern     scene.Pattern
	}{
		{"IFC2x3", "#40=IFCSTYLEDITEM(#100,(#44),$);\n#44=IFCPRESENTATIONSTYLEASSIGNMENT((#41));\n#41=IFCSURFACESTYLE('Oak',.BOTH.,(#42));\n#42=IFCSURFACESTYLERENDERING(#43,0.,$,$,$,$,IFCNORMALISEDRATIOMEASURE(0.5),IFCSPECULAREXPONENT(64.),.NOTDEFINED.);", scene.Opaque, 1, 0.2140, scene.Wood},
		{"IFC4", "#40=IFCSTYLEDITEM(#100,(#41),$);\n#41=IFCSURFACESTYLE('Pane',.BOTH.,(#42));\n#42=IFCSURFACESTYLESHADING(#43,0.8);", scene.Glass, 0.2, 0.2140, scene.Plain},
		{"by material", "#50=IFCRELASSOCIATESMATERIAL('0000000000000000000009',$,$,$,(#20),#51);\n#51=IFCMATERIALLAYERSETUSAGE(#52,.AXIS2.,.POSITIVE.,0.,$);\n#52=IFCMATERIALLAYERSET((#53),$,$);\n#53=IFCMATERIALLAYER(#54,0.1,$,$,$,$,$);\n#54=IFCMATERIAL('Concrete',$,$);\n" +
			"#55=IFCMATERIALDEFINITIONREPRESENTATION($,$,(#56),#54);\n#56=IFCSTYLEDREPRESENTATION(#3,$,$,(#57));\n#57=IFCSTYLEDITEM($,(#41),$);\n#41=IFCSURFACESTYLE('Concrete',.BOTH.,(#42));\n#42=IFCSURFACESTYLESHADING(#43,$);", scene.Opaque, 1, 0.2140, scene.Concrete},
	} {
		t.Run(c.name, func(t *testing.T) {
			m, e := one(t, file("#100", box(100, 0, 0, 0, 1, 1, 1)+c.style+"\n#43=IFCCOLOURRGB($,0.5,0.6,0.7);"))
			got := m.Scene.Materials[m.Scene.Meshes[0].Primitives[0].Material]
			if got.Alpha != c.alpha || math.Abs(float64(got.BaseColor[3]-c.coverage)) > 1e-6 || math.Abs(float64(got.BaseColor[0])-c.red) > 1e-3 || got.Pattern != c.pattern {
				t.Errorf("%+v", got)
			}
			if c.name == "by material" && e.Material != "Concrete" {
				t.Errorf("made of %q", e.Material)
			}
		})
	}
}

// A building in map coordinates comes to stand near zero, to the millimetre.
func TestMapCoordinates(t *testing.T) {
	data := strings.Replace(string(file("#100", box(100, 0.123, 0, 0, 1, 1, 1))), "#12=IFCCARTESIANPOINT((0.,0.,0.))", "#12=IFCCARTESIANPOINT((3500000.,5400000.,110.))", 1)
	m, e := one(t, []byte(data))
	if m.Origin.Len() < 1e6 {
		t.Fatalf("origin %v", m.Origin)
	}
	size := e.Box.Size()
	if e.Box.Min.Len() > 10 || !near(size[0], 1, 1e-6) {
		t.Errorf("stands at %v", e.Box)
	}
	if got := e.Box.Min[0] + m.Origin[0]; math.Abs(got-3500000.123) > 1e-6 {
		t.Errorf("x was %v", got)
	}
	if v := meshVolume(m); !near(v, 1, 1e-5) {
		t.Errorf("drawn volume %v", v)
	}
}

func TestStoreysPartsAndSets(t *testing.T) {
	m := read(t, "test.ifc", file("#100", box(100, 0, 0, 0, 1, 1, 1)+`
#60=IFCBUILDINGSTOREY('0000000000000000000060',$,'Upstairs',$,$,$,$,$,.ELEMENT.,3.);
#61=IFCBUILDINGSTOREY('0000000000000000000061',$,'Ground',$,$,$,$,$,.ELEMENT.,0.);
#62=IFCRELCONTAINEDINSPATIALSTRUCTURE('0000000000000000000062',$,$,$,(#70),#61);
#70=IFCSTAIR('0000000000000000000070',$,'Stair',$,$,#10,$,$,$);
#71=IFCRELAGGREGATES('0000000000000000000071',$,$,$,#70,(#20));
#72=IFCRELDEFINESBYPROPERTIES('0000000000000000000072',$,$,$,(#20),#73);
#73=IFCELEMENTQUANTITY('0000000000000000000073',$,'BaseQuantities',$,$,(#74,#75));
#74=IFCQUANTITYVOLUME('NetVolume',$,$,1.,$);
#75=IFCQUANTITYLENGTH('Width',$,$,IFCLENGTHMEASURE(1.),$);
#76=IFCRELDEFINESBYPROPERTIES('0000000000000000000076',$,$,$,(#20),#77);
#77=IFCPROPERTYSET('0000000000000000000077',$,'Pset',$,(#78,#79));
#78=IFCPROPERTYSINGLEVALUE('IsExternal',$,IFCBOOLEAN(.T.),$);
#79=IFCPROPERTYSINGLEVALUE('Reference',$,IFCLABEL('A1'),$);`))
	if len(m.Notes) != 0 {
		t.Errorf("notes %v", m.Notes)
	}
	if len(m.Storeys) != 2 || m.Storeys[0].Name != "Ground" {
		t.Errorf("storeys %v", m.Storeys)
	}
	e := m.Elements[0]
	if e.Storey != "Ground" || e.Within != 70 {
		t.Errorf("on %q within #%d", e.Storey, e.Within)
	}
	if e.Quantities["NetVolume"] != 1 || e.Quantities["Width"] != 1 {
		t.Errorf("quantities %v", e.Quantities)
	}
	if got := fmt.Sprint(e.Properties); got != "[{Pset IsExternal true  0} {Pset Reference A1  0}]" {
		t.Errorf("properties %s", got)
	}
}

func TestRooms(t *testing.T) {
	l := points(120, 0, 0, 4, 0, 4, 2, 2, 2, 2, 4, 0, 4)
	m := read(t, "test.ifc", file("#300", box(300, 0, 0, 0, 1, 1, 1)+`
#80=IFCSPACE('0000000000000000000080',$,'101',$,$,#81,#83,'B\X2\00FC\X0\ro',.ELEMENT.,.INTERNAL.,$);
#81=IFCLOCALPLACEMENT(#10,#82);
#82=IFCAXIS2PLACEMENT3D(#84,$,$);
#84=IFCCARTESIANPOINT((10.,0.,3.));
#83=IFCPRODUCTDEFINITIONSHAPE($,$,(#85));
#85=IFCSHAPEREPRESENTATION(#3,'Body','SweptSolid',(#100));
#100=IFCEXTRUDEDAREASOLID(#101,$,#13,2.5);
#101=IFCARBITRARYCLOSEDPROFILEDEF(.AREA.,$,#102);
#102=IFCPOLYLINE((#120,#121,#122,#123,#124,#125,#120));
`+l))
	if len(m.Spaces) != 1 {
		t.Fatalf("spaces %v, notes %v", m.Spaces, m.Notes)
	}
	s := m.Spaces[0]
	if s.Name != "Büro" || s.Number != "101" || !near(s.FloorY, 3, 1e-9) || !near(s.Height, 2.5, 1e-9) || !near(s.Net.Volume, 30, 1e-9) {
		t.Errorf("%+v", s)
	}
	if len(s.Outline) != 6 || !near(planArea(s.Outline), 12, 1e-9) {
		t.Errorf("outline %v", s.Outline)
	}
	for _, n := range m.Scene.Nodes {
		if n.Entity == s.Key() {
			t.Error("the room is drawn")
		}
	}
}

func Example() {
	m, err := ifc.Read(context.Background(), "test.ifc", file("#100", box(100, 0, 0, 0, 6, 0.3, 3)+opening(1000, box(1000, 1, -0.1, 1, 2, 0.5, 1))))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, e := range m.Elements {
		fmt.Printf("%s %q: %.2f m³ of which %.2f m³ are left, %d triangles\n", e.Type, e.Name, e.Gross.Volume, e.Net.Volume, e.Triangles)
	}
	// Output: IfcBuildingElementProxy "thing": 5.40 m³ of which 4.80 m³ are left, 32 triangles
}
