package offscreen_test

import (
	"testing"

	"github.com/glasstwin/glasstwin/render"
	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// A panel that hangs above the picture shines back from a polished floor, where
// it would be seen in a mirror, and no more when it is switched off.
func TestAPolishedFloorMirrorsAPanelAboveThePicture(t *testing.T) {
	var s set
	s.node("", "", block(12, 0.1, 12, s.AddMaterial(paint(0.1, 0.1, 0.1, 0, 0.1))), at(0, -0.1, 0))
	s.node("", "", block(12, 0.2, 12, s.AddMaterial(paint(0.7, 0.7, 0.7, 0, 0.9))), at(0, 3.2, 0))
	lamp := scene.Material{BaseColor: [4]float32{1, 1, 1, 1}, Emissive: [3]float32{3, 3, 3}, Roughness: 0.9}
	s.node("lamp", "", block(1.6, 0.04, 0.5, s.AddMaterial(lamp)), at(0, 2.9, -3))
	r := open(t, &s.Scene)
	f := render.Frame{Width: 320, Height: 200, Samples: 16, Sun: hour("23:30"), Camera: render.From(geom.Vec3{0, 1.5, 3}, geom.Vec3{0, 0, 0.4})}
	if _, y, _ := f.Project(geom.Vec3{0, 2.9, -3}); y > 0 {
		t.Fatalf("the panel is in the picture, at row %.0f", y)
	}
	// As high below the floor as the panel hangs above it, 1.5 of 4.4 m down the
	// way of 6 m.
	mirrored, beside := geom.Vec3{0, 0, 3 - 6*1.5/4.4}, geom.Vec3{1.2, 0, 3 - 6*1.5/4.4}
	lit := picture(t, r, f)
	f.Emissive = map[string]float32{"lamp": 0}
	dark := picture(t, r, f)
	if at, by := brightness(f, lit, mirrored), brightness(f, lit, beside); at < by+15 {
		t.Errorf("where the panel is mirrored the floor has %.1f, beside it %.1f", at, by)
	}
	if at, by := brightness(f, dark, mirrored), brightness(f, dark, beside); at > by+4 {
		t.Errorf("of a panel that is off the floor still has %.1f, beside it %.1f", at, by)
	}
}

// The floor below a red panel is red, the one below a white panel is not, and what
// the red one colours it colours no more when it is switched off.
func TestAPanelLightsInItsColour(t *testing.T) {
	var s set
	s.node("", "", block(20, 0.1, 12, s.AddMaterial(paint(0.6, 0.6, 0.6, 0, 0.9))), at(0, -0.1, 0))
	s.node("", "", block(20, 0.2, 12, s.AddMaterial(paint(0.7, 0.7, 0.7, 0, 0.9))), at(0, 3.2, 0))
	for name, at_ := range map[string]float64{"red": -6, "white": 6} {
		lamp := scene.Material{BaseColor: [4]float32{1, 1, 1, 1}, Emissive: [3]float32{3, 3, 3}, Roughness: 0.9}
		if name == "red" {
			lamp.Emissive = [3]float32{9, 0.4, 0.4}
		}
		s.node(name, "", block(1.6, 0.04, 0.5, s.AddMaterial(lamp)), at(at_, 2.9, 0))
	}
	r := open(t, &s.Scene)
	f := render.Frame{Width: 320, Height: 200, Sun: hour("23:30"), Camera: render.From(geom.Vec3{0, 2.4, 9}, geom.Vec3{0, 0, 0})}
	reddish := func(x float64, off ...string) float64 {
		f.Emissive = map[string]float32{}
		for _, e := range off {
			f.Emissive[e] = 0
		}
		img := picture(t, r, f)
		px, py, _ := f.Project(geom.Vec3{x, 0, 0})
		c := img.RGBAAt(int(px), int(py))
		return (float64(c.R) + 1) / (float64(c.G) + 1)
	}
	if red, white := reddish(-6), reddish(6); red < 1.35 || white > 1.1 {
		t.Errorf("red to green is %.2f below the red panel, and %.2f below the white one", red, white)
	}
	if got := reddish(-6, "red"); got > 1.1 {
		t.Errorf("red to green is %.2f below a red panel that is off", got)
	}
}
