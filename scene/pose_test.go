package scene_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/go-gl/mathgl/mgl64"
	"pgregory.net/rapid"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// triangle is the least mesh that is whole.
func triangle(m scene.MaterialID) scene.Mesh {
	return scene.Mesh{Name: "triangle", Primitives: []scene.Primitive{{
		Positions: []float32{0, 0, 0, 1, 0, 0, 0, 1, 0},
		Normals:   []float32{0, 0, 1, 0, 0, 1, 0, 0, 1},
		Indices:   []uint32{0, 1, 2},
		Material:  m,
	}}}
}

func Example() {
	var s scene.Scene
	steel := s.AddMaterial(scene.Material{Name: "steel", Metallic: 1, Roughness: 0.3})
	body := s.AddNode(scene.Node{Name: "freezer", Parent: scene.None, Mesh: scene.None, Joint: scene.None,
		Local: mgl64.Translate3D(10, 0, -5), Entity: "freezer-2"})
	hinge := s.AddJoint(scene.Joint{Kind: scene.Revolute, Axis: geom.Vec3{0, 1, 0}, Max: math.Pi / 2,
		Drive: "freezer-2/door-angle", Scale: math.Pi / 180})
	s.AddNode(scene.Node{Name: "door", Parent: body, Mesh: s.AddMesh(triangle(steel)), Joint: hinge,
		Local: geom.Identity(), Part: "door"})

	open := []float64{s.Joints[hinge].Position(90)} // the signal is in degrees
	corner := mgl64.TransformCoordinate(geom.Vec3{1, 0, 0}, s.World(open, nil)[1])
	fmt.Printf("%s/%s swings to %.0f, %.0f, %.0f\n", s.Entities()[1], s.Parts()[1], corner[0], corner[1], corner[2])
	// Output: freezer-2/door swings to 10, 0, -6
}

func TestJointsKeepTheirLimits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		low := rapid.Float64Range(-10, 0).Draw(t, "low")
		high := rapid.Float64Range(0, 10).Draw(t, "high")
		j := scene.Joint{
			Kind: rapid.SampledFrom([]scene.JointKind{scene.Revolute, scene.Prismatic}).Draw(t, "kind"),
			Min:  low, Max: high, Scale: rapid.Float64Range(-5, 5).Draw(t, "scale"), Offset: rapid.Float64Range(-5, 5).Draw(t, "offset"),
		}
		if q := j.Position(rapid.Float64().Draw(t, "signal")); !(q >= low && q <= high) {
			t.Fatalf("position %g outside %g..%g", q, low, high)
		}
	})
}

func TestMotionKeepsLengths(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		coord := rapid.Float64Range(-100, 100)
		vec := func(name string) geom.Vec3 {
			return geom.Vec3{coord.Draw(t, name+"x"), coord.Draw(t, name+"y"), coord.Draw(t, name+"z")}
		}
		axis := vec("axis")
		if axis.Len() < 1e-3 {
			axis = geom.Vec3{0, 1, 0}
		}
		j := scene.Joint{
			Kind: rapid.SampledFrom([]scene.JointKind{scene.Fixed, scene.Revolute, scene.Prismatic, scene.Continuous}).Draw(t, "kind"),
			Axis: axis.Normalize(), Origin: vec("origin"),
		}
		m := j.Motion(coord.Draw(t, "q"))
		a, b := vec("a"), vec("b")
		before := a.Sub(b).Len()
		after := mgl64.TransformCoordinate(a, m).Sub(mgl64.TransformCoordinate(b, m)).Len()
		if math.Abs(before-after) > 1e-6 {
			t.Fatalf("a motion stretched %g to %g", before, after)
		}
	})
}

func TestCheckFindsWhatIsBroken(t *testing.T) {
	whole := func() *scene.Scene {
		var s scene.Scene
		m := s.AddMaterial(scene.Material{Name: "m"})
		s.AddNode(scene.Node{Parent: scene.None, Joint: scene.None, Mesh: s.AddMesh(triangle(m)), Local: geom.Identity()})
		return &s
	}
	if err := whole().Check(); err != nil {
		t.Fatalf("a whole scene is refused: %v", err)
	}
	for name, damage := range map[string]func(*scene.Scene){
		"parent after child": func(s *scene.Scene) { s.Nodes[0].Parent = 0 },
		"missing mesh":       func(s *scene.Scene) { s.Nodes[0].Mesh = 7 },
		"missing joint":      func(s *scene.Scene) { s.Nodes[0].Joint = 0 },
		"infinite transform": func(s *scene.Scene) { s.Nodes[0].Local[3] = math.Inf(1) },
		"NaN position":       func(s *scene.Scene) { s.Meshes[0].Primitives[0].Positions[2] = float32(math.NaN()) },
		"index past end":     func(s *scene.Scene) { s.Meshes[0].Primitives[0].Indices[1] = 3 },
		"half a triangle":    func(s *scene.Scene) { s.Meshes[0].Primitives[0].Indices = []uint32{0, 1} },
		"missing normals":    func(s *scene.Scene) { s.Meshes[0].Primitives[0].Normals = nil },
		"mimic of itself":    func(s *scene.Scene) { s.AddJoint(scene.Joint{Mimic: scene.Mimic{Of: 0, Ratio: 1}}) },
		"loop of nothing":    func(s *scene.Scene) { s.Loops = []scene.Loop{{A: 0, B: 3}} },
		"missing image":      func(s *scene.Scene) { s.Materials[0].Color.Image = 1 },
		"half a tangent":     func(s *scene.Scene) { s.Meshes[0].Primitives[0].Tangents = []float32{1, 0, 0, 1} },
		"missing material":   func(s *scene.Scene) { s.Meshes[0].Primitives[0].Material = 1 },
	} {
		s := whole()
		damage(s)
		if s.Check() == nil {
			t.Errorf("%s: not found", name)
		}
	}
}

func TestAppendKeepsTheTree(t *testing.T) {
	var store, shelf scene.Scene
	store.AddMaterial(scene.Material{Name: "floor"})
	root := store.AddNode(scene.Node{Parent: scene.None, Mesh: scene.None, Joint: scene.None, Local: mgl64.Translate3D(1, 0, 0)})
	wood := shelf.AddMaterial(scene.Material{Name: "wood"})
	shelf.AddJoint(scene.Joint{Kind: scene.Fixed})
	top := shelf.AddNode(scene.Node{Parent: scene.None, Mesh: scene.None, Joint: 0, Local: mgl64.Translate3D(0, 2, 0)})
	shelf.AddNode(scene.Node{Parent: top, Mesh: shelf.AddMesh(triangle(wood)), Joint: scene.None, Local: mgl64.Translate3D(0, 0, 3)})
	for range 2 {
		ids := store.Append(&shelf, root)
		if err := store.Check(); err != nil {
			t.Fatal(err)
		}
		at := store.World(nil, nil)[ids[1]].Col(3)
		if at != (geom.Vec4{1, 2, 3, 1}) {
			t.Errorf("the leaf stands at %v", at)
		}
	}
	if len(store.Materials) != 2 {
		t.Errorf("%d materials, want the equal one shared", len(store.Materials))
	}
	if store.Triangles() != 2 {
		t.Errorf("%d triangles, want 2", store.Triangles())
	}
}
