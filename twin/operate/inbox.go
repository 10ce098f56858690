package operate

import (
	"sync"

	"github.com/glasstwin/glasstwin/twin"
)

// inboxMax bounds what waits for the next Tick; the oldest is dropped beyond
// it, as a state needs the newest most. It is 90 minutes of 300 signals at the
// rates of the demo store, with room to spare for a recall after a restart.
const inboxMax = 4 << 20

// inbox holds what was observed since the last Tick, so that a connector never
// waits for the loop.
type inbox struct {
	mu      sync.Mutex
	samples []twin.Sample
	linked  bool
}

// Observe takes samples of the plant, live or recalled. It never waits.
func (o *Operator) Observe(samples []twin.Sample) {
	o.inbox.mu.Lock()
	defer o.inbox.mu.Unlock()
	o.inbox.samples = append(o.inbox.samples, samples...)
	if over := len(o.inbox.samples) - inboxMax; over > 0 {
		o.inbox.samples = append(o.inbox.samples[:0:0], o.inbox.samples[over:]...)
	}
}

// SetLinked tells whether the link to the plant is up. While it is lost nothing
// is raised, proposed, written or judged. It never waits.
func (o *Operator) SetLinked(up bool) {
	o.inbox.mu.Lock()
	defer o.inbox.mu.Unlock()
	o.inbox.linked = up
}

func (o *Operator) takeInbox() {
	o.inbox.mu.Lock()
	samples, linked := o.inbox.samples, o.inbox.linked
	o.inbox.samples = nil
	o.inbox.mu.Unlock()
	o.state.SetLinked(linked)
	for _, s := range samples {
		o.state.Apply(s)
	}
}
