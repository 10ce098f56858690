package opcua_test

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/connectors/conntest"
	"github.com/glasstwin/glasstwin/connectors/opcua"
	"github.com/glasstwin/glasstwin/twin"
)

// TestTheLinkKeepsTheLaws runs the suite against the emulated store as a process
// of its own, which dies by kill -9.
func TestTheLinkKeepsTheLaws(t *testing.T) {
	conntest.Run(t, func(t *testing.T) *conntest.Bench {
		p := start(t, t.TempDir(), "--speed", "1")
		c := p.reach(t)
		site := demo(t, c).Site
		c.Signals, c.Bindings = site.Signals, site.Bindings
		return &conntest.Bench{
			Site: site,
			Open: func(s conntest.Sinks) (conntest.Link, error) {
				c.Receive, c.Changed = s.Receive, s.Changed
				return opcua.New(c)
			},
			Cut:  func(testing.TB) { p.kill() },
			Mend: p.again,
			Lost: lossMax, Back: backMax,
			Step:    time.Second,
			Hold:    twin.Write{Signal: "freezer-2/set-point", Value: -22, Before: -20},
			Command: twin.Write{Signal: "freezer-2/door-close-command", Value: 1},
			Fixed:   "freezer-2/air-temperature",
			Beyond:  twin.Write{Signal: "freezer-2/set-point", Value: 40, Hold: true},
			Taken: func(t testing.TB, id twin.SignalID) int {
				switch id {
				case "freezer-2/set-point":
					return p.told(t, "freezer-2/set-point written:")
				case "freezer-2/door-close-command":
					return p.told(t, "freezer-2/door-close-command written:")
				}
				return 0
			},
		}
	})
}

// TestThePlantsClockKeepsTheLaws runs against an emulated site that moves by calls
// alone.
func TestThePlantsClockKeepsTheLaws(t *testing.T) {
	conntest.RunClock(t, func(t *testing.T) *conntest.Bench {
		dir := t.TempDir()
		p := &plant{config: filepath.Join(dir, "config"), log: filepath.Join(dir, "log"), args: []string{"--template", "home", "--speed", "0"}}
		p.run(t, "127.0.0.1:0")
		t.Cleanup(p.kill)
		c := p.reach(t)
		const warm = "thermostat-1/temperature"
		site := &twin.Site{
			Assets:   []twin.Asset{{ID: "thermostat-1"}},
			Signals:  []twin.Signal{{ID: warm, Asset: "thermostat-1", Name: "temperature", Kind: twin.Analog}},
			Bindings: []twin.Binding{{Signal: warm, Plant: c.Plant, Address: "nsu=urn:glasstwin:corner-market;s=thermostat-1.Temperature"}},
		}
		c.Signals, c.Bindings, c.Polled = site.Signals, site.Bindings, true
		return &conntest.Bench{
			Site: site, Fixed: warm, Step: 10 * time.Second, Lost: lossMax, Cut: func(testing.TB) { p.kill() },
			Open: func(s conntest.Sinks) (conntest.Link, error) {
				c.Receive, c.Changed = s.Receive, s.Changed
				return opcua.New(c)
			},
		}
	})
}

// TestAPlantWithAClockOfItsOwnIsNotMoved: every real plant is one.
func TestAPlantWithAClockOfItsOwnIsNotMoved(t *testing.T) {
	p := start(t, t.TempDir(), "--speed", "1")
	c := p.reach(t)
	site := demo(t, c).Site
	c.Signals, c.Bindings = site.Signals, site.Bindings
	up := make(chan struct{}, 1)
	c.Receive = func([]twin.Sample) error { return nil }
	c.Changed = func(_ context.Context, is bool, _ string) error {
		if is {
			select {
			case up <- struct{}{}:
			default:
			}
		}
		return nil
	}
	link, err := opcua.New(c)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- link.Run(ctx) }()
	<-up
	if err := link.Advance(t.Context(), time.Second); !errors.Is(err, opcua.ErrOwnClock) {
		t.Errorf("told %v", err)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

const (
	lossMax = 3 * time.Second  // in which the loss of a plant is known, as promised
	backMax = 10 * time.Second // in which the link is back: the wait before the next attempt, and the plant's own start
)
