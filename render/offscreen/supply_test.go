package offscreen

import (
	"image"
	"math"
	"testing"
	"time"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/glasstwin/glasstwin/render"
	"github.com/glasstwin/glasstwin/render/gl"
	"github.com/glasstwin/glasstwin/render/likeness"
	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin/generate/hall"
)

// settled draws a frame until nothing of it is on its way, and counts how often.
func settled(t *testing.T, r *Renderer, f render.Frame) (img *image.RGBA, stats render.Stats, frames int) {
	t.Helper()
	var err error
	for began := time.Now(); frames == 0 || stats.Pending; frames++ {
		if time.Since(began) > 30*time.Second {
			t.Fatal("something is on its way for ever")
		}
		r.do(func() {
			if stats, err = r.draw(f); err == nil {
				img = r.read()
			}
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return img, stats, frames
}

func alike(t *testing.T, what string, got, want *image.RGBA) {
	t.Helper()
	d, err := likeness.Compare(got, want)
	if err != nil {
		t.Fatal(err)
	}
	if !d.Alike() {
		t.Errorf("%s: it looks like another store: %s", what, d.Compare)
	}
}

// TestMeshesComeAsTheyAreWanted: with little taken in a frame, boxes stand for what
// is not there, more comes with each frame, and in the end the picture is that of a
// renderer that took in everything at once.
func TestMeshesComeAsTheyAreWanted(t *testing.T) {
	sc, f := hallOf(t, hall.Plan{Triangles: 400_000, Seed: 1})
	all, few := open(t, sc, gl.Options{}), open(t, sc, gl.Options{FrameMost: 8 << 10})
	defer all.Close()
	defer few.Close()
	want, whole, _ := settled(t, all, f)
	var first render.Stats
	few.do(func() { first, _ = few.draw(f) })
	if !first.Pending || first.Triangles >= whole.Triangles/2 || first.Triangles == 0 {
		t.Errorf("the first frame has %d of %d triangles, pending %v", first.Triangles, whole.Triangles, first.Pending)
	}
	got, stats, frames := settled(t, few, f)
	t.Logf("%d, then %d of %d triangles after %d frames", first.Triangles, stats.Triangles, whole.Triangles, frames)
	if frames < 5 || stats.Memory.Geometry == 0 {
		t.Errorf("everything came within %d frames", frames)
	}
	alike(t, "settled", got, want)
}

// TestWhatIsFarMakesRoom: in a memory that does not hold everything, what one looks
// at comes and what was seen before goes, and comes back.
func TestWhatIsFarMakesRoom(t *testing.T) {
	sc, f := hallOf(t, hall.Plan{Triangles: 400_000, Seed: 1})
	f.Camera.Distance, f.Camera.Target[1] = 0, 1.6
	all := open(t, sc, gl.Options{})
	defer all.Close()
	_, whole, _ := settled(t, all, f)
	all.do(func() { all.picture.Complete() }) // what is compared with does not depend on how fast it was
	most := whole.Memory.Geometry / 3
	short := open(t, sc, gl.Options{GeometryMost: most, FrameMost: 256 << 10})
	defer short.Close()
	for turn := range 3 {
		g := f
		g.Camera.Yaw += 3.1 * float64(turn)
		want, _, _ := settled(t, all, g)
		got, stats, _ := settled(t, short, g)
		if stats.Memory.Geometry > most {
			t.Errorf("%d bytes of %d are taken", stats.Memory.Geometry, most)
		}
		t.Logf("turn %d: %d KB, %d meshes coarser", turn, stats.Memory.Geometry>>10, stats.Coarser)
		alike(t, "turned", got, want)
	}
}

// ripples are a single mesh of 2·n² triangles, as a scan is.
func ripples(n int) *scene.Scene {
	sc := &scene.Scene{}
	p := scene.Primitive{Material: sc.AddMaterial(scene.Material{Name: "clay", BaseColor: [4]float32{0.7, 0.5, 0.4, 1}, Roughness: 0.7})}
	for i := range (n + 1) * (n + 1) {
		x, z := 4*float64(i%(n+1))/float64(n)-2, 4*float64(i/(n+1))/float64(n)-2
		r := math.Hypot(x, z)
		slope := -0.9 * math.Sin(6*r) / max(r, 1e-6)
		normal := geom.Vec3{-slope * x, 1, -slope * z}.Normalize()
		p.Positions = append(p.Positions, float32(x), float32(0.15*math.Cos(6*r)), float32(z))
		p.Normals = append(p.Normals, float32(normal[0]), float32(normal[1]), float32(normal[2]))
	}
	for i := range n * n {
		a := uint32(i/n*(n+1) + i%n)
		b, c, d := a+1, a+uint32(n)+1, a+uint32(n)+2
		p.Indices = append(p.Indices, a, c, b, b, c, d)
	}
	sc.AddNode(scene.Node{Parent: scene.None, Joint: scene.None, Local: mgl64.Ident4(), Mesh: sc.AddMesh(scene.Mesh{Primitives: []scene.Primitive{p}})})
	return sc
}

// TestALargeMeshComesInSlices: no frame takes in more than it may of a mesh that
// many frames bring, nor of its coarser levels, and in the end it is there.
func TestALargeMeshComesInSlices(t *testing.T) {
	const most = 256 << 10
	sc := ripples(300) // 180,000 triangles, 5 MB
	f := render.Frame{Width: 320, Height: 180, Camera: render.Camera{Yaw: 0.4, Pitch: 0.6, Distance: 5.5}}
	all, few := open(t, sc, gl.Options{}), open(t, sc, gl.Options{FrameMost: most})
	defer all.Close()
	defer few.Close()
	want, whole, _ := settled(t, all, f)
	var stats render.Stats
	brought, frames, boxed := 0, 0, 0
	for began := time.Now(); frames == 0 || stats.Pending; frames++ {
		if time.Since(began) > 30*time.Second {
			t.Fatal("something is on its way for ever")
		}
		var err error
		few.do(func() { stats, err = few.draw(f) })
		if err != nil {
			t.Fatal(err)
		}
		if stats.Brought > 2*most+1<<10 { // of the mesh, and of its levels
			t.Errorf("frame %d brings %d bytes; %d and %d were allowed", frames, stats.Brought, most, most)
		}
		brought += stats.Brought
		if stats.Triangles <= 12 {
			boxed++
		}
	}
	t.Logf("%d bytes within %d frames, of which %d show a box", brought, frames, boxed)
	if frames < 8 || brought < 5_000_000 {
		t.Errorf("%d bytes came within %d frames", brought, frames)
	}
	if stats.Triangles < whole.Triangles/2 {
		t.Errorf("%d of %d triangles are drawn", stats.Triangles, whole.Triangles)
	}
	got, _, _ := settled(t, few, f)
	alike(t, "settled", got, want)
}
