package gl

import (
	"math"

	gl41 "github.com/go-gl/gl/v4.1-core/gl"

	"github.com/glasstwin/glasstwin/render"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// extentAside is how many pixels beside the scene are softened too: its edges are
// blurred along so far at most.
const extentAside = 10

// spread is the rectangle of a picture that holds all edges there can be: lower
// corner, and the size. Beside it lies nothing but the backdrop, which is soft. It
// is the whole picture where something else than the scene may stand anywhere, or
// where the viewer stands among things.
func (s *stage) spread(f *render.Frame, clip geom.Mat4, width, height int) (x, y, wide, high int) {
	o := &f.Overlays
	if len(o.Heatmaps)+len(o.Volumes)+len(o.Arrows)+len(o.Trails)+len(o.Flows)+len(o.Figures)+len(o.Ghosts)+len(o.Clouds) > 0 {
		return 0, 0, width, height
	}
	lo, hi := [2]float64{math.Inf(1), math.Inf(1)}, [2]float64{math.Inf(-1), math.Inf(-1)}
	add := func(b *box32) bool {
		for k := range 8 {
			p := geom.Vec4{0, 0, 0, 1}
			for axis := range 3 {
				p[axis] = float64(b.lo[axis])
				if k>>axis&1 == 1 {
					p[axis] = float64(b.hi[axis])
				}
			}
			q := clip.Mul4x1(p)
			if !(q[3] > 1e-3) {
				return false
			}
			for axis := range 2 {
				lo[axis], hi[axis] = min(lo[axis], q[axis]/q[3]), max(hi[axis], q[axis]/q[3])
			}
		}
		return true
	}
	if len(s.still.limbs) > 0 && !add(&s.still.limbs[0].box) {
		return 0, 0, width, height
	}
	for _, i := range s.hung {
		if !add(&s.boxes[i]) {
			return 0, 0, width, height
		}
	}
	if lo[0] > hi[0] {
		return 0, 0, 0, 0 // there is nothing
	}
	size, from, to := [2]int{width, height}, [2]int{}, [2]int{}
	for axis, n := range size {
		at := func(v float64) float64 { return (max(-2, min(2, v))*0.5 + 0.5) * float64(n) }
		from[axis] = max(0, min(n, int(math.Floor(at(lo[axis])))-extentAside))
		to[axis] = max(from[axis], min(n, int(math.Ceil(at(hi[axis])))+extentAside))
	}
	return from[0], from[1], to[0] - from[0], to[1] - from[1]
}

// softened shows the mean of one exposure, softened where edges can be: a processor
// that draws takes five times as long for that as for copying.
func (r *Renderer) softened(framebuffer uint32, f *render.Frame, clip geom.Mat4) {
	m := r.film
	x, y, wide, high := r.stage.spread(f, clip, m.width, m.height)
	if wide*high < m.width*m.height {
		gl41.BindFramebuffer(gl41.READ_FRAMEBUFFER, m.picture.fbo)
		gl41.BindFramebuffer(gl41.DRAW_FRAMEBUFFER, framebuffer)
		gl41.BlitFramebuffer(0, 0, int32(m.width), int32(m.height), 0, 0, int32(m.width), int32(m.height), gl41.COLOR_BUFFER_BIT, gl41.NEAREST)
		gl41.BindFramebuffer(gl41.FRAMEBUFFER, framebuffer)
	}
	gl41.Enable(gl41.SCISSOR_TEST)
	gl41.Scissor(int32(x), int32(y), int32(wide), int32(high))
	r.develop(m.soften, m.picture.texture, 0)
	gl41.Disable(gl41.SCISSOR_TEST)
}
