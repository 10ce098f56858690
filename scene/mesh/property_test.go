package mesh_test

import (
	"context"
	"math"
	"slices"
	"testing"

	"github.com/go-gl/mathgl/mgl64"
	"pgregory.net/rapid"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/scene/mesh"
)

// sheet is a net of cells whose heights are drawn; open, or closed to a tube
// with caps when round.
func sheet(t *rapid.T, round bool) scene.Primitive {
	w, h := rapid.IntRange(3, 9).Draw(t, "width"), rapid.IntRange(2, 9).Draw(t, "height")
	rough := rapid.SampledFrom([]float64{0, 0.01, 0.3}).Draw(t, "rough")
	var at []geom.Vec3
	for j := range h {
		for i := range w {
			z := 0.0
			if rough > 0 {
				z = rough * rapid.Float64Range(0, 1).Draw(t, "height of a corner")
			}
			if round {
				s, c := math.Sincos(2 * math.Pi * float64(i) / float64(w))
				at = append(at, geom.Vec3{(2 + z) * c, (2 + z) * s, float64(j)})
			} else {
				at = append(at, geom.Vec3{float64(i), float64(j), z})
			}
		}
	}
	var tri []uint32
	cells := w - 1
	if round {
		cells = w
	}
	for j := range h - 1 {
		for i := range cells {
			a, b := uint32(j*w+i), uint32(j*w+(i+1)%w)
			tri = append(tri, a, b, b+uint32(w), a, b+uint32(w), a+uint32(w))
		}
	}
	if round {
		low, high := uint32(len(at)), uint32(len(at)+1)
		at = append(at, geom.Vec3{0, 0, 0}, geom.Vec3{0, 0, float64(h - 1)})
		for i := range w {
			a, b := uint32(i), uint32((i+1)%w)
			top := uint32((h - 1) * w)
			tri = append(tri, low, b, a, high, top+a, top+b)
		}
	}
	p := scene.Primitive{Indices: tri}
	for _, q := range at {
		p.Positions = append(p.Positions, float32(q[0]), float32(q[1]), float32(q[2]))
		p.Normals = append(p.Normals, 0, 0, 1)
	}
	return mesh.Normals(p, rapid.SampledFrom([]float64{0, 0.6, math.Pi}).Draw(t, "crease"))
}

func oneMesh(prims ...scene.Primitive) *scene.Scene {
	sc := &scene.Scene{Materials: []scene.Material{{}}, Meshes: []scene.Mesh{{Primitives: prims}}}
	sc.AddNode(scene.Node{Parent: scene.None, Joint: scene.None, Local: geom.Identity()})
	return sc
}

// brute is the distance from points to triangles without any tree.
func brute(points []geom.Vec3, p scene.Primitive) float64 {
	far := 0.0
	at := func(v uint32) geom.Vec3 {
		return geom.Vec3{float64(p.Positions[3*v]), float64(p.Positions[3*v+1]), float64(p.Positions[3*v+2])}
	}
	for _, q := range points {
		best := math.Inf(1)
		for i := 0; i < len(p.Indices); i += 3 {
			a, b, c := at(p.Indices[i]), at(p.Indices[i+1]), at(p.Indices[i+2])
			n := b.Sub(a).Cross(c.Sub(a))
			if l := n.Len(); l > 0 {
				n = n.Mul(1 / l)
				foot := q.Sub(n.Mul(n.Dot(q.Sub(a))))
				inside := true
				for _, e := range [3][2]geom.Vec3{{a, b}, {b, c}, {c, a}} {
					inside = inside && e[1].Sub(e[0]).Cross(foot.Sub(e[0])).Dot(n) >= 0
				}
				if inside {
					best = math.Min(best, foot.Sub(q).Len())
				}
			}
			for _, e := range [3][2]geom.Vec3{{a, b}, {b, c}, {c, a}} {
				way := e[1].Sub(e[0])
				t := 0.0
				if l := way.Dot(way); l > 0 {
					t = math.Max(0, math.Min(1, q.Sub(e[0]).Dot(way)/l))
				}
				best = math.Min(best, e[0].Add(way.Mul(t)).Sub(q).Len())
			}
		}
		far = math.Max(far, best)
	}
	return far
}

// points are the corners and the middles of the edges and faces.
func points(p scene.Primitive) []geom.Vec3 {
	var out []geom.Vec3
	for i := 0; i < len(p.Indices); i += 3 {
		var c [3]geom.Vec3
		for k := range 3 {
			v := p.Indices[i+k]
			c[k] = geom.Vec3{float64(p.Positions[3*v]), float64(p.Positions[3*v+1]), float64(p.Positions[3*v+2])}
		}
		out = append(out, c[0], c[1], c[2], c[0].Add(c[1]).Mul(0.5), c[1].Add(c[2]).Mul(0.5), c[2].Add(c[0]).Mul(0.5), c[0].Add(c[1]).Add(c[2]).Mul(1./3))
	}
	return out
}

func TestSimplifiedStaysWithinTheBound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		round := rapid.Bool().Draw(t, "round")
		p := sheet(t, round)
		bound := rapid.SampledFrom([]float64{0, 0.005, 0.1, 0.5}).Draw(t, "bound")
		m, dev, err := mesh.Simplify(context.Background(), scene.Mesh{Primitives: []scene.Primitive{p}}, mesh.Bound{Distance: bound, Normal: 0.5})
		if err != nil {
			t.Fatal(err)
		}
		q := m.Primitives[0]
		if far := math.Max(brute(points(p), q), brute(points(q), p)); far > bound+1e-5 || dev.Hausdorff > bound+1e-5 {
			t.Fatalf("%v off, measured %v, bound %v", far, dev.Hausdorff, bound)
		}
		if len(q.Indices) > len(p.Indices) {
			t.Fatalf("%d indices of %d", len(q.Indices), len(p.Indices))
		}
		if round && !mesh.Closed(q) {
			t.Fatal("a closed mesh was opened")
		}
		if err := oneMesh(q).Check(); err != nil {
			t.Fatal(err)
		}
	})
}

func TestOpenBordersStay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := sheet(t, false)
		m, _, err := mesh.Simplify(context.Background(), scene.Mesh{Primitives: []scene.Primitive{p}}, mesh.Bound{Distance: 0.1, Normal: 1})
		if err != nil {
			t.Fatal(err)
		}
		q := m.Primitives[0]
		for axis := range 2 {
			for _, side := range []func(...float32) float32{low, high} {
				if a, b := side(column(p, axis)...), side(column(q, axis)...); a != b {
					t.Fatalf("the border moved from %v to %v", a, b)
				}
			}
		}
	})
}

func column(p scene.Primitive, axis int) []float32 {
	var out []float32
	for i := axis; i < len(p.Positions); i += 3 {
		out = append(out, p.Positions[i])
	}
	return out
}

func low(v ...float32) float32  { return slices.Min(v) }
func high(v ...float32) float32 { return slices.Max(v) }

func TestWeldingAgainChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := sheet(t, rapid.Bool().Draw(t, "round"))
		tol := mesh.Tolerance{}
		if rapid.Bool().Draw(t, "with tolerance") {
			tol = mesh.Tolerance{Position: 0.6, Normal: 2}
		}
		once := mesh.Weld(p, tol)
		twice := mesh.Weld(once, tol)
		if !slices.Equal(once.Positions, twice.Positions) || !slices.Equal(once.Indices, twice.Indices) {
			t.Fatalf("%d vertices became %d", len(once.Positions)/3, len(twice.Positions)/3)
		}
	})
}

func TestMovedCopiesBecomeInstances(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := sheet(t, true)
		m := mgl64.Translate3D(rapid.Float64Range(-5, 5).Draw(t, "x"), 1, 2).
			Mul4(mgl64.HomogRotate3D(rapid.Float64Range(0, 6).Draw(t, "turn"), geom.Vec3{1, 2, 3}.Normalize()))
		q := p
		q.Positions, q.Normals = nil, nil
		for v := 0; v < len(p.Positions); v += 3 {
			a := mgl64.TransformCoordinate(geom.Vec3{float64(p.Positions[v]), float64(p.Positions[v+1]), float64(p.Positions[v+2])}, m)
			n := mgl64.TransformNormal(geom.Vec3{float64(p.Normals[v]), float64(p.Normals[v+1]), float64(p.Normals[v+2])}, m)
			for k := range 3 {
				q.Positions, q.Normals = append(q.Positions, float32(a[k])), append(q.Normals, float32(n[k]))
			}
		}
		sc := oneMesh(p)
		sc.AddNode(scene.Node{Name: "copy", Entity: "e", Parent: scene.None, Joint: scene.None, Local: geom.Identity(), Mesh: sc.AddMesh(scene.Mesh{Primitives: []scene.Primitive{q}})})
		out, moved, err := mesh.Instances(context.Background(), sc, mesh.InstanceOptions{Tolerance: 1e-4})
		if err != nil || len(out.Meshes) != 1 || moved > 1e-4 || out.Nodes[1].Entity != "e" {
			t.Fatalf("%d meshes, moved %v, %v", len(out.Meshes), moved, err)
		}
		d, err := mesh.Distance(context.Background(), sc, out)
		if err != nil || d.Hausdorff > 1e-4 || d.NormalP99 > 0.02 {
			t.Fatalf("%+v, %v", d, err)
		}
	})
}

func TestOrderKeepsTheSurface(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := sheet(t, rapid.Bool().Draw(t, "round"))
		q := mesh.Order(p)
		if len(q.Indices) != len(p.Indices) || !slices.Equal(corners(p), corners(q)) {
			t.Fatal("a triangle was lost or turned over")
		}
	})
}

// corners lists the triangles by coordinates, each from its smallest corner.
func corners(p scene.Primitive) [][9]float32 {
	var out [][9]float32
	for i := 0; i < len(p.Indices); i += 3 {
		var best [9]float32
		for turn := range 3 {
			var c [9]float32
			for k := range 3 {
				v := p.Indices[i+(k+turn)%3]
				copy(c[3*k:], p.Positions[3*v:3*v+3])
			}
			if turn == 0 || slices.Compare(c[:], best[:]) < 0 {
				best = c
			}
		}
		out = append(out, best)
	}
	slices.SortFunc(out, func(a, b [9]float32) int { return slices.Compare(a[:], b[:]) })
	return out
}

func TestLatticesAreFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		step := rapid.Float64Range(0.001, 3).Draw(t, "step")
		origin := rapid.Float64Range(-20, 20).Draw(t, "origin")
		var p scene.Primitive
		for range rapid.IntRange(3, 60).Draw(t, "vertices") {
			for range 3 {
				p.Positions = append(p.Positions, float32(origin+step*float64(rapid.IntRange(0, 511).Draw(t, "cell"))))
			}
		}
		m := scene.Mesh{Primitives: []scene.Primitive{p}}
		l, ok := mesh.FindLattice(m, 0)
		if !ok {
			t.Skip("so few cells far from the origin are lost in the rounding")
		}
		for i, x := range p.Positions {
			k := i % 3
			cell := 0.0
			if l.Step[k] > 0 {
				cell = math.Round((float64(x) - l.Origin[k]) / l.Step[k])
			}
			if off := math.Abs(float64(x) - l.Origin[k] - cell*l.Step[k]); off > l.Error+1e-12 || cell > float64(l.Cells[k]) {
				t.Fatalf("%v stands %v off its cell, stated %v", x, off, l.Error)
			}
		}
	})
}

func TestTangentsStandOnNormals(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := sheet(t, false)
		for v := 0; v < len(p.Positions); v += 3 {
			p.UVs = append(p.UVs, p.Positions[v], -p.Positions[v+1])
		}
		q := mesh.Tangents(p)
		for v := range len(q.Positions) / 3 {
			dot, long := 0.0, 0.0
			for k := range 3 {
				dot += float64(q.Tangents[4*v+k] * q.Normals[3*v+k])
				long += float64(q.Tangents[4*v+k] * q.Tangents[4*v+k])
			}
			if math.Abs(dot) > 1e-4 || math.Abs(long-1) > 1e-4 || q.Tangents[4*v] < 0 || q.Tangents[4*v+3] != 1 {
				t.Fatalf("tangent %v on normal %v", q.Tangents[4*v:4*v+4], q.Normals[3*v:3*v+3])
			}
		}
	})
}
