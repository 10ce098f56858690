package patch_test

import (
	"context"
	"math"
	"testing"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/scene/geom/patch"
)

func solids(t testing.TB) []solid {
	return []solid{
		frustum(t, "cylinder with a seam", 0.5, 0.5, 2, true),
		frustum(t, "cylinder without a seam", 0.5, 0.5, 2, false),
		frustum(t, "thin pin", 0.001, 0.001, 0.3, true),
		frustum(t, "flat disk", 3, 3, 0.01, true),
		frustum(t, "truncated cone", 0.5, 0.2, 1, true),
		frustum(t, "truncated cone without a seam", 0.2, 0.7, 1, false),
		frustum(t, "cone with a seam", 0.5, 0, 1, true),
		frustum(t, "cone with a vertex loop", 0.5, 0, 1, false),
		ball(t, "sphere with a vertex loop", "vertex"),
		ball(t, "sphere without loops", "nothing"),
		ball(t, "sphere with a seam", "seam"),
		ball(t, "sphere of lunes", "lunes"),
		ball(t, "sphere of halves", "halves"),
		ball(t, "sphere with a lid", "patched"),
		ring(t, "torus with seams", "seams"),
		ring(t, "torus without loops", "nothing"),
		ring(t, "torus of belts", "belts"),
		ring(t, "torus of sleeves", "sleeves"),
		pillow(t),
	}
}

// measure is what triangles hold and show.
func measure(m *patch.Mesh) (volume, area float64, triangles int) {
	for _, p := range m.Patches {
		for _, t := range p.Triangles {
			a, b, c := m.Points[p.Vertices[t[0]]], m.Points[p.Vertices[t[1]]], m.Points[p.Vertices[t[2]]]
			n := b.Sub(a).Cross(c.Sub(a))
			volume += a.Sub(m.Points[0]).Dot(n) / 6
			area += n.Len() / 2
			triangles++
		}
	}
	return volume, area, triangles
}

// checkClosed checks that each directed edge has its reverse exactly once.
func checkClosed(t *testing.T, m *patch.Mesh) {
	t.Helper()
	edges := map[[2]int32]int{}
	for _, p := range m.Patches {
		for _, tri := range p.Triangles {
			for i := range 3 {
				edges[[2]int32{p.Vertices[tri[i]], p.Vertices[tri[(i+1)%3]]}]++
			}
		}
	}
	wrong := 0
	for e, n := range edges {
		if n != 1 || edges[[2]int32{e[1], e[0]}] != 1 {
			if wrong++; wrong < 4 {
				t.Errorf("edge %v at %v is there %d times, its reverse %d times", e, m.Points[e[0]], n, edges[[2]int32{e[1], e[0]}])
			}
		}
	}
	if wrong > 0 {
		t.Errorf("%d edges of %d are open", wrong, len(edges))
	}
}

// checkSurface checks that triangles lie on their surface within chord, face to
// the side of the normals, and that these are of unit length.
func checkSurface(t *testing.T, faces []patch.Face, m *patch.Mesh, chord float64) {
	t.Helper()
	worst := 0.0
	every := 0
	for i, p := range m.Patches {
		for _, tri := range p.Triangles {
			var v [3]geom.Vec3
			for k := range 3 {
				v[k] = m.Points[p.Vertices[tri[k]]]
			}
			n := v[1].Sub(v[0]).Cross(v[2].Sub(v[0]))
			for k := range 3 {
				s := p.Normals[tri[k]]
				if math.Abs(s.Len()-1) > 1e-9 {
					t.Fatalf("face %s: normal %v is of length %v", faces[i].Name, s, s.Len())
				}
				if l := n.Len(); l > chord*chord && s.Dot(n) < 0.3*l {
					t.Errorf("face %s: a triangle at %v of area %g faces away from its surface (%.2f)", faces[i].Name, v, l/2, s.Dot(n)/l)
					return
				}
			}
			if every++; every%7 != 0 {
				continue
			}
			for _, w := range [][3]float64{{1. / 3, 1. / 3, 1. / 3}, {.5, .5, 0}, {0, .5, .5}, {.5, 0, .5}} {
				q := v[0].Mul(w[0]).Add(v[1].Mul(w[1])).Add(v[2].Mul(w[2]))
				uv := faces[i].Surface.Inverse(q, geom.Vec2{}, false)
				on, _, _ := faces[i].Surface.Eval(uv[0], uv[1])
				worst = math.Max(worst, on.Sub(q).Len())
			}
		}
	}
	if worst > 1.05*chord {
		t.Errorf("a triangle is %.3g m off its surface; %.3g m is asked", worst, chord)
	}
}

// Closed bodies of all kinds of surfaces are watertight, face outwards, lie on
// their surfaces, and hold what they should: the finer, the nearer.
func TestClosedBodies(t *testing.T) {
	for _, s := range append(solids(t), splineSolids(t)...) {
		t.Run(s.name, func(t *testing.T) {
			before := math.Inf(1)
			for _, chord := range []float64{4e-3, 1.5e-3, 5e-4} {
				m, err := patch.Tessellate(context.Background(), s.faces, patch.Options{Chord: chord})
				if err != nil {
					t.Fatal(err)
				}
				checkClosed(t, m)
				checkSurface(t, s.faces, m, chord)
				volume, area, n := measure(m)
				off := math.Abs(volume-s.volume) / s.volume
				t.Logf("chord %g: %d triangles, volume %.3f %% off, area %.3f %%", chord, n, 100*off, 100*math.Abs(area-s.area)/area)
				if limit := math.Max(1e-6, area*chord/s.volume); off > limit || off > before+1e-6 {
					t.Errorf("chord %g: volume %.6f, want %.6f", chord, volume, s.volume)
				}
				if s.area > 0 && math.Abs(area-s.area) > 0.04*s.area {
					t.Errorf("chord %g: area %.6f, want %.6f", chord, area, s.area)
				}
				before = off
			}
		})
	}
}

func BenchmarkTessellate(b *testing.B) {
	for _, s := range append(solids(b), splineSolids(b)...) {
		b.Run(s.name, func(b *testing.B) {
			n := 0
			for range b.N {
				m, err := patch.Tessellate(context.Background(), s.faces, patch.Options{Chord: 2e-4})
				if err != nil {
					b.Fatal(err)
				}
				_, _, n = measure(m)
			}
			b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "triangles/s")
		})
	}
}

// A long straight side beside points that lie just within it, as a chamfer has
// it: before the side is drawn, edges cross it that come from outside. Which ones
// depends on how the face lies in its plane.
func TestLongSideOfAThinFace(t *testing.T) {
	outline := [][2]float64{{0, 0.585}, {0, 0.372}, {0.673, 0.097}, {1.391, 0}, {25.526, 0}, {6.102, 0.585}}
	area := 0.0
	for i, p := range outline {
		q := outline[(i+1)%len(outline)]
		area += (p[0]*q[1] - p[1]*q[0]) / 2
	}
	for turns := range 24 {
		for first := range outline {
			m := askew()
			var corners []*patch.Vertex
			for i := range outline {
				p := outline[(first+i)%len(outline)]
				corners = append(corners, at(m, p[0], p[1], 0))
			}
			var l patch.Loop
			for i, v := range corners {
				l.Uses = append(l.Uses, with(straight(t, v, corners[(i+1)%len(corners)])))
			}
			plane := patch.Plane{Frame: m.Mul4(mgl64.HomogRotate3DZ(float64(turns) * math.Pi / 12))}
			mesh, err := patch.Tessellate(context.Background(), []patch.Face{{Name: "chamfer", Surface: plane, Loops: []patch.Loop{l}}}, patch.Options{})
			if err != nil {
				t.Errorf("turned by %d°, from corner %d: %v", 15*turns, first, err)
				continue
			}
			if _, got, n := measure(mesh); math.Abs(got-area) > 1e-6 || n != len(outline)-2 {
				t.Errorf("turned by %d°, from corner %d: %d triangles show %g m², want %d and %g", 15*turns, first, n, got, len(outline)-2, area)
			}
		}
	}
}
