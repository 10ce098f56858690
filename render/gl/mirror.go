package gl

import (
	"math"

	gl41 "github.com/go-gl/gl/v4.1-core/gl"

	"github.com/glasstwin/glasstwin/render"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// mirror is what smooth surfaces mirror of the picture and of what lies around,
// found at half the picture's size: rays through the picture are what costs most
// of it where a processor draws, and a polished floor is no looking-glass. Where
// nothing mirrors no ray is followed, by a depth of its own: a processor skips
// pixels by that, and by nothing that a shader says.
type mirror struct {
	width, height int
	half          surface // the light that was drawn, which bloom begins with, too
	depth         uint32  // over both: 0 where something mirrors
	seen          surface
	halve, rays   program
}

func (m *mirror) prepare(l *loader) (err error) {
	if m.halve, err = l.link("screen.vert", "half.frag", ""); err != nil {
		return err
	}
	m.rays, err = l.link("screen.vert", "mirror.frag", "", "lens", "right", "up", "ahead", "panels", "panel")
	return err
}

func (m *mirror) fit(width, height int) error {
	m.width, m.height = (width+1)/2, (height+1)/2
	if m.depth == 0 {
		gl41.GenTextures(1, &m.depth)
	}
	sized(m.depth, gl41.DEPTH_COMPONENT24, m.width, m.height, gl41.DEPTH_COMPONENT, gl41.UNSIGNED_INT)
	for _, s := range [...]*surface{&m.half, &m.seen} {
		if err := s.fit(m.width, m.height, gl41.RGBA16F, gl41.RGBA, gl41.HALF_FLOAT, m.depth); err != nil {
			return err
		}
	}
	return nil
}

// take halves the light that was just drawn.
func (m *mirror) take(r *Renderer) {
	gl41.BindFramebuffer(gl41.FRAMEBUFFER, m.half.fbo)
	gl41.Viewport(0, 0, int32(m.width), int32(m.height))
	marking(func() {
		gl41.UseProgram(m.halve.id)
		r.develop(m.halve, r.film.light.texture, 0)
	})
}

// find follows the rays through the light that was taken, from how far ahead it
// lies, which is bound.
func (m *mirror) find(r *Renderer, f *render.Frame) {
	gl41.BindFramebuffer(gl41.FRAMEBUFFER, m.seen.fbo)
	gl41.Viewport(0, 0, int32(m.width), int32(m.height))
	gl41.ClearColor(0, 0, 0, 0)
	gl41.Clear(gl41.COLOR_BUFFER_BIT)
	gl41.UseProgram(m.rays.id)
	up := math.Tan(f.Camera.Field() / 2)
	across := up * float64(f.Width) / float64(f.Height)
	gl41.Uniform4f(m.rays.uniforms["lens"], float32(across), float32(up), 1/float32(m.width), 1/float32(m.height))
	for _, axis := range [...]struct {
		name string
		of   geom.Vec3
	}{{"right", f.Camera.Right()}, {"up", f.Camera.Up()}, {"ahead", f.Camera.Ahead()}} {
		gl41.Uniform3f(m.rays.uniforms[axis.name], float32(axis.of[0]), float32(axis.of[1]), float32(axis.of[2]))
	}
	r.inside.lamps.mirrored(f.Camera, r.block.turn[1], m.rays)
	marked(func() { r.develop(m.rays, m.half.texture, 0) })
	gl41.ActiveTexture(gl41.TEXTURE0 + unitMirror)
	gl41.BindTexture(gl41.TEXTURE_2D, m.seen.texture)
}

func (m *mirror) free() {
	gl41.DeleteTextures(1, &m.depth)
	m.half.free()
	m.seen.free()
}

// marking writes depths over the whole of what is drawn on, by which marked
// skips pixels afterwards. Both leave no depth test.
func marking(draw func()) {
	gl41.Enable(gl41.DEPTH_TEST)
	gl41.DepthMask(true)
	gl41.DepthFunc(gl41.ALWAYS)
	draw()
	gl41.DepthFunc(gl41.LEQUAL)
	gl41.Disable(gl41.DEPTH_TEST)
}

// marked draws over what lies nearer than the background.
func marked(draw func()) {
	gl41.Enable(gl41.DEPTH_TEST)
	gl41.DepthMask(false)
	gl41.DepthFunc(gl41.GREATER)
	draw()
	gl41.DepthFunc(gl41.LEQUAL)
	gl41.DepthMask(true)
	gl41.Disable(gl41.DEPTH_TEST)
}
