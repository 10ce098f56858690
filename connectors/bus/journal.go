package bus

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/glasstwin/glasstwin/twin"
	"github.com/nats-io/nats.go/jetstream"
)

// eventBytesMax bounds one event: an explanation of hundreds of features is
// 100 kB; the limit is the default payload of a cluster that we don't set up.
const eventBytesMax = 1 << 20

// head is what is noted beside the journal after every event: a journal that
// ends before its head was cut short, which the chain alone could not tell.
type head struct {
	Seq  uint64
	Hash string
}

// Append seals e into the chain and returns it when it is on the disk. It does
// not stop half way when ctx ends: an event that may be stored is waited for.
func (s *Store) Append(ctx context.Context, e twin.Event) (twin.Event, error) {
	if err := ctx.Err(); err != nil {
		return twin.Event{}, fmt.Errorf("journal %s: %w", e.Kind, err)
	}
	s.writer.Lock()
	defer s.writer.Unlock()
	sealed, err := s.append(context.WithoutCancel(ctx), e)
	if err != nil {
		return twin.Event{}, fmt.Errorf("journal %s: %w", e.Kind, err)
	}
	return sealed, nil
}

func (s *Store) append(ctx context.Context, e twin.Event) (twin.Event, error) {
	ctx, cancel := context.WithTimeout(ctx, answerMax)
	defer cancel()
	if s.unsure {
		if err := s.continueChain(ctx); err != nil {
			return e, err
		}
	}
	body, err := canonical(e.Body)
	if err != nil {
		return e, fmt.Errorf("its body is not JSON: %w", err)
	}
	e.Body = body
	chain := s.chain
	sealed := chain.Seal(e, s.opts.Now())
	data, err := json.Marshal(sealed)
	if err != nil {
		return e, fmt.Errorf("encode it: %w", err)
	}
	if len(data) > eventBytesMax {
		return e, fmt.Errorf("it has %d bytes, more than the %d that an event may have", len(data), eventBytesMax)
	}
	ack, err := s.js.Publish(ctx, s.names.event, data, jetstream.WithExpectLastSequence(sealed.Seq-1))
	if err != nil {
		s.unsure = true
		if s.arrived(ctx, sealed) {
			return sealed, nil // only the answer was lost: to append it again would double it
		}
		return e, s.explain(err)
	}
	if ack.Sequence != sealed.Seq {
		s.unsure = true
		return e, fmt.Errorf("%w: event %d was stored as number %d", ErrDamaged, sealed.Seq, ack.Sequence)
	}
	s.chain = chain
	s.headErr = s.noteHead(ctx)
	return sealed, nil
}

// arrived tells whether an event whose append ended in an error is stored all
// the same. The next append takes the chain up behind it.
func (s *Store) arrived(ctx context.Context, sealed twin.Event) bool {
	wait, cancel := context.WithTimeout(context.WithoutCancel(ctx), answerMax/4)
	defer cancel()
	newest, ok, err := s.last(wait, s.names.events, s.names.event)
	if err != nil || !ok || newest.seq != sealed.Seq {
		return false
	}
	e, err := decodeEvent(newest)
	return err == nil && e.Hash == sealed.Hash
}

// canonical writes a body as the encoder would, so that the hash is over the
// very bytes that are stored.
func canonical(body json.RawMessage) (json.RawMessage, error) {
	if len(body) == 0 {
		return json.RawMessage("null"), nil
	}
	return json.Marshal(body)
}

func (s *Store) noteHead(ctx context.Context) error {
	var h head
	h.Seq, h.Hash = s.chain.Last()
	data, err := json.Marshal(h)
	if err != nil {
		return fmt.Errorf("encode the chain's head: %w", err)
	}
	if _, err := s.js.Publish(ctx, s.names.headSubj, data); err != nil {
		return fmt.Errorf("note the chain's head: %w", s.explain(err))
	}
	return nil
}

// continueChain takes the chain up where the stored journal ends.
func (s *Store) continueChain(ctx context.Context) error {
	h, err := s.readHead(ctx)
	if err != nil {
		return err
	}
	newest, ok, err := s.last(ctx, s.names.events, s.names.event)
	if err != nil {
		return err
	}
	if newest.seq < h.Seq {
		return fmt.Errorf("%w: it ends at event %d, but event %d was written: %d are missing; bring it back from a backup, or move the folder aside to begin a new one",
			ErrDamaged, newest.seq, h.Seq, h.Seq-newest.seq)
	}
	s.unsure = false
	if !ok {
		s.chain = twin.Chain{}
		return nil
	}
	e, err := decodeEvent(newest)
	if err != nil {
		return err
	}
	s.chain, err = twin.Continue(e)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return nil
}

func (s *Store) readHead(ctx context.Context) (head, error) {
	var h head
	m, ok, err := s.last(ctx, s.names.head, s.names.headSubj)
	if err != nil || !ok {
		return h, err
	}
	if err := json.Unmarshal(m.data, &h); err != nil {
		return h, fmt.Errorf("%w: the note of its newest event does not read: %w", ErrDamaged, err)
	}
	return h, nil
}

// Events calls fn for every event from sequence number from on, oldest first,
// up to the newest at the time of the call. An error of fn ends it.
func (s *Store) Events(ctx context.Context, from uint64, fn func(twin.Event) error) error {
	err := s.fetch(ctx, s.names.events, "", from, func(m stored) (bool, error) {
		e, err := decodeEvent(m)
		if err != nil {
			return false, err
		}
		return true, fn(e)
	})
	if err != nil {
		return fmt.Errorf("read the journal: %w", err)
	}
	return nil
}

func decodeEvent(m stored) (twin.Event, error) {
	var e twin.Event
	if err := json.Unmarshal(m.data, &e); err != nil {
		return e, fmt.Errorf("%w: event %d does not read: %w", ErrDamaged, m.seq, err)
	}
	return e, nil
}

// Verdict is what Verify found.
type Verdict struct {
	Events      uint64
	First, Last time.Time // plant's time of the oldest and newest event
	Hash        string    // of the newest event: whoever notes it elsewhere can tell later that nothing before it was changed
	Chunks      uint64    // of telemetry, all decoded
	Samples     uint64    // of telemetry, those not yet in a chunk included
	Bytes       uint64    // on the disk
}

// Verify reads everything and proves the chain: the error names the first
// event that was changed, dropped or reordered, or the chunk that does not
// read. The verdict tells how far it came.
func (s *Store) Verify(ctx context.Context) (Verdict, error) {
	var v Verdict
	h, err := s.readHead(ctx)
	if err != nil {
		return v, fmt.Errorf("verify the journal: %w", err)
	}
	if err := s.verifyChain(ctx, h, &v); err != nil {
		return v, fmt.Errorf("verify the journal: %w", err)
	}
	if err := s.verifyTelemetry(ctx, &v); err != nil {
		return v, fmt.Errorf("verify the telemetry: %w", err)
	}
	for _, name := range []string{s.names.events, s.names.telemetry, s.names.tail, s.names.places, s.names.placesTail} {
		stream, err := s.js.Stream(ctx, name)
		if err != nil {
			return v, fmt.Errorf("look at stream %s: %w", name, s.explain(err))
		}
		v.Bytes += stream.CachedInfo().State.Bytes
	}
	return v, nil
}

func (s *Store) verifyChain(ctx context.Context, h head, v *Verdict) error {
	var chain twin.Chain
	err := s.Events(ctx, 1, func(e twin.Event) error {
		if err := chain.Check(e); err != nil {
			return err
		}
		if e.Seq == h.Seq && e.Hash != h.Hash {
			return fmt.Errorf("event %d is not the one that was written: the whole chain was made anew", e.Seq)
		}
		if v.Events == 0 {
			v.First = e.At
		}
		v.Events, v.Last, v.Hash = e.Seq, e.At, e.Hash
		return nil
	})
	if err == nil && v.Events < h.Seq {
		err = errors.New("the journal was cut short: it ends at event " + fmt.Sprint(v.Events) + " of " + fmt.Sprint(h.Seq))
	}
	return err
}
