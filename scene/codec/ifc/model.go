package ifc

import (
	"strconv"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// Model is what was read of a building. Lengths are metres, areas m², volumes
// m³; the frame is that of package scene, moved by Origin.
type Model struct {
	Schema    string // as the file says: "IFC2X3"
	Project   string
	Scene     *scene.Scene // each element's nodes carry its Key as Entity
	Origin    geom.Vec3    // what was taken off all coordinates, so that the building stands near zero
	Place     *Place       // where on Earth it stands; nil when the file does not say
	Structure []Structure  // what holds elements, in the order of the file: site, building, storeys, parts of a bridge
	Storeys   []Storey     // from the lowest up
	Elements  []Element    // in the order of the file
	Spaces    []Space
	Types     []Type
	Groups    []Group // systems, circuits, zones
	Ports     []Port
	Notes     []Note // what was not understood
	// Shapeless counts the rooms that are left out of Spaces, each with a note,
	// because they have no body.
	Shapeless int
}

// Structure is a part of the project that holds elements or other parts.
type Structure struct {
	ID        int
	GlobalID  string
	Type      string // "IfcBuildingStorey", "IfcBridgePart"
	Name      string
	LongName  string
	Within    int     // id of the Structure that it is a part of; 0: none
	Elevation float64 // of a storey, as the file states it
}

// Storey is a floor of the building.
type Storey struct {
	ID        int
	GlobalID  string
	Name      string
	Elevation float64 // as the file states it
}

// Element is a wall, window, stair or the like.
type Element struct {
	ID         int // of its entity in the file
	GlobalID   string
	Type       string // "IfcWall"
	Kind       string // what it is more closely: "PARTITIONING", or the author's word; empty: not stated
	ObjectType string // the author's word for what it is; empty: not stated
	Operation  string // of doors and windows, how they open: "SINGLE_SWING_LEFT"
	Leaves     []Leaf // of doors and windows, what moves
	Tag        string // its number in the author's program or plant: "AHU-01"
	Name       string
	Storey     string   // name of the storey it belongs to; empty when the file does not say
	In         int      // id of the Structure or Space that holds it; 0: none
	Within     int      // id of the element that it is a part of or fills an opening of; 0: none
	TypeOf     int      // id of its Type; 0: none
	Material   string   // what it is made of, as the file names it
	Buildup    Buildup  // the same in full
	Box        geom.Box // empty when it has no body of its own
	Triangles  int
	Gross, Net Measure            // without and with its openings cut out
	Quantities map[string]float64 // as the file states them, in SI units: "NetVolume", "Layer.Width"
	Properties []Property         // its own, then those of its type that it does not state itself
}

// Key names an element within its model: its GlobalId, or "#12".
func (e Element) Key() string { return key(e.GlobalID, e.ID) }

// Leaf is a panel of a door or window that moves: nodes of its own, below one
// with the joint. Shut, the joint is at zero.
type Leaf struct {
	Part    string // of its nodes: "leaf", "sash-2"
	Guessed bool   // the file does not say how it opens: it is told from its shape
}

// BuildupKind tells how the materials of an element make it up.
type BuildupKind uint8

const (
	Unstated     BuildupKind = iota
	Single                   // of one material
	Mixed                    // of several, the file does not say which where (IfcMaterialList)
	Layered                  // of layers, one behind the other
	Profiled                 // of profiles along an axis
	Constituents             // of named parts: lining, glazing
)

// Buildup is what an element is made of. Layers begin at Offset from the
// element's axis and follow each other along LayerAxis.
type Buildup struct {
	Kind      BuildupKind
	Name      string // of the set
	Layers    []Layer
	LayerAxis int     // 0: not stated, 1 to 3: x, y or z of the element's frame
	Backwards bool    // the layers follow against the axis
	Offset    float64 // metres along the axis
}

// Layer is one material of a Buildup.
type Layer struct {
	Material  string
	Name      string  // of the layer, profile or constituent
	Category  string  // "LoadBearing", or that of the material
	Thickness float64 // metres; 0 when it is no layer
	Fraction  float64 // share of a constituent, 0..1; 0: not stated
	Profile   string  // name of the profile
	Airspace  bool    // a gap
}

// Type is what elements have in common: a product of a maker, a kind of wall.
type Type struct {
	ID         int
	GlobalID   string
	Type       string // "IfcWallType"
	Kind       string // as Element.Kind
	Name       string
	Buildup    Buildup
	Quantities map[string]float64
	Properties []Property
}

// Group is elements that belong together for another reason than where they
// are: a ventilation system, a circuit, a fire compartment.
type Group struct {
	ID       int
	GlobalID string
	Type     string // "IfcDistributionSystem", "IfcZone"
	Kind     string // "AIRCONDITIONING"
	Name     string
	Members  []int // ids of elements, spaces, ports and groups
	Serves   []int // ids of structure and spaces
}

// Flow is which way something goes through a port, seen from its element.
type Flow uint8

const (
	FlowUnstated Flow = iota
	FlowIn
	FlowOut
	FlowBoth
)

// Port is where a pipe, duct or cable joins an element.
type Port struct {
	ID        int
	GlobalID  string
	Name      string
	Kind      string // "PIPE", "DUCT", "CABLE"
	System    string // "CHILLEDWATER"
	Flow      Flow
	Of        int       // id of its element; 0: not stated
	Connected []int     // ids of the ports that it is joined with
	By        []int     // for each of these the element that joins them; 0: none
	Placed    bool      // whether At and Axis are stated
	At        geom.Vec3 // frame of the model
	Axis      geom.Vec3 // out of the element, unit length
}

// Place is where the building stands. Map coordinates are metres.
type Place struct {
	HasLatLong          bool
	Latitude, Longitude float64 // degrees, of the site
	Elevation           float64 // of the site above its datum

	// World is where the file's frame stands in that of the project's surroundings
	// (WorldCoordinateSystem). Coordinates are told without it, as other programs
	// do.
	HasWorld bool
	World    geom.Mat4 // metres, +Z up

	HasNorth  bool
	TrueNorth float64 // radians from +y of the file to north, counter-clockwise seen from above

	HasMap             bool
	CRS                string // "EPSG:25832"
	Datum              string // of heights
	Eastings, Northing float64
	Height             float64
	Rotation           float64 // radians from the map's east to +x of the file, counter-clockwise
	Scale              float64 // metres of the map for one metre of the model
}

// Map takes a point of the model's scene (less its Origin) to the map: metres
// east, north and up.
func (m *Model) Map(p geom.Vec3) (east, north, up float64, ok bool) {
	if m.Place == nil || !m.Place.HasMap {
		return 0, 0, 0, false
	}
	q := p.Add(m.Origin)
	return m.Place.onMap(geom.Vec3{q[0], -q[2], q[1]})
}

// Measure is the size of a body as it is drawn.
type Measure struct {
	Volume float64 // of its closed bodies
	Up     float64 // area of faces that look up
	Down   float64 // area of faces that look down: the footprint
	Side   float64 // area of the largest upright face and all others that look the same way
}

// Space is a room. Its outline is in x and z, counter-clockwise seen from
// above.
type Space struct {
	ID         int
	GlobalID   string
	Name       string // the long name, else the short one
	Number     string // the short name
	Storey     string
	Outline    []geom.Vec2
	FloorY     float64
	Height     float64
	Net        Measure
	Box        geom.Box
	Quantities map[string]float64
	Properties []Property
}

// Key names a space within its model: its GlobalId, or "#12".
func (s Space) Key() string { return key(s.GlobalID, s.ID) }

// Property is one value of a property set.
type Property struct {
	Set, Name string  // the parts of a complex property are "whole.part", of a bounded one "name.Upper"
	Value     string  // as the file writes it; of a list, values with commas
	Measure   string  // of numbers, what they measure: "IfcPowerMeasure"; empty: not stated
	SI        float64 // the number in SI units (watts, kelvins); 0 when it is none
}

// Note is one thing that was not understood.
type Note struct {
	ID   int    // of the entity; 0: the file
	Type string // of the entity
	Line int
	Why  string // with the entities at fault, and what to do where something can be done
}

func key(globalID string, id int) string {
	if globalID != "" {
		return globalID
	}
	return "#" + strconv.Itoa(id)
}
