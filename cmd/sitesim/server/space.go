package server

import (
	"fmt"
	"time"

	uaserver "github.com/awcullen/opcua/server"
	"github.com/awcullen/opcua/ua"

	"github.com/glasstwin/glasstwin/cmd/sitesim/point"
	"github.com/glasstwin/glasstwin/cmd/sitesim/store"
)

// Namespace holds every node of the plant, whichever site it is.
const Namespace = "urn:glasstwin:corner-market"

// space is the address space: a node for each point of the plant.
type space struct {
	srv   *uaserver.Server
	ns    uint16
	root  string                   // name of the object that all devices hang below
	nodes []*uaserver.VariableNode // one for each point, in the same order
	load  []*uaserver.VariableNode // the synthetic variables of a load test
	add   []uaserver.Node

	versions *versions // nil: nobody is told
}

// unitCodes are UNECE Recommendation 20 codes, as OPC 10000-8 wants them.
var unitCodes = map[string]string{
	"°C": "CEL", "W": "WTT", "%": "P1", "m": "MTR", "m/s": "MTS", "ppm": "59", "kWh": "KWH", "1/min": "RPM", "°": "DD", "": "C62",
	"K": "KEL", "bar": "BAR", "V": "VLT", "h": "HUR", "min": "MIN", "W/m²": "D54",
}

func buildSpace(srv *uaserver.Server, root string, devices []store.Device, points []point.Point, extra int, mute bool) (*space, error) {
	s := &space{srv: srv, root: root, ns: srv.NamespaceManager().Add(Namespace)}
	s.object(root, root, ua.ObjectTypeIDFolderType, ua.ObjectIDObjectsFolder, ua.ReferenceTypeIDOrganizes)
	if !mute {
		var err error
		if s.versions, err = s.addVersions(); err != nil {
			return nil, fmt.Errorf("build the address space: %w", err)
		}
	}
	made := map[string]bool{}
	group := func(name string) {
		if !made[name] {
			made[name] = true
			s.object(name, name, ua.ObjectTypeIDFolderType, s.id(root), ua.ReferenceTypeIDOrganizes)
		}
	}
	for _, d := range devices {
		group(d.Group)
		s.device(d.ID, d.Class, d.Group)
	}
	for _, q := range points {
		s.nodes = append(s.nodes, s.point(q))
	}
	if extra > 0 {
		group("Load")
		s.device("load-1", "load-generator", "Load")
		for i := range extra {
			s.load = append(s.load, s.point(point.Point{Device: "load-1", Name: fmt.Sprintf("Value%05d", i+1), Low: -1, High: 1}))
		}
	}
	if err := srv.NamespaceManager().AddNodes(s.add...); err != nil {
		return nil, fmt.Errorf("build the address space: %w", err)
	}
	s.add = nil
	return s, nil
}

func (s *space) id(name string) ua.NodeID { return ua.NewNodeIDString(s.ns, name) }

func (s *space) name(name string) (ua.QualifiedName, ua.LocalizedText) {
	return ua.NewQualifiedName(s.ns, name), ua.NewLocalizedText(name, "en")
}

func references(kind ua.NodeID, parent ua.NodeID, how ua.NodeID) []ua.Reference {
	return []ua.Reference{
		ua.NewReference(ua.ReferenceTypeIDHasTypeDefinition, false, ua.NewExpandedNodeID(kind)),
		ua.NewReference(how, true, ua.NewExpandedNodeID(parent)),
	}
}

func (s *space) object(id, name string, kind, parent, how ua.NodeID) {
	browse, display := s.name(name)
	s.add = append(s.add, uaserver.NewObjectNode(s.srv, s.id(id), browse, display, ua.LocalizedText{}, nil, references(kind, parent, how), 0))
}

func (s *space) device(id, class, group string) {
	s.object(id, id, ua.ObjectTypeIDBaseObjectType, s.id(group), ua.ReferenceTypeIDOrganizes)
	s.property(s.id(id), id+".DeviceClass", ua.NewQualifiedName(s.ns, "DeviceClass"), class, ua.DataTypeIDString, ua.ValueRankScalar)
}

func (s *space) property(of ua.NodeID, id string, name ua.QualifiedName, value ua.Variant, kind ua.NodeID, rank int32) {
	now := time.Now()
	s.add = append(s.add, uaserver.NewVariableNode(s.srv, s.id(id), name, ua.NewLocalizedText(name.Name, "en"), ua.LocalizedText{}, nil,
		references(ua.VariableTypeIDPropertyType, of, ua.ReferenceTypeIDHasProperty),
		ua.NewDataValue(value, ua.Good, now, 0, now, 0), kind, rank, nil, ua.AccessLevelsCurrentRead, 0, false, nil))
}

func (s *space) point(q point.Point) *uaserver.VariableNode {
	kind, rank, typeOf := ua.DataTypeIDDouble, ua.ValueRankScalar, ua.VariableTypeIDAnalogItemType
	switch q.Kind {
	case point.Bool:
		kind, typeOf = ua.DataTypeIDBoolean, ua.VariableTypeIDBaseDataVariableType
	case point.Int:
		kind = ua.DataTypeIDInt32
	case point.Floats:
		kind, rank = ua.DataTypeIDFloat, ua.ValueRankOneDimension
	}
	access := byte(ua.AccessLevelsCurrentRead)
	if q.Set != nil {
		access |= ua.AccessLevelsCurrentWrite
	}
	id := q.Device + "." + q.Name
	browse, display := s.name(q.Name)
	var dims []uint32
	if rank == ua.ValueRankOneDimension {
		dims = []uint32{0}
	}
	waiting := ua.NewDataValue(nil, ua.BadWaitingForInitialData, time.Time{}, 0, time.Now(), 0)
	node := uaserver.NewVariableNode(s.srv, s.id(id), browse, display, ua.LocalizedText{}, nil,
		references(typeOf, s.id(q.Device), ua.ReferenceTypeIDHasComponent), waiting, kind, int32(rank), dims, access, sampling, false, nil)
	s.add = append(s.add, node)
	if typeOf == ua.VariableTypeIDAnalogItemType {
		s.property(s.id(id), id+".EURange", ua.NewQualifiedName(0, "EURange"), ua.Range{Low: q.Low, High: q.High}, ua.DataTypeIDRange, ua.ValueRankScalar)
		s.property(s.id(id), id+".EngineeringUnits", ua.NewQualifiedName(0, "EngineeringUnits"), unit(q.Unit), ua.DataTypeIDEUInformation, ua.ValueRankScalar)
	}
	return node
}

// sampling is the fastest a variable can be sampled, ms.
const sampling = 10

func unit(name string) ua.EUInformation {
	const table = "http://www.opcfoundation.org/UA/units/un/cefact"
	number := int32(0)
	code, ok := unitCodes[name]
	if !ok {
		number = -1 // the recommendation has none for a price
	}
	for _, c := range []byte(code) {
		number = number<<8 | int32(c)
	}
	return ua.EUInformation{NamespaceURI: table, UnitID: number, DisplayName: ua.NewLocalizedText(name, "en")}
}

// show puts on a node what arrives of its point, if something does, as of a moment of
// the server's clock.
func (l *live) show(i int, told time.Time) {
	if sample, arrived := l.sample(i); arrived {
		l.space.nodes[i].SetValue(dataValue(&l.points[i], sample, told))
	}
}

// sample is what arrives of the i-th point now, if something does.
func (l *live) sample(i int) (point.Sample, bool) {
	q := &l.points[i]
	switch {
	case l.way != nil:
		return l.way.Arrive(i, q)
	case q.Kind == point.Floats:
		return point.Sample{At: l.now(), List: q.List()}, true
	default:
		return point.Sample{At: l.now(), Value: q.Get()}, true
	}
}

// dataValue is a sample as the network tells it.
func dataValue(q *point.Point, s point.Sample, told time.Time) ua.DataValue {
	s = q.Told(s)
	var value ua.Variant
	status := ua.StatusCode(ua.Good)
	switch q.Kind {
	case point.Floats:
		value = s.List
	case point.Bool:
		value = s.Value != 0
	case point.Int:
		value = int32(s.Value)
	default:
		value = s.Value
	}
	switch s.Quality {
	case point.Lost:
		value, status = nil, ua.BadCommunicationError
	case point.Failed:
		value, status = nil, ua.BadSensorFailure
	}
	return ua.NewDataValue(value, status, s.At, 0, told, 0)
}
