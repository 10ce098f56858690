package emulate

import (
	"fmt"
	"math"
	"time"

	uaserver "github.com/awcullen/opcua/server"
	"github.com/awcullen/opcua/ua"
)

// Kind is the type of a point's value.
type Kind uint8

// Kinds of points.
const (
	Double Kind = iota
	Int32
	Boolean
	Text
)

// Point is a variable to serve.
type Point struct {
	Folder string // "": directly below the plant
	Name   string // unique; it is the identifier of its node, too
	About  string
	Unit   string
	Kind   Kind
	Range  [2]float64 // equal: not stated

	// Write takes a value that was written: a number, or 0 and 1. nil: it cannot
	// be written. It is called from many goroutines.
	Write func(v float64) error
}

// Value of a point. NaN is told as a failure of the sensor.
type Value struct {
	Number float64
	Text   string
	Unsure bool // it is not what is in force
	Failed bool // the plant has none
}

// Namespace holds every node.
const Namespace = "urn:glasstwin:emulated-plant"

const sampling = 10 // ms; the fastest that a variable can be sampled

// space is the address space: a node for each point.
type space struct {
	srv    *uaserver.Server
	ns     uint16
	points []Point
	nodes  []*uaserver.VariableNode
	add    []uaserver.Node
}

func newSpace(srv *uaserver.Server, o Options, points []Point) (*space, error) {
	s := &space{srv: srv, ns: srv.NamespaceManager().Add(Namespace), points: points}
	s.object("plant", o.Name, ua.ObjectIDObjectsFolder)
	made := map[string]bool{}
	for _, p := range points {
		parent := "plant"
		if p.Folder != "" {
			parent = "folder " + p.Folder
			if !made[p.Folder] {
				made[p.Folder] = true
				s.object(parent, p.Folder, s.id("plant"))
			}
		}
		s.nodes = append(s.nodes, s.variable(p, parent, o))
	}
	return s, srv.NamespaceManager().AddNodes(s.add...)
}

func (s *space) id(name string) ua.NodeID { return ua.NewNodeIDString(s.ns, name) }

func references(kind, parent, how ua.NodeID) []ua.Reference {
	return []ua.Reference{
		ua.NewReference(ua.ReferenceTypeIDHasTypeDefinition, false, ua.NewExpandedNodeID(kind)),
		ua.NewReference(how, true, ua.NewExpandedNodeID(parent)),
	}
}

func (s *space) object(id, name string, parent ua.NodeID) {
	s.add = append(s.add, uaserver.NewObjectNode(s.srv, s.id(id), ua.NewQualifiedName(s.ns, name), ua.NewLocalizedText(name, "en"), ua.LocalizedText{}, nil,
		references(ua.ObjectTypeIDFolderType, parent, ua.ReferenceTypeIDOrganizes), 0))
}

func (s *space) property(of, name string, value ua.Variant, kind ua.NodeID) {
	now := time.Now()
	s.add = append(s.add, uaserver.NewVariableNode(s.srv, s.id(of+"/"+name), ua.NewQualifiedName(0, name), ua.NewLocalizedText(name, "en"), ua.LocalizedText{}, nil,
		references(ua.VariableTypeIDPropertyType, s.id(of), ua.ReferenceTypeIDHasProperty),
		ua.NewDataValue(value, ua.Good, now, 0, now, 0), kind, ua.ValueRankScalar, nil, ua.AccessLevelsCurrentRead, 0, false, nil))
}

func (s *space) variable(p Point, parent string, o Options) *uaserver.VariableNode {
	typeOf := ua.VariableTypeIDBaseDataVariableType
	if p.Kind == Double {
		typeOf = ua.VariableTypeIDAnalogItemType
	}
	kind := map[Kind]ua.NodeID{Double: ua.DataTypeIDDouble, Int32: ua.DataTypeIDInt32, Boolean: ua.DataTypeIDBoolean, Text: ua.DataTypeIDString}[p.Kind]
	access := byte(ua.AccessLevelsCurrentRead)
	if p.Write != nil {
		access |= ua.AccessLevelsCurrentWrite
	}
	waiting := ua.NewDataValue(nil, ua.BadWaitingForInitialData, time.Time{}, 0, time.Now(), 0)
	node := uaserver.NewVariableNode(s.srv, s.id(p.Name), ua.NewQualifiedName(s.ns, p.Name), ua.NewLocalizedText(p.Name, "en"), ua.NewLocalizedText(p.About, "en"), nil,
		references(typeOf, s.id(parent), ua.ReferenceTypeIDHasComponent), waiting, kind, ua.ValueRankScalar, nil, access, sampling, false, nil)
	s.add = append(s.add, node)
	if p.Kind == Double {
		if p.Range[0] < p.Range[1] {
			s.property(p.Name, "EURange", ua.Range{Low: p.Range[0], High: p.Range[1]}, ua.DataTypeIDRange)
		}
		s.property(p.Name, "EngineeringUnits", unit(p.Unit), ua.DataTypeIDEUInformation)
	}
	if p.Write != nil {
		node.SetWriteValueHandler(func(_ *uaserver.Session, req ua.WriteValue) (ua.DataValue, ua.StatusCode) {
			v, ok := number(req.Value.Value, p.Kind)
			switch {
			case req.IndexRange != "":
				return ua.DataValue{}, ua.BadIndexRangeInvalid
			case !ok:
				return ua.DataValue{}, ua.BadTypeMismatch
			case math.IsNaN(v) || math.IsInf(v, 0) || p.Range[0] < p.Range[1] && (v < p.Range[0] || v > p.Range[1]):
				return ua.DataValue{}, ua.BadOutOfRange
			}
			if err := p.Write(v); err != nil {
				o.Log("%s not written: %v", p.Name, err)
				return ua.DataValue{}, ua.BadOutOfRange
			}
			o.Log("%s written: %v", p.Name, req.Value.Value)
			// The time is that of the value before: the plant's clock has not gone on.
			return ua.NewDataValue(req.Value.Value, ua.Good, node.Value().SourceTimestamp, 0, time.Now(), 0), ua.Good
		})
	}
	return node
}

func number(value ua.Variant, kind Kind) (float64, bool) {
	switch v := value.(type) {
	case float64:
		return v, kind == Double
	case int32:
		return float64(v), kind == Int32
	case bool:
		if v {
			return 1, kind == Boolean
		}
		return 0, kind == Boolean
	}
	return 0, false
}

// Publish shows the values of all points at a time of the plant.
func (s *Server) Publish(values []Value, at time.Time) error {
	if len(values) != len(s.space.nodes) {
		return fmt.Errorf("publish: %d values for %d points", len(values), len(s.space.nodes))
	}
	for i, v := range values {
		var show ua.Variant
		status := ua.StatusCode(ua.Good)
		if v.Unsure {
			status = ua.UncertainLastUsableValue
		}
		switch s.space.points[i].Kind {
		case Boolean:
			show = v.Number != 0
		case Int32:
			show = int32(v.Number)
		case Text:
			show = v.Text
		default:
			show = v.Number
			if math.IsNaN(v.Number) || math.IsInf(v.Number, 0) {
				show, status = nil, ua.BadSensorFailure
			}
		}
		if v.Failed {
			show, status = nil, ua.BadDeviceFailure
		}
		s.space.nodes[i].SetValue(ua.NewDataValue(show, status, at, 0, time.Now(), 0))
	}
	return nil
}

// unitCodes are UNECE Recommendation 20 codes, as OPC 10000-8 wants them.
var unitCodes = map[string]string{"°C": "CEL", "K": "KEL", "W": "WTT", "kW": "KWT", "J": "JOU", "kWh": "KWH", "%": "P1", "s": "SEC", "ppm": "59", "Pa": "PAL", "kg/s": "KGS", "W/m²": "D54"}

func unit(name string) ua.EUInformation {
	id := int32(-1) // of no table
	if code := unitCodes[name]; code != "" {
		id = 0
		for _, c := range []byte(code) {
			id = id<<8 | int32(c)
		}
	}
	return ua.EUInformation{NamespaceURI: "http://www.opcfoundation.org/UA/units/un/cefact", UnitID: id, DisplayName: ua.NewLocalizedText(name, "en")}
}
