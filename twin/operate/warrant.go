package operate

import (
	"errors"
	"fmt"
	"time"

	"github.com/glasstwin/glasstwin/twin"
)

// Warrant is the permission for one write to a plant. Only this package makes a
// valid one; a connector refuses every other, the zero Warrant included. It
// names the proposal it serves, the guards that were passed and who decided.
type Warrant struct {
	proposal twin.ProposalID
	writes   []twin.Write
	guards   []twin.GuardResult
	by       string
	until    time.Time // this machine's time
	rollback bool
}

// ErrNoWarrant is returned by Check for a Warrant that operate did not make.
var ErrNoWarrant = errors.New("this write carries no warrant: only an approved proposal may write to a plant")

// Check returns nil when the warrant is genuine and now is before its end.
func (w Warrant) Check(now time.Time) error {
	if w.proposal == "" || w.by == "" || len(w.writes) == 0 {
		return ErrNoWarrant
	}
	if !now.Before(w.until) {
		return fmt.Errorf("the warrant for proposal %s ended at %s: propose again", w.proposal, w.until.Format(time.RFC3339))
	}
	return nil
}

// Proposal is what the warrant was given for; a connector is idempotent by it
// together with Rollback.
func (w Warrant) Proposal() twin.ProposalID { return w.proposal }

// Rollback tells whether the writes restore what was before.
func (w Warrant) Rollback() bool { return w.rollback }

// Writes returns a copy of what may be written.
func (w Warrant) Writes() []twin.Write { return append([]twin.Write(nil), w.writes...) }

// Guards returns a copy of the guards that were passed.
func (w Warrant) Guards() []twin.GuardResult { return append([]twin.GuardResult(nil), w.guards...) }

// By is the user who approved, or "auto".
func (w Warrant) By() string { return w.by }

// Until is the end of the warrant, this machine's time.
func (w Warrant) Until() time.Time { return w.until }
