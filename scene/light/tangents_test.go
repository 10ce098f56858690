package light_test

import (
	"context"
	"strings"
	"testing"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/codec/gltf"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/scene/light"
)

// TestTangentsComeWithPicturesOfNormals, and with nothing else.
func TestTangentsComeWithPicturesOfNormals(t *testing.T) {
	sc := &scene.Scene{Images: []scene.Image{{Name: "normals", MIME: "image/png", Data: []byte("\x89PNG")}}}
	m := sc.AddMaterial(scene.Material{Name: "wall", BaseColor: [4]float32{1, 1, 1, 1}, Roughness: 1, Normal: scene.Map{Image: 1}})
	wall := sc.AddMesh(scene.Mesh{Name: "wall", Primitives: []scene.Primitive{{
		Positions: []float32{0, 0, 0, 3, 0, 0, 3, 2, 0, 0, 2, 0}, Normals: []float32{0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1},
		UVs: []float32{0, 2, 3, 2, 3, 0, 0, 0}, Indices: []uint32{0, 1, 2, 0, 2, 3}, Material: m,
	}}})
	sc.AddNode(scene.Node{Name: "wall", Parent: scene.None, Mesh: wall, Joint: scene.None, Local: geom.Identity()})
	for _, image := range []scene.ImageID{1, 0} {
		sc.Materials[0].Normal.Image, sc.Materials[0].Color.Image = image, 1
		r, err := light.File(context.Background(), sc, light.Options{MaxError: 0.001})
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(r.Data), "TANGENT") != (image != 0) {
			t.Errorf("with image %d of normals, tangents are written: %v", image, image == 0)
		}
		back, _, err := gltf.Read(context.Background(), "wall.glb", r.Data, gltf.ReadOptions{})
		if err != nil {
			t.Fatal(err)
		}
		for i, v := range back.Meshes[0].Primitives[0].Tangents {
			if want := [4]float32{1, 0, 0, 1}[i%4]; v < want-0.01 || v > want+0.01 {
				t.Errorf("tangent %v, want along u, unmirrored", back.Meshes[0].Primitives[0].Tangents[i/4*4:i/4*4+4])
				break
			}
		}
	}
}
