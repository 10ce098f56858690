package propose

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/flow/cause"
	"github.com/glasstwin/glasstwin/twin/flow/ground"
	"github.com/glasstwin/glasstwin/twin/flow/whatif"
)

// Goal is what a layout may be better at.
type Goal string

const (
	Exposure   Goal = "exposure"   // more is sold for being seen
	Congestion Goal = "congestion" // people are less close to strangers
	Walking    Goal = "walking"    // shoppers walk less
	Staff      Goal = "staff"      // who fills the shelves walks less
	Energy     Goal = "energy"     // cabinets take less; moving one counts over a year
)

// Goals lists them.
var Goals = []Goal{Exposure, Congestion, Walking, Staff, Energy}

// figure is by which a goal is judged, and whether more is better.
func (g Goal) figure() (whatif.Figure, bool) {
	switch g {
	case Exposure:
		return whatif.Figure{Measure: whatif.Sales}, true
	case Congestion:
		return whatif.Figure{Measure: whatif.Close}, false
	case Walking:
		return whatif.Figure{Measure: whatif.Walked}, false
	case Staff:
		return whatif.Figure{Measure: whatif.StaffWalk}, false
	}
	return whatif.Figure{Measure: whatif.Opened}, false
}

// Subject is what is to become better.
type Subject struct {
	Site     *twin.Site
	Role     func(class string) ground.Role
	Build    func(*twin.Site) (*whatif.Scenario, error)
	Feasible func(*twin.Site) error // why the rules of the site forbid it; needed
	Fixed    func(twin.Asset) bool  // what must stay; nil: nothing must
}

// Options steer the search. The zero value is for a screen.
type Options struct {
	Goals  []Goal       // nil: exposure and congestion
	Study  whatif.Study // Days are those of one layout while searching; 0: 4
	Budget int          // layouts that are simulated; 0: 40
	Most   int          // that are returned; 0: 5
	Verify int          // days on which those are compared, of other dice; 0: 12
}

// Proposal is a layout that is better in some goal and beaten in all by none.
type Proposal struct {
	Steps   []Step
	Moves   []cause.Move
	Site    *twin.Site
	Goals   []whatif.Difference // one for each goal, on days that chose nothing
	Better  []Goal              // for sure
	Worse   []Goal              // for sure
	Because []Effect            // of each step
}

// Effect is what a layout loses when one of its steps is not made.
type Effect struct {
	Step  Step
	Goals []whatif.Difference // with the step less without it, one for each goal
}

// Result is what a search found.
type Result struct {
	Proposals []Proposal // a Pareto set, the best at the first goal first
	Simulated int        // layouts
	Forbidden int        // that the rules refused
	Goals     []Goal
}

// ErrNothingMoves is when nothing of a site may be moved.
var ErrNothingMoves = errors.New("nothing in this site may be moved")

func (o *Options) settle() error {
	set := func(v *int, usual, most int) {
		if *v <= 0 {
			*v = usual
		}
		*v = min(*v, most)
	}
	set(&o.Study.Days, 4, 100)
	set(&o.Budget, 40, 400)
	set(&o.Most, 5, 20)
	set(&o.Verify, 12, 200)
	o.Study.Days, o.Verify = max(2, o.Study.Days), max(2, o.Verify)
	if o.Study.Hours == 0 {
		o.Study.Hours = 0.5
	}
	if len(o.Goals) == 0 {
		o.Goals = []Goal{Exposure, Congestion}
	}
	for i, g := range o.Goals {
		if !slices.Contains(Goals, g) {
			return fmt.Errorf("goal %q: choose of %v", g, Goals)
		}
		if slices.Contains(o.Goals[:i], g) {
			return fmt.Errorf("goal %q is given twice", g)
		}
	}
	return nil
}

// candidate is a layout that is looked at.
type candidate struct {
	steps []Step
	site  *twin.Site
	x     *whatif.Scenario
	at    []float64 // features
	costs []float64 // of each goal, relative to the baseline: less is better
}

// search is one in hand.
type search struct {
	Subject
	o        Options
	stock    stock
	dice     *rand.Rand
	base     *whatif.Scenario
	baseline []whatif.Day
	seen     map[string]bool
	done     []candidate // simulated
	result   *Result
	progress func(string, float64)
}

// Trying is the step of a search in which layouts are simulated, as it is told of.
const Trying = "layouts tried"

// batch is how many layouts are simulated between two looks.
const batch = 6

// Search looks for better layouts.
func Search(ctx context.Context, s Subject, o Options, progress func(step string, done float64)) (*Result, error) {
	if err := o.settle(); err != nil {
		return nil, err
	}
	if progress == nil {
		progress = func(string, float64) {}
	}
	base, err := s.Build(s.Site)
	if err != nil {
		return nil, err
	}
	f := &search{Subject: s, o: o, stock: stockOf(s.Site, base.Ground, s.Role, s.Fixed), dice: rand.New(rand.NewPCG(o.Study.Seed, 0x9a7e)),
		base: base, seen: map[string]bool{}, result: &Result{Goals: o.Goals}, progress: progress}
	if len(f.stock.units) == 0 && len(f.stock.twins) == 0 {
		return nil, ErrNothingMoves
	}
	if f.baseline, err = whatif.Live(ctx, o.Study, base, nil); err != nil {
		return nil, err
	}
	f.done = append(f.done, candidate{site: s.Site, x: base, at: features(base.Ground, o.Study.Options.Draw), costs: make([]float64, len(o.Goals))})
	// A third is drawn by chance, so that the processes have something to learn from.
	if err := f.simulate(ctx, f.first(ctx, max(batch, o.Budget/3))); err != nil {
		return nil, err
	}
	for f.result.Simulated < o.Budget {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		next := f.evolve(ctx, min(batch, o.Budget-f.result.Simulated))
		if len(next) == 0 {
			break
		}
		if err := f.simulate(ctx, next); err != nil {
			return nil, err
		}
	}
	if err := f.verify(ctx); err != nil {
		return nil, err
	}
	return f.result, nil
}

// make builds a layout of steps; false when it is known already or cannot be.
func (f *search) make(steps []Step) (candidate, bool) {
	steps = tidied(steps)
	site := Apply(f.Site, steps)
	key := fmt.Sprint(Moved(f.Site, site))
	if f.seen[key] || len(Moved(f.Site, site)) == 0 {
		return candidate{}, false
	}
	if !possible(f.Site, site, f.base.Ground, f.Role) {
		return candidate{}, false
	}
	f.seen[key] = true
	if f.Feasible(site) != nil {
		f.result.Forbidden++
		return candidate{}, false
	}
	x, err := f.Build(site)
	if err != nil {
		f.result.Forbidden++
		return candidate{}, false
	}
	for _, m := range Moved(f.Site, site) {
		if _, cooled := x.Cabinets[m.Asset]; cooled {
			x.Moved = append(x.Moved, m.Asset)
		}
	}
	return candidate{steps: steps, site: site, x: x, at: features(x.Ground, f.o.Study.Options.Draw)}, true
}

// first draws layouts by chance.
func (f *search) first(ctx context.Context, n int) []candidate {
	var out []candidate
	for tries := 0; len(out) < n && tries < 60*n && ctx.Err() == nil; tries++ {
		var steps []Step
		for range 1 + f.dice.IntN(3) {
			if s, ok := f.stock.draw(f.dice); ok {
				steps = append(steps, s)
			}
		}
		if l, ok := f.make(steps); ok {
			out = append(out, l)
		}
	}
	return out
}

// simulate lives the days of some layouts and judges them against the baseline's.
func (f *search) simulate(ctx context.Context, list []candidate) error {
	for _, l := range list {
		days, err := whatif.Live(ctx, f.o.Study, l.x, nil)
		f.result.Simulated++
		f.progress(Trying, min(1, float64(f.result.Simulated)/float64(f.o.Budget))) // the first design is tried whole, whatever the budget
		if err != nil {
			if ctx.Err() != nil {
				return err
			}
			continue // nobody can shop there
		}
		rows, err := whatif.Settle(ctx, f.o.Study, f.base, l.x, f.baseline, days)
		if err != nil {
			return err
		}
		l.costs = make([]float64, len(f.o.Goals))
		for k, g := range f.o.Goals {
			l.costs[k] = cost(g, rows)
		}
		f.done = append(f.done, l)
	}
	return nil
}

// cost is a goal's change in parts of the baseline: less is better.
func cost(g Goal, rows []whatif.Difference) float64 {
	fig, more := g.figure()
	for _, r := range rows {
		if r.Figure != fig {
			continue
		}
		c := r.Percent / 100
		if g == Energy {
			c += moving(rows) / max(1e-9, r.A)
		}
		if more {
			c = -c
		}
		return c
	}
	return 0
}

// moving is what moving cabinets takes, spread over the days of a year, kWh.
func moving(rows []whatif.Difference) float64 {
	for _, r := range rows {
		if r.Measure == whatif.Moving {
			return r.Diff / 365
		}
	}
	return 0
}

const (
	population  = 36
	generations = 14
	daring      = 0.8 // spreads below what is expected at which a layout is judged: what is not known is worth a try
)

// models learns a process for each goal of what was simulated; nil where nothing
// tells layouts apart.
func (f *search) models() []*process {
	var points [][]float64
	for _, l := range f.done {
		points = append(points, l.at)
	}
	models := make([]*process, len(f.o.Goals))
	for k := range models {
		values := make([]float64, len(f.done))
		for i, l := range f.done {
			values[i] = l.costs[k]
		}
		models[k] = fit(points, values)
	}
	return models
}

// believed are the costs of what was simulated as the processes have them: the
// best of many that chance moved would be the luckiest, not the best.
func (f *search) believed() [][]float64 {
	models := f.models()
	out := make([][]float64, len(f.done))
	for i, l := range f.done {
		out[i] = make([]float64, len(models))
		for k, m := range models {
			out[i][k] = l.costs[k]
			if m != nil {
				out[i][k], _ = m.at(l.at)
			}
		}
	}
	return out
}

// evolve searches on the processes which layouts to simulate next.
func (f *search) evolve(ctx context.Context, n int) []candidate {
	models := f.models()
	judge := func(l *candidate) {
		l.costs = make([]float64, len(models))
		for k, m := range models {
			if m == nil {
				continue
			}
			v, sd := m.at(l.at)
			l.costs[k] = v - daring*sd
		}
	}
	known := map[string]bool{}
	for k := range f.seen {
		known[k] = true
	}
	pool := make([]candidate, 0, 2*population)
	for _, i := range f.best(8) { // what did well is where it begins
		pool = append(pool, candidate{steps: f.done[i].steps})
	}
	rank, far := []int{}, []float64{}
	var fresh []candidate
	for range generations {
		if ctx.Err() != nil {
			return nil
		}
		for tries := 0; len(fresh) < population && tries < 6*population; tries++ {
			steps := f.child(pool, rank, far)
			if l, ok := f.make(steps); ok {
				judge(&l)
				fresh = append(fresh, l)
			}
		}
		var all []candidate
		for _, l := range append(pool, fresh...) {
			if l.x != nil {
				all = append(all, l)
			}
		}
		if len(all) == 0 {
			return nil
		}
		costs := make([][]float64, len(all))
		for i := range all {
			costs[i] = all[i].costs
		}
		rank = ranks(costs)
		far = room(costs, rank)
		order := make([]int, len(all))
		for i := range order {
			order[i] = i
		}
		slices.SortStableFunc(order, func(a, b int) int {
			switch {
			case rank[a] != rank[b]:
				return rank[a] - rank[b]
			case far[a] > far[b]:
				return -1
			case far[a] < far[b]:
				return 1
			}
			return 0
		})
		pool = pool[:0]
		var r2 []int
		var f2 []float64
		for _, i := range order[:min(population, len(order))] {
			pool, r2, f2 = append(pool, all[i]), append(r2, rank[i]), append(f2, far[i])
		}
		rank, far, fresh = r2, f2, nil
	}
	f.seen = known // what was only thought of may come again
	out := pool[:min(n, len(pool))]
	for _, l := range out {
		f.seen[fmt.Sprint(Moved(f.Site, l.site))] = true
	}
	return slices.Clone(out)
}

// best are the simulated layouts of the first fronts.
func (f *search) best(n int) []int {
	rank := ranks(f.believed())
	order := make([]int, len(f.done))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return rank[a] - rank[b] })
	return order[:min(n, len(order))]
}

// child is a layout of two parents', changed a little.
func (f *search) child(pool []candidate, rank []int, far []float64) []Step {
	pick := func() []Step {
		if len(pool) == 0 {
			return nil
		}
		a, b := f.dice.IntN(len(pool)), f.dice.IntN(len(pool))
		if len(rank) == len(pool) && (rank[b] < rank[a] || rank[b] == rank[a] && far[b] > far[a]) {
			a = b
		}
		return pool[a].steps
	}
	var out []Step
	for _, parent := range [2][]Step{pick(), pick()} {
		for _, s := range parent {
			if f.dice.IntN(2) == 0 {
				out = append(out, s)
			}
		}
	}
	switch k := f.dice.IntN(4); {
	case k == 0 && len(out) > 1:
		i := f.dice.IntN(len(out))
		out = slices.Delete(out, i, i+1)
	case k == 1 && len(out) > 0 && out[0].Verb == Shift:
		i := f.dice.IntN(len(out))
		if out[i].Verb == Shift {
			out[i].By = out[i].By.Mul([3]float64{-1, 0.5, 1.5}[f.dice.IntN(3)])
			for k := range out[i].By {
				out[i].By[k] = math.Round(out[i].By[k]/shiftUnit) * shiftUnit
			}
		}
	default:
		if s, ok := f.stock.draw(f.dice); ok {
			out = append(out, s)
		}
	}
	if len(out) > stepsMost {
		out = out[len(out)-stepsMost:]
	}
	return out
}

// verify compares the layouts of the Pareto set with the baseline on days of other
// dice, and keeps those that are better in a goal for sure; then takes each step
// back, to tell what it does.
func (f *search) verify(ctx context.Context) error {
	costs := f.believed()
	rank := ranks(costs)
	far := room(costs, rank)
	var front []int
	for i := range f.done {
		if rank[i] == 0 && len(f.done[i].steps) > 0 {
			front = append(front, i)
		}
	}
	slices.SortStableFunc(front, func(a, b int) int {
		switch {
		case far[a] > far[b]:
			return -1
		case far[a] < far[b]:
			return 1
		}
		return 0
	})
	front = front[:min(len(front), f.o.Most+2)]
	study := f.o.Study
	study.Days, study.Seed = f.o.Verify, study.Seed+2_000_003
	base, err := whatif.Live(ctx, study, f.base, nil)
	if err != nil {
		return err
	}
	var kept []Proposal
	for n, i := range front {
		l := f.done[i]
		days, err := whatif.Live(ctx, study, l.x, nil)
		if err != nil {
			return err
		}
		rows, err := whatif.Settle(ctx, study, f.base, l.x, base, days)
		if err != nil {
			return err
		}
		p := Proposal{Steps: l.steps, Moves: Moved(f.Site, l.site), Site: l.site}
		for _, g := range f.o.Goals {
			d := f.goal(g, rows)
			p.Goals = append(p.Goals, d)
			_, more := g.figure()
			switch {
			case d.Sure && (d.Diff > 0) == more:
				p.Better = append(p.Better, g)
			case d.Sure:
				p.Worse = append(p.Worse, g)
			}
		}
		if len(p.Better) > 0 {
			if err := f.because(ctx, study, l, days, &p); err != nil {
				return err
			}
			kept = append(kept, p)
		}
		f.progress("the best, on other days", float64(n+1)/float64(len(front)))
	}
	f.result.Proposals = undominated(kept, f.o.Goals)
	f.result.Proposals = f.result.Proposals[:min(len(f.result.Proposals), f.o.Most)]
	return nil
}

// undominated are those of which none is beaten by another in all goals, the best
// at the first goal first.
func undominated(list []Proposal, goals []Goal) []Proposal {
	costs := make([][]float64, len(list))
	for i, p := range list {
		for k, g := range goals {
			c := p.Goals[k].Diff
			if _, more := g.figure(); more {
				c = -c
			}
			costs[i] = append(costs[i], c)
		}
	}
	rank := ranks(costs)
	var order []int
	for i := range list {
		if rank[i] == 0 {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case costs[a][0] < costs[b][0]:
			return -1
		case costs[a][0] > costs[b][0]:
			return 1
		}
		return 0
	})
	var out []Proposal
	for _, i := range order {
		out = append(out, list[i])
	}
	return out
}

// goal is the difference by which a goal is judged.
func (f *search) goal(g Goal, rows []whatif.Difference) whatif.Difference {
	fig, _ := g.figure()
	for _, r := range rows {
		if r.Figure == fig {
			if g == Energy {
				r.Diff += moving(rows)
				r.B += moving(rows)
				if r.A != 0 {
					r.Percent = 100 * r.Diff / r.A
				}
				r.Sure = math.Abs(r.Diff) > r.Half
			}
			return r
		}
	}
	return whatif.Difference{Figure: fig}
}

// because takes each step back alone.
func (f *search) because(ctx context.Context, study whatif.Study, l candidate, days []whatif.Day, p *Proposal) error {
	if len(l.steps) == 1 {
		p.Because = []Effect{{l.steps[0], p.Goals}}
		return nil
	}
	for i, s := range l.steps {
		rest := slices.Delete(slices.Clone(l.steps), i, i+1)
		x, err := f.Build(Apply(f.Site, rest))
		if err != nil {
			continue
		}
		without, err := whatif.Live(ctx, study, x, nil)
		if err != nil {
			if ctx.Err() != nil {
				return err
			}
			continue
		}
		rows, err := whatif.Settle(ctx, study, x, l.x, without, days)
		if err != nil {
			return err
		}
		e := Effect{Step: s}
		for _, g := range f.o.Goals {
			e.Goals = append(e.Goals, f.goal(g, rows))
		}
		p.Because = append(p.Because, e)
	}
	return nil
}
