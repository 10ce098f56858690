package collada

import (
	"bytes"
	"math"
	"strings"

	"github.com/beevik/etree"

	"github.com/glasstwin/glasstwin/scene"
)

// plain is the material of what binds none.
func (d *document) plain() scene.MaterialID {
	return d.out.AddMaterial(scene.Material{Name: "plain", BaseColor: [4]float32{0.6, 0.6, 0.6, 1}, Roughness: 0.6})
}

// bound reads a <bind_material>: symbols to materials.
func (d *document) bound(instance *etree.Element) map[string]scene.MaterialID {
	out := map[string]scene.MaterialID{}
	bind := instance.SelectElement("bind_material")
	if bind == nil {
		return out
	}
	tech := bind.SelectElement("technique_common")
	if tech == nil {
		return out
	}
	for _, m := range tech.SelectElements("instance_material") {
		out[m.SelectAttrValue("symbol", "")] = d.material(m.SelectAttrValue("target", ""))
	}
	return out
}

func (d *document) material(url string) scene.MaterialID {
	if id, ok := d.materials[url]; ok {
		return id
	}
	id := scene.MaterialID(scene.None)
	if e := d.ref(url); e != nil {
		if instance := e.SelectElement("instance_effect"); instance != nil {
			if effect := d.ref(instance.SelectAttrValue("url", "")); effect != nil {
				id = d.out.AddMaterial(d.effect(called(e), effect))
			}
		}
	}
	if id == scene.None {
		id = d.plain()
	}
	d.materials[url] = id
	return id
}

// effect turns the common profile to metallic-roughness: a highlight's
// exponent to a roughness (Karis 2013), its colour to metalness only where it
// is strong and coloured like the diffuse one.
func (d *document) effect(name string, effect *etree.Element) scene.Material {
	m := scene.Material{Name: name, BaseColor: [4]float32{0.6, 0.6, 0.6, 1}, Roughness: 0.6}
	profile := effect.SelectElement("profile_COMMON")
	if profile == nil {
		d.note("effect "+called(effect), "no common profile; a grey is taken instead")
		return m
	}
	var shading *etree.Element
	for _, tech := range profile.SelectElements("technique") {
		for _, kind := range []string{"phong", "blinn", "lambert", "constant"} {
			if s := tech.SelectElement(kind); s != nil {
				shading = s
			}
		}
		if extra := tech.FindElement(".//double_sided"); extra != nil && strings.TrimSpace(extra.Text()) == "1" {
			m.DoubleSided = true
		}
	}
	if shading == nil {
		return m
	}
	if c, image := d.color(profile, shading.SelectElement("diffuse")); c != nil || image != 0 {
		if c != nil {
			m.BaseColor = [4]float32{linear(c[0]), linear(c[1]), linear(c[2]), 1}
		} else {
			m.BaseColor = [4]float32{1, 1, 1, 1}
		}
		m.Color.Image = image
	}
	if c, image := d.color(profile, shading.SelectElement("emission")); c != nil || image != 0 {
		if c != nil {
			m.Emissive = [3]float32{linear(c[0]), linear(c[1]), linear(c[2])}
		} else {
			m.Emissive = [3]float32{1, 1, 1}
		}
		m.Glow.Image = image
		if shading.Tag == "constant" {
			m.BaseColor = [4]float32{0, 0, 0, 1}
		}
	}
	if s := shading.SelectElement("shininess"); s != nil && shading.Tag != "lambert" {
		if v := floats(text(s, "float")); len(v) == 1 && v[0] >= 0 {
			exponent := v[0]
			if exponent <= 1 { // exporters that mean a share of 128
				exponent *= 128
			}
			m.Roughness = float32(math.Max(0.05, math.Min(1, math.Sqrt(math.Sqrt(2/(exponent+2))))))
		}
	}
	if cover := d.coverage(profile, shading); cover < 0.999 {
		m.BaseColor[3] = float32(cover)
		m.Alpha = scene.Blend
	}
	beyond(profile, &m)
	return m
}

// beyond reads what Write says of a material beyond the common profile.
func beyond(profile *etree.Element, m *scene.Material) {
	t := profile.FindElement("./technique/extra/technique[@profile='" + ownProfile + "']")
	if t == nil {
		return
	}
	if v := floats(text(t, "metallic")); len(v) == 1 {
		m.Metallic = float32(unit(v[0]))
	}
	if text(t, "glass") == "1" {
		m.Alpha = scene.Glass
	}
	if v := floats(text(t, "pattern")); len(v) == 1 && v[0] > 0 && v[0] <= float64(scene.Belt) {
		m.Pattern = scene.Pattern(v[0])
	}
	if v := floats(text(t, "pattern_size")); len(v) == 1 && v[0] > 0 && v[0] < 1000 {
		m.PatternSize = float32(v[0])
	}
}

// coverage follows chapter 7, "Determining transparency": the mode tells
// whether alpha one or luminance zero is opaque.
func (d *document) coverage(profile, shading *etree.Element) float64 {
	factor := 1.0
	if v := floats(text(shading.SelectElement("transparency"), "float")); len(v) == 1 {
		factor = v[0]
	}
	e := shading.SelectElement("transparent")
	if e == nil {
		return 1 // many exporters write a transparency alone, and mean nothing by it
	}
	c, image := d.color(profile, e)
	if c == nil {
		if image != 0 {
			return 1
		}
		c = []float64{1, 1, 1, 1}
	}
	luminance := 0.2126*c[0] + 0.7152*c[1] + 0.0722*c[2]
	switch e.SelectAttrValue("opaque", "A_ONE") {
	case "RGB_ZERO":
		return unit(1 - luminance*factor)
	case "RGB_ONE":
		return unit(luminance * factor)
	case "A_ZERO":
		return unit(1 - c[3]*factor)
	default:
		return unit(c[3] * factor)
	}
}

func unit(v float64) float64 { return math.Max(0, math.Min(1, v)) }

// color reads a colour of four numbers, or an image.
func (d *document) color(profile, e *etree.Element) ([]float64, scene.ImageID) {
	if e == nil {
		return nil, 0
	}
	if v := floats(text(e, "color")); len(v) >= 3 {
		if len(v) == 3 {
			v = append(v, 1)
		}
		for i := range v {
			v[i] = unit(v[i])
		}
		return v, 0
	}
	if p := e.SelectElement("param"); p != nil {
		for _, n := range profile.SelectElements("newparam") {
			if n.SelectAttrValue("sid", "") == p.SelectAttrValue("ref", "") {
				for _, kind := range []string{"float3", "float4"} {
					if v := floats(text(n, kind)); len(v) >= 3 {
						return append(v, 1)[:4], 0
					}
				}
			}
		}
	}
	if t := e.SelectElement("texture"); t != nil {
		return nil, d.image(profile, t.SelectAttrValue("texture", ""))
	}
	return nil, 0
}

// image follows a sampler to its surface to its image, and opens that.
func (d *document) image(profile *etree.Element, name string) scene.ImageID {
	for range 4 {
		next := ""
		for _, n := range profile.SelectElements("newparam") {
			if n.SelectAttrValue("sid", "") != name {
				continue
			}
			if s := n.SelectElement("sampler2D"); s != nil {
				next = text(s, "source")
				if i := s.SelectElement("instance_image"); i != nil {
					next = strings.TrimPrefix(i.SelectAttrValue("url", ""), "#")
				}
			} else if s := n.SelectElement("surface"); s != nil {
				next = text(s, "init_from")
			}
		}
		if next == "" || next == name {
			break
		}
		name = next
	}
	if id, ok := d.images[name]; ok {
		return id
	}
	d.images[name] = 0
	e := d.byID[name]
	if e == nil || e.Tag != "image" {
		d.note("image "+name, "it is not in the document")
		return 0
	}
	uri := text(e, "init_from")
	if from := e.SelectElement("init_from"); from != nil && from.SelectElement("ref") != nil {
		uri = text(from, "ref")
	}
	if d.open == nil || uri == "" {
		d.note("image "+name, "%s is not at hand; give it beside the document", uri)
		return 0
	}
	data, err := d.open(uri)
	if err != nil || len(data) > imageMax {
		d.note("image "+name, "%s cannot be had (%v); give it beside the document", uri, err)
		return 0
	}
	mime := ""
	switch {
	case bytes.HasPrefix(data, []byte("\x89PNG")):
		mime = "image/png"
	case bytes.HasPrefix(data, []byte("\xff\xd8")):
		mime = "image/jpeg"
	default:
		d.note("image "+name, "%s is neither PNG nor JPEG; convert it", uri)
		return 0
	}
	d.out.Images = append(d.out.Images, scene.Image{Name: uri, MIME: mime, Data: data})
	d.images[name] = scene.ImageID(len(d.out.Images))
	return d.images[name]
}

// linear takes a display value (sRGB, IEC 61966-2-1) to a linear one.
func linear(v float64) float32 {
	if v <= 0.04045 {
		return float32(v / 12.92)
	}
	return float32(math.Pow((v+0.055)/1.055, 2.4))
}

// display is the inverse of linear.
func display(v float32) float64 {
	if v <= 0.0031308 {
		return float64(v) * 12.92
	}
	return 1.055*math.Pow(float64(v), 1/2.4) - 0.055
}
