package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/glasstwin/glasstwin/app/desktop"
	"github.com/glasstwin/glasstwin/app/phrase"
	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/codec/gltf"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/codec/sitefolder"
	"github.com/glasstwin/glasstwin/twin/layout"
)

// drawnTable is a file of a table top that is drawn in centimetres, 120 by 4 by 80.
func drawnTable(t *testing.T) string {
	t.Helper()
	s := &scene.Scene{}
	box := scene.Primitive{Material: s.AddMaterial(scene.Material{Name: "wood", BaseColor: [4]float32{0.5, 0.3, 0.1, 1}, Roughness: 0.8})}
	for axis := range 3 {
		for _, side := range []float32{0, 1} {
			first := uint32(len(box.Positions) / 3)
			for _, c := range [][2]float32{{0, 0}, {1, 0}, {1, 1}, {0, 1}} {
				p, n := [3]float32{}, [3]float32{}
				p[axis], p[(axis+1)%3], p[(axis+2)%3] = side, c[0], c[1]
				n[axis] = 2*side - 1
				box.Positions = append(box.Positions, 120*p[0], 4*p[1], 80*p[2])
				box.Normals = append(box.Normals, n[:]...)
			}
			turn := []uint32{0, 1, 2, 0, 2, 3}
			if side == 0 {
				turn = []uint32{0, 2, 1, 0, 3, 2}
			}
			for _, k := range turn {
				box.Indices = append(box.Indices, first+k)
			}
		}
	}
	s.AddNode(scene.Node{Name: "Top", Parent: scene.None, Joint: scene.None, Local: mgl64.Ident4(), Mesh: s.AddMesh(scene.Mesh{Primitives: []scene.Primitive{box}})})
	data, err := gltf.Write(s, gltf.WriteOptions{})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "Market table (2).glb")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func emptySite(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "shop")
	if err := sitefolder.Create(dir, &twin.Site{ID: "shop", Name: "Shop", TimeZone: "UTC", Zones: []twin.Zone{{ID: "hall", Name: "Hall", Kind: "room", Outline: []geom.Vec2{{0, 0}, {6, 0}, {6, -5}, {0, -5}}, Height: 3}}}, sitefolder.Contents{}, false); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestADrawnThingBecomesAClass(t *testing.T) {
	table, dir := drawnTable(t), emptySite(t)
	run := func(args ...string) (string, error) {
		text, err := program(t, args...).CombinedOutput()
		return string(text), err
	}
	if text, err := run("catalog", "import", table, "--site", dir); err == nil || !strings.Contains(text, "another unit") {
		t.Errorf("a table of 120 m: %v, %s", err, text)
	}
	if _, err := os.Stat(filepath.Join(dir, "catalogue")); err == nil {
		t.Error("a refused thing left something")
	}
	text, err := run("catalog", "import", table, "--site", dir, "--scale", "0.01", "--turn", "90", "--json")
	var told report
	if err != nil || json.Unmarshal([]byte(text), &told) != nil || told.Metrics["triangles"] != 12 || !strings.Contains(fmt.Sprint(told.Rows), "market-table-2") {
		t.Fatalf("%v, %s", err, text)
	}
	if text, err := run("catalog", "list", "--site", dir); err != nil || !strings.Contains(text, "0.80 × 0.04 × 1.20") {
		t.Errorf("turned by 90° it is listed as %s (%v)", text, err)
	}
	if text, err := run("catalog", "lint", "--site", dir); err != nil {
		t.Errorf("%v, %s", err, text)
	}
	if text, err := run("catalog", "import", table, "--site", dir, "--scale", "0.01"); err == nil || !strings.Contains(text, "--class") {
		t.Errorf("a second time: %v, %s", err, text)
	}
	if text, err := run("catalog", "import", table, "--site", dir, "--scale", "0.01", "--class", "Not A Name"); err == nil || !strings.Contains(text, "lower-case") {
		t.Errorf("a bad name: %v, %s", err, text)
	}
	left, err := os.ReadDir(filepath.Join(dir, "catalogue"))
	if err != nil || len(left) != 2 {
		t.Errorf("the catalogue holds %v (%v)", left, err)
	}
}

// While a site runs, a drawn thing is taken into its catalogue, put down, and made
// part of the plan; it is there when the site is opened again.
func TestADrawnThingIsPlannedWith(t *testing.T) {
	dir := emptySite(t)
	o, err := openSite(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	speak, err := phrase.New(phrase.English)
	if err != nil {
		t.Fatal(err)
	}
	r, err := runSite(t.Context(), o, plantAccess{}, speak, t.Logf)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { r.Close(t.Context()) }()
	p, err := r.plans(o, func() string { return "mina" })(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	seen, err := p.Look(t.Context(), drawnTable(t))
	if err != nil {
		t.Fatal(err)
	}
	if seen.Height != 1 || seen.Triangles != 12 || seen.Title != "Market table (2)" {
		t.Errorf("it is seen as %+v", seen)
	}
	seen.Height, seen.Title = 0.04, "Table"
	var kinds []desktop.Kind
	for range 2 {
		k, err := p.Import(t.Context(), seen)
		if err != nil {
			t.Fatal(err)
		}
		kinds = append(kinds, k)
	}
	if kinds[0].Class != "market-table-2" || kinds[1].Class != "market-table-2-2" || kinds[0].Title["ko"] != "Table" || kinds[0].Size.Sub([3]float64{1.2, 0.04, 0.8}).Len() > 1e-6 {
		t.Fatalf("the catalogue has %+v", kinds)
	}
	from := layout.Of(r.session.Site())
	edit, err := from.Add(twin.Asset{ID: "table-1", Class: kinds[0].Class, Name: "Table 1", Zone: "hall", Pose: twin.Pose{Position: geom.Vec3{3, 0, -2}}, Size: kinds[0].Size})
	if err != nil {
		t.Fatal(err)
	}
	to, err := from.Do(edit)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Adopt(t.Context(), from, to); err != nil {
		t.Fatal(err)
	}
	if err := r.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	again, err := openSite(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	shown := 0
	for _, n := range again.scene.Nodes {
		if n.Name == "table-1/body" {
			for _, x := range again.scene.Meshes[n.Mesh].Primitives {
				shown += len(x.Indices) / 3
			}
		}
	}
	if shown != 12 {
		t.Errorf("opened again, it shows %d triangles of the table, want 12", shown)
	}
}
