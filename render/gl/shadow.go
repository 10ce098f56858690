package gl

import (
	"fmt"
	"math"

	gl41 "github.com/go-gl/gl/v4.1-core/gl"

	"github.com/glasstwin/glasstwin/render"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// shadowEdge is the edge of the sun's map, texels: under 2 cm over a store.
const shadowEdge = 2048

// outdatedMost is for how many frames a map is shown that boxes cast shadows in, while
// the meshes that they stand for come.
const outdatedMost = 30

// shadow is what the sun sees. What never moves is drawn once and kept; doors
// and drawers are drawn over a copy of it when they move.
type shadow struct {
	program      program
	still, whole uint32 // depth textures
	fbo          [2]uint32
	clip         geom.Mat4

	width, height, depth float64 // metres of what clip shows

	drawn    bool
	outdated bool // meshes came since
	kept     int  // frames that it was shown for since
	sun      geom.Vec3
	hidden   uint64
	cut      render.Cut
	poses    []geom.Mat4 // of what moves, when last drawn
}

func (s *shadow) prepare(l *loader) (err error) {
	if s.program, err = l.link("shadow.vert", "shadow.frag", ""); err != nil {
		return err
	}
	gl41.ActiveTexture(gl41.TEXTURE0 + unitShadow)
	for i, id := range []*uint32{&s.still, &s.whole} {
		gl41.GenTextures(1, id)
		gl41.BindTexture(gl41.TEXTURE_2D, *id)
		gl41.TexImage2D(gl41.TEXTURE_2D, 0, gl41.DEPTH_COMPONENT24, shadowEdge, shadowEdge, 0, gl41.DEPTH_COMPONENT, gl41.UNSIGNED_INT, nil)
		gl41.TexParameteri(gl41.TEXTURE_2D, gl41.TEXTURE_MIN_FILTER, gl41.LINEAR)
		gl41.TexParameteri(gl41.TEXTURE_2D, gl41.TEXTURE_MAG_FILTER, gl41.LINEAR)
		gl41.TexParameteri(gl41.TEXTURE_2D, gl41.TEXTURE_WRAP_S, gl41.CLAMP_TO_EDGE)
		gl41.TexParameteri(gl41.TEXTURE_2D, gl41.TEXTURE_WRAP_T, gl41.CLAMP_TO_EDGE)
		gl41.TexParameteri(gl41.TEXTURE_2D, gl41.TEXTURE_COMPARE_MODE, gl41.COMPARE_REF_TO_TEXTURE)
		gl41.TexParameteri(gl41.TEXTURE_2D, gl41.TEXTURE_COMPARE_FUNC, gl41.LEQUAL)
		gl41.GenFramebuffers(1, &s.fbo[i])
		gl41.BindFramebuffer(gl41.FRAMEBUFFER, s.fbo[i])
		gl41.FramebufferTexture2D(gl41.FRAMEBUFFER, gl41.DEPTH_ATTACHMENT, gl41.TEXTURE_2D, *id, 0)
		gl41.DrawBuffer(gl41.NONE)
		gl41.ReadBuffer(gl41.NONE)
		if state := gl41.CheckFramebufferStatus(gl41.FRAMEBUFFER); state != gl41.FRAMEBUFFER_COMPLETE {
			return fmt.Errorf("make the sun's map: the driver says 0x%x; update it, or set LIBGL_ALWAYS_SOFTWARE=1", state)
		}
	}
	return nil
}

// aim fits the sun's view around the scene.
func (s *shadow) aim(sun geom.Vec3, all geom.Box) {
	if all.Empty() {
		all = geom.Box{}
	}
	side := geom.Vec3{0, 0, 1}
	if math.Abs(sun[2]) > 0.9 {
		side = geom.Vec3{0, 1, 0}
	}
	right := side.Cross(sun).Normalize()
	up := sun.Cross(right)
	lo, hi := geom.Vec3{math.Inf(1), math.Inf(1), math.Inf(1)}, geom.Vec3{math.Inf(-1), math.Inf(-1), math.Inf(-1)}
	for i := range 8 {
		p := all.Min
		for axis := range 3 {
			if i>>axis&1 == 1 {
				p[axis] = all.Max[axis]
			}
		}
		for k, d := range [3]float64{p.Dot(right), p.Dot(up), p.Dot(sun)} {
			lo[k], hi[k] = math.Min(lo[k], d-0.1), math.Max(hi[k], d+0.1)
		}
	}
	row := func(d geom.Vec3, lo, hi float64) geom.Vec4 {
		k := 2 / (hi - lo)
		return geom.Vec4{d[0] * k, d[1] * k, d[2] * k, -(hi + lo) / (hi - lo)}
	}
	s.width, s.height, s.depth = hi[0]-lo[0], hi[1]-lo[1], hi[2]-lo[2]
	x, y, z := row(right, lo[0], hi[0]), row(up, lo[1], hi[1]), row(sun.Mul(-1), -hi[2], -lo[2])
	s.clip = geom.Mat4{x[0], y[0], z[0], 0, x[1], y[1], z[1], 0, x[2], y[2], z[2], 0, x[3], y[3], z[3], 1}
}

// unit takes -1..1 to 0..1.
var unit = geom.Mat4{0.5, 0, 0, 0, 0, 0.5, 0, 0, 0, 0, 0.5, 0, 0.5, 0.5, 0.5, 1}

// lookUp is the transform to the map's texture coordinates and depth.
func (s *shadow) lookUp() geom.Mat4 { return unit.Mul4(s.clip) }

// cast brings the sun's map up to date. It uses the stage's lists of instances,
// which must be filled for the camera afterwards.
func (r *Renderer) castShadows(f *render.Frame) {
	s, st := &r.shadow, r.stage
	sun, hidden := r.outside.toward(f), st.hiddenKey()
	s.kept++
	settled := s.outdated && (r.supply.coming == 0 || s.kept >= outdatedMost)
	fresh := settled || !s.drawn || sun != s.sun || hidden != s.hidden || f.Cut != s.cut
	if !fresh && !st.moved(s.poses) {
		return
	}
	r.cascades.stale = true
	if fresh {
		s.aim(sun, st.bounds)
		s.outdated, s.kept = false, 0
	}
	s.drawn, s.sun, s.hidden, s.cut, s.poses = true, sun, hidden, f.Cut, st.movingPoses(s.poses)
	gl41.UseProgram(s.program.id)
	clip := matrix(s.clip)
	r.block.clip = clip
	r.block.upload(&r.blocks)
	gl41.Viewport(0, 0, shadowEdge, shadowEdge)
	gl41.DepthMask(true)
	gl41.Enable(gl41.POLYGON_OFFSET_FILL)
	r.cutting(f)
	gl41.PolygonOffset(1.6, 3)
	stats := r.stats // shadows count as work, not as what is shown
	v := newView(s.clip, geom.Vec3{}, 0)
	if fresh {
		gl41.BindFramebuffer(gl41.FRAMEBUFFER, s.fbo[0])
		gl41.Clear(gl41.DEPTH_BUFFER_BIT)
		v.only = whatStays
		r.drawCasters(f, &v)
	}
	gl41.BindFramebuffer(gl41.READ_FRAMEBUFFER, s.fbo[0])
	gl41.BindFramebuffer(gl41.DRAW_FRAMEBUFFER, s.fbo[1])
	gl41.BlitFramebuffer(0, 0, shadowEdge, shadowEdge, 0, 0, shadowEdge, shadowEdge, gl41.DEPTH_BUFFER_BIT, gl41.NEAREST)
	gl41.BindFramebuffer(gl41.FRAMEBUFFER, s.fbo[1])
	v.only = whatMoves
	r.drawCasters(f, &v)
	uncut()
	gl41.Disable(gl41.POLYGON_OFFSET_FILL)
	r.stats = stats
}

func (r *Renderer) drawCasters(f *render.Frame, v *view) {
	v.grain = 1 / (shadowEdge * v.clip.Row(0).Vec3().Len()) // half a texel
	r.stage.place(f, v)
	if len(r.stage.instances) == 0 {
		return
	}
	r.placed.put(gl41.ARRAY_BUFFER, data(r.stage.instances), bytes(r.stage.instances))
	gl41.BindVertexArray(r.array)
	gl41.Disable(gl41.CULL_FACE) // thin sheets have one side only
	r.orders.write(r.stage)
	r.submitGroup(groupCasters)
	r.cutouts()
	gl41.UseProgram(r.shadow.program.id)
}

func (s *shadow) free() {
	gl41.DeleteFramebuffers(2, &s.fbo[0])
	gl41.DeleteTextures(1, &s.still)
	gl41.DeleteTextures(1, &s.whole)
}
