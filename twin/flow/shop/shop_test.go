package shop_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/flow/ground"
	"github.com/glasstwin/glasstwin/twin/flow/shop"
)

// corner is a shop of 20 by 14 m: two rows of gondolas, a wall of coolers, two
// tills, an entrance and an exit.
func corner() *ground.Ground {
	site := &twin.Site{ID: "corner", Zones: []twin.Zone{{ID: "floor", Kind: "room", Outline: []geom.Vec2{{0, 0}, {20, 0}, {20, -14}, {0, -14}}, Height: 3}}}
	add := func(id, class, name string, x, z, w, d, yaw float64) {
		site.Assets = append(site.Assets, twin.Asset{ID: twin.AssetID(id), Class: class, Name: name,
			Pose: twin.Pose{Position: geom.Vec3{x, 0, z}, Yaw: yaw * math.Pi / 180}, Size: geom.Vec3{w, 1.6, d}})
	}
	for r := range 2 {
		for k := range 3 {
			add(fmt.Sprintf("gondola-%d-%d", r+1, k+1), "gondola", "", 6+5*float64(r), -6-2*float64(k), 2, 0.9, 90)
		}
	}
	for k := range 5 {
		add(fmt.Sprintf("cooler-%d", k+1), "cooler", "", 4+2.5*float64(k), -13.5, 2.4, 0.9, 0)
	}
	add("till-1", "till", "", 13, -3.2, 2.6, 1.1, 0)
	add("till-2", "till", "", 17, -3.2, 2.6, 1.1, 0)
	add("door-1", "door", "Entrance", 3, 0.1, 2, 0.2, 0)
	add("door-2", "door", "Exit", 15, 0.1, 2, 0.2, 0)
	g, err := ground.Of(site, 0, roles)
	if err != nil {
		panic(err)
	}
	return g
}

func roles(class string) ground.Role {
	return map[string]ground.Role{
		"gondola": {Stands: true, Sells: true, Behind: true}, "cooler": {Stands: true, Sells: true},
		"till": {Stands: true, Till: true}, "door": {Door: true},
	}[class]
}

func Example() {
	day, err := shop.Run(context.Background(), corner(), shop.Options{Hours: 1, Arrivals: []float64{30}, Seed: 3}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(day.Entered == day.Left, day.Items > day.Entered)
	// Output: true true
}

func TestADay(t *testing.T) {
	o := shop.Options{Hours: 2, Arrivals: []float64{60, 90}, Seed: 1}
	day, err := shop.Run(context.Background(), corner(), o, nil)
	if err != nil {
		t.Fatal(err)
	}
	mean := func(list []float64) (m float64) {
		for _, v := range list {
			m += v / float64(len(list))
		}
		return m
	}
	t.Logf("%d came, %d left, %d items (%d by impulse), wait %.0f s, stay %.0f s, served %v, unreached %d, turned away %d",
		day.Entered, day.Left, day.Items, day.Impulses, mean(day.Waits), mean(day.Stays), day.Served, day.Unreached, day.TurnedAway)
	if day.Entered < 110 || day.Entered > 200 || day.Left != day.Entered || len(day.People) != day.Entered || day.Unreached > 0 {
		t.Errorf("%d came, %d left, %d ways, %d goals without a way", day.Entered, day.Left, len(day.People), day.Unreached)
	}
	if m := float64(day.Items) / float64(day.Entered); m < 3 || m > 10 {
		t.Errorf("%.1f items each", m)
	}
	// Little's law: heads in the shop are arrivals times stay.
	heads := 0.0
	for _, p := range day.People {
		heads += p.Duration()
	}
	rate := float64(day.Left) / day.Seconds
	if l, w := heads/day.Seconds, rate*mean(day.Stays); math.Abs(l-w) > 0.02*w {
		t.Errorf("%.3f heads in the mean, arrivals times stay are %.3f", l, w)
	}
	again, err := shop.Run(context.Background(), corner(), shop.Options{Hours: 2, Arrivals: []float64{60, 90}, Seed: 1, Workers: 1}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if again.Items != day.Items || mean(again.Stays) != mean(day.Stays) || again.Seconds != day.Seconds {
		t.Error("the same seed gave another day on one core")
	}
}

// What draws more is bought more.
func TestWhatDrawsIsBought(t *testing.T) {
	o := shop.Options{Hours: 2, Arrivals: []float64{60, 60}, Seed: 2, Impulse: -1, Draw: map[string]float64{"cooler-1": 6}}
	g := corner()
	day, err := shop.Run(context.Background(), g, o, nil)
	if err != nil {
		t.Fatal(err)
	}
	if day.Left != day.Entered {
		t.Errorf("%d came, %d left", day.Entered, day.Left)
	}
	var drawn, other int
	for i, f := range g.Fronts {
		switch f.Asset {
		case "cooler-1":
			drawn = day.ItemsAt[i]
		case "cooler-5":
			other = day.ItemsAt[i]
		}
	}
	if drawn < 3*other {
		t.Errorf("%d at the cooler that draws six times as much, %d at another", drawn, other)
	}
}

func TestWhereNobodyCanShop(t *testing.T) {
	g := corner()
	doors := g.Doors
	g.Doors = nil
	if _, err := shop.Run(context.Background(), g, shop.Options{}, nil); !errors.Is(err, shop.ErrNoDoor) {
		t.Errorf("without doors: %v", err)
	}
	g.Doors, g.Fronts = doors, nil
	if _, err := shop.Run(context.Background(), g, shop.Options{}, nil); !errors.Is(err, shop.ErrNoGoods) {
		t.Errorf("without goods: %v", err)
	}
	if _, err := shop.Run(context.Background(), corner(), shop.Options{Hours: 1e6}, nil); err == nil {
		t.Error("a million hours")
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := shop.Run(ctx, corner(), shop.Options{}, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// Counters of one, two and four servers against Erlang's C formula, and Little's
// law on each.
func TestCountersAreQueues(t *testing.T) {
	for _, c := range []int{1, 2, 4} {
		const serve = 60.0
		load := 0.7 * float64(c)
		d := rand.New(rand.NewPCG(uint64(c), 4))
		counter := shop.NewCounter(c)
		came := map[int]float64{}
		var waited, stood float64
		served, who := 0, 0
		next := 0.0
		const dt, until = 0.5, 1.5e7
		for now := 0.0; now < until; now += dt {
			for next <= now {
				came[who] = next
				counter.Join(who)
				who++
				next += d.ExpFloat64() * serve / load
			}
			_, begun := counter.Advance(now, func(int) bool { return true }, func(int) float64 { return d.ExpFloat64() * serve })
			for _, b := range begun {
				waited += now - came[b]
				served++
				delete(came, b)
			}
			stood += float64(len(counter.Waiting())) * dt
		}
		want := erlangC(c, load) * serve / (float64(c) - load)
		got := waited / float64(served)
		t.Logf("%d servers: wait %.2f s, Erlang's C says %.2f s", c, got, want)
		if math.Abs(got-want) > 0.05*want {
			t.Errorf("%d servers: wait %.2f s, Erlang's C says %.2f s", c, got, want)
		}
		if l, w := stood/until, float64(served)/until*got; math.Abs(l-w) > 0.02*w {
			t.Errorf("%d servers: %.3f wait in the mean, arrivals times wait are %.3f", c, l, w)
		}
	}
}

// erlangC is the chance to wait at all (Erlang 1917).
func erlangC(c int, load float64) float64 {
	sum, term := 0.0, 1.0
	for k := range c {
		sum += term
		term *= load / float64(k+1)
	}
	term *= float64(c) / (float64(c) - load)
	return term / (sum + term)
}

func BenchmarkDay(b *testing.B) {
	g := corner()
	for b.Loop() {
		if _, err := shop.Run(context.Background(), g, shop.Options{Hours: 1, Arrivals: []float64{100}, Seed: 1}, nil); err != nil {
			b.Fatal(err)
		}
	}
}
