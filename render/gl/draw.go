package gl

import (
	"fmt"
	"time"

	gl41 "github.com/go-gl/gl/v4.1-core/gl"

	"github.com/glasstwin/glasstwin/render"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// Draw draws a frame into a framebuffer of the frame's size, whose first row is
// the picture's lowest, as OpenGL has it.
func (r *Renderer) Draw(framebuffer uint32, f render.Frame) (render.Stats, error) {
	if f.Beside == nil {
		return r.side(framebuffer, f, 0)
	}
	return r.wipe(framebuffer, f)
}

// side draws one of two pictures.
func (r *Renderer) side(framebuffer uint32, f render.Frame, film int) (render.Stats, error) {
	if r.film = &r.films[film]; r.film.develop.id == 0 {
		r.film.borrow(&r.films[0])
	}
	begun := time.Now()
	if f.Width < 1 || f.Height < 1 {
		return render.Stats{}, fmt.Errorf("draw a frame of %d×%d pixels: there is nothing to draw on", f.Width, f.Height)
	}
	r.stats = render.Stats{}
	r.bind()
	var clip geom.Mat4
	var err error
	if f.Draft { // not by a variable: the frame would be moved to the heap
		clip, err = r.draw(framebuffer, &f)
	} else {
		clip, err = r.photograph(framebuffer, &f)
	}
	if err != nil {
		return render.Stats{}, err
	}
	r.timings.begin("outline")
	if err := r.drawOutline(framebuffer, &f, clip); err != nil {
		return render.Stats{}, err
	}
	r.timings.begin("cards")
	r.screen.draw(&f, &r.stats)
	r.timings.frame()
	if err := failure("draw a frame"); err != nil {
		return render.Stats{}, err
	}
	r.drew = true
	r.stats.Memory = r.memory()
	r.stats.CPUms = float64(time.Since(begun)) / float64(time.Millisecond)
	return r.stats, nil
}

// draw draws a draft: fewer pixels, in the screen's colours at once.
func (r *Renderer) draw(framebuffer uint32, f *render.Frame) (clip geom.Mat4, err error) {
	t := &r.draft
	scale := r.options.DraftScale
	if f.DraftScale > 0.1 && f.DraftScale <= 1 {
		scale = f.DraftScale
	}
	width, height := max(1, int(float64(f.Width)*scale)), max(1, int(float64(f.Height)*scale))
	if err := t.fit(width, height); err != nil {
		return clip, err
	}
	r.timings.begin("arrange")
	clip = r.arrange(f, width, height)
	r.see(clip, width, height)
	if err := r.backdrop.draw(r, width, height); err != nil {
		return clip, err
	}
	r.timings.begin("surfaces")
	gl41.BindFramebuffer(gl41.FRAMEBUFFER, t.fbo)
	gl41.Viewport(0, 0, int32(width), int32(height))
	gl41.DepthMask(true)
	gl41.Clear(gl41.DEPTH_BUFFER_BIT)
	r.cutting(f)
	if err := r.surfaces(&r.sketch, ""); err != nil {
		return clip, err
	}
	if err := r.dressedSurfaces("surface.frag", false); err != nil {
		return clip, err
	}
	if err := r.caps(f, &r.cap[0], ""); err != nil {
		return clip, err
	}
	uncut()
	if err := r.among(f, width, height); err != nil {
		return clip, err
	}
	r.timings.begin("resolve")
	r.resolve(framebuffer, f, t)
	return clip, nil
}

// among draws what is not a surface of the scene, in the screen's colours.
func (r *Renderer) among(f *render.Frame, width, height int) error {
	r.timings.begin("background")
	r.backdrop.behind(r)
	r.timings.begin("overlays")
	r.cutting(f)
	r.space.floor(&f.Overlays, f.Camera.Eye()[1], &r.stats)
	uncut()
	r.clouds.draw(f, height, &r.stats)
	r.ghosts()
	r.timings.begin("glass")
	r.cutting(f)
	if err := r.panes(); err != nil {
		return err
	}
	r.veils()
	uncut()
	r.timings.begin("arrows")
	r.space.drawArrows(&f.Overlays, &r.stats)
	return nil
}

// resolve brings the drawn scene into the caller's framebuffer.
func (r *Renderer) resolve(framebuffer uint32, f *render.Frame, t *target) {
	gl41.BindFramebuffer(gl41.READ_FRAMEBUFFER, t.fbo)
	gl41.BindFramebuffer(gl41.DRAW_FRAMEBUFFER, framebuffer)
	filter := uint32(gl41.NEAREST)
	if t.width != f.Width || t.height != f.Height {
		filter = gl41.LINEAR
	}
	gl41.BlitFramebuffer(0, 0, int32(t.width), int32(t.height), 0, 0, int32(f.Width), int32(f.Height), gl41.COLOR_BUFFER_BIT, filter)
	gl41.BindFramebuffer(gl41.FRAMEBUFFER, framebuffer)
	gl41.Viewport(0, 0, int32(f.Width), int32(f.Height))
}

// bind restores the state that all passes rely on; the window's code may have
// left anything.
func (r *Renderer) bind() {
	gl41.ActiveTexture(gl41.TEXTURE0 + unitMaterials)
	gl41.BindTexture(gl41.TEXTURE_BUFFER, r.model.materials)
	gl41.ActiveTexture(gl41.TEXTURE0 + unitEnvironment)
	gl41.BindTexture(gl41.TEXTURE_CUBE_MAP, r.outside.texture)
	gl41.ActiveTexture(gl41.TEXTURE0 + unitShadow)
	gl41.BindTexture(gl41.TEXTURE_2D, r.shadow.whole)
	r.cascades.bind()
	r.inside.bind()
	gl41.Disable(gl41.SCISSOR_TEST)
	gl41.Disable(gl41.STENCIL_TEST)
	gl41.Disable(gl41.BLEND)
	gl41.Disable(gl41.FRAMEBUFFER_SRGB)
	gl41.ColorMask(true, true, true, true)
	gl41.Enable(gl41.DEPTH_TEST)
	gl41.DepthFunc(gl41.LEQUAL)
	gl41.CullFace(gl41.BACK)
	gl41.FrontFace(gl41.CCW)
}

// failure reports what OpenGL complained about since it was last asked.
func failure(doing string) error {
	code := gl41.GetError()
	if code == gl41.NO_ERROR {
		return nil
	}
	for range 16 { // flags of several servers; bounded, for a lost context answers for ever
		if gl41.GetError() == gl41.NO_ERROR {
			break
		}
	}
	return fmt.Errorf("%s: OpenGL says 0x%x; update the graphics driver, or set LIBGL_ALWAYS_SOFTWARE=1", doing, code)
}
