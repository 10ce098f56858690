package main

import (
	"fmt"
	"math"
)

// building is a file with what its parts share.
type building struct {
	*file
	owner, context, storey, storeyPlace ref
	styles                              map[string]ref
	layers                              map[string]ref
	contained                           []ref
	madeOf                              map[ref][]ref // material to what is made of it
	order                               []ref
}

// solid is a body and its style.
type solid struct{ item, style ref }

// Points, directions and placements.

func (b *building) point(c ...float64) ref { return b.add("IfcCartesianPoint", c) }

func (b *building) dir(c ...float64) ref { return b.add("IfcDirection", c) }

// frame is a placement at x, y, z, turned about z by an angle in degrees.
func (b *building) frame(x, y, z, turn float64) ref {
	if turn == 0 {
		return b.add("IfcAxis2Placement3D", b.point(x, y, z), nil, nil)
	}
	s, c := math.Sincos(turn * math.Pi / 180)
	return b.add("IfcAxis2Placement3D", b.point(x, y, z), b.dir(0, 0, 1), b.dir(c, s, 0))
}

// upright is a placement whose x runs along the wall, whose y is up and whose z
// comes out of the wall against its y.
func (b *building) upright(x, y, z float64) ref {
	return b.add("IfcAxis2Placement3D", b.point(x, y, z), b.dir(0, -1, 0), b.dir(1, 0, 0))
}

func (b *building) place(under, frame ref) ref { return b.add("IfcLocalPlacement", under, frame) }

// Profiles and bodies. All are extruded along z of their frame.

func (b *building) loop(xy ...float64) ref {
	var points []ref
	for i := 0; i+1 < len(xy); i += 2 {
		points = append(points, b.point(xy[i], xy[i+1]))
	}
	return b.add("IfcPolyline", append(points, points[0]))
}

func square(x0, y0, x1, y1 float64) []float64 { return []float64{x0, y0, x1, y0, x1, y1, x0, y1} }

func (b *building) profile(outline []float64, holes ...[]float64) ref {
	if len(holes) == 0 {
		return b.add("IfcArbitraryClosedProfileDef", word("AREA"), nil, b.loop(outline...))
	}
	var inner []ref
	for _, h := range holes {
		inner = append(inner, b.loop(h...))
	}
	return b.add("IfcArbitraryProfileDefWithVoids", word("AREA"), nil, b.loop(outline...), inner)
}

func (b *building) rect(w, d float64) ref {
	return b.add("IfcRectangleProfileDef", word("AREA"), nil, nil, w, d)
}

func (b *building) extrude(profile, frame ref, depth float64, style string) solid {
	return solid{b.add("IfcExtrudedAreaSolid", profile, frame, b.dir(0, 0, 1), depth), b.style(style)}
}

// block is a box along the axes between two corners.
func (b *building) block(x0, y0, z0, x1, y1, z1 float64, style string) solid {
	return b.extrude(b.rect(x1-x0, y1-y0), b.frame((x0+x1)/2, (y0+y1)/2, z0, 0), z1-z0, style)
}

// post is an upright cylinder.
func (b *building) post(x, y, z0, radius, height float64, style string) solid {
	return b.extrude(b.add("IfcCircleProfileDef", word("AREA"), nil, nil, radius), b.frame(x, y, z0, 0), height, style)
}

// tube is a round bar along a line of points.
func (b *building) tube(radius float64, style string, xyz ...float64) solid {
	var points []ref
	for i := 0; i+2 < len(xyz); i += 3 {
		points = append(points, b.point(xyz[i:i+3]...))
	}
	return solid{b.add("IfcSweptDiskSolid", b.add("IfcPolyline", points), radius, nil, nil, nil), b.style(style)}
}

// style colours a surface: sRGB, transparency, roughness, and whether it is metal.
func (b *building) style(name string) ref {
	s, ok := palette[name]
	if !ok {
		panic("no style " + name) // a mistake of the plan
	}
	if r, have := b.styles[name]; have {
		return r
	}
	method := word("MATT")
	switch {
	case s.lit:
		method = "FLAT"
	case s.metal:
		method = "METAL"
	case s.clear > 0:
		method = "GLASS"
	case s.rough < 0.6:
		method = "PLASTIC"
	}
	colour := b.add("IfcColourRgb", nil, s.r, s.g, s.b)
	r := b.add("IfcSurfaceStyle", name, word("BOTH"), []ref{b.add("IfcSurfaceStyleRendering", colour, s.clear, nil, nil, nil, nil,
		nil, typed{"IFCSPECULARROUGHNESS", s.rough}, method)})
	b.styles[name] = r
	return r
}

// shape is the representation of solids; each gets its style.
func (b *building) shape(kind string, solids ...solid) ref {
	var items []ref
	for _, s := range solids {
		items = append(items, s.item)
		if s.style != 0 {
			b.add("IfcStyledItem", s.item, []ref{s.style}, nil)
		}
	}
	return b.add("IfcShapeRepresentation", b.context, "Body", kind, items)
}

func (b *building) product(reps ...ref) ref {
	return b.add("IfcProductDefinitionShape", nil, nil, reps)
}

// element writes an element of the nine attributes that most have, more behind.
func (b *building) element(kind, name, tag string, place, shape ref, more ...any) ref {
	return b.add(kind, append([]any{guid(name), b.owner, name, nil, nil, place, shape, tag}, more...)...)
}

// within puts an element into the storey.
func (b *building) within(e ref) ref {
	b.contained = append(b.contained, e)
	return e
}

// made tells what elements are made of.
func (b *building) made(material ref, elements ...ref) {
	if b.madeOf[material] == nil {
		b.order = append(b.order, material)
	}
	b.madeOf[material] = append(b.madeOf[material], elements...)
}

// layer is a layer of a set: its material and thickness.
type layer struct {
	material  string
	thickness float64
}

// layered is the usage of a set of layers, upright (walls) or lying (slabs).
func (b *building) layered(name string, axis word, layers ...layer) ref {
	if r, ok := b.layers[name]; ok {
		return r
	}
	var list []ref
	total := 0.0
	for _, l := range layers {
		m := b.add("IfcMaterial", l.material, nil, nil)
		list = append(list, b.add("IfcMaterialLayer", m, l.thickness, false, l.material, nil, nil, nil))
		total += l.thickness
	}
	set := b.add("IfcMaterialLayerSet", list, name, nil)
	offset := -total / 2
	if axis == "AXIS3" {
		offset = 0
	}
	r := b.add("IfcMaterialLayerSetUsage", set, axis, word("POSITIVE"), offset, nil)
	b.layers[name] = r
	return r
}

// Properties and quantities.

type property struct {
	name  string
	value typed
}

func label(name, v string) property { return property{name, typed{"IFCLABEL", v}} }

func yes(name string, v bool) property { return property{name, typed{"IFCBOOLEAN", v}} }

func measure(name, kind string, v float64) property { return property{name, typed{kind, v}} }

func (b *building) properties(of ref, owner, set string, list ...property) {
	var items []ref
	for _, p := range list {
		items = append(items, b.add("IfcPropertySingleValue", p.name, nil, p.value, nil))
	}
	ps := b.add("IfcPropertySet", guid(owner+"/"+set), b.owner, set, nil, items)
	b.add("IfcRelDefinesByProperties", guid(owner+"/"+set+"/rel"), b.owner, nil, nil, []ref{of}, ps)
}

// quantity is a length, an area or a volume.
type quantity struct {
	kind, name string
	value      float64
}

func (b *building) quantities(of ref, owner, set string, list ...quantity) {
	var items []ref
	for _, q := range list {
		items = append(items, b.add("IfcQuantity"+q.kind, q.name, nil, nil, q.value, nil))
	}
	eq := b.add("IfcElementQuantity", guid(owner+"/"+set), b.owner, set, nil, nil, items)
	b.add("IfcRelDefinesByProperties", guid(owner+"/"+set+"/rel"), b.owner, nil, nil, []ref{of}, eq)
}

// hole is a rectangle in a wall: from along it, sill above its foot.
type hole struct {
	name                   string
	from, sill, wide, high float64
	fill                   *filling // nil: a free opening
}

// filling is a type of door or window, its body mapped wherever it is used.
type filling struct {
	kind, name string
	opens      string // of a door: its IfcDoorTypeOperationEnum
	wide, high float64
	source     ref // IfcRepresentationMap
	object     ref // the type
	used       []ref
}

// filler makes a type from its body, which stands in the middle of the wall with
// x along it, from its lower left corner.
func (b *building) filler(kind, name string, wide, high float64, solids ...solid) *filling {
	rep := b.shape("SweptSolid", solids...)
	f := &filling{kind: kind, name: name, opens: "SINGLE_SWING_LEFT", wide: wide, high: high}
	f.source = b.add("IfcRepresentationMap", b.frame(0, 0, 0, 0), rep)
	args := []any{guid("type/" + name), b.owner, name, nil, nil, nil, []ref{f.source}, nil, nil}
	if kind == "IfcDoor" {
		args = append(args, word("DOOR"), word("NOTDEFINED"), nil, nil)
	} else {
		args = append(args, word("WINDOW"), word("SINGLE_PANEL"), nil, nil)
	}
	f.object = b.add(kind+"Type", args...)
	return f
}

// wall is a straight wall between two points of its centre line.
type wall struct {
	name           string
	x0, y0, x1, y1 float64
	thick, high    float64
	base           float64
	style          string
	external       bool
	layers         []layer
	holes          []hole
}

// wall writes a wall with its openings and what fills them.
func (b *building) wall(w wall) ref {
	length := math.Hypot(w.x1-w.x0, w.y1-w.y0)
	turn := math.Atan2(w.y1-w.y0, w.x1-w.x0) * 180 / math.Pi
	place := b.place(b.storeyPlace, b.frame(w.x0, w.y0, w.base, turn))
	body := b.extrude(b.rect(length, w.thick), b.frame(length/2, 0, 0, 0), w.high, w.style)
	axis := b.add("IfcShapeRepresentation", b.context, "Axis", "Curve2D", []ref{b.add("IfcPolyline", []ref{b.point(0, 0), b.point(length, 0)})})
	e := b.within(b.element("IfcWall", w.name, w.name, place, b.product(axis, b.shape("SweptSolid", body)), word("SOLIDWALL")))
	set := "Partition"
	if w.external {
		set = "Outer wall"
	}
	b.made(b.layered(fmt.Sprintf("%s %.0f mm %s", set, 1000*w.thick, w.style), "AXIS2", w.layers...), e)
	b.properties(e, w.name, "Pset_WallCommon", yes("IsExternal", w.external), yes("LoadBearing", w.thick >= 0.2), label("FireRating", map[bool]string{true: "REI 90", false: "EI 30"}[w.thick >= 0.2]))
	open := 0.0
	for _, h := range w.holes {
		open += h.wide * h.high
		b.hole(e, place, w, h)
	}
	b.quantities(e, w.name, "Qto_WallBaseQuantities",
		quantity{"Length", "Length", length}, quantity{"Length", "Height", w.high}, quantity{"Length", "Width", w.thick},
		quantity{"Area", "GrossFootprintArea", length * w.thick}, quantity{"Area", "GrossSideArea", length * w.high}, quantity{"Area", "NetSideArea", length*w.high - open},
		quantity{"Volume", "GrossVolume", length * w.high * w.thick}, quantity{"Volume", "NetVolume", (length*w.high - open) * w.thick})
	return e
}

// hole cuts an opening and fills it.
func (b *building) hole(host, hostPlace ref, w wall, h hole) {
	place := b.place(hostPlace, b.frame(h.from, 0, h.sill, 0))
	cut := b.extrude(b.rect(h.wide, w.thick+0.2), b.frame(h.wide/2, 0, 0, 0), h.high, w.style)
	cut.style = 0
	o := b.element("IfcOpeningElement", h.name+" opening", h.name, place, b.product(b.shape("SweptSolid", cut)), word("OPENING"))
	b.add("IfcRelVoidsElement", guid(h.name+"/voids"), b.owner, nil, nil, host, o)
	if h.fill == nil {
		return
	}
	f := h.fill
	item := b.add("IfcMappedItem", f.source, b.add("IfcCartesianTransformationOperator3D", nil, nil, b.point(0, 0, 0), nil, nil))
	shape := b.product(b.add("IfcShapeRepresentation", b.context, "Body", "MappedRepresentation", []ref{item}))
	own := b.place(place, b.frame(0, 0, 0, 0))
	var e ref
	if f.kind == "IfcDoor" {
		e = b.element("IfcDoor", h.name, h.name, own, shape, h.high, h.wide, word("DOOR"), word(f.opens), nil)
		b.properties(e, h.name, "Pset_DoorCommon", yes("IsExternal", w.external), yes("SelfClosing", true))
	} else {
		e = b.element("IfcWindow", h.name, h.name, own, shape, h.high, h.wide, word("WINDOW"), word("SINGLE_PANEL"), nil)
		b.properties(e, h.name, "Pset_WindowCommon", yes("IsExternal", w.external), measure("ThermalTransmittance", "IFCTHERMALTRANSMITTANCEMEASURE", 1.1), measure("GlazingAreaFraction", "IFCNORMALISEDRATIOMEASURE", 0.9))
	}
	b.within(e)
	f.used = append(f.used, e)
	b.add("IfcRelFillsElement", guid(h.name+"/fills"), b.owner, nil, nil, o, e)
}
