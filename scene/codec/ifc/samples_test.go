package ifc_test

import (
	"fmt"
	"maps"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/glasstwin/glasstwin/scene/codec/ifc"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// sample is a small model that was written for these tests.
type sample struct {
	schema string
	lines  string
	// peer tells why web-ifc says otherwise; empty: it agrees.
	peer map[int]string
}

// made is a sample as a file. Lines may use #1 to #18 of file, and #21, a box
// of one metre.
func (s sample) made() []byte {
	data := string(file("#100", box(100, 0, 0, 0, 1, 1, 1)+s.lines))
	data = strings.Replace(data, "'IFC4'", "'"+s.schema+"'", 1)
	lines := strings.Split(data, "\n")
	return []byte(strings.Join(slices.DeleteFunc(lines, func(l string) bool { return strings.HasPrefix(l, "#20=") }), "\n"))
}

func samples() map[string]sample {
	return map[string]sample{
		"house-2x3": {schema: "IFC2X3", lines: `
#30=IFCSITE('0000000000000000000030',$,'Site',$,$,#10,$,$,.ELEMENT.,(49,6,1),(8,26,11),110.,$,$);
#31=IFCBUILDING('0000000000000000000031',$,'House',$,$,#10,$,$,.ELEMENT.,$,$,$);
#32=IFCBUILDINGSTOREY('0000000000000000000032',$,'Ground',$,$,#10,$,$,.ELEMENT.,0.);
#33=IFCRELAGGREGATES('0000000000000000000033',$,$,$,#1,(#30));
#34=IFCRELAGGREGATES('0000000000000000000034',$,$,$,#30,(#31));
#35=IFCRELAGGREGATES('0000000000000000000035',$,$,$,#31,(#32));
#36=IFCRELCONTAINEDINSPATIALSTRUCTURE('0000000000000000000036',$,$,$,(#40,#50,#60),#32);
#40=IFCWALLSTANDARDCASE('0000000000000000000040',$,'wall',$,$,#10,#41,$);
#41=IFCPRODUCTDEFINITIONSHAPE($,$,(#42,#43));
#42=IFCSHAPEREPRESENTATION(#3,'Axis','Curve2D',(#45));
#43=IFCSHAPEREPRESENTATION(#3,'Body','SweptSolid',(#44));
#44=IFCEXTRUDEDAREASOLID(#46,#11,#13,3.);
#45=IFCPOLYLINE((#210,#211));
#46=IFCRECTANGLEPROFILEDEF(.AREA.,$,#47,6.,0.3);
#47=IFCAXIS2PLACEMENT2D(#212,$);
#48=IFCRELVOIDSELEMENT('0000000000000000000048',$,$,$,#40,#49);
#49=IFCOPENINGELEMENT('0000000000000000000049',$,'opening',$,$,#10,#51,$);
#51=IFCPRODUCTDEFINITIONSHAPE($,$,(#52));
#52=IFCSHAPEREPRESENTATION(#3,'Body','SweptSolid',(#110));
#50=IFCDOOR('0000000000000000000050',$,'door',$,$,#10,#53,$,2.1,1.);
#53=IFCPRODUCTDEFINITIONSHAPE($,$,(#54));
#54=IFCSHAPEREPRESENTATION(#3,'Body','SweptSolid',(#120));
#55=IFCRELFILLSELEMENT('0000000000000000000055',$,$,$,#49,#50);
#60=IFCFLOWTERMINAL('0000000000000000000060',$,'basin',$,$,#61,#21,$);
#61=IFCLOCALPLACEMENT(#10,#62);
#62=IFCAXIS2PLACEMENT3D(#213,#13,#15);
#210=IFCCARTESIANPOINT((0.,0.));
#211=IFCCARTESIANPOINT((6.,0.));
#212=IFCCARTESIANPOINT((3.,0.15));
#213=IFCCARTESIANPOINT((2.,2.,0.));
` + box(110, 1, -0.1, 0, 1, 0.5, 2.1) + box(120, 1, 0.1, 0, 1, 0.05, 2.1)},
		"bridge-4x3": {schema: "IFC4X3_ADD2", lines: `
#30=IFCBRIDGE('0000000000000000000030',$,'Bridge',$,$,#10,$,$,.ELEMENT.,.GIRDER.);
#31=IFCBRIDGEPART('0000000000000000000031',$,'Deck',$,$,#10,$,$,.ELEMENT.,.LATERAL.,.DECK.);
#32=IFCRELAGGREGATES('0000000000000000000032',$,$,$,#1,(#30,#33));
#34=IFCRELAGGREGATES('0000000000000000000034',$,$,$,#30,(#31));
#33=IFCROAD('0000000000000000000033',$,'Road',$,$,#10,$,$,.ELEMENT.,$);
#35=IFCRELCONTAINEDINSPATIALSTRUCTURE('0000000000000000000035',$,$,$,(#40,#41,#42,#43,#44,#45),#31);
#40=IFCBUILTELEMENT('0000000000000000000040',$,'built',$,$,#10,#21,$);
#41=IFCPAVEMENT('0000000000000000000041',$,'pavement',$,$,#50,#21,$,.FLEXIBLE.);
#42=IFCRAIL('0000000000000000000042',$,'rail',$,$,#51,#21,$,.RAIL.);
#43=IFCSIGN('0000000000000000000043',$,'sign on the curve',$,$,#52,#21,$,.PICTORAL.);
#44=IFCSIGNAL('0000000000000000000044',$,'signal beside the curve',$,$,#53,#21,$,.VISUAL.);
#45=IFCBEARING('0000000000000000000045',$,'bearing',$,$,#54,#21,$,.DISK.);
#46=IFCALIGNMENT('0000000000000000000046',$,'axis',$,$,#10,$,$);
#50=IFCLOCALPLACEMENT(#10,#200);
#200=IFCAXIS2PLACEMENT3D(#201,$,$);
#201=IFCCARTESIANPOINT((0.,2.,0.));
#51=IFCLINEARPLACEMENT($,#210,$);
#210=IFCAXIS2PLACEMENTLINEAR(#211,$,$);
#211=IFCPOINTBYDISTANCEEXPRESSION(IFCLENGTHMEASURE(10.),$,$,$,#70);
#52=IFCLINEARPLACEMENT($,#212,$);
#212=IFCAXIS2PLACEMENTLINEAR(#213,#13,$);
#213=IFCPOINTBYDISTANCEEXPRESSION(IFCLENGTHMEASURE(35.70796326794897),$,$,$,#70);
#53=IFCLINEARPLACEMENT($,#214,$);
#214=IFCAXIS2PLACEMENTLINEAR(#215,$,$);
#215=IFCPOINTBYDISTANCEEXPRESSION(IFCLENGTHMEASURE(10.),3.,1.,$,#70);
#54=IFCLINEARPLACEMENT($,#216,$);
#216=IFCAXIS2PLACEMENTLINEAR(#217,#13,#14);
#217=IFCPOINTBYDISTANCEEXPRESSION(IFCLENGTHMEASURE(10.),$,$,$,#90);
#70=IFCCOMPOSITECURVE((#71,#72),.F.);
#71=IFCCURVESEGMENT(.CONTSAMEGRADIENT.,#17,IFCLENGTHMEASURE(0.),IFCLENGTHMEASURE(20.),#73);
#72=IFCCURVESEGMENT(.DISCONTINUOUS.,#74,IFCLENGTHMEASURE(0.),IFCLENGTHMEASURE(15.70796326794897),#75);
#73=IFCLINE(#18,#76);
#74=IFCAXIS2PLACEMENT2D(#77,#78);
#75=IFCCIRCLE(#17,10.);
#76=IFCVECTOR(#78,1.);
#77=IFCCARTESIANPOINT((20.,0.));
#78=IFCDIRECTION((1.,0.));
#90=IFCGRADIENTCURVE((#91),.F.,#70,$);
#91=IFCCURVESEGMENT(.DISCONTINUOUS.,#92,IFCLENGTHMEASURE(0.),IFCLENGTHMEASURE(40.),#73);
#92=IFCAXIS2PLACEMENT2D(#93,#94);
#93=IFCCARTESIANPOINT((0.,5.));
#94=IFCDIRECTION((0.6,0.8));
`, peer: map[int]string{
			42: "it follows no curve of an alignment of this form",
			43: "it follows no curve of an alignment of this form",
			44: "it follows no curve of an alignment of this form",
			45: "it follows no curve of an alignment of this form",
		}},
		"placements": {schema: "IFC4", lines: `
#30=IFCLOCALPLACEMENT(#31,#32);
#31=IFCLOCALPLACEMENT($,#33);
#32=IFCAXIS2PLACEMENT3D(#34,#13,#15);
#33=IFCAXIS2PLACEMENT3D(#35,#36,#14);
#34=IFCCARTESIANPOINT((1.,0.,0.));
#35=IFCCARTESIANPOINT((10.,0.,0.));
#36=IFCDIRECTION((0.,1.,1.));
#40=IFCWALL('0000000000000000000040',$,'nested and turned',$,$,#30,#21,$,$);
#41=IFCWALL('0000000000000000000041',$,'placed nowhere',$,$,$,#21,$,$);
#42=IFCWALL('0000000000000000000042',$,'on a grid',$,$,#50,#21,$,$);
#43=IFCHOLOGRAM('0000000000000000000043',$,'of no standard',$,$,#30,#21,$,$);
#44=IFCHOLOGRAM('0000000000000000000044',$,'without a place',$,$,$,$,$,$);
#45=IFCWALL('0000000000000000000045',$,'scaled',$,$,$,#80,$,$);
#50=IFCGRIDPLACEMENT(#51,$);
#51=IFCVIRTUALGRIDINTERSECTION((#52,#53),(0.5,0.,2.));
#52=IFCGRIDAXIS('A',#54,.T.);
#53=IFCGRIDAXIS('1',#55,.T.);
#54=IFCPOLYLINE((#60,#61));
#55=IFCPOLYLINE((#62,#63));
#56=IFCGRID('0000000000000000000056',$,'grid',$,$,#57,$,(#52),(#53),$,$);
#57=IFCLOCALPLACEMENT($,#58);
#58=IFCAXIS2PLACEMENT3D(#59,$,$);
#59=IFCCARTESIANPOINT((0.,20.,0.));
#60=IFCCARTESIANPOINT((0.,3.));
#61=IFCCARTESIANPOINT((10.,3.));
#62=IFCCARTESIANPOINT((4.,0.));
#63=IFCCARTESIANPOINT((4.,1.));
#80=IFCPRODUCTDEFINITIONSHAPE($,$,(#81));
#81=IFCSHAPEREPRESENTATION(#3,'Body','MappedRepresentation',(#82));
#82=IFCMAPPEDITEM(#83,#84);
#83=IFCREPRESENTATIONMAP(#85,#22);
#84=IFCCARTESIANTRANSFORMATIONOPERATOR3DNONUNIFORM($,$,#35,2.,$,3.,4.);
#85=IFCAXIS2PLACEMENT3D(#34,$,$);
`, peer: map[int]string{
			42: "it reads no grid placements",
			43: "it knows the names of the standard only",
		}},
		"openings": {schema: "IFC4", lines: noisyWalls(), peer: map[int]string{}},
		"parts": {schema: "IFC4", lines: `
#40=IFCWALL('0000000000000000000040',$,'of two layers',$,$,#10,$,$,$);
#41=IFCRELAGGREGATES('0000000000000000000041',$,$,$,#40,(#42,#43));
#42=IFCBUILDINGELEMENTPART('0000000000000000000042',$,'core',$,$,#10,#44,$,$);
#43=IFCBUILDINGELEMENTPART('0000000000000000000043',$,'cladding',$,$,#10,#46,$,$);
#44=IFCPRODUCTDEFINITIONSHAPE($,$,(#45));
#45=IFCSHAPEREPRESENTATION(#3,'Body','CSG',(#110));
#46=IFCPRODUCTDEFINITIONSHAPE($,$,(#47));
#47=IFCSHAPEREPRESENTATION(#3,'Body','CSG',(#120));
#48=IFCRELVOIDSELEMENT('0000000000000000000048',$,$,$,#40,#49);
#49=IFCOPENINGELEMENT('0000000000000000000049',$,'opening',$,$,#10,#50,$,$);
#50=IFCPRODUCTDEFINITIONSHAPE($,$,(#51));
#51=IFCSHAPEREPRESENTATION(#3,'Body','CSG',(#130));
` + box(110, 0, 0, 0, 4, 0.2, 3) + box(120, 0, 0.2, 0, 4, 0.1, 3) + box(130, 1, -1, 1, 1, 3, 1)},
		"fallbacks": {schema: "IFC4", lines: `
#40=IFCWALL('0000000000000000000040',$,'its body cannot be read',$,$,#10,#41,$,$);
#41=IFCPRODUCTDEFINITIONSHAPE($,$,(#42,#43));
#42=IFCSHAPEREPRESENTATION(#3,'Body','Magic',(#44));
#43=IFCSHAPEREPRESENTATION(#3,'Body-FallBack','CSG',(#100));
#44=IFCWISH(#11);
#50=IFCWALL('0000000000000000000050',$,'its representation has no name',$,$,#10,#51,$,$);
#51=IFCPRODUCTDEFINITIONSHAPE($,$,(#52));
#52=IFCSHAPEREPRESENTATION(#3,$,$,(#100));
#60=IFCWALL('0000000000000000000060',$,'one item is good',$,$,#10,#61,$,$);
#61=IFCPRODUCTDEFINITIONSHAPE($,$,(#62));
#62=IFCSHAPEREPRESENTATION(#3,'Body','CSG',(#44,#100));
`, peer: map[int]string{40: "it draws one that is read, whatever it is called"}},
	}
}

// noisyWalls are walls of 4 × 0.3 × 3 m with an opening each of 1 × 1 m whose
// faces lie on the wall's within some noise, or not at all.
func noisyWalls() string {
	var b strings.Builder
	for i, c := range noisyCuts {
		n := 1000 + 100*i
		fmt.Fprintf(&b, "#%d=IFCWALL('%022d',$,'%s',$,$,#10,#%d,$,$);\n#%d=IFCPRODUCTDEFINITIONSHAPE($,$,(#%d));\n#%d=IFCSHAPEREPRESENTATION(#3,'Body','CSG',(#%d));\n", n, n, c.name, n+1, n+1, n+2, n+2, n+10)
		b.WriteString(box(n+10, 0, 10*float64(i), 0, 4, 0.3, 3))
		fmt.Fprintf(&b, "#%d=IFCRELVOIDSELEMENT('%022d',$,$,$,#%d,#%d);\n#%d=IFCOPENINGELEMENT('%022d',$,'opening',$,$,#10,#%d,$,$);\n#%d=IFCPRODUCTDEFINITIONSHAPE($,$,(#%d));\n#%d=IFCSHAPEREPRESENTATION(#3,'Body','CSG',(#%d));\n",
			n+20, n+20, n, n+21, n+21, n+21, n+22, n+22, n+23, n+23, n+30)
		b.WriteString(box(n+30, 1+c.x, 10*float64(i)+c.from, 1+c.z, 1, c.deep, 1))
	}
	return b.String()
}

var noisyCuts = []struct {
	name             string
	x, z, from, deep float64
	share            float64 // of the wall's depth that is cut
}{
	{"through", 0, 0, -0.1, 0.5, 1},
	{"flush", 0, 0, 0, 0.3, 1},
	{"a micrometre deeper", 0, 0, -1e-6, 0.300002, 1},
	{"a micrometre less", 0, 0, 1e-6, 0.299998, 1},
	{"turned by rounding", 1e-9, 1e-9, -1e-9, 0.3 + 3e-9, 1},
	{"a niche", 0, 0, 0, 0.1, 1. / 3},
	{"a niche, flush within noise", 0, 0, 2e-6, 0.1, 1. / 3},
	{"on the floor", 0, -1, 0, 0.3, 1},
	{"on the corner", -1, -1, 0, 0.3, 1},
	{"beside", 0, 0, 0.3, 0.3, 0},
}

func TestNoisyOpenings(t *testing.T) {
	m := read(t, "openings.ifc", samples()["openings"].made())
	drawn := meshVolumes(m)
	if len(m.Notes) != 0 || len(m.Elements) != len(noisyCuts) {
		t.Errorf("%d elements, notes %v", len(m.Elements), m.Notes)
	}
	for i, e := range m.Elements {
		want := 4*0.3*3 - 0.3*noisyCuts[i].share
		if !near(e.Net.Volume, want, 1e-4) || !near(drawn[e.Key()], want, 1e-4) {
			t.Errorf("%s: %.6f m³ are left, drawn %.6f, want %.6f", e.Name, e.Net.Volume, drawn[e.Key()], want)
		}
	}
}

// What stands along a curve stands where its formula says.
func TestLinearPlacements(t *testing.T) {
	m := read(t, "bridge.ifc", samples()["bridge-4x3"].made())
	for _, n := range m.Notes {
		t.Errorf("note %+v", n)
	}
	// In x, y and z of the file; the curve runs 20 m along x, then turns left by a
	// quarter of a circle of 10 m.
	want := map[string]geom.Box{
		"built":                   {Min: geom.Vec3{0, 0, 0}, Max: geom.Vec3{1, 1, 1}},
		"pavement":                {Min: geom.Vec3{0, 2, 0}, Max: geom.Vec3{1, 3, 1}},
		"rail":                    {Min: geom.Vec3{10, 0, 0}, Max: geom.Vec3{11, 1, 1}},
		"sign on the curve":       {Min: geom.Vec3{29, 10, 0}, Max: geom.Vec3{30, 11, 1}},
		"signal beside the curve": {Min: geom.Vec3{10, 3, 1}, Max: geom.Vec3{11, 4, 2}},
		"bearing":                 {Min: geom.Vec3{10, 0, 5 + 10*0.8/0.6}, Max: geom.Vec3{11, 1, 6 + 10*0.8/0.6}},
	}
	for _, e := range m.Elements {
		w, ok := want[e.Name]
		got := geom.Box{Min: geom.Vec3{e.Box.Min[0], -e.Box.Max[2], e.Box.Min[1]}, Max: geom.Vec3{e.Box.Max[0], -e.Box.Min[2], e.Box.Max[1]}}
		if d := math.Max(got.Min.Sub(w.Min).Len(), got.Max.Sub(w.Max).Len()); !ok || d > 0.005 { // the curve is of chords
			t.Errorf("%s stands at %.3f, want %.3f", e.Name, got, w)
		}
	}
	if len(m.Elements) != len(want) {
		t.Errorf("%d elements, want %d", len(m.Elements), len(want))
	}
}

// Samples are what web-ifc makes of them.
func TestSamplesAreAsWebIFCReadsThem(t *testing.T) {
	files := map[string][]byte{}
	for name, s := range samples() {
		files[name] = s.made()
	}
	for _, theirs := range peerOf(t, files) {
		name := filepath.Base(theirs.File)
		if theirs.Error != "" {
			t.Errorf("%s: web-ifc: %s", name, theirs.Error)
			continue
		}
		ours := wholes(read(t, name, files[name]))
		wrong := samples()[name].peer
		agree := 0
		for _, p := range theirs.Products {
			why := "is not drawn by us"
			if o, ok := ours[p.ID]; ok {
				why = differs(o, p)
			}
			delete(ours, p.ID)
			switch {
			case why == "":
				agree++
			case wrong[p.ID] == "":
				t.Errorf("%s #%d: %s", name, p.ID, why)
			}
		}
		for id := range ours {
			if wrong[id] == "" {
				t.Errorf("%s #%d is not drawn by web-ifc", name, id)
			}
		}
		t.Logf("%s: %d of %d products agree", name, agree, len(theirs.Products))
	}
}

// What is read of each sample; UPDATE=1 rewrites the lists.
func TestGoldenSamples(t *testing.T) {
	all := samples()
	for _, name := range slices.Sorted(maps.Keys(all)) {
		t.Run(name, func(t *testing.T) {
			golden(t, filepath.Join("golden", name+".txt"), told(read(t, name+".ifc", all[name].made())))
		})
	}
}

// told is a model as text.
func told(m *ifc.Model) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %q, %d nodes, %d meshes, %d materials\n", m.Schema, m.Project, len(m.Scene.Nodes), len(m.Scene.Meshes), len(m.Scene.Materials))
	if m.Place != nil {
		fmt.Fprintf(&b, "place %+v\n", *m.Place)
	}
	for _, s := range m.Structure {
		fmt.Fprintf(&b, "#%d %s %q within #%d at %g\n", s.ID, s.Type, s.Name, s.Within, s.Elevation)
	}
	for _, e := range m.Elements {
		fmt.Fprintf(&b, "#%d %s %s %q storey %q in #%d within #%d of type #%d\n", e.ID, e.Type, e.Kind, e.Name, e.Storey, e.In, e.Within, e.TypeOf)
		if !e.Box.Empty() {
			fmt.Fprintf(&b, "\tfrom %.3f to %.3f, %.4f of %.4f m³, %d triangles\n", tidied(e.Box.Min), tidied(e.Box.Max), e.Net.Volume, e.Gross.Volume, e.Triangles)
		}
		for _, l := range e.Leaves {
			fmt.Fprintf(&b, "\t%s moves, guessed %v\n", l.Part, l.Guessed)
		}
		if e.Material != "" {
			fmt.Fprintf(&b, "\tof %s\n", e.Material)
		}
	}
	for _, n := range m.Notes {
		fmt.Fprintf(&b, "line %d #%d %s: %s\n", n.Line, n.ID, n.Type, n.Why)
	}
	return b.String()
}

// tidied takes minus signs off zeros.
func tidied(v geom.Vec3) geom.Vec3 {
	for k := range v {
		if v[k] = math.Round(v[k]*1e6) / 1e6; v[k] == 0 {
			v[k] = 0
		}
	}
	return v
}
