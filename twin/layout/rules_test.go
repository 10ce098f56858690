package layout

import (
	"math"
	"slices"
	"testing"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
)

// TestEveryRuleIsFoundBroken: one change of a shop that keeps all rules breaks
// each, where it should and by as much as it should.
func TestEveryRuleIsFoundBroken(t *testing.T) {
	site := hall()
	plan, err := NewPlan(site, hallFacts, site.PlanningRules())
	if err != nil {
		t.Fatal(err)
	}
	base := Of(site)
	if got := plan.Check(base); len(got) > 0 || len(plan.Unknown()) > 0 {
		t.Fatalf("the hall breaks %v, and %v", got, plan.Unknown())
	}
	add := func(class string, w, h, d, x, z, yaw float64) func(Layout) (Edit, error) {
		return func(l Layout) (Edit, error) {
			return l.Add(twin.Asset{ID: "new", Class: class, Size: geom.Vec3{w, h, d}, Pose: at(x, z, yaw)})
		}
	}
	move := func(id twin.AssetID, x, z float64) func(Layout) (Edit, error) {
		return func(l Layout) (Edit, error) { return l.Move([]twin.AssetID{id}, geom.Vec2{x, z}) }
	}
	for name, c := range map[string]struct {
		edit  func(Layout) (Edit, error)
		rule  Rule
		first twin.AssetID
		has   float64
	}{
		"in another":        {move("gondola-1", 3.5, 0), Overlap, "gondola-1", 0.4},
		"in a wall":         {move("gondola-1", -8, 0), Outside, "gondola-1", 0},
		"main aisle":        {move("gondola-1", 2, 0), AisleMain, "gondola-1", 1.1},
		"aisle at a wall":   {move("gondola-2", -6.8, 0), Aisle, "gondola-2", 0.75},
		"shut by its back":  {add("box", 2, 1, 0.5, 9.3, -7, 90), Aisle, "gondola-1", 0.6},
		"a door's swing":    {add("box", 1, 1, 1, 5, -18.2, 0), Swing, "freezer-1", 0},
		"room to work":      {func(l Layout) (Edit, error) { return add("rack", 1, 2, 0.6, 24, -19, 180)(l) }, Keep, "new", 0},
		"far from power":    {move("freezer-1", 8, 0), Power, "freezer-1", 8},
		"far from a drain":  {move("freezer-1", 8, 0), Drain, "freezer-1", 8},
		"a board too high":  {add("gondola", 2, 2.6, 0.9, 26, -12, 90), Reach, "new", 2.2},
		"a wall of shelves": {add("box", 10, 2.2, 0.4, 15, -1.7, 0), Sight, "door-1", 0},
	} {
		e, err := c.edit(base)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		l, err := base.Do(e)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		broken := plan.Check(l)
		i := slices.IndexFunc(broken, func(b Breach) bool { return b.Rule == c.rule && b.Assets[0] == c.first })
		if i < 0 {
			t.Errorf("%s: it breaks %v", name, broken)
			continue
		}
		b := broken[i]
		if math.Abs(b.Has-c.has) > 0.011 || len(b.Mark) == 0 || b.String() == string(b.Rule) || b.Hard != (b.Rule == Overlap || b.Rule == Outside) {
			t.Errorf("%s: %+v: %v", name, b, b)
		}
		if err := plan.Allowed(l); (err != nil) != b.Hard {
			t.Errorf("%s: allowed: %v", name, err)
		}
		if got := Worse(nil, broken); len(got) != len(broken) {
			t.Errorf("%s: against nothing %d of %d are worse", name, len(got), len(broken))
		}
		if got := Worse(broken, broken); len(got) > 0 {
			t.Errorf("%s: worse than itself: %v", name, got)
		}
	}
}

// TestWaysOut: a yard of shelves whose only way in is too narrow, too long or has
// no place to turn.
func TestWaysOut(t *testing.T) {
	shelf := func(id twin.AssetID, w, d, x, z float64) twin.Asset {
		return twin.Asset{ID: id, Class: "box", Size: geom.Vec3{w, 1.6, d}, Pose: at(x, z, 0)}
	}
	site := func(gap float64) *twin.Site {
		s := hall()
		s.Assets = s.Assets[:2]
		// A corridor of that width between two blocks leads to a gondola in the corner.
		s.Assets = append(s.Assets, shelf("west", 14-gap/2, 12, (14-gap/2)/2, -14), shelf("east", 15.5-gap/2, 12, 30-(15.5-gap/2)/2, -14))
		s.Assets = append(s.Assets, twin.Asset{ID: "end", Class: "sided", Size: geom.Vec3{0.5 + gap - 0.05, 1.6, 0.4}, Pose: at(14.25, -19.78, 0)})
		return s
	}
	facts := func(a twin.Asset) Facts {
		if a.Class == "sided" {
			return Facts{Stands: true, Front: true}
		}
		return hallFacts(a)
	}
	check := func(gap float64, rules twin.Planning) []Rule {
		s := site(gap)
		p, err := NewPlan(s, facts, rules)
		if err != nil {
			t.Fatal(err)
		}
		var out []Rule
		for _, b := range p.Check(Of(s)) {
			if b.Rule != Overlap {
				out = append(out, b.Rule)
			}
		}
		return out
	}
	rules := (&twin.Site{}).PlanningRules()
	if got := check(1.8, rules); len(got) > 0 {
		t.Errorf("a corridor of 2.3 m: %v", got)
	}
	if got := check(0.6, rules); !slices.Equal(got, []Rule{Turning}) {
		t.Errorf("a corridor of 1.1 m and 12 m: %v", got)
	}
	if got := check(0, rules); !slices.Equal(got, []Rule{Exit}) {
		t.Errorf("a corridor of 0.5 m: %v", got)
	}
	rules.ExitDistance = 15
	if got := check(1.8, rules); !slices.Equal(got, []Rule{ExitDistance}) {
		t.Errorf("at most 15 m to the door: %v", got)
	}
}

func TestWhatIsNotKnownIsTold(t *testing.T) {
	site := hall()
	site.Assets = site.Assets[3:]
	p, err := NewPlan(site, hallFacts, site.PlanningRules())
	if err != nil {
		t.Fatal(err)
	}
	if got := p.Unknown(); !slices.Equal(got, []Lack{NoExit, NoTill}) {
		t.Errorf("%v", got)
	}
	p.Doorway("Back door", geom.Box{Min: geom.Vec3{10, 0, -0.1}, Max: geom.Vec3{11, 2, 0.1}})
	if got := p.Unknown(); !slices.Equal(got, []Lack{NoTill}) {
		t.Errorf("%v", got)
	}
	site.Zones = nil
	if _, err := NewPlan(site, hallFacts, site.PlanningRules()); err == nil {
		t.Error("a site without rooms was planned in")
	}
}

func TestSnapBringsIntoLine(t *testing.T) {
	site := hall()
	plan, err := NewPlan(site, hallFacts, site.PlanningRules())
	if err != nil {
		t.Fatal(err)
	}
	c := plan.Checker(Of(site))
	for _, s := range []struct {
		id   twin.AssetID
		by   geom.Vec2
		want geom.Vec2
		kind GuideKind
	}{
		{"gondola-1", geom.Vec2{-7.5, 0.07}, geom.Vec2{-7.55, 0}, AlongWall},  // its back to the west wall, in its row still
		{"gondola-3", geom.Vec2{0.06, -0.9}, geom.Vec2{0, -0.9}, AlongEdge},   // in line with its row
		{"gondola-1", geom.Vec2{2.06, -2.04}, geom.Vec2{2.06, -2}, AlongEdge}, // level with the second of the rows
	} {
		got := c.Snap([]twin.AssetID{s.id}, s.by, Snapping{Reach: 0.15})
		if got.By.Sub(s.want).Len() > 0.001 {
			t.Errorf("%s by %v: %v, want %v (%v)", s.id, s.by, got.By, s.want, got.Guides)
		}
	}
	// Dragged onto a neighbour it stands beside it, and is told why.
	got := c.Snap([]twin.AssetID{"gondola-1"}, geom.Vec2{0.2, -1.2}, Snapping{})
	if got.Held == nil || got.Held.Breach.Assets[1] != "gondola-2" {
		t.Errorf("held by %v at %v", got.Held, got.By)
	}
	if got := c.Snap([]twin.AssetID{"gondola-1"}, geom.Vec2{0.012, 0.34}, Snapping{Grid: 0.5}); got.By.Sub(geom.Vec2{0, 0.5}).Len() > 1e-9 {
		t.Errorf("on a grid of half a metre: %v", got.By)
	}
	if got := c.SnapTurn([]twin.AssetID{"gondola-1"}, 1.5, 0.1, 0); math.Abs(got-math.Pi/2) > 1e-9 {
		t.Errorf("a turn of 86°: %v", got)
	}
	if got := c.SnapTurn([]twin.AssetID{"gondola-1"}, 0.5, 0.1, math.Pi/12); math.Abs(got-math.Pi/6) > 1e-9 {
		t.Errorf("a turn of 29° in steps of 15°: %v", got)
	}
	gaps := c.Gaps("gondola-4")
	if len(gaps) < 2 || !slices.ContainsFunc(gaps, func(g Gap) bool { return math.Abs(g.Wide-3.1) < 0.001 }) {
		t.Errorf("%v", gaps)
	}
}
