package verify

import (
	"context"
	"errors"
	"math"
	"slices"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/scene/plan"
	"github.com/glasstwin/glasstwin/twin/flow/walk"
)

const rimeaText = "RiMEA guideline 3.0, annex"

// rimea lists RiMEA's tests. Buildings of several floors are laid out in the
// plane, their stairs as strips in which people walk at another speed.
func rimea() []Test {
	return []Test{
		{"rimea-1", "keeping the speed in a corridor", rimeaText, corridor},
		{"rimea-2", "keeping the speed up stairs", rimeaText, func(ctx context.Context, o Options) (Result, error) {
			return stairs(ctx, o, stairsUp)
		}},
		{"rimea-3", "keeping the speed down stairs", rimeaText, func(ctx context.Context, o Options) (Result, error) {
			return stairs(ctx, o, stairsDown)
		}},
		{"rimea-4", "fundamental diagram", rimeaText + "; Weidmann 1993", fundamental},
		{"rimea-5", "time to react", rimeaText, reaction},
		{"rimea-6", "round a corner", rimeaText, corner},
		{"rimea-7", "speeds by age", rimeaText + "; Weidmann 1993", ages},
		{"rimea-8", "parameter study on three floors", rimeaText, study},
		{"rimea-9", "four exits, then two", rimeaText, exits},
		{"rimea-10", "allotted exits", rimeaText, allotted},
		{"rimea-11", "choice of exit", rimeaText, choice},
		{"rimea-12", "effect of bottlenecks", rimeaText, bottlenecks},
		{"rimea-13", "jam before stairs", rimeaText, stairsJam},
		{"rimea-14", "choice of way", rimeaText, wayChoice},
		{"rimea-15", "a crowd round a corner", rimeaText, crowdCorner},
	}
}

// Shares of the free speed on stairs (Weidmann 1993: 0.61 m/s up and 0.69 m/s
// down, of 1.34, along the horizontal).
const (
	stairsUp   = 0.61 / 1.34
	stairsDown = 0.69 / 1.34
)

func corridor(ctx context.Context, o Options) (Result, error) {
	t, err := newTrial(ctx, o, plan.Floor{Outlines: [][]geom.Vec2{rect(0, 0, 41, 2)}}, walk.Options{Workers: 1})
	if err != nil {
		return Result{}, err
	}
	id, err := t.Enter(walk.Person{At: geom.Vec2{0.5, 1}, Speed: 1.33})
	if err != nil {
		return Result{}, err
	}
	if err := t.Send(id, walk.Goal{From: geom.Vec2{40.5, 0.5}, To: geom.Vec2{40.5, 1.5}, Reach: 0.01}); err != nil {
		return Result{}, err
	}
	err = t.run(60, nil)
	return between(26, 34, t.last(), "40 m at 1.33 m/s in 26 to 34 s", "%.2f s", t.last()), err
}

func stairs(ctx context.Context, o Options, share float64) (Result, error) {
	f := plan.Floor{Outlines: [][]geom.Vec2{rect(0, 0, 14, 2)}}
	t, err := newTrial(ctx, o, f, walk.Options{Workers: 1, Areas: []walk.Area{{Outline: rect(2, 0, 12, 2), Speed: share}}})
	if err != nil {
		return Result{}, err
	}
	id, err := t.Enter(walk.Person{At: geom.Vec2{0.5, 1}})
	if err != nil {
		return Result{}, err
	}
	if err := t.Send(id, line(13.8, 0.5, 13.8, 1.5)); err != nil {
		return Result{}, err
	}
	var on, off float64
	err = t.run(60, func() {
		at, _ := t.At(id)
		if at[0] >= 2 && on == 0 {
			on = t.Time()
		}
		if at[0] >= 12 && off == 0 {
			off = t.Time()
		}
	})
	speed, want := 10/(off-on), share*walk.SpeedUsual
	return between(0.97*want, 1.03*want, speed, "10 m of stairs at the speed that was set, within 3 %", "%.3f m/s of %.3f m/s", speed, want), err
}

// fundamental measures speed and density in the middle of a long corridor.
func fundamental(ctx context.Context, o Options) (Result, error) {
	long, densities, settle, until := 1000.0, []float64{0.5, 1, 2, 3, 4, 5, 6}, 8.0, 16.0
	if o.Quick {
		long, densities, settle, until = 100, []float64{0.5, 1, 2, 3, 4, 5}, 6, 12
	}
	const wide = 10.0
	sum, n := 0.0, 0
	worst := 0.0
	for _, density := range densities {
		t, err := newTrial(ctx, o, plan.Floor{Outlines: [][]geom.Vec2{rect(0, 0, long, wide)}}, walk.Options{})
		if err != nil {
			return Result{}, err
		}
		goal := line(long-0.2, 0.3, long-0.2, wide-0.3)
		if err := t.even(long, wide, density, goal); err != nil {
			return Result{}, err
		}
		box := rect(0.45*long, 1, 0.45*long+20, wide-1)
		var speed float64
		var heads, looks, k int
		err = t.run(until, func() {
			if k++; t.Time() < settle || k%10 != 0 {
				return
			}
			looks++
			for _, id := range t.Present() {
				at, v := t.At(walk.ID(id))
				if at[0] > box[0][0] && at[0] < box[2][0] && at[1] > box[0][1] && at[1] < box[2][1] {
					speed += v[0]
					heads++
				}
			}
		})
		if err != nil {
			return Result{}, err
		}
		if heads == 0 {
			continue
		}
		found := float64(heads) / float64(looks) / ((box[2][0] - box[0][0]) * (box[2][1] - box[0][1]))
		want := 1.34 * (1 - math.Exp(-1.913*(1/found-1/5.4)))
		if want < 0.01 {
			continue // beyond the greatest density nobody walks, and a share of nothing is no measure
		}
		off := math.Abs(speed/float64(heads)-want) / want
		sum, n, worst = sum+off, n+1, max(worst, off)
	}
	mean := 100 * sum / float64(n)
	return between(0, 15, mean, "mean deviation from Weidmann's speeds ≤ 15 %", "%.1f %% in the mean, %.1f %% at worst, over %d densities in %g m", mean, 100*worst, n, long), nil
}

// even fills a corridor evenly but for a jitter.
func (t *trial) even(long, wide, density float64, goal walk.Goal) error {
	a := math.Sqrt(2 / (math.Sqrt(3) * density))
	shake := max(0, (a-2*walk.RadiusUsual)/3)
	var people []walk.Person
	for j := 0; ; j++ {
		z := 0.25 + float64(j)*a*math.Sqrt(3)/2
		if z > wide-0.2 {
			break
		}
		for i := 0; ; i++ {
			x := 0.5 + (float64(i)+float64(j%2)/2)*a
			if x > long-1 {
				break
			}
			at := geom.Vec2{x + shake*(t.dice.Float64()-0.5), min(wide-0.2, max(0.2, z+shake*(t.dice.Float64()-0.5)))}
			people = append(people, walk.Person{At: at, Heading: geom.Vec2{1, 0}})
		}
	}
	for _, p := range people {
		id, err := t.Enter(p)
		if errors.Is(err, walk.ErrNoRoom) {
			continue
		}
		if err != nil {
			return err
		}
		if err := t.Send(id, goal); err != nil {
			return err
		}
	}
	return nil
}

func reaction(ctx context.Context, o Options) (Result, error) {
	t, err := newTrial(ctx, o, plan.Floor{Outlines: [][]geom.Vec2{rect(0, 0, 8, 5), rect(7.9, 2, 10, 3)}}, walk.Options{Workers: 1})
	if err != nil {
		return Result{}, err
	}
	ready, start, from := map[walk.ID]float64{}, map[walk.ID]float64{}, map[walk.ID]geom.Vec2{}
	for range 10 {
		p := walk.Person{Ready: 10 + 90*t.dice.Float64()}
		ids, err := t.fill(1, rect(0.5, 0.5, 7, 4.5), p, t.to(line(9.8, 2.3, 9.8, 2.7)))
		if err != nil {
			return Result{}, err
		}
		ready[ids[0]] = p.Ready
		from[ids[0]], _ = t.At(ids[0])
	}
	err = t.run(150, func() {
		for id, p := range from {
			if at, _ := t.At(id); start[id] == 0 && at != p {
				start[id] = t.Time()
			}
		}
	})
	late := 0.0
	for id, r := range ready {
		d := start[id] - r
		if d < 0 {
			late = math.Inf(1) // before it
		}
		late = max(late, d)
	}
	return between(0, 0.2, late, "each of 10 starts after the time drawn from 10 to 100 s, within 0.2 s", "at most %.2f s after", late), err
}

func corner(ctx context.Context, o Options) (Result, error) {
	f := plan.Floor{Outlines: [][]geom.Vec2{{{0, 0}, {12, 0}, {12, 12}, {10, 12}, {10, 2}, {0, 2}}}}
	t, err := newTrial(ctx, o, f, walk.Options{Workers: 1})
	if err != nil {
		return Result{}, err
	}
	if _, err := t.fill(20, rect(0.2, 0.2, 6, 1.8), walk.Person{}, t.to(line(10.3, 11.8, 11.7, 11.8))); err != nil {
		return Result{}, err
	}
	deep := 0.0
	walls := f.Walls()
	err = t.run(90, func() {
		for _, id := range t.Present() {
			at, _ := t.At(walk.ID(id))
			for _, w := range walls {
				deep = max(deep, t.Radius(walk.ID(id))-plan.Nearest(w, at).Sub(at).Len())
			}
		}
	})
	if n := len(t.Present()); n > 0 {
		deep = math.Inf(1)
	}
	return between(0, 1e-6, max(0, deep), "all of 20 get round, none into a wall", "%d of 20, %.0f mm into a wall", len(t.left), 1000*max(0, deep)), err
}

func ages(ctx context.Context, o Options) (Result, error) {
	t, err := newTrial(ctx, o, plan.Floor{Outlines: [][]geom.Vec2{rect(0, 0, 30, 160)}}, walk.Options{})
	if err != nil {
		return Result{}, err
	}
	var drawn, walked []float64
	set := map[walk.ID]float64{}
	for k := range 50 {
		speed := walk.SpeedAtAge(20+70*t.dice.Float64(), t.dice.NormFloat64())
		z := 1.5 + 3*float64(k) // each in a lane of their own
		id, err := t.Enter(walk.Person{At: geom.Vec2{1, z}, Speed: speed, Heading: geom.Vec2{1, 0}})
		if err != nil {
			return Result{}, err
		}
		if err := t.Send(id, walk.Point(geom.Vec2{26, z}, 0.02)); err != nil {
			return Result{}, err
		}
		set[id] = speed
	}
	if err := t.run(120, nil); err != nil {
		return Result{}, err
	}
	for id, at := range t.left {
		walked = append(walked, 25/at)
		_ = id
	}
	for range 5000 { // what was set, by other dice
		drawn = append(drawn, walk.SpeedAtAge(20+70*t.dice.Float64(), t.dice.NormFloat64()))
	}
	p := kolmogorov(walked, drawn)
	return between(0.05, 1, p, "speeds of 50 people are of the distribution that was set (Kolmogorov and Smirnov, p > 0.05)", "p = %.3f, %d walked", p, len(walked)), nil
}

// kolmogorov is the probability that two samples of one distribution differ as
// much (Press et al., Numerical Recipes, 14.3).
func kolmogorov(a, b []float64) float64 {
	slices.Sort(a)
	slices.Sort(b)
	d, i, j := 0.0, 0, 0
	for i < len(a) && j < len(b) {
		x := min(a[i], b[j])
		for i < len(a) && a[i] <= x {
			i++
		}
		for j < len(b) && b[j] <= x {
			j++
		}
		d = max(d, math.Abs(float64(i)/float64(len(a))-float64(j)/float64(len(b))))
	}
	n := math.Sqrt(float64(len(a)) * float64(len(b)) / float64(len(a)+len(b)))
	x := (n + 0.12 + 0.11/n) * d
	p := 0.0
	for k := 1; k <= 100; k++ {
		p += 2 * math.Pow(-1, float64(k-1)) * math.Exp(-2*x*x*float64(k*k))
	}
	return min(1, max(0, p))
}
