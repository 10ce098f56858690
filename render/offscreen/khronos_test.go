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

// TestGoldenKhronosModels draws sample models of Khronos, as a module that we
// need anyway carries them.
func TestGoldenKhronosModels(t *testing.T) {
	if os.Getenv("DISPLAY") == "" && os.Getenv("CI") != "true" {
		t.Skip("no display: run it by `make gl`, which brings one")
	}
	text, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/qmuntal/gltf").Output()
	if err != nil {
		t.Fatalf("find the models: %v", err)
	}
	dir := filepath.Join(strings.TrimSpace(string(text)), "testdata")
	for name, path := range map[string]string{
		"orientation":   "OrientationTest/glTF-Binary/OrientationTest.glb",
		"vertex-colors": "BoxVertexColors/glTF-Binary/BoxVertexColors.glb",
		"environment":   "EnvironmentTest/glTF/EnvironmentTest.gltf",
		"animated-cube": "AnimatedCube/glTF/AnimatedCube.gltf",
	} {
		path = filepath.Join(dir, filepath.FromSlash(path))
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		sc, _, err := gltf.Read(context.Background(), name, data, gltf.ReadOptions{Open: func(uri string) ([]byte, error) {
			return os.ReadFile(filepath.Join(filepath.Dir(path), filepath.FromSlash(uri)))
		}})
		if err != nil {
			t.Fatal(err)
		}
		r, err := offscreen.Open(sc, gl.Options{Studio: true})
		if err != nil {
			t.Fatal(err)
		}
		c := render.Camera{Yaw: -0.5, Pitch: 0.35, FovY: 0.6}.Fit(render.PlacesOf(sc, geom.EmptyBox()).Bounds, 1.5)
		golden(t, "khronos-"+name, picture(t, r, render.Frame{Width: 360, Height: 240, Samples: 4, Camera: c}))
		r.Close()
	}
}
