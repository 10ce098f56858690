package desktop

import (
	"image"

	"fyne.io/fyne/v2"
	gl2 "github.com/go-gl/gl/v2.1/gl"
	"github.com/go-gl/glfw/v3.3/glfw"
)

// inlay puts a new picture into the window without Fyne's painting all that
// stands around it, which takes the processor as long as a draft: for software
// GL, which copies the buffer that it draws into to the screen and keeps it.
// Whatever else changes is painted by Fyne, with the newest picture in it. Its
// owner is the painter; all of it belongs to the window's thread.
type inlay struct {
	window  contextual // nil: its context cannot be reached
	trial   trial
	texture uint32
	fbo     uint32 // over the texture
	size    image.Point
	last    place2D // where Fyne painted the picture last
	armed   bool    // Fyne will ask for the picture when it paints next
}

// contextual is what Fyne's windows have beside their public methods.
type contextual interface{ RunWithContext(func()) }

// trial is what is known of whether the window keeps what was drawn.
type trial int

const (
	untried trial = iota
	keeps
	loses
)

// place2D is where a picture is in the window's pixels.
type place2D struct {
	rect   image.Rectangle
	window image.Point // the window's own size
}

// placed is where the picture is now; the window's context must be current.
// The zero place: it is not in the window.
func placed(v *viewport, width, height int) place2D {
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(v.raster)
	if at.IsZero() {
		return place2D{} // nothing of it is visible: the bar is always above it
	}
	x, y := v.screen.PixelCoordinateForPosition(at)
	w, h := glfw.GetCurrentContext().GetFramebufferSize()
	return place2D{image.Rect(x, y, x+width, y+height), image.Pt(w, h)}
}

// painted is told that Fyne paints the picture.
func (n *inlay) painted(v *viewport, width, height int) {
	n.last, n.armed = placed(v, width, height), false
}

// put shows a picture; false: Fyne must.
func (n *inlay) put(v *viewport, img *image.RGBA) bool {
	flag, ok := v.screen.(dirtyFlag)
	if !ok || n.window == nil || n.trial == loses || img == nil || n.last == (place2D{}) {
		return false
	}
	if flag.CheckDirtyAndClear() {
		flag.SetDirty() // everything is painted at once
		return false
	}
	if img.Rect.Size() != n.last.rect.Size() || v.screen.Overlays().Top() != nil || v.covered != nil && v.covered() {
		return false
	}
	done := false
	n.window.RunWithContext(func() {
		if placed(v, img.Rect.Dx(), img.Rect.Dy()) != n.last {
			return
		}
		if n.trial == untried {
			n.try()
		}
		if n.trial == keeps {
			n.draw(img)
			glfw.GetCurrentContext().SwapBuffers()
			done = true
		}
	})
	if done && !n.armed {
		rearm(v)
		n.armed = true
	}
	return done
}

// corner is a pixel of the picture, counted from below.
func (n *inlay) corner() (x, y int32) {
	return int32(n.last.rect.Min.X), int32(n.last.window.Y - n.last.rect.Max.Y)
}

// try marks one pixel twice, and looks for it after it was shown: where buffers
// take turns, another one comes.
func (n *inlay) try() {
	n.trial = keeps
	x, y := n.corner()
	gl2.Enable(gl2.SCISSOR_TEST)
	gl2.Scissor(x, y, 1, 1)
	for _, mark := range [][3]byte{{0xFF, 0, 0xFF}, {0, 0xFF, 0}} {
		gl2.ClearColor(float32(mark[0])/0xFF, float32(mark[1])/0xFF, float32(mark[2])/0xFF, 1)
		gl2.Clear(gl2.COLOR_BUFFER_BIT)
		glfw.GetCurrentContext().SwapBuffers()
		var got [4]byte
		gl2.ReadPixels(x, y, 1, 1, gl2.RGBA, gl2.UNSIGNED_BYTE, gl2.Ptr(&got[0]))
		if [3]byte(got[:3]) != mark {
			n.trial = loses
			break
		}
	}
	gl2.Disable(gl2.SCISSOR_TEST)
}

// draw copies the picture into its place in the window's buffer.
func (n *inlay) draw(img *image.RGBA) {
	if n.texture == 0 {
		gl2.GenTextures(1, &n.texture)
		gl2.GenFramebuffers(1, &n.fbo)
	}
	size := img.Rect.Size()
	gl2.ActiveTexture(gl2.TEXTURE0)
	gl2.BindTexture(gl2.TEXTURE_2D, n.texture)
	if n.size != size {
		n.size = size
		gl2.TexImage2D(gl2.TEXTURE_2D, 0, gl2.RGBA8, int32(size.X), int32(size.Y), 0, gl2.RGBA, gl2.UNSIGNED_BYTE, nil)
		gl2.TexParameteri(gl2.TEXTURE_2D, gl2.TEXTURE_MIN_FILTER, gl2.NEAREST)
	}
	gl2.TexSubImage2D(gl2.TEXTURE_2D, 0, 0, 0, int32(size.X), int32(size.Y), gl2.RGBA, gl2.UNSIGNED_BYTE, gl2.Ptr(img.Pix))
	gl2.BindFramebuffer(gl2.READ_FRAMEBUFFER, n.fbo)
	gl2.FramebufferTexture2D(gl2.READ_FRAMEBUFFER, gl2.COLOR_ATTACHMENT0, gl2.TEXTURE_2D, n.texture, 0)
	x, y := n.corner()
	w, h := int32(size.X), int32(size.Y)
	gl2.BlitFramebuffer(0, h, w, 0, x, y, x+w, y+h, gl2.COLOR_BUFFER_BIT, gl2.NEAREST) // the picture's first row is its top
	gl2.BindFramebuffer(gl2.READ_FRAMEBUFFER, 0)
	gl2.BindTexture(gl2.TEXTURE_2D, 0)
}
