package catalogue

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/go-gl/mathgl/mgl64"
	"pgregory.net/rapid"

	"github.com/glasstwin/glasstwin/assets"
	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/codec/gltf"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
)

// wedge is a scene of one slanted triangle and one that lies, off the middle, below a
// node that turns and mirrors.
func wedge(local geom.Mat4) *scene.Scene {
	s := &scene.Scene{}
	m := s.AddMaterial(scene.Material{Name: "red", BaseColor: [4]float32{1, 0, 0, 1}, Roughness: 1})
	id := s.AddMesh(scene.Mesh{Primitives: []scene.Primitive{{Material: m,
		Positions: []float32{1, 0, 0, 3, 0, 0, 3, 1, 0.5, 1, 0, 0, 3, 0, 2, 3, 0, 0},
		Normals:   []float32{0, -0.447, 0.894, 0, -0.447, 0.894, 0, -0.447, 0.894, 0, 1, 0, 0, 1, 0, 0, 1, 0},
		Indices:   []uint32{0, 1, 2, 3, 4, 5}}}})
	s.AddNode(scene.Node{Parent: scene.None, Mesh: id, Joint: scene.None, Local: local})
	return s
}

func TestAModelStandsOnItsMiddle(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		angle, scale := rapid.Float64Range(-4, 4).Draw(t, "angle"), rapid.Float64Range(0.2, 5).Draw(t, "scale")
		mirror := []float64{-1, 1}[rapid.IntRange(0, 1).Draw(t, "mirror")]
		fit := Fit{Scale: rapid.Float64Range(0.1, 3).Draw(t, "unit"), Turn: rapid.Float64Range(-4, 4).Draw(t, "turn")}
		m, err := ModelOf(wedge(mgl64.Translate3D(5, -2, 1).Mul4(mgl64.HomogRotate3DY(angle)).Mul4(mgl64.Scale3D(mirror*scale, scale, scale))), fit)
		if err != nil {
			t.Fatal(err)
		}
		_, box := shownBy(m.shape, mgl64.Ident4())
		for k, want := range [3]float64{-m.Size[0] / 2, 0, -m.Size[2] / 2} {
			if math.Abs(box.Min[k]-want) > 1e-5 || math.Abs(box.Max[k]-want-m.Size[k]) > 1e-5 {
				t.Fatalf("side %d lies from %g to %g, its size is %g", k, box.Min[k], box.Max[k], m.Size[k])
			}
		}
		if got := m.Size[1]; math.Abs(got-scale*fit.Scale) > 1e-5 {
			t.Errorf("it is %g m high, want %g", got, scale*fit.Scale)
		}
		// The normal of each triangle is where its corners say that outside is.
		p := m.shape.Meshes[0].Primitives[0]
		for i := 0; i < len(p.Indices); i += 3 {
			a, b, c := vec(p.Positions, p.Indices[i]), vec(p.Positions, p.Indices[i+1]), vec(p.Positions, p.Indices[i+2])
			if n := b.Sub(a).Cross(c.Sub(a)); n.Dot(vec(p.Normals, p.Indices[i])) <= 0 {
				t.Errorf("triangle %d shows its inside", i/3)
			}
		}
	})
}

func TestModelsThatAreRefused(t *testing.T) {
	flat := wedge(mgl64.Scale3D(1, 0, 1))
	for _, c := range []struct {
		name string
		sc   *scene.Scene
		fit  Fit
		want string
	}{
		{"nothing", &scene.Scene{}, Fit{}, "shows nothing"},
		{"millimetres", wedge(mgl64.Scale3D(1000, 1000, 1000)), Fit{}, "another unit"},
		{"kilometres", wedge(mgl64.Scale3D(0.001, 0.001, 0.001)), Fit{}, "another unit"},
		{"flat with a height", flat, Fit{Height: 1}, "flat"},
	} {
		if _, err := ModelOf(c.sc, c.fit); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
	if m, err := ModelOf(wedge(mgl64.Ident4()), Fit{ZUp: true}); err != nil || m.Size.Sub(geom.Vec3{2, 2, 1}).Len() > 1e-6 {
		t.Errorf("with z up: %v", err)
	}
	if _, err := ModelOf(wedge(mgl64.Scale3D(1000, 1000, 1000)), Fit{}); !errors.Is(err, ErrUnit) {
		t.Errorf("%v is not ErrUnit", err)
	}
	if m, err := ModelOf(wedge(mgl64.Scale3D(1000, 1000, 1000)), Fit{Height: 0.5}); err != nil || math.Abs(m.Size[1]-0.5) > 1e-6 {
		t.Errorf("with a height: %v", err)
	}
}

const drawnClass = "class: drawn\ntitle: {en: Drawn, ko: 그림}\ngroup: furniture\nmount: floor\nsize: [1, 1, 1]\nmodel: drawn.glb\n"

func TestAClassWithAModel(t *testing.T) {
	m, err := ModelOf(wedge(mgl64.Ident4()), Fit{})
	if err != nil {
		t.Fatal(err)
	}
	data, err := gltf.Write(m.Scene(), gltf.WriteOptions{Bare: true})
	if err != nil {
		t.Fatal(err)
	}
	cat, err := Read(assets.Catalogue(), Folder{Path: "own", Files: fstest.MapFS{"drawn.yaml": {Data: []byte(drawnClass)}, "drawn.glb": {Data: data}}})
	if err != nil {
		t.Fatal(err)
	}
	var s scene.Scene
	b := NewBuilder(cat, &s)
	for i, size := range []geom.Vec3{{1, 1, 1}, {2, 0.5, 3}, {1, 1, 1}} {
		if err := b.Place(twin.Asset{ID: twin.AssetID([]string{"a", "b", "c"}[i]), Class: "drawn", Size: size}); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Check(); err != nil {
		t.Fatal(err)
	}
	if len(s.Meshes) != 2 || len(s.Materials) != 1 {
		t.Errorf("three things in two sizes have %d meshes and %d materials", len(s.Meshes), len(s.Materials))
	}
	box := geom.EmptyBox()
	for _, p := range s.Meshes[1].Primitives {
		for k := range len(p.Positions) / 3 {
			box = box.Add(vec(p.Positions, uint32(k)))
		}
	}
	if got := box.Size().Sub(geom.Vec3{2, 0.5, 3}).Len(); got > 1e-5 {
		t.Errorf("the model fills %v", box)
	}
	class, _ := cat.Class("drawn")
	if found := cat.Lint(class); len(found) > 0 {
		t.Errorf("it is told of: %v", found)
	}
}

func TestClassesWithoutTheirModel(t *testing.T) {
	for name, c := range map[string]struct {
		text, glb, want string
	}{
		"missing": {drawnClass, "", "drawn.glb"},
		"damaged": {drawnClass, "glTF", "drawn.glb"},
		"outside": {strings.Replace(drawnClass, "drawn.glb", "../drawn.glb", 1), "", "no plain name"},
	} {
		files := fstest.MapFS{"drawn.yaml": {Data: []byte(c.text)}}
		if c.glb != "" {
			files["drawn.glb"] = &fstest.MapFile{Data: []byte(c.glb)}
		}
		if _, err := Read(assets.Catalogue(), Folder{Path: "own", Files: files}); err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "own/drawn.yaml") {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

// FuzzModel gives a class any file for its shape.
func FuzzModel(f *testing.F) {
	m, err := ModelOf(wedge(mgl64.Ident4()), Fit{})
	if err != nil {
		f.Fatal(err)
	}
	data, err := gltf.Write(m.Scene(), gltf.WriteOptions{Bare: true})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add(data[:len(data)/2])
	cat, err := Read(assets.Catalogue())
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		class, err := Parse("drawn.yaml", []byte(drawnClass))
		if err != nil {
			t.Fatal(err)
		}
		if class.readModel(fstest.MapFS{"drawn.glb": {Data: data}}) != nil {
			return
		}
		var s scene.Scene
		if err := NewBuilder(cat, &s).place(class, twin.Asset{ID: "a", Class: "drawn", Size: geom.Vec3{2, 1, 3}}); err != nil {
			t.Fatal(err)
		}
		if err := s.Check(); err != nil {
			t.Fatal(err)
		}
	})
}

// TestARealThingIsTaken reads a coffee maker that somebody drew, 15 units high.
func TestARealThingIsTaken(t *testing.T) {
	path := filepath.Join("..", "..", "..", "..", "shared", "data", "light", "CoffeeMaker.glb")
	data, err := os.ReadFile(path)
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip("shared/data/light is not beside the checkout")
	}
	sc, _, err := gltf.Read(t.Context(), path, data, gltf.ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	m, err := ModelOf(sc, Fit{Height: 0.45})
	if err != nil {
		t.Fatal(err)
	}
	if m.Triangles() != sc.Triangles() || math.Abs(m.Size[1]-0.45) > 1e-6 || m.Size[0] > 0.3 || m.Size[2] > 0.3 {
		t.Errorf("%d triangles of %d, %v m", m.Triangles(), sc.Triangles(), m.Size)
	}
}
