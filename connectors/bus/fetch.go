package bus

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"github.com/nats-io/nats.go"
)

// query is a direct read of a stream: the server's own batch request, which
// needs no consumer.
type query struct {
	Seq      uint64 `json:"seq,omitempty"`
	Next     string `json:"next_by_subj,omitempty"` // subject, may hold wildcards
	Batch    int    `json:"batch"`
	MaxBytes int    `json:"max_bytes"`
}

// stored is one message of a stream.
type stored struct {
	seq     uint64
	subject string
	header  nats.Header
	data    []byte
}

const (
	batchMessages = 512     // of one request
	batchBytes    = 4 << 20 // of one request: well under what a client may have pending
)

// fetch calls fn for every message of a stream from sequence number from on,
// of one subject when it is not "", oldest first, until fn returns false.
func (s *Store) fetch(ctx context.Context, stream, subject string, from uint64, fn func(stored) (bool, error)) error {
	inbox := s.conn.NewInbox()
	sub, err := s.conn.SubscribeSync(inbox)
	if err != nil {
		return s.explain(err)
	}
	defer func() { _ = sub.Unsubscribe() }() // fails only when the connection has gone, and it with it
	q := query{Seq: max(from, 1), Next: subject, Batch: batchMessages, MaxBytes: batchBytes}
	for {
		more, next, err := s.fetchBatch(ctx, sub, stream, inbox, q, fn)
		if err != nil || !more {
			return err
		}
		q.Seq = next
	}
}

func (s *Store) fetchBatch(ctx context.Context, sub *nats.Subscription, stream, inbox string, q query, fn func(stored) (bool, error)) (more bool, next uint64, err error) {
	ask, err := json.Marshal(q)
	if err != nil {
		return false, 0, fmt.Errorf("encode a request: %w", err)
	}
	if err := s.conn.PublishRequest("$JS.API.DIRECT.GET."+stream, inbox, ask); err != nil {
		return false, 0, s.explain(err)
	}
	next = q.Seq
	wanted := true
	for {
		msg, err := s.answer(ctx, sub)
		if err != nil {
			return false, 0, fmt.Errorf("read stream %s: %w", stream, err)
		}
		switch status := msg.Header.Get("Status"); status {
		case "":
		case "204": // end of the batch
			pending, _ := strconv.ParseUint(msg.Header.Get("Nats-Num-Pending"), 10, 64)
			return wanted && pending > 0, next, nil
		case "404": // nothing (more) of this subject
			return false, 0, nil
		default:
			return false, 0, fmt.Errorf("read stream %s: the server answers %s %s", stream, status, msg.Header.Get("Description"))
		}
		m, err := storedOf(msg)
		if err != nil {
			return false, 0, fmt.Errorf("read stream %s: %w", stream, err)
		}
		next = m.seq + 1
		if !wanted {
			continue // the rest of the batch that was already under way
		}
		if wanted, err = fn(m); err != nil {
			return false, 0, err
		}
	}
}

func (s *Store) answer(ctx context.Context, sub *nats.Subscription) (*nats.Msg, error) {
	wait, cancel := context.WithTimeout(ctx, answerMax)
	defer cancel()
	msg, err := sub.NextMsgWithContext(wait)
	switch {
	case errors.Is(err, nats.ErrNoResponders):
		return nil, errors.New("nobody answers: the server must be NATS 2.11 or later with JetStream")
	case err != nil && ctx.Err() == nil && errors.Is(err, context.DeadlineExceeded):
		return nil, s.explain(fmt.Errorf("no answer within %s", answerMax))
	case err != nil:
		return nil, s.explain(err)
	}
	return msg, nil
}

func storedOf(msg *nats.Msg) (stored, error) {
	seq, err := strconv.ParseUint(msg.Header.Get("Nats-Sequence"), 10, 64)
	if err != nil {
		return stored{}, fmt.Errorf("a message without its number: %w", err)
	}
	return stored{seq: seq, subject: msg.Header.Get("Nats-Subject"), header: msg.Header, data: msg.Data}, nil
}

// last returns the newest message of a subject, which may hold wildcards; false
// when there is none.
func (s *Store) last(ctx context.Context, stream, subject string) (stored, bool, error) {
	ask, err := json.Marshal(map[string]string{"last_by_subj": subject})
	if err != nil {
		return stored{}, false, fmt.Errorf("encode a request: %w", err)
	}
	wait, cancel := context.WithTimeout(ctx, answerMax)
	defer cancel()
	msg, err := s.conn.RequestWithContext(wait, "$JS.API.DIRECT.GET."+stream, ask)
	if err != nil {
		return stored{}, false, fmt.Errorf("read the newest of %s: %w", stream, s.explain(err))
	}
	switch status := msg.Header.Get("Status"); status {
	case "":
		m, err := storedOf(msg)
		return m, err == nil, err
	case "404":
		return stored{}, false, nil
	default:
		return stored{}, false, fmt.Errorf("read the newest of %s: the server answers %s %s", stream, status, msg.Header.Get("Description"))
	}
}
