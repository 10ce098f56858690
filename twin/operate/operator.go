package operate

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"sync"
	"sync/atomic"
	"time"

	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/xai"
)

// Plant is the live counterpart. Write refuses every Warrant that Check
// refuses, writes, and returns nil only when the values read back; it writes at
// most once for one proposal and direction. Its error is ErrUnsure when something
// was sent and the plant may have taken it.
type Plant interface {
	Write(ctx context.Context, w Warrant) error
	Read(ctx context.Context, signals []twin.SignalID) ([]twin.Sample, error)
}

// Journal is where every step is written before it counts.
type Journal interface {
	Append(ctx context.Context, e twin.Event) (twin.Event, error)
	Events(ctx context.Context, from uint64, fn func(twin.Event) error) error
}

// Diagnoser says what is the matter with an asset, from the evidence before
// now, or abstains. It must not keep st, nor block on anything but computing.
type Diagnoser interface {
	Diagnose(ctx context.Context, st *twin.State, asset twin.AssetID, now time.Time) (twin.Diagnosis, xai.Explanation, error)
}

// Config is what an Operator is made of.
type Config struct {
	Site      *twin.Site
	Plant     Plant
	Journal   Journal
	Diagnoser Diagnoser
	Perceiver Perceiver        // of the whole site, in place of the watch over cabinets and their diagnoses; nil: none
	Remedies  []Remedy         // nil: DefaultRemedies
	Watch     *Watch           // nil: DefaultWatch
	Now       func() time.Time // this machine's clock; nil: time.Now. Everything else runs on the plant's
}

// Operator runs the loop of one site. What it knows of cases, decisions and
// actions is exactly what the journal says: every step is an event first and is
// then taken in by the same code that replays a journal after a restart. Its
// methods are safe for concurrent use; Observe and the readers never wait for a
// write that is under way.
type Operator struct {
	site      *twin.Site
	plant     Plant
	journal   Journal
	diagnoser Diagnoser
	perceiver Perceiver
	remedies  []Remedy
	able      func(twin.ActionClass) bool // what the site has something for
	watch     Watch
	now       func() time.Time
	guards    []compiled
	zone      *time.Location

	inbox inbox

	mu          sync.Mutex // held through a whole Tick or decision
	resumed     bool
	state       *twin.State
	book        book
	vigils      []*vigil  // one for each asset that is watched
	perceivedAt time.Time // by the perceiver, the plant's time

	perceivedSince time.Time        // by this run of the program
	drifts         []twin.DriftNote // as of then

	errands map[twin.ProposalID]errand // what this run of the program did, beyond the journal

	standAt time.Time // this machine's time, when a stop is gone on with

	cases   atomic.Pointer[[]CaseRecord]
	modes   atomic.Pointer[map[twin.ActionClass]twin.Mode]
	records atomic.Pointer[[]twin.Record]
	stopped atomic.Pointer[twin.StopNote]
	vigil   atomic.Pointer[[]twin.Watched]
}

// ErrUnsure marks the error of a write that was sent and of which nobody knows
// whether the plant took it: the line was cut before the answer came.
var ErrUnsure = errors.New("nobody knows whether the plant took it")

// errand is what happened to a proposal in this run but is not in the journal
// yet, and when the plant may be asked again after it did not answer.
type errand struct {
	wrote   bool        // written and read back; the event is still to be stored
	cause   string      // the write returned this error, and the plant could not be asked
	verdict twin.Result // how it ends when it is rolled back
	why     string      // it is rolled back
	askAt   time.Time   // this machine's time
}

// ErrNotResumed is returned before Resume has read the journal: without it, an
// action could be repeated.
var ErrNotResumed = errors.New("the operator has not read the journal yet: resume it first")

// New returns an operator that waits for Resume. An error names the guard or
// the setting that cannot be used.
func New(c Config) (*Operator, error) {
	switch {
	case c.Site == nil:
		return nil, errors.New("set up the operator: no site was given")
	case c.Plant == nil || c.Journal == nil || c.Diagnoser == nil && c.Perceiver == nil:
		return nil, errors.New("set up the operator: plant, journal and a diagnoser or a perceiver are all needed")
	}
	o := &Operator{
		site: c.Site, plant: c.Plant, journal: c.Journal, diagnoser: c.Diagnoser, perceiver: c.Perceiver,
		remedies: c.Remedies, now: c.Now, watch: DefaultWatch(),
		state: twin.NewState(c.Site), book: newBook(), errands: map[twin.ProposalID]errand{},
	}
	if o.remedies == nil {
		o.remedies = DefaultRemedies()
	}
	var err error
	if o.remedies, err = compileRemedies(o.remedies); err != nil {
		return nil, fmt.Errorf("set up the operator: %w", err)
	}
	if c.Watch != nil {
		o.watch = *c.Watch
	}
	if o.now == nil {
		o.now = time.Now
	}
	modes := startModes(c.Site, o.remedies)
	if err := checkPeople(c.Site, modes); err != nil {
		return nil, fmt.Errorf("set up the operator: %w", err)
	}
	if o.guards, err = compileGuards(c.Site.Guards, modes); err != nil {
		return nil, fmt.Errorf("set up the operator: %w", err)
	}
	if o.zone, err = time.LoadLocation(c.Site.TimeZone); err != nil {
		return nil, fmt.Errorf("set up the operator: time zone %q of the site: %w", c.Site.TimeZone, err)
	}
	o.book.modes = modes
	o.vigils = vigilsOf(c.Site, o.watch)
	o.able = ableAt(c.Site, o.remedies)
	o.inbox.linked = true
	o.publish()
	return o, nil
}

// startModes gives every class of action a mode: the site's, or else approve,
// in which nothing happens without a person.
func startModes(site *twin.Site, remedies []Remedy) map[twin.ActionClass]twin.Mode {
	modes := map[twin.ActionClass]twin.Mode{}
	for _, r := range remedies {
		modes[r.Class] = twin.Approve
	}
	maps.Copy(modes, site.Modes)
	return modes
}

// Tick does what is due at the plant's present time: perceive, diagnose a few
// assets, propose, act on decisions, verify. Call it a few times a second of
// wall time. An error of one case does not keep the others waiting; the step is
// tried again next time.
func (o *Operator) Tick(ctx context.Context) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.resumed {
		return ErrNotResumed
	}
	defer o.publish()
	o.takeInbox()
	if o.state.Now().IsZero() {
		return nil
	}
	failed := []error{o.goOnStopping(ctx), o.perceive(ctx)}
	for _, id := range o.book.order {
		c := o.book.cases[id]
		if c.done() {
			continue
		}
		if err := o.advance(ctx, c); err != nil {
			failed = append(failed, fmt.Errorf("case %s: %w", id, err))
		}
	}
	failed = append(failed, o.judgeShadows(ctx), o.earn(ctx))
	return errors.Join(failed...)
}

// goOnStopping gives back what could not be given back when the site was
// stopped: the link was down, or the program ended.
func (o *Operator) goOnStopping(ctx context.Context) error {
	if o.book.stop == nil || !o.state.Linked() || o.now().Before(o.standAt) {
		return nil
	}
	err := o.standDown(ctx)
	if err != nil {
		o.standAt = o.now().Add(askAgain)
	}
	return err
}

// advance takes one case one step further, if it is due.
func (o *Operator) advance(ctx context.Context, c *dossier) error {
	switch c.Stage {
	case Proposed:
		return o.pursue(ctx, c)
	case Acting:
		return o.follow(ctx, c)
	default:
		return o.propose(ctx, c)
	}
}

// emit writes a step into the journal and, when it is durable, takes it in.
func (o *Operator) emit(ctx context.Context, kind twin.EventKind, c *dossier, actor string, body any) error {
	e, err := twin.NewEvent(kind, o.plantNow(), body)
	if err != nil {
		return err
	}
	if c != nil {
		e.Case, e.Asset = c.Situation.Case, c.Situation.Asset
	}
	e.Actor = actor
	sealed, err := o.journal.Append(ctx, e)
	if err != nil {
		return err
	}
	return o.book.apply(sealed)
}

// plantNow is the plant's time, or this machine's before the plant was heard.
func (o *Operator) plantNow() time.Time {
	if t := o.state.Now(); !t.IsZero() {
		return t
	}
	return o.now()
}

// publish makes the present cases and modes readable without waiting.
func (o *Operator) publish() {
	cases := make([]CaseRecord, 0, len(o.book.order))
	for i := len(o.book.order) - 1; i >= 0; i-- {
		c := o.book.cases[o.book.order[i]].CaseRecord
		if c.Proposal != nil {
			c.Mode = o.book.modes[c.Proposal.Class]
		}
		cases = append(cases, c)
	}
	modes := maps.Clone(o.book.modes)
	records := o.book.ledger.Records(modes, o.able)
	o.cases.Store(&cases)
	o.modes.Store(&modes)
	o.records.Store(&records)
	o.stopped.Store(o.book.stop)
	if now := o.state.Now(); !now.IsZero() {
		watched := o.watchedNow(now)
		o.vigil.Store(&watched)
	}
}

// Cases returns the cases as of the last step, the newest first. What the
// pointers in it lead to does not change any more.
func (o *Operator) Cases() []CaseRecord { return append([]CaseRecord(nil), *o.cases.Load()...) }

// Modes returns the mode of every action class.
func (o *Operator) Modes() map[twin.ActionClass]twin.Mode { return maps.Clone(*o.modes.Load()) }
