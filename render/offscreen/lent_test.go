package offscreen_test

import (
	"math"
	"testing"

	"github.com/glasstwin/glasstwin/render"
)

// A layout in hand is drawn anew for each change. Its first picture is as bright
// as the one before, though its own light is not known yet.
func TestANewSceneBeginsInTheLightOfTheOneBefore(t *testing.T) {
	sc, places := market(t)
	r := open(t, sc)
	f := render.Frame{Width: 240, Height: 160, Sun: hour("12:00"), Samples: 1}
	var err error
	if f.Camera, err = render.View("inside", places, 240./160); err != nil {
		t.Fatal(err)
	}
	mean := func(lit bool) float64 {
		if err := r.Renew(sc, lit); err != nil {
			t.Fatal(err)
		}
		img, stats, err := r.First(f)
		if err != nil || !stats.Pending {
			t.Fatalf("pending %t, %v", stats.Pending, err)
		}
		sum := 0.0
		for i := 0; i < len(img.Pix); i += 4 {
			sum += 0.2126*float64(img.Pix[i]) + 0.7152*float64(img.Pix[i+1]) + 0.0722*float64(img.Pix[i+2])
		}
		return sum / float64(len(img.Pix)/4)
	}
	dark := mean(false)
	img := picture(t, r, f)
	sum := 0.0
	for i := 0; i < len(img.Pix); i += 4 {
		sum += 0.2126*float64(img.Pix[i]) + 0.7152*float64(img.Pix[i+1]) + 0.0722*float64(img.Pix[i+2])
	}
	own := sum / float64(len(img.Pix)/4)
	lent := mean(true)
	t.Logf("mean of 255: %.1f in its own light, %.1f in that of the one before, %.1f in none", own, lent, dark)
	if math.Abs(lent-own) > 0.1*own || math.Abs(dark-own) < 2*math.Abs(lent-own) {
		t.Errorf("lit by the one before: %.1f, by itself %.1f, by none %.1f", lent, own, dark)
	}
}
