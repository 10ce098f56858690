package bus

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/twin"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

func jsonOf(e twin.Event) ([]byte, error) { return json.Marshal(e) }

// Whatever is recorded in whatever order, with flushes and openings between,
// history tells exactly the samples that were later than the last of their
// signal, in order, for any window.
func TestHistoryEqualsWhatWasRecorded(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	s := open(t, dir)
	round := 0
	rapid.Check(t, func(rt *rapid.T) {
		round++
		ids := []twin.SignalID{twin.SignalID(fmt.Sprintf("a-%d/x", round)), twin.SignalID(fmt.Sprintf("방-%d/y *", round))}
		want := map[twin.SignalID][]twin.Sample{}
		at := map[twin.SignalID]time.Time{}
		for _, id := range ids {
			at[id] = noon.Add(time.Duration(rapid.IntRange(-30, 30).Draw(rt, "hours")) * time.Hour)
		}
		check := func(when string) {
			for _, id := range ids {
				from := noon.Add(time.Duration(rapid.IntRange(-100, 100).Draw(rt, "from")) * time.Hour)
				to := from.Add(time.Duration(rapid.IntRange(0, 400).Draw(rt, "span")) * time.Hour)
				var part []twin.Sample
				for _, x := range want[id] {
					if x.At.After(from) && !x.At.After(to) {
						part = append(part, x)
					}
				}
				if diff := cmp.Diff(part, history(t, s, id, from, to), cmpopts.EquateNaNs(), cmpopts.EquateEmpty()); diff != "" {
					rt.Fatalf("%s, %s (-recorded +told):\n%s", when, id, diff)
				}
			}
		}
		for range rapid.IntRange(1, 8).Draw(rt, "steps") {
			switch rapid.IntRange(0, 9).Draw(rt, "step") {
			case 0:
				if err := s.Flush(ctx); err != nil {
					rt.Fatal(err)
				}
				check("after a flush")
			case 1:
				shut(t, s)
				s = open(t, dir)
				check("after opening again")
			case 2:
				check("at once")
			default:
				id := rapid.SampledFrom(ids).Draw(rt, "signal")
				var batch []twin.Sample
				step := time.Duration(rapid.Int64Range(1, int64(3*time.Hour)).Draw(rt, "pace"))
				for range rapid.IntRange(1, 700).Draw(rt, "samples") {
					at[id] = at[id].Add(step)
					x := twin.Sample{Signal: id, At: at[id], Value: float64(len(batch)), Quality: twin.Good}
					if len(batch)%50 == 7 {
						x.Quality, x.Vector = twin.Uncertain, []float64{1, float64(len(batch))}
					}
					batch = append(batch, x)
				}
				want[id] = append(want[id], batch...)
				if rapid.Bool().Draw(rt, "told twice") {
					batch = append(batch, batch[len(batch)/2:]...)
				}
				if err := s.Record(batch); err != nil {
					rt.Fatal(err)
				}
			}
		}
		check("at the end")
	})
}

// A flush makes durable what was recorded before it, and only the newest counts:
// opening again tells the same, however many flushes there were.
func TestFlushKeepsTheNewest(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	s := open(t, dir)
	all := course("a/b", noon, time.Second, 1300)
	for i, x := range all {
		if err := s.Record([]twin.Sample{x}); err != nil {
			t.Fatal(err)
		}
		if i%100 == 0 {
			if err := s.Flush(ctx); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := s.Flush(ctx); err != nil {
		t.Fatal(err)
	}
	shut(t, s)
	if err := s.Record(all[:1]); err == nil {
		t.Error("a closed store took a sample")
	}
	if err := s.Flush(ctx); err == nil {
		t.Error("a closed store flushed")
	}
	s = open(t, dir)
	if diff := cmp.Diff(all, history(t, s, "a/b", time.Time{}, noon.AddDate(1, 0, 0))); diff != "" {
		t.Error(diff)
	}
}

// A chunk reads back as it was packed, and no bytes make the reader panic or
// take more than it may.
func FuzzChunk(f *testing.F) {
	c, err := newCodec()
	if err != nil {
		f.Fatal(err)
	}
	var s series
	for i := range 40 {
		s.add(int64(i)*1e9+int64(i*i), float64(i)/3, byte(i%qualityStates), []float64{float64(i)})
	}
	whole := c.pack(nil, s)
	f.Add(whole)
	f.Add(whole[:len(whole)/2])
	f.Add([]byte("GTC1\x00\x01"))
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := c.unpack(data)
		if err == nil {
			again, err := c.unpack(c.pack(nil, got))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(got.at, again.at); diff != "" {
				t.Error(diff)
			}
		}
		_, _ = readTail(data, func(string, []byte) error { return nil })
	})
}
