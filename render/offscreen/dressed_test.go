package offscreen_test

import (
	"testing"

	"github.com/glasstwin/glasstwin/render"
	"github.com/glasstwin/glasstwin/render/gl"
	"github.com/glasstwin/glasstwin/render/swatch"
	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// TestWhatWearsImagesGetsCoarser: from afar a ball that wears an image is drawn of
// fewer triangles, and the image stays where it was.
func TestWhatWearsImagesGetsCoarser(t *testing.T) {
	for _, s := range swatch.All() {
		if s.Name != "images" {
			continue
		}
		r := openWith(t, s.Scene, gl.Options{Studio: true})
		f := render.Frame{Width: 480, Height: 240, Camera: swatch.Camera, Draft: true, DraftScale: 1}
		_, near, err := r.Image(f)
		if err != nil {
			t.Fatal(err)
		}
		f.Camera.Distance *= 24
		_, far, err := r.Image(f)
		if err != nil {
			t.Fatal(err)
		}
		if t.Logf("%d triangles, %d from afar", near.Triangles, far.Triangles); far.Triangles*4 > near.Triangles {
			t.Errorf("%d triangles of %d are drawn from afar", far.Triangles, near.Triangles)
		}
		// Where the memory is short they are drawn coarser near by, too: what they wear
		// stays where it is.
		f.Camera.Distance, f.Draft = swatch.Camera.Distance, false
		golden(t, "images-coarse", picture(t, openWith(t, s.Scene, gl.Options{Studio: true, GeometryMost: 700_000}), f))
	}
}

// TestPanesAreSeenThroughPanes: a red pane behind a clear one that shows what lies
// behind it is as red as without.
func TestPanesAreSeenThroughPanes(t *testing.T) {
	redness := func(clear, red bool) float64 {
		var s set
		wall := s.AddMaterial(scene.Material{BaseColor: [4]float32{0.8, 0.8, 0.8, 1}, Roughness: 1})
		tinted := s.AddMaterial(scene.Material{BaseColor: [4]float32{0.9, 0.02, 0.02, 0.8}, Roughness: 1, Alpha: scene.Blend})
		through := s.AddMaterial(scene.Material{BaseColor: [4]float32{1, 1, 1, 1}, Alpha: scene.Glass, Transmission: scene.Transmission{Factor: 1}})
		s.node("wall", "", block(4, 3, 0.1, wall), at(0, 0, -2))
		if red {
			s.node("red", "", block(2, 3, 0.02, tinted), at(0, 0, -1))
		}
		if clear {
			s.node("clear", "", block(2, 3, 0.02, through), at(0, 0, 0))
		}
		r := openWith(t, &s.Scene, gl.Options{Studio: true})
		img, _, err := r.Image(render.Frame{Width: 120, Height: 80, Samples: 1, Camera: render.Camera{Target: geom.Vec3{0, 1.5, 0}, Distance: 4}})
		if err != nil {
			t.Fatal(err)
		}
		c := img.RGBAAt(60, 40)
		return (float64(c.R) - float64(c.G)) / 255
	}
	bare, behind, nothing := redness(false, true), redness(true, true), redness(true, false)
	t.Logf("red by itself %.2f, behind a clear pane %.2f, the pane alone %.2f", bare, behind, nothing)
	if bare < 0.2 || behind < 0.7*bare || nothing > 0.1 {
		t.Errorf("a red pane is %.2f red, behind a clear one %.2f, which is %.2f by itself", bare, behind, nothing)
	}
}
