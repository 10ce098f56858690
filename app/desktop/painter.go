package desktop

import (
	"errors"
	"fmt"
	"image"
	"runtime"
	"slices"
	"sync"
	"time"

	"fyne.io/fyne/v2"
	gl2 "github.com/go-gl/gl/v2.1/gl"
	gl41 "github.com/go-gl/gl/v4.1-core/gl"
	"github.com/go-gl/glfw/v3.3/glfw"

	"github.com/glasstwin/glasstwin/render"
	"github.com/glasstwin/glasstwin/render/gl"
	"github.com/glasstwin/glasstwin/render/pace"
	"github.com/glasstwin/glasstwin/scene"
)

// painter owns the render goroutine: a locked thread with a GL context of its
// own, in a hidden window. It draws into a ring of targets; the widget shows
// the newest that is done. Its owner is the viewport, which stops it before the
// window closes.
type painter struct {
	presenter Presenter
	open      func(*scene.Scene) (Picture, error)
	trouble   func(error)  // on the interface's thread
	shown     func(Glance) // likewise; nil: nobody listens

	hidden  *glfw.Window
	started bool
	inlay   inlay
	drawn   drawn     // this and pace: the renderer's thread only
	pace    pace.Pace // of this machine
	woken   chan struct{}
	quit    chan struct{}
	done    chan struct{}

	mu            sync.Mutex
	width, height int // pixels wanted
	ring          *ring
	picks         []pickRequest
	stats         frameStats
	err           error
}

type pickRequest struct {
	x, y int
	told func(render.Hit)
}

// drawn is what the picture before showed.
type drawn struct {
	full          bool // no draft
	width, height int
	camera        render.Camera
	turn          int
	samples       int     // that it is the mean of
	scale         float64 // of a draft: part of the pixels' edge that it drew
}

// coarse tells whether the same can be shown finer: it is a draft, however long it
// took, or a mean of few.
func (d *drawn) coarse() bool {
	return d.width > 0 && (!d.full || d.samples < samplesEnough)
}

// blurred tells whether it is a draft of too few pixels of what a frame shows.
func (d *drawn) blurred(f *render.Frame) bool {
	return d.width > 0 && !d.full && d.scale < 1 && d.camera == f.Camera
}

// since tells what a full frame shows anew.
func (d *drawn) since(f *render.Frame, turn int) render.Since {
	switch {
	case !d.full || d.camera != f.Camera || d.width != f.Width || d.height != f.Height:
		return render.Everything
	case d.turn != turn:
		return render.Content
	}
	return render.Nothing
}

// samplesEnough is of how many pictures the mean is taken while nothing changes.
const samplesEnough = 24

// frameStats is what the F3 overlay shows.
type frameStats struct {
	last  render.Stats
	took  time.Duration
	drawn int
	scale float64 // part of the pixels' edge that a draft draws
}

func newPainter(p Presenter, open func(*scene.Scene) (Picture, error), trouble func(error)) *painter {
	return &painter{
		presenter: p, open: open, trouble: trouble, ring: newRing(),
		woken: make(chan struct{}, 1), quit: make(chan struct{}), done: make(chan struct{}),
	}
}

// present is called while Fyne paints. It starts the renderer at the first
// call, when Fyne's context exists and is current.
func (p *painter) present(v *viewport, width, height int) image.Image {
	if !p.started {
		p.started = true
		if software := softwareGL(); p.presenter == Choose || software {
			if !software {
				p.inlay.window = nil
			}
			p.presenter = Readback // software GL crashes on a share group that two threads draw with
		}
		if err := p.start(v); err != nil {
			p.fail(err)
			close(p.done)
		}
	}
	p.mu.Lock()
	resized := p.width != width || p.height != height
	p.width, p.height = width, height
	p.mu.Unlock()
	if resized {
		p.wake()
	}
	defer p.tell()
	if p.presenter == Shared {
		p.ring.blit(v, width, height)
		rearm(v)
		return nothing
	}
	p.inlay.painted(v, width, height)
	if img := p.ring.pixels(); img != nil {
		return img
	}
	return nothing
}

// come brings a new picture into the window. Window's thread.
func (p *painter) come(v *viewport) {
	if !p.ring.fresh() {
		return // it was painted with something else
	}
	if p.presenter == Readback && p.inlay.put(v, p.ring.pixels()) {
		p.tell()
		return
	}
	dirty(v, p.presenter)
}

// tell tells of the picture in the window once.
func (p *painter) tell() {
	if g, fresh := p.ring.glance(); fresh && p.shown != nil {
		g.At = time.Now()
		p.shown(g)
	}
}

// start makes the hidden window (main thread only, as GLFW demands) and hands
// its context to the render goroutine.
func (p *painter) start(v *viewport) error {
	hidden, err := p.makeHidden()
	if err != nil {
		version, renderer := "", "" // of the window's context, which is current
		if gl2.Init() == nil {
			version, renderer = gl2.GoStr(gl2.GetString(gl2.VERSION)), gl2.GoStr(gl2.GetString(gl2.RENDERER))
		}
		return gl.Unsupported(version, renderer, err)
	}
	p.hidden = hidden
	go p.run(v)
	return nil
}

// makeHidden makes the window whose context the renderer draws in. A context
// that shares nothing is made by EGL where there is one: Mesa's software GL
// looks through the work of every context of one driver screen without a lock
// (llvmpipe_is_resource_referenced, Mesa 22), and the contexts of Fyne's GLX
// would be on the same one.
func (p *painter) makeHidden() (*glfw.Window, error) {
	defer glfw.DefaultWindowHints() // or Fyne's next window inherits ours
	make := func(api int, share *glfw.Window) (*glfw.Window, error) {
		glfw.DefaultWindowHints()
		glfw.WindowHint(glfw.Visible, glfw.False)
		glfw.WindowHint(glfw.ContextVersionMajor, 4)
		glfw.WindowHint(glfw.ContextVersionMinor, 1)
		glfw.WindowHint(glfw.OpenGLProfile, glfw.OpenGLCoreProfile)
		glfw.WindowHint(glfw.OpenGLForwardCompatible, glfw.True)
		glfw.WindowHint(glfw.ContextCreationAPI, api)
		return glfw.CreateWindow(16, 16, "", nil, share)
	}
	if p.presenter == Shared {
		return make(glfw.NativeContextAPI, glfw.GetCurrentContext())
	}
	if runtime.GOOS == "linux" {
		if w, err := make(glfw.EGLContextAPI, nil); err == nil {
			return w, nil
		}
	}
	return make(glfw.NativeContextAPI, nil)
}

// A context can be lost: the driver was renewed, the graphics processor was
// reset or unplugged, a laptop woke up. Then everything is made anew, in a
// context that shares nothing with the window's, which may be lost as well.
const (
	renewalsMost  = 3 // within renewalsReach
	renewalsReach = time.Minute
)

func (p *painter) run(v *viewport) {
	defer close(p.done)
	runtime.LockOSThread() // never unlocked: the thread ends with its context
	defer glfw.DetachCurrentContext()
	var renewed []time.Time
	for {
		drew, err := p.paint(v)
		if err == nil {
			return
		}
		now := time.Now()
		renewed = slices.DeleteFunc(renewed, func(t time.Time) bool { return now.Sub(t) > renewalsReach })
		if !drew || len(renewed) == renewalsMost {
			p.fail(err)
			return
		}
		renewed = append(renewed, now)
		if again := p.renew(); again != nil {
			p.fail(fmt.Errorf("%w; a new context: %w", err, again))
			return
		}
	}
}

// renew puts another hidden window in the place of the one whose context was
// lost. Windows are made on the main thread.
func (p *painter) renew() error {
	glfw.DetachCurrentContext()
	made := make(chan error, 1)
	fyne.Do(func() {
		select {
		case <-p.quit: // the main thread waits for the renderer, and will not use another
			made <- nil
			return
		default:
		}
		p.hidden.Destroy()
		p.presenter = Readback
		var err error
		p.hidden, err = p.makeHidden()
		made <- err
	})
	select {
	case err := <-made:
		p.ring.forget()
		p.drawn = drawn{}
		p.wake()
		return err
	case <-p.quit:
		return nil
	}
}

// paint draws until the window closes, or until something fails; drew tells that
// it did draw until then.
func (p *painter) paint(v *viewport) (drew bool, err error) {
	select {
	case <-p.quit:
		return false, nil
	default:
	}
	p.hidden.MakeContextCurrent()
	if err := gl41.InitWithProcAddrFunc(glfw.GetProcAddress); err != nil {
		return false, fmt.Errorf("load OpenGL 4.1: %w", err)
	}
	open := &pictures{open: p.open}
	defer open.Close()
	if _, err := open.follow(v.shown()); err != nil {
		return false, err
	}
	for p.waits(v) {
		// The window shows the last picture until the new scene's first.
		anew, err := open.follow(v.shown())
		if err != nil {
			return false, err
		}
		if anew {
			p.drawn = drawn{}
		}
		if err := p.draw(v, open); err != nil {
			return drew, err
		}
		drew = true
	}
	p.ring.release()
	return drew, nil
}

// waits sleeps until a frame is wanted; false when the window closes. A draft
// is followed by a full frame once the camera rests, and that one by finer ones.
func (p *painter) waits(v *viewport) bool {
	var refine <-chan time.Time
	rest := v.rest()
	moves := rest > 0
	if moves || p.drawn.coarse() {
		wait := time.Duration(0)
		if moves {
			wait = rest
		}
		refine = time.After(wait)
		select { // a frame asked for meanwhile comes first
		case <-p.woken:
			return true
		default:
		}
	}
	select {
	case <-p.quit:
		return false
	case <-p.woken:
	case <-refine:
	}
	return true
}

// frameLeast paces drawing to a common screen's rate.
const frameLeast = time.Second / 60

func (p *painter) draw(v *viewport, picture *pictures) error {
	p.mu.Lock()
	width, height, picks := p.width, p.height, p.picks
	p.picks = nil
	p.mu.Unlock()
	if width < 1 || height < 1 {
		return nil
	}
	begun := time.Now()
	f, on, turn := v.upcoming(width, height)
	if on != picture.of() { // changed this moment: the frame fits another picture
		p.mu.Lock()
		p.picks = append(picks, p.picks...)
		p.mu.Unlock()
		p.wake()
		return nil
	}
	for _, ask := range picks {
		hit, _ := picture.Pick(f, ask.x, ask.y)
		fyne.Do(func() { ask.told(hit) })
	}
	f.Draft = f.Draft && !p.pace.Full()
	f.DraftScale = p.pace.Scale()
	sharpens := !f.Draft && p.drawn.blurred(&f) && p.pace.Sharpen(v.rested())
	if sharpens {
		f.Draft, f.DraftScale = true, 1
	}
	f.Since = p.drawn.since(&f, turn)
	slot, err := p.ring.acquire(width, height)
	if err != nil {
		return err
	}
	if !f.Draft && !p.pace.Full() {
		f.Unwanted = func() bool { return v.turned(f.Camera) }
	}
	stats, err := picture.Draw(slot.fbo, f)
	if errors.Is(err, render.ErrUnwanted) {
		p.drawn = drawn{}
		p.wake()
		return nil
	}
	if err != nil {
		return fmt.Errorf("draw a frame: %w", err)
	}
	p.drawn = drawn{full: !f.Draft, width: width, height: height, camera: f.Camera, turn: turn, samples: stats.Samples, scale: f.DraftScale}
	if stats.Pending {
		p.drawn.samples = 0 // it is drawn again until the light of its hour is there
	}
	p.ring.publish(slot, p.presenter == Readback, Glance{Camera: f.Camera, Draft: f.Draft, Sharp: !f.Draft || f.DraftScale == 1, Samples: stats.Samples, Pending: stats.Pending})
	took := time.Since(begun)
	switch {
	case sharpens: // it is worth more than a draft's time
	case f.Draft:
		p.pace.Drafted(took)
	default:
		p.pace.Took(took, f.Since != render.Nothing)
	}
	p.mu.Lock()
	p.stats = frameStats{last: stats, took: took, drawn: p.stats.drawn + 1, scale: f.DraftScale}
	p.mu.Unlock()
	fyne.Do(func() { p.come(v) })
	if sharpens {
		p.wake() // all of the light follows
	} else if f.Draft {
		p.rest(v, frameLeast-took)
	} else {
		p.rest(v, max(frameLeast-took, took))
	}
	return nil
}

// rest leaves the processor to others: a still camera is worth at most half of
// it. A camera that moves ends the rest.
func (p *painter) rest(v *viewport, d time.Duration) {
	if d <= 0 {
		return
	}
	over := time.NewTimer(d)
	defer over.Stop()
	asked := false
	for {
		select {
		case <-p.quit:
			return
		case <-p.woken:
			asked = true
			if v.rest() == 0 {
				continue
			}
		case <-over.C:
		}
		if asked {
			p.wake()
		}
		return
	}
}

// pick asks what stands under a pixel; told is called on the interface's
// thread, with the zero hit for nothing.
func (p *painter) pick(x, y int, told func(render.Hit)) {
	p.mu.Lock()
	p.picks = append(p.picks, pickRequest{x, y, told})
	p.mu.Unlock()
	p.wake()
}

func (p *painter) wake() {
	select {
	case p.woken <- struct{}{}:
	default:
	}
}

func (p *painter) figures() frameStats {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.stats
}

func (p *painter) fail(err error) {
	p.mu.Lock()
	p.err = err
	p.mu.Unlock()
	fyne.Do(func() { p.trouble(err) })
}

func (p *painter) failure() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.err
}

// stop joins the renderer; it must be called on the main thread.
func (p *painter) stop() {
	if !p.started {
		return
	}
	close(p.quit)
	<-p.done
	if p.hidden != nil {
		p.hidden.Destroy()
		p.hidden = nil
	}
	p.started = false
}
