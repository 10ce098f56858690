package scenario

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/glasstwin/glasstwin/cmd/sitesim/point"
	"github.com/glasstwin/glasstwin/cmd/sitesim/trial"
)

const (
	// horizon is how far each action is followed: a technician has come and what
	// he mended has shown.
	horizon = 4 * time.Hour
	// decided is when somebody who is attentive decides, as a share of the time
	// that the class leaves.
	decided = 0.6
	// leastScale is what regret is measured against where a run costs hardly
	// anything, or earns, as a share of a day of bother, €: so many actions.
	leastScale = 7
	// alike is the share of the least cost within which an action is as good.
	alike = 0.05
	// clearly is the share by which a remedy must be better than nothing for its
	// situation to be one.
	clearly = 0.08
)

// Choice is an action and what comes of it.
type Choice struct {
	trial.Action
	// Also are devices at which the same action costs the same, within what they
	// differ.
	Also   []string   `json:"also,omitempty"`
	Cost   float64    `json:"cost"`   // € from the decision to the horizon
	Regret float64    `json:"regret"` // € above the least
	Good   bool       `json:"good"`   // its regret is at most 5 % of the least cost
	Parts  trial.Cost `json:"parts"`
	// Beside tells that it would pay as well had nothing befallen the site: a till more on
	// a busy day is no answer to a sensor that errs, and not what that is measured by.
	Beside bool `json:"beside,omitempty"`
}

// Truth is what who judges a run is told.
type Truth struct {
	*Plan
	Decision time.Time   `json:"decision"` // when the actions are begun
	Horizon  float64     `json:"horizon_s"`
	Best     Choice      `json:"best"`
	Choices  []Choice    `json:"choices"`       // the least cost first
	Alike    float64     `json:"alike"`         // € above the least within which an action is as good
	Bother   float64     `json:"bother"`        // € of each action, beside what comes of it; in the choices' cost, and not in what was run
	Ran      *trial.Cost `json:"ran,omitempty"` // what the run itself cost, once it is over
	// RanBest is what it would have cost up to the same moment, had the best been done
	// at the decision and nothing else: who did several things in turn is held against
	// this.
	RanBest *trial.Cost `json:"ran_best,omitempty"`
	// Breaches are the limits that the run has passed, for whatever cause; Idle and
	// IfBest, those that it passes until the same moment when nothing is done, and
	// when the best is done and nothing else: at the decision, or when who operated
	// the site first wrote, since it depends on the moment how warm a cabinet gets by a
	// defrost; each limit as far as the worse of the two. Well are those of a site
	// that nothing befell: who mends it at once is left with these.
	Breaches []trial.Breach `json:"breaches,omitempty"`
	Idle     []trial.Breach `json:"breaches_idle"`
	IfBest   []trial.Breach `json:"breaches_best"`
	Well     []trial.Breach `json:"breaches_well"`
	RanTo    *time.Time     `json:"ran_to,omitempty"`
}

// Judge looks ahead, with perfect foresight, what each action would cost from the
// moment of the decision: the same people, weather and chance for all.
func Judge(p *Plan) (*Truth, error) {
	play, decision, err := p.decide()
	if err != nil {
		return nil, err
	}
	root := ""
	if len(p.Situations) > 0 {
		root = p.Situations[0].Device
	}
	t := &Truth{Plan: play.Plan, Decision: decision, Horizon: horizon.Seconds()}
	for _, c := range actions(play.World, root) {
		if err := c.follow(play, decision); err != nil {
			return nil, fmt.Errorf("judge scenario %d: %w", p.Seed, err)
		}
		t.Choices = append(t.Choices, c)
	}
	slices.SortStableFunc(t.Choices, func(a, b Choice) int {
		switch {
		case a.Cost < b.Cost:
			return -1
		case a.Cost > b.Cost:
			return 1
		}
		return 0
	})
	if err := t.setBeside(p); err != nil {
		return nil, fmt.Errorf("judge scenario %d: %w", p.Seed, err)
	}
	least := t.Choices[0].Cost
	t.Bother = play.Bother()
	t.Alike = alike * max(math.Abs(least), leastScale*t.Bother)
	for i := range t.Choices {
		c := &t.Choices[i]
		c.Regret = c.Cost - least
		c.Good = c.Regret <= t.Alike && !c.Beside
	}
	t.Best = t.Choices[0]
	return t, nil
}

// setBeside finds, among the choices that cost less than the situation's remedy, those
// that pay as well at a site that nothing befell, and puts them last.
func (t *Truth) setBeside(p *Plan) error {
	if len(p.Situations) == 0 {
		return nil
	}
	remedy := slices.IndexFunc(t.Choices, func(c Choice) bool { return c.Class == t.Plan.Situations[0].Remedy })
	if remedy < 1 {
		return nil
	}
	well := *p
	well.Situations = nil
	play := NewPlay(&well)
	run(play, t.Decision)
	idle := Choice{Action: trial.Action{Class: trial.Nothing}}
	if err := idle.follow(play, t.Decision); err != nil {
		return err
	}
	for i := range t.Choices[:remedy] {
		c := &t.Choices[i]
		there := Choice{Action: c.Action}
		if c.Class == trial.Nothing {
			continue
		}
		if err := there.follow(play, t.Decision); err != nil {
			return err
		}
		c.Beside = there.Cost < idle.Cost
	}
	slices.SortStableFunc(t.Choices, func(a, b Choice) int {
		switch {
		case !a.Beside && b.Beside:
			return -1
		case a.Beside && !b.Beside:
			return 1
		}
		return 0
	})
	return nil
}

// decision is the moment of the decision.
func (p *Plan) decision() time.Time {
	if len(p.Situations) == 0 {
		return p.Until.Add(-afterOnset)
	}
	s := p.Situations[0]
	return s.Onset.Add(time.Duration(decided * float64(s.Deadline.Sub(s.Onset))).Truncate(time.Minute))
}

// decide plays a run to the moment of the decision.
func (p *Plan) decide() (*Play, time.Time, error) {
	play, at := NewPlay(p), p.decision()
	run(play, at)
	return play, at, play.Err
}

// follow looks ahead what an action costs.
func (c *Choice) follow(from *Play, at time.Time) error {
	f := from.Fork()
	f.Hasten()
	before := f.Cost()
	if err := f.Do(c.Action); err != nil {
		return err
	}
	run(f, at.Add(horizon))
	c.Parts = f.Settle().Less(before)
	if c.Class != trial.Nothing {
		c.Parts.Service += f.Bother()
	}
	c.Cost = c.Parts.Total()
	return nil
}

// shows tells whether the situation is there to be seen before the decision: a
// valve that is stuck where a healthy one would stand as well cannot be told by
// anybody. Healthy is the run up to the onset; it goes on without the situation.
func (p *Plan) shows(class trial.Class, healthy *Play) bool {
	if class.Shows == "" {
		return true
	}
	s := p.Situations[0]
	at := slices.IndexFunc(healthy.Points(), func(q point.Point) bool { return q.Device == s.Device && q.Name == class.Shows })
	if at < 0 {
		return false
	}
	ill, end := NewPlay(p), p.decision()
	_, now := healthy.Times()
	for run(ill, now); now.Before(end); _, now = healthy.Times() {
		healthy.Step()
		ill.Step()
		if math.Abs(ill.Points()[at].Get()-healthy.Points()[at].Get()) >= class.By {
			return true
		}
	}
	return false
}

// worth tells whether a run's situation calls for an action at all: on some days
// it does no harm. A run of it would teach to act for nothing.
func (p *Plan) worth() bool {
	play, at, err := p.decide()
	if err != nil || len(play.Plan.Situations) == 0 || !play.Plan.Situations[0].End.IsZero() {
		return false
	}
	nothing, best := Choice{Action: trial.Action{Class: trial.Nothing}}, math.Inf(1)
	if nothing.follow(play, at) != nil {
		return false
	}
	for _, a := range play.World.Actions() {
		c := Choice{Action: a}
		if a.Class != play.Plan.Situations[0].Remedy || c.follow(play, at) != nil {
			continue
		}
		best = min(best, c.Cost)
	}
	return nothing.Cost-best > clearly*max(math.Abs(best), leastScale*play.Bother())
}

// easing are the actions that can do good on a day on which nothing is wrong.
var easing = []string{"open-tills", "shut-till", "more-fresh-air", "spray-condenser", "shade", "lights-off", "boost-capacity", "ventilate", "battery-charge", "close-window"}

// calm tells whether nothing that eases a day would be worth doing in a run
// without a situation: else to do nothing would be wrong.
func (p *Plan) calm() bool {
	play, at, err := p.decide()
	if err != nil {
		return false
	}
	nothing := Choice{Action: trial.Action{Class: trial.Nothing}}
	if nothing.follow(play, at) != nil {
		return false
	}
	for _, c := range actions(play.World, "") {
		if slices.Contains(easing, c.Class) && (c.follow(play, at) != nil || c.Cost < nothing.Cost) {
			return false
		}
	}
	return true
}

// actions are those at the root cause, and at one device of each other class that
// stands for its like.
func actions(w trial.World, root string) []Choice {
	var at []string
	also := map[string][]string{}
	first := map[string]string{}
	for _, d := range w.Devices() {
		like, seen := first[d.Class]
		switch {
		case d.ID == root || d.Class == "hvac-unit" || d.Class == "checkout":
			at = append(at, d.ID)
		case !seen:
			first[d.Class] = d.ID
			at = append(at, d.ID)
		default:
			also[like] = append(also[like], d.ID)
		}
	}
	var all []Choice
	for _, a := range w.Actions(at...) {
		all = append(all, Choice{Action: a, Also: also[a.Device]})
	}
	return all
}

// Over adds how the run itself went: when what befell the site ended, and what it
// has all cost up to the run's planned end, or so far; and which limits it passed,
// beside those that it would have passed otherwise.
func (t *Truth) Over(p *Play) error {
	plan := *p.Plan
	_, now := p.Times()
	var err error
	var best trial.Cost
	if t.Idle, _, err = plan.passes(trial.Action{Class: trial.Nothing}, t.Decision, now); err != nil {
		return fmt.Errorf("judge scenario %d: had nothing been done: %w", plan.Seed, err)
	}
	if t.IfBest, best, err = plan.passes(t.Best.Action, t.Decision, now); err != nil {
		return fmt.Errorf("judge scenario %d: had the best been done: %w", plan.Seed, err)
	}
	if !p.acted.IsZero() {
		then, _, err := plan.passes(t.Best.Action, p.acted, now)
		if err != nil {
			return fmt.Errorf("judge scenario %d: had the best been done at %s: %w", plan.Seed, p.acted.Format(time.TimeOnly), err)
		}
		t.IfBest = furthest(t.IfBest, then)
	}
	well := plan
	well.Situations = nil
	if t.Well, _, err = well.passes(trial.Action{Class: trial.Nothing}, t.Decision, now); err != nil {
		return fmt.Errorf("judge scenario %d: had nothing befallen it: %w", plan.Seed, err)
	}
	t.Breaches = p.Breaches()
	if now.After(plan.Until) {
		now = plan.Until
	}
	ran := p.Ran()
	t.Plan, t.Ran, t.RanBest, t.RanTo = &plan, &ran, &best, &now
	return nil
}

// furthest joins two lists of limits, each as far and as long as the worse of the two: a
// defrost that warms a cabinet less may last longer, and who did it then is to be found
// in the list.
func furthest(a, b []trial.Breach) []trial.Breach {
	out := slices.Clone(a)
	for _, x := range b {
		i := slices.IndexFunc(out, func(y trial.Breach) bool { return y.Device == x.Device && y.What == x.What })
		switch {
		case i < 0:
			out = append(out, x)
		default:
			out[i].By, out[i].Seconds = max(out[i].By, x.By), max(out[i].Seconds, x.Seconds)
		}
	}
	return out
}

// passes are the limits that a run passes up to a moment when an action is begun at
// the decision, and nothing else is done, and what it costs. It is stepped as a served run is: longer
// strides would draw other people and other chance, and a run to which nothing was
// written must pass the very same limits as Nothing does.
func (p *Plan) passes(a trial.Action, decision, until time.Time) ([]trial.Breach, trial.Cost, error) {
	play := NewPlay(p)
	if decision.Before(until) {
		run(play, decision)
		if err := play.Do(a); err != nil {
			return nil, trial.Cost{}, err
		}
	}
	run(play, until)
	return play.Breaches(), play.Ran(), play.Err
}

// Write puts the truth into a file, which appears only when it is whole.
func (t *Truth) Write(file string) (err error) {
	text, err := json.MarshalIndent(t, "", " ")
	if err != nil {
		return fmt.Errorf("write the truth: %w", err)
	}
	f, err := os.CreateTemp(filepath.Dir(file), ".truth-*")
	if err != nil {
		return fmt.Errorf("write the truth: %w", err)
	}
	defer func() {
		if err != nil {
			_ = f.Close()
			_ = os.Remove(f.Name())
			err = fmt.Errorf("write the truth: %w", err)
		}
	}()
	if _, err = f.Write(append(text, '\n')); err != nil {
		return err
	}
	if err = f.Sync(); err != nil {
		return err
	}
	if err = f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), file)
}
