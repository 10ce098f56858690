package offscreen_test

import (
	"fmt"
	"image"
	"os"
	"testing"

	"github.com/glasstwin/glasstwin/render"
	"github.com/glasstwin/glasstwin/render/gl"
	"github.com/glasstwin/glasstwin/render/likeness"
	"github.com/glasstwin/glasstwin/render/offscreen"
	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// moved is the cabinet with its crate nearer to the freezer.
func moved() *scene.Scene {
	sc := cabinet()
	for i := range sc.Nodes {
		if sc.Nodes[i].Entity == "crate-1" {
			sc.Nodes[i].Local = at(1, 0, 0.9)
		}
	}
	return sc
}

func openPair(t *testing.T) *offscreen.Renderer {
	t.Helper()
	if os.Getenv("DISPLAY") == "" && os.Getenv("CI") != "true" {
		t.Skip("no display: run it by `make gl`, which brings one")
	}
	r, err := offscreen.OpenPair(cabinet(), moved(), gl.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Close)
	return r
}

// sideBySide is a frame of both scenes from one camera.
func sideBySide(width, height int) render.Frame {
	f := cabinetFrame()
	f.Width, f.Height, f.Samples = width, height, 8
	other := f
	other.Camera.Yaw += 2 // it is seen as the frame that it is beside
	f.Beside, f.Wipe = &other, 0.5
	return f
}

// Each half is the picture of its own scene that a picture as wide gives, whether
// the width is even or odd.
func TestTwoScenesSideBySide(t *testing.T) {
	r := openPair(t)
	singles := [2]*offscreen.Renderer{open(t, cabinet()), open(t, moved())}
	for _, width := range []int{400, 401} {
		f := sideBySide(width, 200)
		img := picture(t, r, f)
		if width == 400 {
			golden(t, "pair", img)
		}
		f.Since = render.Nothing
		img = picture(t, r, f) // and finer
		left, right := f.Halves()
		if left.Width != 200 || left.Width+right.Width != width || left.Camera != right.Camera || left.Camera != f.Camera {
			t.Fatalf("%d pixels are halved into %d and %d, seen from %v and %v", width, left.Width, right.Width, left.Camera, right.Camera)
		}
		at := 0
		for i, half := range [2]render.Frame{left, right} {
			half.Since = render.Everything
			want := picture(t, singles[i], half)
			const line = 4 // and what it may cover
			inner := image.Rect(line, 0, half.Width-line, half.Height)
			got := copyOf(img.SubImage(inner.Add(image.Pt(at, 0))).(*image.RGBA))
			if d, err := likeness.Compare(got, copyOf(want.SubImage(inner).(*image.RGBA))); err != nil || !d.Alike() {
				t.Errorf("%d pixels wide, half %d is not the picture of its own scene: %s %v", width, i, d.Compare, err)
			}
			at += half.Width
		}
	}
}

// A click meets what its own half shows.
func TestEachHalfIsPicked(t *testing.T) {
	r := openPair(t)
	f := sideBySide(400, 200)
	left, right := f.Halves()
	before, after := geom.Vec3{1.5, 0.25, 0.45}, geom.Vec3{1, 0.25, 1.15} // the crate's front
	for _, c := range []struct {
		half  render.Frame
		from  int
		at    geom.Vec3
		crate bool
	}{{left, 0, before, true}, {left, 0, after, false}, {right, left.Width, before, false}, {right, left.Width, after, true}} {
		x, y, _ := c.half.Project(c.at)
		hit, _ := r.Pick(f, c.from+int(x), int(y))
		if (hit.Entity == "crate-1") != c.crate {
			t.Errorf("from column %d on, a click at %v met %q", c.from, c.at, hit.Entity)
		}
	}
}

// A pair is drawn at every size, and only of frames that have two.
func TestAPairOfAnySize(t *testing.T) {
	r := openPair(t)
	for _, size := range [][2]int{{1, 1}, {1, 40}, {2, 2}, {3, 5}, {64, 1}} {
		for _, draft := range []bool{false, true} {
			f := sideBySide(size[0], size[1])
			f.Draft = draft
			img, _, err := r.Image(f)
			if err != nil || img.Rect.Size() != image.Pt(size[0], size[1]) {
				t.Errorf("%v, draft %t: %v", size, draft, err)
			}
			r.Pick(f, 0, 0)
			r.Pick(f, size[0]-1, size[1]-1)
		}
	}
	if _, _, err := r.Image(cabinetFrame()); err == nil {
		t.Error("a frame of one scene was drawn as two")
	}
	f := sideBySide(60, 40)
	_, two, err := r.Image(f)
	f.Width = 30
	f.Beside = nil
	_, one, failed := open(t, cabinet()).Image(f)
	if err != nil || failed != nil || two.Triangles <= one.Triangles || two.Samples != one.Samples {
		t.Errorf("two scenes took %s, one %s (%v, %v)", fmt.Sprint(two), fmt.Sprint(one), err, failed)
	}
}
