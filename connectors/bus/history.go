package bus

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/glasstwin/glasstwin/twin"
)

// daysOneByOne is how many days are asked for by name; a longer span is read
// in one go and passed over chunk by chunk.
const daysOneByOne = 8

// History calls fn for the samples of the signals with from < At ≤ to: signal
// after signal as listed, each oldest first. What Record took before the call
// is included, whether durable yet or not. An error of fn ends it; fn itself must
// not ask for history.
func (s *Store) History(ctx context.Context, signals []twin.SignalID, from, to time.Time, fn func(twin.Sample) error) error {
	c, err := newCodec()
	if err != nil {
		return err
	}
	defer c.dec.Close()
	w := window{moment(from), moment(to)}
	for _, id := range signals {
		if err := s.historyOf(ctx, c, id, w, fn); err != nil {
			return fmt.Errorf("read the history of %s: %w", id, err)
		}
	}
	return nil
}

// window is from < At ≤ to, in ns since 1970.
type window struct{ from, to int64 }

// moment is t in ns since 1970, held within what an int64 can say.
func moment(t time.Time) int64 {
	switch y := t.Year(); {
	case y < earliestYear:
		return math.MinInt64 + 1
	case y > latestYear:
		return math.MaxInt64
	}
	return t.UnixNano()
}

func (s *Store) historyOf(ctx context.Context, c *codec, id twin.SignalID, w window, fn func(twin.Sample) error) error {
	// The memory first: a chunk that is stored meanwhile is then read twice,
	// not missed, and what was told is not told again.
	held, reach, err := s.recorder.heldOf(id)
	if err != nil {
		return err
	}
	if reach.empty() {
		return nil
	}
	w.from, w.to = max(w.from, reach.first-1), min(w.to, reach.last)
	told := w.from
	tell := func(part series) error {
		for i := range part.len() {
			if at := part.at[i]; at > told && at <= w.to {
				told = at
				if err := fn(part.sample(id, i)); err != nil {
					return err
				}
			}
		}
		return nil
	}
	if place := s.recorder.isPlaced(id); place {
		s.keeper.reading.RLock()
		defer s.keeper.reading.RUnlock()
	}
	for _, from := range s.sourcesIn(id, w) {
		err := s.fetch(ctx, from.stream, from.subject, 1, func(m stored) (bool, error) {
			h, err := headOf(m.data)
			if err != nil {
				return false, fmt.Errorf("%w: message %d: %w", ErrDamaged, m.seq, err)
			}
			if h.last <= w.from {
				return true, nil
			}
			if h.first > w.to {
				return false, nil
			}
			part, err := c.unpack(m.data)
			if err != nil {
				return false, fmt.Errorf("%w: message %d: %w", ErrDamaged, m.seq, err)
			}
			return true, tell(part)
		})
		if err != nil {
			return err
		}
	}
	for _, part := range held {
		if err := tell(part); err != nil {
			return err
		}
	}
	return nil
}

// source is messages of one stream.
type source struct {
	stream, subject string
	rest            bool // what was left of chunks that were old in part: of any day, the oldest
}

// sourcesIn lists where the chunks of a signal may be, in order of time.
func (s *Store) sourcesIn(id twin.SignalID, w window) []source {
	if w.from >= w.to {
		return nil
	}
	place := s.recorder.isPlaced(id)
	const oneDay = int64(24 * time.Hour)
	if w.to-w.from > daysOneByOne*oneDay {
		return s.sourcesOf(id, place, "*")
	}
	var out []source
	for at := w.from; ; at += oneDay {
		for _, x := range s.sourcesOf(id, place, day(min(at, w.to))) {
			if !slices.Contains(out, x) {
				out = append(out, x)
			}
		}
		if at >= w.to {
			return out
		}
	}
}

// sourcesOf lists where the chunks of a signal of one day may be, the oldest first.
// Of positions, the stream of all telemetry has what an earlier version stored.
func (s *Store) sourcesOf(id twin.SignalID, place bool, day string) []source {
	n, name := s.names, token(string(id))
	all := source{stream: n.telemetry, subject: n.chunk + "." + name + "." + day}
	if !place {
		return []source{all}
	}
	return []source{
		{stream: n.places, subject: n.rest + "." + name, rest: true}, all,
		{stream: n.places, subject: n.place + "." + name + "." + day},
	}
}

func (r *recorder) isPlaced(id twin.SignalID) bool {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.placed[id]
}

// heldOf copies what a signal has in memory, oldest first, and the span of the
// whole history.
func (r *recorder) heldOf(id twin.SignalID) ([]series, span, error) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	r.queue.Lock()
	queued := series{}
	for i := range r.queue.samples {
		if x := &r.queue.samples[i]; x.Signal == id {
			queued.add(x.At.UnixNano(), x.Value, qualityCode(x.Quality), x.Vector)
		}
	}
	r.queue.Unlock()
	var out []series
	for _, p := range r.waiting {
		if p.signal != id {
			continue
		}
		c, err := newCodec()
		if err != nil {
			return nil, span{}, err
		}
		part, err := c.unpack(p.msg.Data)
		if err != nil {
			return nil, span{}, err
		}
		out = append(out, part)
	}
	if col, ok := r.columns[id]; ok && col.open.len() > 0 {
		open := series{at: slices.Clone(col.open.at), value: slices.Clone(col.open.value), quality: slices.Clone(col.open.quality)}
		if len(col.open.vector) > 0 {
			open.vector = slices.Clone(col.open.vector)
		}
		out = append(out, open)
	}
	reach := r.span
	if n := queued.len(); n > 0 {
		out = append(out, queued)
		reach = reach.with(slices.Min(queued.at), slices.Max(queued.at))
	}
	return out, reach, nil
}

// Span tells from when to when the telemetry reaches, plant's time; zero times
// when there is none.
func (s *Store) Span(ctx context.Context) (from, to time.Time, err error) {
	if err := ctx.Err(); err != nil {
		return from, to, err
	}
	s.recorder.mu.RLock()
	defer s.recorder.mu.RUnlock()
	if s.recorder.span.empty() {
		return from, to, nil
	}
	return time.Unix(0, s.recorder.span.first).UTC(), time.Unix(0, s.recorder.span.last).UTC(), nil
}

// verifyTelemetry decodes every chunk and counts.
func (s *Store) verifyTelemetry(ctx context.Context, v *Verdict) error {
	c, err := newCodec()
	if err != nil {
		return err
	}
	defer c.dec.Close()
	if err := s.Flush(ctx); err != nil && !errors.Is(err, ErrClosed) {
		return err
	}
	for _, stream := range []string{s.names.telemetry, s.names.places} {
		err = s.fetch(ctx, stream, "", 1, func(m stored) (bool, error) {
			part, err := c.unpack(m.data)
			if err != nil {
				return false, fmt.Errorf("%w: message %d of %s: %w", ErrDamaged, m.seq, stream, err)
			}
			v.Chunks++
			v.Samples += uint64(part.len())
			return true, nil
		})
		if err != nil {
			return err
		}
	}
	s.recorder.mu.RLock()
	defer s.recorder.mu.RUnlock()
	for _, col := range s.recorder.columns {
		v.Samples += uint64(col.open.len())
	}
	return nil
}
