package desktop

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

// TestAPictureFollowsTheScale: the window comes onto a screen of another scale.
func TestAPictureFollowsTheScale(t *testing.T) {
	screen := test.NewCanvas()
	v := newViewport(screen)
	screen.SetContent(v)
	screen.Resize(fyne.NewSize(400, 300))
	for _, scale := range []float32{1, 2, 4, 1.25, 1} {
		screen.SetScale(scale)
		width, height := screen.PixelCoordinateForPosition(fyne.NewPos(400, 300))
		f, _, _ := v.upcoming(width, height)
		if f.Width != int(400*scale) || f.Height != int(300*scale) || f.Scale != float64(scale) {
			t.Errorf("at scale %g a picture of %d×%d with text at %g", scale, f.Width, f.Height, f.Scale)
		}
		at := fyne.NewPos(100, 90) // a click goes to the pixel that it points at
		if x, y := screen.PixelCoordinateForPosition(at); x != int(100*scale) || y != int(90*scale) {
			t.Errorf("at scale %g a click at %v goes to %d, %d", scale, at, x, y)
		}
	}
}
