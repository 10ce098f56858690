package handover

import (
	"math"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/codec/aml"
)

// Limits on what one element tells.
const (
	pointsMax   = 100_000 // of an outline
	productsMax = 10_000
)

// Thing is what an element tells of an asset. Where it stands is told by the
// frames that it is in, what file shows its shape by its interfaces.
type Thing struct {
	Key      string
	Name     string
	Class    string
	Params   map[string]float64
	Products []string
	Inferred bool
	Drawn    bool // its class gives the shape: the file only shows it
	Signals  Signals
}

// Signals are the telemetry points of a thing, and the nodes of plants that they
// come from.
type Signals struct {
	List     []twin.Signal
	Bindings []twin.Binding
}

// Room is a room of the building.
type Room struct {
	Key, Name      string
	Outline        []geom.Vec2 // x and z, metres
	Floor, Ceiling float64     // y of the floor, and the height above it, metres
}

// ThingOf takes a thing from an element; false when it is none of ours.
func ThingOf(e aml.Element) (Thing, bool) {
	class, ok := roleOf(e, Things)
	if !ok {
		return Thing{}, false
	}
	t := Thing{Key: value(e, attrKey), Name: nameOf(e), Class: class, Inferred: value(e, attrInferred) == "true", Drawn: value(e, attrDrawn) == drawnClass}
	for _, a := range e.Attributes {
		name, is := strings.CutPrefix(a.Name, attrParam)
		v, ok := finite(a.Value)
		if !is || !ok {
			continue
		}
		if t.Params == nil {
			t.Params = map[string]float64{}
		}
		t.Params[name] = v
	}
	if list := value(e, attrProducts); list != "" {
		t.Products = strings.SplitN(list, betweenProducts, productsMax)
	}
	return t, true
}

// SignalsOf takes the signals of a thing from its element; asset is the id that
// the thing got.
func SignalsOf(e aml.Element, asset twin.AssetID) Signals {
	var out Signals
	for _, i := range e.Interfaces {
		if i.Class != classSignal {
			continue
		}
		get := func(name string) string {
			a, _ := i.Attribute(name)
			return a.Value
		}
		g := twin.Signal{
			ID: twin.SignalOf(asset, i.Name), Asset: asset, Name: i.Name, Kind: twin.SignalKind(get(attrKind)), Unit: get(attrUnit), Writable: get(attrWritable) == "true",
		}
		switch g.Kind {
		case twin.Analog, twin.Boolean, twin.Enum, twin.Positions:
		default:
			g.Kind = twin.Analog
		}
		least, told := finite(get(attrLeast))
		if most, too := finite(get(attrMost)); told && too {
			g.Range = [2]float64{least, most}
		}
		if s, told := finite(get(attrExpected)); told && s > 0 && s < 1e9 {
			g.Expected = time.Duration(math.Round(s * float64(time.Second)))
		}
		out.List = append(out.List, g)
		if at := get(attrAddress); at != "" {
			out.Bindings = append(out.Bindings, twin.Binding{Signal: g.ID, Plant: get(attrPlant), Address: at})
		}
	}
	return out
}

// Holds tells whether an element of ours only holds others.
func Holds(e aml.Element) bool { return has(e, roleSite) || has(e, roleBuilding) }

// LocationOf is where on Earth the site of an element stands; false when it does
// not tell.
func LocationOf(e aml.Element) (twin.Location, bool) {
	latitude, ok := finite(value(e, attrLatitude))
	longitude, also := finite(value(e, attrLongitude))
	if !has(e, roleSite) || !ok || !also {
		return twin.Location{}, false
	}
	north, _ := finite(value(e, attrNorth))
	l := twin.Location{Latitude: latitude, Longitude: longitude, North: north}
	return l, l.Valid()
}

// PlantOf takes a plant from an element.
func PlantOf(e aml.Element) (twin.Plant, bool) {
	if !has(e, rolePlant) {
		return twin.Plant{}, false
	}
	return twin.Plant{Name: nameOf(e), Endpoint: value(e, attrEndpoint), User: value(e, attrUser)}, true
}

// RoomOf takes a room from an element.
func RoomOf(e aml.Element) (Room, bool) {
	if !has(e, roleRoom) {
		return Room{}, false
	}
	r := Room{Key: value(e, attrKey), Name: nameOf(e)}
	r.Floor, _ = finite(value(e, attrFloor))
	r.Ceiling, _ = finite(value(e, attrCeiling))
	fields := strings.Fields(value(e, attrOutline))
	for k := 0; k+1 < len(fields) && k < 2*pointsMax; k += 2 {
		x, ok := finite(fields[k])
		z, too := finite(fields[k+1])
		if !ok || !too {
			return Room{}, false
		}
		r.Outline = append(r.Outline, geom.Vec2{x, z})
	}
	return r, len(r.Outline) > 2
}

// FabricOf takes a part of the building from an element. file is the part of the
// package that shows it, in which the nodes of the element have its key for a
// name; "" when it has no shape.
func FabricOf(e aml.Element) (out Element, file string, ok bool) {
	kind, ok := roleOf(e, Fabric)
	if !ok {
		return Element{}, "", false
	}
	for _, i := range e.Interfaces {
		if at, told := i.Attribute(attrFile); told && i.Class == classShape {
			file, _, _ = strings.Cut(at.Value, "#")
			file = path.Clean(file)
		}
	}
	return Element{Entity: value(e, attrKey), Type: kind, Name: nameOf(e)}, file, true
}

// roleOf is the last name of the role that an element has in a library of ours.
func roleOf(e aml.Element, library string) (string, bool) {
	for _, r := range e.Roles {
		if name, ok := strings.CutPrefix(r, library); ok && name != "" {
			return name, true
		}
	}
	return "", false
}

func has(e aml.Element, role string) bool {
	for _, r := range e.Roles {
		if r == role {
			return true
		}
	}
	return false
}

func value(e aml.Element, name string) string {
	a, _ := e.Attribute(name)
	return a.Value
}

func nameOf(e aml.Element) string { return orElse(value(e, attrName), e.Name) }

// finite reads a number that is one.
func finite(s string) (float64, bool) {
	v, err := strconv.ParseFloat(s, 64)
	return v, err == nil && !math.IsNaN(v) && math.Abs(v) < 1e12
}

// poseMatrix takes the frame of a thing to the site's.
func poseMatrix(p twin.Pose) geom.Mat4 {
	return mgl64.Translate3D(p.Position[0], p.Position[1], p.Position[2]).Mul4(mgl64.HomogRotate3DY(p.Yaw))
}
