package collada_test

import (
	"context"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/codec/collada"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// held is what the triangles of a scene enclose and how many edges of triangles
// have no counterpart that runs the other way, points being one where they are
// equal.
func held(sc *scene.Scene) (volume, area float64, open int) {
	at := corners(sc, nil)
	edges := map[[2]geom.Vec3]int{}
	for i := 0; i < len(at); i += 3 {
		n := at[i+1].Sub(at[i]).Cross(at[i+2].Sub(at[i]))
		volume += at[i].Sub(at[0]).Dot(n) / 6
		area += n.Len() / 2
		for k := range 3 {
			a, b := at[i+k], at[i+(k+1)%3]
			edges[[2]geom.Vec3{a, b}]++
			edges[[2]geom.Vec3{b, a}]--
		}
	}
	for _, n := range edges {
		open += max(0, n)
	}
	return volume, area, open
}

// inwards counts the corners whose normal looks to the back of their triangle.
func inwards(sc *scene.Scene) int {
	n := 0
	for _, m := range sc.Meshes {
		for _, p := range m.Primitives {
			v := func(list []float32, i uint32) geom.Vec3 {
				return geom.Vec3{float64(list[3*i]), float64(list[3*i+1]), float64(list[3*i+2])}
			}
			for i := 0; i < len(p.Indices); i += 3 {
				a, b, c := p.Indices[i], p.Indices[i+1], p.Indices[i+2]
				front := v(p.Positions, b).Sub(v(p.Positions, a)).Cross(v(p.Positions, c).Sub(v(p.Positions, a)))
				for _, k := range [3]uint32{a, b, c} {
					if v(p.Normals, k).Dot(front) < 0 {
						n++
					}
				}
			}
		}
	}
	return n
}

func sample(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func boxOf(sc *scene.Scene) geom.Box {
	box := geom.EmptyBox()
	for _, p := range corners(sc, nil) {
		box = box.Add(p)
	}
	return box
}

// splines swap an edge and the upper side of the box for splines of degree one,
// whose inputs are named in the plural by the drafts.
func splines(curve, curveEnd, surface, surfaceEnd, plural string) []string {
	list := func(id, kind, numbers string) string {
		stride := 1
		if kind == "points" {
			stride = 3
		}
		return fmt.Sprintf(`<source id="%s"><float_array id="%s-array">%s</float_array><technique_common><accessor source="#%[2]s-array" count="%[4]d" stride="%[5]d"/></technique_common></source>`,
			id, id, numbers, len(strings.Fields(numbers))/stride, stride)
	}
	input := func(semantic, id string) string {
		return fmt.Sprintf(`<input semantic="%s" source="#%s"/>`, semantic, id)
	}
	degree := ""
	if plural != "" {
		degree = input("DEGREES", "d") + input("DEGREES_U", "d") + input("DEGREES_V", "d")
	}
	return []string{
		"<line><origin>0 0 0</origin><direction>0 1 0</direction></line>",
		"<" + curve + ">" + list("cp", "points", "0 0 0 0 1 0 0 3 0") + list("cw", "", "1 1 1") + list("ck", "", "0 0 1 3 3") + list("d", "", "1") +
			"<control_vertices>" + input("POSITION"+plural, "cp") + input("WEIGHT"+plural, "cw") + input("KNOT"+plural, "ck") + degree + "</control_vertices></" + curveEnd + ">",
		"<plane><equation>0 0 1 -2</equation></plane>",
		"<" + surface + ">" + list("sp", "points", "-1 -1 2 -1 4 2 5 -1 2 5 4 2") + list("sw", "", "1 1 1 1") + list("sk", "", "0 0 1 1") +
			"<control_vertices>" + input("POSITION"+plural, "sp") + input("WEIGHT"+plural, "sw") +
			input("KNOT"+plural+"_U", "sk") + input("KNOT"+plural+"_V", "sk") + degree + "</control_vertices></" + surfaceEnd + ">",
	}
}

// The sample is a box of 4 × 3 × 2 cm and a lying cylinder of 1 cm radius and
// 5 cm length.
func TestBrepOfTheSchema(t *testing.T) {
	const wantVolume, wantArea = (24 + 5*math.Pi) * 1e-6, (52 + 12*math.Pi) * 1e-4
	whole := string(sample(t, "solids.dae"))
	for name, c := range map[string]struct {
		swap  []string // old, new, …
		notes string   // what a note must say; "": there is none
	}{
		"as it is": {},
		"names of the drafts": {swap: []string{"<orient>0 1 0 90</orient>", "<rotate>0 1 0 90</rotate>", "<origin>10 1 1</origin>", "<translate>10 1 1</translate>",
			"<origin>15 1 1</origin>", "<translate>15 1 1</translate>", "cylinder>", "cylindrical>"}},
		"turns of the frame":      {swap: []string{"<orient>0 1 0 90</orient>", "<orient>0 1 0 -90</orient>"}},
		"without parameters":      {swap: []string{`<input semantic="PARAM" source="#params" offset="4"/>`, `<input semantic="NOTHING" source="#params" offset="4"/>`}},
		"inside out":              {swap: []string{"<p>0 1 1 1</p></solids>", "<p>0 0 1 0</p></solids>"}},
		"without solids":          {swap: []string{"<vcount>1 1</vcount><p>0 1 1 1</p></solids>", "</solids>"}},
		"an elliptical cylinder":  {swap: []string{"<circle><radius>1</radius></circle>", "<ellipse><radius>1 1</radius></ellipse>"}},
		"a cylinder swept":        {swap: []string{"<cylinder><radius>1</radius></cylinder>", "<swept_surface><curve><circle><radius>1</radius></circle></curve><direction>0 0 1</direction></swept_surface>"}},
		"a cylinder turned":       {swap: []string{"<cylinder><radius>1</radius></cylinder>", "<swept_surface><curve><line><origin>1 0 0</origin><direction>0 0 1</direction></line></curve><origin>0 0 0</origin><axis>0 0 1</axis></swept_surface>"}},
		"a cylinder that tapers":  {swap: []string{"<cylinder><radius>1</radius></cylinder>", "<tapered_cylinder><height>1</height><radius1>1 1</radius1><radius2>1 1</radius2></tapered_cylinder>"}},
		"splines of the schema":   {swap: splines(`nurbs degree="1"`, "nurbs", `nurbs_surface degree_u="1" degree_v="1"`, "nurbs_surface", "")},
		"splines of the drafts":   {swap: splines("spline", "spline", "spline", "spline", "S")},
		"a spline without knots":  {swap: splines(`nurbs degree="1"`, "nurbs", `nurbs_surface degree_u="2" degree_v="1"`, "nurbs_surface", ""), notes: "do not fit its 4 control points"},
		"no surface of a face":    {swap: []string{"part-shape/surface3 ", "part-shape/nothing "}, notes: "geometry part-shape, face 3: it is left out: surface 3 is not there"},
		"a surface elsewhere":     {swap: []string{"<equation>0 0 1 -2</equation>", "<equation>0 0 1 -4</equation>"}, notes: "face 1: it is left out: its surface passes its edges 0.02 m away"},
		"a curve elsewhere":       {swap: []string{"<origin>0 0 0</origin><direction>0 1 0</direction>", "<origin>0 0 1</origin><direction>0 1 0</direction>"}, notes: "edge 0: its curve passes its vertices 0.01 m away"},
		"a curve that is empty":   {swap: []string{"<line><origin>0 0 0</origin><direction>0 1 0</direction></line>", ""}, notes: "its curve is not there, or is empty"},
		"a parabola":              {swap: []string{"<line><origin>0 0 0</origin><direction>0 1 0</direction></line>", "<parabola><focal>1</focal></parabola>"}, notes: "parabola, which is not read"},
		"too few indices":         {swap: []string{"<vcount>4 4 4 4 4 4 4 1 1</vcount>", "<vcount>4 4 4 4 4 4 4 1 9</vcount>"}, notes: "wires: vcount asks at 8 for more entries than p has"},
		"a vertex that is not":    {swap: []string{`<input semantic="VERTEX" source="#vertices" offset="2"/>`, `<input semantic="VERTEX" source="#vertices" offset="3"/>`}, notes: "it is left out"},
		"no vertices":             {swap: []string{`<input semantic="POSITION" source="#points"/>`, ""}, notes: "refer to 0 vertices"},
		"no faces":                {swap: []string{"<faces ", "<others ", "</faces>", "</others>"}, notes: "it has no faces"},
		"a solid that is not":     {swap: []string{"<p>0 1 1 1</p></solids>", "<p>0 1 7 1</p></solids>"}, notes: "solid 1: shell 7 is not there"},
		"a face that is not":      {swap: []string{"<p>0 0 1 1", "<p>0 0 99 1"}, notes: "shell 0: face 99 is not there"},
		"coordinates without end": {swap: []string{">0 0 0 4 0 0", ">0 0 1e29 4 0 0"}, notes: "check its coordinates"},
	} {
		text := strings.NewReplacer(c.swap...).Replace(whole)
		if len(c.swap) > 0 && text == whole {
			t.Errorf("%s: nothing is swapped", name)
			continue
		}
		sc, notes, err := collada.Read(context.Background(), "solids.dae", []byte(text), collada.Options{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if c.notes != "" {
			found := false
			for _, n := range notes {
				found = found || strings.Contains(n.Place+": "+n.Why, c.notes)
			}
			if !found {
				t.Errorf("%s: notes %v, want %q", name, notes, c.notes)
			}
			continue
		}
		volume, area, open := held(sc)
		if len(notes) > 0 || open > 0 || inwards(sc) > 0 || math.Abs(volume/wantVolume-1) > 0.01 || math.Abs(area/wantArea-1) > 0.01 {
			t.Errorf("%s: volume %g cm³, want %g; area %g cm², want %g; %d open edges, %d corners look inwards, notes %v",
				name, 1e6*volume, 1e6*wantVolume, 1e4*area, 1e4*wantArea, open, inwards(sc), notes)
		}
		if box := boxOf(sc); box.Max.Sub(geom.Vec3{0.15, 0.02, 0}).Len() > 1e-6 || box.Min.Sub(geom.Vec3{0, 0, -0.03}).Len() > 1e-6 {
			t.Errorf("%s: it reaches from %v to %v", name, box.Min, box.Max)
		}
	}
}

// pieces are the bodies of a scene by what they hold, smallest first: triangles
// that share points are of one.
func pieces(sc *scene.Scene) []float64 {
	at := corners(sc, nil)
	of := map[geom.Vec3]geom.Vec3{}
	var root func(p geom.Vec3) geom.Vec3
	root = func(p geom.Vec3) geom.Vec3 {
		if q, ok := of[p]; ok && q != p {
			of[p] = root(q)
			return of[p]
		}
		return p
	}
	for i := 0; i < len(at); i += 3 {
		of[root(at[i+1])] = root(at[i])
		of[root(at[i+2])] = root(at[i])
	}
	volume := map[geom.Vec3]float64{}
	for i := 0; i < len(at); i += 3 {
		volume[root(at[i])] += at[i].Dot(at[i+1].Cross(at[i+2])) / 6
	}
	return slices.Sorted(maps.Values(volume))
}

// The crank arm is two solids, as Khronos's own sample of boundary
// representations has them: a bush of 4 faces, and the arm of 49 faces that it
// sits in. Its lengths are millimetres, of which it says nothing.
func TestRealBrep(t *testing.T) {
	unitless := 0
	sc, notes, err := collada.Read(context.Background(), "crankarm.dae", machine(t, "crankarm.dae"), collada.Options{Unitless: func(breps bool) {
		if breps {
			unitless++
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	volume, area, open := held(sc)
	box := boxOf(sc)
	held := pieces(sc)
	t.Logf("%d triangles from %.3f to %.3f, volumes %.1f, area %.1f, %d open edges, notes %v", sc.Triangles(), box.Min, box.Max, held, area, open, notes)
	if len(notes) != 1 || notes[0].Place != "asset" || unitless != 1 {
		t.Errorf("notes %v, told %d times to be without a unit; want one note on it, and all 53 faces", notes, unitless)
	}
	if open > 0 || inwards(sc) > 0 || len(held) != 2 {
		t.Fatalf("%d open edges, %d corners look inwards, %d bodies; want 2 closed ones", open, inwards(sc), len(held))
	}
	// The bush: radii 10.2 and 6, 72 long.
	if bush := math.Pi * (10.2*10.2 - 6*6) * 72; math.Abs(held[0]/bush-1) > 0.01 {
		t.Errorf("the bush holds %.1f, want %.1f", held[0], bush)
	}
	if math.Abs(held[1]-38_700) > 400 || math.Abs(volume-held[0]-held[1]) > 1e-3*volume {
		t.Errorf("the arm holds %.1f of %.1f", held[1], volume)
	}
	// The file's points reach from (44.9207, -15.1068, -149) to (178.387,
	// 20.4122, -77); the arm's round end, of which they mark one side, has the
	// radius 20.4122 about x = 44.9207.
	if lo, hi := (geom.Vec3{44.9207 - 20.4122, -20.4122, -149}), (geom.Vec3{178.43, 20.4122, -77}); box.Min.Sub(lo).Len() > 0.01 || box.Max.Sub(hi).Len() > 0.06 {
		t.Errorf("it reaches from %v to %v, want %v to %v", box.Min, box.Max, lo, hi)
	}
}
