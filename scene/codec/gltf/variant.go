package gltf

import (
	"slices"

	"github.com/qmuntal/gltf"

	"github.com/glasstwin/glasstwin/scene"
)

// variantsMax bounds the choices of a file: each primitive bears one entry for
// each.
const variantsMax = 256

// variantsForm is KHR_materials_variants of a document, mappingsForm that of a
// primitive.
type variantsForm struct {
	Variants []variantForm `json:"variants"`
}

type variantForm struct {
	Name string `json:"name"`
}

type mappingsForm struct {
	Mappings []mappingForm `json:"mappings"`
}

type mappingForm struct {
	Material int   `json:"material"`
	Variants []int `json:"variants"`
}

// variants reads the names of the choices of materials.
func (r *reader) variants() {
	var form variantsForm
	if !extension(r.doc.Extensions, extVariants, &form) {
		return
	}
	if len(form.Variants) > variantsMax {
		r.note("variants", "there are %d; the first %d are read", len(form.Variants), variantsMax)
		form.Variants = form.Variants[:variantsMax]
	}
	for _, v := range form.Variants {
		r.out.Variants = append(r.out.Variants, v.Name)
	}
}

// choices are the materials of a primitive for each variant; nil when it has no
// choice.
func (r *reader) choices(p *gltf.Primitive) []scene.MaterialID {
	var form mappingsForm
	if len(r.out.Variants) == 0 || !extension(p.Extensions, extVariants, &form) {
		return nil
	}
	out := slices.Repeat([]scene.MaterialID{scene.None}, len(r.out.Variants))
	for _, m := range form.Mappings {
		if m.Material < 0 || m.Material >= len(r.doc.Materials) {
			continue
		}
		for _, v := range m.Variants {
			if v >= 0 && v < len(out) {
				out[v] = scene.MaterialID(m.Material)
			}
		}
	}
	return out
}

// variants writes the names of the choices.
func (w *writer) variants() {
	if len(w.sc.Variants) == 0 {
		return
	}
	var form variantsForm
	for _, name := range w.sc.Variants {
		form.Variants = append(form.Variants, variantForm{name})
	}
	w.require(extVariants)
	w.doc.Extensions = gltf.Extensions{extVariants: form}
}

// choices writes the materials of a primitive for each variant.
func (w *writer) choices(p scene.Primitive) gltf.Extensions {
	var form mappingsForm
	for v, id := range p.Variants {
		if id == scene.None {
			continue
		}
		k := slices.IndexFunc(form.Mappings, func(m mappingForm) bool { return m.Material == int(id) })
		if k < 0 {
			k = len(form.Mappings)
			form.Mappings = append(form.Mappings, mappingForm{Material: int(id)})
		}
		form.Mappings[k].Variants = append(form.Mappings[k].Variants, v)
	}
	if len(form.Mappings) == 0 {
		return nil
	}
	return gltf.Extensions{extVariants: form}
}
