package opcua

import (
	"context"
	"fmt"

	"github.com/gopcua/opcua/ua"

	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/operate/deeds"
)

// Read asks the plant for the values of signals now, past any subscription. The
// samples stand in the order of the signals.
func (l *Link) Read(ctx context.Context, ids []twin.SignalID) ([]twin.Sample, error) {
	s, err := l.linked()
	if err != nil {
		return nil, err
	}
	t := l.bound()
	nodes := make([]*ua.ReadValueID, len(ids))
	for i, id := range ids {
		node, err := t.node(s, id)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", id, err)
		}
		nodes[i] = attribute(node, ua.AttributeIDValue)
	}
	values, err := s.read(ctx, nodes)
	if err != nil {
		return nil, l.config.explain("read from", err)
	}
	out := make([]twin.Sample, len(ids))
	for i, v := range values {
		out[i] = l.timed(t.signals[ids[i]], v)
	}
	return out, nil
}

// timed is a sample that was read, with the best time that is known of it.
func (l *Link) timed(g twin.Signal, v *ua.DataValue) twin.Sample {
	x, _ := sampleOf(g, v)
	switch {
	case !v.SourceTimestamp.IsZero():
		x.At = v.SourceTimestamp
	case !v.ServerTimestamp.IsZero():
		x.At = v.ServerTimestamp
	default:
		x.At = l.config.Now()
	}
	return x
}

// node finds the node of a signal in a session.
func (t *ties) node(s *session, id twin.SignalID) (*ua.NodeID, error) {
	address, ok := t.address[id]
	if !ok {
		return nil, deeds.ErrNotBound
	}
	return s.node(address)
}

// node finds the node of an address: it is looked up once, since all of them are
// read again and again.
func (s *session) node(address string) (*ua.NodeID, error) {
	if known, ok := s.nodes.Load(address); ok {
		return known.(*ua.NodeID), nil
	}
	node, err := nodeOf(address, s.namespaces)
	if err == nil {
		s.nodes.Store(address, node)
	}
	return node, err
}

func attribute(node *ua.NodeID, id ua.AttributeID) *ua.ReadValueID {
	return &ua.ReadValueID{NodeID: node, AttributeID: id, DataEncoding: &ua.QualifiedName{}}
}

// read asks for attributes in batches, each with a time limit of its own.
func (s *session) read(ctx context.Context, nodes []*ua.ReadValueID) ([]*ua.DataValue, error) {
	out := make([]*ua.DataValue, 0, len(nodes))
	for len(nodes) > 0 {
		batch := nodes[:min(batchMax, len(nodes))]
		nodes = nodes[len(batch):]
		var answer *ua.ReadResponse
		err := s.limited(ctx, func(ctx context.Context) (err error) {
			answer, err = s.client.Read(ctx, &ua.ReadRequest{NodesToRead: batch, TimestampsToReturn: ua.TimestampsToReturnBoth})
			return err
		})
		switch {
		case err != nil:
			return nil, fmt.Errorf("read %d values: %w", len(batch), err)
		case len(answer.Results) != len(batch):
			return nil, fmt.Errorf("read %d values: the plant answered for %d", len(batch), len(answer.Results))
		}
		for _, v := range answer.Results {
			if v == nil {
				v = &ua.DataValue{Status: ua.StatusBadNoData}
			}
			out = append(out, v)
		}
	}
	return out, nil
}

// limited runs one request within requestMax.
func (s *session) limited(ctx context.Context, call func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, requestMax)
	defer cancel()
	return shielded(func() error { return call(ctx) })
}
