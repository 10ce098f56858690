package offscreen_test

import (
	"image"
	"testing"

	"github.com/glasstwin/glasstwin/render"
	"github.com/glasstwin/glasstwin/render/likeness"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// TestBeforeAndAfter: each side of the line is the picture that its frame alone
// gives, finer with each exposure, and a click meets what its side shows.
func TestBeforeAndAfter(t *testing.T) {
	r := open(t, cabinet())
	before := cabinetFrame()
	before.Samples = 8
	after := before
	after.Joints, after.Hidden = []float64{1.2}, map[string]bool{"crate-1": true}
	left, right := picture(t, r, before), picture(t, r, after)
	both := before
	both.Beside, both.Wipe = &after, 0.4
	img := picture(t, r, both)
	golden(t, "wipe", img)
	both.Since = render.Nothing
	img = picture(t, r, both)
	split := both.Split()
	for side, want := range map[image.Rectangle]*image.RGBA{
		image.Rect(0, 0, split-4, both.Height):          left,
		image.Rect(split+4, 0, both.Width, both.Height): right,
	} {
		got := img.SubImage(side).(*image.RGBA)
		if d, err := likeness.Compare(copyOf(got), copyOf(want.SubImage(side).(*image.RGBA))); err != nil || !d.Alike() {
			t.Errorf("%v: it is not the picture of its own frame: %s %v", side, d.Compare, err)
		}
	}
	x, y, _ := both.Project(geom.Vec3{1.5, 0.25, 0.45}) // the crate, right of the line
	if hit, _ := r.Pick(both, int(x), int(y)); hit.Entity == "crate-1" {
		t.Error("a click met the crate, which is hidden on its side")
	}
	both.Wipe = 1
	if hit, _ := r.Pick(both, int(x), int(y)); hit.Entity != "crate-1" {
		t.Errorf("a click met %+v, not the crate", hit)
	}
}

func copyOf(img *image.RGBA) *image.RGBA {
	out := image.NewRGBA(image.Rectangle{Max: img.Rect.Size()})
	for y := range out.Rect.Dy() {
		copy(out.Pix[y*out.Stride:(y+1)*out.Stride], img.Pix[y*img.Stride:])
	}
	return out
}
