package gl

import (
	"fmt"

	gl41 "github.com/go-gl/gl/v4.1-core/gl"
)

// target is what a draft is drawn into before it is stretched over the caller's
// framebuffer.
type target struct {
	fbo, color, depth uint32
	width, height     int
}

// fit makes the target the wanted size.
func (t *target) fit(width, height int) error {
	if t.width == width && t.height == height {
		return nil
	}
	t.free()
	gl41.GenRenderbuffers(1, &t.color)
	gl41.GenRenderbuffers(1, &t.depth)
	store := func(id, format uint32) {
		gl41.BindRenderbuffer(gl41.RENDERBUFFER, id)
		gl41.RenderbufferStorage(gl41.RENDERBUFFER, format, int32(width), int32(height))
	}
	store(t.color, gl41.RGBA8)
	store(t.depth, gl41.DEPTH_COMPONENT32F)
	gl41.GenFramebuffers(1, &t.fbo)
	gl41.BindFramebuffer(gl41.FRAMEBUFFER, t.fbo)
	gl41.FramebufferRenderbuffer(gl41.FRAMEBUFFER, gl41.COLOR_ATTACHMENT0, gl41.RENDERBUFFER, t.color)
	gl41.FramebufferRenderbuffer(gl41.FRAMEBUFFER, gl41.DEPTH_ATTACHMENT, gl41.RENDERBUFFER, t.depth)
	if state := gl41.CheckFramebufferStatus(gl41.FRAMEBUFFER); state != gl41.FRAMEBUFFER_COMPLETE {
		t.free()
		return fmt.Errorf("make a picture of %d×%d pixels: the driver says 0x%x; draw a smaller one", width, height, state)
	}
	t.width, t.height = width, height
	return nil
}

func (t *target) free() {
	if t.color != 0 {
		gl41.DeleteRenderbuffers(1, &t.color)
		gl41.DeleteRenderbuffers(1, &t.depth)
		gl41.DeleteFramebuffers(1, &t.fbo)
	}
	*t = target{}
}
