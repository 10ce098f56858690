package overlay_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"github.com/glasstwin/glasstwin/render/overlay"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// room is how far the middle line of an arrow stays from a box, and how high it
// rises, metres.
func room(a overlay.Arrow, boxes []geom.Box) (least, top float64) {
	least, top = math.Inf(1), math.Inf(-1)
	const steps = 600
	for i := range steps + 1 {
		p := a.At(float64(i) / steps)
		top = math.Max(top, p[1])
		for _, b := range boxes {
			d := geom.Vec3{}
			for k := range 3 {
				d[k] = math.Max(0, math.Max(b.Min[k]-p[k], p[k]-b.Max[k]))
			}
			least = math.Min(least, d.Len())
		}
	}
	return least, top
}

func box(x, y, z, w, h, d float64) geom.Box {
	return geom.Box{Min: geom.Vec3{x, y, z}, Max: geom.Vec3{x + w, y + h, z + d}}
}

// thickest is the radius of an arrow of full strength, metres.
const thickest = 0.045

func TestAnArrowGoesRoundWhatStandsInItsWay(t *testing.T) {
	inf := math.Inf(1)
	low, high := box(-0.4, 0, -3, 0.8, 1.9, 6), box(-0.4, 0, -0.6, 0.8, 6, 1.2)
	for name, c := range map[string]struct {
		things  []geom.Box
		ceiling float64
		aside   bool // it must leave the upright plane of its ends
		bent    bool
	}{
		"nothing":                 {ceiling: inf},
		"a shelf":                 {things: []geom.Box{low}, ceiling: inf, bent: true},
		"a column":                {things: []geom.Box{high}, ceiling: 3, aside: true, bent: true},
		"a thing under a ceiling": {things: []geom.Box{box(-0.4, 0, -0.6, 0.8, 1.8, 1.2)}, ceiling: 1.9, aside: true},
		"the thing it leads to":   {things: []geom.Box{box(1.5, 0, -0.5, 1, 2, 1)}, ceiling: inf},
	} {
		a := overlay.Arrow{From: geom.Vec3{-2, 1, 0}, To: geom.Vec3{2, 1, 0}, Strength: 1}
		straight, _ := room(a, c.things)
		a = a.Route(c.things, c.ceiling)
		least, top := room(a, c.things)
		if c.bent && straight > 0 {
			t.Errorf("%s: it stands in no way", name)
		}
		if name != "the thing it leads to" && least < thickest {
			t.Errorf("%s: the tube comes within %.3f m of the middle of a thing", name, least)
		}
		if top+thickest > c.ceiling {
			t.Errorf("%s: it rises to %.2f m under a ceiling of %.2f m", name, top, c.ceiling)
		}
		if aside := math.Abs(a.At(0.5)[2]) > 0.3; aside != c.aside {
			t.Errorf("%s: its middle is at %v", name, a.At(0.5))
		}
	}
}

// Where a plain hop over everything, or a step aside past everything, would be
// free, so is the way that is found.
func TestARoutedArrowIsClearWhereAWayIs(t *testing.T) {
	found := 0
	rapid.Check(t, func(t *rapid.T) {
		at := rapid.Float64Range(-3, 3)
		size := rapid.Float64Range(0.1, 1.6)
		a := overlay.Arrow{From: geom.Vec3{-3.4, 1, at.Draw(t, "z0")}, To: geom.Vec3{3.4, 1.2, at.Draw(t, "z1")}, Strength: rapid.Float64Range(0, 1).Draw(t, "strength")}
		var things []geom.Box
		for range rapid.IntRange(0, 12).Draw(t, "things") {
			w := size.Draw(t, "w")
			things = append(things, box(at.Draw(t, "x")-w/2, 0, at.Draw(t, "z"), w, size.Draw(t, "h")+0.4, size.Draw(t, "d")))
		}
		var others []geom.Box // those that it is not tied to
		for _, b := range things {
			grown := geom.Box{Min: b.Min.Sub(geom.Vec3{0.1, 0.1, 0.1}), Max: b.Max.Add(geom.Vec3{0.1, 0.1, 0.1})}
			tied := false
			for _, p := range []geom.Vec3{a.From, a.To} {
				tied = tied || grown.Union(geom.Box{Min: p, Max: p}) == grown
			}
			if tied {
				return
			}
			others = append(others, b)
		}
		free := false
		for _, bend := range []geom.Vec3{{0, 1.2, 0}, {0, 1.92, 0}, {0, 3, 0}, {0, 4.8, 0}, {0, 7.2, 0}} {
			hop := a
			hop.Bend = bend
			least, _ := room(hop, others)
			free = free || least > 0.15
		}
		if !free {
			return
		}
		found++
		routed := a.Route(things, math.Inf(1))
		radius := 0.012 + 0.033*a.Strength
		if least, _ := room(routed, others); least < radius {
			t.Fatalf("a hop over everything is free, and the tube of %.3f m comes within %.3f m", radius, least)
		}
		if again := a.Route(things, math.Inf(1)); again != routed {
			t.Fatal("the same arrow among the same things goes another way")
		}
	})
	if found < 20 {
		t.Errorf("%d ways were there to be found: the test tests nothing", found)
	}
}

func TestALongArrowPassesLittle(t *testing.T) {
	a := overlay.Arrow{From: geom.Vec3{-2, 1, 0}, To: geom.Vec3{2, 1, 0}}
	cage := []geom.Box{box(-0.1, -20, -20, 0.2, 40, 40), box(-1, 1, -0.5, 0.4, 3, 1)}
	least, _ := room(a.Route(cage, 3), cage[1:])
	if least < 0.012 {
		t.Errorf("a wall stands in every way; the shelf before it could be passed, and is met: %.3f m", least)
	}
}

func TestAChainOfCausesAppearsInItsOrder(t *testing.T) {
	chain := []overlay.Arrow{{Order: 7}, {Order: 2}, {Order: 2}, {Order: 4}} // some of the cases have no arrows
	ahead := func(seconds float64) (list [4]float64) {
		overlay.Play(chain, seconds)
		for i, a := range chain {
			list[i] = a.Ahead
		}
		return list
	}
	for _, c := range []struct {
		seconds float64
		want    [4]float64
	}{{0, [4]float64{1, 1, 1, 1}}, {1.2, [4]float64{1, 0, 0, 1}}, {2.4, [4]float64{1, 0, 0, 0}}, {3.6, [4]float64{}}, {7, [4]float64{}}, {7.6, [4]float64{1, 1, 1, 1}}} {
		got := ahead(c.seconds)
		for i := range got {
			if math.Abs(got[i]-c.want[i]) > 1e-6 {
				t.Errorf("after %g s %v of the arrows is still to come, want %v", c.seconds, got, c.want)
				break
			}
		}
	}
	alone := []overlay.Arrow{{Order: 3}}
	if overlay.Play(alone, 0); alone[0].Ahead != 0 {
		t.Error("one arrow waits for none")
	}
}

func TestWhatIsNotReachedIsFaint(t *testing.T) {
	a := overlay.Arrow{To: geom.Vec3{2, 0, 0}, Strength: 1, Color: overlay.RGBA{1, 0, 0, 1}, Ahead: 0.5}
	for _, v := range a.Tube(nil) {
		if full := v.Color[3] == 1; v.Position[0] < 0.7 && !full || v.Position[0] > 1.3 && full {
			t.Fatalf("cover %.2f at %.2f m of 2", v.Color[3], v.Position[0])
		}
	}
}

func BenchmarkRoute(b *testing.B) {
	r := rand.New(rand.NewPCG(7, 0))
	var things []geom.Box
	for range 25000 {
		things = append(things, box(60*r.Float64(), 0, 40*r.Float64(), 0.5, 2*r.Float64(), 0.5))
	}
	a := overlay.Arrow{From: geom.Vec3{20, 1.2, 20}, To: geom.Vec3{26, 1.4, 23}, Strength: 0.5}
	b.Run("things=25000", func(b *testing.B) {
		for b.Loop() {
			a.Route(things, 4)
		}
	})
}
