package app

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/xai"
)

// Fold rebuilds the cases, modes and marks from journal events taken in order:
// the same code shows the present and any moment of the past. The zero Fold
// stands before the first event.
type Fold struct {
	cases map[twin.CaseID]*Case
	order []twin.CaseID
	modes map[twin.ActionClass]twin.Mode
	marks []Mark
	lost  *twin.Event // of the link, newest; nil while it is up
	heard bool        // of a link at all
	stop  *twin.StopNote
}

// marksMax bounds the time line; older marks fall off first.
const marksMax = 2000

// Apply takes the next event. An event whose body does not read is an error
// that names it; the fold is then as before.
func (f *Fold) Apply(e twin.Event) error {
	if f.cases == nil {
		f.cases = map[twin.CaseID]*Case{}
		f.modes = map[twin.ActionClass]twin.Mode{}
	}
	step, err := f.step(e)
	if err != nil {
		return fmt.Errorf("journal event %d (%s): %w", e.Seq, e.Kind, err)
	}
	if step != nil {
		c := f.of(e.Case)
		step(c)
	}
	if text, ok := markText(e); ok {
		f.marks = append(f.marks, Mark{At: e.At, Kind: e.Kind, Case: e.Case, Text: text})
		if len(f.marks) > marksMax {
			f.marks = slices.Delete(f.marks, 0, len(f.marks)-marksMax)
		}
	}
	return nil
}

// step decodes the body of e into what it changes about its case; nil when it
// concerns no case.
func (f *Fold) step(e twin.Event) (func(*Case), error) {
	switch e.Kind {
	case twin.SituationRaised:
		s, err := body[twin.Situation](e)
		return func(c *Case) { c.Situation, c.Stage = s, Detected }, err
	case twin.SituationEnded:
		_, err := body[twin.Situation](e)
		return func(c *Case) { c.EndedAt = e.At }, err
	case twin.DiagnosisMade:
		d, err := body[twin.Diagnosis](e)
		return func(c *Case) {
			if c.answered() {
				return
			}
			c.Diagnosis = &d
			if c.Stage == Detected {
				c.Stage = Diagnosed
			}
		}, err
	case twin.Explained:
		x, err := body[xai.Explanation](e)
		return func(c *Case) {
			if !c.answered() {
				c.Explanation = &x
			}
		}, err
	case twin.ProposalMade:
		p, err := body[twin.Proposal](e)
		return func(c *Case) {
			c.Proposal, c.Stage, c.Decision, c.First, c.Outcome, c.Guards, c.ActedAt = &p, Proposed, nil, nil, nil, nil, time.Time{}
		}, err
	case twin.GuardsChecked:
		g, err := body[[]twin.GuardResult](e)
		return func(c *Case) { c.Guards = g }, err
	case twin.DecisionMade:
		d, err := body[twin.Decision](e)
		return func(c *Case) {
			c.Decision, c.First = &d, nil
			if !d.Approved {
				c.Stage = Abandoned
			}
		}, err
	case twin.ActionIntended, twin.ActionWritten:
		p, err := body[twin.Proposal](e)
		return func(c *Case) {
			c.Stage, c.ActedAt = Acting, e.At
			if c.Proposal != nil && p.Predicted.Signal != "" {
				renewed := *c.Proposal
				renewed.Predicted = p.Predicted // anew, as of the write
				c.Proposal = &renewed
			}
		}, err
	case twin.OutcomeRecorded:
		o, err := body[twin.Outcome](e)
		return func(c *Case) { c.conclude(o) }, err
	case twin.ModeChanged:
		m, err := body[twin.ModeNote](e)
		if err == nil {
			f.modes[m.Class] = m.To
		}
		return nil, err
	case twin.ApprovalGiven:
		d, err := body[twin.Decision](e)
		return func(c *Case) { c.First = &d }, err
	case twin.SituationJoined, twin.SituationLeft:
		s, err := body[twin.Situation](e)
		return func(c *Case) { c.gather(s, e.Kind == twin.SituationJoined) }, err
	case twin.Escalated:
		x, err := body[twin.Escalation](e)
		return func(c *Case) { c.Escalated = &x }, err
	case twin.StopPressed:
		n, err := body[twin.StopNote](e)
		if err == nil {
			f.stop = &n
			maps.Copy(f.modes, n.Stopped())
		}
		return nil, err
	case twin.StopReleased:
		n, err := body[twin.StopNote](e)
		if err == nil {
			f.stop = nil
			maps.Copy(f.modes, n.Released())
		}
		return nil, err
	case twin.AutonomyLowered:
		n, err := body[twin.AutonomyNote](e)
		if err == nil {
			f.modes[n.Class] = n.To
		}
		return nil, err
	case twin.LinkLost:
		f.lost, f.heard = &e, true
		return nil, nil
	case twin.LinkUp:
		f.lost, f.heard = nil, true
		return nil, nil
	default:
		return nil, nil
	}
}

// answered tells that the case is being acted on or was mended by it: from then
// on it is told with the diagnosis that was acted on, since the newer ones only
// see the fault go.
func (c *Case) answered() bool {
	return c.Stage == Acting || c.Outcome != nil && c.Outcome.Result == twin.Verified
}

// gather takes in that an asset joined the case or left it.
func (c *Case) gather(s twin.Situation, joined bool) {
	c.Members = slices.DeleteFunc(slices.Clone(c.Members), func(m twin.Situation) bool { return m.Asset == s.Asset })
	if !joined {
		return
	}
	c.Members = append(c.Members, s)
	if s.Root != "" {
		c.Situation.Root = s.Root
	}
	c.Situation.Severity = max(c.Situation.Severity, s.Severity)
}

// conclude takes an outcome. An interrupted command, of which nobody knows
// whether it was written, is watched on until its second outcome.
func (c *Case) conclude(o twin.Outcome) {
	first := c.Outcome == nil
	c.Outcome = &o
	switch o.Result {
	case twin.Refused, twin.Expired:
		c.Stage = Abandoned
	case twin.Interrupted:
		command := c.Proposal != nil && slices.ContainsFunc(c.Proposal.Writes, func(w twin.Write) bool { return !w.Hold })
		if !(first && command) {
			c.Stage = Closed
		}
	default:
		c.Stage = Closed
	}
}

// linked tells whether the link was up, and else why and since when it was not.
func (f *Fold) linked() (up bool, why string, since time.Time) {
	if f.lost == nil {
		return f.heard, "", time.Time{}
	}
	note, err := body[twin.LinkNote](*f.lost)
	if err != nil {
		return false, "", f.lost.At // the loss counts, with or without its reason
	}
	return false, note.Reason, f.lost.At
}

func body[T any](e twin.Event) (T, error) {
	var v T
	if err := json.Unmarshal(e.Body, &v); err != nil {
		return v, fmt.Errorf("decode its body: %w", err)
	}
	return v, nil
}

func (f *Fold) of(id twin.CaseID) *Case {
	c, ok := f.cases[id]
	if !ok {
		c = &Case{Situation: twin.Situation{Case: id}}
		f.cases[id] = c
		f.order = append(f.order, id)
	}
	return c
}

// Cases returns copies, the newest first.
func (f *Fold) Cases() []Case {
	out := make([]Case, 0, len(f.order))
	for _, id := range slices.Backward(f.order) {
		c := *f.cases[id]
		if c.Proposal != nil {
			c.Mode = f.modes[c.Proposal.Class]
		}
		out = append(out, c)
	}
	return out
}

// Marks returns a copy of the marks so far, the oldest first.
func (f *Fold) Marks() []Mark { return slices.Clone(f.marks) }

// markText tells whether an event stands on the time line, and with which word.
func markText(e twin.Event) (string, bool) {
	switch e.Kind {
	case twin.SituationRaised, twin.DecisionMade, twin.ActionWritten, twin.OutcomeRecorded,
		twin.RolledBack, twin.LinkLost, twin.LinkUp, twin.SituationEnded, twin.SiteChanged,
		twin.StopPressed, twin.StopReleased, twin.AutonomyLowered, twin.DriftBegan, twin.DriftEnded, twin.Escalated, twin.ModelReplaced, twin.LayoutDecided:
		return string(e.Kind), true
	}
	return "", false
}
