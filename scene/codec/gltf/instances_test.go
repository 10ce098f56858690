package gltf_test

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/go-gl/mathgl/mgl64"
	"pgregory.net/rapid"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/codec/gltf"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// shelf is the cabinet with goods on its drawer: some turned, one stretched, one
// mirrored, one of another name, and one that stands for a thing of its own.
func shelf() *scene.Scene {
	sc := cabinet()
	goods := sc.AddMesh(scene.Mesh{Name: "goods", Primitives: []scene.Primitive{cube(0)}})
	drawer := scene.NodeID(slices.IndexFunc(sc.Nodes, func(n scene.Node) bool { return n.Name == "drawer" }))
	add := func(name, entity string, local geom.Mat4) {
		sc.AddNode(scene.Node{Name: name, Parent: drawer, Mesh: goods, Joint: scene.None, Part: "goods", Entity: entity, Local: local})
	}
	for i := range 5 {
		add("pack", "", mgl64.Translate3D(0.3*float64(i), 0.1, 0).Mul4(mgl64.HomogRotate3DY(0.2*float64(i))))
	}
	add("pack", "", mgl64.Translate3D(0, 0.5, 0).Mul4(mgl64.Scale3D(1, 2, 1)))
	add("pack", "", mgl64.Translate3D(0, 0.8, 0).Mul4(mgl64.Scale3D(-1, 1, 1)))
	add("other", "", mgl64.Translate3D(0, 0.9, 0))
	add("pack", "sample-1", mgl64.Translate3D(0, 1.2, 0))
	return sc
}

// placed is a node as it is seen: what it is, and where.
type placed struct {
	name, part, entity, mesh string
	at                       geom.Mat4
}

func placedOf(sc *scene.Scene, joints []float64) []placed {
	var out []placed
	entities, parts := sc.Entities(), sc.Parts()
	for i, m := range sc.World(joints, nil) {
		if n := sc.Nodes[i]; n.Mesh != scene.None {
			out = append(out, placed{n.Name, parts[i], entities[i], sc.Meshes[n.Mesh].Name, m})
		}
	}
	slices.SortFunc(out, func(a, b placed) int {
		return cmp.Or(strings.Compare(a.name, b.name), strings.Compare(a.entity, b.entity), cmp.Compare(a.at[12]+3*a.at[13], b.at[12]+3*b.at[13]))
	})
	return out
}

// TestInstancesComeBackAsNodes: each instance is the node that it was, below the
// parent that it had, and moves with it.
func TestInstancesComeBackAsNodes(t *testing.T) {
	want := shelf()
	plain, err := gltf.Write(want, gltf.WriteOptions{})
	if err != nil {
		t.Fatal(err)
	}
	data, err := gltf.Write(want, gltf.WriteOptions{Instances: true})
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(data), `"EXT_mesh_gpu_instancing":{`); n != 1 || len(data) >= len(plain) {
		t.Errorf("%d groups of instances, want 1; %d bytes, %d without", n, len(data), len(plain))
	}
	got := read(t, data)
	if len(got.Nodes) != len(want.Nodes) || len(got.Meshes) != len(want.Meshes) {
		t.Errorf("%d nodes and %d meshes, want %d and %d", len(got.Nodes), len(got.Meshes), len(want.Nodes), len(want.Meshes))
	}
	rapid.Check(t, func(t *rapid.T) {
		q := []float64{rapid.Float64Range(0, 1.7).Draw(t, "door"), rapid.Float64Range(0, 0.4).Draw(t, "drawer"), 0, rapid.Float64Range(-3, 3).Draw(t, "fan")}
		a, b := placedOf(want, q), placedOf(got, q)
		for i := range a {
			if !a[i].at.ApproxEqualThreshold(b[i].at, 1e-6) {
				t.Fatalf("%s stands at\n%v, want\n%v", a[i].name, b[i].at, a[i].at)
			}
			a[i].at, b[i].at = geom.Mat4{}, geom.Mat4{}
			if a[i] != b[i] {
				t.Fatalf("%+v, want %+v", b[i], a[i])
			}
		}
	})
}

func TestForeignInstancesAreRead(t *testing.T) {
	data, err := gltf.Write(shelf(), gltf.WriteOptions{Instances: true, Bare: true}) // without our words
	if err != nil {
		t.Fatal(err)
	}
	sc, notes, err := gltf.Read(context.Background(), "shelf.glb", data, gltf.ReadOptions{})
	if err != nil || len(notes) > 0 {
		t.Fatal(err, notes)
	}
	a, b := corners(shelf(), nil), corners(sc, nil)
	if farthest(a, b) > 1e-6 || farthest(b, a) > 1e-6 || len(a) != len(b) {
		t.Errorf("%d corners of %d, %g m away", len(b), len(a), farthest(a, b))
	}
}
