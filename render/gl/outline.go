package gl

import (
	"fmt"
	"math"

	gl41 "github.com/go-gl/gl/v4.1-core/gl"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/glasstwin/glasstwin/render"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// outline draws a line round what is selected or pointed at, through whatever
// stands before it: its silhouette into a mask, then the mask's edge.
type outline struct {
	mask, edge    program
	fbo, texture  uint32
	width, height int
}

func (o *outline) prepare(l *loader) (err error) {
	if o.mask, err = l.link("surface.vert", "mask.frag", ""); err != nil {
		return err
	}
	o.edge, err = l.link("screen.vert", "edge.frag", "", "reach")
	return err
}

func (o *outline) fit(width, height int) error {
	if o.width == width && o.height == height {
		return nil
	}
	gl41.ActiveTexture(gl41.TEXTURE0 + unitImage)
	if o.texture == 0 {
		gl41.GenTextures(1, &o.texture)
		gl41.GenFramebuffers(1, &o.fbo)
	}
	gl41.BindTexture(gl41.TEXTURE_2D, o.texture)
	gl41.TexImage2D(gl41.TEXTURE_2D, 0, gl41.R8, int32(width), int32(height), 0, gl41.RED, gl41.UNSIGNED_BYTE, nil)
	clampLinear()
	gl41.BindFramebuffer(gl41.FRAMEBUFFER, o.fbo)
	gl41.FramebufferTexture2D(gl41.FRAMEBUFFER, gl41.COLOR_ATTACHMENT0, gl41.TEXTURE_2D, o.texture, 0)
	if state := gl41.CheckFramebufferStatus(gl41.FRAMEBUFFER); state != gl41.FRAMEBUFFER_COMPLETE {
		return fmt.Errorf("make a mask of %d×%d pixels: the driver says 0x%x; draw a smaller picture", width, height, state)
	}
	o.width, o.height = width, height
	return nil
}

// drawOutline marks the selection in the caller's framebuffer.
func (r *Renderer) drawOutline(framebuffer uint32, f *render.Frame, clip geom.Mat4) error {
	marked := r.stage.marked
	if len(marked) == 0 {
		return nil
	}
	reach := 2.2 * scaleOf(f)
	x0, y0, x1, y1 := r.stage.extent(marked, clip, f.Width, f.Height)
	pad := int32(reach) + 3
	x0, y0, x1, y1 = max(0, x0-pad), max(0, y0-pad), min(int32(f.Width), x1+pad), min(int32(f.Height), y1+pad)
	if x1 <= x0 || y1 <= y0 {
		return nil
	}
	o := &r.outline
	if err := o.fit(f.Width, f.Height); err != nil {
		return err
	}
	stats := r.stats
	gl41.Enable(gl41.SCISSOR_TEST)
	gl41.Scissor(x0, y0, x1-x0, y1-y0)
	gl41.BindFramebuffer(gl41.FRAMEBUFFER, o.fbo)
	gl41.ClearColor(0, 0, 0, 0)
	gl41.Clear(gl41.COLOR_BUFFER_BIT)
	gl41.UseProgram(o.mask.id)
	gl41.BindVertexArray(r.array)
	gl41.BindBuffer(gl41.ARRAY_BUFFER, r.placed.id)
	gl41.Disable(gl41.DEPTH_TEST)
	gl41.Disable(gl41.CULL_FACE)
	gl41.Enable(gl41.BLEND)
	gl41.BlendEquation(gl41.MAX)
	for i := range marked {
		m := r.stage.meshes[marked[i].mesh].now()
		r.instancesFrom(marked[i].at)
		r.drawRun(m.opaque, 1)
		r.drawRun(m.clear, 1)
	}
	gl41.BlendEquation(gl41.FUNC_ADD)
	gl41.BindFramebuffer(gl41.FRAMEBUFFER, framebuffer)
	gl41.BlendFunc(gl41.ONE, gl41.ONE_MINUS_SRC_ALPHA)
	gl41.UseProgram(o.edge.id)
	gl41.ActiveTexture(gl41.TEXTURE0 + unitImage)
	gl41.BindTexture(gl41.TEXTURE_2D, o.texture)
	gl41.Uniform2f(o.edge.uniforms["reach"], float32(reach/float64(f.Width)), float32(reach/float64(f.Height)))
	gl41.BindVertexArray(r.empty)
	gl41.DrawArrays(gl41.TRIANGLES, 0, 3)
	gl41.Disable(gl41.BLEND)
	gl41.Disable(gl41.SCISSOR_TEST)
	stats.Draws = r.stats.Draws + 1
	r.stats = stats
	return nil
}

// extent is the rectangle of a picture, rows from below, that holds instances.
func (s *stage) extent(list []pane, clip geom.Mat4, width, height int) (x0, y0, x1, y1 int32) {
	lo, hi := [2]float64{1, 1}, [2]float64{-1, -1}
	for i := range list {
		box := s.meshes[list[i].mesh].box
		m := clip.Mul4(s.world[list[i].node])
		for k := range 8 {
			c := box.Min
			for axis := range 3 {
				if k>>axis&1 == 1 {
					c[axis] = box.Max[axis]
				}
			}
			v := m.Mul4x1(c.Vec4(1))
			if v[3] < 1e-3 {
				return 0, 0, int32(width), int32(height) // it reaches behind the camera
			}
			for axis := range 2 {
				p := mgl64.Clamp(v[axis]/v[3], -1, 1)
				lo[axis], hi[axis] = math.Min(lo[axis], p), math.Max(hi[axis], p)
			}
		}
	}
	w, h := float64(width)/2, float64(height)/2
	return int32((lo[0] + 1) * w), int32((lo[1] + 1) * h), int32((hi[0]+1)*w) + 1, int32((hi[1]+1)*h) + 1
}

func (o *outline) free() {
	if o.texture != 0 {
		gl41.DeleteTextures(1, &o.texture)
		gl41.DeleteFramebuffers(1, &o.fbo)
	}
}
