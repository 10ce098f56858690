package opcua

import (
	"context"
	"fmt"

	"github.com/gopcua/opcua"
	"github.com/gopcua/opcua/id"
	"github.com/gopcua/opcua/ua"
)

// listenForModel subscribes to the events by which a server says that its address
// space changed (OPC 10000-3, 9.32; OPC 10000-5, 6.4.31 and 6.4.32). A server that
// does not have them is looked through instead, so that nothing here is an error.
// Events may be taken from servers that never send any; one is believed to tell
// when the type of its Server object says that it generates them.
func (l *Link) listenForModel(ctx context.Context, s *session) {
	s.events = s.next
	s.next++
	item := opcua.NewMonitoredItemCreateRequestWithDefaults(ua.NewNumericNodeID(0, id.Server), ua.AttributeIDEventNotifier, s.events)
	item.RequestedParameters.Filter = ua.NewExtensionObject(&ua.EventFilter{
		SelectClauses: []*ua.SimpleAttributeOperand{{
			TypeDefinitionID: ua.NewNumericNodeID(0, id.BaseEventType), BrowsePath: []*ua.QualifiedName{{Name: "EventType"}}, AttributeID: ua.AttributeIDValue,
		}},
		WhereClause: &ua.ContentFilter{Elements: []*ua.ContentFilterElement{{
			FilterOperator: ua.FilterOperatorOfType,
			FilterOperands: []*ua.ExtensionObject{ua.NewExtensionObject(&ua.LiteralOperand{Value: ua.MustVariant(ua.NewNumericNodeID(0, id.BaseModelChangeEventType))})},
		}}},
	})
	results, err := create(ctx, s.sub, []*ua.MonitoredItemCreateRequest{item})
	switch {
	case err != nil:
		l.config.Log("listen for changes of the address space: %v", err)
		return
	case isBad(results[0].StatusCode):
		return
	}
	if s.tells, err = s.generates(ctx); err != nil {
		l.config.Log("ask whether the plant tells of changes of its address space: %v", err)
	}
}

// generates tells whether the type of the Server object says that it generates
// model change events.
func (s *session) generates(ctx context.Context) (bool, error) {
	var answer *ua.BrowseResponse
	err := s.limited(ctx, func(ctx context.Context) (err error) {
		answer, err = s.client.Browse(ctx, &ua.BrowseRequest{
			NodesToBrowse: []*ua.BrowseDescription{{
				NodeID: ua.NewNumericNodeID(0, id.ServerType), BrowseDirection: ua.BrowseDirectionForward,
				ReferenceTypeID: ua.NewNumericNodeID(0, id.GeneratesEvent), IncludeSubtypes: true, ResultMask: uint32(ua.BrowseResultMaskNone),
			}},
			View: &ua.ViewDescription{ViewID: ua.NewTwoByteNodeID(0)},
		})
		return err
	})
	if err != nil {
		return false, fmt.Errorf("browse the type of the server: %w", err)
	}
	for _, r := range answer.Results {
		for _, ref := range r.References {
			if n := ref.NodeID; n != nil && n.NodeID != nil && n.NodeID.Namespace() == 0 &&
				(n.NodeID.IntID() == id.BaseModelChangeEventType || n.NodeID.IntID() == id.GeneralModelChangeEventType) {
				return true, nil
			}
		}
	}
	return false, nil
}

// hearEvents takes what a plant says of its address space. What changed is found
// by looking: servers may leave it out, or tell of parents only.
func (l *Link) hearEvents(s *session, events []*ua.EventFieldList) {
	for _, e := range events {
		if e == nil || e.ClientHandle != s.events {
			continue
		}
		select {
		case l.model.news <- struct{}{}:
		default:
		}
	}
}
