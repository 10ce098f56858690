package clearance_test

import (
	"context"
	"math"
	"testing"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/glasstwin/glasstwin/assets"
	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/generate"
	"github.com/glasstwin/glasstwin/twin/generate/catalogue"
	"github.com/glasstwin/glasstwin/twin/generate/clearance"
)

// place is a class before a wall: the wall's face is so far from the front of
// the asset.
func place(t testing.TB, class string, distance float64) *scene.Scene {
	t.Helper()
	cat, err := catalogue.Read(assets.Catalogue())
	if err != nil {
		t.Fatal(err)
	}
	c, ok := cat.Class(class)
	if !ok {
		t.Fatalf("no class %q", class)
	}
	var sc scene.Scene
	size := c.UsualSize()
	if err := catalogue.NewBuilder(cat, &sc).Place(twin.Asset{ID: "thing-1", Class: class, Size: size}); err != nil {
		t.Fatal(err)
	}
	wall := scene.Mesh{Name: "wall", Primitives: []scene.Primitive{{
		Positions: []float32{-5, 0, 0, 5, 0, 0, 5, 3, 0, -5, 3, 0},
		Normals:   []float32{0, 0, -1, 0, 0, -1, 0, 0, -1, 0, 0, -1},
		Indices:   []uint32{0, 2, 1, 0, 3, 2},
		Material:  sc.AddMaterial(scene.Material{Name: "plaster"}),
	}}}
	sc.AddNode(scene.Node{Name: "wall", Entity: "wall-north", Parent: scene.None, Joint: scene.None, Mesh: sc.AddMesh(wall),
		Local: mgl64.Translate3D(0, 0, size[2]/2+distance)})
	return &sc
}

func TestADoorThatCannotOpenIsFound(t *testing.T) {
	for _, row := range []struct {
		class    string
		distance float64
		part     string // "": nothing is found
		low, top float64
	}{
		{"upright-freezer", 0.3, "door", 0.1, 0.5},
		{"upright-freezer", 1.2, "", 0, 0},
		{"base-unit", 0.2, "drawer", 0.2, 0.5},
		{"base-unit", 0.7, "", 0, 0},
		{"oven", 0.25, "door", 0.1, 0.9},
		{"wall-cabinet", 0.1, "arm", 0.05, 0.9}, // the flap comes forward on its four bars
		{"wall-cabinet", 0.9, "", 0, 0},
	} {
		found, err := clearance.Check(context.Background(), place(t, row.class, row.distance), clearance.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if row.part == "" {
			if len(found) > 0 {
				t.Errorf("%s at %v m: %+v, but it is free", row.class, row.distance, found)
			}
			continue
		}
		if len(found) == 0 {
			t.Errorf("%s at %v m: nothing is found", row.class, row.distance)
			continue
		}
		f := found[0]
		if f.Asset != "thing-1" || f.Part != row.part || f.Hits != "wall-north" || f.Free < row.low || f.Free > row.top || f.At == 0 {
			t.Errorf("%s at %v m: %+v, want %s stopped between %v and %v", row.class, row.distance, f, row.part, row.low, row.top)
		}
	}
}

// A revolving door whose wings reach 0.9 m from its axis passes a post outside of
// their circle, and is stopped by one within, also by a slender one between two
// wings; once around is all of its way.
func TestARevolvingDoorIsTakenOnceAround(t *testing.T) {
	block := func(sc *scene.Scene, half geom.Vec3) scene.MeshID {
		var p scene.Primitive
		for i := range 8 {
			for k := range 3 {
				p.Positions = append(p.Positions, float32(half[k]*float64(2*(i>>k&1)-1)))
			}
			p.Normals = append(p.Normals, 0, 1, 0)
		}
		p.Indices = []uint32{0, 2, 1, 1, 2, 3, 4, 5, 6, 5, 7, 6, 0, 1, 4, 1, 5, 4, 2, 6, 3, 3, 6, 7, 0, 4, 2, 2, 4, 6, 1, 3, 5, 3, 7, 5}
		return sc.AddMesh(scene.Mesh{Primitives: []scene.Primitive{p}})
	}
	for _, row := range []struct {
		away, angle float64 // of a post, from the axis and from a wing
		free        float64 // share of the turn until it is met; 1: never
	}{
		{1.1, 0.8, 1}, {0.6, 0.8, 0.8 / (2 * math.Pi)}, {0.6, 0.3, 0.3 / (2 * math.Pi)}, {0.6, 1.3, 1.3 / (2 * math.Pi)},
	} {
		sc := &scene.Scene{Joints: []scene.Joint{{Name: "door/leaf", Kind: scene.Continuous, Axis: geom.Vec3{0, 1, 0}}}}
		door := sc.AddNode(scene.Node{Name: "door", Entity: "door", Part: "leaf", Parent: scene.None, Joint: 0, Mesh: scene.None, Local: mgl64.Ident4()})
		for i := range 4 {
			turn := mgl64.HomogRotate3DY(float64(i) * math.Pi / 2)
			sc.AddNode(scene.Node{Name: "wing", Parent: door, Joint: scene.None, Mesh: block(sc, geom.Vec3{0.43, 1.1, 0.02}), Local: turn.Mul4(mgl64.Translate3D(0.47, 1.1, 0))})
		}
		at := mgl64.HomogRotate3DY(row.angle).Mul4(mgl64.Translate3D(row.away, 1.5, 0))
		sc.AddNode(scene.Node{Name: "post", Entity: "post", Parent: scene.None, Joint: scene.None, Mesh: block(sc, geom.Vec3{0.03, 1.5, 0.03}), Local: at})
		found, err := clearance.Check(t.Context(), sc, clearance.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if row.free == 1 {
			if len(found) > 0 {
				t.Errorf("a post at %v m: %+v", row.away, found)
			}
			continue
		}
		if len(found) != 1 || found[0].Hits != "post" || math.Abs(found[0].Free-row.free) > 0.04 {
			t.Errorf("a post at %v m, %v rad: %+v, want it met after %.2f", row.away, row.angle, found, row.free)
		}
	}
}

// The leaf of the freezer is 0.77 m wide: 0.3 m before a wall it stops where
// the sine of its angle says.
func TestWhereADoorStopsIsRight(t *testing.T) {
	found, err := clearance.Check(context.Background(), place(t, "upright-freezer", 0.3), clearance.Options{})
	if err != nil || len(found) == 0 {
		t.Fatal(found, err)
	}
	want := math.Asin((0.3 + 0.06 - 0.05) / 0.77) // front stands 6 cm back, the leaf is 5 cm thick
	if got := found[0].At; math.Abs(got-want) > 0.17 {
		t.Errorf("stops at %.2f rad, want about %.2f", got, want)
	}
}

func TestTheDemoStoreOpens(t *testing.T) {
	cat, err := generate.Catalogue()
	if err != nil {
		t.Fatal(err)
	}
	demo, err := generate.Demo(context.Background(), cat, nil)
	if err != nil {
		t.Fatal(err)
	}
	sc, _, err := generate.Scene(context.Background(), demo.Site, demo.Building, cat)
	if err != nil {
		t.Fatal(err)
	}
	class := map[string]string{}
	for _, a := range demo.Site.Assets {
		class[string(a.ID)] = a.Class
	}
	found, err := clearance.Check(context.Background(), sc, clearance.Options{
		Asset: func(e string) bool { return class[e] != "" },
		// Doors of the building slide along and into its walls.
		Ignore: func(asset, obstacle string) bool {
			c, _ := cat.Class(class[asset])
			return c != nil && c.Mount == catalogue.InWall && class[obstacle] == ""
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range found {
		t.Errorf("%+v", f)
	}
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := clearance.Check(ctx, place(t, "upright-freezer", 0.3), clearance.Options{}); err == nil {
		t.Error("a check that was called off went on")
	}
}
