package ifc

import (
	"github.com/glasstwin/glasstwin/scene/geom"
)

// noBody tells whether a representation of that name shows no body.
func noBody(identifier string) bool {
	switch identifier {
	case "Axis", "Box", "FootPrint", "Annotation", "Plan", "Profile", "Reference", "Clearance", "Lighting", "Boundary",
		"CoG", "Survey", "WalkingLine", "Skeleton":
		return true
	}
	return false
}

// lines tells whether a representation of that type holds lines only.
func lines(kind string) bool {
	switch kind {
	case "BoundingBox", "Curve2D", "Curve3D", "GeometricSet", "GeometricCurveSet", "Annotation2D":
		return true
	}
	return false
}

// shape reads the groups of a product's body, in its own frame: of its Body, or
// of what else shows a body when that has none or cannot be read.
func (r *reader) shape(p product) []group {
	r.unread = r.unread[:0]
	id := p.e.ref(6)
	if id == 0 {
		return nil
	}
	var body, other []int
	for _, rep := range r.get(id).refs(2) {
		e := r.get(rep) // ContextOfItems, RepresentationIdentifier, RepresentationType, Items
		switch name := e.text(1); {
		case name == "Body":
			body = append(body, e.refs(3)...)
		case !noBody(name) && !lines(e.text(2)):
			other = append(other, e.refs(3)...)
		}
	}
	if err := r.took(); err != nil {
		r.unread = append(r.unread, err)
	}
	out := r.groups(body, 0)
	if len(out) == 0 && len(other) > 0 {
		before := len(r.unread)
		if out = r.groups(other, 0); len(out) > 0 {
			r.unread = r.unread[:before]
		}
	}
	return out
}

// element reads one element and its meshes; nil when it is not one.
func (r *reader) element(p product) (*Element, []sketchNode) {
	el := &Element{
		ID: p.id, GlobalID: p.e.text(0), Type: camel(p.kind), Name: p.e.text(2), Storey: r.storey(p.id), In: r.heldBy(p.id, ""),
		Within: r.host(p.id), TypeOf: r.typeOf[p.id], Buildup: r.buildup(p), Box: geom.EmptyBox(),
	}
	el.Material = el.Buildup.words()
	el.Kind = r.predefined(p.e, el.TypeOf)
	el.ObjectType = p.e.text(4)
	if isA(p.kind, "IFCELEMENT") {
		el.Tag = p.e.text(7)
	}
	el.Operation = r.operation(p.e, el.TypeOf)
	el.Quantities, el.Properties = r.facts(p.id)
	groups := r.shape(p)
	at := r.placement(p.e.ref(5), 0)
	if err := r.took(); err != nil {
		r.unread = append(r.unread, err)
	}
	var nodes []sketchNode
	if len(groups) > 0 {
		nodes = r.draw(p, el, groups, at)
	}
	for _, err := range r.unread {
		r.noted(p.id, err.Error())
	}
	if el.Box.Empty() {
		if spatial(p.kind) {
			return nil, nil
		}
		if len(r.unread) == 0 && !r.parts[p.id] {
			r.noted(p.id, "has no body; export it with its geometry")
		}
	}
	return el, nodes
}

// predefined is what an element is more closely, as the file says: its
// PredefinedType, or its ObjectType when that is USERDEFINED; else those of its
// type.
func (r *reader) predefined(e entity, typeID int) string {
	if k := r.ownKind(e, 4); k != "" {
		return k
	}
	if typeID == 0 {
		return ""
	}
	before := r.problem
	defer func() { r.problem = before }()
	return r.ownKind(r.get(typeID), 8)
}

// ownKind reads PredefinedType, or what stands for it at the index user.
func (r *reader) ownKind(e entity, user int) string {
	at := classes()[e.kind].predefined
	if at == 0 || r.step.old() && e.kind == "IFCBUILDINGELEMENTPROXY" { // of IFC2x3: CompositionType
		return ""
	}
	switch k := e.enum(at); k {
	case "NOTDEFINED", "T", "F", "U":
		return ""
	case "USERDEFINED":
		return e.text(user)
	default:
		return r.word(k)
	}
}

// operation is how a door or window opens, as it says itself or its type does.
func (r *reader) operation(e entity, typeID int) string {
	if !isA(e.kind, "IFCDOOR") && !isA(e.kind, "IFCWINDOW") {
		return ""
	}
	said := func(e entity, i int) string {
		if k := e.enum(i); k != "NOTDEFINED" && k != "USERDEFINED" {
			return r.word(k)
		}
		return ""
	}
	if k := said(e, 11); k != "" || typeID == 0 { // OperationType or PartitioningType
		return k
	}
	before := r.problem
	defer func() { r.problem = before }()
	switch of := r.get(typeID); of.kind {
	case "IFCDOORTYPE", "IFCWINDOWTYPE":
		return said(of, 10)
	case "IFCDOORSTYLE":
		return said(of, 8)
	case "IFCWINDOWSTYLE":
		return said(of, 9)
	}
	return ""
}

// old tells whether a file is of IFC2x3 or before.
func (s *step) old() bool { return len(s.schema) > 4 && s.schema[:5] == "IFC2X" }
