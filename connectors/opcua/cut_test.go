package opcua_test

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"slices"
	"strings"
	"sync"
	"syscall"
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
	chain    twin.Chain
	events   []twin.Event
	intended func() // called when an intention is durable, before anything is written
}

func (p *pages) Append(_ context.Context, e twin.Event) (twin.Event, error) {
	e = p.chain.Seal(e, time.Now())
	p.events = append(p.events, e)
	if e.Kind == twin.ActionIntended && p.intended != nil {
		p.intended()
	}
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
			journal := &pages{}
			operated(t, link, &e, journal, config.Signals, c.write, func() {})
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
// What was intended is followed by meanwhile, before the link is waited for.
func operated(t *testing.T, link *opcua.Link, e *ear, journal *pages, signals []twin.Signal, write operate.RemedyWrite, meanwhile func()) {
	t.Helper()
	const asset, fault = "freezer-2", "made-up"
	site := &twin.Site{ID: "store", Name: "Store", Kind: "store", Assets: []twin.Asset{{ID: asset, Class: "freezer"}},
		Signals: slices.Clone(signals), Modes: map[twin.ActionClass]twin.Mode{"made-up": twin.Auto}}
	for _, name := range []string{"made-up-air", "made-up-aim"} {
		site.Signals = append(site.Signals, twin.Signal{ID: twin.SignalOf(asset, name), Asset: asset, Name: name, Kind: twin.Analog})
	}
	watch := operate.DefaultWatch()
	watch.Temperature, watch.SetPoint, watch.Defrost, watch.Evidence = "made-up-air", "made-up-aim", "", []string{"made-up-air"}
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
			meanwhile()
			e.await(t, "the link to be back", conntest.Patience(backMax), isUp)
			time.Sleep(askAgain)
		}
	}
}

// askAgain is after how long an operator asks the plant again that did not answer,
// and a little.
const askAgain = 5*time.Second + 200*time.Millisecond

// The plant itself dies in the middle of a write, and comes back as it last saved
// itself: killed when it is asked for the first time about a write, or when it has taken
// it and its answer is on the way. Each proposal is carried out at most once in
// each life of the plant, each has its end in the journal, which verifies; a value that
// the plant lost with its life is proposed anew and stands in the end, and a command
// that may have been carried out is not given again by itself.
func TestAPlantIsKilledInTheMiddleOfAWrite(t *testing.T) {
	t.Parallel()
	held, command := operate.RemedyWrite{Signal: "set-point", Value: -22, Hold: true}, operate.RemedyWrite{Signal: "door-close-command", Value: 1}
	for _, c := range []struct {
		name  string
		write operate.RemedyWrite
		taken bool // before it dies
	}{
		{"a value that stays, not yet taken", held, false},
		{"a value that stays, taken", held, true},
		{"a command, not yet taken", command, false},
		{"a command, taken", command, true},
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
			died, journal := make(chan struct{}), &pages{}
			var once sync.Once
			if c.taken {
				way.after(func() bool {
					if p.told(t, wrote) == before {
						return false
					}
					p.kill()
					close(died)
					return true
				})
			} else {
				journal.intended = func() {
					once.Do(func() {
						if err := p.cmd.Process.Signal(syscall.SIGSTOP); err != nil {
							t.Fatal(err)
						}
						p.rest(t)
						go func() {
							defer close(died)
							time.Sleep(time.Second) // the write waits in its socket
							p.kill()
						}()
					})
				}
			}
			first, lives := -1, 1
			operated(t, link, &e, journal, config.Signals, c.write, func() {
				if <-died; lives == 1 {
					first = p.told(t, wrote) - before
					p.again(t)
					lives++
				}
			})
			if want := map[bool]int{false: 0, true: 1}[c.taken]; first != want || lives != 2 {
				t.Errorf("in its first life the plant took it %d times, want %d; it had %d lives", first, want, lives)
			}
			second := p.told(t, wrote) - before - first
			ends := proven(t, journal)
			if !c.write.Hold {
				unsure := second == 0 && ends[0] == twin.Interrupted && journal.count(twin.ActionIntended) == 1
				unsent := second == 1 && ends[0] == twin.Failed && journal.count(twin.ActionIntended) == 2 // the link knows that it never went out
				if c.taken && !unsure || !unsure && !unsent {
					t.Errorf("the command was given %d times after the plant came back; %v", second, ends)
				}
				return
			}
			got, err := link.Read(t.Context(), []twin.SignalID{"freezer-2/set-point"})
			if err != nil || len(got) != 1 || got[0].Value != c.write.Value {
				t.Errorf("in the end the plant has %+v: %v", got, err)
			}
			if second > 1 || ends[len(ends)-1] != twin.Verified {
				t.Errorf("the plant took it %d times after it came back; %v", second, ends)
			}
		})
	}
}

// proven checks a journal's chain, that no proposal was begun twice and that each that
// was begun has an end, and returns the outcomes in turn.
func proven(t *testing.T, journal *pages) (ends []twin.Result) {
	t.Helper()
	var check twin.Chain
	begun, ended := map[twin.ProposalID]int{}, map[twin.ProposalID]bool{}
	for _, x := range journal.events {
		if err := check.Check(x); err != nil {
			t.Fatal(err)
		}
		t.Logf("%s %s", x.Kind, x.Body)
		switch x.Kind {
		case twin.ActionIntended:
			var p twin.Proposal
			if err := json.Unmarshal(x.Body, &p); err != nil {
				t.Fatal(err)
			}
			begun[p.ID]++
		case twin.OutcomeRecorded:
			var o twin.Outcome
			if err := json.Unmarshal(x.Body, &o); err != nil {
				t.Fatal(err)
			}
			ended[o.Proposal] = true
			ends = append(ends, o.Result)
		}
	}
	for id, n := range begun {
		if n != 1 || !ended[id] {
			t.Errorf("proposal %s was begun %d times; ended: %v", id, n, ended[id])
		}
	}
	if len(begun) == 0 {
		t.Error("nothing was begun")
	}
	return ends
}
