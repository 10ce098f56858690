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
// meanwhile taken over.
func (r *recorder) writeTail(ctx context.Context) error {
	var (
		chunk   []byte
		covered []*column
	)
	msg := beginTail(nil, r.span)
	empty := len(msg)
	send := func() error {
		ack, err := r.store.js.Publish(ctx, r.store.names.tailSubj, msg)
		if err != nil {
			return fmt.Errorf("store the newest telemetry: %w", r.store.explain(err))
		}
		r.tail = ack.Sequence
		for _, col := range covered {
			col.tailed = col.open.len()
			if col.since == 0 {
				col.since = ack.Sequence
			}
		}
		msg, covered = beginTail(msg[:0], r.span), covered[:0]
		return nil
	}
	for _, col := range r.columns {
		if col.tailed == col.open.len() {
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
		if err := send(); err != nil {
			return err
		}
	}
	if r.flushed++; r.flushed%purgeEvery == 0 {
		return r.shortenTail(ctx)
	}
	return nil
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
