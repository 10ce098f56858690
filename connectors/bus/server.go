package bus

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
)

// embedded is a NATS server in this process: no port, no signals, no log file.
type embedded struct {
	server *server.Server
	log    *serverLog
}

const (
	startMax   = 30 * time.Second // measured: 25 ms when new; a store of gigabytes rebuilds its index
	payloadMax = 8 << 20          // of one message: an event with a long explanation, or one flush of 10,000 signals
)

func startServer(dir string) (*embedded, error) {
	log := &serverLog{}
	srv, err := server.NewServer(&server.Options{
		ServerName: "glasstwin", DontListen: true, NoSigs: true,
		JetStream: true, StoreDir: dir, SyncAlways: true, SyncInterval: syncEvery,
		MaxPayload: payloadMax,
	})
	if err != nil {
		return nil, fmt.Errorf("set up its server: %w", err)
	}
	srv.SetLoggerV2(log, false, false, false)
	go srv.Start() // ends with stop, which waits for it
	e := &embedded{server: srv, log: log}
	if !srv.ReadyForConnections(startMax) || !srv.JetStreamEnabled() {
		e.stop()
		return nil, fmt.Errorf("its server did not start: %s", log.last())
	}
	return e, nil
}

func (e *embedded) connect() (*nats.Conn, error) {
	conn, err := nats.Connect("", nats.InProcessServer(e.server), nats.Name("glasstwin"), nats.MaxReconnects(-1))
	if err != nil {
		return nil, fmt.Errorf("connect to its server: %w", err)
	}
	return conn, nil
}

func (e *embedded) stop() {
	e.server.Shutdown()
	e.server.WaitForShutdown()
}

// hasStreams tells whether the folder holds a stream's files, before the server
// had a chance to judge them.
func hasStreams(dir, stream string) bool {
	_, err := os.Stat(streamDir(dir, stream))
	return !errors.Is(err, os.ErrNotExist)
}

// streamDir is where the server keeps a stream.
func streamDir(dir, stream string) string {
	return filepath.Join(dir, server.JetStreamStoreDir, server.DEFAULT_GLOBAL_ACCOUNT, "streams", stream)
}

// goneMax is how long files of an emptied stream may still be there.
const goneMax = 10 * time.Second

// awaitGone waits until the files of an emptied tail are deleted, which the server
// does after its answer; what a program that ends first leaves is deleted at the
// next opening.
func (s *Store) awaitGone(ctx context.Context) error {
	if s.server == nil {
		return nil
	}
	left := filepath.Join(streamDir(s.opts.Dir, s.names.placesTail), "__msgs__")
	for until := time.Now().Add(goneMax); ; {
		if _, err := os.Stat(left); errors.Is(err, os.ErrNotExist) {
			return nil
		}
		if time.Now().After(until) {
			return fmt.Errorf("%s is still there: delete it when no program uses the site", left)
		}
		select {
		case <-time.After(5 * time.Millisecond):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// serverLog keeps the last complaint of the server, to be told with the error
// that follows from it.
type serverLog struct {
	mu   sync.Mutex
	line string
}

func (l *serverLog) keep(format string, v ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.line = fmt.Sprintf(format, v...)
}

func (l *serverLog) last() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.line
}

func (l *serverLog) Errorf(format string, v ...any) { l.keep(format, v...) }
func (l *serverLog) Fatalf(format string, v ...any) { l.keep(format, v...) }
func (l *serverLog) Warnf(string, ...any)           {}
func (l *serverLog) Noticef(string, ...any)         {}
func (l *serverLog) Debugf(string, ...any)          {}
func (l *serverLog) Tracef(string, ...any)          {}
