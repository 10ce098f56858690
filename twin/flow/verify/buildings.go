package verify

import (
	"context"
	"math"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/scene/plan"
	"github.com/glasstwin/glasstwin/twin/flow/walk"
)

// threeFloors is a building of three floors, each 20 by 10 m with 25 people,
// joined by stairs of 1.2 m width, the lowest with a door of 1.2 m at x = 0.
func threeFloors() (plan.Floor, []walk.Area) {
	f := plan.Floor{}
	var areas []walk.Area
	for k := range 3 {
		z := float64(k) * 16
		f.Outlines = append(f.Outlines, rect(0, z, 20, z+10))
		if k > 0 {
			f.Outlines = append(f.Outlines, rect(18, z-6.1, 19.2, z+0.1))
			areas = append(areas, walk.Area{Outline: rect(18, z-6, 19.2, z), Speed: stairsDown})
		}
	}
	f.Outlines = append(f.Outlines, rect(-2, 4.4, 0.1, 5.6))
	return f, areas
}

// study varies the free speed: the building must empty faster with each step.
func study(ctx context.Context, o Options) (Result, error) {
	var took []float64
	for _, speed := range []float64{0.8, 1.1, 1.4, 1.7} {
		f, areas := threeFloors()
		t, err := newTrial(ctx, o, f, walk.Options{Areas: areas})
		if err != nil {
			return Result{}, err
		}
		for k := range 3 {
			z := float64(k) * 16
			if _, err := t.fill(25, rect(1, z+1, 19, z+9), walk.Person{Speed: speed}, t.to(line(-1.8, 4.6, -1.8, 5.4))); err != nil {
				return Result{}, err
			}
		}
		if err := t.run(300, nil); err != nil {
			return Result{}, err
		}
		took = append(took, t.last())
	}
	falls := 0.0
	for i := range took[1:] {
		if took[i+1] < took[i] {
			falls++
		}
	}
	return between(3, 3, falls, "75 people leave the faster the faster they walk: 0.8, 1.1, 1.4, 1.7 m/s", "%.0f, %.0f, %.0f, %.0f s", took[0], took[1], took[2], took[3]), nil
}

// exits empties a hall by four doors and by two.
func exits(ctx context.Context, o Options) (Result, error) {
	n := 1000
	if o.Quick {
		n = 400
	}
	took := func(doors ...float64) (float64, error) { // x of each; negative: in the far wall
		f := plan.Floor{Outlines: [][]geom.Vec2{rect(0, 0, 30, 20)}}
		var goals []walk.Goal
		for _, x := range doors {
			z := -0.8
			if x < 0 {
				x, z = -x, 20.8
			}
			f.Outlines = append(f.Outlines, rect(x, min(z, 19.9), x+1, max(z, 0.1)))
			goals = append(goals, line(x+0.2, z, x+0.8, z))
		}
		t, err := newTrial(ctx, o, f, walk.Options{})
		if err != nil {
			return 0, err
		}
		if _, err := t.fill(n, rect(0.3, 0.3, 29.7, 19.7), walk.Person{}, t.to(goals...)); err != nil {
			return 0, err
		}
		err = t.run(900, nil)
		return t.last(), err
	}
	four, err := took(7, 22, -7, -22)
	if err != nil {
		return Result{}, err
	}
	two, err := took(7, 22)
	return between(1.7, 2.3, two/four, "a hall of 30 × 20 m takes about twice as long with two doors as with four (1.7 to 2.3 times)", "%.2f times: %.0f s with four, %.0f s with two, %d people", two/four, four, two, n), err
}

// allotted sends the people of twelve rooms to the exit that each was given.
func allotted(ctx context.Context, o Options) (Result, error) {
	f := plan.Floor{Outlines: [][]geom.Vec2{rect(0, 4, 26, 6), rect(25, 4, 28, 6), rect(12, 1, 14, 4.1)}}
	var rooms []geom.Vec2
	for k := range 6 {
		x := float64(k) * 4
		if k == 3 {
			continue // the side exit is there
		}
		f.Outlines = append(f.Outlines, rect(x, 0, x+3.8, 3.8), rect(x+1.4, 3.7, x+2.4, 4.1))
		rooms = append(rooms, geom.Vec2{x + 0.5, 0.5})
	}
	for k := range 6 {
		x := float64(k) * 4
		f.Outlines = append(f.Outlines, rect(x, 6.2, x+3.8, 10), rect(x+1.4, 5.9, x+2.4, 6.3))
		rooms = append(rooms, geom.Vec2{x + 0.5, 6.7})
	}
	main, side := line(27.8, 4.4, 27.8, 5.6), line(12.4, 1.2, 13.6, 1.2)
	t, err := newTrial(ctx, o, f, walk.Options{Workers: 1})
	if err != nil {
		return Result{}, err
	}
	given := map[walk.ID]walk.Goal{}
	for k := range 23 {
		goal := main
		if k%len(rooms) >= 7 {
			goal = side
		}
		at := rooms[k%len(rooms)]
		ids, err := t.fill(1, rect(at[0], at[1], at[0]+2.8, at[1]+2.8), walk.Person{}, t.to(goal))
		if err != nil {
			return Result{}, err
		}
		given[ids[0]] = goal
	}
	kept := 0
	err = t.run(120, func() {
		for _, id := range t.Arrived() {
			at, _ := t.At(id)
			g := given[id]
			if plan.Nearest([2]geom.Vec2{g.From, g.To}, at).Sub(at).Len() <= g.Reach+0.1 {
				kept++
			}
		}
	})
	return between(23, 23, float64(kept), "all 23 people leave by the exit that they were given", "%d of 23", kept), err
}

// choice lets a hall's people, who stand near one of two doors, choose.
func choice(ctx context.Context, o Options) (Result, error) {
	n := 1000
	if o.Quick {
		n = 400
	}
	f := plan.Floor{Outlines: [][]geom.Vec2{rect(0, 0, 30, 20), rect(4, -1, 5, 0.1), rect(25, -1, 26, 0.1)}}
	t, err := newTrial(ctx, o, f, walk.Options{})
	if err != nil {
		return Result{}, err
	}
	near, far := line(4.2, -0.8, 4.8, -0.8), line(25.2, -0.8, 25.8, -0.8)
	if _, err := t.fill(n, rect(0.3, 0.3, 14, 19.7), walk.Person{}, t.to(near, far)); err != nil {
		return Result{}, err
	}
	first := 0
	err = t.run(1200, func() {
		for _, id := range t.Arrived() {
			if at, _ := t.At(id); at[0] < 15 {
				first++
			}
		}
	})
	share := float64(first) / float64(n)
	if len(t.Present()) > 0 {
		share = math.NaN()
	}
	return between(0.5, 0.95, share, "most leave by the nearer of two doors, some by the other (50 to 95 %)", "%.0f %% of %d by the nearer", 100*share, n), err
}

// bottlenecks joins two rooms by a narrow corridor; the second has a door as
// narrow.
func bottlenecks(ctx context.Context, o Options) (Result, error) {
	f := plan.Floor{Outlines: [][]geom.Vec2{rect(0, 0, 10, 10), rect(9.9, 4.5, 15.1, 5.5), rect(15, 0, 25, 10), rect(24.9, 4.5, 27, 5.5)}}
	t, err := newTrial(ctx, o, f, walk.Options{})
	if err != nil {
		return Result{}, err
	}
	if _, err := t.fill(150, rect(0.3, 0.3, 7, 9.7), walk.Person{}, t.to(line(26.8, 4.7, 26.8, 5.3))); err != nil {
		return Result{}, err
	}
	waiting := func(area []geom.Vec2) float64 {
		n := 0.0
		for _, id := range t.Present() {
			at, v := t.At(walk.ID(id))
			if v.Len() < 0.3 && at[0] > area[0][0] && at[0] < area[2][0] && at[1] > area[0][1] && at[1] < area[2][1] {
				n++
			}
		}
		return n
	}
	var first, second, looks float64
	err = t.run(300, func() {
		if n := len(t.Present()); n > 30 && n < 120 {
			first += waiting(rect(5, 0, 10, 10))
			second += waiting(rect(20, 0, 25, 10))
			looks++
		}
	})
	ratio := first / max(1, second)
	if len(t.Present()) > 0 {
		ratio = math.NaN()
	}
	return between(3, math.Inf(1), ratio, "a jam before the first bottleneck, none to speak of before the second (at least three times as many wait, at less than 0.3 m/s)", "%.1f people wait before the first, %.1f before the second", first/looks, second/looks), err
}

// stairsJam leads a crowd from a hall over a foyer to narrower stairs.
func stairsJam(ctx context.Context, o Options) (Result, error) {
	f := plan.Floor{Outlines: [][]geom.Vec2{rect(0, 0, 10, 8), rect(9.9, 2.8, 16, 5.2), rect(15.9, 3.4, 26, 4.6), rect(25.9, 2, 32, 6)}}
	t, err := newTrial(ctx, o, f, walk.Options{Areas: []walk.Area{{Outline: rect(16, 3.4, 26, 4.6), Speed: stairsUp}}})
	if err != nil {
		return Result{}, err
	}
	if _, err := t.fill(150, rect(0.3, 0.3, 9.7, 7.7), walk.Person{}, t.to(line(31.8, 2.5, 31.8, 5.5))); err != nil {
		return Result{}, err
	}
	var before, on, looks, speed, heads float64
	err = t.run(300, func() {
		if n := len(t.Present()); n < 30 || n > 120 {
			return
		}
		looks++
		before += float64(t.within(rect(14, 2.8, 16, 5.2))) / (2 * 2.4)
		on += float64(t.within(rect(18, 3.4, 24, 4.6))) / (6 * 1.2)
		for _, id := range t.Present() {
			if at, v := t.At(walk.ID(id)); at[0] > 18 && at[0] < 24 {
				speed += v.Len()
				heads++
			}
		}
	})
	ratio := before / on
	if len(t.Present()) > 0 {
		ratio = math.NaN()
	}
	return between(1.1, math.Inf(1), ratio, "the jam is before the stairs: denser than on them", "%.2f people per m² before, %.2f on the stairs at %.2f m/s", before/looks, on/looks, speed/heads), err
}

// wayChoice offers a short way over stairs and a long one on the level.
func wayChoice(ctx context.Context, o Options) (Result, error) {
	f := plan.Floor{Outlines: [][]geom.Vec2{
		rect(0, 0, 6, 6), rect(5.9, 2.4, 20.1, 3.6), rect(20, 0, 26, 6), // by the stairs
		rect(2, 5.9, 4, 20), rect(2, 18, 24, 20), rect(22, 5.9, 24, 20),
	}}
	t, err := newTrial(ctx, o, f, walk.Options{Areas: []walk.Area{{Outline: rect(8, 2.4, 18, 3.6), Speed: stairsUp}}})
	if err != nil {
		return Result{}, err
	}
	ids, err := t.fill(20, rect(0.5, 0.5, 5.5, 5.5), walk.Person{}, t.to(line(25.8, 0.5, 25.8, 5.5)))
	if err != nil {
		return Result{}, err
	}
	long := map[walk.ID]bool{}
	err = t.run(120, func() {
		for _, id := range t.Present() {
			if at, _ := t.At(walk.ID(id)); at[1] > 10 {
				long[walk.ID(id)] = true
			}
		}
	})
	short := float64(len(ids)-len(long)) / float64(len(ids))
	if len(t.Present()) > 0 {
		short = math.NaN()
	}
	return between(1, 1, short, "the way that is taken is told: here always the shortest in metres", "%.0f %% take the short way over the stairs", 100*short), err
}

// crowdCorner compares a corridor with a corner with straight ones as long as its
// middle line and as long as its outside twice.
func crowdCorner(ctx context.Context, o Options) (Result, error) {
	n := 200
	if o.Quick {
		n = 100
	}
	took := func(f plan.Floor, goal walk.Goal) (float64, error) {
		t, err := newTrial(ctx, o, f, walk.Options{})
		if err != nil {
			return 0, err
		}
		if _, err := t.fill(n, rect(0.2, 0.2, 25, 3.8), walk.Person{}, t.to(goal)); err != nil {
			return 0, err
		}
		err = t.run(300, nil)
		return t.last(), err
	}
	bent, err := took(plan.Floor{Outlines: [][]geom.Vec2{{{0, 0}, {44, 0}, {44, 24}, {40, 24}, {40, 4}, {0, 4}}}}, line(40.3, 23.8, 43.7, 23.8))
	if err != nil {
		return Result{}, err
	}
	straight, err := took(plan.Floor{Outlines: [][]geom.Vec2{rect(0, 0, 64, 4)}}, line(63.8, 0.3, 63.8, 3.7))
	return between(1, 2, bent/straight, "round a corner takes longer than straight, less than twice as long", "%.2f times: %.1f s of %.1f s, %d people", bent/straight, bent, straight, n), err
}
