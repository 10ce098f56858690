package generate_test

import (
	"context"
	"io/fs"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/twin/generate"
)

func TestAKeptBuildingIsTheOneThatWasMade(t *testing.T) {
	made, want, _ := demo(t)
	made.Building.Scan = &generate.Scan{Source: "room scan.laz", Positions: []float32{1, 2, 3, 4, 5, 6}, MM: []float32{-3, 12}}
	files, err := made.Building.Keep()
	if err != nil {
		t.Fatal(err)
	}
	back, err := generate.Kept(context.Background(), func(name string) ([]byte, error) {
		if data, ok := files[name]; ok {
			return data, nil
		}
		return nil, fs.ErrNotExist
	})
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(made.Building.Elements, back.Elements); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff(made.Building.Spaces, back.Spaces); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]float32{-3, 12}, back.Scan.MM); d != "" {
		t.Error(d)
	}
	cat, err := generate.Catalogue()
	if err != nil {
		t.Fatal(err)
	}
	got, _, err := generate.Scene(context.Background(), made.Site, back, cat)
	if err != nil {
		t.Fatal(err)
	}
	if got.Triangles() != want.Triangles() || len(got.Nodes) != len(want.Nodes) {
		t.Errorf("%d triangles of %d nodes, want %d of %d", got.Triangles(), len(got.Nodes), want.Triangles(), len(want.Nodes))
	}
	drawn := func(sc *scene.Scene) map[string]bool {
		out := map[string]bool{}
		for _, e := range sc.Entities() {
			out[e] = true
		}
		return out
	}
	if d := cmp.Diff(drawn(want), drawn(got)); d != "" {
		t.Error(d)
	}
}
