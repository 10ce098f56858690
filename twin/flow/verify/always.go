package verify

import (
	"context"
	"errors"
	"math"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/scene/plan"
	"github.com/glasstwin/glasstwin/twin/flow/walk"
)

const nistText = "ISO 20414:2020; NIST TN 1822"

func nist() []Test {
	return []Test{
		{"nist-counterflow", "a stream against a stream", nistText, counterflow},
		{"nist-groups", "groups arrive together", nistText, groups},
		{"nist-mobility", "people with reduced mobility", nistText, mobility},
		{"nist-visibility", "walking in smoke", nistText + "; Frantzich and Nilsson 2003", visibility},
		{"nist-door", "flow through a door of 1.2 m", "RiMEA; SFPE Handbook", door},
	}
}

func always() []Test {
	return []Test{
		{"overlap", "nobody overlaps, enters a wall or is lost", "every run", overlap},
		{"cores", "the same on any number of cores", "every run", cores},
	}
}

// counterflow sends a hundred people through a corridor against 0, 10, 50 and
// 100, several times: a jam more or less makes much of one run.
func counterflow(ctx context.Context, o Options) (Result, error) {
	const runs = 5
	var took []float64
	for _, n := range []int{0, 10, 50, 100} {
		mean := 0.0
		for k := range uint64(runs) {
			last, err := against(ctx, Options{Seed: o.Seed*runs + k}, n)
			if err != nil {
				return Result{}, err
			}
			mean += last / runs
		}
		took = append(took, mean)
	}
	grows := 0.0
	for i := range took[1:] {
		if took[i+1] > took[i] {
			grows++
		}
	}
	if math.IsInf(took[3], 1) {
		grows = -1
	}
	return between(3, 3, grows, "100 people take the longer the more come against them: 0, 10, 50, 100", "%.0f, %.0f, %.0f, %.0f s in the mean of %d runs", took[0], took[1], took[2], took[3], runs), nil
}

// against is the time until the last of a hundred is through against n.
func against(ctx context.Context, o Options, n int) (float64, error) {
	f := plan.Floor{Outlines: [][]geom.Vec2{rect(0, 0, 10, 10), rect(9.9, 4, 20.1, 6), rect(20, 0, 30, 10)}}
	t, err := newTrial(ctx, o, f, walk.Options{})
	if err != nil {
		return 0, err
	}
	ids, err := t.fill(100, rect(0.3, 0.3, 9, 9.7), walk.Person{}, t.to(line(29.5, 0.5, 29.5, 9.5)))
	if err != nil {
		return 0, err
	}
	if _, err := t.fill(n, rect(21, 0.3, 29, 9.7), walk.Person{}, t.to(line(0.5, 0.5, 0.5, 9.5))); err != nil {
		return 0, err
	}
	if err := t.run(600, nil); err != nil {
		return 0, err
	}
	last := 0.0
	for _, id := range ids {
		s, ok := t.left[id]
		if !ok {
			return math.Inf(1), nil
		}
		last = max(last, s)
	}
	return last, nil
}

func groups(ctx context.Context, o Options) (Result, error) {
	t, err := newTrial(ctx, o, plan.Floor{Outlines: [][]geom.Vec2{rect(0, 0, 60, 8)}}, walk.Options{})
	if err != nil {
		return Result{}, err
	}
	members := map[int][]walk.ID{}
	for g := 1; g <= 5; g++ {
		for k, speed := range []float64{1.5, 1.3, 0.8} {
			z := 1.2 * float64(g)
			id, err := t.Enter(walk.Person{At: geom.Vec2{1 + 0.6*float64(k), z}, Speed: speed, Group: g})
			if err != nil {
				return Result{}, err
			}
			if err := t.Send(id, line(59, z-0.4, 59, z+0.4)); err != nil {
				return Result{}, err
			}
			members[g] = append(members[g], id)
		}
	}
	if err := t.run(200, nil); err != nil {
		return Result{}, err
	}
	spread := 0.0
	for _, ids := range members {
		lo, hi := math.Inf(1), 0.0
		for _, id := range ids {
			s, ok := t.left[id]
			if !ok {
				s = math.Inf(1)
			}
			lo, hi = min(lo, s), max(hi, s)
		}
		spread = max(spread, hi-lo)
	}
	const apart = 58/0.8 - 58/1.5
	return between(0, 5, spread, "members of a group with 0.8 to 1.5 m/s arrive within 5 s of each other over 58 m", "%.1f s at most; alone they would be %.0f s apart", spread, apart), nil
}

func mobility(ctx context.Context, o Options) (Result, error) {
	const runs = 6
	took := func(slow bool) (mean float64, err error) {
		for k := range uint64(runs) {
			f := plan.Floor{Outlines: [][]geom.Vec2{rect(0, 0, 12, 8), rect(11.9, 3.2, 24, 4.8)}}
			t, err := newTrial(ctx, Options{Seed: o.Seed*runs + k}, f, walk.Options{})
			if err != nil {
				return 0, err
			}
			send := t.to(line(23.8, 3.6, 23.8, 4.4))
			if _, err := t.fill(24, rect(0.3, 0.3, 7, 7.7), walk.Person{}, send); err != nil {
				return 0, err
			}
			if slow {
				if _, err := t.fill(1, rect(8, 3, 11, 5), walk.Person{Radius: 0.4, Speed: 0.6}, send); err != nil {
					return 0, err
				}
			}
			if err := t.run(200, nil); err != nil {
				return 0, err
			}
			mean += t.last() / runs
		}
		return mean, nil
	}
	without, err := took(false)
	if err != nil {
		return Result{}, err
	}
	with, err := took(true)
	return between(1.02, 3, with/without, "24 people and a wheelchair take longer than the 24 alone, and all get out", "%.1f s with, %.1f s without, in the mean of %d runs", with, without, runs), err
}

// visibility walks through smoke of an extinction of 3 per m: 0.706 − 0.057·3 of
// the unimpeded 1.34 m/s, as a share of it.
func visibility(ctx context.Context, o Options) (Result, error) {
	share := (0.706 - 0.057*3) / 0.706
	r, err := stairs(ctx, o, share)
	r.Required = "10 m of smoke at the speed that was set, within 3 %"
	return r, err
}

func door(ctx context.Context, o Options) (Result, error) {
	f := plan.Floor{Outlines: [][]geom.Vec2{rect(0, 0, 20, 10), rect(19.9, 4.4, 21.1, 5.6), rect(21, 0, 31, 10)}}
	t, err := newTrial(ctx, o, f, walk.Options{})
	if err != nil {
		return Result{}, err
	}
	if _, err := t.fill(200, rect(8, 0.3, 19.5, 9.7), walk.Person{}, t.to(line(30.5, 1, 30.5, 9))); err != nil {
		return Result{}, err
	}
	through := map[int32]bool{}
	var first, last float64
	err = t.run(400, func() {
		for _, id := range t.Present() {
			if at, _ := t.At(walk.ID(id)); at[0] > 20.5 && !through[id] {
				through[id] = true
				switch len(through) {
				case 20:
					first = t.Time()
				case 180:
					last = t.Time()
				}
			}
		}
	})
	flow := 160 / (last - first)
	return between(1.6, 2.4, flow, "1.6 to 2.4 persons per second", "%.2f persons per second", flow), err
}

// overlap counts agent-steps over random layouts until there are a million.
func overlap(ctx context.Context, o Options) (Result, error) {
	want := 1_000_000
	if o.Quick {
		want = 100_000
	}
	deep, steps, lost := 0.0, 0, 0
	for layout := uint64(0); steps < want; layout++ {
		floor := plan.Floor{Outlines: [][]geom.Vec2{rect(0, 0, 24, 16)}}
		t, err := newTrial(ctx, Options{Seed: o.Seed*1000 + layout}, floor, walk.Options{})
		if err != nil {
			return Result{}, err
		}
		for range 12 {
			x, z := 22*t.dice.Float64(), 14*t.dice.Float64()
			floor.Obstacles = append(floor.Obstacles, rect(x, z, x+0.4+4*t.dice.Float64(), z+0.4+1.5*t.dice.Float64()))
		}
		dice := t.dice
		t, err = newTrial(ctx, Options{Seed: o.Seed*1000 + layout}, floor, walk.Options{})
		if errors.Is(err, plan.ErrEmpty) {
			continue // no floor is left: another layout
		}
		if err != nil {
			return Result{}, err
		}
		t.dice = dice
		random := func() walk.Goal { return walk.Point(geom.Vec2{24 * dice.Float64(), 16 * dice.Float64()}, 0.4) }
		there := 0
		for range 250 {
			id, err := t.Enter(walk.Person{At: random().From, Speed: 0.6 + dice.Float64()})
			if err != nil {
				continue
			}
			there++
			_ = t.Send(id, random()) // a goal in a fixture is none
		}
		walls := floor.Walls()
		for range 200 {
			if ctx.Err() != nil {
				return Result{}, ctx.Err()
			}
			t.Step()
			for _, id := range t.Arrived() {
				_ = t.Send(id, random())
			}
			steps += len(t.Present())
		}
		// What once overlaps stays so for a while: a look now and then finds it.
		for i, a := range t.Present() {
			p, _ := t.At(walk.ID(a))
			if math.IsNaN(p[0]) || math.IsNaN(p[1]) || !floor.Contains(p) {
				lost++
			}
			for _, b := range t.Present()[i+1:] {
				q, _ := t.At(walk.ID(b))
				deep = max(deep, t.Radius(walk.ID(a))+t.Radius(walk.ID(b))-p.Sub(q).Len())
			}
			for _, w := range walls {
				deep = max(deep, t.Radius(walk.ID(a))-plan.Nearest(w, p).Sub(p).Len())
			}
		}
		lost += there - len(t.Present())
	}
	value := max(0, 1000*deep)
	if lost > 0 {
		value = math.Inf(1)
	}
	return between(0, 20, value, "over a million agent-steps of random layouts no overlap beyond 20 mm, nobody in a wall, nobody lost", "%.3f mm at most, %d lost, %d agent-steps", max(0, 1000*deep), lost, steps), nil
}

func cores(ctx context.Context, o Options) (Result, error) {
	run := func(workers int) (sum float64, err error) {
		f := plan.Floor{Outlines: [][]geom.Vec2{rect(0, 0, 30, 10)}, Obstacles: [][]geom.Vec2{rect(10, 3, 11, 7), rect(18, 0, 19, 6)}}
		t, err := newTrial(ctx, o, f, walk.Options{Workers: workers})
		if err != nil {
			return 0, err
		}
		if _, err := t.fill(250, rect(0.3, 0.3, 9, 9.7), walk.Person{}, t.to(line(29.5, 1, 29.5, 9))); err != nil {
			return 0, err
		}
		err = t.run(15, nil)
		for _, id := range t.Present() {
			at, _ := t.At(walk.ID(id))
			sum += at[0]*float64(id+1) + at[1]
		}
		return sum, err
	}
	one, err := run(1)
	if err != nil {
		return Result{}, err
	}
	off := 0.0
	for _, n := range []int{2, 5} {
		many, err := run(n)
		if err != nil {
			return Result{}, err
		}
		off = max(off, math.Abs(many-one))
	}
	return between(0, 0, off, "the same places to the last bit on 1, 2 and 5 cores", "differ by %g", off), nil
}
