package bus

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io/fs"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/twin"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

const (
	sensor = twin.SignalID("sensor-1/positions")
	second = twin.SignalID("sensor 2.é*/positions")
	air    = twin.SignalID("freezer-1/air-temperature")
)

// world is a site, with clocks that may be set wrong.
type world struct {
	t     testing.TB
	dir   string
	keeps time.Duration
	now   time.Time     // in truth
	ran   time.Duration // of the program
	wrong time.Duration // this machine's clock
	store *Store
}

func newWorld(t testing.TB, keeps time.Duration) *world {
	w := &world{t: t, dir: t.TempDir(), keeps: keeps, now: noon}
	w.open()
	t.Cleanup(func() { w.close() })
	return w
}

func (w *world) options() Options {
	return Options{Dir: w.dir, Retention: w.keeps, Positions: []twin.SignalID{sensor, second},
		Now:     func() time.Time { return w.now.Add(w.wrong) },
		Running: func() time.Duration { return w.ran }}
}

func (w *world) open() {
	w.t.Helper()
	var err error
	if w.store, err = Open(context.Background(), w.options()); err != nil {
		w.t.Fatal(err)
	}
	if w.store.unforgot != nil {
		w.t.Fatal(w.store.unforgot)
	}
}

func (w *world) close() {
	if w.store != nil {
		shut(w.t, w.store)
	}
	w.store = nil
}

// pass lets time go by, with the program running.
func (w *world) pass(by time.Duration) { w.now, w.ran = w.now.Add(by), w.ran+by }

func (w *world) record(samples ...twin.Sample) {
	w.t.Helper()
	if err := w.store.Record(samples); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) flush() {
	w.t.Helper()
	if err := w.store.Flush(context.Background()); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) forget() Forgotten {
	w.t.Helper()
	f, err := w.store.Forget(context.Background(), w.store)
	if err != nil {
		w.t.Fatal(err)
	}
	return f
}

func (w *world) all(id twin.SignalID) []twin.Sample {
	w.t.Helper()
	return history(w.t, w.store, id, time.Time{}, noon.AddDate(200, 0, 0))
}

// told is every PositionsDeleted of the journal.
func (w *world) told() []twin.PositionsNote {
	w.t.Helper()
	var out []twin.PositionsNote
	for _, e := range journal(w.t, w.store) {
		if e.Kind == twin.PositionsDeleted {
			var n twin.PositionsNote
			if err := json.Unmarshal(e.Body, &n); err != nil {
				w.t.Fatal(err)
			}
			out = append(out, n)
		}
	}
	return out
}

// raw is every sample of positions in every message of every stream, whether a
// reader would tell it or not.
func (w *world) raw() []twin.Sample {
	w.t.Helper()
	c, err := newCodec()
	if err != nil {
		w.t.Fatal(err)
	}
	var out []twin.Sample
	take := func(id twin.SignalID, chunk []byte) error {
		part, err := c.unpack(chunk)
		if err == nil && (id == sensor || id == second) {
			for i := range part.len() {
				out = append(out, part.sample(id, i))
			}
		}
		return err
	}
	n := w.store.names
	for _, stream := range []string{n.telemetry, n.places, n.tail, n.placesTail} {
		err := w.store.fetch(context.Background(), stream, "", 1, func(m stored) (bool, error) {
			if stream == n.tail || stream == n.placesTail {
				_, err := readTail(m.data, func(name string, chunk []byte) error { return take(twin.SignalID(name), chunk) })
				return true, err
			}
			return true, take(twin.SignalID(untoken(strings.Split(m.subject, ".")[2])), m.data)
		})
		if err != nil {
			w.t.Fatal(err)
		}
	}
	return out
}

// someone is a sample of two people whose places no compressor makes shorter.
func someone(id twin.SignalID, at time.Time, dice *rand.Rand) twin.Sample {
	places := make([]float64, 4)
	for i := range places {
		for places[i] = math.NaN(); math.IsNaN(places[i]); places[i] = math.Float64frombits(dice.Uint64()) {
		}
	}
	return twin.Sample{Signal: id, At: at.UTC(), Value: 2, Vector: places, Quality: twin.Good}
}

// onDisk counts the samples of which a place stands in some file below dir.
func onDisk(t testing.TB, dir string, samples []twin.Sample) int {
	t.Helper()
	var files [][]byte
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		files = append(files, data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, x := range samples {
		if slices.ContainsFunc(x.Vector, func(v float64) bool {
			sought := binary.LittleEndian.AppendUint64(nil, math.Float64bits(v))
			return slices.ContainsFunc(files, func(data []byte) bool { return bytes.Contains(data, sought) })
		}) {
			found++
		}
	}
	return found
}

// Positions that are too old are in no file of the site any more, neither while it
// is open nor after; all others, and every other signal, read as before, the chain
// verifies, and the journal says what went.
func TestOldPositionsAreGoneFromTheDisk(t *testing.T) {
	const days = 12
	w := newWorld(t, 7*oneDay)
	dice := rand.New(rand.NewPCG(41, 0))
	var places, temperatures []twin.Sample
	for i := range days * 48 {
		w.pass(30 * time.Minute)
		places = append(places, someone(sensor, w.now, dice))
		temperatures = append(temperatures, twin.Sample{Signal: air, At: w.now, Value: float64(i), Quality: twin.Good})
		w.record(places[i], temperatures[i])
		if i%5 == 0 {
			w.flush()
		}
		if i == 200 {
			w.close()
			w.open()
		}
	}
	w.flush()
	if n := onDisk(t, w.dir, places); n != len(places) {
		t.Fatalf("%d of %d positions are on the disk before", n, len(places))
	}
	f := w.forget()
	limit := w.now.Add(-7 * oneDay)
	first := slices.IndexFunc(places, func(x twin.Sample) bool { return !x.At.Before(limit) })
	want := twin.PositionsNote{Why: "retention", Limit: limit, Samples: first, From: places[0].At, To: places[first-1].At, Signals: []twin.SignalID{sensor}}
	if diff := cmp.Diff(want, f.PositionsNote); diff != "" {
		t.Errorf("deleted (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]twin.PositionsNote{want}, w.told()); diff != "" {
		t.Errorf("the journal tells (-want +got):\n%s", diff)
	}
	check := func(when string) {
		t.Helper()
		if n := onDisk(t, w.dir, places[:first]); n != 0 {
			t.Errorf("%s %d of %d old positions are on the disk", when, n, first)
		}
		if n := onDisk(t, w.dir, places[first:]); n != len(places)-first {
			t.Errorf("%s %d of %d newer positions are on the disk", when, n, len(places)-first)
		}
	}
	check("while it is open,")
	read := func(when string) {
		t.Helper()
		if diff := cmp.Diff(places[first:], w.all(sensor)); diff != "" {
			t.Errorf("%s, positions: %s", when, diff)
		}
		if diff := cmp.Diff(temperatures, w.all(air)); diff != "" {
			t.Errorf("%s, temperatures: %s", when, diff)
		}
		if _, err := w.store.Verify(context.Background()); err != nil {
			t.Errorf("%s: %v", when, err)
		}
	}
	read("while it is open")
	w.close()
	check("closed,")
	w.open()
	read("opened again")
	if n := len(w.told()); n != 1 {
		t.Errorf("%d deletions are told, of one", n)
	}
	w.pass(30 * oneDay)
	if f := w.forget(); f.Samples != len(places)-first || len(w.all(sensor)) != 0 || onDisk(t, w.dir, places) != 0 {
		t.Errorf("a month later %d are deleted, %d read, %d on the disk", f.Samples, len(w.all(sensor)), onDisk(t, w.dir, places))
	}
	if diff := cmp.Diff(temperatures, w.all(air)); diff != "" {
		t.Errorf("a month later: %s", diff)
	}
}

// A journal that an earlier version wrote keeps positions among everything else:
// they are parted from it, and what is old goes.
func TestPositionsAmongAllElse(t *testing.T) {
	dice := rand.New(rand.NewPCG(42, 0))
	var places, temperatures []twin.Sample
	w := &world{t: t, dir: t.TempDir(), keeps: 0, now: noon}
	w.open()
	t.Cleanup(func() { w.close() })
	r := w.store.recorder
	mixed := func(x twin.Sample) series { // as one that knew no positions wrote it
		var s series
		s.add(x.At.UnixNano(), x.Value, qualityCode(x.Quality), x.Vector)
		return s
	}
	ctx := context.Background()
	for i := range 40 {
		w.pass(time.Hour)
		places = append(places, someone(sensor, w.now, dice))
		temperatures = append(temperatures, twin.Sample{Signal: air, At: w.now, Value: float64(i), Quality: twin.Good})
	}
	for i := range places {
		place, temperature := r.codec.pack(nil, mixed(places[i])), r.codec.pack(nil, mixed(temperatures[i]))
		if i < 20 {
			for id, chunk := range map[twin.SignalID][]byte{sensor: place, air: temperature} {
				if _, err := w.store.js.Publish(ctx, w.store.names.chunk+"."+token(string(id))+"."+day(places[i].At.UnixNano()), chunk); err != nil {
					t.Fatal(err)
				}
			}
			continue
		}
		tail := beginTail(nil, span{places[0].At.UnixNano(), places[i].At.UnixNano()})
		tail = appendTail(appendTail(tail, string(air), temperature), string(sensor), place)
		if _, err := w.store.js.Publish(ctx, w.store.names.tailSubj, tail); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{w.store.names.places, w.store.names.placesTail, w.store.names.keeper} {
		if err := w.store.js.DeleteStream(ctx, name); err != nil {
			t.Fatal(err)
		}
	}
	w.close()
	w.keeps = 10 * time.Hour
	w.open()
	const first = 29 // 40 - 10 - 1: as old as the limit is not older
	if diff := cmp.Diff(places[first:], w.all(sensor)); diff != "" {
		t.Errorf("positions: %s", diff)
	}
	if diff := cmp.Diff(temperatures, w.all(air)); diff != "" {
		t.Errorf("temperatures: %s", diff)
	}
	if n := onDisk(t, w.dir, places[:first]); n != 0 {
		t.Errorf("%d old positions are on the disk", n)
	}
	if n := onDisk(t, w.dir, places[first:]); n != len(places)-first {
		t.Errorf("%d of %d newer positions are on the disk", n, len(places)-first)
	}
	w.close()
	w.open()
	if diff := cmp.Diff(temperatures, w.all(air)); diff != "" {
		t.Errorf("opened again, temperatures: %s", diff)
	}
}

// cutContext ends after it was asked for so often.
type cutContext struct {
	context.Context
	left int
	done chan struct{}
}

func cutAfter(n int) *cutContext {
	return &cutContext{context.Background(), n, make(chan struct{})}
}

func (c *cutContext) Done() <-chan struct{} {
	if c.left--; c.left == 0 {
		close(c.done)
	}
	return c.done
}

func (c *cutContext) Err() error {
	if c.left <= 0 {
		return context.Canceled
	}
	return nil
}

// Cut off at each step on the way, a deletion has lost nothing that is not old, and
// ends when the site is opened again; the journal tells of each sample once.
func TestADeletionThatIsCutOff(t *testing.T) {
	w := newWorld(t, 10*time.Hour)
	dice := rand.New(rand.NewPCG(43, 0))
	var places [2][]twin.Sample
	for range 30 {
		w.pass(time.Hour)
		for k, id := range []twin.SignalID{sensor, second} {
			places[k] = append(places[k], someone(id, w.now, dice))
			w.record(places[k][len(places[k])-1])
		}
	}
	w.flush()
	w.close()
	base := w.dir
	done, steps := false, 0
	for n := 1; !done; n += 2 {
		w.dir = filepath.Join(t.TempDir(), "copy")
		if err := os.CopyFS(w.dir, os.DirFS(base)); err != nil {
			t.Fatal(err)
		}
		w.keeps = twin.Forever
		w.open() // it deletes nothing
		w.store.opts.Retention = 10 * time.Hour
		_, err := w.store.Forget(cutAfter(n), w.store)
		if done = err == nil; !done && !errors.Is(err, context.Canceled) {
			t.Fatalf("cut at %d: %v", n, err)
		}
		if w.store.keeper.pending() != nil {
			steps++
		}
		w.store.opts.Retention = 0
		check := func(when string, clean bool) {
			t.Helper()
			for k, id := range []twin.SignalID{sensor, second} {
				got := w.all(id)
				if len(got) < 11 || clean && len(got) != 11 {
					t.Fatalf("cut at %d, %s: %d of %s are left", n, when, len(got), id)
				}
				if diff := cmp.Diff(places[k][len(places[k])-len(got):], got); diff != "" {
					t.Fatalf("cut at %d, %s: %s", n, when, diff)
				}
			}
		}
		check("at once", done)
		w.close()
		w.keeps = 10 * time.Hour
		w.open()
		check("opened again", true)
		if left := onDisk(t, w.dir, slices.Concat(places[0][:19], places[1][:19])); left != 0 {
			t.Errorf("cut at %d: %d old positions are on the disk", n, left)
		}
		if len(w.raw()) != 22 {
			t.Errorf("cut at %d: %d samples are stored of 22", n, len(w.raw()))
		}
		sum := 0
		for _, told := range w.told() {
			sum += told.Samples
		}
		if sum != 38 {
			t.Errorf("cut at %d: %d deletions are told of 38", n, sum)
		}
		if _, err := w.store.Verify(context.Background()); err != nil {
			t.Errorf("cut at %d: %v", n, err)
		}
		w.close()
	}
	if steps < 3 {
		t.Errorf("only %d of the cuts were in the middle", steps)
	}
	t.Logf("%d cuts in the middle", steps)
}

// Whatever is written in whatever order, with openings and clocks that jump between,
// no position older than the limit is left after a deletion, none that is not old is
// gone, and every other signal reads as it was written.
func TestNothingOlderThanTheLimitIsLeft(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		keeps := rapid.SampledFrom([]time.Duration{hour, 30 * hour, 10 * oneDay}).Draw(rt, "limit")
		w := newWorld(t, keeps)
		defer w.close()
		dice := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 0))
		type truth struct {
			twin.Sample
			when   time.Time // in truth
			honest bool      // the plant's clock was right, or ahead
		}
		taken := map[twin.SignalID][]truth{}
		plant := time.Duration(0)
		lied := time.Duration(0)
		check := func(f Forgotten) {
			if f.Now.After(w.now) {
				rt.Fatalf("it is taken for %s later than it is", f.Now.Sub(w.now))
			}
			for _, x := range w.raw() {
				if x.At.Before(f.Limit) {
					rt.Fatalf("%s at %s is %s older than the limit", x.Signal, x.At, f.Limit.Sub(x.At))
				}
			}
			for id, all := range taken {
				var want []twin.Sample
				got := w.all(id)
				for _, x := range all {
					young := x.honest && w.now.Sub(x.when) <= keeps
					read := slices.ContainsFunc(got, func(y twin.Sample) bool { return y.At.Equal(x.At) })
					if id == air || young || read {
						want = append(want, x.Sample)
					}
				}
				if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
					rt.Fatalf("%s (-want +read):\n%s", id, diff)
				}
			}
		}
		advance := func(by time.Duration, open bool) {
			if w.wrong > 0 {
				if by = min(by, 23*hour-lied); by <= 0 {
					w.wrong, lied, by = 0, 0, time.Minute
				}
				lied += by
			}
			if w.now = w.now.Add(by); open {
				w.ran += by
			}
		}
		for range rapid.IntRange(1, 8).Draw(rt, "steps") {
			switch rapid.IntRange(0, 9).Draw(rt, "step") {
			case 0, 1:
				check(w.forget())
			case 2:
				w.close()
				advance(time.Duration(rapid.Int64Range(0, int64(20*oneDay)).Draw(rt, "closed")), false)
				w.open()
				check(w.forget())
			case 3: // this machine's clock: seen to be right before it is wrong again
				w.wrong, lied = 0, 0
				w.forget()
				plant = 0
				w.wrong = rapid.SampledFrom([]time.Duration{-4000 * oneDay, -hour, hour, 400 * oneDay}).Draw(rt, "machine")
			case 4:
				w.wrong, lied = 0, 0
				w.forget()
				plant = rapid.SampledFrom([]time.Duration{-400 * oneDay, -hour, 0, hour, 400 * oneDay}).Draw(rt, "plant")
			case 5:
				w.flush()
			default:
				ids := rapid.SampledFrom([][]twin.SignalID{{air}, {sensor}, {sensor, air}, {second, sensor, air}}).Draw(rt, "signals")
				step := time.Duration(rapid.Int64Range(1, int64(2*hour)).Draw(rt, "pace"))
				for range rapid.IntRange(1, 60).Draw(rt, "samples") {
					advance(step, true)
					for _, id := range ids {
						x := someone(id, w.now.Add(plant), dice)
						if id == air {
							x.Vector = nil
						}
						w.record(x)
						if all := taken[id]; len(all) == 0 || x.At.After(all[len(all)-1].At) {
							taken[id] = append(all, truth{x, w.now, plant >= 0})
						}
					}
				}
			}
		}
		check(w.forget())
		if _, err := w.store.Verify(context.Background()); err != nil {
			rt.Fatal(err)
		}
		// Both clocks right again, nothing is kept for ever, whatever was told meanwhile.
		w.wrong, plant = 0, 0
		for range 4 {
			w.now = w.now.Add(oneDay)
			w.forget()
		}
		w.pass(keeps + 3*oneDay)
		check(w.forget())
		if left := w.raw(); len(left) != 0 {
			rt.Fatalf("%d positions are kept for ever, as of %s; it is %s", len(left), left[0].At, w.now)
		}
	})
}
