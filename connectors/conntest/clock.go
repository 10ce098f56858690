package conntest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/twin"
)

// Clocked is a link to a plant that stands still until it is told to go on.
type Clocked interface {
	Link
	// Advance moves the plant and returns when its values are those of then.
	Advance(ctx context.Context, by time.Duration) error
}

// RunClock checks, on a bench whose links are Clocked, that the plant moves by what
// it is told and by nothing else.
func RunClock(t *testing.T, bench func(t *testing.T) *Bench) {
	for _, law := range []struct {
		name string
		keep func(*testing.T, *trial, Clocked)
	}{
		{"a plant moves by what it is told", clockMoves},
		{"no plant moves without a link", clockStands},
	} {
		t.Run(law.name, func(t *testing.T) {
			r := newTrial(bench(t))
			link, end := r.start(t)
			r.await(t, "the link to be up", heard, func() bool { return r.up })
			clocked, ok := link.(Clocked)
			if !ok {
				t.Fatalf("a %T cannot advance a plant", link)
			}
			law.keep(t, r, clocked)
			end()
			if err := clocked.Advance(t.Context(), time.Second); err == nil {
				t.Error("a link that has ended moved a plant")
			}
		})
	}
}

// stands is the plant's time, of a signal that every step tells anew.
func (r *trial) stands(t *testing.T, link Link) time.Time {
	t.Helper()
	got, err := link.Read(t.Context(), []twin.SignalID{r.Fixed})
	if err != nil || len(got) != 1 {
		t.Fatalf("read %s: %v, %v", r.Fixed, got, err)
	}
	return got[0].At
}

func clockMoves(t *testing.T, r *trial, link Clocked) {
	began := r.stands(t, link)
	for _, by := range []time.Duration{r.Step, time.Minute, time.Hour} {
		if err := link.Advance(t.Context(), by); err != nil {
			t.Fatal(err)
		}
		now := r.stands(t, link)
		if d := now.Sub(began); d != by {
			t.Errorf("told to go on by %s, the plant went by %s", by, d)
		}
		began = now
	}
	for _, by := range []time.Duration{0, -time.Second, 1000 * time.Hour} {
		if err := link.Advance(t.Context(), by); err == nil {
			t.Errorf("a plant was moved by %s", by)
		}
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := link.Advance(ended, r.Step); !errors.Is(err, context.Canceled) {
		t.Errorf("with an ended context it told %v", err)
	}
	if now := r.stands(t, link); now.Sub(began) != 0 {
		t.Errorf("it went by %s without being told", now.Sub(began))
	}
}

func clockStands(t *testing.T, r *trial, link Clocked) {
	r.Cut(t)
	r.await(t, "the loss to be told", r.Lost, func() bool { return !r.up })
	if err := link.Advance(t.Context(), r.Step); err == nil {
		t.Error("a plant that is dead was moved")
	}
}
