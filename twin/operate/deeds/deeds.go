// Package deeds keeps what a link did in somebody's name: which warrants were
// carried out, so that none is twice, and whether a value may be written to a
// signal at all. It must never know a protocol or send anything. Start reading at
// Ledger.
package deeds

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/operate"
)

// Errors that a caller may want to tell apart.
var (
	// ErrSpent is returned for a command that was sent before and of which nobody
	// knows whether the plant took it.
	ErrSpent = errors.New("this command was sent to the plant before, and nobody knows whether it was taken: it is not sent twice")
	// ErrNotBound is returned for a signal that no binding ties to the plant.
	ErrNotBound = errors.New("the signal is bound to no node of this plant")
)

// Ledger remembers which warrants were carried out.
type Ledger struct {
	turn    chan struct{} // holds a token while nobody writes
	entries map[deed]*Entry
	order   []deed // oldest first
}

// deed is what a warrant may do once.
type deed struct {
	proposal twin.ProposalID
	rollback bool
}

// Entry is what is known of one deed.
type Entry struct{ State State }

// State is how far a deed got.
type State int

// The states of a deed.
const (
	Unsent  State = iota // nothing reached the plant
	Unsure               // it was sent, and no answer came
	Written              // it was read back
)

// most bounds what is remembered: years of proposals.
const most = 10_000

// NewLedger returns an empty ledger.
func NewLedger() *Ledger {
	b := &Ledger{turn: make(chan struct{}, 1), entries: map[deed]*Entry{}}
	b.turn <- struct{}{}
	return b
}

// Claim waits for one's turn to write and returns what is known of the deed. The
// entry may be changed until release is called.
func (b *Ledger) Claim(ctx context.Context, w operate.Warrant) (e *Entry, release func(), err error) {
	select {
	case <-ctx.Done():
		return nil, nil, ctx.Err()
	case <-b.turn:
	}
	d := deed{w.Proposal(), w.Rollback()}
	e = b.entries[d]
	if e == nil {
		e = &Entry{}
		b.entries[d] = e
		if b.order = append(b.order, d); len(b.order) > most {
			delete(b.entries, b.order[0])
			b.order = b.order[1:]
		}
	}
	return e, func() { b.turn <- struct{}{} }, nil
}

// May tells why a value may not be written, by what the site says of its signals
// and of what each is bound to.
func May(x twin.Write, signals map[twin.SignalID]twin.Signal, address map[twin.SignalID]string) error {
	g, ok := signals[x.Signal]
	switch {
	case !ok:
		return errors.New("there is no such signal")
	case address[x.Signal] == "":
		return ErrNotBound
	case !g.Writable:
		return errors.New("it cannot be written: the site says so")
	case math.IsNaN(x.Value) || math.IsInf(x.Value, 0):
		return fmt.Errorf("%g is no number that can be written", x.Value)
	case g.Range[0] < g.Range[1] && (x.Value < g.Range[0] || x.Value > g.Range[1]):
		return fmt.Errorf("%g is out of range: give %g to %g", x.Value, g.Range[0], g.Range[1])
	}
	return nil
}

// AllHeld tells whether every value is to stay: only such may be set again.
func AllHeld(writes []twin.Write) bool {
	for _, x := range writes {
		if !x.Hold {
			return false
		}
	}
	return true
}
