package gl

import (
	"context"
	"math"
	"slices"
	"sync"
	"testing"

	"github.com/go-gl/mathgl/mgl64"
	"pgregory.net/rapid"

	"github.com/glasstwin/glasstwin/render"
	"github.com/glasstwin/glasstwin/render/occlude"
	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin/generate"
	"github.com/glasstwin/glasstwin/twin/generate/hall"
)

// stageOf is a scene's stage as the renderer has it, without the graphics
// memory.
func stageOf(sc *scene.Scene) *stage {
	meshes := make([]mesh, len(sc.Meshes))
	for i, m := range sc.Meshes {
		meshes[i] = measure(m)
		meshes[i].there = true
		meshes[i].errors = []float64{meshes[i].radius / 128, meshes[i].radius / 16}
	}
	s := newStage(sc, meshes)
	faces := make([][]occlude.Face, len(sc.Meshes))
	for i, m := range sc.Meshes {
		faces[i] = occlude.Faces(m, solidOf(sc), hiderLeast)
	}
	s.hide(faces)
	return s
}

// tenMillion is a store of ten million triangles.
var tenMillion = sync.OnceValues(func() (*scene.Scene, error) {
	cat, err := generate.Catalogue()
	if err != nil {
		return nil, err
	}
	sc, _, _, err := hall.Scene(context.Background(), cat, hall.Plans["10m"])
	return sc, err
})

func overview(t testing.TB, sc *scene.Scene) (render.Frame, view) {
	f := render.Frame{Width: 1280, Height: 720, Joints: make([]float64, len(sc.Joints))}
	var err error
	if f.Camera, err = render.View("overview", render.PlacesOf(sc, geom.EmptyBox()), 16.0/9); err != nil {
		t.Fatal(err)
	}
	near, far := f.Camera.Clip(render.PlacesOf(sc, geom.EmptyBox()).Bounds)
	v := newView(f.Camera.Projection(f.Width, f.Height, near, far).Mul4(f.Camera.Look()), f.Camera.Eye(), 0)
	v.focal, v.blur = 1000, 0.1
	return f, v
}

// BenchmarkSteadyFrame is what the processor does for a frame of a store of ten
// million triangles in which nothing moves, before anything is handed to the
// graphics memory.
func BenchmarkSteadyFrame(b *testing.B) {
	sc, err := tenMillion()
	if err != nil {
		b.Fatal(err)
	}
	s := stageOf(sc)
	f, v := overview(b, sc)
	for _, look := range []struct {
		name string
		view func() view
	}{
		{"all", func() view { return v }},
		{"aisle", func() view {
			w := newView(mgl64.Perspective(0.95, 16.0/9, 0.05, 200).Mul4(mgl64.LookAt(1.1, 1.65, 20, 18, 1.2, 0, 0, 1, 0)), geom.Vec3{1.1, 1.65, 20}, 0)
			w.focal, w.blur = 700, 0.1
			return w
		}},
	} {
		b.Run("view="+look.name, func(b *testing.B) {
			w := look.view()
			b.ReportAllocs()
			for b.Loop() {
				s.follow(f.Joints)
				s.dress(&f)
				s.place(&f, &w)
			}
			b.ReportMetric(float64(len(s.instances)), "instances")
		})
	}
}

func TestASteadyFrameAllocatesNothing(t *testing.T) {
	cat, err := generate.Catalogue()
	if err != nil {
		t.Fatal(err)
	}
	sc, _, _, err := hall.Scene(t.Context(), cat, hall.Plan{Triangles: 300_000, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	s := stageOf(sc)
	f, v := overview(t, sc)
	f.Selected, f.Hidden = s.groups[1].entity, map[string]bool{s.groups[3].entity: true}
	frame := func() {
		f.Camera.Yaw += 0.01
		f.Joints[0] = 0.3 - f.Joints[0] // one door opens and shuts
		s.follow(f.Joints)
		s.dress(&f)
		s.place(&f, &v)
	}
	frame()
	frame()
	if n := testing.AllocsPerRun(20, frame); n > 0 {
		t.Errorf("a frame allocates %g times", n)
	}
}

// TestPosesFollowJoints: what is kept is what working out everything anew gives.
func TestPosesFollowJoints(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sc := &scene.Scene{}
		n := rapid.IntRange(1, 30).Draw(t, "nodes")
		for i := range n {
			node := scene.Node{Parent: scene.None, Mesh: scene.None, Joint: scene.None, Local: mgl64.Translate3D(float64(i), 1, 0)}
			if i > 0 && rapid.Bool().Draw(t, "child") {
				node.Parent = scene.NodeID(rapid.IntRange(0, i-1).Draw(t, "parent"))
			}
			if rapid.Bool().Draw(t, "joint") {
				node.Joint = sc.AddJoint(scene.Joint{Kind: scene.JointKind(rapid.IntRange(0, 3).Draw(t, "kind")), Axis: geom.Vec3{0, 1, 0}, Max: 1})
			}
			sc.AddNode(node)
		}
		p := newPoses(sc)
		for range 4 {
			joints := make([]float64, rapid.IntRange(0, len(sc.Joints)+1).Draw(t, "told"))
			for i := range joints {
				joints[i] = float64(rapid.IntRange(0, 2).Draw(t, "position"))
			}
			p.follow(joints)
			for i, want := range sc.World(joints, nil) {
				if !p.world[i].ApproxEqualThreshold(want, 1e-12) {
					t.Fatalf("node %d with joints %v stands at %v, not %v", i, joints, p.world[i], want)
				}
			}
		}
	})
}

// TestTheTreeLosesNothingInSight: it finds what looking at each thing finds.
func TestTheTreeLosesNothingInSight(t *testing.T) {
	cat, err := generate.Catalogue()
	if err != nil {
		t.Fatal(err)
	}
	sc, _, _, err := hall.Scene(t.Context(), cat, hall.Plan{Triangles: 200_000, Seed: 3})
	if err != nil {
		t.Fatal(err)
	}
	s := stageOf(sc)
	rapid.Check(t, func(t *rapid.T) {
		at := func(name string) geom.Vec3 {
			return geom.Vec3{rapid.Float64Range(-20, 50).Draw(t, name), rapid.Float64Range(0.1, 30).Draw(t, name), rapid.Float64Range(-20, 50).Draw(t, name)}
		}
		eye, to := at("eye"), at("to")
		if to.Sub(eye).Len() < 0.1 {
			return
		}
		v := newView(mgl64.Perspective(0.9, 1.5, 0.05, 80).Mul4(mgl64.LookAtV(eye, to, geom.Vec3{0.01, 1, 0.02})), eye, 0)
		v.focal, v.blur = math.Inf(1), 0
		s.hiders.off = true
		s.look(&v)
		found := map[int32]bool{}
		for _, x := range s.sight {
			if found[x.thing] {
				t.Fatalf("thing %d is seen twice", x.thing)
			}
			found[x.thing] = true
		}
		for i := range s.things {
			box := s.meshes[s.things[i].mesh].box.Transform(s.world[s.things[i].node])
			if !found[int32(i)] && v.sees(s.things[i].center, s.things[i].radius) && touches(&v, box) {
				t.Fatalf("thing %d, %v, is in sight and was not found", i, box)
			}
		}
	})
}

// touches tells whether a box lies outside of no plane of a view.
func touches(v *view, b geom.Box) bool {
	for _, p := range v.planes {
		far := p[3]
		for k := range 3 {
			far += math.Max(p[k]*b.Min[k], p[k]*b.Max[k])
		}
		if far < -1e-4 {
			return false
		}
	}
	return true
}

// BenchmarkVoxels marks what is full in a store of ten million triangles.
func BenchmarkVoxels(b *testing.B) {
	sc, err := tenMillion()
	if err != nil {
		b.Fatal(err)
	}
	at := stageOf(sc).pose()
	for b.Loop() {
		newVoxels(sc, &at)
	}
}

// Goods keep their colours and labels when something else comes or goes.
func TestAnEntityLooksTheSameInAnyScene(t *testing.T) {
	seeds := func(entities ...string) map[string][]float32 {
		var sc scene.Scene
		m := sc.AddMesh(scene.Mesh{Primitives: []scene.Primitive{{
			Material: sc.AddMaterial(scene.Material{}), Positions: []float32{0, 0, 0, 1, 0, 0, 0, 1, 0}, Normals: []float32{0, 0, 1, 0, 0, 1, 0, 0, 1}, Indices: []uint32{0, 1, 2},
		}}})
		for _, e := range entities {
			root := sc.AddNode(scene.Node{Parent: scene.None, Mesh: scene.None, Joint: scene.None, Entity: e, Local: geom.Identity()})
			for range 3 {
				sc.AddNode(scene.Node{Parent: root, Mesh: m, Joint: scene.None, Local: geom.Identity()})
			}
		}
		s, out := stageOf(&sc), map[string][]float32{}
		for _, x := range s.things {
			e := s.groups[x.group].entity
			out[e] = append(out[e], x.seed)
		}
		return out
	}
	before, after := seeds("shelf-1", "shelf-2"), seeds("till-1", "shelf-1", "shelf-3", "shelf-2")
	for _, e := range []string{"shelf-1", "shelf-2"} {
		if len(before[e]) != 3 || !slices.Equal(before[e], after[e]) {
			t.Errorf("%s: %v, with others beside it %v", e, before[e], after[e])
		}
	}
	if slices.Equal(before["shelf-1"], before["shelf-2"]) || before["shelf-1"][0] == before["shelf-1"][1] {
		t.Errorf("all alike: %v", before)
	}
}
