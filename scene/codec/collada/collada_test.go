package collada_test

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-gl/mathgl/mgl64"
	"pgregory.net/rapid"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/codec/collada"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// lidded is a box with a lid that turns about an edge and a latch that follows.
func lidded() *scene.Scene {
	sc := &scene.Scene{}
	steel := sc.AddMaterial(scene.Material{Name: "steel", BaseColor: [4]float32{0.2, 0.3, 0.4, 1}, Roughness: 0.5, Metallic: 0.75, Pattern: scene.BrushedMetal, PatternSize: 0.25, DoubleSided: true})
	triangle := sc.AddMesh(scene.Mesh{Name: "triangle", Primitives: []scene.Primitive{{
		Positions: []float32{0, 0, 0, 1, 0, 0, 0, 1, 0}, Normals: []float32{0, 0, 1, 0, 0, 1, 0, 0, 1},
		UVs: []float32{0, 0, 1, 0, 0, 1}, Indices: []uint32{0, 1, 2}, Material: steel,
	}}})
	body := sc.AddNode(scene.Node{Name: "body", Parent: scene.None, Mesh: triangle, Joint: scene.None, Local: mgl64.Translate3D(1, 2, 3)})
	lid := sc.AddJoint(scene.Joint{Name: "hinge", Kind: scene.Revolute, Axis: geom.Vec3{1, 0, 0}, Origin: geom.Vec3{0, 0.5, -0.2}, Min: -0.5, Max: 1.5, SpeedMax: 2})
	latch := sc.AddJoint(scene.Joint{Name: "latch", Kind: scene.Prismatic, Axis: geom.Vec3{0, 0, 1}, Min: -0.1, Max: 0.3, Mimic: scene.Mimic{Of: lid, Ratio: 0.1, Shift: 0.02}})
	top := sc.AddNode(scene.Node{Name: "lid", Parent: body, Mesh: triangle, Joint: lid, Local: mgl64.HomogRotate3DY(0.3)})
	sc.AddNode(scene.Node{Name: "bolt", Parent: top, Mesh: triangle, Joint: latch, Local: mgl64.Translate3D(0, 0.1, 0)})
	return sc
}

func Example() {
	data, err := collada.Write(lidded())
	if err != nil {
		fmt.Println(err)
		return
	}
	sc, notes, err := collada.Read(context.Background(), "box.dae", data, collada.Options{})
	fmt.Println(len(sc.Joints), "joints,", sc.Triangles(), "triangles,", len(notes), "notes,", err)
	fmt.Printf("%s from %.1f to %.1f rad\n", sc.Joints[0].Name, sc.Joints[0].Min, sc.Joints[0].Max)
	// Output:
	// 2 joints, 3 triangles, 0 notes, <nil>
	// hinge from -0.5 to 1.5 rad
}

// corners are the world positions of all triangles' corners.
func corners(sc *scene.Scene, joints []float64) []geom.Vec3 {
	var out []geom.Vec3
	for i, m := range sc.World(joints, nil) {
		if n := sc.Nodes[i]; n.Mesh != scene.None {
			for _, p := range sc.Meshes[n.Mesh].Primitives {
				for _, k := range p.Indices {
					out = append(out, mgl64.TransformCoordinate(geom.Vec3{float64(p.Positions[3*k]), float64(p.Positions[3*k+1]), float64(p.Positions[3*k+2])}, m))
				}
			}
		}
	}
	return out
}

func TestWhatIsWrittenMovesTheSame(t *testing.T) {
	want := lidded()
	data, err := collada.Write(want)
	if err != nil {
		t.Fatal(err)
	}
	got, notes, err := collada.Read(context.Background(), "box.dae", data, collada.Options{})
	if err != nil || len(notes) > 0 {
		t.Fatal(err, notes)
	}
	rapid.Check(t, func(t *rapid.T) {
		q := []float64{rapid.Float64Range(-3, 3).Draw(t, "lid"), rapid.Float64Range(-1, 1).Draw(t, "latch")}
		a, b := corners(want, q), corners(got, q)
		if len(a) != len(b) {
			t.Fatalf("%d corners, want %d", len(b), len(a))
		}
		for i := range a {
			if a[i].Sub(b[i]).Len() > 1e-6 {
				t.Fatalf("corner %d at %v, want %v", i, b[i], a[i])
			}
		}
	})
	for i, j := range got.Joints {
		w := want.Joints[i]
		if j.Kind != w.Kind || math.Abs(j.Min-w.Min) > 1e-9 || math.Abs(j.Max-w.Max) > 1e-9 || math.Abs(j.SpeedMax-w.SpeedMax) > 1e-9 ||
			math.Abs(j.Mimic.Ratio-w.Mimic.Ratio) > 1e-9 || math.Abs(j.Mimic.Shift-w.Mimic.Shift) > 1e-9 {
			t.Errorf("joint %+v\nwant  %+v", j, w)
		}
	}
	m, w := got.Materials[0], want.Materials[0]
	if m.Pattern != w.Pattern || m.PatternSize != w.PatternSize || m.Metallic != w.Metallic || m.DoubleSided != w.DoubleSided {
		t.Errorf("material %+v, want %+v", m, w)
	}
	if m.Name != w.Name || math.Abs(float64(m.BaseColor[1]-w.BaseColor[1])) > 1e-4 || math.Abs(float64(m.Roughness-w.Roughness)) > 1e-3 {
		t.Errorf("material %+v, want %+v", m, w)
	}
}

func machine(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "..", "..", "shared", "data", "kinematics", name))
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skipf("no real machine beside the checkout: %v", err)
	}
	return data
}

func TestRealMachines(t *testing.T) {
	for name, want := range map[string]struct {
		joints, mimics int
		triangles      int
		height         float64    // metres
		limit          [2]float64 // of the first joint, degrees
	}{
		"kawada-hironx.zae":    {23, 0, 24116, 0.97, [2]float64{-162.949, 162.949}},
		"neuronics-katana.zae": {8, 1, 47580, 0.84, [2]float64{-169.5, 169.5}},
	} {
		sc, notes, err := collada.Read(context.Background(), name, machine(t, name), collada.Options{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		box := geom.EmptyBox()
		for _, p := range corners(sc, nil) {
			box = box.Add(p)
		}
		mimics := 0
		for _, j := range sc.Joints {
			if j.Mimic.Ratio != 0 {
				mimics++
			}
		}
		t.Logf("%s: %d joints, %d follow, %d triangles, %.2f m, first %.1f..%.1f° at %.1f°/s, notes %v", name, len(sc.Joints), mimics, sc.Triangles(), box.Size(),
			sc.Joints[0].Min*180/math.Pi, sc.Joints[0].Max*180/math.Pi, sc.Joints[0].SpeedMax*180/math.Pi, notes)
		if len(sc.Joints) != want.joints || mimics != want.mimics || sc.Triangles() != want.triangles || math.Abs(box.Size()[1]-want.height) > 0.01 {
			t.Errorf("%s: %d joints, %d follow, %d triangles; want %+v", name, len(sc.Joints), mimics, sc.Triangles(), want)
		}
		if math.Abs(sc.Joints[0].Min*180/math.Pi-want.limit[0]) > 1e-3 || math.Abs(sc.Joints[0].Max*180/math.Pi-want.limit[1]) > 1e-3 {
			t.Errorf("%s: the first joint runs from %g to %g", name, sc.Joints[0].Min, sc.Joints[0].Max)
		}
		moved := make([]float64, len(sc.Joints))
		for i, j := range sc.Joints {
			moved[i] = (j.Min + j.Max) / 3
		}
		far := 0.0
		rest := corners(sc, nil)
		for i, p := range corners(sc, moved) {
			far = max(far, p.Sub(rest[i]).Len())
		}
		if far < 0.05 {
			t.Errorf("%s: nothing moves more than %g m", name, far)
		}
	}
}

func TestBadDocumentsSayWhatIsWrong(t *testing.T) {
	for name, c := range map[string]struct{ data, want string }{
		"empty":     {"", "COLLADA"},
		"not XML":   {"hello", "COLLADA"},
		"other XML": {"<svg/>", "COLLADA"},
		"no scene":  {"<COLLADA/>", "visual scene"},
		"deep":      {strings.Repeat("<a>", 1000), "deeper"},
		"zip":       {"PK\x03\x04junk", "zip"},
		"cycle":     {`<COLLADA><library_visual_scenes><visual_scene><node id="a"><instance_node url="#a"/></node></visual_scene></library_visual_scenes></COLLADA>`, "cycle"},
		"bomb": {`<COLLADA><library_nodes>` + func() string {
			var b strings.Builder
			for i := range 30 {
				fmt.Fprintf(&b, `<node id="n%d">%s</node>`, i, strings.Repeat(fmt.Sprintf(`<instance_node url="#n%d"/>`, i+1), 10))
			}
			return b.String()
		}() + `</library_nodes><library_visual_scenes><visual_scene><node><instance_node url="#n0"/></node></visual_scene></library_visual_scenes></COLLADA>`, "nodes"},
	} {
		if _, _, err := collada.Read(context.Background(), "m.dae", []byte(c.data), collada.Options{}); err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "m.dae") {
			t.Errorf("%s: %v, want the file and %q", name, err, c.want)
		}
	}
}

func FuzzRead(f *testing.F) {
	whole, err := collada.Write(lidded())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(whole)
	f.Add([]byte(`<COLLADA><library_geometries><geometry id="g"><mesh><source id="s"><float_array>0 0 0 1 0 0 1 1 0 0 1 0</float_array></source><polygons><input semantic="VERTEX" source="#s" offset="0"/><ph><p>0 1 2 3</p><h>0 1 2</h></ph></polygons></mesh></geometry></library_geometries><library_visual_scenes><visual_scene><node><skew>1 2 3 4 5 6 7</skew><instance_geometry url="#g"/></node></visual_scene></library_visual_scenes></COLLADA>`))
	f.Add(sample(f, "solids.dae"))
	f.Add([]byte(strings.NewReplacer(splines("spline", "spline", "spline", "spline", "S")...).Replace(string(sample(f, "solids.dae")))))
	f.Fuzz(func(t *testing.T, data []byte) {
		sc, _, err := collada.Read(context.Background(), "f.dae", data, collada.Options{})
		if err == nil {
			if _, err := collada.Write(sc); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func BenchmarkRead(b *testing.B) {
	data := machine(b, "neuronics-katana.zae")
	for b.Loop() {
		if _, _, err := collada.Read(context.Background(), "katana.zae", data, collada.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
