package gl

import (
	"math"
	"testing"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/glasstwin/glasstwin/render"
	"github.com/glasstwin/glasstwin/render/overlay"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// What is softened holds every corner of what stands still and of what moves, with
// some pixels beside it, and the whole picture where anything else may stand
// anywhere.
func TestTheExtentHoldsTheScene(t *testing.T) {
	const width, height = 400, 300
	boxes := []box32{{lo: [3]float32{-1, 0, -1}, hi: [3]float32{1, 1, 1}}, {lo: [3]float32{1, 0, 0}, hi: [3]float32{1.5, 2, 0.5}}}
	s := &stage{boxes: boxes, still: plant(boxes, []int32{0}), hung: []int32{1}}
	var f render.Frame
	view := func(eye geom.Vec3) geom.Mat4 {
		return mgl64.Perspective(math.Pi/4, float64(width)/height, 0.1, 100).Mul4(mgl64.LookAtV(eye, geom.Vec3{0, 0.5, 0}, geom.Vec3{0, 1, 0}))
	}
	for _, eye := range []geom.Vec3{{0, 2, 12}, {8, 3, -9}, {-3, 9, 6}} {
		clip := view(eye)
		x, y, wide, high := s.spread(&f, clip, width, height)
		if wide*high >= width*height/2 {
			t.Errorf("from %v: %d×%d pixels of a small scene", eye, wide, high)
		}
		for _, b := range boxes {
			for k := range 8 {
				p := geom.Vec3{float64(b.lo[0]), float64(b.lo[1]), float64(b.lo[2])}
				for axis := range 3 {
					if k>>axis&1 == 1 {
						p[axis] = float64(b.hi[axis])
					}
				}
				q := mgl64.TransformCoordinate(p, clip)
				px, py := (q[0]*0.5+0.5)*width, (q[1]*0.5+0.5)*height
				if px < float64(x+extentAside) || py < float64(y+extentAside) || px > float64(x+wide-extentAside) || py > float64(y+high-extentAside) {
					t.Errorf("from %v: a corner at %.0f, %.0f is not within %d, %d, %d×%d", eye, px, py, x, y, wide, high)
				}
			}
		}
	}
	whole := func(what string, f render.Frame, clip geom.Mat4) {
		if x, y, wide, high := s.spread(&f, clip, width, height); x != 0 || y != 0 || wide != width || high != height {
			t.Errorf("%s: %d, %d, %d×%d", what, x, y, wide, high)
		}
	}
	whole("among things", f, view(geom.Vec3{0.5, 0.5, 0.2}))
	f.Overlays.Figures = []overlay.Figure{{Position: geom.Vec3{40, 0, 0}}}
	whole("with people", f, view(geom.Vec3{0, 2, 12}))
}
