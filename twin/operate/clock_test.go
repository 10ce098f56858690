package operate

import (
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/twin"
)

// The plant's clock jumps while an action is under way: forward, past its watch, or
// back, so that what comes is late until the time is made up. Nothing is written
// twice, and the case comes to its end.
func TestTheClockJumpsInAnAction(t *testing.T) {
	for _, jump := range []time.Duration{3 * time.Hour, 26 * time.Hour, -20 * time.Minute, -2 * time.Hour} {
		t.Run(jump.String(), func(t *testing.T) {
			w := newWorld(t, twin.Approve, "freezer-1")
			w.warmUp()
			w.cabinets[0].ajar = true
			for end := w.now.Add(shift); len(w.wrote) == 0; w.run(sampleEvery) {
				if w.now.After(end) {
					t.Fatalf("nothing was written: %s", w.kinds())
				}
			}
			w.now = w.now.Add(jump)
			w.run(shift)
			w.run(max(0, -jump))
			forth := 0
			for _, x := range w.wrote {
				if !x.rollback {
					forth++
				}
			}
			c := w.cases()[0]
			if forth != 1 || c.Outcome == nil {
				t.Errorf("written %d times: %+v; outcome %+v", forth, w.wrote, c.Outcome)
			}
			w.settled()
		})
	}
}
