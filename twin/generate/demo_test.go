package generate_test

import (
	"context"
	"testing"

	"github.com/glasstwin/glasstwin/twin/generate"
)

func TestTheDemoStoreIsDrawnWhole(t *testing.T) {
	cat, err := generate.Catalogue()
	if err != nil {
		t.Fatal(err)
	}
	got, err := generate.Demo(context.Background(), cat, nil)
	if err != nil {
		t.Fatal(err)
	}
	sc, index, err := generate.Scene(context.Background(), got.Site, got.Building, cat)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(got.Site.Assets); n != 92 {
		t.Errorf("%d assets, want 84 of the lists and 8 of the building model", n)
	}
	if n := sc.Triangles(); n > 350_000 || n < 50_000 {
		t.Errorf("%d triangles", n)
	}
	t.Logf("%d nodes %d meshes %d materials %d joints %d triangles, %d zones, %d signals, bounds %v floor %v", len(sc.Nodes), len(sc.Meshes), len(sc.Materials), len(sc.Joints), sc.Triangles(), len(got.Site.Zones), len(got.Site.Signals), index.Bounds, index.Floor)
	for _, z := range got.Site.Zones {
		t.Log(z.ID, z.Name, z.Kind, z.Outline, z.Provenance.Entity)
	}
	for _, n := range got.Report.Notes {
		t.Log(n)
	}
}
