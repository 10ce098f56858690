package operate

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/twin"
)

// boosted lets a compressor wear slightly, so that its cabinet stays cold
// enough without help, until the boost that answers it is verified.
func boosted(t *testing.T, weak float64) *world {
	t.Helper()
	w := newWorld(t, twin.Auto, "freezer-1")
	w.user = nil
	w.warmUp()
	w.cabinets[0].worn, w.cabinets[0].weak = true, weak
	for range 600 {
		w.run(sampleEvery)
		if got := w.results(); len(got) > 0 {
			if got[0] != twin.Verified || w.cabinets[0].boost != 1 {
				t.Fatalf("it ended as %v", got)
			}
			return w
		}
	}
	t.Fatalf("nothing was done: %s, %q", w.kinds(), w.cases()[0].Why)
	return nil
}

func holds(w *world) []twin.HoldNote {
	var out []twin.HoldNote
	for _, e := range w.events {
		if e.Kind == twin.HoldReleased {
			out = append(out, bodyAs[twin.HoldNote](w.t, e))
		}
	}
	return out
}

func TestAStopGivesBackWhatIsHeld(t *testing.T) {
	ctx := context.Background()
	w := boosted(t, 6)
	if err := w.operator.Stop(ctx, "lee"); err != nil {
		t.Fatal(err)
	}
	if got := holds(w); len(got) != 1 || got[0].Kept || w.cabinets[0].boost != 0 {
		t.Fatalf("%+v, boost %v: %s", got, w.cabinets[0].boost, w.kinds())
	}
	if by, yes := w.operator.Stopped(); !yes || by != "lee" {
		t.Errorf("stopped %v by %q", yes, by)
	}
	for class, mode := range w.operator.Modes() {
		if mode != twin.Advise {
			t.Errorf("%s is %s", class, mode)
		}
	}
	if err := w.operator.SetMode(ctx, "close-door", twin.Auto, "lee"); !errors.Is(err, ErrStopped) {
		t.Errorf("a mode was set while stopped: %v", err)
	}
	n := len(w.wrote)
	w.run(3 * time.Hour)
	w.boot() // it lasts over a restart, and gives nothing back twice
	w.run(3 * time.Hour)
	if _, yes := w.operator.Stopped(); !yes || len(w.wrote) != n || len(holds(w)) != 1 {
		t.Errorf("stopped %v, written %+v", yes, w.wrote[n:])
	}
	if err := w.operator.Release(ctx, "lee"); err != nil {
		t.Fatal(err)
	}
	for class, mode := range w.operator.Modes() {
		if mode != twin.Approve {
			t.Errorf("after the release %s is %s", class, mode)
		}
	}
	w.settled()
}

// What keeps goods from spoiling is not let go with nobody there.
func TestAStopKeepsWhatGoodsNeed(t *testing.T) {
	w := boosted(t, 12)
	if err := w.operator.Stop(context.Background(), "lee"); err != nil {
		t.Fatal(err)
	}
	got := holds(w)
	if len(got) != 1 || !got[0].Kept || !strings.Contains(got[0].Why, "warmer than -12 °C") || w.cabinets[0].boost != 1 {
		t.Fatalf("%+v, boost %v", got, w.cabinets[0].boost)
	}
	w.run(time.Hour)
	if len(holds(w)) != 1 {
		t.Errorf("told %d times", len(holds(w)))
	}
}

// What is being watched is taken back; what somebody else set is left alone;
// without a link it is done when there is one, also after a restart.
func TestAStopInTheMiddle(t *testing.T) {
	ctx := context.Background()
	w := worn(t, twin.Auto)
	w.user = nil
	for len(w.wrote) == 0 {
		w.run(sampleEvery)
	}
	if err := w.operator.Stop(ctx, "lee"); err != nil {
		t.Fatal(err)
	}
	if got := w.results(); len(got) != 1 || got[0] != twin.Stopped || w.cabinets[0].boost != 0 {
		t.Errorf("outcomes %v, boost %v", got, w.cabinets[0].boost)
	}
	w.settled()

	w = boosted(t, 6)
	w.cabinets[0].boost = 0.5
	w.run(sampleEvery)
	if err := w.operator.Stop(ctx, "lee"); err != nil {
		t.Fatal(err)
	}
	if got := holds(w); len(got) != 1 || !strings.Contains(got[0].Why, "somebody else") || w.cabinets[0].boost != 0.5 {
		t.Errorf("%+v, boost %v", got, w.cabinets[0].boost)
	}

	w = boosted(t, 6)
	w.dark = true
	w.run(time.Minute)
	if err := w.operator.Stop(ctx, "lee"); err != nil {
		t.Fatal(err)
	}
	w.boot()
	w.run(time.Minute)
	if len(holds(w)) != 0 || w.cabinets[0].boost != 1 {
		t.Errorf("in the dark: %+v", holds(w))
	}
	w.dark = false
	w.run(2 * time.Minute)
	if got := holds(w); len(got) != 1 || w.cabinets[0].boost != 0 {
		t.Errorf("with the link back: %+v, boost %v", got, w.cabinets[0].boost)
	}
	w.settled()
}

func TestWhoMayStopAndRelease(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t, twin.Auto, "freezer-1")
	w.site.Users = []twin.User{{Name: "kim", Release: true}, {Name: "mina"}}
	w.boot()
	if err := w.operator.Stop(ctx, "a customer"); err != nil {
		t.Errorf("anybody may stop: %v", err)
	}
	if err := w.operator.Stop(ctx, "mina"); err != nil || strings.Count(w.kinds(), string(twin.StopPressed)) != 1 {
		t.Errorf("stopped twice: %v, %s", err, w.kinds())
	}
	if err := w.operator.Release(ctx, "mina"); !errors.Is(err, ErrRight) {
		t.Errorf("mina released it: %v", err)
	}
	if err := w.operator.Release(ctx, ""); !errors.Is(err, ErrNameless) {
		t.Errorf("nobody released it: %v", err)
	}
	if err := w.operator.Release(ctx, "kim"); err != nil {
		t.Error(err)
	}
	if _, yes := w.operator.Stopped(); yes {
		t.Error("it is still stopped")
	}
}

// A stop whose event cannot be stored is not one, and says so.
func TestAStopThatCannotBeStored(t *testing.T) {
	w := newWorld(t, twin.Auto, "freezer-1")
	w.boot()
	w.gate.fails = func() bool { return true }
	if err := w.operator.Stop(context.Background(), "lee"); err == nil {
		t.Error("no error")
	}
	if _, yes := w.operator.Stopped(); yes {
		t.Error("it claims to be stopped")
	}
}
