package ifc

import (
	"cmp"
	"slices"
)

// product is an entity that has a place and a shape.
type product struct {
	id   int
	kind string
	e    entity
}

// undrawn are products that are there to be known, not seen, with what is a
// kind of them.
var undrawn = [...]string{
	"IFCFEATUREELEMENTSUBTRACTION", "IFCANNOTATION", "IFCPOSITIONINGELEMENT", "IFCGRID", "IFCLINEARELEMENT", "IFCVIRTUALELEMENT",
	"IFCPORT", "IFCSPATIALZONE", "IFCEXTERNALSPATIALSTRUCTUREELEMENT", "IFCSTRUCTURALACTIVITY", "IFCSTRUCTURALITEM",
}

// role is what a kind of entity is to the reader.
type role uint8

const (
	roleNone    role = iota
	roleProduct      // drawn
	roleSpatial      // drawn, and holds others
	roleSpace
	roleHidden // has a place but is not drawn
	rolePort
	roleType
	roleGroup
	roleUnknown // not of the standard: its arguments decide
	roleRelation
)

// roleOf sorts a kind by what it is a kind of.
func roleOf(kind string) role {
	switch kind {
	case "IFCSPACE":
		return roleSpace
	case "IFCPROJECT", "IFCBUILDINGSTOREY", "IFCRELCONTAINEDINSPATIALSTRUCTURE", "IFCRELAGGREGATES", "IFCRELNESTS", "IFCRELVOIDSELEMENT",
		"IFCRELFILLSELEMENT", "IFCRELDEFINESBYPROPERTIES", "IFCRELDEFINESBYTYPE", "IFCSTYLEDITEM", "IFCMATERIALDEFINITIONREPRESENTATION",
		"IFCRELASSOCIATESMATERIAL", "IFCRELASSIGNSTOGROUP", "IFCRELASSIGNSTOGROUPBYFACTOR", "IFCRELSERVICESBUILDINGS",
		"IFCRELCONNECTSPORTS", "IFCRELCONNECTSPORTTOELEMENT", "IFCMAPCONVERSION", "IFCMAPCONVERSIONSCALED", "IFCRIGIDOPERATION",
		"IFCGEOMETRICREPRESENTATIONCONTEXT", "IFCINDEXEDCOLOURMAP", "IFCINDEXEDTRIANGLETEXTUREMAP", "IFCINDEXEDPOLYGONALTEXTUREMAP",
		"IFCTEXTUREMAP", "IFCGRID", "IFCIMAGETEXTURE", "IFCBLOBTEXTURE", "IFCPIXELTEXTURE", "IFCPRESENTATIONLAYERWITHSTYLE":
		return roleRelation
	}
	switch {
	case isA(kind, "IFCPORT"):
		return rolePort
	case isA(kind, "IFCPRODUCT"):
		for _, u := range undrawn {
			if isA(kind, u) {
				return roleHidden
			}
		}
		if spatial(kind) {
			return roleSpatial
		}
		return roleProduct
	case isA(kind, "IFCTYPEOBJECT"):
		return roleType
	case isA(kind, "IFCGROUP"):
		return roleGroup
	}
	if _, known := classes()[kind]; known {
		return roleNone
	}
	return roleUnknown
}

// spatial tells whether a kind holds others, as a storey does.
func spatial(kind string) bool {
	return kind == "IFCPROJECT" || kind != "IFCSPACE" && (isA(kind, "IFCSPATIALELEMENT") || isA(kind, "IFCSPATIALSTRUCTUREELEMENT"))
}

// relate collects who belongs to whom, and lists what has a place: whatever its
// type is called. What is not of the standard counts when its sixth argument is
// a placement or its seventh a shape.
func (r *reader) relate(m *Model) []product {
	kinds := r.step.kinds
	roles := make([]role, len(kinds))
	for i, k := range kinds {
		roles[i] = roleOf(k)
	}
	for _, in := range r.step.instances {
		if roles[in.kind] != roleUnknown {
			continue
		}
		r.parser.reuse()
		r.cache.generation++
		e := r.get(in.id)
		r.problem = nil
		if len(e.args) > 6 && e.args[0].form == text && (r.refersTo(e.args[5], "PLACEMENT") || r.refersTo(e.args[6], "IFCPRODUCTDEFINITIONSHAPE")) {
			roles[in.kind] = roleProduct
		}
	}
	var out []product
	for _, in := range r.step.instances {
		switch roles[in.kind] {
		case roleProduct:
			out = append(out, product{id: in.id, kind: kinds[in.kind]})
			continue
		case roleSpace, roleSpatial:
			out = append(out, product{id: in.id, kind: kinds[in.kind]})
			r.relations.spatials = append(r.relations.spatials, in.id)
			continue
		case rolePort:
			r.relations.ports = append(r.relations.ports, in.id)
			continue
		case roleType:
			r.relations.types = append(r.relations.types, in.id)
			continue
		case roleGroup:
			r.relations.groups = append(r.relations.groups, in.id)
			continue
		case roleRelation:
		default:
			continue
		}
		r.parser.reuse()
		r.cache.generation++
		r.relation(in.id, kinds[in.kind], m)
		if kinds[in.kind] == "IFCBUILDINGSTOREY" {
			out = append(out, product{id: in.id, kind: kinds[in.kind]})
			r.relations.spatials = append(r.relations.spatials, in.id)
		}
		if err := r.took(); err != nil {
			r.noted(in.id, err.Error())
		}
	}
	slices.SortStableFunc(m.Storeys, func(a, b Storey) int { return cmp.Compare(a.Elevation, b.Elevation) })
	return out
}

// relation reads one relation.
func (r *reader) relation(id int, kind string, m *Model) {
	e := r.get(id)
	all := &r.building.relations
	switch kind {
	case "IFCPROJECT":
		if m.Project == "" {
			m.Project = e.text(2)
		}
		all.projects = append(all.projects, id)
	case "IFCBUILDINGSTOREY": // …, Name, …, LongName 7, CompositionType, Elevation
		m.Storeys = append(m.Storeys, Storey{ID: id, GlobalID: e.text(0), Name: cmp.Or(e.text(2), e.text(7)), Elevation: e.lengthOr(9)})
	case "IFCRELCONTAINEDINSPATIALSTRUCTURE": // …, RelatedElements, RelatingStructure
		for _, o := range e.refs(4) {
			r.storeyOf[o] = e.ref(5)
		}
	case "IFCRELAGGREGATES", "IFCRELNESTS": // …, RelatingObject, RelatedObjects
		for _, o := range e.refs(5) {
			r.wholeOf[o] = e.ref(4)
		}
		if kind == "IFCRELAGGREGATES" || !r.onlyPorts(e.refs(5)) {
			r.parts[e.ref(4)] = true
		}
	case "IFCRELVOIDSELEMENT": // …, RelatingBuildingElement, RelatedOpeningElement
		r.openings[e.ref(4)] = append(r.openings[e.ref(4)], e.ref(5))
		r.hostOf[e.ref(5)] = e.ref(4)
	case "IFCRELFILLSELEMENT": // …, RelatingOpeningElement, RelatedBuildingElement
		r.fills[e.ref(5)] = e.ref(4)
	case "IFCRELDEFINESBYPROPERTIES": // …, RelatedObjects, RelatingPropertyDefinition
		for _, o := range e.refs(4) {
			r.sets[o] = append(r.sets[o], e.refs(5)...)
		}
	case "IFCRELDEFINESBYTYPE": // …, RelatedObjects, RelatingType
		for _, o := range e.refs(4) {
			r.typeOf[o] = e.ref(5)
		}
	case "IFCRELASSIGNSTOGROUP", "IFCRELASSIGNSTOGROUPBYFACTOR": // …, RelatedObjects, RelatedObjectsType, RelatingGroup
		all.members[e.ref(6)] = append(all.members[e.ref(6)], e.refs(4)...)
	case "IFCRELSERVICESBUILDINGS": // …, RelatingSystem, RelatedBuildings
		all.serves[e.ref(4)] = append(all.serves[e.ref(4)], e.refs(5)...)
	case "IFCRELCONNECTSPORTS": // …, RelatingPort, RelatedPort, RealizingElement
		all.conveys = append(all.conveys, [3]int{e.ref(4), e.ref(5), e.ref(6)})
	case "IFCRELCONNECTSPORTTOELEMENT": // …, RelatingPort, RelatedElement
		r.portOf[e.ref(4)] = e.ref(5)
	case "IFCMAPCONVERSION", "IFCMAPCONVERSIONSCALED", "IFCRIGIDOPERATION":
		all.crs = append(all.crs, id)
	case "IFCGEOMETRICREPRESENTATIONCONTEXT":
		all.contexts = append(all.contexts, id)
	case "IFCINDEXEDCOLOURMAP": // MappedTo, Opacity, Colours, ColourIndex
		r.coloured[e.ref(0)] = id
	case "IFCINDEXEDTRIANGLETEXTUREMAP", "IFCINDEXEDPOLYGONALTEXTUREMAP", "IFCTEXTUREMAP": // Maps, …, MappedTo
		at := 1
		if kind == "IFCTEXTUREMAP" { // Maps, Vertices, MappedTo
			at = 2
		}
		r.textured[e.ref(at)] = append(r.textured[e.ref(at)], id)
	case "IFCIMAGETEXTURE", "IFCBLOBTEXTURE", "IFCPIXELTEXTURE":
		all.textures = append(all.textures, id)
	case "IFCPRESENTATIONLAYERWITHSTYLE": // Name, Description, AssignedItems 2, Identifier, LayerOn, LayerFrozen, LayerBlocked, LayerStyles
		if styles := e.refs(7); len(styles) > 0 {
			for _, item := range e.refs(2) {
				r.layered[item] = styles
			}
		}
	case "IFCGRID": // …, UAxes 7, VAxes, WAxes
		for i := 7; i < 10; i++ {
			for _, axis := range e.refs(i) {
				r.gridOf[axis] = id
			}
		}
	default:
		r.styles(id, kind)
	}
}

// onlyPorts tells whether all of some objects are ports, which make no parts.
func (r *reader) onlyPorts(ids []int) bool {
	for _, id := range ids {
		if !isA(r.step.kind(id), "IFCPORT") {
			return false
		}
	}
	return true
}

func (r *reader) refersTo(v value, suffix string) bool {
	if v.form != ref {
		return false
	}
	kind := r.step.kind(int(v.num))
	return len(kind) >= len(suffix) && kind[len(kind)-len(suffix):] == suffix
}

// storey is the name of the storey that an element belongs to, by way of its
// whole, its opening or its host where need be.
func (r *reader) storey(id int) string {
	if id = r.heldBy(id, "IFCBUILDINGSTOREY"); id == 0 {
		return ""
	}
	e := r.get(id)
	return r.word(cmp.Or(e.text(2), e.text(7)))
}

// heldBy follows who holds an element up to a kind of structure; empty: any.
func (r *reader) heldBy(id int, kind string) int {
	for range depthMax {
		if holder, ok := r.storeyOf[id]; ok {
			id = holder
		} else if whole, ok := r.wholeOf[id]; ok {
			id = whole
		} else if opening, ok := r.fills[id]; ok {
			id = opening
		} else if host, ok := r.hostOf[id]; ok {
			id = host
		} else {
			return 0
		}
		if k := r.step.kind(id); k == kind || kind == "" && k != "" && (k == "IFCSPACE" || spatial(k)) {
			return id
		}
	}
	return 0
}

// host is the element that another is a part of or sits in.
func (r *reader) host(id int) int {
	if opening, ok := r.fills[id]; ok {
		return r.hostOf[opening]
	}
	whole := r.wholeOf[id]
	if kind := r.step.kind(whole); kind != "" && !spatial(kind) {
		return whole
	}
	return 0
}
