package ifc

import (
	"cmp"
	"strings"
)

// layersMax bounds what one element is made of.
const layersMax = 1_000

// buildup reads what an element is made of: its own material, else that of its
// type.
func (r *reader) buildup(p product) Buildup {
	before := r.problem
	defer func() { r.problem = before }() // a material that cannot be read draws no wall worse
	for _, id := range [2]int{p.id, r.typeOf[p.id]} {
		if of, ok := r.madeOf[id]; ok && id != 0 {
			var b Buildup
			r.makeUp(of, &b, 0)
			return b
		}
	}
	return Buildup{}
}

// makeUp reads an IfcMaterialSelect.
func (r *reader) makeUp(id int, b *Buildup, depth int) {
	if depth > 6 || id == 0 || len(b.Layers) >= layersMax {
		return
	}
	e := r.get(id)
	kind := func(k BuildupKind) {
		if b.Kind == Unstated {
			b.Kind = k
		}
	}
	each := func(ids []int) {
		for _, k := range ids {
			r.makeUp(k, b, depth+1)
		}
	}
	switch e.kind {
	case "IFCMATERIALLAYERSETUSAGE": // ForLayerSet, LayerSetDirection, DirectionSense, OffsetFromReferenceLine
		kind(Layered)
		switch e.enum(1) {
		case "AXIS1":
			b.LayerAxis = 1
		case "AXIS2":
			b.LayerAxis = 2
		case "AXIS3":
			b.LayerAxis = 3
		}
		b.Backwards, b.Offset = e.enum(2) == "NEGATIVE", e.lengthOr(3)
		each(e.refs(0))
	case "IFCMATERIALLAYERSET": // MaterialLayers, LayerSetName
		kind(Layered)
		b.Name = e.text(1)
		each(e.refs(0))
	case "IFCMATERIALLAYER", "IFCMATERIALLAYERWITHOFFSETS": // Material, LayerThickness, IsVentilated, Name, Description, Category
		kind(Layered)
		l := r.oneMaterial(e.ref(0))
		l.Thickness, l.Airspace, l.Name = e.lengthOr(1), e.yes(2), e.text(3)
		l.Category = cmp.Or(e.text(5), l.Category)
		b.Layers = append(b.Layers, l)
	case "IFCMATERIALPROFILESETUSAGE", "IFCMATERIALPROFILESETUSAGETAPERING": // ForProfileSet, …
		kind(Profiled)
		each(e.refs(0))
	case "IFCMATERIALPROFILESET": // Name, Description, MaterialProfiles
		kind(Profiled)
		b.Name = e.text(0)
		each(e.refs(2))
	case "IFCMATERIALPROFILE", "IFCMATERIALPROFILEWITHOFFSETS": // Name, Description, Material, Profile, Priority, Category
		kind(Profiled)
		l := r.oneMaterial(e.ref(2))
		l.Name, l.Category = e.text(0), cmp.Or(e.text(5), l.Category)
		if p := e.ref(3); p != 0 {
			l.Profile = r.get(p).text(1)
		}
		b.Layers = append(b.Layers, l)
	case "IFCMATERIALCONSTITUENTSET": // Name, Description, MaterialConstituents
		kind(Constituents)
		b.Name = e.text(0)
		each(e.refs(2))
	case "IFCMATERIALCONSTITUENT": // Name, Description, Material, Fraction, Category
		kind(Constituents)
		l := r.oneMaterial(e.ref(2))
		l.Name, l.Category, l.Fraction = e.text(0), cmp.Or(e.text(4), l.Category), e.numOr(3, 0)
		b.Layers = append(b.Layers, l)
	case "IFCMATERIALLIST": // Materials
		kind(Mixed)
		each(e.refs(0))
	case "IFCMATERIAL":
		kind(Single)
		b.Layers = append(b.Layers, r.oneMaterial(id))
	}
}

// oneMaterial reads an IfcMaterial: Name, Description, Category.
func (r *reader) oneMaterial(id int) Layer {
	if id == 0 {
		return Layer{} // an airspace has none
	}
	e := r.get(id)
	return Layer{Material: r.word(e.text(0)), Category: r.word(e.text(2))}
}

// words names what a buildup is made of.
func (b Buildup) words() string {
	var names []string
	for _, l := range b.Layers {
		if l.Material != "" && len(names) < 50 {
			names = append(names, l.Material)
		}
	}
	return strings.Join(names, ", ")
}

// stuff lists the IfcMaterials of a material definition.
func (r *reader) stuff(id, depth int) []int {
	if depth > 6 || id == 0 {
		return nil
	}
	before := r.problem
	defer func() { r.problem = before }()
	e := r.get(id)
	var inner []int
	switch e.kind {
	case "IFCMATERIAL":
		return []int{id}
	case "IFCMATERIALLAYERSETUSAGE", "IFCMATERIALPROFILESETUSAGE", "IFCMATERIALPROFILESETUSAGETAPERING",
		"IFCMATERIALLAYERSET", "IFCMATERIALLIST", "IFCMATERIALLAYER", "IFCMATERIALLAYERWITHOFFSETS":
		inner = e.refs(0)
	case "IFCMATERIALCONSTITUENTSET", "IFCMATERIALPROFILESET", "IFCMATERIALCONSTITUENT", "IFCMATERIALPROFILE", "IFCMATERIALPROFILEWITHOFFSETS":
		inner = e.refs(2)
	}
	var out []int
	for _, k := range inner {
		if len(out) > 50 {
			break
		}
		out = append(out, r.stuff(k, depth+1)...)
	}
	return out
}
