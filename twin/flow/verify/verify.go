// Package verify holds the tests that the field uses to judge simulated people:
// RiMEA's, those of ISO 20414 and NIST TN 1822, and what must hold of every
// simulation. Each has its source, its criterion and the figure that was
// measured. It must never know a shop or a twin, and tunes nothing: the model is
// used as everybody gets it. Start reading at Run, then rimea.go.
package verify

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/scene/plan"
	"github.com/glasstwin/glasstwin/twin/flow/walk"
)

// Result is the outcome of one test.
type Result struct {
	ID       string
	Name     string
	Source   string
	Required string // the criterion, in words
	Measured string
	Value    float64 // the figure that the criterion is about
	Low      float64 // the criterion is Low ≤ Value ≤ High
	High     float64
	Passed   bool
}

// Test is one of the suite.
type Test struct {
	ID, Name, Source string
	run              func(ctx context.Context, o Options) (Result, error)
}

// Options of a run.
type Options struct {
	Quick bool // smaller crowds and shorter corridors, for a first look
	Seed  uint64
}

// Tests lists the suite in order.
func Tests() []Test {
	return append(append(rimea(), nist()...), always()...)
}

// Run makes one test. An error is a fault of the suite or a context that ended;
// a test that is not passed is a Result.
func (t Test) Run(ctx context.Context, o Options) (Result, error) {
	r, err := t.run(ctx, o)
	if err != nil {
		return Result{}, fmt.Errorf("%s %s: %w", t.ID, t.Name, err)
	}
	r.ID, r.Name, r.Source = t.ID, t.Name, t.Source
	r.Passed = r.Value >= r.Low && r.Value <= r.High
	return r, nil
}

func rect(x0, z0, x1, z1 float64) []geom.Vec2 {
	return []geom.Vec2{{x0, z0}, {x1, z0}, {x1, z1}, {x0, z1}}
}

// trial is a world with the people of a test and what was seen of them.
type trial struct {
	*walk.World
	ctx   context.Context
	floor plan.Floor
	dice  *rand.Rand
	left  map[walk.ID]float64 // when they came to their goal and left
}

func newTrial(ctx context.Context, o Options, f plan.Floor, w walk.Options) (*trial, error) {
	w.Seed = o.Seed
	world, err := walk.New(ctx, f, w)
	if err != nil {
		return nil, err
	}
	return &trial{world, ctx, f, rand.New(rand.NewPCG(o.Seed, 17)), map[walk.ID]float64{}}, nil
}

// fill lets n people in at random places of a rectangle, and sends them.
func (t *trial) fill(n int, area []geom.Vec2, p walk.Person, send func(id walk.ID) error) ([]walk.ID, error) {
	var ids []walk.ID
	for tries := 0; len(ids) < n; tries++ {
		if tries > 2000*n {
			return nil, fmt.Errorf("%d of %d people have room", len(ids), n)
		}
		lo, hi := area[0], area[2]
		p.At = geom.Vec2{lo[0] + (hi[0]-lo[0])*t.dice.Float64(), lo[1] + (hi[1]-lo[1])*t.dice.Float64()}
		id, err := t.Enter(p)
		if err != nil {
			continue
		}
		if err := send(id); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, nil
}

func (t *trial) to(goals ...walk.Goal) func(walk.ID) error {
	return func(id walk.ID) error {
		if len(goals) == 1 {
			return t.Send(id, goals[0])
		}
		return t.Seek(id, goals)
	}
}

// run steps until all have left or the time is up, looking every step.
func (t *trial) run(until float64, look func()) error {
	for k := 0; t.Time() < until && len(t.Present()) > 0; k++ {
		if k%50 == 0 && t.ctx.Err() != nil {
			return t.ctx.Err()
		}
		t.Step()
		for _, id := range t.Arrived() {
			t.left[id] = t.Time()
			t.Leave(id)
		}
		if look != nil {
			look()
		}
	}
	return nil
}

// last is when the last one left; infinite when somebody is still there.
func (t *trial) last() float64 {
	if len(t.Present()) > 0 {
		return math.Inf(1)
	}
	last := 0.0
	for _, s := range t.left {
		last = max(last, s)
	}
	return last
}

// within counts the present in a rectangle.
func (t *trial) within(area []geom.Vec2) int {
	n := 0
	for _, id := range t.Present() {
		at, _ := t.At(walk.ID(id))
		if at[0] > area[0][0] && at[0] < area[2][0] && at[1] > area[0][1] && at[1] < area[2][1] {
			n++
		}
	}
	return n
}

func line(x0, z0, x1, z1 float64) walk.Goal {
	return walk.Goal{From: geom.Vec2{x0, z0}, To: geom.Vec2{x1, z1}, Reach: 0.3}
}

func between(low, high, value float64, required, measured string, args ...any) Result {
	return Result{Low: low, High: high, Value: value, Required: required, Measured: fmt.Sprintf(measured, args...)}
}
