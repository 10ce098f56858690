package hall

import (
	"reflect"
	"testing"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/twin/generate"
)

func TestAHallIsAsLargeAsItsPlan(t *testing.T) {
	cat, err := generate.Catalogue()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []int{1, 50_000, 1_000_000} {
		sc, _, site, err := Scene(t.Context(), cat, Plan{Triangles: want, Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		placed := 0
		for _, n := range sc.Nodes {
			if n.Mesh != scene.None {
				placed++
			}
		}
		got := sc.Triangles()
		t.Logf("%d asked: %d triangles, %d instances of %d meshes, %d assets in %d rooms", want, got, placed, len(sc.Meshes), len(site.Assets), len(site.Zones))
		if want > 1000 && (got < want*9/10 || got > want*12/10) {
			t.Errorf("%d triangles were asked for, %d are there", want, got)
		}
	}
}

func TestTheSameSeedMakesTheSameHall(t *testing.T) {
	cat, err := generate.Catalogue()
	if err != nil {
		t.Fatal(err)
	}
	plan := Plan{Triangles: 300_000, Seed: 7}
	a, err := Site(cat, plan)
	if err != nil {
		t.Fatal(err)
	}
	b, _ := Site(cat, plan)
	if !reflect.DeepEqual(a, b) {
		t.Error("the same plan made two different halls")
	}
	plan.Seed++
	if c, _ := Site(cat, plan); reflect.DeepEqual(a, c) {
		t.Error("another seed made the same hall")
	}
}

func TestAHallWithoutBoundsIsRefused(t *testing.T) {
	for _, n := range []int{0, -1, trianglesMost + 1} {
		if _, err := Site(nil, Plan{Triangles: n}); err == nil {
			t.Errorf("a hall of %d triangles was planned", n)
		}
	}
}
