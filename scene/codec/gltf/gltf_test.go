package gltf_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-gl/mathgl/mgl64"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/codec/gltf"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// cabinet is a box with a door on a hinge, a drawer, a latch that follows the
// door, a strut that closes a loop, glass and a picture.
func cabinet() *scene.Scene {
	sc := &scene.Scene{Images: []scene.Image{{Name: "label", MIME: "image/png", Data: onePixel}}}
	wood := sc.AddMaterial(scene.Material{Name: "wood", BaseColor: [4]float32{0.5, 0.3, 0.1, 1}, Roughness: 0.7, Pattern: scene.Wood, PatternSize: 0.4, Color: scene.Map{Image: 1}})
	glass := sc.AddMaterial(scene.Material{Name: "glass", BaseColor: [4]float32{0.9, 0.95, 1, 0.3}, Roughness: 0.05, Alpha: scene.Glass, DoubleSided: true})
	lamp := sc.AddMaterial(scene.Material{Name: "lamp", BaseColor: [4]float32{1, 1, 1, 1}, Roughness: 1, Emissive: [3]float32{4, 3, 2}})
	box := sc.AddMesh(scene.Mesh{Name: "box", Primitives: []scene.Primitive{cube(wood)}})
	pane := sc.AddMesh(scene.Mesh{Name: "pane", Primitives: []scene.Primitive{cube(glass), cube(lamp)}})
	body := sc.AddNode(scene.Node{Name: "cabinet", Parent: scene.None, Mesh: box, Joint: scene.None, Local: mgl64.Translate3D(3, 0, -2).Mul4(mgl64.HomogRotate3DY(0.4)), Entity: "cabinet-1"})
	hinge := sc.AddJoint(scene.Joint{Name: "door", Kind: scene.Revolute, Axis: geom.Vec3{0, -1, 0}, Origin: geom.Vec3{0.5, 0, 0.1}, Min: 0, Max: 1.7, SpeedMax: 2, Drive: "cabinet-1/door-angle", Scale: math.Pi / 180})
	rail := sc.AddJoint(scene.Joint{Name: "drawer", Kind: scene.Prismatic, Axis: geom.Vec3{0, 0, 1}, Min: 0, Max: 0.4})
	latch := sc.AddJoint(scene.Joint{Name: "latch", Kind: scene.Revolute, Axis: geom.Vec3{1, 0, 0}, Min: -1, Max: 1, Mimic: scene.Mimic{Of: hinge, Ratio: -0.5, Shift: 0.1}})
	fan := sc.AddJoint(scene.Joint{Name: "fan", Kind: scene.Continuous, Axis: geom.Vec3{0, 0, 1}, Scale: 0.1})
	door := sc.AddNode(scene.Node{Name: "door", Parent: body, Mesh: pane, Joint: hinge, Local: mgl64.Translate3D(0, 1, 0.5), Part: "door"})
	sc.AddNode(scene.Node{Name: "latch", Parent: door, Mesh: box, Joint: latch, Local: mgl64.Translate3D(0.1, 0, 0).Mul4(mgl64.HomogRotate3DX(0.2)), Part: "latch"})
	drawer := sc.AddNode(scene.Node{Name: "drawer", Parent: body, Mesh: box, Joint: rail, Local: mgl64.HomogRotate3DZ(0.3), Part: "drawer"})
	sc.AddNode(scene.Node{Name: "fan", Parent: drawer, Mesh: box, Joint: fan, Local: mgl64.Translate3D(0, 0.2, 0)})
	sc.AddNode(scene.Node{Name: "sheared", Parent: body, Mesh: box, Joint: scene.None, Local: mgl64.ShearX3D(0.3, 0.1)})
	sc.Loops = []scene.Loop{{Name: "strut", A: door, B: drawer, AtA: geom.Vec3{0.1, 0.2, 0.3}, AtB: geom.Vec3{0, 0, 0.1}, Passive: []scene.JointID{rail}}}
	return sc
}

// embossed is a box with a picture of normals, and tangents to turn it by.
func embossed() *scene.Scene {
	sc := &scene.Scene{Images: []scene.Image{{Name: "normals", MIME: "image/png", Data: onePixel}}}
	p := cube(sc.AddMaterial(scene.Material{Name: "bumpy", BaseColor: [4]float32{1, 1, 1, 1}, Roughness: 1, Normal: scene.Map{Image: 1}}))
	for v := 0; v+2 < len(p.Normals); v += 3 {
		n := geom.Vec3{float64(p.Normals[v]), float64(p.Normals[v+1]), float64(p.Normals[v+2])}
		u := geom.Vec3{n[1], n[2], n[0]} // any of the plane
		p.Tangents = append(p.Tangents, float32(u[0]), float32(u[1]), float32(u[2]), float32(1-v/3%2*2))
	}
	box := sc.AddMesh(scene.Mesh{Name: "box", Primitives: []scene.Primitive{p}})
	sc.AddNode(scene.Node{Name: "box", Parent: scene.None, Mesh: box, Joint: scene.None, Local: geom.Identity(), Entity: "box"})
	return sc
}

func TestTangentsComeBack(t *testing.T) {
	want := embossed()
	for name, opt := range map[string]gltf.WriteOptions{
		"floats": {}, "bytes": {Step: 0.001, NormalBits: 8, NoUVs: true}, "packed": {Step: 0.001, NormalBits: 8, Meshopt: true, NoUVs: true},
	} {
		data, err := gltf.Write(want, opt)
		if err != nil {
			t.Fatal(err)
		}
		a, b := want.Meshes[0].Primitives[0].Tangents, read(t, data).Meshes[0].Primitives[0].Tangents
		if len(a) != len(b) {
			t.Fatalf("%s: %d numbers, want %d", name, len(b), len(a))
		}
		for i := range a {
			if math.Abs(float64(a[i]-b[i])) > 1e-6 {
				t.Fatalf("%s: tangents %v, want %v", name, b[i/4*4:i/4*4+4], a[i/4*4:i/4*4+4])
			}
		}
	}
	want.Materials[0].Normal, want.Materials[0].Color = scene.Map{}, scene.Map{Image: 1}
	data, err := gltf.Write(want, gltf.WriteOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(data), "TANGENT") {
		t.Error("tangents are written that nothing turns by")
	}
}

var onePixel = []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00\x90wS\xde\x00\x00\x00\x0cIDATx\x9cc\xf8\xcf\xc0\x00\x00\x03\x01\x01\x00\xc9\xfe\x92\xef\x00\x00\x00\x00IEND\xaeB`\x82")

func cube(m scene.MaterialID) scene.Primitive {
	p := scene.Primitive{Material: m}
	for axis := range 3 {
		u, v := (axis+1)%3, (axis+2)%3
		for _, side := range [2]float32{-0.5, 0.5} {
			first := uint32(len(p.Positions) / 3)
			for _, c := range [4][2]float32{{-0.5, -0.5}, {0.5, -0.5}, {0.5, 0.5}, {-0.5, 0.5}} {
				var at, n [3]float32
				at[axis], at[u], at[v] = side, 2*side*c[0], c[1]
				n[axis] = 2 * side
				p.Positions = append(p.Positions, at[:]...)
				p.Normals = append(p.Normals, n[:]...)
				p.UVs = append(p.UVs, c[0]+0.5, c[1]+0.5)
			}
			p.Indices = append(p.Indices, first, first+1, first+2, first, first+2, first+3)
		}
	}
	return p
}

func Example() {
	data, err := gltf.Write(cabinet(), gltf.WriteOptions{Meshopt: true, Step: 0.001, NormalBits: 8})
	if err != nil {
		fmt.Println(err)
		return
	}
	sc, _, err := gltf.Read(context.Background(), "cabinet.glb", data, gltf.ReadOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(sc.Triangles(), "triangles;", sc.Joints[0].Name, "opens to", sc.Joints[0].Max, "rad by", sc.Joints[0].Drive)
	// Output: 84 triangles; door opens to 1.7 rad by cabinet-1/door-angle
}

func read(t testing.TB, data []byte) *scene.Scene {
	t.Helper()
	sc, _, err := gltf.Read(context.Background(), "scene.glb", data, gltf.ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return sc
}

func TestAWholeSceneComesBack(t *testing.T) {
	want := cabinet()
	data, err := gltf.Write(want, gltf.WriteOptions{})
	if err != nil {
		t.Fatal(err)
	}
	got := read(t, data)
	// A file lists joints in the order of the nodes that they move.
	if d := cmp.Diff(want, got, cmpopts.EquateEmpty()); d != "" {
		t.Error(d)
	}
}

// corners are the world positions of all triangles' corners.
func corners(sc *scene.Scene, joints []float64) []geom.Vec3 {
	var out []geom.Vec3
	for i, m := range sc.World(joints, nil) {
		if n := sc.Nodes[i]; n.Mesh != scene.None && !n.Hidden {
			for _, p := range sc.Meshes[n.Mesh].Primitives {
				for _, k := range p.Indices {
					out = append(out, mgl64.TransformCoordinate(geom.Vec3{float64(p.Positions[3*k]), float64(p.Positions[3*k+1]), float64(p.Positions[3*k+2])}, m))
				}
			}
		}
	}
	return out
}

// farthest is how far any corner of one lies from all of the other.
func farthest(a, b []geom.Vec3) float64 {
	worst := 0.0
	for _, p := range a {
		least := math.Inf(1)
		for _, q := range b {
			least = math.Min(least, p.Sub(q).Len())
		}
		worst = math.Max(worst, least)
	}
	return worst
}

func TestQuantisedScenesMoveTheSame(t *testing.T) {
	want := cabinet()
	rapid.Check(t, func(t *rapid.T) {
		opt := gltf.WriteOptions{
			Step: rapid.SampledFrom([]float64{0, 0.0001, 0.002, 0.01}).Draw(t, "step"), NormalBits: rapid.SampledFrom([]int{0, 8, 12}).Draw(t, "bits"),
			Meshopt: rapid.Bool().Draw(t, "packed"), NoUVs: rapid.Bool().Draw(t, "no uvs"),
		}
		data, err := gltf.Write(want, opt)
		if err != nil {
			t.Fatal(err)
		}
		got, _, err := gltf.Read(context.Background(), "scene.glb", data, gltf.ReadOptions{})
		if err != nil {
			t.Fatal(err)
		}
		q := make([]float64, 4)
		for i := range q {
			q[i] = rapid.Float64Range(-2, 2).Draw(t, "q")
		}
		a, b := corners(want, q), corners(got, q)
		if most := math.Max(1e-6, opt.Step); farthest(a, b) > most || farthest(b, a) > most {
			t.Fatalf("%+v: corners lie %g m apart", opt, farthest(a, b))
		}
		if d := cmp.Diff(want.Joints, got.Joints); d != "" {
			t.Fatal(d)
		}
		for i, m := range got.Materials {
			w := want.Materials[i]
			if m.Name != w.Name || m.Pattern != w.Pattern || m.Alpha != w.Alpha || math.Abs(float64(m.Emissive[0]-w.Emissive[0])) > 1e-6 {
				t.Fatalf("material %+v, want %+v", m, w)
			}
		}
	})
}

func peers(t testing.TB, module string) string {
	t.Helper()
	dir, err := filepath.Abs("../../../testdata/peers")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "node_modules", module)); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("run npm ci in testdata/peers: %v", err)
		}
		t.Skipf("run npm ci in testdata/peers: %v", err)
	}
	return dir
}

func shared(t testing.TB, pattern string) []string {
	t.Helper()
	list, _ := filepath.Glob(filepath.Join("..", "..", "..", "..", "shared", "data", pattern))
	if len(list) == 0 {
		if os.Getenv("CI") == "true" {
			t.Fatalf("%s is not beside the checkout", pattern)
		}
		t.Skipf("%s is not beside the checkout", pattern)
	}
	return list
}

// TestTheKhronosValidatorFindsNoError in what is written: of our own scene, and
// of real models read and written again.
func TestTheKhronosValidatorFindsNoError(t *testing.T) {
	dir := peers(t, "gltf-validator")
	scenes := map[string]*scene.Scene{"cabinet": cabinet(), "shelf": shelf(), "embossed": embossed(), "dressed": dressed()}
	for _, path := range shared(t, "light/*.glb") {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		scenes[strings.TrimSuffix(filepath.Base(path), ".glb")] = read(t, data)
	}
	out := t.TempDir()
	args := []string{filepath.Join(dir, "validate.mjs")}
	for name, sc := range scenes {
		for kind, opt := range map[string]gltf.WriteOptions{
			"plain": {}, "instanced": {Instances: true}, "instanced and light": {Instances: true, Step: 0.0005, NormalBits: 8, Meshopt: true, NoUVs: true}, "light": {Step: 0.0005, NormalBits: 8, NoUVs: true}, "packed": {Step: 0.0005, NormalBits: 8, Meshopt: true, NoUVs: true}, "bare": {Bare: true, Meshopt: true},
		} {
			data, err := gltf.Write(sc, opt)
			if err != nil {
				t.Fatal(err)
			}
			file := filepath.Join(out, name+"-"+kind+".glb")
			if err := os.WriteFile(file, data, 0o644); err != nil {
				t.Fatal(err)
			}
			args = append(args, file)
		}
	}
	text, err := exec.Command("node", args...).Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			t.Fatalf("%v\n%s", err, exit.Stderr)
		}
		t.Fatal(err)
	}
	var reports map[string]struct {
		Errors, Warnings, Infos int
		Messages                []string
	}
	if err := json.Unmarshal(text, &reports); err != nil {
		t.Fatal(err)
	}
	if len(reports) != len(args)-1 {
		t.Errorf("%d reports for %d files", len(reports), len(args)-1)
	}
	for path, r := range reports {
		if r.Errors > 0 {
			t.Errorf("%s: %d errors, %d warnings: %v", filepath.Base(path), r.Errors, r.Warnings, r.Messages[:min(5, len(r.Messages))])
		}
	}
}

func TestForeignAnimationsBecomeJoints(t *testing.T) {
	want := cabinet()
	want.Loops = nil // what a loop moves has no clip
	data, err := gltf.Write(want, gltf.WriteOptions{})
	if err != nil {
		t.Fatal(err)
	}
	// As another program writes it: without our words.
	text := strings.ReplaceAll(string(data), `"joint"`, `"other"`)
	got := read(t, []byte(text))
	kinds := map[string]scene.Joint{}
	for _, n := range got.Nodes {
		if n.Joint != scene.None {
			kinds[n.Name] = got.Joints[n.Joint]
		}
	}
	door, drawer := kinds["door"], kinds["drawer"]
	if door.Kind != scene.Revolute || math.Abs(door.Max-door.Min-1.7) > 1e-3 || math.Abs(math.Abs(door.Axis[1])-1) > 1e-3 {
		t.Errorf("the door turns as %+v", door)
	}
	if drawer.Kind != scene.Prismatic || math.Abs(drawer.Max-0.4) > 1e-4 || math.Abs(drawer.Axis[2]-1) > 1e-3 {
		t.Errorf("the drawer slides as %+v", drawer)
	}
	if kinds["fan"].Kind != scene.Continuous {
		t.Errorf("the fan turns as %+v", kinds["fan"])
	}
}

func TestBadFilesSayWhatIsWrong(t *testing.T) {
	whole, err := gltf.Write(cabinet(), gltf.WriteOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ data, want string }{
		"empty":          {"", "neither GLB nor JSON"},
		"picture":        {string(onePixel), "neither GLB nor JSON"},
		"cut":            {string(whole[:len(whole)-100]), "cut off"},
		"header":         {string(whole[:13]), "cut off"},
		"version":        {"glTF\x01\x00\x00\x00" + string(whole[8:]), "version 1"},
		"not JSON":       {"{", "line 1"},
		"glTF 1":         {`{"asset":{"version":"1.0"}}`, "glTF 1.0"},
		"draco":          {`{"asset":{"version":"2.0"},"extensionsRequired":["KHR_draco_mesh_compression"]}`, "KHR_draco_mesh_compression"},
		"no mesh":        {`{"asset":{"version":"2.0"},"nodes":[{"mesh":4}]}`, "no mesh 4"},
		"cycle":          {`{"asset":{"version":"2.0"},"scenes":[{"nodes":[0]}],"nodes":[{"children":[0]}]}`, "cycle"},
		"huge accessor":  {`{"asset":{"version":"2.0"},"nodes":[{"mesh":0}],"meshes":[{"primitives":[{"attributes":{"POSITION":0}}]}],"accessors":[{"componentType":5126,"type":"VEC3","count":80000000}]}`, "80000000 elements"},
		"out of folder":  {`{"asset":{"version":"2.0"},"nodes":[{"mesh":0}],"meshes":[{"primitives":[{"attributes":{"POSITION":0}}]}],"accessors":[{"bufferView":0,"componentType":5126,"type":"VEC3","count":3}],"bufferViews":[{"buffer":0,"byteLength":36}],"buffers":[{"uri":"../secret.bin","byteLength":36}]}`, "leads out"},
		"missing beside": {`{"asset":{"version":"2.0"},"nodes":[{"mesh":0}],"meshes":[{"primitives":[{"attributes":{"POSITION":0}}]}],"accessors":[{"bufferView":0,"componentType":5126,"type":"VEC3","count":3}],"bufferViews":[{"buffer":0,"byteLength":36}],"buffers":[{"uri":"scene.bin","byteLength":36}]}`, "scene.bin is not at hand"},
	} {
		if _, _, err := gltf.Read(context.Background(), "m.glb", []byte(c.data), gltf.ReadOptions{}); err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "m.glb") {
			t.Errorf("%s: %v, want the file and %q", name, err, c.want)
		}
	}
}

func FuzzRead(f *testing.F) {
	for i, opt := range []gltf.WriteOptions{{}, {Step: 0.001, NormalBits: 8, Meshopt: true}, {Instances: true}, {}} {
		sc := shelf()
		if i == 3 {
			sc = dressed()
		}
		data, err := gltf.Write(sc, opt)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte(`{"asset":{"version":"2.0"},"scenes":[{"nodes":[0]}],"nodes":[{"mesh":0,"extensions":{"EXT_mesh_gpu_instancing":{"attributes":{"TRANSLATION":0}}}}],"meshes":[{"primitives":[{"mode":5,"attributes":{"POSITION":0}}]}],"accessors":[{"bufferView":0,"componentType":5120,"normalized":true,"type":"VEC3","count":4,"sparse":{"count":1,"indices":{"bufferView":0,"componentType":5121},"values":{"bufferView":0}}}],"bufferViews":[{"buffer":0,"byteLength":16,"byteStride":4}],"buffers":[{"uri":"data:application/octet-stream;base64,AAECAwQFBgcICQoLDA0ODw==","byteLength":16}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		sc, _, err := gltf.Read(context.Background(), "f.glb", data, gltf.ReadOptions{})
		if err == nil {
			if _, err := gltf.Write(sc, gltf.WriteOptions{Step: 0.01, NormalBits: 8, Meshopt: true}); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// Transforms that are written with few digits move nothing further than allowed.
func TestTransformsOfFewDigits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		most := rapid.SampledFrom([]float64{1e-4, 1e-3, 1e-2}).Draw(t, "most")
		sc := &scene.Scene{Materials: []scene.Material{{Name: "m"}}}
		box := sc.AddMesh(scene.Mesh{Name: "box", Primitives: []scene.Primitive{{
			Positions: []float32{0, 0, 0, 1, 0, 0, 0, 1, 0.5}, Normals: []float32{0, 0, 1, 0, 0, 1, 0, 0, 1}, Indices: []uint32{0, 1, 2},
		}}})
		number := rapid.Float64Range(-20, 20)
		parent := scene.NodeID(scene.None)
		for range rapid.IntRange(1, 4).Draw(t, "depth") {
			axis := geom.Vec3{number.Draw(t, "x"), number.Draw(t, "y"), 21}.Normalize()
			size := rapid.Float64Range(0.1, 5).Draw(t, "size")
			parent = sc.AddNode(scene.Node{Name: "n", Parent: parent, Mesh: box, Joint: scene.None,
				Local: mgl64.Translate3D(number.Draw(t, "at"), number.Draw(t, "at"), number.Draw(t, "at")).
					Mul4(mgl64.HomogRotate3D(number.Draw(t, "turn"), axis)).Mul4(mgl64.Scale3D(size, size, size))})
		}
		data, err := gltf.Write(sc, gltf.WriteOptions{Bare: true, Round: most})
		if err != nil {
			t.Fatal(err)
		}
		back, _, err := gltf.Read(context.Background(), "few digits", data, gltf.ReadOptions{})
		if err != nil {
			t.Fatal(err)
		}
		want, got := sc.World(nil, nil), back.World(nil, nil)
		for i := range want {
			for k := 0; k < 9; k += 3 {
				p := sc.Meshes[box].Primitives[0].Positions[k : k+3]
				at := geom.Vec3{float64(p[0]), float64(p[1]), float64(p[2])}
				if far := mgl64.TransformCoordinate(at, want[i]).Sub(mgl64.TransformCoordinate(at, got[i])).Len(); far > most {
					t.Fatalf("node %d moved by %g m, %g allowed", i, far, most)
				}
			}
		}
	})
}
