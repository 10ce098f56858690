package mesh_test

import (
	"bytes"
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/mesh"
)

// hill is a sheet with bumps whose texture is stretched unevenly and mirrored in
// the middle.
func hill() scene.Primitive {
	const n = 24
	var p scene.Primitive
	r := rand.New(rand.NewPCG(1, 2))
	for j := range n + 1 {
		for i := range n + 1 {
			x, y := float64(i)/n-0.5, float64(j)/n-0.5
			z := 0.2*math.Cos(5*x)*math.Cos(4*y) + 0.004*r.Float64()
			p.Positions = append(p.Positions, float32(x), float32(y), float32(z))
			p.UVs = append(p.UVs, float32(math.Abs(x)+0.3*y*y), float32(-y+0.2*x*y))
		}
	}
	for j := range uint32(n) {
		for i := range uint32(n) {
			a := j*(n+1) + i
			p.Indices = append(p.Indices, a, a+1, a+n+2, a, a+n+2, a+n+1)
		}
	}
	return mesh.Normals(p, math.Pi)
}

// TestTangentsAreMikkTSpaces: those of a port of the reference lie along ours, and
// its handedness is the other one, as glTF wants it.
func TestTangentsAreMikkTSpaces(t *testing.T) {
	peers, err := filepath.Abs("../../testdata/peers")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(peers, "node_modules", "three")); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("run npm ci in testdata/peers: %v", err)
		}
		t.Skipf("run npm ci in testdata/peers: %v", err)
	}
	p := mesh.Tangents(hill())
	var in struct{ Positions, Normals, UVs []float32 }
	for _, i := range p.Indices {
		in.Positions = append(in.Positions, p.Positions[3*i:3*i+3]...)
		in.Normals = append(in.Normals, p.Normals[3*i:3*i+3]...)
		in.UVs = append(in.UVs, p.UVs[2*i:2*i+2]...)
	}
	text, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("node", "tangents.mjs")
	cmd.Dir, cmd.Stdin = peers, bytes.NewReader(text)
	told, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var want []float64
	if err := json.Unmarshal(told, &want); err != nil {
		t.Fatal(err)
	}
	if len(want) != 4*len(p.Indices) {
		t.Fatalf("%d numbers for %d corners", len(want), len(p.Indices))
	}
	worst, hands := 0.0, map[float32]int{}
	for c, i := range p.Indices {
		own, dot := p.Tangents[4*i:4*i+4], 0.0
		for k := range 3 {
			dot += float64(own[k]) * want[4*c+k]
		}
		worst = math.Max(worst, math.Acos(math.Min(1, dot)))
		hands[own[3]]++
		if float64(own[3]) != -want[4*c+3] {
			t.Fatalf("corner %d has handedness %g, MikkTSpace's is %g", c, own[3], want[4*c+3])
		}
	}
	if worst > 0.5*math.Pi/180 || len(hands) != 2 {
		t.Errorf("tangents are up to %g° apart, handedness %v", worst*180/math.Pi, hands)
	}
	t.Logf("%d corners, %.3f° apart at most", len(p.Indices), worst*180/math.Pi)
}

// TestTangentsOnlyWhereTheyAreUsed: a material without a picture of normals needs
// none.
func TestTangentsOnlyWhereTheyAreUsed(t *testing.T) {
	sc := &scene.Scene{Images: []scene.Image{{Name: "normals", MIME: "image/png"}}}
	bumpy := sc.AddMaterial(scene.Material{Name: "bumpy", Normal: scene.Map{Image: 1}})
	plain := sc.AddMaterial(scene.Material{Name: "plain", Color: scene.Map{Image: 1}})
	one, other, bare := hill(), hill(), hill()
	one.Material, other.Material, bare.Material = bumpy, plain, bumpy
	bare.UVs = nil
	sc.AddMesh(scene.Mesh{Primitives: []scene.Primitive{one, other, bare}})
	got := mesh.WithTangents(sc)
	if err := got.Check(); err != nil {
		t.Fatal(err)
	}
	for k, want := range []bool{true, false, false} {
		if p := got.Meshes[0].Primitives[k]; (len(p.Tangents) > 0) != want {
			t.Errorf("primitive %d has %d numbers of tangents", k, len(p.Tangents))
		}
		if len(sc.Meshes[0].Primitives[k].Tangents) > 0 {
			t.Errorf("primitive %d was changed where it stands", k)
		}
	}
}
