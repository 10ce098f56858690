package desktop

import (
	"testing"
	"time"

	"fyne.io/fyne/v2/test"

	"github.com/glasstwin/glasstwin/render"
	"github.com/glasstwin/glasstwin/scene"
)

// Another colour of a fixture changes nothing of the frame, but its scene.
func TestAnotherSceneIsDrawnAtOnce(t *testing.T) {
	v := newViewport(test.NewTempWindow(t, nil).Canvas())
	v.paint = newPainter(Readback, nil, nil)
	v.refit(&scene.Scene{}, nil)
	if len(v.paint.woken) != 1 {
		t.Error("nobody asked for a picture of it")
	}
}

// TestRestIsLongerWhereMovesComeSeldom: on a busy machine the events of one drag
// are far apart, and a full picture between two of them would hold it up.
func TestRestIsLongerWhereMovesComeSeldom(t *testing.T) {
	for _, row := range []struct {
		pause     time.Duration // between moves
		low, high time.Duration // of the rest that is asked for after the last
	}{
		{time.Second / 60, restLeast - 5*time.Millisecond, restLeast + 5*time.Millisecond},
		{90 * time.Millisecond, 200 * time.Millisecond, 280 * time.Millisecond},
		{350 * time.Millisecond, restMost - 5*time.Millisecond, restMost},
	} {
		v := newViewport(test.NewTempWindow(t, nil).Canvas())
		for range 12 {
			v.mu.Lock()
			v.moved = time.Now().Add(-row.pause)
			v.mu.Unlock()
			v.steer(func(c render.Camera) render.Camera { c.Yaw += 0.1; return c })
		}
		if got := v.rest(); got < row.low || got > row.high {
			t.Errorf("moves %s apart: full pictures after %s, want %s to %s", row.pause, got, row.low, row.high)
		}
		v.mu.Lock()
		v.moved = time.Now().Add(-restMost)
		camera := v.frame.Camera
		v.mu.Unlock()
		if got := v.rest(); got != 0 {
			t.Errorf("a camera that stands still rests %s from now", got)
		}
		if v.turned(camera) {
			t.Error("a camera that stands still turned")
		}
		v.steer(func(c render.Camera) render.Camera { c.Yaw++; return c })
		if !v.turned(camera) {
			t.Error("a camera that turned stands still")
		}
	}
}

// TestASlowDraftIsRefined: where a draft takes longer than the camera has to
// rest, it stands still when the draft is there, and nobody asks again.
func TestASlowDraftIsRefined(t *testing.T) {
	v := newViewport(test.NewTempWindow(t, nil).Canvas())
	for _, row := range []struct {
		last    drawn
		refined bool
	}{
		{drawn{width: 320, height: 200}, true},
		{drawn{width: 320, height: 200, full: true, samples: 3}, true},
		{drawn{width: 320, height: 200, full: true, samples: samplesEnough}, false},
		{drawn{}, false}, // nothing was drawn that could be finer
	} {
		p := newPainter(Readback, nil, nil)
		p.drawn = row.last
		woke := make(chan bool, 1)
		go func() { woke <- p.waits(v) }()
		select {
		case <-woke:
			if !row.refined {
				t.Errorf("%+v is drawn again", row.last)
			}
		case <-time.After(200 * time.Millisecond):
			if row.refined {
				t.Errorf("%+v is never refined", row.last)
			}
			close(p.quit)
		}
	}
}
