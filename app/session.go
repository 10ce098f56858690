// Package app composes the use-cases: a Session is one opened site that runs.
// It holds the link, the journal, the state and the operator together, and
// hands out Views for a screen. It contains no rule of the domain and knows no
// widget: the window is app/desktop, sentences are made in app/phrase, overlays
// in app/depict. Start reading at Session and View.
package app

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"sync"
	"time"

	"github.com/glasstwin/glasstwin/render/overlay"
	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/xai"
)

// Operator is the autonomy that a session runs; twin/operate has it.
type Operator interface {
	Resume(ctx context.Context) error
	Observe(samples []twin.Sample)
	SetLinked(up bool)
	Tick(ctx context.Context) error
	Approve(ctx context.Context, id twin.ProposalID, by string) error
	Deny(ctx context.Context, id twin.ProposalID, by, reason string) error
	SetMode(ctx context.Context, class twin.ActionClass, mode twin.Mode, by string) error
	Modes() map[twin.ActionClass]twin.Mode
	Stop(ctx context.Context, by string) error
	Release(ctx context.Context, by string) error
	Records() []twin.Record
}

// Parts is what a session is made of; package main wires it.
type Parts struct {
	Site     *twin.Site
	Scene    *scene.Scene
	Cutaway  func(ahead geom.Vec3) []string // entities that hide the rooms from a viewer who looks along ahead; nil: none
	Store    Store
	Recorder *Recorder
	Operator Operator               // nil: the site is only looked at
	Depict   func(View) overlay.Set // draws what a view tells; nil: no overlays

	// Draw makes what is shown of a site as it was before it followed its plant;
	// nil: the past is shown with the site as it is now.
	Draw func(context.Context, *twin.Site) (Fit, error)

	// Unproposed tells why the operator proposes nothing, by case; nil: not told.
	Unproposed func() map[twin.CaseID]string

	// Watched tells of every asset how near it is to a situation, and Look the
	// same of a moment of the past; nil: nothing is watched.
	Watched func() []twin.Watched
	Look    func(ctx context.Context, st *twin.State, at time.Time) ([]twin.Watched, error)

	// Together tells which features of an explanation go with each other, so that their
	// shares should be read as one; nil: not told.
	Together func(*xai.Explanation) [][]string

	// Shape tells how the claim of an explanation depends on a feature; nil: not told.
	Shape func(x *xai.Explanation, feature string) (xai.Shape, error)

	Seconds Seconds // asks models that decide nothing about a case; nil: there are none

	Now func() time.Time // this machine's clock; nil: time.Now
}

// Session is one opened site that runs. Its methods are safe for concurrent
// use.
type Session struct {
	parts    Parts
	changed  chan struct{}
	recalled chan struct{} // closed once the past is

	refitting sync.Mutex // held through a whole Refit

	mu       sync.Mutex
	fit      Fit
	revision int // of fit
	changes  []Change
	lacks    []twin.Suggestion
	asked    []twin.SiteChange
	settle   func(ctx context.Context, asset twin.AssetID, follow bool, by string) error
	seconds  map[twin.CaseID]*Second
	before   map[int]Fit // by how many notes of changes came after it
	state    *twin.State
	motion   *motion
	moved    time.Time
	linked   bool
	linkNote string
	lostAt   time.Time
	rising   *twin.LinkNote // the link came up, and nothing was heard over it yet
	trouble  error
	past     lookback
}

// tickEvery is how often the operator is given a turn: well under the 3 s in
// which a lost link must show, well over what a turn costs.
const tickEvery = 250 * time.Millisecond

// NewSession returns a session that waits for Run. Until a link comes up, what
// is recalled of the past is not live, and the operator rests.
func NewSession(p Parts) *Session {
	if p.Now == nil {
		p.Now = time.Now
	}
	if p.Operator == nil {
		p.Operator = onlooker{p.Site.Modes}
	}
	s := &Session{
		parts: p, changed: make(chan struct{}, 1), recalled: make(chan struct{}), fit: Fit{p.Site, p.Scene, p.Cutaway, p.Depict},
		state: twin.NewState(p.Site), motion: newMotion(p.Scene),
		linkNote: "not connected yet", lostAt: p.Now(),
	}
	s.state.SetLinked(false)
	p.Operator.SetLinked(false)
	return s
}

// Recalled is closed when Run has recalled the past. A link must not bring anything
// before: what is older than the newest sample of its signal is dropped.
func (s *Session) Recalled() <-chan struct{} { return s.recalled }

// Run recalls the past, resumes the operator from the journal and gives it its turns
// until ctx ends. It is called once. An error of one turn is shown and the next turn
// comes all the same.
func (s *Session) Run(ctx context.Context) error {
	if err := s.recall(ctx); err != nil {
		if ctx.Err() != nil {
			return nil // the program ends before it began
		}
		return err
	}
	close(s.recalled)
	if err := s.parts.Operator.Resume(ctx); err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return fmt.Errorf("resume from the journal: %w", err)
	}
	tick := time.NewTicker(tickEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			s.turn(ctx)
		}
	}
}

// turn gives the operator its turn.
func (s *Session) turn(ctx context.Context) {
	err := s.parts.Operator.Tick(ctx)
	if ctx.Err() != nil {
		return // the program ends: what was cut short is no trouble
	}
	s.mu.Lock()
	s.trouble = err
	s.mu.Unlock()
	s.touch()
}

// recall fills the state with what the store holds of the recent past, so that
// evidence survives a restart.
func (s *Session) recall(ctx context.Context) error {
	_, to, err := s.parts.Store.Span(ctx)
	if err != nil {
		return fmt.Errorf("find the span of the history: %w", err)
	}
	if to.IsZero() {
		return nil
	}
	var batch []twin.Sample
	err = s.parts.Store.History(ctx, signalIDs(s.Site()), to.Add(-twin.HistoryKept), to, func(x twin.Sample) error {
		batch = append(batch, x)
		return nil
	})
	if err != nil {
		return fmt.Errorf("recall the recent past: %w", err)
	}
	stood, err := s.stood(ctx, batch, to)
	if err != nil {
		return fmt.Errorf("recall what stood before: %w", err)
	}
	batch = append(stood, batch...)
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, x := range batch {
		s.state.Apply(x)
	}
	s.parts.Operator.Observe(batch)
	return nil
}

// stood are the last values of signals of which the recent past tells nothing: some
// are told on change alone.
func (s *Session) stood(ctx context.Context, recent []twin.Sample, to time.Time) ([]twin.Sample, error) {
	last := map[twin.SignalID]twin.Sample{}
	for _, x := range recent {
		last[x.Signal] = twin.Sample{}
	}
	var sought []twin.SignalID
	for _, id := range signalIDs(s.Site()) {
		if _, heard := last[id]; !heard {
			sought = append(sought, id)
		}
	}
	if len(sought) == 0 {
		return nil, nil
	}
	clear(last)
	err := s.parts.Store.History(ctx, sought, to.Add(-lookSpans[len(lookSpans)-1]), to.Add(-twin.HistoryKept), func(x twin.Sample) error {
		if !x.At.Before(last[x.Signal].At) {
			last[x.Signal] = x
		}
		return nil
	})
	return slices.Collect(maps.Values(last)), err
}

func signalIDs(site *twin.Site) []twin.SignalID {
	ids := make([]twin.SignalID, len(site.Signals))
	for i, g := range site.Signals {
		ids[i] = g.ID
	}
	return ids
}

// Receive takes samples from a link: those that are new go into the state, the
// history and the operator; duplicates and late ones do not.
func (s *Session) Receive(samples []twin.Sample) error {
	s.mu.Lock()
	before := s.state.Now()
	fresh := make([]twin.Sample, 0, len(samples))
	for _, x := range samples {
		if math.IsNaN(x.Value) && x.Quality == twin.Good {
			x.Quality = twin.Bad
		}
		if s.state.Apply(x) {
			fresh = append(fresh, x)
		}
	}
	risen := s.rising
	if len(fresh) > 0 {
		s.rising = nil
	}
	s.mu.Unlock()
	if len(fresh) == 0 {
		return nil
	}
	defer s.touch()
	s.parts.Operator.Observe(fresh)
	if err := s.parts.Store.Record(fresh); err != nil {
		return fmt.Errorf("record %d samples: %w", len(fresh), err)
	}
	if risen != nil {
		return s.journalRise(*risen, before, fresh)
	}
	return nil
}

// journalRise journals that the link is up, as of the first news that came over
// it: only then is the plant's time known again. A journal that ends with the
// link up was left by a program that ended; that is a loss, too.
func (s *Session) journalRise(note twin.LinkNote, before time.Time, fresh []twin.Sample) error {
	ctx := context.Background() // the samples are in: their link belongs to them
	if s.parts.Recorder.endedLinked() && !before.IsZero() {
		if err := s.journalLink(ctx, twin.LinkLost, before.Add(momentAfter), twin.LinkNote{Plant: note.Plant, Reason: "the program ended"}); err != nil {
			return err
		}
	}
	at := fresh[0].At
	for _, x := range fresh {
		if x.At.Before(at) {
			at = x.At
		}
	}
	if at.Before(before) {
		at = before.Add(momentAfter)
	}
	return s.journalLink(ctx, twin.LinkUp, at, note)
}

// momentAfter is put between the last news of a plant and the loss of its link,
// which nothing on the plant's clock dates.
const momentAfter = time.Nanosecond

func (s *Session) journalLink(ctx context.Context, kind twin.EventKind, at time.Time, note twin.LinkNote) error {
	e, err := twin.NewEvent(kind, at, note)
	if err != nil {
		return err
	}
	if _, err := s.parts.Recorder.Append(ctx, e); err != nil {
		return fmt.Errorf("journal the link: %w", err)
	}
	return nil
}

// LinkChanged reports that the link to the plant came up or was lost, with the
// reason for a person. A loss is journaled at once, a rise with the first news.
func (s *Session) LinkChanged(ctx context.Context, plant string, up bool, reason string) error {
	s.mu.Lock()
	was := s.linked
	s.linked, s.linkNote = up, reason
	s.state.SetLinked(up)
	if was && !up {
		s.lostAt = s.parts.Now()
	}
	at, silent := s.state.Now(), s.rising != nil
	s.rising = nil
	if up && (!was || silent) {
		s.rising = &twin.LinkNote{Plant: plant, Reason: reason}
	}
	s.mu.Unlock()
	s.parts.Operator.SetLinked(up)
	s.touch()
	if up || !was || silent {
		return nil // nothing was heard since the last loss: it lasts
	}
	return s.journalLink(ctx, twin.LinkLost, at.Add(momentAfter), twin.LinkNote{Plant: plant, Reason: reason})
}

// touch tells that a new view is worth taking; several are told as one.
func (s *Session) touch() {
	select {
	case s.changed <- struct{}{}:
	default:
	}
}

// Changed carries a token when a new view is worth taking.
func (s *Session) Changed() <-chan struct{} { return s.changed }

// Site is the site as it is now; Refit replaces it.
func (s *Session) Site() *twin.Site { return s.fitted().Site }

// Scene is the scene of the site as it is now.
func (s *Session) Scene() *scene.Scene { return s.fitted().Scene }

// Cutaway lists the entities that hide the rooms from a viewer who looks along
// ahead, a vector of unit length.
func (s *Session) Cutaway(ahead geom.Vec3) []string {
	f := s.fitted()
	if f.Cutaway == nil {
		return nil
	}
	return f.Cutaway(ahead)
}

// Trouble is what went wrong in the operator's last turn, nil when nothing did.
func (s *Session) Trouble() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.trouble
}

// ErrLookingBack is returned for decisions that were not made in the present.
var ErrLookingBack = errors.New("this shows the past: go back to live to decide")

// Approve approves a proposal in the name of by.
func (s *Session) Approve(ctx context.Context, id twin.ProposalID, by string) error {
	defer s.touch()
	return s.parts.Operator.Approve(ctx, id, by)
}

// Deny denies a proposal, with the reason.
func (s *Session) Deny(ctx context.Context, id twin.ProposalID, by, reason string) error {
	defer s.touch()
	return s.parts.Operator.Deny(ctx, id, by, reason)
}

// SetMode sets how far a class of actions may go by itself.
func (s *Session) SetMode(ctx context.Context, class twin.ActionClass, mode twin.Mode, by string) error {
	defer s.touch()
	return s.parts.Operator.SetMode(ctx, class, mode, by)
}

// Modes returns the mode of every action class.
func (s *Session) Modes() map[twin.ActionClass]twin.Mode { return s.parts.Operator.Modes() }

// Stop hands everything back to people, at once, until Release.
func (s *Session) Stop(ctx context.Context, by string) error {
	defer s.touch()
	return s.parts.Operator.Stop(ctx, by)
}

// Release ends a stop.
func (s *Session) Release(ctx context.Context, by string) error {
	defer s.touch()
	return s.parts.Operator.Release(ctx, by)
}

// Records are how every class of actions has done.
func (s *Session) Records() []twin.Record { return s.parts.Operator.Records() }
