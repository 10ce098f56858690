package generate_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/go-gl/mathgl/mgl64"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/codec/gltf"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/scene/light"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/generate"
)

// run generates a site from files.
func run(t testing.TB, answers map[string]map[string]string, files ...generate.File) *generate.Result {
	t.Helper()
	cat, err := generate.Catalogue()
	if err != nil {
		t.Fatal(err)
	}
	got, err := generate.Run(context.Background(), generate.Input{ID: "site", Name: "Site", Files: files, Answers: answers, Catalogue: cat})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// TestAnExportedSiteComesBack: a site exported as glTF and generated from that
// file has the same things with the same classes, signals, rooms and joints.
func TestAnExportedSiteComesBack(t *testing.T) {
	want, sc, _ := demo(t)
	extras := generate.Meaning(want.Site, want.Building)
	whole, err := gltf.Write(sc, gltf.WriteOptions{Extras: extras})
	if err != nil {
		t.Fatal(err)
	}
	lighter, err := light.File(context.Background(), sc, light.Options{MaxError: 0.01, Extras: extras})
	if err != nil {
		t.Fatal(err)
	}
	cat, err := generate.Catalogue()
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"whole.glb": whole, "light.glb": lighter.Data} {
		in := generate.Input{ID: want.Site.ID, Name: want.Site.Name, Catalogue: cat, Files: []generate.File{{Kind: generate.KindModel, Name: name, Data: data}}}
		got, err := generate.Run(context.Background(), in)
		if err != nil {
			t.Fatal(err)
		}
		if r := got.Report; r.ElementsTotal != r.ElementsUnderstood || len(r.Notes) > 0 || len(r.Questions) > 0 {
			t.Errorf("%s: %d of %d understood, notes %v", name, r.ElementsUnderstood, r.ElementsTotal, r.Notes)
		}
		same := cmp.Options{
			cmpopts.EquateEmpty(), cmpopts.IgnoreFields(twin.Asset{}, "Provenance", "Shape"), cmpopts.IgnoreFields(twin.Zone{}, "Provenance"), cmpopts.IgnoreFields(twin.Site{}, "Sources"),
		}
		if d := cmp.Diff(want.Site, got.Site, same); d != "" {
			t.Errorf("%s: the site is another one:\n%s", name, d)
		}
		again, _, err := generate.Scene(context.Background(), got.Site, got.Building, cat)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(moving(sc), moving(again)); d != "" {
			t.Errorf("%s: the joints are others:\n%s", name, d)
		}
	}
}

// moving are the joints of a scene by the entity and part that they move.
func moving(sc *scene.Scene) map[string]scene.Joint {
	out := map[string]scene.Joint{}
	entities, parts := sc.Entities(), sc.Parts()
	for i, n := range sc.Nodes {
		if n.Joint != scene.None {
			j := sc.Joints[n.Joint]
			j.Mimic.Of = 0 // the order of joints is free
			name := entities[i] + " " + parts[i]
			for k := 2; ; k++ {
				if _, twice := out[name]; !twice {
					break
				}
				name = fmt.Sprintf("%s %s %d", entities[i], parts[i], k)
			}
			out[name] = j
		}
	}
	return out
}

// thing is a box with a name.
type thing struct {
	name string
	box  geom.Box
}

// flat is a small flat of one storey with things in it, metres, +Y up.
var flat = []thing{
	{"Floor slab", geom.Box{Min: geom.Vec3{0, -0.2, 0}, Max: geom.Vec3{8, 0, 6}}},
	{"Wall north", geom.Box{Min: geom.Vec3{0, 0, 0}, Max: geom.Vec3{8, 2.6, 0.2}}},
	{"Wall south", geom.Box{Min: geom.Vec3{0, 0, 5.8}, Max: geom.Vec3{8, 2.6, 6}}},
	{"Wall west", geom.Box{Min: geom.Vec3{0, 0, 0.2}, Max: geom.Vec3{0.2, 2.6, 5.8}}},
	{"Mesh.012", geom.Box{Min: geom.Vec3{7.8, 0, 0.2}, Max: geom.Vec3{8, 2.6, 5.8}}}, // the wall in the east
	{"Room living", geom.Box{Min: geom.Vec3{0.2, 0, 0.2}, Max: geom.Vec3{7.8, 2.6, 5.8}}},
	{"Sofa_01", geom.Box{Min: geom.Vec3{1, 0, 1}, Max: geom.Vec3{3.1, 0.8, 1.9}}},
	{"Esstisch", geom.Box{Min: geom.Vec3{4, 0, 3}, Max: geom.Vec3{5.8, 0.75, 3.9}}},
	{"Refrigerator", geom.Box{Min: geom.Vec3{7, 0, 0.3}, Max: geom.Vec3{7.7, 1.9, 1}}},
	{"Wardrobe big.002", geom.Box{Min: geom.Vec3{0.3, 0, 3}, Max: geom.Vec3{0.9, 2.2, 4.5}}},
	{"Gizmo", geom.Box{Min: geom.Vec3{5, 0, 5}, Max: geom.Vec3{5.4, 0.5, 5.4}}},
}

// boxScene is the flat as nodes below groups, scaled.
func boxScene(things []thing, scale float64) *scene.Scene {
	sc := &scene.Scene{}
	m := sc.AddMaterial(scene.Material{Name: "grey", BaseColor: [4]float32{0.5, 0.5, 0.5, 1}, Roughness: 0.5})
	house := sc.AddNode(scene.Node{Name: "House", Parent: scene.None, Mesh: scene.None, Joint: scene.None, Local: geom.Identity()})
	storey := sc.AddNode(scene.Node{Name: "Ground level", Parent: house, Mesh: scene.None, Joint: scene.None, Local: mgl64.Translate3D(scale, 0, 0)})
	for _, x := range things {
		var p scene.Primitive
		p.Material = m
		for k := range 8 {
			v := corner(x.box, k)
			p.Positions = append(p.Positions, float32(scale*(v[0]-1)), float32(scale*v[1]), float32(scale*v[2]))
			p.Normals = append(p.Normals, 0, 1, 0)
		}
		for _, t := range sides {
			p.Indices = append(p.Indices, uint32(t[0]), uint32(t[1]), uint32(t[2]))
		}
		mesh := sc.AddMesh(scene.Mesh{Name: x.name, Primitives: []scene.Primitive{p}})
		sc.AddNode(scene.Node{Name: x.name, Parent: storey, Mesh: mesh, Joint: scene.None, Local: geom.Identity()})
	}
	return sc
}

func corner(b geom.Box, k int) geom.Vec3 {
	v := b.Min
	for axis := range 3 {
		if k>>axis&1 == 1 {
			v[axis] = b.Max[axis]
		}
	}
	return v
}

var sides = [][3]int{{0, 2, 1}, {1, 2, 3}, {4, 5, 6}, {5, 7, 6}, {0, 1, 4}, {1, 5, 4}, {2, 6, 3}, {3, 6, 7}, {0, 4, 2}, {2, 4, 6}, {1, 3, 5}, {3, 7, 5}}

// objOf is the same as OBJ, scaled; up is its axis.
func objOf(things []thing, scale float64, up byte) []byte {
	var b strings.Builder
	n := 0
	for _, x := range things {
		fmt.Fprintf(&b, "o %s\n", x.name)
		for k := range 8 {
			v := corner(x.box, k).Mul(scale)
			if up == 'z' {
				v = geom.Vec3{v[0], -v[2], v[1]}
			}
			fmt.Fprintf(&b, "v %g %g %g\n", v[0], v[1], v[2])
		}
		for _, t := range sides {
			fmt.Fprintf(&b, "f %d %d %d\n", n+t[0]+1, n+t[1]+1, n+t[2]+1)
		}
		n += 8
	}
	return []byte(b.String())
}

// stlOf and plyOf are one box as binary STL and as PLY, +Z up.
func stlOf(box geom.Box, scale float64) []byte {
	out := make([]byte, 84)
	binary.LittleEndian.PutUint32(out[80:], uint32(len(sides)))
	for _, t := range sides {
		out = append(out, make([]byte, 12)...)
		for _, k := range t {
			v := corner(box, k).Mul(scale)
			for _, x := range []float64{v[0], -v[2], v[1]} {
				out = binary.LittleEndian.AppendUint32(out, math.Float32bits(float32(x)))
			}
		}
		out = append(out, 0, 0)
	}
	return out
}

func plyOf(box geom.Box, scale float64) []byte {
	var b strings.Builder
	b.WriteString("ply\nformat ascii 1.0\nelement vertex 8\nproperty float x\nproperty float y\nproperty float z\nelement face 12\nproperty list uchar int vertex_indices\nend_header\n")
	for k := range 8 {
		v := corner(box, k).Mul(scale)
		fmt.Fprintf(&b, "%g %g %g\n", v[0], -v[2], v[1])
	}
	for _, t := range sides {
		fmt.Fprintf(&b, "3 %d %d %d\n", t[0], t[1], t[2])
	}
	return []byte(b.String())
}

// retold is a generated site as text.
func retold(r *generate.Result) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d of %d understood\n", r.Report.ElementsUnderstood, r.Report.ElementsTotal)
	for _, a := range r.Site.Assets {
		fmt.Fprintf(&b, "%s is a %s %q, %.2f × %.2f × %.2f m at %.2f, %.2f, %.2f turned %.0f°, inferred %v\n", a.ID, a.Class, a.Name, a.Size[0], a.Size[1], a.Size[2],
			a.Pose.Position[0], a.Pose.Position[1], a.Pose.Position[2], a.Pose.Yaw*180/math.Pi, a.Inferred)
	}
	if r.Building != nil {
		for _, e := range r.Building.Elements {
			fmt.Fprintf(&b, "%s %s from %.2f to %.2f\n", e.Entity, e.Type, e.Box.Min, e.Box.Max)
		}
	}
	for _, z := range r.Site.Zones {
		fmt.Fprintf(&b, "%s %s %.2f high %.2f\n", z.Kind, z.Name, z.Outline, z.Height)
	}
	for _, q := range r.Report.Questions {
		fmt.Fprintf(&b, "question %s\n", q)
	}
	for _, n := range r.Report.Notes {
		fmt.Fprintf(&b, "note %s\n", n)
	}
	return b.String()
}

// TestObjectsOfAModel: what the nodes of a file are called becomes walls, rooms
// and things; the golden files say what is understood.
func TestGoldenObjectsOfAModel(t *testing.T) {
	metres, err := gltf.Write(boxScene(flat, 1), gltf.WriteOptions{Bare: true})
	if err != nil {
		t.Fatal(err)
	}
	millimetres, err := gltf.Write(boxScene(flat, 1000), gltf.WriteOptions{Bare: true})
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"flat.glb": metres, "flat-mm.glb": millimetres, "flat-mm.obj": objOf(flat, 1000, 'y'), "flat-z.obj": objOf(flat, 1, 'z')} {
		t.Run(name, func(t *testing.T) {
			got := retold(run(t, nil, generate.File{Kind: generate.KindModel, Name: name, Data: data}))
			path := filepath.Join("testdata", "golden", name+".txt")
			if os.Getenv("UPDATE") != "" {
				if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("%s differs; UPDATE=1 rewrites it\ngot:\n%s\nwant:\n%s", path, got, want)
			}
		})
	}
}

// The unit and the way up of a file that tells neither are those that make the
// thing as large as things of its name are, and are asked.
func TestUnitsAreGuessedAndAsked(t *testing.T) {
	fridge := geom.Box{Min: geom.Vec3{0, 0, 0}, Max: geom.Vec3{0.7, 1.9, 0.65}}
	box := geom.Box{Min: geom.Vec3{0, 0, 0}, Max: geom.Vec3{0.9, 0.3, 0.4}}
	for _, c := range []struct {
		name       string
		data       []byte
		answers    map[string]string
		class      string
		high       float64
		unit, axis string
	}{
		{"refrigerator.stl", stlOf(fridge, 1000), nil, "refrigerator", 1.9, "mm", "z"},
		{"refrigerator.stl", stlOf(fridge, 1), nil, "refrigerator", 1.9, "m", "z"},
		{"refrigerator.obj", objOf([]thing{{"body", fridge}}, 100, 'y'), nil, "refrigerator", 1.9, "cm", "y"},
		{"refrigerator.obj", objOf([]thing{{"body", fridge}}, 1/0.0254, 'z'), nil, "refrigerator", 1.9, "in", "z"},
		{"fridge.ply", plyOf(fridge, 1), nil, "refrigerator", 1.9, "m", "z"},
		{"gizmo.stl", stlOf(box, 1000), nil, "object", 0.3, "mm", "z"},
		{"gizmo.obj", objOf([]thing{{"body", box}}, 1, 'y'), nil, "object", 0.3, "m", "y"},
		{"gizmo.obj", objOf([]thing{{"body", box}}, 1, 'y'), map[string]string{"units": "ft", "up": "z"}, "object", 0.4 * 0.3048, "ft", "z"},
		{"gizmo.obj", objOf([]thing{{"body", box}}, 1, 'y'), map[string]string{"units": "miles", "up": "x"}, "object", 0.3, "m", "y"},
	} {
		kind, ok := generate.KindOf(c.name, c.data[:min(len(c.data), generate.HeadMax)])
		if !ok || kind != generate.KindModel {
			t.Errorf("%s is %q", c.name, kind)
		}
		got := run(t, map[string]map[string]string{c.name: c.answers}, generate.File{Kind: generate.KindModel, Name: c.name, Data: c.data})
		i := slices.IndexFunc(got.Site.Assets, func(a twin.Asset) bool { return a.Shape == c.name })
		if i < 0 {
			t.Fatalf("%s: no thing of it among %v", c.name, got.Site.Assets)
		}
		a := got.Site.Assets[i]
		if a.Class != c.class || math.Abs(a.Size[1]-c.high) > 1e-3 {
			t.Errorf("%s: %s of %v, want %s %v high", c.name, a.Class, a.Size, c.class, c.high)
		}
		guess := map[string]string{}
		for _, q := range got.Report.Questions {
			guess[q.ID] = q.Guess
			if c.answers[q.ID] == q.Guess && q.Confidence != 1 {
				t.Errorf("%s: %s was answered, and is %v sure", c.name, q.ID, q.Confidence)
			}
		}
		if guess["units"] != c.unit || guess["up"] != c.axis {
			t.Errorf("%s: guessed %v, want %s and %s up", c.name, guess, c.unit, c.axis)
		}
		if told := fmt.Sprint(got.Report.Notes); strings.Contains(told, "is not understood") != (c.answers["units"] == "miles") {
			t.Errorf("%s: notes %s", c.name, told)
		}
	}
}

// partOf is the part of COLLADA's own tests, 150 units long, without a unit and
// about its middle.
func partOf(t *testing.T) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "scene", "codec", "collada", "testdata", "solids.dae"))
	if err != nil {
		t.Fatal(err)
	}
	out := strings.NewReplacer(`<unit name="centimeter" meter="0.01"/>`, "", `<node id="part" name="part">`, `<node id="part" name="part"><translate>0 0 -10</translate><scale>10 10 10</scale>`).Replace(string(data))
	if len(out) < len(data) {
		t.Fatal("the sample is another one")
	}
	return []byte(out)
}

// A part of curved faces whose file states no unit is in millimetres, unless
// the answer is another; and it stands on the floor.
func TestAPartWithoutAUnit(t *testing.T) {
	part := partOf(t)
	for answer, want := range map[string]float64{"": 0.15, "mm": 0.15, "cm": 1.5} {
		answers := map[string]map[string]string{}
		if answer != "" {
			answers["bracket.dae"] = map[string]string{"units": answer}
		}
		got := run(t, answers, generate.File{Kind: generate.KindModel, Name: "bracket.dae", Data: part})
		if len(got.Site.Assets) != 1 {
			t.Fatalf("%d things, want one", len(got.Site.Assets))
		}
		a := got.Site.Assets[0]
		if math.Abs(a.Size[0]-want) > 1e-3 || a.Pose.Position[1] != 0 {
			t.Errorf("answer %q: %v large at %v, want %v m long on the floor", answer, a.Size, a.Pose.Position, want)
		}
		cat, err := generate.Catalogue()
		if err != nil {
			t.Fatal(err)
		}
		sc, _, err := generate.Scene(context.Background(), got.Site, got.Building, cat)
		if err != nil {
			t.Fatal(err)
		}
		lowest, world, owner := math.Inf(1), sc.World(nil, nil), sc.Entities()
		for i, n := range sc.Nodes {
			if n.Mesh == scene.None || owner[i] != string(a.ID) {
				continue
			}
			for _, p := range sc.Meshes[n.Mesh].Primitives {
				for v := 0; v < len(p.Positions); v += 3 {
					lowest = min(lowest, mgl64.TransformCoordinate(geom.Vec3{float64(p.Positions[v]), float64(p.Positions[v+1]), float64(p.Positions[v+2])}, world[i])[1])
				}
			}
		}
		if math.Abs(lowest) > 1e-3 {
			t.Errorf("answer %q: its lowest point is at %v m", answer, lowest)
		}
		if len(got.Report.Questions) == 0 || got.Report.Questions[0].ID != "units" {
			t.Errorf("answer %q: it is not asked: %v", answer, got.Report.Questions)
		}
	}
	whole := strings.Replace(string(part), "<up_axis>", `<unit name="millimeter" meter="0.001"/><up_axis>`, 1)
	if got := run(t, nil, generate.File{Kind: generate.KindModel, Name: "bracket.dae", Data: []byte(whole)}); len(got.Report.Questions) > 0 {
		t.Errorf("it states its unit, and is asked %v", got.Report.Questions)
	}
}

// A list of points named .ply stays a scan.
func TestPointsAreNoMesh(t *testing.T) {
	head := "ply\nformat ascii 1.0\nelement vertex 3\nproperty float x\nproperty float y\nproperty float z\nelement face 0\nproperty list uchar int vertex_indices\nend_header\n"
	if kind, _ := generate.KindOf("room.ply", []byte(head)); kind != generate.KindScan {
		t.Errorf("points are a %s", kind)
	}
}

// A building that a converter wrote from a building model: its nodes bear types
// of IFC.
func TestARealBuildingAsGLB(t *testing.T) {
	const name = "building.glb"
	data, err := os.ReadFile(filepath.Join("../../../shared/data/light", name))
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skipf("%v: put %s there to run this test", err, name)
	}
	got := run(t, nil, generate.File{Kind: generate.KindModel, Name: name, Data: data})
	kinds := map[string]int{}
	for _, e := range got.Building.Elements {
		kinds[e.Type]++
	}
	if kinds["wall"] != 13 || kinds["window"] != 11 || kinds["door"] != 5 || kinds["slab"] < 3 || kinds["proxy"] != 0 {
		t.Errorf("elements %v", kinds)
	}
	if got.Report.ByClass["armchair"] != 1 || got.Report.ElementsUnderstood != got.Report.ElementsTotal {
		t.Errorf("things %v, %d of %d understood", got.Report.ByClass, got.Report.ElementsUnderstood, got.Report.ElementsTotal)
	}
}
