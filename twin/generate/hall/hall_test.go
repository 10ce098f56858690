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

// TestThePlansAreWhatTheyAreCalled: figures told of a million triangles, or of
// 20,000 packages, are of as many.
func TestThePlansAreWhatTheyAreCalled(t *testing.T) {
	cat, err := generate.Catalogue()
	if err != nil {
		t.Fatal(err)
	}
	for name, least := range map[string]struct{ triangles, instances, packages int }{
		"1m": {1_000_000, 1_000, 0}, "10m": {10_000_000, 10_000, 0}, "shelves": {1_000_000, 0, 20_000},
	} {
		sc, _, _, err := Scene(t.Context(), cat, Plans[name])
		if err != nil {
			t.Fatal(err)
		}
		instances, packages := 0, 0
		inMesh := make([]int, len(sc.Meshes))
		for i, m := range sc.Meshes {
			inMesh[i] = pieces(m)
		}
		for _, n := range sc.Nodes {
			if n.Mesh != scene.None {
				instances++
				if n.Part == "goods" {
					packages += inMesh[n.Mesh]
				}
			}
		}
		t.Logf("%s: %d triangles, %d instances, %d packages", name, sc.Triangles(), instances, packages)
		if sc.Triangles() < least.triangles || instances < least.instances || packages < least.packages {
			t.Errorf("%s has %d triangles in %d instances and %d packages; want at least %v", name, sc.Triangles(), instances, packages, least)
		}
	}
}

// pieces counts the parts of a mesh that do not touch.
func pieces(m scene.Mesh) (n int) {
	for _, p := range m.Primitives {
		known := map[[3]float32]int{}
		var top []int
		root := func(v uint32) int {
			at := [3]float32(p.Positions[3*v : 3*v+3])
			i, ok := known[at]
			if !ok {
				i = len(top)
				known[at] = i
				top = append(top, i)
			}
			for top[i] != i {
				i = top[i]
			}
			return i
		}
		for i := 0; i+2 < len(p.Indices); i += 3 {
			a := root(p.Indices[i])
			top[root(p.Indices[i+1])] = a
			top[root(p.Indices[i+2])] = a
		}
		for i := range top {
			if top[i] == i {
				n++
			}
		}
	}
	return n
}
