package opcua_test

import (
	"context"
	"io"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/connectors/conntest"
	"github.com/glasstwin/glasstwin/connectors/opcua"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/operate"
	"github.com/glasstwin/glasstwin/xai"
)

// ferry carries bytes between a link and its plant, and can lose an answer.
type ferry struct {
	net.Listener
	plant string

	mu    sync.Mutex
	taken func() bool // true: what the plant says now is lost, and the line is cut; nil: nothing is
	cuts  int
}

func newFerry(t *testing.T, plant string) *ferry {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	f := &ferry{Listener: ln, plant: strings.TrimPrefix(plant, "opc.tcp://")}
	var work sync.WaitGroup
	work.Go(func() {
		for {
			near, err := ln.Accept()
			if err != nil {
				return
			}
			work.Go(func() { f.carry(near) })
		}
	})
	t.Cleanup(func() {
		ln.Close()
		work.Wait()
	})
	return f
}

// carry serves one connection until either side ends it.
func (f *ferry) carry(near net.Conn) {
	defer near.Close()
	far, err := net.Dial("tcp", f.plant)
	if err != nil {
		return
	}
	defer far.Close()
	var up sync.WaitGroup
	up.Go(func() {
		_, _ = io.Copy(far, near)
		far.Close()
	})
	buffer := make([]byte, 1<<16)
	for {
		n, err := far.Read(buffer)
		if err != nil || f.cut() {
			break
		}
		if _, err := near.Write(buffer[:n]); err != nil {
			break
		}
	}
	near.Close()
	up.Wait()
}

// cut tells whether what the plant answered just now is to be lost.
func (f *ferry) cut() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.taken == nil || !f.taken() {
		return false
	}
	f.taken = nil
	f.cuts++
	return true
}

// after arms the ferry: the first answer after the plant took a write is lost.
func (f *ferry) after(taken func() bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.taken = taken
}

func (f *ferry) lost() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.cuts
}

// pages is a journal in memory, sealed as on a disk.
type pages struct {
	chain  twin.Chain
	events []twin.Event
}

func (p *pages) Append(_ context.Context, e twin.Event) (twin.Event, error) {
	e = p.chain.Seal(e, time.Now())
	p.events = append(p.events, e)
	return e, nil
}

func (p *pages) Events(_ context.Context, from uint64, fn func(twin.Event) error) error {
	for _, e := range p.events[from-1:] {
		if err := fn(e); err != nil {
			return err
		}
	}
	return nil
}

func (p *pages) count(kind twin.EventKind) (n int) {
	for _, e := range p.events {
		if e.Kind == kind {
			n++
		}
	}
	return n
}

// sick is a diagnoser that is sure of one fault.
type sick string

func (s sick) Diagnose(context.Context, *twin.State, twin.AssetID, time.Time) (twin.Diagnosis, xai.Explanation, error) {
	return twin.Diagnosis{Causes: []twin.Cause{{Class: string(s), Probability: 0.97}}}, xai.Explanation{}, nil
}

// The line is cut when the plant has taken a write and its answer is on the way: the
// plant must have taken it once, and the journal must tell so, however long the loop
// goes on by itself. What stays is found to stand; of a command nothing can be found,
// so that it is not given again unless a person says so.
func TestALinkIsCutInTheMiddleOfAWrite(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		write operate.RemedyWrite
		wants []twin.EventKind // once each
		ends  twin.Result
	}{
		{"a value that stays", operate.RemedyWrite{Signal: "set-point", Value: -22, Hold: true}, []twin.EventKind{twin.ActionIntended, twin.ActionWritten}, twin.Verified},
		{"a command", operate.RemedyWrite{Signal: "door-close-command", Value: 1}, []twin.EventKind{twin.ActionIntended}, twin.Interrupted},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := start(t, t.TempDir())
			way := newFerry(t, p.endpoint)
			config := p.reach(t)
			config.Endpoint = "opc.tcp://" + way.Addr().String()
			few(&config)
			var e ear
			e.attach(&config)
			link := run(t, config)
			e.await(t, "the link", backMax, isUp)

			wrote := "freezer-2/" + c.write.Signal + " written"
			before := p.told(t, wrote)
			way.after(func() bool { return p.told(t, wrote) > before })
			journal := operated(t, link, &e, config.Signals, c.write)
			if way.lost() != 1 {
				t.Fatalf("the line was cut %d times", way.lost())
			}
			if n := p.told(t, wrote) - before; n != 1 {
				t.Errorf("the plant took it %d times", n)
			}
			var check twin.Chain
			for _, x := range journal.events {
				if err := check.Check(x); err != nil {
					t.Fatal(err)
				}
			}
			for _, kind := range c.wants {
				if n := journal.count(kind); n != 1 {
					t.Errorf("%s stands %d times in the journal", kind, n)
				}
			}
			first := slices.IndexFunc(journal.events, func(x twin.Event) bool { return x.Kind == twin.OutcomeRecorded })
			if first < 0 || !strings.Contains(string(journal.events[first].Body), string(c.ends)) {
				t.Errorf("no outcome %q comes first", c.ends)
			}
			for _, x := range journal.events {
				t.Logf("%s %s", x.Kind, x.Body)
			}
		})
	}
}

// operated runs an operator over a link on a cabinet that falls ill at air that no
// plant has, and gets well when it was acted on, until an hour and a half after that.
func operated(t *testing.T, link *opcua.Link, e *ear, signals []twin.Signal, write operate.RemedyWrite) *pages {
	t.Helper()
	const asset, fault = "freezer-2", "made-up"
	site := &twin.Site{ID: "store", Name: "Store", Kind: "store", Assets: []twin.Asset{{ID: asset, Class: "freezer"}},
		Signals: slices.Clone(signals), Modes: map[twin.ActionClass]twin.Mode{"made-up": twin.Auto}}
	for _, name := range []string{"made-up-air", "made-up-aim"} {
		site.Signals = append(site.Signals, twin.Signal{ID: twin.SignalOf(asset, name), Asset: asset, Name: name, Kind: twin.Analog})
	}
	watch := operate.DefaultWatch()
	watch.Temperature, watch.SetPoint, watch.Defrost, watch.Evidence = "made-up-air", "made-up-aim", "", []string{"made-up-air"}
	journal := &pages{}
	op, err := operate.New(operate.Config{Site: site, Plant: link, Journal: journal, Diagnoser: sick(fault), Watch: &watch,
		Remedies: []operate.Remedy{{Fault: fault, Class: "made-up", Effects: []string{"made-up-air"}, Writes: []operate.RemedyWrite{write}}}})
	if err != nil {
		t.Fatal(err)
	}
	if err := op.Resume(t.Context()); err != nil {
		t.Fatal(err)
	}
	op.SetLinked(true)
	const usualFor, illFor, every = 70 * time.Minute, 150 * time.Minute, 30 * time.Second
	dawn := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for past := time.Duration(0); past < usualFor+illFor; past += every {
		air := -20 + 0.1*float64(int(past/every)%5)
		if past > usualFor && (!write.Hold || journal.count(twin.ActionWritten) == 0) {
			air += 9 // of a command that is not known to have come nothing gets well
		}
		op.Observe([]twin.Sample{
			{Signal: twin.SignalOf(asset, "made-up-air"), At: dawn.Add(past), Value: air, Quality: twin.Good},
			{Signal: twin.SignalOf(asset, "made-up-aim"), At: dawn.Add(past), Value: -20, Quality: twin.Good},
		})
		if past < usualFor {
			continue
		}
		intended := journal.count(twin.ActionIntended)
		if err := op.Tick(t.Context()); err != nil {
			t.Logf("%s: %v", past, err)
		}
		if journal.count(twin.ActionIntended) > intended {
			e.await(t, "the link to be back", conntest.Patience(backMax), isUp)
			time.Sleep(askAgain)
		}
	}
	return journal
}

// askAgain is after how long an operator asks the plant again that did not answer,
// and a little.
const askAgain = 5*time.Second + 200*time.Millisecond
