package operate

import (
	"encoding/json"
	"fmt"
	"maps"
	"time"

	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/xai"
)

// Stage is how far a case has come.
type Stage string

const (
	Detected  Stage = "detected"
	Diagnosed Stage = "diagnosed"
	Proposed  Stage = "proposed"  // waiting for a decision, or decided and about to be written
	Acting    Stage = "acting"    // written, or perhaps written; watching for the effect
	Closed    Stage = "closed"    // its proposal has an outcome, or the situation ended
	Abandoned Stage = "abandoned" // denied, expired or refused
)

// CaseRecord is a situation and all that followed, as the journal tells it.
type CaseRecord struct {
	Situation   twin.Situation
	Ended       time.Time // of the situation; zero while it lasts
	Stage       Stage
	Diagnosis   *twin.Diagnosis
	Explanation *xai.Explanation
	Proposal    *twin.Proposal
	Guards      []twin.GuardResult
	Mode        twin.Mode // of the proposal's class
	Decision    *twin.Decision
	Outcome     *twin.Outcome
	First       *twin.Decision   // the first of two approvals that are needed; nil: none yet
	Members     []twin.Situation // other assets with the same cause, that are disturbed now
	Escalated   *twin.Escalation // a person must look; nil: not yet
	Weighed     []twin.Candidate // newest, when nothing is proposed
	Why         string           // why nothing is proposed; "" when something is
	Nothing     []twin.Point     // course of the proposal's signal if nothing is done
}

// dossier is a case with what the loop must remember beside it. Everything but
// Why and Nothing comes from events.
type dossier struct {
	CaseRecord
	proposals   int
	spent       map[twin.ActionClass]int // how far a class is used up in this case
	intendedAt  time.Time
	writtenAt   time.Time
	interrupted bool // unknown whether written; still watched
	rolledBack  bool
	concludedAt time.Time
	byUserOnly  bool            // after an interruption a person decides, whatever the mode
	ignored     map[string]int  // how often nobody answered a proposal, by cause
	weighAt     time.Time       // finding from which on answers are weighed again
	denied      map[string]bool // causes of which a person denied an answer
	detail      string          // what the newest perception tells beyond the asset
	waitsSince  time.Time       // for what is needed no more and still made use of
	lookedAt    time.Time       // when it was last looked at whether more or less is needed
}

// A class is not proposed again in a case when it is used up: by one answer of
// the plant or of a person, or by three failures that say nothing about it.
const (
	spentMax  = 3
	spentSoft = 1
)

// done tells that nothing more can happen to a case.
func (c *dossier) done() bool {
	return !c.Ended.IsZero() && c.Stage != Acting && c.Stage != Proposed
}

// pending tells that a proposal waits for its outcome.
func (c *dossier) pending() bool {
	return c.Proposal != nil && (c.Stage == Proposed || c.Stage == Acting)
}

// book is what the journal says. Only apply changes it.
type book struct {
	cases    map[twin.CaseID]*dossier
	order    []twin.CaseID // oldest first
	open     map[twin.AssetID]*dossier
	modes    map[twin.ActionClass]twin.Mode
	proposal map[twin.ProposalID]*dossier
	writes   []written // of the past day
	spent    []spending
	mended   map[twin.AssetID]string
	held     map[twin.SignalID]held // values that the twin wrote and that stay
	stop     *twin.StopNote         // since it was pressed; nil: it is not
	ledger   *Ledger
	learned  map[lesson][]float64
	drifts   map[string]twin.DriftNote    // that last, by key
	shadows  map[twin.ProposalID]shadowed // whose worth is yet to be seen
}

// held is a value that the twin wrote, to stay.
type held struct {
	asset    twin.AssetID
	proposal twin.ProposalID
	value    float64
	before   float64 // of all that the twin wrote there
	cause    string
	said     bool // after a stop, that it is kept
}

// spending is what an action that was begun is predicted to cost.
type spending struct {
	at   time.Time
	cost twin.Cost
}

// spentOn is what the actions of a day of the site have cost; at is in its zone.
func (b *book) spentOn(at time.Time) twin.Cost {
	var sum twin.Cost
	y, m, d := at.Date()
	for _, x := range b.spent {
		if yy, mm, dd := x.at.In(at.Location()).Date(); yy == y && mm == m && dd == d {
			sum.Energy += x.cost.Energy
			sum.Money += x.cost.Money
		}
	}
	return sum
}

// written is one write for the rate of guards.
type written struct {
	signal twin.SignalID
	at     time.Time
}

// casesKept bounds what is held in memory; older cases that are over stay in
// the journal only.
const casesKept = 500

func newBook() book {
	return book{
		cases: map[twin.CaseID]*dossier{}, open: map[twin.AssetID]*dossier{},
		proposal: map[twin.ProposalID]*dossier{}, mended: map[twin.AssetID]string{},
		held: map[twin.SignalID]held{}, ledger: &Ledger{}, learned: map[lesson][]float64{}, shadows: map[twin.ProposalID]shadowed{},
		drifts: map[string]twin.DriftNote{},
	}
}

// apply takes in the next event of the journal.
func (b *book) apply(e twin.Event) error {
	err := b.step(e)
	if err == nil {
		err = b.ledger.Apply(e)
	}
	if err != nil {
		return fmt.Errorf("journal event %d (%s): %w", e.Seq, e.Kind, err)
	}
	return nil
}

func (b *book) step(e twin.Event) error {
	switch e.Kind {
	case twin.ModeChanged:
		m, err := bodyOf[twin.ModeNote](e)
		if err == nil {
			b.modes[m.Class] = m.To
		}
		return err
	case twin.SituationRaised:
		s, err := bodyOf[twin.Situation](e)
		if err == nil {
			b.raise(s)
		}
		return err
	case twin.StopPressed, twin.StopReleased, twin.AutonomyLowered, twin.HoldReleased:
		return b.stepSafety(e)
	case twin.DriftBegan, twin.DriftEnded:
		return b.stepDrift(e)
	case twin.ShadowJudged:
		n, err := bodyOf[twin.ShadowNote](e)
		delete(b.shadows, n.Proposal)
		return err
	}
	c, ok := b.cases[e.Case]
	if !ok {
		return nil // of no case, or of one that is long over
	}
	switch e.Kind {
	case twin.SituationEnded:
		c.Ended = e.At
		for asset, of := range b.open {
			if of == c {
				delete(b.open, asset)
			}
		}
		if !c.pending() {
			c.Stage = Closed
		}
	case twin.DiagnosisMade:
		d, err := bodyOf[twin.Diagnosis](e)
		if err != nil {
			return err
		}
		c.Diagnosis, c.Explanation = &d, nil // its own explanation follows
		if c.Stage == Detected {
			c.Stage = Diagnosed
		}
	case twin.Explained:
		x, err := bodyOf[xai.Explanation](e)
		if err != nil {
			return err
		}
		c.Explanation = &x
	case twin.ProposalMade:
		p, err := bodyOf[twin.Proposal](e)
		if err != nil {
			return err
		}
		c.begin(p)
		b.proposal[p.ID] = c
	case twin.GuardsChecked:
		g, err := bodyOf[[]twin.GuardResult](e)
		if err != nil {
			return err
		}
		c.Guards = g
	case twin.SituationJoined, twin.SituationLeft:
		s, err := bodyOf[twin.Situation](e)
		if err == nil {
			b.gather(c, s, e.Kind == twin.SituationJoined)
		}
		return err
	case twin.Escalated:
		x, err := bodyOf[twin.Escalation](e)
		if err == nil {
			c.Escalated = &x
		}
		return err
	default:
		return b.stepAction(c, e)
	}
	return nil
}

// stepSafety takes in what concerns the site as a whole.
func (b *book) stepSafety(e twin.Event) error {
	switch e.Kind {
	case twin.StopPressed:
		n, err := bodyOf[twin.StopNote](e)
		if err == nil {
			b.stop = &n
			maps.Copy(b.modes, n.Stopped())
		}
		return err
	case twin.StopReleased:
		n, err := bodyOf[twin.StopNote](e)
		if err == nil {
			b.stop = nil
			maps.Copy(b.modes, n.Released())
		}
		return err
	case twin.AutonomyLowered:
		n, err := bodyOf[twin.AutonomyNote](e)
		if err == nil {
			b.modes[n.Class] = n.To
		}
		return err
	}
	n, err := bodyOf[twin.HoldNote](e)
	if err != nil {
		return err
	}
	if h := b.held[n.Signal]; !n.Kept {
		delete(b.held, n.Signal)
	} else if h.proposal == n.Proposal {
		h.said = true
		b.held[n.Signal] = h
	}
	return nil
}

// hold takes in values that were written to stay.
func (b *book) hold(p twin.Proposal) {
	for _, w := range p.Writes {
		if !w.Hold {
			continue
		}
		h := held{asset: p.Asset, proposal: p.ID, value: w.Value, before: w.Before, cause: p.Because}
		if was, ok := b.held[w.Signal]; ok && was.value == w.Before {
			h.before = was.before // the twin itself had written what stood there
		}
		b.held[w.Signal] = h
	}
}

// stepAction takes in what concerns the decision and the action of a case.
func (b *book) stepAction(c *dossier, e twin.Event) error {
	switch e.Kind {
	case twin.DecisionMade:
		d, err := bodyOf[twin.Decision](e)
		if err != nil {
			return err
		}
		c.Decision, c.First = &d, nil
		if !d.Approved && c.Proposal != nil {
			c.Stage = Abandoned
			c.spent[c.Proposal.Class] += spentMax
			c.denied[c.Proposal.Because] = true
			if d.By == Auto {
				b.shadows[d.Proposal] = shadowed{*c.Proposal, d.At.Add(c.Proposal.Predicted.Within)}
			}
		}
	case twin.ApprovalGiven:
		d, err := bodyOf[twin.Decision](e)
		if err != nil {
			return err
		}
		c.First = &d
	case twin.ActionIntended:
		p, err := bodyOf[twin.Proposal](e)
		if err != nil {
			return err
		}
		c.Stage, c.intendedAt, c.Proposal = Acting, e.At, &p // its effect was predicted anew
		b.remember(p, e.At)                                  // whether it arrives may never be known: it counts
		b.spent = append(b.spent, spending{e.At, p.Cost})
		for len(b.spent) > 0 && e.At.Sub(b.spent[0].at) > 2*rateWindow {
			b.spent = b.spent[1:]
		}
	case twin.ActionWritten:
		p, err := bodyOf[twin.Proposal](e)
		if err != nil {
			return err
		}
		c.Stage, c.writtenAt = Acting, e.At
		b.hold(p)
	case twin.RolledBack:
		p, err := bodyOf[twin.Proposal](e)
		if err != nil {
			return err
		}
		c.rolledBack = true
		for _, w := range p.Writes {
			delete(b.held, w.Signal)
		}
	case twin.OutcomeRecorded:
		out, err := bodyOf[twin.Outcome](e)
		if err != nil {
			return err
		}
		b.learn(c, out)
		b.conclude(c, out)
		c.concludedAt = e.At
	}
	return nil
}

func (b *book) raise(s twin.Situation) {
	c := &dossier{CaseRecord: CaseRecord{Situation: s, Stage: Detected}, spent: map[twin.ActionClass]int{}, denied: map[string]bool{}, ignored: map[string]int{}}
	b.cases[s.Case] = c
	b.order = append(b.order, s.Case)
	b.open[s.Asset] = c
	if len(b.order) > casesKept && b.cases[b.order[0]].done() {
		old := b.order[0]
		for id, of := range b.proposal {
			if of.Situation.Case == old {
				delete(b.proposal, id)
			}
		}
		delete(b.cases, old)
		b.order = b.order[1:]
	}
}

// begin takes a new proposal and forgets what concerned the one before.
func (c *dossier) begin(p twin.Proposal) {
	c.Proposal, c.Stage, c.Why, c.weighAt = &p, Proposed, "", time.Time{}
	c.Guards, c.Decision, c.First, c.Outcome, c.Weighed = nil, nil, nil, nil, nil
	c.proposals++
	c.intendedAt, c.writtenAt, c.interrupted, c.rolledBack = time.Time{}, time.Time{}, false, false
}

func (b *book) remember(p twin.Proposal, at time.Time) {
	for _, w := range p.Writes {
		b.writes = append(b.writes, written{w.Signal, at})
	}
	for len(b.writes) > 0 && at.Sub(b.writes[0].at) > rateWindow {
		b.writes = b.writes[1:]
	}
}

// conclude takes an outcome. One kind does not end the watch: a command of
// which nobody knows whether it was written.
func (b *book) conclude(c *dossier, out twin.Outcome) {
	c.Outcome = &out
	if c.Proposal == nil {
		return
	}
	class := c.Proposal.Class
	switch out.Result {
	case twin.Interrupted:
		c.byUserOnly = true
		if momentary(*c.Proposal) && !c.interrupted {
			c.interrupted = true
			return
		}
		c.Stage = Closed
		c.spent[class] += spentSoft
	case twin.Verified:
		c.Stage = Closed
		b.mended[c.Situation.Asset] = c.Proposal.Because
	case twin.Expired:
		c.Stage = Abandoned
		c.spent[class] += spentSoft
		c.ignored[c.Proposal.Because] += spentSoft
	case twin.Refused:
		c.Stage = Abandoned
		c.spent[class] += spentMax
	case twin.Failed, twin.Stopped:
		c.Stage = Closed
		c.spent[class] += spentSoft
	default:
		c.Stage = Closed
		if c.interrupted {
			c.spent[class] += spentSoft // it may never have been written
		} else {
			c.spent[class] += spentMax
		}
	}
}

// momentary tells that a proposal holds a command that ends by itself, so that
// reading the plant back cannot tell whether it was written.
func momentary(p twin.Proposal) bool {
	for _, w := range p.Writes {
		if !w.Hold {
			return true
		}
	}
	return false
}

func bodyOf[T any](e twin.Event) (T, error) {
	var v T
	if err := json.Unmarshal(e.Body, &v); err != nil {
		return v, fmt.Errorf("decode its body: %w", err)
	}
	return v, nil
}
