package mesh_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/scene/mesh"
)

// clustered is a stand-in as a mesh of its own.
func clustered(m scene.Mesh, c mesh.Clustered) scene.Mesh {
	var out scene.Mesh
	for i, p := range c.Primitives {
		q := scene.Primitive{Positions: p.Positions, Indices: p.Indices, Material: m.Primitives[i].Material}
		for _, v := range p.From {
			q.Normals = append(q.Normals, m.Primitives[i].Normals[3*v:3*v+3]...)
		}
		out.Primitives = append(out.Primitives, q)
	}
	return out
}

// TestClustersStayNear: no corner of a stand-in is farther from the mesh than its
// error, no triangle is turned over on a smooth hill, and each level is coarser.
func TestClustersStayNear(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := scene.Mesh{Primitives: []scene.Primitive{sheet(t, rapid.Bool().Draw(t, "round"))}}
		count, before := len(m.Primitives[0].Indices), 0.0
		for _, c := range mesh.Clusters(m, 6, nil) {
			if err := (&scene.Scene{Meshes: []scene.Mesh{clustered(m, c)}, Materials: []scene.Material{{}}}).Check(); err != nil {
				t.Fatal(err)
			}
			p := c.Primitives[0]
			if len(p.Indices) >= count || c.Error < before {
				t.Fatalf("%d corners after %d, an error of %g after %g", len(p.Indices), count, c.Error, before)
			}
			count, before = len(p.Indices), c.Error
			for v := 0; v < len(p.Positions); v += 3 {
				from := 3 * p.From[v/3]
				away := 0.0
				for k := range 3 {
					d := float64(p.Positions[v+k] - m.Primitives[0].Positions[int(from)+k])
					away += d * d
				}
				if math.Sqrt(away) > c.Error+1e-6 {
					t.Fatalf("a corner is %g m from where it was, %g m were told", math.Sqrt(away), c.Error)
				}
			}
		}
	})
}

// TestRoundedBoxesGetSharp: from afar the bands on the edges of a box go, and the
// box stays as large as it is.
func TestRoundedBoxesGetSharp(t *testing.T) {
	m := scene.Mesh{Primitives: []scene.Primitive{rounded(geom.Vec3{1, 2, 0.6}, 0.01)}}
	levels := mesh.Clusters(m, 6, nil)
	if len(levels) == 0 {
		t.Fatal("no level")
	}
	last := levels[len(levels)-1]
	if n := len(last.Primitives[0].Indices) / 3; n != 12 || last.Error > 0.02 {
		t.Errorf("%d triangles with an error of %g m, want 12", n, last.Error)
	}
	a, b := m.Box().Size(), clustered(m, last).Box().Size()
	if a.Sub(b).Len() > 0.03 {
		t.Errorf("the box is %v, was %v", b, a)
	}
}

// rounded is a box whose edges are bands of a width.
func rounded(size geom.Vec3, bevel float64) scene.Primitive {
	var p scene.Primitive
	corner := map[[2]int]uint32{}
	for axis := range 3 {
		for bits := range 8 {
			at, n := geom.Vec3{}, geom.Vec3{}
			for k := range 3 {
				side := float64(bits>>k&1)*2 - 1
				at[k] = side * size[k] / 2
				if k != axis {
					at[k] -= side * bevel
				} else {
					n[k] = side
				}
			}
			corner[[2]int{axis, bits}] = uint32(len(p.Positions) / 3)
			p.Positions = append(p.Positions, float32(at[0]), float32(at[1]), float32(at[2]))
			p.Normals = append(p.Normals, float32(n[0]), float32(n[1]), float32(n[2]))
		}
	}
	quad := func(a, b, c, d uint32) { p.Indices = append(p.Indices, a, b, c, a, c, d) }
	for axis := range 3 {
		u, v := 1<<((axis+1)%3), 1<<((axis+2)%3)
		for side := range 2 {
			base := side << axis
			quad(corner[[2]int{axis, base}], corner[[2]int{axis, base | u}], corner[[2]int{axis, base | u | v}], corner[[2]int{axis, base | v}])
		}
		for e := range 4 {
			a := (e&1)*u | (e>>1)*v
			ku, kv := (axis+1)%3, (axis+2)%3
			quad(corner[[2]int{ku, a}], corner[[2]int{ku, a | 1<<axis}], corner[[2]int{kv, a | 1<<axis}], corner[[2]int{kv, a}])
		}
	}
	for bits := range 8 {
		p.Indices = append(p.Indices, corner[[2]int{0, bits}], corner[[2]int{1, bits}], corner[[2]int{2, bits}])
	}
	return p
}

// TestThinThingsDoNotVanish: a rod thinner than a cell stays a rod.
func TestThinThingsDoNotVanish(t *testing.T) {
	block, rod := rounded(geom.Vec3{1, 1, 1}, 0.01), rounded(geom.Vec3{2, 0.004, 0.004}, 0)
	for v := 0; v < len(rod.Positions); v += 3 {
		rod.Positions[v+1] += 0.9
	}
	m := scene.Mesh{Primitives: []scene.Primitive{block, rod}}
	levels := mesh.Clusters(m, 6, nil)
	if len(levels) == 0 {
		t.Fatal("no level")
	}
	last := levels[len(levels)-1]
	if got := len(last.Primitives[1].Indices); got < 36 {
		t.Errorf("%d corners of the rod are left: not even a box", got)
	}
	if got := clustered(scene.Mesh{Primitives: []scene.Primitive{block, rod}}, last).Box().Size(); math.Abs(got[0]-2) > 1e-6 {
		t.Errorf("the rod is %g m long, was 2", got[0])
	}
}

// TestGoodsBecomeCrates: packages that stand close are one box from afar, as
// large as they are together; an open basket is never shut.
func TestGoodsBecomeCrates(t *testing.T) {
	var goods scene.Primitive
	add := func(to *scene.Primitive, p scene.Primitive, x, y, z float32) {
		base := uint32(len(to.Positions) / 3)
		for v := 0; v < len(p.Positions); v += 3 {
			to.Positions = append(to.Positions, p.Positions[v]+x, p.Positions[v+1]+y, p.Positions[v+2]+z)
		}
		to.Normals = append(to.Normals, p.Normals...)
		for _, i := range p.Indices {
			to.Indices = append(to.Indices, base+i)
		}
	}
	for column := range 8 {
		for row := range 3 {
			add(&goods, rounded(geom.Vec3{0.1, 0.2, 0.1}, 0.01), 0.11*float32(column), 0, 0.11*float32(row))
		}
	}
	m := scene.Mesh{Primitives: []scene.Primitive{goods}}
	levels := mesh.Clusters(m, 7, nil)
	last := levels[len(levels)-1]
	if n := len(last.Primitives[0].Indices) / 3; n > 12 || last.Error > 0.05 {
		t.Errorf("%d triangles with an error of %g m", n, last.Error)
	}
	if a, b := m.Box().Size(), clustered(m, last).Box().Size(); a.Sub(b).Len() > 1e-3 {
		t.Errorf("the crate is %v, the goods are %v", b, a)
	}

	var basket scene.Primitive // four walls and a floor, 1 cm thick
	for _, b := range [5][2]geom.Vec3{
		{{0.4, 0.01, 0.3}, {0, -0.1, 0}}, {{0.4, 0.2, 0.01}, {0, 0, 0.15}}, {{0.4, 0.2, 0.01}, {0, 0, -0.15}},
		{{0.01, 0.2, 0.3}, {0.2, 0, 0}}, {{0.01, 0.2, 0.3}, {-0.2, 0, 0}},
	} {
		add(&basket, rounded(b[0], 0.001), float32(b[1][0]), float32(b[1][1]), float32(b[1][2]))
	}
	for _, c := range mesh.Clusters(scene.Mesh{Primitives: []scene.Primitive{basket}}, 7, nil) {
		if got := clustered(scene.Mesh{Primitives: []scene.Primitive{basket}}, c); c.Error < 0.05 && shut(got) {
			t.Errorf("the basket is shut at an error of %g m", c.Error)
		}
	}
}

// shut tells whether something lies over the middle of a mesh's upper half.
func shut(m scene.Mesh) bool {
	for _, p := range m.Primitives {
		for i := 0; i < len(p.Indices); i += 3 {
			lo, hi := [3]float32{9, 9, 9}, [3]float32{-9, -9, -9}
			for _, v := range p.Indices[i : i+3] {
				for k := range 3 {
					lo[k], hi[k] = min(lo[k], p.Positions[3*v+uint32(k)]), max(hi[k], p.Positions[3*v+uint32(k)])
				}
			}
			if lo[1] > 0.05 && hi[0]-lo[0] > 0.3 && hi[2]-lo[2] > 0.2 {
				return true
			}
		}
	}
	return false
}

// TestPanesStayBetweenBars: a frame with bars is never told to be near a box
// that fills its openings.
func TestPanesStayBetweenBars(t *testing.T) {
	for bays := 1; bays <= 4; bays++ {
		const wide, high, bar = 2.6, 2.4, 0.06
		bay := (wide - bar*float64(bays+1)) / float64(bays)
		xs, ys := []float64{0, bar}, []float64{0, bar, high - bar, high}
		for i := range bays {
			x := bar + float64(i)*(bay+bar)
			xs = append(xs, x+bay, x+bay+bar)
		}
		solid := func(i, j int) bool {
			return i >= 0 && j >= 0 && i < len(xs)-1 && j < 3 && (i%2 == 0 || j != 1)
		}
		var p scene.Primitive
		quad := func(n geom.Vec3, corners ...geom.Vec3) {
			first := uint32(len(p.Positions) / 3)
			for _, c := range corners {
				p.Positions = append(p.Positions, float32(c[0]), float32(c[1]), float32(c[2]))
				p.Normals = append(p.Normals, float32(n[0]), float32(n[1]), float32(n[2]))
			}
			if corners[1].Sub(corners[0]).Cross(corners[2].Sub(corners[0])).Dot(n) > 0 {
				p.Indices = append(p.Indices, first, first+1, first+2, first, first+2, first+3)
			} else {
				p.Indices = append(p.Indices, first, first+2, first+1, first, first+3, first+2)
			}
		}
		for i := range len(xs) - 1 {
			for j := range 3 {
				if !solid(i, j) {
					continue
				}
				x0, x1, y0, y1 := xs[i], xs[i+1], ys[j], ys[j+1]
				for _, z := range []float64{0, 0.09} {
					quad(geom.Vec3{0, 0, math.Copysign(1, z-0.01)}, geom.Vec3{x0, y0, z}, geom.Vec3{x1, y0, z}, geom.Vec3{x1, y1, z}, geom.Vec3{x0, y1, z})
				}
				for side, beside := range [][2]int{{i - 1, j}, {i + 1, j}} {
					if x := []float64{x0, x1}[side]; !solid(beside[0], beside[1]) {
						quad(geom.Vec3{float64(2*side - 1), 0, 0}, geom.Vec3{x, y0, 0}, geom.Vec3{x, y1, 0}, geom.Vec3{x, y1, 0.09}, geom.Vec3{x, y0, 0.09})
					}
				}
				for side, beside := range [][2]int{{i, j - 1}, {i, j + 1}} {
					if y := []float64{y0, y1}[side]; !solid(beside[0], beside[1]) {
						quad(geom.Vec3{0, float64(2*side - 1), 0}, geom.Vec3{x0, y, 0}, geom.Vec3{x1, y, 0}, geom.Vec3{x1, y, 0.09}, geom.Vec3{x0, y, 0.09})
					}
				}
			}
		}
		frame := scene.Mesh{Primitives: []scene.Primitive{p}}
		pane := geom.Vec3{bar + bay/2, high / 2, 0.045}
		for level, c := range mesh.Clusters(frame, 7, nil) {
			for _, q := range c.Primitives {
				for i := 0; i < len(q.Indices); i += 3 {
					lo, hi := geom.Vec3{math.Inf(1), math.Inf(1)}, geom.Vec3{math.Inf(-1), math.Inf(-1)}
					for _, v := range q.Indices[i : i+3] {
						for axis := range 2 {
							lo[axis], hi[axis] = math.Min(lo[axis], float64(q.Positions[3*v+uint32(axis)])), math.Max(hi[axis], float64(q.Positions[3*v+uint32(axis)]))
						}
					}
					if c.Error < 0.2*bay && lo[0] < pane[0]-0.3*bay && hi[0] > pane[0]+0.3*bay && lo[1] < pane[1]-0.4*high && hi[1] > pane[1]+0.4*high {
						t.Fatalf("%d bays: level %d fills a pane with an error of %g m", bays, level, c.Error)
					}
				}
			}
		}
	}
}

// TestWhatIsWornDoesNotSlide: corners of a primitive that is kept are each its own,
// near where they were, and no box stands for them.
func TestWhatIsWornDoesNotSlide(t *testing.T) {
	m := scene.Mesh{Primitives: []scene.Primitive{rounded(geom.Vec3{1, 2, 0.6}, 0.01)}}
	p := &m.Primitives[0]
	for _, c := range mesh.Clusters(m, 7, []bool{true}) {
		x := c.Primitives[0]
		known := map[uint32]bool{}
		for v, from := range x.From {
			if known[from] {
				t.Errorf("corner %d stands for itself twice: it is a box's", from)
			}
			known[from] = true
			d := 0.0
			for k := range 3 {
				e := float64(x.Positions[3*v+k] - p.Positions[3*int(from)+k])
				d += e * e
			}
			if math.Sqrt(d) > c.Error+1e-6 {
				t.Errorf("corner %d slid by %g m, %g were told", from, math.Sqrt(d), c.Error)
			}
		}
	}
}
