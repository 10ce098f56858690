package offscreen_test

import (
	"testing"

	"github.com/glasstwin/glasstwin/render"
	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// hall is a red post on a grey floor of a roughness.
func hall(roughness float32) *scene.Scene {
	var s set
	s.node("", "", block(8, 0.1, 8, s.AddMaterial(paint(0.2, 0.2, 0.2, 0, roughness))), at(0, -0.1, 0))
	s.node("", "", block(0.8, 1.6, 0.3, s.AddMaterial(paint(0.9, 0.05, 0.04, 0, 0.8))), at(0, 0, -1))
	return &s.Scene
}

func TestAPolishedFloorMirrorsWhatStandsOnIt(t *testing.T) {
	f := render.Frame{Width: 320, Height: 200, Samples: 16, Camera: render.Camera{Target: geom.Vec3{0, 0.4, -0.6}, Pitch: 0.16, Distance: 4.5}}
	red := func(roughness float32) float64 {
		img := picture(t, open(t, hall(roughness)), f)
		if roughness < 0.3 {
			golden(t, "polished", img)
		}
		x, y, _ := f.Project(geom.Vec3{0, 0, -0.2}) // on the floor, before the post
		c := img.RGBAAt(int(x), int(y))
		return float64(c.R) / float64(c.B)
	}
	polished, matt := red(0.15), red(0.9)
	if polished < 1.06*matt {
		t.Errorf("before a red post, a polished floor is %.3f times as red as blue and a matt one %.3f", polished, matt)
	}
}
