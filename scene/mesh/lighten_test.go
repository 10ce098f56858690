package mesh_test

import (
	"context"
	"math"
	"testing"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/mesh"
)

func TestRealModelsKeepTheirBound(t *testing.T) {
	for _, c := range []struct {
		name  string
		bound float64 // in the file's units
		most  int     // triangles stored afterwards
	}{
		{"CoffeeMaker", 0.005, 40_000},
		{"conrod", 0.1, 14_000},
		{"building", 0, 31_000},
	} {
		sc := model(t, c.name)
		out, rep, err := mesh.Lighten(context.Background(), sc, mesh.Options{MaxError: c.bound, MaxNormal: 0.1})
		if err != nil {
			t.Fatal(err)
		}
		first, last := rep.Steps[0], rep.Steps[len(rep.Steps)-1]
		t.Logf("%s: %d triangles in %d meshes and %d nodes, then %d in %d and %d; %+v", c.name, first.Triangles, first.Meshes, first.Nodes, last.Triangles, last.Meshes, last.Nodes, rep.Deviation)
		if d := rep.Deviation; d.Hausdorff > c.bound+1e-5 || d.NormalP99 > 0.1 {
			t.Errorf("%s: %v off and %v rad, the bound is %v", c.name, d.Hausdorff, d.NormalP99, c.bound)
		}
		if last.Triangles > c.most {
			t.Errorf("%s: %d triangles are left, want %d at most", c.name, last.Triangles, c.most)
		}
		for i, n := range sc.Nodes {
			if out.Nodes[i].Name != n.Name || out.Nodes[i].Parent != n.Parent {
				t.Fatalf("%s: node %d changed its place", c.name, i)
			}
		}
	}
}

// JT files of version 8 hold nine bits an axis.
func TestLossyModelsStandOnLattices(t *testing.T) {
	for _, name := range []string{"conrod", "san2"} {
		for i, m := range model(t, name).Meshes {
			if l, ok := mesh.FindLattice(m, 0); !ok || max(l.Cells[0], l.Cells[1], l.Cells[2]) > 511 {
				t.Errorf("%s mesh %d: %v %+v", name, i, ok, l)
			}
		}
	}
}

func TestScrewsInAPlateBecomeOneMesh(t *testing.T) {
	// Twelve equal tubes in one mesh: one of them is stored.
	var p scene.Primitive
	tube := tube(24)
	for k := range 12 {
		base := uint32(len(p.Positions) / 3)
		for v := 0; v < len(tube.Positions); v += 3 {
			p.Positions = append(p.Positions, tube.Positions[v]+float32(3*k), tube.Positions[v+1], tube.Positions[v+2])
		}
		p.Normals = append(p.Normals, tube.Normals...)
		for _, i := range tube.Indices {
			p.Indices = append(p.Indices, base+i)
		}
	}
	sc := oneMesh(p)
	sc.Nodes[0].Entity = "plate"
	out, rep, err := mesh.Lighten(context.Background(), sc, mesh.Options{MaxError: 1e-4})
	if err != nil {
		t.Fatal(err)
	}
	if len(out.Meshes) != 1 || len(out.Nodes) != 13 || out.Entities()[12] != "plate" || rep.Deviation.Hausdorff > 1e-4 {
		t.Errorf("%d meshes and %d nodes, %+v", len(out.Meshes), len(out.Nodes), rep.Deviation)
	}
	whole, _, err := mesh.Lighten(context.Background(), sc, mesh.Options{MaxError: 1e-4, KeepStructure: true})
	if err != nil || len(whole.Nodes) != 1 {
		t.Errorf("structure was to be kept: %d nodes, %v", len(whole.Nodes), err)
	}
}

// tube is a closed tube of so many sides.
func tube(sides int) scene.Primitive {
	var p scene.Primitive
	for j := range 2 {
		for i := range sides {
			s, c := math.Sincos(2 * math.Pi * float64(i) / float64(sides))
			p.Positions = append(p.Positions, float32(c), float32(s), float32(2*j))
		}
	}
	n := uint32(sides)
	p.Positions = append(p.Positions, 0, 0, 0, 0, 0, 2.5)
	for i := range n {
		a, b := i, (i+1)%n
		p.Indices = append(p.Indices, a, b, b+n, a, b+n, a+n, 2*n, b, a, 2*n+1, a+n, b+n)
	}
	return mesh.Normals(p, 0.6)
}

// land is a square of rolling hills of 2·n² triangles.
func land(n int) *scene.Scene {
	p := scene.Primitive{}
	for j := range n + 1 {
		for i := range n + 1 {
			x, z := 100*float64(i)/float64(n), 100*float64(j)/float64(n)
			p.Positions = append(p.Positions, float32(x), float32(math.Sin(x/7)+math.Cos(z/5)), float32(z))
			p.Normals = append(p.Normals, 0, 1, 0)
		}
	}
	for j := range uint32(n) {
		for i := range uint32(n) {
			a := j*uint32(n+1) + i
			b := a + uint32(n) + 1
			p.Indices = append(p.Indices, a, b, a+1, a+1, b, b+1)
		}
	}
	return oneMesh(mesh.Normals(p, math.Pi))
}

// meshoptimizer 1.3 (WebAssembly under node, testdata/peers/simplify.mjs, 180,000
// triangles of the same land, measured while the machine did other work): 1.2 M
// triangles/s, without normals and without checking the distance: its error is
// an estimate. Ours checks every step and measures the result.
func BenchmarkSimplify(b *testing.B) {
	sc := land(100)
	count := sc.Triangles()
	for b.Loop() {
		if _, _, err := mesh.Simplify(context.Background(), sc.Meshes[0], mesh.Bound{Distance: 0.02, Normal: 0.2}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(count)*float64(b.N)/b.Elapsed().Seconds(), "triangles/s")
}

func BenchmarkDistance(b *testing.B) {
	sc, coarse := land(300), land(150)
	count := sc.Triangles()
	for b.Loop() {
		if _, err := mesh.Distance(context.Background(), sc, coarse); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(count)*float64(b.N)/b.Elapsed().Seconds(), "triangles/s")
}
