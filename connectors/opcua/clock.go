package opcua

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/gopcua/opcua/id"
	"github.com/gopcua/opcua/ua"

	"github.com/glasstwin/glasstwin/twin"
)

// ErrOwnClock is returned by Advance for a plant that has no such method: it goes
// by a clock of its own, as every real one does.
var ErrOwnClock = errors.New("the plant goes by a clock of its own")

const (
	advanceMethod = "Advance"
	lookingMethod = "AdvanceLooking"
	advanceMost   = 24 * time.Hour   // of plant's time in one call
	advanceWait   = 30 * time.Second // for its answer: a slow machine reckons a day in seconds
)

// Advance moves an emulated plant that stands still between calls, by a stretch of
// its own time of at most a day, and returns when all its values are those of the
// new moment. No other method but AdvanceLooking is ever called: whatever else changes
// a plant is a write, and needs a warrant.
func (l *Link) Advance(ctx context.Context, by time.Duration) error {
	s, at, err := l.still(ctx, by)
	if err == nil {
		_, err = l.call(ctx, s, at.object, at.method, by.Seconds())
	}
	if err != nil {
		return fmt.Errorf("advance the plant at %s by %s: %w", l.config.Endpoint, by, err)
	}
	return nil
}

// AdvanceLooking is Advance that reads some signals every pace on the way, the end apart:
// what it returns is look by look, each in the order of ids. A plant that has a method for
// it is asked once, any other step by step.
func (l *Link) AdvanceLooking(ctx context.Context, by, pace time.Duration, ids []twin.SignalID) ([]twin.Sample, error) {
	s, at, err := l.still(ctx, by)
	var out []twin.Sample
	switch {
	case err != nil:
	case pace <= 0:
		err = errors.New("give a pace of more than 0")
	case at.looking == nil || len(ids) == 0:
		out, err = l.stepwise(ctx, by, pace, ids)
	default:
		out, err = l.looking(ctx, s, at, by, pace, ids)
	}
	if err != nil {
		return nil, fmt.Errorf("advance the plant at %s by %s: %w", l.config.Endpoint, by, err)
	}
	return out, nil
}

func (l *Link) stepwise(ctx context.Context, by, pace time.Duration, ids []twin.SignalID) ([]twin.Sample, error) {
	if len(ids) == 0 {
		return nil, l.Advance(ctx, by)
	}
	var out []twin.Sample
	for past := time.Duration(0); ; {
		if err := l.Advance(ctx, min(pace, by-past)); err != nil {
			return nil, err
		}
		if past += pace; past >= by {
			return out, nil
		}
		seen, err := l.Read(ctx, ids)
		if err != nil {
			return nil, err
		}
		out = append(out, seen...)
	}
}

func (l *Link) looking(ctx context.Context, s *session, at plantClock, by, pace time.Duration, ids []twin.SignalID) ([]twin.Sample, error) {
	t := l.bound()
	nodes := make([]*ua.NodeID, len(ids))
	for i, id := range ids {
		var err error
		if nodes[i], err = t.node(s, id); err != nil {
			return nil, fmt.Errorf("look at %s: %w", id, err)
		}
	}
	answer, err := l.call(ctx, s, at.object, at.looking, by.Seconds(), pace.Seconds(), nodes)
	if err != nil {
		return nil, err
	}
	looks := int((by-1)/pace) * len(ids)
	var values []*ua.DataValue
	if len(answer) == 1 && answer[0] != nil {
		values, _ = answer[0].Value().([]*ua.DataValue)
	}
	if len(values) != looks {
		return nil, fmt.Errorf("it answered for %d looks, %d were asked for", len(values), looks)
	}
	out := make([]twin.Sample, looks)
	for i, v := range values {
		if v == nil {
			v = &ua.DataValue{Status: ua.StatusBadNoData}
		}
		out[i] = l.timed(t.signals[ids[i%len(ids)]], v)
	}
	return out, nil
}

// still is the session of a plant that stands still between calls, and what moves it.
func (l *Link) still(ctx context.Context, by time.Duration) (*session, plantClock, error) {
	if by <= 0 || by > advanceMost {
		return nil, plantClock{}, fmt.Errorf("give more than 0 and at most %s", advanceMost)
	}
	s, err := l.linked()
	if err != nil {
		return nil, plantClock{}, err
	}
	at, err := l.clock(ctx, s)
	return s, at, err
}

// call calls a method of the plant.
func (l *Link) call(ctx context.Context, s *session, object, method *ua.NodeID, arguments ...any) ([]*ua.Variant, error) {
	ctx, cancel := context.WithTimeout(ctx, advanceWait)
	defer cancel()
	in := make([]*ua.Variant, len(arguments))
	for i, a := range arguments {
		var err error
		if in[i], err = ua.NewVariant(a); err != nil {
			return nil, err
		}
	}
	var result *ua.CallMethodResult
	err := shielded(func() (err error) {
		result, err = s.client.Call(ctx, &ua.CallMethodRequest{ObjectID: object, MethodID: method, InputArguments: in})
		return err
	})
	switch {
	case err != nil:
		return nil, l.config.explain("call a method of", err)
	case isBad(result.StatusCode):
		return nil, fmt.Errorf("it refused: %w", result.StatusCode)
	}
	return result.OutputArguments, nil
}

// plantClock is what moves a plant, and the object it belongs to.
type plantClock struct {
	object, method *ua.NodeID
	looking        *ua.NodeID // nil: it has none
}

// clock finds the methods below the objects of the plant, once for a session.
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
		found := plantClock{object: o.NodeID.NodeID}
		for _, m := range methods {
			switch {
			case m.BrowseName == nil:
			case m.BrowseName.Name == advanceMethod:
				found.method = m.NodeID.NodeID
			case m.BrowseName.Name == lookingMethod:
				found.looking = m.NodeID.NodeID
			}
		}
		if found.method != nil {
			l.mu.Lock()
			s.clock = &found
			l.mu.Unlock()
			return found, nil
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
