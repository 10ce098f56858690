package light_test

import (
	"context"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/codec/gltf"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/scene/light"
)

func model(t testing.TB, name string) (*scene.Scene, int) {
	t.Helper()
	path := filepath.Join("..", "..", "..", "shared", "data", "light", name+".glb")
	data, err := os.ReadFile(path)
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skipf("no models beside the checkout: %v", err)
	}
	sc, _, err := gltf.Read(context.Background(), name, data, gltf.ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return sc, len(data)
}

func TestModels(t *testing.T) {
	if os.Getenv("GLASSTWIN_LONG") == "" {
		t.Skip("minutes for all models; set GLASSTWIN_LONG=1")
	}
	only := os.Getenv("MODEL")
	for _, name := range []string{"CoffeeMaker", "conrod", "san2", "building"} {
		if only != "" && !strings.Contains(only, name) {
			continue
		}
		sc, size := model(t, name)
		drawn := geom.EmptyBox()
		for i, world := range sc.World(nil, nil) {
			if id := sc.Nodes[i].Mesh; id != scene.None {
				drawn = drawn.Union(sc.Meshes[id].Box().Transform(world))
			}
		}
		s := drawn.Size()
		bound := max(s[0], s[1], s[2]) / (1 << 14) * math.Sqrt(3) / 2
		r, err := light.File(context.Background(), sc, light.Options{MaxError: bound, Bare: true})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		t.Logf("%s: %d → %d bytes, %d as served; %d triangles of %d; %.4f of %.4f mm, %.2f°; %+v", name, size, len(r.Data), r.Served, r.Triangles, sc.Triangles(),
			1000*r.Deviation.Hausdorff, 1000*bound, r.Deviation.NormalP99*180/math.Pi, r.Steps)
	}
}
