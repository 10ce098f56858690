package bus

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/glasstwin/glasstwin/twin"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// Journal is where a deletion is told.
type Journal interface {
	Append(ctx context.Context, e twin.Event) (twin.Event, error)
}

// Forgotten is what Forget deleted.
type Forgotten struct {
	twin.PositionsNote // Samples is 0 when nothing was old enough

	Now   time.Time     // what ages were counted from
	Doubt time.Duration // by which this machine's clock is ahead of what is believed of it
}

// seenHeader tells in a chunk of positions when it was made, by clock.Sure.
const seenHeader = "Glasstwin-Seen"

// forgets tells whether positions are deleted at all.
func (s *Store) forgets() bool { return s.opts.Retention > 0 && s.opts.Retention != twin.Forever }

// Forget deletes the positions of people that are older than the site keeps them,
// and tells the journal. They are erased from the files: a chunk that is old in part
// is replaced by one of what is left, which is on the disk before the old one goes,
// and a file that loses a chunk is written anew and renamed. Killed anywhere, every
// sample that is not old is there once, and the next call, or opening, ends the work.
//
// What is older is told by clock.
func (s *Store) Forget(ctx context.Context, journal Journal) (Forgotten, error) {
	s.keeper.turn.Lock()
	defer s.keeper.turn.Unlock()
	f, err := s.forget(ctx, journal)
	if err != nil {
		return f, fmt.Errorf("delete old positions: %w", err)
	}
	return f, nil
}

// Forgot is what was deleted on opening, or why not all that is old could be: Forget
// goes on with it.
func (s *Store) Forgot() (Forgotten, error) { return s.forgot, s.unforgot }

func (s *Store) forget(ctx context.Context, journal Journal) (Forgotten, error) {
	if err := s.ask(ctx, s.recorder.settles); err != nil {
		return Forgotten{}, err
	}
	c := s.keeper.pass()
	f := Forgotten{Now: c.now(), Doubt: c.doubt(s.keeper.wall())}
	if !s.forgets() {
		return f, nil
	}
	f.Why, f.Limit = "retention", f.Now.Add(-s.opts.Retention)
	begun, err := s.begun(ctx)
	if err != nil {
		return f, err
	}
	limit, counted := limits{moment(f.Limit), moment(c.Sure.Add(-s.opts.Retention))}, limits{earliest, earliest}
	if begun != nil {
		f.add(begun.Note)
		counted = limits{moment(begun.Note.Limit), begun.Seen}
	}
	var old []*aged
	for _, id := range s.placeSignals() {
		a, err := s.agedOf(ctx, id, limit, counted)
		if err != nil {
			return f, fmt.Errorf("%s: %w", id, err)
		}
		if len(a.whole)+len(a.parted) > 0 {
			old = append(old, a)
			f.add(a.note())
		}
	}
	if len(old) == 0 && begun == nil {
		return f, s.keeper.note(ctx, nil)
	}
	p := &pendingNote{Note: f.PositionsNote, Seen: limit.seen, After: s.newest()}
	if begun != nil {
		p.After = begun.After
	}
	if err := s.keeper.note(ctx, p); err != nil {
		return f, err
	}
	for _, a := range old {
		if err := s.erase(ctx, a); err != nil {
			return f, fmt.Errorf("%s: %w", a.id, err)
		}
	}
	if err := s.awaitGone(ctx); err != nil {
		return f, err
	}
	if f.Samples > 0 {
		e, err := twin.NewEvent(twin.PositionsDeleted, c.plant(), f.PositionsNote)
		if err != nil {
			return f, err
		}
		if _, err := journal.Append(ctx, e); err != nil {
			return f, err
		}
	}
	return f, s.keeper.note(ctx, nil)
}

// limits are moments, in ns since 1970, before which a position, or its storing, is
// too long ago.
type limits struct{ at, seen int64 }

func (l limits) passed(at, seen int64) bool { return at < l.at || seen < l.seen }

// earliest is before every moment that a sample may have.
const earliest = -momentMax

// add takes one more deletion into the figures.
func (f *Forgotten) add(n twin.PositionsNote) {
	if n.Samples == 0 {
		return
	}
	if f.Samples == 0 || n.From.Before(f.From) {
		f.From = n.From
	}
	if f.Samples == 0 || n.To.After(f.To) {
		f.To = n.To
	}
	f.Samples += n.Samples
	f.Signals = append(f.Signals, n.Signals...)
	slices.Sort(f.Signals)
	f.Signals = slices.Compact(f.Signals)
}

// newest is the number of the newest event.
func (s *Store) newest() uint64 {
	s.writer.Lock()
	defer s.writer.Unlock()
	seq, _ := s.chain.Last()
	return seq
}

// begun is the deletion that was cut off, nil when none was or the journal tells of
// it already.
func (s *Store) begun(ctx context.Context) (*pendingNote, error) {
	p := s.keeper.pending()
	if p == nil {
		return nil, nil
	}
	told := false
	err := s.Events(ctx, p.After+1, func(e twin.Event) error {
		if e.Kind != twin.PositionsDeleted {
			return nil
		}
		var n twin.PositionsNote
		if err := json.Unmarshal(e.Body, &n); err != nil {
			return fmt.Errorf("%w: event %d does not read: %w", ErrDamaged, e.Seq, err)
		}
		told = told || n.Limit.Equal(p.Note.Limit)
		return nil
	})
	if err != nil || told {
		return nil, err
	}
	return p, nil
}

// placeSignals are those that tell, or told, where people are.
func (s *Store) placeSignals() []twin.SignalID {
	s.recorder.mu.RLock()
	defer s.recorder.mu.RUnlock()
	all := maps.Clone(s.recorder.placed)
	for _, id := range s.opts.Positions {
		all[id] = true
	}
	return slices.Sorted(maps.Keys(all))
}

// aged is what is old of a signal.
type aged struct {
	id       twin.SignalID
	whole    []place // messages of which nothing is left
	parted   []place // and those of which something is
	left     series  // of the parted ones
	seen     int64   // when the newest of the parted was made; 0: none says so
	samples  int
	from, to int64
}

// place is where a message stands.
type place struct {
	stream string
	seq    uint64
}

func (a *aged) note() twin.PositionsNote {
	if a.samples == 0 {
		return twin.PositionsNote{}
	}
	return twin.PositionsNote{Samples: a.samples, From: time.Unix(0, a.from).UTC(), To: time.Unix(0, a.to).UTC(), Signals: []twin.SignalID{a.id}}
}

// agedOf finds what of a signal is past limit, and counts what was not past counted,
// the limit of a deletion that was cut off.
func (s *Store) agedOf(ctx context.Context, id twin.SignalID, limit, counted limits) (*aged, error) {
	c, err := newCodec()
	if err != nil {
		return nil, err
	}
	defer c.dec.Close()
	a := &aged{id: id}
	told := int64(earliest)
	for _, from := range s.sourcesOf(id, true, "*") {
		isRest := from.rest
		err := s.fetch(ctx, from.stream, from.subject, 1, func(m stored) (bool, error) {
			h, err := headOf(m.data)
			if err != nil {
				return false, fmt.Errorf("%w: message %d: %w", ErrDamaged, m.seq, err)
			}
			seen, stamped := seenOf(m)
			// What was left before and again, with the former not yet erased, is there twice.
			again := h.first <= told
			if !again && !limit.passed(h.first, seen) {
				if isRest {
					told = max(told, h.last)
				}
				return isRest, nil
			}
			part, err := c.unpack(m.data)
			if err != nil {
				return false, fmt.Errorf("%w: message %d: %w", ErrDamaged, m.seq, err)
			}
			kept := a.left.len()
			for i, at := range part.at {
				if at <= told {
					continue // it came twice
				}
				told = at
				if !limit.passed(at, seen) {
					x := part.from(i)
					a.left.add(at, part.value[i], part.quality[i], vectorOf(x))
					continue
				}
				if !counted.passed(at, seen) {
					if a.samples == 0 {
						a.from = at
					}
					a.from, a.to = min(a.from, at), max(a.to, at)
					a.samples++
				}
			}
			if a.left.len() > kept {
				a.parted = append(a.parted, place{from.stream, m.seq})
				if stamped {
					a.seen = max(a.seen, seen)
				}
			} else {
				a.whole = append(a.whole, place{from.stream, m.seq})
			}
			return true, nil
		})
		if err != nil {
			return nil, err
		}
	}
	return a, nil
}

// seenOf is when a chunk was made; later than all when it does not say.
func seenOf(m stored) (int64, bool) {
	at, err := strconv.ParseInt(m.header.Get(seenHeader), 10, 64)
	if err != nil {
		return momentMax, false
	}
	return at, true
}

// erase deletes what is old of a signal, and keeps the rest.
func (s *Store) erase(ctx context.Context, a *aged) error {
	if err := s.replace(ctx, a); err != nil {
		return err
	}
	return s.eraseAll(ctx, a.whole)
}

// replace stores what is left of chunks before these go.
func (s *Store) replace(ctx context.Context, a *aged) error {
	if len(a.parted) == 0 {
		return nil
	}
	c, err := newCodec()
	if err != nil {
		return err
	}
	defer c.dec.Close()
	s.keeper.reading.Lock()
	defer s.keeper.reading.Unlock()
	for i := 0; i < a.left.len(); i += chunkSamples {
		part := a.left.from(i).until(chunkSamples)
		msg := nats.NewMsg(s.names.rest + "." + token(string(a.id)))
		if a.seen != 0 {
			msg.Header.Set(seenHeader, strconv.FormatInt(a.seen, 10))
		}
		msg.Data = c.pack(nil, part)
		if _, err := s.js.PublishMsg(ctx, msg); err != nil {
			return fmt.Errorf("store what is left: %w", s.explain(err))
		}
	}
	return s.eraseAll(ctx, a.parted)
}

// until returns the first n samples, sharing their memory.
func (s series) until(n int) series {
	n = min(n, s.len())
	r := series{at: s.at[:n], value: s.value[:n], quality: s.quality[:n]}
	if len(s.vector) > 0 {
		r.vector = s.vector[:n]
	}
	return r
}

// eraseAll overwrites messages.
func (s *Store) eraseAll(ctx context.Context, all []place) error {
	streams := map[string]jetstream.Stream{}
	slices.SortFunc(all, func(a, b place) int { return cmp.Or(cmp.Compare(a.stream, b.stream), cmp.Compare(a.seq, b.seq)) })
	for _, m := range all {
		stream, ok := streams[m.stream]
		if !ok {
			var err error
			if stream, err = s.js.Stream(ctx, m.stream); err != nil {
				return fmt.Errorf("look at stream %s: %w", m.stream, s.explain(err))
			}
			streams[m.stream] = stream
		}
		if err := stream.SecureDeleteMsg(ctx, m.seq); err != nil && !isGone(err) {
			return fmt.Errorf("erase message %d of stream %s: %w", m.seq, m.stream, s.explain(err))
		}
	}
	return nil
}

// isGone tells that a message was not there any more, as when the oldest went for
// want of room.
func isGone(err error) bool {
	var api *jetstream.APIError
	return errors.Is(err, jetstream.ErrMsgNotFound) || errors.As(err, &api) && api.ErrorCode == jetstream.JSErrCodeMessageNotFound
}
