package gl

import (
	"fmt"
	"math"

	gl41 "github.com/go-gl/gl/v4.1-core/gl"

	"github.com/glasstwin/glasstwin/render"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// cascades are finer maps of the sun about what is near the camera, for full
// pictures: each is a third as wide as the one before, the first a third of the
// map of the whole scene (after Dimitrov 2007). A site that the whole map serves
// well has none.
type cascades struct {
	texture uint32 // depth, a layer for each, the first of the whole scene
	fbo     [cascadesMost + 1]uint32
	raw     uint32 // a sampler that reads depths as they are
	clips   [cascadesMost]geom.Mat4
	used    int

	stale  bool // the whole map was drawn anew
	drawn  bool
	camera render.Camera
	aspect float64
	veiled uint64 // key of what was seen through
	light  light
}

const (
	cascadesMost = 2
	cascadeEdge  = shadowEdge // texels
	cascadeStep  = 3          // each is so much narrower than the one before
	cascadeLeast = 5          // metres; a map this wide has texels of 2.5 mm
)

// sunSize is the tangent of half the angle under which light comes that is taken
// for the sun's: its disc and the bright haze about it.
const sunSize = 0.009

func (c *cascades) prepare() error {
	gl41.ActiveTexture(gl41.TEXTURE0 + unitNear)
	gl41.GenTextures(1, &c.texture)
	gl41.BindTexture(gl41.TEXTURE_2D_ARRAY, c.texture)
	gl41.TexImage3D(gl41.TEXTURE_2D_ARRAY, 0, gl41.DEPTH_COMPONENT24, cascadeEdge, cascadeEdge, cascadesMost+1, 0, gl41.DEPTH_COMPONENT, gl41.UNSIGNED_INT, nil)
	for name, value := range map[uint32]int32{
		gl41.TEXTURE_MIN_FILTER: gl41.LINEAR, gl41.TEXTURE_MAG_FILTER: gl41.LINEAR,
		gl41.TEXTURE_WRAP_S: gl41.CLAMP_TO_EDGE, gl41.TEXTURE_WRAP_T: gl41.CLAMP_TO_EDGE,
		gl41.TEXTURE_COMPARE_MODE: gl41.COMPARE_REF_TO_TEXTURE, gl41.TEXTURE_COMPARE_FUNC: gl41.LEQUAL,
	} {
		gl41.TexParameteri(gl41.TEXTURE_2D_ARRAY, name, value)
	}
	for i := range c.fbo {
		gl41.GenFramebuffers(1, &c.fbo[i])
		gl41.BindFramebuffer(gl41.FRAMEBUFFER, c.fbo[i])
		gl41.FramebufferTextureLayer(gl41.FRAMEBUFFER, gl41.DEPTH_ATTACHMENT, c.texture, 0, int32(i))
		gl41.DrawBuffer(gl41.NONE)
		gl41.ReadBuffer(gl41.NONE)
		if state := gl41.CheckFramebufferStatus(gl41.FRAMEBUFFER); state != gl41.FRAMEBUFFER_COMPLETE {
			return fmt.Errorf("make the sun's finer maps: the driver says 0x%x; update it, or set LIBGL_ALWAYS_SOFTWARE=1", state)
		}
	}
	gl41.GenSamplers(1, &c.raw)
	gl41.SamplerParameteri(c.raw, gl41.TEXTURE_MIN_FILTER, gl41.NEAREST)
	gl41.SamplerParameteri(c.raw, gl41.TEXTURE_MAG_FILTER, gl41.NEAREST)
	gl41.SamplerParameteri(c.raw, gl41.TEXTURE_WRAP_S, gl41.CLAMP_TO_EDGE)
	gl41.SamplerParameteri(c.raw, gl41.TEXTURE_WRAP_T, gl41.CLAMP_TO_EDGE)
	gl41.SamplerParameteri(c.raw, gl41.TEXTURE_COMPARE_MODE, gl41.NONE)
	return nil
}

// bind has the shaders find the maps, as depths and as what is compared with.
func (c *cascades) bind() {
	gl41.ActiveTexture(gl41.TEXTURE0 + unitNear)
	gl41.BindTexture(gl41.TEXTURE_2D_ARRAY, c.texture)
	gl41.ActiveTexture(gl41.TEXTURE0 + unitNearDepth)
	gl41.BindTexture(gl41.TEXTURE_2D_ARRAY, c.texture)
	gl41.BindSampler(unitNearDepth, c.raw)
}

// slice is the sphere about what a camera sees between near and the farthest
// distance for which it still has a radius, all in metres; ok is false when there
// is none.
func slice(c render.Camera, aspect, near, radius float64) (center geom.Vec3, ok bool) {
	up := math.Tan(c.Field() / 2)
	t2 := up * up * (1 + aspect*aspect) // squared tangent towards a corner
	sphere := func(far float64) (at, r float64) {
		at = math.Min((near+far)/2*(1+t2), far)
		return at, math.Max(math.Hypot(at-near, near*math.Sqrt(t2)), math.Hypot(far-at, far*math.Sqrt(t2)))
	}
	lo, hi := near, near+4*radius
	if _, r := sphere(near); r > radius {
		return center, false
	}
	for range 40 {
		far := (lo + hi) / 2
		if _, r := sphere(far); r > radius {
			hi = far
		} else {
			lo = far
		}
	}
	at, _ := sphere(lo)
	return c.Eye().Add(c.Ahead().Mul(at)), true
}

// castNear brings the finer maps up to date for a full picture, with what casts
// shadows that its view sees. Like castShadows it uses the stage's lists of
// instances.
func (r *Renderer) castNear(f *render.Frame, view *view) {
	c := &r.cascades
	aspect, veiled := float64(f.Width)/float64(f.Height), r.stage.veiledKey()
	if c.drawn && !c.stale && c.camera == f.Camera && c.aspect == aspect && c.veiled == veiled {
		return
	}
	if c.stale {
		gl41.BindFramebuffer(gl41.READ_FRAMEBUFFER, r.shadow.fbo[1])
		gl41.BindFramebuffer(gl41.DRAW_FRAMEBUFFER, c.fbo[0])
		gl41.BlitFramebuffer(0, 0, shadowEdge, shadowEdge, 0, 0, cascadeEdge, cascadeEdge, gl41.DEPTH_BUFFER_BIT, gl41.NEAREST)
	}
	c.drawn, c.stale, c.camera, c.used = true, false, f.Camera, 0
	c.aspect, c.veiled = aspect, veiled
	near, _ := f.Camera.Clip(r.stage.bounds)
	width := r.shadow.width
	for c.used < cascadesMost {
		if width /= cascadeStep; width < cascadeLeast {
			break
		}
		center, ok := slice(f.Camera, aspect, near, width/2)
		if !ok {
			break
		}
		c.clips[c.used] = r.shadow.narrowed(center, width)
		c.used++
	}
	if c.used == 0 {
		return
	}
	c.light = light{camera: *view, sun: f.SunDirection()}
	stats := r.stats
	gl41.UseProgram(r.shadow.program.id)
	gl41.Viewport(0, 0, cascadeEdge, cascadeEdge)
	gl41.DepthMask(true)
	gl41.Enable(gl41.POLYGON_OFFSET_FILL)
	gl41.Enable(gl41.DEPTH_CLAMP)
	r.cutting(f)
	gl41.PolygonOffset(1.6, 3)
	for i := range c.used {
		r.block.clip = matrix(c.clips[i])
		r.block.upload(&r.blocks)
		gl41.BindFramebuffer(gl41.FRAMEBUFFER, c.fbo[i+1])
		gl41.Clear(gl41.DEPTH_BUFFER_BIT)
		v := newView(c.clips[i], geom.Vec3{}, 0)
		v.lit = &c.light
		r.drawCasters(f, &v)
	}
	uncut()
	gl41.Disable(gl41.DEPTH_CLAMP)
	gl41.Disable(gl41.POLYGON_OFFSET_FILL)
	r.stats = stats
}

// narrowed is the map's clip transform about a point only, as wide as told, in
// steps of whole texels so that edges stand still while the camera moves. Depths
// are those of the whole map.
func (s *shadow) narrowed(center geom.Vec3, width float64) geom.Mat4 {
	p := s.clip.Mul4x1(center.Vec4(1))
	kx, ky := s.width/width, s.height/width
	texel := [2]float64{2 * width / cascadeEdge / s.width, 2 * width / cascadeEdge / s.height} // of the whole map's -1..1
	x, y := math.Round(p[0]/texel[0])*texel[0], math.Round(p[1]/texel[1])*texel[1]
	m := geom.Identity()
	m[0], m[5], m[12], m[13] = kx, ky, -x*kx, -y*ky
	return m.Mul4(s.clip)
}

// lookUps are the transforms to the maps' texture coordinates, and for each map,
// the whole one first, how far the sun's light spreads for each unit of its depth,
// of its width and height, and the size of a texel, of its width; the last is 0
// where there is no such map.
func (r *Renderer) lookUps() (to [cascadesMost]geom.Mat4, soft [cascadesMost + 1][4]float32) {
	s := &r.shadow
	soft[0] = [4]float32{float32(s.depth * sunSize / s.width), float32(s.depth * sunSize / s.height), 1. / shadowEdge, 1}
	for i := range r.cascades.used {
		to[i] = unit.Mul4(r.cascades.clips[i])
		width := s.width / math.Pow(cascadeStep, float64(i+1))
		k := float32(s.depth * sunSize / width)
		soft[i+1] = [4]float32{k, k, 1. / cascadeEdge, 1}
	}
	return to, soft
}

func (c *cascades) free() {
	gl41.DeleteFramebuffers(cascadesMost+1, &c.fbo[0])
	gl41.DeleteTextures(1, &c.texture)
	gl41.DeleteSamplers(1, &c.raw)
}
