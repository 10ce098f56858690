package bus

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/glasstwin/glasstwin/twin"
)

// forgetful makes this test program the one that is killed: in the folder it names it
// records where people are, an hour a step, and deletes without a pause what is
// older than 30 hours.
const forgetful = "GLASSTWIN_TEST_FORGETFUL"

const (
	forgetfulKeeps = 30 * time.Hour
	forgetfulSteps = 50 // before anything is deleted, so that much is
)

// step is the i-th hour.
func step(i int) (place, other twin.Sample) {
	at := noon.Add(time.Duration(i) * time.Hour)
	return twin.Sample{Signal: sensor, At: at, Value: 1, Vector: []float64{float64(i), 0.1 * float64(i)}, Quality: twin.Good},
		twin.Sample{Signal: air, At: at, Value: float64(i), Quality: twin.Good}
}

func seeAndForget(dir string) error {
	ctx := context.Background()
	i, ran := 0, time.Duration(0)
	s, err := Open(ctx, Options{Dir: dir, Retention: twin.Forever,
		Now:     func() time.Time { return noon.Add(time.Duration(i) * time.Hour) },
		Running: func() time.Duration { return ran }})
	if err != nil {
		return err
	}
	_, newest, err := s.Span(ctx)
	if err != nil {
		return err
	}
	if !newest.IsZero() {
		i = int(newest.Sub(noon) / time.Hour)
	}
	for from := i; ; {
		i, ran = i+1, ran+time.Hour
		place, other := step(i)
		if err := s.Record([]twin.Sample{place, other}); err != nil {
			return err
		}
		if err := s.Flush(ctx); err != nil {
			return err
		}
		fmt.Printf("step %d\n", i)
		if i < from+forgetfulSteps {
			if i%7 == 0 { // many chunks
				if err := s.ask(ctx, s.recorder.settles); err != nil {
					return err
				}
			}
			continue
		}
		s.opts.Retention = forgetfulKeeps
		fmt.Println("forget")
		if _, err := s.Forget(ctx, s); err != nil {
			return err
		}
	}
}

// Killed while it deletes, again and again, a store has lost nothing that is not
// old, and once it is opened again nothing that is; each is told of once.
func TestKilledWhileItForgets(t *testing.T) {
	if testing.Short() {
		t.Skip("it starts programs")
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	dice := rand.New(rand.NewPCG(44, 0))
	inTheMiddle, last := 0, 0
	var places, others []twin.Sample // all that was recorded, up to step last
	for round := range 12 {
		child := exec.Command(self)
		child.Env = append(os.Environ(), forgetful+"="+dir)
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
		flushed := 0
		for lines.Scan() && lines.Text() != "forget" {
			if _, err := fmt.Sscanf(lines.Text(), "step %d", &flushed); err != nil {
				t.Fatalf("the program says %q", lines.Text())
			}
		}
		time.Sleep(time.Duration(dice.IntN(40_000)) * time.Microsecond)
		if err := child.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		for lines.Scan() {
			_, _ = fmt.Sscanf(lines.Text(), "step %d", &flushed) // "forget" is no step
		}
		_ = child.Wait() // it was killed
		if complaint.Len() > 0 {
			t.Fatalf("round %d: %s", round, complaint.String())
		}
		w := &world{t: t, dir: dir, keeps: twin.Forever, now: noon.Add(time.Duration(flushed) * time.Hour)}
		w.open() // it deletes nothing
		if w.store.keeper.pending() != nil {
			inTheMiddle++
		}
		for i := last + 1; i <= flushed; i++ {
			place, other := step(i)
			places, others = append(places, place), append(others, other)
		}
		last = flushed
		// The kill may have come between the two writes of the step that was not
		// flushed yet: either signal may have it.
		place, other := step(flushed + 1)
		for signal, next := range map[twin.SignalID]twin.Sample{sensor: place, air: other} {
			got := w.all(signal)
			if len(got) == 0 || !got[len(got)-1].At.Equal(next.At) {
				continue
			}
			if last = flushed + 1; signal == sensor {
				places = append(places, next)
			} else {
				others = append(others, next)
			}
		}
		oldest := noon.Add(time.Duration(last)*time.Hour - forgetfulKeeps)
		kept := 0
		for _, p := range places {
			if !p.At.Before(oldest) {
				kept++
			}
		}
		check := func(when string, clean bool) {
			t.Helper()
			if diff := cmp.Diff(others, w.all(air)); diff != "" {
				t.Fatalf("round %d, %s: %s", round, when, diff)
			}
			got := w.all(sensor)
			if len(got) < kept || clean && len(got) != kept {
				t.Fatalf("round %d, %s: %d positions are left, want %d", round, when, len(got), kept)
			}
			if diff := cmp.Diff(places[len(places)-kept:], got[len(got)-kept:]); diff != "" {
				t.Fatalf("round %d, %s: %s", round, when, diff)
			}
			for k, x := range got[:len(got)-kept] { // old ones that are still there
				place, _ := step(int(x.At.Sub(noon) / time.Hour))
				if k > 0 && !got[k-1].At.Before(x.At) || !cmp.Equal(x, place) {
					t.Fatalf("round %d, %s: %v is not what was recorded", round, when, x)
				}
			}
			if _, err := w.store.Verify(context.Background()); err != nil {
				t.Fatalf("round %d, %s: %v", round, when, err)
			}
			if !clean {
				return
			}
			if n := len(w.raw()); n != kept {
				t.Errorf("round %d: %d samples are stored, want %d", round, n, kept)
			}
			sum := 0
			for _, n := range w.told() {
				sum += n.Samples
			}
			if want := len(places) - kept; sum != want {
				t.Errorf("round %d: %d deletions are told of %d", round, sum, want)
			}
		}
		check("killed", false)
		w.close()
		w.now, w.keeps = noon.Add(time.Duration(last)*time.Hour), forgetfulKeeps
		w.open()
		w.store.TrustClock() // no plant tells how long nobody ran it
		w.forget()
		check("opened again", true)
		w.close()
	}
	t.Logf("%d of 12 kills were in the middle of a deletion", inTheMiddle)
	if inTheMiddle == 0 {
		t.Error("no kill was in the middle of a deletion")
	}
}

// What is left of what was left is stored before the former goes. Cut off there, a
// deletion leaves it twice, and the next one once.
func TestWhatIsLeftIsStoredOnce(t *testing.T) {
	w := newWorld(t, forgetfulKeeps)
	for i := range 40 {
		place, other := step(i)
		w.record(place, other)
		w.flush()
		w.pass(time.Hour)
	}
	w.forget()
	ctx, rest := context.Background(), w.store.names.rest+"."+token(string(sensor))
	left, ok, err := w.store.last(ctx, w.store.names.places, rest)
	if err != nil || !ok {
		t.Fatalf("nothing was left of a chunk: %v", err)
	}
	c, err := newCodec()
	if err != nil {
		t.Fatal(err)
	}
	part, err := c.unpack(left.data)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.store.js.Publish(ctx, rest, c.pack(nil, part.from(1))); err != nil {
		t.Fatal(err)
	}
	w.pass(time.Hour)
	w.forget()
	if got, want := len(w.raw()), len(w.all(sensor)); got != want || want != 29 {
		t.Errorf("%d samples are stored of %d, want 29", got, want)
	}
}
