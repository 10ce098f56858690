package opcua

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/gopcua/opcua/id"
	"github.com/gopcua/opcua/ua"
)

// ErrOwnClock is returned by Advance for a plant that has no such method: it goes
// by a clock of its own, as every real one does.
var ErrOwnClock = errors.New("the plant goes by a clock of its own")

const (
	advanceMethod = "Advance"
	advanceMost   = 24 * time.Hour   // of plant's time in one call
	advanceWait   = 30 * time.Second // for its answer: a slow machine reckons a day in seconds
)

// Advance moves an emulated plant that stands still between calls, by a stretch of
// its own time of at most a day, and returns when all its values are those of the
// new moment. No other method is ever called: whatever else changes a plant is a
// write, and needs a warrant.
func (l *Link) Advance(ctx context.Context, by time.Duration) error {
	doing := fmt.Sprintf("advance the plant at %s by %s", l.config.Endpoint, by)
	if by <= 0 || by > advanceMost {
		return fmt.Errorf("%s: give more than 0 and at most %s", doing, advanceMost)
	}
	s, err := l.linked()
	if err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	at, err := l.clock(ctx, s)
	if err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	ctx, cancel := context.WithTimeout(ctx, advanceWait)
	defer cancel()
	var result *ua.CallMethodResult
	err = shielded(func() (err error) {
		result, err = s.client.Call(ctx, &ua.CallMethodRequest{ObjectID: at.object, MethodID: at.method, InputArguments: []*ua.Variant{ua.MustVariant(by.Seconds())}})
		return err
	})
	switch {
	case err != nil:
		return fmt.Errorf("%s: %w", doing, l.config.explain("call a method of", err))
	case isBad(result.StatusCode):
		return fmt.Errorf("%s: it refused: %w", doing, result.StatusCode)
	}
	return nil
}

// plantClock is the method that moves a plant, and the object it belongs to.
type plantClock struct{ object, method *ua.NodeID }

// clock finds the method below the objects of the plant, once for a session.
func (l *Link) clock(ctx context.Context, s *session) (plantClock, error) {
	l.mu.Lock()
	known := s.clock
	l.mu.Unlock()
	if known != nil {
		return *known, nil
	}
	objects, err := s.below(ctx, ua.NewNumericNodeID(0, id.ObjectsFolder), ua.NodeClassObject)
	if err != nil {
		return plantClock{}, l.config.explain("browse", err)
	}
	for _, o := range objects {
		if o.NodeID.NodeID.Namespace() == 0 {
			continue // the server's own
		}
		methods, err := s.below(ctx, o.NodeID.NodeID, ua.NodeClassMethod)
		if err != nil {
			return plantClock{}, l.config.explain("browse", err)
		}
		for _, m := range methods {
			if m.BrowseName != nil && m.BrowseName.Name == advanceMethod {
				found := plantClock{o.NodeID.NodeID, m.NodeID.NodeID}
				l.mu.Lock()
				s.clock = &found
				l.mu.Unlock()
				return found, nil
			}
		}
	}
	return plantClock{}, fmt.Errorf("%w: it has no method %s", ErrOwnClock, advanceMethod)
}

// below lists what hangs directly below a node.
func (s *session) below(ctx context.Context, node *ua.NodeID, class ua.NodeClass) ([]*ua.ReferenceDescription, error) {
	var answer *ua.BrowseResponse
	err := s.limited(ctx, func(ctx context.Context) (err error) {
		answer, err = s.client.Browse(ctx, &ua.BrowseRequest{
			View: &ua.ViewDescription{ViewID: ua.NewTwoByteNodeID(0)}, RequestedMaxReferencesPerNode: browseAnswer,
			NodesToBrowse: []*ua.BrowseDescription{{NodeID: node, BrowseDirection: ua.BrowseDirectionForward, IncludeSubtypes: true,
				ReferenceTypeID: ua.NewNumericNodeID(0, id.HierarchicalReferences), NodeClassMask: uint32(class), ResultMask: uint32(ua.BrowseResultMaskAll)}},
		})
		return err
	})
	switch {
	case err != nil:
		return nil, err
	case len(answer.Results) != 1 || answer.Results[0] == nil:
		return nil, errors.New("the plant did not tell what hangs below a node")
	}
	var out []*ua.ReferenceDescription
	for _, r := range answer.Results[0].References {
		if r != nil && r.NodeID != nil && r.NodeID.NodeID != nil {
			out = append(out, r)
		}
	}
	return out, nil
}
