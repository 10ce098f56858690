package gl

import (
	gl41 "github.com/go-gl/gl/v4.1-core/gl"

	"github.com/glasstwin/glasstwin/render"
)

// wipeLine is the width of the line between two pictures, pixels at scale 1.
const wipeLine = 3

// wipe draws two frames from one camera, one left of a line and one right of it.
// Each has a film of its own, so that both grow finer while nothing changes.
func (r *Renderer) wipe(framebuffer uint32, f render.Frame) (render.Stats, error) {
	split, other := int32(f.Split()), f.Other()
	f.Beside = nil
	stats, err := r.side(framebuffer, f, 0)
	if err != nil {
		return stats, err
	}
	if err := r.beside.keep(f.Width, f.Height); err != nil {
		return stats, err
	}
	right, err := r.side(r.beside.fbo, other, 1)
	if err != nil {
		return stats, err
	}
	width, height := int32(f.Width), int32(f.Height)
	gl41.BindFramebuffer(gl41.READ_FRAMEBUFFER, r.beside.fbo)
	gl41.BindFramebuffer(gl41.DRAW_FRAMEBUFFER, framebuffer)
	gl41.BlitFramebuffer(split, 0, width, height, split, 0, width, height, gl41.COLOR_BUFFER_BIT, gl41.NEAREST)
	line(framebuffer, split, &f)
	memory := stats.Memory // of one renderer
	stats = both(stats, right, true)
	stats.Memory = memory
	return stats, failure("draw two pictures side by side")
}

// line draws the line at which another picture begins.
func line(framebuffer uint32, split int32, f *render.Frame) {
	wide := int32(wipeLine * scaleOf(f))
	gl41.BindFramebuffer(gl41.FRAMEBUFFER, framebuffer)
	gl41.Enable(gl41.SCISSOR_TEST)
	gl41.Scissor(split-wide/2, 0, wide, int32(f.Height))
	gl41.ClearColor(1, 1, 1, 1)
	gl41.Clear(gl41.COLOR_BUFFER_BIT)
	gl41.Disable(gl41.SCISSOR_TEST)
}
