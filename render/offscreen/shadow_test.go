package offscreen_test

import (
	"image"
	"testing"

	"github.com/glasstwin/glasstwin/render"
	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// yard is a railing of thin bars and a board that hangs 3 m up, on a ground of a
// width, metres.
func yard(wide float64) *scene.Scene {
	var s set
	s.node("", "", block(wide, 0.1, wide, s.AddMaterial(paint(0.5, 0.5, 0.5, 0, 0.9))), at(0, -0.1, 0))
	steel := s.AddMaterial(paint(0.3, 0.3, 0.3, 0, 0.5))
	for i := range 12 {
		s.node("", "", block(0.03, 0.9, 0.03, steel), at(-0.9+0.16*float64(i), 0, 0))
	}
	s.node("", "", block(0.6, 0.05, 0.6, steel), at(0, 3, -1))
	return &s.Scene
}

func yardFrame() render.Frame {
	return render.Frame{Width: 320, Height: 200, Camera: render.Camera{Target: geom.Vec3{0.6, 0, -0.4}, Yaw: 0.2, Pitch: 0.9, Distance: 3.4}, Sun: geom.Vec3{-0.5, 0.9, 0.35}}
}

// contrast is how much brighter the brightest pixel of a row is than the
// darkest, of a strip of ground where shadows fall.
func contrast(img *image.RGBA, y int) int {
	lo, hi := 255, 0
	for x := img.Rect.Dx() / 3; x < img.Rect.Dx()*2/3; x++ {
		v := int(img.RGBAAt(x, y).G)
		lo, hi = min(lo, v), max(hi, v)
	}
	return hi - lo
}

func TestShadowsAreFineOnALargeSite(t *testing.T) {
	f := yardFrame()
	small, large := picture(t, open(t, yard(8)), f), picture(t, open(t, yard(400)), f)
	golden(t, "shadow-near", large)
	// Where the railing's shadow lies, bars of 3 cm are told apart; a map of 400 m
	// has texels of 20 cm.
	for _, y := range []int{100, 112} {
		if want, got := contrast(small, y), contrast(large, y); want < 40 || got < want*3/4 {
			t.Errorf("row %d: bars and gaps differ by %d on a large site and by %d on a small one", y, got, want)
		}
	}
}
