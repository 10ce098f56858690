// Package twin holds the nouns of a digital twin and their laws: the site and
// its assets, signals and bindings; samples and state; situations, proposals,
// decisions and outcomes; and the hash-chained journal that all of them stand
// in. It does no I/O, starts no goroutine, and must never know a mesh, a model
// or a protocol. Start reading at Site, then State, then Event.
//
// Units: SI as the signal's Unit says (temperatures in degrees Celsius, time
// as time.Time of the plant). Frame: metres, right-handed, +Y up.
package twin

import (
	"time"

	"github.com/glasstwin/glasstwin/scene/geom"
)

// Ids are unique within a site and never change once given.
type (
	AssetID  string // "freezer-2"
	ZoneID   string // "frozen-foods"
	SignalID string // "freezer-2/temperature": asset, slash, name in its class
)

// Site is a store or a home: what stands in its site folder.
type Site struct {
	ID       string
	Name     string
	Kind     string    // "store" or "home"
	TimeZone string    // IANA name; "" is UTC
	Location *Location // nil: not known
	Sources  []Source
	Plants   []Plant
	Zones    []Zone
	Assets   []Asset
	Signals  []Signal
	Bindings []Binding
	Guards   []Guard
	Modes    map[ActionClass]Mode

	Users     []User        // who may do what; empty: everybody everything
	TwoPerson []ActionClass // two users must approve
	Earning   *Earning      // nil: as EarningDefault
	Prices    *Prices       // nil: as PricesDefault
	Hangs     []Hanging     // what is supplied by what
	Planning  *Planning     // nil: as PlanningDefault
	People    *People       // nil: as PeopleDefault
}

// Hanging tells that assets are supplied by another one, as cabinets by a rack
// of compressors: when it fails, all of them show it.
type Hanging struct {
	From AssetID
	To   []AssetID
}

// Supplier is the asset that another one hangs on; "" when none is known.
func (s *Site) Supplier(id AssetID) AssetID {
	for _, h := range s.Hangs {
		for _, to := range h.To {
			if to == id {
				return h.From
			}
		}
	}
	return ""
}

// Location is where on Earth a site stands and how its plan is turned. It does
// not change once it belongs to a site. All are degrees.
type Location struct {
	Latitude  float64 // north positive
	Longitude float64 // east positive
	North     float64 // from the plan's -z to true north, counter-clockwise seen from above
}

// Source is a file or an address that the site was generated from.
type Source struct {
	Kind string // as package generate names it: "ifc", "planogram", "scan", "opcua", …
	Path string // below sources/ in the site folder, with slashes, or an address
	Hash string // SHA-256 of the file, hex

	Answers map[string]string // of the user to what was guessed of it, by question
}

// Plant is a live counterpart.
type Plant struct {
	Name     string
	Endpoint string // opc.tcp://host:port
	User     string // name only; the password lives in the user's key store or environment
}

// Provenance says where a fact came from.
type Provenance struct {
	Source string // Source.Path
	Entity string // entity id, line or node there: "#1234 3cUkl32yn9…", "line 17", "ns=2;s=…"
}

// Zone is a room, an aisle or a department: a polygon on a floor.
type Zone struct {
	ID         ZoneID
	Name       string
	Kind       string      // "room", "aisle", "department"
	Outline    []geom.Vec2 // x and z, metres, counter-clockwise seen from above
	FloorY     float64     // metres
	Height     float64     // metres
	Provenance Provenance
}

// Pose places an asset: the middle of its footprint on the floor, and its
// heading. Yaw is in radians about +Y; at zero the asset's front faces +Z.
type Pose struct {
	Position geom.Vec3
	Yaw      float64
}

// Asset is a physical thing of a class of the catalogue.
type Asset struct {
	ID         AssetID
	Class      string // name in the catalogue
	Name       string // as a person calls it
	Zone       ZoneID
	Pose       Pose
	Size       geom.Vec3          // width (x), height (y), depth (z), metres, before Yaw
	Params     map[string]float64 // parameters of the class that differ from its defaults
	Products   []string           // of the planogram, for goods
	Facings    []Facing           // which of them stands where; empty: as the class stocks it
	Bare       bool               // it was emptied: nothing stands in it, and Facings are empty
	Finish     map[string]string  // another material of the catalogue, or a colour "#rrggbb", for one of its class
	Shape      string             // Source.Path whose model of it is drawn; "": that of its class
	Inferred   bool               // not told by a source but guessed; shown as such
	Provenance Provenance
}

// Facing is how one product stands on a board, in the order from left to right
// as its customers see it.
type Facing struct {
	Board   int    // of the class's boards, from 0, in the order in which it lists them
	Product string // of the planogram
	Count   int    // packages beside each other
	Look    int    // which of the packages that such a product comes in, from 1; 0: the one that its name chooses
}

// SignalKind is the form of a signal's value.
type SignalKind string

const (
	Analog    SignalKind = "analog"
	Boolean   SignalKind = "boolean"   // 0 or 1
	Enum      SignalKind = "enum"      // small integer
	Positions SignalKind = "positions" // Vector holds x, z pairs in metres
)

// Signal is a telemetry point of an asset.
type Signal struct {
	ID       SignalID
	Asset    AssetID
	Name     string // in its class: "temperature"
	Kind     SignalKind
	Unit     string     // "°C", "W", "%", "ppm", "1/min", "" for none
	Range    [2]float64 // what the instrument can show; equal: not stated
	Writable bool
	Expected time.Duration // longest time between samples of a healthy link
}

// Within is a value kept within what the instrument can show: a predicted interval
// of a valve ends where the valve does.
func (g Signal) Within(v float64) float64 {
	if !(g.Range[1] > g.Range[0]) {
		return v
	}
	return min(max(v, g.Range[0]), g.Range[1])
}

// Binding ties a signal to a node of a plant.
type Binding struct {
	Signal  SignalID
	Plant   string // Plant.Name
	Address string // OPC UA NodeId: "nsu=…;s=…" or "ns=2;s=…"
}

// PlantNode is a node of a plant's address space as found by browsing, before
// anything is bound.
type PlantNode struct {
	Address  string   // NodeId
	Path     []string // browse names from the Objects folder, itself excluded
	Type     string   // browse name of the type definition
	Data     string   // OPC UA built-in type of the value: "Double", "Boolean", "Double[]"; "" for an object
	Unit     string   // display name of EngineeringUnits
	Range    [2]float64
	Writable bool
	Note     string // description
	Value    string `json:",omitempty"` // of a property (as DeviceClass), as text; "" for everything else
}

// Asset returns the asset of that id.
func (s *Site) Asset(id AssetID) (Asset, bool) {
	for _, a := range s.Assets {
		if a.ID == id {
			return a, true
		}
	}
	return Asset{}, false
}

// Signal returns the signal of that id.
func (s *Site) Signal(id SignalID) (Signal, bool) {
	for _, g := range s.Signals {
		if g.ID == id {
			return g, true
		}
	}
	return Signal{}, false
}

// SignalOf is the id of a signal of an asset by its name in the class.
func SignalOf(a AssetID, name string) SignalID { return SignalID(string(a) + "/" + name) }
