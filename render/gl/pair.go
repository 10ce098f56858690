package gl

import (
	"errors"

	gl41 "github.com/go-gl/gl/v4.1-core/gl"

	"github.com/glasstwin/glasstwin/render"
)

// Drawer draws frames of one scene, as a Renderer does.
type Drawer interface {
	Draw(framebuffer uint32, f render.Frame) (render.Stats, error)
	Pick(f render.Frame, x, y int) (render.Hit, bool)
}

// Pair draws two scenes side by side from one camera: a frame in the left half of
// the picture, and the frame beside it in the right half. Each half is a picture of
// its own, with its own cards and legends. The scenes belong to who made the pair;
// Close gives back what lies between.
type Pair struct {
	Left, Right Drawer
	halves      [2]surface // picture of each
}

// Draw draws a frame that has another beside it.
func (p *Pair) Draw(framebuffer uint32, f render.Frame) (render.Stats, error) {
	var sum render.Stats
	if f.Beside == nil {
		return sum, errors.New("draw two scenes side by side: the frame has no other beside it")
	}
	left, right := f.Halves()
	for i, half := range [2]render.Frame{left, right} {
		if half.Width < 1 {
			continue // of a picture one pixel wide
		}
		if err := p.halves[i].keep(half.Width, half.Height); err != nil {
			return sum, err
		}
		stats, err := [2]Drawer{p.Left, p.Right}[i].Draw(p.halves[i].fbo, half)
		if err != nil {
			return sum, err
		}
		sum = both(sum, stats, i == 1 && left.Width > 0)
		at := int32(i * left.Width)
		wide, high := int32(half.Width), int32(half.Height)
		gl41.BindFramebuffer(gl41.READ_FRAMEBUFFER, p.halves[i].fbo)
		gl41.BindFramebuffer(gl41.DRAW_FRAMEBUFFER, framebuffer)
		gl41.BlitFramebuffer(0, 0, wide, high, at, 0, at+wide, high, gl41.COLOR_BUFFER_BIT, gl41.NEAREST)
	}
	if left.Width > wipeLine && right.Width > wipeLine {
		line(framebuffer, int32(left.Width), &f)
	}
	return sum, failure("draw two scenes side by side")
}

// both is what two pictures took; the one is as fine as its coarser half.
func both(a, b render.Stats, two bool) render.Stats {
	if !two {
		return b
	}
	b.Triangles, b.Points, b.Draws = a.Triangles+b.Triangles, a.Points+b.Points, a.Draws+b.Draws
	b.Coarser, b.CPUms, b.Pending = a.Coarser+b.Coarser, a.CPUms+b.CPUms, a.Pending || b.Pending
	b.Samples = min(a.Samples, b.Samples)
	b.Memory.Geometry += a.Memory.Geometry
	b.Memory.Images += a.Memory.Images
	b.Memory.Unpacked += a.Memory.Unpacked
	return b
}

// Pick tells what stands under a pixel of either half, counted from the top left.
func (p *Pair) Pick(f render.Frame, x, y int) (render.Hit, bool) {
	left, right := f.Halves()
	if x < left.Width {
		return p.Left.Pick(left, x, y)
	}
	return p.Right.Pick(right, x-left.Width, y)
}

// Close frees what the context holds of the pair itself.
func (p *Pair) Close() {
	for i := range p.halves {
		p.halves[i].free()
		p.halves[i] = surface{}
	}
}
