package opcua_test

import (
	"reflect"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/connectors/opcua"
	"github.com/glasstwin/glasstwin/twin"
)

// TestLookingOnTheWayIsReadingStepByStep plays one drawn run twice, with samples that are
// lost, late and told twice: what is seen on the way and all that is read in the end must
// be the same whether the plant is asked once a minute or once a look.
func TestLookingOnTheWayIsReadingStepByStep(t *testing.T) {
	t.Parallel()
	const minutes, pace = 40, 5 * time.Second
	moving := []twin.SignalID{"camera-1/positions", "freezer-2/air-temperature"}
	play := func(minute func(l *opcua.Link) ([]twin.Sample, error)) (all []twin.Sample) {
		dir := t.TempDir()
		p := &plant{config: dir + "/config", log: dir + "/log", args: []string{"--template", "store", "--speed", "0", "--scenario", "205", "--situation", "communication-loss"}}
		p.run(t, "127.0.0.1:0")
		t.Cleanup(p.kill)
		c := p.reach(t)
		got := demo(t, c)
		c.Signals, c.Bindings, c.Polled = got.Site.Signals, got.Site.Bindings, true
		var e ear
		e.attach(&c)
		link := run(t, c)
		e.await(t, "the link", backMax, isUp)
		var ids []twin.SignalID
		for _, b := range c.Bindings {
			ids = append(ids, b.Signal)
		}
		for range minutes {
			seen, err := minute(link)
			if err != nil {
				t.Fatal(err)
			}
			if want := 11 * len(moving); len(seen) != want {
				t.Fatalf("%d values were seen in a minute, want %d", len(seen), want)
			}
			now, err := link.Read(t.Context(), ids)
			if err != nil {
				t.Fatal(err)
			}
			all = append(append(all, seen...), now...)
		}
		return all
	}
	once := play(func(l *opcua.Link) ([]twin.Sample, error) {
		return l.AdvanceLooking(t.Context(), time.Minute, pace, moving)
	})
	stepwise := play(func(l *opcua.Link) (all []twin.Sample, err error) {
		for range 11 {
			if err := l.Advance(t.Context(), pace); err != nil {
				return nil, err
			}
			seen, err := l.Read(t.Context(), moving)
			if err != nil {
				return nil, err
			}
			all = append(all, seen...)
		}
		return all, l.Advance(t.Context(), pace)
	})
	if len(once) != len(stepwise) {
		t.Fatalf("%d samples, step by step %d", len(once), len(stepwise))
	}
	people := 0
	for i, x := range once {
		y := stepwise[i]
		if x.Value != x.Value && y.Value != y.Value {
			x.Value, y.Value = 0, 0
		}
		if !reflect.DeepEqual(x, y) {
			t.Fatalf("sample %d is %+v, step by step %+v", i, x, y)
		}
		if x.Signal == moving[0] && x.Value > 0 {
			people++
		}
	}
	if people == 0 {
		t.Error("nobody was seen: nothing is shown by it")
	}
}
