package bus

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"github.com/glasstwin/glasstwin/twin"
)

// keeper keeps count of ages, and of the deletion that is under way.
type keeper struct {
	store *Store

	turn    sync.Mutex   // one deletion after another
	reading sync.RWMutex // a reader of positions finds a sample where it was or where it is, not in between

	mu    sync.Mutex
	notes keeperNotes
	ran   time.Duration // of the store's running, when it was last counted
}

// keeperNotes is what is kept of it beside the journal.
type keeperNotes struct {
	Clock   clock
	Pending *pendingNote `json:",omitempty"`
}

// pendingNote is a deletion that began and of which the journal does not tell yet.
type pendingNote struct {
	Note  twin.PositionsNote
	Seen  int64  // its other limit
	After uint64 // the newest event when it began
}

// readKeeper takes up what an earlier opening noted.
func (s *Store) readKeeper(ctx context.Context) error {
	s.keeper = &keeper{store: s, ran: s.opts.Running()}
	m, ok, err := s.last(ctx, s.names.keeper, s.names.keeperSub)
	if err != nil || !ok {
		return err
	}
	if err := json.Unmarshal(m.data, &s.keeper.notes); err != nil {
		return fmt.Errorf("%w: the note of how old positions are does not read: %w", ErrDamaged, err)
	}
	return nil
}

// begin sets the clock of a store that has none yet.
func (k *keeper) begin(reach span) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if !k.notes.Clock.Machine.IsZero() {
		k.notes.Clock.opened(k.wall())
		return
	}
	var plant time.Time
	if !reach.empty() {
		plant = time.Unix(0, reach.last).UTC()
	}
	k.notes.Clock = start(k.wall(), plant)
}

// wall is what this machine's clock tells.
func (k *keeper) wall() time.Time { return k.store.opts.Now().Round(0).UTC() }

// pass lets the clock go on, and returns it as it is then.
func (k *keeper) pass() clock {
	r := k.store.recorder
	r.mu.Lock()
	defer r.mu.Unlock()
	return k.passIn(r)
}

// passIn does the same for who holds the recorder's lock.
func (k *keeper) passIn(r *recorder) clock {
	var heard time.Time
	if r.heard != 0 {
		heard = time.Unix(0, r.heard).UTC()
	}
	r.heard = 0
	k.mu.Lock()
	defer k.mu.Unlock()
	ran := k.store.opts.Running()
	if k.notes.Clock.Machine.IsZero() { // the newest telemetry is still being read
		return start(k.wall(), heard)
	}
	k.notes.Clock.pass(k.wall(), ran-k.ran, heard)
	k.ran = ran
	return k.notes.Clock
}

func (k *keeper) pending() *pendingNote {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.notes.Pending
}

// note makes what is known durable, with the deletion that is under way.
func (k *keeper) note(ctx context.Context, p *pendingNote) error {
	k.mu.Lock()
	k.notes.Pending = p
	data, err := json.Marshal(k.notes)
	k.mu.Unlock()
	if err != nil {
		return fmt.Errorf("encode how old positions are: %w", err)
	}
	if _, err := k.store.js.Publish(ctx, k.store.names.keeperSub, data); err != nil {
		return fmt.Errorf("note how old positions are: %w", k.store.explain(err))
	}
	return nil
}

// end notes how long the program ran.
func (k *keeper) end(ctx context.Context) error {
	if !k.store.forgets() {
		return nil
	}
	k.pass()
	return k.note(ctx, k.pending())
}

// TrustClock takes this machine's clock as right, though neither the plant nor a
// day has confirmed it.
func (s *Store) TrustClock() {
	s.keeper.mu.Lock()
	defer s.keeper.mu.Unlock()
	s.keeper.notes.Clock.believe(s.keeper.wall())
}
