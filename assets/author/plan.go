package main

import "fmt"

// The plan: x to the east, y to the north, z up, metres. The street is in the
// south. Where the fixtures stand says planogram.csv beside the result; the
// sales floor leaves them and the ways between them free.
const (
	width, depth = 25.0, 24.0
	outer        = 0.3   // thickness of outer walls
	inner        = 0.12  // of partitions
	ceiling      = 4.0   // underside of the roof
	roofTop      = 4.35  // its upper side
	parapet      = 4.8   // top of the outer walls
	foot         = -0.02 // of walls: the upper side of the bare slab
	rearAxis     = 19.0  // of the wall between sales floor and rear rooms
	rearThick    = 0.2
	corridorAxis = 20.6 // of the wall north of the corridor
	boards       = 3.0  // underside of the ceilings in the rear rooms
)

// paint is a surface: sRGB, transparency, roughness, and whether it is metal or shines.
type paint struct {
	r, g, b, clear, rough float64
	metal                 bool
	lit                   bool // from within
}

var palette = map[string]paint{
	"Render warm white":      {r: 0.90, g: 0.88, b: 0.84, rough: 0.85},
	"Plaster white":          {r: 0.93, g: 0.92, b: 0.90, rough: 0.8},
	"Insulated panel":        {r: 0.90, g: 0.93, b: 0.95, rough: 0.45},
	"Concrete slab":          {r: 0.55, g: 0.54, b: 0.52, rough: 0.85},
	"Concrete paving":        {r: 0.50, g: 0.49, b: 0.47, rough: 0.9},
	"Roof membrane":          {r: 0.62, g: 0.63, b: 0.64, rough: 0.8},
	"Floor tile light stone": {r: 0.74, g: 0.71, b: 0.66, rough: 0.35},
	"Floor tile grey":        {r: 0.55, g: 0.57, b: 0.58, rough: 0.5},
	"Oak floor":              {r: 0.66, g: 0.50, b: 0.33, rough: 0.55},
	"Oak cladding":           {r: 0.60, g: 0.42, b: 0.25, rough: 0.6},
	"Ceiling board":          {r: 0.95, g: 0.95, b: 0.94, rough: 0.9},
	"Frame anthracite":       {r: 0.17, g: 0.19, b: 0.21, rough: 0.45},
	"Steel painted grey":     {r: 0.45, g: 0.47, b: 0.49, rough: 0.5},
	"Stainless steel":        {r: 0.80, g: 0.81, b: 0.82, rough: 0.32, metal: true},
	"Glass clear":            {r: 0.86, g: 0.93, b: 0.93, clear: 0.82, rough: 0.05},
	"Sign green":             {r: 0.10, g: 0.36, b: 0.24, rough: 0.5},
	"Sign letters":           {r: 0.98, g: 0.97, b: 0.93, rough: 0.4, lit: true},
	"Door white":             {r: 0.91, g: 0.91, b: 0.89, rough: 0.5},
	"Door grey":              {r: 0.58, g: 0.61, b: 0.63, rough: 0.5},
	"Cardboard":              {r: 0.71, g: 0.55, b: 0.36, rough: 0.9},
	"Shelf blue":             {r: 0.16, g: 0.33, b: 0.55, rough: 0.5},
	"Table top white":        {r: 0.92, g: 0.91, b: 0.88, rough: 0.5},
	"Seat green":             {r: 0.30, g: 0.47, b: 0.36, rough: 0.7},
}

// room is a space with its floor and, maybe, its own ceiling.
type room struct {
	name, number   string
	x0, y0, x1, y1 float64
	floor          string
	boarded        bool
}

var rooms = []room{
	{"Sales floor", "01", outer, outer, width - outer, rearAxis - rearThick/2, "Floor tile light stone", false},
	{"Cold store", "02", outer, rearAxis + rearThick/2, 6.24, depth - outer, "Floor tile grey", false},
	{"Corridor", "03", 6.36, rearAxis + rearThick/2, 17.54, corridorAxis - inner/2, "Floor tile grey", true},
	{"Staff room", "04", 6.36, corridorAxis + inner/2, 9.44, depth - outer, "Oak floor", true},
	{"Washroom", "05", 9.56, corridorAxis + inner/2, 11.34, depth - outer, "Floor tile grey", true},
	{"Machine room", "06", 11.46, corridorAxis + inner/2, 14.6, depth - outer, "Concrete slab", false},
	{"Office", "07", 14.72, corridorAxis + inner/2, 17.54, depth - outer, "Oak floor", true},
	{"Storage", "08", 17.66, rearAxis + rearThick/2, width - outer, depth - outer, "Concrete slab", false},
}

// store writes the whole building.
func store() []byte {
	b := &building{file: &file{have: map[string]ref{}}, styles: map[string]ref{}, layers: map[string]ref{}, madeOf: map[ref][]ref{}}
	project, site, house := b.frameOfAll()
	b.spaces()
	b.slabs()
	b.walls()
	b.front()
	b.structure()
	b.furnish()
	b.forecourt()
	b.add("IfcRelContainedInSpatialStructure", guid("contained"), b.owner, nil, nil, b.contained, b.storey)
	b.add("IfcRelAggregates", guid("project/site"), b.owner, nil, nil, project, []ref{site})
	b.add("IfcRelAggregates", guid("site/building"), b.owner, nil, nil, site, []ref{house})
	b.add("IfcRelAggregates", guid("building/storey"), b.owner, nil, nil, house, []ref{b.storey})
	for _, m := range b.order {
		b.add("IfcRelAssociatesMaterial", guid(fmt.Sprintf("material/%d", m)), b.owner, nil, nil, b.madeOf[m], m)
	}
	return b.bytes()
}

// frameOfAll writes who, in what units, and where: project, site, building and
// its one storey.
func (b *building) frameOfAll() (project, site, house ref) {
	person := b.add("IfcPerson", nil, "GlassTwin", nil, nil, nil, nil, nil, nil)
	org := b.add("IfcOrganization", nil, "GlassTwin", nil, nil, nil)
	who := b.add("IfcPersonAndOrganization", person, org, nil)
	app := b.add("IfcApplication", org, "1.0", "GlassTwin author", "glasstwin-author")
	b.owner = b.add("IfcOwnerHistory", who, app, nil, word("NOTDEFINED"), nil, nil, nil, 1767603600)
	units := b.add("IfcUnitAssignment", []ref{
		b.add("IfcSIUnit", star{}, word("LENGTHUNIT"), nil, word("METRE")),
		b.add("IfcSIUnit", star{}, word("AREAUNIT"), nil, word("SQUARE_METRE")),
		b.add("IfcSIUnit", star{}, word("VOLUMEUNIT"), nil, word("CUBIC_METRE")),
		b.add("IfcSIUnit", star{}, word("PLANEANGLEUNIT"), nil, word("RADIAN")),
	})
	model := b.add("IfcGeometricRepresentationContext", nil, "Model", 3, 0.00001, b.frame(0, 0, 0, 0), nil)
	b.context = b.add("IfcGeometricRepresentationSubContext", "Body", "Model", star{}, star{}, star{}, star{}, model, nil, word("MODEL_VIEW"), nil)
	project = b.add("IfcProject", guid("project"), b.owner, "Corner Market", "The demo store", nil, nil, nil, []ref{model}, units)
	sitePlace := b.place(0, b.frame(0, 0, 0, 0))
	// Where the plant's clock, which tells UTC, is the sun's: no address, but days
	// and nights as in much of Europe, the front to the south.
	latitude, longitude := []int{48, 0, 0}, []int{0, 12, 0} // degrees, minutes, seconds
	site = b.add("IfcSite", guid("site"), b.owner, "Corner plot", nil, nil, sitePlace, nil, nil, word("ELEMENT"), latitude, longitude, 0.0, nil, nil)
	housePlace := b.place(sitePlace, b.frame(0, 0, 0, 0))
	house = b.add("IfcBuilding", guid("building"), b.owner, "Corner Market", nil, nil, housePlace, nil, nil, word("ELEMENT"), nil, nil, nil)
	b.storeyPlace = b.place(housePlace, b.frame(0, 0, 0, 0))
	b.storey = b.add("IfcBuildingStorey", guid("storey"), b.owner, "Ground floor", nil, nil, b.storeyPlace, nil, nil, word("ELEMENT"), 0.0)
	return project, site, house
}

// spaces writes the rooms with their floors and ceilings.
func (b *building) spaces() {
	var all []ref
	for _, r := range rooms {
		high := ceiling
		if r.boarded {
			high = boards
		}
		place := b.place(b.storeyPlace, b.frame(0, 0, 0, 0))
		body := b.extrude(b.profile(square(r.x0, r.y0, r.x1, r.y1)), b.frame(0, 0, 0, 0), high, "Plaster white")
		body.style = 0
		s := b.add("IfcSpace", guid("space/"+r.name), b.owner, r.number, nil, nil, place, b.product(b.shape("SweptSolid", body)), r.name, word("ELEMENT"), word("INTERNAL"), nil)
		area := (r.x1 - r.x0) * (r.y1 - r.y0)
		b.properties(s, "space/"+r.name, "Pset_SpaceCommon", yes("IsExternal", false), yes("PubliclyAccessible", r.number == "01"))
		b.quantities(s, "space/"+r.name, "Qto_SpaceBaseQuantities", quantity{"Length", "Height", high}, quantity{"Area", "NetFloorArea", area}, quantity{"Area", "GrossFloorArea", area},
			quantity{"Volume", "NetVolume", area * high}, quantity{"Volume", "GrossVolume", area * high})
		all = append(all, s)
		b.lying("IfcCovering", r.name+" floor", "FLOORING", r.x0, r.y0, foot, r.x1, r.y1, 0, r.floor)
		if r.boarded {
			b.lying("IfcCovering", r.name+" ceiling", "CEILING", r.x0, r.y0, boards, r.x1, r.y1, boards+0.03, "Ceiling board")
		}
	}
	b.add("IfcRelAggregates", guid("storey/spaces"), b.owner, nil, nil, b.storey, all)
}

// lying writes a flat element of one body.
func (b *building) lying(kind, name, predefined string, x0, y0, z0, x1, y1, z1 float64, style string) ref {
	place := b.place(b.storeyPlace, b.frame(x0, y0, z0, 0))
	body := b.block(0, 0, 0, x1-x0, y1-y0, z1-z0, style)
	e := b.within(b.element(kind, name, name, place, b.product(b.shape("SweptSolid", body)), word(predefined)))
	b.made(b.add("IfcMaterial", style, nil, nil), e)
	return e
}

// slabs writes the ground slab and the roof with its rooflights.
func (b *building) slabs() {
	ground := b.within(b.element("IfcSlab", "Ground slab", "Ground slab", b.place(b.storeyPlace, b.frame(0, 0, -0.3, 0)),
		b.product(b.shape("SweptSolid", b.block(0, 0, 0, width, depth, 0.28, "Concrete slab"))), word("BASESLAB")))
	b.made(b.layered("Ground slab", "AXIS3", layer{"Insulation", 0.08}, layer{"Reinforced concrete", 0.2}), ground)
	b.slabFacts(ground, "Ground slab", width, depth, 0.28, 0)
	x0, y0, x1, y1 := outer, outer, width-outer, depth-outer
	roof := b.element("IfcRoof", "Roof", "Roof", b.place(b.storeyPlace, b.frame(0, 0, 0, 0)), 0, word("FLAT_ROOF"))
	b.within(roof)
	place := b.place(b.storeyPlace, b.frame(x0, y0, ceiling, 0))
	slab := b.element("IfcSlab", "Roof slab", "Roof slab", place, b.product(b.shape("SweptSolid", b.block(0, 0, 0, x1-x0, y1-y0, roofTop-ceiling, "Roof membrane"))), word("ROOF"))
	b.add("IfcRelAggregates", guid("roof/slab"), b.owner, nil, nil, roof, []ref{slab})
	b.made(b.layered("Flat roof", "AXIS3", layer{"Trapezoidal steel sheet", 0.12}, layer{"Insulation", 0.22}, layer{"Roof membrane", 0.01}), slab)
	const light = 1.4
	rooflights := [][2]float64{{4.2, 12.05}, {10.5, 12.05}, {13.7, 12.05}, {19.9, 12.05}}
	var clear [][]float64
	for _, at := range rooflights {
		clear = append(clear, square(at[0], at[1], at[0]+light, at[1]+light))
	}
	sales := rooms[0]
	b.made(b.add("IfcMaterial", "Trapezoidal steel sheet", nil, nil), b.single("IfcCovering", "Sales floor ceiling", "CEILING",
		b.extrude(b.profile(square(sales.x0, sales.y0, sales.x1, sales.y1), clear...), b.frame(0, 0, ceiling-0.01, 0), 0.01, "Ceiling board")))
	skylight := b.filler("IfcWindow", "Rooflight 1.4 x 1.4", light, light,
		b.extrude(b.profile(square(0, 0, light, light), square(0.08, 0.08, light-0.08, light-0.08)), b.frame(0, 0, 0.25, 0), 0.35, "Frame anthracite"),
		b.block(0.08, 0.08, 0.5, light-0.08, light-0.08, 0.53, "Glass clear"))
	for i, at := range rooflights {
		h := hole{name: fmt.Sprintf("Rooflight %d", i+1), wide: light, high: light, fill: skylight}
		b.roofHole(slab, place, at[0]-x0, at[1]-y0, h)
	}
	b.typed(skylight)
	b.slabFacts(slab, "Roof slab", x1-x0, y1-y0, roofTop-ceiling, 4*light*light)
}

func (b *building) slabFacts(e ref, name string, w, d, thick, open float64) {
	b.properties(e, name, "Pset_SlabCommon", yes("IsExternal", true), yes("LoadBearing", true))
	b.quantities(e, name, "Qto_SlabBaseQuantities", quantity{"Length", "Width", thick}, quantity{"Length", "Perimeter", 2 * (w + d)},
		quantity{"Area", "GrossArea", w * d}, quantity{"Area", "NetArea", w*d - open},
		quantity{"Volume", "GrossVolume", w * d * thick}, quantity{"Volume", "NetVolume", (w*d - open) * thick})
}

// roofHole cuts a rooflight out of the roof slab.
func (b *building) roofHole(host, hostPlace ref, x, y float64, h hole) {
	place := b.place(hostPlace, b.frame(x, y, 0, 0))
	cut := b.block(0, 0, -0.1, h.wide, h.high, roofTop-ceiling+0.1, "Roof membrane")
	cut.style = 0
	o := b.element("IfcOpeningElement", h.name+" opening", h.name, place, b.product(b.shape("SweptSolid", cut)), word("OPENING"))
	b.add("IfcRelVoidsElement", guid(h.name+"/voids"), b.owner, nil, nil, host, o)
	item := b.add("IfcMappedItem", h.fill.source, b.add("IfcCartesianTransformationOperator3D", nil, nil, b.point(0, 0, 0), nil, nil))
	shape := b.product(b.add("IfcShapeRepresentation", b.context, "Body", "MappedRepresentation", []ref{item}))
	e := b.within(b.element("IfcWindow", h.name, h.name, b.place(place, b.frame(0, 0, 0, 0)), shape, h.high, h.wide, word("SKYLIGHT"), word("SINGLE_PANEL"), nil))
	h.fill.used = append(h.fill.used, e)
	b.add("IfcRelFillsElement", guid(h.name+"/fills"), b.owner, nil, nil, o, e)
}

// typed tells which doors and windows are of a type.
func (b *building) typed(all ...*filling) {
	for _, f := range all {
		b.add("IfcRelDefinesByType", guid("typed/"+f.name), b.owner, nil, nil, f.used, f.object)
	}
}

// glazed is a window: a frame with upright bars and a pane in each bay.
func (b *building) glazed(name string, wide, high float64, bays int) *filling {
	const frame, deep = 0.06, 0.09
	bay := (wide - frame*float64(bays+1)) / float64(bays)
	var panes [][]float64
	var solids []solid
	for i := range bays {
		x := frame + float64(i)*(bay+frame)
		panes = append(panes, square(x, frame, x+bay, high-frame))
		solids = append(solids, b.extrude(b.profile(square(x, frame, x+bay, high-frame)), b.upright(0, 0.012, 0), 0.024, "Glass clear"))
	}
	solids = append(solids, b.extrude(b.profile(square(0, 0, wide, high), panes...), b.upright(0, deep/2, 0), deep, "Frame anthracite"))
	return b.filler("IfcWindow", name, wide, high, solids...)
}

// doorway is the lining of a door: two posts and a head, as deep as the wall.
func (b *building) doorway(wide, high, deep float64, style string) solid {
	const t = 0.05
	return b.extrude(b.profile([]float64{0, 0, t, 0, t, high - t, wide - t, high - t, wide - t, 0, wide, 0, wide, high, 0, high}), b.upright(0, deep/2, 0), deep, style)
}

// leaf is a door's leaf between x0 and x1 with a handle on the side of x1.
func (b *building) leaf(x0, x1, high float64, style string) []solid {
	out := []solid{b.block(x0, -0.022, 0.01, x1, 0.022, high, style)}
	grip := x1 - 0.07
	for _, y := range [2]float64{-0.07, 0.07} {
		out = append(out, b.tube(0.011, "Stainless steel", grip, y/4, 1.05, grip, y, 1.05, grip-0.12, y, 1.05))
	}
	return out
}

// walls writes the outer walls and the partitions with all windows and doors
// but those of the street front.
func (b *building) walls() {
	rendered := []layer{{"Plaster", 0.015}, {"Sand-lime brick", 0.175}, {"Insulation", 0.1}, {"Render", 0.01}}
	plastered := []layer{{"Plaster", 0.015}, {"Sand-lime brick", 0.17}, {"Plaster", 0.015}}
	boarded := []layer{{"Plasterboard", 0.025}, {"Steel studs and wool", 0.07}, {"Plasterboard", 0.025}}
	panels := []layer{{"Steel sheet", 0.001}, {"Polyurethane", 0.118}, {"Steel sheet", 0.001}}

	door := b.filler("IfcDoor", "Door 0.9 x 2.1", 0.9, 2.1, append(b.leaf(0.05, 0.85, 2.05, "Door white"), b.doorway(0.9, 2.1, 0.16, "Frame anthracite"))...)
	cold := b.filler("IfcDoor", "Cold store door 0.95 x 2.1", 0.95, 2.1, append(b.leaf(0.05, 0.9, 2.05, "Insulated panel"), b.doorway(0.95, 2.1, 0.24, "Stainless steel"),
		b.block(0.05, -0.026, 0.01, 0.9, 0.026, 0.4, "Stainless steel"))...)
	swing := b.filler("IfcDoor", "Swing doors 1.8 x 2.2", 1.8, 2.2, b.swingDoors()...)
	delivery := b.filler("IfcDoor", "Sectional door 2.6 x 2.8", 2.6, 2.8, b.sectional()...)
	swing.opens, delivery.opens = "DOUBLE_DOOR_DOUBLE_SWING", "ROLLINGUP"
	strip := b.glazed("Window strip 2.4 x 0.7", 2.4, 0.7, 2)
	office := b.glazed("Window 1.2 x 1.2", 1.2, 1.2, 1)
	small := b.glazed("Window 0.6 x 0.6", 0.6, 0.6, 1)

	outside := func(name string, x0, y0, x1, y1 float64, holes ...hole) {
		b.wall(wall{name: name, x0: x0, y0: y0, x1: x1, y1: y1, thick: outer, high: parapet - foot, base: foot, style: "Render warm white", external: true, layers: rendered, holes: holes})
	}
	var west, east []hole
	for i, y := range []float64{3.6, 7.6, 11.6, 15.6} {
		west = append(west, hole{name: fmt.Sprintf("Window west %d", i+1), from: depth - outer - y - 2.4, sill: 2.9 - foot, wide: 2.4, high: 0.7, fill: strip})
		east = append(east, hole{name: fmt.Sprintf("Window east %d", i+1), from: y - outer, sill: 2.9 - foot, wide: 2.4, high: 0.7, fill: strip})
	}
	outside("Wall west", outer/2, depth-outer, outer/2, outer, west...)
	outside("Wall east", width-outer/2, outer, width-outer/2, depth-outer, east...)
	north := func(name string, x, sill, wide, high float64, fill *filling) hole {
		return hole{name: name, from: width - x - wide, sill: sill - foot, wide: wide, high: high, fill: fill}
	}
	outside("Wall north", width, depth-outer/2, 0, depth-outer/2,
		north("Delivery door", 20.4, 0, 2.6, 2.8, delivery), north("Window office", 15.6, 1.0, 1.2, 1.2, office),
		north("Window staff room", 7.3, 1.0, 1.2, 1.2, office), north("Window washroom", 10.1, 1.7, 0.6, 0.6, small))

	b.wall(wall{name: "Wall rear", x0: outer, y0: rearAxis, x1: width - outer, y1: rearAxis, thick: rearThick, high: ceiling - foot, base: foot, style: "Plaster white", layers: plastered, holes: []hole{
		{name: "Door to the cold store", from: 0.16, sill: -foot, wide: 0.95, high: 2.1, fill: cold},
		{name: "Door to the storage", from: 19.9, sill: -foot, wide: 1.8, high: 2.2, fill: swing},
	}})
	part := func(name string, x0, y0, x1, y1 float64, holes ...hole) {
		b.wall(wall{name: name, x0: x0, y0: y0, x1: x1, y1: y1, thick: inner, high: ceiling - foot, base: foot, style: "Plaster white", layers: boarded, holes: holes})
	}
	in := func(name string, from float64) hole {
		return hole{name: name, from: from, sill: -foot, wide: 0.9, high: 2.1, fill: door}
	}
	rear, back := rearAxis+rearThick/2, depth-outer
	b.wall(wall{name: "Wall cold store", x0: 6.3, y0: rear, x1: 6.3, y1: back, thick: inner, high: ceiling - foot, base: foot, style: "Insulated panel", layers: panels, holes: []hole{
		{name: "Door corridor to cold store", from: 0.25, sill: -foot, wide: 0.95, high: 2.1, fill: cold},
	}})
	part("Wall corridor", 6.36, corridorAxis, 17.54, corridorAxis, in("Door staff room", 1.84), in("Door washroom", 3.64), in("Door machine room", 6.94), in("Door office", 9.24))
	part("Wall staff room", 9.5, corridorAxis+inner/2, 9.5, back)
	part("Wall washroom", 11.4, corridorAxis+inner/2, 11.4, back)
	part("Wall office", 14.66, corridorAxis+inner/2, 14.66, back)
	part("Wall storage", 17.6, rear, 17.6, back, in("Door corridor to storage", 0.25))
	b.typed(door, cold, swing, delivery, strip, office, small)
}

// swingDoors are two leaves with a window each.
func (b *building) swingDoors() []solid {
	out := []solid{b.doorway(1.8, 2.2, 0.24, "Frame anthracite")}
	for _, x := range [2]float64{0.05, 0.905} {
		const wide, high = 0.845, 2.15
		pane := square(x+0.25, 1.3, x+wide-0.25, 1.8)
		out = append(out,
			b.extrude(b.profile(square(x, 0.01, x+wide, high), pane), b.upright(0, 0.02, 0), 0.04, "Door grey"),
			b.extrude(b.profile(pane), b.upright(0, 0.005, 0), 0.01, "Glass clear"),
			b.block(x, -0.023, 0.01, x+wide, 0.023, 0.9, "Stainless steel"))
	}
	return out
}

// sectional is the delivery door: five panels between rails.
func (b *building) sectional() []solid {
	out := []solid{b.doorway(2.6, 2.8, 0.3, "Frame anthracite")}
	for i := range 5 {
		z := 0.01 + 0.548*float64(i)
		out = append(out, b.block(0.05, 0.03, z, 2.55, 0.07, z+0.54, "Door grey"))
	}
	return append(out, b.block(1.1, 0.02, 0.9, 1.5, 0.03, 0.94, "Stainless steel"))
}

// front writes the street front: the wall with its shop windows, the portal
// around the two entrances, the sign and the canopy.
func (b *building) front() {
	narrow, middle, broad := b.glazed("Shop window 1.4 x 2.65", 1.4, 2.65, 1), b.glazed("Shop window 1.8 x 2.65", 1.8, 2.65, 2), b.glazed("Shop window 2.6 x 2.65", 2.6, 2.65, 2)
	// The sliding doors hang in free openings: they belong to the plant.
	holes := []hole{
		{name: "Entrance", from: 3.28, sill: -foot, wide: 2.44, high: 2.5},
		{name: "Exit", from: 8.28, sill: -foot, wide: 2.44, high: 2.5},
		{name: "Shop window 1", from: 0.7, sill: 0.35 - foot, wide: 1.4, high: 2.65, fill: narrow},
		{name: "Shop window 2", from: 6.1, sill: 0.35 - foot, wide: 1.8, high: 2.65, fill: middle},
	}
	for i := range 4 {
		holes = append(holes, hole{name: fmt.Sprintf("Shop window %d", i+3), from: 12.1 + 3.1*float64(i), sill: 0.35 - foot, wide: 2.6, high: 2.65, fill: broad})
	}
	b.wall(wall{name: "Wall south", x0: 0, y0: outer / 2, x1: width, y1: outer / 2, thick: outer, high: parapet - foot, base: foot, style: "Render warm white", external: true, layers: []layer{
		{"Plaster", 0.015}, {"Sand-lime brick", 0.175}, {"Insulation", 0.1}, {"Render", 0.01}}, holes: holes})
	b.typed(narrow, middle, broad)
	portal := b.extrude(b.profile([]float64{2.4, 0, 3.28, 0, 3.28, 2.5, 5.72, 2.5, 5.72, 0, 8.28, 0, 8.28, 2.5, 10.72, 2.5, 10.72, 0, 11.6, 0, 11.6, 3.3, 2.4, 3.3},
		square(6.1, 0.35, 7.9, 3.0)), b.upright(0, 0, 0), 0.04, "Oak cladding")
	b.single("IfcCovering", "Portal cladding", "CLADDING", portal)
	b.single("IfcBuildingElementProxy", "Sign panel", "NOTDEFINED", b.block(2.4, -0.1, 3.42, 11.6, 0, 4.62, "Sign green"),
		b.block(2.4, -0.13, 3.36, 11.6, 0, 3.42, "Frame anthracite"), b.block(2.4, -0.13, 4.62, 11.6, 0, 4.68, "Frame anthracite"))
	b.single("IfcBuildingElementProxy", "Sign letters", "NOTDEFINED", b.lettering("CORNER MARKET", 7, -0.1, 3.69, 0.66, 0.05, "Sign letters")...)
	b.single("IfcSlab", "Canopy", "NOTDEFINED", b.block(2.4, -1.8, 3.05, 11.6, -0.04, 3.13, "Oak cladding"),
		b.block(2.34, -1.86, 3.03, 11.66, -1.8, 3.25, "Frame anthracite"), b.block(2.34, -1.8, 3.03, 2.4, 0, 3.25, "Frame anthracite"), b.block(11.6, -1.8, 3.03, 11.66, 0, 3.25, "Frame anthracite"),
		b.block(2.4, -1.8, 3.13, 11.6, 0, 3.2, "Roof membrane"))
	for i, x := range []float64{2.7, 7, 11.3} {
		b.single("IfcColumn", fmt.Sprintf("Canopy post %d", i+1), "COLUMN", b.post(x, -1.65, -0.03, 0.05, 3.08, "Frame anthracite"), b.post(x, -1.65, -0.03, 0.11, 0.02, "Stainless steel"))
	}
	cap := b.extrude(b.profile(square(-0.03, -0.03, width+0.03, depth+0.03), square(outer+0.03, outer+0.03, width-outer-0.03, depth-outer-0.03)), b.frame(0, 0, parapet, 0), 0.04, "Frame anthracite")
	b.single("IfcCovering", "Parapet cap", "ROOFING", cap)
}

// single writes an element of bodies in the storey's frame.
func (b *building) single(kind, name, predefined string, solids ...solid) ref {
	return b.within(b.element(kind, name, name, b.place(b.storeyPlace, b.frame(0, 0, 0, 0)), b.product(b.shape("SweptSolid", solids...)), word(predefined)))
}

// structure writes the steel that carries the roof and what stands on it.
func (b *building) structure() {
	for i, x := range []float64{6.6, 12.8, 19.0} {
		section := b.add("IfcIShapeProfileDef", word("AREA"), "IPE 400", nil, 0.18, 0.4, 0.0086, 0.0135, 0.021, nil, nil)
		// The section lies in x and z; the beam runs north from the front.
		at := b.add("IfcAxis2Placement3D", b.point(x, rearAxis-rearThick/2, ceiling-0.2), b.dir(0, -1, 0), b.dir(1, 0, 0))
		beam := b.single("IfcBeam", fmt.Sprintf("Beam %d", i+1), "BEAM", b.extrude(section, at, rearAxis-rearThick/2-outer, "Steel painted grey"))
		tube := b.add("IfcRectangleHollowProfileDef", word("AREA"), "RHS 160", nil, 0.16, 0.16, 0.008, 0.008, 0.016)
		column := b.single("IfcColumn", fmt.Sprintf("Column %d", i+1), "COLUMN", b.extrude(tube, b.frame(x, outer+0.1, 0, 0), ceiling-0.4, "Steel painted grey"))
		b.made(b.add("IfcMaterial", "Steel S355", nil, nil), beam, column)
	}
	for i, x := range []float64{2.4, 11.9} {
		z, y := roofTop+0.1, 21.0
		unit := []solid{b.block(x, y, z, x+2.6, y+1.6, z+0.8, "Door grey"), b.block(x+0.1, y+0.1, roofTop, x+0.25, y+1.5, z, "Stainless steel"), b.block(x+2.35, y+0.1, roofTop, x+2.5, y+1.5, z, "Stainless steel")}
		for k := range 2 {
			unit = append(unit, b.post(x+0.7+1.2*float64(k), y+0.8, z+0.8, 0.48, 0.1, "Frame anthracite"))
		}
		b.single("IfcUnitaryEquipment", fmt.Sprintf("Gas cooler %d", i+1), "NOTDEFINED", unit...)
	}
}

// furnish writes what stands in the rear rooms.
func (b *building) furnish() {
	rack := func(name string, x, y, wide, deep float64, seed int) {
		var s []solid
		for _, px := range [2]float64{x, x + wide - 0.05} {
			for _, py := range [2]float64{y, y + deep - 0.05} {
				s = append(s, b.block(px, py, 0, px+0.05, py+0.05, 2.2, "Shelf blue"))
			}
		}
		for level := range 4 {
			z := 0.12 + 0.6*float64(level)
			s = append(s, b.block(x, y, z, x+wide, y+deep, z+0.03, "Stainless steel"))
			along, across := wide, deep
			if deep > wide {
				along, across = deep, wide
			}
			for i := range int(along / 0.6) {
				if (i*7+level*3+seed)%5 == 0 {
					continue // an empty place
				}
				h := 0.28 + 0.05*float64((i*5+level+seed)%4)
				a := 0.1 + 0.6*float64(i)
				if deep > wide {
					s = append(s, b.block(x+0.08, y+a, z+0.03, x+across-0.06, y+a+0.45, z+0.03+h, "Cardboard"))
				} else {
					s = append(s, b.block(x+a, y+0.08, z+0.03, x+a+0.45, y+across-0.06, z+0.03+h, "Cardboard"))
				}
			}
		}
		b.single("IfcFurniture", name, "SHELF", s...)
	}
	rack("Storage rack 1", 17.75, 20.7, 0.6, 2.9, 1)
	rack("Storage rack 2", 24.0, 19.3, 0.6, 4.2, 2)
	rack("Cold store rack 1", 0.4, 23.0, 5.6, 0.6, 3)
	rack("Cold store rack 2", 2.2, 19.2, 3.0, 0.6, 4)
	var pallets []solid
	for i := range 2 {
		x, y := 18.9, 21.6+1.0*float64(i)
		pallets = append(pallets, b.block(x, y, 0, x+1.2, y+0.8, 0.14, "Oak cladding"), b.block(x+0.05, y+0.05, 0.14, x+1.15, y+0.75, 0.9+0.3*float64(i), "Cardboard"))
	}
	b.single("IfcFurniture", "Pallets", "NOTDEFINED", pallets...)
	b.single("IfcUnitaryEquipment", "Air cooler of the cold store", "NOTDEFINED", b.block(1.8, 21.4, 3.35, 4.2, 22.0, 3.85, "Stainless steel"),
		b.block(1.9, 21.36, 3.4, 4.1, 21.4, 3.8, "Frame anthracite"))
	pack := []solid{b.block(11.65, 20.95, 0, 12.45, 23.0, 0.15, "Frame anthracite"), b.block(11.65, 20.95, 0.15, 12.45, 21.5, 1.7, "Door grey")}
	for i := range 3 {
		pack = append(pack, b.post(12.05, 21.85+0.42*float64(i), 0.15, 0.16, 0.75, "Steel painted grey"), b.tube(0.02, "Stainless steel", 12.05, 21.85+0.42*float64(i), 0.9, 12.05, 21.85+0.42*float64(i), 1.5, 12.05, 21.45, 1.5))
	}
	b.single("IfcUnitaryEquipment", "Compressor pack", "NOTDEFINED", pack...)
	table := []solid{b.block(7.2, 22.05, 0.71, 8.6, 22.85, 0.74, "Table top white")}
	for _, at := range [][2]float64{{7.3, 22.15}, {8.5, 22.15}, {7.3, 22.75}, {8.5, 22.75}} {
		table = append(table, b.post(at[0], at[1], 0, 0.025, 0.71, "Frame anthracite"))
	}
	b.single("IfcFurniture", "Staff table", "TABLE", table...)
	for i, at := range [][2]float64{{7.6, 21.75}, {8.2, 21.75}, {7.6, 23.15}, {8.2, 23.15}} {
		x, y := at[0], at[1]
		back := y - 0.2
		if y > 22.4 {
			back = y + 0.17
		}
		b.single("IfcFurniture", fmt.Sprintf("Staff chair %d", i+1), "CHAIR", b.block(x-0.2, y-0.2, 0.43, x+0.2, y+0.2, 0.46, "Seat green"), b.block(x-0.2, back, 0.46, x+0.2, back+0.03, 0.85, "Seat green"),
			b.post(x, y, 0, 0.02, 0.43, "Stainless steel"), b.post(x, y, 0, 0.2, 0.02, "Stainless steel"))
	}
	b.single("IfcFurniture", "Office desk", "DESK", b.block(15.0, 22.9, 0.71, 17.2, 23.6, 0.74, "Table top white"), b.block(15.0, 22.9, 0, 15.03, 23.6, 0.71, "Frame anthracite"), b.block(17.17, 22.9, 0, 17.2, 23.6, 0.71, "Frame anthracite"),
		b.block(15.8, 23.35, 0.74, 16.4, 23.38, 1.15, "Frame anthracite"))
	b.single("IfcFurniture", "Lockers", "NOTDEFINED", b.block(6.4, 20.7, 0, 6.85, 22.5, 1.8, "Seat green"))
	b.single("IfcSanitaryTerminal", "Wash basin", "WASHHANDBASIN", b.block(9.6, 22.2, 0.78, 10.0, 22.7, 0.88, "Door white"), b.tube(0.012, "Stainless steel", 9.62, 22.45, 0.88, 9.62, 22.45, 1.05, 9.74, 22.45, 1.05))
}

// forecourt writes the paving around the building and what stands on it.
func (b *building) forecourt() {
	paving := b.extrude(b.profile(square(-1.5, -3.5, width+1.5, depth+1.2), square(0, 0, width, depth)), b.frame(0, 0, -0.3, 0), 0.27, "Concrete paving")
	b.single("IfcGeographicElement", "Forecourt", "NOTDEFINED", paving)
	for i := range 4 {
		x := 13.4 + 0.9*float64(i)
		b.single("IfcFurniture", fmt.Sprintf("Bicycle stand %d", i+1), "NOTDEFINED", b.tube(0.025, "Stainless steel", x, -2.4, -0.03, x, -2.4, 0.75, x, -1.65, 0.75, x, -1.65, -0.03))
	}
	for i, x := range []float64{19.2, 21.6} {
		b.single("IfcFurniture", fmt.Sprintf("Bench %d", i+1), "NOTDEFINED", b.block(x, -1.0, 0.42, x+1.8, -0.55, 0.47, "Oak cladding"), b.block(x+0.15, -0.95, -0.03, x+0.23, -0.6, 0.42, "Frame anthracite"), b.block(x+1.57, -0.95, -0.03, x+1.65, -0.6, 0.42, "Frame anthracite"))
	}
}
