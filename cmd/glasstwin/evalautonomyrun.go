package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/glasstwin/glasstwin/connectors/opcua"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/operate"
)

const (
	runLasts    = 300 * time.Minute // of plant's time: past every deadline
	runWaits    = 60 * time.Minute  // beyond, for the outcome of what is under way
	runStep     = time.Minute       // between two readings of everything
	runGlance   = 5 * time.Second   // between two looks at who is where: people pass between two readings
	ticksAStep  = 8                 // of the operator at most: raised, proposed, decided, written, told
	linkBeat    = time.Second
	runPatience = 10 * time.Minute // of this machine's time, for one run

	// truthMostWait is how long a plant may take to end: it plays the run three times more
	// by itself before it tells how it ended, seconds on a quiet machine.
	truthMostWait = 3 * time.Minute
)

// errNoRun is of a seed of which no run can be drawn: the site never has an hour at
// which what was drawn would call for anything. It is left out, and told.
var errNoRun = errors.New("no run")

// drawsNothing is how the emulated plant says so.
const drawsNothing = "none had an hour for"

// playedRun is a run as the twin saw and steered it.
type playedRun struct {
	seed    uint64
	begun   time.Time // plant's time of the first reading
	ended   time.Time
	events  []twin.Event
	samples []twin.Sample
}

// play serves a drawn run by a process of its own, and operates it over its OPC UA
// link alone, a minute at a time, until the plant has ended.
func (b *autonomyBench) play(ctx context.Context, seed uint64, eyes operate.Perceiver, truth string) (p *playedRun, err error) {
	ctx, cancel := context.WithTimeout(ctx, runPatience)
	defer cancel()
	said := new(quiet)
	args := []string{"--template", b.Site, "--speed", "0", "--listen", "127.0.0.1:0", "--config", b.config,
		"--scenario", strconv.FormatUint(seed, 10), "--truth", truth}
	if b.Situation != "" {
		args = append(args, "--situation", b.Situation)
	}
	plant, err := startPlant(ctx, said, args...)
	switch {
	case err != nil && strings.Contains(said.said(), drawsNothing):
		return nil, fmt.Errorf("%w: %s", errNoRun, said.said())
	case err != nil:
		return nil, fmt.Errorf("%w: %s", err, said.said())
	}
	defer plant.stopWithin(truthMostWait) // the truth about how it ended is there then
	at := emulatedAccess(b.config, plant.Endpoint)
	config, err := at.config(b.site)
	if err != nil {
		return nil, err
	}
	config.Polled, config.Interval = true, linkBeat
	config.Receive = func([]twin.Sample) error { return nil }
	link, err := opcua.New(config)
	if err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(ctx)
	linked := make(chan error, 1)
	go func() { linked <- link.Run(ctx) }()
	defer func() {
		stop()
		err = errors.Join(err, <-linked)
	}()
	p = &playedRun{seed: seed}
	return p, p.operate(ctx, b.site, link, eyes)
}

// operate runs the whole loop of the operator, minute by minute.
func (p *playedRun) operate(ctx context.Context, site *twin.Site, link *opcua.Link, eyes operate.Perceiver) error {
	ids := make([]twin.SignalID, len(site.Bindings))
	for i, b := range site.Bindings {
		ids[i] = b.Signal
	}
	if err := reach(ctx, link, ids[0]); err != nil {
		return err
	}
	journal := &heldJournal{}
	operator, err := operate.New(operate.Config{Site: site, Plant: link, Journal: journal, Perceiver: eyes, Watch: siteWatch()})
	if err != nil {
		return err
	}
	if err := operator.Resume(ctx); err != nil {
		return err
	}
	operator.SetLinked(true)
	var moving []twin.SignalID
	for _, g := range site.Signals {
		if g.Kind == twin.Positions {
			moving = append(moving, g.ID)
		}
	}
	seen, read := twin.NewState(site), readings{}
	for minute := 0; ; minute++ {
		if minute > 0 {
			glanced, err := link.AdvanceLooking(ctx, runStep, runGlance, moving)
			if err != nil {
				return err
			}
			for i := range glanced { // the clock of their gateway may be wrong
				glanced[i] = twin.Restamp(glanced[i], p.ended.Add(time.Duration(i/len(moving)+1)*runGlance))
			}
			operator.Observe(p.take(seen, glanced))
		}
		samples, err := link.Read(ctx, ids)
		if err != nil {
			return err
		}
		var expected time.Time
		if !p.begun.IsZero() { // counted from there: what is late would hold it back, once and for all
			expected = p.begun.Add(time.Duration(minute) * runStep)
		}
		now := plantTime(samples, expected)
		if p.begun.IsZero() {
			p.begun = now
		}
		p.ended = now
		samples = read.fresh(samples)
		for i := range samples {
			samples[i] = twin.Restamp(samples[i], now)
		}
		operator.Observe(p.take(seen, samples))
		for range ticksAStep {
			before := journal.len()
			if err := operator.Tick(ctx); err != nil && ctx.Err() != nil {
				return ctx.Err()
			} // an error of one case is tried again, as when a site is run
			if journal.len() == before {
				break
			}
		}
		lasted := now.Sub(p.begun)
		if lasted >= runLasts && (lasted >= runLasts+runWaits || !acting(operator.Cases())) {
			p.events = journal.events
			return nil
		}
	}
}

// take keeps the samples that are new.
func (p *playedRun) take(seen *twin.State, samples []twin.Sample) []twin.Sample {
	fresh := samples[:0]
	for _, s := range samples {
		if seen.Apply(s) {
			fresh = append(fresh, s)
		}
	}
	p.samples = append(p.samples, fresh...)
	return fresh
}

func acting(cases []operate.CaseRecord) bool {
	return slices.ContainsFunc(cases, func(c operate.CaseRecord) bool { return c.Stage == operate.Acting })
}

// readings are when each signal's value was taken that was read last.
type readings map[twin.SignalID]time.Time

// fresh leaves of samples those that were taken since the last reading. A value
// that a silent gateway left behind is read again and again: once it is old its
// time would be held to be that of a wrong clock, and it for one that has just come.
func (r readings) fresh(samples []twin.Sample) []twin.Sample {
	return slices.DeleteFunc(samples, func(s twin.Sample) bool {
		if last, ok := r[s.Signal]; ok && last.Equal(s.At) {
			return true
		}
		r[s.Signal] = s.At
		return false
	})
}

// plantTime is the plant's, by what was read. The clock of a gateway that most of it
// comes through may be wrong, or the gateway silent and all of it old: while a time
// is expected, since the plant was moved on to it, it is the newest that can be of
// then, else that of most.
func plantTime(samples []twin.Sample, expected time.Time) time.Time {
	var at []time.Time
	var newest time.Time
	for _, s := range samples {
		if s.Quality != twin.Good || s.At.IsZero() {
			continue
		}
		at = append(at, s.At)
		if twin.Restamp(s, expected).At.Equal(s.At) && s.At.After(newest) {
			newest = s.At
		}
	}
	if !expected.IsZero() && !newest.IsZero() {
		return newest
	}
	if len(at) == 0 {
		return expected
	}
	slices.SortFunc(at, time.Time.Compare)
	return at[len(at)/2]
}

// heldJournal keeps a run's events in memory, sealed as on a disk.
type heldJournal struct {
	mu     sync.Mutex
	chain  twin.Chain
	events []twin.Event
}

// Append seals an event.
func (j *heldJournal) Append(_ context.Context, e twin.Event) (twin.Event, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	sealed := j.chain.Seal(e, time.Now())
	j.events = append(j.events, sealed)
	return sealed, nil
}

// Events hands on what was sealed.
func (j *heldJournal) Events(_ context.Context, from uint64, fn func(twin.Event) error) error {
	for _, e := range j.events[min(len(j.events), int(max(from, 1)-1)):] {
		if err := fn(e); err != nil {
			return err
		}
	}
	return nil
}

func (j *heldJournal) len() int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return len(j.events)
}

func minutes(d time.Duration) float64 {
	if d < 0 {
		return math.NaN()
	}
	return d.Minutes()
}
