package gltf

import (
	"encoding/binary"
	"math"

	"github.com/qmuntal/gltf"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/codec/gltf/meshopt"
)

// material writes a material, with the extensions that say what it has beyond
// metal and roughness.
func (w *writer) material(m scene.Material) *gltf.Material {
	color := [4]float64{}
	for k, v := range m.BaseColor {
		color[k] = short(v)
	}
	out := &gltf.Material{Name: m.Name, DoubleSided: m.DoubleSided, PBRMetallicRoughness: &gltf.PBRMetallicRoughness{
		BaseColorFactor: &color, MetallicFactor: gltf.Float(short(m.Metallic)), RoughnessFactor: gltf.Float(short(m.Roughness)),
		BaseColorTexture: w.texture(m.Color), MetallicRoughnessTexture: w.texture(m.Rough),
	}, NormalTexture: w.normalMap(m.Normal), EmissiveTexture: w.texture(m.Glow), Extensions: gltf.Extensions{}}
	if t := w.texture(m.Occlusion); t != nil {
		out.OcclusionTexture = &gltf.OcclusionTexture{Index: gltf.Index(t.Index), TexCoord: t.TexCoord, Extensions: t.Extensions}
		if m.Occlusion.Strength != 0 {
			out.OcclusionTexture.Strength = gltf.Float(short(m.Occlusion.Strength))
		}
	}
	add := func(name string, form any) {
		w.require(name)
		out.Extensions[name] = form
	}
	strength := max(m.Emissive[0], m.Emissive[1], m.Emissive[2], 1)
	for k, v := range m.Emissive {
		out.EmissiveFactor[k] = short(v / strength)
	}
	if strength > 1 {
		add(extStrength, strengthForm{gltf.Float(short(strength))})
	}
	if m.Unlit {
		add(extUnlit, struct{}{})
	}
	if c := m.Coat; c.Factor > 0 {
		add(extCoat, coatForm{short(c.Factor), w.texture(c.Map), short(c.Roughness), w.texture(c.Rough), w.normalMap(c.Normal)})
	}
	w.gloss(m, add)
	var own materialExtras
	switch m.Alpha {
	case scene.Mask:
		out.AlphaMode = gltf.AlphaMask
		if m.Cutoff != 0 {
			out.AlphaCutoff = gltf.Float(short(m.Cutoff))
		}
	case scene.Blend:
		out.AlphaMode = gltf.AlphaBlend
	case scene.Glass:
		if t := m.Transmission; t.Factor > 0 {
			if m.BaseColor[3] < 1 {
				out.AlphaMode = gltf.AlphaBlend
			}
			w.transmission(t, add)
			break
		}
		out.AlphaMode = gltf.AlphaBlend // what cannot transmit blends
		own.Glass = true
	}
	if own.Pattern, own.Size = m.Pattern, m.PatternSize; own != (materialExtras{}) && !w.opt.Bare {
		out.Extras = own
	}
	if len(out.Extensions) == 0 {
		out.Extensions = nil
	}
	return out
}

func (w *writer) gloss(m scene.Material, add func(string, any)) {
	g, usual := m.Gloss, scene.GlossUsual
	if !g.Stated {
		return
	}
	if g.IOR != usual.IOR {
		add(extIOR, iorForm{gltf.Float(short(g.IOR))})
	}
	form := specularForm{Map: w.texture(g.Map), Tint: w.texture(g.Tint)}
	if g.Factor != usual.Factor {
		form.Factor = gltf.Float(short(g.Factor))
	}
	if g.Color != usual.Color {
		form.Color = &[3]float64{short(g.Color[0]), short(g.Color[1]), short(g.Color[2])}
	}
	if form != (specularForm{}) {
		add(extSpecular, form)
	}
}

func (w *writer) transmission(t scene.Transmission, add func(string, any)) {
	add(extTransmission, transmissionForm{short(t.Factor), w.texture(t.Map)})
	if t.Thickness > 0 || t.Depth > 0 {
		form := volumeForm{Thickness: short(t.Thickness), Depth: short(t.Depth)}
		if t.Depth > 0 {
			form.Tint = &[3]float64{short(t.Tint[0]), short(t.Tint[1]), short(t.Tint[2])}
		}
		add(extVolume, form)
	}
}

// imaged tells whether any material of a primitive has an image.
func (w *writer) imaged(p scene.Primitive) bool {
	is := w.sc.Materials[p.Material].Imaged()
	for _, id := range p.Variants {
		is = is || id != scene.None && w.sc.Materials[id].Imaged()
	}
	return is
}

// colors writes those of vertices, in 16 bits where they are within 0 to 1.
func (w *writer) colors(p scene.Primitive, n int) int {
	for _, v := range p.Colors {
		if !(v >= 0 && v <= 1) || w.opt.Step == 0 && w.opt.Grid == nil {
			return w.accessor(streamKey{meshopt.Attributes, meshopt.None, 16, "color"}, floatBytes(p.Colors), gltf.ComponentFloat, gltf.AccessorVec4, false, n)
		}
	}
	data := make([]byte, 2*len(p.Colors))
	for i, v := range p.Colors {
		binary.LittleEndian.PutUint16(data[2*i:], uint16(math.Round(float64(v)*65535)))
	}
	return w.accessor(streamKey{meshopt.Attributes, meshopt.None, 8, "color"}, data, gltf.ComponentUshort, gltf.AccessorVec4, true, n)
}
