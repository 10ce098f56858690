package gl

import (
	"cmp"
	"slices"

	gl41 "github.com/go-gl/gl/v4.1-core/gl"
)

// wardrobe draws dressed surfaces.
type wardrobe struct {
	array    uint32
	programs map[wardrobeKey]program
	behind   surface // what was drawn before the panes, with smaller levels
	width    int
	height   int
	list     []hung // of the pass at hand
}

// wardrobeKey tells programs apart. Depth-only programs have no light.
type wardrobeKey struct {
	features features
	fragment string
	light    bool
}

// hung is a run to be drawn.
type hung struct {
	dressedRun
	first, count int // of instances
	mirrored     bool
}

func (w *wardrobe) prepare(r *Renderer) error {
	m := r.model
	w.programs = map[wardrobeKey]program{}
	if !m.dressed {
		return nil
	}
	gl41.GenVertexArrays(1, &w.array)
	gl41.BindVertexArray(w.array)
	m.describeTrim()
	for i := range uint32(5) {
		gl41.EnableVertexAttribArray(3 + i)
		gl41.VertexAttribDivisor(3+i, 1)
	}
	gl41.BindVertexArray(0)
	for i := range m.dresses {
		if f := m.dresses[i].features; f&featureMask != 0 {
			if _, err := r.use(wardrobeKey{features: f, fragment: "cut.frag"}); err != nil {
				return err
			}
		}
	}
	return nil
}

// use makes a program current, linking it when it is first wanted.
func (r *Renderer) use(key wardrobeKey) (program, error) {
	w := &r.wardrobe
	p, ok := w.programs[key]
	if !ok {
		defines := "#define PATTERN 0\n" + key.features.defines()
		if key.light {
			defines += "#define LIGHT\n"
		}
		var err error
		if p, err = r.loader.link("surface.vert", key.fragment, defines, "dress"); err != nil {
			return p, err
		}
		w.programs[key] = p
	}
	gl41.UseProgram(p.id)
	return p, nil
}

// wear binds the images of a material and tells the current program its values.
func (r *Renderer) wear(p program, d *dress) {
	gl41.Uniform4fv(p.uniforms["dress"], dressValues, &d.values[0][0])
	for i, x := range d.maps {
		if x.texture != 0 {
			gl41.ActiveTexture(gl41.TEXTURE0 + unitMaps + uint32(i))
			gl41.BindTexture(gl41.TEXTURE_2D, x.texture)
			gl41.BindSampler(unitMaps+uint32(i), x.sampler)
		}
	}
}

// dressedSurfaces draws what is opaque and dressed, sorted by program and
// material. With fragment "cut.frag" it draws the depth of what is cut out.
func (r *Renderer) dressedSurfaces(fragment string, light bool) error {
	w := &r.wardrobe
	if w.array == 0 {
		return nil
	}
	w.list = w.list[:0]
	for i := range r.stage.batches {
		b := &r.stage.batches[i]
		m := r.stage.meshes[b.mesh].at(b.level)
		for _, x := range m.dressed {
			if fragment != "cut.frag" || r.model.dresses[x.material].features&featureMask != 0 {
				w.list = append(w.list, hung{x, b.first, b.count, b.mirrored})
			}
		}
	}
	if len(w.list) == 0 {
		return nil
	}
	slices.SortStableFunc(w.list, func(a, b hung) int {
		x, y := r.model.dresses[a.material].features, r.model.dresses[b.material].features
		return cmp.Or(cmp.Compare(x, y), cmp.Compare(a.material, b.material))
	})
	gl41.BindVertexArray(w.array)
	gl41.BindBuffer(gl41.ARRAY_BUFFER, r.placed.id)
	var p program
	var err error
	for i := range w.list {
		x := &w.list[i]
		d := &r.model.dresses[x.material]
		if i == 0 || r.model.dresses[w.list[i-1].material].features != d.features {
			if p, err = r.use(wardrobeKey{d.features, fragment, light}); err != nil {
				return err
			}
		}
		if i == 0 || w.list[i-1].material != x.material {
			r.wear(p, d)
		}
		r.instancesFrom(x.first)
		facing(x.mirrored)
		culling(!x.both && fragment != "cut.frag")
		r.drawRun(x.run, x.count)
	}
	facing(false)
	r.undress()
	return nil
}

// cutouts draws the depth of what is cut out, whose programs were linked when the
// scene was prepared.
func (r *Renderer) cutouts() { _ = r.dressedSurfaces("cut.frag", false) }

// undress leaves no sampler behind, which would rule over what others bind.
func (r *Renderer) undress() {
	for i := range uint32(len(mapSamplers)) {
		gl41.BindSampler(unitMaps+i, 0)
	}
}

func culling(on bool) {
	if on {
		gl41.Enable(gl41.CULL_FACE)
		return
	}
	gl41.Disable(gl41.CULL_FACE)
}

// dressedDepths draws how far dressed surfaces lie, with the program of depths in
// use.
func (r *Renderer) dressedDepths() {
	if r.wardrobe.array == 0 {
		return
	}
	for i := range r.stage.batches {
		b := &r.stage.batches[i]
		for _, x := range r.stage.meshes[b.mesh].at(b.level).dressed {
			if r.model.dresses[x.material].features&featureMask == 0 {
				r.instancesFrom(b.first)
				facing(b.mirrored)
				culling(!x.both)
				r.drawRun(x.run, b.count)
			}
		}
	}
	facing(false)
	r.cutouts()
}

// allPanes draws panes in their order, with the program of plain ones in use.
func (r *Renderer) allPanes() error {
	some := false
	for _, p := range r.stage.panes {
		some = some || len(r.stage.meshes[p.mesh].at(p.level).dressedClear) > 0
	}
	if !some {
		r.submitPanes()
		return nil
	}
	looked, since := 1, false // panes were drawn since the picture behind was taken
	for _, p := range r.stage.panes {
		m := r.stage.meshes[p.mesh].at(p.level)
		if r.through(m) && since && looked < looksMost {
			if err := r.lookBehind(); err != nil {
				return err
			}
			looked, since = looked+1, false
		}
		r.instancesFrom(p.at)
		facing(p.mirrored)
		r.drawRun(m.clear, 1)
		if err := r.dressedPane(p); err != nil {
			return err
		}
		since = true
	}
	facing(false)
	return nil
}

// looksMost is how often in a frame the picture behind panes is taken: each shows
// those farther away through the nearer ones.
const looksMost = 6

// through tells whether a shape has panes that bend or blur what lies behind.
func (r *Renderer) through(m *shape) bool {
	for _, x := range m.dressedClear {
		if r.model.dresses[x.material].through {
			return true
		}
	}
	return false
}

// dressedPane draws the dressed panes of a mesh, and leaves the state of others
// behind.
func (r *Renderer) dressedPane(p pane) error {
	m := r.stage.meshes[p.mesh].at(p.level)
	if len(m.dressedClear) == 0 {
		return nil
	}
	gl41.BindVertexArray(r.wardrobe.array)
	gl41.BindBuffer(gl41.ARRAY_BUFFER, r.placed.id)
	r.instancesFrom(p.at)
	for _, x := range m.dressedClear {
		d := &r.model.dresses[x.material]
		program, err := r.use(wardrobeKey{features: d.features, fragment: "glass.frag"})
		if err != nil {
			return err
		}
		r.wear(program, d)
		culling(!x.both)
		gl41.DepthMask(d.through) // it hides what it shows
		r.drawRun(x.run, 1)
	}
	r.undress()
	gl41.DepthMask(false)
	gl41.Enable(gl41.CULL_FACE)
	gl41.UseProgram(r.glass.id)
	gl41.BindVertexArray(r.array)
	return nil
}

// lookBehind copies what is drawn so far, where there are panes that bend or blur
// it.
func (r *Renderer) lookBehind() error {
	w := &r.wardrobe
	some := false
	for _, p := range r.stage.panes {
		some = some || r.through(r.stage.meshes[p.mesh].at(p.level))
	}
	if !some {
		return nil
	}
	width, height := int(r.block.picture[0]), int(r.block.picture[1])
	var into int32
	gl41.GetIntegerv(gl41.DRAW_FRAMEBUFFER_BINDING, &into)
	if w.width != width || w.height != height {
		if err := w.behind.fit(width, height, gl41.RGBA8, gl41.RGBA, gl41.UNSIGNED_BYTE, 0); err != nil {
			return err
		}
		w.width, w.height = width, height
	}
	gl41.BindFramebuffer(gl41.READ_FRAMEBUFFER, uint32(into))
	gl41.BindFramebuffer(gl41.DRAW_FRAMEBUFFER, w.behind.fbo)
	gl41.BlitFramebuffer(0, 0, int32(width), int32(height), 0, 0, int32(width), int32(height), gl41.COLOR_BUFFER_BIT, gl41.NEAREST)
	gl41.ActiveTexture(gl41.TEXTURE0 + unitImage)
	gl41.BindTexture(gl41.TEXTURE_2D, w.behind.texture)
	gl41.GenerateMipmap(gl41.TEXTURE_2D)
	gl41.TexParameteri(gl41.TEXTURE_2D, gl41.TEXTURE_MIN_FILTER, gl41.LINEAR_MIPMAP_LINEAR)
	gl41.BindFramebuffer(gl41.FRAMEBUFFER, uint32(into))
	return nil
}

func (w *wardrobe) free() {
	gl41.DeleteVertexArrays(1, &w.array)
	w.behind.free()
}
