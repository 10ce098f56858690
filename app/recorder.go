package app

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/glasstwin/glasstwin/twin"
)

// Store is the journal and the telemetry history of one site; connectors/bus
// is one.
type Store interface {
	Append(ctx context.Context, e twin.Event) (twin.Event, error)
	Events(ctx context.Context, from uint64, fn func(twin.Event) error) error
	Record(samples []twin.Sample) error
	History(ctx context.Context, signals []twin.SignalID, from, to time.Time, fn func(twin.Sample) error) error
	Span(ctx context.Context) (from, to time.Time, err error)
}

// Recorder passes events to the store and folds them on the way, so that the
// screen knows of an event exactly when it is durable. It is the journal that
// the operator is given.
type Recorder struct {
	store Store

	mu   sync.Mutex
	fold Fold
	last time.Time
}

// NewRecorder returns a recorder over a store, with the events that already
// stand in it folded.
func NewRecorder(ctx context.Context, store Store) (*Recorder, error) {
	r := &Recorder{store: store}
	err := store.Events(ctx, 1, func(e twin.Event) error { return r.take(e) })
	if err != nil {
		return nil, fmt.Errorf("read the journal: %w", err)
	}
	return r, nil
}

// Append makes e durable, then folds it.
func (r *Recorder) Append(ctx context.Context, e twin.Event) (twin.Event, error) {
	sealed, err := r.store.Append(ctx, e)
	if err != nil {
		return sealed, err
	}
	return sealed, r.take(sealed)
}

// Events calls fn for every event from sequence number from on.
func (r *Recorder) Events(ctx context.Context, from uint64, fn func(twin.Event) error) error {
	return r.store.Events(ctx, from, fn)
}

func (r *Recorder) take(e twin.Event) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if e.At.After(r.last) {
		r.last = e.At
	}
	return r.fold.Apply(e)
}

func (r *Recorder) now() ([]Case, []Mark, *twin.StopNote) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.fold.Cases(), r.fold.Marks(), r.fold.stop
}

// endedLinked tells whether the journal says that the link is up.
func (r *Recorder) endedLinked() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	up, _, _ := r.fold.linked()
	return up
}

// LastLink tells whether the journal says that the link is up, and if not, why.
func (r *Recorder) LastLink() (up bool, why string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	up, why, _ = r.fold.linked()
	return up, why
}

// until folds the stored events up to a moment of the plant, and gathers what
// was noted of the site since.
func (r *Recorder) until(ctx context.Context, at time.Time) (*Fold, []twin.SiteNote, error) {
	var since []twin.SiteNote
	f := Fold{modes: map[twin.ActionClass]twin.Mode{}, cases: map[twin.CaseID]*Case{}}
	err := r.store.Events(ctx, 1, func(e twin.Event) error {
		if !e.At.After(at) {
			return f.Apply(e)
		}
		if e.Kind == twin.SiteChanged {
			n, err := body[twin.SiteNote](e)
			since = append(since, n)
			return err
		}
		from, err := modesBefore(e)
		for class, mode := range from {
			if _, known := f.modes[class]; !known {
				f.modes[class] = mode // until it was first changed
			}
		}
		return err
	})
	if err != nil {
		return nil, nil, fmt.Errorf("fold the journal until %s: %w", at.Format(time.RFC3339), err)
	}
	return &f, since, nil
}

// modesBefore are the modes that an event changed, as they were before it.
func modesBefore(e twin.Event) (map[twin.ActionClass]twin.Mode, error) {
	switch e.Kind {
	case twin.ModeChanged:
		m, err := body[twin.ModeNote](e)
		return map[twin.ActionClass]twin.Mode{m.Class: m.From}, err
	case twin.AutonomyLowered:
		n, err := body[twin.AutonomyNote](e)
		return map[twin.ActionClass]twin.Mode{n.Class: n.From}, err
	case twin.StopPressed:
		n, err := body[twin.StopNote](e)
		return n.Before, err
	}
	return nil, nil
}
