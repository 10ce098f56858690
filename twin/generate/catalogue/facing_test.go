package catalogue

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/glasstwin/glasstwin/assets"
	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
)

func built(t *testing.T, c *Catalogue, a twin.Asset) *scene.Scene {
	t.Helper()
	var sc scene.Scene
	if err := NewBuilder(c, &sc).Place(a); err != nil {
		t.Fatal(err)
	}
	return &sc
}

// blocks are the boxes of the goods of an asset, in its frame.
func blocks(sc *scene.Scene) []geom.Box {
	var out []geom.Box
	for i, m := range sc.World(sc.Resolve(nil), nil) {
		if n := sc.Nodes[i]; n.Part == "goods" {
			out = append(out, sc.Meshes[n.Mesh].Box().Transform(m))
		}
	}
	return out
}

func TestFacingsStandWhereThePlanogramPutsThem(t *testing.T) {
	c, err := Read(assets.Catalogue())
	if err != nil {
		t.Fatal(err)
	}
	a := twin.Asset{ID: "gondola-1", Class: "gondola-shelf", Size: geom.Vec3{2, 1.6, 0.9}, Products: []string{"cereal", "jar of honey"}}
	usual := blocks(built(t, c, a))
	a.Facings = []twin.Facing{{Board: 0, Product: "cereal", Count: 2}, {Board: 0, Product: "jar of honey", Count: 3}, {Board: 4, Product: "cereal", Count: 1}, {Board: 0, Product: "cereal", Count: 90}}
	stock, err := c.Stock(a)
	if err != nil {
		t.Fatal(err)
	}
	if len(stock) != 8 || stock[0].Back || !stock[4].Back || len(stock[0].Facings) != 3 {
		t.Fatalf("%+v", stock)
	}
	for i, want := range []bool{true, true, false} {
		if f := stock[0].Facings[i]; f.Fits != want || f.Capacity < f.Count {
			t.Errorf("%+v", f)
		}
	}
	got := blocks(built(t, c, a))
	if len(got) >= len(usual) {
		t.Errorf("%d blocks, as many as without a planogram", len(got))
	}
	// The first stands at the left end of the front, as one sees it: at low x; on the
	// back at high x.
	var front, back []geom.Box
	for _, b := range got {
		if b.Min[1] < 0.2 {
			if b.Center()[2] > 0 {
				front = append(front, b)
			} else {
				back = append(back, b)
			}
		}
	}
	if len(front) != 2 || len(back) != 1 || front[0].Min[0] > -0.9 || front[1].Min[0] < front[0].Max[0] || back[0].Max[0] < 0.9 {
		t.Errorf("front %v, back %v", front, back)
	}
}

// A shelf that was emptied holds nothing, not what its class is stocked with.
func TestWhatWasEmptiedIsEmpty(t *testing.T) {
	c, err := Read(assets.Catalogue())
	if err != nil {
		t.Fatal(err)
	}
	a := twin.Asset{ID: "gondola-1", Class: "gondola-shelf", Size: geom.Vec3{2, 1.6, 0.9}, Products: []string{"cereal"}, Bare: true}
	if got := blocks(built(t, c, a)); len(got) != 0 {
		t.Errorf("%d blocks stand in it", len(got))
	}
	if p, err := c.Planogram(a); err != nil || len(p) != 0 {
		t.Errorf("its planogram: %v, %v", p, err)
	}
	stock, err := c.Stock(a)
	if err != nil || len(stock) != 8 {
		t.Fatalf("%d boards, %v", len(stock), err)
	}
	for i, b := range stock {
		if len(b.Facings) != 0 || b.Used != 0 {
			t.Errorf("board %d: %+v", i, b)
		}
	}
}

func TestAFinishReplacesMaterials(t *testing.T) {
	c, err := Read(assets.Catalogue())
	if err != nil {
		t.Fatal(err)
	}
	class, _ := c.Class("gondola-shelf")
	slot := class.Slots()[0]
	a := twin.Asset{ID: "g", Class: "gondola-shelf", Size: class.UsualSize(), Finish: map[string]string{slot: "#ff0000"}}
	sc := built(t, c, a)
	found := false
	for _, m := range sc.Materials {
		if strings.HasPrefix(m.Name, slot) {
			found = m.BaseColor[0] > 0.99 && m.BaseColor[1] == 0
		}
	}
	if !found {
		t.Errorf("%q is not red in %v", slot, sc.Materials)
	}
	a.Finish[slot] = "chrome"
	for _, m := range built(t, c, a).Materials {
		if m.Name == slot {
			t.Errorf("%q is still there", slot)
		}
	}
	a.Finish[slot] = "moon rock"
	if err := NewBuilder(c, &scene.Scene{}).Place(a); err == nil || !strings.Contains(err.Error(), "moon rock") {
		t.Errorf("an unknown material: %v", err)
	}
}

// A fixture without a planogram is told to hold what is drawn on it, and draws the
// same once that is its own.
func TestWhatAClassStocksIsItsPlanogram(t *testing.T) {
	c, err := Read(assets.Catalogue())
	if err != nil {
		t.Fatal(err)
	}
	for _, class := range []string{"gondola-shelf", "refrigerated-multideck", "end-cap"} {
		for _, products := range [][]string{{"tea", "coffee", "chocolate"}, {"something new"}, nil} {
			k, _ := c.Class(class)
			a := twin.Asset{ID: "a", Class: class, Size: k.UsualSize(), Products: products}
			usual := built(t, c, a)
			stock, err := c.Stock(a)
			if err != nil {
				t.Fatal(err)
			}
			told := 0
			for _, s := range stock {
				for _, f := range s.Facings {
					told++
					if !f.Fits || f.Product == "" {
						t.Errorf("%s: %+v", class, f)
					}
				}
				if s.Used > s.Width {
					t.Errorf("%s: %.2f m of %.2f", class, s.Used, s.Width)
				}
			}
			if n := len(blocks(usual)); told != n || n == 0 {
				t.Errorf("%s with %v: %d facings are told, %d blocks drawn", class, products, told, n)
			}
			if a.Facings, err = c.Planogram(a); err != nil {
				t.Fatal(err)
			}
			own := built(t, c, a)
			names := func(sc *scene.Scene) (out []string) {
				for _, m := range sc.Materials {
					out = append(out, m.Name)
				}
				slices.Sort(out)
				return out
			}
			if x, y := names(usual), names(own); !slices.Equal(x, y) {
				t.Errorf("%s with %v: of %v, not %v", class, products, y, x)
			}
			mine := blocks(own)
			if len(mine) != told {
				t.Errorf("%s with %v: %d blocks of %d", class, products, len(mine), told)
			}
			for _, b := range blocks(usual) {
				i := slices.IndexFunc(mine, func(o geom.Box) bool {
					d, front := o.Min.Sub(b.Min), b.Center()[2] > 0
					return o.Size().Sub(b.Size()).Len() < 1e-6 && math.Abs(d[1])+math.Abs(d[2]) < 1e-6 && (math.Abs(d[0]) < 1e-6 || !front && d[0] > 0 && d[0] < 0.3)
				})
				if i < 0 {
					t.Errorf("%s with %v: nothing stands at %v any more", class, products, b)
					break
				}
			}
			a.Facings = a.Facings[:1]
			if n := len(blocks(built(t, c, a))); n != 1 {
				t.Errorf("%s: %d blocks of a planogram of one", class, n)
			}
		}
	}
}

func TestNoFixtureIsMadeOfGoods(t *testing.T) {
	c, err := Read(assets.Catalogue())
	if err != nil {
		t.Fatal(err)
	}
	f := c.Finishes()
	if slices.Contains(f, "can-red") || slices.Contains(f, "goods-blue") || !slices.Contains(f, "dark-oak") {
		t.Error(f)
	}
}
