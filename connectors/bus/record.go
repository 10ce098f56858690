package bus

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/glasstwin/glasstwin/twin"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

const (
	flushEvery   = time.Second // what a crash may lose
	queueMax     = 1 << 20     // samples that wait for the recorder: ten seconds of 100,000 a second
	unstoredMax  = 4 << 20     // samples held while the store refuses them, before new ones are refused
	inFlightMax  = 512         // chunks that are written at once
	tailKept     = 3600        // flushes that a slow signal may stay in the tail: an hour
	purgeEvery   = 60          // flushes between drops of the tail; also the head start that chunks have to reach the disk
	earliestYear = 1700        // time.Time counts in ns from 1678 to 2262
	latestYear   = 2250
)

// ErrBehind is returned by Record when samples come faster than they can be
// stored.
var ErrBehind = errors.New("telemetry comes faster than it can be stored")

// recorder takes samples off a queue, drops those that are not new, and stores
// them. One goroutine, run, owns its columns; history reads them under mu.
type recorder struct {
	store *Store
	codec *codec

	queue   queue
	wake    chan struct{}
	flushes chan chan error
	settles chan chan error // as flushes, and no position is in the tail then
	quit    chan struct{}
	done    chan struct{}

	mu      sync.RWMutex
	columns map[twin.SignalID]*column
	waiting []*parcel // chunks cut but not yet acknowledged
	span    span
	placed  map[twin.SignalID]bool // signals that tell where people are
	heard   int64                  // newest moment that the plant told since it was last asked for; 0: none
	dropped uint64                 // samples that were not later than the last of their signal

	tail      uint64 // number of the newest tail message
	unchunked int    // messages of the tail of positions
	flushed   int
	floor     uint64 // tail messages before it may go at the next purge
	spare     []twin.Sample
}

// queue is what Record took and the recorder has not yet looked at.
type queue struct {
	sync.Mutex
	samples []twin.Sample
	held    int   // samples in columns and chunks not yet durable
	trouble error // of the last flush
	closed  bool
}

func (q *queue) swap(spare []twin.Sample) []twin.Sample {
	q.Lock()
	defer q.Unlock()
	batch := q.samples
	q.samples = spare[:0]
	return batch
}

func (q *queue) giveBack(rest []twin.Sample) {
	q.Lock()
	defer q.Unlock()
	q.samples = append(slices.Clone(rest), q.samples...)
}

// column is what a signal has that is not yet in a chunk.
type column struct {
	id     twin.SignalID
	place  bool // it tells where people are
	open   series
	last   int64  // newest moment ever recorded
	any    bool   // whether last means something
	tailed int    // of open, already in the tail
	since  uint64 // tail message that holds the oldest of open; 0: none does
}

// parcel is a chunk on its way into the store.
type parcel struct {
	signal twin.SignalID
	msg    *nats.Msg
	count  int
	sent   jetstream.PubAckFuture
}

func newRecorder(ctx context.Context, s *Store) (*recorder, error) {
	c, err := newCodec()
	if err != nil {
		return nil, err
	}
	r := &recorder{
		store: s, codec: c, columns: map[twin.SignalID]*column{}, placed: map[twin.SignalID]bool{},
		wake: make(chan struct{}, 1), flushes: make(chan chan error), settles: make(chan chan error), quit: make(chan struct{}), done: make(chan struct{}),
	}
	if err := r.findPlaced(ctx); err != nil {
		return nil, err
	}
	n := s.names
	return r, errors.Join(r.restore(ctx, n.tail), r.restore(ctx, n.placesTail))
}

// findPlaced learns which signals have told where people are.
func (r *recorder) findPlaced(ctx context.Context) error {
	stream, err := r.store.js.Stream(ctx, r.store.names.places)
	if err != nil {
		return fmt.Errorf("look at the positions: %w", r.store.explain(err))
	}
	info, err := stream.Info(ctx, jetstream.WithSubjectFilter(">"))
	if err != nil {
		return fmt.Errorf("look at the positions: %w", r.store.explain(err))
	}
	for subject := range info.State.Subjects {
		for _, prefix := range []string{r.store.names.place, r.store.names.rest} {
			if rest, ok := strings.CutPrefix(subject, prefix+"."); ok {
				name, _, _ := strings.Cut(rest, ".")
				r.placed[twin.SignalID(untoken(name))] = true
			}
		}
	}
	return nil
}

// restore takes a tail back into the columns. What an earlier version kept in the
// other tail is not in its own yet: the next flush writes it there.
func (r *recorder) restore(ctx context.Context, tail string) error {
	own := tail == r.store.names.tail
	return r.store.fetch(ctx, tail, "", 1, func(m stored) (bool, error) {
		s, err := readTail(m.data, func(name string, chunk []byte) error {
			part, err := r.codec.unpack(chunk)
			if err != nil {
				return fmt.Errorf("samples of %s: %w", name, err)
			}
			col, err := r.column(ctx, twin.SignalID(name))
			if err != nil {
				return err
			}
			for i := range part.len() {
				if col.any && part.at[i] <= col.last {
					continue
				}
				if own && col.since == 0 {
					col.since = m.seq
				}
				x := part.from(i)
				r.take(col, x.at[0], x.value[0], x.quality[0], vectorOf(x))
				if own != col.place {
					col.tailed = col.open.len()
				}
			}
			return nil
		})
		if err != nil {
			return false, fmt.Errorf("%w: %w", ErrDamaged, err)
		}
		if own {
			r.tail = m.seq
		} else {
			r.unchunked++
		}
		if !s.empty() {
			r.span = r.span.with(s.first, s.last)
		}
		return true, nil
	})
}

func vectorOf(s series) []float64 {
	if len(s.vector) == 0 {
		return nil
	}
	return s.vector[0]
}

// Record hands samples to the store and returns at once; they are durable a
// second later, or after Flush. Samples not later than the newest of their
// signal are dropped. The error of an earlier flush is returned here, so that
// it reaches someone.
func (s *Store) Record(samples []twin.Sample) error {
	for i := range samples {
		x := &samples[i]
		if y := x.At.Year(); y < earliestYear || y > latestYear || x.Signal == "" || len(x.Signal) > nameMax || len(x.Vector) > vectorMax {
			return fmt.Errorf("record %q at %s: a sample needs a signal, a time between %d and %d and at most %d numbers",
				x.Signal, x.At.Format(time.RFC3339), earliestYear, latestYear, vectorMax)
		}
	}
	q := &s.recorder.queue
	q.Lock()
	defer q.Unlock()
	switch {
	case q.closed:
		return ErrClosed
	case len(q.samples)+len(samples) > queueMax || q.held > unstoredMax:
		return errors.Join(fmt.Errorf("record %d samples: %w", len(samples), ErrBehind), q.trouble)
	}
	q.samples = append(q.samples, samples...)
	select {
	case s.recorder.wake <- struct{}{}:
	default:
	}
	if q.trouble != nil {
		return fmt.Errorf("store telemetry: %w", q.trouble)
	}
	return nil
}

// Flush returns when everything recorded before it is durable.
func (s *Store) Flush(ctx context.Context) error { return s.ask(ctx, s.recorder.flushes) }

func (s *Store) ask(ctx context.Context, of chan<- chan error) error {
	answer := make(chan error, 1)
	select {
	case of <- answer:
	case <-s.recorder.done:
		return ErrClosed
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case err := <-answer:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// run owns the columns until stop.
func (r *recorder) run() {
	defer close(r.done)
	tick := time.NewTicker(flushEvery)
	defer tick.Stop()
	for {
		select {
		case <-r.wake:
			r.note(r.drain(context.Background()))
		case <-tick.C:
			r.note(r.flush(context.Background()))
		case answer := <-r.flushes:
			err := r.flush(context.Background())
			r.note(err)
			answer <- err
		case answer := <-r.settles:
			err := r.emptyPlacesTail(context.Background())
			r.note(err)
			answer <- err
		case <-r.quit:
			r.note(r.flush(context.Background()))
			return
		}
	}
}

// stop stores what is left and waits for run to end.
func (r *recorder) stop(ctx context.Context) error {
	r.queue.Lock()
	r.queue.closed = true
	r.queue.Unlock()
	close(r.quit)
	select {
	case <-r.done:
	case <-ctx.Done():
		return ctx.Err()
	}
	r.queue.Lock()
	defer r.queue.Unlock()
	return r.queue.trouble
}

func (r *recorder) note(err error) {
	held := 0
	for _, col := range r.columns {
		held += col.open.len() - col.tailed
	}
	for _, p := range r.waiting {
		held += p.count
	}
	r.queue.Lock()
	defer r.queue.Unlock()
	r.queue.trouble, r.queue.held = err, held
}

// drain takes the queue into the columns and sends the chunks that are full.
func (r *recorder) drain(ctx context.Context) error {
	r.mu.Lock() // before the queue's, so that a reader finds a sample in one of the two
	batch := r.queue.swap(r.spare)
	done, err := r.ingest(ctx, batch)
	if err != nil {
		r.queue.giveBack(batch[done:])
	}
	r.mu.Unlock()
	clear(batch) // vectors must not outlive their samples
	r.spare = batch[:0]
	if len(r.waiting) > inFlightMax/2 {
		err = errors.Join(err, r.settle(ctx))
	}
	return err
}

// ingest tells how many samples of the batch it dealt with. The caller holds mu.
func (r *recorder) ingest(ctx context.Context, batch []twin.Sample) (int, error) {
	var col *column
	for i := range batch {
		x := &batch[i]
		if col == nil || col.id != x.Signal {
			var err error
			if col, err = r.column(ctx, x.Signal); err != nil {
				return i, err
			}
		}
		at := x.At.UnixNano()
		r.heard = max(r.heard, at)
		if col.any && at <= col.last {
			r.dropped++
			continue
		}
		r.take(col, at, x.Value, qualityCode(x.Quality), x.Vector)
	}
	return len(batch), nil
}

// column finds the column of a signal; of one that was not seen since the
// store was opened, the newest stored moment is looked up.
func (r *recorder) column(ctx context.Context, id twin.SignalID) (*column, error) {
	if col, ok := r.columns[id]; ok {
		return col, nil
	}
	col := &column{id: id, place: r.placed[id]}
	for _, from := range r.store.sourcesOf(id, col.place, "*") {
		m, ok, err := r.store.last(ctx, from.stream, from.subject)
		if err != nil {
			return nil, err
		}
		if !ok {
			continue
		}
		h, err := headOf(m.data)
		if err != nil {
			return nil, fmt.Errorf("%w: message %d of %s: %w", ErrDamaged, m.seq, id, err)
		}
		if !col.any || h.last > col.last {
			col.last, col.any = h.last, true
		}
		r.span = r.span.with(h.first, h.last)
	}
	r.columns[id] = col
	return col, nil
}

// take adds a sample to its column, cutting a chunk when it is full or the day
// ends. The caller holds mu, or is still alone.
func (r *recorder) take(col *column, at int64, value float64, quality byte, vector []float64) {
	if len(vector) > 0 && !col.place {
		if col.open.len() > 0 {
			r.cut(col) // nobody was there until now
		}
		col.place, r.placed[col.id] = true, true
	}
	if n := col.open.len(); n > 0 && day(at) != day(col.open.at[n-1]) {
		r.cut(col)
	}
	col.open.add(at, value, quality, vector)
	col.last, col.any = at, true
	r.span = r.span.with(at, at)
	if col.open.len() >= chunkSamples {
		r.cut(col)
	}
}

// cut makes a chunk of a column and empties it.
func (r *recorder) cut(col *column) {
	n := col.open.len()
	prefix := r.store.names.chunk
	if col.place {
		prefix = r.store.names.place
	}
	msg := nats.NewMsg(prefix + "." + token(string(col.id)) + "." + day(col.open.at[0]))
	if col.place {
		msg.Header.Set(seenHeader, strconv.FormatInt(moment(r.store.keeper.passIn(r).Sure), 10))
	}
	msg.Data = r.codec.pack(nil, col.open)
	r.waiting = append(r.waiting, &parcel{signal: col.id, msg: msg, count: n})
	col.open.at, col.open.value, col.open.quality, col.open.vector = col.open.at[:0], col.open.value[:0], col.open.quality[:0], nil
	col.tailed, col.since = 0, 0
}

// day names the UTC day of a moment of the plant.
func day(at int64) string { return time.Unix(0, at).UTC().Format("20060102") }
