package gl

import (
	"testing"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/glasstwin/glasstwin/scene/geom"
)

// TestShadowsThatAreSeenKeepTheirCasters: what stands out of the picture is drawn
// for the sun when its shadow falls into it, and only then.
func TestShadowsThatAreSeenKeepTheirCasters(t *testing.T) {
	s := &stage{bounds: geom.Box{Min: geom.Vec3{-50, 0, -50}, Max: geom.Vec3{50, 10, 50}}}
	eye := geom.Vec3{0, 1.6, 0}
	camera := newView(mgl64.Perspective(0.8, 1, 0.1, 100).Mul4(mgl64.LookAtV(eye, geom.Vec3{0, 1, -10}, geom.Vec3{0, 1, 0})), eye, 0)
	post := func(x, z float64) *box32 {
		b := box32Of(geom.Box{Min: geom.Vec3{x - 0.2, 0, z - 0.2}, Max: geom.Vec3{x + 0.2, 6, z + 0.2}})
		return &b
	}
	right := geom.Vec3{1, 1, 0}.Normalize() // shadows fall to the left, as long as things are tall
	for _, c := range []struct {
		what string
		sun  geom.Vec3
		at   *box32
		seen bool
	}{
		{"before the camera", right, post(0, -10), true},
		{"out of sight to the right, its shadow before the camera", right, post(8, -10), true},
		{"out of sight to the left, its shadow farther left", right, post(-8, -10), false},
		{"behind the camera", right, post(0, 5), false},
		{"behind the camera, the sun behind it", geom.Vec3{0, 1, 1}.Normalize(), post(0, 3), true},
		{"to the left, the sun so low that its shadow has no end", geom.Vec3{1, 0.01, 0}.Normalize(), post(-8, -10), true},
	} {
		if got := s.shades(&light{camera: camera, sun: c.sun}, c.at); got != c.seen {
			t.Errorf("a post %s: its shadow is seen: %v", c.what, got)
		}
	}
}
