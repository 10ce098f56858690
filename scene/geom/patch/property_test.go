package patch_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/go-gl/mathgl/mgl64"
	"pgregory.net/rapid"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/scene/geom/patch"
)

// closedAtPoints tells how many directed edges have not exactly one reverse.
func closedAtPoints(m *patch.Mesh) int {
	edges := map[[2]int32]int{}
	for _, p := range m.Patches {
		for _, t := range p.Triangles {
			for i := range 3 {
				edges[[2]int32{p.Vertices[t[i]], p.Vertices[t[(i+1)%3]]}]++
			}
		}
	}
	wrong := 0
	for e, n := range edges {
		if n != 1 || edges[[2]int32{e[1], e[0]}] != 1 {
			wrong++
		}
	}
	return wrong
}

// A pipe with a window anywhere in its wall is closed and holds what it should,
// wherever the seam of its cylinder lies.
func TestWindowsAnywhere(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		from := rapid.Float64Range(-math.Pi, math.Pi).Draw(rt, "from")
		to := from + rapid.Float64Range(0.05, 6).Draw(rt, "wide")
		s := pipe(t, from, to)
		m, err := patch.Tessellate(context.Background(), s.faces, patch.Options{Chord: rapid.Float64Range(2e-4, 5e-3).Draw(rt, "chord")})
		if err != nil {
			rt.Fatal(err)
		}
		if open := closedAtPoints(m); open > 0 {
			rt.Fatalf("%d edges are open", open)
		}
		if volume, _, _ := measure(m); math.Abs(volume-s.volume) > 0.03*s.volume {
			rt.Fatalf("volume %v, want %v", volume, s.volume)
		}
	})
}

// A sphere cut by any plane falls into two caps that close each other and hold
// what the formula says, wherever its poles lie.
func TestCutSpheres(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		tilt := rapid.Float64Range(0, math.Pi).Draw(rt, "tilt")
		turn := rapid.Float64Range(0, 2*math.Pi).Draw(rt, "turn")
		h := rapid.Float64Range(-0.95, 0.95).Draw(rt, "height")
		if d := math.Abs(math.Cos(tilt) - h); d < 0.02 || math.Abs(math.Cos(tilt)+h) < 0.02 {
			rt.Skip("the cut passes close by a pole")
		}
		m := askew()
		cut := lifted(m.Mul4(mgl64.HomogRotate3DZ(turn)).Mul4(mgl64.HomogRotate3DX(tilt)), h)
		r := math.Sqrt(1 - h*h)
		v := at(cut, r, 0, 0)
		e := edge(t, patch.Conic{Frame: cut, A: r, B: r}, v, v, true)
		ball := patch.Sphere{Frame: m, Radius: 1}
		upper := []patch.Face{
			{Name: "cap", Surface: ball, Loops: []patch.Loop{loop(with(e))}},
			{Name: "cut", Surface: patch.Plane{Frame: cut}, Reversed: true, Loops: []patch.Loop{loop(against(e))}},
		}
		mesh, err := patch.Tessellate(context.Background(), upper, patch.Options{Chord: 2e-3})
		if err != nil {
			rt.Fatal(err)
		}
		if open := closedAtPoints(mesh); open > 0 {
			rt.Fatalf("%d edges are open", open)
		}
		want := math.Pi * (1 - h) * (1 - h) * (2 + h) / 3
		if volume, _, _ := measure(mesh); math.Abs(volume-want) > 0.01*want+2e-3 {
			rt.Fatalf("volume %v, want %v", volume, want)
		}
	})
}

// A block under a spline of any heights is closed, and holds the sum of its
// heights, each with the weight of its function.
func TestHillsOfAnyHeight(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := hillOf(t, func(i, j int) float64 { return rapid.Float64Range(0.3, 2).Draw(rt, "height") })
		m, err := patch.Tessellate(context.Background(), s.faces, patch.Options{Chord: 4e-3})
		if err != nil {
			rt.Fatal(err)
		}
		if open := closedAtPoints(m); open > 0 {
			rt.Fatalf("%d edges are open", open)
		}
		if volume, _, _ := measure(m); math.Abs(volume-s.volume) > 4e-3 {
			rt.Fatalf("volume %v, want %v", volume, s.volume)
		}
	})
}

// Loops of any points on any surface give triangles or an error, soon, and never
// more than they may.
func FuzzTessellate(f *testing.F) {
	f.Add(uint8(0), []byte{0, 0, 0, 0, 255, 0, 0, 0, 255, 255, 0, 0})
	f.Add(uint8(1), []byte{10, 0, 10, 0, 200, 0, 10, 0, 200, 0, 100, 0, 10, 0, 100, 0})
	f.Add(uint8(2), []byte("some points on a torus that make no sense at all"))
	f.Add(uint8(3), []byte("and some on a sphere, which has poles"))
	f.Add(uint8(4), []byte("a cone has an apex"))
	f.Add(uint8(5), []byte("splines are free of form"))
	m := geom.Identity()
	surfaces := []patch.Surface{
		patch.Plane{Frame: m}, patch.Cylinder(m, 0.5), patch.Torus{Frame: m, Major: 1, Minor: 0.3}, patch.Sphere{Frame: m, Radius: 1}, patch.Cone{Frame: m, Radius: 1, Slope: -0.7},
	}
	for _, s := range []solid{hill(f), splineBall(f, false), bottle(f), blob(f)} {
		surfaces = append(surfaces, s.faces[0].Surface)
	}
	f.Fuzz(func(t *testing.T, kind uint8, data []byte) {
		s := surfaces[int(kind)%len(surfaces)]
		d := s.Domain()
		var vertices []*patch.Vertex
		for ; len(data) >= 4 && len(vertices) < 64; data = data[4:] {
			var uv geom.Vec2
			for k := range 2 {
				lo, hi := math.Max(d.Lo[k], -2), math.Min(d.Hi[k], 2)
				uv[k] = lo + (hi-lo)*float64(binary.LittleEndian.Uint16(data[2*k:]))/math.MaxUint16
			}
			p, _, _ := s.Eval(uv[0], uv[1])
			vertices = append(vertices, &patch.Vertex{Point: p})
		}
		face := patch.Face{Name: "any", Surface: s, Reversed: kind&64 != 0}
		size := 3 + int(kind>>3)%5
		for ; len(vertices) > 0; vertices = vertices[min(size, len(vertices)):] {
			part := vertices[:min(size, len(vertices))]
			var l patch.Loop
			for i := range part {
				a, b := part[i], part[(i+1)%len(part)]
				l.Uses = append(l.Uses, patch.Use{Edge: &patch.Edge{Curve: patch.Polyline{Points: []geom.Vec3{a.Point, b.Point}}, From: a, To: b}})
			}
			face.Loops = append(face.Loops, l)
		}
		const most = 20_000
		start := time.Now()
		mesh, err := patch.Tessellate(context.Background(), []patch.Face{face}, patch.Options{Chord: 1e-3, MaxTriangles: most})
		if took := time.Since(start); took > 10*time.Second {
			t.Errorf("it took %v", took)
		}
		n := 0
		if mesh != nil {
			n = len(mesh.Patches[0].Triangles)
		}
		if err == nil && n == 0 || n > 2*most {
			t.Fatalf("%d triangles, error %v", n, err)
		}
	})
}

// A cylinder's side is bounded by two circles; its caps share them.
func Example() {
	m := geom.Identity()
	top := mgl64.Translate3D(0, 0, 2)
	a, b := &patch.Vertex{Point: geom.Vec3{1, 0, 0}}, &patch.Vertex{Point: geom.Vec3{1, 0, 2}}
	low, err := patch.NewEdge(patch.Conic{Frame: m, A: 1, B: 1}, a, a, true)
	if err != nil {
		fmt.Println(err)
		return
	}
	high, err := patch.NewEdge(patch.Conic{Frame: top, A: 1, B: 1}, b, b, true)
	if err != nil {
		fmt.Println(err)
		return
	}
	mesh, err := patch.Tessellate(context.Background(), []patch.Face{
		{Name: "side", Surface: patch.Cylinder(m, 1), Loops: []patch.Loop{{Uses: []patch.Use{{Edge: low}}}, {Uses: []patch.Use{{Edge: high, Reversed: true}}}}},
		{Name: "base", Surface: patch.Plane{Frame: m}, Reversed: true, Loops: []patch.Loop{{Uses: []patch.Use{{Edge: low, Reversed: true}}}}},
		{Name: "top", Surface: patch.Plane{Frame: top}, Loops: []patch.Loop{{Uses: []patch.Use{{Edge: high}}}}},
	}, patch.Options{Chord: 1e-3})
	if err != nil {
		fmt.Println(err)
		return
	}
	volume, _, triangles := measure(mesh)
	fmt.Printf("%d triangles hold %.3f m³\n", triangles, volume)
	// Output: 508 triangles hold 6.281 m³
}
