package plan_test

import (
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"github.com/glasstwin/glasstwin/render"
	"github.com/glasstwin/glasstwin/render/gl"
	"github.com/glasstwin/glasstwin/render/offscreen"
	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin/generate/plan"
)

// TestPictures draws plans as they are built, into the folder named by PICTURES.
func TestPictures(t *testing.T) {
	dir := os.Getenv("PICTURES")
	if dir == "" || os.Getenv("DISPLAY") == "" {
		t.Skip("set PICTURES to a folder, under a display, to see the plans")
	}
	st := styleOf(1001, false, true)
	for name, d := range map[string]*plan.Draft{
		"Gallery-3d": understand(t, shared(t, "Gallery.dxf"), plan.Options{}),
		"Office-3d":  understand(t, shared(t, "ISO-Office.dxf"), plan.Options{Answers: map[string]string{"layer:walkablearea": "ignored", "gaps": "door"}}),
		"House-3d":   understand(t, build(1001, st).drawing(t), plan.Options{}),
	} {
		sc := d.Scene()
		joints := make([]float64, len(sc.Joints))
		for i, j := range sc.Joints {
			joints[i] = j.Max * 0.8
		}
		picture(t, sc, joints, filepath.Join(dir, name+".png"))
		draw(t, d, name+"-plan")
	}
}

func picture(t *testing.T, sc *scene.Scene, joints []float64, path string) {
	t.Helper()
	r, err := offscreen.Open(sc, gl.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	box := geom.EmptyBox()
	for _, n := range sc.Nodes {
		if n.Mesh != scene.None {
			box = box.Union(sc.Meshes[n.Mesh].Box().Transform(n.Local))
		}
	}
	img, _, err := r.Image(render.Frame{Width: 1400, Height: 900, Joints: joints, Camera: render.Camera{Yaw: -0.5, Pitch: 0.85, FovY: 0.6}.Fit(box, 1400.0/900)})
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := png.Encode(f, img); err != nil {
		t.Fatal(err)
	}
}
