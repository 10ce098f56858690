package opcua_test

import (
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

const (
	lossMax = 3 * time.Second  // in which the loss of a plant is known, as promised
	backMax = 10 * time.Second // in which the link is back: the wait before the next attempt, and the plant's own start
)
