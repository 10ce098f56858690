package offscreen_test

import (
	"os"
	"os/exec"
	"runtime"
	"testing"

	"github.com/glasstwin/glasstwin/render"
	"github.com/glasstwin/glasstwin/render/gl"
	"github.com/glasstwin/glasstwin/render/offscreen"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// TestAServerWithoutADisplayDraws runs itself where none is named: the pictures are
// those that a window's context draws. Two renderers are open at once, and one after
// them.
func TestAServerWithoutADisplayDraws(t *testing.T) {
	if os.Getenv("GLASSTWIN_HEADLESS") == "" {
		if runtime.GOOS != "linux" {
			t.Skip("elsewhere windows can be made without a display")
		}
		cmd := exec.Command(os.Args[0], "-test.run", "^TestAServerWithoutADisplayDraws$", "-test.v")
		for _, v := range os.Environ() {
			if len(v) < 8 || v[:8] != "DISPLAY=" && v[:8] != "WAYLAND_" {
				cmd.Env = append(cmd.Env, v)
			}
		}
		cmd.Env = append(cmd.Env, "GLASSTWIN_HEADLESS=1")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		return
	}
	device, err := offscreen.Headless()
	if err != nil {
		if os.Getenv("CI") != "true" {
			t.Skip(err)
		}
		t.Fatal(err)
	}
	t.Logf("drawn by %s", device)
	first, err := offscreen.Open(materials(), gl.Options{})
	if err != nil {
		t.Fatal(err)
	}
	second, err := offscreen.Open(materials(), gl.Options{})
	if err != nil {
		t.Fatal(err)
	}
	f := render.Frame{Width: 400, Height: 240, Camera: render.Camera{Target: geom.Vec3{0.1, 0.3, 0}, Yaw: 0.12, Pitch: 0.42, Distance: 5.2, FovY: 0.62}}
	golden(t, "materials", picture(t, first, f))
	first.Close()
	golden(t, "materials", picture(t, second, f))
	second.Close()
	third, err := offscreen.Open(materials(), gl.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer third.Close()
	golden(t, "materials", picture(t, third, f))
}
