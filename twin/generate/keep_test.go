package generate_test

import (
	"bytes"
	"context"
	"io/fs"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/twin/generate"
)

func TestAKeptBuildingIsTheOneThatWasMade(t *testing.T) {
	made, want, _ := demo(t)
	scan := &generate.Scan{Source: "room scan.laz", Positions: []float32{1, 2, 3, 4, 5, 6}, MM: []float32{-3, 12},
		Colors: []uint8{1, 2, 3, 4, 5, 6}, Nearest: []uint16{0, 1}, Entities: []string{"building/wall 1"}}
	made.Building.Scan = scan
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
	points, err := generate.ReadScan(context.Background(), bytes.NewReader(files[generate.KeptScan]))
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(scan, points); d != "" {
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
