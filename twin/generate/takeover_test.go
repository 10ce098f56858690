package generate_test

import (
	"context"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-gl/mathgl/mgl64"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/codec/collada"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/codec/aml"
	"github.com/glasstwin/glasstwin/twin/generate"
)

// TestAHandedOverSiteComesBack: a site written as an AutomationML package and
// generated from it has the same things, signals and bindings, stands in the same
// rooms and looks and moves the same.
func TestAHandedOverSiteComesBack(t *testing.T) {
	ctx := context.Background()
	cat, err := generate.Catalogue()
	if err != nil {
		t.Fatal(err)
	}
	want, err := generate.Demo(ctx, cat, nil)
	if err != nil {
		t.Fatal(err)
	}
	want.Site.Plants = []twin.Plant{{Name: "plant", Endpoint: "opc.tcp://127.0.0.1:4840", User: "glasstwin"}}
	for i := range want.Site.Signals {
		if g := &want.Site.Signals[i]; i%3 == 0 {
			g.Range[1] += 0.125 // as a plant may tell it
			want.Site.Bindings = append(want.Site.Bindings, twin.Binding{Signal: g.ID, Plant: "plant", Address: "ns=2;s=" + string(g.ID)})
		}
	}
	sc, _, err := generate.Scene(ctx, want.Site, want.Building, cat)
	if err != nil {
		t.Fatal(err)
	}
	data, err := generate.Handover(ctx, want.Site, want.Building, sc)
	if err != nil {
		t.Fatal(err)
	}
	got, err := generate.Run(ctx, generate.Input{ID: want.Site.ID, Name: want.Site.Name, Catalogue: cat, Files: []generate.File{{Kind: generate.KindAML, Name: "store.amlx", Data: data}}})
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Report.Notes) > 0 || got.Report.ElementsUnderstood != got.Report.ElementsTotal {
		t.Errorf("%d of %d elements understood, notes %v", got.Report.ElementsUnderstood, got.Report.ElementsTotal, got.Report.Notes)
	}
	same := cmp.Options{
		cmpopts.EquateEmpty(), cmpopts.IgnoreFields(twin.Asset{}, "Provenance"), cmpopts.IgnoreFields(twin.Zone{}, "Provenance"),
		cmpopts.IgnoreFields(twin.Site{}, "Sources"),
		cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".Shape" }, cmp.Comparer(func(a, b string) bool { return (a == "") == (b == "") })),
		cmp.Comparer(func(a, b float64) bool { return math.Abs(a-b) < 1e-9 }),
		cmp.Comparer(func(a, b twin.Pose) bool {
			return a.Position.Sub(b.Position).Len() < 1e-9 && math.Abs(math.Remainder(a.Yaw-b.Yaw, 2*math.Pi)) < 1e-9
		}),
	}
	if d := cmp.Diff(want.Site, got.Site, same); d != "" {
		t.Errorf("the site is another one:\n%s", d)
	}
	again, _, err := generate.Scene(ctx, got.Site, got.Building, cat)
	if err != nil {
		t.Fatal(err)
	}
	// COLLADA puts the frame of a link at its joint, and has degrees: what no
	// signal drives moves the same from there.
	undriven := cmp.FilterValues(func(a, b scene.Joint) bool { return a.Drive == "" && b.Drive == "" }, cmp.Comparer(func(a, b scene.Joint) bool {
		return a.Name == b.Name && a.Kind == b.Kind && a.Axis.Sub(b.Axis).Len() < 1e-9 && math.Abs(a.Min-b.Min)+math.Abs(a.Max-b.Max) < 1e-9
	}))
	if d := cmp.Diff(sc.Joints, again.Joints, same, undriven); d != "" {
		t.Errorf("the joints are others:\n%s", d)
	}
	joints := make([]float64, len(sc.Joints))
	for i, j := range sc.Joints {
		joints[i] = 0.7*j.Min + 0.3*j.Max
	}
	a, b := drawn(sc, sc.Resolve(joints)), drawn(again, again.Resolve(joints))
	for entity, corners := range a {
		if apart := between(corners, b[entity]); apart > 1e-6 {
			t.Errorf("%s: corners lie %g m apart", entity, apart)
		}
	}
	if len(a) != len(b) {
		t.Errorf("%d things are drawn, %d were", len(b), len(a))
	}
	t.Logf("%d bytes, %d things drawn", len(data), len(a))
}

// drawn are the world positions of all triangles' corners, by entity.
func drawn(sc *scene.Scene, joints []float64) map[string][]geom.Vec3 {
	out := map[string][]geom.Vec3{}
	entities := sc.Entities()
	for i, m := range sc.World(joints, nil) {
		n := sc.Nodes[i]
		if n.Mesh == scene.None || n.Hidden {
			continue
		}
		for _, p := range sc.Meshes[n.Mesh].Primitives {
			for _, k := range p.Indices {
				out[entities[i]] = append(out[entities[i]], mgl64.TransformCoordinate(geom.Vec3{float64(p.Positions[3*k]), float64(p.Positions[3*k+1]), float64(p.Positions[3*k+2])}, m))
			}
		}
	}
	return out
}

// between is how far two lists of corners lie apart at most.
func between(a, b []geom.Vec3) float64 {
	if len(a) != len(b) {
		return math.Inf(1)
	}
	worst := 0.0
	for i := range a {
		worst = math.Max(worst, a[i].Sub(b[i]).Len())
	}
	return worst
}

// TestWhatIsHandedOverIsWhole: the root document follows CAEX's schema, our own
// checks find nothing in it, and each file that it names shows its thing and
// moves as the scene does.
func TestWhatIsHandedOverIsWhole(t *testing.T) {
	ctx := context.Background()
	made, sc, _ := demo(t)
	data, err := generate.Handover(ctx, made.Site, made.Building, sc)
	if err != nil {
		t.Fatal(err)
	}
	doc, parts, err := aml.Read(ctx, "store.amlx", data)
	if err != nil {
		t.Fatal(err)
	}
	if len(doc.Notes) > 0 {
		t.Errorf("notes %v", doc.Notes)
	}
	follows(t, parts[made.Site.ID+".aml"])
	entities := sc.Entities()
	q := make([]float64, len(sc.Joints))
	positions := map[string][]float64{} // of joints, by entity and name, in the order of the scene
	for i, n := range sc.Nodes {
		if n.Joint != scene.None {
			j := sc.Joints[n.Joint]
			q[n.Joint] = 0.4*j.Min + 0.6*j.Max
			_, thing := made.Site.Asset(twin.AssetID(entities[i])) // and no door of the building
			if thing && !j.Belt() {                                // a belt moves nothing
				positions[entities[i]+" "+j.Name] = append(positions[entities[i]+" "+j.Name], q[n.Joint])
			}
		}
	}
	own := drawn(sc, q)
	shown, moved := 0, 0
	for _, e := range doc.Elements {
		key, _ := e.Attribute("Key")
		for _, i := range e.Interfaces {
			file, _ := i.Attribute("refURI")
			if i.Name != "shape" || strings.Contains(file.Value, "#") {
				continue
			}
			shape, notes, err := collada.Read(ctx, file.Value, parts[file.Value], collada.Options{})
			if err != nil || len(notes) > 0 {
				t.Fatal(err, notes)
			}
			shown++
			asset, _ := made.Site.Asset(twin.AssetID(key.Value))
			at := mgl64.Translate3D(asset.Pose.Position[0], asset.Pose.Position[1], asset.Pose.Position[2]).Mul4(mgl64.HomogRotate3DY(asset.Pose.Yaw))
			theirs := make([]float64, len(shape.Joints))
			for k, j := range shape.Joints {
				name := key.Value + " " + key.Value + "/" + j.Name
				if len(positions[name]) == 0 {
					t.Fatalf("%s: %s has a joint %s that it does not have", key.Value, file.Value, j.Name)
				}
				theirs[k], positions[name] = positions[name][0], positions[name][1:]
				moved++
			}
			var there []geom.Vec3
			for _, p := range drawn(shape, theirs)[""] {
				there = append(there, mgl64.TransformCoordinate(p, at))
			}
			if apart := between(own[key.Value], there); apart > 1e-6 {
				t.Errorf("%s: %s shows corners %g m away", key.Value, file.Value, apart)
			}
		}
	}
	for name, left := range positions {
		if len(left) > 0 {
			t.Errorf("%d joints %s are in no file", len(left), name)
		}
	}
	if shown != len(made.Site.Assets) || moved < 30 || len(doc.Links) < 10 {
		t.Errorf("%d of %d things are shown, %d joints moved, %d are driven", shown, len(made.Site.Assets), moved, len(doc.Links))
	}
	size := 0
	for _, p := range parts {
		size += len(p)
	}
	t.Logf("%d bytes hold %d in %d parts; %d joints, %d of them driven", len(data), size, len(parts), moved, len(doc.Links))
}

// follows holds a document against CAEX's schema.
func follows(t *testing.T, document []byte) {
	t.Helper()
	schema := filepath.Join("..", "..", "..", "shared", "data", "aml", "caex30.xsd")
	_, noSchema := os.Stat(schema)
	_, noTool := exec.LookPath("xmllint")
	if noSchema != nil || noTool != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(noSchema, noTool)
		}
		t.Logf("not held against the schema: %v %v", noSchema, noTool)
		return
	}
	file := filepath.Join(t.TempDir(), "store.aml")
	if err := os.WriteFile(file, document, 0o644); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("xmllint", "--noout", "--schema", schema, file).CombinedOutput(); err != nil {
		t.Errorf("%.2000s", out)
	}
}
