package offscreen_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/glasstwin/glasstwin/render"
	"github.com/glasstwin/glasstwin/render/gl"
	"github.com/glasstwin/glasstwin/render/offscreen"
	"github.com/glasstwin/glasstwin/scene/codec/gltf"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// Sample models of Khronos: those of a module that we need anyway, and of Debian's
// package assimp-testmodels.
var khronosModels = []struct{ name, from, path string }{
	{"orientation", "module", "OrientationTest/glTF-Binary/OrientationTest.glb"},
	{"vertex-colors", "module", "BoxVertexColors/glTF-Binary/BoxVertexColors.glb"},
	{"environment", "module", "EnvironmentTest/glTF/EnvironmentTest.gltf"},
	{"animated-cube", "module", "AnimatedCube/glTF/AnimatedCube.gltf"},
	{"engine", assimpModels, "2CylinderEngine-glTF-Binary/2CylinderEngine.glb"},
	{"engine-on-ground", assimpModels, "2CylinderEngine-glTF-Binary/2CylinderEngine.glb"},
	{"box-textured", assimpModels, "BoxTextured-glTF/BoxTextured.gltf"},
	{"box-embedded", assimpModels, "BoxTextured-glTF-Embedded/BoxTextured.gltf"},
	{"texcoords", assimpModels, "BoxTexcoords-glTF/boxTexcoords.gltf"},
	{"clear-coat", assimpModels, "ClearCoat-glTF/ClearCoatTest.gltf"},
	{"texture-transform", assimpModels, "textureTransform/TextureTransformTest.gltf"},
	{"morph-cube", assimpModels, "glTF-Sample-Models/AnimatedMorphCube-glTF/AnimatedMorphCube.gltf"},
	{"skin", assimpModels, "simple_skin/simple_skin.gltf"},
	{"triangle-strip", assimpModels, "glTF-Asset-Generator/Mesh_PrimitiveMode/Mesh_PrimitiveMode_05.gltf"},
	{"indexed-fan", assimpModels, "glTF-Asset-Generator/Mesh_PrimitiveMode/Mesh_PrimitiveMode_12.gltf"},
}

const assimpModels = "/usr/share/assimp/models/glTF2"

func TestGoldenKhronosModels(t *testing.T) {
	if os.Getenv("DISPLAY") == "" && os.Getenv("CI") != "true" {
		t.Skip("no display: run it by `make gl`, which brings one")
	}
	text, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/qmuntal/gltf").Output()
	if err != nil {
		t.Fatalf("find the models: %v", err)
	}
	module := filepath.Join(strings.TrimSpace(string(text)), "testdata")
	for _, m := range khronosModels {
		t.Run(m.name, func(t *testing.T) {
			path := filepath.Join(m.from, filepath.FromSlash(m.path))
			if m.from == "module" {
				path = filepath.Join(module, filepath.FromSlash(m.path))
			} else if _, err := os.Stat(m.from); err != nil && os.Getenv("CI") != "true" {
				t.Skip("Debian's package assimp-testmodels is not installed: .ci/prepare test does")
			}
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			sc, _, err := gltf.Read(context.Background(), m.name, data, gltf.ReadOptions{Open: func(uri string) ([]byte, error) {
				return os.ReadFile(filepath.Join(filepath.Dir(path), filepath.FromSlash(uri)))
			}})
			if err != nil {
				t.Fatal(err)
			}
			// That one hangs in the air and is in other units than metres: the ground
			// beneath it has soft shade and no edge.
			r, err := offscreen.Open(sc, gl.Options{Studio: m.name != "engine-on-ground"})
			if err != nil {
				t.Fatal(err)
			}
			defer r.Close()
			c := render.Camera{Yaw: -0.5, Pitch: 0.35, FovY: 0.6}.Fit(render.PlacesOf(sc, geom.EmptyBox()).Bounds, 1.5)
			golden(t, "khronos-"+m.name, picture(t, r, render.Frame{Width: 360, Height: 240, Samples: 4, Camera: c}))
		})
	}
}
