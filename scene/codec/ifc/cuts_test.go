package ifc_test

import (
	"fmt"
	"math"
	"strings"
	"testing"
)

// A slab keeps its holes however many there are, and closes up around each.
func TestManyHoles(t *testing.T) {
	const rows, radius = 12, 0.2
	var b strings.Builder
	b.WriteString(box(100, 0, 0, 0, rows, rows, 0.3))
	for i := range rows {
		for j := range rows {
			n := 1000 + 100*(rows*i+j)
			b.WriteString(opening(n, fmt.Sprintf("#%d=IFCRIGHTCIRCULARCYLINDER(#%d,1.,%g);\n#%d=IFCAXIS2PLACEMENT3D(#%d,$,$);\n#%d=IFCCARTESIANPOINT((%g,%g,-0.2));\n", n, n+1, radius, n+1, n+2, n+2, float64(i)+0.5, float64(j)+0.5)))
		}
	}
	m, e := one(t, file("#100", b.String()))
	holdTo(t, m, e, 0.3*rows*rows*(1-math.Pi*radius*radius), 1e-3)
	if _, _, open := meshArea(m); open > 0 {
		t.Errorf("%d edges are open", open)
	}
}

// Openings in a wall that was cut often already: one within it, one flush with
// it, one beside it, one that lies in an earlier one, a niche.
func TestOpeningsOfAWallOfManyFaces(t *testing.T) {
	var b strings.Builder
	b.WriteString(box(100, 0, 0, 0, 40, 0.3, 3))
	for i := range 20 {
		b.WriteString(opening(1000+100*i, box(1000+100*i, 2*float64(i)+0.5, -0.1, 1, 1, 0.5, 1)))
	}
	b.WriteString(opening(4000, box(4000, 1.7, 0.1, 0.2, 0.1, 0.1, 0.1)))
	b.WriteString(opening(4100, box(4100, 3.7, 0, 0, 0.2, 0.3, 0.1)))
	b.WriteString(opening(4200, box(4200, 7.7, 0.3, 0, 0.2, 0.3, 0.1)))
	b.WriteString(opening(4300, box(4300, 8.7, 0, 1.2, 0.2, 0.3, 0.1)))
	b.WriteString(opening(4400, box(4400, 1.7, 0, 2, 0.2, 0.1, 0.3)))
	m, e := one(t, file("#100", b.String()))
	holdTo(t, m, e, 36-20*0.3-0.001-0.006-0.006, 1e-6)
	if _, _, open := meshArea(m); open > 0 {
		t.Errorf("%d edges are open", open)
	}
}

// An opening as large as its wall leaves nothing, which is told.
func TestAnOpeningThatLeavesNothing(t *testing.T) {
	_, e := one(t, file("#100", box(100, 0, 0, 0, 6, 0.3, 3)+opening(1000, box(1000, -1, -1, -1, 8, 2, 5))))
	if e.Triangles != 0 || e.Net.Volume != 0 || !near(e.Gross.Volume, 5.4, 1e-9) {
		t.Errorf("%d triangles, %v of %v m³ are left", e.Triangles, e.Net.Volume, e.Gross.Volume)
	}
}

// What cannot be cut is drawn without that cut, and told.
func TestCutsThatCannotBeRead(t *testing.T) {
	cut := func(n, first, second int) string {
		return fmt.Sprintf("#%d=IFCBOOLEANCLIPPINGRESULT(.DIFFERENCE.,#%d,#%d);\n", n, first, second)
	}
	block := box(200, 0, 0, 0, 2, 2, 2)
	for _, c := range []struct {
		name, lines, want string
		volume            float64
	}{
		{"a half space behind a cylinder", cut(100, 101, 110) + cut(101, 200, 120) + block + "#110=IFCHALFSPACESOLID(#111,.T.);\n#111=IFCCYLINDRICALSURFACE(#11,1.);\n" + box(120, 0, 0, 0, 1, 1, 1), "without the second operand of #100: #111 IfcCylindricalSurface bounds a half space", 7},
		{"a body that is open", cut(100, 200, 110) + block + "#110=IFCTRIANGULATEDFACESET(#111,$,$,((1,2,3)),$);\n#111=IFCCARTESIANPOINTLIST3D(((0.,0.,1.),(1.,0.,1.),(0.,1.,1.)));\n", "cuts with a body that is not closed", 8},
		{"an operand that is not there", cut(100, 200, 110) + block, "#110 is referred to but stands nowhere", 8},
		{"an extrusion by less than nothing", "#100=IFCEXTRUDEDAREASOLID(#101,$,#13,-2.);\n#101=IFCRECTANGLEPROFILEDEF(.AREA.,$,$,2.,2.);", "less than nothing", 8},
	} {
		t.Run(c.name, func(t *testing.T) {
			m, e := one(t, file("#100", c.lines))
			if !near(e.Net.Volume, c.volume, 1e-6) || !near(meshVolume(m), c.volume, 1e-6) {
				t.Errorf("%v m³, drawn %v, want %v", e.Net.Volume, meshVolume(m), c.volume)
			}
			if len(m.Notes) != 1 || !strings.Contains(m.Notes[0].Why, c.want) {
				t.Errorf("notes %v, want %q", m.Notes, c.want)
			}
		})
	}
}
