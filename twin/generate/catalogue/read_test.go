package catalogue_test

import (
	"io/fs"
	"testing"

	"github.com/glasstwin/glasstwin/assets"
	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/generate/catalogue"
)

func load(t testing.TB) *catalogue.Catalogue {
	t.Helper()
	c, err := catalogue.Read(assets.Catalogue())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestTheCatalogueHoldsEveryClassOfTheDemoStore(t *testing.T) {
	c := load(t)
	if n := len(c.Classes()); n < 64 {
		t.Errorf("%d classes", n)
	}
	for _, class := range c.Classes() {
		var s scene.Scene
		if err := catalogue.NewBuilder(c, &s).Place(twin.Asset{ID: "x-1", Class: class.Name, Size: class.UsualSize()}); err != nil {
			t.Fatal(err)
		}
		if err := s.Check(); err != nil {
			t.Errorf("%s: %v", class.Name, err)
		}
		t.Logf("%-24s %6d triangles %4d nodes %3d meshes", class.Name, s.Triangles(), len(s.Nodes), len(s.Meshes))
	}
}

func fsReadFile(name string) ([]byte, error) { return fs.ReadFile(assets.Catalogue(), name) }
