package offscreen_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/glasstwin/glasstwin/render"
	"github.com/glasstwin/glasstwin/render/gl"
	"github.com/glasstwin/glasstwin/render/likeness"
	"github.com/glasstwin/glasstwin/render/offscreen"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// TestADriverThatIsTooOldIsNamed runs itself with a driver that offers less.
func TestADriverThatIsTooOldIsNamed(t *testing.T) {
	if os.Getenv("GLASSTWIN_OLD") != "" {
		_, err := offscreen.Open(cabinet(), gl.Options{})
		if err == nil {
			t.Fatal("a context of 4.1 was made of a driver that has 3.3")
		}
		t.Log(err)
		return
	}
	if os.Getenv("DISPLAY") == "" && os.Getenv("CI") != "true" {
		t.Skip("no display: run it by `make gl`, which brings one")
	}
	cmd := exec.Command(os.Args[0], "-test.run", "^TestADriverThatIsTooOldIsNamed$", "-test.v")
	cmd.Env = append(os.Environ(), "GLASSTWIN_OLD=1", "MESA_GL_VERSION_OVERRIDE=3.3")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if !strings.Contains(string(out), "has OpenGL 3.3 (") {
		t.Errorf("it does not say what the driver offers: %s", out)
	}
}

func TestAStormOfSizes(t *testing.T) {
	r := open(t, cabinet())
	rapid.Check(t, func(t *rapid.T) {
		f := cabinetFrame()
		f.Width, f.Height = rapid.IntRange(-1, 700).Draw(t, "width"), rapid.IntRange(-1, 500).Draw(t, "height")
		f.Draft = rapid.Bool().Draw(t, "draft")
		f.Since = rapid.SampledFrom([]render.Since{render.Everything, render.Content, render.Nothing}).Draw(t, "since")
		f.Scale = rapid.SampledFrom([]float64{0, 0.5, 1, 4}).Draw(t, "scale")
		f.Selected = "freezer-1"
		f.Camera.Distance = rapid.SampledFrom([]float64{0, 0.3, 4, 1e4}).Draw(t, "distance")
		f.Camera.Target = geom.Vec3{rapid.Float64Range(-50, 50).Draw(t, "x"), 1, 0}
		_, err := r.Draw(f)
		if whole := f.Width >= 1 && f.Height >= 1; (err == nil) != whole {
			t.Fatalf("%d×%d: %v", f.Width, f.Height, err)
		}
	})
	f := cabinetFrame()
	if img := picture(t, r, f); img.Rect.Dx() != f.Width {
		t.Errorf("the picture after the storm is %v", img.Rect)
	}
}

// TestSmallMemoriesDrawCoarser: a scene of balls that does not fit is drawn of
// fewer triangles, and looks much the same.
func TestSmallMemoriesDrawCoarser(t *testing.T) {
	f := render.Frame{Width: 400, Height: 240, Camera: render.Camera{Target: geom.Vec3{0.1, 0.3, 0}, Yaw: 0.12, Pitch: 0.42, Distance: 9, FovY: 0.62}}
	whole, stats, err := open(t, materials()).Image(f)
	if err != nil {
		t.Fatal(err)
	}
	small, err := offscreen.Open(materials(), gl.Options{GeometryMost: 400_000})
	if err != nil {
		t.Fatal(err)
	}
	defer small.Close()
	img, fewer, err := small.Image(f)
	if err != nil {
		t.Fatal(err)
	}
	if fewer.Coarser == 0 || stats.Coarser != 0 || fewer.Triangles >= stats.Triangles {
		t.Errorf("%d levels are left out, %d triangles instead of %d", fewer.Coarser, fewer.Triangles, stats.Triangles)
	}
	if d, err := likeness.Compare(img, whole); err != nil || d.Mean > 2 {
		t.Errorf("it looks like another scene: %s %v", d.Compare, err)
	}
	if _, err := offscreen.Open(materials(), gl.Options{GeometryMost: 10}); err == nil || !strings.Contains(err.Error(), "graphics memory is full") {
		t.Errorf("where nothing fits: %v", err)
	}
}
