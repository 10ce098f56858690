package walk_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"testing"

	"pgregory.net/rapid"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/scene/plan"
	"github.com/glasstwin/glasstwin/twin/flow/walk"
)

func rect(x0, z0, x1, z1 float64) []geom.Vec2 {
	return []geom.Vec2{{x0, z0}, {x1, z0}, {x1, z1}, {x0, z1}}
}

func world(t testing.TB, f plan.Floor, o walk.Options) *walk.World {
	w, err := walk.New(context.Background(), f, o)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func Example() {
	hall := plan.Floor{Outlines: [][]geom.Vec2{rect(0, 0, 20, 4)}, Obstacles: [][]geom.Vec2{rect(9, 0, 10, 2.5)}}
	w, err := walk.New(context.Background(), hall, walk.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	id, _ := w.Enter(walk.Person{At: geom.Vec2{1, 1}})
	if err := w.Send(id, walk.Point(geom.Vec2{19, 1}, 0.3)); err != nil {
		fmt.Println(err)
		return
	}
	for len(w.Arrived()) == 0 && w.Time() < 60 {
		w.Step()
	}
	fmt.Printf("there after %.0f s\n", w.Time())
	// Output: there after 14 s
}

// crowd fills the first metres of a corridor along x evenly, but for a jitter,
// with people who want to its end.
func crowd(t testing.TB, w *walk.World, d *rand.Rand, long, wide, density float64) int {
	a := math.Sqrt(2 / (math.Sqrt(3) * density))
	shake := max(0, (a-2*walk.RadiusUsual)/3)
	n := 0
	for j := 0; ; j++ {
		z := 0.25 + float64(j)*a*math.Sqrt(3)/2
		if z > wide-0.22 {
			return n
		}
		for i := 0; ; i++ {
			x := 0.5 + (float64(i)+float64(j%2)/2)*a
			if x > long-1 {
				break
			}
			at := geom.Vec2{x + shake*(d.Float64()-0.5), min(wide-0.22, max(0.22, z+shake*(d.Float64()-0.5)))}
			id, err := w.Enter(walk.Person{At: at, Heading: geom.Vec2{1, 0}})
			if errors.Is(err, walk.ErrNoRoom) {
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			if err := w.Send(id, walk.Goal{From: geom.Vec2{long - 0.2, 0.3}, To: geom.Vec2{long - 0.2, wide - 0.3}, Reach: 0.3}); err != nil {
				t.Fatal(err)
			}
			n++
		}
	}
}

func leave(w *walk.World) {
	for _, id := range w.Arrived() {
		w.Leave(id)
	}
}

// Weidmann's curve, which the model must follow within 15 % in the mean.
func TestSpeedFollowsDensity(t *testing.T) {
	sum, n := 0.0, 0
	for _, density := range []float64{0.5, 1, 2, 3, 4, 5} {
		w := world(t, plan.Floor{Outlines: [][]geom.Vec2{rect(0, 0, 70, 6)}}, walk.Options{})
		crowd(t, w, rand.New(rand.NewPCG(1, 2)), 70, 6, density)
		speed, heads, looks := 0.0, 0, 0
		for k := 0; w.Time() < 16; k++ {
			w.Step()
			leave(w)
			if w.Time() < 8 || k%10 != 0 {
				continue
			}
			looks++
			for _, id := range w.Present() {
				at, v := w.At(walk.ID(id))
				if at[0] > 25 && at[0] < 40 && at[1] > 0.5 && at[1] < 5.5 {
					speed += v[0]
					heads++
				}
			}
		}
		found := float64(heads) / float64(looks) / (15 * 5)
		want := 1.34 * (1 - math.Exp(-1.913*(1/found-1/5.4)))
		got := speed / float64(heads)
		t.Logf("%.2f people per m²: %.3f m/s, Weidmann %.3f", found, got, want)
		sum += math.Abs(got-want) / want
		n++
	}
	if mean := sum / float64(n); mean > 0.12 {
		t.Errorf("the mean deviation is %.1f %%", 100*mean)
	}
}

// Whatever the layout and wherever they want to, bodies never overlap and
// nobody enters a wall.
func TestNobodyOverlaps(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		d := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 3))
		f := plan.Floor{Outlines: [][]geom.Vec2{rect(0, 0, 16, 12)}}
		for range 6 {
			x, z := 14*d.Float64(), 10*d.Float64()
			f.Obstacles = append(f.Obstacles, rect(x, z, x+0.4+3*d.Float64(), z+0.4+2*d.Float64()))
		}
		w, err := walk.New(context.Background(), f, walk.Options{Step: []float64{0.01, 0.05, 0.1}[d.IntN(3)], Workers: 1})
		if errors.Is(err, plan.ErrEmpty) {
			rt.Skip("the fixtures leave no floor")
		}
		if err != nil {
			rt.Fatal(err)
		}
		random := func() geom.Vec2 { return geom.Vec2{16 * d.Float64(), 12 * d.Float64()} }
		for range 120 {
			if id, err := w.Enter(walk.Person{At: random(), Radius: 0.15 + 0.2*d.Float64(), Speed: 0.5 + d.Float64()}); err == nil {
				_ = w.Send(id, walk.Point(random(), 0.4)) // some goals cannot be reached
			}
		}
		for range 80 {
			w.Step()
			for _, id := range w.Arrived() {
				_ = w.Send(id, walk.Point(random(), 0.4))
			}
			list := w.Present()
			for i, a := range list {
				p, _ := w.At(walk.ID(a))
				for _, b := range list[i+1:] {
					q, _ := w.At(walk.ID(b))
					if gap := p.Sub(q).Len() - w.Radius(walk.ID(a)) - w.Radius(walk.ID(b)); gap < -1e-6 {
						rt.Fatalf("%d and %d overlap by %.6f m at %.2f s", a, b, -gap, w.Time())
					}
				}
				for _, wall := range f.Walls() {
					if l := p.Sub(plan.Nearest(wall, p)).Len(); l < w.Radius(walk.ID(a))-1e-6 {
						rt.Fatalf("%d is %.6f m in a wall at %.2f s", a, w.Radius(walk.ID(a))-l, w.Time())
					}
				}
			}
		}
	})
}

func TestTheNumberOfCoresChangesNothing(t *testing.T) {
	run := func(workers int) (sum [2]float64) {
		w := world(t, plan.Floor{Outlines: [][]geom.Vec2{rect(0, 0, 40, 4)}, Obstacles: [][]geom.Vec2{rect(20, 1, 21, 3)}}, walk.Options{Workers: workers, Seed: 5})
		crowd(t, w, rand.New(rand.NewPCG(9, 9)), 18, 4, 2)
		for w.Time() < 10 {
			w.Step()
		}
		for _, id := range w.Present() {
			at, _ := w.At(walk.ID(id))
			sum[0], sum[1] = sum[0]+at[0], sum[1]+at[1]*float64(id)
		}
		return sum
	}
	one := run(1)
	for _, n := range []int{2, 3, 7} {
		if got := run(n); got != one {
			t.Errorf("on %d cores %v, on one %v", n, got, one)
		}
	}
}

// RiMEA's figure for a door of 1.2 m, and nobody is left behind.
func TestThroughADoor(t *testing.T) {
	f := plan.Floor{Outlines: [][]geom.Vec2{rect(0, 0, 20, 10), rect(20, 4.4, 21, 5.6), rect(21, 0, 30, 10)}}
	for _, h := range []walk.Headway{{}, {Gap: 0.5}} {
		w := world(t, f, walk.Options{Headway: h})
		d := rand.New(rand.NewPCG(1, 1))
		for len(w.Present()) < 150 {
			id, err := w.Enter(walk.Person{At: geom.Vec2{9 + 11*d.Float64(), 10 * d.Float64()}})
			if err != nil {
				continue
			}
			if err := w.Send(id, walk.Goal{From: geom.Vec2{29, 1}, To: geom.Vec2{29, 9}, Reach: 0.3}); err != nil {
				t.Fatal(err)
			}
		}
		through := map[int32]float64{}
		var first, last float64
		for w.Time() < 240 && len(w.Present()) > 0 {
			w.Step()
			leave(w)
			for _, id := range w.Present() {
				if at, _ := w.At(walk.ID(id)); at[0] > 20.5 && through[id] == 0 {
					through[id] = w.Time()
					switch len(through) {
					case 20:
						first = w.Time()
					case 130:
						last = w.Time()
					}
				}
			}
		}
		flow := 110 / (last - first)
		t.Logf("%+v: %.2f persons/s", h, flow)
		if left := len(w.Present()); left > 0 {
			t.Errorf("%+v: %d stand before the door for ever", h, left)
		}
		if h.Gap == 0 && (flow < 1.6 || flow > 2.4) {
			t.Errorf("%.2f persons/s, RiMEA has 1.6 to 2.4", flow)
		}
	}
}

// Two streams meet in a corridor of two metres: both get through.
func TestStreamsPass(t *testing.T) {
	w := world(t, plan.Floor{Outlines: [][]geom.Vec2{rect(0, 0, 30, 2.4)}}, walk.Options{})
	d := rand.New(rand.NewPCG(1, 1))
	for k := range 40 {
		x, goal := 1+0.25*float64(k/2), 29.5
		if k%2 == 1 {
			x, goal = 30-x, 0.5
		}
		id, err := w.Enter(walk.Person{At: geom.Vec2{x, 0.4 + 1.6*d.Float64()}})
		if err != nil {
			continue
		}
		if err := w.Send(id, walk.Goal{From: geom.Vec2{goal, 0.3}, To: geom.Vec2{goal, 2.1}, Reach: 0.3}); err != nil {
			t.Fatal(err)
		}
	}
	n := len(w.Present())
	for w.Time() < 90 && len(w.Present()) > 0 {
		w.Step()
		leave(w)
	}
	if left := len(w.Present()); left > 0 {
		t.Errorf("%d of %d stand in each other's way after %.0f s", left, n, w.Time())
	}
}

func TestWhoCannotComeIn(t *testing.T) {
	w := world(t, plan.Floor{Outlines: [][]geom.Vec2{rect(0, 0, 5, 5), rect(10, 0, 15, 5)}}, walk.Options{})
	id, err := w.Enter(walk.Person{At: geom.Vec2{2, 2}})
	if err != nil {
		t.Fatal(err)
	}
	for name, p := range map[string]walk.Person{
		"on another": {At: geom.Vec2{2.3, 2}}, "in a wall": {At: geom.Vec2{0.1, 2}}, "outside": {At: geom.Vec2{7, 2}},
		"no place": {At: geom.Vec2{math.NaN(), 0}}, "too stout": {At: geom.Vec2{3, 3}, Radius: 3}, "too fast": {At: geom.Vec2{3, 3}, Speed: 99},
	} {
		if _, err := w.Enter(p); err == nil {
			t.Errorf("%s: came in", name)
		}
	}
	if err := w.Send(id, walk.Point(geom.Vec2{12, 2}, 0.3)); !errors.Is(err, walk.ErrNoWay) {
		t.Errorf("to the other room: %v", err)
	}
	w.Leave(id)
	if err := w.Send(id, walk.Point(geom.Vec2{3, 3}, 0.3)); err == nil || len(w.Present()) != 0 {
		t.Errorf("sent who left")
	}
}

// Agent-steps a second on one core. The collision-free speed model of JuPedSim
// makes 8.1e5 with 500 people in a corridor and 6.8e5 with 2000, 3.0e5 and
// 3.3e5 at a bottleneck; RVO2 9.7e5 with 1000.
func BenchmarkCorridor(b *testing.B) {
	for _, n := range []int{500, 2000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			work(b, func() *walk.World {
				w := world(b, plan.Floor{Outlines: [][]geom.Vec2{rect(0, 0, float64(n)/5+50, 5)}}, walk.Options{Workers: 1})
				crowd(b, w, rand.New(rand.NewPCG(1, 2)), float64(n)/5+1, 5, 1)
				send(b, w, geom.Vec2{float64(n)/5 + 49, 0.3}, geom.Vec2{float64(n)/5 + 49, 4.7})
				return w
			})
		})
	}
}

func BenchmarkBottleneck(b *testing.B) {
	for _, n := range []int{500, 2000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			work(b, func() *walk.World {
				long := float64(n) / 20
				f := plan.Floor{Outlines: [][]geom.Vec2{rect(0, 0, long+1, 10), rect(long+1, 4.4, long+3, 5.6), rect(long+3, 0, long+13, 10)}}
				w := world(b, f, walk.Options{Workers: 1})
				crowd(b, w, rand.New(rand.NewPCG(1, 2)), long+1, 10, 2)
				send(b, w, geom.Vec2{long + 12, 1}, geom.Vec2{long + 12, 9})
				return w
			})
		})
	}
}

// BenchmarkOpen is 1,000 people on an open square, each on the way to a place of it
// drawn by chance, so that they stay as dense as they begin. RVO2 made 0.97 million
// moves a second of as many at 0.25 per m² and 0.83 million at 1 per m², with 10
// neighbours, on another machine (see docs/flow.md).
func BenchmarkOpen(b *testing.B) {
	for _, density := range []float64{0.25, 1} {
		b.Run(fmt.Sprint(density), func(b *testing.B) {
			work(b, func() *walk.World {
				const n, around = 1000, 5.0
				side := math.Sqrt(n / density)
				w := world(b, plan.Floor{Outlines: [][]geom.Vec2{rect(0, 0, side+2*around, side+2*around)}}, walk.Options{Workers: 1})
				d := rand.New(rand.NewPCG(1, 2))
				for len(w.Present()) < n {
					at := geom.Vec2{around + d.Float64()*side, around + d.Float64()*side}
					id, err := w.Enter(walk.Person{At: at, Radius: walk.RadiusUsual, Speed: 1.34})
					if errors.Is(err, walk.ErrNoRoom) {
						continue
					}
					if err != nil {
						b.Fatal(err)
					}
					to := geom.Vec2{around + d.Float64()*side, around + d.Float64()*side}
					if err := w.Send(id, walk.Point(to, 0.3)); err != nil {
						b.Fatal(err)
					}
				}
				return w
			})
		})
	}
}

func send(t testing.TB, w *walk.World, from, to geom.Vec2) {
	for _, id := range w.Present() {
		if err := w.Send(walk.ID(id), walk.Goal{From: from, To: to, Reach: 0.3}); err != nil {
			t.Fatal(err)
		}
	}
}

// cpuSeconds is the time that cores worked for this process; nil where the system
// does not tell.
var cpuSeconds func() float64

// work times the first 20 seconds of a world, again and again: by the clock, and by
// the time that a core was at work, which a busy machine changes less.
func work(b *testing.B, fresh func() *walk.World) {
	b.ReportAllocs()
	n, worked := 0, 0.0
	var w *walk.World
	for b.Loop() {
		if w == nil || w.Time() >= 20 {
			b.StopTimer()
			w = fresh()
			b.StartTimer()
		}
		if cpuSeconds != nil {
			worked -= cpuSeconds()
		}
		w.Step()
		if cpuSeconds != nil {
			worked += cpuSeconds()
		}
		n += len(w.Present())
	}
	if worked > 0 {
		b.ReportMetric(float64(n)/worked, "agent-steps/cpu-s")
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "agent-steps/s")
}

// BenchmarkCores is how much more 20,000 people on free floor are moved by more cores.
func BenchmarkCores(b *testing.B) {
	for workers := 1; workers <= runtime.NumCPU(); workers *= 2 {
		b.Run(fmt.Sprint(workers), func(b *testing.B) {
			work(b, func() *walk.World {
				const n, density = 20_000, 0.5
				side := math.Sqrt(n / density)
				w := world(b, plan.Floor{Outlines: [][]geom.Vec2{rect(0, 0, side, side)}}, walk.Options{Workers: workers})
				d := rand.New(rand.NewPCG(1, 2))
				place := func() geom.Vec2 { return geom.Vec2{1 + d.Float64()*(side-2), 1 + d.Float64()*(side-2)} }
				for len(w.Present()) < n {
					id, err := w.Enter(walk.Person{At: place()})
					if errors.Is(err, walk.ErrNoRoom) {
						continue
					}
					if err != nil {
						b.Fatal(err)
					}
					if err := w.Send(id, walk.Point(place(), 0.3)); err != nil {
						b.Fatal(err)
					}
				}
				return w
			})
		})
	}
}
