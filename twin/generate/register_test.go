package generate

import (
	"context"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/go-gl/mathgl/mgl64"
	"pgregory.net/rapid"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
)

// realBuilding reads a building that lies beside the checkout.
func realBuilding(t testing.TB, name string) *Building {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "..", "shared", "data", "ifc", name))
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skipf("no real building beside the checkout: %v", err)
	}
	b, err := ReadBuilding(context.Background(), File{Kind: KindIFC, Name: name, Data: data})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// part is a building of which every n-th element is lost.
func part(b *Building, n int) *Building {
	out := &Building{}
	gone := map[string]bool{}
	for i, e := range b.Elements {
		if n > 0 && i%n == 0 {
			gone[e.Entity] = true
			continue
		}
		out.Elements = append(out.Elements, e)
	}
	out.Scene = without(b.Scene, gone)
	for _, s := range b.Spaces {
		s.Name = "" // another source has other names
		s.Outline = append([]geom.Vec2(nil), s.Outline...)
		out.Spaces = append(out.Spaces, s)
	}
	return out
}

func TestAMovedCopyIsLaidBack(t *testing.T) {
	for _, name := range []string{"AC20-FZK-Haus.ifc", "duplex.ifc"} {
		b := realBuilding(t, name)
		base := featuresOf(&finding{building: b})
		worst := 0.0
		for i, yaw := range []float64{0, 0.3, 1.2, math.Pi / 2, 2.5, -2} {
			moved := &finding{building: part(b, 5)}
			away := motion{yaw, geom.Vec3{3.7 * float64(i), 0.4, -11 + 2.1*float64(i)}}
			moved.apply(away)
			r, ok := register(base, featuresOf(moved))
			if !ok {
				t.Errorf("%s turned by %.1f: nothing fits", name, yaw)
				continue
			}
			for _, p := range []geom.Vec3{{0, 0, 0}, {10, 0, -5}, {-4, 2, 6}} {
				gap := r.point(away.point(p)).Sub(p)
				worst = max(worst, gap.Len())
				if gap.Len() > 0.05 {
					t.Errorf("%s turned by %.1f: a point comes back %.2f m away (%s)", name, yaw, gap.Len(), r)
				}
			}
		}
		t.Logf("%s: %d wall points, worst error %.0f mm", name, len(base.walls), 1000*worst)
	}
}

func TestNamesLayFixturesOnEachOther(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := rapid.Float64Range(-40, 40)
		n := rapid.IntRange(2, 12).Draw(t, "n")
		base, moved := &finding{}, &finding{}
		away := motion{rapid.Float64Range(-3, 3).Draw(t, "yaw"), geom.Vec3{at.Draw(t, "dx"), 0, at.Draw(t, "dz")}}
		spread := 0.0
		for i := range n {
			a := twin.Asset{ID: twin.AssetID(string(rune('a'+i)) + "-thing"), Class: "x"}
			a.Pose.Position = geom.Vec3{at.Draw(t, "x"), 0, at.Draw(t, "z")}
			base.assets, moved.assets = append(base.assets, a), append(moved.assets, a)
			spread = max(spread, a.Pose.Position.Sub(base.assets[0].Pose.Position).Len())
		}
		if spread < 0.1 {
			t.Skip("they all stand at one place")
		}
		moved.apply(away)
		r, ok := register(featuresOf(base), featuresOf(moved))
		if !ok {
			t.Fatal("nothing fits")
		}
		for i, a := range moved.assets {
			if d := r.point(a.Pose.Position).Sub(base.assets[i].Pose.Position).Len(); d > 1e-6 {
				t.Fatalf("%s comes back %g m away", a.ID, d)
			}
		}
	})
}

func TestOtherBuildingsDoNotFit(t *testing.T) {
	a, b := realBuilding(t, "AC20-FZK-Haus.ifc"), realBuilding(t, "duplex.ifc")
	if r, ok := register(featuresOf(&finding{building: a}), featuresOf(&finding{building: part(b, 0)})); ok && !r.doubtful && r.share > 0.8 {
		t.Errorf("two houses that have nothing in common: %s", r)
	}
}

func TestWhatTwoTellIsKeptOnce(t *testing.T) {
	b := realBuilding(t, "duplex.ifc")
	whole := len(b.Elements)
	lost := part(b, 4)
	other := &finding{source: "second.ifc", kind: KindDrawing, building: part(b, 0)}
	for i := range b.Spaces { // the house has two like halves, which only names tell apart
		other.building.Spaces[i].Name = b.Spaces[i].Name
		lost.Spaces[i].Name = b.Spaces[i].Name
	}
	other.apply(motion{0.7, geom.Vec3{20, 0, 3}})
	door := slices.IndexFunc(lost.Elements, func(e Element) bool { return kindOfElement(e.Type) == "door" })
	name := lost.Elements[door].Entity
	for i, e := range other.building.Scene.Entities() { // one door is told wider
		if n := &other.building.Scene.Nodes[i]; e == name && n.Mesh != scene.None {
			n.Local = n.Local.Mul4(mgl64.Scale3D(1.2, 1.2, 1))
		}
	}
	g := &generation{report: Report{ByClass: map[string]int{}}}
	g.findings = []*finding{{source: "first.ifc", kind: KindIFC, building: lost}, other}
	had := len(lost.Elements)
	if err := g.register(context.Background()); err != nil {
		t.Fatal(err)
	}
	if back := len(g.building.Elements) - had; back < 7*(whole-had)/10 || back > whole-had {
		t.Errorf("%d elements were added of the %d that one source lacks", back, whole-had)
	}
	if n := len(g.building.Spaces); n != len(b.Spaces) {
		t.Errorf("%d rooms, want %d", n, len(b.Spaces))
	}
	if err := g.building.Scene.Check(); err != nil {
		t.Error(err)
	}
	if len(g.report.Conflicts) == 0 || len(g.report.Conflicts) > 4 {
		t.Errorf("%d conflicts, want those of the one door that is told wider", len(g.report.Conflicts))
	}
	t.Logf("%d elements of %d, %d were told twice, %d conflicts: %v", len(g.building.Elements), whole, g.report.Merged, len(g.report.Conflicts), g.report.Notes)
	for _, c := range g.report.Conflicts {
		if c.Kept.Source != "first.ifc" || c.Other.Source != "second.ifc" {
			t.Errorf("a conflict without both origins: %s", c)
		}
	}
}

func BenchmarkRegister(b *testing.B) {
	house := realBuilding(b, "duplex.ifc")
	base := featuresOf(&finding{building: house})
	moved := &finding{building: part(house, 5)}
	moved.apply(motion{1.2, geom.Vec3{20, 0, 3}})
	features := featuresOf(moved)
	for b.Loop() {
		if _, ok := register(base, features); !ok {
			b.Fatal("nothing fits")
		}
	}
}
