package ifc_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/go-gl/mathgl/mgl64"
	"pgregory.net/rapid"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/codec/ifc"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// authored is a door or window whose leaves are known. Its frame lies on the
// ground at 3, 4 with x to the north and y to the west.
type authored struct {
	kind, op string
	panels   string // property sets of its type, #300 and on
	lining   []geom.Box
	leaves   []geom.Box
	clear    bool // leaves are rings with a pane
	mesh     bool // one triangle mesh has it all
}

var (
	// A door of one leaf in a lining 0.1 deep, flush with its +y side.
	lining1 = []geom.Box{bx(0, 0, 0, 0.05, 0.1, 2.1), bx(0.95, 0, 0, 1, 0.1, 2.1), bx(0.05, 0, 2.05, 0.95, 0.1, 2.1)}
	leaf1   = []geom.Box{bx(0.05, 0.06, 0, 0.95, 0.1, 2.05)}
	// The same of two leaves, and of four.
	lining2 = []geom.Box{bx(0, 0, 0, 0.05, 0.1, 2.1), bx(1.85, 0, 0, 1.9, 0.1, 2.1), bx(0.05, 0, 2.05, 1.85, 0.1, 2.1)}
	leaf2   = []geom.Box{bx(0.05, 0.06, 0, 0.95, 0.1, 2.05), bx(0.95, 0.06, 0, 1.85, 0.1, 2.05)}
	leaf4   = []geom.Box{bx(0.05, 0.06, 0, 0.5, 0.1, 2.05), bx(0.5, 0.06, 0, 0.95, 0.1, 2.05), bx(0.95, 0.06, 0, 1.4, 0.1, 2.05), bx(1.4, 0.06, 0, 1.85, 0.1, 2.05)}
	// A window of one sash that lies before its lining on the -y side.
	lining3 = []geom.Box{bx(0, 0, 0, 0.07, 0.08, 1.2), bx(0.93, 0, 0, 1, 0.08, 1.2), bx(0.07, 0, 0, 0.93, 0.08, 0.07), bx(0.07, 0, 1.13, 0.93, 0.08, 1.2)}
	sash3   = []geom.Box{bx(0.05, -0.04, 0.05, 0.95, 0, 1.15)}
)

func bx(x0, y0, z0, x1, y1, z1 float64) geom.Box {
	return geom.Box{Min: geom.Vec3{x0, y0, z0}, Max: geom.Vec3{x1, y1, z1}}
}

// made is the file.
func (a authored) made() []byte {
	var b strings.Builder
	var items []string
	n := 1000
	put := func(lines string) {
		items = append(items, fmt.Sprintf("#%d", n))
		b.WriteString(lines)
		n += 20
	}
	var boxes []geom.Box
	for _, c := range append(append([]geom.Box{}, a.lining...), a.leaves...) {
		boxes = append(boxes, c)
		if a.mesh {
			continue
		}
		d := c.Size()
		if a.clear && len(boxes) > len(a.lining) {
			const bar = 0.08
			outer, inner := outlined(c.Min[0], c.Min[2], c.Max[0], c.Max[2]), outlined(c.Min[0]+bar, c.Min[2]+bar, c.Max[0]-bar, c.Max[2]-bar)
			put(fmt.Sprintf("#%d=IFCEXTRUDEDAREASOLID(#%d,#%d,#13,%g);\n#%d=IFCARBITRARYPROFILEDEFWITHVOIDS(.AREA.,$,#%d,(#%d));\n"+
				"#%d=IFCINDEXEDPOLYCURVE(#%d,$,.F.);\n#%d=IFCCARTESIANPOINTLIST2D(%s);\n#%d=IFCINDEXEDPOLYCURVE(#%d,$,.F.);\n#%d=IFCCARTESIANPOINTLIST2D(%s);\n"+
				"#%d=IFCAXIS2PLACEMENT3D(#%d,#%d,#14);\n#%d=IFCCARTESIANPOINT((0.,%g,0.));\n#%d=IFCDIRECTION((0.,-1.,0.));\n",
				n, n+1, n+6, d[1], n+1, n+2, n+4, n+2, n+3, n+3, outer, n+4, n+5, n+5, inner, n+6, n+7, n+8, n+7, c.Max[1], n+8))
			put(box(n, c.Min[0]+bar, c.Min[1]+0.01, c.Min[2]+bar, d[0]-2*bar, 0.02, d[2]-2*bar))
			continue
		}
		put(box(n, c.Min[0], c.Min[1], c.Min[2], d[0], d[1], d[2]))
	}
	if a.mesh {
		put(meshOf(n, boxes))
	}
	attributes := "2.1,1.,$," + a.op + ",$"
	if a.kind == "IFCWINDOW" {
		attributes = "1.2,1.,$,.NOTDEFINED.,$"
	}
	lines := fmt.Sprintf(`
#30=%s('0000000000000000000030',$,'thing',$,$,#31,#34,$,%s);
#31=IFCLOCALPLACEMENT($,#32);
#32=IFCAXIS2PLACEMENT3D(#33,#13,#15);
#33=IFCCARTESIANPOINT((3.,4.,0.));
#34=IFCPRODUCTDEFINITIONSHAPE($,$,(#35));
#35=IFCSHAPEREPRESENTATION(#3,'Body','CSG',(%s));
`, a.kind, attributes, strings.Join(items, ","))
	if a.panels != "" {
		kind, closing := "IFCDOORTYPE", ".DOOR.,.NOTDEFINED.,$,$"
		if a.kind == "IFCWINDOW" {
			kind, closing = "IFCWINDOWTYPE", ".WINDOW.,.NOTDEFINED.,$,$"
		}
		lines += fmt.Sprintf("#36=IFCRELDEFINESBYTYPE('0000000000000000000036',$,$,$,(#30),#37);\n#37=%s('0000000000000000000037',$,'type',$,$,(#300,#301),$,$,$,%s);\n%s", kind, closing, a.panels)
	}
	return file("#100", box(100, 50, 0, 0, 1, 1, 1)+b.String()+lines)
}

func outlined(x0, y0, x1, y1 float64) string {
	return fmt.Sprintf("((%g,%g),(%g,%g),(%g,%g),(%g,%g),(%g,%g))", x0, y0, x1, y0, x1, y1, x0, y1, x0, y0)
}

// meshOf is boxes as one triangle mesh.
func meshOf(n int, boxes []geom.Box) string {
	var points, triangles []string
	for k, b := range boxes { // neighbours leave a gap, as real ones do
		b.Min[2], b.Max[2] = b.Min[2]+1e-4*float64(k), b.Max[2]-1e-4*float64(k)
		for i := range 8 {
			p := b.Min
			for axis := range 3 {
				if i>>axis&1 == 1 {
					p[axis] = b.Max[axis]
				}
			}
			points = append(points, fmt.Sprintf("(%g,%g,%g)", p[0], p[1], p[2]))
		}
		for _, t := range [][3]int{{0, 2, 1}, {1, 2, 3}, {4, 5, 6}, {5, 7, 6}, {0, 1, 4}, {1, 5, 4}, {2, 6, 3}, {3, 6, 7}, {0, 4, 2}, {2, 4, 6}, {1, 3, 5}, {3, 7, 5}} {
			triangles = append(triangles, fmt.Sprintf("(%d,%d,%d)", 8*k+t[0]+1, 8*k+t[1]+1, 8*k+t[2]+1))
		}
	}
	return fmt.Sprintf("#%d=IFCTRIANGULATEDFACESET(#%d,$,.T.,(%s),$);\n#%d=IFCCARTESIANPOINTLIST3D((%s));\n", n, n+1, strings.Join(triangles, ","), n+1, strings.Join(points, ","))
}

// opened is where a point of a part, in the door's frame, stands in the file's
// when all joints are at a share of their range: -1 to 1.
func opened(t testing.TB, m *ifc.Model, part string, at geom.Vec3, share float64) geom.Vec3 {
	t.Helper()
	joints := make([]float64, len(m.Scene.Joints))
	for i, j := range m.Scene.Joints {
		if joints[i] = share * j.Max; share < 0 {
			joints[i] = -share * j.Min
		}
	}
	carrier := -1
	for i, n := range m.Scene.Nodes {
		if n.Part == part && n.Joint != scene.None {
			carrier = i
		}
	}
	if carrier < 0 {
		t.Fatalf("no %s moves; notes %v", part, m.Notes)
	}
	world := m.Scene.World(m.Scene.Resolve(joints), nil)
	p := mgl64.TransformCoordinate(geom.Vec3{at[0], at[2], -at[1]}, world[carrier])
	return geom.Vec3{p[0], -p[2], p[1]}
}

// inFile takes a point of the door's frame to the file's.
func inFile(p geom.Vec3) geom.Vec3 { return geom.Vec3{3 - p[1], 4 + p[0], p[2]} }

type movement struct {
	part     string
	share    float64
	from, to geom.Vec3 // in the door's frame
}

func TestOperationsMoveTheRightWay(t *testing.T) {
	panel := func(n int, kind, how, where string) string {
		if kind == "WINDOW" {
			return fmt.Sprintf("#%d=IFCWINDOWPANELPROPERTIES('%022d',$,$,$,.%s.,.%s.,$,$,$);\n", n, n, how, where)
		}
		return fmt.Sprintf("#%d=IFCDOORPANELPROPERTIES('%022d',$,$,$,0.04,.%s.,1.,.%s.,$);\n", n, n, how, where)
	}
	v := func(x, y, z float64) geom.Vec3 { return geom.Vec3{x, y, z} }
	// The free edge of a leaf 0.9 wide, a metre up, before and after.
	leftShut, leftOpen := v(0.95, 0.1, 1), v(0.05, 1, 1)
	rightShut, rightOpen := v(0.05, 0.1, 1), v(0.95, 1, 1)
	fold := 1.4 // of the first of folded leaves
	for _, c := range []struct {
		name string
		door authored
		want []movement
	}{
		{"SINGLE_SWING_LEFT", authored{lining: lining1, leaves: leaf1}, []movement{{"leaf", 1, leftShut, leftOpen}}},
		{"SINGLE_SWING_RIGHT", authored{lining: lining1, leaves: leaf1}, []movement{{"leaf", 1, rightShut, rightOpen}}},
		{"DOUBLE_SWING_LEFT", authored{lining: lining1, leaves: leaf1}, []movement{
			{"leaf", 1, v(0.95, 0.08, 1), v(0.05, 0.98, 1)}, {"leaf", -1, v(0.95, 0.08, 1), v(0.05, -0.82, 1)}}},
		{"DOUBLE_SWING_RIGHT", authored{lining: lining1, leaves: leaf1}, []movement{
			{"leaf", 1, v(0.05, 0.08, 1), v(0.95, 0.98, 1)}, {"leaf", -1, v(0.05, 0.08, 1), v(0.95, -0.82, 1)}}},
		{"DOUBLE_DOOR_SINGLE_SWING", authored{lining: lining2, leaves: leaf2}, []movement{
			{"leaf-1", 1, leftShut, leftOpen}, {"leaf-2", 1, v(0.95, 0.1, 1), v(1.85, 1, 1)}}},
		{"DOUBLE_DOOR_SINGLE_SWING_OPPOSITE_LEFT", authored{lining: lining2, leaves: leaf2}, []movement{
			{"leaf-1", 1, leftShut, leftOpen}, {"leaf-2", 1, v(0.95, 0.06, 1), v(1.85, -0.84, 1)}}},
		{"DOUBLE_DOOR_SINGLE_SWING_OPPOSITE_RIGHT", authored{lining: lining2, leaves: leaf2}, []movement{
			{"leaf-1", 1, v(0.95, 0.06, 1), v(0.05, -0.84, 1)}, {"leaf-2", 1, v(0.95, 0.1, 1), v(1.85, 1, 1)}}},
		{"DOUBLE_DOOR_DOUBLE_SWING", authored{lining: lining2, leaves: leaf2}, []movement{
			{"leaf-1", -1, v(0.95, 0.08, 1), v(0.05, -0.82, 1)}, {"leaf-2", 1, v(0.95, 0.08, 1), v(1.85, 0.98, 1)}}},
		{"SWING_FIXED_LEFT", authored{lining: lining2, leaves: leaf2}, []movement{{"leaf", 1, leftShut, leftOpen}}},
		{"SWING_FIXED_RIGHT", authored{lining: lining2, leaves: leaf2, panels: panel(300, "DOOR", "SWINGING", "LEFT") + panel(301, "DOOR", "FIXEDPANEL", "RIGHT")},
			[]movement{{"leaf", 1, rightShut, rightOpen}}},
		{"SLIDING_TO_LEFT", authored{lining: lining1, leaves: []geom.Box{bx(0, 0.1, 0, 1, 0.14, 2.1)}}, []movement{{"leaf", 1, v(1, 0.1, 1), v(0.05, 0.1, 1)}}},
		{"SLIDING_TO_RIGHT", authored{lining: lining1, leaves: []geom.Box{bx(0, 0.1, 0, 1, 0.14, 2.1)}}, []movement{{"leaf", 1, v(0, 0.1, 1), v(0.95, 0.1, 1)}}},
		{"DOUBLE_DOOR_SLIDING", authored{lining: lining2, leaves: []geom.Box{bx(0, 0.1, 0, 0.95, 0.14, 2.1), bx(0.95, 0.1, 0, 1.9, 0.14, 2.1)}}, []movement{
			{"leaf-1", 1, v(0.95, 0.1, 1), v(0.95-0.9025, 0.1, 1)}, {"leaf-2", 1, v(0.95, 0.1, 1), v(0.95+0.9025, 0.1, 1)}}},
		{"FOLDING_TO_LEFT", authored{lining: []geom.Box{lining1[0], lining1[1], lining1[2]}, leaves: leaf4[:2]}, []movement{
			{"leaf-1", 1, v(0.5, 0.1, 1), v(0.05+0.45*math.Cos(fold), 0.1+0.45*math.Sin(fold), 1)},
			{"leaf-2", 1, v(0.95, 0.06, 1), v(0.05+0.9*math.Cos(fold)+0.04*math.Sin(fold), 0.1-0.04*math.Cos(fold), 1)}}},
		{"DOUBLE_DOOR_FOLDING", authored{lining: lining2, leaves: leaf4}, []movement{
			{"leaf-1", 1, v(0.5, 0.1, 1), v(0.05+0.45*math.Cos(fold), 0.1+0.45*math.Sin(fold), 1)},
			{"leaf-3", 1, v(1.4, 0.1, 1), v(1.85-0.45*math.Cos(fold), 0.1+0.45*math.Sin(fold), 1)}}},
		{"ROLLINGUP", authored{lining: lining1, leaves: []geom.Box{bx(0.05, 0.06, 0, 0.95, 0.1, 0.5), bx(0.05, 0.06, 0.5, 0.95, 0.1, 1), bx(0.05, 0.06, 1, 0.95, 0.1, 2)}},
			[]movement{{"leaf", 1, v(0.5, 0.1, 0), v(0.5, 0.1, 1.9)}}},
		{"NOTDEFINED", authored{lining: lining1, leaves: append([]geom.Box{bx(0.1, 0.1, 1, 0.2, 0.15, 1.05)}, leaf1...)}, []movement{{"leaf", 1, rightShut, rightOpen}}},

		{"SIDEHUNGLEFTHAND", authored{kind: "IFCWINDOW", lining: lining3, leaves: sash3}, []movement{{"sash", 1, v(0.95, -0.04, 1), v(0.05, -0.94, 1)}}},
		{"SIDEHUNGRIGHTHAND", authored{kind: "IFCWINDOW", lining: lining3, leaves: sash3}, []movement{{"sash", 1, v(0.05, -0.04, 1), v(0.95, -0.94, 1)}}},
		{"TOPHUNG", authored{kind: "IFCWINDOW", lining: lining3, leaves: sash3}, []movement{{"sash", 1, v(0.5, -0.04, 0.05), v(0.5, -0.04-1.1*math.Sin(0.8), 1.15-1.1*math.Cos(0.8))}}},
		{"BOTTOMHUNG", authored{kind: "IFCWINDOW", lining: lining3, leaves: sash3}, []movement{{"sash", 1, v(0.5, -0.04, 1.15), v(0.5, -0.04-1.1*math.Sin(0.8), 0.05+1.1*math.Cos(0.8))}}},
		{"SLIDINGVERTICAL", authored{kind: "IFCWINDOW", lining: lining3, leaves: sash3}, []movement{{"sash", 1, v(0.5, 0, 0.05), v(0.5, 0, 1.095)}}},
	} {
		forms := []string{"solid", "glazed", "one mesh"}
		if c.name == "ROLLINGUP" || c.name == "NOTDEFINED" { // a curtain and a handle have no panes
			forms = []string{"solid", "one mesh"}
		}
		for _, form := range forms {
			t.Run(c.name+" "+form, func(t *testing.T) {
				d := c.door
				d.op, d.clear, d.mesh = "."+c.name+".", form == "glazed", form == "one mesh"
				if d.kind == "" {
					d.kind = "IFCDOOR"
				} else {
					d.panels = panel(300, "WINDOW", c.name, "MIDDLE")
				}
				m := read(t, "door.ifc", d.made())
				within := 1e-6
				if d.mesh { // its boxes keep a gap
					within = 1e-3
				}
				for _, w := range c.want {
					if got := opened(t, m, w.part, w.from, 0); got.Sub(inFile(w.from)).Len() > within {
						t.Errorf("%s shut: %v is at %.3f, want %.3f", w.part, w.from, got, inFile(w.from))
					}
					if got := opened(t, m, w.part, w.from, w.share); got.Sub(inFile(w.to)).Len() > within {
						t.Errorf("%s at %v: %v is at %.3f, want %.3f", w.part, w.share, w.from, got, inFile(w.to))
					}
				}
				if guess := m.Elements[1].Leaves[0].Guessed; guess != (c.name == "NOTDEFINED") {
					t.Errorf("guessed: %v", guess)
				}
				checkLining(t, m)
			})
		}
	}
}

// checkLining: the lining stays, and each leaf is drawn where it stands.
func checkLining(t *testing.T, m *ifc.Model) {
	t.Helper()
	still, moving := 0, 0
	for _, n := range m.Scene.Nodes {
		if n.Mesh == scene.None || n.Entity != m.Elements[1].Key() {
			continue
		}
		if n.Parent == scene.None {
			still++
		} else {
			moving++
		}
	}
	if still != 1 || moving != len(m.Elements[1].Leaves) {
		t.Errorf("%d meshes stand and %d move, want 1 and %d", still, moving, len(m.Elements[1].Leaves))
	}
}

// A tilt-and-turn sash has two joints, and is turned with the tilt at rest.
func TestTiltAndTurn(t *testing.T) {
	m := read(t, "window.ifc", authored{kind: "IFCWINDOW", lining: lining3, leaves: sash3, clear: true,
		panels: "#300=IFCWINDOWPANELPROPERTIES('0000000000000000000300',$,$,$,.TILTANDTURNLEFTHAND.,.MIDDLE.,$,$,$);\n"}.made())
	if len(m.Scene.Joints) != 2 || m.Scene.Joints[0].Max != math.Pi/2 || m.Scene.Joints[1].Max > 0.2 {
		t.Fatalf("joints %+v", m.Scene.Joints)
	}
	if m.Scene.Nodes[1].Parent != 0 && m.Scene.Nodes[2].Parent != 1 {
		t.Errorf("nodes %+v", m.Scene.Nodes)
	}
}

// Every door that is drawn with leaves stands shut as the file has it, whatever
// its sizes are.
func TestLeavesAreWholeForAnySize(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		wide, high, deep := rapid.Float64Range(0.6, 3).Draw(t, "wide"), rapid.Float64Range(1.8, 3).Draw(t, "high"), rapid.Float64Range(0.05, 0.4).Draw(t, "deep")
		bar, thick := rapid.Float64Range(0.01, 0.1).Draw(t, "bar"), rapid.Float64Range(0.03, 0.05).Draw(t, "thick")
		a := authored{kind: "IFCDOOR", op: ".DOUBLE_DOOR_SINGLE_SWING.", clear: rapid.Bool().Draw(t, "clear"), mesh: rapid.Bool().Draw(t, "mesh"),
			lining: []geom.Box{bx(0, 0, 0, bar, deep, high), bx(wide-bar, 0, 0, wide, deep, high), bx(bar, 0, high-bar, wide-bar, deep, high)},
			leaves: []geom.Box{bx(bar, 0, 0, wide/2, thick, high-bar), bx(wide/2, 0, 0, wide-bar, thick, high-bar)}}
		a.clear = a.clear && !a.mesh
		m, err := readQuietly(a.made())
		if err != nil {
			t.Fatal(err)
		}
		if got := m.Elements[1]; len(got.Leaves) != 2 {
			t.Fatalf("%d leaves; notes %v", len(got.Leaves), m.Notes)
		}
		box := geom.EmptyBox()
		for i, world := range m.Scene.World(nil, nil) {
			if n := m.Scene.Nodes[i]; n.Mesh != scene.None && n.Entity == m.Elements[1].Key() {
				box = box.Union(m.Scene.Meshes[n.Mesh].Box().Transform(world))
			}
		}
		if d := box.Size().Sub(m.Elements[1].Box.Size()); d.Len() > 1e-5 {
			t.Fatalf("drawn %v, told %v", box, m.Elements[1].Box)
		}
	})
}

// The real houses: each of their doors has hinges or slides.
func TestRealDoorsOpen(t *testing.T) {
	for name, want := range map[string]struct{ doors, guessed, sashes int }{fzk: {5, 1, 18}, duplex: {14, 0, 0}} {
		m := read(t, name, shared(t, name))
		doors, guessed, sashes := 0, 0, 0
		for _, e := range m.Elements {
			switch {
			case e.Type == "IfcDoor" && len(e.Leaves) > 0:
				doors++
				if e.Leaves[0].Guessed {
					guessed++
				}
			case e.Type == "IfcDoor":
				t.Errorf("%s: door %s does not open", name, e.Name)
			default:
				sashes += len(e.Leaves)
			}
		}
		if doors != want.doors || guessed != want.guessed || sashes != want.sashes {
			t.Errorf("%s: %d doors open, %d of them by guess, and %d sashes; want %+v", name, doors, guessed, sashes, want)
		}
	}
}
