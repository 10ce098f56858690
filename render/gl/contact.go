package gl

import (
	"math"

	gl41 "github.com/go-gl/gl/v4.1-core/gl"

	"github.com/glasstwin/glasstwin/render"
)

// contact is how open to the light around each pixel's surface is, by what of
// the picture lies within reach of it: the fine shade in corners, under shelves
// and between packages, that the volumes of openness are too coarse for. It is
// found at half the picture's size (after McGuire, Mara and Luebke 2012).
type contact struct {
	width, height    int
	away, raw, open  surface
	over             uint32 // depth over all three: the sky is skipped
	depth, ao, blurs program
}

// contactReach is how far things shade each other, metres.
const contactReach = 0.45

func (c *contact) prepare(l *loader) (err error) {
	if c.depth, err = l.link("screen.vert", "away.frag", "", "lens"); err != nil {
		return err
	}
	if c.ao, err = l.link("screen.vert", "contact.frag", "", "lens", "reach"); err != nil {
		return err
	}
	c.blurs, err = l.link("screen.vert", "calm.frag", "")
	return err
}

func (c *contact) fit(width, height int) error {
	c.width, c.height = (width+1)/2, (height+1)/2
	if c.over == 0 {
		gl41.GenTextures(1, &c.over)
	}
	sized(c.over, gl41.DEPTH_COMPONENT32F, c.width, c.height, gl41.DEPTH_COMPONENT, gl41.FLOAT)
	if err := c.away.fit(c.width, c.height, gl41.R32F, gl41.RED, gl41.FLOAT, c.over); err != nil {
		return err
	}
	if err := c.raw.fit(c.width, c.height, gl41.RG16F, gl41.RG, gl41.HALF_FLOAT, c.over); err != nil {
		return err
	}
	return c.open.fit(c.width, c.height, gl41.R8, gl41.RED, gl41.UNSIGNED_BYTE, c.over)
}

// find works it out from the depth that was just drawn, between near and far.
func (c *contact) find(r *Renderer, f *render.Frame, near, far float64) {
	gl41.Viewport(0, 0, int32(c.width), int32(c.height))
	gl41.BindFramebuffer(gl41.FRAMEBUFFER, c.away.fbo)
	gl41.UseProgram(c.depth.id)
	gl41.Uniform2f(c.depth.uniforms["lens"], float32(near), float32(far))
	marking(func() { r.develop(c.depth, r.film.depth, 0) })
	gl41.BindFramebuffer(gl41.FRAMEBUFFER, c.raw.fbo)
	gl41.ClearColor(1, 6e4, 0, 0)
	gl41.Clear(gl41.COLOR_BUFFER_BIT)
	gl41.UseProgram(c.ao.id)
	up := math.Tan(f.Camera.Field() / 2)
	across := up * float64(f.Width) / float64(f.Height)
	gl41.Uniform4f(c.ao.uniforms["lens"], float32(across), float32(up), 1/float32(c.width), 1/float32(c.height))
	gl41.Uniform2f(c.ao.uniforms["reach"], contactReach, float32(0.98*far))
	marked(func() { r.develop(c.ao, c.away.texture, 0) })
	gl41.BindFramebuffer(gl41.FRAMEBUFFER, c.open.fbo)
	gl41.Clear(gl41.COLOR_BUFFER_BIT)
	marked(func() { r.develop(c.blurs, c.raw.texture, 0) })
}

func (c *contact) free() {
	gl41.DeleteTextures(1, &c.over)
	c.away.free()
	c.raw.free()
	c.open.free()
}
