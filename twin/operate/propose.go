package operate

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/glasstwin/glasstwin/twin"
)

const (
	sureMin      = 0.6              // probability of a cause, to propose a remedy for it
	proposalLife = 60 * time.Minute // of plant's time: later the cabinet is another one than the forecast knew
	proposalsMax = 8                // in one case; then a person must look
	shownMin     = 3.0              // spreads from normal that a disturbance must show, to be verified by its end
)

// propose makes a proposal for a case that has a diagnosis, or notes why not,
// and calls people where it cannot help.
func (o *Operator) propose(ctx context.Context, c *dossier) error {
	if !c.Ended.IsZero() || !o.state.Linked() {
		return nil
	}
	if worked := c.Outcome != nil && c.Outcome.Result == twin.Verified; worked || len(o.toSpare(c)) > 0 {
		if busy, err := o.lookAgain(ctx, c); busy || worked || err != nil {
			return err
		}
	}
	v := o.vigilOf(c.Situation.Asset)
	if v == nil || v.found == nil || c.Diagnosis == nil {
		c.Why = "it is not diagnosed yet"
		return nil
	}
	if c.Why != "" && v.found.at.Before(c.weighAt) {
		return o.escalate(ctx, c, c.Why) // nothing is known now that was not then
	}
	p, nothing, why := o.draft(ctx, c, v)
	if why != "" {
		c.Why = why
		return o.escalate(ctx, c, why)
	}
	if o.news(c, v) { // the proposal must rest on the diagnosis that stands beside it
		if err := o.tellDiagnosis(ctx, c, v); err != nil {
			return err
		}
	}
	return o.lay(ctx, c, p, nothing)
}

// lay puts a proposal before the guards.
func (o *Operator) lay(ctx context.Context, c *dossier, p twin.Proposal, nothing []twin.Point) error {
	if err := o.emit(ctx, twin.ProposalMade, c, "", p); err != nil {
		return err
	}
	c.Nothing = nothing
	results := o.check(c)
	if err := o.emit(ctx, twin.GuardsChecked, c, "", results); err != nil {
		return err
	}
	if ok, why := passed(results); !ok {
		return o.escalate(ctx, c, "no action is safe now: "+why)
	}
	return nil
}

// urgent is the severity from which people are called though a remedy may yet
// be found.
const urgent = 0.7

// urgentAfter leaves the first minutes of a case for what waits to pass by.
const urgentAfter = 5 * time.Minute

// escalate calls people to a case that the twin cannot answer: soon where goods
// are at risk, else when it has lasted.
func (o *Operator) escalate(ctx context.Context, c *dossier, why string) error {
	lasted := o.state.Now().Sub(c.Situation.Detected)
	if c.Escalated != nil || lasted < urgentAfter || c.Situation.Severity < urgent && lasted < 2*o.watch.For {
		return nil
	}
	return o.emit(ctx, twin.Escalated, c, "", twin.Escalation{Case: c.Situation.Case, Why: why, Severity: c.Situation.Severity})
}

// weighEvery is how long what was found to be worth nothing is not weighed again.
const weighEvery = 5 * time.Minute

// draft is the proposal for what the newest diagnosis says, or why there is
// none.
func (o *Operator) draft(ctx context.Context, c *dossier, v *vigil) (p twin.Proposal, nothing []twin.Point, why string) {
	d := v.found.diagnosis
	cause, faulty := fault(d)
	switch {
	case d.Abstained:
		return p, nil, "the model abstains: " + d.Why
	case !faulty:
		return p, nil, "the model finds no fault that it knows"
	case cause.Probability < sureMin:
		return p, nil, fmt.Sprintf("the likeliest cause, %s, has a probability of %.2f only; %.2f is needed to act on it", cause.Class, cause.Probability, sureMin)
	case c.proposals >= proposalsMax:
		return p, nil, fmt.Sprintf("%d proposals were made and the situation lasts: a person must look at it", c.proposals)
	}
	all := o.weigh(ctx, c, v, cause)
	best, ranking := choose(all)
	c.weighAt = v.found.at.Add(time.Nanosecond)
	if best == nil && slices.ContainsFunc(all, func(x option) bool { return x.ready }) {
		wait := weighEvery // it was rolled forward, and is worth nothing
		if slices.ContainsFunc(o.remedies, func(r Remedy) bool { return r.Again > 0 && o.answers(r, cause, c.Situation.Asset, c.detail) }) {
			wait = busyLook // people come and tills are shut from one minute to the next
		}
		c.weighAt = v.found.at.Add(wait)
	}
	c.Weighed = ranking
	if best != nil {
		p = best.remedy
		p.ID = c.nextID()
		p.Ranking, p.Model, p.Version = ranking, d.Model, d.Version
		return p, best.idle, ""
	}
	if i := slices.IndexFunc(ranking, func(x twin.Candidate) bool { return x.Why != "" }); i >= 0 {
		why = ranking[i].Why
	}
	if why == "" {
		why = fmt.Sprintf("no remedy is known for %s", cause.Class)
	}
	return p, nil, why
}

// benefit is the share of the way back to normal that acting gains over doing
// nothing, at the end of the watch, times how likely the cause is.
func benefit(probability float64, e twin.Effect, idle []twin.Point) float64 {
	if len(e.Forecast) == 0 || len(idle) == 0 {
		return 0
	}
	acted, idled, aim := e.Forecast[len(e.Forecast)-1].Value, idle[len(idle)-1].Value, usualOf(e).mean
	if idled == aim {
		return 0
	}
	gain := (math.Abs(idled-aim) - math.Abs(acted-aim)) / math.Abs(idled-aim)
	return probability * min(max(gain, 0), 1)
}

const readMax = 3 * time.Second // that a read of the plant may take

// present is the value of a signal now: as last heard, or else as the plant
// answers.
func (o *Operator) present(ctx context.Context, id twin.SignalID) (float64, error) {
	if s := o.state.Latest(id); s.Live() {
		return s.Value, nil
	}
	values, err := o.read(ctx, []twin.SignalID{id})
	if err != nil {
		return 0, err
	}
	return values[0], nil
}

// read asks the plant for the values of signals, all of which must be good.
func (o *Operator) read(ctx context.Context, ids []twin.SignalID) ([]float64, error) {
	wait, cancel := context.WithTimeout(ctx, readMax)
	defer cancel()
	got, err := o.plant.Read(wait, ids)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", names(ids), err)
	}
	values := make([]float64, len(ids))
	for i, id := range ids {
		found := false
		for _, s := range got {
			if s.Signal == id && s.Live() && !math.IsNaN(s.Value) {
				values[i], found = s.Value, true
			}
		}
		if !found {
			return nil, fmt.Errorf("read %s: %w", id, errNoValue)
		}
	}
	return values, nil
}

var errNoValue = errors.New("the plant gave no good value")

func names(ids []twin.SignalID) string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = string(id)
	}
	return strings.Join(out, ", ")
}

// vigilOf is the watch over an asset; nil when it is not watched. Where a whole
// site is perceived, every asset of it is.
func (o *Operator) vigilOf(asset twin.AssetID) *vigil {
	for _, v := range o.vigils {
		if v.asset == asset {
			return v
		}
	}
	if _, known := o.site.Asset(asset); o.perceiver == nil || !known {
		return nil
	}
	v := &vigil{asset: asset}
	o.vigils = append(o.vigils, v)
	return v
}
