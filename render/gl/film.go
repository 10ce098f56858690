package gl

import (
	"fmt"
	"math"

	gl41 "github.com/go-gl/gl/v4.1-core/gl"

	"github.com/glasstwin/glasstwin/render"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// film is what a full picture is taken on. The scene's light is drawn in linear
// colours, developed into the screen's, and what shines through or lies over the
// scene is added; the mean of several such exposures, each a part of a pixel
// aside, is what is shown. One exposure costs a third of what four samples of
// every pixel do on a processor, and the mean grows finer than these while the
// picture stands.
type film struct {
	width, height int
	light         surface // linear, half floats
	depth         uint32
	picture       surface    // the screen's colours, over the same depth
	mean          [2]surface // linear, of the exposures so far; the second takes turns
	current       int
	around        *surroundings
	exposed       int  // since everything changed
	arrived       int  // of the renderer, when it was exposed last
	weight        int  // exposures that the mean counts for
	undried       bool // the mean is of one exposure, which still lies on the picture: while the camera moves there is no second

	contact contact
	mirror  mirror
	bloom   bloom

	depths  program // what is opaque, its depth only
	develop program
	gather  program // adds an exposure to the mean
	settle  program // the same, where things may have changed
	show    program
	soften  program // show, for a mean of one
}

// surface is a texture to draw on.
type surface struct {
	texture, fbo  uint32
	width, height int // of one that is kept
}

// How many exposures a mean counts for at most, and after something changed:
// old ones must wear off.
const (
	exposuresMost    = 256
	exposuresChanged = 6
)

func (m *film) prepare(l *loader) (err error) {
	for _, p := range []struct {
		into             *program
		vertex, fragment string
		defines          string
		uniforms         []string
	}{
		{&m.depths, "shadow.vert", "shadow.frag", "", nil},
		{&m.develop, "screen.vert", "develop.frag", "", nil},
		{&m.gather, "screen.vert", "gather.frag", "", nil},
		{&m.settle, "screen.vert", "gather.frag", "#define SETTLE\n", []string{"weight"}},
		{&m.show, "screen.vert", "show.frag", "", nil},
		{&m.soften, "screen.vert", "show.frag", "#define SOFTEN\n", nil},
	} {
		if *p.into, err = l.link(p.vertex, p.fragment, p.defines, p.uniforms...); err != nil {
			return err
		}
	}
	if err := m.contact.prepare(l); err != nil {
		return err
	}
	if err := m.mirror.prepare(l); err != nil {
		return err
	}
	return m.bloom.prepare(l)
}

// borrow takes the programs of another film, and nothing that it holds.
func (m *film) borrow(of *film) {
	*m = film{
		depths: of.depths, develop: of.develop, gather: of.gather, settle: of.settle, show: of.show, soften: of.soften,
		contact: contact{depth: of.contact.depth, ao: of.contact.ao, blurs: of.contact.blurs},
		mirror:  mirror{halve: of.mirror.halve, rays: of.mirror.rays},
		bloom:   bloom{down: of.bloom.down, up: of.bloom.up},
	}
}

// fit makes everything the wanted size.
func (m *film) fit(width, height int) error {
	if m.width == width && m.height == height {
		return nil
	}
	m.exposed = 0
	if m.depth == 0 {
		gl41.GenTextures(1, &m.depth)
	}
	sized(m.depth, gl41.DEPTH_COMPONENT32F, width, height, gl41.DEPTH_COMPONENT, gl41.FLOAT)
	for _, s := range []struct {
		*surface
		format, of uint32
		depth      uint32
	}{
		{&m.light, gl41.RGBA16F, gl41.HALF_FLOAT, m.depth}, {&m.picture, gl41.RGBA8, gl41.UNSIGNED_BYTE, m.depth},
		{&m.mean[0], gl41.RGBA16F, gl41.HALF_FLOAT, 0}, {&m.mean[1], gl41.RGBA16F, gl41.HALF_FLOAT, 0},
	} {
		if err := s.fit(width, height, s.format, gl41.RGBA, s.of, s.depth); err != nil {
			return err
		}
	}
	if err := m.contact.fit(width, height); err != nil {
		return err
	}
	if err := m.mirror.fit(width, height); err != nil {
		return err
	}
	if err := m.bloom.fit(m.mirror.width, m.mirror.height); err != nil {
		return err
	}
	m.width, m.height = width, height
	return nil
}

// fit makes the texture anew; depth is a texture to draw with, 0 for none.
func (s *surface) fit(width, height int, format, layout, of, depth uint32) error {
	if s.texture == 0 {
		gl41.GenTextures(1, &s.texture)
		gl41.GenFramebuffers(1, &s.fbo)
	}
	sized(s.texture, int32(format), width, height, layout, of)
	gl41.BindFramebuffer(gl41.FRAMEBUFFER, s.fbo)
	gl41.FramebufferTexture2D(gl41.FRAMEBUFFER, gl41.COLOR_ATTACHMENT0, gl41.TEXTURE_2D, s.texture, 0)
	gl41.FramebufferTexture2D(gl41.FRAMEBUFFER, gl41.DEPTH_ATTACHMENT, gl41.TEXTURE_2D, depth, 0)
	if state := gl41.CheckFramebufferStatus(gl41.FRAMEBUFFER); state != gl41.FRAMEBUFFER_COMPLETE {
		return fmt.Errorf("make a picture of %d×%d pixels: the driver says 0x%x; draw a smaller one", width, height, state)
	}
	return nil
}

// keep makes the texture a picture of the screen's colours of a size, if it is
// not that already.
func (s *surface) keep(width, height int) error {
	if s.texture != 0 && s.width == width && s.height == height {
		return nil
	}
	s.width, s.height = width, height
	return s.fit(width, height, gl41.RGBA8, gl41.RGBA, gl41.UNSIGNED_BYTE, 0)
}

func (s *surface) free() {
	if s.texture != 0 {
		gl41.DeleteFramebuffers(1, &s.fbo)
		gl41.DeleteTextures(1, &s.texture)
	}
}

// sized makes a texture's storage.
func sized(id uint32, format int32, width, height int, layout, of uint32) {
	gl41.ActiveTexture(gl41.TEXTURE0 + unitImage)
	gl41.BindTexture(gl41.TEXTURE_2D, id)
	gl41.TexImage2D(gl41.TEXTURE_2D, 0, format, int32(width), int32(height), 0, layout, of, nil)
	clampLinear()
}

// photograph draws a full picture: as many exposures as the frame asks for, and
// the mean of these and those before that show the same.
func (r *Renderer) photograph(framebuffer uint32, f *render.Frame) (clip geom.Mat4, err error) {
	m := r.film
	if err := m.fit(f.Width, f.Height); err != nil {
		return clip, err
	}
	r.timings.begin("arrange")
	clip = r.arrange(f, f.Width, f.Height)
	since := f.Since
	if m.around != r.outside.shown {
		m.around, since = r.outside.shown, min(since, render.Content)
	}
	if m.exposed == 0 || m.arrived != r.arrived {
		since = render.Everything
	}
	m.arrived = r.arrived
	if since == render.Everything {
		m.exposed, m.weight = 0, 0
	}
	r.see(clip, m.width, m.height)
	if err := r.backdrop.draw(r, m.width, m.height); err != nil {
		return clip, err
	}
	first, counted := since, r.stats
	for range max(1, f.Samples) {
		if m.exposed >= exposuresMost && since == render.Nothing {
			break
		}
		if err := r.expose(f, clip, since); err != nil {
			m.exposed, m.weight = 0, 0
			return clip, err
		}
		if since == first {
			counted = r.stats // each exposure draws the same
		}
		since = render.Nothing
	}
	r.stats = counted
	r.stats.Samples = m.exposed
	r.timings.begin("show")
	gl41.BindFramebuffer(gl41.FRAMEBUFFER, framebuffer)
	gl41.Disable(gl41.DEPTH_TEST)
	if m.weight == 1 {
		r.softened(framebuffer, f, clip) // the mean of one, as it was taken
	} else {
		r.develop(m.show, m.mean[m.current].texture, 0)
	}
	gl41.Enable(gl41.DEPTH_TEST)
	return clip, nil
}

// expose draws the scene once more and adds it to the mean.
func (r *Renderer) expose(f *render.Frame, clip geom.Mat4, since render.Since) error {
	m := r.film
	if m.undried && m.weight == 1 {
		gl41.Viewport(0, 0, int32(m.width), int32(m.height))
		r.average()
	}
	m.undried = false
	x, y := aside(m.exposed)
	if m.exposed == 0 && f.Samples <= 1 {
		x, y = 0, 0
	}
	r.block.turn[0] = float32(m.exposed % 64)
	r.see(shifted(clip, 2*x/float64(m.width), 2*y/float64(m.height)), m.width, m.height)
	gl41.Viewport(0, 0, int32(m.width), int32(m.height))
	gl41.BindFramebuffer(gl41.FRAMEBUFFER, m.light.fbo)
	gl41.Enable(gl41.DEPTH_TEST)
	gl41.DepthMask(true)
	gl41.ClearColor(0, 0, 0, 0)
	gl41.Clear(gl41.COLOR_BUFFER_BIT | gl41.DEPTH_BUFFER_BIT)
	effects := since != render.Nothing && !r.options.Plain
	if effects {
		r.timings.begin("depths")
		r.cutting(f)
		r.depths()
		uncut()
		r.timings.begin("contact")
		near, far := f.Camera.Clip(r.stage.bounds)
		m.contact.find(r, f, near, far)
		gl41.BindFramebuffer(gl41.FRAMEBUFFER, m.light.fbo)
		gl41.Viewport(0, 0, int32(m.width), int32(m.height))
		gl41.Enable(gl41.DEPTH_TEST)
	}
	if f.Unwanted != nil && f.Unwanted() { // not waiting, so that its pixels are drawn while corners are placed
		return render.ErrUnwanted
	}
	r.timings.begin("surfaces")
	gl41.ActiveTexture(gl41.TEXTURE0 + unitContact)
	gl41.BindTexture(gl41.TEXTURE_2D, m.contact.open.texture)
	r.cutting(f)
	if err := r.surfaces(&r.surface, "#define LIGHT\n"); err != nil {
		return err
	}
	if err := r.dressedSurfaces("surface.frag", true); err != nil {
		return err
	}
	if err := r.caps(f, &r.cap[1], "#define LIGHT\n"); err != nil {
		return err
	}
	uncut()
	if unwanted(f) {
		return render.ErrUnwanted
	}
	gl41.Disable(gl41.DEPTH_TEST)
	if effects {
		r.timings.begin("bloom")
		m.mirror.take(r)
		m.bloom.spread(r, m.mirror.half.texture)
	}
	gl41.ActiveTexture(gl41.TEXTURE0 + unitContact)
	gl41.BindTexture(gl41.TEXTURE_2D, m.contact.away.texture)
	if !r.options.Plain {
		r.timings.begin("mirror")
		m.mirror.find(r, f)
	}
	r.timings.begin("develop")
	gl41.BindFramebuffer(gl41.FRAMEBUFFER, m.picture.fbo)
	gl41.Viewport(0, 0, int32(m.width), int32(m.height))
	marked(func() { r.develop(m.develop, m.light.texture, m.bloom.levels[0].texture) }) // else the backdrop covers it
	gl41.Enable(gl41.DEPTH_TEST)
	if err := r.among(f, m.width, m.height); err != nil {
		return err
	}
	r.timings.begin("gather")
	r.gather(since)
	return nil
}

// unwanted tells whether a picture may be left half done. What was handed to the
// driver is waited for first: a processor that draws has it before it by then.
func unwanted(f *render.Frame) bool {
	if f.Unwanted == nil {
		return false
	}
	gl41.Finish()
	return f.Unwanted()
}

// depths draws how far what is opaque lies.
func (r *Renderer) depths() {
	gl41.UseProgram(r.film.depths.id)
	gl41.BindVertexArray(r.array)
	gl41.BindBuffer(gl41.ARRAY_BUFFER, r.placed.id)
	gl41.ColorMask(false, false, false, false)
	stats := r.stats // the same triangles are counted with their colours
	r.submit(groupDepth)
	r.dressedDepths()
	r.stats = stats
	gl41.ColorMask(true, true, true, true)
}

// gather adds the exposure to the mean.
func (r *Renderer) gather(since render.Since) {
	m := r.film
	gl41.Disable(gl41.DEPTH_TEST)
	defer gl41.Enable(gl41.DEPTH_TEST)
	if since == render.Content {
		m.weight = min(m.weight, exposuresChanged) + 1
		was := m.mean[m.current].texture
		m.current = 1 - m.current
		gl41.BindFramebuffer(gl41.FRAMEBUFFER, m.mean[m.current].fbo)
		gl41.UseProgram(m.settle.id)
		gl41.Uniform1f(m.settle.uniforms["weight"], 1/float32(m.weight))
		r.develop(m.settle, m.picture.texture, was)
		m.exposed++
		return
	}
	m.weight++
	m.exposed++
	if m.weight == 1 {
		m.undried = true
		return
	}
	r.average()
}

// average counts the exposure on the picture into the mean of as many as there
// are.
func (r *Renderer) average() {
	m := r.film
	gl41.Disable(gl41.DEPTH_TEST)
	defer gl41.Enable(gl41.DEPTH_TEST)
	gl41.BindFramebuffer(gl41.FRAMEBUFFER, m.mean[m.current].fbo)
	if m.weight > 1 {
		gl41.Enable(gl41.BLEND)
		gl41.BlendColor(0, 0, 0, 1/float32(m.weight))
		gl41.BlendFunc(gl41.CONSTANT_ALPHA, gl41.ONE_MINUS_CONSTANT_ALPHA)
	}
	r.develop(m.gather, m.picture.texture, 0)
	gl41.Disable(gl41.BLEND)
}

// develop fills the bound framebuffer from one picture, or two.
func (r *Renderer) develop(p program, from, second uint32) {
	gl41.UseProgram(p.id)
	gl41.ActiveTexture(gl41.TEXTURE0 + unitImage)
	gl41.BindTexture(gl41.TEXTURE_2D, from)
	if second != 0 {
		gl41.ActiveTexture(gl41.TEXTURE0 + unitSecond)
		gl41.BindTexture(gl41.TEXTURE_2D, second)
	}
	gl41.BindVertexArray(r.empty)
	gl41.Disable(gl41.CULL_FACE)
	gl41.DrawArrays(gl41.TRIANGLES, 0, 3)
	r.stats.Draws++
}

// aside is where in its pixel an exposure looks, -0.5 to 0.5: a sequence that
// fills the pixel evenly however far it goes (Roberts 2018, R2).
func aside(i int) (x, y float64) {
	const g = 1.32471795724474602596
	x = math.Mod(0.5+float64(i+1)/g, 1) - 0.5
	y = math.Mod(0.5+float64(i+1)/(g*g), 1) - 0.5
	return x, y
}

// shifted moves what a clip transform shows, in its -1..1.
func shifted(clip geom.Mat4, x, y float64) geom.Mat4 {
	for c := range 4 {
		clip[4*c] += x * clip[4*c+3]
		clip[4*c+1] += y * clip[4*c+3]
	}
	return clip
}

func (m *film) free() {
	gl41.DeleteTextures(1, &m.depth)
	m.light.free()
	m.picture.free()
	m.mean[0].free()
	m.mean[1].free()
	m.contact.free()
	m.mirror.free()
	m.bloom.free()
}
