package operate

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/xai"
)

// The world of these tests: cabinets of first order on simulated time, a journal
// in memory, and a gate through which every call of the operator to the outside
// goes, so that a program can end, and a call can fail, at any of them.

const (
	sampleEvery = 30 * time.Second
	cabinetTau  = 6 * time.Minute
)

var dawn = time.Date(2026, 5, 12, 8, 0, 0, 0, time.UTC)

// cabinet is a freezer: T' = (end − T)/τ, where end is −20 °C and warmer by
// what is wrong with it.
type cabinet struct {
	id       twin.AssetID
	air      float64
	ajar     bool    // a door that the close command shuts
	worn     bool    // a compressor that the boost makes up for
	weak     float64 // K that it is warmer by for that; 0: 9
	boost    float64
	stuck    bool // a door that no command shuts
	worsened bool // the boost breaks it
	seed     uint64
}

func (c *cabinet) step(dt time.Duration) {
	end := -20.0
	if c.ajar {
		end += 12
	}
	if c.worn && c.boost != 1 {
		end += cmp.Or(c.weak, 9)
	}
	if c.worsened && c.boost == 1 {
		end += 30
	}
	c.air += (end - c.air) * (1 - math.Exp(-dt.Seconds()/cabinetTau.Seconds()))
}

// noise is a reading's error, the same for the same seed: an LCG (Knuth).
func (c *cabinet) noise() float64 {
	c.seed = c.seed*6364136223846793005 + 1442695040888963407
	return (float64(c.seed>>40)/(1<<24) - 0.5) * 0.2
}

func (c *cabinet) values() map[string]float64 {
	ajar := 0.0
	if c.ajar {
		ajar = 1
	}
	return map[string]float64{
		"air-temperature": c.air, "set-point": -20, "door-open": ajar, "door-close-command": 0, "capacity-boost": c.boost,
	}
}

func (c *cabinet) take(w twin.Write) {
	switch {
	case strings.HasSuffix(string(w.Signal), "/door-close-command") && w.Value == 1 && !c.stuck:
		c.ajar = false
	case strings.HasSuffix(string(w.Signal), "/capacity-boost"):
		c.boost = w.Value
	}
}

func freezers(ids ...twin.AssetID) *twin.Site {
	s := &twin.Site{ID: "test", TimeZone: "Asia/Seoul", Modes: map[twin.ActionClass]twin.Mode{}}
	for _, id := range ids {
		s.Assets = append(s.Assets, twin.Asset{ID: id, Class: "upright-freezer"})
		for _, name := range []string{"air-temperature", "set-point", "door-open", "door-close-command", "capacity-boost"} {
			g := twin.Signal{ID: twin.SignalOf(id, name), Asset: id, Name: name, Kind: twin.Analog, Expected: 2 * time.Minute}
			if name == "door-close-command" || name == "capacity-boost" {
				g.Writable, g.Range = true, [2]float64{0, 1}
			}
			s.Signals = append(s.Signals, g)
		}
	}
	return s
}

// delivery is one write that reached the cabinets.
type delivery struct {
	proposal twin.ProposalID
	rollback bool
	writes   []twin.Write
	by       string
	at       time.Time
}

type world struct {
	odd      string // why the model is fed what it does not know; "": it is not
	t        testing.TB
	site     *twin.Site
	now      time.Time
	cabinets []*cabinet
	past     []twin.Sample
	dark     bool // the link is down
	wrote    []delivery

	events []twin.Event
	chain  twin.Chain

	gate     *gate
	operator *Operator
	boots    int

	mode    twin.Mode // of every class, at the first boot
	user    func(w *world, c CaseRecord)
	garble  func(samples []twin.Sample) []twin.Sample // of what is delivered
	refuse  func(Warrant) error                       // what the plant answers to a write; nil: it takes it
	mumbles func() error                              // what the plant answers to a read
	takes   bool                                      // a write that is answered with an error reaches the cabinet all the same
	newGate func() *gate
}

func newWorld(t testing.TB, mode twin.Mode, ids ...twin.AssetID) *world {
	w := &world{t: t, site: freezers(ids...), now: dawn, mode: mode, user: approveAs("kim")}
	for _, r := range DefaultRemedies() {
		w.site.Modes[r.Class] = mode
	}
	for i, id := range ids {
		w.cabinets = append(w.cabinets, &cabinet{id: id, air: -20, seed: uint64(i) + 1})
	}
	w.newGate = func() *gate { return &gate{} }
	return w
}

// approveAs is a user who approves whatever is proposed.
func approveAs(name string) func(*world, CaseRecord) {
	return func(w *world, c CaseRecord) {
		if err := w.operator.Approve(context.Background(), c.Proposal.ID, name); err != nil && !w.gate.dead && w.gate.fails == nil && !errors.Is(err, ErrGuarded) {
			w.t.Errorf("approve: %v", err)
		}
	}
}

// gate counts the calls of one run of the program and ends it at one of them:
// from then on nothing that the operator does reaches the outside.
type gate struct {
	calls  int
	killAt int // the program ends at this call; 0: never
	after  bool
	dead   bool
	fails  func() bool // a call that does nothing and returns an error
}

var (
	errKilled = errors.New("the program has ended")
	errFlaky  = errors.New("it did not work this time")
)

func (g *gate) pass(effect func() error) error {
	if g.dead {
		return errKilled
	}
	g.calls++
	if g.calls == g.killAt {
		g.dead = true
		if g.after {
			_ = effect()
		}
		return errKilled
	}
	if g.fails != nil && g.fails() {
		return errFlaky
	}
	return effect()
}

// port is what one run of the operator sees of the world.
type port struct {
	w *world
	g *gate
}

func (p port) Append(_ context.Context, e twin.Event) (sealed twin.Event, err error) {
	err = p.g.pass(func() error {
		sealed = p.w.chain.Seal(e, p.w.now)
		p.w.events = append(p.w.events, sealed)
		return nil
	})
	return sealed, err
}

func (p port) Events(_ context.Context, from uint64, fn func(twin.Event) error) error {
	for _, e := range p.w.events {
		if e.Seq >= from {
			if err := fn(e); err != nil {
				return err
			}
		}
	}
	return nil
}

func (p port) Write(_ context.Context, warrant Warrant) error {
	return p.g.pass(func() error {
		w := p.w
		if err := warrant.Check(w.now); err != nil {
			w.t.Errorf("a write without permission: %v", err)
			return err
		}
		var answer error
		if w.refuse != nil {
			answer = w.refuse(warrant)
		}
		if w.dark {
			answer = errors.New("no link")
		}
		if answer != nil && (!w.takes || w.dark) {
			return answer
		}
		w.wrote = append(w.wrote, delivery{warrant.Proposal(), warrant.Rollback(), warrant.Writes(), warrant.By(), w.now})
		for _, x := range warrant.Writes() {
			for _, c := range w.cabinets {
				if strings.HasPrefix(string(x.Signal), string(c.id)+"/") {
					c.take(x)
				}
			}
		}
		return answer
	})
}

func (p port) Read(_ context.Context, ids []twin.SignalID) (out []twin.Sample, err error) {
	err = p.g.pass(func() error {
		if p.w.dark {
			return errors.New("no link")
		}
		if p.w.mumbles != nil {
			if err := p.w.mumbles(); err != nil {
				return err
			}
		}
		for _, s := range p.w.readings(0) {
			if slices.Contains(ids, s.Signal) {
				out = append(out, s)
			}
		}
		return nil
	})
	return out, err
}

// Diagnose tells a door ajar, or a worn compressor, from the last samples.
func (p port) Diagnose(_ context.Context, st *twin.State, asset twin.AssetID, now time.Time) (twin.Diagnosis, xai.Explanation, error) {
	d := twin.Diagnosis{Model: "test", Version: "1"}
	air := st.Latest(twin.SignalOf(asset, "air-temperature"))
	if !air.Live() {
		d.Abstained, d.Why = true, "the air temperature is "+string(air.Quality)
		return d, xai.Explanation{Abstained: true}, nil
	}
	cause := twin.Cause{Class: "normal", Probability: 0.9}
	if air.Value > -18 {
		cause = twin.Cause{Class: "compressor-degradation", Probability: 0.95}
		if st.Latest(twin.SignalOf(asset, "door-open")).Value == 1 {
			cause.Class = "door-ajar"
		}
	}
	d.Causes, d.Drift = []twin.Cause{cause}, p.w.odd
	if cause.Class == "normal" {
		d.Causes = append(d.Causes, twin.Cause{Class: "door-ajar", Probability: 0.1})
	}
	return d, xai.Explanation{Claim: cause.Class, Confidence: cause.Probability}, nil
}

func (w *world) readings(noise float64) []twin.Sample {
	var out []twin.Sample
	for _, c := range w.cabinets {
		values := c.values()
		for _, g := range w.site.Signals {
			if g.Asset != c.id {
				continue
			}
			v := values[g.Name]
			if g.Name == "air-temperature" {
				v += noise * c.noise()
			}
			out = append(out, twin.Sample{Signal: g.ID, At: w.now, Value: v, Quality: twin.Good})
		}
	}
	return out
}

// boot starts the program: a new operator takes up what the journal says, and
// is told the samples of the recent past again.
func (w *world) boot() {
	w.boots++
	w.gate = w.newGate()
	p := port{w, w.gate}
	o, err := New(Config{Site: w.site, Plant: p, Journal: p, Diagnoser: p, Now: func() time.Time { return w.now }})
	if err != nil {
		w.t.Fatal(err)
	}
	if err := o.Tick(context.Background()); !errors.Is(err, ErrNotResumed) {
		w.t.Fatalf("a tick before the journal was read: %v", err)
	}
	if err := o.Resume(context.Background()); err != nil {
		w.t.Fatal(err)
	}
	since := w.now.Add(-twin.HistoryKept)
	for i, s := range w.past {
		if s.At.After(since) {
			o.Observe(w.past[i:])
			break
		}
	}
	o.SetLinked(!w.dark)
	w.operator = o
}

// run lets the world go on.
func (w *world) run(d time.Duration) {
	if w.operator == nil {
		w.boot()
	}
	for end := w.now.Add(d); w.now.Before(end); {
		w.now = w.now.Add(sampleEvery)
		for _, c := range w.cabinets {
			c.step(sampleEvery)
		}
		if !w.dark {
			fresh := w.readings(1)
			if w.garble != nil {
				fresh = w.garble(fresh)
			}
			w.past = append(w.past, fresh...)
			w.operator.Observe(fresh)
		}
		w.operator.SetLinked(!w.dark)
		w.tick()
	}
}

func (w *world) tick() {
	err := w.operator.Tick(context.Background())
	if !w.gate.dead {
		for _, c := range w.operator.Cases() {
			if c.Stage == Proposed && c.Decision == nil && w.user != nil && (c.Mode == twin.Approve || c.Mode == twin.Auto) && !w.dark {
				w.user(w, c)
			}
		}
	}
	if w.gate.dead {
		w.boot()
		return
	}
	if err != nil && w.refuse == nil && w.mumbles == nil && w.gate.fails == nil && !w.dark {
		w.t.Fatalf("tick at %s: %v", w.now.Format(time.TimeOnly), err)
	}
}

// warmUp lets the cabinets run well for long enough to know their course.
func (w *world) warmUp() { w.run(95 * time.Minute) }

func (w *world) cases() []CaseRecord { return w.operator.Cases() }

// kinds is the journal in a line.
func (w *world) kinds() string {
	var out []string
	for _, e := range w.events {
		s := string(e.Kind)
		switch e.Kind {
		case twin.OutcomeRecorded:
			s += "=" + string(bodyAs[twin.Outcome](w.t, e).Result)
		case twin.DecisionMade:
			d := bodyAs[twin.Decision](w.t, e)
			s += fmt.Sprintf("=%v by %s", d.Approved, d.By)
		}
		out = append(out, s)
	}
	return strings.Join(out, " ")
}

func bodyAs[T any](t testing.TB, e twin.Event) T {
	t.Helper()
	var v T
	if err := json.Unmarshal(e.Body, &v); err != nil {
		t.Fatalf("event %d (%s): %v", e.Seq, e.Kind, err)
	}
	return v
}

// outcomes are the outcomes of every proposal, in order.
func (w *world) outcomes() map[twin.ProposalID][]twin.Outcome {
	out := map[twin.ProposalID][]twin.Outcome{}
	for _, e := range w.events {
		if e.Kind == twin.OutcomeRecorded {
			x := bodyAs[twin.Outcome](w.t, e)
			out[x.Proposal] = append(out[x.Proposal], x)
		}
	}
	return out
}

func (w *world) results() []twin.Result {
	var out []twin.Result
	for _, e := range w.events {
		if e.Kind == twin.OutcomeRecorded {
			out = append(out, bodyAs[twin.Outcome](w.t, e).Result)
		}
	}
	return out
}

// laws checks what must hold of every story, however it went.
func (w *world) laws() {
	w.t.Helper()
	var check twin.Chain
	intended := map[twin.ProposalID]bool{}
	decided := map[twin.ProposalID]twin.Decision{}
	proposals := map[twin.ProposalID]twin.Proposal{}
	for _, e := range w.events {
		if err := check.Check(e); err != nil {
			w.t.Fatalf("journal: %v", err)
		}
		switch e.Kind {
		case twin.ProposalMade:
			p := bodyAs[twin.Proposal](w.t, e)
			if _, twice := proposals[p.ID]; twice {
				w.t.Errorf("proposal %s was made twice", p.ID)
			}
			proposals[p.ID] = p
		case twin.DecisionMade:
			d := bodyAs[twin.Decision](w.t, e)
			if before, twice := decided[d.Proposal]; twice {
				w.t.Errorf("%s was decided by %s, then by %s", d.Proposal, before.By, d.By)
			}
			decided[d.Proposal] = d
		case twin.ActionIntended:
			p := bodyAs[twin.Proposal](w.t, e)
			if intended[p.ID] {
				w.t.Errorf("%s was begun twice", p.ID)
			}
			if !decided[p.ID].Approved {
				w.t.Errorf("%s was begun without approval", p.ID)
			}
			intended[p.ID] = true
		}
	}
	commands := map[twin.ProposalID]int{}
	for _, d := range w.wrote {
		if !intended[d.proposal] {
			w.t.Errorf("%s was written before the journal knew", d.proposal)
		}
		if d.rollback {
			for _, x := range d.writes {
				if !x.Hold {
					w.t.Errorf("a command was rolled back: %+v", x)
				}
			}
			continue
		}
		if commands[d.proposal]++; commands[d.proposal] > 1 {
			w.t.Errorf("%s was written %d times", d.proposal, commands[d.proposal])
		}
	}
	for id, all := range w.outcomes() {
		final := 0
		for i, x := range all {
			if x.Result == twin.Interrupted && momentary(proposals[id]) && i == 0 {
				continue // it tells that nobody knows yet; the effect is watched
			}
			final++
		}
		if final > 1 {
			w.t.Errorf("%s has %d outcomes: %+v", id, final, all)
		}
	}
}

// settled wants every proposal to have its one last outcome, but for those that
// still wait for it.
func (w *world) settled() {
	w.t.Helper()
	w.laws()
	outcomes := w.outcomes()
	for _, e := range w.events {
		if e.Kind != twin.ProposalMade {
			continue
		}
		p := bodyAs[twin.Proposal](w.t, e)
		denied := slices.ContainsFunc(w.events, func(e twin.Event) bool {
			return e.Kind == twin.DecisionMade && bodyAs[twin.Decision](w.t, e).Proposal == p.ID && !bodyAs[twin.Decision](w.t, e).Approved
		})
		waits := slices.ContainsFunc(w.cases(), func(c CaseRecord) bool {
			return c.Proposal != nil && c.Proposal.ID == p.ID && c.Stage == Proposed
		})
		if n := len(outcomes[p.ID]); n == 0 && !denied && !waits {
			w.t.Errorf("%s was forgotten: %s", p.ID, w.kinds())
		}
	}
}
