package mesh_test

import (
	"context"
	"math"
	"testing"

	"github.com/go-gl/mathgl/mgl64"
	"pgregory.net/rapid"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/scene/mesh"
)

// frame draws a transform that turns, stretches, shears and may mirror.
func frame(t *rapid.T) geom.Mat4 {
	side := func(what string) float64 {
		s := rapid.SampledFrom([]float64{1, 1, 0.04, 0.5, 3, 25.4}).Draw(t, what)
		if rapid.Bool().Draw(t, what+" mirrored") {
			s = -s
		}
		return s
	}
	m := mgl64.Translate3D(rapid.Float64Range(-50, 50).Draw(t, "x"), rapid.Float64Range(-9, 9).Draw(t, "y"), 0).
		Mul4(mgl64.HomogRotate3D(rapid.Float64Range(0, 6).Draw(t, "turn"), geom.Vec3{1, 2, 3}.Normalize()))
	if rapid.Bool().Draw(t, "uneven") {
		m = m.Mul4(mgl64.Scale3D(side("along x"), side("along y"), side("along z"))).
			Mul4(mgl64.ShearX3D(rapid.Float64Range(-1, 1).Draw(t, "shear"), 0))
	} else {
		s := side("size")
		m = m.Mul4(mgl64.Scale3D(s, s, s))
	}
	return m
}

// nested draws a scene of a few meshes that nodes below nodes draw many times.
func nested(t *rapid.T) *scene.Scene {
	sc := &scene.Scene{Materials: []scene.Material{{}}}
	for range rapid.IntRange(1, 2).Draw(t, "meshes") {
		p := sheet(t, rapid.Bool().Draw(t, "round"))
		if rapid.Bool().Draw(t, "rounded") { // as a lossy format leaves it: it folds over itself
			for i, x := range p.Positions {
				p.Positions[i] = float32(math.Round(float64(x)/0.7) * 0.7)
			}
		}
		sc.AddMesh(scene.Mesh{Primitives: []scene.Primitive{p}})
		if rapid.Bool().Draw(t, "copied") { // elsewhere in its own frame
			q := p
			q.Positions = nil
			for i, x := range p.Positions {
				q.Positions = append(q.Positions, x+float32(4*(i%3)))
			}
			sc.AddMesh(scene.Mesh{Primitives: []scene.Primitive{q}})
		}
	}
	for i := range rapid.IntRange(1, 3).Draw(t, "nodes") {
		sc.AddNode(scene.Node{Parent: scene.NodeID(rapid.IntRange(scene.None, i-1).Draw(t, "parent")), Joint: scene.None, Local: frame(t),
			Mesh: scene.MeshID(rapid.IntRange(0, len(sc.Meshes)-1).Draw(t, "mesh"))})
	}
	return sc
}

// drawn puts all that sc draws into one primitive, in metres of the world.
func drawn(sc *scene.Scene) scene.Primitive {
	var out scene.Primitive
	for i, world := range sc.World(nil, nil) {
		if sc.Nodes[i].Mesh == scene.None {
			continue
		}
		for _, p := range sc.Meshes[sc.Nodes[i].Mesh].Primitives {
			base := uint32(len(out.Positions) / 3)
			for v := 0; v < len(p.Positions); v += 3 {
				q := mgl64.TransformCoordinate(geom.Vec3{float64(p.Positions[v]), float64(p.Positions[v+1]), float64(p.Positions[v+2])}, world)
				out.Positions = append(out.Positions, float32(q[0]), float32(q[1]), float32(q[2]))
			}
			for _, v := range p.Indices {
				out.Indices = append(out.Indices, base+v)
			}
		}
	}
	return out
}

func TestTheBoundHoldsWhereItIsDrawn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sc := nested(t)
		bound := rapid.SampledFrom([]float64{0.002, 0.05, 0.4}).Draw(t, "bound")
		out, rep, err := mesh.Lighten(context.Background(), sc, mesh.Options{MaxError: bound, MaxNormal: 0.5, KeepStructure: rapid.Bool().Draw(t, "structure")})
		if err != nil {
			t.Fatal(err)
		}
		a, b := drawn(sc), drawn(out)
		size := (scene.Mesh{Primitives: []scene.Primitive{a}}).Box().Size().Len()
		rounded := 1e-6 * (size + 1) // float32 far from the origin
		far := math.Max(brute(points(a), b), brute(points(b), a))
		if far > bound+rounded {
			t.Errorf("%v off, the bound is %v", far, bound)
		}
		if d := rep.Deviation.Hausdorff; d > bound+rounded || d < far-rounded-0.01*bound && d < 0.7*far {
			t.Errorf("measured %v where %v is, the bound is %v", d, far, bound)
		}
	})
}

// Drawings of one mesh are measured once; what lies nearest must be found all
// the same, though it is drawn by another node.
func TestDistanceLooksAtTheWholeScene(t *testing.T) {
	p := tube(12)
	sc := oneMesh(p)
	other := oneMesh(p)
	for i := range 4 { // the same tubes, but a bit longer, and of each a twin in place
		x := mgl64.Translate3D(float64(5*i), 0, 0)
		long := x.Mul4(mgl64.Scale3D(1, 1, 1.004))
		if i == 0 {
			sc.Nodes[0].Local, other.Nodes[0].Local = x, long
			other.AddNode(scene.Node{Parent: scene.None, Joint: scene.None, Local: x})
			continue
		}
		sc.AddNode(scene.Node{Parent: scene.None, Joint: scene.None, Local: x})
		other.AddNode(scene.Node{Parent: scene.None, Joint: scene.None, Local: long})
		other.AddNode(scene.Node{Parent: scene.None, Joint: scene.None, Local: x})
	}
	d, err := mesh.Distance(context.Background(), sc, other)
	if err != nil {
		t.Fatal(err)
	}
	if d.AToB > 1e-9 || math.Abs(d.BToA-0.01) > 1e-4 {
		t.Errorf("%g and %g m, want 0 and 0.01", d.AToB, d.BToA)
	}
}
