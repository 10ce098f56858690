package mqtt

import (
	"context"
	"errors"
	"fmt"

	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/operate"
	"github.com/glasstwin/glasstwin/twin/operate/deeds"
)

// Write carries out a warrant: each value is published to the topic that sets it,
// and Write returns nil when the devices' own topics tell these values. What is
// written and resets itself, as a command does, counts as done when the broker
// took it. A warrant whose proposal and direction were written before is not
// written again. An error of a check means that nothing was sent; one after which a
// device may have taken it is operate.ErrUnsure, too.
func (l *Link) Write(ctx context.Context, w operate.Warrant) error {
	if err := errors.Join(w.Check(l.config.Now()), ctx.Err()); err != nil {
		return err
	}
	doing := fmt.Sprintf("write for proposal %s", w.Proposal())
	writes := w.Writes()
	payloads := make([][]byte, len(writes))
	for i, x := range writes {
		err := deeds.May(x, l.signals, l.address)
		a := l.parsed[x.Signal]
		if err == nil && a.set == "" {
			err = errors.New("its binding names no topic that sets it: add ?set=TOPIC to the node")
		}
		if err == nil {
			payloads[i], err = a.command(l.signals[x.Signal], x.Value)
		}
		if err != nil {
			return fmt.Errorf("%s: %s: %w", doing, x.Signal, err)
		}
	}
	s, err := l.linked()
	if err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	if err := l.writes.Once(ctx, w, func() error { return l.standing(writes) }, func(e *deeds.Entry) error {
		return l.send(ctx, s, writes, payloads, e)
	}); err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	return nil
}

func (l *Link) send(ctx context.Context, s *session, writes []twin.Write, payloads [][]byte, entry *deeds.Entry) error {
	ctx, cancel := context.WithTimeout(ctx, requestMax)
	defer cancel()
	for i, x := range writes {
		entry.State = deeds.Unsure
		if err := wait(ctx, s.client.Publish(l.parsed[x.Signal].set, 1, false, payloads[i])); err != nil {
			return fmt.Errorf("publish %s to %s: %w", x.Signal, l.parsed[x.Signal].set, err)
		}
	}
	for {
		l.mu.Lock()
		news := l.news
		l.mu.Unlock()
		err := l.standing(writes)
		if err == nil {
			entry.State = deeds.Written
			return nil
		}
		select {
		case <-news:
		case <-ctx.Done():
			return fmt.Errorf("%w: within %s", err, requestMax)
		}
	}
}

// standing tells which value the devices do not tell, of those that are to stay.
func (l *Link) standing(writes []twin.Write) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, x := range writes {
		h, ok := l.latest[x.Signal]
		switch {
		case !x.Hold:
		case !ok:
			return fmt.Errorf("%s was written %g and its device tells no value", x.Signal, x.Value)
		case float32(h.Value) != float32(x.Value):
			return fmt.Errorf("%s was written %g and its device tells %g: it, or somebody else, set it", x.Signal, x.Value, h.Value)
		}
	}
	return nil
}

// Read gives the values that the devices told last: MQTT cannot ask.
func (l *Link) Read(ctx context.Context, ids []twin.SignalID) ([]twin.Sample, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if _, err := l.linked(); err != nil {
		return nil, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	out := make([]twin.Sample, len(ids))
	for i, id := range ids {
		h, ok := l.latest[id]
		switch {
		case l.address[id] == "":
			return nil, fmt.Errorf("read %s: %w", id, deeds.ErrNotBound)
		case !ok:
			return nil, fmt.Errorf("read %s: its device has told no value yet", id)
		}
		out[i] = h
	}
	return out, nil
}
