package desktop

import (
	"errors"

	"fyne.io/fyne/v2"

	"github.com/glasstwin/glasstwin/app"
	"github.com/glasstwin/glasstwin/render"
	"github.com/glasstwin/glasstwin/twin"
)

// Hands do in the window what a person would do, for a demonstration that
// plays by itself. Every method returns when the window has done it; none may
// be called on the interface's thread.
type Hands struct{ w *window }

// Seen is the view that the window shows.
func (h Hands) Seen() (v app.View) {
	fyne.DoAndWait(func() { v = h.w.now })
	return v
}

// Choose selects a case, as its card does, and looks at the thing it is about.
func (h Hands) Choose(id twin.CaseID) {
	fyne.DoAndWait(func() {
		for _, c := range h.w.now.Cases {
			if c.Situation.Case == id {
				h.w.selectCase(c)
				h.w.frameSelected()
			}
		}
	})
}

// Level switches between what a manager and what an expert is shown.
func (h Hands) Level() { fyne.DoAndWait(h.w.switchLevel) }

// Overview looks at everything.
func (h Hands) Overview() { fyne.DoAndWait(h.w.overview) }

// Approve presses the Approve button.
func (h Hands) Approve() (err error) {
	fyne.DoAndWait(func() {
		if b := h.w.why.approve; b != nil && !b.Disabled() {
			b.Tapped(nil)
			return
		}
		err = errors.New("the window offers nothing to approve")
	})
	return err
}

// Drawn counts the frames of the scene so far.
func (h Hands) Drawn() (n int) {
	fyne.DoAndWait(func() {
		if h.w.view.paint != nil {
			n = h.w.view.paint.figures().drawn
		}
	})
	return n
}

// Drag moves the mouse over the scene with its button down, by some of Fyne's
// units, and returns when the camera has followed.
func (h Hands) Drag(dx, dy float32) {
	fyne.DoAndWait(func() {
		h.w.view.Dragged(&fyne.DragEvent{Dragged: fyne.NewDelta(dx, dy)})
	})
}

// Camera is where the scene is looked at from.
func (h Hands) Camera() (c render.Camera) {
	fyne.DoAndWait(func() {
		h.w.view.mu.Lock()
		defer h.w.view.mu.Unlock()
		c = h.w.view.frame.Camera
	})
	return c
}

// Wait returns when the interface's thread has answered.
func (h Hands) Wait() { fyne.DoAndWait(func() {}) }
