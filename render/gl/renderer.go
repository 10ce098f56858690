package gl

import (
	"fmt"

	gl41 "github.com/go-gl/gl/v4.1-core/gl"

	"github.com/glasstwin/glasstwin/render"
	"github.com/glasstwin/glasstwin/scene"
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
	Plain        bool    // full pictures without shadows, contact shade, reflections of the picture and bloom: to compare with renderers that have none
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
	r.loader.studio, r.loader.plain = o.Studio, o.Plain
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

// LitAs has the scene shown in the light of another until its own is worked out,
// where both take about the same room: a layout in hand, which differs in few
// things from the one drawn before, would be as dark as under the bare sky else. It
// is called before the first frame, on the thread of both, and does nothing later.
func (r *Renderer) LitAs(of *Renderer) {
	if r.drew {
		return
	}
	r.inside.borrow(&of.inside, r.stage.bounds)
	r.outside.known = of.outside.known // nobody changes what is known
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
