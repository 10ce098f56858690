package desktop

import (
	"context"
	"sync"
	"time"

	"fyne.io/fyne/v2"

	"github.com/glasstwin/glasstwin/app"
)

// feed takes views from the twin and carries decisions to it, both away from
// the interface's thread, and brings results back onto it.
type feed struct {
	twin Twin
	ctx  context.Context // of the window; jobs end with it
	post func(func())    // runs a function on the interface's thread, later
	take func(app.View)
	fail func(act string, err error)

	moved chan struct{} // the wanted moment changed
	jobs  sync.WaitGroup

	mu     sync.Mutex
	want   time.Time // plant's time to look at; zero: live
	anew   bool      // the past is told otherwise than it was shown
	newest *app.View // posted and not taken yet; nil: none
}

// viewEvery is how often a live view is taken even when nothing is told, so
// that a lost link shows well within 3 s and joints run smoothly.
const viewEvery = 200 * time.Millisecond

func startFeed(ctx context.Context, t Twin, take func(app.View), fail func(string, error)) *feed {
	f := &feed{twin: t, ctx: ctx, post: fyne.Do, take: take, fail: fail, moved: make(chan struct{}, 1)}
	f.jobs.Add(1)
	go f.run()
	return f
}

func (f *feed) run() {
	defer f.jobs.Done()
	tick := time.NewTicker(viewEvery)
	defer tick.Stop()
	var shown time.Time
	for {
		select {
		case <-f.ctx.Done():
			return
		case <-tick.C:
		case <-f.twin.Changed():
		case <-f.moved:
		}
		at, anew := f.wanted()
		if !at.IsZero() && at.Equal(shown) && !anew {
			continue // the past stands still
		}
		v, err := f.twin.View(f.ctx, at)
		if f.ctx.Err() != nil {
			return
		}
		if err != nil {
			f.post(func() { f.fail("act.look", err) })
			continue
		}
		shown = at
		f.hand(v)
	}
}

// hand gives a view to the interface's thread. One at most waits there, replaced
// by what is newer: a thread that draws slower than views come would fall behind
// them without end, and all that is asked for behind them.
func (f *feed) hand(v app.View) {
	f.mu.Lock()
	waits := f.newest != nil
	f.newest = &v
	f.mu.Unlock()
	if waits {
		return
	}
	f.post(func() {
		f.mu.Lock()
		v, want := *f.newest, f.want
		f.newest = nil
		f.mu.Unlock()
		if want.IsZero() == v.Live {
			f.take(v)
		}
	})
}

func (f *feed) wanted() (at time.Time, anew bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	anew, f.anew = f.anew, false
	return f.want, anew
}

// again asks for the moment that is shown once more: something is known of it now.
func (f *feed) again() {
	f.mu.Lock()
	f.anew = true
	f.mu.Unlock()
	select {
	case f.moved <- struct{}{}:
	default:
	}
}

// look asks for views of a moment; zero is the present.
func (f *feed) look(at time.Time) {
	f.mu.Lock()
	f.want = at
	f.mu.Unlock()
	select {
	case f.moved <- struct{}{}:
	default:
	}
}

// do carries an act to the twin; then is called on the interface's thread when
// it succeeded.
func (f *feed) do(act string, work func(context.Context) error, then func()) {
	f.jobs.Add(1)
	go func() {
		defer f.jobs.Done()
		err := work(f.ctx)
		if f.ctx.Err() != nil {
			return
		}
		f.post(func() {
			if err != nil {
				f.fail(act, err)
				return
			}
			if then != nil {
				then()
			}
		})
	}()
}

// wait joins everything that was started; its context must have ended.
func (f *feed) wait() { f.jobs.Wait() }
