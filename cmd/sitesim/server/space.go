package server

import (
	"fmt"
	"math"
	"time"

	uaserver "github.com/awcullen/opcua/server"
	"github.com/awcullen/opcua/ua"

	"github.com/glasstwin/glasstwin/cmd/sitesim/plant"
	"github.com/glasstwin/glasstwin/cmd/sitesim/store"
)

// Namespace holds every node of the plant.
const Namespace = "urn:glasstwin:corner-market"

const root = "CornerMarket"

// space is the address space: a node for each point of the plant.
type space struct {
	srv   *uaserver.Server
	ns    uint16
	nodes []*uaserver.VariableNode // one for each point, in the same order
	load  []*uaserver.VariableNode // the synthetic variables of a load test
	add   []uaserver.Node

	versions *versions // nil: nobody is told
}

// unitCodes are UNECE Recommendation 20 codes, as OPC 10000-8 wants them.
var unitCodes = map[string]string{
	"°C": "CEL", "W": "WTT", "%": "P1", "m": "MTR", "m/s": "MTS", "ppm": "59", "kWh": "KWH", "1/min": "RPM", "°": "DD", "": "C62",
}

func buildSpace(srv *uaserver.Server, p *plant.Plant, extra int, mute bool) (*space, error) {
	s := &space{srv: srv, ns: srv.NamespaceManager().Add(Namespace)}
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
	for _, d := range store.Devices() {
		group(d.Group)
		s.device(d.ID, d.Class, d.Group)
	}
	for _, q := range p.Points() {
		s.nodes = append(s.nodes, s.point(q))
	}
	if extra > 0 {
		group("Load")
		s.device("load-1", "load-generator", "Load")
		for i := range extra {
			s.load = append(s.load, s.point(plant.Point{Device: "load-1", Name: fmt.Sprintf("Value%05d", i+1), Low: -1, High: 1}))
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

func (s *space) point(q plant.Point) *uaserver.VariableNode {
	kind, rank, typeOf := ua.DataTypeIDDouble, ua.ValueRankScalar, ua.VariableTypeIDAnalogItemType
	switch q.Kind {
	case plant.Bool:
		kind, typeOf = ua.DataTypeIDBoolean, ua.VariableTypeIDBaseDataVariableType
	case plant.Int:
		kind = ua.DataTypeIDInt32
	case plant.Floats:
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
	for _, c := range []byte(unitCodes[name]) {
		number = number<<8 | int32(c)
	}
	return ua.EUInformation{NamespaceURI: table, UnitID: number, DisplayName: ua.NewLocalizedText(name, "en")}
}

// show puts a point's value on its node. A number that is none is never Good.
func show(node *uaserver.VariableNode, q plant.Point, plantTime time.Time) {
	var value ua.Variant
	status := ua.Good
	switch q.Kind {
	case plant.Floats:
		value = q.List()
	case plant.Bool:
		value = q.Get() != 0
	case plant.Int:
		value = int32(q.Get())
	default:
		v := q.Get()
		value = v
		if math.IsNaN(v) || math.IsInf(v, 0) {
			value, status = nil, ua.BadSensorFailure
		}
	}
	node.SetValue(ua.NewDataValue(value, ua.StatusCode(status), plantTime, 0, time.Now(), 0))
}
