package server

import (
	"testing"
	"time"

	"github.com/gopcua/opcua"
	"github.com/gopcua/opcua/id"
	"github.com/gopcua/opcua/ua"
)

// TestModelChangesAreTold: whoever subscribes to the Server object's events hears
// of each device that came or went, with what it is.
func TestModelChangesAreTold(t *testing.T) {
	c := login(t, serve(t, Options{Seed: 1, Speed: 1}))
	if v := read(t, c, "CornerMarket.NodeVersion"); v.Value.Value() != "0" {
		t.Errorf("the first version is %v", v.Value.Value())
	}
	heard := make(chan *opcua.PublishNotificationData, 16)
	sub, err := c.Subscribe(t.Context(), &opcua.SubscriptionParameters{Interval: 100 * time.Millisecond}, heard)
	if err != nil {
		t.Fatal(err)
	}
	field := func(of uint32, name string) *ua.SimpleAttributeOperand {
		return &ua.SimpleAttributeOperand{TypeDefinitionID: ua.NewNumericNodeID(0, of), BrowsePath: []*ua.QualifiedName{{Name: name}}, AttributeID: ua.AttributeIDValue}
	}
	item := opcua.NewMonitoredItemCreateRequestWithDefaults(ua.NewNumericNodeID(0, id.Server), ua.AttributeIDEventNotifier, 7)
	item.RequestedParameters.Filter = ua.NewExtensionObject(&ua.EventFilter{
		SelectClauses: []*ua.SimpleAttributeOperand{field(id.GeneralModelChangeEventType, "EventType"), field(id.GeneralModelChangeEventType, "Changes"), field(id.BaseEventType, "SourceNode")},
		WhereClause:   &ua.ContentFilter{},
	})
	if r, err := sub.Monitor(t.Context(), ua.TimestampsToReturnBoth, item); err != nil || r.Results[0].StatusCode != ua.StatusOK {
		t.Fatalf("subscribe to events: %v %+v", err, r)
	}
	next := func() (verbs []uint8) {
		t.Helper()
		for end := time.After(patience); ; {
			select {
			case n := <-heard:
				list, ok := n.Value.(*ua.EventNotificationList)
				if !ok {
					continue
				}
				f := list.Events[0].EventFields
				if kind := f[0].NodeID(); kind.IntID() != id.GeneralModelChangeEventType || f[2].NodeID().IntID() != id.Server {
					t.Fatalf("an event of type %v from %v", kind, f[2].NodeID())
				}
				for _, x := range f[1].Value().([]*ua.ExtensionObject) {
					m := x.Value.(*ua.ModelChangeStructureDataType)
					if m.Affected.StringID() != "freezer-7" {
						t.Errorf("%v is affected", m.Affected)
					}
					verbs = append(verbs, m.Verb)
				}
				return verbs
			case <-end:
				t.Fatal("no event came")
			}
		}
	}
	for _, row := range []struct {
		method string
		args   []any
		want   []uint8
	}{
		{"AddDevice", []any{"freezer-7", "upright-freezer", ""}, []uint8{nodeAdded}},
		{"RetypeDevice", []any{"freezer-7", "chest-freezer"}, []uint8{nodeDeleted, nodeAdded}},
		{"RemoveDevice", []any{"freezer-7"}, []uint8{nodeDeleted}},
	} {
		if got := call(t, c, row.method, row.args...); got != ua.StatusOK {
			t.Fatalf("%s gave %v", row.method, got)
		}
		if got := next(); string(got) != string(row.want) {
			t.Errorf("%s is told as %v, want %v", row.method, got, row.want)
		}
	}
	if v := read(t, c, "CornerMarket.NodeVersion"); v.Value.Value() != "3" {
		t.Errorf("after three changes the version is %v", v.Value.Value())
	}
}
