package ifc_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/codec/ifc"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// file is a model of one thing whose body is the items named in items; lines
// are the instances that make it, from #100 on.
func file(items, lines string) []byte {
	return []byte(`ISO-10303-21;
HEADER;
FILE_DESCRIPTION((''),'2;1');
FILE_NAME('','',(''),(''),'','','');
FILE_SCHEMA(('IFC4'));
ENDSEC;
DATA;
#1=IFCPROJECT('0000000000000000000001',$,'Test',$,$,$,$,(#3),#2);
#2=IFCUNITASSIGNMENT((#4,#5));
#3=IFCGEOMETRICREPRESENTATIONCONTEXT($,'Model',3,1.E-05,#11,$);
#4=IFCSIUNIT(*,.LENGTHUNIT.,$,.METRE.);
#5=IFCSIUNIT(*,.PLANEANGLEUNIT.,$,.RADIAN.);
#10=IFCLOCALPLACEMENT($,#11);
#11=IFCAXIS2PLACEMENT3D(#12,$,$);
#12=IFCCARTESIANPOINT((0.,0.,0.));
#13=IFCDIRECTION((0.,0.,1.));
#14=IFCDIRECTION((1.,0.,0.));
#15=IFCDIRECTION((0.,1.,0.));
#16=IFCDIRECTION((-1.,0.,0.));
#17=IFCAXIS2PLACEMENT2D(#18,$);
#18=IFCCARTESIANPOINT((0.,0.));
#20=IFCBUILDINGELEMENTPROXY('0000000000000000000002',$,'thing',$,$,#10,#21,$,$);
#21=IFCPRODUCTDEFINITIONSHAPE($,$,(#22));
#22=IFCSHAPEREPRESENTATION(#3,'Body','SweptSolid',(` + items + `));
` + lines + `
ENDSEC;
END-ISO-10303-21;
`)
}

// box is a block from a corner, as instances from number n on.
func box(n int, x, y, z, dx, dy, dz float64) string {
	return fmt.Sprintf("#%d=IFCBLOCK(#%d,%g,%g,%g);\n#%d=IFCAXIS2PLACEMENT3D(#%d,$,$);\n#%d=IFCCARTESIANPOINT((%g,%g,%g));\n",
		n, n+1, dx, dy, dz, n+1, n+2, n+2, x, y, z)
}

// one reads a file of one element.
func one(t testing.TB, data []byte) (*ifc.Model, ifc.Element) {
	t.Helper()
	m := read(t, "test.ifc", data)
	if len(m.Elements) == 0 {
		t.Fatalf("no element; notes %v", m.Notes)
	}
	return m, m.Elements[0]
}

// solidCase is a body: the instances that make it, and its area (profiles) or
// its volume.
type solidCase struct {
	name, lines string
	size        float64
}

const prism = "#100=IFCEXTRUDEDAREASOLID(#101,$,#13,2.);\n#101="

func profileCases() []solidCase {
	quarter := 1 - math.Pi/4 // what a fillet of radius 1 adds to or takes from a corner
	return []solidCase{{"rectangle", "IFCRECTANGLEPROFILEDEF(.AREA.,$,#17,3.,2.);", 6},
		{"rectangle without position", "IFCRECTANGLEPROFILEDEF(.AREA.,$,$,3.,2.);", 6},
		{"rounded rectangle", "IFCROUNDEDRECTANGLEPROFILEDEF(.AREA.,$,#17,3.,2.,0.5);", 6 - 4*quarter*0.25},
		{"hollow rectangle", "IFCRECTANGLEHOLLOWPROFILEDEF(.AREA.,$,#17,3.,2.,0.2,0.1,0.3);", 6 - 4*quarter*0.09 - (2.6*1.6 - 4*quarter*0.01)},
		{"circle", "IFCCIRCLEPROFILEDEF(.AREA.,$,#17,1.5);", math.Pi * 2.25},
		{"pipe", "IFCCIRCLEHOLLOWPROFILEDEF(.AREA.,$,#17,1.5,0.5);", math.Pi * (2.25 - 1)},
		{"ellipse", "IFCELLIPSEPROFILEDEF(.AREA.,$,#17,2.,1.);", math.Pi * 2},
		{"trapezium", "IFCTRAPEZIUMPROFILEDEF(.AREA.,$,#17,3.,1.,2.,0.5);", 4},
		{"I", "IFCISHAPEPROFILEDEF(.AREA.,$,#17,2.,3.,0.2,0.3,0.1,$,$);", 2*2*0.3 + 0.2*2.4 + 4*quarter*0.01},
		{"I of IFC2x3", "IFCISHAPEPROFILEDEF(.AREA.,$,#17,2.,3.,0.2,0.3,$);", 2*2*0.3 + 0.2*2.4},
		{"uneven I", "IFCASYMMETRICISHAPEPROFILEDEF(.AREA.,$,#17,2.,3.,0.2,0.3,$,1.,0.4,$,$,$,$,$);", 2*0.3 + 1*0.4 + 0.2*2.3},
		{"L", "IFCLSHAPEPROFILEDEF(.AREA.,$,#17,3.,2.,0.2,0.1,$,$);", 3*0.2 + 1.8*0.2 + quarter*0.01},
		{"even L", "IFCLSHAPEPROFILEDEF(.AREA.,$,#17,3.,$,0.2,$,$,$);", 3*0.2 + 2.8*0.2},
		{"T", "IFCTSHAPEPROFILEDEF(.AREA.,$,#17,3.,2.,0.2,0.3,0.1,$,$,$,$);", 2*0.3 + 2.7*0.2 + 2*quarter*0.01},
		{"U", "IFCUSHAPEPROFILEDEF(.AREA.,$,#17,3.,2.,0.2,0.3,0.1,$,$);", 3*0.2 + 2*1.8*0.3 + 2*quarter*0.01},
		{"C", "IFCCSHAPEPROFILEDEF(.AREA.,$,#17,3.,2.,0.1,0.5,$);", 3*0.1 + 2*1.9*0.1 + 2*0.4*0.1},
		{"Z", "IFCZSHAPEPROFILEDEF(.AREA.,$,#17,3.,2.,0.2,0.3,$,$);", 2*2*0.3 + 2.4*0.2},
		{"polyline with a hole", "IFCARBITRARYPROFILEDEFWITHVOIDS(.AREA.,$,#110,(#111));\n" +
			"#110=IFCPOLYLINE((#120,#121,#122,#123,#120));\n#111=IFCPOLYLINE((#124,#125,#126,#124));\n" + points(120, 0, 0, 4, 0, 4, 3, 0, 3, 1, 1, 2, 1, 1, 2), 12 - 0.5},
		{"clockwise polyline that is not closed", "IFCARBITRARYCLOSEDPROFILEDEF(.AREA.,$,#110);\n" +
			"#110=IFCPOLYLINE((#123,#122,#121,#120));\n" + points(120, 0, 0, 4, 0, 4, 3, 0, 3), 12},
		{"lines and an arc by index", "IFCARBITRARYCLOSEDPROFILEDEF(.AREA.,$,#110);\n" +
			"#110=IFCINDEXEDPOLYCURVE(#111,(IFCLINEINDEX((1,2,3)),IFCARCINDEX((3,4,5)),IFCLINEINDEX((5,1))),.F.);\n" +
			"#111=IFCCARTESIANPOINTLIST2D(((0.,0.),(2.,0.),(2.,2.),(1.,3.),(0.,2.)));", 4 + math.Pi/2},
		{"half a circle of a composite curve", "IFCARBITRARYCLOSEDPROFILEDEF(.AREA.,$,#110);\n" +
			"#110=IFCCOMPOSITECURVE((#111,#112),.F.);\n#111=IFCCOMPOSITECURVESEGMENT(.CONTINUOUS.,.T.,#113);\n#112=IFCCOMPOSITECURVESEGMENT(.CONTINUOUS.,.F.,#114);\n" +
			"#113=IFCTRIMMEDCURVE(#115,(IFCPARAMETERVALUE(0.)),(IFCPARAMETERVALUE(3.14159265358979)),.T.,.PARAMETER.);\n#115=IFCCIRCLE(#17,2.);\n" +
			"#114=IFCPOLYLINE((#120,#121));\n" + points(120, 2, 0, -2, 0), 2 * math.Pi},
		{"an arc trimmed by points against its sense", "IFCARBITRARYCLOSEDPROFILEDEF(.AREA.,$,#110);\n" +
			"#110=IFCCOMPOSITECURVE((#111,#112),.F.);\n#111=IFCCOMPOSITECURVESEGMENT(.CONTINUOUS.,.T.,#113);\n#112=IFCCOMPOSITECURVESEGMENT(.CONTINUOUS.,.T.,#114);\n" +
			"#113=IFCTRIMMEDCURVE(#115,(#121),(#120),.F.,.CARTESIAN.);\n#115=IFCCIRCLE(#17,2.);\n" +
			"#114=IFCPOLYLINE((#120,#121));\n" + points(120, 2, 0, -2, 0), 2 * math.Pi},
		{"a thick line", "IFCCENTERLINEPROFILEDEF(.AREA.,$,#110,0.2);\n#110=IFCPOLYLINE((#120,#121,#122));\n" + points(120, 0, 0, 3, 0, 3, 2), 5 * 0.2},
		{"two parts", "IFCCOMPOSITEPROFILEDEF(.AREA.,$,(#110,#111),$);\n#110=IFCRECTANGLEPROFILEDEF(.AREA.,$,#17,1.,1.);\n" +
			"#111=IFCRECTANGLEPROFILEDEF(.AREA.,$,#112,1.,2.);\n#112=IFCAXIS2PLACEMENT2D(#113,$);\n" + points(113, 5, 0), 3},
		{"a derived one", "IFCDERIVEDPROFILEDEF(.AREA.,$,#110,#111,$);\n#110=IFCRECTANGLEPROFILEDEF(.AREA.,$,#17,1.,1.);\n" +
			"#111=IFCCARTESIANTRANSFORMATIONOPERATOR2DNONUNIFORM($,$,#18,2.,3.);", 6},
		{"a spline through straight points", "IFCARBITRARYCLOSEDPROFILEDEF(.AREA.,$,#110);\n" +
			"#110=IFCBSPLINECURVEWITHKNOTS(1,(#120,#121,#122,#123,#120),.UNSPECIFIED.,.T.,.F.,(2,1,1,1,2),(0.,1.,2.,3.,4.),.UNSPECIFIED.);\n" + points(120, 0, 0, 4, 0, 4, 3, 0, 3), 12},
		{"I with sloping flanges", "IFCISHAPEPROFILEDEF(.AREA.,$,#17,2.,3.,0.2,0.3,$,$,0.1);", 4*0.9*(0.3-0.05*math.Tan(0.1)) + 3*0.2},
		{"I with rounded edges", "IFCISHAPEPROFILEDEF(.AREA.,$,#17,2.,3.,0.2,0.3,$,0.1,$);", 4*0.9*0.3 + 3*0.2 - 4*quarter*0.01},
		{"uneven I with a sloping top", "IFCASYMMETRICISHAPEPROFILEDEF(.AREA.,$,#17,2.,3.,0.2,0.3,$,1.,0.4,$,$,$,$,0.1);", 2*0.3 + 0.2*2.7 + 2*0.4*(0.4-0.05*math.Tan(0.1))},
		{"L with sloping legs", "IFCLSHAPEPROFILEDEF(.AREA.,$,#17,3.,2.,0.2,$,$,0.1);", 0.9044585541755243},
		{"T with a sloping flange", "IFCTSHAPEPROFILEDEF(.AREA.,$,#17,3.,2.,0.2,0.3,$,$,$,$,0.1);", 3*0.2 + 2*0.9*(0.3-0.05*math.Tan(0.1))},
		{"U with sloping flanges", "IFCUSHAPEPROFILEDEF(.AREA.,$,#17,3.,2.,0.2,0.3,$,$,0.1);", 3*0.2 + 2*1.8*(0.3-0.1*math.Tan(0.1))},
		{"crane rail A", "IFCCRANERAILASHAPEPROFILEDEF(.AREA.,$,#17,2.,2.,$,1.,0.3,0.4,0.2,1.,0.1,0.2,0.3,$);", 1.03},
		{"crane rail F", "IFCCRANERAILFSHAPEPROFILEDEF(.AREA.,$,#17,2.,1.,$,0.3,0.4,0.2,0.1,0.2,$);", 0.8},
		{"mirrored", "IFCMIRROREDPROFILEDEF(.AREA.,$,#110,*,$);\n#110=IFCLSHAPEPROFILEDEF(.AREA.,$,#17,3.,2.,0.2,$,$,$);", 3*0.2 + 1.8*0.2},
		{"derived and turned", "IFCDERIVEDPROFILEDEF(.AREA.,$,#110,#111,$);\n#110=IFCRECTANGLEPROFILEDEF(.AREA.,$,#17,1.,2.);\n#111=IFCCARTESIANTRANSFORMATIONOPERATOR2D(#112,$,#113,$);\n#112=IFCDIRECTION((0.,1.));\n" + points(113, 3, 0), 2},
		{"an ellipse turned in its plane", "IFCELLIPSEPROFILEDEF(.AREA.,$,#110,2.,1.);\n#110=IFCAXIS2PLACEMENT2D(#111,#112);\n#112=IFCDIRECTION((0.,1.));\n" + points(111, 1, 1), math.Pi * 2},
		{"a whole circle as a curve", "IFCARBITRARYCLOSEDPROFILEDEF(.AREA.,$,#110);\n#110=IFCCIRCLE(#17,1.5);", math.Pi * 2.25},
		{"a circle with a round hole", "IFCARBITRARYPROFILEDEFWITHVOIDS(.AREA.,$,#110,(#111));\n#110=IFCCIRCLE(#17,1.5);\n#111=IFCCIRCLE(#17,0.5);", math.Pi * 2},
	}
}

// Every profile is drawn 2 m high; area by its formula, without and with
// fillets.
func TestProfiles(t *testing.T) {
	for _, c := range profileCases() {
		t.Run(c.name, func(t *testing.T) {
			m, e := one(t, file("#100", prism+c.lines))
			holdTo(t, m, e, 2*c.size, 0.001)
			if want := c.size; !near(e.Net.Up, want, 0.001) || !near(e.Net.Down, want, 0.001) {
				t.Errorf("areas up %v and down %v, want %v", e.Net.Up, e.Net.Down, want)
			}
		})
	}
}

// points are plane points, as instances from number n on.
func points(n int, xy ...float64) string {
	var b strings.Builder
	for i := 0; i+1 < len(xy); i += 2 {
		fmt.Fprintf(&b, "#%d=IFCCARTESIANPOINT((%g,%g));\n", n+i/2, xy[i], xy[i+1])
	}
	return b.String()
}

func near(got, want, tolerance float64) bool { return math.Abs(got-want) <= tolerance*math.Abs(want) }

// hold checks that a body was understood whole, that its volume is right, and
// that what is drawn encloses the same volume: its triangles leave no crack.
func hold(t *testing.T, m *ifc.Model, e ifc.Element, volume float64) {
	t.Helper()
	holdTo(t, m, e, volume, volumeShare)
}

// holdTo is hold with a share of the volume that it may be off.
func holdTo(t *testing.T, m *ifc.Model, e ifc.Element, volume, share float64) {
	t.Helper()
	for _, n := range m.Notes {
		t.Errorf("note: %v", n)
	}
	if !near(e.Net.Volume, volume, share) {
		t.Errorf("volume %.5f, want %.5f", e.Net.Volume, volume)
	}
	if drawn := meshVolume(m); !near(drawn, volume, share) {
		t.Errorf("the triangles enclose %.5f, want %.5f", drawn, volume)
	}
	checkNormals(t, m)
}

// meshVolume is the volume that all triangles of a scene enclose.
func meshVolume(m *ifc.Model) float64 {
	sum := 0.0
	for _, v := range meshVolumes(m) {
		sum += v
	}
	return sum
}

// meshVolumes are the volumes that the triangles of each entity enclose.
func meshVolumes(m *ifc.Model) map[string]float64 {
	out := map[string]float64{}
	for i, world := range m.Scene.World(nil, nil) {
		node := m.Scene.Nodes[i]
		if node.Mesh == scene.None {
			continue
		}
		for _, p := range m.Scene.Meshes[node.Mesh].Primitives {
			at := func(k uint32) geom.Vec3 {
				return mgl64.TransformCoordinate(geom.Vec3{float64(p.Positions[3*k]), float64(p.Positions[3*k+1]), float64(p.Positions[3*k+2])}, world)
			}
			if len(p.Indices) == 0 {
				continue
			}
			o := at(p.Indices[0])
			for k := 0; k+2 < len(p.Indices); k += 3 {
				a, b, c := at(p.Indices[k]).Sub(o), at(p.Indices[k+1]).Sub(o), at(p.Indices[k+2]).Sub(o)
				out[node.Entity] += a.Dot(b.Cross(c)) / 6
			}
		}
	}
	return out
}

// checkNormals checks that normals are of unit length and on the side that the
// triangles face.
func checkNormals(t *testing.T, m *ifc.Model) {
	t.Helper()
	for _, mesh := range m.Scene.Meshes {
		for _, p := range mesh.Primitives {
			for k := 0; k+2 < len(p.Indices); k += 3 {
				var v, n [3][3]float64
				for j := range 3 {
					for c := range 3 {
						v[j][c] = float64(p.Positions[3*p.Indices[k+j]+uint32(c)])
						n[j][c] = float64(p.Normals[3*p.Indices[k+j]+uint32(c)])
					}
				}
				var u, w, f [3]float64
				for c := range 3 {
					u[c], w[c] = v[1][c]-v[0][c], v[2][c]-v[0][c]
				}
				size := 0.0
				for c := range 3 {
					f[c] = u[(c+1)%3]*w[(c+2)%3] - u[(c+2)%3]*w[(c+1)%3]
					size += f[c] * f[c]
				}
				for j := range 3 {
					length, dot := 0.0, 0.0
					for c := range 3 {
						length += n[j][c] * n[j][c]
						dot += n[j][c] * f[c]
					}
					if math.Abs(length-1) > 1e-4 {
						t.Fatalf("a normal of length² %v", length)
					}
					if size > 1e-12 && dot < 0.5*math.Sqrt(size) {
						t.Fatalf("a normal looks away from its triangle: %v, face %v", n[j], f)
					}
				}
			}
		}
	}
}

func bodyCases() []solidCase {
	return []solidCase{{"slanted extrusion", "#100=IFCEXTRUDEDAREASOLID(#101,#11,#102,2.);\n#101=IFCRECTANGLEPROFILEDEF(.AREA.,$,#17,3.,2.);\n#102=IFCDIRECTION((0.,1.,1.));", 6 * math.Sqrt2},
		{"extrusion downwards", "#100=IFCEXTRUDEDAREASOLID(#101,#11,#102,2.);\n#101=IFCRECTANGLEPROFILEDEF(.AREA.,$,#17,3.,2.);\n#102=IFCDIRECTION((0.,0.,-1.));", 12},
		{"tapered extrusion", "#100=IFCEXTRUDEDAREASOLIDTAPERED(#101,#11,#13,3.,#102);\n#101=IFCRECTANGLEPROFILEDEF(.AREA.,$,#17,2.,2.);\n#102=IFCRECTANGLEPROFILEDEF(.AREA.,$,#17,1.,1.);", 3. / 3 * (4 + 2 + 1)},
		{"ring", "#100=IFCREVOLVEDAREASOLID(#101,#11,#102,6.28318530717959);\n#101=IFCRECTANGLEPROFILEDEF(.AREA.,$,#103,1.,2.);\n#103=IFCAXIS2PLACEMENT2D(#104,$);\n#104=IFCCARTESIANPOINT((3.,0.));\n#102=IFCAXIS1PLACEMENT(#12,#15);", 2 * math.Pi * 3 * 2},
		{"quarter of a ring", "#100=IFCREVOLVEDAREASOLID(#101,#11,#102,1.5707963267949);\n#101=IFCRECTANGLEPROFILEDEF(.AREA.,$,#103,1.,2.);\n#103=IFCAXIS2PLACEMENT2D(#104,$);\n#104=IFCCARTESIANPOINT((3.,0.));\n#102=IFCAXIS1PLACEMENT(#12,#15);", math.Pi / 2 * 3 * 2},
		{"torus", "#100=IFCREVOLVEDAREASOLID(#101,#11,#102,6.28318530717959);\n#101=IFCCIRCLEPROFILEDEF(.AREA.,$,#103,1.);\n#103=IFCAXIS2PLACEMENT2D(#104,$);\n#104=IFCCARTESIANPOINT((3.,0.));\n#102=IFCAXIS1PLACEMENT(#12,#15);", 2 * math.Pi * 3 * math.Pi},
		{"cylinder turned about its side", "#100=IFCREVOLVEDAREASOLID(#101,#11,#102,6.28318530717959);\n#101=IFCRECTANGLEPROFILEDEF(.AREA.,$,#103,1.,2.);\n#103=IFCAXIS2PLACEMENT2D(#104,$);\n#104=IFCCARTESIANPOINT((0.5,0.));\n#102=IFCAXIS1PLACEMENT(#12,#15);", math.Pi * 2},
		{"bent pipe", "#100=IFCSWEPTDISKSOLID(#101,0.1,0.05,$,$);\n#101=IFCPOLYLINE((#102,#103,#104));\n#102=IFCCARTESIANPOINT((0.,0.,0.));\n#103=IFCCARTESIANPOINT((2.,0.,0.));\n#104=IFCCARTESIANPOINT((2.,0.,3.));", math.Pi * (0.01 - 0.0025) * 5},
		{"block", box(100, 1, 2, 3, 4, 5, 6), 120},
		{"pyramid", "#100=IFCRECTANGULARPYRAMID(#11,2.,3.,4.);", 8},
		{"cylinder", "#100=IFCRIGHTCIRCULARCYLINDER(#11,3.,1.);", 3 * math.Pi},
		{"cone", "#100=IFCRIGHTCIRCULARCONE(#11,3.,1.);", math.Pi},
		{"sphere in a CSG solid", "#100=IFCCSGSOLID(#101);\n#101=IFCSPHERE(#11,1.);", 4 * math.Pi / 3},
		{"tetrahedron that looks inwards", "#100=IFCFACETEDBREP(#101);\n#101=IFCCLOSEDSHELL((#102,#103,#104,#105));\n" + tetrahedron("#122,#121,#120", "#120,#121,#123", "#121,#122,#123", "#122,#120,#123"), 1. / 6},
		{"tetrahedron whose faces look either way", "#100=IFCFACEBASEDSURFACEMODEL((#101));\n#101=IFCCONNECTEDFACESET((#102,#103,#104,#105));\n" + tetrahedron("#120,#121,#122", "#120,#121,#123", "#123,#122,#121", "#122,#120,#123"), 1. / 6},
		{"triangles", "#100=IFCTRIANGULATEDFACESET(#101,$,.T.,((1,3,2),(1,2,4),(2,3,4),(3,1,4)),$);\n#101=IFCCARTESIANPOINTLIST3D(((0.,0.,0.),(1.,0.,0.),(0.,1.,0.),(0.,0.,1.)));", 1. / 6},
		{"polygons by way of indices", "#100=IFCPOLYGONALFACESET(#101,.T.,(#102,#103,#104,#105),(4,3,2,1));\n#101=IFCCARTESIANPOINTLIST3D(((0.,0.,1.),(0.,1.,0.),(1.,0.,0.),(0.,0.,0.)));\n" +
			"#102=IFCINDEXEDPOLYGONALFACE((1,3,2));\n#103=IFCINDEXEDPOLYGONALFACE((1,2,4));\n#104=IFCINDEXEDPOLYGONALFACE((2,3,4));\n#105=IFCINDEXEDPOLYGONALFACE((3,1,4));", 1. / 6},
		{"mapped twice, once mirrored and scaled", "#100=IFCMAPPEDITEM(#101,#104);\n#101=IFCREPRESENTATIONMAP(#11,#102);\n#102=IFCSHAPEREPRESENTATION(#3,'Body','CSG',(#200));\n" +
			"#104=IFCCARTESIANTRANSFORMATIONOPERATOR3D($,$,#12,2.,$);\n" + box(200, 0, 0, 0, 1, 1, 1), 8},
		{"mirrored", "#100=IFCMAPPEDITEM(#101,#104);\n#101=IFCREPRESENTATIONMAP(#11,#102);\n#102=IFCSHAPEREPRESENTATION(#3,'Body','CSG',(#200));\n" +
			"#104=IFCCARTESIANTRANSFORMATIONOPERATOR3DNONUNIFORM(#16,#15,#12,1.,#13,2.,3.);\n" + box(200, 0, 0, 0, 1, 1, 1), 6},
		{"mapped within mapped", "#100=IFCMAPPEDITEM(#101,#104);\n#101=IFCREPRESENTATIONMAP(#11,#102);\n#102=IFCSHAPEREPRESENTATION(#3,'Body','MappedRepresentation',(#110));\n" +
			"#110=IFCMAPPEDITEM(#111,#104);\n#111=IFCREPRESENTATIONMAP(#11,#112);\n#112=IFCSHAPEREPRESENTATION(#3,'Body','CSG',(#200));\n#104=IFCCARTESIANTRANSFORMATIONOPERATOR3D($,$,#12,2.,$);\n" + box(200, 0, 0, 0, 1, 1, 1), 64},
		{"tapered round extrusion", "#100=IFCEXTRUDEDAREASOLIDTAPERED(#101,#11,#13,3.,#102);\n#101=IFCCIRCLEPROFILEDEF(.AREA.,$,#17,1.);\n#102=IFCCIRCLEPROFILEDEF(.AREA.,$,#17,0.2);", math.Pi * (1 + 0.2 + 0.04)},
		{"extrusion tapered by a derived profile", "#100=IFCEXTRUDEDAREASOLIDTAPERED(#101,#11,#13,3.,#102);\n#101=IFCRECTANGLEPROFILEDEF(.AREA.,$,#17,2.,2.);\n#102=IFCDERIVEDPROFILEDEF(.AREA.,$,#101,#103,$);\n#103=IFCCARTESIANTRANSFORMATIONOPERATOR2D($,$,#18,0.5);", 7},
		{"tapered quarter of a ring", "#100=IFCREVOLVEDAREASOLIDTAPERED(#101,#11,#102,1.5707963267949,#105);\n#101=IFCRECTANGLEPROFILEDEF(.AREA.,$,#103,1.,2.);\n#105=IFCRECTANGLEPROFILEDEF(.AREA.,$,#103,1.,1.);\n#103=IFCAXIS2PLACEMENT2D(#104,$);\n#104=IFCCARTESIANPOINT((3.,0.));\n#102=IFCAXIS1PLACEMENT(#12,#15);", math.Pi / 2 * 3 * 1.5},
		{"rod along a part of a circle", "#100=IFCSWEPTDISKSOLID(#101,0.05,$,0.,1.5707963267949);\n#101=IFCCIRCLE(#11,2.);", math.Pi * 0.0025 * math.Pi},
		{"rod along a part of a polyline", "#100=IFCSWEPTDISKSOLID(#101,0.05,$,0.5,1.5);\n#101=IFCPOLYLINE((#102,#103,#104));\n#102=IFCCARTESIANPOINT((0.,0.,0.));\n#103=IFCCARTESIANPOINT((2.,0.,0.));\n#104=IFCCARTESIANPOINT((2.,0.,4.));", math.Pi * 0.0025 * 3},
		{"closed ring of a rod", "#100=IFCSWEPTDISKSOLID(#101,0.1,$,$,$);\n#101=IFCCIRCLE(#11,2.);", math.Pi * 0.01 * 4 * math.Pi},
		{"rod with rounded corners", "#100=IFCSWEPTDISKSOLIDPOLYGONAL(#101,0.05,$,$,$,0.5);\n#101=IFCPOLYLINE((#102,#103,#104));\n#102=IFCCARTESIANPOINT((0.,0.,0.));\n#103=IFCCARTESIANPOINT((2.,0.,0.));\n#104=IFCCARTESIANPOINT((2.,0.,4.));", math.Pi * 0.0025 * (6 - 1 + math.Pi/4)},
		{"box around", "#100=IFCBOUNDINGBOX(#12,1.,2.,3.);", 6},
		{"tetrahedron with a hollow", "#100=IFCFACETEDBREPWITHVOIDS(#101,(#201));\n#101=IFCCLOSEDSHELL((#102,#103,#104,#105));\n" + tetrahedron("#122,#121,#120", "#120,#121,#123", "#121,#122,#123", "#122,#120,#123") +
			"#201=IFCCLOSEDSHELL((#202,#203,#204,#205));\n" + smallTetrahedron, 1./6 - 0.001/6},
		{"plate with a hole", "#100=IFCPOLYGONALFACESET(#101,.T.,(#102,#103,#104,#105,#106,#107,#108,#109,#110,#111),$);\n#101=IFCCARTESIANPOINTLIST3D(((0.,0.,0.),(4.,0.,0.),(4.,4.,0.),(0.,4.,0.),(1.,1.,0.),(3.,1.,0.),(3.,3.,0.),(1.,3.,0.),(0.,0.,1.),(4.,0.,1.),(4.,4.,1.),(0.,4.,1.),(1.,1.,1.),(3.,1.,1.),(3.,3.,1.),(1.,3.,1.)));\n" +
			"#102=IFCINDEXEDPOLYGONALFACEWITHVOIDS((4,3,2,1),((5,6,7,8)));\n#103=IFCINDEXEDPOLYGONALFACEWITHVOIDS((9,10,11,12),((16,15,14,13)));\n" +
			"#104=IFCINDEXEDPOLYGONALFACE((1,2,10,9));\n#105=IFCINDEXEDPOLYGONALFACE((2,3,11,10));\n#106=IFCINDEXEDPOLYGONALFACE((3,4,12,11));\n#107=IFCINDEXEDPOLYGONALFACE((4,1,9,12));\n" +
			"#108=IFCINDEXEDPOLYGONALFACE((6,5,13,14));\n#109=IFCINDEXEDPOLYGONALFACE((7,6,14,15));\n#110=IFCINDEXEDPOLYGONALFACE((8,7,15,16));\n#111=IFCINDEXEDPOLYGONALFACE((5,8,16,13));", 12},
		{"irregular network that is closed", "#100=IFCTRIANGULATEDIRREGULARNETWORK(#101,$,.T.,((1,3,2),(1,2,4),(2,3,4),(3,1,4)),$,(0,0,0,0));\n#101=IFCCARTESIANPOINTLIST3D(((0.,0.,0.),(1.,0.,0.),(0.,1.,0.),(0.,0.,1.)));", 1. / 6},
	}
}

func TestBodies(t *testing.T) {
	for _, c := range bodyCases() {
		t.Run(c.name, func(t *testing.T) {
			m, e := one(t, file("#100", c.lines))
			holdTo(t, m, e, c.size, 0.001)
		})
	}
}

// smallTetrahedron is four faces, #202 to #205, a tenth as large, within that of
// tetrahedron.
const smallTetrahedron = `#202=IFCFACE((#206));
#203=IFCFACE((#207));
#204=IFCFACE((#208));
#205=IFCFACE((#209));
#206=IFCFACEOUTERBOUND(#210,.T.);
#207=IFCFACEOUTERBOUND(#211,.T.);
#208=IFCFACEOUTERBOUND(#212,.T.);
#209=IFCFACEOUTERBOUND(#213,.T.);
#210=IFCPOLYLOOP((#222,#221,#220));
#211=IFCPOLYLOOP((#220,#221,#223));
#212=IFCPOLYLOOP((#221,#222,#223));
#213=IFCPOLYLOOP((#222,#220,#223));
#220=IFCCARTESIANPOINT((0.1,0.1,0.1));
#221=IFCCARTESIANPOINT((0.2,0.1,0.1));
#222=IFCCARTESIANPOINT((0.1,0.2,0.1));
#223=IFCCARTESIANPOINT((0.1,0.1,0.2));
`

// tetrahedron is four faces, #102 to #105, over the corners #120 to #123.
func tetrahedron(loops ...string) string {
	var b strings.Builder
	for i, l := range loops {
		fmt.Fprintf(&b, "#%d=IFCFACE((#%d));\n#%d=IFCFACEOUTERBOUND(#%d,.T.);\n#%d=IFCPOLYLOOP((%s));\n", 102+i, 106+i, 106+i, 110+i, 110+i, l)
	}
	return b.String() + `#120=IFCCARTESIANPOINT((0.,0.,0.));
#121=IFCCARTESIANPOINT((1.,0.,0.));
#122=IFCCARTESIANPOINT((0.,1.,0.));
#123=IFCCARTESIANPOINT((0.,0.,1.));
`
}

func booleanCases() []solidCase {
	plane := "#120=IFCPLANE(#121);\n#121=IFCAXIS2PLACEMENT3D(#122,#13,$);\n#122=IFCCARTESIANPOINT((0.,0.,1.5));\n"
	cube := box(200, 0, 0, 0, 2, 2, 2)
	op := func(operator, second string) string {
		return "#100=IFCBOOLEANRESULT(." + operator + ".,#200,#110);\n" + cube + second
	}
	return []solidCase{{"a hole through", op("DIFFERENCE", box(110, 0.5, 0.5, -1, 1, 1, 4)), 6},
		{"a hole flush with both faces", op("DIFFERENCE", box(110, 0.5, 0.5, 0, 1, 1, 2)), 6},
		{"a hole that ends a hair below the faces", op("DIFFERENCE", box(110, 0.5, 0.5, 1e-5, 1, 1, 2-2e-5)), 6},
		{"a hole that ends a hair above the faces", op("DIFFERENCE", box(110, 0.5, 0.5, -1e-5, 1, 1, 2+2e-5)), 6},
		{"a hollow", op("DIFFERENCE", box(110, 0.5, 0.5, 0.5, 1, 1, 1)), 7},
		{"a corner", op("DIFFERENCE", box(110, 1, 1, 1, 1, 1, 1)), 7},
		{"nothing: it stands beside", op("DIFFERENCE", box(110, 2, 0, 0, 1, 1, 1)), 8},
		{"nothing: it stands on it", op("DIFFERENCE", box(110, 0.5, 0.5, 2, 1, 1, 1)), 8},
		{"half of it, flush", op("DIFFERENCE", box(110, 0, 0, 0, 2, 2, 1)), 4},
		{"a union", op("UNION", box(110, 1, 1, 1, 2, 2, 2)), 15},
		{"a union of neighbours", op("UNION", box(110, 2, 0, 0, 1, 2, 2)), 12},
		{"an intersection", op("INTERSECTION", box(110, 1, 1, 1, 2, 2, 2)), 1},
		{"an intersection with two parts", op("INTERSECTION", "#110=IFCEXTRUDEDAREASOLID(#111,#11,#13,1.);\n#111=IFCCOMPOSITEPROFILEDEF(.AREA.,$,(#112,#113),$);\n#112=IFCRECTANGLEPROFILEDEF(.AREA.,$,#114,1.,1.);\n#113=IFCRECTANGLEPROFILEDEF(.AREA.,$,#116,1.,1.);\n#114=IFCAXIS2PLACEMENT2D(#115,$);\n"+points(115, 0.5, 0.5)+"#116=IFCAXIS2PLACEMENT2D(#117,$);\n"+points(117, 2, 2)), 1.25},
		{"an intersection, flush", op("INTERSECTION", box(110, 0, 0, 1, 2, 2, 2)), 4},
		{"a round hole", op("DIFFERENCE", "#110=IFCRIGHTCIRCULARCYLINDER(#111,4.,0.5);\n#111=IFCAXIS2PLACEMENT3D(#112,$,$);\n#112=IFCCARTESIANPOINT((1.,1.,-1.));"), 8 - math.Pi*0.25*2},
		{"above a plane", op("DIFFERENCE", "#110=IFCHALFSPACESOLID(#120,.F.);\n"+plane), 6},
		{"below a plane", op("DIFFERENCE", "#110=IFCHALFSPACESOLID(#120,.T.);\n"+plane), 2},
		{"above a plane, within a square", op("DIFFERENCE", "#110=IFCPOLYGONALBOUNDEDHALFSPACE(#120,.F.,#11,#115);\n#115=IFCPOLYLINE((#130,#131,#132,#133,#130));\n"+points(130, -1, -1, 1, -1, 1, 1, -1, 1)+plane), 7.5},
		{"above a plane, within an L", op("DIFFERENCE", "#110=IFCPOLYGONALBOUNDEDHALFSPACE(#120,.F.,#11,#115);\n#115=IFCPOLYLINE((#130,#131,#132,#133,#134,#135,#130));\n"+points(130, -1, -1, 3, -1, 3, 1, 1, 1, 1, 3, -1, 3)+plane), 8 - 3*0.5},
		{"a chain of cuts", "#100=IFCBOOLEANCLIPPINGRESULT(.DIFFERENCE.,#101,#110);\n#101=IFCBOOLEANCLIPPINGRESULT(.DIFFERENCE.,#200,#140);\n" + cube +
			"#110=IFCHALFSPACESOLID(#120,.F.);\n" + plane + box(140, 0, 0, 0, 1, 1, 1), 5.0},
		{"a slanted plane", op("DIFFERENCE", "#110=IFCHALFSPACESOLID(#120,.F.);\n#120=IFCPLANE(#121);\n#121=IFCAXIS2PLACEMENT3D(#122,#123,$);\n#122=IFCCARTESIANPOINT((1.,1.,1.));\n#123=IFCDIRECTION((1.,0.,1.));"), 4},
	}
}

func TestBooleans(t *testing.T) {
	for _, c := range booleanCases() {
		t.Run(c.name, func(t *testing.T) {
			m, e := one(t, file("#100", c.lines))
			holdTo(t, m, e, c.size, 0.001)
		})
	}
}

// opening is an opening of the thing #20, with its body at number n.
func opening(n int, body string) string {
	return fmt.Sprintf("#%d=IFCRELVOIDSELEMENT('000000000000000000%04d',$,$,$,#20,#%d);\n#%d=IFCOPENINGELEMENT('000000000000000000%04d',$,$,$,$,#10,#%d,$,$);\n#%d=IFCPRODUCTDEFINITIONSHAPE($,$,(#%d));\n#%d=IFCSHAPEREPRESENTATION(#3,'Body','CSG',(#%d));\n",
		n+50, n+50, n+51, n+51, n+51, n+52, n+52, n+53, n+53, n) + body
}

func TestOpeningsAreCut(t *testing.T) {
	wall := box(100, 0, 0, 0, 6, 0.3, 3)
	m, e := one(t, file("#100", wall+
		opening(1000, box(1000, 1, -0.1, 1, 1, 0.5, 1))+ // a window through
		opening(1100, box(1100, 3, 0, 0, 1, 0.3, 2.1))+ // a door, flush
		opening(1200, box(1200, 3.5, -0.1, 1.5, 1, 0.5, 1)))) // overlaps the door
	gross := 6 * 0.3 * 3
	hold(t, m, e, gross-0.3*1-0.3*2.1-0.3*(1-0.5*0.6))
	if !near(e.Gross.Volume, gross, 1e-9) {
		t.Errorf("gross volume %v, want %v", e.Gross.Volume, gross)
	}
	if want := 18 - 1 - 2.1 - 0.7; !near(e.Net.Side, want, 1e-6) || !near(e.Gross.Side, 18, 1e-9) {
		t.Errorf("sides %v of %v, want %v of 18", e.Net.Side, e.Gross.Side, want)
	}
	if e.Triangles > 120 {
		t.Errorf("%d triangles: the pieces of the cut were not joined", e.Triangles)
	}
}

func TestRoundThingsAreSmoothAndSquareOnesAreNot(t *testing.T) {
	m, _ := one(t, file("#100", "#100=IFCRIGHTCIRCULARCYLINDER(#11,3.,1.);"))
	for _, p := range m.Scene.Meshes[0].Primitives {
		for i := 0; i < len(p.Positions); i += 3 {
			n := p.Normals[i : i+3]
			if math.Abs(float64(n[1])) > 0.5 {
				continue // the ends
			}
			if dot := n[0]*p.Positions[i] + n[2]*p.Positions[i+2]; math.Abs(float64(dot)-1) > 1e-3 {
				t.Fatalf("at %v the normal is %v", p.Positions[i:i+3], n)
			}
		}
	}
	m, _ = one(t, file("#100", box(100, 0, 0, 0, 1, 1, 1)))
	if n := len(m.Scene.Meshes[0].Primitives[0].Positions) / 3; n != 24 {
		t.Errorf("a block has %d vertices, want 24 with flat normals", n)
	}
}

func TestMappedItemsShareTheirMesh(t *testing.T) {
	m := read(t, "test.ifc", file("#100", `#100=IFCMAPPEDITEM(#101,#104);
#101=IFCREPRESENTATIONMAP(#11,#102);
#102=IFCSHAPEREPRESENTATION(#3,'Body','CSG',(#200));
#104=IFCCARTESIANTRANSFORMATIONOPERATOR3D($,$,#12,$,$);
#30=IFCBUILDINGELEMENTPROXY('0000000000000000000003',$,'other',$,$,#31,#32,$,$);
#31=IFCLOCALPLACEMENT(#10,#33);
#33=IFCAXIS2PLACEMENT3D(#34,#13,#15);
#34=IFCCARTESIANPOINT((5.,0.,0.));
#32=IFCPRODUCTDEFINITIONSHAPE($,$,(#35));
#35=IFCSHAPEREPRESENTATION(#3,'Body','MappedRepresentation',(#36));
#36=IFCMAPPEDITEM(#101,#104);
`+box(200, 0, 0, 0, 3, 2, 1)))
	if len(m.Scene.Meshes) != 1 || len(m.Scene.Nodes) != 2 {
		t.Errorf("%d meshes for %d nodes, want 1 for 2", len(m.Scene.Meshes), len(m.Scene.Nodes))
	}
	// The second stands at x = 5 and is turned by a quarter.
	if b := m.Elements[1].Box; !near(b.Min[0], 3, 1e-9) || !near(b.Max[0], 5, 1e-9) || !near(b.Min[2], -3, 1e-9) {
		t.Errorf("the second stands at %v", b)
	}
}
