package ifc

import (
	"math"
	"strings"

	"github.com/glasstwin/glasstwin/scene"
)

// seeThrough is from what transparency on a surface counts as glass.
const seeThrough = 0.05

// styles remembers which item is coloured by which style, and which material
// by which representation.
func (r *reader) styles(id int, kind string) {
	e := r.get(id)
	switch kind {
	case "IFCSTYLEDITEM": // Item, Styles, Name
		if item := e.ref(0); item != 0 {
			r.styled[item] = append(r.styled[item], e.refs(1)...)
		}
	case "IFCMATERIALDEFINITIONREPRESENTATION": // Name, Description, Representations, RepresentedMaterial
		material := e.ref(3)
		for _, rep := range e.refs(2) {
			for _, item := range r.get(rep).refs(3) {
				if it := r.get(item); it.kind == "IFCSTYLEDITEM" {
					r.styled[material] = append(r.styled[material], it.refs(1)...)
				}
			}
		}
	case "IFCRELASSOCIATESMATERIAL": // …, RelatedObjects, RelatingMaterial
		for _, o := range e.refs(4) {
			r.madeOf[o] = e.ref(5)
		}
	}
	r.problem = nil // a colour that cannot be read is the usual grey
}

// styleOf is the material of an item, its operands' or scene.None.
func (r *reader) styleOf(id int) scene.MaterialID {
	for range depthMax {
		if ids, ok := r.styled[id]; ok {
			if m := r.surface(ids, 0); m != scene.None {
				return m
			}
		}
		if ids, ok := r.layered[id]; ok {
			if m := r.surface(ids, 0); m != scene.None {
				return m
			}
		}
		switch r.step.kind(id) {
		case "IFCBOOLEANRESULT", "IFCBOOLEANCLIPPINGRESULT":
			id = r.get(id).ref(1)
		case "IFCCSGSOLID":
			id = r.get(id).ref(0)
		default:
			return scene.None
		}
	}
	return scene.None
}

// surface finds the first surface style among presentation styles.
func (r *reader) surface(ids []int, depth int) scene.MaterialID {
	for _, id := range ids {
		if depth > 4 {
			continue
		}
		switch r.step.kind(id) {
		case "IFCPRESENTATIONSTYLEASSIGNMENT":
			if m := r.surface(r.get(id).refs(0), depth+1); m != scene.None {
				return m
			}
		case "IFCSURFACESTYLE":
			if m := r.material(id); m != scene.None {
				return m
			}
		}
	}
	return scene.None
}

// material reads an IfcSurfaceStyle: Name, Side, Styles.
func (r *reader) material(id int) scene.MaterialID {
	if m, ok := r.surfaces[id]; ok {
		return m
	}
	r.surfaces[id] = scene.None
	before := r.problem
	style := r.get(id)
	m := scene.Material{Name: style.text(0), Roughness: 0.7}
	found := false
	for _, k := range style.refs(2) {
		e := r.get(k)
		if e.kind == "IFCSURFACESTYLEWITHTEXTURES" {
			if m.Color.Image = r.textureOf(e); m.Color.Image != 0 && !found {
				m.BaseColor, found = [4]float32{1, 1, 1, 1}, true
			}
			continue
		}
		if e.kind != "IFCSURFACESTYLERENDERING" && e.kind != "IFCSURFACESTYLESHADING" {
			continue
		}
		// SurfaceColour, Transparency, DiffuseColour, TransmissionColour,
		// DiffuseTransmissionColour, ReflectionColour, SpecularColour,
		// SpecularHighlight, ReflectanceMethod. IFC2x3's shading ends after one.
		colour := e.at(0) // IfcColourRgb: Name, Red, Green, Blue
		for c := range 3 {
			m.BaseColor[c] = linear(colour.num(c + 1))
		}
		if id := e.arg(2); id.form == ref { // how it looks in the light, where that is another colour
			if d := r.get(int(id.num)); d.kind == "IFCCOLOURRGB" {
				for c := range 3 {
					m.BaseColor[c] = linear(d.num(c + 1))
				}
			}
		}
		m.BaseColor[3] = 1
		found = true
		if t := e.arg(1); t.form == number && t.num >= seeThrough {
			m.Alpha = scene.Glass
			m.BaseColor[3] = float32(math.Max(0.08, 1-math.Min(t.num, 1)))
			m.Roughness = 0.05
		}
		if len(e.args) > 7 && m.Alpha == scene.Opaque {
			m.Roughness = roughness(e.args[7], m.Roughness)
		}
		switch e.enum(8) {
		case "METAL":
			m.Metallic = 1
		case "MIRROR":
			m.Metallic, m.Roughness = 1, 0.05
		case "MATT":
			m.Roughness = 0.9
		case "FLAT": // its colour whatever the light: a lit sign, a screen
			if m.Alpha == scene.Opaque {
				for c := range 3 {
					m.Emissive[c] = flatShine * m.BaseColor[c]
				}
			}
		case "PLASTIC":
			m.Roughness = min(m.Roughness, 0.45)
		case "GLASS":
			if m.Roughness = 0.05; !e.has(1) {
				m.Alpha, m.BaseColor[3] = scene.Glass, 0.3
			}
		}
	}
	r.problem = before
	if !found {
		return scene.None
	}
	if m.Color.Image == 0 {
		m.Pattern = patternOf(m.Name)
	}
	r.surfaces[id] = r.palette.add(m)
	return r.surfaces[id]
}

// flatShine is how strongly a surface shines that is shown in its own colour
// whatever the light: by night it is read from across the street, by day it is
// little brighter than paint.
const flatShine = 0.6

// roughness reads IfcSpecularRoughness, or an exponent of Phong's by Walter et
// al. 2007; exporters write the same exponent for plaster and steel, so that it
// is believed down to satin only.
func roughness(v value, otherwise float32) float32 {
	if v.form != typed || v.list[0].form != number {
		return otherwise
	}
	n := v.list[0].num
	switch v.str {
	case "IFCSPECULARROUGHNESS":
		return float32(math.Max(0.03, math.Min(n, 1)))
	case "IFCSPECULAREXPONENT":
		if n > 0 {
			return float32(math.Max(0.5, math.Min(math.Sqrt(2/(n+2)), 1)))
		}
	}
	return otherwise
}

// linear turns a component of an sRGB colour to linear light (IEC 61966-2-1).
func linear(c float64) float32 {
	c = math.Max(0, math.Min(c, 1))
	if c <= 0.04045 {
		return float32(c / 12.92)
	}
	return float32(math.Pow((c+0.055)/1.055, 2.4))
}

// patterns are words in the names of styles and the detail they stand for.
var patterns = []struct {
	pattern scene.Pattern
	words   []string
}{
	{scene.Wood, []string{"wood", "oak", "timber", "pine", "parquet", "holz", "eiche", "parkett"}},
	{scene.Tile, []string{"tile", "tiling", "ceramic", "fliese", "keramik"}},
	{scene.Concrete, []string{"concrete", "screed", "cement", "beton", "estrich"}},
	{scene.BrushedMetal, []string{"brushed", "stainless", "edelstahl"}},
	{scene.Fabric, []string{"carpet", "fabric", "textile", "teppich"}},
}

func patternOf(name string) scene.Pattern {
	name = strings.ToLower(name)
	for _, p := range patterns {
		for _, w := range p.words {
			if strings.Contains(name, w) {
				return p.pattern
			}
		}
	}
	return scene.Plain
}

// made is the material of an element that its items do not colour: that of its
// stuff, else the usual one for its type.
func (r *reader) made(p product) scene.MaterialID {
	for _, id := range [2]int{p.id, r.typeOf[p.id]} {
		if of, ok := r.madeOf[id]; ok && id != 0 {
			for _, stuff := range r.stuff(of, 0) {
				if ids, ok := r.styled[stuff]; ok {
					if m := r.surface(ids, 0); m != scene.None {
						return m
					}
				}
			}
		}
	}
	return r.usual(p.kind)
}

// usual is a plain colour for elements that nobody coloured.
func (r *reader) usual(kind string) scene.MaterialID {
	m := scene.Material{Name: "not stated", BaseColor: [4]float32{0.62, 0.61, 0.59, 1}, Roughness: 0.75}
	switch {
	case strings.Contains(kind, "WINDOW") || strings.Contains(kind, "CURTAIN") || strings.Contains(kind, "PLATE"):
		m.BaseColor, m.Roughness, m.Alpha, m.Name = [4]float32{0.75, 0.85, 0.88, 0.25}, 0.05, scene.Glass, "glass, not stated"
	case strings.Contains(kind, "DOOR") || strings.Contains(kind, "FURN"):
		m.BaseColor = [4]float32{0.42, 0.31, 0.21, 1}
	case strings.Contains(kind, "SLAB") || strings.Contains(kind, "FOOTING"):
		m.BaseColor, m.Pattern = [4]float32{0.45, 0.45, 0.44, 1}, scene.Concrete
	case strings.Contains(kind, "ROOF"):
		m.BaseColor = [4]float32{0.35, 0.16, 0.12, 1}
	case strings.Contains(kind, "SITE") || strings.Contains(kind, "GEOGRAPHIC"):
		m.BaseColor = [4]float32{0.14, 0.22, 0.09, 1}
	}
	return r.palette.add(m)
}
