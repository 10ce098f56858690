package gl

import (
	gl41 "github.com/go-gl/gl/v4.1-core/gl"
)

// backdrop is what lies behind the scene: sky, and the ground with the shade at
// the building's foot. All of it is soft, so it is painted at a quarter of the
// picture's edge and stretched: a processor that draws takes a third of the time.
type backdrop struct {
	paint, stretch program
	small          surface
	width, height  int
}

const backdropPart = 4

func (b *backdrop) prepare(l *loader) (err error) {
	if b.paint, err = l.link("screen.vert", "background.frag", ""); err != nil {
		return err
	}
	b.stretch, err = l.link("screen.vert", "stretch.frag", "")
	return err
}

// draw paints it small, for the frame that the shaders know.
func (b *backdrop) draw(r *Renderer, width, height int) error {
	width, height = max(1, width/backdropPart), max(1, height/backdropPart)
	if width != b.width || height != b.height {
		if err := b.small.fit(width, height, gl41.RGBA16F, gl41.RGBA, gl41.HALF_FLOAT, 0); err != nil {
			return err
		}
		b.width, b.height = width, height
	}
	r.timings.begin("background")
	gl41.BindFramebuffer(gl41.FRAMEBUFFER, b.small.fbo)
	gl41.Viewport(0, 0, int32(width), int32(height))
	gl41.UseProgram(b.paint.id)
	gl41.BindVertexArray(r.empty)
	gl41.Disable(gl41.CULL_FACE)
	gl41.Disable(gl41.DEPTH_TEST)
	gl41.DrawArrays(gl41.TRIANGLES, 0, 3)
	gl41.Enable(gl41.DEPTH_TEST)
	r.stats.Draws++
	return nil
}

// behind stretches it over what nothing was drawn on.
func (b *backdrop) behind(r *Renderer) {
	gl41.UseProgram(b.stretch.id)
	gl41.ActiveTexture(gl41.TEXTURE0 + unitImage)
	gl41.BindTexture(gl41.TEXTURE_2D, b.small.texture)
	gl41.BindVertexArray(r.empty)
	gl41.Disable(gl41.CULL_FACE)
	gl41.DepthMask(false)
	gl41.DrawArrays(gl41.TRIANGLES, 0, 3)
	r.stats.Draws++
}

func (b *backdrop) free() { b.small.free() }
