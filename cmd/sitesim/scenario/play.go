package scenario

import (
	"fmt"
	"slices"
	"time"

	"github.com/glasstwin/glasstwin/cmd/sitesim/point"
	"github.com/glasstwin/glasstwin/cmd/sitesim/store"
	"github.com/glasstwin/glasstwin/cmd/sitesim/trial"
)

// Play is a run on its way: a site that the server can put on the network, to
// which the plan happens as its time passes. Each stride costs what the site's
// does.
type Play struct {
	trial.World
	Plan *Plan
	// Err is the first thing that went wrong with the plan.
	Err error

	points   []point.Point
	ways     []arrival
	lot      store.Lot // of how samples arrive
	begun    []bool
	confused []bool
	paid     trial.Cost // at the run's planned end
	over     bool
	acted    time.Time // when who operates the site first wrote since what befell it; zero: not yet
}

// NewPlay begins a run. The plan's own world is left as it is.
func NewPlay(p *Plan) *Play {
	plan := *p
	plan.Situations = slices.Clone(p.Situations)
	y := &Play{World: p.world.Fork(), Plan: &plan, lot: store.NewLot(p.Seed, "link"), begun: make([]bool, len(p.Situations)), confused: make([]bool, len(p.Confounders))}
	y.points = y.World.Points()
	for i := range y.points {
		if set := y.points[i].Set; set != nil {
			y.points[i].Set = func(v float64) {
				y.written()
				set(v)
			}
		}
	}
	return y
}

// written notes when who operates the site first wrote to it, what befalls it once
// it has begun.
func (p *Play) written() {
	if _, now := p.Times(); p.acted.IsZero() && len(p.begun) > 0 && p.begun[0] {
		p.acted = now
	}
}

// Points are the same ones at every call.
func (p *Play) Points() []point.Point { return p.points }

// Step moves the site by a stride and lets happen what is due.
func (p *Play) Step() {
	p.World.Step()
	_, now := p.Times()
	for i := range p.Plan.Situations {
		s := &p.Plan.Situations[i]
		switch {
		case !p.begun[i] && !now.Before(s.Onset):
			p.begun[i] = true
			if err := p.World.Inject(s.Device, s.Class, s.Severity); err != nil && p.Err == nil {
				p.Err = fmt.Errorf("scenario %d: %w", p.Plan.Seed, err)
			}
			s.Detail, s.Remedy = p.World.Detail(s.Device, s.Class), p.World.Remedy(s.Device, s.Class)
		case p.begun[i] && s.End.IsZero() && !p.World.Present(s.Device, s.Class):
			s.End = now
		}
	}
	for i, c := range p.Plan.Confounders {
		if !p.confused[i] && !now.Before(c.At) {
			p.confused[i] = true
			p.World.Confuse(c.Kind, c.Severity)
		}
	}
	if !p.over && !now.Before(p.Plan.Until) {
		p.over, p.paid = true, p.World.Settle()
	}
}

// Fork is a run of its own that goes on as this one will.
func (p *Play) Fork() *Play {
	f := *p
	plan := *p.Plan
	plan.Situations = slices.Clone(p.Plan.Situations)
	f.Plan, f.World = &plan, p.World.Fork()
	f.begun, f.confused = slices.Clone(p.begun), slices.Clone(p.confused)
	f.points, f.ways = f.World.Points(), nil
	return &f
}

// Ran is what the run has cost: at its planned end, or so far.
func (p *Play) Ran() trial.Cost {
	if p.over {
		return p.paid
	}
	return p.World.Settle()
}
