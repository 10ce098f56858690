package gl

import (
	"math"
	"unsafe"

	gl41 "github.com/go-gl/gl/v4.1-core/gl"

	"github.com/glasstwin/glasstwin/scene"
)

// What is drawn from factors and patterns alone takes one look-up a pixel. A
// primitive that has more to it (images, colours of its vertices, a coat, ...)
// is dressed: its vertices take two places each, and a program of its own draws
// what its material has. The others pay nothing for it.

// dressed tells whether a primitive is.
func dressed(m *scene.Material, p *scene.Primitive) bool {
	return len(p.Colors) > 0 || m.Imaged() || m.Unlit || m.Alpha == scene.Mask || m.Coat.Factor > 0 || m.Gloss.Stated || m.Transmission.Factor > 0
}

// trim is what of a corner only dressed surfaces need. It lies behind its vertex, as
// another one: 32 bytes.
type trim struct {
	tangent [4]int16 // and handedness; 0: none
	second  [2]float32
	color   [4]uint16
	_       [2]uint32
}

// trimOf is the trim of a corner, as it lies among vertices.
func trimOf(p *scene.Primitive, i int) vertex {
	t := trim{color: [4]uint16{math.MaxUint16, math.MaxUint16, math.MaxUint16, math.MaxUint16}}
	if len(p.Tangents) > 0 {
		for k := range 4 {
			t.tangent[k] = int16(math.Round(float64(max(-1, min(1, p.Tangents[4*i+k]))) * math.MaxInt16))
		}
	}
	if len(p.UVs2) > 0 {
		copy(t.second[:], p.UVs2[2*i:])
	}
	if len(p.Colors) > 0 {
		for k := range 4 {
			t.color[k] = uint16(unorm16(p.Colors[4*i+k]))
		}
	}
	return *(*vertex)(unsafe.Pointer(&t)) // both are 32 bytes without pointers
}

// dressedRun is the triangles of one dressed material of a mesh.
type dressedRun struct {
	run
	material int
	both     bool // seen from both sides
}

// dress is a dressed material, ready to be drawn.
type dress struct {
	features features
	through  bool // it shows what lies behind, bent or blurred
	values   [dressValues][4]float32
	maps     [scene.MapsCount]worn
}

// worn is an image as a material lays it.
type worn struct{ texture, sampler uint32 }

// features are what a program of dressed surfaces has: a bit for each map, in
// the order of scene.Material.Maps, then these.
type features uint32

const (
	featureMask features = 1 << (scene.MapsCount + iota)
	featureUnlit
	featureCoat
	featureThrough
)

// featureNames are the defines of the shader.
var featureNames = [...]string{"MAP_COLOR", "MAP_NORMAL", "MAP_ROUGH", "MAP_OCCLUSION", "MAP_GLOW", "MAP_COAT", "MAP_COAT_ROUGH", "MAP_COAT_NORMAL",
	"MAP_GLOSS", "MAP_GLOSS_TINT", "MAP_THROUGH", "MASK", "UNLIT", "COAT", "THROUGH"}

// mapSamplers are the samplers of the maps, at the units from unitMaps on.
var mapSamplers = [scene.MapsCount]string{"mapColor", "mapNormal", "mapRough", "mapOcclusion", "mapGlow", "mapCoat", "mapCoatRough", "mapCoatNormal",
	"mapGloss", "mapGlossTint", "mapThrough"}

func (f features) defines() string {
	text := "#define DRESSED\n"
	for i, name := range featureNames {
		if f>>i&1 == 1 {
			text += "#define " + name + "\n"
		}
	}
	return text
}

// dressFixed are the values of a material before those of its maps, two each:
// uniform dress of dressed.glsl.
const (
	dressFixed  = 7
	dressValues = dressFixed + 2*scene.MapsCount
)

// dressOf works out a material's uniforms. Maps are left out that the driver has
// no unit for, or whose image cannot be drawn: those at the end first.
func dressOf(m *scene.Material, images *images, units int) dress {
	g := m.Mirrors()
	f0 := float32(1)
	if g.IOR >= 1 {
		f0 = (g.IOR - 1) / (g.IOR + 1) * (g.IOR - 1) / (g.IOR + 1)
	}
	var d dress
	v := &d.values
	v[0] = m.BaseColor
	v[1] = [4]float32{m.Metallic, m.Roughness, strength(m.Normal), strength(m.Occlusion)}
	v[2] = [4]float32{m.Emissive[0], m.Emissive[1], m.Emissive[2], cutoff(m)}
	v[3] = [4]float32{g.Color[0], g.Color[1], g.Color[2], g.Factor}
	v[4] = [4]float32{f0, m.Coat.Factor, m.Coat.Roughness, strength(m.Coat.Normal)}
	v[5] = [4]float32{m.Transmission.Factor, m.Transmission.Thickness, max(1, g.IOR), 0}
	if t := m.Transmission; t.Depth > 0 { // Beer and Lambert
		for k, c := range t.Tint {
			v[6][k] = float32(-math.Log(math.Max(1e-3, float64(c)))) / t.Depth
		}
	}
	if m.Alpha == scene.Glass && m.Transmission.Factor == 0 {
		v[5][3] = 1
	}
	for i, x := range m.Maps() {
		w, ok := images.wear(x, i)
		if !ok || units == 0 {
			continue
		}
		units--
		d.maps[i] = w
		d.features |= 1 << i
		v[dressFixed+2*i], v[dressFixed+2*i+1] = laid(x)
	}
	for _, has := range []struct {
		feature features
		is      bool
	}{{featureMask, m.Alpha == scene.Mask}, {featureUnlit, m.Unlit}, {featureCoat, m.Coat.Factor > 0}, {featureThrough, m.Transmission.Factor > 0}} {
		if has.is {
			d.features |= has.feature
		}
	}
	d.through = m.Transmission.Factor > 0
	return d
}

func strength(m scene.Map) float32 {
	if m.Strength == 0 {
		return 1
	}
	return m.Strength
}

func cutoff(m *scene.Material) float32 {
	if m.Cutoff == 0 {
		return 0.5
	}
	return m.Cutoff
}

// laid are the rows that take texture coordinates to those of an image; the
// first says which set.
func laid(m *scene.Map) (u, v [4]float32) {
	scale := m.Scale
	if scale == [2]float32{} {
		scale = [2]float32{1, 1}
	}
	s, c := math.Sincos(float64(m.Turn))
	u = [4]float32{float32(c) * scale[0], float32(s) * scale[1], m.Offset[0]}
	v = [4]float32{float32(-s) * scale[0], float32(c) * scale[1], m.Offset[1]}
	if m.Second {
		u[3] = 1
	}
	return u, v
}

// describeTrim sets the further vertex attributes of dressed surfaces in the
// bound vertex array.
func (m *model) describeTrim() {
	m.describe()
	const stride, behind = int32(unsafe.Sizeof(trim{})), unsafe.Sizeof(vertex{})
	gl41.VertexAttribPointerWithOffset(8, 4, gl41.SHORT, true, stride, behind)
	gl41.VertexAttribPointerWithOffset(9, 2, gl41.FLOAT, false, stride, behind+unsafe.Offsetof(trim{}.second))
	gl41.VertexAttribPointerWithOffset(10, 4, gl41.UNSIGNED_SHORT, true, stride, behind+unsafe.Offsetof(trim{}.color))
	for i := range uint32(3) {
		gl41.EnableVertexAttribArray(8 + i)
	}
}
