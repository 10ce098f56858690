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

// Once carries a warrant out, after those before it, unless it was: send gives the
// values to the plant and says in the entry how far it came. Of what was sent before and
// not answered, stands tells by nil that the plant has it; a value that stays is sent
// again where it has not, a command never. An error after which the plant may have
// taken it is operate.ErrUnsure, too.
func (b *Ledger) Once(ctx context.Context, w operate.Warrant, stands func() error, send func(*Entry) error) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-b.turn:
	}
	defer func() { b.turn <- struct{}{} }()
	e := b.entry(deed{w.Proposal(), w.Rollback()})
	err := e.finish(w, stands, send)
	if err != nil && e.State == Unsure {
		return fmt.Errorf("%w (%w)", err, operate.ErrUnsure)
	}
	return err
}

func (e *Entry) finish(w operate.Warrant, stands func() error, send func(*Entry) error) error {
	switch e.State {
	case Written:
		return nil
	case Unsure:
		if !allHeld(w.Writes()) {
			return ErrSpent // a command may have been carried out and have reset itself
		}
		if stands() == nil {
			e.State = Written
			return nil
		}
	}
	return send(e)
}

// entry is what is known of a deed.
func (b *Ledger) entry(d deed) *Entry {
	e := b.entries[d]
	if e == nil {
		e = &Entry{}
		b.entries[d] = e
		if b.order = append(b.order, d); len(b.order) > most {
			delete(b.entries, b.order[0])
			b.order = b.order[1:]
		}
	}
	return e
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

// allHeld tells whether every value is to stay: only such may be set again.
func allHeld(writes []twin.Write) bool {
	for _, x := range writes {
		if !x.Hold {
			return false
		}
	}
	return true
}
