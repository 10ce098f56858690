package opcua

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/gopcua/opcua/id"
	"github.com/gopcua/opcua/ua"

	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/operate"
	"github.com/glasstwin/glasstwin/twin/operate/deeds"
)

// Write carries out a warrant: all its values in one request, then reads them
// back, and returns nil when they stand there. What is written and resets
// itself, as a command does, counts as standing when the plant took it. A
// warrant whose proposal and direction were written before is not written
// again. An error of a check means that nothing was sent; one after which the plant
// may have taken it is operate.ErrUnsure, too.
func (l *Link) Write(ctx context.Context, w operate.Warrant) error {
	if err := w.Check(l.config.Now()); err != nil {
		return err
	}
	doing := fmt.Sprintf("write for proposal %s", w.Proposal())
	t := l.bound()
	for _, x := range w.Writes() {
		if err := deeds.May(x, t.signals, t.address); err != nil {
			return fmt.Errorf("%s: %s: %w", doing, x.Signal, err)
		}
	}
	s, err := l.linked()
	if err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	writes := w.Writes()
	nodes := make([]*ua.NodeID, len(writes))
	for i, x := range writes {
		if nodes[i], err = t.node(s, x.Signal); err != nil {
			return fmt.Errorf("%s: %s: %w", doing, x.Signal, err)
		}
	}
	if err := l.writes.Once(ctx, w, func() error { return l.standsAt(ctx, s, t, writes, nodes) }, func(e *deeds.Entry) error {
		return l.send(ctx, s, t, writes, nodes, e)
	}); err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	return nil
}

func (l *Link) send(ctx context.Context, s *session, t *ties, writes []twin.Write, nodes []*ua.NodeID, entry *deeds.Entry) error {
	values, err := l.values(ctx, s, t, writes, nodes)
	if err != nil {
		return err
	}
	entry.State = deeds.Unsure
	results, err := s.write(ctx, values)
	if err != nil {
		return l.config.explain("write to", err)
	}
	taken := 0
	var refused error
	for i, status := range results {
		if isBad(status) {
			refused = errors.Join(refused, l.refusedWrite(t, writes[i], status))
		} else {
			taken++
		}
	}
	if refused != nil {
		if taken == 0 {
			entry.State = deeds.Unsent
		}
		return refused
	}
	if err := l.standsAt(ctx, s, t, writes, nodes); err != nil {
		return err
	}
	entry.State = deeds.Written
	return nil
}

func (l *Link) refusedWrite(t *ties, x twin.Write, status ua.StatusCode) error {
	why := "the plant refused it"
	switch status {
	case ua.StatusBadOutOfRange:
		why = "out of the plant's range: correct the signal's range in the site"
	case ua.StatusBadUserAccessDenied, ua.StatusBadNotWritable:
		why = fmt.Sprintf("user %s may not write it: give the right to at the plant", l.config.User)
	case ua.StatusBadTypeMismatch:
		why = "the plant expects another type: generate the site anew"
	case ua.StatusBadNodeIDUnknown:
		why = "the plant has no such node any more: generate the site anew"
	}
	return fmt.Errorf("write %g to %s (%s): %s (%w)", x.Value, x.Signal, t.address[x.Signal], why, status)
}

// values asks for the types of the nodes and turns the values into these.
func (l *Link) values(ctx context.Context, s *session, t *ties, writes []twin.Write, nodes []*ua.NodeID) ([]*ua.WriteValue, error) {
	var ask []*ua.ReadValueID
	for _, n := range nodes {
		ask = append(ask, attribute(n, ua.AttributeIDDataType), attribute(n, ua.AttributeIDUserAccessLevel), attribute(n, ua.AttributeIDValue))
	}
	told, err := s.read(ctx, ask)
	if err != nil {
		return nil, l.config.explain("ask about types at", err)
	}
	out := make([]*ua.WriteValue, len(writes))
	for i, x := range writes {
		kind, access, present := told[3*i], told[3*i+1], told[3*i+2]
		switch {
		case kind.Status == ua.StatusBadNodeIDUnknown:
			return nil, l.refusedWrite(t, x, kind.Status)
		case access.Value != nil && ua.AccessLevelType(access.Value.Uint())&ua.AccessLevelTypeCurrentWrite == 0:
			return nil, l.refusedWrite(t, x, ua.StatusBadNotWritable)
		}
		variant, err := variantOf(x.Value, typeOf(kind, present))
		if err != nil {
			return nil, fmt.Errorf("write %g to %s (%s): %w", x.Value, x.Signal, t.address[x.Signal], err)
		}
		out[i] = &ua.WriteValue{NodeID: nodes[i], AttributeID: ua.AttributeIDValue,
			Value: &ua.DataValue{EncodingMask: ua.DataValueValue, Value: variant}}
	}
	return out, nil
}

// typeOf is the type that a node's value must be written as: its data type, or
// that of its present value where the data type is an abstract or a foreign one.
func typeOf(kind, present *ua.DataValue) ua.TypeID {
	if kind.Value != nil {
		if n := kind.Value.NodeID(); n != nil && n.Namespace() == 0 {
			switch t := n.IntID(); {
			case t >= id.Boolean && t <= id.Double:
				return ua.TypeID(t) // the first nodes of namespace 0 are numbered as the types
			case t == id.Enumeration:
				return ua.TypeIDInt32
			}
		}
	}
	if present.Value != nil {
		return present.Value.Type()
	}
	return ua.TypeIDNull
}

// variantOf turns a number into a value of a type, if it can be one exactly; a
// Float takes the nearest.
func variantOf(v float64, kind ua.TypeID) (*ua.Variant, error) {
	whole := func(lo, hi float64) error {
		if v != math.Trunc(v) || v < lo || v > hi {
			return fmt.Errorf("the node is a %s, which %g cannot be", kind, v)
		}
		return nil
	}
	var value any
	var err error
	switch kind {
	case ua.TypeIDBoolean:
		value, err = v == 1, whole(0, 1)
	case ua.TypeIDSByte:
		value, err = int8(v), whole(math.MinInt8, math.MaxInt8)
	case ua.TypeIDByte:
		value, err = uint8(v), whole(0, math.MaxUint8)
	case ua.TypeIDInt16:
		value, err = int16(v), whole(math.MinInt16, math.MaxInt16)
	case ua.TypeIDUint16:
		value, err = uint16(v), whole(0, math.MaxUint16)
	case ua.TypeIDInt32:
		value, err = int32(v), whole(math.MinInt32, math.MaxInt32)
	case ua.TypeIDUint32:
		value, err = uint32(v), whole(0, math.MaxUint32)
	case ua.TypeIDInt64:
		value, err = int64(v), whole(-1<<53, 1<<53)
	case ua.TypeIDUint64:
		value, err = uint64(v), whole(0, 1<<53)
	case ua.TypeIDFloat:
		value = float32(v)
	case ua.TypeIDDouble:
		value = v
	default:
		return nil, fmt.Errorf("the node is a %s, which cannot be written: correct the binding", kind)
	}
	if err != nil {
		return nil, err
	}
	return ua.NewVariant(value)
}

func (s *session) write(ctx context.Context, values []*ua.WriteValue) ([]ua.StatusCode, error) {
	var answer *ua.WriteResponse
	err := s.limited(ctx, func(ctx context.Context) (err error) {
		answer, err = s.client.Write(ctx, &ua.WriteRequest{NodesToWrite: values})
		return err
	})
	switch {
	case err != nil:
		return nil, err
	case len(answer.Results) != len(values):
		return nil, fmt.Errorf("%d values were written, and the plant answered for %d", len(values), len(answer.Results))
	}
	return answer.Results, nil
}

// standsAt reads back and tells which value does not stand at the plant. Of a
// command only that it can be read: it resets itself.
func (l *Link) standsAt(ctx context.Context, s *session, t *ties, writes []twin.Write, nodes []*ua.NodeID) error {
	ask := make([]*ua.ReadValueID, len(nodes))
	for i, n := range nodes {
		ask[i] = attribute(n, ua.AttributeIDValue)
	}
	values, err := s.read(ctx, ask)
	if err != nil {
		return l.config.explain("read back from", err)
	}
	for i, x := range writes {
		got, odd := sampleOf(t.signals[x.Signal], values[i])
		switch {
		case odd != "" || got.Quality == twin.Bad:
			return fmt.Errorf("%s cannot be read back: %v %s", x.Signal, values[i].Status, odd)
		case x.Hold && float32(got.Value) != float32(x.Value):
			return fmt.Errorf("%s was written %g and reads back %g: the plant, or somebody else, set it", x.Signal, x.Value, got.Value)
		}
	}
	return nil
}
