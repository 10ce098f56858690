package occlude

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/go-gl/mathgl/mgl64"
	"pgregory.net/rapid"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// block is a closed box of a size, its middle at the origin.
func block(size geom.Vec3) scene.Mesh {
	var p scene.Primitive
	for axis := range 3 {
		u, v := (axis+1)%3, (axis+2)%3
		for side := range 2 {
			base := uint32(len(p.Positions) / 3)
			for _, c := range [4][2]float64{{0, 0}, {1, 0}, {1, 1}, {0, 1}} {
				var at, n geom.Vec3
				at[axis], at[u], at[v] = (float64(side)-0.5)*size[axis], (c[0]-0.5)*size[u], (c[1]-0.5)*size[v]
				n[axis] = float64(2*side - 1)
				for k := range 3 {
					p.Positions, p.Normals = append(p.Positions, float32(at[k])), append(p.Normals, float32(n[k]))
				}
			}
			if side == 1 {
				p.Indices = append(p.Indices, base, base+1, base+2, base, base+2, base+3)
			} else {
				p.Indices = append(p.Indices, base, base+2, base+1, base, base+3, base+2)
			}
		}
	}
	return scene.Mesh{Primitives: []scene.Primitive{p}}
}

func solid(scene.MaterialID) (bool, bool) { return true, false }

func TestTheFacesOfABlock(t *testing.T) {
	faces := Faces(block(geom.Vec3{2, 3, 0.1}), solid, 0.5)
	if len(faces) != 2 {
		t.Fatalf("%d faces, want front and back", len(faces))
	}
	for _, f := range faces {
		if len(f.Corners) != 4 || math.Abs(f.Area-6) > 1e-6 || math.Abs(math.Abs(f.Middle[2])-0.05) > 1e-6 {
			t.Errorf("face %+v", f)
		}
	}
	if got := Faces(block(geom.Vec3{2, 3, 1}), func(scene.MaterialID) (bool, bool) { return false, false }, 0); len(got) > 0 {
		t.Errorf("glass has %d faces that hide", len(got))
	}
	if got := Faces(block(geom.Vec3{20, 0.1, 20}), solid, 0.5); len(got) != 2 {
		t.Errorf("a slab has %d faces, its rims counted", len(got))
	}
}

// TestAWallWithAWindowKeepsItsHole: the faces are as large as the wall is solid,
// and none covers the hole.
func TestAWallWithAWindowKeepsItsHole(t *testing.T) {
	outline := []geom.Vec2{{0, 0}, {6, 0}, {6, 3}, {0, 3}}
	hole := []geom.Vec2{{2, 1}, {2, 2}, {4, 2}, {4, 1}}
	all := append(append([]geom.Vec2{}, outline...), hole...)
	var p scene.Primitive
	for _, v := range all {
		p.Positions = append(p.Positions, float32(v[0]), float32(v[1]), 0)
		p.Normals = append(p.Normals, 0, 0, 1)
	}
	for _, tri := range geom.Triangulate(outline, hole) {
		p.Indices = append(p.Indices, uint32(tri[0]), uint32(tri[1]), uint32(tri[2]))
	}
	area := 0.0
	for _, f := range Faces(scene.Mesh{Primitives: []scene.Primitive{p}}, solid, 0) {
		area += f.Area
		inside := true
		for i, c := range f.Corners {
			d := f.Corners[(i+1)%len(f.Corners)]
			if e := d.Sub(c); e[0]*(1.5-c[1])-e[1]*(3-c[0]) < 0 {
				inside = false
			}
		}
		if inside {
			t.Errorf("the face %v covers the hole", f.Corners)
		}
	}
	if area > 16+1e-6 || area < 8 {
		t.Errorf("faces of %g m², the wall has 16", area)
	}
}

func camera(eye, at geom.Vec3) geom.Mat4 {
	return mgl64.Perspective(0.9, 16.0/9, 0.1, 200).Mul4(mgl64.LookAtV(eye, at, geom.Vec3{0, 1, 0}))
}

func boxAt(center, size geom.Vec3) (lo, hi [3]float32) {
	for k := range 3 {
		lo[k], hi[k] = float32(center[k]-size[k]/2), float32(center[k]+size[k]/2)
	}
	return lo, hi
}

func TestAWallHidesWhatStandsBehindIt(t *testing.T) {
	b := NewBuffer(320, 180)
	wall := mgl64.Translate3D(0, 1.5, -5)
	faces := Faces(block(geom.Vec3{8, 3, 0.2}), solid, 0.5)
	b.Begin(camera(geom.Vec3{0, 1.6, 0}, geom.Vec3{0, 1.6, -10}))
	for i := range faces {
		b.Cover(&faces[i], &wall, false)
	}
	b.End()
	for _, c := range []struct {
		what   string
		at     geom.Vec3
		hidden bool
	}{
		{"a shelf behind it", geom.Vec3{0, 1, -8}, true},
		{"a shelf before it", geom.Vec3{0, 1, -3}, false},
		{"one that peeps out beside it", geom.Vec3{6.2, 1, -8}, false},
		{"one that stands in it", geom.Vec3{0, 1, -5.3}, false},
		{"one behind the camera", geom.Vec3{0, 1, 5}, false},
		{"one that reaches above it", geom.Vec3{0, 4, -8}, false},
	} {
		lo, hi := boxAt(c.at, geom.Vec3{1, 1, 1})
		if got := b.Hides(lo, hi); got != c.hidden {
			t.Errorf("%s: hidden is %v", c.what, got)
		}
	}
}

// placed is a block of a random site.
type placed struct {
	size  geom.Vec3
	world geom.Mat4
	box   geom.Box
}

// picture draws blocks wholly, several samples to a cell, and tells which of
// them show.
func picture(list []placed, clip geom.Mat4, width, height int) map[int]bool {
	depth, who := make([]float64, width*height), make([]int, width*height)
	for i, p := range list {
		m := block(p.size).Primitives[0]
		full := clip.Mul4(p.world)
		for t := 0; t < len(m.Indices); t += 3 {
			var c []mgl64.Vec4
			for _, v := range m.Indices[t : t+3] {
				c = append(c, full.Mul4x1(geom.Vec4{float64(m.Positions[3*v]), float64(m.Positions[3*v+1]), float64(m.Positions[3*v+2]), 1}))
			}
			raster(c, width, height, func(k int, near float64) {
				if near > depth[k] {
					depth[k], who[k] = near, i+1
				}
			})
		}
	}
	shown := map[int]bool{}
	for _, w := range who {
		if w > 0 {
			shown[w-1] = true
		}
	}
	return shown
}

// raster visits the samples of a triangle that turns to the camera, by the
// homogeneous edge functions of Olano and Greer (1997), which need no clipping.
func raster(c []mgl64.Vec4, width, height int, visit func(int, float64)) {
	m := mgl64.Mat3FromRows(mgl64.Vec3{c[0][0], c[0][1], c[0][3]}, mgl64.Vec3{c[1][0], c[1][1], c[1][3]}, mgl64.Vec3{c[2][0], c[2][1], c[2][3]})
	if m.Det() <= 1e-12 {
		return
	}
	inv := m.Inv()
	near := inv.Mul3x1(mgl64.Vec3{1, 1, 1}) // 1/w = near · (x, y, 1) over w
	z := inv.Mul3x1(mgl64.Vec3{c[0][2], c[1][2], c[2][2]})
	for j := range height {
		for i := range width {
			p := mgl64.Vec3{2*(float64(i)+0.5)/float64(width) - 1, 2*(float64(j)+0.5)/float64(height) - 1, 1}
			if inv.Col(0).Dot(p) < 0 || inv.Col(1).Dot(p) < 0 || inv.Col(2).Dot(p) < 0 {
				continue
			}
			if n := near.Dot(p); n > 0 && z.Dot(p) >= -1 { // behind the near plane
				visit(j*width+i, n)
			}
		}
	}
}

// TestNothingIsHiddenThatShows: whatever is left out, a picture of everything
// does not show either.
func TestNothingIsHiddenThatShows(t *testing.T) {
	hidden, shownAll := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		near := func(a, b float64) float64 { return a + (b-a)*r.Float64() }
		var list []placed
		for range rapid.IntRange(2, 24).Draw(t, "blocks") {
			p := placed{size: geom.Vec3{near(0.2, 5), near(0.2, 3), near(0.02, 1)}}
			p.world = mgl64.Translate3D(near(-8, 8), near(0, 3), near(-16, 1)).Mul4(mgl64.HomogRotate3DY(near(0, 6.3)))
			if r.IntN(4) == 0 {
				p.world = p.world.Mul4(mgl64.HomogRotate3DX(near(-1, 1)))
			}
			p.box = block(p.size).Box().Transform(p.world)
			list = append(list, p)
		}
		clip := camera(geom.Vec3{near(-2, 2), near(0.5, 2.5), near(0, 2)}, geom.Vec3{near(-3, 3), near(0.5, 1.5), -8})
		b := NewBuffer(48, 27)
		b.Begin(clip)
		for i := range list {
			for _, f := range Faces(block(list[i].size), solid, 0) {
				b.Cover(&f, &list[i].world, false)
			}
		}
		b.End()
		shown := picture(list, clip, 192, 108)
		for i, p := range list {
			lo, hi := [3]float32{}, [3]float32{}
			for k := range 3 {
				lo[k], hi[k] = float32(p.box.Min[k]), float32(p.box.Max[k])
			}
			hides := b.Hides(lo, hi)
			if hides && shown[i] {
				t.Fatalf("block %d of %d, %v, is in the picture and was left out", i, len(list), p.box)
			}
			if hides {
				hidden++
			}
			if !shown[i] {
				shownAll++
			}
		}
	})
	t.Logf("%d of %d things that do not show were left out", hidden, shownAll)
	if hidden < shownAll/20 {
		t.Error("hardly anything is ever left out: this tests nothing")
	}
}

// BenchmarkFrame draws two hundred walls and asks for five thousand things.
func BenchmarkFrame(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 1))
	faces := Faces(block(geom.Vec3{4, 2, 0.2}), solid, 0.5)
	buffer := NewBuffer(320, 180)
	clip := camera(geom.Vec3{0, 1.6, 0}, geom.Vec3{0, 1.2, -10})
	var walls []geom.Mat4
	for range 100 {
		walls = append(walls, mgl64.Translate3D(40*r.Float64()-20, 1, -3-40*r.Float64()).Mul4(mgl64.HomogRotate3DY(r.Float64())))
	}
	type box struct{ lo, hi [3]float32 }
	var boxes []box
	for range 5000 {
		lo, hi := boxAt(geom.Vec3{40*r.Float64() - 20, r.Float64(), -3 - 40*r.Float64()}, geom.Vec3{0.4, 0.3, 0.4})
		boxes = append(boxes, box{lo, hi})
	}
	b.Run("cover=200", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			buffer.Begin(clip)
			for i := range walls {
				for k := range faces {
					buffer.Cover(&faces[k], &walls[i], false)
				}
			}
			buffer.End()
		}
	})
	b.Run("ask=5000", func(b *testing.B) {
		b.ReportAllocs()
		n := 0
		for b.Loop() {
			n = 0
			for i := range boxes {
				if buffer.Hides(boxes[i].lo, boxes[i].hi) {
					n++
				}
			}
		}
		b.ReportMetric(float64(n), "hidden")
	})
}
