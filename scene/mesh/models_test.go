package mesh_test

import (
	"encoding/binary"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// model reads one of the meshes of the lightweight corpus: plain GLB with float
// positions, which is all that these files are.
func model(t testing.TB, name string) *scene.Scene {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("../../../shared/data/light", name+".glb"))
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal(err)
		}
		t.Skip("the model is not here: ", err)
	}
	size := binary.LittleEndian.Uint32(data[12:])
	var doc struct {
		Nodes []struct {
			Name     string
			Mesh     *int
			Matrix   []float64
			Children []int
		}
		Meshes []struct {
			Primitives []struct {
				Attributes        map[string]int
				Indices, Material int
			}
		}
		Accessors []struct {
			BufferView, ByteOffset, ComponentType, Count int
		}
		BufferViews []struct{ ByteOffset, ByteLength int }
		Materials   []struct {
			PBR struct{ BaseColorFactor []float32 } `json:"pbrMetallicRoughness"`
		}
	}
	if err := json.Unmarshal(data[20:20+size], &doc); err != nil {
		t.Fatal(err)
	}
	body := data[28+size:]
	at := func(i int) ([]byte, int, int) {
		a := doc.Accessors[i]
		return body[doc.BufferViews[a.BufferView].ByteOffset+a.ByteOffset:], a.Count, a.ComponentType
	}
	floats := func(i int) []float32 {
		b, n, _ := at(i)
		out := make([]float32, 3*n)
		for k := range out {
			out[k] = math.Float32frombits(binary.LittleEndian.Uint32(b[4*k:]))
		}
		return out
	}
	sc := &scene.Scene{}
	for _, m := range doc.Materials {
		c := scene.Material{BaseColor: [4]float32{1, 1, 1, 1}}
		copy(c.BaseColor[:], m.PBR.BaseColorFactor)
		sc.Materials = append(sc.Materials, c)
	}
	for _, m := range doc.Meshes {
		out := scene.Mesh{}
		for _, p := range m.Primitives {
			q := scene.Primitive{Positions: floats(p.Attributes["POSITION"]), Material: scene.MaterialID(p.Material)}
			b, n, kind := at(p.Indices)
			for k := range n {
				if kind == 5123 {
					q.Indices = append(q.Indices, uint32(binary.LittleEndian.Uint16(b[2*k:])))
				} else {
					q.Indices = append(q.Indices, binary.LittleEndian.Uint32(b[4*k:]))
				}
			}
			if i, ok := p.Attributes["NORMAL"]; ok {
				q.Normals = floats(i)
			} else {
				q = flat(q)
			}
			out.Primitives = append(out.Primitives, q)
		}
		sc.AddMesh(out)
	}
	var visit func(i, parent int)
	visit = func(i, parent int) {
		n := doc.Nodes[i]
		node := scene.Node{Name: n.Name, Parent: scene.NodeID(parent), Mesh: scene.None, Joint: scene.None, Local: geom.Identity()}
		if n.Mesh != nil {
			node.Mesh = scene.MeshID(*n.Mesh)
		}
		copy(node.Local[:], n.Matrix)
		id := sc.AddNode(node)
		for _, c := range n.Children {
			visit(c, int(id))
		}
	}
	child := map[int]bool{}
	for _, n := range doc.Nodes {
		for _, c := range n.Children {
			child[c] = true
		}
	}
	for i := range doc.Nodes {
		if !child[i] {
			visit(i, scene.None)
		}
	}
	if err := sc.Check(); err != nil {
		t.Fatal(err)
	}
	return sc
}

// flat gives every triangle corners of its own with its own normal.
func flat(p scene.Primitive) scene.Primitive {
	out := scene.Primitive{Material: p.Material}
	for i := 0; i+2 < len(p.Indices); i += 3 {
		var c [3]geom.Vec3
		for k := range 3 {
			v := p.Indices[i+k]
			c[k] = geom.Vec3{float64(p.Positions[3*v]), float64(p.Positions[3*v+1]), float64(p.Positions[3*v+2])}
		}
		n := c[1].Sub(c[0]).Cross(c[2].Sub(c[0]))
		if l := n.Len(); l > 0 {
			n = n.Mul(1 / l)
		}
		for k := range 3 {
			out.Indices = append(out.Indices, uint32(len(out.Positions)/3))
			for j := range 3 {
				out.Positions = append(out.Positions, float32(c[k][j]))
				out.Normals = append(out.Normals, float32(n[j]))
			}
		}
	}
	return out
}
