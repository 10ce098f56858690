package page

import (
	"cmp"
	"math"
	"slices"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/generate"
	"github.com/glasstwin/glasstwin/twin/generate/catalogue"
)

// Twin is what the page knows of a site besides its scene. Lengths are metres,
// in the frame of the scene: x to the right, y up, outlines in x and z.
type Twin struct {
	Site   Site             `json:"site"`
	Bounds [2]geom.Vec3     `json:"bounds"` // of everything built
	Floor  [2]geom.Vec3     `json:"floor"`  // of where one looks first: the main room as high as things, else the building
	Zones  []Zone           `json:"zones"`
	Class  map[string]Class `json:"classes"`
	Assets []Asset          `json:"assets"`
	Hide   Hide             `json:"hide"`
	Heat   []Heat           `json:"heat"`
	Scan   *Scan            `json:"scan,omitempty"`
}

// Site names the site.
type Site struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Kind string `json:"kind,omitempty"`
}

// Zone is a room, an aisle or a department.
type Zone struct {
	ID      twin.ZoneID `json:"id"`
	Name    string      `json:"name"`
	Kind    string      `json:"kind"`
	Area    float64     `json:"area"` // m²
	Floor   float64     `json:"floor"`
	Outline []geom.Vec2 `json:"outline"`
}

// Class is a kind of thing, with what its signals are called.
type Class struct {
	Title   catalogue.Text            `json:"title"`
	Signals map[string]catalogue.Text `json:"signals,omitempty"` // titles, by name
}

// Asset is a thing.
type Asset struct {
	ID       twin.AssetID `json:"id"`
	Name     string       `json:"name"`
	Class    string       `json:"class"`
	Zone     twin.ZoneID  `json:"zone,omitempty"`
	At       geom.Vec3    `json:"at"`
	Yaw      float64      `json:"yaw,omitempty"`
	Size     geom.Vec3    `json:"size"`
	Inferred bool         `json:"inferred,omitempty"`
	Products int          `json:"products,omitempty"`
	Signals  []Signal     `json:"signals,omitempty"`
	Joints   []string     `json:"joints,omitempty"` // names of those that stand in the scene
}

// Signal is a telemetry point, with its last value where there is one.
type Signal struct {
	Name  string          `json:"name"` // in its class
	Kind  twin.SignalKind `json:"kind"`
	Unit  string          `json:"unit,omitempty"`
	Range *[2]float64     `json:"range,omitempty"`
	Last  *float64        `json:"last,omitempty"`
}

// Hide names the entities that stand between a viewer and the rooms.
type Hide struct {
	Roof []string `json:"roof"`
	Skin []Side   `json:"skin"`
}

// Side is a part of the outside: hidden while it faces the viewer.
type Side struct {
	Entity string    `json:"entity"`
	Out    geom.Vec3 `json:"out"`
}

// Heat is one quantity that the page can lay over the floor.
type Heat struct {
	ID     string                   `json:"id"`   // "power", "temperature" or "products"
	Kind   string                   `json:"kind"` // HeatDensity or HeatValue
	Unit   string                   `json:"unit"` // of what is shown
	Values map[twin.AssetID]float64 `json:"values"`
}

// How a heat is shown: spread over the floor so that its integral is the sum of
// the values, in their unit for each square metre; or as it is on each thing.
const (
	HeatDensity = "density"
	HeatValue   = "value"
)

// Source is what a page is described from.
type Source struct {
	Site    *twin.Site
	Scene   *scene.Scene
	Index   generate.Index
	Classes *catalogue.Catalogue      // nil: none is known
	Last    map[twin.SignalID]float64 // newest values; nil: the site has no history
}

// Describe says what stands in a site.
func Describe(src Source) *Twin {
	t := &Twin{
		Site:   Site{ID: src.Site.ID, Name: src.Site.Name, Kind: src.Site.Kind},
		Zones:  []Zone{},
		Class:  map[string]Class{},
		Assets: []Asset{},
		Hide:   Hide{Roof: append([]string{}, src.Index.Roof...), Skin: []Side{}},
	}
	t.Bounds, t.Floor = extents(src)
	for _, s := range src.Index.Skin {
		t.Hide.Skin = append(t.Hide.Skin, Side{Entity: s.Entity, Out: s.Out})
	}
	for _, z := range src.Site.Zones {
		t.Zones = append(t.Zones, Zone{ID: z.ID, Name: z.Name, Kind: z.Kind, Area: area(z.Outline), Floor: z.FloorY, Outline: z.Outline})
	}
	signals := map[twin.AssetID][]Signal{}
	for _, s := range src.Site.Signals {
		signals[s.Asset] = append(signals[s.Asset], signalOf(s, src.Last))
	}
	joints := jointsOf(src.Scene)
	for _, a := range src.Site.Assets {
		t.addClass(a.Class, src.Classes)
		t.Assets = append(t.Assets, Asset{
			ID: a.ID, Name: cmp.Or(a.Name, string(a.ID)), Class: a.Class, Zone: a.Zone, At: a.Pose.Position, Yaw: a.Pose.Yaw, Size: a.Size,
			Inferred: a.Inferred, Products: len(a.Products), Signals: signals[a.ID], Joints: joints[string(a.ID)],
		})
	}
	t.Heat = heats(src)
	return t
}

// extents are the boxes of everything and of where one looks first. A site whose
// scene knows neither has them from its rooms and things.
func extents(src Source) (bounds, floor [2]geom.Vec3) {
	all := geom.EmptyBox()
	for _, z := range src.Site.Zones {
		all = all.Union(boxOf(z))
	}
	for _, a := range src.Site.Assets {
		reach := math.Hypot(a.Size[0], a.Size[2]) / 2
		all = all.Add(a.Pose.Position.Sub(geom.Vec3{reach, 0, reach})).Add(a.Pose.Position.Add(geom.Vec3{reach, a.Size[1], reach}))
	}
	if all.Empty() {
		all = geom.Box{Max: geom.Vec3{1, 1, 1}}
	}
	pair := func(b geom.Box) [2]geom.Vec3 {
		if size := b.Size(); b.Empty() || !(size[0] > 0 && size[2] > 0) {
			b = all
		}
		return [2]geom.Vec3{b.Min, b.Max}
	}
	return pair(src.Index.Bounds), pair(firstLook(src))
}

// thingsHigh is how far above its floor a room is looked at, metres: above that
// stands nothing but wall.
const thingsHigh = 2.2

// firstLook is the box of where one looks first. A room that the site is about
// is looked at as high as things stand, a building to its top; rooms of other
// storeys belong to it.
func firstLook(src Source) geom.Box {
	look := src.Index.Floor
	room := slices.ContainsFunc(src.Site.Zones, func(z twin.Zone) bool {
		b := boxOf(z)
		return b.Min.Sub(look.Min).Len() < 0.01 && b.Max.Sub(look.Max).Len() < 0.01
	})
	if !room {
		return look
	}
	floor := look.Min[1]
	look.Max[1] = math.Min(look.Max[1], floor+thingsHigh)
	for _, z := range src.Site.Zones {
		if z.Kind == generate.Room && math.Abs(z.FloorY-floor) >= thingsHigh {
			look = look.Union(boxOf(z))
		}
	}
	return look
}

func boxOf(z twin.Zone) geom.Box {
	b := geom.EmptyBox()
	for _, p := range z.Outline {
		b = b.Add(geom.Vec3{p[0], z.FloorY, p[1]}).Add(geom.Vec3{p[0], z.FloorY + z.Height, p[1]})
	}
	return b
}

func (t *Twin) addClass(name string, classes *catalogue.Catalogue) {
	if _, have := t.Class[name]; have {
		return
	}
	c, ok := classOf(classes, name)
	if !ok { // of a site made by another version
		t.Class[name] = Class{Title: catalogue.Text{"en": name}}
		return
	}
	out := Class{Title: c.Title, Signals: map[string]catalogue.Text{}}
	for _, s := range c.Signals {
		out.Signals[s.Name] = s.Title
	}
	t.Class[name] = out
}

func classOf(classes *catalogue.Catalogue, name string) (*catalogue.Class, bool) {
	if classes == nil {
		return nil, false
	}
	return classes.Class(name)
}

func signalOf(s twin.Signal, last map[twin.SignalID]float64) Signal {
	out := Signal{Name: s.Name, Kind: s.Kind, Unit: s.Unit}
	if s.Range[1] > s.Range[0] {
		out.Range = &s.Range
	}
	if v, ok := last[s.ID]; ok && !math.IsNaN(v) && !math.IsInf(v, 0) {
		out.Last = &v
	}
	return out
}

// jointsOf lists the joints that a person can move, by the thing they belong to.
func jointsOf(sc *scene.Scene) map[string][]string {
	out := map[string][]string{}
	passive := map[scene.JointID]bool{} // these go where their loop makes them go
	for _, l := range sc.Loops {
		for _, p := range l.Passive {
			passive[p] = true
		}
	}
	entity := make([]string, len(sc.Nodes))
	for i, n := range sc.Nodes {
		entity[i] = n.Entity
		if n.Entity == "" && n.Parent != scene.None {
			entity[i] = entity[n.Parent]
		}
		if n.Joint == scene.None || entity[i] == "" || passive[n.Joint] {
			continue
		}
		if j := sc.Joints[n.Joint]; j.Kind != scene.Fixed && j.Mimic.Ratio == 0 && !slices.Contains(out[entity[i]], j.Name) {
			out[entity[i]] = append(out[entity[i]], j.Name)
		}
	}
	return out
}

// heats gathers what can be laid over the floor: only quantities that some
// thing of the site has.
func heats(src Source) []Heat {
	power := Heat{ID: "power", Kind: HeatDensity, Unit: "W/m²", Values: map[twin.AssetID]float64{}}
	products := Heat{ID: "products", Kind: HeatDensity, Unit: "1/m²", Values: map[twin.AssetID]float64{}}
	temperature := Heat{ID: "temperature", Kind: HeatValue, Unit: "°C", Values: map[twin.AssetID]float64{}}
	for _, a := range src.Site.Assets {
		if c, ok := classOf(src.Classes, a.Class); ok && c.Energy != nil && c.Energy.Rated > 0 {
			power.Values[a.ID] = c.Energy.Rated
		}
		if len(a.Products) > 0 {
			products.Values[a.ID] = float64(len(a.Products))
		}
	}
	for _, s := range src.Site.Signals { // the first that an asset measures: that of its air, as classes list them
		v, ok := src.Last[s.ID]
		if _, have := temperature.Values[s.Asset]; !ok || have || s.Unit != "°C" || s.Kind != twin.Analog || s.Writable {
			continue
		}
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			temperature.Values[s.Asset] = v
		}
	}
	out := []Heat{}
	for _, h := range []Heat{temperature, power, products} {
		if len(h.Values) > 0 {
			out = append(out, h)
		}
	}
	return out
}

// area is that of a polygon, m².
func area(outline []geom.Vec2) float64 {
	sum := 0.0
	for i, a := range outline {
		b := outline[(i+1)%len(outline)]
		sum += a[0]*b[1] - b[0]*a[1]
	}
	return math.Abs(sum) / 2
}
