package opcua

import (
	"context"

	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/operate"
)

// ledger remembers which warrants were carried out, so that none is twice.
type ledger struct {
	turn    chan struct{} // holds a token while nobody writes
	entries map[deed]*entry
	order   []deed // oldest first
}

// deed is what a warrant may do once.
type deed struct {
	proposal twin.ProposalID
	rollback bool
}

type entry struct{ state deedState }

type deedState int

const (
	unsent  deedState = iota // nothing reached the plant
	unsure                   // it was sent, and no answer came
	written                  // it was read back
)

// ledgerMax bounds what is remembered: years of proposals.
const ledgerMax = 10_000

func newLedger() *ledger {
	b := &ledger{turn: make(chan struct{}, 1), entries: map[deed]*entry{}}
	b.turn <- struct{}{}
	return b
}

// claim waits for one's turn to write and returns what is known of the deed.
// The entry may be changed until release is called.
func (b *ledger) claim(ctx context.Context, w operate.Warrant) (*entry, func(), error) {
	select {
	case <-ctx.Done():
		return nil, nil, ctx.Err()
	case <-b.turn:
	}
	d := deed{w.Proposal(), w.Rollback()}
	e := b.entries[d]
	if e == nil {
		e = &entry{}
		b.entries[d] = e
		if b.order = append(b.order, d); len(b.order) > ledgerMax {
			delete(b.entries, b.order[0])
			b.order = b.order[1:]
		}
	}
	return e, func() { b.turn <- struct{}{} }, nil
}
