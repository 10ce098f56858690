package bus

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/glasstwin/glasstwin/twin"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// Options say where a store is.
type Options struct {
	Dir  string // folder of the embedded store, made when missing; "" with a URL
	URL  string // of an outside cluster, nats://…; "" runs the embedded server
	Site string // tells sites apart that share a cluster; not needed with Dir
	Now  func() time.Time

	Retention time.Duration        // of where people were: what is older is deleted on opening and by Forget; 0 or twin.Forever: nothing is
	Positions []twin.SignalID      // that tell of it in chunks of an earlier version, which kept them with all others
	Running   func() time.Duration // how long this program has run, whatever clocks say; nil: a clock that cannot be set
}

// Store is the journal and the telemetry history of one site. Its methods are
// safe for concurrent use. One program at a time may hold it.
type Store struct {
	opts   Options
	lock   *os.File
	server *embedded // nil with an outside cluster
	conn   *nats.Conn
	js     jetstream.JetStream
	names  names
	had    bool // the folder held a journal before the server looked at it

	writer  sync.Mutex // one event after another
	chain   twin.Chain
	unsure  bool  // the last append ended without an answer
	headErr error // the newest note of the chain's head did not get out

	recorder *recorder
	keeper   *keeper
	forgot   Forgotten // on opening
	unforgot error     // why not all that is old was deleted then
	closing  sync.Once
	closed   error
}

// names are the streams and subjects of one site.
type names struct {
	events, telemetry, tail, head    string // streams
	event, chunk, tailSubj, headSubj string // subjects; chunk is a prefix

	places, placesTail, keeper             string // streams of where people were
	place, rest, placesTailSubj, keeperSub string // subjects; place and rest are prefixes
}

// Errors that a caller may want to tell apart.
var (
	ErrInUse   = errors.New("this site is open in another program: close it there first")
	ErrDamaged = errors.New("the journal is damaged")
	ErrFull    = errors.New("the disk that holds the journal is full")
	ErrClosed  = errors.New("the store is closed")
)

const (
	telemetryBytesMax = 16 << 30 // of stored chunks; the oldest go first. About ten years of 300 signals at 1 Hz
	answerMax         = 10 * time.Second
	forgetMax         = 20 * time.Second // of an opening: measured, 3.7 s for what a sensor tells in a day. Forget goes on where it stopped
	syncEvery         = time.Second      // of telemetry chunks; the tail and the events are synced at once
)

// Open opens the store, making it when there is none, and continues the chain
// of its events.
func Open(ctx context.Context, opts Options) (*Store, error) {
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if opts.Running == nil {
		began := time.Now() // its monotonic reading is what counts
		opts.Running = func() time.Duration { return time.Since(began) }
	}
	s := &Store{opts: opts, names: namesOf(opts.Site)}
	if err := s.open(ctx); err != nil {
		s.release()
		return nil, fmt.Errorf("open the journal %s: %w", s.place(), err)
	}
	short, cancel := context.WithTimeout(ctx, forgetMax)
	defer cancel()
	s.forgot, s.unforgot = s.Forget(short, s) // a site can be looked at where nothing can be deleted, as on a full disk
	return s, nil
}

func (s *Store) open(ctx context.Context) error {
	if err := s.connect(); err != nil {
		return err
	}
	js, err := jetstream.New(s.conn, jetstream.WithDefaultTimeout(answerMax), jetstream.WithPublishAsyncMaxPending(inFlightMax))
	if err != nil {
		return fmt.Errorf("use JetStream: %w", err)
	}
	s.js = js
	if err := s.makeStreams(ctx); err != nil {
		return s.explain(err)
	}
	if err := s.continueChain(ctx); err != nil {
		return err
	}
	if err := s.readKeeper(ctx); err != nil {
		return err
	}
	r, err := newRecorder(ctx, s)
	if err != nil {
		return fmt.Errorf("read the newest telemetry: %w", err)
	}
	s.recorder = r
	s.keeper.begin(r.span)
	go r.run()
	return nil
}

func (s *Store) connect() error {
	if s.opts.URL != "" {
		conn, err := nats.Connect(s.opts.URL, nats.Name("glasstwin"), nats.MaxReconnects(-1), nats.Timeout(answerMax))
		if err != nil {
			return fmt.Errorf("connect to %s: %w", s.opts.URL, err)
		}
		s.conn = conn
		return nil
	}
	if s.opts.Dir == "" {
		return errors.New("neither a folder nor an address was given")
	}
	if err := os.MkdirAll(s.opts.Dir, 0o755); err != nil {
		return fmt.Errorf("make its folder: %w", err)
	}
	lock, err := hold(s.opts.Dir, s.opts.Now())
	if err != nil {
		return err
	}
	s.lock = lock
	s.had = hasStreams(s.opts.Dir, s.names.events)
	server, err := startServer(s.opts.Dir)
	if err != nil {
		return err
	}
	s.server = server
	conn, err := server.connect()
	if err != nil {
		return err
	}
	s.conn = conn
	return nil
}

func (s *Store) makeStreams(ctx context.Context) error {
	n := s.names
	streams := []jetstream.StreamConfig{
		{Name: n.events, Subjects: []string{n.event}, DenyDelete: true, DenyPurge: true,
			Description: "hash-chained journal; the sequence number is the event's"},
		{Name: n.telemetry, Subjects: []string{n.chunk + ".>"}, MaxBytes: telemetryBytesMax, PersistMode: jetstream.AsyncPersistMode,
			Description: "chunks of one signal each, by signal and day"},
		{Name: n.tail, Subjects: []string{n.tailSubj},
			Description: "newest telemetry that does not yet fill a chunk"},
		{Name: n.head, Subjects: []string{n.headSubj}, MaxMsgsPerSubject: 1, PersistMode: jetstream.AsyncPersistMode,
			Description: "number and hash of the newest event"},
		{Name: n.placesTail, Subjects: []string{n.placesTailSubj},
			Description: "newest positions of people that do not yet fill a chunk"},
		{Name: n.keeper, Subjects: []string{n.keeperSub}, MaxMsgsPerSubject: 1,
			Description: "what ages are counted from, and which deletion is under way"},
		{Name: n.places, Subjects: []string{n.place + ".>", n.rest + ".>"}, MaxBytes: telemetryBytesMax,
			Description: "chunks of where people were, by signal and day, until they are too old"},
	}
	for _, c := range streams {
		c.Storage, c.Discard, c.AllowDirect = jetstream.FileStorage, jetstream.DiscardOld, true
		if _, err := s.js.Stream(ctx, c.Name); err == nil {
			continue // never changed once made: a later version reads what an earlier one wrote
		} else if !errors.Is(err, jetstream.ErrStreamNotFound) {
			return fmt.Errorf("look for stream %s: %w", c.Name, err)
		}
		if s.had && c.Name == n.events {
			return fmt.Errorf("%w: its files could not be read; bring it back from a backup, or move the folder aside to begin a new one", ErrDamaged)
		}
		if c.Name == n.places {
			if err := s.partTail(ctx); err != nil {
				return err
			}
		}
		if _, err := s.js.CreateStream(ctx, c); err != nil {
			return fmt.Errorf("make stream %s: %w", c.Name, err)
		}
	}
	return nil
}

// Close writes what is not yet stored and gives the store back.
func (s *Store) Close(ctx context.Context) error {
	s.closing.Do(func() {
		err := errors.Join(s.recorder.stop(ctx), s.keeper.end(ctx))
		s.writer.Lock()
		err = errors.Join(err, s.headErr)
		s.writer.Unlock()
		s.release()
		if err != nil {
			s.closed = fmt.Errorf("close the journal %s: %w", s.place(), err)
		}
	})
	return s.closed
}

// release gives back what was taken, in the reverse order; parts that were
// never taken are skipped.
func (s *Store) release() {
	if s.conn != nil {
		s.conn.Close()
	}
	if s.server != nil {
		s.server.stop()
	}
	if s.lock != nil {
		_ = s.lock.Close() // the lock goes with the file
	}
}

func (s *Store) place() string {
	if s.opts.URL != "" {
		return s.opts.URL
	}
	return s.opts.Dir
}

// explain turns what the server answered into what a person can do about it.
func (s *Store) explain(err error) error {
	if err == nil {
		return nil
	}
	told := err.Error()
	if s.server != nil {
		told += " " + s.server.log.last()
	}
	var api *jetstream.APIError
	full := strings.Contains(told, "no space left") ||
		errors.As(err, &api) && (api.ErrorCode == codeStorageExceeded || api.ErrorCode == codeNoResources)
	switch {
	case full:
		return fmt.Errorf("%w (%s): free some space; nothing is written until then: %w", ErrFull, s.place(), err)
	case errors.Is(err, nats.ErrConnectionClosed):
		return ErrClosed
	case errors.As(err, &api) && api.ErrorCode == jetstream.JSErrCodeStreamWrongLastSequence:
		return fmt.Errorf("another program writes to this journal: %w", err)
	case s.server != nil && s.server.log.last() != "":
		return fmt.Errorf("%w (the store says: %s)", err, s.server.log.last())
	}
	return err
}

// Error codes of the JetStream API that the client library has no name for.
const (
	codeNoResources     jetstream.ErrorCode = 10023
	codeStorageExceeded jetstream.ErrorCode = 10047
)

func namesOf(site string) names {
	stream, subject := "GLASSTWIN", "glasstwin"
	if site != "" {
		stream, subject = stream+"_"+streamToken(site), subject+"."+token(site)
	}
	return names{
		events: stream + "_EVENTS", telemetry: stream + "_TELEMETRY", tail: stream + "_TAIL", head: stream + "_HEAD",
		event: subject + ".event", chunk: subject + ".chunk", tailSubj: subject + ".tail", headSubj: subject + ".head",
		places: stream + "_PLACES", placesTail: stream + "_PLACES_TAIL", keeper: stream + "_KEEPER",
		place: subject + ".place", rest: subject + ".rest", placesTailSubj: subject + ".places-tail", keeperSub: subject + ".keeper",
	}
}

// untoken reads what token wrote.
func untoken(text string) string {
	plain, err := url.PathUnescape(text)
	if err != nil {
		return text // not written by token
	}
	return plain
}

// token writes any text as one token of a subject: letters, digits, - _ / stay,
// every other byte becomes %XX.
func token(text string) string { return escape(text, '%', "-_/") }

// streamToken does the same for the name of a stream, which is also a folder's.
func streamToken(text string) string { return escape(text, '=', "-_") }

func escape(text string, mark byte, also string) string {
	var b strings.Builder
	for i := range len(text) {
		c := text[i]
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte(also, c) >= 0 {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%c%02X", mark, c)
		}
	}
	return b.String()
}
