package gl

import (
	"math"

	gl41 "github.com/go-gl/gl/v4.1-core/gl"

	"github.com/glasstwin/glasstwin/render"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// cutting has the surfaces that are drawn from then on heed what is cut away,
// until uncut.
func (r *Renderer) cutting(f *render.Frame) {
	if !f.Cut.Whole() {
		gl41.Enable(gl41.CLIP_DISTANCE0)
	}
}

func uncut() { gl41.Disable(gl41.CLIP_DISTANCE0) }

// caps paints where the cut passes through what is solid: there, and nowhere
// else, the inner sides of surfaces are seen that are closed.
func (r *Renderer) caps(f *render.Frame, p *program, defines string) (err error) {
	if f.Cut.Whole() {
		return nil
	}
	if p.id == 0 {
		if *p, err = r.loader.link("surface.vert", "cap.frag", defines); err != nil {
			return err
		}
	}
	gl41.UseProgram(p.id)
	gl41.BindVertexArray(r.array)
	gl41.BindBuffer(gl41.ARRAY_BUFFER, r.placed.id)
	gl41.Enable(gl41.CULL_FACE)
	gl41.CullFace(gl41.FRONT)
	for i := range r.stage.batches {
		b := &r.stage.batches[i]
		m := r.stage.meshes[b.mesh].at(b.level)
		r.instancesFrom(b.first)
		facing(b.mirrored)
		for k := range patterns {
			r.drawRun(m.solid[k], b.count)
		}
	}
	facing(false)
	gl41.CullFace(gl41.BACK)
	return nil
}

// beyond moves the beginning of a line of sight to where it leaves what is cut
// away; most is how far it goes before it enters that. ok is false when it never
// leaves it.
func beyond(c render.Cut, from, along geom.Vec3) (start geom.Vec3, most float64, ok bool) {
	if c.Whole() {
		return from, math.Inf(1), true
	}
	above, slope := from.Dot(c.Away)-c.Offset, along.Dot(c.Away)
	if above <= 0 {
		if slope > 0 {
			return from, -above / slope, true
		}
		return from, math.Inf(1), true
	}
	if slope >= 0 {
		return from, 0, false
	}
	return from.Add(along.Mul(-above / slope)), math.Inf(1), true
}
