package likeness_test

import (
	"image"
	"image/color"
	"math"
	"testing"

	"github.com/glasstwin/glasstwin/render/likeness"
)

func flip(t *testing.T, a, b *image.RGBA) float64 {
	t.Helper()
	d, err := likeness.FLIP(a, b)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func plain(c color.RGBA) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, 40, 30))
	for i := range 40 * 30 {
		img.SetRGBA(i%40, i/40, c)
	}
	return img
}

func TestFLIPGrowsWithWhatIsSeen(t *testing.T) {
	red, darker, green := color.RGBA{190, 40, 30, 255}, color.RGBA{180, 38, 29, 255}, color.RGBA{30, 160, 40, 255}
	want := still(70, 60, red)
	last := -1.0
	for name, d := range map[string]float64{"the same": flip(t, want, want), "symmetry": flip(t, want, still(70, 60, green)) - flip(t, still(70, 60, green), want)} {
		if math.Abs(d) > 1e-12 {
			t.Errorf("%s: %g", name, d)
		}
	}
	for _, got := range []*image.RGBA{want, noisy(want, 1), still(70, 60, darker), still(72, 60, darker), still(70, 60, green), still(40, 60, green)} {
		d := flip(t, got, want)
		if d <= last || d > 1 {
			t.Errorf("%g after %g: what differs more must count for more", d, last)
		}
		last = d
	}
}

// TestFLIPOfPlainColours works the steps out by hand where nothing is to be
// blurred: green and blue lie farthest apart, and are 1 by definition.
func TestFLIPOfPlainColours(t *testing.T) {
	if d := flip(t, plain(color.RGBA{0, 255, 0, 255}), plain(color.RGBA{0, 0, 255, 255})); math.Abs(d-1) > 1e-6 {
		t.Errorf("green and blue: %g, want 1", d)
	}
	// Two greys: only lightness counts. L is 53.585 of 128 and 53.193 of 127.
	most := math.Pow(203.3, 0.7) // green and blue, by hand
	want := 0.95 * math.Pow(0.3919, 0.7) / (0.4 * most)
	if d := flip(t, plain(color.RGBA{128, 128, 128, 255}), plain(color.RGBA{127, 127, 127, 255})); math.Abs(d-want) > 0.02*want {
		t.Errorf("two greys: %g, want %g", d, want)
	}
	if _, err := likeness.FLIP(plain(color.RGBA{}), image.NewRGBA(image.Rect(0, 0, 3, 3))); err == nil {
		t.Error("pictures of different size were compared")
	}
}
