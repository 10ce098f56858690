//go:build linux

package bus

import (
	"context"
	"os"
	"strings"
	"syscall"
	"testing"

	"github.com/glasstwin/glasstwin/twin"
)

// TestTheDiskIsFull fills a small disk of its own with the journal: an append that
// does not fit is refused and none that was taken is lost, what is left verifies, and
// when there is room again it goes on where it stopped.
func TestTheDiskIsFull(t *testing.T) {
	if os.Getenv("GLASSTWIN_LONG") == "" {
		t.Skip("set GLASSTWIN_LONG=1: an append waits ten seconds for a disk")
	}
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=100g"); err != nil && os.Getenv("CI") == "true" {
		t.Fatalf("mount a small disk: %v", err)
	} else if err != nil {
		t.Skipf("mounting a small disk needs a right that this user lacks: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	ctx := context.Background()
	s, err := Open(ctx, Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("tmpfs", dir, "tmpfs", syscall.MS_REMOUNT, "size=6m"); err != nil {
		t.Fatal(err)
	}
	long := strings.Repeat("why ", 50_000)
	var taken []twin.Event
	for range 60 {
		e, failed := s.Append(ctx, event(t, twin.LinkUp, noon, twin.LinkNote{Reason: long}))
		if err = failed; err != nil {
			break
		}
		taken = append(taken, e)
	}
	if err == nil || len(taken) == 0 {
		t.Fatalf("%d events of 200 kB went onto 6 MB: %v", len(taken), err)
	}
	t.Logf("after %d events: %v", len(taken), err)
	if _, again := s.Append(ctx, event(t, twin.LinkLost, noon, twin.LinkNote{Reason: long})); again == nil {
		t.Error("it took another one of that size")
	}
	_ = s.Close(ctx) // it may say that it could not keep everything
	if err := syscall.Mount("tmpfs", dir, "tmpfs", syscall.MS_REMOUNT, "size=100g"); err != nil && os.Getenv("CI") == "true" {
		t.Fatalf("mount a small disk: %v", err)
	} else if err != nil {
		t.Fatal(err)
	}
	s = open(t, dir)
	all := journal(t, s)
	if len(all) < len(taken) {
		t.Fatalf("%d events are left of %d that were taken", len(all), len(taken))
	}
	for i, e := range taken {
		if all[i].Hash != e.Hash {
			t.Errorf("event %d is another", i+1)
		}
	}
	if _, err := s.Append(ctx, event(t, twin.LinkUp, noon, nil)); err != nil {
		t.Errorf("it does not go on: %v", err)
	}
	if _, err := s.Verify(ctx); err != nil {
		t.Error(err)
	}
}
