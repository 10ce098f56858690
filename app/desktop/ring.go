package desktop

import (
	"fmt"
	"image"
	"os"
	"strings"
	"sync"
	"unsafe"

	"fyne.io/fyne/v2"
	gl2 "github.com/go-gl/gl/v2.1/gl"
	gl41 "github.com/go-gl/gl/v4.1-core/gl"
	"github.com/go-gl/glfw/v3.3/glfw"
)

// ring passes pictures from the renderer's thread to the window's. One slot is
// being drawn, one is the newest, one is on the screen; the fourth keeps the
// renderer from waiting for any of them.
type ring struct {
	mu     sync.Mutex
	slots  [4]slot
	newest int // index, -1 before the first picture
	shown  int
	ready  bool // the window's GL functions are loaded
	count  int  // pictures so far
	told   int  // of which the last that was told of

	rows []byte // of a picture as OpenGL has it; the renderer's thread only
}

type slot struct {
	index         int
	fbo, texture  uint32 // of the renderer's context; textures are shared, framebuffers are not
	width, height int
	drawn, used   uintptr // fences: by the renderer, by the window
	mirror        uint32  // framebuffer over texture in the window's context
	mirrored      uint32  // texture that mirror holds
	image         *image.RGBA
	number        int // of the picture, from 1
	glance        Glance
}

func newRing() *ring {
	r := &ring{newest: -1, shown: -1}
	for i := range r.slots {
		r.slots[i].index = i
	}
	return r
}

// acquire returns a slot that nobody looks at, of the wanted size. Renderer's
// thread.
func (r *ring) acquire(width, height int) (*slot, error) {
	r.mu.Lock()
	i := 0
	for i == r.newest || i == r.shown {
		i++
	}
	s := &r.slots[i]
	used := s.used
	s.used = 0
	r.mu.Unlock()
	if used != 0 {
		gl41.WaitSync(used, 0, gl41.TIMEOUT_IGNORED)
		gl41.DeleteSync(used)
	}
	if s.width == width && s.height == height {
		return s, nil
	}
	if s.texture == 0 {
		gl41.GenTextures(1, &s.texture)
		gl41.GenFramebuffers(1, &s.fbo)
	}
	gl41.BindTexture(gl41.TEXTURE_2D, s.texture)
	gl41.TexImage2D(gl41.TEXTURE_2D, 0, gl41.RGBA8, int32(width), int32(height), 0, gl41.RGBA, gl41.UNSIGNED_BYTE, nil)
	gl41.TexParameteri(gl41.TEXTURE_2D, gl41.TEXTURE_MIN_FILTER, gl41.LINEAR)
	gl41.BindFramebuffer(gl41.FRAMEBUFFER, s.fbo)
	gl41.FramebufferTexture2D(gl41.FRAMEBUFFER, gl41.COLOR_ATTACHMENT0, gl41.TEXTURE_2D, s.texture, 0)
	if state := gl41.CheckFramebufferStatus(gl41.FRAMEBUFFER); state != gl41.FRAMEBUFFER_COMPLETE {
		return nil, fmt.Errorf("make a picture of %d×%d pixels: the driver says 0x%x; make the window smaller", width, height, state)
	}
	s.width, s.height = width, height
	return s, nil
}

// publish makes a drawn slot the newest once the GPU is done with it.
// Renderer's thread.
func (r *ring) publish(s *slot, copyOut bool, g Glance) {
	if copyOut {
		s.image = r.readBack(s)
	} else {
		fence := gl41.FenceSync(gl41.SYNC_GPU_COMMANDS_COMPLETE, 0)
		const patience = 1e9 // ns; a frame that takes longer is shown when it comes
		gl41.ClientWaitSync(fence, gl41.SYNC_FLUSH_COMMANDS_BIT, patience)
		if s.drawn != 0 {
			gl41.DeleteSync(s.drawn)
		}
		s.drawn = fence
	}
	r.mu.Lock()
	r.newest = s.index
	r.count++
	s.number, s.glance = r.count, g
	r.mu.Unlock()
}

// fresh tells whether the newest picture is not on the screen yet. Window's thread.
func (r *ring) fresh() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.newest >= 0 && r.slots[r.newest].number != r.told
}

// glance tells of the picture on the screen, if it was not told of yet. Window's
// thread.
func (r *ring) glance() (g Glance, fresh bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.shown < 0 || r.slots[r.shown].number == r.told {
		return Glance{}, false
	}
	r.told = r.slots[r.shown].number
	return r.slots[r.shown].glance, true
}

// readBack copies the pixels of a slot, top row first. The image is fresh each
// time because Fyne may still upload the one before.
func (r *ring) readBack(s *slot) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, s.width, s.height))
	if len(r.rows) != len(img.Pix) {
		r.rows = make([]byte, len(img.Pix))
	}
	rows := r.rows
	gl41.BindFramebuffer(gl41.READ_FRAMEBUFFER, s.fbo)
	gl41.PixelStorei(gl41.PACK_ALIGNMENT, 1)
	gl41.ReadPixels(0, 0, int32(s.width), int32(s.height), gl41.RGBA, gl41.UNSIGNED_BYTE, unsafe.Pointer(&rows[0]))
	for y := range s.height {
		row := img.Pix[y*img.Stride : (y+1)*img.Stride]
		copy(row, rows[(s.height-1-y)*img.Stride:])
		for i := 3; i < len(row); i += 4 {
			row[i] = 0xFF // coverage left by glass must not show the window behind
		}
	}
	return img
}

// pixels is the newest copied picture, nil before the first. Window's thread.
func (r *ring) pixels() *image.RGBA {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.newest < 0 {
		return nil
	}
	r.shown = r.newest
	return r.slots[r.newest].image
}

// blit copies the newest picture into the window. Window's thread, its context
// current.
func (r *ring) blit(v *viewport, width, height int) {
	if !r.ready {
		if err := gl2.Init(); err != nil {
			return
		}
		r.ready = true
	}
	r.mu.Lock()
	if r.newest < 0 {
		r.mu.Unlock()
		return
	}
	r.shown = r.newest
	s := &r.slots[r.shown]
	r.mu.Unlock()
	gl2.WaitSync(s.drawn, 0, gl2.TIMEOUT_IGNORED)
	if s.mirror == 0 {
		gl2.GenFramebuffers(1, &s.mirror)
	}
	gl2.BindFramebuffer(gl2.READ_FRAMEBUFFER, s.mirror)
	if s.mirrored != s.texture {
		gl2.FramebufferTexture2D(gl2.READ_FRAMEBUFFER, gl2.COLOR_ATTACHMENT0, gl2.TEXTURE_2D, s.texture, 0)
		s.mirrored = s.texture
	}
	x, y := v.screen.PixelCoordinateForPosition(fyne.CurrentApp().Driver().AbsolutePositionForObject(v.raster))
	_, full := glfw.GetCurrentContext().GetFramebufferSize()
	filter := uint32(gl2.NEAREST)
	if s.width != width || s.height != height {
		filter = gl2.LINEAR
	}
	gl2.BlitFramebuffer(0, 0, int32(s.width), int32(s.height),
		int32(x), int32(full-y-height), int32(x+width), int32(full-y), gl2.COLOR_BUFFER_BIT, filter)
	gl2.BindFramebuffer(gl2.READ_FRAMEBUFFER, 0)
	fence := gl2.FenceSync(gl2.SYNC_GPU_COMMANDS_COMPLETE, 0)
	r.mu.Lock()
	old := s.used
	s.used = fence
	r.mu.Unlock()
	if old != 0 {
		gl2.DeleteSync(old)
	}
}

// forget gives up what a lost context held; the newest picture stays. Renderer's
// thread.
func (r *ring) forget() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range r.slots {
		r.slots[i] = slot{index: i, image: r.slots[i].image}
	}
}

// release frees what the renderer's context holds. Renderer's thread.
func (r *ring) release() {
	for i := range r.slots {
		s := &r.slots[i]
		if s.texture != 0 {
			gl41.DeleteFramebuffers(1, &s.fbo)
			gl41.DeleteTextures(1, &s.texture)
		}
	}
}

// softwareGL tells whether the window is drawn by the processor, where copying
// is as fast as sharing and has less to go wrong. Window's thread, its context
// current.
func softwareGL() bool {
	if os.Getenv("LIBGL_ALWAYS_SOFTWARE") == "1" || gl2.Init() != nil {
		return true
	}
	renderer := strings.ToLower(gl2.GoStr(gl2.GetString(gl2.RENDERER)))
	for _, name := range []string{"llvmpipe", "softpipe", "swrast", "swiftshader", "software"} {
		if strings.Contains(renderer, name) {
			return true
		}
	}
	return false
}

// dirtyFlag is what Fyne's GL canvas has beside its public methods: a repaint
// without an upload.
type dirtyFlag interface {
	CheckDirtyAndClear() bool
	SetDirty()
}

// dirty asks the window to paint again. Window's thread.
func dirty(v *viewport, p Presenter) {
	if flag, ok := v.screen.(dirtyFlag); ok && p == Shared {
		flag.SetDirty()
		return
	}
	v.raster.Refresh()
}

// rearm has the generator called again at the next paint, whoever causes it,
// without causing one: a blitted picture lasts for one paint only.
func rearm(v *viewport) {
	flag, ok := v.screen.(dirtyFlag)
	if !ok {
		v.raster.Refresh()
		return
	}
	was := flag.CheckDirtyAndClear()
	v.screen.Refresh(v.raster)
	if !was {
		flag.CheckDirtyAndClear()
	}
}
