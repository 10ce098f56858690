package gltf

import (
	"math"

	"github.com/qmuntal/gltf"

	"github.com/glasstwin/glasstwin/scene"
)

// materialExtras are what of a material glTF has no word for.
type materialExtras struct {
	Pattern scene.Pattern `json:"pattern,omitempty"`
	Size    float32       `json:"patternSize,omitempty"`
	Glass   bool          `json:"glass,omitempty"`
}

// Extensions of materials that are read and written.
const (
	extUnlit        = "KHR_materials_unlit"
	extStrength     = "KHR_materials_emissive_strength"
	extCoat         = "KHR_materials_clearcoat"
	extSpecular     = "KHR_materials_specular"
	extIOR          = "KHR_materials_ior"
	extTransmission = "KHR_materials_transmission"
	extVolume       = "KHR_materials_volume"
	extGlossiness   = "KHR_materials_pbrSpecularGlossiness"
	extTransform    = "KHR_texture_transform"
	extVariants     = "KHR_materials_variants"
)

// coatForm, specularForm, transmissionForm and volumeForm are the extensions as
// they stand in a file.
type coatForm struct {
	Factor    float64             `json:"clearcoatFactor,omitempty"`
	Map       *gltf.TextureInfo   `json:"clearcoatTexture,omitempty"`
	Roughness float64             `json:"clearcoatRoughnessFactor,omitempty"`
	Rough     *gltf.TextureInfo   `json:"clearcoatRoughnessTexture,omitempty"`
	Normal    *gltf.NormalTexture `json:"clearcoatNormalTexture,omitempty"`
}

type specularForm struct {
	Factor *float64          `json:"specularFactor,omitempty"`
	Map    *gltf.TextureInfo `json:"specularTexture,omitempty"`
	Color  *[3]float64       `json:"specularColorFactor,omitempty"`
	Tint   *gltf.TextureInfo `json:"specularColorTexture,omitempty"`
}

type iorForm struct {
	IOR *float64 `json:"ior,omitempty"`
}

type transmissionForm struct {
	Factor float64           `json:"transmissionFactor"`
	Map    *gltf.TextureInfo `json:"transmissionTexture,omitempty"`
}

type volumeForm struct {
	Thickness float64           `json:"thicknessFactor,omitempty"`
	Map       *gltf.TextureInfo `json:"thicknessTexture,omitempty"`
	Depth     float64           `json:"attenuationDistance,omitempty"`
	Tint      *[3]float64       `json:"attenuationColor,omitempty"`
}

type strengthForm struct {
	Strength *float64 `json:"emissiveStrength,omitempty"`
}

// emissiveMost bounds what a surface may send out, times white.
const emissiveMost = 1e6

// material reads a material and what extensions say of it, as far as ours goes.
func (r *reader) material(m *gltf.Material) scene.Material {
	out := scene.Material{Name: m.Name, BaseColor: [4]float32{1, 1, 1, 1}, Metallic: 1, Roughness: 1, DoubleSided: m.DoubleSided}
	if p := m.PBRMetallicRoughness; p != nil {
		for k, v := range p.BaseColorFactorOrDefault() {
			out.BaseColor[k] = part(v)
		}
		out.Metallic, out.Roughness = part(p.MetallicFactorOrDefault()), part(p.RoughnessFactorOrDefault())
		out.Color, out.Rough = r.texture(p.BaseColorTexture), r.texture(p.MetallicRoughnessTexture)
	}
	out.Normal = r.normalMap(m.NormalTexture)
	if o := m.OcclusionTexture; o != nil && o.Index != nil && o.StrengthOrDefault() != 0 {
		out.Occlusion = r.texture(&gltf.TextureInfo{Extensions: o.Extensions, Index: *o.Index, TexCoord: o.TexCoord})
		out.Occlusion.Strength = notOne(o.StrengthOrDefault())
	}
	strength := 1.0
	var form strengthForm
	if extension(m.Extensions, extStrength, &form) && form.Strength != nil {
		strength = math.Max(0, *form.Strength)
	}
	for k, v := range m.EmissiveFactor {
		out.Emissive[k] = float32(math.Min(emissiveMost, float64(part(v))*strength))
	}
	out.Glow = r.texture(m.EmissiveTexture)
	switch m.AlphaMode {
	case gltf.AlphaBlend:
		out.Alpha = scene.Blend
	case gltf.AlphaMask:
		out.Alpha = scene.Mask
		if c := float32(m.AlphaCutoffOrDefault()); c != 0.5 {
			out.Cutoff = c
		}
		if m.AlphaCutoffOrDefault() <= 0 {
			out.Alpha, out.Cutoff = scene.Opaque, 0
		}
	}
	if out.Alpha == scene.Opaque {
		out.BaseColor[3] = 1 // coverage counts only where it is asked for
	}
	r.extended(m, &out)
	var own materialExtras
	if extras(m.Extras, &own) {
		out.Pattern, out.PatternSize = own.Pattern, own.Size
		if own.Glass {
			out.Alpha = scene.Glass
			if p := m.PBRMetallicRoughness; p != nil {
				out.BaseColor[3] = part(p.BaseColorFactorOrDefault()[3])
			}
		}
	}
	return out
}

// extended reads the extensions of a material.
func (r *reader) extended(m *gltf.Material, out *scene.Material) {
	_, out.Unlit = m.Extensions[extUnlit]
	var coat coatForm
	if extension(m.Extensions, extCoat, &coat) && coat.Factor > 0 {
		out.Coat = scene.Coat{Factor: part(coat.Factor), Roughness: part(coat.Roughness), Map: r.texture(coat.Map), Rough: r.texture(coat.Rough), Normal: r.normalMap(coat.Normal)}
	}
	r.gloss(m, out)
	var through transmissionForm
	if extension(m.Extensions, extTransmission, &through) && through.Factor > 0 {
		out.Alpha = scene.Glass
		out.Transmission.Factor, out.Transmission.Map = part(through.Factor), r.texture(through.Map)
		var volume volumeForm
		if extension(m.Extensions, extVolume, &volume) {
			if volume.Map != nil {
				r.note("material "+m.Name, "the picture of its thickness is left out")
			}
			out.Transmission.Thickness = float32(math.Max(0, math.Min(1e6, volume.Thickness)))
			if volume.Depth > 0 && volume.Depth < 1e6 && volume.Tint != nil {
				out.Transmission.Depth = float32(volume.Depth)
				for k, v := range volume.Tint {
					out.Transmission.Tint[k] = part(v)
				}
			}
		}
	}
	gloss := struct {
		Diffuse    [4]float64        `json:"diffuseFactor"`
		Specular   [3]float64        `json:"specularFactor"`
		Glossiness float64           `json:"glossinessFactor"`
		Texture    *gltf.TextureInfo `json:"diffuseTexture"`
	}{Diffuse: [4]float64{1, 1, 1, 1}, Specular: [3]float64{1, 1, 1}, Glossiness: 1}
	if extension(m.Extensions, extGlossiness, &gloss) {
		// As the extension's own conversion: a specular colour far over that of
		// dielectrics is a metal's.
		bright := math.Max(gloss.Specular[0], math.Max(gloss.Specular[1], gloss.Specular[2]))
		metal := math.Max(0, math.Min(1, (bright-0.04)/0.46))
		for k := range 3 {
			out.BaseColor[k] = part(gloss.Diffuse[k]*(1-metal) + gloss.Specular[k]*metal)
		}
		if out.Alpha != scene.Opaque {
			out.BaseColor[3] = part(gloss.Diffuse[3])
		}
		out.Metallic, out.Roughness = part(metal), part(1-gloss.Glossiness)
		out.Color = r.texture(gloss.Texture)
	}
}

// gloss reads how a material mirrors.
func (r *reader) gloss(m *gltf.Material, out *scene.Material) {
	g := scene.GlossUsual
	var specular specularForm
	if extension(m.Extensions, extSpecular, &specular) {
		g.Map, g.Tint = r.texture(specular.Map), r.texture(specular.Tint)
		if specular.Factor != nil {
			g.Factor = part(*specular.Factor)
		}
		if specular.Color != nil {
			for k, v := range specular.Color {
				g.Color[k] = float32(math.Max(0, math.Min(100, v)))
			}
		}
	}
	var ior iorForm
	if extension(m.Extensions, extIOR, &ior) && ior.IOR != nil {
		if g.IOR = float32(math.Min(100, *ior.IOR)); g.IOR < 1 && g.IOR != 0 {
			g.IOR = 1
		}
	}
	if g != scene.GlossUsual {
		g.Stated = true
		out.Gloss = g
	}
}

// part is a factor, 0 to 1.
func part(v float64) float32 { return float32(math.Max(0, math.Min(1, v))) }

// notOne is a strength as scene.Map has it: one stands as zero.
func notOne(v float64) float32 {
	if v == 1 {
		return 0
	}
	return float32(math.Max(-100, math.Min(100, v)))
}
