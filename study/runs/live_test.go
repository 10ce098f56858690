package runs_test

import (
	"context"
	"errors"
	"math"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/study/runs"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/codec/recording"
)

// sent is a history that holds of each signal what was sent when it changed.
func sent(rec *recording.Run, since time.Time) runs.History {
	by := map[twin.SignalID][]twin.Sample{}
	for k := range rec.At {
		for _, x := range rec.Came(k) {
			list := by[x.Signal]
			if x.Signal == "" || x.At.Before(since) || len(list) > 0 && (!x.At.After(list[len(list)-1].At) || x.Value == list[len(list)-1].Value && x.Quality == list[len(list)-1].Quality) {
				continue
			}
			by[x.Signal] = append(list, x)
		}
	}
	return func(_ context.Context, ids []twin.SignalID, from, to time.Time, fn func(twin.Sample) error) error {
		for _, id := range ids {
			for _, x := range by[id] {
				if x.At.After(from) && !x.At.After(to) {
					if err := fn(x); err != nil {
						return err
					}
				}
			}
		}
		return nil
	}
}

func TestASiteThatIsWatchedIsTheRunThatWasRecorded(t *testing.T) {
	file := filepath.Join(recorded(t, "stuck-valve", 2), "home-stuck-valve-0002.run")
	rec, _, err := recording.OpenRun(file)
	if err != nil {
		t.Fatal(err)
	}
	r, err := runs.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	last := r.At[len(r.At)-1]
	live, err := runs.Live(t.Context(), rec.Site, r.At[0], last, r.At[55], sent(rec, time.Time{}))
	if err != nil {
		t.Fatal(err)
	}
	if len(live.At) != len(r.At) || live.Well != 55 || live.Seen < 50 || live.Classes["heat-pump-1"] != "heat-pump" || live.Enough() != nil {
		t.Fatalf("%d readings of %d, %d well, %d seen", len(live.At), len(r.At), live.Well, live.Seen)
	}
	same, all := 0, 0
	for _, s := range rec.Site.Signals {
		if s.Kind == twin.Positions {
			continue
		}
		a, b := r.Values(string(s.ID)), live.Values(string(s.ID))
		for k := range a {
			if math.IsNaN(a[k]) {
				continue // a telegram was lost, after which nothing is held for long
			}
			if all++; a[k] == b[k] {
				same++
			}
		}
	}
	if all < 10_000 || float64(same) < 0.95*float64(all) {
		t.Errorf("%d of %d values are those that were recorded", same, all)
	}
	late, err := runs.Live(t.Context(), rec.Site, r.At[0], last, r.At[55], sent(rec, r.At[50]))
	if err != nil {
		t.Fatal(err)
	}
	if late.Seen > 6 || !errors.Is(late.Enough(), runs.ErrShort) {
		t.Errorf("watched for five minutes before, it has %d readings that say what is usual", late.Seen)
	}
	if _, err := runs.Live(t.Context(), rec.Site, last, r.At[0], last, sent(rec, time.Time{})); err == nil {
		t.Error("a run that ends before it begins was made")
	}
}

func TestWhatStandsSinceLongIsKnown(t *testing.T) {
	site := &twin.Site{ID: "s", Assets: []twin.Asset{{ID: "a", Class: "door-contact"}},
		Signals: []twin.Signal{{ID: "a/open", Asset: "a", Name: "open", Kind: twin.Boolean}, {ID: "a/alive", Asset: "a", Name: "alive"}}}
	at := time.Date(2026, 6, 3, 10, 0, 0, 0, time.UTC)
	history := func(_ context.Context, ids []twin.SignalID, from, to time.Time, fn func(twin.Sample) error) error {
		var all []twin.Sample
		switch ids[0] {
		case "a/open":
			all = []twin.Sample{{Signal: "a/open", At: at.Add(-20 * time.Hour), Value: 1, Quality: twin.Good}, {Signal: "a/open", At: at.Add(40*time.Minute + time.Second), Value: 0, Quality: twin.Good}}
		case "a/alive":
			for k := range 30 {
				all = append(all, twin.Sample{Signal: "a/alive", At: at.Add(time.Duration(k) * time.Minute), Value: float64(k), Quality: twin.Good})
			}
		}
		for _, x := range all {
			if x.At.After(from) && !x.At.After(to) {
				if err := fn(x); err != nil {
					return err
				}
			}
		}
		return nil
	}
	r, err := runs.Live(t.Context(), site, at, at.Add(time.Hour), at.Add(20*time.Minute), history)
	if err != nil {
		t.Fatal(err)
	}
	open := r.Values("a/open")
	if open[0] != 1 || open[33] != 1 || !math.IsNaN(open[39]) || open[41] != 0 || slices.Contains(open[:34], 0) {
		t.Errorf("open %v", open)
	}
	if got := r.LastHeard("a"); !got.Before(at.Add(time.Hour)) || got.Before(at.Add(41*time.Minute)) || !r.LastHeard("b").Equal(at.Add(time.Hour)) {
		t.Errorf("last heard at %v", got)
	}
	if !math.IsNaN(open[60]) {
		t.Error("a device of which nothing comes for a quarter of an hour still has a value")
	}
}

func TestWhatIsAskedOfARunEndsWhenItIsAsked(t *testing.T) {
	r, err := runs.Open(filepath.Join(recorded(t, "stuck-valve", 2), "home-stuck-valve-0002.run"))
	if err != nil {
		t.Fatal(err)
	}
	onset, at := r.At[70], r.At[120]
	a := r.Asked(onset, at, time.Time{})
	if !a.At[len(a.At)-1].Equal(at) || len(a.At) < 90 || !a.At[a.Well].Equal(onset.Add(-5*time.Minute)) {
		t.Errorf("%d readings to %v, usual until %v", len(a.At), a.At[len(a.At)-1], a.At[a.Well])
	}
	const id = "thermostat-1/temperature"
	if v := a.Values(id); v[len(v)-1] != r.Values(id)[120] {
		t.Errorf("the last is %g, not %g", v[len(v)-1], r.Values(id)[120])
	}
	early := r.Asked(r.At[20], r.At[40], time.Time{})
	if len(early.At) < 90 || !math.IsNaN(early.Values(id)[0]) || early.Seen != 15 || early.Enough() != nil {
		t.Errorf("asked before the run's first 90 minutes: %d readings, the first %g, %d seen", len(early.At), early.Values(id)[0], early.Seen)
	}
}
