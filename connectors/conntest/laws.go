package conntest

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/operate"
)

// Link is what a connector offers.
type Link interface {
	// Run keeps the link up until ctx ends, and returns when all it started has
	// ended.
	Run(ctx context.Context) error
	operate.Plant
}

// Sinks are where a link delivers. A link calls them from one goroutine at a
// time.
type Sinks struct {
	Receive func([]twin.Sample) error
	Changed func(ctx context.Context, up bool, reason string) error
}

// Bench is a kind of link with a plant of its own behind it, which the laws
// ill-treat.
type Bench struct {
	Site *twin.Site
	Open func(Sinks) (Link, error) // a link that waits for Run

	Cut  func(t testing.TB) // the plant dies at once
	Mend func(t testing.TB) // it is back, with its clock and its values
	Lost time.Duration      // within which a link must tell that the plant died
	Back time.Duration      // within which it must be up again after Mend

	Step time.Duration                     // of the plant's time between two samples of a signal; none may be missing
	Stir func(t testing.TB, number uint64) // makes the plant go on; nil: it goes on by itself

	Hold    twin.Write                          // that the plant takes, Before being another value that it takes
	Command twin.Write                          // that the plant takes and resets
	Fixed   twin.SignalID                       // that cannot be written; same asset as Hold or not
	Beyond  twin.Write                          // out of the range of its signal
	Taken   func(testing.TB, twin.SignalID) int // how often the plant took a write of a signal; nil: it cannot tell
}

// Run checks every law on a bench of its own.
func Run(t *testing.T, bench func(t *testing.T) *Bench) {
	for _, law := range []struct {
		name string
		keep func(*testing.T, *trial)
	}{
		{"every signal is heard", everySignalIsHeard},
		{"a loss is told, and nothing is lost or doubled by it", lossIsTold},
		{"a write needs a warrant that is valid", warrantIsNeeded},
		{"a warrant is carried out once", warrantIsCarriedOutOnce},
		{"what may not be written is not", wrongWritesAreRefused},
		{"no write and no read without a plant", nothingWithoutPlant},
		{"an end is an end", endIsEnd},
	} {
		t.Run(law.name, func(t *testing.T) {
			law.keep(t, newTrial(bench(t)))
		})
	}
}

// trial is one link on its bench, with a state that hears it.
type trial struct {
	*Bench
	office Office

	mu      sync.Mutex
	state   *twin.State
	last    map[twin.SignalID]time.Time
	periods map[twin.SignalID]int // in which the newest sample of a signal came
	period  int                   // counts the times that the link came up
	up      bool
	told    bool
	reason  string
	flaws   []string
	news    chan struct{}
}

func newTrial(b *Bench) *trial {
	return &trial{
		Bench: b, state: twin.NewState(b.Site), last: map[twin.SignalID]time.Time{}, periods: map[twin.SignalID]int{},
		news: make(chan struct{}, 1),
	}
}

// start runs the link until the test ends, and returns it with the way to end
// it earlier.
func (r *trial) start(t *testing.T) (Link, func()) {
	t.Helper()
	link, err := r.Open(Sinks{r.receive, r.changed})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- link.Run(ctx) }()
	end := sync.OnceFunc(func() {
		cancel()
		select {
		case err := <-done:
			if err != nil {
				t.Errorf("the link ended with %v", err)
			}
		case <-time.After(Patience(heard)):
			t.Errorf("the link did not end within %s of its context", Patience(heard))
		}
		for _, f := range r.flaws {
			t.Error(f)
		}
	})
	t.Cleanup(end)
	return link, end
}

func (r *trial) receive(samples []twin.Sample) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, x := range samples {
		last, seen := r.last[x.Signal]
		switch {
		case seen && x.At.Equal(last):
			r.flaw("%s of %s came twice", x.Signal, x.At)
		case seen && x.At.Before(last):
			r.flaw("%s of %s came after that of %s", x.Signal, x.At, last)
		case seen && r.Step > 0 && r.periods[x.Signal] == r.period && x.At.Sub(last) > r.Step:
			r.flaw("%s: nothing came between %s and %s", x.Signal, last, x.At)
		}
		r.last[x.Signal], r.periods[x.Signal] = x.At, r.period
		if !r.state.Apply(x) {
			r.flaw("the state did not take %s of %s", x.Signal, x.At)
		}
	}
	r.tell()
	return nil
}

func (r *trial) changed(_ context.Context, up bool, reason string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !up && reason == "" {
		r.flaw("the link was lost for no reason that was told")
	}
	if r.up && !up {
		r.period++ // between two periods samples may be missing
	}
	r.told, r.up, r.reason = true, up, reason
	r.state.SetLinked(up)
	r.tell()
	return nil
}

const flawsMax = 10

func (r *trial) flaw(format string, args ...any) {
	if len(r.flaws) < flawsMax {
		r.flaws = append(r.flaws, fmt.Sprintf(format, args...))
	}
}

func (r *trial) tell() {
	select {
	case r.news <- struct{}{}:
	default:
	}
}

// await waits until ok says so, as long as Patience has.
func (r *trial) await(t *testing.T, what string, limit time.Duration, ok func() bool) {
	t.Helper()
	limit = Patience(limit)
	end := time.After(limit)
	for n := uint64(0); ; n++ {
		r.mu.Lock()
		done := ok()
		r.mu.Unlock()
		if done {
			return
		}
		if r.Stir != nil {
			r.Stir(t, n)
		}
		select {
		case <-r.news:
		case <-time.After(10 * time.Millisecond):
		case <-end:
			r.mu.Lock()
			defer r.mu.Unlock()
			t.Fatalf("waited %s for %s; the link is up=%t: %s", limit, what, r.up, r.reason)
		}
	}
}

// heard is how long a link may take to deliver every signal, connecting included.
const heard = 10 * time.Second

func (r *trial) allLive() bool {
	for _, b := range r.Site.Bindings {
		if !r.state.Latest(b.Signal).Live() {
			return false
		}
	}
	return r.up
}

func everySignalIsHeard(t *testing.T, r *trial) {
	r.start(t)
	r.await(t, "every signal to be live", heard, r.allLive)
}

func lossIsTold(t *testing.T, r *trial) {
	r.start(t)
	r.await(t, "every signal to be live", heard, r.allLive)
	began := r.state.Now()
	r.await(t, "five samples of each signal", heard, func() bool { return r.state.Now().Sub(began) >= 5*r.Step })
	r.Cut(t)
	r.await(t, "the loss to be told", r.Lost, func() bool { return !r.up })
	r.mu.Lock()
	for _, b := range r.Site.Bindings {
		if q := r.state.Latest(b.Signal).Quality; q != twin.Stale {
			t.Errorf("%s is %s while the link is lost", b.Signal, q)
			break
		}
	}
	lostAt := r.state.Now()
	r.mu.Unlock()
	r.Mend(t)
	r.await(t, "the link to be up again, with news of every signal", r.Back, func() bool { return r.allLive() && r.state.Now().After(lostAt) })
	began = r.state.Now()
	r.await(t, "five more samples of each signal", heard, func() bool { return r.state.Now().Sub(began) >= 5*r.Step })
}

func (r *trial) taken(t *testing.T, id twin.SignalID) int {
	t.Helper()
	if r.Taken == nil {
		return 0
	}
	return r.Taken(t, id)
}

func (r *trial) mustBe(t *testing.T, link Link, id twin.SignalID, want float64) {
	t.Helper()
	got, err := link.Read(t.Context(), []twin.SignalID{id})
	if err != nil {
		t.Fatalf("read %s: %v", id, err)
	}
	if len(got) != 1 || got[0].Signal != id || got[0].Quality != twin.Good || got[0].Value != want {
		t.Errorf("read %s: %+v, want %g", id, got, want)
	}
}

func warrantIsNeeded(t *testing.T, r *trial) {
	link, _ := r.start(t)
	r.await(t, "the link to be up", heard, func() bool { return r.up })
	before := r.taken(t, r.Hold.Signal)
	if err := link.Write(t.Context(), operate.Warrant{}); !errors.Is(err, operate.ErrNoWarrant) {
		t.Errorf("a write without a warrant gave %v", err)
	}
	past := Office{Now: func() time.Time { return time.Now().Add(-time.Hour) }}
	if err := link.Write(t.Context(), past.Warrant(t, r.Hold)); err == nil {
		t.Error("a warrant that had ended was carried out")
	}
	if n := r.taken(t, r.Hold.Signal); n != before {
		t.Errorf("the plant took %d writes", n-before)
	}
}

func warrantIsCarriedOutOnce(t *testing.T, r *trial) {
	link, _ := r.start(t)
	r.await(t, "the link to be up", heard, func() bool { return r.up })
	before := r.taken(t, r.Hold.Signal)
	there, back := r.office.WithRollback(t, r.Hold)
	for range 3 {
		if err := link.Write(t.Context(), there); err != nil {
			t.Fatal(err)
		}
	}
	r.mustBe(t, link, r.Hold.Signal, r.Hold.Value)
	for range 2 {
		if err := link.Write(t.Context(), back); err != nil {
			t.Fatal(err)
		}
	}
	r.mustBe(t, link, r.Hold.Signal, r.Hold.Before)
	if err := link.Write(t.Context(), there); err != nil { // it was carried out, whatever came after
		t.Errorf("a warrant that was carried out before: %v", err)
	}
	r.mustBe(t, link, r.Hold.Signal, r.Hold.Before)
	if n := r.taken(t, r.Hold.Signal) - before; r.Taken != nil && n != 2 {
		t.Errorf("the plant took %d writes, want one there and one back", n)
	}

	before = r.taken(t, r.Command.Signal)
	command := r.office.Warrant(t, r.Command)
	for range 2 {
		if err := link.Write(t.Context(), command); err != nil {
			t.Fatal(err)
		}
	}
	if n := r.taken(t, r.Command.Signal) - before; r.Taken != nil && n != 1 {
		t.Errorf("the plant took the command %d times", n)
	}
}

func wrongWritesAreRefused(t *testing.T, r *trial) {
	link, _ := r.start(t)
	r.await(t, "the link to be up", heard, func() bool { return r.up })
	for _, row := range []struct {
		why   string
		write twin.Write
	}{
		{"a signal that cannot be written", twin.Write{Signal: r.Fixed, Value: 1, Hold: true}},
		{"a signal that there is not", twin.Write{Signal: twin.SignalOf("nobody", "nothing"), Value: 1, Hold: true}},
		{"a value out of range", r.Beyond},
	} {
		before := r.taken(t, row.write.Signal)
		if err := link.Write(t.Context(), r.office.Warrant(t, row.write)); err == nil {
			t.Errorf("%s was written: %+v", row.why, row.write)
		}
		if n := r.taken(t, row.write.Signal); n != before {
			t.Errorf("%s: the plant took %d writes", row.why, n-before)
		}
	}
}

func nothingWithoutPlant(t *testing.T, r *trial) {
	link, _ := r.start(t)
	r.await(t, "the link to be up", heard, func() bool { return r.up })
	r.Cut(t)
	r.await(t, "the loss to be told", r.Lost, func() bool { return !r.up })
	began := time.Now()
	if err := link.Write(t.Context(), r.office.Warrant(t, r.Hold)); err == nil {
		t.Error("a write to a dead plant succeeded")
	}
	if _, err := link.Read(t.Context(), []twin.SignalID{r.Hold.Signal}); err == nil {
		t.Error("a read of a dead plant succeeded")
	}
	if took := time.Since(began); took > Patience(15*time.Second) {
		t.Errorf("a dead plant held a write and a read up for %s", took)
	}
}

func endIsEnd(t *testing.T, r *trial) {
	before := runtime.NumGoroutine()
	link, end := r.start(t)
	r.await(t, "every signal to be live", heard, r.allLive)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	began := time.Now()
	if err := link.Write(ctx, r.office.Warrant(t, r.Hold)); err == nil {
		t.Error("a write whose context had ended succeeded")
	}
	if _, err := link.Read(ctx, []twin.SignalID{r.Hold.Signal}); err == nil {
		t.Error("a read whose context had ended succeeded")
	}
	if took := time.Since(began); took > Patience(2*time.Second) {
		t.Errorf("with an ended context a write and a read took %s", took)
	}
	end()
	for wait := time.Now(); runtime.NumGoroutine() > before; time.Sleep(10 * time.Millisecond) {
		if time.Since(wait) > Patience(3*time.Second) {
			stacks := make([]byte, 1<<16)
			t.Fatalf("%d goroutines are left, %d before:\n%s", runtime.NumGoroutine(), before, stacks[:runtime.Stack(stacks, true)])
		}
	}
	if err := link.Write(context.Background(), r.office.Warrant(t, r.Hold)); err == nil {
		t.Error("a link that has ended took a write")
	}
}
