package propose

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/flow/ground"
	"github.com/glasstwin/glasstwin/twin/flow/shop"
	"github.com/glasstwin/glasstwin/twin/flow/whatif"
	"github.com/glasstwin/glasstwin/twin/layout"
)

// bazaar is a shop of 11 by 9 m: two rows of two gondolas, three shelves at the
// wall, a table that stands alone.
func bazaar() *twin.Site {
	site := &twin.Site{ID: "bazaar", Zones: []twin.Zone{{ID: "floor", Kind: "room", Outline: []geom.Vec2{{0, 0}, {11, 0}, {11, -9}, {0, -9}}, Height: 3}}}
	add := func(id, class, name string, x, z, w, d, yaw float64) {
		site.Assets = append(site.Assets, twin.Asset{ID: twin.AssetID(id), Class: class, Name: name, Zone: "floor",
			Pose: twin.Pose{Position: geom.Vec3{x, 0, z}, Yaw: yaw * math.Pi / 180}, Size: geom.Vec3{w, 1.4, d}})
	}
	for r := range 2 {
		for k := range 2 {
			add(fmt.Sprintf("gondola-%d-%d", r+1, k+1), "gondola", "", 3.2+3.2*float64(r), -4-1.6*float64(k), 1.6, 0.9, 90)
		}
	}
	for k := range 3 {
		add(fmt.Sprintf("wall-%d", k+1), "shelf", "", 2.2+2.4*float64(k), -8.6, 2.2, 0.7, 0)
	}
	add("table", "table", "", 9, -6.5, 1.2, 0.8, 0)
	add("till", "till", "", 9.2, -2.2, 1.5, 0.9, 90)
	add("door-1", "door", "Entrance", 2, 0.1, 1.6, 0.2, 0)
	add("door-2", "door", "Exit", 8, 0.1, 1.6, 0.2, 0)
	return site
}

func role(class string) ground.Role {
	return map[string]ground.Role{"gondola": {Stands: true, Sells: true, Behind: true}, "shelf": {Stands: true, Sells: true},
		"table": {Stands: true, Sells: true}, "till": {Stands: true, Till: true}, "door": {Door: true}}[class]
}

func build(s *twin.Site) (*whatif.Scenario, error) {
	g, err := ground.Of(s, 0, role)
	if err != nil {
		return nil, err
	}
	return &whatif.Scenario{Ground: g}, nil
}

// rules are those of package layout; what it forbids is told.
func rules(t interface{ Fatal(...any) }, site *twin.Site) func(*twin.Site) error {
	facts := func(a twin.Asset) layout.Facts {
		r := role(a.Class)
		return layout.Facts{Stands: r.Stands, Door: r.Door, Till: r.Till, Front: r.Sells, Behind: r.Behind}
	}
	plan, err := layout.NewPlan(site, facts, site.PlanningRules())
	if err != nil {
		t.Fatal(err)
	}
	before := plan.Check(layout.Of(site))
	return func(s *twin.Site) error {
		if worse := layout.Worse(before, plan.Check(layout.Of(s))); len(worse) > 0 {
			return errors.New(worse[0].String())
		}
		return nil
	}
}

// Every layout that the search looks at stands within the rules of package
// layout, whatever the dice: it is checked again here, from scratch, by other code
// than what made it.
func TestNothingForbiddenIsProposed(t *testing.T) {
	site := bazaar()
	forbids := rules(t, site)
	base, err := build(site)
	if err != nil {
		t.Fatal(err)
	}
	some := 0
	rapid.Check(t, func(t *rapid.T) {
		f := &search{Subject: Subject{Site: site, Role: role, Build: build, Feasible: forbids}, stock: stockOf(site, base.Ground, role, func(a twin.Asset) bool { return a.ID == "wall-1" }, nil),
			dice: rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1)), base: base, seen: map[string]bool{}, result: &Result{}, progress: func(string, float64) {}, tours: newTours(base.Ground, whatif.Study{}), known: []candidate{{}}}
		f.ahead, _ = f.tours.of(context.Background(), base)
		var lists [][]Step
		for range 12 {
			var steps []Step
			for range 1 + f.dice.IntN(3) {
				if s, ok := f.stock.draw(f.dice); ok {
					steps = append(steps, s)
				}
			}
			lists = append(lists, steps)
		}
		found, err := f.weigh(context.Background(), lists, 3)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range found {
			some++
			if err := forbids(l.site); err != nil {
				t.Fatalf("%v: %v", l.steps, err)
			}
			for _, m := range Moved(site, l.site) {
				if m.Asset == "wall-1" || m.Asset == "till" {
					t.Fatalf("%s was moved, and must stay", m.Asset)
				}
				a, _ := l.site.Asset(m.Asset)
				for _, b := range l.site.Assets {
					if b.ID != a.ID && role(b.Class).Stands && overlap(shrunk(ground.Footprint(a)), shrunk(ground.Footprint(b))) {
						t.Fatalf("%v: %s stands in %s", l.steps, a.ID, b.ID)
					}
				}
			}
			for _, front := range l.x.Ground.Fronts {
				if !l.x.Ground.Floor.Contains(front.Stand) {
					t.Fatalf("%s cannot be stood before", front.Asset)
				}
			}
		}
	})
	if some < 50 {
		t.Errorf("%d layouts were looked at", some)
	}
}

func options(goals ...Goal) Options {
	return Options{Goals: goals, Budget: 14, Most: 1, Verify: 6,
		Study: whatif.Study{Days: 3, Hours: 0.2, Shoppers: 120, Seed: 5, Options: shop.Options{Items: 3, Impulse: -1, Carts: -1, Together: -1, Draw: map[string]float64{"wall-1": 40, "table": 40}}}}
}

// Two things that everybody wants stand far apart: the search brings them nearer,
// and what it proposes is a Pareto set that the rules allow.
func TestASearchFindsBetterLayouts(t *testing.T) {
	site := bazaar()
	forbids := rules(t, site)
	s := Subject{Site: site, Role: role, Build: build, Feasible: forbids}
	got, err := Search(context.Background(), s, options(Walking, Congestion), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d simulated, %d forbidden", got.Simulated, got.Forbidden)
	if len(got.Proposals) == 0 {
		t.Fatal("nothing is proposed")
	}
	for i, p := range got.Proposals {
		t.Logf("%v: walking %+.1f %% ± %.1f, congestion %+.0f %% ± %.0f", p.Steps, p.Goals[0].Percent, p.Goals[0].PercentFor, p.Goals[1].Percent, p.Goals[1].PercentFor)
		if err := forbids(p.Site); err != nil {
			t.Errorf("%v: %v", p.Steps, err)
		}
		if len(p.Better) == 0 || len(p.Because) != len(p.Steps) || len(p.Moves) == 0 {
			t.Errorf("%v: better in %v, %d reasons for %d steps", p.Steps, p.Better, len(p.Because), len(p.Steps))
		}
		for _, q := range got.Proposals[:i] {
			if beats([]float64{q.Goals[0].Diff, q.Goals[1].Diff}, []float64{p.Goals[0].Diff, p.Goals[1].Diff}) {
				t.Errorf("%v is beaten by %v", p.Steps, q.Steps)
			}
		}
	}
	if walk := got.Proposals[0].Goals[0]; !walk.Sure || walk.Diff >= 0 {
		t.Errorf("the best of walking: %+v", walk)
	}
}

// The same seed finds the same, on any number of cores.
func TestCoresChangeNothing(t *testing.T) {
	site := bazaar()
	forbids := rules(t, site)
	var first string
	for _, cores := range [2]int{1, 3} {
		o := options(Walking, Exposure, Staff)
		o.Budget, o.Verify, o.Study.Workers = 6, 4, cores
		got, err := Search(context.Background(), Subject{Site: site, Role: role, Build: build, Feasible: forbids}, o, nil)
		if err != nil {
			t.Fatal(err)
		}
		text := fmt.Sprint(got.Looked, got.Simulated, got.Forbidden, got.Best)
		for _, p := range got.Proposals {
			text += fmt.Sprint(p.Steps, p.Goals, p.Better, p.Worse, p.Because)
		}
		if first == "" {
			first = text
		} else if text != first {
			t.Errorf("one core:\n%s\nthree:\n%s", first, text)
		}
	}
}

// Steps that are done and taken back leave everything where it was, and rows turn as
// their things do.
func TestStepsAreUndone(t *testing.T) {
	site := bazaar()
	row := []twin.AssetID{"gondola-1-1", "gondola-1-2"}
	for _, steps := range [][]Step{
		{{Verb: Place, Assets: row, By: geom.Vec2{1.3, -0.4}, Angle: math.Pi / 2}, {Verb: Place, Assets: row, By: geom.Vec2{-1.3, 0.4}, Angle: -math.Pi / 2}},
		{{Verb: Trade, Assets: row, With: []twin.AssetID{"table"}, Angle: math.Pi / 2}, {Verb: Trade, Assets: row, With: []twin.AssetID{"table"}, Angle: -math.Pi / 2}},
		{{Verb: Mirror, Assets: row, By: geom.Vec2{1, 0}}, {Verb: Mirror, Assets: row, By: geom.Vec2{1, 0}}},
	} {
		once, twice := Apply(site, steps[:1]), Apply(site, steps)
		if len(Moved(site, once)) < 2 {
			t.Errorf("%v moves %v", steps[0], Moved(site, once))
		}
		for _, m := range Moved(site, twice) {
			if m.From.Position.Sub(m.To.Position).Len() > 1e-5 || math.Abs(math.Remainder(m.From.Yaw-m.To.Yaw, 2*math.Pi)) > 1e-5 {
				t.Errorf("%v and back: %+v", steps[0], m)
			}
		}
		a, _ := once.Asset("gondola-1-1")
		b, _ := once.Asset("gondola-1-2")
		if d := a.Pose.Position.Sub(b.Pose.Position).Len(); math.Abs(d-1.6) > 1e-5 {
			t.Errorf("%v: the row is torn, %.3f m apart", steps[0], d)
		}
		if overlap(shrunk(ground.Footprint(a)), shrunk(ground.Footprint(b))) {
			t.Errorf("%v: the row stands in itself", steps[0])
		}
	}
}

// Goods that are exchanged are wanted, sold and told of as before, where they lie now.
func TestGoodsThatAreExchangedAreFollowed(t *testing.T) {
	site := bazaar()
	for i := range site.Assets {
		if role(site.Assets[i].Class).Sells {
			site.Assets[i].Products = []string{"of " + string(site.Assets[i].ID)}
		}
	}
	draw := map[string]float64{"wall-1": 40}
	base, err := build(site)
	if err != nil {
		t.Fatal(err)
	}
	step := Step{Verb: Goods, Assets: []twin.AssetID{"wall-1", "wall-3"}}
	if s := stockOf(site, base.Ground, role, nil, draw); !slices.ContainsFunc(s.goods, func(p [2]twin.AssetID) bool { return p == [2]twin.AssetID{"wall-1", "wall-3"} }) {
		t.Errorf("what is wanted most is not among what may be exchanged: %v", s.goods)
	}
	goods, moved := Apply(site, []Step{step}), Apply(site, []Step{{Verb: Swap, Assets: step.Assets}})
	study := options().Study
	study.Options.Draw, study.Days = draw, 6
	var sold [2]float64
	var costs [2][]whatif.Difference
	days, err := whatif.Live(context.Background(), study, base, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i, after := range [2]*twin.Site{goods, moved} {
		x, err := build(after)
		if err != nil {
			t.Fatal(err)
		}
		x.Since(site, after)
		lived, err := whatif.Live(context.Background(), study, x, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range lived {
			sold[i] += d.Sold["wall-1"]
		}
		if costs[i], err = whatif.Settle(context.Background(), study, base, x, days, lived); err != nil {
			t.Fatal(err)
		}
	}
	if sold[0] < 0.9*sold[1] || sold[0] > 1.1*sold[1] || sold[1] < 50 {
		t.Errorf("%g are sold of the goods that went, %g where the shelf went with them", sold[0], sold[1])
	}
	f := &search{}
	for _, g := range []Goal{Staff, Walking} {
		a, b := f.goal(g, costs[0]), f.goal(g, costs[1])
		if math.Abs(a.Percent-b.Percent) > max(0.01, a.PercentFor+b.PercentFor) || g == Staff && math.Abs(a.Percent) < 0.2 {
			t.Errorf("%s: %+.2f %% by the goods, %+.2f %% by the shelves", g, a.Percent, b.Percent)
		}
	}
}

func TestASearchThatCannotBeSaysSo(t *testing.T) {
	site := bazaar()
	s := Subject{Site: site, Role: role, Build: build, Feasible: func(*twin.Site) error { return nil }, Fixed: func(twin.Asset) bool { return true }}
	if _, err := Search(context.Background(), s, Options{}, nil); !errors.Is(err, ErrNothingMoves) {
		t.Errorf("nothing may move: %v", err)
	}
	if _, err := Search(context.Background(), s, Options{Goals: []Goal{"beauty"}}, nil); err == nil {
		t.Error("beauty is a goal")
	}
	s.Fixed = nil
	ctx, leave := context.WithCancel(context.Background())
	if _, err := Search(ctx, s, options(Walking), func(string, float64) { leave() }); !errors.Is(err, context.Canceled) {
		t.Errorf("left in the middle: %v", err)
	}
}

// A process goes through what was seen, and is unsure away from it.
func TestAProcessKnowsWhatItSaw(t *testing.T) {
	var x [][]float64
	var y []float64
	for k := range 15 {
		v := float64(k) / 3
		x, y = append(x, []float64{v, 0}), append(y, math.Sin(v))
	}
	p := fit(x, y)
	if v, sd := p.at([]float64{2.1, 0}); math.Abs(v-math.Sin(2.1)) > 0.08 || sd > 0.3 {
		t.Errorf("%.3f ± %.3f, it is %.3f", v, sd, math.Sin(2.1))
	}
	_, near := p.at([]float64{2.1, 0})
	if _, far := p.at([]float64{30, 0}); far < 2*near {
		t.Errorf("± %.3f far from all that was seen, ± %.3f amid it", far, near)
	}
}

func TestRanksAreFronts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 12).Draw(t, "n")
		costs := make([][]float64, n)
		for i := range costs {
			costs[i] = []float64{float64(rapid.IntRange(0, 5).Draw(t, "a")), float64(rapid.IntRange(0, 5).Draw(t, "b"))}
		}
		rank := ranks(costs)
		for i := range costs {
			want := 0
			for j := range costs {
				if beats(costs[j], costs[i]) {
					want = max(want, rank[j]+1)
				}
			}
			if rank[i] != want {
				t.Fatalf("%v of %v: front %d, want %d", costs[i], costs, rank[i], want)
			}
		}
		if len(room(costs, rank)) != n || !slices.ContainsFunc(rank, func(r int) bool { return r == 0 }) {
			t.Fatal("no front")
		}
	})
}

// Erlang's figures of lines, by hand: one server at half load has 1/2 waiting, two
// at a load of one 1/3; where more come than can pay, the line is what is too many.
func TestLinesAreExpectedAsErlangSays(t *testing.T) {
	if a, b := waiting(0.5, 1), waiting(1, 2); math.Abs(a-0.5) > 1e-9 || math.Abs(b-1./3) > 1e-9 {
		t.Errorf("%g and %g wait, not 1/2 and 1/3", a, b)
	}
	f := &tours{pay: 60, perHour: 120, hours: 1}
	if one := f.queued(1) / 3600; one < 30 || one > 40 { // 60 too many in the hour, 30 in its mean
		t.Errorf("%g wait where twice as many come as can pay", one)
	}
	if three := f.queued(3) / 3600; math.Abs(three-8./9) > 1e-9 {
		t.Errorf("%g wait before three, not 8/9", three)
	}
	if f.queued(0) != 0 {
		t.Error("somebody waits where there is no checkout")
	}
}
