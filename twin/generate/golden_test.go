package generate_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/codec/collada"
	"github.com/glasstwin/glasstwin/scene/codec/gltf"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/codec/aml"
	"github.com/glasstwin/glasstwin/twin/generate"
)

// sheetOf tells all of a generated twin as text: lengths in mm, angles in
// degrees, so that what changes in it can be read in a difference.
func sheetOf(t testing.TB, r *generate.Result) string {
	t.Helper()
	cat, err := generate.Catalogue()
	if err != nil {
		t.Fatal(err)
	}
	sc, _, err := generate.Scene(context.Background(), r.Site, r.Building, cat)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%d of %d understood, %d merged\n", r.Report.ElementsUnderstood, r.Report.ElementsTotal, r.Report.Merged)
	entities := sc.Entities()
	address := map[twin.SignalID]string{}
	for _, x := range r.Site.Bindings {
		address[x.Signal] = x.Plant + " " + x.Address
	}
	joints := func(entity string) {
		seen := map[scene.JointID]bool{}
		for i, n := range sc.Nodes {
			if n.Joint == scene.None || entities[i] != entity || seen[n.Joint] {
				continue
			}
			seen[n.Joint] = true
			j := sc.Joints[n.Joint]
			fmt.Fprintf(&b, "  joint %s %s about %.3f at %s from %.3f to %.3f", j.Name, [...]string{"fixed", "revolute", "prismatic", "continuous"}[j.Kind], flushed(j.Axis), millimetres(j.Origin), j.Min, j.Max)
			if j.Drive != "" {
				fmt.Fprintf(&b, " driven by %s × %.4f", j.Drive, j.Scale)
			}
			if j.Mimic.Ratio != 0 {
				fmt.Fprintf(&b, " follows %s × %.3f + %.3f", sc.Joints[j.Mimic.Of].Name, j.Mimic.Ratio, j.Mimic.Shift)
			}
			b.WriteByte('\n')
		}
	}
	for _, a := range r.Site.Assets {
		fmt.Fprintf(&b, "asset %s %s %q in %q at %s yaw %.0f size %s", a.ID, a.Class, a.Name, a.Zone, millimetres(a.Pose.Position), unsigned(a.Pose.Yaw*180/math.Pi), millimetres(a.Size))
		for _, name := range sortedKeys(a.Params) {
			fmt.Fprintf(&b, " %s=%g", name, a.Params[name])
		}
		if len(a.Products) > 0 {
			fmt.Fprintf(&b, " holds %s", strings.Join(a.Products, "; "))
		}
		if a.Shape != "" {
			fmt.Fprintf(&b, " shaped by %s", a.Shape)
		}
		if a.Inferred {
			b.WriteString(" inferred")
		}
		b.WriteByte('\n')
		for _, s := range r.Site.Signals {
			if s.Asset == a.ID {
				fmt.Fprintf(&b, "  signal %s %s %s", s.Name, s.Kind, s.Unit)
				if s.Writable {
					b.WriteString(" writable")
				}
				if at := address[s.ID]; at != "" {
					fmt.Fprintf(&b, " bound to %s", at)
				}
				b.WriteByte('\n')
			}
		}
		joints(string(a.ID))
	}
	if r.Building != nil {
		for _, e := range r.Building.Elements {
			fmt.Fprintf(&b, "element %s %s %q from %s to %s\n", e.Entity, e.Type, e.Name, millimetres(e.Box.Min), millimetres(e.Box.Max))
			joints(e.Entity)
		}
	}
	for _, z := range r.Site.Zones {
		fmt.Fprintf(&b, "zone %s %s %q floor %.0f high %.0f", z.ID, z.Kind, z.Name, unsigned(1000*z.FloorY), 1000*z.Height)
		for _, p := range z.Outline {
			fmt.Fprintf(&b, " %.0f,%.0f", unsigned(1000*p[0]), unsigned(1000*p[1]))
		}
		b.WriteByte('\n')
	}
	for _, q := range r.Report.Questions {
		fmt.Fprintf(&b, "question %s\n", q)
	}
	for _, c := range r.Report.Conflicts {
		fmt.Fprintf(&b, "conflict %s\n", c)
	}
	for _, n := range r.Report.Notes {
		fmt.Fprintf(&b, "note %s\n", n)
	}
	return b.String()
}

func millimetres(p geom.Vec3) string {
	return fmt.Sprintf("%.0f,%.0f,%.0f", unsigned(1000*p[0]), unsigned(1000*p[1]), unsigned(1000*p[2]))
}

// unsigned rounds and takes the sign off a zero.
func unsigned(v float64) float64 { return math.Round(v) + 0 }

func flushed(v geom.Vec3) geom.Vec3 {
	for k := range v {
		v[k] = math.Round(1000*v[k])/1000 + 0
	}
	return v
}

func sortedKeys(m map[string]float64) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// counted is a sheet of a twin whose source is not ours to copy: how much it
// holds, and a hash of all the rest.
func counted(r *generate.Result, sheet string) string {
	kinds := map[string]float64{}
	for _, a := range r.Site.Assets {
		kinds["asset "+a.Class]++
		kinds["product"] += float64(len(a.Products))
	}
	for _, z := range r.Site.Zones {
		kinds["zone "+z.Kind]++
	}
	if r.Building != nil {
		for _, e := range r.Building.Elements {
			kinds["element "+e.Type]++
		}
	}
	kinds["signal"], kinds["question"], kinds["note"] = float64(len(r.Site.Signals)), float64(len(r.Report.Questions)), float64(len(r.Report.Notes))
	var b strings.Builder
	for _, k := range sortedKeys(kinds) {
		fmt.Fprintf(&b, "%s %.0f\n", k, kinds[k])
	}
	fmt.Fprintf(&b, "sheet %x\n", sha256.Sum256([]byte(sheet)))
	return b.String()
}

// sameAsGolden compares with a file of testdata/golden; UPDATE=1 rewrites it.
func sameAsGolden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", "golden", name+".txt")
	if os.Getenv("UPDATE") == "1" {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v: UPDATE=1 writes it", err)
	}
	if got != string(want) {
		t.Errorf("%s differs; UPDATE=1 rewrites it\ngot:\n%s\nwant:\n%s", path, got, want)
	}
}

// authored reads small sources that are kept in testdata/sources.
func authored(t *testing.T, names ...string) []generate.File {
	t.Helper()
	var out []generate.File
	for _, name := range names {
		data, err := os.ReadFile(filepath.Join("testdata", "sources", name))
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, source(t, name, data))
	}
	return out
}

func source(t *testing.T, name string, data []byte) generate.File {
	t.Helper()
	kind, ok := generate.KindOf(name, data[:min(len(data), generate.HeadMax)])
	if !ok {
		t.Fatalf("%s: of no known kind", name)
	}
	return generate.File{Kind: kind, Name: name, Data: data}
}

// workbookOf is the list of a CSV file as a workbook.
func workbookOf(t *testing.T, name string) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	for i, line := range strings.Split(strings.TrimSpace(string(authored(t, name)[0].Data)), "\n") {
		cells := strings.Split(line, ",")
		if err := f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &cells); err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// crate is a box with a lid on a hinge.
func crate() *scene.Scene {
	sc := boxScene([]thing{{"Crate", geom.Box{Max: geom.Vec3{0.6, 0.4, 0.4}}}, {"Lid", geom.Box{Min: geom.Vec3{0, 0.4, 0}, Max: geom.Vec3{0.6, 0.45, 0.4}}}}, 1)
	hinge := sc.AddJoint(scene.Joint{Name: "hinge", Kind: scene.Revolute, Axis: geom.Vec3{1, 0, 0}, Origin: geom.Vec3{0, 0.4, 0}, Min: 0, Max: 1.5, SpeedMax: 2})
	for i := range sc.Nodes {
		if sc.Nodes[i].Name == "Lid" {
			sc.Nodes[i].Joint = hinge
		}
	}
	return sc
}

// scannedRoom is a room of 5 × 4 × 2.6 m with a doorway in the south and a
// cupboard, as points 25 mm apart with 2 mm of noise, +Z up.
func scannedRoom() []byte {
	var b bytes.Buffer
	state := uint64(7)
	noise := func() float64 { // uniform, the same on every machine
		state = state*6364136223846793005 + 1442695040888963407
		return 0.004 * (float64(state>>40)/(1<<24) - 0.5)
	}
	at := func(x, y, z float64) {
		fmt.Fprintf(&b, "%.4f %.4f %.4f\n", x+noise(), y+noise(), z+noise())
	}
	sheet := func(box geom.Box, skip func(x, y, z float64) bool) {
		var n [3]int
		for k := range 3 {
			n[k] = int(math.Round((box.Max[k] - box.Min[k]) / 0.025))
		}
		for i := range n[0] + 1 {
			for j := range n[1] + 1 {
				for k := range n[2] + 1 {
					x, y, z := box.Min[0]+0.025*float64(i), box.Min[1]+0.025*float64(j), box.Min[2]+0.025*float64(k)
					if skip == nil || !skip(x, y, z) {
						at(x, y, z)
					}
				}
			}
		}
	}
	flat := func(x0, y0, z0, x1, y1, z1 float64) geom.Box {
		return geom.Box{Min: geom.Vec3{x0, y0, z0}, Max: geom.Vec3{x1, y1, z1}}
	}
	sheet(flat(0, 0, 0, 5, 4, 0), nil)
	sheet(flat(0, 0, 2.6, 5, 4, 2.6), nil)
	sheet(flat(0, 0, 0, 5, 0, 2.6), func(x, _, z float64) bool { return x > 2 && x < 2.9 && z < 2 })
	sheet(flat(0, 4, 0, 5, 4, 2.6), nil)
	sheet(flat(0, 0, 0, 0, 4, 2.6), nil)
	sheet(flat(5, 0, 0, 5, 4, 2.6), nil)
	sheet(flat(3.6, 3.3, 0, 4.6, 3.3, 1.8), nil)
	sheet(flat(3.6, 3.3, 0, 3.6, 4, 1.8), nil)
	sheet(flat(4.6, 3.3, 0, 4.6, 4, 1.8), nil)
	sheet(flat(3.6, 3.3, 1.8, 4.6, 4, 1.8), nil)
	return b.Bytes()
}

// TestGoldenTwins generates a twin from each kind of source and compares all of
// it with its golden sheet.
func TestGoldenTwins(t *testing.T) {
	plant, err := aml.Write(&aml.Document{Name: "store", Elements: []aml.Element{
		{Name: "line", Path: "store/line", Parent: -1, Roles: []string{"AutomationMLBaseRoleClassLib/AutomationMLBaseRole/Structure"}},
		{
			Name: "freezer-1", Path: "store/line/freezer-1", Parent: 0, Roles: []string{"StoreRoles/UprightFreezer"},
			Frame:      &aml.Frame{At: geom.Vec3{3, 4.5, 0}, Turn: geom.Vec3{0, 0, 90}},
			Attributes: []aml.Attribute{{Name: "Size"}, {Name: "Size/Width", Value: "1.6", Unit: "m", Type: "xs:double"}},
		},
	}})
	if err != nil {
		t.Fatal(err)
	}
	machine, err := collada.Write(crate())
	if err != nil {
		t.Fatal(err)
	}
	moved, err := gltf.Write(crate(), gltf.WriteOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for name, files := range map[string][]generate.File{
		"scan":      {source(t, "room.xyz", scannedRoom())},
		"shelves":   authored(t, "shelves.json"),
		"planogram": authored(t, "planogram.csv", "devices.csv"),
		"workbook":  {source(t, "planogram.xlsx", workbookOf(t, "planogram.csv"))},
		"nodeset":   authored(t, "kitchen.xml"),
		"aml":       {source(t, "plant.aml", plant)},
		"urdf":      authored(t, "gate.urdf"),
		"collada":   {source(t, "crate.dae", machine)},
		"gltf":      {source(t, "crate.glb", moved)},
	} {
		t.Run(name, func(t *testing.T) {
			sameAsGolden(t, name, sheetOf(t, run(t, nil, files...)))
		})
	}
}

// TestGoldenTwinsOfRealStores does so for what was really measured, of which
// counts and a hash are kept.
func TestGoldenTwinsOfRealStores(t *testing.T) {
	for name, patterns := range map[string][]string{
		"waterfront": {"store-k4r/waterfront-shelves.json"},
		"laboratory": {"store-k4r/uni-bremen/*.json", "store-k4r/uni-bremen/products/*.json"},
	} {
		t.Run(name, func(t *testing.T) {
			got := run(t, nil, sharedFiles(t, patterns...)...)
			sameAsGolden(t, name, counted(got, sheetOf(t, got)))
		})
	}
}

// A golden sheet is no use when it does not change with the twin.
func TestSheetsTellWhatChanges(t *testing.T) {
	made := run(t, nil, authored(t, "planogram.csv", "devices.csv")...)
	whole := sheetOf(t, made)
	for what, change := range map[string]func(*twin.Site){
		"a place by 1 mm": func(s *twin.Site) { s.Assets[0].Pose.Position[0] += 0.001 },
		"a size by 1 mm":  func(s *twin.Site) { s.Assets[0].Size[1] += 0.001 },
		"a turn by 1°":    func(s *twin.Site) { s.Assets[0].Pose.Yaw += math.Pi / 180 },
		"a signal gone":   func(s *twin.Site) { s.Signals = s.Signals[1:] },
		"a room by 1 mm":  func(s *twin.Site) { s.Zones[0].Outline[0][0] += 0.001 },
		"a binding": func(s *twin.Site) {
			s.Bindings = append(s.Bindings, twin.Binding{Signal: s.Signals[0].ID, Plant: "p", Address: "ns=2;i=1"})
		},
	} {
		site := *made.Site
		site.Assets, site.Signals, site.Zones = slices.Clone(site.Assets), slices.Clone(site.Signals), slices.Clone(site.Zones)
		site.Zones[0].Outline = slices.Clone(site.Zones[0].Outline)
		change(&site)
		r := &generate.Result{Site: &site, Building: made.Building, Report: made.Report}
		if got := sheetOf(t, r); got == whole {
			t.Errorf("%s: the sheet stays the same", what)
		} else if counted(r, got) == counted(r, whole) {
			t.Errorf("%s: the counted sheet stays the same", what)
		}
	}
}
