package operate

import (
	"context"
	"fmt"

	"github.com/glasstwin/glasstwin/twin"
)

// Resume takes up where the journal ends: cases, modes, decisions, and actions
// that were under way. An action of which only the intention stands there is
// looked into by the next Ticks. To be called once, before the first Tick.
func (o *Operator) Resume(ctx context.Context) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	fresh := newBook()
	fresh.modes = startModes(o.site, o.remedies)
	o.book = fresh
	if err := o.journal.Events(ctx, 1, o.book.apply); err != nil {
		return fmt.Errorf("replay the journal: %w", err)
	}
	o.errands = map[twin.ProposalID]errand{}
	o.resumed = true
	o.publish()
	return nil
}

// findOut deals with an action that was intended but of which the journal does
// not say that it was written. Values that stay are read back; a command leaves
// no trace, so it is not repeated, and only its effect can tell.
func (o *Operator) findOut(ctx context.Context, c *dossier, e errand) error {
	p := *c.Proposal
	if momentary(p) {
		return o.conclude(ctx, c, twin.Interrupted, fmt.Sprintf(
			"the program ended while it wrote; whether %s reached the plant is not known. It is not repeated; its effect is watched", p.Class))
	}
	if !o.state.Linked() || o.now().Before(e.askAt) {
		return nil
	}
	stands, err := o.stands(ctx, p.Writes)
	if err != nil {
		e.askAt = o.now().Add(askAgain)
		o.errands[p.ID] = e
		return fmt.Errorf("find out whether proposal %s was written: %w", p.ID, err)
	}
	result, why := twin.Interrupted, "the program ended while it wrote"
	if e.cause != "" {
		result, why = twin.Failed, "the write failed: "+e.cause
	}
	switch {
	case every(stands):
		o.errands[p.ID] = errand{wrote: true}
		return o.logWritten(ctx, c)
	case some(stands):
		return o.rollBack(ctx, c, result, why+"; only a part was written")
	}
	return o.conclude(ctx, c, result, why+"; the plant has the values of before")
}
