package main

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/connectors/bus"
	"github.com/glasstwin/glasstwin/twin"
)

// TestADemoNeverGoesBackInTime: a second demo on the same site begins on the
// first morning after everything that its history holds.
func TestADemoNeverGoesBackInTime(t *testing.T) {
	d := demo{Dir: filepath.Join(t.TempDir(), "corner-market")}
	first, err := d.start(t.Context())
	if err != nil || !first.Equal(firstDay) {
		t.Errorf("the first demo begins at %s (%v)", first, err)
	}
	for _, row := range []struct {
		last time.Duration // of the history, since the first day
		days int
	}{{20 * time.Minute, 1}, {22*time.Hour + 20*time.Minute, 1}, {23 * time.Hour, 2}, {80 * time.Hour, 4}} {
		store, err := bus.Open(t.Context(), bus.Options{Dir: journalDir(d.Dir), Site: "corner-market"})
		if err != nil {
			t.Fatal(err)
		}
		if err := store.Record([]twin.Sample{{Signal: "a/b", At: firstDay.Add(row.last), Value: 1, Quality: twin.Good}}); err != nil {
			t.Fatal(err)
		}
		if err := store.Close(context.Background()); err != nil {
			t.Fatal(err)
		}
		if got, err := d.start(t.Context()); err != nil || !got.Equal(firstDay.AddDate(0, 0, row.days)) {
			t.Errorf("after a history of %s a demo begins at %s (%v), want day %d", row.last, got, err, row.days)
		}
	}
}
