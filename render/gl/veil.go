package gl

import (
	"math"
	"slices"

	gl41 "github.com/go-gl/gl/v4.1-core/gl"

	"github.com/glasstwin/glasstwin/render"
	"github.com/glasstwin/glasstwin/render/pick"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// placeVeils adds what is seen through to the instances; it is drawn by a pass of
// its own.
func (s *stage) placeVeils(f *render.Frame) {
	s.veils = s.veils[:0]
	for _, k := range s.veiled {
		t := &s.things[k]
		at := len(s.instances)
		s.instances = append(s.instances, instance{})
		g := s.groups[t.group]
		s.instances[at].set(t, &g, f)
		s.veils = append(s.veils, pane{mesh: t.mesh, at: at, node: t.node, mirrored: t.mirrored})
		if g.highlight > 0 {
			s.marked = append(s.marked, pane{mesh: t.mesh, at: at, node: t.node})
		}
	}
}

// Lines of sight that are followed to find what hides an entity, and how many
// things on each are looked through.
const (
	revealSpread = 0.7 // of the way from the middle of its box to the corners
	revealMost   = 6
)

// reveal finds what stands between the eye and the selected entity.
func (s *stage) reveal(f *render.Frame, c *pick.Caster) {
	s.before = s.before[:0]
	list := s.of[f.Selected]
	if !f.Reveal || f.Selected == "" || len(list) == 0 || c == nil {
		return
	}
	box := s.boxes[list[0]]
	for _, k := range list[1:] {
		box.join(&s.boxes[k])
	}
	lo, hi := box.lo, box.hi
	middle := geom.Vec3{float64(lo[0]+hi[0]) / 2, float64(lo[1]+hi[1]) / 2, float64(lo[2]+hi[2]) / 2}
	through := map[string]bool{}
	for entity, hidden := range f.Hidden {
		if hidden {
			through[entity] = true
		}
	}
	eye := f.Camera.Eye()
	for i := range 9 {
		to := middle
		for axis := range 3 {
			if i < 8 {
				side := lo[axis]
				if i>>axis&1 == 1 {
					side = hi[axis]
				}
				to[axis] += revealSpread * (float64(side) - middle[axis])
			}
		}
		way := to.Sub(eye)
		for range revealMost {
			hit, ok := c.Cast(s.world, through, eye, way.Normalize())
			if !ok || hit.Entity == "" || hit.Entity == f.Selected || math.IsInf(hit.Distance, 0) || hit.Distance > way.Len() {
				break
			}
			through[hit.Entity] = true
			s.before = append(s.before, hit.Entity)
		}
	}
	slices.Sort(s.before)
	s.before = slices.Compact(s.before)
}

// through are the entities that a click goes through: hidden ones and veiled ones.
func (s *stage) through(f *render.Frame) map[string]bool {
	if len(f.Veiled)+len(s.before) == 0 {
		return f.Hidden
	}
	out := make(map[string]bool, len(f.Hidden)+len(f.Veiled)+len(s.before))
	for _, list := range []map[string]bool{f.Hidden, f.Veiled} {
		for entity, yes := range list {
			if yes {
				out[entity] = true
			}
		}
	}
	for _, entity := range s.before {
		out[entity] = true
	}
	return out
}

// veils draws what is seen through, over everything that is behind it.
func (r *Renderer) veils() {
	if len(r.stage.veils) == 0 {
		return
	}
	gl41.UseProgram(r.veil.id)
	gl41.BindVertexArray(r.array)
	gl41.BindBuffer(gl41.ARRAY_BUFFER, r.placed.id)
	gl41.Enable(gl41.CULL_FACE)
	gl41.DepthMask(false)
	gl41.Enable(gl41.BLEND)
	gl41.BlendFunc(gl41.ONE, gl41.ONE_MINUS_SRC_ALPHA)
	for _, p := range r.stage.veils {
		r.instancesFrom(p.at)
		facing(p.mirrored)
		r.drawRun(r.stage.meshes[p.mesh].now().opaque, 1)
	}
	facing(false)
	gl41.Disable(gl41.BLEND)
	gl41.DepthMask(true)
}
