// Package offscreen draws scenes into pictures without a window that anyone
// sees: for the command line, for reports and for tests. It owns a hidden GLFW
// window or, where there is no display, a context that EGL makes on a graphics card
// or for the processor, and the thread that this lives on. It must never know how
// anything is drawn. Start reading at Open.
//
// GLFW wants its windows made on the process's main thread. Linux and Windows
// take any one thread that stays the same, which is what Open gives it; macOS
// does not, so there pictures come from the window of app/desktop only. A
// process that shows Fyne's window must not open a Renderer beside it.
package offscreen

import (
	"errors"
	"fmt"
	"image"
	"runtime"
	"slices"
	"time"

	gl41 "github.com/go-gl/gl/v4.1-core/gl"

	"github.com/glasstwin/glasstwin/render"
	"github.com/glasstwin/glasstwin/render/gl"
	"github.com/glasstwin/glasstwin/scene"
)

// ErrNoDisplay says that there is no display to open a window on, and that no
// context is made without one.
var ErrNoDisplay = errors.New("no display: run it under xvfb-run, or set DISPLAY to one")

// Renderer draws pictures of one scene. Its methods may be called from any
// goroutine; they run one after another on the renderer's own thread.
type Renderer struct {
	calls chan func()
	done  chan struct{}

	target        target
	picture       *gl.Renderer
	other         *gl.Renderer // of the scene right of it; nil: there is one scene
	pair          gl.Pair
	fbo, texture  uint32
	width, height int
	rows          []byte
}

// Open prepares a scene for drawing. Close gives everything back.
func Open(sc *scene.Scene, o gl.Options) (*Renderer, error) { return openAll(sc, nil, o) }

// OpenPair prepares two scenes for being drawn side by side: a frame of the left
// one, and the frame beside it of the right one. Every frame must have both.
func OpenPair(left, right *scene.Scene, o gl.Options) (*Renderer, error) {
	return openAll(left, right, o)
}

func openAll(sc, other *scene.Scene, o gl.Options) (*Renderer, error) {
	r := &Renderer{calls: make(chan func()), done: make(chan struct{})}
	opened := make(chan error)
	go func() {
		defer close(r.done)
		runtime.LockOSThread() // never unlocked: the thread ends with its context
		err := r.open(sc, other, o)
		opened <- err
		if err != nil {
			return
		}
		for call := range r.calls {
			call()
		}
		r.release()
	}()
	if err := <-opened; err != nil {
		<-r.done
		return nil, err
	}
	return r, nil
}

func (r *Renderer) open(sc, other *scene.Scene, o gl.Options) (err error) {
	if r.target, err = openTarget(); err != nil {
		return err
	}
	if r.picture, err = gl.New(sc, o); err != nil {
		r.release()
		return fmt.Errorf("prepare the scene for drawing: %w", err)
	}
	if other == nil {
		return nil
	}
	if r.other, err = gl.New(other, o); err != nil {
		r.release()
		return fmt.Errorf("prepare the other scene for drawing: %w", err)
	}
	r.pair.Left, r.pair.Right = r.picture, r.other
	return nil
}

func (r *Renderer) release() {
	if r.other != nil {
		r.pair.Close()
		r.other.Close()
	}
	if r.picture != nil {
		r.picture.Close()
	}
	if r.texture != 0 {
		gl41.DeleteFramebuffers(1, &r.fbo)
		gl41.DeleteTextures(1, &r.texture)
	}
	r.target.free()
}

// do runs a call on the renderer's thread and waits for it.
func (r *Renderer) do(call func()) {
	ready := make(chan struct{})
	r.calls <- func() { defer close(ready); call() }
	<-ready
}

// samplesUsual smooths edges and soft shade so that more would not be seen.
const samplesUsual = 8

// Image draws a frame, top row first, opaque. One that asks for no number of
// samples is the mean of eight. It does not depend on how fast the machine is.
func (r *Renderer) Image(f render.Frame) (img *image.RGBA, stats render.Stats, err error) {
	if f.Samples == 0 {
		f.Samples = samplesUsual
	}
	r.do(func() {
		r.picture.Complete()
		if r.other != nil {
			r.other.Complete()
		}
		if stats, err = r.draw(f); err == nil {
			img = r.read()
		}
	})
	return img, stats, err
}

// Draw draws a frame and waits until it is done, without reading it back: for
// measuring. Levels of detail that are not made yet are not waited for.
func (r *Renderer) Draw(f render.Frame) (stats render.Stats, err error) {
	r.do(func() {
		stats, err = r.draw(f)
		gl41.Finish()
	})
	return stats, err
}

// Time measures each pass of the frames that follow until Passes is called.
// With software GL it waits for each pass, which slows frames down.
func (r *Renderer) Time(spent func() time.Duration) {
	r.do(func() {
		r.picture.Time(gl.Software(), spent)
	})
}

// Passes returns what the passes took since Time, means of a frame.
func (r *Renderer) Passes() (list []render.Pass) {
	r.do(func() { list = r.picture.Passes() })
	return list
}

// Device names what draws, as the graphics driver calls it.
func (r *Renderer) Device() (name string) {
	r.do(func() { name = gl41.GoStr(gl41.GetString(gl41.RENDERER)) })
	return name
}

// Notes tells what of the scene is not drawn as it is.
func (r *Renderer) Notes() (list []string) {
	r.do(func() {
		list = r.picture.Notes()
		if r.other != nil {
			list = append(slices.Clone(list), r.other.Notes()...)
		}
	})
	return list
}

// Pick tells what stands under a pixel, counted from the top left.
func (r *Renderer) Pick(f render.Frame, x, y int) (hit render.Hit, ok bool) {
	r.do(func() {
		if r.other != nil {
			hit, ok = r.pair.Pick(f, x, y)
			return
		}
		hit, ok = r.picture.Pick(f, x, y)
	})
	return hit, ok
}

// Close ends the thread. The renderer must not be used afterwards.
func (r *Renderer) Close() {
	close(r.calls)
	<-r.done
}

func (r *Renderer) draw(f render.Frame) (render.Stats, error) {
	if err := r.resize(f.Width, f.Height); err != nil {
		return render.Stats{}, err
	}
	if r.other != nil {
		return r.pair.Draw(r.fbo, f)
	}
	return r.picture.Draw(r.fbo, f)
}

func (r *Renderer) resize(width, height int) error {
	if width == r.width && height == r.height {
		return nil
	}
	var most int32
	gl41.GetIntegerv(gl41.MAX_TEXTURE_SIZE, &most)
	if width < 1 || height < 1 || width > int(most) || height > int(most) {
		return fmt.Errorf("draw a picture of %d×%d pixels: the graphics driver takes 1 to %d", width, height, most)
	}
	if r.texture == 0 {
		gl41.GenTextures(1, &r.texture)
		gl41.GenFramebuffers(1, &r.fbo)
	}
	gl41.BindTexture(gl41.TEXTURE_2D, r.texture)
	gl41.TexImage2D(gl41.TEXTURE_2D, 0, gl41.RGBA8, int32(width), int32(height), 0, gl41.RGBA, gl41.UNSIGNED_BYTE, nil)
	gl41.TexParameteri(gl41.TEXTURE_2D, gl41.TEXTURE_MIN_FILTER, gl41.LINEAR)
	gl41.BindFramebuffer(gl41.FRAMEBUFFER, r.fbo)
	gl41.FramebufferTexture2D(gl41.FRAMEBUFFER, gl41.COLOR_ATTACHMENT0, gl41.TEXTURE_2D, r.texture, 0)
	if state := gl41.CheckFramebufferStatus(gl41.FRAMEBUFFER); state != gl41.FRAMEBUFFER_COMPLETE {
		return fmt.Errorf("make a picture of %d×%d pixels: the driver says 0x%x; ask for a smaller one", width, height, state)
	}
	r.width, r.height, r.rows = width, height, make([]byte, 4*width*height)
	return nil
}

func (r *Renderer) read() *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, r.width, r.height))
	gl41.BindFramebuffer(gl41.READ_FRAMEBUFFER, r.fbo)
	gl41.PixelStorei(gl41.PACK_ALIGNMENT, 1)
	gl41.ReadPixels(0, 0, int32(r.width), int32(r.height), gl41.RGBA, gl41.UNSIGNED_BYTE, gl41.Ptr(r.rows))
	for y := range r.height {
		copy(img.Pix[y*img.Stride:(y+1)*img.Stride], r.rows[(r.height-1-y)*img.Stride:])
	}
	for i := 3; i < len(img.Pix); i += 4 {
		img.Pix[i] = 0xFF
	}
	return img
}
