package whatif

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"sync"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/scene/plan"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/energy"
	"github.com/glasstwin/glasstwin/twin/flow/ground"
	"github.com/glasstwin/glasstwin/twin/flow/measure"
	"github.com/glasstwin/glasstwin/twin/flow/shop"
	"github.com/glasstwin/glasstwin/twin/flow/walk"
)

// Scenario is a layout in which people live.
type Scenario struct {
	Ground   *ground.Ground
	Cabinets map[twin.AssetID]Cabinet // that are cooled
	Moved    []twin.AssetID           // of Cabinets, since the baseline
	Draw     map[string]float64       // of a front's asset, times the Draw of the study
	Change   func(o *shop.Options)    // what else is another than in the study; nil: nothing

	// Holds are the fixtures that hold what another held in the baseline: goods are
	// wanted, sold and told of by where they were then, wherever they lie.
	Holds map[twin.AssetID]twin.AssetID

	lay, lie shop.Goods // in the baseline and now, when they differ: what draws goes with them

	once sync.Once
	open []float64 // m² of each of the ground's zones

	cut  sync.Once
	ways []*plan.Mesh // of its floor: cut once, walked on all days
	torn error

	seen  sync.Once
	sight *measure.Sight // of its fronts: prepared once, looked through on all days

	paced sync.Once
	fill  *plan.Mesh // for those who fill the shelves
	bad   error
}

// goods are whose a fixture's are, by where they lay in the baseline.
func (x *Scenario) goods(id twin.AssetID) twin.AssetID {
	if of, ok := x.Holds[id]; ok {
		return of
	}
	return id
}

// Ways are the meshes of its floor.
func (x *Scenario) Ways(ctx context.Context) ([]*plan.Mesh, error) {
	x.cut.Do(func() { x.ways, x.torn = walk.Ways(context.WithoutCancel(ctx), x.Ground.Floor, nil) })
	return x.ways, x.torn
}

// Sight tells which of its fronts are in view from where.
func (x *Scenario) Sight() *measure.Sight {
	x.seen.Do(func() {
		faces := make([]measure.Face, len(x.Ground.Fronts))
		for i, f := range x.Ground.Fronts {
			faces[i] = f.Face
		}
		x.sight = measure.NewSight(faces, x.Ground.Floor.Walls())
	})
	return x.sight
}

// areas are how much of each zone is floor that one can walk on, m².
func (x *Scenario) areas() []float64 {
	x.once.Do(func() {
		x.open = make([]float64, len(x.Ground.Zones))
		for i, z := range x.Ground.Zones {
			x.open[i] = Open(x.Ground, z)
		}
	})
	return x.open
}

// Cabinet is a cooled one.
type Cabinet struct {
	energy.Opening         // of a zero width: it stands open, and who takes something opens nothing
	Rated, Duty    float64 // W, and the share of the time that it draws them
}

// Study is what lives in each scenario.
type Study struct {
	Days       int     // pairs of days; 0: 16
	Hours      float64 // of each that are lived; 0: 1
	Shoppers   float64 // in an hour, in the mean of the day; 0: 90
	Seed       uint64  // of day 0
	From       int     // the first day, so that more days can be lived later
	Workers    int     // cores; 0: all
	Options    shop.Options
	Elasticity Elasticity // of sales by exposure; zero: Eisend
	Room       float64    // °C; 0: 21
	Humidity   float64    // relative; 0: 0.5
}

// daysMost bounds what is kept.
const daysMost = 1000

func (s *Study) settle() error {
	set := func(v *float64, usual float64) {
		if *v == 0 {
			*v = usual
		}
	}
	if s.Days == 0 {
		s.Days = 16
	}
	set(&s.Hours, 1)
	set(&s.Shoppers, 90)
	set(&s.Room, 21)
	set(&s.Humidity, 0.5)
	if s.Elasticity == (Elasticity{}) {
		s.Elasticity = Eisend
	}
	if s.Workers == 0 {
		s.Workers = runtime.GOMAXPROCS(0)
	}
	switch {
	case s.Days < 1 || s.Days > daysMost:
		return fmt.Errorf("%d days: give 1 to %d", s.Days, daysMost)
	case !(s.Hours > 0 && s.Hours <= 24) || !(s.Shoppers > 0 && s.Shoppers <= 20_000):
		return fmt.Errorf("%g hours of %g shoppers: give up to 24 hours, and up to 20000 shoppers an hour", s.Hours, s.Shoppers)
	}
	return nil
}

// options are those of one day of a scenario.
func (s *Study) options(x *Scenario, day int) shop.Options {
	o := s.Options
	o.Hours, o.Seed, o.Workers = s.Hours, s.Seed+uint64(s.From+day), 1
	if o.Arrivals == nil {
		// All hours alike: a day's first hour is quiet, and a study of one hour would be of that.
		o.Arrivals = make([]float64, int(math.Ceil(s.Hours)))
		for i := range o.Arrivals {
			o.Arrivals[i] = s.Shoppers
		}
	}
	if len(x.Draw) > 0 {
		draw := map[string]float64{}
		for id, d := range o.Draw {
			draw[id] = d
		}
		for id, d := range x.Draw {
			if have, set := draw[id]; set {
				d *= have
			}
			draw[id] = d
		}
		o.Draw = draw
	}
	if x.lay != nil && len(o.Draw) > 0 {
		draw := x.lay.Follow(x.lie, o.Draw)
		for id, of := range x.Holds {
			if d, set := o.Draw[string(of)]; set {
				draw[string(id)] = d
			} else {
				delete(draw, string(id))
			}
		}
		o.Draw = draw
	}
	if x.Change != nil {
		x.Change(&o)
	}
	return o
}

// Run lives the days of every scenario on all cores, and hands each to keep as it
// ends: at the same time as others, but once for each day. progress gets the share that is done; it may be nil.
// It ends early, with its error, when ctx does.
func Run(ctx context.Context, s Study, scenarios []*Scenario, keep func(scenario, day int, r *shop.Result) error, progress func(float64)) error {
	if err := s.settle(); err != nil {
		return fmt.Errorf("what if: %w", err)
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	jobs := make(chan [2]int)
	var all sync.WaitGroup
	var mu sync.Mutex
	done := 0
	for range min(s.Workers, s.Days*len(scenarios)) {
		all.Go(func() {
			for j := range jobs {
				x := scenarios[j[0]]
				o := s.options(x, j[1])
				var r *shop.Result
				var err error
				if o.Ways, err = x.Ways(ctx); err == nil {
					r, err = shop.Run(ctx, x.Ground, o, nil)
				}
				if err == nil {
					err = keep(j[0], j[1], r)
				}
				mu.Lock()
				if err != nil {
					cancel(fmt.Errorf("what if: %w", err))
				} else if done++; progress != nil {
					progress(float64(done) / float64(s.Days*len(scenarios)))
				}
				mu.Unlock()
			}
		})
	}
	for day := range s.Days {
		for i := range scenarios {
			select {
			case jobs <- [2]int{i, day}:
			case <-ctx.Done():
			}
		}
	}
	close(jobs)
	all.Wait()
	return context.Cause(ctx)
}

// walkWithin is the radius of who walks the store to fill it, metres.
const walkWithin = 0.25

// Filling is the mesh on which those go who fill the shelves.
func (x *Scenario) Filling(ctx context.Context) (*plan.Mesh, error) {
	x.paced.Do(func() { x.fill, x.bad = plan.NewMesh(context.WithoutCancel(ctx), x.Ground.Floor, walkWithin) })
	return x.fill, x.bad
}

// StaffWay is how far those who fill the shelves walk for each item that is sold,
// there and back, metres: from the inner door that lies nearest to all fronts, or
// the outer one where there is none. Zero when nothing is sold. What is sold is
// told by where it lay in the baseline.
func (x *Scenario) StaffWay(ctx context.Context, sold map[twin.AssetID]float64) (float64, error) {
	mesh, err := x.Filling(ctx)
	if err != nil {
		return 0, err
	}
	g := x.Ground
	if len(x.Holds) > 0 {
		here := map[twin.AssetID]float64{}
		for _, f := range g.Fronts {
			here[f.Asset] = sold[x.goods(f.Asset)]
		}
		sold = here
	}
	best, found := 0.0, false
	for _, outside := range [2]bool{false, true} {
		for _, d := range g.Doors {
			if d.Outside != outside {
				continue
			}
			if way, ok := FillFrom(mesh, d.Middle, g.Fronts, sold); ok && (!found || way < best) {
				best, found = way, true
			}
		}
		if found {
			break
		}
	}
	return best, nil
}

// FillFrom is the way from one place, there and back, for each item that is sold;
// false where nothing that is sold can be come to.
func FillFrom(mesh *plan.Mesh, from geom.Vec2, fronts []ground.Front, sold map[twin.AssetID]float64) (float64, bool) {
	const near = 0.8
	a, ok := mesh.Locate(from, near)
	if !ok {
		return 0, false
	}
	// What a fixture sells is brought to each of its sides alike.
	type brought struct{ way, sides float64 }
	each := map[twin.AssetID]*brought{}
	var order []twin.AssetID
	for _, f := range fronts {
		if sold[f.Asset] == 0 {
			continue
		}
		b, ok := mesh.Locate(f.Stand, near)
		if !ok {
			continue
		}
		_, length, ok := mesh.Way(a, b)
		if !ok {
			continue
		}
		if each[f.Asset] == nil {
			each[f.Asset] = &brought{}
			order = append(order, f.Asset)
		}
		each[f.Asset].way += 2 * length
		each[f.Asset].sides++
	}
	sum, items := 0.0, 0.0
	for _, id := range order {
		sum += each[id].way / each[id].sides * sold[id]
		items += sold[id]
	}
	if items == 0 {
		return 0, false
	}
	return sum / items, true
}
