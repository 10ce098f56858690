package bus

import (
	"context"
	"errors"
	"fmt"

	"github.com/nats-io/nats.go/jetstream"
)

// flush makes everything that was recorded durable: full columns as chunks, the
// rest in the tail.
func (r *recorder) flush(ctx context.Context) error {
	if err := r.drain(ctx); err != nil {
		return err
	}
	if err := r.settle(ctx); err != nil {
		return err
	}
	return r.writeTail(ctx)
}

// settle sends the waiting chunks and waits for all of them. Those that are
// refused stay and are sent again next time; a reader drops what came twice.
func (r *recorder) settle(ctx context.Context) error {
	if len(r.waiting) == 0 {
		return nil
	}
	var failed error
	for _, p := range r.waiting {
		f, err := r.store.js.PublishMsgAsync(p.msg)
		if err != nil {
			failed = err
			break
		}
		p.sent = f
	}
	left := make([]*parcel, 0, len(r.waiting))
	for _, p := range r.waiting {
		if err := answered(ctx, p.sent); err != nil {
			failed = err
			p.sent = nil
			left = append(left, p)
		}
	}
	r.mu.Lock()
	r.waiting = left
	r.mu.Unlock()
	if failed != nil {
		return fmt.Errorf("store %d chunks of telemetry: %w", len(left), r.store.explain(failed))
	}
	return nil
}

var errUnsent = errors.New("it could not be sent")

func answered(ctx context.Context, f jetstream.PubAckFuture) error {
	if f == nil {
		return errUnsent
	}
	wait, cancel := context.WithTimeout(ctx, answerMax)
	defer cancel()
	select {
	case <-f.Ok():
		return nil
	case err := <-f.Err():
		return err
	case <-wait.Done():
		return wait.Err()
	}
}

// writeTail makes what no chunk holds yet durable, and drops what chunks have
// meanwhile taken over. Positions of people have a tail of their own, which Forget
// empties.
func (r *recorder) writeTail(ctx context.Context) error {
	n := r.store.names
	if err := errors.Join(r.writeOne(ctx, n.tailSubj, false), r.writeOne(ctx, n.placesTailSubj, true)); err != nil {
		return err
	}
	if r.flushed++; r.flushed%purgeEvery == 0 {
		if r.flushed%tailKept == 0 { // where nothing is forgotten, nobody else does
			if err := r.dropPlacesTail(ctx); err != nil {
				return err
			}
		}
		return r.shortenTail(ctx)
	}
	return nil
}

func (r *recorder) writeOne(ctx context.Context, subject string, place bool) error {
	var (
		chunk   []byte
		covered []*column
	)
	msg := beginTail(nil, r.span)
	empty := len(msg)
	send := func() error {
		ack, err := r.store.js.Publish(ctx, subject, msg)
		if err != nil {
			return fmt.Errorf("store the newest telemetry: %w", r.store.explain(err))
		}
		for _, col := range covered {
			col.tailed = col.open.len()
			if !place && col.since == 0 {
				col.since = ack.Sequence
			}
		}
		if place {
			r.unchunked++
		} else {
			r.tail = ack.Sequence
		}
		msg, covered = beginTail(msg[:0], r.span), covered[:0]
		return nil
	}
	for _, col := range r.columns {
		if col.place != place || col.tailed == col.open.len() {
			continue
		}
		chunk = r.codec.pack(chunk[:0], col.open.from(col.tailed))
		msg = appendTail(msg, string(col.id), chunk)
		covered = append(covered, col)
		if len(msg) >= tailBytes {
			if err := send(); err != nil {
				return err
			}
		}
	}
	if len(msg) > empty {
		return send()
	}
	return nil
}

// emptyPlacesTail makes chunks of all positions and drops their tail, files and all.
func (r *recorder) emptyPlacesTail(ctx context.Context) error {
	if err := r.flush(ctx); err != nil { // what came from an earlier version stands in the other tail then
		return err
	}
	return r.dropPlacesTail(ctx)
}

func (r *recorder) dropPlacesTail(ctx context.Context) error {
	r.mu.Lock()
	for _, col := range r.columns {
		if col.place && col.open.len() > 0 {
			r.cut(col)
		}
	}
	r.mu.Unlock()
	if err := r.settle(ctx); err != nil { // their stream answers when they are on the disk
		return err
	}
	if r.unchunked == 0 {
		return nil
	}
	ack, err := r.store.js.Publish(ctx, r.store.names.tailSubj, beginTail(nil, r.span)) // the span must stay told
	if err != nil {
		return fmt.Errorf("note how far telemetry reaches: %w", r.store.explain(err))
	}
	r.tail = ack.Sequence
	if err := r.store.empty(ctx, r.store.names.placesTail); err != nil {
		return err
	}
	r.unchunked = 0
	return nil
}

// empty drops all messages of a stream, and their files.
func (s *Store) empty(ctx context.Context, name string) error {
	stream, err := s.js.Stream(ctx, name)
	if err != nil {
		return fmt.Errorf("look at stream %s: %w", name, s.explain(err))
	}
	if err := stream.Purge(ctx); err != nil {
		return fmt.Errorf("empty stream %s: %w", name, s.explain(err))
	}
	return nil
}

// partTail moves the tail of an earlier version, which mixed positions with all
// else, to where it is dropped as soon as its parts stand where they belong. Killed
// on the way, it begins anew: what came twice is read once.
func (s *Store) partTail(ctx context.Context) error {
	found := false
	err := s.fetch(ctx, s.names.tail, "", 1, func(m stored) (bool, error) {
		found = true
		_, err := s.js.Publish(ctx, s.names.placesTailSubj, m.data)
		return err == nil, s.explain(err)
	})
	if err != nil {
		return fmt.Errorf("part the newest telemetry: %w", err)
	}
	if !found {
		return nil
	}
	return s.empty(ctx, s.names.tail)
}

// shortenTail drops the tail messages whose samples all stand in chunks that
// have had time to reach the disk, and cuts columns that kept one too long. The
// newest message always stays: it tells the span.
func (r *recorder) shortenTail(ctx context.Context) error {
	if r.floor > 1 {
		stream, err := r.store.js.Stream(ctx, r.store.names.tail)
		if err != nil {
			return fmt.Errorf("look at the tail: %w", r.store.explain(err))
		}
		if err := stream.Purge(ctx, jetstream.WithPurgeSequence(r.floor)); err != nil {
			return fmt.Errorf("shorten the tail: %w", r.store.explain(err))
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.floor = r.tail
	for _, col := range r.columns {
		if col.since != 0 && r.tail-col.since > tailKept {
			r.cut(col)
		}
		if col.since != 0 {
			r.floor = min(r.floor, col.since)
		}
	}
	return nil
}
