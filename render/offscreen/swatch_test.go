package offscreen_test

import (
	"os"
	"testing"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/glasstwin/glasstwin/render"
	"github.com/glasstwin/glasstwin/render/gl"
	"github.com/glasstwin/glasstwin/render/offscreen"
	"github.com/glasstwin/glasstwin/render/swatch"
	"github.com/glasstwin/glasstwin/scene"
)

// swatchesApart is how far below each other they stand, metres, so that one
// renderer draws all.
const swatchesApart = 12

// TestGoldenSwatches draws what materials can be, step by step: in the studio,
// then some in the sun, with the shadows that they cast.
func TestGoldenSwatches(t *testing.T) {
	if os.Getenv("DISPLAY") == "" && os.Getenv("CI") != "true" {
		t.Skip("no display: run it by `make gl`, which brings one")
	}
	all := swatch.All()
	var sc scene.Scene
	for i, s := range all {
		at := sc.AddNode(scene.Node{Parent: scene.None, Mesh: scene.None, Joint: scene.None, Local: mgl64.Translate3D(0, -swatchesApart*float64(i), 0)})
		sc.Append(s.Scene, at)
	}
	frame := func(i int) render.Frame {
		f := render.Frame{Width: 480, Height: 240, Samples: 4, Camera: swatch.Camera}
		f.Camera.Target[1] -= swatchesApart * float64(i)
		return f
	}
	r, err := offscreen.Open(&sc, gl.Options{Studio: true})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	for i, s := range all {
		golden(t, "swatch-"+s.Name, picture(t, r, frame(i)))
	}
	if notes := r.Notes(); len(notes) > 0 {
		t.Errorf("not as it is: %v", notes)
	}
	lit := open(t, &sc)
	for i, s := range all {
		switch s.Name {
		case "alpha", "images":
			golden(t, "swatch-"+s.Name+"-sun", picture(t, lit, frame(i)))
		case "normals":
			f := frame(i)
			f.Draft = true
			golden(t, "swatch-"+s.Name+"-draft", picture(t, lit, f))
		}
	}
}
