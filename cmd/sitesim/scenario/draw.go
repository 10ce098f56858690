// Package scenario draws a run from a seed and plays it: which site, below which
// sky, what befalls it and when, what confuses beside that, how badly its samples
// arrive; and it works out, by looking ahead with every action there is, what
// would have been best to do. It knows no network; what it knows goes into a file
// for who judges the run, never to who operates the site. Start reading at Draw,
// then Play (play.go) and Judge (judge.go).
package scenario

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/glasstwin/glasstwin/cmd/sitesim/climate"
	"github.com/glasstwin/glasstwin/cmd/sitesim/home"
	"github.com/glasstwin/glasstwin/cmd/sitesim/market"
	"github.com/glasstwin/glasstwin/cmd/sitesim/store"
	"github.com/glasstwin/glasstwin/cmd/sitesim/trial"
)

// None is the situation of a run in which nothing calls for an action.
const None = "normal"

const (
	normalShare  = 0.2 // of drawn runs
	attemptsMax  = 120 // days and hours looked at for one on which a situation can happen
	onsetLeast   = 60 * time.Minute
	onsetMost    = 110 * time.Minute
	afterOnset   = 4 * time.Hour // that a run lasts beyond
	confusedRuns = 0.75          // share of runs with a confounder
)

// Options of a drawing.
type Options struct {
	Template  string // "store" or "home"
	Seed      uint64
	Situation string        // a class, or None; "": drawn
	Sky       *climate.Year // nil: made up from the seed
	Quiet     bool          // samples arrive as they should, communication loss apart
}

// Situation is what befalls the site.
type Situation struct {
	Class    string    `json:"class"`
	Device   string    `json:"device"`
	Part     string    `json:"part"`
	Severity float64   `json:"severity"`
	Onset    time.Time `json:"onset"`
	Deadline time.Time `json:"deadline"`
	End      time.Time `json:"end,omitzero"`
	Remedy   string    `json:"remedy"`
	Detail   string    `json:"detail,omitempty"`
}

// Confounder is what looks like trouble and is none.
type Confounder struct {
	Kind     string    `json:"kind"`
	At       time.Time `json:"at"`
	Severity float64   `json:"severity"`
}

// Plan is a drawn run.
type Plan struct {
	Template    string       `json:"template"`
	Seed        uint64       `json:"seed"`
	Start       time.Time    `json:"start"`
	Until       time.Time    `json:"until"`
	Situations  []Situation  `json:"situations"`
	Confounders []Confounder `json:"confounders"`
	Link        Noise        `json:"link"`

	world trial.World // as it stands at Start
}

// builders make the sites that can be played.
var builders = map[string]func(o Options, start time.Time) trial.World{
	"store": func(o Options, start time.Time) trial.World {
		return market.New(market.Options{Seed: o.Seed, Start: start, Sky: o.Sky})
	},
	"home": func(o Options, start time.Time) trial.World {
		return home.New(home.Options{Seed: o.Seed, Start: start, Sky: o.Sky})
	},
}

// Build makes a site as it stands at a time, without a plan.
func Build(o Options, start time.Time) (trial.World, error) {
	build, ok := builders[o.Template]
	if !ok {
		return nil, fmt.Errorf("no site is called %q", o.Template)
	}
	return build(o, start), nil
}

// Draw draws a run.
func Draw(o Options) (*Plan, error) {
	build, ok := builders[o.Template]
	if !ok {
		return nil, fmt.Errorf("draw scenario %d: no site is called %q", o.Seed, o.Template)
	}
	if o.Sky == nil {
		o.Sky = climate.Synthetic(o.Seed)
	}
	d := store.NewDice(o.Seed, 61)
	class := o.Situation
	severity, onset := d.Float64(), onsetLeast+time.Duration(d.Float64()*float64(onsetMost-onsetLeast)).Truncate(time.Minute)
	for range attemptsMax {
		start := startOf(class, d)
		p := &Plan{Template: o.Template, Seed: o.Seed, Start: start, world: build(o, start)}
		if class == "" {
			if class = None; !d.Chance(normalShare) {
				all := p.world.Classes()
				class = all[d.IntN(len(all))].Name
				continue // that has days of its own
			}
		}
		p.confuse(d, class)
		p.Link = drawNoise(d, p.world.Gateways(), start)
		if o.Quiet {
			p.Link = Noise{}
		}
		if class == None {
			p.Until = start.Add(onset + afterOnset)
			if p.calm() {
				return p, nil
			}
			continue
		}
		all := p.world.Classes()
		i := slices.IndexFunc(all, func(c trial.Class) bool { return c.Name == class })
		if i < 0 {
			return nil, fmt.Errorf("draw scenario %d: %q is no situation of a %s: choose %s or one of %s", o.Seed, class, o.Template, None, names(all))
		}
		at := start.Add(onset)
		p.Until = at.Add(max(afterOnset, all[i].Deadline+time.Hour))
		before := NewPlay(p)
		run(before, at)
		likely := before.Likely(class)
		if len(likely) == 0 {
			continue
		}
		p.Situations = []Situation{{Class: class, Device: likely[d.IntN(len(likely))], Part: all[i].Part, Severity: float64(int(severity*100)) / 100,
			Onset: at, Deadline: at.Add(all[i].Deadline), Remedy: all[i].Remedy}}
		if p.shows(all[i], before) && p.worth() {
			return p, nil
		}
	}
	return nil, fmt.Errorf("draw scenario %d: in %d days looked at, none had an hour for %s: give another seed or sky", o.Seed, attemptsMax, class)
}

// startOf draws when a run begins, on a day and at an hour that its situation
// may belong to.
func startOf(class string, d store.Dice) time.Time {
	day, quarter := d.IntN(365), 5*4+d.IntN(15*4)
	switch class {
	case "heat-wave", "blinds-open-in-heat":
		day, quarter = 165+d.IntN(70), 8*4+d.IntN(6*4)
	case "lights-left-on":
		quarter = 20*4 + d.IntN(3*4)
	case "co2-bedroom":
		quarter = 19*4 + d.IntN(4*4)
	case "car-charging-at-peak":
		quarter = 15*4 + d.IntN(2*4)
	case "battery-idle":
		quarter = 6*4 + d.IntN(5*4)
	}
	if from, to := seasonOf(class); to > 0 {
		day = from + d.IntN(to-from)
	}
	return time.Date(2026, 1, 1, 0, 15*quarter, 0, 0, time.UTC).AddDate(0, 0, day)
}

// confuse draws what looks like trouble and is none.
func (p *Plan) confuse(d store.Dice, class string) {
	if !d.Chance(confusedRuns) && class != None {
		return
	}
	kinds := p.world.Confounders()
	for range 1 + d.IntN(2) {
		p.Confounders = append(p.Confounders, Confounder{Kind: kinds[d.IntN(len(kinds))], Severity: float64(d.IntN(100)) / 100,
			At: p.Start.Add(time.Duration(20+d.IntN(150)) * time.Minute)})
	}
}

// seasonOf are the days of the year that a situation belongs to; zero: all.
func seasonOf(class string) (from, to int) {
	switch class {
	case "window-open-while-heating", "heat-pump-degraded", "stuck-valve":
		return 0, 75
	case "battery-idle":
		return 120, 220
	}
	return 0, 0
}

func names(classes []trial.Class) string {
	list := make([]string, len(classes))
	for i, c := range classes {
		list[i] = c.Name
	}
	return strings.Join(list, ", ")
}

// run steps a site up to a time.
func run(w trial.Site, until time.Time) {
	for {
		if _, now := w.Times(); !now.Before(until) {
			return
		}
		w.Step()
	}
}
