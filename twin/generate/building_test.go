package generate_test

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/generate"
)

func demo(t *testing.T) (*generate.Result, *scene.Scene, generate.Index) {
	t.Helper()
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
	return got, sc, index
}

func TestTheDemoStoreStandsInItsBuilding(t *testing.T) {
	got, sc, index := demo(t)
	if r := got.Report; r.ElementsTotal != r.ElementsUnderstood || r.ElementsTotal < 90 || len(r.Notes) != 0 {
		t.Errorf("%d of %d elements understood, notes %v", r.ElementsUnderstood, r.ElementsTotal, r.Notes)
	}
	var rooms []string
	for _, z := range got.Site.Zones {
		if z.Kind == generate.Room {
			rooms = append(rooms, string(z.ID))
		}
	}
	if want := []string{"sales-floor", "cold-store", "corridor", "staff-room", "washroom", "machine-room", "office", "storage"}; !slices.Equal(rooms, want) {
		t.Errorf("rooms %v, want %v", rooms, want)
	}
	zone := map[string]string{}
	for _, a := range got.Site.Assets {
		zone[string(a.ID)] = string(a.Zone)
	}
	for id, want := range map[string]string{"meter-1": "machine-room", "climate-1": "sales-floor", "light-1": "sales-floor", "light-5": "fruit-and-vegetables", "freezer-1": "frozen-foods"} {
		if zone[id] != want {
			t.Errorf("%s is in %q, want %q", id, zone[id], want)
		}
	}
	if f := index.Floor; f.Min[1] != 0 || f.Max[1] != 4 || f.Size()[0] < 24 {
		t.Errorf("main floor %v", f)
	}
	drawn := map[string]bool{}
	for _, n := range sc.Nodes {
		if n.Mesh != scene.None {
			drawn[n.Entity] = true
		}
	}
	for _, e := range skinOf(index) {
		if !drawn[e] {
			t.Errorf("%s is cut away but not drawn", e)
		}
	}
}

// With the cutaway taken off, the four outer walls, the roof and what hangs on
// them are gone; partitions, floors and furniture stay.
// skinOf is everything that hides the rooms from some side.
func skinOf(index generate.Index) []string {
	all := slices.Clone(index.Roof)
	for _, s := range index.Skin {
		all = append(all, s.Entity)
	}
	return all
}

func TestCutaway(t *testing.T) {
	got, _, index := demo(t)
	name := map[string]string{}
	for _, e := range got.Building.Elements {
		name[e.Entity] = e.Name
	}
	cut, roof := map[string]bool{}, map[string]bool{}
	for _, e := range skinOf(index) {
		cut[name[e]] = true
	}
	for _, e := range index.Roof {
		roof[name[e]] = true
	}
	for _, row := range []struct {
		ahead       geom.Vec3
		gone, stays string
	}{
		{geom.Vec3{0, -0.6, -0.8}, "Wall south", "Wall north"}, {geom.Vec3{0, -0.6, 0.8}, "Wall north", "Wall south"},
		{geom.Vec3{0.8, -0.6, 0}, "Wall west", "Wall east"}, {geom.Vec3{-0.8, -0.6, 0}, "Wall east", "Wall west"},
	} {
		away := map[string]bool{}
		for _, e := range index.Toward(row.ahead) {
			away[name[e]] = true
		}
		for n := range roof {
			if !away[n] {
				t.Errorf("looking along %v, %s of the roof stays", row.ahead, n)
			}
		}
		if !away[row.gone] || away[row.stays] {
			t.Errorf("looking along %v, %s is gone: %t, %s is gone: %t", row.ahead, row.gone, away[row.gone], row.stays, away[row.stays])
		}
	}
	for _, n := range []string{"Wall south", "Wall north", "Wall west", "Wall east", "Shop window 3", "Window west 2", "Delivery door", "Portal cladding", "Sign panel", "Sign letters", "Canopy", "Canopy post 1", "Parapet cap", "Column 2"} {
		if !cut[n] {
			t.Errorf("%s hides the view but is not cut away", n)
		}
	}
	for _, n := range []string{"Roof slab", "Beam 2", "Rooflight 1", "Gas cooler 1", "Sales floor ceiling", "Office ceiling"} {
		if !roof[n] {
			t.Errorf("%s hides the view from above but is not of the roof", n)
		}
	}
	for _, n := range []string{"Wall rear", "Wall corridor", "Wall office", "Door to the storage", "Sales floor floor", "Ground slab", "Forecourt", "Office desk", "Storage rack 1"} {
		if cut[n] {
			t.Errorf("%s is cut away", n)
		}
	}
	near := map[string]bool{} // seen from the south-east
	for _, e := range index.Toward(geom.Vec3{-0.6, -0.5, -0.6}) {
		near[name[e]] = true
	}
	for n, want := range map[string]bool{
		"Wall south": true, "Wall east": true, "Wall north": false, "Wall west": false, "Roof slab": true, "Shop window 3": true,
		"Window west 2": false, "Window east 2": true, "Delivery door": false, "Canopy": true, "Sign letters": true, "Wall rear": false,
	} {
		if near[n] != want {
			t.Errorf("%s is taken away before the viewer: %v, want %v", n, near[n], want)
		}
	}
	for _, n := range []string{"Wall south", "Canopy", "Canopy post 1"} {
		if roof[n] {
			t.Errorf("%s is of the roof", n)
		}
	}
}

func building(t *testing.T, name string) generate.File {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("../../../shared/data/ifc", name))
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skipf("%v: put %s there to run this test", err, name)
	}
	return generate.File{Kind: generate.KindIFC, Name: name, Data: data}
}

func TestHousesBecomeSites(t *testing.T) {
	cat, err := generate.Catalogue()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name            string
		elements, rooms int
		roof            float64 // metres: how wide what comes off is at least
		told            string  // nothing stands in the way of any door
		at              twin.Location
	}{
		{"AC20-FZK-Haus.ifc", 90, 7, 12, "[AC20-FZK-Haus.ifc doors: of 1 the file does not say how they open: Haustuer. Their hinges are across from their handles, by guess. State OperationType of their types]", twin.Location{Latitude: 49.100435, Longitude: 8.436539, North: -50}},
		{"duplex.ifc", 239, 21, 8, "[]", twin.Location{Latitude: 41.8744, Longitude: -87.6394}},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := generate.Input{Name: "House", Files: []generate.File{building(t, c.name)}, Catalogue: cat}
			got, err := generate.Run(context.Background(), in)
			if err != nil {
				t.Fatal(err)
			}
			if r := got.Report; r.ElementsTotal != c.elements || r.ElementsUnderstood != c.elements || fmt.Sprint(r.Notes) != c.told {
				t.Errorf("%d of %d elements understood, want %d; notes %v", r.ElementsUnderstood, r.ElementsTotal, c.elements, r.Notes)
			}
			if l := got.Site.Location; l == nil || math.Hypot(l.Latitude-c.at.Latitude, l.Longitude-c.at.Longitude) > 1e-5 || math.Abs(l.North-c.at.North) > 1e-3 {
				t.Errorf("it stands at %v, want %v", l, c.at)
			}
			if len(got.Site.Zones) != c.rooms {
				t.Errorf("%d rooms, want %d", len(got.Site.Zones), c.rooms)
			}
			if len(got.Site.Sources) != 1 || got.Site.Sources[0].Path != c.name {
				t.Errorf("sources %v", got.Site.Sources)
			}
			sc, index, err := generate.Scene(context.Background(), got.Site, got.Building, cat)
			if err != nil {
				t.Fatal(err)
			}
			if sc.Triangles() < 20_000 || len(index.Skin) == 0 || len(index.Roof) == 0 {
				t.Errorf("%d triangles, %d cut away, %d of the roof", sc.Triangles(), len(index.Skin), len(index.Roof))
			}
			roof := geom.EmptyBox() // a pitched one begins low
			for _, e := range got.Building.Elements {
				if slices.Contains(index.Roof, e.Entity) {
					roof = roof.Union(e.Box)
				}
			}
			if size := roof.Size(); max(size[0], size[2]) < c.roof || roof.Max[1] < index.Bounds.Max[1]-0.3 {
				t.Errorf("what comes off is %v large and ends at %.2f m of %.2f m", size, roof.Max[1], index.Bounds.Max[1])
			}
			if index.Floor.Size()[1] < 5 {
				t.Errorf("a house of two storeys is looked at by %v", index.Floor)
			}
		})
	}
}

// What is not understood of a building is told with its file, line and entity,
// and counted.
func TestABuildingThatIsHalfUnderstood(t *testing.T) {
	cat, err := generate.Catalogue()
	if err != nil {
		t.Fatal(err)
	}
	files, err := generate.DemoSources()
	if err != nil {
		t.Fatal(err)
	}
	data := strings.Replace(string(files[0].Data), "IFCISHAPEPROFILEDEF(", "IFCUNKNOWNPROFILEDEF(", 1)
	got, err := generate.Run(context.Background(), generate.Input{Name: "House", Files: []generate.File{{Kind: generate.KindIFC, Name: "building.ifc", Data: []byte(data)}}, Catalogue: cat})
	if err != nil {
		t.Fatal(err)
	}
	r := got.Report
	if r.ElementsUnderstood != r.ElementsTotal-1 || len(r.Notes) != 1 {
		t.Fatalf("%d of %d understood, notes %v", r.ElementsUnderstood, r.ElementsTotal, r.Notes)
	}
	text := r.Notes[0].String()
	if !strings.HasPrefix(text, "building.ifc line ") || !strings.Contains(text, "IfcBeam") || !strings.Contains(text, "is no profile that is read") {
		t.Errorf("note %q", text)
	}
	files[0].Data = files[0].Data[:50_000]
	got, err = generate.Run(context.Background(), generate.Input{Name: "House", Files: files, Catalogue: cat})
	if err != nil {
		t.Fatalf("a cut file: %v", err)
	}
	told := false
	for _, n := range got.Report.Notes {
		told = told || strings.HasPrefix(n.String(), "building.ifc line ") && strings.Contains(n.String(), "the file was cut off")
	}
	if !told {
		t.Errorf("a cut file is not told: %v", got.Report.Notes)
	}
}
