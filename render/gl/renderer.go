package gl

import (
	"fmt"
	"math"
	"time"
	"unsafe"

	gl41 "github.com/go-gl/gl/v4.1-core/gl"

	"github.com/glasstwin/glasstwin/render"
	"github.com/glasstwin/glasstwin/render/level"
	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// Options of a renderer. The zero value is a good picture.
type Options struct {
	DraftScale   float64 // part of the pixels' edge that a draft draws which does not say itself; 0: 0.5
	GeometryMost int     // bytes of graphics memory that geometry may take; 0: what there is. Meshes come and go, and are drawn coarser, to fit
	FrameMost    int     // bytes that go to the graphics memory in a frame; 0: 8 million. The first takes four times as much
	Regular      []byte  // font of cards and legends, TrueType or OpenType; nil: an embedded one without Hangul
	Bold         []byte  // nil: Regular
	Studio       bool    // the scene before a plain ground, in the light of Surroundings alone, unshaded and without film: to compare with other renderers
	Packing      Packing // whether images are packed into the blocks that the driver reads
	Unhidden     bool    // draw what walls hide too: to compare with
	Direct       bool    // tell the driver each draw by itself, as OpenGL 4.1 needs it: to compare with
}

// Packing says when images are packed. A graphics card reads blocks as fast as
// texels, from less memory; a processor that draws unpacks a block for each of them,
// which takes it four times as long.
type Packing uint8

const (
	PackOnCards Packing = iota
	PackAlways          // to compare with
	PackNever
)

func (p Packing) wanted() bool { return p == PackAlways || p == PackOnCards && !Software() }

// Renderer draws frames of one scene. It must be made, used and closed on one
// thread with the same OpenGL 4.1 core context current, after the functions of
// go-gl were loaded there.
type Renderer struct {
	options Options
	scene   *scene.Scene
	model   *model
	drew    bool // a frame
	arrived int  // frames that something came into the graphics memory for
	awaits  bool // more will
	stage   *stage
	supply  *supply
	forge   *forge

	loader  *loader
	sketch  [patterns]program // surfaces of drafts; id 0: not linked yet
	surface [patterns]program // surfaces of full pictures, in linear light; id 0: not linked yet
	cap     [2]program        // of drafts, of full pictures
	glass   program
	ghost   program
	veil    program
	array   uint32 // vertex array of surfaces
	empty   uint32 // vertex array of full-screen passes
	placed  stream // instances
	orders  orders
	block   *frameBlock // on its own: cgo looks through the memory that it is handed
	blocks  stream
	outside outside
	inside  inside

	shadow   shadow
	cascades cascades

	space   space
	clouds  clouds
	outline outline
	screen  screen

	wardrobe wardrobe

	film     *film // of the side that is drawn
	films    [2]film
	beside   surface // picture of the other side
	backdrop backdrop
	draft    target
	stats    render.Stats
	timings  timings
}

// New prepares a scene. The scene must not change while the renderer is used.
func New(sc *scene.Scene, o Options) (*Renderer, error) {
	if o.DraftScale == 0 {
		o.DraftScale = 0.5
	}
	if !(o.DraftScale > 0.1 && o.DraftScale <= 1) {
		return nil, fmt.Errorf("options of drawing: a draft of %g; want 0.1 to 1", o.DraftScale)
	}
	r := &Renderer{options: o, scene: sc, loader: newLoader(), block: &frameBlock{}}
	r.loader.studio = o.Studio
	if err := r.prepare(); err != nil {
		r.Close()
		return nil, err
	}
	return r, nil
}

func (r *Renderer) prepare() (err error) {
	drawn := withPeople(r.scene)
	if r.model, err = newModel(drawn, r.options.GeometryMost, r.options.Packing.wanted()); err != nil {
		return err
	}
	r.forge = newForge(r.scene, drawn, &r.model.packer)
	if r.forge.total > heavyLeast {
		r.forge.kindle()
	}
	r.stage = newStage(r.scene, r.model.meshes)
	if r.supply, err = newSupply(r.model, r.stage.worth(), peopleMeshes, r.options.FrameMost); err != nil {
		return err
	}
	r.orders.indirect = !r.options.Direct && takesOrders()
	if err := r.link(); err != nil {
		return err
	}
	gl41.GenVertexArrays(1, &r.array)
	gl41.GenVertexArrays(1, &r.empty)
	gl41.BindVertexArray(r.array)
	r.model.describe()
	for i := range uint32(5) {
		gl41.EnableVertexAttribArray(3 + i)
		gl41.VertexAttribDivisor(3+i, 1)
	}
	gl41.BindVertexArray(0)
	if err := r.wardrobe.prepare(r); err != nil {
		return err
	}
	r.outside.prepare()
	for _, prepare := range []func(*loader) error{r.shadow.prepare, r.films[0].prepare, r.space.prepare, r.clouds.prepare, r.outline.prepare} {
		if err := prepare(r.loader); err != nil {
			return err
		}
	}
	if err := r.cascades.prepare(); err != nil {
		return err
	}
	if err := r.screen.prepare(r.loader, r.options); err != nil {
		return err
	}
	return failure("prepare the scene")
}

func (r *Renderer) link() (err error) {
	if r.glass, err = r.loader.link("surface.vert", "glass.frag", "#define PATTERN 0\n"); err != nil {
		return err
	}
	if r.ghost, err = r.loader.link("surface.vert", "ghost.frag", "#define PATTERN 0\n"); err != nil {
		return err
	}
	if r.veil, err = r.loader.link("surface.vert", "veil.frag", "#define PATTERN 0\n"); err != nil {
		return err
	}
	return r.backdrop.prepare(r.loader)
}

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

// arrange works out where everything is and what is in sight.
func (r *Renderer) arrange(f *render.Frame, width, height int) geom.Mat4 {
	r.takeIn(false)
	s := r.stage
	s.follow(f.Joints)
	s.reveal(f, r.forge.raysNow())
	s.dress(f)
	later := !r.drew && !r.inside.patient // the first frame waits for nobody's help
	if later && r.forge.total > lightLeast {
		r.inside.await(s)
	} else {
		r.inside.ask(r.scene, s)
	}
	if !later {
		r.forge.kindle()
	}
	r.block.cut = point(f.Cut.Away, float32(f.Cut.Offset))
	r.stats.Pending = r.outside.follow(f.Sun, later) || r.awaits || later
	r.castShadows(f)
	first, last := f.Camera.Clip(s.bounds)
	look := f.Camera.Look()
	clip := f.Camera.Projection(f.Width, f.Height, first, last).Mul4(look)
	least := 0.0
	if f.Draft {
		least = 0.6 * f.Camera.Field() / float64(height) // under a pixel
	}
	v := newView(clip, f.Camera.Eye(), least)
	v.focal, v.blur = float64(height)/(2*math.Tan(f.Camera.Field()/2)), level.Still
	if f.Draft {
		v.blur = level.Draft
	}
	v.halved = !f.Cut.Whole()
	v.hides, v.covered = s.cover(&v), true
	if !f.Draft {
		r.castNear(f, &v)
	}
	r.place(f, &v)
	s.placeVeils(f)
	r.space.gather(&f.Overlays)
	r.screen.collect(f)
	r.placed.put(gl41.ARRAY_BUFFER, data(s.instances), bytes(s.instances))
	r.orders.write(s)
	b := r.block
	b.shadow, b.sun[3] = matrix(r.shadow.lookUp()), 1
	near, soft := r.lookUps()
	for i := range near {
		b.near[i] = matrix(near[i])
	}
	b.soft = soft
	b.eye = point(f.Camera.Eye(), 1)
	r.light()
	b.lighting(f, r.outside.shown, r.inside.lamps)
	if r.options.Studio {
		b.studio()
	}
	return clip
}

// place fills the stage's lists, and has what is not there brought: at once where
// frames wait for it.
func (r *Renderer) place(f *render.Frame, v *view) {
	s := r.stage
	all := func() {
		s.place(f, v)
		s.placePeople(f, v)
		s.placeGhosts(f, v)
	}
	all()
	came, pending := r.supply.follow(s, r.inside.patient)
	if came {
		r.describe()
		v.hides = s.cover(v)
		all()
	}
	r.stats.Coarser = r.supply.short
	r.stats.Pending = r.stats.Pending || pending
}

// see tells the shaders through which clip space they look.
func (r *Renderer) see(clip geom.Mat4, width, height int) {
	b := r.block
	b.clip, b.unclip = matrix(clip), matrix(clip.Inv())
	b.picture[0], b.picture[1] = float32(width), float32(height)
	b.upload(&r.blocks)
}

// light brings the light volumes up to date.
func (r *Renderer) light() {
	came, pending := r.inside.follow(r.scene, r.stage)
	if came {
		r.arrived++
	}
	r.stats.Pending = r.stats.Pending || pending
	box, b := r.inside.lamps.box, r.block
	size := box.Size()
	b.volume = point(box.Min, 1)
	b.volumeFit = point(geom.Vec3{1 / max(size[0], 1e-6), 1 / max(size[1], 1e-6), 1 / max(size[2], 1e-6)}, b.volumeFit[3])
	r.inside.bind()
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

// surfaces draws what is opaque, each pattern with its program, which is linked
// when it is first wanted.
func (r *Renderer) surfaces(programs *[patterns]program, defines string) (err error) {
	gl41.BindVertexArray(r.array)
	gl41.BindBuffer(gl41.ARRAY_BUFFER, r.placed.id)
	for k := range programs {
		if r.orders.none(k) {
			continue
		}
		if programs[k].id == 0 {
			if programs[k], err = r.loader.link("surface.vert", "surface.frag", fmt.Sprintf("#define PATTERN %d\n%s", k, defines)); err != nil {
				return err
			}
		}
		gl41.UseProgram(programs[k].id)
		r.submit(k * states)
	}
	return nil
}

// facing tells which side of triangles is outside: a mirrored instance turns
// them round.
func facing(mirrored bool) {
	if mirrored {
		gl41.FrontFace(gl41.CW)
		return
	}
	gl41.FrontFace(gl41.CCW)
}

// instancesFrom points the per-instance attributes at the first instance of a
// draw: OpenGL 4.1 knows no base instance.
func (r *Renderer) instancesFrom(first int) {
	const stride = 4 * instanceFloats
	for i := range uint32(5) {
		gl41.VertexAttribPointerWithOffset(3+i, 4, gl41.FLOAT, false, stride, uintptr(first*stride)+uintptr(16*i))
	}
}

func (r *Renderer) drawRun(x run, instances int) {
	if x.count == 0 || instances == 0 {
		return
	}
	offset := unsafe.Add(nil, int(x.first)*4) // into the bound index buffer
	gl41.DrawElementsInstanced(gl41.TRIANGLES, x.count, gl41.UNSIGNED_INT, offset, int32(instances))
	r.stats.Draws++
	r.stats.Triangles += int(x.count) / 3 * instances
}

// panes draws what light goes through, far to near, over what lies behind.
func (r *Renderer) panes() error {
	if len(r.stage.panes) == 0 {
		return nil
	}
	if err := r.lookBehind(); err != nil {
		return err
	}
	gl41.UseProgram(r.glass.id)
	gl41.BindVertexArray(r.array)
	gl41.BindBuffer(gl41.ARRAY_BUFFER, r.placed.id)
	gl41.DepthMask(false)
	gl41.Enable(gl41.CULL_FACE)
	gl41.Enable(gl41.BLEND)
	gl41.BlendFunc(gl41.ONE, gl41.ONE_MINUS_SRC_ALPHA)
	if err := r.allPanes(); err != nil {
		return err
	}
	gl41.Disable(gl41.BLEND)
	gl41.DepthMask(true)
	return nil
}

// ghosts draws entities where they are not: their depth first, so that only
// their outer sides show.
func (r *Renderer) ghosts() {
	if len(r.stage.ghosts) == 0 {
		return
	}
	gl41.UseProgram(r.ghost.id)
	gl41.BindVertexArray(r.array)
	gl41.BindBuffer(gl41.ARRAY_BUFFER, r.placed.id)
	gl41.Disable(gl41.CULL_FACE)
	gl41.Enable(gl41.BLEND)
	gl41.BlendFunc(gl41.ONE, gl41.ONE_MINUS_SRC_ALPHA)
	for _, color := range [2]bool{false, true} {
		gl41.ColorMask(color, color, color, color)
		for _, p := range r.stage.ghosts {
			r.instancesFrom(p.at)
			m := r.stage.meshes[p.mesh].now()
			r.drawRun(m.opaque, 1)
			r.drawRun(m.clear, 1)
		}
	}
	gl41.Disable(gl41.BLEND)
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

// memory is what of the graphics memory the scene takes.
func (r *Renderer) memory() render.Memory {
	m := r.model
	out := render.Memory{Geometry: m.vertices.bytes() + m.indices.bytes()}
	if m.images != nil {
		out.Images, out.Unpacked = m.images.memory, m.images.plain
	}
	return out
}

// Notes tells what of the scene is not drawn as it is.
func (r *Renderer) Notes() []string {
	if r.model.images == nil {
		return nil
	}
	return r.model.images.notes
}

// Close frees what the context holds.
func (r *Renderer) Close() {
	if r.forge != nil {
		r.forge.quench()
	}
	r.loader.free()
	if r.supply != nil {
		r.supply.free()
	}
	if r.model != nil {
		r.model.free()
	}
	r.wardrobe.free()
	gl41.DeleteVertexArrays(1, &r.array)
	gl41.DeleteVertexArrays(1, &r.empty)
	r.outside.free()
	r.inside.free()
	r.shadow.free()
	r.cascades.free()
	r.space.free()
	r.clouds.free()
	r.timings.free()
	r.outline.free()
	r.screen.free()
	r.placed.free()
	r.orders.memory.free()
	r.blocks.free()
	r.films[0].free()
	r.films[1].free()
	r.beside.free()
	r.backdrop.free()
	r.draft.free()
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
