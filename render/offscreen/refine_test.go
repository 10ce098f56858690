package offscreen_test

import (
	"errors"
	"image"
	"testing"

	"github.com/glasstwin/glasstwin/render"
	"github.com/glasstwin/glasstwin/render/likeness"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// cabinetFrame looks at the cabinet as the golden pictures do.
func cabinetFrame() render.Frame {
	return render.Frame{Width: 320, Height: 240, Samples: 1, Camera: render.Camera{Target: geom.Vec3{0.35, 0.95, 0}, Yaw: 0.45, Pitch: 0.3, Distance: 4.6}}
}

func TestPicturesGrowFiner(t *testing.T) {
	r := open(t, cabinet())
	f := cabinetFrame()
	var grown []*image.RGBA
	for n := 1; n <= 16; n++ {
		img, stats, err := r.Image(f)
		if err != nil {
			t.Fatal(err)
		}
		if stats.Samples != n {
			t.Fatalf("picture %d is the mean of %d", n, stats.Samples)
		}
		grown = append(grown, img)
		f.Since = render.Nothing
	}
	f.Samples = 48
	best := picture(t, r, f)
	apart := make([]float64, len(grown))
	for i, img := range grown {
		d, err := likeness.Compare(img, best)
		if err != nil {
			t.Fatal(err)
		}
		apart[i] = d.Worst
	}
	if apart[3] > 0.5*apart[0] || apart[15] > 0.25*apart[0] {
		t.Errorf("after 1, 4 and 16 pictures the worst pixels are %.2f, %.2f and %.2f from the mean of 64; want a half and a quarter of the first", apart[0], apart[3], apart[15])
	}
	f.Since, f.Samples = render.Everything, 16
	once := picture(t, r, f)
	f.Samples = 1
	img := picture(t, r, f)
	f.Since = render.Nothing
	for range 15 {
		img = picture(t, r, f)
	}
	// The first of many differs: alone it looks through the middle of its pixels.
	if d, err := likeness.Compare(img, once); err != nil || d.Mean > 0.1 {
		t.Errorf("sixteen at once are not sixteen one after another: %s %v", d.Compare, err)
	}
}

func TestWhatChangesIsDrawnAnew(t *testing.T) {
	r := open(t, cabinet())
	f := cabinetFrame()
	f.Samples = 16
	picture(t, r, f)
	opened := f
	opened.Joints = []float64{1.2}
	opened.Since, opened.Samples = render.Content, 1
	img := picture(t, r, opened)
	fresh := opened
	fresh.Since, fresh.Samples = render.Everything, 16
	want := picture(t, r, fresh)
	if d, err := likeness.Compare(img, want); err != nil || !d.Alike() {
		t.Errorf("a door that opened leaves its trace: %s %v", d.Compare, err)
	}
}

func TestAPictureThatNobodyWantsIsLeft(t *testing.T) {
	r := open(t, cabinet())
	f := cabinetFrame()
	want := picture(t, r, f)
	for leave := 1; leave <= 2; leave++ {
		asked := 0
		left := f
		left.Unwanted = func() bool { asked++; return asked == leave }
		if _, err := r.Draw(left); !errors.Is(err, render.ErrUnwanted) {
			t.Fatalf("left when asked %d times: %v, want that it is not wanted", leave, err)
		}
		again := f
		again.Since = render.Nothing // a caller that takes what was left for a picture
		if d, err := likeness.Compare(picture(t, r, again), want); err != nil || d.Worst > 0.5 {
			t.Errorf("the picture after one that was left when asked %d times: %s %v", leave, d.Compare, err)
		}
	}
}
