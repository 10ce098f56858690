package likeness_test

import (
	"image"
	"image/color"
	"os"
	"path/filepath"
	"testing"

	"github.com/glasstwin/glasstwin/render/likeness"
)

// still is a grey picture with a round thing of a colour at a place.
func still(x, y int, thing color.RGBA) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, 160, 120))
	for i := range 160 * 120 {
		px, py := i%160, i/160
		c := color.RGBA{uint8(120 + py/3), uint8(125 + py/3), uint8(130 + py/3), 255}
		if (px-x)*(px-x)+(py-y)*(py-y) < 20*20 {
			c = thing
		}
		img.SetRGBA(px, py, c)
	}
	return img
}

func noisy(img *image.RGBA, by int) *image.RGBA {
	out := image.NewRGBA(img.Rect)
	for i, v := range img.Pix {
		out.Pix[i] = v
		if i%4 != 3 {
			out.Pix[i] = uint8(min(255, max(0, int(v)+(i*7919)%(2*by+1)-by)))
		}
	}
	return out
}

func TestWhatAPersonSeesIsRejected(t *testing.T) {
	red := color.RGBA{190, 40, 30, 255}
	want := still(70, 60, red)
	for name, x := range map[string]struct {
		got   *image.RGBA
		alike bool
	}{
		"the same":                 {still(70, 60, red), true},
		"rounding noise":           {noisy(want, 1), true},
		"moved by three pixels":    {still(73, 60, red), false},
		"another shade of red":     {still(70, 60, color.RGBA{225, 70, 30, 255}), false},
		"gone":                     {still(-90, 60, red), false},
		"all of it a little light": {noisy(brighter(want, 9), 1), false},
	} {
		d, err := likeness.Compare(x.got, want)
		if err != nil {
			t.Fatal(err)
		}
		if d.Alike() != x.alike {
			t.Errorf("%s: alike is %v: %s", name, d.Alike(), d.Compare)
		}
	}
	if _, err := likeness.Compare(image.NewRGBA(image.Rect(0, 0, 3, 3)), want); err == nil {
		t.Error("pictures of different size were compared")
	}
}

func brighter(img *image.RGBA, by uint8) *image.RGBA {
	out := image.NewRGBA(img.Rect)
	for i, v := range img.Pix {
		out.Pix[i] = min(v, 255-by) + by
	}
	return out
}

func TestGoldenLeavesWhatItSaw(t *testing.T) {
	dir := t.TempDir()
	path, left := filepath.Join(dir, "scene.png"), filepath.Join(dir, "left")
	blue := color.RGBA{30, 60, 200, 255}
	t.Setenv("UPDATE", "1")
	if err := likeness.Golden(path, left, still(50, 50, blue)); err != nil {
		t.Fatal(err)
	}
	t.Setenv("UPDATE", "")
	if err := likeness.Golden(path, left, still(50, 50, blue)); err != nil {
		t.Errorf("the picture differs from itself: %v", err)
	}
	if err := likeness.Golden(path, left, still(90, 50, blue)); err == nil {
		t.Error("another picture was taken for the golden one")
	}
	for _, suffix := range []string{"got", "want", "diff"} {
		if _, err := os.Stat(filepath.Join(left, "scene."+suffix+".png")); err != nil {
			t.Error(err)
		}
	}
}
