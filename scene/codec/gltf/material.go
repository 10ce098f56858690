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

// material reads a material and what extensions say of it, as far as ours goes.
func (r *reader) material(m *gltf.Material) scene.Material {
	out := scene.Material{Name: m.Name, BaseColor: [4]float32{1, 1, 1, 1}, Metallic: 1, Roughness: 1, DoubleSided: m.DoubleSided}
	if p := m.PBRMetallicRoughness; p != nil {
		for k, v := range p.BaseColorFactorOrDefault() {
			out.BaseColor[k] = float32(v)
		}
		out.Metallic, out.Roughness = float32(p.MetallicFactorOrDefault()), float32(p.RoughnessFactorOrDefault())
		out.ColorImage = r.texture(p.BaseColorTexture)
		out.RoughImage = r.texture(p.MetallicRoughnessTexture)
	}
	if m.NormalTexture != nil && m.NormalTexture.Index != nil {
		out.NormalImage = r.texture(&gltf.TextureInfo{Index: *m.NormalTexture.Index})
	}
	for k, v := range m.EmissiveFactor {
		out.Emissive[k] = float32(v)
	}
	out.EmissiveImage = r.texture(m.EmissiveTexture)
	switch m.AlphaMode {
	case gltf.AlphaBlend:
		out.Alpha = scene.Blend
	case gltf.AlphaMask:
		out.Alpha = scene.Blend
	default:
		out.BaseColor[3] = 1 // coverage counts only where it is asked for
	}
	r.materialExtensions(m, &out)
	var own materialExtras
	if extras(m.Extras, &own) {
		out.Pattern, out.PatternSize = own.Pattern, own.Size
		if own.Glass {
			out.Alpha = scene.Glass
			if p := m.PBRMetallicRoughness; p != nil {
				out.BaseColor[3] = float32(p.BaseColorFactorOrDefault()[3])
			}
		}
	}
	return out
}

func (r *reader) materialExtensions(m *gltf.Material, out *scene.Material) {
	var transmission struct {
		Factor float64 `json:"transmissionFactor"`
	}
	if extension(m.Extensions, "KHR_materials_transmission", &transmission) && transmission.Factor > 0.1 {
		out.Alpha = scene.Glass
		out.BaseColor[3] = float32(1 - transmission.Factor*0.8)
	}
	strength := struct {
		Value float64 `json:"emissiveStrength"`
	}{1}
	if extension(m.Extensions, "KHR_materials_emissive_strength", &strength) {
		for k := range out.Emissive {
			out.Emissive[k] *= float32(strength.Value)
		}
	}
	if _, ok := m.Extensions["KHR_materials_unlit"]; ok {
		for k := range 3 {
			out.Emissive[k], out.BaseColor[k] = out.BaseColor[k], 0
		}
		out.Metallic, out.Roughness = 0, 1
		out.EmissiveImage, out.ColorImage = out.ColorImage, 0
	}
	gloss := struct {
		Diffuse    [4]float64        `json:"diffuseFactor"`
		Specular   [3]float64        `json:"specularFactor"`
		Glossiness float64           `json:"glossinessFactor"`
		Texture    *gltf.TextureInfo `json:"diffuseTexture"`
	}{Diffuse: [4]float64{1, 1, 1, 1}, Specular: [3]float64{1, 1, 1}, Glossiness: 1}
	if extension(m.Extensions, "KHR_materials_pbrSpecularGlossiness", &gloss) {
		// As the extension's own conversion: a specular colour far over that of
		// dielectrics is a metal's.
		bright := math.Max(gloss.Specular[0], math.Max(gloss.Specular[1], gloss.Specular[2]))
		metal := math.Max(0, math.Min(1, (bright-0.04)/0.46))
		for k := range 3 {
			out.BaseColor[k] = float32(gloss.Diffuse[k]*(1-metal) + gloss.Specular[k]*metal)
		}
		out.BaseColor[3] = float32(gloss.Diffuse[3])
		out.Metallic, out.Roughness = float32(metal), float32(1-gloss.Glossiness)
		out.ColorImage = r.texture(gloss.Texture)
	}
}

// texture finds the image of a texture, also one that an extension names.
func (r *reader) texture(info *gltf.TextureInfo) scene.ImageID {
	if info == nil || info.Index < 0 || info.Index >= len(r.doc.Textures) || r.doc.Textures[info.Index] == nil {
		return 0
	}
	if info.TexCoord != 0 {
		r.note("texture", "it uses the second set of coordinates; the first is taken")
	}
	if _, ok := info.Extensions["KHR_texture_transform"]; ok {
		r.note("texture", "its transform is left out")
	}
	t := r.doc.Textures[info.Index]
	source := t.Source
	for _, name := range []string{"KHR_texture_basisu", "EXT_texture_webp"} {
		var other struct {
			Source *int `json:"source"`
		}
		if source == nil && extension(t.Extensions, name, &other) {
			source = other.Source
		}
	}
	if source == nil || *source < 0 || *source >= len(r.doc.Images) || r.doc.Images[*source] == nil {
		return 0
	}
	if id, ok := r.images[*source]; ok {
		return id
	}
	im := r.doc.Images[*source]
	var data []byte
	var err error
	if im.BufferView != nil {
		data, err = r.view(*im.BufferView)
	} else {
		data, err = r.resource(im.URI, nil, false)
	}
	if err != nil {
		r.note("image "+im.Name, "%v", err)
		r.images[*source] = 0
		return 0
	}
	mime := im.MimeType
	if len(data) > 3 && data[0] == 0xff && data[1] == 0xd8 {
		mime = "image/jpeg"
	} else if len(data) > 3 && string(data[1:4]) == "PNG" {
		mime = "image/png"
	}
	r.out.Images = append(r.out.Images, scene.Image{Name: im.Name, MIME: mime, Data: data})
	r.images[*source] = scene.ImageID(len(r.out.Images))
	return r.images[*source]
}
