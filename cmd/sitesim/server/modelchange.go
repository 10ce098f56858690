package server

import (
	"crypto/rand"
	"fmt"
	"strconv"
	"time"

	uaserver "github.com/awcullen/opcua/server"
	"github.com/awcullen/opcua/ua"
)

// versions are the model changes of the address space, as OPC 10000-3, 9.32 wants
// them told: the shop's NodeVersion counts them, and the Server object tells each
// by a GeneralModelChangeEvent (OPC 10000-5, 6.4.32).
type versions struct {
	node   *uaserver.VariableNode // NodeVersion of the shop
	server *uaserver.ObjectNode
	count  int
}

// addVersions puts NodeVersion on the shop and says of the type of the Server
// object that it generates the events. The caller adds the nodes.
func (s *space) addVersions() (*versions, error) {
	v := &versions{}
	s.property(s.id(s.root), s.root+".NodeVersion", ua.NewQualifiedName(0, "NodeVersion"), "0", ua.DataTypeIDString, ua.ValueRankScalar)
	v.node = s.add[len(s.add)-1].(*uaserver.VariableNode)
	nm := s.srv.NamespaceManager()
	var ok bool
	if v.server, ok = nm.FindObject(ua.ObjectIDServer); !ok {
		return nil, fmt.Errorf("the server has no Server object")
	}
	kind, ok := nm.FindNode(ua.ObjectTypeIDServerType)
	if !ok {
		return nil, fmt.Errorf("the server has no type of its Server object")
	}
	kind.SetReferences(append(kind.References(), ua.NewReference(ua.ReferenceTypeIDGeneratesEvent, false, ua.NewExpandedNodeID(ua.ObjectTypeIDGeneralModelChangeEventType))))
	return v, nil
}

// Verbs of ModelChangeStructureDataType (OPC 10000-5, 12.17).
const (
	nodeAdded   uint8 = 1
	nodeDeleted uint8 = 2
)

// tell tells a change of devices. Nil tells nobody.
func (v *versions) tell(devices ...ua.ModelChangeStructureDataType) {
	if v == nil {
		return
	}
	now := time.Now()
	v.count++
	v.node.SetValue(ua.NewDataValue(strconv.Itoa(v.count), ua.Good, now, 0, now, 0))
	id := make([]byte, 16)
	rand.Read(id) // never fails
	e := &modelChanged{BaseEvent: ua.BaseEvent{
		EventID: ua.ByteString(id), EventType: ua.ObjectTypeIDGeneralModelChangeEventType, SourceNode: ua.ObjectIDServer, SourceName: "Server",
		Time: now, ReceiveTime: now, Message: ua.NewLocalizedText("the address space changed", "en"), Severity: 100,
	}}
	for _, d := range devices {
		e.changes = append(e.changes, d)
	}
	v.server.OnEvent(e)
}

// modelChanged is a GeneralModelChangeEvent.
type modelChanged struct {
	ua.BaseEvent
	changes []ua.ExtensionObject
}

// GetAttribute implements ua.Event.
func (e *modelChanged) GetAttribute(clause ua.SimpleAttributeOperand) ua.Variant {
	if len(clause.BrowsePath) == 1 && clause.BrowsePath[0].Name == "Changes" && clause.AttributeID == ua.AttributeIDValue {
		return e.changes
	}
	clause.TypeDefinitionID = ua.ObjectTypeIDBaseEventType // its fields are inherited
	return e.BaseEvent.GetAttribute(clause)
}
