package bus

import (
	"context"
	"errors"
	"math"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/twin"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

var noon = time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC)

func open(t testing.TB, dir string) *Store {
	t.Helper()
	s, err := Open(context.Background(), Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { shut(t, s) })
	return s
}

func shut(t testing.TB, s *Store) {
	t.Helper()
	if err := s.Close(context.Background()); err != nil {
		t.Error(err)
	}
}

func event(t testing.TB, kind twin.EventKind, at time.Time, body any) twin.Event {
	t.Helper()
	e, err := twin.NewEvent(kind, at, body)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func journal(t testing.TB, s *Store) []twin.Event {
	t.Helper()
	var all []twin.Event
	if err := s.Events(context.Background(), 1, func(e twin.Event) error { all = append(all, e); return nil }); err != nil {
		t.Fatal(err)
	}
	return all
}

func history(t testing.TB, s *Store, id twin.SignalID, from, to time.Time) []twin.Sample {
	t.Helper()
	var all []twin.Sample
	err := s.History(context.Background(), []twin.SignalID{id}, from, to, func(x twin.Sample) error { all = append(all, x); return nil })
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// course returns n samples of a signal, one every step from at on.
func course(id twin.SignalID, at time.Time, step time.Duration, n int) []twin.Sample {
	out := make([]twin.Sample, n)
	for i := range out {
		out[i] = twin.Sample{Signal: id, At: at.Add(time.Duration(i) * step), Value: -21 + math.Round(20*math.Sin(float64(i)/90))/10, Quality: twin.Good}
	}
	return out
}

func TestEventsStayInOrderAcrossOpenings(t *testing.T) {
	dir := t.TempDir()
	ctx := context.Background()
	var sealed []twin.Event
	for round := range 3 {
		s := open(t, dir)
		for i := range 4 {
			e, err := s.Append(ctx, event(t, twin.SituationRaised, noon.Add(time.Duration(round*4+i)*time.Second), twin.Situation{Case: "c <&> 1"}))
			if err != nil {
				t.Fatal(err)
			}
			sealed = append(sealed, e)
		}
		shut(t, s)
	}
	s := open(t, dir)
	if diff := cmp.Diff(sealed, journal(t, s)); diff != "" {
		t.Errorf("journal after three openings (-sealed +read):\n%s", diff)
	}
	v, err := s.Verify(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if v.Events != 12 || v.Hash != sealed[11].Hash || !v.First.Equal(sealed[0].At) || !v.Last.Equal(sealed[11].At) {
		t.Errorf("verdict %+v", v)
	}
	if got := journalFrom(t, s, 11); len(got) != 2 || got[0].Seq != 11 {
		t.Errorf("from event 11: %d events", len(got))
	}
}

func journalFrom(t testing.TB, s *Store, from uint64) []twin.Event {
	t.Helper()
	var all []twin.Event
	if err := s.Events(context.Background(), from, func(e twin.Event) error { all = append(all, e); return nil }); err != nil {
		t.Fatal(err)
	}
	return all
}

func TestABodyWithSpacesKeepsItsHash(t *testing.T) {
	s := open(t, t.TempDir())
	for _, body := range []string{`{ "a" : "<b> & c" }`, ``, `[1,  2]`} {
		if _, err := s.Append(context.Background(), twin.Event{Kind: twin.LinkUp, At: noon, Body: []byte(body)}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Verify(context.Background()); err != nil {
		t.Error(err)
	}
	if _, err := s.Append(context.Background(), twin.Event{Kind: twin.LinkUp, At: noon, Body: []byte(`{`)}); err == nil {
		t.Error("a body that is not JSON was taken")
	}
}

func TestOneProgramAtATime(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	if _, err := Open(context.Background(), Options{Dir: dir}); !errors.Is(err, ErrInUse) {
		t.Fatalf("second opening: %v, want ErrInUse", err)
	}
	shut(t, s)
	open(t, dir)
}

func TestHistoryTellsWhatWasRecorded(t *testing.T) {
	dir := t.TempDir()
	ctx := context.Background()
	start := noon.Add(11 * time.Hour) // so that it runs past midnight
	a := course("freezer-1/air-temperature", start, 4*time.Second, 2345)
	b := course("freezer 2.x/é*>", start, time.Minute, 40)
	c := []twin.Sample{
		{Signal: "camera-1/positions", At: start, Value: 2, Vector: []float64{1, -2, 3, -4}, Quality: twin.Good},
		{Signal: "camera-1/positions", At: start.Add(time.Second), Value: 0, Quality: twin.Uncertain},
		{Signal: "camera-1/positions", At: start.Add(2 * time.Second), Value: math.NaN(), Quality: twin.Bad},
	}
	check := func(s *Store, when string) {
		t.Helper()
		for _, want := range [][]twin.Sample{a, b, c} {
			got := history(t, s, want[0].Signal, time.Time{}, noon.AddDate(1, 0, 0))
			if diff := cmp.Diff(want, got, cmpopts.EquateNaNs(), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("%s, %s (-recorded +told):\n%s", when, want[0].Signal, diff)
			}
		}
		got := history(t, s, a[0].Signal, a[100].At, a[1700].At)
		if diff := cmp.Diff(a[101:1701], got); diff != "" {
			t.Errorf("%s, a part: %s", when, diff)
		}
	}
	s := open(t, dir)
	for _, x := range [][]twin.Sample{a[:1500], b, c, a[1000:], b[:7]} {
		if err := s.Record(x); err != nil {
			t.Fatal(err)
		}
	}
	check(s, "at once")
	if err := s.Flush(ctx); err != nil {
		t.Fatal(err)
	}
	check(s, "after a flush")
	shut(t, s)
	s = open(t, dir)
	check(s, "after opening again")
	if err := s.Record(a[2000:]); err != nil { // the plant tells again what it told before the cut
		t.Fatal(err)
	}
	check(s, "after a repetition")
	from, to, err := s.Span(ctx)
	if err != nil || !from.Equal(start) || !to.Equal(a[len(a)-1].At) {
		t.Errorf("span %s to %s, %v", from, to, err)
	}
	v, err := s.Verify(ctx)
	if want := uint64(len(a) + len(b) + len(c)); err != nil || v.Samples != want {
		t.Errorf("verified %d samples of %d: %v", v.Samples, want, err)
	}
}
