package operate

import (
	"fmt"
	"math"
	"slices"

	"github.com/glasstwin/glasstwin/twin"
)

// Ledger keeps the record of every class of actions, from the journal's events
// alone: the zero Ledger stands before the first one. A program that only reads
// journals gets the figures that the operator decides by.
type Ledger struct {
	classes map[twin.ActionClass]*account
	made    map[twin.ProposalID]brief
}

// brief is what a ledger remembers of a proposal until it has its outcome.
type brief struct {
	class twin.ActionClass
	sure  float64
	by    string
}

// account is a record with what its means are made of.
type account struct {
	twin.Record
	trials  []trial // since the class was last lowered, the oldest first
	square  float64
	squares int
	regret  float64
	breach  string // why it must be lowered, until it is; "": nothing
}

// trial is one proposal that came out right or wrong.
type trial struct {
	right bool
	miss  float64 // squared error of what it was sure of; NaN: it was not acted on
}

const (
	trialsMax = 1000 // that are kept; a class that has so many is judged by the newest
	briefsMax = 5000
	driftOver = 12 // newest trials that a drift is looked for in
	brierMax  = 0.25
)

func (l *Ledger) begin() {
	if l.classes == nil {
		l.classes, l.made = map[twin.ActionClass]*account{}, map[twin.ProposalID]brief{}
	}
}

// Apply takes the next event.
func (l *Ledger) Apply(e twin.Event) error {
	l.begin()
	switch e.Kind {
	case twin.ProposalMade:
		p, err := bodyOf[twin.Proposal](e)
		if err != nil {
			return err
		}
		if p.Back {
			return nil // to give back proves nothing of what it is good for
		}
		l.account(p.Class).Proposals++
		if len(l.made) >= briefsMax {
			clear(l.made) // outcomes that never came
		}
		l.made[p.ID] = brief{class: p.Class, sure: p.Sure}
	case twin.DecisionMade:
		d, err := bodyOf[twin.Decision](e)
		if err != nil {
			return err
		}
		l.decided(d)
	case twin.OutcomeRecorded:
		out, err := bodyOf[twin.Outcome](e)
		if err != nil {
			return err
		}
		l.ended(out)
	case twin.ShadowJudged:
		n, err := bodyOf[twin.ShadowNote](e)
		if err != nil {
			return err
		}
		if n.Unknown {
			return nil
		}
		a := l.account(n.Class)
		a.Shadowed++
		a.regret += n.Regret
		if !n.Needed {
			a.Needless++
		}
		a.count(trial{n.Needed, math.NaN()})
	case twin.ModeChanged:
		m, err := bodyOf[twin.ModeNote](e)
		if err != nil {
			return err
		}
		a := l.account(m.Class)
		a.Offered, a.breach = "", ""
		if slices.Index(twin.Modes[:], m.To) > slices.Index(twin.Modes[:], m.From) {
			a.trials = nil // what it does with more freedom is seen anew
		}
	case twin.AutonomyOffered:
		n, err := bodyOf[twin.AutonomyNote](e)
		if err != nil {
			return err
		}
		l.account(n.Class).Offered = n.To
	case twin.AutonomyLowered:
		n, err := bodyOf[twin.AutonomyNote](e)
		if err != nil {
			return err
		}
		a := l.account(n.Class)
		a.Offered, a.Lowered, a.LoweredAt, a.trials, a.breach = "", n.Why, e.At, nil, ""
	case twin.StopPressed:
		for _, a := range l.classes {
			a.Offered = ""
		}
	}
	return nil
}

func (l *Ledger) decided(d twin.Decision) {
	b, ok := l.made[d.Proposal]
	if !ok {
		return
	}
	a := l.account(b.class)
	switch {
	case d.By == Auto && d.Approved:
		a.Auto++
	case d.By == Auto: // shadow mode
	case d.Approved:
		a.Approved++
	default:
		a.Denied++
		a.count(trial{false, math.NaN()})
		delete(l.made, d.Proposal)
		return
	}
	b.by = d.By
	l.made[d.Proposal] = b
}

func (l *Ledger) ended(out twin.Outcome) {
	b, ok := l.made[out.Proposal]
	if !ok {
		return
	}
	a := l.account(b.class)
	miss := func(came float64) float64 { return (b.sure - came) * (b.sure - came) }
	switch out.Result {
	case twin.Verified:
		a.Verified++
		a.count(trial{true, miss(1)})
	case twin.NoEffect:
		a.NoEffect++
		a.count(trial{false, miss(0)})
	case twin.Worse:
		a.Worse++
		a.count(trial{false, miss(0)})
		if b.by == Auto {
			a.breach = "an action made it worse: " + out.Detail
		}
	case twin.Expired:
		a.Expired++
	case twin.Interrupted: // the effect of a command is still watched
		a.Failed++
		return
	case twin.Refused:
		a.Failed++
		if out.RolledBack && b.by == Auto {
			a.breach = "a guard was broken while it acted: " + out.Detail
		}
	default:
		a.Failed++
	}
	delete(l.made, out.Proposal)
}

func (l *Ledger) account(class twin.ActionClass) *account {
	l.begin()
	a := l.classes[class]
	if a == nil {
		a = &account{Record: twin.Record{Class: class}}
		l.classes[class] = a
	}
	return a
}

func (a *account) count(t trial) {
	a.trials = append(a.trials, t)
	if n := len(a.trials); n > trialsMax {
		a.trials = a.trials[n-trialsMax:]
	}
	if !math.IsNaN(t.miss) {
		a.square += t.miss
		a.squares++
	}
}

// recent are the newest trials: how many were right, and their Brier score, NaN
// when none was acted on.
func (a *account) recent(most int) (right, of int, brier float64) {
	list := a.trials[max(0, len(a.trials)-most):]
	sum, n := 0.0, 0
	for _, t := range list {
		if t.right {
			right++
		}
		if !math.IsNaN(t.miss) {
			sum += t.miss
			n++
		}
	}
	return right, len(list), sum / float64(n)
}

// of is the record of a class, with an empty mode.
func (l *Ledger) of(class twin.ActionClass) twin.Record {
	a := l.classes[class]
	if a == nil {
		return twin.Record{Class: class, High: 1, Brier: math.NaN()}
	}
	r := a.Record
	r.Right, r.Trials, _ = a.recent(trialsMax)
	r.Low, r.High = twin.Wilson(r.Right, r.Trials)
	r.Brier = a.square / float64(a.squares)
	if a.Shadowed > 0 {
		r.Regret = a.regret / float64(a.Shadowed)
	}
	return r
}

// Records are those of every class in modes, by name, but for such as nothing is
// known of and the site has nothing for: a store has no car to charge.
func (l *Ledger) Records(modes map[twin.ActionClass]twin.Mode, able func(twin.ActionClass) bool) []twin.Record {
	var out []twin.Record
	for class, mode := range modes {
		r := l.of(class)
		if l.classes[class] == nil && !able(class) {
			continue
		}
		r.Mode = mode
		out = append(out, r)
	}
	slices.SortFunc(out, func(a, b twin.Record) int { return compareText(string(a.Class), string(b.Class)) })
	return out
}

func compareText(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// note is a record as an event tells it.
func (l *Ledger) note(class twin.ActionClass, from, to twin.Mode, threshold float64, why string) twin.AutonomyNote {
	r := l.of(class)
	n := twin.AutonomyNote{Class: class, From: from, To: to, Why: why, Threshold: threshold, Trials: r.Trials, Right: r.Right, Low: r.Low, High: r.High, Brier: -1}
	var brier float64
	n.Recent, n.RecentOf, brier = l.account(class).recent(driftOver)
	if !math.IsNaN(brier) {
		n.Brier = brier
	}
	return n
}

// fallen tells why a class may not act by itself any more, "" when it may: it
// did harm, its newest trials cannot be of a class that passes the threshold, or what
// it is sure of comes true no more often than a coin would tell.
func (l *Ledger) fallen(class twin.ActionClass, threshold float64) string {
	a := l.classes[class]
	if a == nil {
		return ""
	}
	if a.breach != "" {
		return a.breach
	}
	right, of, brier := a.recent(driftOver)
	if of < driftOver {
		return ""
	}
	if _, high := twin.Wilson(right, of); high < threshold {
		return fmt.Sprintf("only %d of the newest %d proposals were right: at most %.0f %% are", right, of, 100*high)
	}
	if brier > brierMax {
		return fmt.Sprintf("its forecasts do not come true: the Brier score of the newest %d proposals is %.2f", of, brier)
	}
	return ""
}

// promoted is the mode that a class may earn next; "" for none. What is only
// advised leaves no figures, so it is not a step.
func promoted(m twin.Mode) twin.Mode {
	switch m {
	case twin.Shadow, twin.Advise:
		return twin.Approve
	case twin.Approve:
		return twin.Auto
	}
	return ""
}

// ReadRecords computes the records of a site from its journal. stopped is nil
// unless somebody stopped it.
func ReadRecords(site *twin.Site, events func(func(twin.Event) error) error) (records []twin.Record, stopped *twin.StopNote, err error) {
	b := newBook()
	b.modes = startModes(site, DefaultRemedies())
	if err := events(b.apply); err != nil {
		return nil, nil, fmt.Errorf("read the records of the site: %w", err)
	}
	return b.ledger.Records(b.modes, ableAt(site, DefaultRemedies())), b.stop, nil
}
