package bus

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/twin"
)

// diary makes this test program the one that is killed: it appends events and
// records telemetry in the folder it names, and says what is durable.
const diary = "GLASSTWIN_TEST_DIARY"

func TestMain(m *testing.M) {
	if dir := os.Getenv(forgetful); dir != "" {
		if err := seeAndForget(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	if dir := os.Getenv(diary); dir != "" {
		if err := keepDiary(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	os.Exit(m.Run())
}

func keepDiary(dir string) error {
	ctx := context.Background()
	s, err := Open(ctx, Options{Dir: dir})
	if err != nil {
		return err
	}
	_, newest, err := s.Span(ctx)
	if err != nil {
		return err
	}
	at := noon
	if newest.After(at) {
		at = newest
	}
	for i := 1; ; i++ {
		e, err := twin.NewEvent(twin.SituationRaised, at, twin.Situation{Case: twin.CaseID(fmt.Sprint(i))})
		if err != nil {
			return err
		}
		if e, err = s.Append(ctx, e); err != nil {
			return err
		}
		fmt.Printf("event %d %s\n", e.Seq, e.Hash)
		at = at.Add(time.Second)
		if err := s.Record([]twin.Sample{{Signal: "a/b", At: at, Value: float64(i), Quality: twin.Good}}); err != nil {
			return err
		}
		if i%4 == 0 {
			if err := s.Flush(ctx); err != nil {
				return err
			}
			fmt.Printf("flushed %d\n", at.UnixNano())
		}
	}
}

// Killed without warning, again and again, the journal holds every event of
// which Append returned, in one chain, and the telemetry that was flushed.
func TestKilledBetweenAppends(t *testing.T) {
	if testing.Short() {
		t.Skip("it starts programs")
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	hashes := map[uint64]string{}
	var flushed int64
	for round := range 4 {
		child := exec.Command(self)
		child.Env = append(os.Environ(), diary+"="+dir)
		var complaint bytes.Buffer
		child.Stderr = &complaint
		out, err := child.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		for left := 7 + 6*round; left > 0 && lines.Scan(); left-- {
			var seq uint64
			var hash string
			if _, err := fmt.Sscanf(lines.Text(), "event %d %s", &seq, &hash); err == nil {
				hashes[seq] = hash
			} else if _, err := fmt.Sscanf(lines.Text(), "flushed %d", &flushed); err != nil {
				t.Fatalf("the program says %q", lines.Text())
			}
		}
		if err := child.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		for lines.Scan() { // what it could still say is durable too
			var seq uint64
			var hash string
			if n, _ := fmt.Sscanf(lines.Text(), "event %d %s", &seq, &hash); n == 2 && len(hash) == 64 {
				hashes[seq] = hash
			}
		}
		_ = child.Wait() // it was killed
		s, err := Open(context.Background(), Options{Dir: dir})
		if err != nil {
			t.Fatalf("round %d: %v\n%s", round, err, complaint.String())
		}
		all := journal(t, s)
		if n := len(all) - len(hashes); n < 0 || n > round+1 {
			t.Errorf("round %d: %d events stored, %d acknowledged", round, len(all), len(hashes))
		}
		for seq, hash := range hashes {
			if seq > uint64(len(all)) || all[seq-1].Hash != hash {
				t.Errorf("round %d: event %d was acknowledged and is gone or another", round, seq)
			}
		}
		if _, err := s.Verify(context.Background()); err != nil {
			t.Errorf("round %d: %v", round, err)
		}
		samples := history(t, s, "a/b", time.Time{}, noon.AddDate(1, 0, 0))
		if len(samples) == 0 || samples[len(samples)-1].At.UnixNano() < flushed {
			t.Errorf("round %d: telemetry that was flushed is gone: %d samples", round, len(samples))
		}
		for i := 1; i < len(samples); i++ {
			if !samples[i].At.After(samples[i-1].At) {
				t.Errorf("round %d: sample %d is doubled", round, i)
			}
		}
		shut(t, s)
	}
}

// files lists the files of a stream below a store's folder.
func files(t *testing.T, dir, stream, suffix string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(dir, "jetstream", "*", "streams", stream, "msgs", "*"+suffix))
	if err != nil || len(found) == 0 {
		t.Fatalf("no %s files of %s: %v", suffix, stream, err)
	}
	return found
}

// fill makes a store with n events and gives its folder.
func fill(t *testing.T, n int) string {
	t.Helper()
	dir := t.TempDir()
	s, err := Open(context.Background(), Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	for i := range n {
		if _, err := s.Append(context.Background(), event(t, twin.SituationRaised, noon.Add(time.Duration(i)*time.Second), twin.Situation{Case: twin.CaseID(fmt.Sprint("case ", i))})); err != nil {
			t.Fatal(err)
		}
	}
	shut(t, s)
	return dir
}

// A torn or changed file of the journal is never taken for a whole one: opening
// or verifying it is an error that says that it is damaged.
func TestTornFiles(t *testing.T) {
	const events = 6
	for name, damage := range map[string]func(data []byte) []byte{
		"cut by a byte":    func(d []byte) []byte { return d[:len(d)-1] },
		"cut in the last":  func(d []byte) []byte { return d[:len(d)-40] },
		"cut in the third": func(d []byte) []byte { return d[:len(d)*5/12] },
		"emptied":          func(d []byte) []byte { return nil },
		"a bit flipped in the last": func(d []byte) []byte {
			d[len(d)-60] ^= 1
			return d
		},
		"a bit flipped in the second": func(d []byte) []byte {
			d[len(d)/4] ^= 1
			return d
		},
		"a word changed in its place": func(d []byte) []byte { return bytes.Replace(d, []byte("case 2"), []byte("case 7"), 1) },
		"the last event doubled":      func(d []byte) []byte { return append(d, d[len(d)*(events-1)/events:]...) },
	} {
		t.Run(name, func(t *testing.T) {
			dir := fill(t, events)
			for _, f := range files(t, dir, "GLASSTWIN_EVENTS", ".blk") {
				data, err := os.ReadFile(f)
				if err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(f, damage(data), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			for _, f := range files(t, dir, "GLASSTWIN_EVENTS", ".db") { // the index must not hide what the blocks hold
				if err := os.Remove(f); err != nil {
					t.Fatal(err)
				}
			}
			s, err := Open(context.Background(), Options{Dir: dir})
			if err != nil {
				if !errors.Is(err, ErrDamaged) {
					t.Errorf("opening: %v", err)
				}
				return
			}
			defer shut(t, s)
			v, err := s.Verify(context.Background())
			if err == nil && v.Events != events {
				t.Errorf("verified with %d of %d events", v.Events, events)
			}
			if err == nil && name != "the last event doubled" {
				t.Errorf("verified: %+v", v)
			}
		})
	}
}

// Events that were changed, dropped, reordered or doubled by somebody who can
// write to the store are found and named.
func TestVerifyFindsTampering(t *testing.T) {
	ctx := context.Background()
	seal := func(n int) []twin.Event {
		var chain twin.Chain
		var out []twin.Event
		for i := range n {
			out = append(out, chain.Seal(event(t, twin.DecisionMade, noon.Add(time.Duration(i)*time.Second), twin.Decision{Approved: true, By: "kim"}), noon))
		}
		return out
	}
	for name, c := range map[string]struct {
		tamper func(all []twin.Event) []twin.Event
		says   string
	}{
		"changed":    {func(a []twin.Event) []twin.Event { a[2].Body = []byte(`{"By":"lee"}`); return a }, "event 3"},
		"renamed":    {func(a []twin.Event) []twin.Event { a[4].Actor = "lee"; return a }, "event 5"},
		"redated":    {func(a []twin.Event) []twin.Event { a[0].At = a[0].At.Add(1); return a }, "event 1"},
		"dropped":    {func(a []twin.Event) []twin.Event { return append(a[:2], a[3:]...) }, "event 4 follows event 2"},
		"reordered":  {func(a []twin.Event) []twin.Event { a[1], a[2] = a[2], a[1]; return a }, "event 3 follows event 1"},
		"doubled":    {func(a []twin.Event) []twin.Event { return append(a, a[len(a)-1]) }, "event 6 follows event 6"},
		"begun late": {func(a []twin.Event) []twin.Event { return a[1:] }, "event 2 follows event 0"},
	} {
		s := open(t, t.TempDir())
		for _, e := range c.tamper(seal(6)) {
			data, err := jsonOf(e)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := s.js.Publish(ctx, s.names.event, data); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := s.Verify(ctx); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %q", name, err, c.says)
		}
	}
	s := open(t, t.TempDir())
	if _, err := s.Append(ctx, event(t, twin.LinkUp, noon, nil)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.js.Publish(ctx, s.names.event, []byte("no event")); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Verify(ctx); !errors.Is(err, ErrDamaged) {
		t.Errorf("what is no event at all: %v", err)
	}
	stream, err := s.js.Stream(ctx, s.names.events)
	if err != nil {
		t.Fatal(err)
	}
	if stream.Purge(ctx) == nil || stream.DeleteMsg(ctx, 1) == nil {
		t.Error("events can be deleted")
	}
}

// A chain that was made anew from the beginning is whole in itself, but not the
// one that was written.
func TestAChainMadeAnewIsFound(t *testing.T) {
	ctx := context.Background()
	s := open(t, t.TempDir())
	var chain twin.Chain
	for range 3 {
		data, err := jsonOf(chain.Seal(event(t, twin.LinkUp, noon, nil), noon))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.js.Publish(ctx, s.names.event, data); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.js.Publish(ctx, s.names.headSubj, []byte(`{"Seq":2,"Hash":"another"}`)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Verify(ctx); err == nil || !strings.Contains(err.Error(), "made anew") {
		t.Errorf("got %v", err)
	}
	if _, err := s.js.Publish(ctx, s.names.headSubj, []byte(`{"Seq":9,"Hash":"later"}`)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Verify(ctx); err == nil || !strings.Contains(err.Error(), "cut short") {
		t.Errorf("got %v", err)
	}
}

// An append whose answer was lost is found, and not stored again.
func TestAnAppendWithoutAnswer(t *testing.T) {
	ctx := context.Background()
	s := open(t, t.TempDir())
	first, err := s.Append(ctx, event(t, twin.LinkUp, noon, nil))
	if err != nil {
		t.Fatal(err)
	}
	chain := s.chain
	lost := chain.Seal(event(t, twin.LinkLost, noon, nil), noon)
	if s.arrived(ctx, lost) {
		t.Error("what was never sent has arrived")
	}
	data, err := jsonOf(lost)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.js.Publish(ctx, s.names.event, data); err != nil {
		t.Fatal(err)
	}
	if !s.arrived(ctx, lost) || s.arrived(ctx, first) {
		t.Error("what is stored was not found")
	}
	s.unsure = true
	if _, err := s.Append(ctx, event(t, twin.LinkUp, noon, nil)); err != nil {
		t.Fatal(err)
	}
	all := journal(t, s)
	if !slices.IsSortedFunc(all, func(a, b twin.Event) int { return int(a.Seq) - int(b.Seq) }) || len(all) != 3 {
		t.Errorf("%d events", len(all))
	}
	if _, err := s.Verify(ctx); err != nil {
		t.Error(err)
	}
}

func TestASecondOpeningNamesTheHolder(t *testing.T) {
	dir := t.TempDir()
	open(t, dir)
	_, err := Open(context.Background(), Options{Dir: dir})
	if !errors.Is(err, ErrInUse) || !strings.Contains(err.Error(), fmt.Sprintf("process %d", os.Getpid())) || !strings.Contains(err.Error(), dir) {
		t.Errorf("got %v", err)
	}
}
