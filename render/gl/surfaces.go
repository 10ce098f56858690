package gl

import (
	"fmt"
	"unsafe"

	gl41 "github.com/go-gl/gl/v4.1-core/gl"
)

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
