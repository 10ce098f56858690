package gl

import (
	"math"
	"time"

	gl41 "github.com/go-gl/gl/v4.1-core/gl"

	"github.com/glasstwin/glasstwin/render"
	"github.com/glasstwin/glasstwin/render/level"
	"github.com/glasstwin/glasstwin/scene/geom"
)

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
		r.inside.ask(r.scene, s, f.Draft)
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
	if !f.Draft && !r.stats.Pending {
		r.inside.foresee(r.scene, s, f.Likely)
	}
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
	r.stats.Coarser, r.stats.Brought, r.stats.BringMs = r.supply.short, r.supply.brought, float64(r.supply.spent)/float64(time.Millisecond)
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
