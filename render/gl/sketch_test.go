package gl

import (
	"testing"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/glasstwin/glasstwin/scene"
)

// A sketch has few triangles, none of whose corners lies farther from the mesh
// than a cell is large, and no material is lost.
func TestASketchKeepsTheShape(t *testing.T) {
	sc := &scene.Scene{}
	const n = 700
	var m scene.Mesh
	for half := range 2 {
		p := scene.Primitive{Material: sc.AddMaterial(scene.Material{Name: string(rune('a' + half)), BaseColor: [4]float32{1, 1, 1, 1}, Roughness: float32(half)})}
		for i := range (n + 1) * (n + 1) {
			x, z := float64(i%(n+1))/n, float64(i/(n+1))/n
			p.Positions = append(p.Positions, float32(x+float64(half)), float32(x*z), float32(z))
			p.Normals = append(p.Normals, 0, 1, 0)
		}
		for i := range n * n {
			a := uint32(i/n*(n+1) + i%n)
			p.Indices = append(p.Indices, a, a+n+1, a+1, a+1, a+n+1, a+n+2)
		}
		m.Primitives = append(m.Primitives, p)
	}
	sc.AddNode(scene.Node{Parent: scene.None, Joint: scene.None, Local: mgl64.Ident4(), Mesh: sc.AddMesh(m)})
	k := packer{scene: sc, belts: beltAxes(sc)}
	out, ok := k.sketch(0, m.Box())
	if count := len(out.indices) / 3; !ok || count < 5_000 || count > sc.Triangles()/10 {
		t.Fatalf("%d of %d triangles, %v", count, sc.Triangles(), ok)
	}
	worn := map[int16]int{}
	cell := 2.0 / sketchCells
	for _, v := range out.vertices {
		worn[v.material]++
		x, y, z := float64(v.position[0])-float64(v.material), float64(v.position[1]), float64(v.position[2])
		if d := y - x*z; d > 2*cell || d < -2*cell {
			t.Fatalf("a corner at %v lies %.4f m off", v.position, d)
		}
	}
	if len(worn) != 2 {
		t.Errorf("materials %v", worn)
	}
}
