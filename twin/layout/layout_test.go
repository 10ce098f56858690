package layout

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
)

// anyEdit draws an edit of a layout.
func anyEdit(t *rapid.T, l Layout) Edit {
	ids := []twin.AssetID{}
	for _, a := range l.Assets {
		if rapid.IntRange(0, 3).Draw(t, "select") == 0 {
			ids = append(ids, a.ID)
		}
	}
	metres := rapid.Float64Range(-50, 50)
	by := geom.Vec2{metres.Draw(t, "x"), metres.Draw(t, "z")}
	var e Edit
	var err error
	switch rapid.IntRange(0, 9).Draw(t, "verb") {
	case 0:
		e, err = l.Move(ids, by)
	case 1:
		e, err = l.Turn(ids, rapid.Float64Range(-7, 7).Draw(t, "turn"))
	case 2:
		e, err = l.Duplicate(ids, by)
	case 3:
		e, err = l.Array(ids, rapid.IntRange(1, 3).Draw(t, "columns"), rapid.IntRange(1, 3).Draw(t, "rows"), by)
	case 4:
		e, err = l.Align(ids, rapid.SampledFrom(Sides()).Draw(t, "side"))
	case 5:
		e, err = l.Delete(ids)
	case 6:
		e, err = l.Add(twin.Asset{Class: "gondola", Size: geom.Vec3{2, 1, 1}, Pose: twin.Pose{Position: geom.Vec3{by[0], 0, by[1]}}})
	case 7:
		e, err = l.Dress(ids, map[string]string{"wood": rapid.SampledFrom([]string{"", "oak", "#aabbcc"}).Draw(t, "finish")})
	case 8:
		if len(ids) > 1 {
			e, err = l.Swap(ids[0], ids[1])
		}
	default:
		if len(ids) > 0 {
			e, err = l.Face(ids[0], []twin.Facing{{Board: 1, Product: "tea", Count: 2}})
		}
	}
	if err != nil {
		return Edit{Verb: Move} // of nothing
	}
	return e
}

func TestUndoTakesBackWhatWasDone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		first := Of(hall())
		d := NewDraft(first)
		states := []Layout{first}
		for range rapid.IntRange(1, 8).Draw(t, "edits") {
			if err := d.Do(anyEdit(t, d.Now())); err != nil {
				t.Fatal(err)
			}
			states = append(states, d.Now())
		}
		last := d.Now()
		for i := len(states) - 2; i >= 0; i-- {
			if _, ok := d.Undo(); !ok {
				t.Fatalf("undo %d failed", i)
			}
			if !reflect.DeepEqual(d.Now().Assets, states[i].Assets) {
				t.Fatalf("undo %d:\ngot  %+v\nwant %+v", i, d.Now().Assets, states[i].Assets)
			}
		}
		if _, ok := d.Undo(); ok {
			t.Fatal("more was undone than done")
		}
		for range states[1:] {
			if _, ok := d.Redo(); !ok {
				t.Fatal("redo failed")
			}
		}
		if !reflect.DeepEqual(d.Now().Assets, last.Assets) {
			t.Fatalf("redo: got %+v, want %+v", d.Now().Assets, last.Assets)
		}
	})
}

func TestADiffAppliedGivesTheOther(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := Of(hall())
		b := a
		for range rapid.IntRange(0, 5).Draw(t, "edits") {
			next, err := b.Do(anyEdit(t, b))
			if err != nil {
				t.Fatal(err)
			}
			b = next
		}
		diff := Compare(a, b)
		got, err := a.Do(diff.Edit())
		if err != nil {
			t.Fatal(err)
		}
		if !got.Equal(b) || diff.Empty() != a.Equal(b) {
			t.Fatalf("got %+v\nwant %+v", got, b)
		}
		back, err := got.Do(diff.Edit().Inverse())
		if err != nil || !reflect.DeepEqual(back.Assets, a.Assets) {
			t.Fatalf("taken back: %v", err)
		}
	})
}

func TestSnappingNeverOverlaps(t *testing.T) {
	site := hall()
	plan, err := NewPlan(site, hallFacts, site.PlanningRules())
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		l := Of(site)
		c := plan.Checker(l)
		last := geom.Vec2{}
		ids := []twin.AssetID{l.Assets[rapid.IntRange(2, len(l.Assets)-1).Draw(t, "which")].ID}
		if rapid.Bool().Draw(t, "more") {
			ids = append(ids, l.Assets[rapid.IntRange(2, len(l.Assets)-1).Draw(t, "and")].ID)
		}
		for range 4 { // a drag of four moves
			by := geom.Vec2{rapid.Float64Range(-20, 20).Draw(t, "x"), rapid.Float64Range(-20, 20).Draw(t, "z")}
			s := c.Snap(ids, by, Snapping{Reach: 0.2, Grid: 0.1, Last: last})
			e, err := l.Move(ids, s.By)
			if err != nil {
				t.Fatal(err)
			}
			next, err := l.Do(e)
			if err != nil {
				t.Fatal(err)
			}
			if err := plan.Allowed(next, ids...); err != nil {
				t.Fatalf("moved by %v: %v", s.By, err)
			}
			for _, b := range plan.Check(next) {
				if b.Hard {
					t.Fatalf("moved by %v: %v", s.By, b)
				}
			}
			last = s.By
		}
	})
}

func TestACheckerKnowsAfterEditsWhatOneMadeAnewKnows(t *testing.T) {
	site := hall()
	plan, err := NewPlan(site, hallFacts, site.PlanningRules())
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		l := Of(site)
		c := plan.Checker(l)
		for range rapid.IntRange(1, 4).Draw(t, "edits") {
			e := anyEdit(t, l)
			if len(e.Changes) > 60 {
				continue
			}
			next, err := l.Do(e)
			if err != nil {
				t.Fatal(err)
			}
			c.Set(e.Changes)
			c.Breaches()
			l = next
		}
		got, want := told(c.Breaches()), told(plan.Check(l))
		if !slices.Equal(got, want) {
			t.Fatalf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	})
}

func told(list []Breach) []string {
	var out []string
	for _, b := range list {
		out = append(out, fmt.Sprintf("%s %v %.3f", b.key(), b.Hard, b.Has))
	}
	slices.Sort(out)
	return out
}

func TestAlignAndSpread(t *testing.T) {
	l := Layout{Assets: []twin.Asset{
		{ID: "a", Size: geom.Vec3{2, 1, 1}, Pose: at(0, 0, 0)}, {ID: "b", Size: geom.Vec3{1, 1, 1}, Pose: at(5, 3, 0)}, {ID: "c", Size: geom.Vec3{1, 1, 2}, Pose: at(11.5, 4, 90)},
	}}
	ids := []twin.AssetID{"a", "b", "c"}
	for side, want := range map[Side][3][2]float64{
		West: {{0, 0}, {-0.5, 3}, {0, 4}}, Middle: {{0, 0}, {0, 3}, {0, 4}}, East: {{0, 0}, {0.5, 3}, {0, 4}},
		North: {{0, 0}, {5, 0}, {11.5, 0}}, Centre: {{0, 0}, {5, 0}, {11.5, 0}}, South: {{0, 0}, {5, 0}, {11.5, 0}},
		AlongX: {{0, 0}, {5.75, 3}, {11.5, 4}}, AlongZ: {{0, 0}, {5, 2}, {11.5, 4}},
	} {
		e, err := l.Align(ids, side)
		if err != nil {
			t.Fatal(err)
		}
		got, err := l.Do(e)
		if err != nil {
			t.Fatal(err)
		}
		for i, w := range want {
			if p := got.Assets[i].Pose.Position; math.Abs(p[0]-w[0]) > 1e-4 || math.Abs(p[2]-w[1]) > 1e-4 {
				t.Errorf("%s: %s stands at %v, want %v", side, got.Assets[i].ID, p, w)
			}
		}
	}
	if _, err := l.Align(ids[:2], AlongX); err == nil {
		t.Error("two things have no gaps between them to be made equal")
	}
}

func TestCopiesAreTheirOwn(t *testing.T) {
	l := Of(hall())
	e, err := l.Array([]twin.AssetID{"gondola-3"}, 2, 2, geom.Vec2{1, 2})
	if err != nil || len(e.Changes) != 3 {
		t.Fatalf("%d copies, %v", len(e.Changes), err)
	}
	if got := e.IDs(); !slices.Equal(got, []twin.AssetID{"gondola-13", "gondola-14", "gondola-15"}) || e.Changes[0].After.Name != "Gondola 13" {
		t.Errorf("%v, the first called %q", got, e.Changes[0].After.Name)
	}
	for _, wrong := range []func() (Edit, error){
		func() (Edit, error) { return l.Array([]twin.AssetID{"gondola-3"}, 1, 1, geom.Vec2{}) },
		func() (Edit, error) { return l.Array([]twin.AssetID{"gondola-3"}, 1<<40, 1<<40, geom.Vec2{}) },
		func() (Edit, error) { return l.Move(nil, geom.Vec2{}) },
		func() (Edit, error) { return l.Move([]twin.AssetID{"nobody"}, geom.Vec2{}) },
		func() (Edit, error) { return l.Move([]twin.AssetID{"till-1"}, geom.Vec2{math.NaN(), 0}) },
		func() (Edit, error) { return l.Add(twin.Asset{Class: "x"}) },
		func() (Edit, error) { return l.Face("gondola-1", []twin.Facing{{Product: "tea"}}) },
		func() (Edit, error) { return l.Swap("till-1", "till-1") },
	} {
		if _, err := wrong(); err == nil {
			t.Error("a wrong edit was made")
		}
	}
}

// The last facing that goes leaves a shelf empty, until the next one comes.
func TestAShelfIsEmptied(t *testing.T) {
	l := Of(hall())
	face := func(facings ...twin.Facing) twin.Asset {
		t.Helper()
		e, err := l.Face("gondola-1", facings)
		if err != nil {
			t.Fatal(err)
		}
		if l, err = l.Do(e); err != nil {
			t.Fatal(err)
		}
		a, _ := l.Asset("gondola-1")
		return a
	}
	if a := face(); !a.Bare || len(a.Facings) != 0 {
		t.Errorf("emptied: %+v", a)
	}
	if a := face(twin.Facing{Product: "tea", Count: 2}); a.Bare || len(a.Facings) != 1 {
		t.Errorf("filled again: %+v", a)
	}
}

func TestASiteOfALayout(t *testing.T) {
	site := hall()
	site.Signals = []twin.Signal{{ID: "freezer-1/t", Asset: "freezer-1", Name: "t"}, {ID: "till-1/t", Asset: "till-1", Name: "t"}}
	site.Bindings = []twin.Binding{{Signal: "freezer-1/t"}, {Signal: "till-1/t"}}
	l := Of(site)
	e, err := l.Delete([]twin.AssetID{"freezer-1"})
	if err != nil {
		t.Fatal(err)
	}
	if l, err = l.Do(e); err != nil {
		t.Fatal(err)
	}
	got := l.Site(site)
	if len(got.Assets) != len(site.Assets)-1 || len(got.Signals) != 1 || len(got.Bindings) != 1 || len(site.Signals) != 2 {
		t.Errorf("%d things, %d signals, %d bindings", len(got.Assets), len(got.Signals), len(got.Bindings))
	}
}

func TestADraftKnowsWhatIsUnsaved(t *testing.T) {
	d := NewDraft(Of(hall()))
	if d.Unsaved() {
		t.Error("nothing was done yet")
	}
	e, _ := d.Now().Move([]twin.AssetID{"till-1"}, geom.Vec2{1, 0})
	if err := d.Do(e); err != nil || !d.Unsaved() {
		t.Errorf("%v, unsaved %v", err, d.Unsaved())
	}
	d.Saved("a", "")
	d.Undo()
	if !d.Unsaved() {
		t.Error("it was undone since")
	}
	d.Redo()
	if d.Unsaved() {
		t.Error("it is as it was saved")
	}
	d.Undo()
	f, _ := d.Now().Move([]twin.AssetID{"till-1"}, geom.Vec2{2, 0})
	if err := d.Do(f); err != nil || !d.Unsaved() {
		t.Errorf("another edit in its place: %v, unsaved %v", err, d.Unsaved())
	}
	if err := d.Do(e); err == nil {
		t.Error("an edit of another layout was done")
	}
}

func Example() {
	site := hall()
	plan, err := NewPlan(site, hallFacts, site.PlanningRules())
	if err != nil {
		panic(err)
	}
	today := Of(site)
	edit, _ := today.Move([]twin.AssetID{"gondola-1"}, geom.Vec2{2.2, 0})
	planned, _ := today.Do(edit)
	fmt.Print(Compare(today, planned))
	for _, b := range Worse(plan.Check(today), plan.Check(planned)) {
		fmt.Println(b)
	}
	// Output:
	// gondola-1 moves 2.20 m (x +2.20, z +0.00), now at x 10.20, z -7.00
	// the main aisle between gondola-1 and gondola-4 is 90 cm wide, 120 cm are needed
}

func BenchmarkCheckWhileDragging(b *testing.B) {
	site := warehouse(200)
	plan, err := NewPlan(site, hallFacts, site.PlanningRules())
	if err != nil {
		b.Fatal(err)
	}
	l := Of(site)
	c := plan.Checker(l)
	c.Breaches()
	ids := []twin.AssetID{"gondola-101"}
	b.ResetTimer()
	last := geom.Vec2{}
	for i := range b.N {
		s := c.Snap(ids, geom.Vec2{0.01 * float64(i%30), 0.5}, Snapping{Reach: 0.15, Grid: 0.05, Last: last})
		e, err := l.Move(ids, s.By)
		if err != nil {
			b.Fatal(err)
		}
		c.Set(e.Changes)
		c.Breaches()
		c.Set(e.Inverse().Changes)
	}
}
